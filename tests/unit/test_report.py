"""A report: the numbers of `pool`, whole or not at all, readable by anyone and by a parser."""

import csv
import functools
import json
import re
import xml.etree.ElementTree as ET

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


def many(k, seed=1):
    """Rows of k studies drawn from one truth."""
    draw = np.random.default_rng(seed)
    n = draw.integers(20, 200, (2, k))
    events = draw.binomial(n, [[0.2], [0.3]])
    return [f"S{i},{events[0, i]},{n[0, i]},{events[1, i]},{n[1, i]}" for i in range(k)]


FILES = {
    "the paper": DEATHS,
    "one study": DEATHS[:1],
    "two studies": DEATHS[:2],
    "40 studies": many(40),
    "double-zero": (*DEATHS, "Silent,0,10,0,12", "Sure,7,7,9,9"),
    "all double-zero": ("A,0,10,0,12", "B,0,5,0,5", "C,3,3,4,4"),
    "equal effects": ("A,3,10,5,10", "B,3,10,5,10", "C,3,10,5,10"),
    "one zero": ("A,0,10,5,12",),
    "huge": ("A,900000000,1000000000,800000000,1000000000", "B,1,2,1,2"),
    "names": (
        '"<script>alert(1)</script> & ""Sons""",1,10,2,10',
        "'; DROP TABLE,2,10,3,10",
        f"{'Long' * 60},3,10,2,10",
        "Müller 東京 مرحبا 🧠,4,10,5,10",
        "bell\x07 and $x^2$,4,10,6,10",
    ),
}


def counted(rows):
    """Counts of rows."""
    names, *arms = zip(*csv.reader(rows), strict=True)
    return Counts(names, *(np.array(arm, dtype=np.int64) for arm in arms))


@functools.cache
def built(name, measure="OR"):
    """A report of one of the files; each is built once."""
    return html(report(counted(FILES[name]), measure=measure))


def made(counts_file, rows, run, *options):
    """The text of a report that the command line writes."""
    path = counts_file(*rows)
    done = run("report", path, "--out", path.with_name("out.html"), *options)
    assert (done.status, done.out) == (0, ""), done
    assert f"wrote {path.with_name('out.html')}" in done.err
    return path.with_name("out.html").read_text(encoding="utf-8")


@pytest.fixture(params=[(name, measure) for name in FILES for measure in ("OR", "RR", "RD")],
                ids=lambda param: " ".join(param))  # fmt: skip
def page(request):
    return built(*request.param)


def tree(text):
    return ET.fromstring(text.partition("\n")[2])


def words(element):
    return " ".join(" ".join(element.itertext()).split())


def test_it_is_well_formed_for_everyone_says_numbers_and_asks_the_network_for_nothing(page):
    root = tree(page)
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
    assert root.get("lang") == "en"
    said = words(root.find("body"))
    assert re.search(r"\b(nan|NaN|inf|Infinity|None|null)\b|[-−]0\.0+(?!\d)", said) is None
    assert re.search(r"<(script|link|img|iframe|object)\b|@import|\bsrc=", page) is None
    assert set(re.findall(r"https?://[^\s\"'<)]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert set(re.findall(r"url\(([^)]*)\)", page)) <= {f"#{one}" for one in ids}


def test_names_are_text_not_markup():
    table = [words(e) for e in tree(built("names")).iter("th") if e.get("scope") == "row"]
    assert '<script>alert(1)</script> & "Sons"' in table
    assert "Müller 東京 مرحبا 🧠" in table


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
@pytest.mark.parametrize("rows", [DEATHS, FILES["double-zero"], many(20)], ids=len)
def test_the_commands_it_names_print_its_numbers(counts_file, run, rows, measure, monkeypatch):
    path = counts_file(*rows)
    monkeypatch.chdir(path.parent)
    page = made(counts_file, rows, run, "--measure", measure, "--prediction-df", "k-1")
    commands = words(tree(page).find(".//pre")).split("python -m twobytwo ")[1:]
    said = words(tree(page))
    for command in commands:
        result = json.loads(run(*command.split(), "--json").out)
        limits = (result["estimate"], result["ci_lower"], result["ci_upper"])
        assert signs(with_interval(*limits)) in said
        if result["prediction_lower"] is not None:
            ahead = (signs(half_up(result[f"prediction_{end}"])) for end in ("lower", "upper"))
            assert " to ".join(ahead) in said
    assert len(commands) >= (5 if measure == "OR" else 3)


def test_two_runs_write_the_same_bytes():
    once, again = (html(report(counted(DEATHS))) for _ in range(2))
    assert once == again


def test_progress_is_told_where_it_takes_long(counts_file, run):
    path = counts_file(*many(cli_report.MANY + 1))
    done = run("report", path, "--out", path.with_name("out.html"))
    assert "drawing the forest plot of 41 studies" in done.err
    path = counts_file(*DEATHS)
    assert run("report", path, "--out", path.with_name("out.html")).went_well()


# Nothing half.


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        (["A,11,10,1,10"], [], ["row 2", "events_treatment", "'11'"]),
        (DEATHS, ["--level", "95"], ["level 95"]),
        (DEATHS, ["--risk", "30"], ["risk 30", "30 % is 0.3"]),
        (DEATHS, ["--subgroup", "age"], ["age"]),
    ],
)
def test_what_cannot_be_used_writes_nothing(counts_file, run, rows, options, said):
    path = counts_file(*rows)
    assert run("report", path, "--out", path.with_name("out.html"), *options).refused(*said)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_the_name_must_be_html_and_the_folder_be_there(counts_file, run):
    path = counts_file(*DEATHS)
    for out, said in ((path, "must end in .html"), (path / "no" / "out.html", "cannot be written")):
        assert run("report", path, "--out", out).refused(said)
    assert path.read_text().startswith("study")


# What it says, and what it does not.


def said_of(rows, **choices):
    return report(counted(rows), **choices)


def titles(rows, **choices):
    return [caution.title for caution in warnings(said_of(rows, **choices))]


def drawn(k, risks, sizes, seed):
    """Rows of k studies with two risks and sizes between two for each arm."""
    draw = np.random.default_rng(seed)
    n = [draw.integers(*size, k) for size in sizes]
    events = [draw.binomial(size, risk) for size, risk in zip(n, risks, strict=True)]
    return [f"S{i},{a},{m},{c},{n}" for i, (a, m, c, n) in
            enumerate(zip(events[0], n[0], events[1], n[1], strict=True))]  # fmt: skip


AGREE = drawn(12, (0.15, 0.3), [(150, 400)] * 2, 2)
ALIKE = [f"S{i},{10 + i % 2},100,30,100" for i in range(12)]
DIFFER = [f"S{i},{(5, 60)[i % 2]},100,30,100" for i in range(12)]
# No difference at a risk of 0.4 %, one arm ten times the other: 0.5 added finds "more events".
RARE = drawn(20, (0.004, 0.004), [(55, 66), (550, 660)], 3)
# Small studies of a large effect, a large one without.
SMALL = [*(f"S{i},{1 + i % 3},{40 + i},{8 + i % 4},{41 + i}" for i in range(11)),
         "Large,500,6000,505,6000"]  # fmt: skip
OPPOSED = [f"S{i},{(4, 28)[i % 2]},100,30,100" for i in range(12)]
HANGING = ["A,10,50,25,50", "B,12,50,27,50", "C,11,60,25,60"]
CASES = {
    "There is only one study": (["A,3,20,6,20"], AGREE),
    "There are only 4 studies": (DEATHS, AGREE),
    "Two studies cannot say how far studies differ": (DEATHS[:2], DEATHS),
    "Nothing could be pooled": (["A,0,10,0,12", "B,3,3,4,4"], AGREE),
    "There is nothing to compare": (["A,0,90,0,80", "B,0,40,0,50"], ["A,0,10,0,12", "B,3,3,4,4"]),
    "There are few events": (RARE, AGREE),
    "Zero cells": (DEATHS, AGREE),
    "Studies without a contrast": (FILES["double-zero"], DEATHS),
    "The analyses disagree": (RARE, AGREE),
    "The studies agree better than chance": (ALIKE, RARE),
    "The studies differ": (DIFFER, AGREE),
    "That the studies differ is not ruled out": (DEATHS, DIFFER),
    "The studies may differ": (["A,6,60,14,60", "B,20,100,28,100", "C,18,60,14,60"], DIFFER),
    "The next study may show the opposite": (OPPOSED, AGREE),
    "The conclusion hangs on single studies": (HANGING, AGREE),
    "Small studies may show other effects than large ones": (SMALL, AGREE),
}


@pytest.mark.parametrize("title", CASES)
def test_a_caution_is_given_where_it_applies_and_not_elsewhere(title):
    applies, not_here = CASES[title]
    assert title in titles(applies)
    assert title not in titles(not_here)


def test_rare_events_in_unequal_arms_lead_to_no_claim():
    found = said_of(RARE)
    assert found.answers["IV"].limits.excludes_null
    assert not found.answers["exact"].limits.excludes_null
    assert (found.method, found.direction) == ("exact", 0)
    assert report_words.methods(found).startswith(f"{found.lead.method_sentence} This led because")
    assert "the correction's" in next(
        caution.text for caution in warnings(found) if caution.title == "The analyses disagree"
    )


def test_where_a_correction_decides_no_direction_is_claimed():
    treated, control = [2, 4, 1, 3, 5, 0, 2, 6, 3, 1], [5, 7, 5, 4, 6, 3, 5, 7, 4, 1]
    found = report(
        Counts(tuple("ABCDEFGHIJ"), *map(np.array, (treated, [200] * 10, control, [200] * 10)))
    )
    assert found.lead.limits.excludes_null
    assert found.direction == 0
    assert report_words.lead(found).startswith("No direction can be claimed")
    assert any("the answer is the correction's" in one.text for one in warnings(found))


def test_peto_is_read_only_where_its_conditions_hold():
    fair = [f"P{i},{2 + i % 2},900,{3 + i % 3},900" for i in range(6)]
    assert "Peto" in said_of(fair).shown
    assert "Peto" not in said_of(RARE).shown


NARROW_RISKS = [f"S{i},{4 * n // 10000},{n},{8 * n // 10000},{n}"
                for i, n in enumerate((100_000, 80_000, 60_000, 120_000))]  # fmt: skip
NAMED = {"treatment": "stent", "control": "usual care", "better": "fewer"}
SAID = {
    "the paper": (DEATHS, {}, ["RevMan 5's rule 0.39 [0.16, 0.93] 0.03", "5.29 (3, p = 0.15)",
                               "43 %", "the analyses disagree"], ["Checked"]),
    "one study": (DEATHS[:1], {}, ["One study alone"], []),
    "two studies": (DEATHS[:2], {}, ["Two studies cannot say what further ones"], []),
    "two large studies": (["A,2000,20000,3000,20000", "B,2010,20000,3000,20000"], {},
                          ["Two studies leave it open"], []),
    "small studies": (SMALL, {}, ["the largest study (Large) lies outside the interval"], []),
    "rare events": (RARE, {}, ["Too few events to claim a direction."], []),
    "studies differ": (DIFFER, {}, ["compatible with fewer and with more"], []),
    "nobody": (["A,0,90,0,80", "B,0,40,0,50"], {"measure": "RD"}, ["Nobody had the event"], []),
    "everybody": (["A,9,9,8,8", "B,4,4,5,5"], {"measure": "RD"}, ["Everybody had the event"], []),
    "nonsense width": (["A,6,50,12,50", "B,18,60,9,60", "C,21,60,12,60"], {},
                       ["no useful estimate", "half-normal prior of scale 0.5"], []),
    "agree": (AGREE, {}, ["Fewer events with treatment."], ["no useful estimate"]),
    "small differences": (NARROW_RISKS, {"measure": "RD"},
                          ["In 100,000 patients", "40 fewer", "−0.00040", "(0.040 %)"], []),
    "undefined": (["A,0,15,2,13", "B,2,13,0,15"], {}, ["undefined"], ["> – <", "(- %)"]),
    "named arms": (AGREE, NAMED, ["Fewer events with stent.", "This favors stent.",
                                  "Risk with usual care"], []),
    "too many to draw": (many(MOST + 1), {}, ["no one could read the rows"], []),
    "9 studies": (many(9), {}, ["here are 9 with an effect"], ["Harbord's test"]),
    "10 studies": (many(10), {}, ["Harbord's test"], []),
    "risk ratios": (many(10), {"measure": "RR"}, ["Peters's test"], []),
    "one size": (ALIKE, {"measure": "RR"}, ["gives nothing: all studies are of one size."], []),
}  # fmt: skip


@pytest.mark.parametrize("name", SAID)
def test_a_page_says_what_its_counts_bear(name):
    rows, choices, said, never = SAID[name]
    page = html(said_of(rows, **choices))
    told = words(tree(page))
    assert [one for one in said if one not in told] == []
    assert [one for one in never if one in told] == []
    assert re.search(r">[–-]( %)?<", page) is None
    assert ("forest-narrow" in page) == (len(rows) <= MOST)


def test_an_arm_without_events_is_no_risk_of_zero():
    rows = ["A,4,40,2,40", "B,3,50,0,50", "C,9,60,5,60", "D,12,60,15,60"]
    risks = [one.events.control for one in said_of(rows).scenarios]
    assert len(risks) == 3
    assert min(risks) > 0
    given = said_of(rows, risk=0.3).scenarios[0]
    assert (given.label, given.events.control) == ("The risk you gave", 300)


def test_a_risk_ratio_or_a_limit_that_cannot_hold_is_said():
    rows = [f"S{i},{58 + 2 * i},100,{29 + i},100" for i in range(4)]
    without, with_, limits, change = report_words.per_thousand(
        said_of([*rows, "T,96,100,91,100"], measure="RR", risk=0.9).scenarios[0]
    )
    assert (without, with_) == ("900", "cannot hold at this risk")
    assert limits == change == "undefined"
    assert "Limits that cannot be" in titles(["A,9,9,0,10", "B,12,12,0,11"], measure="RD")


def test_subgroups_are_pooled_and_compared(counts_file, run):
    path = counts_file()
    rows = ["A,5,50,10,50,old", "B,8,60,15,62,old", "C,20,60,11,60,young", "D,18,60,10,60,young"]
    path.write_text("study,events_treatment,n_treatment,events_control,n_control,age\n"
                    + "\n".join(rows))  # fmt: skip
    out = path.with_name("out.html")
    assert run("report", path, "--out", out, "--subgroup", "age", "--sort", "weight").status == 0
    said = words(tree(out.read_text("utf-8")))
    assert "Test for subgroup differences: Q = 10.13, df = 1, p = 0.001" in said
    assert "old 2 0.47" in said
    assert "0.47 [0.22, 0.97]" in said


def test_what_was_read_is_told_and_nothing_else(counts_file, run):
    header = "study,ai,n1i,ci,n2i"
    path = counts_file(content="\n".join([header, *DEATHS, "Total,28,149,62,203"]))
    out = path.with_name("out.html")
    assert run("report", path, "--out", out).status == 0
    said = words(tree(out.read_text("utf-8")))
    assert "Read ai as events_treatment" in said
    assert "Left out" in said


def test_the_difference_is_between_the_printed_numbers():
    for scenario in said_of(AGREE).scenarios:
        without, with_, _, change = report_words.per_thousand(scenario)
        assert change.startswith(f"{abs(int(with_) - int(without))} ")
        assert not scenario.difference_first
    assert all(one.difference_first for one in said_of(AGREE, measure="RD").scenarios)


def test_the_recommended_interval_is_never_narrower_than_wald():
    found = said_of(ALIKE).recommended
    assert RECOMMENDED["interval"] == "hksj-truncated"
    assert found.se == found.wald_se
