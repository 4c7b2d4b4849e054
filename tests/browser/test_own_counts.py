"""A reader's own counts in the page: typed, pasted, opened; said as the library says."""

import itertools
from pathlib import Path

import numpy as np
import pytest
from metabook.extensions.look import NEEDS
from metabook.own_counts import RULES, OwnCounts
from twobytwo import Counts, pool, read_counts
from twobytwo.checks.leading import BECAUSE, FEW, NO_EXACT, REASONS
from twobytwo.estimate.exact import exact_odds_ratio
from twobytwo.reporting.caution_words import WORDS
from twobytwo.rounding import number, p_equals, with_interval

from .conftest import alone, anew

ARMS = np.array([[1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66]])
DEATHS = Counts(("Baracchini", "Chang", "Cornelissen", "Peng"), *ARMS)
LEADING = {"method": "IV", "tau2": "REML", "interval": "hksj-truncated"}
CHOICES = {
    "revman5": {},
    "IV": LEADING,
    "pm": {"method": "IV", "tau2": "PM", "interval": "hksj"},
    "MH": {"model": "fixed", "zero_cells": "none"},
    "peto": {"model": "fixed", "method": "Peto"},
}


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    # With the scripts of every page: classic scripts share their names.
    every = ("book.css", "book.js", "previews.js", *NEEDS["data-own-counts"])
    body = OwnCounts(DEATHS, "stent", "control", "death")._repr_html_()
    return alone(tmp_path_factory.mktemp("own"), "Own counts", body, *every)


@pytest.fixture
def tab(tab, page):
    return anew(tab, page)


def part(tab, name):
    return tab.locator(f"[data-own={name}]").text_content()


def paste(tab, text):
    tab.evaluate(
        """(text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text", text);
            const given = { clipboardData, bubbles: true, cancelable: true };
            const input = document.querySelector('[data-row="0"]');
            input.dispatchEvent(new ClipboardEvent("paste", given));
        }""",
        text,
    )


def fill(tab, text):
    """Paste into the emptied table: a text, or the rows of studies without names."""
    if not isinstance(text, str):
        text = "\n".join("\t".join(map(str, (f"S{i}", *row))) for i, row in enumerate(text))
    tab.get_by_role("button", name="Empty table").click()
    paste(tab, text)


def rows(tab):
    return tab.evaluate("table.rows")


def effect(result):
    return result.text.replace("-", "−")


def led(arms, **more):
    return effect(pool(*arms, **LEADING, **more))


def test_it_starts_with_the_counts_given_and_the_leading_analysis(tab):
    assert led(ARMS) in part(tab, "said")
    assert part(tab, "said").endswith(f"No direction is claimed, because {BECAUSE['interval']}.")
    assert REASONS["ordinary"] in part(tab, "why")
    assert effect(pool(*ARMS)) in part(tab, "second")
    assert "depends on the method is not firm" in part(tab, "second")
    assert tab.get_by_role("img", name="Forest plot of death").is_visible()
    tab.locator("summary").click()
    without = tab.locator("[data-own=without] tr").all_text_contents()
    kept = [arm[[0, 2, 3]] for arm in ARMS]
    assert len(without) == 4
    assert led(kept) in without[1]
    assert effect(pool(*kept)) in without[1]


def test_another_rule_is_the_librarys(tab):
    for measure, (rule, choices) in itertools.product(["OR", "RR", "RD"], CHOICES.items()):
        tab.locator(f"[value={measure}]").check()
        tab.select_option("[name=own-rule]", rule)
        if rule == "peto" and measure != "OR":
            assert "odds ratios only" in part(tab, "second")
            continue
        if rule == "MH" and measure == "RD":
            choices = {"model": "fixed"}  # a risk difference is never corrected
        assert effect(pool(*ARMS, measure=measure, **choices)) in part(tab, "second")


def test_few_events_lead_to_the_exact_odds_ratio_and_no_direction(tab):
    assert set(RULES) == {*CHOICES, "exact"}
    arms = np.array([[0, 1, 0, 2], [60] * 4, [2, 5, 1, 4], [600] * 4])
    fill(tab, arms.T)
    found = exact_odds_ratio(*arms)
    interval = with_interval(found.estimate, found.ci_lower, found.ci_upper)
    assert f"{interval} ({p_equals(found.p_value)})" in part(tab, "said")
    assert BECAUSE["few events"] in part(tab, "said")
    assert REASONS["few events"] in part(tab, "why")
    assert WORDS["few events"][1].format(few=FEW) in part(tab, "cautions")
    # Nothing is added to any cell: two studies have no effect of their own.
    assert tab.locator("[data-own=plot] rect.mark").count() == 2
    assert "Of 100,000: " in part(tab, "thousand")
    for measure, reason in NO_EXACT.items():
        tab.locator(f"[value={measure}]").check()
        assert part(tab, "why").startswith(f"Leads because {reason}.")
    tab.locator("#own-risk").fill("5")
    assert "Of 1,000: " in part(tab, "thousand")


def test_an_effect_has_the_digits_it_needs_and_no_more(tab):
    arms = np.array([[12, 15, 11], [100, 100, 100], [0, 0, 0], [100, 101, 102]])
    fill(tab, arms.T)
    assert effect(pool(*arms, method="exact")) in part(tab, "said")
    assert "∞ [" in part(tab, "said")
    assert part(tab, "thousand") == "not estimable"
    tab.locator("[value=RD]").check()
    assert part(tab, "thousand").startswith("The controls show no risk")
    tab.locator("[value=OR]").check()
    tab.get_by_role("button", name="Download the picture").click()
    assert "no plot: the effect is infinite" in tab.locator("output").first.text_content()
    apart = np.array([[5, 8, 20], [50, 60, 60], [10, 15, 11], [50, 62, 60]])
    fill(tab, apart.T)
    assert part(tab, "predicted") == "< 0.001 to > 1,000"
    rare = np.array([[40, 35, 22], [10**5] * 3, [80, 75, 48], [10**5] * 3])
    fill(tab, rare.T)
    tab.locator("[value=RD]").check()
    assert led(rare, measure="RD") in part(tab, "said")
    assert "−0.00034 [" in part(tab, "said")
    assert part(tab, "said").endswith("More events with Control: that favors Treatment.")


def test_where_the_library_would_ask_more_the_page_names_the_command(tab):
    fill(tab, [(3, 300, 15, 300), (4, 301, 12, 300), (2, 302, 14, 300), (4, 303, 17, 300)])
    assert "python -m twobytwo report counts.csv" in part(tab, "said")
    assert "favors" not in part(tab, "said")


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
    tab.select_option("[name=own-rule]", "IV")
    assert led((events[0], sizes[0], events[1], sizes[1])) in part(tab, "second")


STUDIES = [["Chang 2018", "6", "48", "19", "100"], ["Peng 2019", "21", "66", "29", "66"]]
# Two studies as people have them; where Python reads the text too, it reads the same.
REVMAN5 = (
    "Comparison Number,Outcome Number,Subgroup Number,Name,Events 1,Total 1,Events 2,Total 2\n"
)
SAME = {
    "canonical": "study,events_treatment,n_treatment,events_control,n_control\n"
    "Chang 2018,6,48,19,100\nPeng 2019,21,66,29,66\n",
    "capitals": "Study,Events_Treatment,N_Treatment,Events_Control,N_Control\n"
    "Chang 2018,6,48,19,100\nPeng 2019,21,66,29,66",
    "metafor": "n2i;ci;n1i;ai;slab\n100;19;48;6;Chang 2018\n66;29;66;21;Peng 2019",
    "metafor, the year apart": "author,year,ai,n1i,ci,n2i\nChang 2018,2018,6,48,19,100\n"
    "Peng 2019,2019,21,66,29,66",
    "cells of the table": "Study,a,b,c,d\nChang 2018,6,42,19,81\nPeng 2019,21,45,29,37\n",
    "tpos": "trial,study,tpos,tneg,cpos,cneg\n1,Chang 2018,6,42,19,81\n2,Peng 2019,21,45,29,37",
    "meta": 'study,event.e,n.e,event.c,n.c\n"Chang 2018",6,48,19,100\n"Peng 2019",21,66,29,66\n',
    "netmeta": "studlab,treat1,treat2,event1,n1,event2,n2\n"
    "Chang 2018,control,stent,19,100,6,48\nPeng 2019,control,stent,29,66,21,66\n",
    "meta, by spaces": '"studlab" "event.e" "n.e" "event.c" "n.c"\n'
    '"Chang 2018" 6 48 19 100\n"Peng 2019" 21 66 29 66\n',
    "RevMan Web": "Study,Study year,Experimental cases,Experimental N,Control cases,Control N\n"
    "Chang 2018,2018,6,48,19,100\nPeng 2019,2019,21,66,29,66",
    "prefixes": "trial,nTi,nCi,xTi,xCi,dose\nChang 2018,48,100,6,19,5\nPeng 2019,66,66,21,29,6\n",
    "long names": "acronym,drug_arm_event,drug_arm_total,control_arm_event,control_arm_total\n"
    "Chang 2018,6,48,19,100\nPeng 2019,21,66,29,66",
    "plain words": "Study,Events (stent),Total (stent),Events (control),Total (control)\n"
    "Chang 2018,6,48,19,100\nPeng 2019,21,66,29,66",
    "6/48": "Study\tStent\tControl\nChang 2018\t6/48\t19 / 100\nPeng 2019\t21/66\t29/66\n",
    "a row for each arm": "study,group,events,total\nChang 2018,drug,6,48\n"
    "Chang 2018,placebo,19,100\nPeng 2019,drug,21,66\nPeng 2019,placebo,29,66",
    "sep=": "sep=;\nstudy;xt;nt;xc;nc\nChang 2018;6;48;19;100\nPeng 2019;21;66;29;66\n",
    "a title above, a note and a total below": "Deaths in our review,,,,\n\n"
    "study,events_treatment,n_treatment,events_control,n_control\nChang 2018,6,48,19,100\n"
    "Peng 2019,21,66,29,66\nTotal,27,114,48,166\nSource: Table 2,,,,",
    "RevMan 5": f"{REVMAN5}1,0,0,Stent against control,,,,\n1,1,0,Death,27,114,48,166\n"
    "1,1,0,Chang 2018,6,48,19,100\n1,1,0,Peng 2019,21,66,29,66\n",
}
# Blocks from a spreadsheet without a header that names the columns: in the order of the page.
PASTED = {
    "bare": "Chang 2018\t6\t48\t19\t100\nPeng 2019\t21\t66\t29\t66\n",
    "messy": "Study\tE\tN\tE\tN\n Chang  2018 \t6 \t48\t 19\t100\u00a0\r\n"
    "Peng 2019\t21\t66\t29\t66",
    "pairs": "Chang 2018\t6/48\t19 / 100\nPeng 2019\t21 of 66\t29/66\n",
    "from a message": "Chang 2018 6 48 19 100\nPeng 2019 21 66 29 66",
}


@pytest.mark.parametrize("kind", [*SAME, *PASTED])
def test_what_is_pasted_is_understood(tab, kind):
    text = (SAME | PASTED)[kind]
    fill(tab, text)
    assert [row for row in rows(tab) if any(row)] == STUDIES
    assert ("a total" in part(tab, "said")) == ("Total," in text)
    if kind in SAME:
        assert "Read from “" in part(tab, "said")
        read = read_counts(text.encode())
        assert [[n, *map(str, x)] for n, *x in zip(read.study, *read.arms, strict=True)] == STUDIES


REFUSED = {
    "three arms": ("study,arm,events,n\nA,low,5,50\nA,high,4,51\nA,placebo,9,50", "--control"),
    "one arm": ("author,year,cases,total\nA,2001,5,50\nB,2004,8,60", "Only one arm"),
    "no counts": ("study,or,lower,upper\nA,0.5,0.2,1.1", "does not name study"),
    "two outcomes": (
        "study,outcome,ai,n1i,ci,n2i\nA,death,5,50,9,50\nA,bleeding,8,50,5,50",
        "--outcome",
    ),
    "RevMan 5, two outcomes": (
        f"{REVMAN5}1,1,0,Death,5,50,9,50\n1,1,0,A,5,50,9,50\n"
        "1,2,0,Bleeding,8,60,9,61\n1,2,0,A,8,60,9,61",
        '--outcome "Death"',
    ),
    "a row too long": (
        "study,ai,n1i,ci,n2i\nA,5,50,9,50\nB, 2,5,50,9,50",
        "“B” has 6 fields where the header has 5",
    ),
    "XML": ("<?xml version='1.0'?>\n<COCHRANE_REVIEW/>", "no plain table"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_not_read_is_refused_with_the_way_out(tab, kind):
    text, word = REFUSED[kind]
    before = rows(tab)
    paste(tab, text)
    assert word in part(tab, "said")
    assert "python -m twobytwo pool FILE" in part(tab, "said") or kind in (
        "one arm",
        "a row too long",
    )
    assert rows(tab) == before
    assert "The table stays as it was." in part(tab, "said")


def test_a_file_is_opened_in_place_of_the_table(tab, tmp_path):
    file = tmp_path / "counts.csv"
    file.write_text("\ufeff" + SAME["meta"], "utf-8")
    tab.set_input_files("[type=file]", file)
    tab.wait_for_function("table.rows.length === 2")
    assert rows(tab) == STUDIES
    assert "Treatment against Control" in part(tab, "said")


@pytest.mark.parametrize(
    ("cell", "value", "word"),
    [
        ((0, 1), "10%", "“10%”; not a number; write digits only"),
        ((1, 3), "101", "“101”; more events than the 100 patients of “control: patients”"),
        ((2, 2), "0", "an arm needs at least 1 patient"),
        ((2, 4), "", "Row 3, column “control: patients”: blank"),
        ((3, 1), "2.5", "not a whole number"),
        ((3, 1), "-1", "negative"),
        ((1, 3), "1.200", "not a number in one way only (1200, or 1.2)"),
        ((1, 0), "Peng", "same name"),
        ((3, 0), "Total", "is called a total and is not the sum"),
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
    anew(tab, link)
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
    odds = pool(*ARMS, **LEADING).estimate / 9
    treated = number(1000 * odds / (1 + odds), 0)
    tab.locator("#own-risk").fill("10")
    assert f"{treated} with stent, 100 with control" in part(tab, "thousand")
    tab.locator("#own-risk").fill("120")
    assert "0 to 100" in part(tab, "thousand")


@pytest.mark.parametrize(
    ("text", "caution"),
    [
        ("S1\t5\t50\t9\t60\nS2\t5\t50\t9\t60", "is one study there twice?"),
        ("Lee low\t5\t50\t9\t60\nLee high\t6\t55\t9\t60", "the same control arm in “Lee low”"),
    ],
)
def test_what_may_be_wrong_is_cautioned_as_by_the_command_line(tab, text, caution):
    fill(tab, text)
    assert caution.lower() in part(tab, "cautions").lower()
    reading = read_counts(f"study,ai,n1i,ci,n2i\n{text}".replace("\t", ",").encode()).reading
    plain = [text.translate(str.maketrans("“”", "''")) for text in [part(tab, "cautions")]]
    assert reading.cautions[0].lower() in plain[0].lower()


def test_cautions_of_the_report_are_told_in_its_words(tab):
    assert WORDS["one with a zero cell"][1].format(studies="Cornelissen") in part(tab, "cautions")
    tab.get_by_role("button", name="Remove row 3").click()
    assert "Zero cells" not in part(tab, "cautions")
    kept = [arm[[0, 1, 3]] for arm in ARMS]
    assert number(pool(*kept, **LEADING).q) in part(tab, "heterogeneity")
    fill(tab, [(20, 80, 33, 80), (20, 80, 33, 80), (20, 80, 34, 80), (29, 80, 32, 80)])
    fragile = WORDS["single studies"][1].format(studies="S0, S1, S2 or S3", null=1)
    assert fragile in part(tab, "cautions")


def test_columns_exchanged_and_a_sum_are_named(tab):
    fill(tab, "A\t50\t5\t9\t60\nB\t60\t6\t9\t61")
    assert "are “Treatment: events” and “Treatment: patients” exchanged?" in part(tab, "faults")
    fill(tab, "A\t5\t50\t9\t60\nB\t6\t60\t9\t61\nC\t11\t110\t18\t121")
    assert "is the sum of all other rows" in part(tab, "faults")
    # Whether a total is the sum is asked once all other counts can be read.
    fill(tab, "A\t5\t50\t9\t60\nB\t6\t1,060\t9\t61\nTotal\t11\t1110\t18\t121")
    assert tab.locator("[data-own=faults] li").count() == 1


def test_an_address_of_any_length_is_not_quoted_back(tab, page):
    anew(tab, f"{page}#own={'x' * 100_000}")
    assert "100000 characters" in part(tab, "said")
    assert len(part(tab, "said")) < 500
