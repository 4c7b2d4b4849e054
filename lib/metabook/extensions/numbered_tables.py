"""Computed tables get numbers: ``{numref}`` finds a table by the name its code gave it.

What shows itself as a table and knows no page, a result of `twobytwo` or a pandas frame, gets
its name and its caption from the metadata of its cell, as a figure does::

    ---
    mystnb:
      figure: {name: table-deaths, caption: The deaths, classes: folded}
    ---
    deaths

With the class ``folded`` it stands behind "The numbers as a table"; with ``named-arms`` the
arms have the names that the book gives them, in place of treatment and control.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

from bs4 import BeautifulSoup, Tag
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.writers.html5 import HTML5Translator

from metabook.folded import Folded
from metabook.frames import arms
from metabook.table import Table, table
from metabook.templates import capital

NAME = re.compile(r'<div class="book-table[^"]*" id="([^"]+)">')
CAPTION = re.compile(r"<caption[^>]*><span>(.*?)</span>")
WITHOUT_PAGE = re.compile(r'<div class="twobytwo">|<table [^>]*class="dataframe"')
MISSING = {"-", "–", "NaN", "None", "NaT", "<NA>"}
NO_NAMES: Mapping[str, str] = {}


class computed_table(nodes.General, nodes.Element):
    """A table that came as HTML from a code cell."""


class FindComputedTables(SphinxTransform):
    """Make nodes with names of the HTML tables, before Sphinx collects names to refer to."""

    default_priority = 400

    def apply(self, **kwargs: object) -> None:
        """Wrap each such piece of HTML."""
        for figure in list(self.document.findall(nodes.figure)):
            self.make_table(figure)
        for html in list(self.document.findall(nodes.raw)):
            found = NAME.search(html.astext()) if html.get("format") == "html" else None
            if found and not isinstance(html.parent, computed_table):
                node = computed_table(names=[nodes.fully_normalize_name(found[1])])
                html.replace_self(node)
                node += html
                self.document.note_explicit_target(node)

    def make_table(self, figure: nodes.figure) -> None:
        """Put a table in place of a figure that holds one."""
        html = next(filter(_has_no_page, figure.findall(nodes.raw)), None)
        if html is None:
            return
        caption = next(figure.findall(nodes.caption), None)
        if caption is None or not figure["names"]:
            raise ValueError("a table in a figure needs a name and a caption")
        names = arm_names() if "named-arms" in figure["classes"] else NO_NAMES
        made = book_table(html.astext(), figure["names"][0], caption.astext(), names)
        shown = Folded(made) if "folded" in figure["classes"] else made
        node = computed_table(ids=figure["ids"], names=figure["names"])
        node += nodes.raw("", shown._repr_html_(), format="html")
        figure.replace_self(node)
        for name in node["ids"]:
            self.document.ids[name] = node


def _has_no_page(html: nodes.raw) -> bool:
    return html.get("format") == "html" and bool(WITHOUT_PAGE.search(html.astext()))


def arm_names() -> dict[str, str]:
    """What the book calls what a result calls its arms."""
    named = arms()
    pairs = {"treatment": named.treatment, "control": named.control}
    return pairs | {arm.capitalize(): capital(name) for arm, name in pairs.items()}


def book_table(html: str, name: str, caption: str, names: Mapping[str, str] = NO_NAMES) -> Table:
    """Make a table of the book from what a result of `twobytwo` or a pandas frame shows.

    `names` has other words for what a header or a cell holds and nothing else beside it.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"OR": [0.07, 0.61]}, index=["Baek", "Chang"])
    >>> book_table(frame._repr_html_(), "t", "Two")
    Two
    <BLANKLINE>
             OR
    -----------
    Baek   0.07
    Chang  0.61
    >>> one = pd.DataFrame({"Arm": ["treatment"], "Events": ["+1"]}, index=["Baek"])
    >>> book_table(one._repr_html_(), "t", "One", {"treatment": "a drug"})
    One
    <BLANKLINE>
          Arm     Events
    --------------------
    Baek  a drug      +1
    """
    page = BeautifulSoup(html, "html.parser")
    # A frame whose index has a name says it in a second row of the header.
    lines = [[_text(cell) for cell in row.select("th")] for row in page.select("thead tr")]
    header = [next(filter(None, reversed(column)), "") for column in zip(*lines, strict=True)]
    return table(
        [_capital(names.get(one, one)) for one in header],
        [_row(row, names) for row in page.select("tbody tr")],
        totals=[_row(row) for row in page.select("tfoot tr")],
        notes=[_text(note) for note in page.select("p") if not note.find_parent("table")],
        name=name,
        caption=caption,
    )


def _row(row: Tag, names: Mapping[str, str] = NO_NAMES) -> list[str | None]:
    cells = (_text(cell) for cell in row.select("th, td"))
    first, *texts = (names.get(one, one) for one in cells)
    return [first, *(None if text in MISSING else text for text in texts)]


def _capital(header: str) -> str:
    """A word begins with a capital; a symbol such as p, se or df stays as it is."""
    return header[:1].upper() + header[1:] if re.match("[a-z]{3}", header) else header


def _text(cell: Tag) -> str:
    return " ".join(cell.get_text().split())


def caption(node: nodes.Node) -> str:
    """Tell a table's caption: Sphinx counts only what has one."""
    found = CAPTION.search(node.astext())
    return unescape(found[1]) if found else ""


def visit_table(writer: HTML5Translator, node: computed_table) -> None:
    """Write the table, its number at the start of its caption."""
    html = node.astext()
    found = CAPTION.search(html)
    start = found.start(1) if found else 0
    writer.body.append(html[:start])
    writer.add_fignumber(node)
    writer.body.append(html[start:])
    raise nodes.SkipNode


def leave_table(writer: HTML5Translator, node: computed_table) -> None:
    """Nothing follows: the table is written whole."""


def setup(app: Sphinx) -> dict[str, bool]:
    """Count computed tables among the tables."""
    app.add_enumerable_node(computed_table, "table", caption, html=(visit_table, leave_table))
    app.add_transform(FindComputedTables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
