"""Each page's download menu offers its executed notebook beside its source."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell the theme of the notebooks, and put them where it looks for them."""
    app.connect("html-page-context", offer, priority=400)  # before the theme makes its menu
    app.connect("build-finished", copy)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _executed(app: Sphinx, page: str) -> Path:
    """Where MyST-NB leaves the executed notebook of a page."""
    return Path(app.outdir).parent / "jupyter_execute" / f"{page}.ipynb"


def offer(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Name the notebook of a page that has one."""
    if _executed(app, page).exists():
        context["ipynb_source"] = f"{page}.ipynb"


def copy(app: Sphinx, error: Exception | None) -> None:
    """Copy the notebooks next to the sources."""
    if error or app.builder.format != "html":
        return
    for page in app.env.found_docs:
        if _executed(app, page).exists():
            target = Path(app.outdir) / "_sources" / f"{page}.ipynb"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(_executed(app, page), target)
