"""Each figure to take away as SVG, each table as CSV: files, and links to them.

A script adds PNG, made by the browser from the drawing on the page (``static/take-away.js``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.osutil import relative_uri

from metabook.extensions.numbered_tables import computed_table
from metabook.extensions.table_csv import table_csv

SVG = re.compile(r'(?s)<svg [^>]*class="figure".*?</svg>')
TABLE = re.compile(r'<div class="book-table[^"]*"[^>]*>')
COLOR = re.compile(r"var\(--[\w-]+,\s*(#[0-9a-f]{6})\)")
INK = "#1a1a1a"
OPENING = re.compile(r'(<svg [^>]*viewBox="0 0 \S+ ([^"]+)"[^>]*)>')
FONTS = re.compile(r"--sans: (.+);")
SWITCH = re.compile(r"(?s)<style.*?</style>")  # between the wide form and the one for phones
STYLE = Path(__file__).parent / "static" / "book.css"


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the files of a page when its numbers are known."""
    app.connect("doctree-resolved", offer)
    app.connect("html-page-context", load)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def offer(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Write what the page's figures and tables hold, and link to it."""
    if app.builder.format != "html":
        return
    for figure, drawing in drawings(doctree):
        link = written(app, page, figure, "figure", "svg", stand_alone(drawing))
        next(figure.findall(nodes.caption)).append(
            nodes.raw("", f' <span class="take-away">{link}</span>', format="html")
        )
    for table in doctree.findall(computed_table):
        html = table.astext()
        # The mark at the start tells Excel that what follows is UTF-8.
        link = written(app, page, table, "table", "csv", "\ufeff" + table_csv(html))
        with_link = TABLE.sub(rf'\g<0><p class="take-away">{link}</p>', html)
        table[:] = [nodes.raw("", with_link, format="html")]


def load(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Load the script where there is a figure."""
    if "</figcaption>" in context.get("body", ""):
        app.add_js_file("take-away.js", loading_method="defer")


def drawings(doctree: nodes.document) -> Iterator[tuple[nodes.figure, str]]:
    """The page's figures that are drawn, each with its drawing: the wide one, if it has two."""
    for figure in doctree.findall(nodes.figure):
        for html in figure.findall(nodes.raw):
            if found := SVG.search(html.astext()):
                yield figure, found[0]


def written(
    app: Sphinx, page: str, node: nodes.Element, kind: str, format: str, content: str
) -> str:
    """Write a file into the site; a link to it that says what it is."""
    name = node["ids"][0]
    address = f"{kind}s/{name}.{format}"
    file = Path(app.outdir) / address
    file.parent.mkdir(exist_ok=True)
    file.write_text(content, encoding="utf-8")
    number = ".".join(map(str, app.env.toc_fignumbers[page][kind][name]))
    href = relative_uri(app.builder.get_target_uri(page), address)
    return (
        f'<a href="{escape(href)}" download aria-label="Download {kind} {number} as'
        f' {format.upper()}">{format.upper()}</a>'
    )


def stand_alone(svg: str) -> str:
    """Make an image of its own from a drawing on a page: light, its colors and fonts told."""
    family = FONTS.findall(STYLE.read_text())[0].replace('"', "'")
    svg = COLOR.sub(r"\1", SWITCH.sub("", svg)).replace("currentColor", INK)
    svg = svg.replace('font-family="sans-serif"', f'font-family="{family}"', 1)
    paper = '<rect width="100%" height="100%" fill="#ffffff"/>'
    return OPENING.sub(rf'\1 height="\2pt">{paper}', svg, count=1) + "\n"
