"""Bisection of many brackets at once."""

import math

import numpy as np
import pytest
from twobytwo.estimate.roots import bisect


@pytest.mark.parametrize("root", [1e-25, 1e-9, 0.3, 1.0, 7.0, 1e6])
def test_a_root_is_found_to_the_last_digit(root):
    found = float(bisect(lambda x: root - x, np.array(0.0), np.array(1e7)))
    assert math.nextafter(root, 0) <= found <= root


def test_a_function_that_is_not_positive_at_the_low_end_ends_there():
    assert bisect(lambda x: -1 - x, np.array(0.5), np.array(2.0)) == 0.5


def test_a_function_that_stays_positive_ends_at_the_high_end():
    found = float(bisect(lambda x: 1 + 0 * x, np.array(0.0), np.array(2.0)))
    assert found == pytest.approx(2.0, rel=1e-15)


def test_an_empty_bracket_is_its_own_answer():
    assert bisect(lambda x: 1 - x, np.array(0.0), np.array(0.0)) == 0


def test_many_brackets_are_halved_as_if_each_were_alone():
    roots = np.array([[1e-3, 2.0, 0.0], [5.0, 1e-12, 3.0]])
    low, high = np.zeros((2, 3)), np.full((2, 3), 8.0)
    found = bisect(lambda x: roots - x, low, high)
    for at in np.ndindex(2, 3):
        alone = bisect(lambda x, at=at: roots[at] - x, np.array(0.0), np.array(8.0))
        assert found[at] == alone


def test_the_brackets_given_are_left_alone():
    low, high = np.zeros(2), np.ones(2)
    bisect(lambda x: 0.5 - x, low, high)
    assert (low.tolist(), high.tolist()) == ([0, 0], [1, 1])
