"""The same analysis on other sets of studies."""

import numpy as np
import pytest
from twobytwo import Counts, pool
from twobytwo.checks.refits import cumulative, leave_one_out, subsets
from twobytwo.pool import pool_effects

NAMES = ("Baracchini 2017", "Chang 2018", "Cornelissen 2018", "Peng 2019")
DEATHS = ([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])


def counts(names=NAMES, arms=DEATHS):
    return Counts(tuple(names), *map(np.array, arms))


@pytest.mark.parametrize(
    "choices",
    [{}, {"model": "fixed"}, {"measure": "RD"}, {"method": "IV", "level": 0.9},
     {"method": "Peto", "model": "fixed"}, {"zero_cells": "none"}],
)  # fmt: skip
def test_each_is_a_refit_of_the_others(choices):
    given = counts()
    for i, refit in enumerate(leave_one_out(given, **choices)):
        names = NAMES[:i] + NAMES[i + 1 :]
        others = pool(*(np.delete(arm, i) for arm in DEATHS), study=names, **choices)
        assert refit.to_dict() == others.to_dict()
    assert [arm.tolist() for arm in given.arms] == [list(arm) for arm in DEATHS]
    (none,) = leave_one_out(counts("a", ([3], [9], [5], [9])), **choices)
    assert none.k == 0


def test_printed_effects_are_left_out_one_at_a_time():
    y, se = [0.5, -0.2, 1.1], [0.3, 0.2, 0.4]
    result = pool_effects(y, se, study="abc", outcome="death", measure="RR", tau2="REML")
    for i, refit in enumerate(leave_one_out(result)):
        names = "abc"[:i] + "abc"[i + 1 :]
        others = np.delete(y, i), np.delete(se, i)
        again = pool_effects(*others, study=names, outcome="death", measure="RR", tau2="REML")
        assert refit.to_dict() == again.to_dict()
        assert (refit.outcome, refit.options) == ("death", result.options)


def test_cumulative_adds_one_study_at_a_time():
    refits = cumulative(counts())
    assert [refit.study for refit in refits] == [NAMES[: i + 1] for i in range(4)]
    assert refits[-1].to_dict() == pool(*DEATHS, study=NAMES).to_dict()
    assert refits[1].effect == pool(*(arm[:2] for arm in DEATHS)).effect


def test_subsets_are_all_of_them_once_the_smallest_first():
    found = [refit.study for refit in subsets(counts("abc", [arm[:3] for arm in DEATHS]))]
    assert found == [("a",), ("b",), ("c",), ("a", "b"), ("a", "c"), ("b", "c"), ("a", "b", "c")]


def test_subsets_have_the_choices_and_of_many_studies_are_refused():
    *_, whole = subsets(counts(), measure="RR", model="fixed")
    assert whole.effect == pool(*DEATHS, measure="RR", model="fixed").effect
    many = counts(range(13), [[1] * 13, [9] * 13, [2] * 13, [9] * 13])
    with pytest.raises(ValueError, match="13 studies have 8191 subsets"):
        subsets(many)
