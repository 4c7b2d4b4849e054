"""Intervals, against closed forms."""

import math

import numpy as np
import pytest
from twobytwo.estimate.mean import (
    cochran_q,
    dersimonian_laird,
    hksj_standard_error,
    p_value,
    prediction,
    t_interval,
    wald,
)
from twobytwo.estimate.tau2 import ESTIMATORS, estimate

Z95 = 1.959963984540054


def near(value, rel=1e-12):
    return pytest.approx(value, rel=rel, abs=0)


def test_wald_uses_the_unrounded_normal_quantile():
    assert wald(0.5, 2.0) == near((0.5 - 2 * Z95, 0.5 + 2 * Z95), rel=1e-14)


@pytest.mark.parametrize("level", [1e-6, 0.5, 0.68, 0.8, 0.9, 0.99, 0.999999, 1 - 2**-53])
def test_wald_covers_what_its_level_says(level):
    lower, upper = wald(0, 1, level)
    assert lower == -upper
    # The tail, not the level: near 1 only the tail has digits to compare.
    assert math.erfc(upper / math.sqrt(2)) == near(1 - level, rel=1e-9)


@pytest.mark.parametrize("z", [0.0, 0.3, 1.96, 8.0, 30.0])
def test_p_is_two_sided_and_keeps_its_digits_in_the_tail(z):
    p = math.erfc(z / math.sqrt(2))
    assert p_value(z) == near(p)
    assert p_value(-z) == p_value(z)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.99])
def test_prediction_with_three_studies_has_one_degree_of_freedom(level):
    t = math.tan(math.pi * level / 2)  # the Cauchy quantile
    half = t * math.sqrt(0.3 + 0.4**2)
    assert prediction(1.0, 0.4, 0.3, 3, level) == near((1 - half, 1 + half))


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.99])
def test_prediction_with_four_studies_has_two_degrees_of_freedom(level):
    t = level * math.sqrt(2 / (1 - level**2))
    half = t * math.sqrt(0.3 + 0.4**2)
    assert prediction(1.0, 0.4, 0.3, 4, level) == near((1 - half, 1 + half))


@pytest.mark.parametrize("k", [0, 1, 2])
def test_prediction_needs_three_studies(k):
    assert np.isnan(prediction(1.0, 0.4, 0.3, k)).all()


def test_prediction_with_one_degree_of_freedom_more():
    fewer, more = prediction(1.0, 0.4, 0.3, 4), prediction(1.0, 0.4, 0.3, 3, df="k-1")
    assert fewer == near(tuple(more))
    assert np.isfinite(prediction(1.0, 0.4, 0.3, 2, df="k-1")).all()
    assert np.isnan(prediction(1.0, 0.4, 0.3, 1, df="k-1")).all()
    with pytest.raises(ValueError, match="k-2, k-1"):
        prediction(1.0, 0.4, 0.3, 4, df="k")


@pytest.mark.parametrize("df", ["k-2", "k-1"])
@pytest.mark.parametrize("method", ["DL", *ESTIMATORS])
def test_prediction_contains_the_interval_of_the_mean(method, df):
    # 10,000 sets of 3 to 9 studies; each interval with the standard error that is its own.
    random = np.random.default_rng(7)
    v = random.uniform(0.01, 2, (10_000, 9))
    y = random.normal(0, np.sqrt(v + random.choice([0, 0.3, 2], (10_000, 1))))
    used = np.arange(9) < random.integers(3, 10, (10_000, 1))
    k, w = used.sum(-1), np.where(used, 1 / v, 0)
    center = (w * y).sum(-1) / w.sum(-1)
    tau2 = (
        dersimonian_laird(cochran_q(y, w, center), k - 1, w)
        if method == "DL" else estimate(y, v, used, method)
    )  # fmt: skip
    w = np.where(used, 1 / (v + tau2[:, None]), 0)
    mean = (w * y).sum(-1) / w.sum(-1)
    of_wald = 1 / np.sqrt(w.sum(-1))
    for se, around in [
        (of_wald, wald(mean, of_wald)),
        *(
            (se, t_interval(mean, se, k - 1))
            for se in (hksj_standard_error(y, w, mean, truncated=t) for t in (False, True))
        ),
    ]:
        ahead = prediction(mean, se, tau2, k, df=df)
        assert (ahead.lower <= around.lower + 1e-12).all()
        assert (ahead.upper >= around.upper - 1e-12).all()


def test_prediction_with_many_studies_approaches_the_normal_interval():
    lower, upper = prediction(0.0, 3.0, 16.0, 10**9)
    assert (lower, upper) == near((-5 * Z95, 5 * Z95), rel=1e-8)


def test_prediction_without_between_study_variance_still_widens_with_t():
    assert prediction(0.0, 1.0, 0.0, 4).upper == near(4.302652729749462)


def test_prediction_of_a_batch_takes_each_its_number_of_studies():
    lower, upper = prediction(np.zeros(3), np.ones(3), np.zeros(3), np.array([2, 3, 4]))
    assert np.isnan(lower[0])
    assert np.isnan(upper[0])
    assert upper[1:].tolist() == [prediction(0, 1, 0, k).upper for k in (3, 4)]


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.99, 1 - 2**-53])
def test_t_interval_with_one_degree_of_freedom_has_the_cauchy_quantile(level):
    tail = math.pi * (1 - level) / 2
    assert t_interval(0.0, 1.0, 1, level).upper == near(1 / math.tan(tail), rel=1e-9)


def test_t_interval_without_degrees_of_freedom_is_the_normal_one():
    assert t_interval(0.5, 2.0, math.nan) == near((0.5 - 2 * Z95, 0.5 + 2 * Z95), rel=1e-14)


@pytest.mark.parametrize("t", [0.0, 0.7, 3.0, 1e4])
def test_p_of_t_with_one_degree_of_freedom_is_a_cauchy_tail(t):
    p = 1 - 2 * math.atan(t) / math.pi if t < 1 else 2 * math.atan(1 / t) / math.pi
    assert p_value(t, 1) == near(p)
    assert p_value(-t, 1) == p_value(t, 1)


EFFECTS, WEIGHTS = np.array([0.5, -0.25, 1.5, 2.0]), np.array([4.0, 2.0, 1.0, 8.0])
MEAN = WEIGHTS @ EFFECTS / WEIGHTS.sum()


def test_hksj_is_the_weighted_scatter_of_the_effects():
    q = WEIGHTS @ (EFFECTS - MEAN) ** 2 / 3
    assert hksj_standard_error(EFFECTS, WEIGHTS, MEAN) == near(math.sqrt(q / 15))


def test_hksj_of_equal_weights_is_the_standard_error_of_a_plain_mean():
    se = np.std(EFFECTS, ddof=1) / 2
    assert hksj_standard_error(EFFECTS, np.ones(4), EFFECTS.mean()) == near(se)


@pytest.mark.parametrize(("spread", "below"), [(0.1, True), (10.0, False)])
def test_truncated_hksj_is_never_below_wald(spread, below):
    mean = MEAN * spread
    plain = hksj_standard_error(EFFECTS * spread, WEIGHTS, mean)
    truncated = hksj_standard_error(EFFECTS * spread, WEIGHTS, mean, truncated=True)
    wald_se = 1 / math.sqrt(15)
    assert (plain < wald_se) is np.bool_(below)
    assert truncated == near(max(float(plain), wald_se))


def test_a_study_without_weight_is_not_in_hksj():
    with_it = hksj_standard_error(np.append(EFFECTS, 99), np.append(WEIGHTS, 0), MEAN)
    assert with_it == near(hksj_standard_error(EFFECTS, WEIGHTS, MEAN))


def test_hksj_needs_two_studies():
    assert np.isnan(hksj_standard_error(EFFECTS[:1], WEIGHTS[:1], 0.5))


def test_equal_effects_have_no_hksj_error_whatever_a_study_left_out_holds():
    effect = np.array([[0.7, 0.7, 0.0], [0.7, 0.9, 0.0]])
    weights = np.array([[2.0, 3.0, 0.0], [2.0, 3.0, 0.0]])
    mean = (weights * effect).sum(-1) / weights.sum(-1)
    equal, different = hksj_standard_error(effect, weights, mean)
    assert np.isnan(equal)
    assert different > 0
    truncated = hksj_standard_error(effect[0], weights[0], mean[0], truncated=True)
    assert truncated == near(1 / math.sqrt(5))
