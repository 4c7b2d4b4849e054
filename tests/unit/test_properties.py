"""What holds for any counts: found by hypothesis, not by example."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from twobytwo import pool
from twobytwo.options import CHOICES

METHODS = [
    {},
    {"method": "IV"},
    {"model": "fixed"},
    {"model": "fixed", "method": "IV"},
    {"model": "fixed", "zero_cells": "none"},
    {"zero_cells": "all"},
    {"model": "fixed", "method": "Peto"},
    {"method": "IV", "tau2": "REML", "interval": "hksj-truncated"},
    {"method": "IV", "tau2": "PM"},
]
NAMES = ("effect", "se", "tau2", "q", "i2", "p_value")


@st.composite
def studies(draw, smallest=1, least=0, most=200):
    """Arms of 1 to `most` patients; with ``least=1`` no cell is zero."""
    k = draw(st.integers(smallest, 6))

    def arm():
        n = draw(st.lists(st.integers(max(1, 2 * least), most), min_size=k, max_size=k))
        events = [draw(st.integers(least, size - least)) for size in n]
        return np.array(events), np.array(n)

    return (*arm(), *arm())


def near(value, rel=1e-9):
    # The scale of these numbers is 1; below 1e-9 only rounding is left.
    return pytest.approx(value, rel=rel, abs=1e-9, nan_ok=True)


def figures(result):
    return [float(getattr(result, name)) for name in NAMES]


@given(arms=studies())
def test_swapping_the_arms_or_the_outcomes_turns_the_effect(arms):
    a, n1, c, n2 = arms
    for choices in (*METHODS, {"measure": "RD"}, {"measure": "RD", "model": "fixed"}):
        here = pool(*arms, **choices)
        for other in ((c, n2, a, n1), (n1 - a, n1, n2 - c, n2)):
            there = pool(*other, **choices)
            assert there.effect == near(-here.effect), choices
            assert figures(there)[1:] == near(figures(here)[1:]), choices


@given(arms=studies(), data=st.data())
def test_the_order_of_the_studies_does_not_matter(arms, data):
    order = list(data.draw(st.permutations(range(len(arms[0])))))
    for measure, model in itertools.product(CHOICES["measure"], CHOICES["model"]):
        here = pool(*arms, measure=measure, model=model)
        there = pool(*(arm[order] for arm in arms), measure=measure, model=model)
        assert figures(there) == near(figures(here))
        assert there.weight == near(here.weight[order])
        again = here.refit(order)
        assert figures(again) == near(figures(there), rel=1e-15)
        assert again.study == tuple(here.study[i] for i in order)


@given(arms=studies(), n=st.integers(1, 500), full=st.booleans())
def test_a_double_zero_study_changes_nothing_for_a_ratio(arms, n, full):
    events = n if full else 0
    more = [np.append(arm, x) for arm, x in zip(arms, (events, n, events, n), strict=True)]
    for choices in (*METHODS, {"measure": "RR"}, {"measure": "RR", "model": "fixed"}):
        here, there = pool(*arms, **choices), pool(*more, **choices)
        assert figures(there) == near(figures(here)), choices
        assert there.k == here.k
        assert math.isnan(there.weight[-1])


@pytest.mark.parametrize("measure", CHOICES["measure"])
@given(arms=studies())
def test_q_is_least_about_the_inverse_variance_mean(measure, arms):
    about_mh, about_iv = (
        pool(*arms, measure=measure, method="IV", q_center=center) for center in ("MH", "IV")
    )
    assume(about_iv.k > 0)
    assert about_mh.q >= about_iv.q - 1e-9 * about_iv.q
    assert about_mh.tau2 >= about_iv.tau2 - 1e-9


@pytest.mark.parametrize("measure", CHOICES["measure"])
@given(arms=studies(most=12))  # small studies rarely differ by more than chance
def test_without_between_study_variance_random_effects_are_inverse_variance_fixed(measure, arms):
    random = pool(*arms, measure=measure)
    assume(random.tau2 == 0)
    fixed = pool(*arms, measure=measure, model="fixed", method="IV")
    assert [random.effect, random.se] == near([fixed.effect, fixed.se])
    assert random.weight == near(fixed.weight)


@given(arms=studies(smallest=2, least=1))
def test_a_pooled_effect_lies_among_those_of_its_studies(arms):
    for choices in METHODS:
        result = pool(*arms, **choices)
        effects = result.study_effect
        assert effects.min() - 1e-9 <= result.effect <= effects.max() + 1e-9, choices
