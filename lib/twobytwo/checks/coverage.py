"""How a method behaves: measured on a batch of meta-analyses whose truth is known."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from twobytwo.estimate.effects import FloatArray
from twobytwo.pool import Result


class Measured(NamedTuple):
    """A number measured by simulation; its standard error says how far another seed moves it."""

    value: float
    se: float


class Behavior(NamedTuple):
    """The operating characteristics of one method; NaN where nothing was defined.

    Width and bias are on the scale of the effect (log for OR and RR).
    """

    coverage: Measured  # share of the intervals that hold the true effect
    median_width: Measured  # of the intervals
    bias: Measured  # mean estimate less the true effect
    power: Measured  # share with p below 1 - level: of false alarms where there is no effect
    undefined: Measured  # share without an interval: all others are of those that have one


def behavior(result: Result, effect: float) -> Behavior:
    """Measure how a method behaves.

    The result is a batch, shape (m,), of meta-analyses drawn from one truth and pooled alike; the
    true effect is a log odds ratio or log risk ratio, or a risk difference.

    References
    ----------
    .. [1] Morris TP, White IR, Crowther MJ. Using simulation studies to evaluate
       statistical methods. Stat Med 2019;38:2074.

    Examples
    --------
    >>> from twobytwo import pool
    >>> from twobytwo.checks.simulate import draw
    >>> drawn = draw([500] * 4, [500] * 4, 0.3, -0.5, meta_analyses=10_000, seed=1)
    >>> coverage, *_ = behavior(pool(*drawn, model="fixed"), -0.5)
    >>> f"{coverage.value:.2f}, give or take {coverage.se:.3f}"
    '0.95, give or take 0.002'
    """
    defined = np.atleast_1d(np.isfinite(result.se))
    estimate, p, lower, upper = (
        np.atleast_1d(x)[defined]
        for x in (result.effect, result.p_value, result.limits.lower, result.limits.upper)
    )
    return Behavior(
        coverage=mean((lower <= effect) & (effect <= upper)),
        median_width=median(upper - lower),
        bias=mean(estimate - effect),
        power=mean(p < 1 - result.level),
        undefined=mean(~defined),
    )


def prediction_coverage(result: Result, effect: float, tau: float) -> Measured:
    """Measure how often a prediction interval holds the true effect of a new study.

    The true effects have mean `effect` and standard deviation `tau`; of a batch of shape (m,), the
    meta-analyses without a prediction interval are left out.

    Notes
    -----
    The new study need not be drawn: an interval from L to U holds it with probability
    ``Phi((U - effect) / tau) - Phi((L - effect) / tau)``, and the mean of these is taken.
    """
    lower, upper = (np.atleast_1d(limit) for limit in result.prediction)
    defined = np.isfinite(lower) & np.isfinite(upper)
    lower, upper = lower[defined] - effect, upper[defined] - effect
    if tau == 0:
        return mean((lower <= 0) & (upper >= 0))
    return mean(ndtr(upper / tau) - ndtr(lower / tau))


def mean(values: NDArray[Any]) -> Measured:
    """Mean (of truths: share) of independent values, and its standard error ``sd / sqrt(m)``.

    Examples
    --------
    >>> mean(np.array([True, True, False, False]))
    Measured(value=0.5, se=0.25)
    """
    if not len(values):
        return Measured(math.nan, math.nan)
    return Measured(float(values.mean()), float(values.std()) / math.sqrt(len(values)))


def median(values: FloatArray) -> Measured:
    """Median of independent values, and its standard error.

    That is half the distance between the values ``sqrt(m) / 2`` places below and above it.

    Examples
    --------
    >>> median(np.arange(101.0))
    Measured(value=50.0, se=5.0)
    """
    m = len(values)
    if not m:
        return Measured(math.nan, math.nan)
    middle, reach = (m - 1) / 2, math.sqrt(m) / 2
    low, high = max(0, round(middle - reach)), min(m - 1, round(middle + reach))
    ordered = np.sort(values)
    return Measured(float(np.median(ordered)), float(ordered[high] - ordered[low]) / 2)
