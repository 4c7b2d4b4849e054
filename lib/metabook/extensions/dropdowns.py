"""An admonition with the class ``dropdown`` is folded, by the browser itself, no script."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator


class details(nodes.General, nodes.Element):
    """A box that a reader opens."""


class summary(nodes.General, nodes.TextElement):
    """What a closed box says."""


def setup(app: Sphinx) -> dict[str, bool]:
    """Make such admonitions folded."""
    app.connect("doctree-read", fold)
    app.add_node(details, html=(visit_details, depart_details))
    app.add_node(summary, html=(visit_summary, depart_summary))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def fold(app: Sphinx, doctree: nodes.document) -> None:
    """Put the admonition's title in view and the rest behind it."""
    for box in list(doctree.findall(nodes.admonition)):
        if "dropdown" in box["classes"]:
            title, *rest = box.children
            heading = summary("", "", *title.children)
            box.replace_self(details("", heading, *rest, classes=["dropdown"], ids=box["ids"]))


def visit_details(writer: HTML5Translator, node: details) -> None:
    """Open the box."""
    writer.body.append(writer.starttag(node, "details"))


def depart_details(writer: HTML5Translator, node: details) -> None:
    """Close it."""
    writer.body.append("</details>\n")


def visit_summary(writer: HTML5Translator, node: summary) -> None:
    """Open its title."""
    writer.body.append("<summary>")


def depart_summary(writer: HTML5Translator, node: summary) -> None:
    """Close it."""
    writer.body.append("</summary>\n")
