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

from twobytwo.estimate.effects import FloatArray, IntArray, as_number
from twobytwo.estimate.hypergeometric import Laws, laws
from twobytwo.estimate.roots import ascend, bisect

# Probabilities that agree to this are equal, but for rounding; R's value.
TIE = 1 + 1e-7
# Probabilities below are taken as 0.
SMALLEST = 1e-300
# No log odds ratio is farther from 0 than this.
FARTHEST = 2000.0
# Studies of a batch that are worked on at once: this bounds the memory.
CHUNK = 10_000


class ExactOddsRatio(NamedTuple):
    """A conditional odds ratio: floats for one meta-analysis, arrays ``(...)`` for a batch.

    Attributes
    ----------
    estimate
        Conditional maximum-likelihood estimate: 0 or infinite where the events are as few,
        or as many, as the margins allow; NaN where the margins allow one table only.
    ci_lower, ci_upper
        Exact interval: each limit leaves half of what the level leaves.
    p_value
        Two-sided p-value of an odds ratio of 1, as Fisher's test has it: the probability
        of all that is no more likely than what was observed.
    p_central
        Twice the smaller tail, which agrees with the exact interval.
    """

    estimate: float | FloatArray
    ci_lower: float | FloatArray
    ci_upper: float | FloatArray
    p_value: float | FloatArray
    p_central: float | FloatArray


def fisher_p(events_treatment: int, n_treatment: int, events_control: int, n_control: int) -> float:
    """Two-sided p-value of Fisher's exact test of one study.

    It is the probability, given the margins, of all tables that are no more likely than the one
    observed; below 1e-300 it can be 0.

    References
    ----------
    .. [1] Fisher RA. The logic of inductive inference. J R Stat Soc 1935;98:39.

    Examples
    --------
    >>> round(fisher_p(24, 66, 13, 66), 3)
    0.052
    """
    study = laws(events_treatment, n_treatment, events_control, n_control)
    return float(_p_values(_sums(study, np.array([1]), np.zeros(1)))[0][0])


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
    events_treatment, n_treatment, events_control, n_control : array_like, shape (..., k) or ()
        Counts; the studies of a meta-analysis are taken to share one odds ratio.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    ExactOddsRatio

    Raises
    ------
    ValueError
        If the level is not between 0 and 1, the counts are none, or they allow too many tables.

    Notes
    -----
    With m events in a study, s of them treated, the probability of s is proportional to
    ``C(n1, s) C(n2, m - s) psi^s``. The law of the sum of s over studies is the convolution
    of theirs, taken at a psi near the one in question, where no term underflows that
    matters. The estimate makes the sum of the expected s equal to that observed. Interval
    and p-value are those of R's ``mantelhaen.test(exact = TRUE)``.

    References
    ----------
    .. [1] Mehta CR, Patel NR, Gray R. J Am Stat Assoc 1985;80:969.
    .. [2] Agresti A. A survey of exact inference for contingency tables. Stat Sci 1992;7:131.

    Examples
    --------
    >>> treated, controls = ([1, 6, 0, 21], [23, 48, 12, 66]), ([9, 19, 5, 29], [23, 100, 14, 66])
    >>> deaths = exact_odds_ratio(*treated, *controls)
    >>> round(deaths.estimate, 4), round(deaths.ci_lower, 4), round(deaths.ci_upper, 4)
    (0.4281, 0.2396, 0.7487)
    """
    if not 0 < level < 1:
        raise ValueError(f"level {level!r} is not between 0 and 1")
    arms = (events_treatment, n_treatment, events_control, n_control)
    shape = np.broadcast_shapes(*(np.shape(np.atleast_1d(x)) for x in arms))
    batch, k = shape[:-1], shape[-1]
    rows = [np.broadcast_to(x, shape).reshape(math.prod(batch), k) for x in arms]
    some = max(1, CHUNK // max(k, 1))
    found = [np.empty((len(ExactOddsRatio._fields), 0))]
    for i in range(0, len(rows[0]), some):
        part = [x[i : i + some] for x in rows]
        found.append(np.array(_each(laws(*part), np.full(len(part[0]), k), (1 - level) / 2)))
    numbers = np.concatenate(found, axis=1)
    return ExactOddsRatio(*(as_number(x.reshape(batch)) for x in numbers))


def _each(studies: Laws, k: IntArray, tail: float) -> list[FloatArray]:
    """The numbers of meta-analyses of k studies each, shape (m,)."""
    row = np.repeat(np.arange(len(k)), k)

    def total(each: FloatArray) -> FloatArray:
        return np.bincount(row, each, len(k)).astype(float)

    p_value, p_central = _p_values(_sums(studies, k, np.zeros(len(k))))
    least, most = total(studies.least), total(studies.most)
    one = least == most
    # An estimate of 0 or infinity has one limit, and that is near the theta of half an event.
    aim = np.where(one, 0.0, np.clip(0.0, least + 0.5, most - 0.5))

    def slope(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        first, second = (total(each) for each in studies.slope(theta[row]))
        return first + aim, second

    theta = ascend(slope, np.zeros(len(k)), reach=2.0, done=one, precision=1e-9)
    law = _sums(studies, k, theta)
    below = _root(lambda x: law.tails(-x)[1] - tail, len(k))
    above = _root(lambda x: law.tails(x)[0] - tail, len(k))
    lower, upper = np.where(least < 0, below, np.inf), np.where(most > 0, above, np.inf)
    with np.errstate(over="ignore"):
        limits = np.exp(theta - lower), np.exp(theta + upper)
        estimate = np.where(least == 0, 0.0, np.where(most == 0, np.inf, np.exp(theta)))
    return [np.where(one, np.nan, estimate), *limits, p_value, p_central]


def _sums(studies: Laws, k: IntArray, theta: FloatArray) -> Laws:
    """Laws of the sums over k studies each, when their log odds ratios are theta, shape (m,)."""
    p = np.split(studies.tilted(np.repeat(theta, k)), studies.start[1:])
    first = [int(x) for x in studies.least]
    ends = np.cumsum(k)
    sums = [_sum(p[end - n : end], first[end - n : end]) for n, end in zip(k, ends, strict=True)]
    step = [np.arange(low, low + len(one), dtype=float) for low, one in sums]
    size = np.array([len(one) for _, one in sums])
    return Laws(np.concatenate(step), np.log(np.concatenate([one for _, one in sums])), size)


def _sum(p: list[FloatArray], first: list[int]) -> tuple[int, FloatArray]:
    """Smallest value and probabilities of a sum, without the ends that are 0 for every purpose."""
    low, sum_ = 0, np.ones(1)
    for one, least in zip(p, first, strict=True):
        if len(one) > 1:
            begin, own = _trimmed(one)
            more, sum_ = _trimmed(np.convolve(sum_, own))
            low += least + begin + more
    return low, sum_


def _trimmed(p: FloatArray) -> tuple[int, FloatArray]:
    if p[0] > SMALLEST and p[-1] > SMALLEST:
        return 0, p
    some = np.flatnonzero(p > SMALLEST)
    return int(some[0]), p[some[0] : some[-1] + 1]


def _p_values(law: Laws) -> tuple[FloatArray, FloatArray]:
    """By likelihood, and twice the smaller tail; 0 where less than the smallest number."""
    none = np.zeros(len(law.size))
    p = law.tilted(none)
    seen = law.total(np.where(law.step == 0, p, 0.0))
    likelihood = law.total(np.where(p <= law.spread(seen) * TIE, p, 0.0))
    return np.minimum(1.0, likelihood), np.minimum(1.0, 2 * np.minimum(*law.tails(none)))


def _root(function: Callable[[FloatArray], FloatArray], m: int) -> FloatArray:
    """Where m decreasing functions of all numbers cross zero, as far as FARTHEST."""
    low, high = np.full(m, -1.0), np.ones(m)
    while (more := (function(low) <= 0) & (low > -FARTHEST)).any():
        low = np.where(more, 2 * low, low)
    while (more := (function(high) > 0) & (high < FARTHEST)).any():
        high = np.where(more, 2 * high, high)
    return low + bisect(lambda x: function(low + x), np.zeros(m), high - low)
