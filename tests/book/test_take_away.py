"""Each figure and each table of the book can be taken away, and holds what the page shows."""

import csv
import re
import xml.etree.ElementTree as ET

import pytest
from built import PAGES, file_of, soup, strings

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@pytest.fixture(params=PAGES)
def page(request):
    return file_of(request.param), soup(request.param)


def offered(file, within, kind):
    """The file that a figure or a table offers; its link says which it is."""
    link = within.select_one(".take-away a[download]")
    number = within.select_one(".caption-number").text.split()[-1]
    thing = "figure" if kind == "SVG" else "table"
    assert link["aria-label"] == f"Download {thing} {number} as {kind}"
    return (file.parent / link["href"]).resolve()


def words(svg):
    return [text.strip() for text in svg if text.strip()]


def test_each_figure_is_a_file_of_its_own_with_the_same_words(page):
    file, html = page
    for figure in html.select("article figure"):
        text = offered(file, figure, "SVG").read_text()
        assert words(ET.fromstring(text).itertext()) == words(figure.svg.strings)
        assert not re.search(r"var\(|currentColor|<style|https?://(?!www\.w3\.org/)", text)


def test_each_table_is_a_file_with_a_row_for_each_row_and_the_same_numbers(page):
    file, html = page
    for table in html.select("article .book-table"):
        name = offered(file, table, "CSV")
        header, *lines = csv.reader(name.read_text(encoding="utf-8-sig").splitlines())
        assert {len(line) for line in lines} == {len(header)}
        every = [row for body in table("tbody") for row in body("tr")]
        rows = [row for row in every if not row.find("th", scope="rowgroup")]
        for row, line in zip(rows, lines, strict=True):
            cells = ["".join(strings(cell, "sup")) for cell in row(["th", "td"])]
            shown = [NUMBER.findall(cell) for cell in cells]
            held = [NUMBER.findall(cell) for cell in line]
            start = 1 if header[0] == "group" else 0
            assert held[start : start + len(shown)] == shown
