"""Mantel-Haenszel sums by hand, in exact fractions."""

import math
from fractions import Fraction as F

import numpy as np
import pytest
from twobytwo.estimate.effects import (
    cells,
    common_effect,
    log_odds_ratio,
    log_risk_ratio,
    risk_difference,
)

ARMS = ([8, 13, 19], [12, 23, 48], [3, 4, 22], [14, 23, 100])
TABLES = [(a, n1 - a, c, n2 - c) for a, n1, c, n2 in zip(*ARMS, strict=True)]
ALL = np.full(3, True)


def exactly(fraction):
    return pytest.approx(float(fraction), rel=1e-14, abs=0)


def total(term):
    """The sum over the tables of an exact term in a, b, c, d."""
    return sum((F(term(*table)) for table in TABLES), F(0))


def test_odds_ratio_is_the_quotient_of_two_sums():
    r = total(lambda a, b, c, d: F(a * d, a + b + c + d))
    s = total(lambda a, b, c, d: F(b * c, a + b + c + d))
    assert common_effect(cells(*ARMS), ALL, "OR").effect == exactly(math.log(r / s))


def test_odds_ratio_has_the_robins_breslow_greenland_variance():
    def n(*table):
        return sum(table)

    r = total(lambda a, b, c, d: F(a * d, n(a, b, c, d)))
    s = total(lambda a, b, c, d: F(b * c, n(a, b, c, d)))
    pr = total(lambda a, b, c, d: F((a + d) * a * d, n(a, b, c, d) ** 2))
    mixed = total(lambda a, b, c, d: F((a + d) * b * c + (b + c) * a * d, n(a, b, c, d) ** 2))
    qs = total(lambda a, b, c, d: F((b + c) * b * c, n(a, b, c, d) ** 2))
    variance = pr / (2 * r**2) + mixed / (2 * r * s) + qs / (2 * s**2)
    assert common_effect(cells(*ARMS), ALL, "OR").se ** 2 == exactly(variance)


def test_risk_ratio_is_the_quotient_of_two_sums():
    r = total(lambda a, b, c, d: F(a * (c + d), a + b + c + d))
    s = total(lambda a, b, c, d: F(c * (a + b), a + b + c + d))
    assert common_effect(cells(*ARMS), ALL, "RR").effect == exactly(math.log(r / s))


def test_risk_ratio_has_the_greenland_robins_variance():
    def spread(a, b, c, d):
        n1, n2, n = a + b, c + d, a + b + c + d
        return F(n1 * n2 * (a + c) - a * c * n, n**2)

    r = total(lambda a, b, c, d: F(a * (c + d), a + b + c + d))
    s = total(lambda a, b, c, d: F(c * (a + b), a + b + c + d))
    variance = total(spread) / (r * s)
    assert common_effect(cells(*ARMS), ALL, "RR").se ** 2 == exactly(variance)


def test_risk_difference_is_a_weighted_mean_with_its_greenland_robins_variance():
    def weight(a, b, c, d):
        return F((a + b) * (c + d), a + b + c + d)

    def difference(a, b, c, d):
        return F(a, a + b) - F(c, c + d)

    def variance(a, b, c, d):
        return F(a * b, (a + b) ** 3) + F(c * d, (c + d) ** 3)

    weights = total(weight)
    common = common_effect(cells(*ARMS), ALL, "RD")
    assert common.effect == exactly(total(lambda *t: weight(*t) * difference(*t)) / weights)
    assert common.se**2 == exactly(total(lambda *t: weight(*t) ** 2 * variance(*t)) / weights**2)


@pytest.mark.parametrize(
    ("measure", "weight"),
    [
        ("OR", lambda a, b, c, d: F(b * c, a + b + c + d)),
        ("RR", lambda a, b, c, d: F(c * (a + b), a + b + c + d)),
        ("RD", lambda a, b, c, d: F((a + b) * (c + d), a + b + c + d)),
    ],
)
def test_weights_are_the_denominators_of_the_mean(measure, weight):
    found = common_effect(cells(*ARMS), ALL, measure).weights
    assert found.tolist() == [exactly(weight(*table)) for table in TABLES]


@pytest.mark.parametrize(
    ("measure", "own"),
    [("OR", log_odds_ratio), ("RR", log_risk_ratio), ("RD", risk_difference)],
)
def test_of_one_study_it_is_the_study(measure, own):
    table = cells([8], [12], [3], [14])
    common = common_effect(table, np.array([True]), measure)
    effect, variance = own(table)
    assert common.effect == exactly(effect[0])
    assert common.se == exactly(math.sqrt(variance[0]))


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_a_study_left_out_is_as_if_it_were_not_there(measure):
    three = common_effect(cells(*ARMS), np.array([True, False, True]), measure)
    two = common_effect(cells(*(np.delete(arm, 1) for arm in ARMS)), ALL[:2], measure)
    assert [float(three.effect), float(three.se)] == [exactly(two.effect), exactly(two.se)]
    assert three.weights[1] == 0


@pytest.mark.parametrize("measure", ["OR", "RR"])
def test_a_raw_zero_cell_is_no_obstacle_to_the_sums(measure):
    table = cells([0, 8], [10, 12], [4, 3], [10, 14])
    common = common_effect(table, ALL[:2], measure, "none")
    assert np.isfinite([common.effect, common.se]).all()


@pytest.mark.parametrize("measure", ["OR", "RR"])
def test_without_an_event_in_any_control_arm_a_ratio_is_not_finite(measure):
    with np.errstate(divide="ignore", invalid="ignore"):
        table = cells([1, 2], [10, 12], [0, 0], [10, 14])
        common = common_effect(table, ALL[:2], measure, "none")
    assert not np.isfinite(common.effect)


def test_a_risk_difference_keeps_a_standard_error_where_no_arm_has_an_event():
    # 1/4 of each arm's n + 1 cubed, as in a single study; see effects.risk_difference.
    common = common_effect(cells([0, 0], [9, 9], [0, 0], [9, 9]), ALL[:2], "RD")
    one = 2 * F(1, 2) * F(19, 2) / 10**3
    assert common.effect == 0
    assert common.se**2 == exactly(one / 2)


@pytest.mark.parametrize("measure", ["OR", "RR"])
@pytest.mark.parametrize(
    ("rule", "first", "second"),
    [("affected", F(0), F(1, 4)), ("all", F(1, 4), F(1, 4)), ("none", F(0), F(0))],
)
def test_the_zero_cell_rule_reaches_the_sums(measure, rule, first, second):
    def sums(a, b, c, d):
        if measure == "OR":
            return a * d / (a + b + c + d), b * c / (a + b + c + d)
        return a * (c + d) / (a + b + c + d), c * (a + b) / (a + b + c + d)

    terms = [
        sums(*(cell + first for cell in (8, 4, 3, 11))),
        sums(*(cell + second for cell in (F(0), 10, 4, 6))),
    ]
    ratio = sum(F(r) for r, _ in terms) / sum(F(s) for _, s in terms)
    table = cells([8, 0], [12, 10], [3, 4], [14, 10])
    common = common_effect(table, ALL[:2], measure, rule, 0.25)
    assert common.effect == exactly(math.log(ratio))


def test_a_risk_difference_takes_the_increment_only_where_its_error_would_be_zero():
    table = cells([0, 0], [9, 9], [0, 0], [9, 9])
    one = 2 * F(1, 4) * F(37, 4) / F(19, 2) ** 3
    assert common_effect(table, ALL[:2], "RD", "all", 0.25).se ** 2 == exactly(one / 2)
    assert common_effect(table, ALL[:2], "RD", "none").se == 0
    raw = common_effect(cells(*ARMS), ALL, "RD")
    assert common_effect(cells(*ARMS), ALL, "RD", "all", 5).se == raw.se


def test_a_study_without_variance_beside_others_stays_without_in_the_pooled_error():
    # Greenland and Robins' formula needs no correction as long as one study has a variance.
    common = common_effect(cells([0, 8], [9, 12], [0, 3], [9, 14]), ALL[:2], "RD")
    weights = F(81, 18), F(12 * 14, 26)
    variance = F(8 * 4, 12**3) + F(3 * 11, 14**3)
    assert common.se**2 == exactly(weights[1] ** 2 * variance / sum(weights) ** 2)


@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_a_batch_is_pooled_row_by_row(measure):
    rng = np.random.default_rng(1)
    n1, n2 = rng.integers(5, 50, (2, 6, 4))
    arms = rng.integers(1, n1), n1, rng.integers(1, n2), n2
    use = rng.random((6, 4)) < 0.8
    use[:, 0] = True
    batch = common_effect(cells(*arms), use, measure)
    for i in range(6):
        row = common_effect(cells(*(arm[i] for arm in arms)), use[i], measure)
        assert [batch.effect[i], batch.se[i]] == [exactly(row.effect), exactly(row.se)]
