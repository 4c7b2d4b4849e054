"""Proportions of single arms: intervals of studies, and one proportion pooled from them.

The Freeman-Tukey double arcsine is not offered. Its values depend on n, so that the way back
from their mean needs an n that no study has, the harmonic mean of all; and the way back is
not monotone. So 10 of 100 and 1000 of 100,000, which are 10 % and 1 %, pool to 0.78 %, below
both, and a third study of 1 in 10 brings this down to 0.01 % [1]_. The binomial-normal model
needs no transformation of the data at all.

References
----------
.. [1] Schwarzer G, Chemaitelly H, Abu-Raddad LJ, Rücker G. Seriously misleading results
   using inverse of Freeman-Tukey double arcsine transformation in meta-analysis of single
   proportions. Res Synth Methods 2019;10:476.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainccinv, betaincinv, ndtri

from twobytwo.estimate.effects import Effects, FloatArray, Interval


def wilson(events: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Wilson's score interval of a proportion; NaN where n is 0.

    Notes
    -----
    The proportions p that the score test does not reject: the roots of
    ``(x - n p)^2 = z^2 n p (1 - p)``. Without an event the lower limit is 0, and with
    only events the upper limit is 1.

    References
    ----------
    .. [1] Wilson EB. J Am Stat Assoc 1927;22:209.

    Examples
    --------
    >>> [round(float(x), 4) for x in wilson(15, 48)]
    [0.1995, 0.4533]
    """
    x, n = (np.asarray(a, float) for a in (events, n))
    z = -ndtri((1 - level) / 2)

    def lower(x: FloatArray) -> FloatArray:
        # The product of the roots is x^2 / (n (n + z^2)): so nothing cancels.
        larger = (2 * x + z * z + z * np.sqrt(z * z + 4 * x * (n - x) / n)) / 2
        limit: FloatArray = x * x / (n * larger)
        return limit

    with np.errstate(divide="ignore", invalid="ignore"):
        return Interval(lower(x), 1 - lower(n - x))


def clopper_pearson(events: ArrayLike, n: ArrayLike, level: float = 0.95) -> Interval:
    """Clopper and Pearson's exact interval of a proportion; NaN where n is 0.

    Notes
    -----
    Each limit is the proportion at which the binomial tail beyond what was observed is half
    of what the level leaves: quantiles of the beta law. Without an event the lower limit is
    0, and with only events the upper limit is 1.

    References
    ----------
    .. [1] Clopper CJ, Pearson ES. Biometrika 1934;26:404.

    Examples
    --------
    >>> [round(float(x), 4) for x in clopper_pearson(15, 48)]
    [0.1866, 0.4625]
    """
    x, n = np.broadcast_arrays(*(np.asarray(a, float) for a in (events, n)))
    tail = (1 - level) / 2
    lower = np.where(x > 0, betaincinv(np.maximum(x, 1), n - x + 1, tail), 0.0)
    upper = np.where(x < n, betainccinv(x + 1, np.maximum(n - x, 1), tail), 1.0)
    return Interval(*(np.where(n > 0, limit, np.nan) for limit in (lower, upper)))


STUDY_INTERVALS = {"wilson": wilson, "clopper-pearson": clopper_pearson}


def proportion_effects(events: FloatArray, n: FloatArray, transform: str = "logit") -> Effects:
    """Proportion of each study and its variance, ``logit`` or ``raw``; NaN where n is 0.

    Notes
    -----
    With x events and y = n - x non-events, logit: ``ln(x / y)`` and ``1/x + 1/y``, after
    0.5 is added to both in a study where one is 0. Raw: ``x / n`` from the counts as they
    are, and ``x y / n^3``, to which the 0.5 is added where it would be 0, as R's meta does.

    Examples
    --------
    >>> effect, variance = proportion_effects(np.array([0.0]), np.array([12.0]))
    >>> round(float(effect[0]), 4), round(float(variance[0]), 4)
    (-3.2189, 2.08)
    """
    extreme = (n > 0) & ((events == 0) | (events == n))
    x = events + np.where(extreme, 0.5, 0.0)
    y = n - events + np.where(extreme, 0.5, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        if transform == "raw":
            return Effects(events / n, x / (x + y) * (y / (x + y)) / (x + y))
        return Effects(np.log(x / y), np.where(n > 0, 1 / x + 1 / y, np.nan))


def effective_size(p: float, lower: float, upper: float, level: float = 0.95) -> float:
    """Patients of one homogeneous group that would give a printed interval of a proportion p.

    They are far fewer than were pooled where the groups differ.

    Notes
    -----
    The width of the interval on the logit scale gives the standard error, and
    ``n = 1 / (se^2 p (1 - p))``.

    Examples
    --------
    >>> round(effective_size(0.2, 0.1328, 0.2898))
    100
    """
    lower, upper = (math.log(x / (1 - x)) for x in (lower, upper))
    se = (upper - lower) / (-2 * float(ndtri((1 - level) / 2)))
    return 1 / (se * se * p * (1 - p))
