"""Each page's download menu offers its notebook, which runs in plain Jupyter.

The notebooks stand in ``notebooks/`` of the site, with the data that they read, and the wheel of
the libraries; ``notebooks.zip`` holds all of it. A page with solutions offers a second notebook
without them.
"""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from nbformat import NotebookNode
from sphinx.application import Sphinx

from metabook.execute import with_outputs
from metabook.extensions.notebook import has_answers, notebook

FOLDER = "notebooks"
NOTE = (
    "*This notebook is a page of the book "
    "“{title}”. To run it, unpack `notebooks.zip`, which lies beside it, and in its folder run "
    '`pip install "{wheel}[frames,excel]" jupyterlab` and `jupyter lab {name}.ipynb`.*'
)


def setup(app: Sphinx) -> dict[str, bool]:
    """Make the notebooks of the pages, and name them in each page's menu."""
    app.add_config_value("notebook_own_packages", [], "html")  # that only this book has
    app.add_config_value("notebook_wheels", "_build/dist", "html")
    app.connect("html-page-context", write, priority=501)  # before the menu
    app.connect("html-page-context", offer, priority=502)  # after the theme's own buttons
    app.connect("build-finished", gather)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _executed(app: Sphinx, page: str) -> NotebookNode | None:
    """A page's code with what it showed; None where it has none."""
    path = Path(app.env.doc2path(page))
    if path.suffix != ".md" or "{code-cell}" not in path.read_text("utf-8"):
        return None
    return with_outputs(Path(app.srcdir), path)


def _made(app: Sphinx, page: str, student: bool = False) -> Path:
    """Where the notebook of a page stands."""
    name = Path(page).name + ("-student" if student else "")
    return Path(app.outdir) / FOLDER / f"{name}.ipynb"


def _wheels(app: Sphinx) -> list[Path]:
    return sorted((Path(app.srcdir) / app.config.notebook_wheels).glob("*.whl"))


def write(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Write the notebook of a page that has code, and one without solutions where it has some."""
    if doctree is None or app.builder.format != "html":
        return
    executed = _executed(app, page)
    if executed is None:
        return
    wheel = next((wheel.name for wheel in _wheels(app)), "twobytwo")
    title = app.config.html_title or app.config.project
    for student in (False, True) if has_answers(context["body"]) else (False,):
        file = _made(app, page, student)
        note = NOTE.format(title=title, wheel=wheel, name=file.stem)
        own = app.config.notebook_own_packages
        file.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook(context["body"], executed, own, note, answers=not student), file)


def offer(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Add the notebooks to the menu."""
    menus = {button["label"]: button for button in context.get("header_buttons", [])}
    if "download-buttons" not in menus:
        return
    for student, words in ((True, "without solutions"), (False, "")):
        file = _made(app, page, student)
        if file.exists():
            menus["download-buttons"]["buttons"].insert(
                0,
                {
                    "type": "link",
                    "url": context["pathto"](f"{FOLDER}/{file.name}", 1),
                    "text": f".ipynb {words}".strip(),
                    "icon": "fas fa-graduation-cap" if student else "fas fa-code",
                    "tooltip": f"Download the notebook {words}".strip(),
                    "label": f"download-{'student' if student else 'notebook'}-button",
                },
            )


def gather(app: Sphinx, error: Exception | None) -> None:
    """Put the data and the wheel beside the notebooks, and all of it into one archive."""
    folder = Path(app.outdir) / FOLDER
    if error or app.builder.format != "html" or not folder.exists():
        return
    wanted = {_made(app, page, student) for page in app.env.found_docs for student in (False, True)}
    for old in set(folder.glob("*.ipynb")) - wanted:
        old.unlink()
    shutil.copytree(Path(app.srcdir) / "data", folder / "data", dirs_exist_ok=True)
    for wheel in _wheels(app):
        shutil.copy(wheel, folder)
    with zipfile.ZipFile(folder / "notebooks.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and file.suffix != ".zip":
                archive.write(file, file.relative_to(folder))
