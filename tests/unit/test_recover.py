"""Counts and methods found from printed digits."""

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from twobytwo import Counts, pool
from twobytwo.checks.recover import Printed, methods_that_print, prints, recover
from twobytwo.options import OptionError
from twobytwo.rounding import half_up, prints_as

STUDIES = ("Baracchini", "Chang", "Cornelissen", "Peng")
N = ([23, 48, 12, 66], [23, 100, 14, 66])
EVENTS = {
    "mRS": ([13, 19, 8, 24], [4, 22, 3, 13]),
    "deaths": ([1, 6, 0, 21], [9, 19, 5, 29]),
    "SICH": ([1, 8, 0, 9], [1, 20, 1, 14]),
}
DIGITS = {
    "mRS": Printed("2.87", "1.77", "4.66", "<0.001", "0", "0.00", "0.41"),
    "deaths": Printed("0.39", "0.16", "0.93", "0.03", "43"),
    "SICH": Printed("0.68", "0.37", "1.27", "0.23", "0"),
}


def counts(outcome):
    treated, control = EVENTS[outcome]
    return Counts(STUDIES, *map(np.array, (treated, N[0], control, N[1])))


def without(outcome, study):
    """The counts with something else in place of one study's events."""
    whole = counts(outcome)
    keep = np.array([name != study for name in whole.study])
    return Counts(STUDIES, whole.arms[0] * keep, whole.arms[1], whole.arms[2] * keep, whole.arms[3])


# ---- rounding in batches


@pytest.mark.parametrize("decimals", range(4))
def test_every_half_is_rounded_as_one_by_one(decimals):
    halves = [float(Decimal(2 * k + 1) / 2 / 10**decimals) for k in range(-30, 30)]
    values = np.array([[math.nextafter(x, way) for way in (-9e9, x, 9e9)] for x in halves]).ravel()
    seen = 0
    for k in range(-30, 31):
        printed = half_up(float(Decimal(k) / 10**decimals), decimals)
        found = prints(values, printed)
        assert found.tolist() == [prints_as(x, printed) for x in values.tolist()], printed
        seen += found.sum()
    assert seen == len(values)


NUMBERS = st.floats(-2000, 2000)


@given(number=NUMBERS, decimals=st.integers(0, 6), values=st.lists(NUMBERS, max_size=5))
@example(number=2.68, decimals=2, values=[2.675])
@example(number=0.39, decimals=2, values=[0.385])
def test_any_value_is_rounded_as_one_by_one(number, decimals, values):
    printed = half_up(number, decimals)
    values = [*values, number, -number, float(printed)]
    assert prints(values, printed).tolist() == [prints_as(x, printed) for x in values]
    assert prints(number, printed)


@given(bound=st.decimals(0, 1, places=3), steps=st.integers(-2, 2))
@example(bound=Decimal("0.3"), steps=0)  # its double is a little below 0.3
@example(bound=Decimal("0.1"), steps=0)  # its double is a little above 0.1
def test_a_bound_is_compared_exactly(bound, steps):
    value = float(bound)
    for _ in range(abs(steps)):
        value = math.nextafter(value, math.copysign(math.inf, steps))
    for printed in (f"<{bound}", f"< {bound}"):
        assert bool(prints(value, printed)) is prints_as(value, printed)


def test_digits_may_be_written_in_the_ways_of_print():
    for printed in ("-0.39", "\u22120.39", "-.39", " -0.39 "):
        assert prints([-0.385, 0.39], printed).tolist() == [True, False]


def test_what_is_undefined_prints_nothing():
    assert prints([[0.38, 0.39, math.nan]], "0.39").tolist() == [[False, True, False]]
    assert not prints([math.nan, math.inf, -math.inf], "0.39").any()
    assert prints([math.nan, math.inf, -math.inf], "<0.001").tolist() == [False, False, True]


@pytest.mark.parametrize(
    "printed",
    ["43%", "", "0,39", "1e5", "-0.00", "00.39", "5.", "nan", "inf", ">0.05", "<", "0.3-0.4"],
)
def test_what_is_not_digits_is_refused(printed):
    with pytest.raises(ValueError, match="is not printed digits"):
        prints([0.39], printed)
    with pytest.raises(ValueError, match="is not printed digits"):
        Printed(estimate=printed)


# ---- what is printed


def test_only_what_is_printed_is_compared():
    assert Printed("0.39", i2="43").digits == {"estimate": "0.39", "i2": "43"}
    result = pool(*counts("deaths").arms)
    fits = Printed("0.39", ci_lower="0.17", i2="43").fits(result)
    assert fits == {"estimate": True, "ci_lower": False, "i2": True}


def test_nothing_printed_is_refused():
    with pytest.raises(ValueError, match="no digits"):
        Printed()


# ---- counts


@pytest.mark.parametrize(
    ("outcome", "study", "choices"),
    [
        ("SICH", "Cornelissen", {}),
        ("deaths", "Baracchini", {"q_center": "IV"}),
        ("mRS", "Cornelissen", {"model": "fixed"}),
        ("deaths", "Cornelissen", {"measure": "RR", "zero_cells": "none"}),
    ],
)
def test_a_plain_loop_finds_the_same(outcome, study, choices):
    wanted = DIGITS[outcome]
    found = recover(without(outcome, study), study, wanted, **choices)
    at = STUDIES.index(study)
    looped = {name: np.zeros((N[0][at] + 1, N[1][at] + 1), bool) for name in wanted.digits}
    for a in range(N[0][at] + 1):
        for c in range(N[1][at] + 1):
            treated, control = (list(arm) for arm in EVENTS[outcome])
            treated[at], control[at] = a, c
            one = pool(treated, N[0], control, N[1], **choices)
            for name, digits in wanted.digits.items():
                value = getattr(one, name)
                looped[name][a, c] = math.isfinite(value) and prints_as(value, digits)
    assert found.fits.keys() == looped.keys()
    assert all(np.array_equal(fit, looped[name]) for name, fit in found.fits.items())
    assert np.array_equal(found.grid(), np.logical_and.reduce(list(looped.values())))
    assert any(fit.any() for fit in looped.values())


def test_the_pairs_of_some_numbers():
    whole = counts("SICH")
    found = recover(whole, "Cornelissen", DIGITS["SICH"])
    assert [arm.tolist() for arm in whole.arms] == [arm.tolist() for arm in counts("SICH").arms]
    assert (found.study, found.n_treatment, found.n_control) == ("Cornelissen", 12, 14)
    assert found.result.study == STUDIES
    assert found.tried == 13 * 15 == found.grid().size
    assert len(found.pairs("estimate")) == 8
    assert found.pairs("ci_lower", "ci_upper") == [(0, 1), (1, 2)]
    assert set(found.pairs()) == set(found.pairs("estimate")) & {(0, 1), (1, 2)}
    with pytest.raises(KeyError):
        found.pairs("tau2")  # which is not printed


def test_a_study_that_is_not_there_or_choices_that_are_none_are_refused():
    with pytest.raises(ValueError, match="no study 'Smith'; there are Baracchini, Chang"):
        recover(counts("SICH"), "Smith", DIGITS["SICH"])
    with pytest.raises(OptionError):
        recover(counts("SICH"), "Peng", DIGITS["SICH"], method="Peto")


def test_arms_with_more_pairs_than_memory_should_hold_are_refused(monkeypatch):
    large = Counts(("Great", "Small"), *np.array([[9, 1], [12_868, 10], [8, 2], [13_599, 10]]))
    message = (
        "^Great: arms of 12,868 and 13,599 allow 175,018,400 pairs of counts; "
        "with 2 studies 2,500,000 can be tried$"
    )
    with pytest.raises(ValueError, match=message):
        recover(large, "Great", Printed("1.2"))
    monkeypatch.setattr("twobytwo.checks.recover.MOST", 13 * 15 * 4)
    assert recover(counts("SICH"), "Cornelissen", DIGITS["SICH"]).tried == 13 * 15


def test_all_pairs_are_pooled_in_one_call():
    shapes = []

    def rule(*arms, study):
        shapes.append(np.broadcast_shapes(*(np.shape(arm) for arm in arms)))
        return pool(*arms, study=study)

    found = recover(counts("SICH"), "Peng", DIGITS["SICH"], rule=rule)
    assert shapes == [(67, 67, 4)]
    assert found.pairs() == [(9, 14), (52, 57)]


# ---- methods

METHODS = {
    "inverse variance": {"q_center": "IV"},
    "RevMan": {},
    "fixed": {"model": "fixed"},
    "Peto": {"model": "fixed", "method": "Peto"},
    "all": {"zero_cells": "all"},
}


def test_only_the_rule_of_revman_prints_i2_as_well_and_none_may_fit():
    or_ci = Printed("0.39", "0.16", "0.93")
    assert methods_that_print(counts("deaths"), or_ci, METHODS) == ["inverse variance", "RevMan"]
    assert methods_that_print(counts("deaths"), DIGITS["deaths"], METHODS) == ["RevMan"]
    assert methods_that_print(counts("deaths"), Printed("0.99"), METHODS) == []
    # What a fixed effect has not it does not print.
    found = methods_that_print(counts("mRS"), Printed(tau2="0.00"), METHODS)
    assert found == ["inverse variance", "RevMan", "all"]


def test_a_method_may_be_a_rule_of_ones_own():
    def doubled(*arms, study):
        assert study == STUDIES
        return pool(*(2 * arm for arm in arms), study=study)

    narrow = doubled(*counts("SICH").arms, study=STUDIES)
    wanted = Printed(ci_lower=half_up(narrow.ci_lower, 4))
    methods = {"doubled": {"rule": doubled}, "RevMan": {}}
    assert methods_that_print(counts("SICH"), wanted, methods) == ["doubled"]
