"""Rare events: exact odds ratios and the hypergeometric-normal model, against mpmath."""

import json
from pathlib import Path

import pytest
from twobytwo.estimate.exact import exact_odds_ratio
from twobytwo.estimate.hypergeometric_normal import hypergeometric_normal

SETS = json.loads(Path(__file__).with_name("rare.json").read_text("utf-8"))


@pytest.mark.parametrize("name", SETS)
def test_exact_odds_ratio(name):
    expected = SETS[name]["exact"]
    expected = [float(x) for x in (*expected[:3], *expected[5:])]  # without the mid-p limits
    assert tuple(exact_odds_ratio(*SETS[name]["arms"])) == pytest.approx(expected, rel=1e-9, abs=0)


@pytest.mark.parametrize("name", [name for name in SETS if SETS[name]["glmm"]])
def test_hypergeometric_normal(name):
    found, expected = hypergeometric_normal(*SETS[name]["arms"]), SETS[name]["glmm"]
    assert tuple(found)[:4] == pytest.approx(expected, rel=1e-7, abs=0)
