"""What a class gets, as it comes out of a printer and stands on a wall."""

import shutil

import pdf
import pytest
from axe import broken
from bs4 import BeautifulSoup
from built import HTML
from pypdf import PdfReader

from .conftest import noting

CLASS = HTML / "class"
page = pytest.fixture(noting)


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("name", ["worksheet", "worksheet-key"])
def test_a_worksheet_is_one_sheet_with_two_sides(page, name, paper, tmp_path):
    pdf.print_sheet(page, CLASS / f"{name}.html", tmp_path / "sheet.pdf", paper)
    front, back = PdfReader(tmp_path / "sheet.pdf").pages
    assert "Four studies" in front.extract_text()
    assert "Pool the four" in back.extract_text()


def test_a_slide_is_one_page_with_its_notes(page, tmp_path):
    pdf.print_sheet(page, CLASS / "slides.html", tmp_path / "slides.pdf")
    pages = PdfReader(tmp_path / "slides.pdf").pages
    assert len(pages) == 10
    for i, one in enumerate(pages, 1):
        assert one.mediabox.width > one.mediabox.height
        assert f"{i} / 10" in one.extract_text()
        assert "Notes." in one.extract_text()


def test_the_slides_go_on_by_key_each_whole_on_the_wall(page):
    page.goto((CLASS / "slides.html").as_uri())
    page.click("#present")
    for i in [*range(1, 11), 10]:  # after the last one nothing happens
        box = page.locator(f"#slide-{i}").bounding_box()
        assert abs(box["y"]) < 2
        assert abs(box["height"] - page.viewport_size["height"]) < 2
        inside = page.locator(f"#slide-{i} footer").bounding_box()
        assert inside["y"] + inside["height"] <= page.viewport_size["height"]
        assert not page.locator(f"#slide-{i} aside").is_visible()
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    assert abs(page.locator("#slide-9").bounding_box()["y"]) < 2
    page.keyboard.press("Escape")
    assert page.locator("#slide-9 aside").is_visible()


@pytest.mark.parametrize("name", ["worksheet", "worksheet-key", "slides"])
def test_it_is_open_to_everyone_on_a_phone(page, name):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto((CLASS / f"{name}.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not broken(page)


def test_a_pdf_is_linked_where_its_sheet_is(page, tmp_path):
    shutil.copytree(CLASS, tmp_path / "class")
    (tmp_path / "chapters").mkdir()
    shutil.copy(HTML / "chapters" / "teachers.html", tmp_path / "chapters")
    (tmp_path / "class" / "worksheet.pdf").touch()
    for _ in range(2):
        pdf.link_sheets(tmp_path, ["chapters/teachers"])
    built = BeautifulSoup((tmp_path / "chapters" / "teachers.html").read_text(), "html.parser")
    (link,) = built.select('a[href$=".pdf"]')
    assert (tmp_path / "chapters" / link["href"]).resolve().exists()
