"""Each page's download menu offers its executed notebook beside its source.

A page with solutions offers a second notebook, for students, without them.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from nbformat import NotebookNode
from sphinx.application import Sphinx

from metabook.extensions.students import without_solutions


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell the theme of the notebooks, and put them where it looks for them."""
    app.connect("html-page-context", offer, priority=400)  # before the theme makes its menu
    app.connect("html-page-context", offer_students, priority=502)  # after it
    app.connect("build-finished", copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _executed(app: Sphinx, page: str) -> Path:
    """Where MyST-NB leaves the executed notebook of a page."""
    return Path(app.outdir).parent / "jupyter_execute" / f"{page}.ipynb"


def _for_students(app: Sphinx, page: str) -> NotebookNode | None:
    """The notebook without solutions, of a page that has some."""
    if not _executed(app, page).exists():
        return None
    notebook = nbformat.read(_executed(app, page), 4)
    student = without_solutions(notebook)
    return student if student != notebook else None


def offer(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Name the notebook of a page that has one."""
    if _executed(app, page).exists():
        context["ipynb_source"] = f"{page}.ipynb"


def offer_students(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Add the notebook without solutions to the menu."""
    if _for_students(app, page) is None:
        return
    menus = {button["label"]: button for button in context["header_buttons"]}
    menus["download-buttons"]["buttons"].insert(
        1,
        {
            "type": "link",
            "url": context["pathto"](f"_sources/{page}-student.ipynb", 1),
            "text": ".ipynb without solutions",
            "icon": "fas fa-graduation-cap",
            "tooltip": "Download the notebook without its solutions",
            "label": "download-student-button",
        },
    )


def copy(app: Sphinx, error: Exception | None) -> None:
    """Copy the notebooks next to the sources."""
    if error or app.builder.format != "html":
        return
    for page in app.env.found_docs:
        if _executed(app, page).exists():
            target = Path(app.outdir) / "_sources" / f"{page}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(_executed(app, page), target)
            student = _for_students(app, page)
            if student is not None:
                nbformat.write(student, target.with_name(f"{target.stem}-student.ipynb"))
