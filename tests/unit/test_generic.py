"""Generic inverse variance: printed estimates with their intervals, by hand and by property."""

from math import exp, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri
from twobytwo import OptionError, pool
from twobytwo.estimate.printed import is_symmetric, log_effect, middle
from twobytwo.pool import pool_effects

Z = float(ndtri(0.975))
LOGS = st.floats(-3, 3)
ERRORS = st.floats(0.05, 2)
TABLES = ([13, 19, 8, 24], [23, 48, 12, 66], [4, 22, 3, 13], [23, 100, 14, 66])


# From print to the log scale.


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
        ("0.39 0.16 0.93", True), ("2.11 1.22 4.29", False), ("2.29 1.22 4.29", True),
        ("0.75 0.75 0.99", False), ("2 1 4", True), ("2.7 1 4", False),
        ("2.4 1 4", True),  # limits without decimals leave room up to 2.6
    ],
)  # fmt: skip
def test_whether_printed_digits_can_be_symmetric(printed, symmetric):
    assert is_symmetric(*printed.split()) == symmetric


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


@pytest.mark.parametrize(
    "choices",
    [{}, {"tau2": "REML"}, {"tau2": "PM", "interval": "hksj"}, {"model": "fixed"}, {"level": 0.9}],
)
@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
@pytest.mark.parametrize("k", [4, 1])
def test_the_effects_of_counts_pool_as_the_counts_do(measure, choices, k):
    counts = pool(*(arm[:k] for arm in TABLES), measure=measure, method="IV", **choices)
    y, se = counts.study_effect, np.sqrt(counts.study_variance)
    generic = pool_effects(y, se, measure=measure, **choices)
    for name, value in counts.pooled().items():
        if name != "method_sentence":
            assert generic.pooled()[name] == (
                pytest.approx(value, rel=1e-12) if isinstance(value, float) else value
            ), name
    # An effect of 0 is an effect like any other.
    batch = pool_effects(np.stack([y, y - y[0]]), se, measure=measure, **choices)
    assert batch.effect == pytest.approx([generic.effect, generic.effect - y[0]])
    assert batch.se == pytest.approx([generic.se] * 2)


def test_it_says_what_was_pooled():
    sentence = pool_effects([0.5, 1], [0.2, 0.3], tau2="REML", study="ab").method_sentence
    assert sentence.startswith("The odds ratios of 2 studies were pooled with random effects")
    assert "restricted maximum likelihood" in sentence
    assert sentence.endswith("not computed from counts.")


@pytest.mark.parametrize(
    ("effect", "se", "match"),
    [
        (0.5, 0.2, r"^effects must be arrays with one entry per study"),
        ([np.nan], [1], r"^effects must be finite"),
        ([1, 2], [1, 0], "positive"),
        ([1, 2], [1, -1], "positive"),
    ],
)
def test_unusable_effects_and_choices_are_refused(effect, se, match):
    with pytest.raises(ValueError, match=match):
        pool_effects(effect, se)
    with pytest.raises(OptionError, match="choose wald"):
        pool_effects([1, 2], [1, 1], model="fixed", interval="hksj")
