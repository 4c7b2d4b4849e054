"""A mean of effects: Q, I2, H2 and tau2 by hand, intervals against closed forms."""

import math
from fractions import Fraction as F

import numpy as np
import pytest
from twobytwo.estimate.mean import (
    cochran_q,
    dersimonian_laird,
    h_squared,
    hksj_standard_error,
    i_squared,
    i_squared_interval,
    i_squared_tau2,
    p_value,
    prediction,
    q_p_value,
    t_interval,
    wald,
)

EFFECTS = [F(1, 2), F(-1, 4), F(3, 2), F(2)]
WEIGHTS = [F(4), F(2), F(1), F(8)]
Y, W = (np.array([float(x) for x in some]) for some in (EFFECTS, WEIGHTS))
MEAN = W @ Y / W.sum()
Z95 = 1.959963984540054
LEVELS = [1e-6, 0.5, 0.8, 0.95, 0.99, 0.999999, 1 - 2**-53]


def near(value, rel=1e-12):
    value = tuple(map(float, value)) if np.ndim(value) else float(value)
    return pytest.approx(value, rel=rel, abs=0)


# Heterogeneity.


def test_q_is_the_weighted_sum_of_squared_deviations_least_about_the_mean():
    q = sum(w * (y - F(3, 4)) ** 2 for w, y in zip(WEIGHTS, EFFECTS, strict=True))
    assert cochran_q(Y, W, 0.75) == near(q, 1e-14)
    about = [float(cochran_q(Y, W, MEAN + shift)) for shift in (-0.1, 0, 0.1)]
    assert about[1] < min(about[0], about[2])
    assert cochran_q(np.append(Y, 99.0), np.append(W, 0.0), 0.75) == near(q, 1e-14)
    effects = np.array([[0.0, 1.0], [0.0, 1.0]])  # a batch has a center each
    assert cochran_q(effects, np.ones((2, 2)), [0.0, 0.5]).tolist() == [1.0, 0.5]


@pytest.mark.parametrize("q", [0.01, 1.0, 5.3, 80.0])
def test_p_of_q_is_an_exponential_or_a_normal_tail(q):
    assert q_p_value(q, 2) == near(math.exp(-q / 2))
    assert q_p_value(q, 1) == near(math.erfc(math.sqrt(q / 2)))
    for statistic in (q_p_value, i_squared, h_squared):  # without a degree of freedom there is none
        assert math.isnan(statistic(q, 0))


@pytest.mark.parametrize(
    ("q", "i2", "h2"),
    [(0.0, 0, 0), (1.5, 0, 0.5), (3.0, 0, 1), (4.0, 25, 4 / 3), (6.0, 50, 2), (300, 99, 100)],
)
def test_i_squared_is_the_excess_of_q_and_only_it_is_truncated(q, i2, h2):
    assert (i_squared(q, 3), h_squared(q, 3)) == (i2, near(h2))
    assert (i_squared(4.0, 1), h_squared(4.0, 1)) == (75, 4)


@pytest.mark.parametrize(
    ("q", "weights"),
    # A registry of a billion patients beside two trials of a few costs no digits.
    [(10, WEIGHTS), (10, [*WEIGHTS, F(0)]), (5, [F(10**9, 3), F(1, 7), F(1, 3)])],
)
def test_dersimonian_laird_solves_the_moment_equation(q, weights):
    df, floats = sum(w > 0 for w in weights) - 1, [float(w) for w in weights]
    s1, s2 = sum(weights), sum(w * w for w in weights)
    expected = near((F(q) - df) / (s1 - s2 / s1))
    assert dersimonian_laird(q, df, np.array(floats)) == expected
    batch = dersimonian_laird([q, 0], [df, df], np.array([floats, floats]))
    assert (batch[0], batch[1]) == (expected, 0)


@pytest.mark.parametrize(
    ("q", "df", "weights"),
    [(0, 3, W), (2, 3, W), (3, 3, W), (0, 0, []), (0, 0, [2]), (0, 0, [0, 0]), (5, 0, [1, 1]),
     (5, 1, [0, 0]), (5, 1, [3, 0])],
)  # fmt: skip
def test_dersimonian_laird_is_zero_without_excess_or_spread(q, df, weights):
    assert dersimonian_laird(float(q), df, np.array(weights, float)) == 0


def test_the_interval_of_i_squared_is_that_of_h_normal_on_the_log_scale_and_at_least_one():
    # Where Q exceeds k = 5, on 4 degrees of freedom, the first standard error; else the second.
    def beyond(q):
        return (math.log(q) - math.log(4)) / (2 * (math.sqrt(2 * q) - math.sqrt(7)))

    within, z80 = math.sqrt((1 - 1 / (3 * 3**2)) / (2 * 3)), 1.2815515655446004
    for q, se in ((20, beyond(20)), (5.5, beyond(5.5)), (5, within), (3, within)):
        for z, level in ((Z95, ()), (z80, (0.8,))):
            center = max(0, math.log(math.sqrt(q / 4)))  # below df, H is taken as 1
            limits = [max(1, math.exp(center + side * z * se)) for side in (-1, 1)]
            expected = near([100 * (1 - 1 / limit**2) for limit in limits], 1e-10)
            assert i_squared_interval(q, 4, *level) == expected
    found = i_squared_interval([0.0, 2.0, 2.0], [0, 1, 2])  # below three studies there is none
    assert np.isnan(found).tolist() == [[True, True, False]] * 2


def test_i_squared_of_tau2_with_dersimonian_and_lairds_is_that_of_q():
    random = np.random.default_rng(2)
    w = random.uniform(0.1, 9, (50, 6)) * (random.random((50, 6)) < 0.8)
    q, df = random.uniform(0, 20, 50), (w > 0).sum(-1) - 1.0
    found = i_squared_tau2(dersimonian_laird(q, df, w), w)
    assert found == pytest.approx(i_squared(q, df), nan_ok=True, abs=1e-10)
    assert np.isnan(i_squared_tau2(1.0, np.array([3.0, 0.0])))
    assert i_squared_tau2(1.0, np.array([1.0, 1.0])) == 50


# Intervals.


@pytest.mark.parametrize("level", LEVELS)
def test_an_interval_covers_what_its_level_says(level):
    lower, upper = wald(0, 1, level)
    assert lower == -upper
    # The tail, not the level: near 1 only the tail has digits to compare.
    assert math.erfc(upper / math.sqrt(2)) == near(1 - level, rel=1e-9)
    assert wald(0.5, 2.0, level) == near((0.5 - 2 * upper, 0.5 + 2 * upper), rel=1e-14)
    assert t_interval(0.5, 2.0, math.nan, level) == tuple(wald(0.5, 2.0, level))
    cauchy = 1 / math.tan(math.pi * (1 - level) / 2)
    assert t_interval(0.0, 1.0, 1, level).upper == near(cauchy, rel=1e-9)


@pytest.mark.parametrize("z", [0.0, 0.3, 1.96, 8.0, 30.0, 1e4])
def test_p_is_two_sided_and_keeps_its_digits_in_the_tail(z):
    assert p_value(z) == p_value(-z) == p_value(z, math.nan) == near(math.erfc(z / math.sqrt(2)))
    cauchy = 1 - 2 * math.atan(z) / math.pi if z < 1 else 2 * math.atan(1 / z) / math.pi
    assert p_value(z, 1) == p_value(-z, 1) == near(cauchy)


@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.99])
def test_prediction_has_the_quantile_of_its_degrees_of_freedom(level):
    for df, t in ((1, math.tan(math.pi * level / 2)), (2, level * math.sqrt(2 / (1 - level**2)))):
        half = t * math.sqrt(0.3 + 0.4**2)
        assert prediction(1.0, 0.4, 0.3, df + 2, level) == near((1 - half, 1 + half))
        assert prediction(1.0, 0.4, 0.3, df + 1, level, df="k-1") == near((1 - half, 1 + half))


def test_prediction_needs_a_degree_of_freedom():
    assert np.isnan(prediction(1.0, 0.4, 0.3, 1, df="k-1")).all()
    lower, upper = prediction(np.zeros(5), np.ones(5), np.zeros(5), np.arange(5))
    assert np.isnan([lower[:3], upper[:3]]).all()
    assert upper[4] == near(4.302652729749462)  # without tau2 it still widens with t
    assert prediction(0.0, 3.0, 16.0, 10**9) == near((-5 * Z95, 5 * Z95), rel=1e-8)
    with pytest.raises(ValueError, match="df 'k' is not one of k-2, k-1"):
        prediction(1.0, 0.4, 0.3, 4, df="k")


def test_hksj_is_the_weighted_scatter_of_the_effects():
    q = W @ (Y - MEAN) ** 2 / 3
    assert hksj_standard_error(Y, W, MEAN) == near(math.sqrt(q / 15))
    assert hksj_standard_error(Y, np.ones(4), Y.mean()) == near(np.std(Y, ddof=1) / 2)
    with_it = hksj_standard_error(np.append(Y, 99), np.append(W, 0), MEAN)
    assert with_it == near(hksj_standard_error(Y, W, MEAN))
    assert np.isnan(hksj_standard_error(Y[:1], W[:1], 0.5))


@pytest.mark.parametrize(("spread", "below"), [(0.1, True), (10.0, False)])
def test_truncated_hksj_is_never_below_wald(spread, below):
    plain = hksj_standard_error(Y * spread, W, MEAN * spread)
    truncated = hksj_standard_error(Y * spread, W, MEAN * spread, truncated=True)
    assert (plain < 1 / math.sqrt(15)) is np.bool_(below)
    assert truncated == near(max(float(plain), 1 / math.sqrt(15)))


def test_equal_effects_have_no_hksj_error_whatever_a_study_left_out_holds():
    effect = np.array([[0.7, 0.7, 0.0], [0.7, 0.9, 0.0]])
    weights = np.array([[2.0, 3.0, 0.0], [2.0, 3.0, 0.0]])
    mean = (weights * effect).sum(-1) / 5
    equal, different = hksj_standard_error(effect, weights, mean)
    assert np.isnan(equal)
    assert different > 0
    assert hksj_standard_error(effect, weights, mean, truncated=True)[0] == near(1 / math.sqrt(5))
