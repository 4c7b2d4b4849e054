"""Every analysis the library offers, against 40-digit arithmetic."""

import itertools
import math

import numpy as np
import pytest
from twobytwo import OptionError, pool
from twobytwo.estimate.tau2 import q_profile
from twobytwo.options import CHOICES, options

REL = 1e-10
OUTCOMES = ("mRS0_2", "mortality", "SICH")
INTERVALS = {"wald": "wald", "hksj": "KH", "hksj-truncated": "KH_adhoc_max1"}


def legal_analyses():
    """All (measure, model, method, center, tau2, interval) that go together."""
    names = ("measure", "model", "method", "q_center", "tau2", "interval")
    found = []
    for values in itertools.product(*(CHOICES[name] for name in names)):
        case = dict(zip(names, values, strict=True))
        # Peto has a Q of its own and a fixed effect no tau2: keep one of what is no choice.
        if case["method"] == "Peto" and case.pop("q_center") == "IV":
            continue
        if case["model"] == "fixed" and case.pop("tau2") != "DL":
            continue
        try:
            options(**case)
        except OptionError:
            continue
        found.append(case)
    return found


ANALYSES = legal_analyses()
CASES = [
    pytest.param(outcome, case, id="-".join([outcome, *case.values()]))
    for outcome in OUTCOMES
    for case in ANALYSES
    # For risk differences mpmath follows metafor: 0.5 in the estimate and the variance of a
    # study with a zero cell, which mortality and SICH have. The library takes raw counts;
    # the tests further down hold it to the references that do the same.
    if case["measure"] != "RD" or outcome == "mRS0_2"
]


def test_the_grid_of_analyses_has_not_shrunk():
    measures, centers = ("OR", "RR", "RD"), [("MH", "IV")] * 2
    estimators = ("DL", "PM", "REML", "ML", "HE", "SJ", "EB", "HS")
    required = {("OR", "fixed", "Peto", "wald")}
    for measure, method, center in itertools.product(measures, *centers):
        required.add((measure, "fixed", method, center, "wald"))
        for tau2, interval in itertools.product(estimators, INTERVALS):
            if center == "IV" or tau2 == "DL":
                required.add((measure, "random", method, center, tau2, interval))
    assert required == {tuple(case.values()) for case in ANALYSES}


def of_q(het):
    return {
        "q": het["Q"],
        "q_df": het["df"],
        "q_p_value": het["p"],
        "i2": 100 * het["I2"],
        "h2": het["H2_Q"],
    }


def of_mean(mean):
    """Estimate and interval; z for Wald, t for Hartung-Knapp-Sidik-Jonkman."""
    found = {"se": mean["se"], "lower": mean["ci_lb"], "upper": mean["ci_ub"]}
    found["statistic"] = mean["z"] if "z" in mean else mean["t"]
    found["p_value"] = mean["p"]
    return found


def prediction(block, interval):
    """Held about the mean; as wide as the standard error of the interval in use makes it."""
    lower, upper = block["PI"]["HTS_t_k-2"]
    effect, tau2 = block["wald"]["est"], block["tau2"]
    wald, used = block["wald"]["se"], block[INTERVALS[interval]]["se"]
    wider = np.hypot(used, np.sqrt(tau2)) / np.hypot(wald, np.sqrt(tau2))
    return effect + wider * (lower - effect), effect + wider * (upper - effect)


def of_random(block, interval):
    lower, upper = prediction(block, interval)
    return {
        "effect": block["wald"]["est"],
        **of_mean(block[INTERVALS[interval]]),
        "tau2": block["tau2"],
        "prediction_lower": lower,
        "prediction_upper": upper,
        "weight": block["weights_pct"],
    }


def expected_figures(blocks, case, het_mh, het_iv):
    """What mpmath found for the analysis, as far as it holds it."""
    if case["method"] == "Peto":
        block = blocks["Peto"]
        return {"effect": block["est"], **of_mean(block), **of_q(block["het"])}
    block = blocks[case["measure"]]
    het = of_q(het_mh if case["q_center"] == "MH" else het_iv)
    if case["model"] == "fixed":
        mean = block["mh_revman" if case["method"] == "MH" else "iv_fixed"]
        weight = {"weight": mean["weights_pct"]} if "weights_pct" in mean else {}
        return {"effect": mean["est"], **of_mean(mean), **weight, **het}
    if case["q_center"] == "MH":
        return of_random(block["mh_revman"]["DL_MHQ"], case["interval"]) | het
    return of_random(block["random"][case["tau2"]], case["interval"]) | het


@pytest.fixture
def compare(figures):
    def of(result, expected):
        found = figures(result)
        for name, value in expected.items():
            assert found[name] == pytest.approx(value, rel=REL, abs=0), name

    return of


@pytest.mark.parametrize(("outcome", "case"), CASES)
def test_analysis_agrees(reference, arms, outcome, case, compare):
    blocks = reference["outcomes"][outcome]["mpmath"]
    block = blocks[case["measure"]]
    het = block["mh_revman"]["het"], block["iv_fixed"]["het"]
    compare(pool(*arms(outcome), **case), expected_figures(blocks, case, *het))


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("measure", ["OR", "RR"])
def test_study_effects_and_their_intervals_agree(reference, arms, outcome, measure):
    block = reference["outcomes"][outcome]["mpmath"][measure]["study_only0"]
    result = pool(*arms(outcome), measure=measure)
    assert result.study_effect == pytest.approx(block["yi"], rel=REL, abs=0)
    assert result.study_variance == pytest.approx(block["vi"], rel=REL, abs=0)
    assert np.log(result.study_interval.lower) == pytest.approx(block["ci_lb"], rel=REL, abs=0)
    assert np.log(result.study_interval.upper) == pytest.approx(block["ci_ub"], rel=REL, abs=0)


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("measure", ["OR", "RR"])
def test_q_profile_interval_of_tau2_agrees(reference, arms, outcome, measure):
    result = pool(*arms(outcome), measure=measure)
    found = q_profile(result.study_effect, result.study_variance, result.included)
    expected = reference["outcomes"][outcome]["mpmath"][measure]["tau2_QP_CI"]
    assert [float(limit) for limit in found] == pytest.approx(expected, rel=REL, abs=0)


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("measure", ["OR", "RR"])
def test_mantel_haenszel_without_a_correction_agrees(reference, arms, outcome, measure, compare):
    mean = reference["outcomes"][outcome]["mpmath"][measure]["mh_exact"]
    result = pool(*arms(outcome), measure=measure, model="fixed", zero_cells="none")
    # Its Q is left aside: mpmath keeps the study with a zero cell in Q, by adding 0.5 there.
    compare(result, {"effect": mean["est"], **of_mean(mean)})


# The risk difference. The library pools raw counts, whatever the zero-cell rule; the
# correction reaches only a variance that would be 0, and no study here has one. So the
# uncorrected references are the ones that apply, to every outcome and to every rule.


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("zero_cells", CHOICES["zero_cells"])
def test_risk_differences_of_studies_are_taken_from_raw_counts(
    reference, arms, out, outcome, zero_cells
):
    block = reference["outcomes"][outcome]["mpmath"]["RD"]
    result = pool(*arms(outcome), measure="RD", zero_cells=zero_cells)
    uncorrected = block.get("study_uncorrected_est", block["study_only0"]["yi"])
    assert result.study_effect == pytest.approx(uncorrected, rel=REL, abs=1e-17)
    variances = out(outcome, "study.metafor.RD.none")["vi"]
    assert result.study_variance == pytest.approx(variances, rel=REL, abs=0)


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("zero_cells", CHOICES["zero_cells"])
def test_mantel_haenszel_risk_difference_is_uncorrected_with_greenland_robins_error(
    reference, arms, outcome, zero_cells, compare
):
    mean = reference["outcomes"][outcome]["mpmath"]["RD"]["mh_exact"]
    result = pool(*arms(outcome), measure="RD", model="fixed", zero_cells=zero_cells)
    compare(result, {"effect": mean["est"], **of_mean(mean)})


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
            "se": total**-0.5,
            "tau2": tau2,
            "q": q,
            "q_df": df,
            "i2": 100 * max(0.0, (q - df) / q),
            "h2": q / df,
            "weight": [100 * w / total for w in weights],
        },
    }


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("center", ["MH", "IV"])
@pytest.mark.parametrize("model", ["fixed", "random"])
def test_risk_difference_pooled_from_the_uncorrected_studies(
    reference, arms, out, outcome, center, model, compare
):
    studies = out(outcome, "study.metafor.RD.none")
    common = reference["outcomes"][outcome]["mpmath"]["RD"]["mh_exact"]["est"]
    expected = by_hand(studies["yi"], studies["vi"], common if center == "MH" else None)
    result = pool(*arms(outcome), measure="RD", model=model, method="IV", q_center=center)
    compare(result, expected[model])


# The zero-cell rules other than RevMan's, for the ratios: study effects from R, pooled by hand.


def with_an_effect(studies):
    pairs = zip(studies["yi"], studies["vi"], strict=True)
    return [(y, v) for y, v in pairs if not isinstance(y, str) and not isinstance(v, str)]


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("measure", ["OR", "RR"])
@pytest.mark.parametrize("model", ["fixed", "random"])
@pytest.mark.parametrize("zero_cells", ["all", "none"])
def test_inverse_variance_under_the_other_zero_cell_rules(
    arms, out, outcome, measure, model, zero_cells, compare
):
    studies = out(outcome, f"study.metafor.{measure}.{zero_cells}")
    usable = with_an_effect(studies)
    expected = by_hand(*zip(*usable, strict=True))[model]
    if len(usable) < len(studies["yi"]):
        expected.pop("weight", None)  # the library also lists the study that has none
    result = pool(*arms(outcome), measure=measure, model=model, method="IV", zero_cells=zero_cells)
    assert result.k == len(usable)
    compare(result, expected)


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("measure", ["OR", "RR"])
def test_q_about_an_uncorrected_mantel_haenszel_estimate(
    reference, arms, out, outcome, measure, compare
):
    studies = out(outcome, f"study.metafor.{measure}.none")
    usable = with_an_effect(studies)
    # The study with a zero cell is in the center, though it has no effect of its own.
    center = reference["outcomes"][outcome]["mpmath"][measure]["mh_exact"]["est"]
    expected = by_hand(*zip(*usable, strict=True), center)["random"]
    expected.pop("weight")
    compare(pool(*arms(outcome), measure=measure, zero_cells="none"), expected)
