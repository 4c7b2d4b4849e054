"""Every analysis of proportions against R (metafor 5.0-1, meta 8.3-0) and 40-digit arithmetic."""

import itertools

import numpy as np
import pytest
from scipy.special import expit, ndtri, stdtrit
from twobytwo import OptionError
from twobytwo.estimate.binomial_normal import slopes
from twobytwo.estimate.proportions import clopper_pearson, wilson
from twobytwo.options import PROPORTION_CHOICES as CHOICES
from twobytwo.options import proportion_options
from twobytwo.proportions import pool_proportions

ARMS = [f"{o}_{arm}" for o in ("mRS0_2", "mortality", "SICH") for arm in ("stent", "control")]
TRANSFORMS = {"logit": "PLO", "raw": "PR"}
ESTIMATORS = ("DL", "PM", "REML", "ML", "HE", "SJ", "EB", "HS")
# The truncated interval is the wider of two.
TESTS = {"wald": ("z",), "hksj": ("knha",), "hksj-truncated": ("z", "knha")}
METAS_EFFECT = "TE"  # codespell:ignore


NAMES = ("model", "method", "transform", "tau2", "interval")
# The tau2 of a fixed effect is no choice: one is kept.
ANALYSES = {
    ("fixed", "GLMM", "logit", "ML", "wald"),
    ("random", "GLMM", "logit", "ML", "wald"),
    ("random", "GLMM", "logit", "ML", "t"),
    *itertools.product(["fixed"], ["IV"], TRANSFORMS, ["ML"], ["wald"]),
    *itertools.product(["random"], ["IV"], TRANSFORMS, ESTIMATORS, TESTS),
}


def goes_together(values):
    try:
        proportion_options(**dict(zip(NAMES, values, strict=True)))
    except OptionError:
        return False
    return values[0] == "random" or values[3] == "ML"


def test_every_analysis_that_the_library_offers_is_held_to_a_reference():
    offered = itertools.product(*(CHOICES[name] for name in NAMES))
    assert {case for case in offered if goes_together(case)} == ANALYSES
    assert CHOICES["study_interval"] == ("wilson", "clopper-pearson")


def near(value, rel=1e-8):
    return pytest.approx(value, rel=rel, abs=0)


@pytest.fixture
def block(reference):
    return reference["proportions"].__getitem__


@pytest.fixture
def counts(block):
    return lambda arm: [block(arm)["data"][name] for name in ("xi", "ni")]


@pytest.fixture
def out(block):
    return lambda arm, analysis: block(arm)["analyses"][analysis]["out"]


@pytest.mark.parametrize("arm", ARMS)
def test_intervals_of_studies(block, counts, out, arm):
    truth = block(arm)["mpmath"]
    for interval, name, r in (
        (wilson, "wilson", "ci.meta.WS"), (clopper_pearson, "clopper_pearson", "ci.meta.CP")
    ):  # fmt: skip
        limits = interval(*counts(arm))
        assert np.transpose(limits) == near(np.array(truth[name]), 1e-12)
        assert [*limits] == [near(out(arm, r)["lower"]), near(out(arm, r)["upper"])]


@pytest.mark.parametrize(
    ("arm", "transform", "tau2", "interval"),
    [
        (arm, transform, tau2, interval)
        for arm in ARMS
        for transform in TRANSFORMS
        if transform == "logit" or arm not in ("mortality_stent", "SICH_stent")
        for tau2, interval in [("EE", "wald"), *itertools.product(ESTIMATORS, TESTS)]
    ],
)
def test_inverse_variance(out, counts, arm, transform, tau2, interval):
    pooled, study = (out(arm, f"{x}.metafor.{TRANSFORMS[transform]}{y}") for x, y in (
        ("pool", ".EE.z"), ("study", "")))  # fmt: skip
    result = pool_proportions(
        *counts(arm), method="IV", transform=transform, interval=interval,
        model="fixed" if tau2 == "EE" else "random", tau2=None if tau2 == "EE" else tau2,
    )  # fmt: skip
    assert result.study_effect == near(study["yi"], 1e-12)
    assert result.study_variance == near(study["vi"], 1e-12)
    if tau2 == "HS":  # which R has not: by hand, from the effects in R
        tests = [hunter_and_schmidt(study, pooled["Q"], test) for test in TESTS[interval]]
    else:
        name = f"pool.metafor.{TRANSFORMS[transform]}.{tau2}"
        tests = [out(arm, f"{name}.{test}") for test in TESTS[interval]]
    expected = max(tests, key=lambda test: test["se"])
    t = -ndtri(0.025) if interval == "wald" else stdtrit(3, 0.975)
    found = {
        "beta": result.effect, "se": result.se, "stat": result.statistic,
        "Q": result.q, "Q_df": result.q_df, "Q_p": result.q_p_value, "tau2": result.tau2,
    }  # fmt: skip
    if tau2 == "EE":
        del found["tau2"]
    for figure in found.keys() & expected.keys():
        # metafor's iterations stop where tau2 changes by 1e-13 or so: near 0 that shows.
        value = pytest.approx(expected[figure], rel=1e-8, abs=1e-12)
        assert found[figure] == value, figure
    assert result.limits.upper - result.effect == near(t * expected["se"])
    if len(tests) == 1 and tau2 != "HS":
        assert (result.limits.lower, result.p_value) == near(
            (expected["ci_lb"], expected["pval"]), 1e-7
        )
    if interval == "wald" and "weights_pct" in expected:
        assert result.weight == near(expected["weights_pct"])


def hunter_and_schmidt(study, q, test):
    y, v = (np.array(study[name]) for name in ("yi", "vi"))
    tau2 = max(0.0, (q - len(y)) / (1 / v).sum())
    w = 1 / (v + tau2)
    effect = w @ y / w.sum()
    spread = 1 if test == "z" else (w * (y - effect) ** 2).sum() / 3
    return {"tau2": tau2, "beta": effect, "se": (spread / w.sum()) ** 0.5}


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize(("transform", "name"), [("logit", "PLOGIT"), ("raw", "PRAW")])
def test_metas_inverse_variance_with_its_prediction_interval(out, counts, arm, transform, name):
    expected = out(arm, f"pool.meta.{name}.Inverse.DL")
    result = pool_proportions(*counts(arm), method="IV", transform=transform)
    found = {
        f"{METAS_EFFECT}_random": result.effect,
        f"se{METAS_EFFECT}_random": result.se,
        "Q": result.q,
        "I2": result.i2 / 100,
        "PI_lower": result.prediction.lower,
        "PI_upper": result.prediction.upper,
    }
    for figure, value in found.items():
        assert value == near(expected[figure]), figure
    assert result.tau2 == pytest.approx(expected["tau2"], rel=1e-8, abs=1e-15)
    common = pool_proportions(*counts(arm), method="IV", transform=transform, model="fixed")
    assert common.effect == near(expected[f"{METAS_EFFECT}_common"])
    assert common.se == near(expected[f"se{METAS_EFFECT}_common"])


@pytest.mark.parametrize("arm", ARMS)
def test_common_proportion(out, counts, arm):
    expected = out(arm, "glmm.metafor.PLO.EE")
    result = pool_proportions(*counts(arm), model="fixed")
    assert result.effect == near(expected["beta"], 1e-9)
    # R's glm stops early: its standard error is right to 5 digits.
    assert result.se == near(expected["se"], 2e-5)
    assert result.q == near(expected["QE_LRT"], 1e-6)
    assert [result.estimate, result.ci_lower, result.ci_upper] == near(expected["backtransf"], 2e-5)


@pytest.mark.parametrize("arm", ARMS)
def test_binomial_normal_model_to_the_digits_that_lme4_has(out, counts, arm):
    # lme4 takes 7 nodes (which move tau2 by 3e-4 in one arm here) and stops early (1e-4).
    expected = out(arm, "glmm.metafor.PLO.ML")
    x, n = (np.array(a, float) for a in counts(arm))
    result = pool_proportions(x, n)
    assert result.effect == near(expected["beta"], 1e-4)
    assert result.se == near(expected["se"], 5e-4)
    assert result.tau2 == pytest.approx(expected["tau2"], rel=1e-3, abs=0)
    assert (result.tau2 == 0) == (expected["tau2"] == 0)
    assert result.q == near(expected["QE_LRT"], 1e-6)
    limits = [expit(expected[end]) for end in ("ci_lb", "ci_ub")]
    assert [result.ci_lower, result.ci_upper] == near(limits, 1e-3)

    def likelihood(mu, tau2):
        each = np.broadcast_arrays(*(np.asarray(a, float) for a in (x, n, mu, tau2)))
        return float(slopes(*each).height.sum()) if tau2 else -result.q / 2

    # It is at least as likely as lme4's.
    ours = likelihood(result.effect, result.tau2)
    assert ours >= likelihood(expected["beta"], expected["tau2"])
