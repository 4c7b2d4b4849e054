"""`make book` tells the truth: on a book of four pages, each way in which a build could lie."""

import os
import subprocess
import sys

import pytest
from metabook.alone import alone
from metabook.build import build

CONFIG = """
title: Four pages
only_build_toc_files: true
execute: {execute_notebooks: "off"}
sphinx:
  extra_extensions: [metabook.extensions.shared]
  config: {html_theme: basic, html_theme_options: {}}
"""
PAGES = {
    "index": "# Front\n\nAll about {term}`arm`; see [](chapters/second.md).\n",
    "chapters/second": "# Second\n\nFirst words.\n",
    "chapters/glossary": "# Glossary\n\n:::{glossary}\narm\n  One group.\n:::\n",
    "chapters/old": "# Old\n\nAnother word for an {term}`arm`.\n",
}
CELL = """---
kernelspec: {display_name: Python 3, language: python, name: python3}
---

# Draft

```{code-cell} ipython3
1 / 0
```
"""


class Book:
    def __init__(self, folder):
        self.folder = folder

    def write(self, page, text):
        path = self.folder / f"{page}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path

    def list(self, *pages):
        chapters = "".join(f"\n  - file: {page}" for page in pages)
        (self.folder / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:{chapters}")

    def build(self):
        try:
            build(self.folder)
        except SystemExit:
            return False
        return True

    def html(self, page):
        return self.folder / "_build" / "html" / f"{page}.html"


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    book = Book(tmp_path_factory.mktemp("book"))
    (book.folder / "_config.yml").write_text(CONFIG)
    book.list(*list(PAGES)[1:])
    for page, text in PAGES.items():
        book.write(page, text)
    assert book.build()
    return book


def test_what_stands_is_not_built_again(book):
    before = book.html("index").stat().st_mtime_ns
    assert book.build()
    assert book.html("index").stat().st_mtime_ns == before


def test_a_second_build_waits_for_the_first(book):
    start = [sys.executable, "-m", "metabook.build"]
    with alone(book.folder):
        second = subprocess.Popen(start, cwd=book.folder, stderr=subprocess.PIPE, text=True)
        assert "waiting" in second.stderr.readline()
        assert second.poll() is None
    assert second.communicate()[1] == ""
    assert second.returncode == 0


def test_a_page_s_words_are_read_anew_and_no_other_page_is_written(book):
    before = book.html("chapters/glossary").stat().st_mtime_ns
    book.write("chapters/second", "# Second\n\nSecond words.\n")
    assert book.build()
    assert "Second words" in book.html("chapters/second").read_text()
    assert book.html("chapters/glossary").stat().st_mtime_ns == before


def test_a_definition_is_new_wherever_it_is_shown(book):
    shown = book.html("chapters/old")  # index is written with any page that it lists
    assert 'title="One group."' in shown.read_text()
    book.write("chapters/glossary", PAGES["chapters/glossary"].replace("One", "Any"))
    assert book.build()
    assert 'title="Any group."' in shown.read_text()


def test_a_failed_build_fails_until_the_fault_is_mended_whatever_the_date(book):
    page = book.write("chapters/second", "# Second\n\n{ref}`nowhere`\n")
    assert not book.build()
    assert not book.build()
    page.write_text("# Another title\n\nOther words.\n")
    book.write("chapters/glossary", PAGES["chapters/glossary"].replace("One", "Either"))
    book.write("chapters/draft", CELL)
    book.list("chapters/second", "chapters/glossary")
    for changed in book.folder.rglob("*.md"):
        os.utime(changed, (0, 0))
    assert book.build()
    assert "Other words" in book.html("chapters/second").read_text()
    assert "Another title" in book.html("index").read_text()
    assert "Either group" in book.html("chapters/glossary").read_text()
    # What the contents do not list is not there, though it was or though there is a page.
    assert not book.html("chapters/old").exists()
    assert not book.html("chapters/draft").exists()


def test_a_failed_cell_fails_until_it_is_mended(book):
    book.list("chapters/second", "chapters/glossary", "chapters/draft")
    assert not book.build()
    assert not book.build()
