"""What leaves the page: a table as CSV, a drawing as an image of its own."""

import csv
import xml.etree.ElementTree as ET

import pytest
from matplotlib.figure import Figure as Drawing
from metabook.extensions.table_csv import table_csv
from metabook.extensions.take_away import stand_alone
from metabook.figure import Figure
from metabook.table import Cell, table
from twobytwo.plots import palette


def written(columns, rows, **rest):
    html = table(columns, rows, name="t", caption="A table", **rest)._repr_html_()
    return list(csv.reader(table_csv(html).splitlines()))


def test_a_plain_table_is_its_header_and_its_rows():
    assert written(["Study", "OR"], [["Baek", "3.6"], ["Chang", "12.81"]]) == [
        ["Study", "OR"],
        ["Baek", "3.6"],
        ["Chang", "12.81"],
    ]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("-0.50", "-0.50"),
        (None, ""),
        ("<0.001", "<0.001"),
        ("0.39 [0.16, 0.93]", "0.39 [0.16, 0.93]"),
        ('the "best", < all', 'the "best", < all'),
        (Cell("12/48", href="https://example.org", badge="basis"), "12/48"),
    ],
)
def test_a_cell_is_what_it_says_in_signs_that_programs_read(shown, expected):
    assert written(["Study", "value"], [["Baek", shown]])[1] == ["Baek", expected]


def test_headers_above_headers_are_joined_to_them():
    groups = [("", 1), ("Stent", 2)]
    header, _ = written(["Study", "events", "n"], [["Baek", 1, 2]], groups=groups)
    assert header == ["Study", "Stent: events", "Stent: n"]


def test_groups_of_rows_are_a_column_and_totals_are_in_no_group():
    rows = ["Europe", ["Baracchini", 1], "Asia", ["Chang", 2], ["Peng", 3]]
    assert written(["Study", "n"], rows, totals=[["Total", 6]]) == [
        ["group", "Study", "n"],
        ["Europe", "Baracchini", "1"],
        ["Asia", "Chang", "2"],
        ["Asia", "Peng", "3"],
        ["", "Total", "6"],
    ]


def test_a_note_stands_in_the_rows_that_bear_its_mark():
    notes = [Cell("Recovered from the pooled result.", mark="a"), "All patients."]
    rows = [["Baek", "1"], ["Chang", Cell("0", mark="a")]]
    assert written(["Study", "n"], rows, notes=notes) == [
        ["Study", "n", "note"],
        ["Baek", "1", ""],
        ["Chang", "0", "Recovered from the pooled result."],
    ]


@pytest.fixture
def image():
    drawing = Drawing(figsize=(3, 2))
    axes = drawing.add_subplot()
    axes.plot([1, 2], [1, 2], color=palette.TREATMENT)
    axes.plot([1, 2], [2, 1], color=palette.INK)
    html = Figure(drawing, "plot", "A plot.")._repr_html_()
    return stand_alone(html[html.index("<svg") : html.index("</svg>") + len("</svg>")])


def test_a_drawing_alone_has_its_colors_on_white(image):
    assert palette.TREATMENT in image
    assert palette.INK in image
    assert "var(" not in image
    assert "currentColor" not in image
    paper = ET.fromstring(image)[0]
    assert paper.attrib == {"width": "100%", "height": "100%", "fill": "#ffffff"}


def test_a_drawing_alone_has_its_size_its_fonts_and_its_words(image):
    svg = ET.fromstring(image)
    assert (svg.attrib["width"], svg.attrib["height"]) == ("216pt", "144pt")
    assert svg.attrib["font-family"].endswith("Arial, sans-serif")
    assert svg.attrib["aria-label"] == "A plot."
