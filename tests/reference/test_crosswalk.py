"""The chapter that sets programs side by side: its extract is what R printed, and no more."""

import json
import math
from dataclasses import asdict
from pathlib import Path

import pytest
from metabook import data
from rescue.teach import crosswalk
from running import run
from twobytwo.options import CHOICES, PROPORTION_CHOICES, Options, ProportionOptions
from twobytwo.rounding import half_up

HERE = Path(__file__).parent
PREMAT = json.loads((HERE / "premat.json").read_text("utf-8"))
SMALL_STUDIES = json.loads((HERE / "small_studies.json").read_text("utf-8"))
ROWS = data.rows("crosswalk.csv")
RUN = [row for row in ROWS if row["entry"]]
SHOWN = {row["analysis"]: row["shown"].split() for row in data.rows("crosswalk_analyses.csv")}
CORNELISSEN, Z95 = 2, 1.959963984540054
# What the page does, in the cells that a reader sees.
OURS = run("library")[0]["analyses"]


# What the two packages call what the chapter shows. In meta the part follows: TE_random.
META = {"estimate": "TE", "lower": "lower", "upper": "upper", "p": "p"}  # codespell:ignore
METAFOR = {"estimate": "beta", "lower": "ci_lb", "upper": "ci_ub", "p": "pval"}
METAFOR |= {"tau2": "tau2", "i2": "I2_pct"}


def entry(row):
    if row["analysis"] == "egger":
        return SMALL_STUDIES["mortality"][row["entry"]]
    if row["analysis"] == "one-arm":
        return PREMAT["proportions"]["mortality_stent"]["analyses"][row["entry"]]
    return PREMAT["outcomes"]["mortality"]["analyses"][row["entry"]]


def extract(row, shown):
    """The printed digits of an entry, on the scale that the chapter shows."""
    out, analysis, part = entry(row)["out"], row["analysis"], row["part"]
    if analysis == "egger":
        slope = out["coef"][1] if "coef" in out else out["intercept_or_bias"][0]
        found = {"estimate": slope, "p": out.get("pval", out.get("p"))}
    elif analysis == "rr-study" and "yi" in out:  # where metafor gives a variance only
        y, half = out["yi"][CORNELISSEN], Z95 * math.sqrt(out["vi"][CORNELISSEN])
        found = {"estimate": y, "lower": y - half, "upper": y + half}
    elif analysis == "rr-study":
        found = {ours: out[META[ours]][CORNELISSEN] for ours in ("estimate", "lower", "upper")}
    elif part:
        found = {ours: out[f"{theirs}_{part}"] for ours, theirs in META.items()}
        found |= {"tau2": out["tau2"], "i2": 100 * out["I2"]}
    else:
        found = {ours: out[theirs] for ours, theirs in METAFOR.items() if theirs in out}
    scale = {"one-arm": lambda x: 1 / (1 + math.exp(-x))}.get(analysis, math.exp)
    if analysis in ("egger", "rd-fixed"):
        scale = float
    natural = {"estimate", "lower", "upper"}
    return {
        name: half_up(
            scale(found[name]) if name in natural else found[name], crosswalk.DIGITS[name]
        )
        for name in shown
    }


@pytest.mark.parametrize("row", RUN, ids=lambda row: f"{row['analysis']}-{row['program']}")
def test_extract_is_what_r_printed(row):
    shown = SHOWN[row["analysis"]]
    assert row["call"] == entry(row)["call"]
    assert {name: row[name] for name in shown} == extract(row, shown)
    assert not [name for name in crosswalk.DIGITS if name not in shown and row[name]]


@pytest.mark.parametrize("row", RUN, ids=lambda row: f"{row['analysis']}-{row['program']}")
def test_our_numbers_are_those_of_r_unless_the_row_says_why_not(row):
    printed = crosswalk.printed(OURS[row["analysis"]], SHOWN[row["analysis"]])
    assert ({name: row[name] for name in printed} == printed) == (not row["differs"])


def test_every_analysis_is_on_the_page_and_what_was_not_run_has_no_numbers():
    assert {row["analysis"] for row in RUN} == set(SHOWN) == set(OURS)
    assert not [row for row in ROWS if not row["entry"] and any(row[x] for x in crosswalk.DIGITS)]
    assert {row["program"].split()[0] for row in ROWS} == set(crosswalk.COMMENTS)


@pytest.mark.parametrize("program", crosswalk.COMMENTS)
def test_every_call_is_shown(program):
    shown = "".join(repr(crosswalk.Calls(program)).split())
    calls = [row["call"] for row in ROWS if row["program"].startswith(program)]
    assert calls
    assert all("".join(call.split()) in shown for call in calls)


@pytest.mark.parametrize(
    ("function", "options", "choices"),
    [("pool", Options(), CHOICES), ("pool_proportions", ProportionOptions(), PROPORTION_CHOICES)],
)
def test_the_options_told_are_those_that_there_are(function, options, choices):
    rows = [row for row in data.rows("options.csv") if row["function"] == function]
    defaults = {key: "" if value is None else str(value) for key, value in asdict(options).items()}
    assert {row["option"]: row["default"] for row in rows} == defaults
    for row in rows:
        assert row["choices"] == ", ".join(choices.get(row["option"], ("a number",)))
