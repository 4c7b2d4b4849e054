"""Exact inference on odds ratios: Fisher's test and the conditional odds ratio.

Given its margins, a 2x2 table has one free cell, and the law of that cell depends on the
odds ratio alone. So does the law of its sum over studies that share an odds ratio: nothing
is approximated, no zero cell needs a correction, and a study without information (no event,
or only events) drops out by itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from twobytwo.estimate.effects import FloatArray
from twobytwo.estimate.hypergeometric import Law, laws
from twobytwo.estimate.roots import bisect

# Probabilities that agree to this are equal, but for rounding; R's value.
TIE = 1 + 1e-7
# Probabilities below are taken as 0.
SMALLEST = 1e-300


class ExactOddsRatio(NamedTuple):
    """A conditional odds ratio.

    Attributes
    ----------
    estimate : float
        Conditional maximum-likelihood estimate: 0 or infinite where the events are as few,
        or as many, as the margins allow; NaN where the margins allow one table only.
    ci_lower, ci_upper : float
        Exact interval: each limit leaves half of what the level leaves.
    midp_lower, midp_upper : float
        Mid-p interval: half the probability of what was observed counts.
    p_value : float
        Two-sided p-value of an odds ratio of 1, as Fisher's test has it: the probability
        of all that is no more likely than what was observed.
    p_central : float
        Twice the smaller tail, which agrees with the exact interval.
    """

    estimate: float
    ci_lower: float
    ci_upper: float
    midp_lower: float
    midp_upper: float
    p_value: float
    p_central: float


def fisher_p(events_treatment: int, n_treatment: int, events_control: int, n_control: int) -> float:
    """Two-sided p-value of Fisher's exact test.

    Parameters
    ----------
    events_treatment, n_treatment, events_control, n_control : int
        Counts of one study.

    Returns
    -------
    float
        The probability, given the margins, of all tables that are no more likely than the
        one observed; below 1e-300 it can be 0.

    References
    ----------
    .. [1] Fisher RA. The logic of inductive inference. J R Stat Soc 1935;98:39.

    Examples
    --------
    >>> round(fisher_p(24, 66, 13, 66), 3)
    0.052
    """
    studies, each = laws(events_treatment, n_treatment, events_control, n_control)
    observed = sum(each)
    return _p_values(_sum(studies, 0.0), observed)[0]


def exact_odds_ratio(
    events_treatment: ArrayLike,
    n_treatment: ArrayLike,
    events_control: ArrayLike,
    n_control: ArrayLike,
    *,
    level: float = 0.95,
) -> ExactOddsRatio:
    """Conditional odds ratio of one study, or the common one of several.

    Parameters
    ----------
    events_treatment, n_treatment, events_control, n_control : array_like, shape (k,) or ()
        Counts; the studies are taken to share one odds ratio.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    ExactOddsRatio

    Notes
    -----
    With m events in a study, s of them treated, the probability of s is proportional to
    ``C(n1, s) C(n2, m - s) psi^s``. The law of the sum of s over studies is the convolution
    of theirs, taken at a psi near the one in question, where no term underflows that
    matters. The estimate makes the sum of the expected s equal to that observed.

    References
    ----------
    .. [1] Mehta CR, Patel NR, Gray R. J Am Stat Assoc 1985;80:969.
    .. [2] Agresti A. A survey of exact inference for contingency tables. Stat Sci 1992;7:131.

    Examples
    --------
    >>> stented, controls = ([1, 6, 0, 21], [23, 48, 12, 66]), ([9, 19, 5, 29], [23, 100, 14, 66])
    >>> deaths = exact_odds_ratio(*stented, *controls)
    >>> round(deaths.estimate, 4), round(deaths.ci_lower, 4), round(deaths.ci_upper, 4)
    (0.4281, 0.2396, 0.7487)
    """
    if not 0 < level < 1:
        raise ValueError(f"level {level!r} is not between 0 and 1")
    studies, each = laws(events_treatment, n_treatment, events_control, n_control)
    observed = sum(each)
    least, most = sum(law.first for law in studies), sum(law.last for law in studies)
    p_value, p_central = _p_values(_sum(studies, 0.0), observed)
    if least == most:
        return ExactOddsRatio(math.nan, 0.0, math.inf, 0.0, math.inf, p_value, p_central)

    # An estimate of 0 or infinity has one limit, and that is near this theta.
    near = min(max(observed, least + 0.5), most - 0.5)
    theta = _root(lambda x: near - sum(law.mean(x) for law in studies))
    law, tail = _sum(studies, theta), (1 - level) / 2

    def limits(share: float) -> tuple[float, float]:
        lower, upper = -math.inf, math.inf
        if observed > least:
            lower = theta + _root(lambda x: tail - law.tails(observed, x, share)[1])
        if observed < most:
            upper = theta + _root(lambda x: law.tails(observed, x, share)[0] - tail)
        return _exp(lower), _exp(upper)

    estimate = {least: 0.0, most: math.inf}.get(observed, _exp(theta))
    return ExactOddsRatio(estimate, *limits(1.0), *limits(0.5), p_value, p_central)


def _sum(studies: list[Law], theta: float) -> Law:
    """The law of the sum when each log odds ratio is theta."""
    first, p = 0, np.ones(1)
    for law in studies:
        low, own = _trimmed(law.first, law.tilted(theta))
        first, p = _trimmed(first + low, np.convolve(p, own))
    with np.errstate(divide="ignore"):
        return Law(first, np.log(p))


def _trimmed(first: int, p: FloatArray) -> tuple[int, FloatArray]:
    """Without the ends that are 0 for every purpose."""
    some = np.flatnonzero(p > SMALLEST)
    return first + int(some[0]), p[some[0] : some[-1] + 1]


def _p_values(law: Law, observed: int) -> tuple[float, float]:
    """By likelihood, and twice the smaller tail."""
    if not law.first <= observed <= law.last:
        return 0.0, 0.0  # it is less probable than the smallest number
    p = law.tilted(0.0)
    likelihood = float(p[p <= p[observed - law.first] * TIE].sum())
    return min(1.0, likelihood), min(1.0, 2 * min(law.tails(observed)))


def _root(function: Callable[[float], float]) -> float:
    """Where a decreasing function of all numbers crosses zero."""
    low, high = -1.0, 1.0
    while function(low) <= 0:
        low *= 2
    while function(high) > 0:
        high *= 2
    above = bisect(
        lambda x: np.array(function(low + float(x))), np.array(0.0), np.array(high - low)
    )
    return low + float(above)


def _exp(x: float) -> float:
    return math.exp(x) if x < 709 else math.inf
