"""Tables: headers a screen reader can use, digits in line, all escaped; as CSV, plain values."""

import csv

import numpy as np
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from metabook.extensions.table_csv import table_csv
from metabook.table import Cell, table


def made(**changes):
    given = {
        "columns": ["Study", "n/N", "OR", "p"],
        "rows": [
            "Asia",
            ["Baek & Co", "8/17", "3.26", "0.077"],
            ["Chang", "19/48", Cell("12.8", mark="a"), "<0.001"],
            "Europe",
            [Cell("Premat", href="x.html?a=1&b=2"), None, Cell("-1", badge="basis"), "0.5"],
        ],
        "totals": [["Pooled", "27/65", "3.14", "0.001"]],
        "groups": [("", 1), ("Stent", 1), ("Effect", 2)],
        "notes": ["Random effects.", Cell("Adjusted, by -0.5.", mark="a")],
        "name": "tab-one",
        "caption": "Counts <and> ratios",
    }
    return table(**(given | changes))


def soup(**changes):
    return BeautifulSoup(made(**changes)._repr_html_(), "html.parser")


def test_the_name_is_the_anchor_and_the_caption_names_the_region_that_scrolls():
    page = soup()
    assert page.find(id="tab-one")["class"] == ["book-table"]
    region = page.select_one(".table-scroll")
    assert (region["role"], region["tabindex"]) == ("region", "0")
    assert page.find(id=region["aria-labelledby"]).text == "Counts <and> ratios"


def test_every_column_and_row_has_a_scoped_header():
    page = soup()
    assert [th.text for th in page.select('th[scope="col"]')] == ["Study", "n/N", "OR", "p"]
    names = [th.text for th in page.select('th[scope="row"]')]
    assert names == ["Baek & Co", "Chang", "Premat", "Pooled"]
    assert all(th.has_attr("scope") for th in page.select("th"))
    page = soup(columns=["", "n/N", "OR", "p"])  # and no header is empty
    assert all(th.text for th in page.select("th"))
    assert len(page.select("thead td")) == 2


def test_groups_of_columns_and_of_rows():
    page = soup()
    over = page.select('th[scope="colgroup"]')
    assert [(th.text, th["colspan"]) for th in over] == [("Stent", "1"), ("Effect", "2")]
    assert [col["span"] for col in page.select("colgroup")] == ["1", "1", "2"]
    assert [th.text for th in page.select('tbody th[scope="rowgroup"]')] == ["Asia", "Europe"]
    assert len(page.select("tbody")) == 3
    assert page.select_one("tbody.totals th").text == "Pooled"


def test_text_is_escaped():
    html = made(rows=[["<script>", "1", "2", "3"]], notes=["a < b"])._repr_html_()
    assert "<script>" not in html
    assert "a &lt; b" in html


def test_links_badges_marks_notes_and_signs():
    page = soup()
    assert page.select_one('a[href="x.html?a=1&b=2"]').text == "Premat"
    assert page.select_one(".tag.basis").text == "−1"
    assert [sup.text for sup in page.select("sup")] == ["a", "a"]
    notes = [note.text for note in page.select(".table-note")]
    assert notes == ["Random effects.", "aAdjusted, by −0.5."]
    assert page.select("tbody tr")[4].select("td")[0].text == "–"  # what is missing
    page = soup(rows=[["mRS 0-2", "[-1.2, -0.3]", "-0.94", "1"]])
    cells = [cell.text for cell in page.select("tbody tr")[0].select("th, td")]
    assert cells == ["mRS 0-2", "[−1.2, −0.3]", "−0.94", "1"]


def test_decimal_points_are_in_line():
    fractions = []
    for cell in soup().select("tbody td:nth-of-type(2)"):
        pad = cell.select_one(".pad")
        digits = cell.text.removesuffix("a").partition(".")[2]
        fractions.append(bool(digits) + len(digits) + (len(pad["data-pad"]) if pad else 0))
    assert fractions == [3, 3, 3, 3]
    assert made().align == "lrdd"
    assert made(align="lccl").align == "lccl"


def test_plain_text_for_comparison():
    assert repr(made()).splitlines() == [
        "Counts <and> ratios",
        "",
        "(Stent: 1)  (Effect: 2)",
        "Study        n/N         OR       p",
        "-----------------------------------",
        "Asia",
        "Baek & Co   8/17       3.26   0.077",
        "Chang      19/48  12.8  [a]  <0.001",
        "Europe",
        "Premat         –      -1      0.5",
        "-----------------------------------",
        "Pooled     27/65       3.14   0.001",
        "",
        "Random effects.",
        "[a] Adjusted, by -0.5.",
    ]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"rows": [["Baek", "1", "2"]]}, "needs 4 cells"),
        ({"rows": [], "totals": []}, "needs 4 cells"),
        ({"groups": [("Stent", 3)]}, "groups do not span its 4"),
        ({"align": "lr"}, "one of l, c, r, d"),
        ({"align": "lrdx"}, "one of l, c, r, d"),
        ({"rows": [["Baek", 1, 0.39, 2]]}, "already printed"),
    ],
)
def test_a_table_that_does_not_add_up_is_refused(changes, problem):
    with pytest.raises((ValueError, TypeError), match=problem):
        made(**changes)


def test_a_frame_brings_its_columns_and_prints_its_numbers():
    frame = pd.DataFrame(
        {"Study": ["Baek", "Chang"], "OR": [3.255, np.nan], "p": [0.0765, 0.001], "n": [17, 48]}
    ).assign(blind=[True, False])
    made = table(frame, name="t", caption="Two", decimals={"p": 3})
    assert made.columns == ("Study", "OR", "p", "n", "blind")
    assert [[cell.text for cell in row] for row in made.rows] == [
        ["Baek", "3.26", "0.077", "17", "yes"],
        ["Chang", "–", "0.001", "48", "no"],
    ]
    assert made.align == "ldddl"


# Taken away as CSV.


def written(columns, *rows, **rest):
    html = table(columns, rows, name="t", caption="A table", **rest)._repr_html_()
    return list(csv.reader(table_csv(html).splitlines()))


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
    found = written(["Study", "value"], ["Baek", shown])
    assert found == [["Study", "value"], ["Baek", expected]]


def test_headers_above_headers_are_joined_to_them():
    groups = [("", 1), ("Stent", 2)]
    header, _ = written(["Study", "events", "n"], ["Baek", 1, 2], groups=groups)
    assert header == ["Study", "Stent: events", "Stent: n"]


def test_groups_of_rows_and_notes_are_columns_and_totals_are_in_no_group():
    notes = [Cell("Recovered from the pooled result.", mark="a"), "All patients."]
    rows = ["Europe", ["Baracchini", 1], "Asia", ["Chang", Cell("2", mark="a")], ["Peng", 3]]
    assert written(["Study", "n"], *rows, totals=[["Total", 6]], notes=notes) == [
        ["group", "Study", "n", "note"],
        ["Europe", "Baracchini", "1", ""],
        ["Asia", "Chang", "2", "Recovered from the pooled result."],
        ["Asia", "Peng", "3", ""],
        ["", "Total", "6", ""],
    ]
