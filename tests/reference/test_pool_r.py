"""The library against R: metafor 5.0-1 and meta 8.3-0, at 1e-8."""

import numpy as np
import pytest
from twobytwo import Counts, pool
from twobytwo.checks.refits import cumulative, leave_one_out
from twobytwo.estimate.effects import cells, peto_log_odds_ratio
from twobytwo.estimate.mean import i_squared_interval

METAS_EFFECT = "TE"  # codespell:ignore
OUTCOMES = ("mRS0_2", "mortality", "SICH")
NO_ZERO_CELL = ("mRS0_2",)
IV, FIXED = {"method": "IV"}, {"model": "fixed"}


def near(value):
    return pytest.approx(value, rel=1e-8, abs=0)


def each(entries):
    """An entry of R, an outcome that it was run for, and our choices."""
    return pytest.mark.parametrize(
        ("analysis", "outcome", "choices"),
        [
            pytest.param(analysis, outcome, choices, id=f"{analysis}-{outcome}")
            for analysis, outcomes, choices in entries
            for outcome in outcomes
        ],
    )


@pytest.fixture
def check(figures):
    def agree(result, theirs, names):
        found = figures(result) | {"i2": result.i2 / 100}
        for ours, name in names.items():
            assert found[ours] == near(theirs[name]), ours

    return agree


def of_meta(model):
    names = {
        "effect": METAS_EFFECT, "se": "seTE", "lower": "lower", "upper": "upper",
        "statistic": "z" if model == "common" else "stat", "p_value": "p",
    }  # fmt: skip
    names = {ours: f"{theirs}_{model}" for ours, theirs in names.items()}
    names |= {"q": "Q", "q_df": "df_Q", "q_p_value": "p_Q", "i2": "I2"}
    names["weight"] = f"weights_{model}_pct"
    if model == "random":
        names |= {"tau2": "tau2", "prediction_lower": "PI_lower", "prediction_upper": "PI_upper"}
    return names


META = [
    # meta puts 0.5 into the variance of every study with a zero cell, the library only
    # into a variance that would be 0: for risk differences the two agree where no cell is zero.
    (f"pool.meta.{measure}.{name}", outcomes, {"measure": measure, **choices})
    for measure, outcomes in (("OR", OUTCOMES), ("RR", OUTCOMES), ("RD", NO_ZERO_CELL))
    for name, choices in (
        ("MH.corr.QMH", {}), ("MH.corr.QIV", {"q_center": "IV"}), ("Inverse.DL", IV),
    )
]  # fmt: skip


@each([*META, ("pool.meta.OR.Peto.DL", OUTCOMES, FIXED | {"method": "Peto"})])
def test_meta(arms, out, analysis, outcome, choices, check):
    theirs = out(outcome, analysis)
    check(pool(*arms(outcome), **choices | FIXED), theirs, of_meta("common"))
    if "model" not in choices:
        check(pool(*arms(outcome), **choices), theirs, of_meta("random"))
        assert i_squared_interval(theirs["Q"], theirs["df_Q"]) == near(
            (100 * theirs["I2_lower"], 100 * theirs["I2_upper"])
        )


OF_METAFOR = {
    "effect": "beta", "se": "se", "lower": "ci_lb", "upper": "ci_ub", "statistic": "stat",
    "p_value": "pval", "q": "Q", "q_df": "Q_df", "q_p_value": "Q_p", "weight": "weights_pct",
}  # fmt: skip


# metafor's I2 and H2 come from tau2; the library's come from Q, and are held to meta's.
@each(
    [
        ("pool.metafor.mh.OR.revman", OUTCOMES, FIXED),
        ("pool.metafor.mh.RR.revman", OUTCOMES, FIXED | {"measure": "RR"}),
        ("pool.metafor.mh.OR.exact", OUTCOMES, FIXED | {"zero_cells": "none"}),
        ("pool.metafor.mh.RR.exact", OUTCOMES, FIXED | {"measure": "RR", "zero_cells": "none"}),
        ("pool.metafor.peto.OR", OUTCOMES, FIXED | {"method": "Peto"}),
        ("pool.metafor.iv.OR.EE", OUTCOMES, FIXED | IV),
        ("pool.metafor.iv.OR.DL.z", OUTCOMES, IV),
        ("pool.metafor.iv.RR.EE", OUTCOMES, FIXED | IV | {"measure": "RR"}),
        ("pool.metafor.iv.RR.DL.z", OUTCOMES, IV | {"measure": "RR"}),
        # metafor puts 0.5 into the risk difference itself; the library never does.
        ("pool.metafor.iv.RD.EE", NO_ZERO_CELL, FIXED | IV | {"measure": "RD"}),
        ("pool.metafor.iv.RD.DL.z", NO_ZERO_CELL, IV | {"measure": "RD"}),
    ]
)
def test_metafor(arms, out, analysis, outcome, choices, check):
    theirs, result = out(outcome, analysis), pool(*arms(outcome), **choices)
    # metafor keeps the study with a zero cell in Q, by adding 0.5 there; ours leaves it out.
    without = ("q", "q_df", "q_p_value", "weight") if "zero_cells" in choices else ()
    names = {
        ours: name for ours, name in OF_METAFOR.items() if name in theirs and ours not in without
    }
    check(result, theirs, names | ({} if "model" in choices else {"tau2": "tau2"}))


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("tau2", ["DL", "REML", "PM"])
def test_i_squared_from_tau2_is_metafors(arms, out, outcome, tau2):
    expected = out(outcome, f"pool.metafor.iv.OR.{tau2}.z")["I2_pct"]
    found = pool(*arms(outcome), method="IV", tau2=tau2).i2_tau2
    assert found == pytest.approx(expected, rel=1e-5, abs=1e-4)


@each(
    [
        ("study.metafor.OR.only0", OUTCOMES, {}),
        ("study.metafor.OR.all", OUTCOMES, {"zero_cells": "all"}),
        ("study.metafor.RR.only0", OUTCOMES, {"measure": "RR"}),
        ("study.metafor.RR.all", OUTCOMES, {"measure": "RR", "zero_cells": "all"}),
        ("study.metafor.RD.none", OUTCOMES, {"measure": "RD"}),
    ]
)
def test_metafor_studies(arms, out, analysis, outcome, choices):
    theirs, result = out(outcome, analysis), pool(*arms(outcome), **choices)
    assert result.study_effect == near(theirs["yi"])
    assert result.study_variance == near(theirs["vi"])
    natural = np.asarray if result.measure == "RD" else np.exp
    assert result.study_interval.lower == near(natural(theirs["ci_lb"]))
    assert result.study_interval.upper == near(natural(theirs["ci_ub"]))


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_peto_of_metafor_and_risk_differences_of_meta_by_study(arms, out, outcome):
    theirs = out(outcome, "study.metafor.PETO.none")
    effect, variance = peto_log_odds_ratio(cells(*arms(outcome)))
    assert (effect, variance) == (near(theirs["yi"]), near(theirs["vi"]))
    # meta's standard errors differ from ours where one cell is zero, by the 0.5 in them.
    expected = near(out(outcome, "study.meta.RD")[METAS_EFFECT])
    assert pool(*arms(outcome), measure="RD").study_effect == expected


REFITS = [
    (f"{refit}.{name}", OUTCOMES, choices)
    for refit in ("loo", "cumul")
    for name, choices in (
        ("meta.OR.revman.random", {}), ("meta.OR.revman.common", FIXED),
        ("metafor.OR.mh.revman", FIXED), ("metafor.OR.iv.DL", IV),
        ("metafor.OR.iv.EE", IV | FIXED),
    )
]  # fmt: skip
# Our name, then meta's and metafor's.
REFITTED = {
    "effect": (METAS_EFFECT, "estimate"), "se": ("seTE", "se"), "p_value": ("p", "pval"),
    "tau2": ("tau2",), "q": ("Q",), "q_p_value": ("Qp",),
}  # fmt: skip


@each([*REFITS, ("loo.metafor.OR.peto", OUTCOMES, FIXED | {"method": "Peto"})])
def test_refits(reference, arms, out, outcome, analysis, choices):
    study = tuple(reference["outcomes"][outcome]["data"]["study"])
    refit = leave_one_out if analysis.startswith("loo") else cumulative
    refits = refit(Counts(study, *map(np.array, arms(outcome))), **choices)
    theirs = out(outcome, analysis)
    compared = 0
    for ours, names in REFITTED.items():
        for name in names:
            if name in theirs and not (ours == "tau2" and choices.get("model") == "fixed"):
                check_each(refits, ours, theirs[name])
                compared += 1
    assert compared >= 3
    if ".meta." in analysis:
        check_each(refits, "i2", [100 * i2 for i2 in theirs["I2"]])


def check_each(refits, name, theirs):
    # Of one study the programs differ in what they call undefined: only its effect counts.
    pairs = [
        (getattr(refit, name), value)
        for refit, value in zip(refits, theirs, strict=True)
        if refit.k > 1 or name in ("effect", "se", "p_value")
    ]
    assert [found for found, _ in pairs] == near([value for _, value in pairs]), name
