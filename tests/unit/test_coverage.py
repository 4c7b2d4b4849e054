"""Tests of measured behavior: by hand, by enumeration of every table, and at the edges."""

import math

import numpy as np
import pytest
from scipy.special import ndtr
from scipy.stats import binom
from twobytwo import pool
from twobytwo.checks.coverage import behavior, median, prediction_coverage
from twobytwo.checks.simulate import draw

FIXED = {"model": "fixed", "method": "IV"}


def test_two_meta_analyses_by_hand():
    """Of one study each: the first a:b:c:d = 10:10:10:10, the second without an event."""
    result = pool([[10], [0]], [[20], [20]], [[10], [0]], [[20], [20]], **FIXED)
    found = behavior(result, math.log(2))
    half = 1.959964 * math.sqrt(0.4)
    assert found.coverage == (1, 0)
    assert found.median_width.value == pytest.approx(2 * half, rel=1e-6)
    assert found.bias == (pytest.approx(-math.log(2)), 0)
    assert found.power == (0, 0)
    assert found.undefined == (0.5, pytest.approx(0.5 / math.sqrt(2)))


def test_an_interval_that_ends_at_the_truth_holds_it():
    one = pool([8], [20], [10], [20], **FIXED)  # which is a batch of one
    for end, beyond in zip(one.limits, (-9, 9), strict=True):
        assert behavior(one, end).coverage == (1, 0)
        assert behavior(one, np.nextafter(end, beyond)).coverage.value == 0


def test_where_nothing_is_defined_nothing_is_said():
    result = pool([[0], [0]], [[5], [5]], [[0], [0]], [[5], [5]], **FIXED)
    found = behavior(result, 0)
    assert found.undefined == (1, 0)
    assert all(math.isnan(x) for measured in found[:-1] for x in measured)
    assert math.isnan(prediction_coverage(result, 0, 0.5).value)


def exact(n, risk, effect):
    """Coverage, power and bias of one study's Woolf interval, over every possible table."""
    events = np.arange(n + 1)
    odds = math.exp(effect) * risk / (1 - risk)
    weight = np.outer(binom.pmf(events, n, odds / (1 + odds)), binom.pmf(events, n, risk)).ravel()
    a, c = (x.ravel()[:, None] for x in np.meshgrid(events, events, indexing="ij"))
    result = pool(a, np.full_like(a, n), c, np.full_like(c, n), **FIXED)
    defined = np.isfinite(result.effect)
    held = (result.limits.lower <= effect) & (effect <= result.limits.upper)
    total = weight[defined].sum()
    return (
        weight[held].sum() / total,
        weight[result.p_value < 0.05].sum() / total,
        (weight[defined] @ result.effect[defined]) / total - effect,
        weight[~defined].sum(),
    )


@pytest.mark.parametrize(("n", "risk", "effect"), [(20, 0.3, -0.8), (12, 0.05, 0.5)])
def test_the_simulation_agrees_with_every_possible_table(n, risk, effect):
    drawn = draw([n], [n], risk, effect, meta_analyses=40_000, seed=7)
    found = behavior(pool(*drawn, **FIXED), effect)
    measured = (found.coverage, found.power, found.bias, found.undefined)
    for (value, se), truth in zip(measured, exact(n, risk, effect), strict=True):
        assert value == pytest.approx(truth, abs=4 * se + 1e-12)


def test_a_prediction_by_hand():
    result = pool(*draw([60] * 5, [60] * 5, 0.3, 0, 0.6, meta_analyses=2, seed=10))
    lower, upper = result.prediction
    held = ndtr((upper - 0.2) / 0.5) - ndtr((lower - 0.2) / 0.5)
    expected = held.mean(), abs(held[1] - held[0]) / math.sqrt(8)
    assert prediction_coverage(result, 0.2, 0.5) == pytest.approx(expected)
    assert prediction_coverage(result, upper.max(), 0).value == 0.5
    assert prediction_coverage(result, upper.max() + 0.01, 0).value == 0


def test_the_error_of_a_median_is_how_far_medians_scatter():
    sample = np.random.default_rng(12).exponential(size=(2000, 400))
    scatter = float(np.median(sample, axis=1).std())
    assert np.mean([median(row).se for row in sample]) == pytest.approx(scatter, rel=0.05)
    assert median(np.array([3.0])) == (3, 0)
    assert median(np.array([1.0, 2.0, 10.0, 20.0])).value == 6
