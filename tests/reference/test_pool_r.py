"""The library against R: metafor 5.0-1 and meta 8.3-0, at 1e-8."""

import numpy as np
import pytest
from twobytwo import Counts, pool
from twobytwo.checks.refits import cumulative, leave_one_out
from twobytwo.estimate.effects import cells, peto_log_odds_ratio
from twobytwo.estimate.mean import h_interval, i_squared_interval, i_squared_tau2

REL = 1e-8
METAS_EFFECT = "TE"  # codespell:ignore
OUTCOMES = ("mRS0_2", "mortality", "SICH")
NO_ZERO_CELL = ("mRS0_2",)


def near(value):
    return pytest.approx(value, rel=REL, abs=0)


@pytest.fixture
def check(figures):
    def of(result, expected):
        found = figures(result)
        for name, value in expected.items():
            assert found[name] == near(value), name

    return of


def from_metafor(out, *without):
    names = {
        "effect": "beta", "se": "se", "lower": "ci_lb", "upper": "ci_ub", "statistic": "stat",
        "p_value": "pval", "q": "Q", "q_df": "Q_df", "q_p_value": "Q_p", "weight": "weights_pct",
    }  # fmt: skip
    return {ours: out[theirs] for ours, theirs in names.items() if ours not in without}


def from_meta(out, model):
    names = {
        "effect": METAS_EFFECT, "se": "seTE", "lower": "lower", "upper": "upper",
        "statistic": "z" if model == "common" else "stat", "p_value": "p",
    }  # fmt: skip
    found = {ours: out[f"{theirs}_{model}"] for ours, theirs in names.items()}
    found |= {"q": out["Q"], "q_df": out["df_Q"], "q_p_value": out["p_Q"]}
    found |= {"i2": 100 * out["I2"], "weight": out[f"weights_{model}_pct"]}
    if model == "random":
        found |= {"tau2": out["tau2"]}
        found |= {"prediction_lower": out["PI_lower"], "prediction_upper": out["PI_upper"]}
    return found


META = [
    ("pool.meta.OR.MH.corr.QMH", OUTCOMES, {"measure": "OR", "method": "MH"}),
    ("pool.meta.OR.MH.corr.QIV", OUTCOMES, {"measure": "OR", "method": "MH", "q_center": "IV"}),
    ("pool.meta.OR.Inverse.DL", OUTCOMES, {"measure": "OR", "method": "IV"}),
    ("pool.meta.RR.MH.corr.QMH", OUTCOMES, {"measure": "RR", "method": "MH"}),
    ("pool.meta.RR.MH.corr.QIV", OUTCOMES, {"measure": "RR", "method": "MH", "q_center": "IV"}),
    ("pool.meta.RR.Inverse.DL", OUTCOMES, {"measure": "RR", "method": "IV"}),
    # meta puts 0.5 into the variance of every study with a zero cell, the library only
    # into a variance that would be 0: the two agree where no cell is zero.
    ("pool.meta.RD.MH.corr.QMH", NO_ZERO_CELL, {"measure": "RD", "method": "MH"}),
    ("pool.meta.RD.MH.corr.QIV", NO_ZERO_CELL, {"measure": "RD", "method": "MH", "q_center": "IV"}),
    ("pool.meta.RD.Inverse.DL", NO_ZERO_CELL, {"measure": "RD", "method": "IV"}),
]


@pytest.mark.parametrize("model", ["common", "random"])
@pytest.mark.parametrize(
    ("analysis", "outcome", "choices"),
    [
        pytest.param(analysis, outcome, choices, id=f"{analysis}-{outcome}")
        for analysis, outcomes, choices in META
        for outcome in outcomes
    ],
)
def test_meta(arms, out, analysis, outcome, choices, model, check):
    result = pool(*arms(outcome), model={"common": "fixed"}.get(model, model), **choices)
    check(result, from_meta(out(outcome, analysis), model))


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_meta_by_peto(arms, out, outcome, check):
    expected = from_meta(out(outcome, "pool.meta.OR.Peto.DL"), "common")
    check(pool(*arms(outcome), method="Peto", model="fixed"), expected)


# metafor's I2 and H2 come from tau2; the library's come from Q, and are held to meta's.
METAFOR = [
    ("pool.metafor.mh.OR.revman", OUTCOMES, {"model": "fixed", "method": "MH"}),
    ("pool.metafor.mh.RR.revman", OUTCOMES, {"measure": "RR", "model": "fixed", "method": "MH"}),
    ("pool.metafor.peto.OR", OUTCOMES, {"model": "fixed", "method": "Peto"}),
    ("pool.metafor.iv.OR.EE", OUTCOMES, {"model": "fixed", "method": "IV"}),
    ("pool.metafor.iv.OR.DL.z", OUTCOMES, {"method": "IV"}),
    ("pool.metafor.iv.RR.EE", OUTCOMES, {"measure": "RR", "model": "fixed", "method": "IV"}),
    ("pool.metafor.iv.RR.DL.z", OUTCOMES, {"measure": "RR", "method": "IV"}),
    # metafor puts 0.5 into the risk difference itself; the library never does.
    ("pool.metafor.iv.RD.EE", NO_ZERO_CELL, {"measure": "RD", "model": "fixed", "method": "IV"}),
    ("pool.metafor.iv.RD.DL.z", NO_ZERO_CELL, {"measure": "RD", "method": "IV"}),
]


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("tau2", ["DL", "REML", "PM"])
def test_i_squared_from_tau2_is_metafors(arms, out, outcome, tau2):
    result = pool(*arms(outcome), method="IV", tau2=tau2)
    found = i_squared_tau2(result.tau2, 1 / result.study_variance)
    expected = out(outcome, f"pool.metafor.iv.OR.{tau2}.z")["I2_pct"]
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-4)


@pytest.mark.parametrize(
    ("analysis", "outcome", "choices"),
    [
        pytest.param(analysis, outcome, choices, id=f"{analysis}-{outcome}")
        for analysis, outcomes, choices in METAFOR
        for outcome in outcomes
    ],
)
def test_metafor(arms, out, analysis, outcome, choices, check):
    theirs = out(outcome, analysis)
    expected = from_metafor(theirs, *(() if "weights_pct" in theirs else ("weight",)))
    if "tau2" in theirs and choices.get("model") != "fixed":
        expected["tau2"] = theirs["tau2"]
    check(pool(*arms(outcome), **choices), expected)


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("measure", ["OR", "RR"])
def test_metafor_mantel_haenszel_without_a_correction(arms, out, outcome, measure, check):
    theirs = out(outcome, f"pool.metafor.mh.{measure}.exact")
    # metafor keeps the study with a zero cell in Q, by adding 0.5 there; ours leaves it out.
    expected = from_metafor(theirs, "q", "q_df", "q_p_value")
    check(pool(*arms(outcome), measure=measure, model="fixed", zero_cells="none"), expected)


def test_no_comparison_has_been_dropped():
    assert len(META) == 9
    assert len(METAFOR) == 9


STUDIES = [
    ("study.metafor.OR.only0", OUTCOMES, {"measure": "OR"}),
    ("study.metafor.OR.all", OUTCOMES, {"measure": "OR", "zero_cells": "all"}),
    ("study.metafor.OR.none", NO_ZERO_CELL, {"measure": "OR", "zero_cells": "none"}),
    ("study.metafor.RR.only0", OUTCOMES, {"measure": "RR"}),
    ("study.metafor.RR.all", OUTCOMES, {"measure": "RR", "zero_cells": "all"}),
    ("study.metafor.RR.none", NO_ZERO_CELL, {"measure": "RR", "zero_cells": "none"}),
    ("study.metafor.RD.none", OUTCOMES, {"measure": "RD"}),
]


@pytest.mark.parametrize(
    ("analysis", "outcome", "choices"),
    [
        pytest.param(analysis, outcome, choices, id=f"{analysis}-{outcome}")
        for analysis, outcomes, choices in STUDIES
        for outcome in outcomes
    ],
)
def test_metafor_studies(arms, out, analysis, outcome, choices):
    theirs = out(outcome, analysis)
    result = pool(*arms(outcome), **choices)
    assert result.study_effect == near(theirs["yi"])
    assert result.study_variance == near(theirs["vi"])
    natural = np.asarray if choices["measure"] == "RD" else np.exp
    assert result.study_interval.lower == near(natural(theirs["ci_lb"]))
    assert result.study_interval.upper == near(natural(theirs["ci_ub"]))


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize(
    ("analysis", "measure"), [("study.meta.OR", "OR"), ("study.meta.RR.Cochrane", "RR")]
)
def test_meta_studies(arms, out, outcome, analysis, measure):
    theirs = out(outcome, analysis)
    result = pool(*arms(outcome), measure=measure)
    assert result.study_effect == near(theirs[METAS_EFFECT])
    assert np.sqrt(result.study_variance) == near(theirs["seTE"])


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_meta_leaves_risk_differences_of_studies_uncorrected(arms, out, outcome):
    # Its standard errors differ from ours where one cell is zero, by the 0.5 in them.
    theirs = out(outcome, "study.meta.RD")
    assert pool(*arms(outcome), measure="RD").study_effect == near(theirs[METAS_EFFECT])


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_metafor_peto_studies(arms, out, outcome):
    theirs = out(outcome, "study.metafor.PETO.none")
    effect, variance = peto_log_odds_ratio(cells(*arms(outcome)))
    assert effect == near(theirs["yi"])
    assert variance == near(theirs["vi"])


LEAVE_ONE_OUT = [
    ("loo.meta.OR.revman.random", {}),
    ("loo.meta.OR.revman.common", {"model": "fixed"}),
    ("loo.metafor.OR.mh.revman", {"model": "fixed"}),
    ("loo.metafor.OR.iv.DL", {"method": "IV"}),
    ("loo.metafor.OR.iv.EE", {"method": "IV", "model": "fixed"}),
    ("loo.metafor.OR.peto", {"method": "Peto", "model": "fixed"}),
]
# Our name, then meta's and metafor's.
LEFT_OUT = {
    "effect": (METAS_EFFECT, "estimate"),
    "se": ("seTE", "se"),
    "p_value": ("p", "pval"),
    "tau2": ("tau2",),
    "q": ("Q",),
    "q_p_value": ("Qp",),
}


CUMULATIVE = [(name.replace("loo", "cumul"), choices) for name, choices in LEAVE_ONE_OUT[:-1]]


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize(
    ("refit", "analysis", "choices"),
    [pytest.param(leave_one_out, *case, id=case[0]) for case in LEAVE_ONE_OUT]
    + [pytest.param(cumulative, *case, id=case[0]) for case in CUMULATIVE],
)
def test_refits(reference, arms, out, outcome, refit, analysis, choices):
    data = reference["outcomes"][outcome]["data"]
    counts = Counts(tuple(data["study"]), *map(np.array, arms(outcome)))
    theirs = out(outcome, analysis)
    refits = refit(counts, **choices)
    compared = 0
    for ours, names in LEFT_OUT.items():
        for name in names:
            if name in theirs and not (ours == "tau2" and choices.get("model") == "fixed"):
                check_each(refits, ours, theirs[name])
                compared += 1
    assert compared >= 3
    if "meta" in analysis.split("."):
        check_each(refits, "i2", theirs["I2"], times=100)


def check_each(refits, name, theirs, times=1):
    # Of one study the programs differ in what they call undefined: only its effect counts.
    pairs = [
        (getattr(refit, name), times * value)
        for refit, value in zip(refits, theirs, strict=True)
        if refit.k > 1 or name in ("effect", "se", "p_value")
    ]
    assert [found for found, _ in pairs] == near([value for _, value in pairs]), name


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("analysis", [analysis for analysis, _, _ in META[:6]])
def test_the_intervals_of_h_and_i_squared(reference, outcome, analysis):
    out = reference["outcomes"][outcome]["analyses"][analysis]["out"]
    h = h_interval(out["Q"], out["df_Q"])
    i2 = i_squared_interval(out["Q"], out["df_Q"])
    assert h == near((out["H_lower"], out["H_upper"]))
    assert i2 == near((100 * out["I2_lower"], 100 * out["I2_upper"]))
