"""A report: the numbers of `pool`, whole or not at all, readable by anyone and by a parser."""

import itertools
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


def made(counts_file, rows, run, *options):
    """The text of a report, and the command that made it."""
    path = counts_file(*rows)
    done = run("report", path, "--out", path.with_name("out.html"), *options)
    assert (done.status, done.out) == (0, ""), done
    return path.with_name("out.html").read_text(encoding="utf-8")


@pytest.fixture(params=[(name, measure) for name in FILES for measure in ("OR", "RR", "RD")],
                ids=lambda param: " ".join(param))  # fmt: skip
def page(request, counts_file, run):
    name, measure = request.param
    return made(counts_file, FILES[name], run, "--measure", measure)


def tree(text):
    return ET.fromstring(text.partition("\n")[2])


def words(element):
    return " ".join(" ".join(element.itertext()).split())


def test_it_is_well_formed_and_for_everyone(page):
    root = tree(page)
    local = [(e, e.tag.rpartition("}")[2]) for e in root.iter()]
    headings = [int(tag[1]) for _, tag in local if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(headings))
    assert all(e.get("scope") in ("col", "row") for e, tag in local if tag == "th")
    assert all(e.find("caption") is not None for e, tag in local if tag == "table")
    assert all(e.get("role") == "img" and len(e.get("aria-label", "")) > 40
               for e, tag in local if tag == "svg")  # fmt: skip
    ids = [e.get("id") for e, _ in local if e.get("id")]
    assert len(ids) == len(set(ids))
    assert {e.get("aria-labelledby") for e, tag in local if tag == "section"} <= set(ids)
    assert root.get("lang") == "en"


def test_it_says_nothing_that_is_not_a_number(page):
    said = words(tree(page).find("body"))
    assert re.search(r"\b(nan|NaN|inf|Infinity|None|null)\b", said) is None
    assert "-0.00" not in said
    assert "−0.00" not in said


def test_it_asks_the_network_for_nothing(page):
    assert re.search(r"<(script|link|img|iframe|object)\b|@import|\bsrc=", page) is None
    assert set(re.findall(r"https?://[^\s\"'<)]+", page)) <= {"http://www.w3.org/2000/svg"}
    assert set(re.findall(r"url\(([^)]*)\)", page)) <= {
        f"#{found}" for found in re.findall(r'id="([^"]+)"', page)
    }


def test_names_are_text_not_markup(counts_file, run):
    page = made(counts_file, FILES["names"], run)
    table = [words(e) for e in tree(page).iter("th") if e.get("scope") == "row"]
    assert '<script>alert(1)</script> & "Sons"' in table
    assert "Müller 東京 مرحبا 🧠" in table


def test_the_paper_s_digits_stand_in_it(counts_file, run):
    said = words(tree(made(counts_file, DEATHS, run)))
    assert "RevMan 5's rule 0.39 [0.16, 0.93] z = 2.11 (p = 0.03)" in said
    assert "5.29 (3, p = 0.15)" in said
    assert "43 %" in said


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
@pytest.mark.parametrize("rows", [DEATHS, FILES["40 studies"], FILES["double-zero"]])
def test_the_commands_it_names_print_its_numbers(counts_file, run, rows, measure, monkeypatch):
    path = counts_file(*rows)
    monkeypatch.chdir(path.parent)
    page = made(counts_file, rows, run, "--measure", measure)
    commands = words(tree(page).find(".//pre")).split("python -m twobytwo ")[1:]
    said = words(tree(page))
    for command in commands:
        printed = json.loads(run(*command.split(), "--json").out)
        limits = (printed["estimate"], printed["ci_lower"], printed["ci_upper"])
        assert report_words.signs(report_words.with_interval(*limits)) in said
        assert report_words.limits(printed["prediction_lower"], printed["prediction_upper"]) in said
        for study in printed["studies"]:
            weight = study["weight"]
            assert (
                f"{report_words.number(weight, 1)} %" if study["included"] else "left out"
            ) in said
    assert len(commands) == 2


def test_two_runs_write_the_same_bytes(counts_file, run):
    assert made(counts_file, DEATHS, run) == made(counts_file, DEATHS, run)


def test_a_funnel_plot_takes_ten_studies(counts_file, run):
    few, enough = (tree(made(counts_file, many(k), run)) for k in (9, 10))
    assert [len(list(root.iter("{http://www.w3.org/2000/svg}svg"))) for root in (few, enough)] == [
        1,
        2,
    ]
    assert "here are 9 with an effect" in words(few)


def test_too_many_studies_are_not_drawn(counts_file, run):
    root = tree(made(counts_file, many(MOST + 1), run))
    assert "no one could read the rows" in words(root)


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
        (["A,1,10,x,10"], [], ["row 2", "events_control", "'x'"]),
        (DEATHS, ["--measure", "HR"], ["measure 'HR'"]),
        (DEATHS, ["--level", "95"], ["level 95"]),
        (DEATHS, ["--outcome", "death"], ["outcome"]),
    ],
)
def test_what_cannot_be_used_writes_nothing(counts_file, run, rows, options, said):
    path = counts_file(*rows)
    assert run("report", path, "--out", path.with_name("out.html"), *options).refused(*said)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_the_name_must_be_html_and_the_folder_be_there(counts_file, run):
    path = counts_file(*DEATHS)
    assert run("report", path, "--out", path).refused("must end in .html")
    assert run("report", path, "--out", path.with_name("no") / "out.html").refused(
        "cannot be written"
    )
    assert path.read_text().startswith("study")


def test_a_failed_move_leaves_the_old_report(counts_file, run, monkeypatch):
    path = counts_file(*DEATHS)
    out = path.with_name("out.html")
    out.write_text("old")

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    assert run("report", path, "--out", out).refused("No space left")
    assert out.read_text() == "old"
    assert len(list(path.parent.iterdir())) == 2


# The cautions.


def titles(*rows, **choices):
    names, *arms = zip(*((row.split(",")) for row in rows), strict=True)
    counts = Counts(names, *(np.array(arm, dtype=np.int64) for arm in arms))
    return [caution.title for caution in warnings(report(counts, **choices))]


AGREE = [f"S{i},{10 + i % 2},100,30,100" for i in range(12)]
DIFFER = [f"S{i},{(5, 60)[i % 2]},100,30,100" for i in range(12)]
CASES = {
    "There is only one study": (["A,3,20,6,20"], AGREE),
    "There are only 4 studies": (DEATHS, AGREE),
    "Nothing could be pooled": (FILES["all double-zero"], AGREE),
    "Zero cells": (DEATHS, AGREE),
    "Studies without a contrast": (FILES["double-zero"], DEATHS),
    "The two analyses disagree": (DEATHS, AGREE),
    "The studies agree better than chance": (AGREE, DIFFER),
    "The studies differ": (DIFFER, AGREE),
    "That the studies differ is not ruled out": (DEATHS, DIFFER),
    "The next study may show the opposite": (
        [f"S{i},{(4, 28)[i % 2]},100,30,100" for i in range(12)],
        AGREE,
    ),
    "The conclusion hangs on single studies": (AGREE[:3], AGREE),
}


@pytest.mark.parametrize("title", CASES)
def test_a_caution_is_given_where_it_applies_and_not_elsewhere(title):
    applies, not_here = CASES[title]
    assert title in titles(*applies)
    assert title not in titles(*not_here)


def test_no_zero_cell_is_corrected_for_a_risk_difference():
    assert "Zero cells" not in titles(*DEATHS, measure="RD")


def test_the_recommended_interval_is_never_narrower_than_wald():
    counts = Counts(tuple("ABCD"), *np.array([[3, 6, 4, 9], [20] * 4, [6, 9, 7, 12], [20] * 4]))
    found = report(counts)
    assert RECOMMENDED["interval"] == "hksj-truncated"
    assert found.untruncated.se < found.recommended.wald_se
    assert found.recommended.se == found.recommended.wald_se


def test_the_difference_is_between_the_printed_numbers():
    counts = Counts(tuple("AB"), *np.array([[3, 6], [20, 37], [6, 9], [20, 31]]))
    for scenario in report(counts).scenarios:
        without, with_, _, change = report_words.per_thousand(scenario)
        assert change.startswith(f"{abs(int(with_) - int(without))} ")


def test_html_needs_no_file():
    counts = Counts(("A",), *np.array([[3], [20], [6], [20]]))
    assert "<h1>counts</h1>" in html(report(counts))
