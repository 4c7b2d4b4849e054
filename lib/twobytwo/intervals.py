"""Intervals: for the mean of the effects, and for the effect of a new study."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri, stdtrit

from .effects import FloatArray


class Interval(NamedTuple):
    """Lower and upper limits, arrays of one shape."""

    lower: FloatArray
    upper: FloatArray


def wald(effect: ArrayLike, se: ArrayLike, level: float = 0.95) -> Interval:
    """Normal interval: effect plus or minus z standard errors, z unrounded.

    Parameters
    ----------
    effect, se : array_like
        On the scale of the effect (log for ratios).
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Interval

    Examples
    --------
    >>> [round(float(x), 6) for x in wald(0, 1)]
    [-1.959964, 1.959964]
    """
    effect, half = np.asarray(effect, float), -ndtri((1 - level) / 2) * np.asarray(se, float)
    return Interval(effect - half, effect + half)


def normal_p_value(z: ArrayLike) -> FloatArray:
    """Two-sided p-value of a standard normal statistic.

    Examples
    --------
    >>> round(float(normal_p_value(-2.1088134671006356)), 10)
    0.0349606857
    """
    p: FloatArray = 2 * ndtr(-np.abs(z))
    return p


def prediction(
    effect: ArrayLike, se: ArrayLike, tau2: ArrayLike, k: ArrayLike, level: float = 0.95
) -> Interval:
    """Higgins, Thompson and Spiegelhalter's interval for the true effect of a new study.

    Parameters
    ----------
    effect, se : array_like, shape (...)
        Random-effects mean and its Wald standard error.
    tau2 : array_like, shape (...)
        Between-study variance.
    k : array_like of int, shape (...)
        Number of studies.
    level : float
        Between 0 and 1.

    Returns
    -------
    Interval
        NaN below three studies.

    Notes
    -----
    ``effect +- t(k - 2) sqrt(tau2 + se^2)``.

    References
    ----------
    .. [1] Higgins JPT, Thompson SG, Spiegelhalter DJ. J R Stat Soc A 2009;172:137.

    Examples
    --------
    >>> [round(float(x), 4) for x in prediction(-0.9536517, 0.4522219, 0.3298020, 4)]
    [-4.0987, 2.1914]
    """
    effect, se, tau2 = (np.asarray(x, float) for x in (effect, se, tau2))
    df = np.asarray(k) - 2.0
    t = np.where(df > 0, -stdtrit(np.maximum(df, 1), (1 - level) / 2), np.nan)
    half = t * np.sqrt(tau2 + se * se)
    return Interval(effect - half, effect + half)
