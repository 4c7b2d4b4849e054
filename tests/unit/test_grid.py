"""The grid of analyses: complete, without repeats, and each what `pool` says."""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
from twobytwo import Counts, pool
from twobytwo.checks.grid import Analysis, Answer, analyses, answer, grid
from twobytwo.estimate.effects import Interval
from twobytwo.estimate.exact import exact_odds_ratio
from twobytwo.options import CHOICES, OptionError, options

ARMS = np.array([[1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66]])
DEATHS = Counts(("A", "B", "C", "D"), *ARMS)
GRID = list(analyses())


def test_every_legal_analysis_is_in_it_once():
    """But the likelihood with random effects; the exact method has an interval of its own."""
    names = ("measure", "model", "method", "tau2", "interval", "zero_cells")
    offered = CHOICES | {"method": ("MH", "IV", "Peto")}
    legal = set()
    for values in itertools.product(*(offered[name] for name in names)):
        case = dict(zip(names, values, strict=True))
        try:
            options(**case)
        except OptionError:
            continue
        if case["model"] == "fixed":
            case["tau2"] = None
        if case["method"] == "Peto" or case["measure"] == "RD":
            case["zero_cells"] = None
        legal.add(Analysis(**case))
    assert set(GRID) == legal | {Analysis("OR", "fixed", "exact", None, "exact")}
    assert len(set(GRID)) == len(GRID) == 205


def test_choices_leave_out_the_rest():
    chosen = {"measure": ["OR", "RD"], "tau2": ["PM"], "interval": ["hksj"], "zero_cells": ["all"]}
    found = set(analyses(**chosen, fixed=["exact"]))
    kept = {
        a for a in GRID
        if a.measure in chosen["measure"] and a.zero_cells in ("all", None)
        and (a.method == "exact" or (a.interval == "hksj" and (a.method, a.tau2) != ("IV", "DL")
             and (a.method == "MH" or a.tau2 == "PM")))
    }  # fmt: skip
    assert found == kept


@pytest.mark.parametrize("analysis", GRID[::7], ids=str)
def test_an_answer_is_what_pool_says(analysis):
    assert answer(DEATHS, analysis).result.to_dict() == pool(*ARMS, **analysis.options).to_dict()


def test_the_exact_one_is_the_conditional_odds_ratio():
    (found,) = (one for one in grid(DEATHS) if one.analysis.method == "exact")
    exact, result = exact_odds_ratio(*ARMS), found.result
    assert (result.estimate, result.ci_lower, result.ci_upper) == pytest.approx(exact[:3])
    assert found.p_value == exact.p_central


@pytest.mark.parametrize(
    ("measure", "limits", "events", "excludes"),
    [
        ("OR", (0.5, 0.25, 1.0), (1000 / 7 - 250, 1000 / 13 - 250, 0), False),
        ("OR", (0.5, 0.25, 0.9), (1000 / 7 - 250, 1000 / 13 - 250, 1000 * 0.9 / 3.9 - 250), True),
        ("RR", (2, 1.2, 3), (250, 50, 500), True),
        ("RD", (-0.1, -0.2, 0.1), (-100, -200, 100), False),
        ("RD", (0.15, 0.1, 0.2), (150, 100, 200), True),
    ],
)
def test_patients_and_what_leaves_out_no_difference_by_hand(measure, limits, events, excludes):
    result = SimpleNamespace(**dict(zip(("estimate", "ci_lower", "ci_upper"), limits, strict=True)))
    result.limits = Interval(*(limits[1:] if measure == "RD" else np.log(limits[1:])))
    found = Answer(Analysis(measure, "fixed", "IV"), result)
    assert found.per_thousand(0.25) == pytest.approx(events)
    assert found.excludes_none is excludes


def test_an_undefined_interval_leaves_out_nothing():
    alike = Counts(("A", "B"), *np.array([[3, 3], [9, 9], [5, 5], [9, 9]]))
    found = answer(alike, Analysis("OR", "random", "IV", "DL", "hksj", "affected"))
    assert np.isnan(found.result.ci_lower)
    assert not found.excludes_none


@pytest.mark.parametrize("found", grid(DEATHS)[::5], ids=lambda found: str(found.analysis))
def test_the_p_value_agrees_with_the_interval(found):
    assert found.excludes_none == (found.p_value < 0.05)
