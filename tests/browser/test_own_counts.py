"""A reader's own counts in the page: typed, pasted, opened; said as the library says."""

import json
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from metabook.extensions.look import NEEDS
from metabook.own_counts import RULES, OwnCounts
from twobytwo import Counts, pool
from twobytwo.estimate.exact import exact_odds_ratio
from twobytwo.rounding import number, p_equals, with_interval

STATIC = Path(__file__).parents[2] / "lib" / "metabook" / "extensions" / "static"
ARMS = np.array([[1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66]])
DEATHS = Counts(("Baracchini", "Chang", "Cornelissen", "Peng"), *ARMS)
CHOICES = {
    "reml": {"method": "IV", "tau2": "REML", "interval": "hksj-truncated"},
    "pm": {"method": "IV", "tau2": "PM", "interval": "hksj"},
    "mh": {"model": "fixed", "zero_cells": "none"},
    "peto": {"model": "fixed", "method": "Peto"},
}


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    files = [(STATIC / file).as_uri() for file in ("book.css", *NEEDS["data-own-counts"])]
    head = "".join(
        f'<link rel="stylesheet" href="{file}">' if file.endswith("css")
        else f'<script defer src="{file}"></script>' for file in files
    )  # fmt: skip
    body = OwnCounts(DEATHS, "stent", "control", "death")._repr_html_()
    made = tmp_path_factory.mktemp("own") / "page.html"
    made.write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Own counts</title>{head}'
        f"<body><main><h1>Own counts</h1>{body}</main></body></html>"
    )
    return made.as_uri()


@pytest.fixture
def tab(browser, page):
    context = browser.new_context(viewport={"width": 1000, "height": 900})
    tab = context.new_page()
    noted = []
    tab.on("console", lambda said: said.type == "error" and noted.append(said.text))
    tab.on("pageerror", lambda error: noted.append(str(error)))
    tab.on("request", lambda asked: asked.url.startswith("http") and noted.append(asked.url))
    tab.goto(page)
    yield tab
    assert not noted
    context.close()


def part(tab, name):
    return tab.locator(f"[data-own={name}]").text_content()


def paste(tab, text, row=0):
    tab.evaluate(
        """([text, row]) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text", text);
            const told = { clipboardData, bubbles: true, cancelable: true };
            const input = document.querySelector(`[data-row="${row}"]`);
            input.dispatchEvent(new ClipboardEvent("paste", told));
        }""",
        [text, row],
    )


def rows(tab):
    return tab.evaluate("table.rows")


def effect(result):
    return with_interval(result.estimate, result.ci_lower, result.ci_upper).replace("-", "−")


def test_it_starts_with_the_counts_given(tab):
    assert effect(pool(*ARMS)) in part(tab, "said")
    assert part(tab, "said").endswith("More death with control: that favors stent.")
    assert tab.get_by_role("img", name="Forest plot of death").is_visible()
    assert part(tab, "thousand").startswith("145 with stent, 305 with control: 160 fewer")
    without = tab.locator("[data-own=without] tr").all_text_contents()
    assert len(without) == 4
    at = [0, 2, 3]
    assert effect(pool(*(arm[at] for arm in ARMS))) in without[1]


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
@pytest.mark.parametrize("rule", CHOICES)
def test_the_second_rule_is_the_librarys(tab, measure, rule):
    tab.locator(f"[value={measure}]").check()
    tab.select_option("[name=own-rule]", rule)
    if rule == "peto" and measure != "OR":
        assert "odds ratios only" in part(tab, "second")
    else:
        assert effect(pool(*ARMS, measure=measure, **CHOICES[rule])) in part(tab, "second")
    assert effect(pool(*ARMS, measure=measure)) in part(tab, "said")


def test_the_second_rule_can_be_the_exact_one(tab):
    assert set(RULES) == {*CHOICES, "exact"}
    tab.select_option("[name=own-rule]", "exact")
    found = exact_odds_ratio(*ARMS)
    told = with_interval(found.estimate, found.ci_lower, found.ci_upper)
    assert f"{told} ({p_equals(found.p_value)})" in part(tab, "second")


def test_ten_studies_are_typed_by_keyboard_alone(tab):
    tab.get_by_role("button", name="Empty table").focus()
    tab.keyboard.press("Enter")
    rng = np.random.default_rng(3)
    sizes = rng.integers(20, 200, (2, 10))
    events = rng.binomial(sizes, 0.2)
    for i in range(10):
        typed = (f"Study {i}", events[0, i], sizes[0, i], events[1, i], sizes[1, i])
        for j, value in enumerate(typed):
            tab.keyboard.type(str(value))
            tab.keyboard.press("Tab" if j < 4 else "Enter")
    assert effect(pool(events[0], sizes[0], events[1], sizes[1])) in part(tab, "said")


PASTED = {
    "from a spreadsheet": "Chang 2018\t6\t48\t19\t100\nPeng 2019\t21\t66\t29\t66\n",
    "with a header and spaces": "Study\tE\tN\tE\tN\n Chang  2018 \t6 \t48\t 19\t100\u00a0\r\n"
    "Peng 2019\t21\t66\t29\t66",
    "events of patients": "Chang 2018\t6/48\t19 / 100\nPeng 2019\t21 of 66\t29/66\n",
    "with a total": "Chang 2018\t6\t48\t19\t100\n"
    "Peng 2019\t21\t66\t29\t66\nTotal\t27\t114\t48\t166\n",
    "columns in another order": "n2i;ci;n1i;ai;author\n100;19;48;6;Chang 2018\n"
    "66;29;66;21;Peng 2019",
    "quoted": 'study,event.e,n.e,event.c,n.c\n"Chang 2018",6,48,19,100\n"Peng 2019",21,66,29,66\n',
}


@pytest.mark.parametrize("kind", PASTED)
def test_what_is_pasted_is_understood(tab, kind):
    tab.get_by_role("button", name="Empty table").click()
    paste(tab, PASTED[kind])
    assert [row for row in rows(tab) if any(row)] == [
        ["Chang 2018", "6", "48", "19", "100"],
        ["Peng 2019", "21", "66", "29", "66"],
    ]
    assert ("totals" in part(tab, "said")) == (kind == "with a total")
    assert effect(pool(*(arm[[1, 3]] for arm in ARMS))) in part(tab, "said")


def test_a_file_is_opened(tab, tmp_path):
    file = tmp_path / "counts.csv"
    file.write_text("\ufeff" + PASTED["quoted"], "utf-8")
    tab.set_input_files("[type=file]", file)
    tab.wait_for_function("table.rows.length === 2")
    assert effect(pool(*(arm[[1, 3]] for arm in ARMS))) in part(tab, "said")


@pytest.mark.parametrize(
    ("cell", "value", "word"),
    [
        ((0, 1), "10%", "“10%” not a number; write digits only"),
        ((1, 3), "101", "“101” more events than the 100 patients of n_control"),
        ((2, 2), "0", "an arm needs at least 1 patient"),
        ((2, 4), "", "Row 3, column n_control: blank"),
        ((3, 1), "2.5", "not a whole number"),
        ((3, 1), "-1", "negative"),
        ((1, 0), "Peng", "same name"),
    ],
)
def test_what_cannot_be_is_named_where_it_stands(tab, cell, value, word):
    tab.locator(f'[data-row="{cell[0]}"][data-column="{cell[1]}"]').fill(value)
    assert word in part(tab, "faults")
    assert tab.locator("[data-own=results]").is_hidden()
    assert tab.locator("[aria-invalid=true]").count() == 1


def test_a_link_brings_the_counts_back(tab, page):
    tab.locator("[name=own-treatment]").fill("stent & more; +1, 100 %")
    link = tab.evaluate("address()")
    words = part(tab, "said")
    tab.goto("about:blank")
    tab.goto(link)
    assert part(tab, "said") == words
    assert rows(tab) == [
        [s, *map(str, n)] for s, *n in zip(DEATHS.study, *ARMS.tolist(), strict=True)
    ]


def test_what_is_downloaded_can_be_read_again(tab):
    tab.locator('[data-row="0"][data-column="0"]').fill('A "B", C')
    with tab.expect_download() as counts:
        tab.get_by_role("button", name="Download the counts").click()
    text = Path(counts.value.path()).read_text()
    assert text.splitlines()[0] == "study,events_treatment,n_treatment,events_control,n_control"
    assert tab.evaluate("(text) => tableOf(text).rows", text) == rows(tab)
    with tab.expect_download() as picture:
        tab.get_by_role("button", name="Download the picture").click()
    assert Path(picture.value.path()).read_text().startswith("<svg")


def test_a_risk_of_ones_choosing(tab):
    tab.locator("#own-risk").fill("10")
    assert part(tab, "thousand").startswith("41 with stent, 100 with control: 59 fewer")
    tab.locator("#own-risk").fill("120")
    assert "0 to 100" in part(tab, "thousand")


def test_rare_events_are_warned_of(tab):
    assert "--method GLMM" in part(tab, "cautions")
    assert "Cornelissen" in part(tab, "cautions")
    tab.get_by_role("button", name="Remove row 3").click()
    assert "GLMM" not in part(tab, "cautions")
    assert number(pool(*(arm[[0, 1, 3]] for arm in ARMS)).q) in part(tab, "heterogeneity")


@pytest.mark.parametrize("width", [390, 1000])
def test_it_fits_and_no_rule_of_accessibility_is_broken(tab, width):
    tab.set_viewport_size({"width": width, "height": 900})
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.evaluate(AXE_SCRIPT)
    found = tab.evaluate(
        "axe.run(document, {preload: false, runOnly: ['wcag2a', 'wcag2aa', 'best-practice']})"
    )
    broken = [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]]
    assert not broken, json.dumps(broken, indent=1)
