"""Code out of the reader's way: every cell's code is folded, one click from view.

A cell with the tag ``show-input`` keeps its code open. A button in the page's header
opens all of them (see ``static/book.js``).
"""

from __future__ import annotations

from typing import Any

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

BUTTON = {
    "type": "javascript",
    "javascript": "toggleCode()",
    "tooltip": "Show or hide all code on this page",
    "icon": "fas fa-code",
    "label": "code-button",
}


def setup(app: Sphinx) -> dict[str, bool]:
    """Fold the code of each page and give the page a button that unfolds it."""
    app.connect("doctree-read", fold_code)
    app.connect("html-page-context", add_button, priority=502)  # after the theme's own buttons
    app.add_node(HideCodeCellNode, override=True, html=(visit_fold, depart_fold))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def fold_code(app: Sphinx, doctree: nodes.document) -> None:
    """Treat each code cell as if it had the tag ``hide-input``."""
    for cell in doctree.findall(nodes.container):
        is_code = cell.get("nb_element") == "cell_code"
        if is_code and "hide_mode" not in cell and "tag_show-input" not in cell["classes"]:
            cell["hide_mode"] = "input"
            cell["prompt_show"] = app.config.nb_code_prompt_show
            cell["prompt_hide"] = app.config.nb_code_prompt_hide


def add_button(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Offer to open all code on the pages that have some."""
    if '<details class="code' in context.get("body", ""):
        context["header_buttons"].append(BUTTON)


def visit_fold(writer: HTML5Translator, node: HideCodeCellNode) -> None:
    """Open the fold; its summary is read as it stands, without a second label."""
    writer.body.append(
        '<details class="code"><summary>'
        f'<span class="closed">{writer.encode(node["prompt_show"])}</span>'
        f'<span class="opened">{writer.encode(node["prompt_hide"])}</span>'
        "</summary>\n"
    )


def depart_fold(writer: HTML5Translator, node: HideCodeCellNode) -> None:
    """Close the fold."""
    writer.body.append("</details>\n")
