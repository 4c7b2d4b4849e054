"""Exact tests that several 2x2 tables share one odds ratio, by listing every set of tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twobytwo.estimate.effects import FloatArray
from twobytwo.estimate.exact import TIE
from twobytwo.estimate.hypergeometric import LARGEST, Laws, laws

# Deviances that differ by less are equal, but for rounding.
SAME = 1e-7


class EqualOdds(NamedTuple):
    """Exact p-values of the hypothesis that the odds ratios are equal.

    Attributes
    ----------
    zelen, deviance : float
        The probability of all sets of tables that are no more likely than what was observed, and
        of all whose deviance is no smaller.
    tables : int
        How many sets of tables have these margins and this sum of treated events.
    """

    zelen: float
    deviance: float
    tables: int


def equal_odds(
    events_treatment: ArrayLike,
    n_treatment: ArrayLike,
    events_control: ArrayLike,
    n_control: ArrayLike,
) -> EqualOdds:
    """Test exactly whether the odds ratios of several studies are equal; counts of shape ``(k,)``.

    More than ten million possible sets of tables are a ValueError.

    Notes
    -----
    Given the margins of each table and the sum of the treated events, the probability of a
    set of tables does not depend on the common odds ratio: it is proportional to
    ``prod C(n1, s) C(n2, m - s)``. Zelen's test orders the sets by this probability. The
    other one orders them by the deviance, twice the log-likelihood that separate odds ratios
    gain over a common one; its chi-square law with k - 1 degrees of freedom is an
    approximation that is not used here.

    References
    ----------
    .. [1] Zelen M. The analysis of several 2 x 2 contingency tables. Biometrika 1971;58:129.

    Examples
    --------
    >>> treated, controls = ([1, 6, 0, 21], [23, 48, 12, 66]), ([9, 19, 5, 29], [23, 100, 14, 66])
    >>> found = equal_odds(*treated, *controls)
    >>> round(found.zelen, 3), round(found.deviance, 3)
    (0.073, 0.043)
    """
    arms = np.broadcast_arrays(
        *(np.atleast_1d(x) for x in (events_treatment, n_treatment, events_control, n_control))
    )
    studies = laws(*arms)
    step, logs = (np.split(x, studies.start[1:]) for x in (studies.step, studies.log))
    gains = _gains(arms, studies)
    # Where the steps of the studies still to come can bring the sum back to the observed one.
    least = np.append(np.cumsum(studies.least[::-1])[::-1][1:], 0.0)
    most = np.append(np.cumsum(studies.most[::-1])[::-1][1:], 0.0)
    total, log, more = np.zeros(1), np.zeros(1), np.zeros(1)
    for i in range(len(step)):
        if len(total) * len(step[i]) > LARGEST:
            raise ValueError("too many sets of tables have these margins; use the Q statistic")
        total, log, more = (
            np.add.outer(old, new[i]).ravel()
            for old, new in ((total, step), (log, logs), (more, gains))
        )
        near = (total + least[i] <= 0) & (total + most[i] >= 0)
        total, log, more = total[near], log[near], more[near]
    p = np.exp(log - log.max())
    p /= p.sum()
    seen = sum(float(one[at == 0][0]) for one, at in zip(gains, step, strict=True))
    probability = p[log <= math.log(TIE)].sum()  # of what was observed the logarithm is 0
    return EqualOdds(float(probability), float(p[more >= seen - SAME].sum()), len(p))


def _gains(arms: Sequence[NDArray[Any]], studies: Laws) -> list[FloatArray]:
    """Half of what each possible table of each study adds to the deviance, but for a constant.

    At a common log odds ratio theta that is the log-likelihood at its own odds ratio less that
    at theta. Theta is the same for all sets of tables, as their sums are; and as what it adds
    to a set depends on that sum alone, it may be taken as 0.
    """
    a, n1, c, n2 = (studies.spread(x) for x in arms)
    each = laws(a + studies.step, n1, c - studies.step, n2)
    at_one = each.log_probability(np.zeros((len(a), 1)))[:, 0]
    return np.split(each.highest(1e-9) - at_one, studies.start[1:])
