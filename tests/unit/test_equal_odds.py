"""Exact tests of equal odds ratios, against every set of tables written out."""

from itertools import product
from math import comb

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from twobytwo.estimate.equal_odds import equal_odds

SETS = {
    "two": ([1, 5], [6, 8], [4, 2], [7, 5]),
    "three": ([2, 0, 3], [5, 4, 6], [1, 3, 3], [4, 5, 6]),
    "one says nothing": ([0, 3, 1], [4, 6, 5], [0, 1, 4], [5, 4, 6]),
}


def listed(a, n1, c, n2):
    """The two p-values from the definition, in whole numbers but for the deviances."""
    m = np.add(a, c)
    ranges = [range(max(0, e - k), min(e, n) + 1) for e, n, k in zip(m, n1, n2, strict=True)]
    sets = [s for s in product(*ranges) if sum(s) == sum(a)]
    weights = np.array([
        np.prod([comb(int(n), int(x)) * comb(int(k), int(e - x))
                 for x, n, k, e in zip(s, n1, n2, m, strict=True)]) for s in sets
    ])  # fmt: skip

    def log_p(i, x, theta):
        terms = [comb(int(n1[i]), int(j)) * comb(int(n2[i]), int(m[i] - j)) for j in ranges[i]]
        top = np.log(terms) + theta * np.array(ranges[i])
        return top[ranges[i].index(x)] - np.logaddexp.reduce(top)

    def highest(f):
        return -minimize_scalar(lambda t: -f(t), bounds=(-40, 40), method="bounded",
                                options={"xatol": 1e-10}).fun  # fmt: skip

    own = [
        {x: highest(lambda t, i=i, x=x: log_p(i, x, t)) for x in ranges[i]} for i in range(len(m))
    ]
    deviances = np.array([
        sum(own[i][x] for i, x in enumerate(s))
        - highest(lambda t, s=s: sum(log_p(i, x, t) for i, x in enumerate(s))) for s in sets
    ])  # fmt: skip
    at = sets.index(tuple(a))
    total = weights.sum()
    return (
        weights[weights <= weights[at]].sum() / total,
        weights[deviances >= deviances[at] - 1e-6].sum() / total,
        len(sets),
    )


@pytest.mark.parametrize("arms", SETS.values(), ids=SETS)
def test_it_is_the_sum_over_every_set_of_tables(arms):
    assert equal_odds(*arms) == pytest.approx(listed(*arms), rel=1e-9)


def test_it_does_not_matter_which_arm_or_outcome_is_called_which():
    a, n1, c, n2 = map(np.array, SETS["three"])
    found = equal_odds(a, n1, c, n2)
    assert equal_odds(c, n2, a, n1) == pytest.approx(found)
    assert equal_odds(n1 - a, n1, n2 - c, n2) == pytest.approx(found)


def test_one_study_differs_from_none_and_too_many_sets_are_refused():
    assert equal_odds([3], [9], [5], [8]) == (1.0, 1.0, 1)
    with pytest.raises(ValueError, match="too many sets"):
        equal_odds([40] * 4, [80] * 4, [40] * 4, [80] * 4)
