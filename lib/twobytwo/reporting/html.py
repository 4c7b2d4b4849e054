"""The parts of an HTML page: sections, tables, figures. Well-formed as XML, too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from twobytwo.plots.drawn import one_line


def safe(text: str) -> str:
    """Any text, as HTML."""
    return escape(one_line(text))


def section(name: str, title: str, *content: str) -> str:
    """A section under its heading."""
    inside = "\n".join(part for part in content if part)
    return f'<section aria-labelledby="{name}">\n<h2 id="{name}">{title}</h2>\n{inside}\n</section>'


def paragraph(text: str) -> str:
    """A paragraph of plain text."""
    return f"<p>{safe(text)}</p>"


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; the first cell of each row names it."""
    top = "".join(f'<th scope="col">{safe(cell)}</th>' for cell in head)
    body = "\n".join(
        f'<tr><th scope="row">{safe(row[0])}</th>'
        + "".join(f"<td>{safe(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll" role="region" tabindex="0" aria-label="{safe(caption)}">\n'
        f"<table>\n<caption>{safe(caption)}</caption>\n<thead><tr>{top}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>\n</div>"
    )


def figure(svg: str, name: str, caption: str) -> str:
    """An inline SVG with a name and a caption."""
    return (
        f'<figure>\n<div class="scroll" role="region" tabindex="0" aria-label="{name}">{svg}</div>'
        f"\n<figcaption>{safe(caption)}</figcaption>\n</figure>"
    )
