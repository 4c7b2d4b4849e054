"""Bisection of many brackets at once."""

import math

import numpy as np
import pytest
from twobytwo.estimate.roots import bisect


@pytest.mark.parametrize("root", [1e-25, 1e-9, 0.3, 1.0, 7.0, 1e6])
def test_a_root_is_found_to_the_last_digit(root):
    found = float(bisect(lambda x: root - x, np.array(0.0), np.array(1e7)))
    assert math.nextafter(root, 0) <= found <= root


@pytest.mark.parametrize(
    ("root", "low", "high", "end"), [(-1, 0.5, 2, 0.5), (1, 0, 0, 0), (9, 0, 2, 2)]
)
def test_a_root_outside_its_bracket_is_an_end_of_it(root, low, high, end):
    found = bisect(lambda x: root - x, np.array(float(low)), np.array(float(high)))
    assert float(found) == pytest.approx(end, rel=1e-15)


def test_many_brackets_are_halved_as_if_each_were_alone():
    roots = np.array([[1e-3, 2.0, 0.0], [5.0, 1e-12, 3.0]])
    low, high = np.zeros((2, 3)), np.full((2, 3), 8.0)
    found = bisect(lambda x: roots - x, low, high)
    for at in np.ndindex(2, 3):
        alone = bisect(lambda x, at=at: roots[at] - x, np.array(0.0), np.array(8.0))
        assert found[at] == alone
    assert (low.min(), high.max()) == (0, 8)  # which are left as they were given
