"""Tests of small-study effects and Baujat's influence against R, and at 40 digits by mpmath.

`small_studies.json` holds what meta 8.3-0 and metafor 5.0-1 give, in the manner of
`premat.json`. Of `influence` it keeps Cook's distance and the ratio of the variances without
and with the study: their quotient is Baujat's influence.
"""

import json
from pathlib import Path

import numpy as np
import pytest
from twobytwo import pool
from twobytwo.checks.small_studies import egger, harbord, peters
from twobytwo.plots.baujat import contributions, influences

R = json.loads(Path(__file__).with_name("small_studies.json").read_text("utf-8"))
OUTCOMES = ("mRS0_2", "mortality", "SICH")


def near(value, rel=1e-8):
    return pytest.approx(value, rel=rel, abs=0)


@pytest.fixture(params=OUTCOMES)
def outcome(request):
    return request.param


def run(name, result):
    if name == "Egger":
        return egger(result.study_effect, result.study_variance)
    return harbord(result.table) if name == "Harbord" else peters(result.study_effect, result.table)


@pytest.mark.parametrize(
    ("name", "entry"),
    [("Egger", "Egger_wls_slope_on_se"), ("Harbord", "Harbord_score_uncorrected"),
     ("Peters", "Peters_1_over_N")],
)  # fmt: skip
def test_mpmath(reference, arms, outcome, name, entry):
    expected = reference["outcomes"][outcome]["mpmath"]["OR"]["bias"][entry]
    found = run(name, pool(*arms(outcome)))
    for ours, theirs in {"bias": "estimate", "se": "se", "t": "t", "df": "df", "p": "p"}.items():
        assert getattr(found, ours) == near(expected[theirs], 1e-10), ours


@pytest.mark.parametrize(
    ("measure", "name"),
    [("OR", "Egger"), ("OR", "Harbord"), ("OR", "Peters"), ("RR", "Egger"), ("RR", "Peters")],
)
def test_metabias_of_meta(arms, outcome, measure, name):
    out = R[outcome][f"bias.meta.{measure}.{name}"]["out"]
    found = run(name, pool(*arms(outcome), measure=measure))
    assert (found.bias, found.se) == near(tuple(out["intercept_or_bias"]))
    assert (found.t, found.df, found.p) == near((out["statistic"], out["df"], out["p"]))


def test_regtest_of_metafor(arms, outcome):
    out = R[outcome]["bias.metafor.OR.regtest.lm.sei"]["out"]
    found = run("Egger", pool(*arms(outcome)))
    assert (found.intercept, found.bias) == near(tuple(out["coef"]))
    assert (found.se, found.t, found.df, found.p) == near(
        (out["se"][1], out["stat"], out["df"], out["p"])
    )


@pytest.mark.parametrize(
    ("entry", "choices"),
    [("EE", {"model": "fixed", "method": "IV"}), ("DL", {"method": "IV"})],
)
def test_influence_is_that_of_metafor(arms, outcome, entry, choices):
    out = R[outcome][f"influence.metafor.OR.{entry}"]["out"]
    expected = np.array(out["cook.d"]) / out["cov.r"]
    assert influences(pool(*arms(outcome), **choices)) == near(expected)


def test_contributions_to_q_about_the_inverse_variance_mean(reference, arms, outcome):
    fixed = reference["outcomes"][outcome]["mpmath"]["OR"]["iv_fixed"]
    parts = contributions(pool(*arms(outcome), model="fixed", method="IV"))
    assert parts.sum() == near(fixed["het"]["Q"], 1e-10)
