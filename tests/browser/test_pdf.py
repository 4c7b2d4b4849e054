"""The book on paper: whole, with bookmarks, readable by screen readers."""

import shutil

import pdf
import pytest
from bs4 import BeautifulSoup, SoupStrainer
from built import PAGES, ROOT, file_of
from pypdf import PdfReader


def squeezed(text):
    """Without blanks: where it breaks a line a title may lack one."""
    return "".join(text.split())


@pytest.fixture(scope="module")
def book(browser, tmp_path_factory):
    # Of a copy, as it puts all pages into one file beside them while other tests weigh the site.
    folder = tmp_path_factory.mktemp("pdf")
    target = folder / "book.pdf"
    shutil.copytree(pdf.html_of(ROOT), pdf.html_of(folder))
    shutil.copy(ROOT / "_toc.yml", folder)
    pdf.write(folder, target, browser)
    return PdfReader(target)


@pytest.fixture(scope="module")
def titles():
    pages, only = [file_of(name).read_text() for name in PAGES], SoupStrainer("h1")
    found = [BeautifulSoup(page, "html.parser", parse_only=only) for page in pages]
    return [title.get_text().removesuffix("#") for title in found]


def test_it_is_tagged_and_says_its_language(book):
    root = book.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert "Rescue stenting, rebuilt" in book.metadata.title


def test_each_chapter_has_a_bookmark_that_leads_to_its_title(book, titles):
    marks = [mark for mark in book.outline if not isinstance(mark, list)]
    assert [squeezed(mark.title) for mark in marks] == list(map(squeezed, titles))
    starts = [book.get_destination_page_number(mark) for mark in marks]
    assert starts == sorted(set(starts))
    assert len(book.pages) > max(20, starts[-1])
    for title, start in zip(titles, starts, strict=True):
        assert squeezed(title) in squeezed(book.pages[start].extract_text())


def test_its_contents_name_the_page_of_each_chapter(book, titles):
    marks = [mark for mark in book.outline if not isinstance(mark, list)]
    # They stand on the sheets before the second chapter, after the words of the first.
    before = book.pages[: book.get_destination_page_number(marks[1])]
    _, _, contents = "\n".join(page.extract_text() for page in before).partition("\nContents\n")
    contents = squeezed(contents)
    for mark in marks[1:]:
        assert squeezed(f"{mark.title}{book.get_destination_page_number(mark) + 1}") in contents


def test_no_link_leads_to_a_file_of_this_machine(book):
    notes = [note.get_object() for page in book.pages for note in page.get("/Annots", [])]
    addresses = [str(note["/A"]["/URI"]) for note in notes if "/URI" in note.get("/A", {})]
    assert addresses
    assert not [address for address in addresses if address.startswith("file:")]
