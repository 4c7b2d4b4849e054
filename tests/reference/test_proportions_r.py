"""Every analysis of proportions against R (metafor 5.0-1, meta 8.3-0) and 40-digit arithmetic."""

import itertools
import math

import numpy as np
import pytest
from scipy.special import expit, stdtrit
from twobytwo import OptionError
from twobytwo.estimate.binomial_normal import slopes
from twobytwo.estimate.proportions import clopper_pearson, proportion_effects, wilson
from twobytwo.options import PROPORTION_CHOICES as CHOICES
from twobytwo.options import proportion_options
from twobytwo.proportions import pool_proportions

ARMS = [f"{o}_{arm}" for o in ("mRS0_2", "mortality", "SICH") for arm in ("stent", "control")]
TRANSFORMS = {"logit": "PLO", "raw": "PR"}
METAS_EFFECT = "TE"  # codespell:ignore
# Where no study is empty, metafor corrects nothing and holds for the raw scale too.
CASES = [
    (arm, transform)
    for arm in ARMS
    for transform in TRANSFORMS
    if transform == "logit" or arm not in ("mortality_stent", "SICH_stent")
]
ANALYSES = [
    ("fixed", "z"),
    *((tau2, test) for tau2 in CHOICES["tau2"] for test in ("z", "knha") if tau2 != "HS"),
]


def legal_analyses():
    """All (model, method, transform, tau2, interval) that go together."""
    names = ("model", "method", "transform", "tau2", "interval")
    found = []
    for values in itertools.product(*(CHOICES[name] for name in names)):
        case = dict(zip(names, values, strict=True))
        # A fixed effect has no tau2: keep one of what is no choice.
        if case["model"] == "fixed" and case.pop("tau2") != "ML":
            continue
        try:
            proportion_options(**case)
        except OptionError:
            continue
        found.append(case)
    return found


def test_the_grid_of_analyses_has_not_shrunk():
    estimators = ("DL", "PM", "REML", "ML", "HE", "SJ", "EB", "HS")
    required = {("fixed", "GLMM", "logit", "wald")}
    required |= {("random", "GLMM", "logit", "ML", interval) for interval in ("wald", "t")}
    for transform in TRANSFORMS:
        required.add(("fixed", "IV", transform, "wald"))
        for tau2, interval in itertools.product(estimators, ("wald", "hksj", "hksj-truncated")):
            required.add(("random", "IV", transform, tau2, interval))
    assert required == {tuple(case.values()) for case in legal_analyses()}
    # Each is held to a reference below: R has no HS, and the truncated interval is the wider.
    told = {tau2 for tau2, _ in ANALYSES} | {"HS"}
    assert told == {"fixed", *CHOICES["tau2"]}
    assert CHOICES["study_interval"] == ("wilson", "clopper-pearson")


def near(value, rel=1e-8):
    return pytest.approx(value, rel=rel, abs=0)


@pytest.fixture
def block(reference):
    return reference["proportions"].__getitem__


@pytest.fixture
def counts(block):
    def of(arm):
        data = block(arm)["data"]
        return data["xi"], data["ni"]

    return of


@pytest.fixture
def out(block):
    return lambda arm, analysis: block(arm)["analyses"][analysis]["out"]


def test_the_grid_of_references_is_complete(block):
    for arm, transform in CASES:
        methods = [("EE" if tau2 == "fixed" else tau2, test) for tau2, test in ANALYSES]
        names = {f"pool.metafor.{TRANSFORMS[transform]}.{m}.{test}" for m, test in methods}
        assert names <= set(block(arm)["analyses"])
    assert len(CASES) == 10
    assert len(ANALYSES) >= 15


@pytest.mark.parametrize("arm", ARMS)
def test_intervals_of_studies(block, counts, arm):
    truth = block(arm)["mpmath"]
    for interval, name in ((wilson, "wilson"), (clopper_pearson, "clopper_pearson")):
        found = np.transpose(interval(*counts(arm)))
        assert found == near(np.array(truth[name]), 1e-12)


@pytest.mark.parametrize("arm", ARMS)
def test_intervals_of_studies_in_r(out, counts, arm):
    for interval, name in ((wilson, "ci.meta.WS"), (clopper_pearson, "ci.meta.CP")):
        expected = out(arm, name)
        lower, upper = interval(*counts(arm))
        assert [lower, upper] == [near(expected["lower"]), near(expected["upper"])]


@pytest.mark.parametrize(("arm", "transform"), CASES)
def test_effects_of_studies(out, counts, arm, transform):
    expected = out(arm, f"study.metafor.{TRANSFORMS[transform]}")
    effect, variance = proportion_effects(*(np.array(a, float) for a in counts(arm)), transform)
    assert effect == near(expected["yi"], 1e-12)
    assert variance == near(expected["vi"], 1e-12)


# HS is in no reference; metafor has no prediction interval with t on k - 2, meta has.
@pytest.mark.parametrize(("arm", "transform"), CASES)
@pytest.mark.parametrize(("tau2", "test"), ANALYSES)
def test_inverse_variance(out, counts, arm, transform, tau2, test):
    name = "EE" if tau2 == "fixed" else tau2
    expected = out(arm, f"pool.metafor.{TRANSFORMS[transform]}.{name}.{test}")
    result = pool_proportions(
        *counts(arm),
        method="IV",
        transform=transform,
        model="fixed" if tau2 == "fixed" else "random",
        tau2=None if tau2 == "fixed" else tau2,
        interval={"z": "wald", "knha": "hksj"}[test],
    )
    found = {
        "beta": result.effect, "se": result.se, "stat": result.statistic,
        "ci_lb": result.limits.lower, "ci_ub": result.limits.upper,
        "Q": result.q, "Q_df": result.q_df, "Q_p": result.q_p_value,
    }  # fmt: skip
    if tau2 != "fixed":
        found["tau2"] = result.tau2
    for figure, value in found.items():
        # metafor's iterations stop where tau2 changes by 1e-13 or so: near 0 that shows.
        assert value == pytest.approx(expected[figure], rel=1e-8, abs=1e-12), figure
    assert result.p_value == near(expected["pval"], 1e-7)
    if test == "z":
        assert result.weight == near(expected["weights_pct"])


@pytest.mark.parametrize(("arm", "transform"), CASES)
@pytest.mark.parametrize("tau2", [tau2 for tau2 in CHOICES["tau2"] if tau2 != "HS"])
def test_the_truncated_interval_is_the_wider_of_two(out, counts, arm, transform, tau2):
    name = f"pool.metafor.{TRANSFORMS[transform]}.{tau2}"
    se = max(out(arm, f"{name}.{test}")["se"] for test in ("z", "knha"))
    result = pool_proportions(
        *counts(arm), method="IV", transform=transform, tau2=tau2, interval="hksj-truncated"
    )
    half = stdtrit(3, 0.975) * se
    assert [result.se, result.df, result.limits.upper - result.effect] == near([se, 3, half])


@pytest.mark.parametrize(("arm", "transform"), CASES)
def test_hunter_and_schmidt_from_the_effects_in_r(out, counts, arm, transform):
    study = out(arm, f"study.metafor.{TRANSFORMS[transform]}")
    y, w = study["yi"], [1 / v for v in study["vi"]]
    q = out(arm, f"pool.metafor.{TRANSFORMS[transform]}.EE.z")["Q"]
    tau2 = max(0.0, (q - len(y)) / math.fsum(w))
    w = [1 / (v + tau2) for v in study["vi"]]
    effect = math.fsum(a * b for a, b in zip(w, y, strict=True)) / math.fsum(w)
    result = pool_proportions(*counts(arm), method="IV", transform=transform, tau2="HS")
    found = [result.tau2, result.effect, result.se]
    assert found == near([tau2, effect, math.fsum(w) ** -0.5])
    spread = math.fsum(a * (b - effect) ** 2 for a, b in zip(w, y, strict=True))
    hksj = pool_proportions(
        *counts(arm), method="IV", transform=transform, tau2="HS", interval="hksj"
    )
    assert hksj.se == near(math.sqrt(spread / 3 / math.fsum(w)))


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
    result = pool_proportions(*counts(arm))
    assert result.effect == near(expected["beta"], 1e-4)
    assert result.se == near(expected["se"], 5e-4)
    assert result.tau2 == pytest.approx(expected["tau2"], rel=1e-3, abs=0)
    assert (result.tau2 == 0) == (expected["tau2"] == 0)
    assert result.q == near(expected["QE_LRT"], 1e-6)
    limits = [expit(expected[end]) for end in ("ci_lb", "ci_ub")]
    assert [result.ci_lower, result.ci_upper] == near(limits, 1e-3)


@pytest.mark.parametrize("arm", ARMS)
def test_the_fit_is_at_least_as_likely_as_lme4s(out, counts, arm):
    x, n = (np.array(a, float) for a in counts(arm))
    expected, result = out(arm, "glmm.metafor.PLO.ML"), pool_proportions(x, n)

    def likelihood(mu, tau2):
        each = np.broadcast_arrays(*(np.asarray(a, float) for a in (x, n, mu, tau2)))
        return float(slopes(*each).height.sum()) if tau2 else -result.q / 2

    ours = likelihood(result.effect, result.tau2)
    assert ours >= likelihood(expected["beta"], expected["tau2"])
