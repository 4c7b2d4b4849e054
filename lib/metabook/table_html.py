"""A table as HTML: caption, scoped headers, decimal points in line, a scroll of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metabook.table import Cell, Table


def table_html(table: Table) -> str:
    """Write a table as HTML.

    It stands in a region that the keyboard reaches and that scrolls sideways, so that a
    wide table never widens the page.
    """
    name = escape(table.name)
    lines = [
        f'<div class="book-table" id="{name}">',
        f'<div class="table-scroll" role="region" tabindex="0" aria-labelledby="{name}-caption">',
        "<table>",
        f'<caption id="{name}-caption"><span>{escape(table.caption)}</span></caption>',
        *_head(table),
        *_body(table),
        "</table>",
        "</div>",
        *(f'<p class="table-note">{_mark(note)}{_text(note.text)}</p>' for note in table.notes),
        "</div>",
    ]
    return "\n".join(lines)


def _head(table: Table) -> Iterator[str]:
    yield from (f'<colgroup span="{span}"></colgroup>' for _, span in table.groups)
    yield "<thead>"
    if table.groups:
        yield f"<tr>{''.join(_group(label, span) for label, span in table.groups)}</tr>"
    yield f"<tr>{''.join(map(_header, table.columns, table.align))}</tr>"
    yield "</thead>"


# An empty header would be announced all the same, so it is an empty cell.
def _group(label: str, span: int) -> str:
    if not label:
        return f'<td colspan="{span}"></td>'
    return f'<th scope="colgroup" colspan="{span}">{escape(label)}</th>'


def _header(label: str, align: str) -> str:
    return f'<th scope="col" class="{align}">{escape(label)}</th>' if label else "<td></td>"


def _body(table: Table) -> Iterator[str]:
    fractions = table.fractions()
    yield "<tbody>"
    for i, row in enumerate(table.rows):
        if not isinstance(row, str):
            yield _row(row, fractions, table.align)
            continue
        if i > 0:
            yield "</tbody><tbody>"
        yield f'<tr><th scope="rowgroup" colspan="{len(fractions)}">{escape(row)}</th></tr>'
    if table.totals:
        yield '</tbody><tbody class="totals">'
        yield from (_row(row, fractions, table.align) for row in table.totals)
    yield "</tbody>"


def _row(row: Sequence[Cell], fractions: Sequence[str], align: str) -> str:
    first, *rest = (_content(cell, longest) for cell, longest in zip(row, fractions, strict=True))
    cells = (f'<td class="{a}">{cell}</td>' for cell, a in zip(rest, align[1:], strict=True))
    return f'<tr><th scope="row" class="{align[0]}">{first}</th>{"".join(cells)}</tr>'


def _content(cell: Cell, longest: str) -> str:
    integer, fraction, unit = map(_text, cell.number())
    # The digits this number lacks take their room unseen, so that the points line up.
    lacking = "" if unit else longest[len(fraction) :]
    pad = f'<span class="pad" data-pad="{lacking}"></span>' if lacking else ""
    text = integer + fraction + pad + unit
    if cell.href:
        text = f'<a href="{escape(cell.href)}">{text}</a>'
    if cell.badge:
        text = f'<span class="tag {escape(cell.badge)}">{text}</span>'
    return text + _mark(cell)


def _text(text: str) -> str:
    """Escape, and print a sign before a digit as a minus; the hyphen of ``0-2`` stays one."""
    return escape(re.sub(r"(?<!\w)-(?=\d)", "−", text))


def _mark(cell: Cell) -> str:
    return f"<sup>{escape(cell.mark)}</sup>" if cell.mark else ""
