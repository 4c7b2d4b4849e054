"""Print the book in this folder: all chapters on one page, and by the browser to one PDF."""

from __future__ import annotations

import re
import shutil
import sys
from copy import copy
from functools import partial
from pathlib import Path, PurePosixPath
from posixpath import normpath

import chromium
import yaml
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser, Page
from pypdf import PdfReader
from sphinx_external_toc.parsing import parse_toc_yaml

STYLE = Path(__file__).with_suffix(".css")
FOOT = """<div style="color: #5c6066; display: flex; font: 8px sans-serif; margin: 0 16mm;
  justify-content: space-between; width: 100%"><span class="title"></span>
  <span class="pageNumber"></span></div>"""
# Writes into the contents where each chapter starts.
NUMBER = """starts => document.querySelectorAll(".book-contents li").forEach(line => {
    line.querySelector("span").textContent = starts[line.querySelector("a").hash.slice(1)];
})"""


def html_of(book: Path) -> Path:
    """Where the built pages are."""
    return book / "_build" / "html"


def name_of(book: Path) -> str:
    """What the PDF is called: the book's title, as a name for a file."""
    title = yaml.safe_load((book / "_config.yml").read_text("utf-8"))["title"]
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") + ".pdf"


def anchor(page: str, fragment: str = "") -> str:
    """Name a place so that no two pages share it."""
    return f"{page.replace('/', '-')}--{fragment}".removesuffix("--")


def chapter(html: Path, page: str, pages: list[str]) -> Tag:
    """Take a page's text, its places and links renamed for the whole book."""
    text = BeautifulSoup((html / f"{page}.html").read_text(), "html.parser").select_one("article")
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
        elif path and ":" not in path:  # a file of the site, which is not in the book on paper
            link.unwrap()
    for fold in text.select("details:not(.code)"):
        fold.attrs.pop("name", None)  # of several with one name a browser opens only the last
        if "wrong" not in fold.get_attribute_list("class"):
            fold["open"] = ""
    for code in text.select("details.code, .headerlink, .take-away"):
        code.decompose()
    return text


def joined(html: Path, pages: list[str]) -> str:
    """All chapters on one page, the contents, with room for numbers, after the first."""
    book = BeautifulSoup((html / f"{pages[0]}.html").read_text(), "html.parser")
    for script in book.select("script"):
        script.decompose()
    chapters = [chapter(html, page, pages) for page in pages]
    contents = BeautifulSoup(
        '<nav class="book-contents"><h2>Contents</h2><ol></ol></nav>', "html.parser"
    )
    for text in chapters[1:]:
        line = book.new_tag("li")
        link = book.new_tag("a", href=f"#{text['id']}")
        link.string = str(text.h1.get_text()) if text.h1 else ""
        line.extend([link, book.new_tag("span")])
        contents.ol.append(line)  # type: ignore[union-attr]  # made above, with a list
    chapters[0].append(copy(contents.nav))  # type: ignore[arg-type]  # made above, with a nav
    style = book.new_tag("style")
    style.string = STYLE.read_text()
    # A built page has a head and a body; the checker cannot know.
    book.head.append(style)  # type: ignore[union-attr]
    book.title.string = chapters[0].h1.get_text()  # type: ignore[union-attr]
    book.html["data-theme"] = "light"  # type: ignore[index]
    book.body.clear()  # type: ignore[union-attr]
    book.body.extend(chapters)  # type: ignore[union-attr]
    return str(book)


def starts(pdf: Path) -> dict[str, int]:
    """The page of each place that a link leads to."""
    reader = PdfReader(pdf)
    return {
        name.removeprefix("/"): (reader.get_destination_page_number(place) or 0) + 1
        for name, place in reader.named_destinations.items()
    }


def write(book: Path, target: Path, browser: Browser) -> None:
    """Join the pages, print them, number the contents, and print them tagged, with bookmarks."""
    html, pages = html_of(book), list(parse_toc_yaml(book / "_toc.yml"))
    target.parent.mkdir(parents=True, exist_ok=True)
    together = html / "all.html"
    together.write_text(joined(html, pages))
    page = browser.new_page(color_scheme="light")
    page.goto(together.as_uri())
    page.evaluate("document.fonts.ready")
    printed = partial(
        page.pdf,
        path=target,
        format="A4",
        margin={"top": "18mm", "bottom": "18mm", "left": "16mm", "right": "16mm"},
    )
    printed()
    page.evaluate(NUMBER, starts(target))
    printed(
        print_background=True,
        display_header_footer=True,
        header_template="<span></span>",
        footer_template=FOOT,
        tagged=True,
        outline=True,
    )
    page.close()
    together.unlink()


def link(html: Path, pdf: Path) -> None:
    """Put the PDF beside the pages, and name it on the first of them."""
    shutil.copyfile(pdf, html / pdf.name)
    first = html / "index.html"
    page = BeautifulSoup(first.read_text(), "html.parser")
    size = f"{len(PdfReader(pdf).pages)} pages, {pdf.stat().st_size / 1e6:.0f} MB"
    way = (
        f'<dt>Print</dt><dd><p><a href="{pdf.name}">The whole book as a PDF</a> ({size}).</p></dd>'
    )
    ways = page.select_one("#three-ways-in dl")
    if ways and pdf.name not in str(ways):
        ways.append(BeautifulSoup(way, "html.parser"))
        first.write_text(str(page))


def print_sheet(page: Page, sheet: Path, target: Path, paper: str = "A4") -> None:
    """Print what a class gets; a page that names its own paper keeps it."""
    page.goto(sheet.as_uri())
    page.pdf(
        path=target, format=paper, prefer_css_page_size=True, print_background=True, tagged=True
    )


def link_sheets(html: Path, pages: list[str]) -> None:
    """Name the PDF of a sheet where a page first links to the sheet."""
    for file in (html / f"{name}.html" for name in pages):
        page = BeautifulSoup(file.read_text(), "html.parser")
        for pdf in sorted((html / "class").glob("*.pdf")):
            sheet = page.select_one(f'article a[href$="class/{pdf.stem}.html"]')
            if sheet and not page.select(f'a[href$="class/{pdf.name}"]'):
                address = str(sheet["href"]).removesuffix(".html") + ".pdf"
                sheet.insert_after(BeautifulSoup(f' (<a href="{address}">PDF</a>)', "html.parser"))
                file.write_text(str(page))


def main() -> None:
    """Write the PDFs, of the book and of what a class gets, and link them."""
    if not chromium.find():
        sys.exit(chromium.HOW_TO_GET_ONE)
    book = Path.cwd()
    pdf = book / "_build" / "pdf" / name_of(book)
    with chromium.started() as browser:
        write(book, pdf, browser)
        page = browser.new_page()
        for sheet in (html_of(book) / "class").glob("*.html"):
            print_sheet(page, sheet, sheet.with_suffix(".pdf"))
    link(html_of(book), pdf)
    link_sheets(html_of(book), list(parse_toc_yaml(book / "_toc.yml")))
    print(f"The book on paper: {pdf.relative_to(book)}")


if __name__ == "__main__":
    main()
