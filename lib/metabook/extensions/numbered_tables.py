"""Computed tables get numbers: ``{numref}`` finds a table by the name its code gave it."""

from __future__ import annotations

import re
from html import unescape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.writers.html5 import HTML5Translator

NAME = re.compile(r'<div class="book-table" id="([^"]+)">')
CAPTION = re.compile(r"<caption[^>]*><span>(.*?)</span>")


class computed_table(nodes.General, nodes.Element):
    """A table that came as HTML from a code cell."""


class FindComputedTables(SphinxTransform):
    """Make nodes with names of the HTML tables, before Sphinx collects names to refer to."""

    default_priority = 400

    def apply(self, **kwargs: object) -> None:
        """Wrap each such piece of HTML."""
        for html in list(self.document.findall(nodes.raw)):
            found = NAME.search(html.astext()) if html.get("format") == "html" else None
            if found:
                table = computed_table(names=[nodes.fully_normalize_name(found[1])])
                html.replace_self(table)
                table += html
                self.document.note_explicit_target(table)


def caption(table: nodes.Node) -> str:
    """Tell a table's caption: Sphinx counts only what has one."""
    found = CAPTION.search(table.astext())
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
