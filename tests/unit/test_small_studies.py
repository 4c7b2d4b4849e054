"""Tests of small-study effects: what must hold for any studies, beside the reference values."""

import math

import numpy as np
import pytest
from twobytwo import pool
from twobytwo.checks.small_studies import FEWEST, egger, egger_power, harbord, peters
from twobytwo.estimate.effects import cells


def drawn(shape, seed=1):
    random = np.random.default_rng(seed)
    n1, n2 = random.integers(20, 300, (2, *shape))
    return random.binomial(n1, 0.3), n1, random.binomial(n2, 0.2), n2


def every(arms):
    result = pool(*arms)
    return (
        egger(result.study_effect, result.study_variance),
        harbord(result.table),
        peters(result.study_effect, result.table),
    )


def same(one, other, **tolerance):
    for x, y in zip(one[:-1], other[:-1], strict=True):
        assert x == pytest.approx(y, nan_ok=True, **tolerance)


@pytest.mark.parametrize("which", range(3))
def test_swapping_the_arms_turns_the_sign(which):
    a, n1, c, n2 = drawn((12,))
    one, other = every((a, n1, c, n2))[which], every((c, n2, a, n1))[which]
    same(other, one._replace(bias=-one.bias, intercept=-one.intercept, t=-one.t), abs=1e-12)


@pytest.mark.parametrize("which", range(3))
def test_a_batch_is_its_parts(which):
    arms = drawn((2, 5, 6))
    batch = every(arms)[which]
    assert batch.bias.shape == (2, 5)
    for at in np.ndindex(2, 5):
        same(every([arm[at] for arm in arms])[which], [*(x[at] for x in batch[:-1]), ""])


@pytest.mark.parametrize("which", range(3))
def test_neither_order_nor_a_study_without_information_matters(which):
    arms = drawn((5,))
    same(every([arm[::-1] for arm in arms])[which], every(arms)[which])
    more = [np.append(arm, extra) for arm, extra in zip(arms, (0, 9, 0, 7), strict=True)]
    absent = [np.append(arm, extra) for arm, extra in zip(arms, (0, 0, 3, 7), strict=True)]
    same(every(more)[which], every(arms)[which])
    same(every(absent)[which], every(arms)[which])


def test_it_takes_the_studies_that_have_an_effect_and_a_variance():
    effect, variance = [0.1, 0.5, np.nan, 0.9, 0.2], [0.1, 0.2, 0.3, 0.4, np.inf]
    same(egger(effect, variance), egger([0.1, 0.5, 0.9], [0.1, 0.2, 0.4]))
    assert egger([1, 2, 3, 4], [0, 0.1, 0.2, 0.3]).k == 3


@pytest.mark.parametrize("k", [0, 1, 2])
@pytest.mark.parametrize("which", range(3))
def test_below_three_studies_there_is_none(which, k):
    if k == 0 and which == 1:
        found = harbord(cells([0], [5], [0], [6]))
    else:
        found = every([arm[: max(k, 1)] for arm in drawn((5,))])[which]
    assert all(math.isnan(x) for x in found[:-2])
    assert "needs 3" in found.warning


def test_studies_of_equal_precision_have_no_slope():
    assert math.isnan(egger([0.1, 0.5, 0.7, 0.3], [0.3] * 4).bias)
    assert math.isnan(egger([0.1, 0.5, 0.7], [0.3, 0.3 + 1e-16, 0.3]).p)
    arms = ([5, 7, 9], [40] * 3, [6, 6, 6], [40] * 3)
    assert math.isnan(every(arms)[2].bias)
    assert not math.isnan(every(arms)[0].bias)


@pytest.mark.parametrize("k", [3, 4, 9, 10, 30])
def test_it_warns_below_ten_studies(k):
    for test in every(drawn((k,))):
        assert bool(test.warning) == (k < FEWEST)
        assert (test.df, 0 <= test.p <= 1) == (k - 2, True)
        assert not test.warning or test.warning.startswith(f"{k} studies are too few")


def test_a_batch_warns_of_its_smallest():
    arms = [arm.astype(float) for arm in drawn((3, 12))]
    for arm in arms:
        arm[1, 4:] = 0
    test = every(arms)[0]
    assert test.k.tolist() == [12, 4, 12]
    assert test.warning.startswith("4 studies")


@pytest.mark.parametrize(("bias", "copies"), [(0, 1), (1, 1), (1, 3), (-2, 2)])
def test_power_is_how_often_the_test_finds_it(bias, copies):
    variance = np.array([1.2, 0.3, 2.4, 0.1, 0.5])
    v = np.tile(variance, copies)
    random = np.random.default_rng(1)
    y = np.sqrt(v) * (bias + random.standard_normal((20_000, len(v))))
    found = (egger(y, v).p < 0.05).mean()
    assert egger_power(variance, bias, copies) == pytest.approx(found, abs=0.01)
    assert egger_power([1.0, 1.0, 1.0]) == pytest.approx(0.05)
