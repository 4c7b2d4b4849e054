"""Estimators of the between-study variance, by what defines each."""

import math
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from twobytwo.estimate.tau2 import ESTIMATORS, estimate, q_profile

EFFECTS = [F(1, 2), F(-1, 4), F(3, 2), F(2)]
VARIANCES = [F(1, 4), F(1, 2), F(1), F(1, 8)]
ALL = np.full(4, True)


def floats(fractions):
    return np.array([float(x) for x in fractions])


def exactly(value, rel=1e-13):
    return pytest.approx(float(value), rel=rel, abs=0)


def tau2_by(method, effects=EFFECTS, variances=VARIANCES):
    return float(estimate(floats(effects), floats(variances), np.full(len(effects), True), method))


def generalized_q(tau2):
    weights = [1 / (v + tau2) for v in VARIANCES]
    mean = sum(w * y for w, y in zip(weights, EFFECTS, strict=True)) / sum(weights)
    return sum(w * (y - mean) ** 2 for w, y in zip(weights, EFFECTS, strict=True))


def scatter():
    mean = sum(EFFECTS) / 4
    return sum((y - mean) ** 2 for y in EFFECTS)


def test_moment_estimators_are_what_defines_them():
    assert tau2_by("HE") == exactly(scatter() / 3 - sum(VARIANCES) / 4)
    assert tau2_by("HS") == exactly((generalized_q(0) - 4) / sum(1 / v for v in VARIANCES))
    start = scatter() / 4
    assert tau2_by("SJ") == exactly(start * generalized_q(start) / 3)
    for method in ("PM", "EB"):
        assert float(generalized_q(F(tau2_by(method)))) == exactly(3)


def log_likelihood(tau2, restricted):
    weights = [1 / (float(v) + tau2) for v in VARIANCES]
    height = sum(map(math.log, weights)) - float(generalized_q(F(tau2)))
    return height - math.log(sum(weights)) if restricted else height


@pytest.mark.parametrize(("method", "restricted"), [("ML", False), ("REML", True)])
def test_likelihood_is_highest_at(method, restricted):
    tau2 = tau2_by(method)
    top = log_likelihood(tau2, restricted)
    ladder = [0.0, *np.geomspace(1e-6, 100, 300), tau2 * 0.999, tau2 * 1.001]
    assert tau2 > 0
    assert all(log_likelihood(other, restricted) < top for other in ladder)


def test_of_equal_variances_the_restricted_estimate_is_the_plain_variance():
    for method in ("REML", "PM", "HE"):  # which then all solve the same equation
        found = tau2_by(method, variances=[F(1, 8)] * 4)
        assert found == exactly(scatter() / 3 - F(1, 8), rel=1e-12)
        # Half the squared difference is 1.28: more than the variance of 1, its half is not.
        assert tau2_by(method, [F(0), F(8, 5)], [F(1), F(1)]) == exactly(0.28, rel=1e-12)
    assert tau2_by("ML", [F(0), F(8, 5)], [F(1), F(1)]) == 0


def test_the_higher_of_two_summits_is_found():
    # Precise studies that agree and vague ones that do not: the likelihood has two summits.
    effects = np.array([0.0, 0.0, 0.0, 9.0, -9.0, 8.0])
    variances = np.array([1e-4, 1e-4, 1e-4, 0.1, 0.1, 0.1])
    tau2 = float(estimate(effects, variances, np.full(6, True), "ML"))

    def height(t):
        w = 1 / (variances + t)
        return np.log(w).sum() - (w * (effects - (w @ effects) / w.sum()) ** 2).sum()

    assert height(tau2) >= max(height(t) for t in [0.0, *np.geomspace(1e-9, 1e3, 500)])


@pytest.mark.parametrize("method", ESTIMATORS)
def test_it_is_zero_without_a_difference_and_a_study_left_out_may_hold_anything(method):
    for effects in ([], [1.0], [0.5] * 4):
        k = len(effects)
        assert estimate(np.array(effects), floats(VARIANCES[:k]), ALL[:k], method) == 0
    effects = np.append(floats(EFFECTS), np.nan)
    variances = np.append(floats(VARIANCES), np.inf)
    found = float(estimate(effects, variances, np.append(ALL, False), method))
    assert found == exactly(tau2_by(method))


@pytest.mark.parametrize("method", ESTIMATORS)
def test_a_batch_is_estimated_row_by_row(method):
    rng = np.random.default_rng(2)
    effects, variances = rng.normal(0, 1, (2, 3, 5)), rng.exponential(0.3, (2, 3, 5))
    included = rng.random((2, 3, 5)) < 0.8
    batch = estimate(effects, variances, included, method)
    assert batch.shape == (2, 3)
    for at in np.ndindex(2, 3):
        # To the last bit: a batch and a loop must not print different digits.
        assert batch[at] == estimate(effects[at], variances[at], included[at], method)


@pytest.mark.parametrize("method", ESTIMATORS)
@settings(max_examples=12)
@given(
    effects=st.lists(st.floats(-3, 3), min_size=2, max_size=6),
    seed=st.integers(0, 99),
    factor=st.sampled_from([1e-3, 0.5, 30.0]),
)
def test_it_scales_with_the_square_of_the_effects(method, effects, seed, factor):
    variances = np.random.default_rng(seed).uniform(0.05, 1, len(effects))
    use = np.full(len(effects), True)
    one = float(estimate(np.array(effects), variances, use, method))
    scaled = float(estimate(np.array(effects) * factor, variances * factor**2, use, method))
    assume(one > 1e-6)  # nearer to 0 only rounding decides whether it is 0
    assert scaled == exactly(one * factor**2, rel=1e-6)


def test_q_profile_limits_are_where_q_meets_the_chi_square_quantiles():
    lower, upper = q_profile(floats(EFFECTS), floats(VARIANCES), ALL)
    # 0.975 and 0.025 quantiles of chi-square with 3 degrees of freedom.
    assert float(generalized_q(F(float(lower)))) == exactly(9.348403604496145, rel=1e-10)
    assert float(generalized_q(F(float(upper)))) == exactly(0.2157952826238981, rel=1e-10)
    lower, upper = q_profile(floats(EFFECTS), 10 * floats(VARIANCES), ALL)
    assert lower == 0 < upper


def test_q_profile_is_undefined_where_no_tau2_explains_the_studies_or_there_are_not_two():
    effects = np.array([floats(EFFECTS), np.ones(4), [1.0, 1.001, 0.999, 1.0]])
    limits = q_profile(effects, np.tile(floats(VARIANCES), (3, 1)), np.full((3, 4), True))
    assert np.isnan(limits).tolist() == [[False, True, True]] * 2
    for k in (0, 1):
        assert np.isnan(q_profile(np.zeros(k), np.ones(k), ALL[:k])).all()
