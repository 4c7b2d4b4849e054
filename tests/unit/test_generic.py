"""Generic inverse variance: printed estimates with their intervals, by hand and by property."""

from math import exp, log, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri
from twobytwo import OptionError, pool
from twobytwo.estimate.printed import is_symmetric, log_effect, middle
from twobytwo.estimate.tau2 import estimate
from twobytwo.pool import pool_effects

Z = float(ndtri(0.975))
LOGS = st.floats(-3, 3)
ERRORS = st.floats(0.05, 2)
SETS = st.lists(st.tuples(LOGS, ERRORS), min_size=2, max_size=6)
TABLES = ([13, 19, 8, 24], [23, 48, 12, 66], [4, 22, 3, 13], [23, 100, 14, 66])


# From print to the log scale.


def test_the_width_of_the_interval_gives_the_standard_error():
    effect, se = log_effect([2.0, 1.0], [1.0, 0.5], [4.0, 2.0])
    assert effect == pytest.approx([log(2), 0])
    assert se == pytest.approx([log(4) / (2 * Z)] * 2)


@given(LOGS, ERRORS, st.sampled_from([0.8, 0.95, 0.99]))
def test_an_unrounded_interval_gives_back_what_it_was_made_of(effect, se, level):
    half = -float(ndtri((1 - level) / 2)) * se
    back = log_effect(exp(effect), exp(effect - half), exp(effect + half), level)
    assert back.effect == pytest.approx(effect, abs=1e-12)
    assert back.se == pytest.approx(se, rel=1e-9)


@pytest.mark.parametrize(
    "printed",
    [(1, 0, 2), (1, -1, 2), (3, 1, 2), (0.5, 1, 2), (1, 1, 1), (1, 0.5, np.inf), (np.nan, 1, 2)],
)
def test_what_is_no_interval_of_a_ratio_is_refused(printed):
    with pytest.raises(ValueError, match="0 < lower <= estimate <= upper"):
        log_effect(*printed)


# Symmetry at printed precision.


def test_the_middle_is_as_sure_as_the_limits_are_printed():
    assert middle("1.22", "4.29") == pytest.approx((sqrt(1.215 * 4.285), sqrt(1.225 * 4.295)))
    assert middle("1", "4") == pytest.approx((sqrt(0.5 * 3.5), sqrt(1.5 * 4.5)))


@pytest.mark.parametrize(
    ("printed", "symmetric"),
    [
        (("0.39", "0.16", "0.93"), True),
        (("2.11", "1.22", "4.29"), False),
        (("2.29", "1.22", "4.29"), True),
        (("0.75", "0.75", "0.99"), False),
        (("2", "1", "4"), True),
        (("2.4", "1", "4"), True),  # limits without decimals leave room up to 2.6
        (("2.7", "1", "4"), False),
    ],
)
def test_whether_printed_digits_can_be_symmetric(printed, symmetric):
    assert is_symmetric(*printed) == symmetric


@given(LOGS, ERRORS)
def test_a_wald_interval_rounded_to_two_decimals_is_never_called_asymmetric(effect, se):
    limits = [f"{exp(effect + z * se):.2f}" for z in (0, -Z, Z)]
    if all(float(limit) > 0 for limit in limits):
        assert is_symmetric(*limits)


@pytest.mark.parametrize("limit", ["0", "-1.2", "0.00"])
def test_a_ratio_that_is_not_positive_is_refused(limit):
    with pytest.raises(ValueError, match="not a positive number"):
        middle(limit, "2")


# Pooling.


def test_two_effects_by_hand():
    """Weights 4 and 1, so the mean is at a fifth; Q is 5, df 1, tau2 = 4 / (5 - 17 / 5)."""
    fixed = pool_effects([0, 2.5], [0.5, 1], model="fixed")
    assert fixed.effect == pytest.approx(0.5)
    assert fixed.se == pytest.approx(1 / sqrt(5))
    random = pool_effects([0, 2.5], [0.5, 1])
    assert random.q == pytest.approx(4 * 0.25 + 4)
    assert random.i2 == pytest.approx(80)
    assert random.tau2 == pytest.approx(4 / (5 - 17 / 5))
    w = [1 / (0.25 + 2.5), 1 / 3.5]
    assert random.effect == pytest.approx(2.5 * w[1] / sum(w))
    assert random.se == pytest.approx(1 / sqrt(sum(w)))
    assert random.estimate == pytest.approx(exp(random.effect))


def test_hksj_by_hand():
    """Of three equal weights the standard error is that of a plain mean."""
    three = pool_effects([0, 1, 2], [1, 1, 1], interval="hksj")
    assert three.se == pytest.approx(1 / sqrt(3))
    assert three.df == 2


@pytest.mark.parametrize(
    "choices",
    [{}, {"tau2": "REML"}, {"tau2": "PM", "interval": "hksj"}, {"model": "fixed"}, {"level": 0.9}],
)
@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
def test_the_effects_of_counts_pool_as_the_counts_do(measure, choices):
    counts = pool(*TABLES, measure=measure, method="IV", **choices)
    generic = pool_effects(
        counts.study_effect, np.sqrt(counts.study_variance), measure=measure, **choices
    )
    for name, value in counts.pooled().items():
        if name != "method_sentence":
            assert generic.pooled()[name] == (
                pytest.approx(value, rel=1e-12) if isinstance(value, float) else value
            ), name


@given(SETS, st.floats(-2, 2))
def test_shifting_every_effect_shifts_the_mean_and_nothing_else(studies, by):
    y, se = np.array(studies).T
    here, there = pool_effects(y, se), pool_effects(y + by, se)
    assert there.effect == pytest.approx(here.effect + by, abs=1e-9)
    assert there.tau2 == pytest.approx(here.tau2, abs=1e-9)
    assert there.se == pytest.approx(here.se, rel=1e-6)


@given(SETS)
def test_the_mean_lies_among_the_effects_and_is_surer_than_each(studies):
    y, se = np.array(studies).T
    fixed = pool_effects(y, se, model="fixed")
    assert y.min() - 1e-9 <= fixed.effect <= y.max() + 1e-9
    assert fixed.se < se.min()
    assert pool_effects(y, se).se >= fixed.se * (1 - 1e-12)


def test_one_study_stands_for_itself():
    alone = pool_effects([0.5], [0.2], interval="hksj")
    assert (alone.effect, alone.se, alone.k) == (0.5, pytest.approx(0.2), 1)
    assert alone.pooled()["i2"] is None


def test_a_batch_is_many_at_once():
    y, se = np.array([[0.0, 1.0, 3.0], [0.5, 0.5, 0.6]]), np.array([0.5, 0.4, 0.3])
    for choices in ({}, {"tau2": "REML"}):
        batch = pool_effects(y, se, **choices)
        single = [pool_effects(one, se, **choices).effect for one in y]
        assert batch.effect == pytest.approx(single)
    assert estimate(y, se**2 + 0 * y, np.full(y.shape, True), "REML") == pytest.approx(batch.tau2)


def test_it_says_what_was_pooled():
    said = pool_effects([0.5, 1], [0.2, 0.3], tau2="REML", study="ab").method_sentence
    assert said.startswith("The odds ratios of 2 studies were pooled with random effects")
    assert "restricted maximum likelihood" in said
    assert said.endswith("not computed from counts.")


@pytest.mark.parametrize(
    ("effect", "se", "match"),
    [
        (0.5, 0.2, r"^effects must be arrays with one entry per study"),
        ([np.nan], [1], r"^effects must be finite"),
        ([1, 2], [1, 0], "positive"),
        ([1, 2], [1, -1], "positive"),
    ],
)
def test_unusable_effects_are_refused(effect, se, match):
    with pytest.raises(ValueError, match=match):
        pool_effects(effect, se)


def test_names_and_choices_are_checked():
    with pytest.raises(ValueError, match="1 study names for 2 studies"):
        pool_effects([1, 2], [1, 1], study=["a"])
    with pytest.raises(OptionError, match="choose wald"):
        pool_effects([1, 2], [1, 1], model="fixed", interval="hksj")
