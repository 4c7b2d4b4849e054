"""Every analysis the library offers, against 40-digit arithmetic."""

import itertools
import math

import numpy as np
import pytest
from twobytwo import OptionError, pool
from twobytwo.options import CHOICES, options

REL = 1e-10
OUTCOMES = ("mRS0_2", "mortality", "SICH")
INTERVALS = {"wald": "wald", "hksj": "KH", "hksj-truncated": "KH_adhoc_max1"}
ESTIMATORS = ("DL", "PM", "REML", "ML", "HE", "SJ", "EB", "HS")
NAMES = ("measure", "model", "method", "q_center", "tau2", "interval")
# Of what is no choice, the tau2 of a fixed effect and the Q of Peto, one is kept.
ANALYSES = {
    ("OR", "fixed", "Peto", None, "DL", "wald"),
    *itertools.product(("OR", "RR", "RD"), ["fixed"], ("MH", "IV"), ("MH", "IV"), ["DL"], ["wald"]),
    *itertools.product(("OR", "RR", "RD"), ["random"], ("MH", "IV"), ["MH"], ["DL"], INTERVALS),
    *itertools.product(("OR", "RR", "RD"), ["random"], ("MH", "IV"), ["IV"], ESTIMATORS, INTERVALS),
}
ratios = pytest.mark.parametrize("measure", ["OR", "RR"])
outcomes = pytest.mark.parametrize("outcome", OUTCOMES)


def goes_together(values):
    _, model, method, center, tau2, _ = values
    try:
        options(**dict(zip(NAMES, values, strict=True)))
    except OptionError:
        return False
    return (tau2 == "DL" or model == "random") and (center is None) == (method == "Peto")


def test_every_analysis_that_the_library_offers_is_held_to_a_reference():
    offered = [CHOICES[name] + ((None,) if name == "q_center" else ()) for name in NAMES]
    assert {case for case in itertools.product(*offered) if goes_together(case)} == ANALYSES


def of_q(het):
    names = {"q": "Q", "q_df": "df", "q_p_value": "p", "h2": "H2_Q"}
    return {ours: het[theirs] for ours, theirs in names.items()} | {"i2": 100 * het["I2"]}


def of_mean(mean):
    """Estimate and interval; z for Wald, t for Hartung-Knapp-Sidik-Jonkman."""
    names = {"effect": "est", "se": "se", "lower": "ci_lb", "upper": "ci_ub", "p_value": "p"}
    names["statistic"] = "z" if "z" in mean else "t"
    return {ours: mean[theirs] for ours, theirs in names.items() if theirs in mean}


def of_random(block, interval):
    lower, upper = block["PI"]["HTS_t_k-2"]
    effect, tau2 = block["wald"]["est"], block["tau2"]
    wald, used = block["wald"]["se"], block[INTERVALS[interval]]["se"]
    # Held about the mean; as wide as the standard error of the interval in use makes it.
    wider = np.hypot(used, np.sqrt(tau2)) / np.hypot(wald, np.sqrt(tau2))
    return of_mean(block[INTERVALS[interval]]) | {
        "effect": effect,
        "tau2": tau2,
        "prediction_lower": effect + wider * (lower - effect),
        "prediction_upper": effect + wider * (upper - effect),
        "weight": block["weights_pct"],
    }


def expected_figures(blocks, measure, model, method, center, tau2, interval):
    """What mpmath found for the analysis, as far as it holds it."""
    if method == "Peto":
        return of_mean(blocks["Peto"]) | of_q(blocks["Peto"]["het"])
    block = blocks[measure]
    het = of_q(block["mh_revman" if center == "MH" else "iv_fixed"]["het"])
    if model == "fixed":
        mean = block["mh_revman" if method == "MH" else "iv_fixed"]
        weight = {"weight": mean["weights_pct"]} if "weights_pct" in mean else {}
        return of_mean(mean) | weight | het
    if center == "MH":
        return of_random(block["mh_revman"]["DL_MHQ"], interval) | het
    return of_random(block["random"][tau2], interval) | het


@pytest.fixture
def compare(figures):
    def agree(result, expected):
        found = figures(result)
        for name, value in expected.items():
            assert found[name] == pytest.approx(value, rel=REL, abs=0), name

    return agree


@pytest.mark.parametrize(
    ("outcome", "case"),
    [
        pytest.param(outcome, case, id="-".join(map(str, (outcome, *case))))
        for outcome in OUTCOMES
        for case in sorted(ANALYSES, key=str)
        # For risk differences mpmath follows metafor: 0.5 in the estimate and the variance of a
        # study with a zero cell, which mortality and SICH have. The library takes raw counts; the
        # tests further down hold it to the references that do the same.
        if case[0] != "RD" or outcome == "mRS0_2"
    ],
)
def test_analysis_agrees(reference, arms, outcome, case, compare):
    expected = expected_figures(reference["outcomes"][outcome]["mpmath"], *case)
    compare(pool(*arms(outcome), **dict(zip(NAMES, case, strict=True))), expected)


@outcomes
@ratios
def test_studies_and_the_q_profile_interval_of_tau2_agree(reference, arms, outcome, measure):
    block = reference["outcomes"][outcome]["mpmath"][measure]
    result, studies = pool(*arms(outcome), measure=measure), block["study_only0"]
    for found, name in (
        (result.study_effect, "yi"),
        (result.study_variance, "vi"),
        (np.log(result.study_interval.lower), "ci_lb"),
        (np.log(result.study_interval.upper), "ci_ub"),
    ):
        assert found == pytest.approx(studies[name], rel=REL, abs=0), name
    assert tuple(result.tau2_limits) == pytest.approx(tuple(block["tau2_QP_CI"]), rel=REL, abs=0)


@outcomes
@ratios
def test_mantel_haenszel_without_a_correction_agrees(reference, arms, outcome, measure, compare):
    # Its Q is left aside: mpmath keeps the study with a zero cell in Q, by adding 0.5 there.
    mean = reference["outcomes"][outcome]["mpmath"][measure]["mh_exact"]
    result = pool(*arms(outcome), measure=measure, model="fixed", zero_cells="none")
    compare(result, of_mean(mean))


def by_hand(effect, variance, center=None):
    """Fixed and random effects from study effects, in plain Python with exact sums."""
    precision = [1 / v for v in variance]
    s1, s2 = math.fsum(precision), math.fsum(w * w for w in precision)
    mean = math.fsum(w * y for w, y in zip(precision, effect, strict=True)) / s1
    center = mean if center is None else center
    q = math.fsum(w * (y - center) ** 2 for w, y in zip(precision, effect, strict=True))
    df = len(effect) - 1
    tau2 = max(0.0, (q - df) / (s1 - s2 / s1))
    weights = [1 / (v + tau2) for v in variance]
    total = math.fsum(weights)
    return {
        "fixed": {"effect": mean, "se": s1**-0.5, "q": q},
        "random": {
            "effect": math.fsum(w * y for w, y in zip(weights, effect, strict=True)) / total,
            "se": total**-0.5, "tau2": tau2, "q": q, "q_df": df,
            "i2": 100 * max(0.0, (q - df) / q), "h2": q / df,
            "weight": [100 * w / total for w in weights],
        },
    }  # fmt: skip


# The risk difference. The library pools raw counts, whatever the zero-cell rule; the
# correction reaches only a variance that would be 0, and no study here has one. So the
# uncorrected references are the ones that apply, to every outcome and to every rule.
@outcomes
@pytest.mark.parametrize("zero_cells", CHOICES["zero_cells"])
def test_risk_differences_are_taken_from_raw_counts(
    reference, arms, out, outcome, zero_cells, compare
):
    choices = {"measure": "RD", "zero_cells": zero_cells}
    mean = reference["outcomes"][outcome]["mpmath"]["RD"]["mh_exact"]
    # With Greenland and Robins' standard error.
    compare(pool(*arms(outcome), model="fixed", **choices), of_mean(mean))
    studies = out(outcome, "study.metafor.RD.none")
    for center, at in (("MH", mean["est"]), ("IV", None)):
        expected = by_hand(studies["yi"], studies["vi"], at)
        for model in ("fixed", "random"):
            result = pool(*arms(outcome), model=model, method="IV", q_center=center, **choices)
            compare(result, expected[model])
            assert result.study_effect == pytest.approx(studies["yi"], rel=REL, abs=1e-15)
            assert result.study_variance == pytest.approx(studies["vi"], rel=REL, abs=0)


# The zero-cell rules other than RevMan's, for the ratios: study effects from R, pooled by hand.
@outcomes
@ratios
@pytest.mark.parametrize("zero_cells", ["all", "none"])
def test_inverse_variance_under_the_other_zero_cell_rules(
    reference, arms, out, outcome, measure, zero_cells, compare
):
    studies, choices = out(outcome, f"study.metafor.{measure}.{zero_cells}"), {"measure": measure}
    pairs = [*zip(studies["yi"], studies["vi"], strict=True)]
    usable = [pair for pair in pairs if str not in map(type, pair)]
    expected = by_hand(*zip(*usable, strict=True))
    for model in ("fixed", "random"):
        if len(usable) < len(pairs):
            expected[model].pop("weight", None)  # the library also lists the study that has none
        choices |= {"model": model, "zero_cells": zero_cells}
        result = pool(*arms(outcome), method="IV", **choices)
        assert result.k == len(usable)
        compare(result, expected[model])
    if zero_cells == "none":
        # The study with a zero cell is in the center, though it has no effect of its own.
        center = reference["outcomes"][outcome]["mpmath"][measure]["mh_exact"]["est"]
        expected = by_hand(*zip(*usable, strict=True), center)["random"]
        expected.pop("weight")
        compare(pool(*arms(outcome), **choices), expected)
