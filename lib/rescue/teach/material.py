"""What a class needs beside the pages, made with the book: worksheet, key, slides, questions.

A Sphinx extension: when all pages stand, the files are written into ``class/`` of the site. Only
the slides take anything from pages, their figures; where pages alone have changed, the other files
stay, and the slides if no figure of theirs was written.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from metabook import data, questions
from metabook.templates import slug
from sphinx.application import Sphinx

from rescue.teach.handouts import page
from rescue.teach.slides import slides
from rescue.teach.worksheet import worksheet

FOLDER = "class"


def setup(app: Sphinx) -> dict[str, bool]:
    """Write the files after the pages, whose figures the slides show."""
    app.connect("build-finished", build)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def build(app: Sphinx, error: Exception | None) -> None:
    """Write what a class needs, once the book stands."""
    if not error and app.builder.format == "html":
        write(Path(app.outdir), app.config.html_title or app.config.project)


def write(site: Path, title: str) -> None:
    """Write the files of a class into a built site."""
    folder = site / FOLDER
    folder.mkdir(exist_ok=True)
    shown, names = folder / "slides.html", [row["figure"] for row in data.rows("slides.csv")]
    drawn = {name: site / "figures" / f"{name}.svg" for name in names}
    if not shown.exists() or max(map(_written, drawn.values())) >= _written(shown):
        shown.write_text(slides(lambda name: drawn[name].read_text("utf-8")), "utf-8")
    package = folder / "questions-qti.zip"
    if package.exists():  # the last to be written; `metabook.build` keeps no site of other data
        return
    from rescue.teach.exercises import EVERY  # seconds, which a changed page need not wait for

    for key, name in ((False, "worksheet"), (True, "worksheet-key")):
        (folder / f"{name}.html").write_text(worksheet(key=key), "utf-8")
    asked = questions.every(EVERY.values())
    (folder / "questions.gift.txt").write_text(questions.gift(asked, title), "utf-8")
    write_qti(asked, title, package)


def _written(file: Path) -> int:
    return file.stat().st_mtime_ns


def write_qti(asked: list[questions.Question], title: str, file: Path) -> None:
    """Write questions as a package of QTI 1.2, which Canvas imports."""
    name = slug(title)
    parts = {
        "imsmanifest.xml": "imsmanifest.xml",
        f"{name}/{name}.xml": "assessment.xml",
        f"{name}/assessment_meta.xml": "assessment_meta.xml",
    }
    with zipfile.ZipFile(file, "w") as package:
        for path, template in parts.items():
            text = page(template, name=name, title=title, questions=asked, exact=questions.exact)
            # Without a date: the same content makes the same file, whenever it is built.
            package.writestr(zipfile.ZipInfo(path), text.strip(), zipfile.ZIP_DEFLATED)
