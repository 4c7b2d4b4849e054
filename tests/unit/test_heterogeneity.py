"""Q, I2, H2 and tau2 by hand."""

import math
from fractions import Fraction as F

import numpy as np
import pytest
from twobytwo.estimate.mean import (
    cochran_q,
    dersimonian_laird,
    h_interval,
    h_squared,
    i_squared,
    i_squared_interval,
    i_squared_tau2,
    q_p_value,
)

EFFECTS = [F(1, 2), F(-1, 4), F(3, 2), F(2)]
WEIGHTS = [F(4), F(2), F(1), F(8)]


def exactly(value, rel=1e-14):
    return pytest.approx(float(value), rel=rel, abs=0)


def floats(fractions):
    return np.array([float(x) for x in fractions])


def test_q_is_the_weighted_sum_of_squared_deviations():
    center = F(3, 4)
    q = sum(w * (y - center) ** 2 for w, y in zip(WEIGHTS, EFFECTS, strict=True))
    assert cochran_q(floats(EFFECTS), floats(WEIGHTS), 0.75) == exactly(q)


def test_q_is_smallest_about_the_inverse_variance_mean():
    effects, weights = floats(EFFECTS), floats(WEIGHTS)
    mean = weights @ effects / weights.sum()
    about = [float(cochran_q(effects, weights, mean + shift)) for shift in (-0.1, 0, 0.1)]
    assert about[1] < min(about[0], about[2])


def test_a_study_without_weight_is_not_in_q():
    assert cochran_q(np.array([0.0, 99.0]), np.array([1.0, 0.0]), 0.0) == 0


def test_q_of_a_batch_has_a_center_each():
    effects = np.array([[0.0, 1.0], [0.0, 1.0]])
    assert cochran_q(effects, np.ones((2, 2)), [0.0, 0.5]).tolist() == [1.0, 0.5]


@pytest.mark.parametrize("q", [0.01, 1.0, 5.3, 80.0])
def test_p_of_q_with_two_degrees_of_freedom_is_an_exponential(q):
    assert q_p_value(q, 2) == exactly(math.exp(-q / 2), rel=1e-12)


@pytest.mark.parametrize("q", [0.01, 1.0, 5.3, 80.0])
def test_p_of_q_with_one_degree_of_freedom_is_a_normal_tail(q):
    assert q_p_value(q, 1) == exactly(math.erfc(math.sqrt(q / 2)), rel=1e-12)


@pytest.mark.parametrize("of", [q_p_value, i_squared, h_squared])
def test_without_a_degree_of_freedom_there_is_no(of):
    assert math.isnan(of(0.0, 0))
    assert math.isnan(of(5.0, 0))


@pytest.mark.parametrize(
    ("q", "df", "percent"),
    [(0.0, 3, 0.0), (2.9, 3, 0.0), (3.0, 3, 0.0), (4.0, 3, 25.0), (6.0, 3, 50.0), (300, 3, 99.0)],
)
def test_i_squared_is_the_excess_of_q_and_not_below_zero(q, df, percent):
    assert i_squared(q, df) == percent


@pytest.mark.parametrize(("q", "df", "ratio"), [(0.0, 3, 0.0), (1.5, 3, 0.5), (6.0, 3, 2.0)])
def test_h_squared_is_not_truncated_at_one(q, df, ratio):
    assert h_squared(q, df) == ratio


def exact_tau2(q, df, weights):
    s1, s2 = sum(weights), sum(w * w for w in weights)
    return (F(q) - df) / (s1 - s2 / s1)


def test_dersimonian_laird_solves_the_moment_equation():
    tau2 = exact_tau2(10, 3, WEIGHTS)
    assert dersimonian_laird(10, 3, floats(WEIGHTS)) == exactly(tau2)


@pytest.mark.parametrize("q", [0.0, 2.0, 3.0])
def test_dersimonian_laird_is_not_negative(q):
    assert dersimonian_laird(q, 3, floats(WEIGHTS)) == 0


@pytest.mark.parametrize(
    "weights", [[], [2.0], [0.0, 0.0]], ids=["no study", "one study", "no weight"]
)
def test_dersimonian_laird_without_a_degree_of_freedom_is_zero(weights):
    assert dersimonian_laird(0.0, 0, np.array(weights)) == 0


def test_a_study_without_weight_does_not_change_dersimonian_laird():
    with_it = dersimonian_laird(10, 3, floats([*WEIGHTS, F(0)]))
    assert with_it == dersimonian_laird(10, 3, floats(WEIGHTS))


def test_one_dominant_study_costs_dersimonian_laird_no_digits():
    # A registry of a billion patients beside two trials of a few.
    weights = [F(10**9, 3), F(1, 7), F(1, 3)]
    tau2 = float(exact_tau2(5, 2, weights))
    assert dersimonian_laird(5, 2, floats(weights)) == exactly(tau2, rel=1e-12)


def test_dersimonian_laird_of_a_batch_is_that_of_its_rows():
    weights = np.array([[1.0, 2, 3], [4.0, 0, 6]])
    rows = [float(dersimonian_laird(7, 2, weights[0])), float(dersimonian_laird(7, 1, weights[1]))]
    assert dersimonian_laird([7, 7], [2, 1], weights).tolist() == rows


def test_dersimonian_laird_without_spread_among_the_weights_is_zero():
    assert dersimonian_laird(5.0, 0, np.array([1.0, 1.0])) == 0
    assert dersimonian_laird(5.0, 1, np.array([0.0, 0.0])) == 0


def test_h_is_normal_on_the_log_scale_about_its_square_root():
    # Q = 20 on 4 degrees of freedom exceeds k = 5: the first standard error; Q = 5 the second.
    z = 1.959963984540054
    beyond = (math.log(20) - math.log(4)) / (2 * (math.sqrt(40) - math.sqrt(7)))
    within = math.sqrt((1 - 1 / (3 * 3**2)) / (2 * 3))
    for q, se in ((20, beyond), (5, within)):
        center = math.log(math.sqrt(q / 4))
        lower, upper = h_interval(q, 4)
        assert lower == exactly(max(1, math.exp(center - z * se)))
        assert upper == exactly(math.exp(center + z * se))


def test_the_interval_of_h_is_no_lower_than_one_and_that_of_i_squared_than_zero():
    # Below df, H is taken as 1.
    lower, upper = h_interval(0.5, 3)
    assert lower == 1
    assert upper == h_interval(3.0, 3).upper > 1
    assert i_squared_interval(0.5, 3).lower == 0


def test_the_interval_of_i_squared_is_that_of_h():
    h, i2 = h_interval(20.0, 3, 0.9), i_squared_interval(20.0, 3, 0.9)
    assert i2.lower == exactly(100 * (h.lower**2 - 1) / h.lower**2)
    assert i2.upper == exactly(100 * (h.upper**2 - 1) / h.upper**2)
    assert i2.upper < i_squared_interval(20.0, 3).upper


@pytest.mark.parametrize("of", [h_interval, i_squared_interval])
def test_below_three_studies_there_is_no_interval(of):
    lower, upper = of([0.0, 2.0, 2.0], [0, 1, 2])
    assert np.isnan(lower).tolist() == np.isnan(upper).tolist() == [True, True, False]


def test_i_squared_of_tau2_with_dersimonian_and_lairds_is_that_of_q():
    random = np.random.default_rng(2)
    w = random.uniform(0.1, 9, (50, 6)) * (random.random((50, 6)) < 0.8)
    q, df = random.uniform(0, 20, 50), (w > 0).sum(-1) - 1.0
    found = i_squared_tau2(dersimonian_laird(q, df, w), w)
    assert found == pytest.approx(i_squared(q, df), nan_ok=True, abs=1e-10)
    assert np.isnan(i_squared_tau2(1.0, np.array([3.0, 0.0])))
