"""Print the book: all chapters on one page, and by the browser to one PDF."""

from __future__ import annotations

import shutil
import sys
from copy import copy
from pathlib import Path, PurePosixPath
from posixpath import normpath

import chromium
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Page
from pypdf import PdfReader
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).resolve().parents[1]
HTML = ROOT / "_build" / "html"
ONE_PAGE = HTML / "all.html"
PDF = ROOT / "_build" / "pdf" / "rescue-stenting-rebuilt.pdf"
STYLE = Path(__file__).with_suffix(".css")
FOOT = """<div style="color: #5c6066; display: flex; font: 8px sans-serif; margin: 0 16mm;
  justify-content: space-between; width: 100%"><span class="title"></span>
  <span class="pageNumber"></span></div>"""


def anchor(page: str, fragment: str = "") -> str:
    """Name a place so that no two pages share it."""
    return f"{page.replace('/', '-')}--{fragment}".removesuffix("--")


def chapter(page: str, pages: list[str]) -> Tag:
    """Take a page's text, its places and links renamed for the whole book."""
    text = BeautifulSoup((HTML / f"{page}.html").read_text(), "html.parser").select_one("article")
    assert text is not None
    text["id"] = anchor(page)
    for tag in text.select("[id]"):
        if not tag.find_parent("svg") and tag is not text:
            tag["id"] = anchor(page, str(tag["id"]))
    for link in text.select("a[href]"):
        path, _, fragment = str(link["href"]).partition("#")
        there = normpath(PurePosixPath(page).parent / path) if path else f"{page}.html"
        if ":" not in path and there.removesuffix(".html") in pages:
            link["href"] = "#" + anchor(there.removesuffix(".html"), fragment)
    for fold in text.select("details:not(.code)"):
        fold.attrs.pop("name", None)  # of several with one name a browser opens only the last
        if "wrong" not in fold.get_attribute_list("class"):
            fold["open"] = ""
    for code in text.select("details.code, .headerlink, .take-away"):
        code.decompose()
    return text


def joined(pages: list[str], numbers: dict[str, int]) -> str:
    """All chapters on one page, the contents with page numbers after the first."""
    book = BeautifulSoup((HTML / f"{pages[0]}.html").read_text(), "html.parser")
    for script in book.select("script"):
        script.decompose()
    chapters = [chapter(page, pages) for page in pages]
    contents = BeautifulSoup(
        '<nav class="book-contents"><h2>Contents</h2><ol></ol></nav>', "html.parser"
    )
    for text in chapters[1:]:
        title = str(text.h1.get_text()) if text.h1 else ""
        line = book.new_tag("li")
        link = book.new_tag("a", href=f"#{text['id']}")
        link.string = title
        number = book.new_tag("span")
        number.string = str(numbers.get(title, ""))
        line.extend([link, number])
        contents.ol.append(line)  # type: ignore[union-attr]  # made above, with a list
    chapters[0].append(copy(contents.nav))  # type: ignore[arg-type]
    style = book.new_tag("style")
    style.string = STYLE.read_text()
    # A built page has a head and a body; the checker cannot know.
    book.head.append(style)  # type: ignore[union-attr]
    book.title.string = chapters[0].h1.get_text()  # type: ignore[union-attr]
    book.html["data-theme"] = "light"  # type: ignore[index]
    book.body.clear()  # type: ignore[union-attr]
    book.body.extend(chapters)  # type: ignore[union-attr]
    return str(book)


def print_page(page: Page, target: Path) -> dict[str, int]:
    """Write the PDF, tagged and with bookmarks; tell on which page each chapter starts."""
    page.goto(ONE_PAGE.as_uri())
    page.evaluate("document.fonts.ready")
    page.pdf(
        path=target,
        format="A4",
        tagged=True,
        outline=True,
        print_background=True,
        display_header_footer=True,
        header_template="<span></span>",
        footer_template=FOOT,
        margin={"top": "18mm", "bottom": "18mm", "left": "16mm", "right": "16mm"},
    )
    reader = PdfReader(target)
    marks = [mark for mark in reader.outline if not isinstance(mark, list)]
    return {str(mark.title): (reader.get_destination_page_number(mark) or 0) + 1 for mark in marks}


def write(target: Path) -> None:
    """Join the pages, print them, and print them again with page numbers in the contents."""
    pages = list(parse_toc_yaml(ROOT / "_toc.yml"))
    target.parent.mkdir(parents=True, exist_ok=True)
    numbers: dict[str, int] = {}
    with chromium.started() as browser:
        page = browser.new_page(color_scheme="light")
        for _ in range(2):
            ONE_PAGE.write_text(joined(pages, numbers))
            numbers = print_page(page, target)
    ONE_PAGE.unlink()


def link() -> None:
    """Put the PDF beside the pages, and name it on the first of them."""
    shutil.copyfile(PDF, HTML / PDF.name)
    first = HTML / "index.html"
    page = BeautifulSoup(first.read_text(), "html.parser")
    size = f"{len(PdfReader(PDF).pages)} pages, {PDF.stat().st_size / 1e6:.0f} MB"
    way = (
        f'<dt>Print</dt><dd><p><a href="{PDF.name}">The whole book as a PDF</a> ({size}).</p></dd>'
    )
    ways = page.select_one("#three-ways-in dl")
    if ways and PDF.name not in str(ways):
        ways.append(BeautifulSoup(way, "html.parser"))
        first.write_text(str(page))


def main() -> None:
    """Write the PDF and link it."""
    if not chromium.find():
        sys.exit(chromium.HOW_TO_GET_ONE)
    write(PDF)
    link()
    print(f"The book on paper: {PDF.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
