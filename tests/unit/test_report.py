"""A report: the numbers of `pool`, whole or not at all, readable by anyone and by a parser."""

import csv
import functools
import json
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from twobytwo import Counts
from twobytwo.cli import report as cli_report
from twobytwo.reporting import words as report_words
from twobytwo.reporting.cautions import warnings
from twobytwo.reporting.findings import RECOMMENDED, report
from twobytwo.reporting.page import MOST, html
from twobytwo.rounding import half_up, signs, with_interval

DEATHS = (
    "Baracchini 2017,1,23,9,23",
    "Chang 2018,6,48,19,100",
    "Cornelissen 2018,0,12,5,14",
    "Peng 2019,21,66,29,66",
)
SILENT = (*DEATHS, "Silent,0,10,0,12", "Sure,7,7,9,9")


def drawn(k, risks, sizes, seed):
    """Rows of k studies with two risks and sizes between two for each arm."""
    draw = np.random.default_rng(seed)
    n = [draw.integers(*size, k) for size in sizes]
    events = [draw.binomial(size, risk) for size, risk in zip(n, risks, strict=True)]
    arms = zip(events[0], n[0], events[1], n[1], strict=True)
    return tuple(f"S{i},{a},{m},{c},{n}" for i, (a, m, c, n) in enumerate(arms))


def many(k):
    """Rows of k studies drawn from one truth."""
    return drawn(k, (0.2, 0.3), [(20, 200)] * 2, 1)


def analyzed(rows, **choices):
    """The report of counts in rows."""
    names, *arms = zip(*csv.reader(rows), strict=True)
    return report(Counts(names, *(np.array(arm, dtype=np.int64) for arm in arms)), **choices)


report_of = functools.cache(analyzed)


def tree(text):
    return ET.fromstring(text.partition("\n")[2])


def words(element):
    return " ".join(" ".join(element.itertext()).split())


@pytest.mark.parametrize(
    ("rows", "measure"),
    [(DEATHS, "OR"), (SILENT, "RR"), (many(20), "RD")],
    ids=["OR", "RR", "RD"],
)
def test_the_commands_it_names_print_its_numbers(counts_file, run, rows, measure, monkeypatch):
    path = counts_file(*rows)
    monkeypatch.chdir(path.parent)
    done = run("report", path, "--out", "out.html", "--measure", measure, "--prediction-df", "k-1")
    assert (done.status, done.out) == (0, ""), done
    assert "wrote out.html" in done.err
    page = tree(Path("out.html").read_text("utf-8"))
    commands, text = words(page.find(".//pre")).split("python -m twobytwo ")[1:], words(page)
    for command in commands:
        result = json.loads(run(*command.split(), "--json").out)
        limits = (result["estimate"], result["ci_lower"], result["ci_upper"])
        assert signs(with_interval(*limits)) in text
        if result["prediction_lower"] is not None:
            ahead = (signs(half_up(result[f"prediction_{end}"])) for end in ("lower", "upper"))
            assert " to ".join(ahead) in text
    assert len(commands) >= (5 if measure == "OR" else 3)


def test_two_runs_write_the_same_bytes():
    assert html(analyzed(DEATHS)) == html(report_of(DEATHS))


def test_progress_is_told_where_it_takes_long(counts_file, run, monkeypatch):
    path = counts_file(*DEATHS)
    assert run("report", path, "--out", path.with_name("out.html")).went_well()
    monkeypatch.setattr(cli_report, "MANY", 3)
    done = run("report", path, "--out", path.with_name("out.html"))
    assert "drawing the forest plot of 4 studies" in done.err


# Nothing half.


@pytest.mark.parametrize(
    ("rows", "options", "parts"),
    [
        (["A,11,10,1,10"], [], ["row 2", "events_treatment", "'11'"]),
        (DEATHS, ["--level", "95"], ["level 95"]),
        (DEATHS, ["--risk", "30"], ["risk 30", "30 % is 0.3"]),
        (DEATHS, ["--subgroup", "age"], ["age"]),
        (DEATHS, ["--out", "counts.csv"], ["must end in .html"]),
        (DEATHS, ["--out", "no/out.html"], ["cannot be written"]),
    ],
)
def test_what_cannot_be_used_writes_nothing(counts_file, run, rows, options, parts, monkeypatch):
    path = counts_file(*rows)
    monkeypatch.chdir(path.parent)
    assert run("report", path, "--out", "out.html", *options).refused(*parts)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert path.read_text().startswith("study")


# What it says, and what it does not.


def titles(rows, **choices):
    return [caution.title for caution in warnings(report_of(rows, **choices))]


AGREE = drawn(12, (0.15, 0.3), [(150, 400)] * 2, 2)
ALIKE = tuple(f"S{i},{10 + i % 2},100,30,100" for i in range(12))
DIFFER = tuple(f"S{i},{(5, 60)[i % 2]},100,30,100" for i in range(12))
# No difference at a risk of 0.4 %, one arm ten times the other: 0.5 added finds "more events".
RARE = drawn(20, (0.004, 0.004), [(55, 66), (550, 660)], 3)
# Small studies of a large effect, a large one without.
SMALL = (*(f"S{i},{1 + i % 3},{40 + i},{8 + i % 4},{41 + i}" for i in range(11)),
         "Large,500,6000,505,6000")  # fmt: skip
OPPOSED = tuple(f"S{i},{(4, 28)[i % 2]},100,30,100" for i in range(12))
HANGING = ("A,10,50,25,50", "B,12,50,27,50", "C,11,60,25,60")
NO_CONTRAST, NOBODY = ("A,0,10,0,12", "B,3,3,4,4"), ("A,0,90,0,80", "B,0,40,0,50")
CASES = {
    "There is only one study": (DEATHS[:1], AGREE),
    "There are only 4 studies": (DEATHS, AGREE),
    "Two studies cannot say how far studies differ": (DEATHS[:2], DEATHS),
    "Nothing could be pooled": (NO_CONTRAST, AGREE),
    "There is nothing to compare": (NOBODY, NO_CONTRAST),
    "There are few events": (RARE, AGREE),
    "Zero cells": (DEATHS, AGREE),
    "Studies without a contrast": (SILENT, DEATHS),
    "The analyses disagree": (RARE, AGREE),
    "The studies agree better than chance": (ALIKE, RARE),
    "The studies differ": (DIFFER, AGREE),
    "That the studies differ is not ruled out": (DEATHS, DIFFER),
    "The studies may differ": (("A,6,60,14,60", "B,20,100,28,100", "C,18,60,14,60"), DIFFER),
    "The next study may show the opposite": (OPPOSED, AGREE),
    "The conclusion hangs on single studies": (HANGING, AGREE),
    "Small studies may show other effects than large ones": (SMALL, AGREE),
}


@pytest.mark.parametrize("title", CASES)
def test_a_caution_is_given_where_it_applies_and_not_elsewhere(title):
    applies, not_here = CASES[title]
    assert title in titles(applies)
    assert title not in titles(not_here)


COMMON = tuple(f"S{i},{45 + i},50,{38 + i},50" for i in range(4))


@pytest.mark.parametrize(
    ("risk", "start"),
    [(0.9, "At a control risk of 90 % it makes"), (None, "At some control risk a limit makes")],
)
def test_a_ratio_that_no_risk_can_hold_is_said_to_be_cut_off(risk, start):
    report = report_of(COMMON, measure="RR", risk=risk)
    (text,) = (text for title, text in warnings(report) if "cannot hold" in title)
    assert text.startswith(start)
    assert "cannot hold" not in str(titles(COMMON, risk=risk))  # an odds ratio can
    assert "Limits that cannot be" not in titles(COMMON, measure="RD")
    assert "Limits that cannot be" in titles(DEATHS[:2], measure="RD")


@pytest.mark.parametrize("rows", [DEATHS[:2], DEATHS, SILENT, COMMON, many(20)])
def test_sentences_of_a_caution_stand_one_space_apart(rows):
    for _, text in warnings(report_of(rows)):
        assert text == " ".join(text.split())


def test_a_risk_names_the_studies_that_show_it_four_at_most():
    labels = [one.label for one in report_of(many(20), risk=0.3).scenarios]
    assert labels == [
        "The risk you gave", "All control patients together",
        "Studies with the lowest risk (S0, S18, S14, S17 and 2 more)",
        "Studies with the highest risk (S8, S5, S13, S7 and 2 more)",
    ]  # fmt: skip


def test_peto_is_read_only_where_its_conditions_hold():
    fair = tuple(f"P{i},{2 + i % 2},900,{3 + i % 3},900" for i in range(6))
    assert "Peto" in report_of(fair).shown
    assert "Peto" not in report_of(RARE).shown


NARROW_RISKS = tuple(f"S{i},{4 * n // 10000},{n},{8 * n // 10000},{n}"
                     for i, n in enumerate((100_000, 80_000, 60_000, 120_000)))  # fmt: skip
# Only with 0.5 added does the interval exclude no difference.
DECIDED = tuple(f"S{i},{a},200,{c},200" for i, (a, c) in enumerate(
    [(2, 5), (4, 7), (1, 5), (3, 4), (5, 6), (0, 3), (2, 5), (6, 7), (3, 4), (1, 1)]))  # fmt: skip
# No control had the event: the odds ratio is infinite, and its interval far from none.
ONE_SIDED = ("A,12,100,0,100", "B,15,100,0,101", "C,11,100,0,102", "D,11,103,0,104")
NAMED = {"treatment": "stent", "control": "usual care", "better": "fewer"}
RR, RD = {"measure": "RR"}, {"measure": "RD"}
NAMES = (
    '"<script>alert(1)</script> & ""Sons""",1,10,2,10',
    "'; DROP TABLE,2,10,3,10",
    f"{'Long' * 60},3,10,2,10",
    "Müller 東京 مرحبا 🧠,4,10,5,10",
    "bell\x07 and $x^2$,4,10,6,10",
)
# Of counts and choices, what the page says, and what it never says.
PAGES = {
    "the paper": (DEATHS, {}, ["RevMan 5's rule 0.39 [0.16, 0.93] 0.03", "5.29 (3, p = 0.15)",
                               "43 %", "the analyses disagree"], ["Checked"]),
    "risk ratios of the paper": (DEATHS, RR, [], []),
    "risk differences of the paper": (DEATHS, RD, [], []),
    "one study": (DEATHS[:1], {}, ["One study alone"], []),
    "one zero": (DEATHS[2:3], RR, [], []),
    "two studies": (DEATHS[:2], {}, ["Two studies cannot say what further ones"], []),
    "two large studies": (("A,2000,20000,3000,20000", "B,2010,20000,3000,20000"), {},
                          ["Two studies leave it open"], []),
    "small studies": (SMALL, {}, ["the largest study (Large) lies outside the interval"], []),
    "rare events": (RARE, {}, ["Too few events to claim a direction.", "the correction's",
                               "This led because"], []),
    "rare events, differences": (RARE, RD,
        ["This led because there are few events, and Mantel-Haenszel weights studies by their"],
        ["too few events for any approximation", "needs no correction"]),
    "a correction that decides": (DECIDED, {}, ["No direction can be claimed",
                                                "the answer is the correction's"], []),
    "studies differ": (DIFFER, {}, ["compatible with fewer and with more"], []),
    "nobody": (NOBODY, RD, ["Nobody had the event"], []),
    "everybody": (("A,9,9,8,8", "B,4,4,5,5"), RD, ["Everybody had the event"], []),
    "double-zero": (SILENT, {}, [], []),
    "all double-zero": (NO_CONTRAST, {}, [], []),
    "all double-zero, risk ratios": (NO_CONTRAST, RR, [], []),
    "equal effects": (("A,3,10,5,10", "B,3,10,5,10", "C,3,10,5,10"), {}, [], []),
    "huge": (("A,900000000,1000000000,800000000,1000000000", "B,1,2,1,2"), {},
             ["are not computed of so many events"], []),
    "names": (NAMES, {}, ['<script>alert(1)</script> & "Sons"', "Müller 東京 مرحبا 🧠"], []),
    "nonsense width": (("A,6,50,12,50", "B,18,60,9,60", "C,21,60,12,60"), {},
                       ["no useful estimate", "half-normal prior of scale 0.5"], []),
    "a direction without a size": (ONE_SIDED, {},
        ["More events with treatment.", "leave how large it is open: ∞ [14.46, ∞]"],
        ["leave it open"]),
    "no risks to be cut off at": (("A,0,15,2,13", "B,2,13,0,15"), RD, ["Not told"], ["cut off"]),
    "agree": (AGREE, {}, ["Fewer events with treatment.", "mean and t on 10 df."],
              ["no useful estimate", "are not computed"]),
    "small differences": (NARROW_RISKS, RD,
                          ["In 100,000 patients", "40 fewer", "−0.00040", "(0.040 %)"], []),
    "undefined": (("A,0,15,2,13", "B,2,13,0,15"), {}, ["undefined"], ["> – <", "(- %)"]),
    "named arms": (AGREE, NAMED, ["Fewer events with stent.", "This favors stent.",
                                  "Risk with usual care"], []),
    "too many to draw": (many(MOST + 1), {}, ["no one could read the rows"], []),
    "9 studies": (many(9), {}, ["here are 9 with an effect"], ["Harbord's test"]),
    "10 studies": (many(10), {}, ["Harbord's test"], []),
    "risk ratios": (many(10), RR, ["Peters's test"], []),
    "one size": (ALIKE, RR, ["gives nothing: all studies are of one size."], []),
}  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "measure", "wide"),
    [(DEATHS, "OR", False), (DEATHS, "RD", False), (DEATHS[1:], "OR", False),
     (DEATHS[1:], "RD", True), (DEATHS[2:], "OR", True)],
)  # fmt: skip
def test_of_few_studies_limits_far_apart_say_nothing(rows, measure, wide):
    assert report_of(rows, measure=measure).very_wide is wide


@pytest.fixture(params=PAGES)
def case(request):
    """A page, its tree, its rows, what it must say and must not."""
    rows, choices, expected, never = PAGES[request.param]
    page = html(report_of(rows, **choices))
    return page, tree(page), rows, expected, never


def test_a_page_says_what_its_counts_bear_to_everyone_and_asks_the_network_for_nothing(case):
    page, root, rows, expected, never = case
    text = words(root.find("body"))
    assert [one for one in expected if one not in text] == []
    assert [one for one in never if one in text] == []
    assert re.search(r">[–-]( %)?<", page) is None or not expected  # a study may have no effect
    assert re.search(r"\b(nan|NaN|inf|Infinity|None|null)\b|[-−]0\.0+(?!\d)", text) is None
    assert ("forest-narrow" in page) == (len(rows) <= MOST)
    assert re.search(r"<(script|link|img|iframe|object)\b|@import|\bsrc=", page) is None
    assert set(re.findall(r"https?://[^\s\"'<)]+", page)) <= {"http://www.w3.org/2000/svg"}
    local = [(e, e.tag.rpartition("}")[2]) for e in root.iter()]
    headings = [int(tag[1]) for _, tag in local if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert max(np.diff(headings)) <= 1
    assert all(e.get("scope") in ("col", "row") for e, tag in local if tag == "th")
    assert all(e.find("caption") is not None for e, tag in local if tag == "table")
    assert all(e.get("role") == "img" and len(e.get("aria-label", "")) > 40
               for e, tag in local if tag == "svg")  # fmt: skip
    ids = [e.get("id") for e, _ in local if e.get("id")]
    assert len(ids) == len(set(ids))
    assert {e.get("aria-labelledby") for e, tag in local if tag == "section"} <= set(ids)
    assert set(re.findall(r"url\(([^)]*)\)", page)) <= {f"#{one}" for one in ids}
    assert root.get("lang") == "en"


def test_an_arm_without_events_is_no_risk_of_zero():
    rows = ("A,4,40,2,40", "B,3,50,0,50", "C,9,60,5,60", "D,12,60,15,60")
    risks = [one.events.control for one in report_of(rows).scenarios]
    assert len(risks) == 3
    assert min(risks) > 0
    given = report_of(rows, risk=0.3).scenarios[0]
    assert (given.label, given.events.control) == ("The risk you gave", 300)


def test_a_risk_ratio_or_a_limit_that_cannot_hold_is_said():
    impossible = report_of(COMMON, measure="RR", risk=0.9).scenarios[0]
    assert impossible.holds == (False, True, False)  # the lower limit alone could be true
    without, with_, limits, change = report_words.per_thousand(impossible)
    assert (without, with_) == ("900", "cannot hold at this risk")
    assert limits == change == "undefined"
    assert "Limits that cannot be" in titles(("A,9,9,0,10", "B,12,12,0,11"), measure="RD")


def test_what_was_read_is_told_and_subgroups_are_pooled_and_compared(counts_file, run):
    content = (
        "study,ai,n1i,ci,n2i,age\nA,5,50,10,50,old\nB,8,60,15,62,old\n"
        "C,20,60,11,60,young\nD,18,60,10,60,young\nTotal,51,230,46,232,\n"
    )
    path = counts_file(content=content)
    out = path.with_name("out.html")
    done = run("report", path, "--out", out, "--subgroup", "age", "--sort", "weight")
    assert done.went_well()
    assert "read counts.csv: 4 studies, 462 patients\n" in done.err
    text = words(tree(out.read_text("utf-8")))
    assert "Test for subgroup differences: Q = 10.13, df = 1, p = 0.001" in text
    assert "old 2 0.47" in text
    assert "0.47 [0.22, 0.97]" in text
    assert "Read ai as events_treatment" in text
    assert "Left out" in text


def test_the_difference_is_between_the_printed_numbers():
    for scenario in report_of(AGREE).scenarios:
        without, with_, _, change = report_words.per_thousand(scenario)
        assert change.startswith(f"{abs(int(with_) - int(without))} ")
        assert not scenario.difference_first
    assert all(one.difference_first for one in report_of(AGREE, measure="RD").scenarios)


def test_the_recommended_interval_is_never_narrower_than_wald():
    found = report_of(ALIKE).recommended
    assert RECOMMENDED["interval"] == "hksj-truncated"
    assert found.se == found.wald_se
