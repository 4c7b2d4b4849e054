"""Intervals: for the mean of the effects, and for the effect of a new study."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri, stdtr, stdtrit

from twobytwo.estimate.effects import FloatArray

# What each name of the degrees of freedom of a prediction takes from the number of studies.
PREDICTION_DF = {"k-2": 2.0, "k-1": 1.0}


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


def t_interval(effect: ArrayLike, se: ArrayLike, df: ArrayLike, level: float = 0.95) -> Interval:
    """Interval with the t quantile, or with the normal one where df is NaN.

    Parameters
    ----------
    effect, se, df : array_like
        Of one shape.
    level : float
        Between 0 and 1.

    Examples
    --------
    >>> [round(float(x), 4) for x in t_interval([0, 0], [1, 1], [3, float("nan")]).upper]
    [3.1824, 1.96]
    """
    effect, df = np.asarray(effect, float), np.asarray(df, float)
    tail = (1 - level) / 2
    quantile = -np.where(np.isnan(df), ndtri(tail), stdtrit(df, tail))
    half = quantile * np.asarray(se, float)
    return Interval(effect - half, effect + half)


def p_value(statistic: ArrayLike, df: ArrayLike = np.nan) -> FloatArray:
    """Two-sided p of a t statistic, or of a normal one where df is NaN.

    Examples
    --------
    >>> round(float(p_value(-1.8964747177774117, 3)), 10)
    0.1541664321
    >>> round(float(p_value(-2.1088134671006356)), 10)
    0.0349606857
    """
    df, size = np.asarray(df, float), -np.abs(statistic)
    p: FloatArray = 2 * np.where(np.isnan(df), ndtr(size), stdtr(df, size))
    return p


def hksj_standard_error(
    effect: FloatArray, weights: FloatArray, mean: ArrayLike, *, truncated: bool = False
) -> FloatArray:
    """Hartung, Knapp, Sidik and Jonkman's standard error of a random-effects mean.

    Parameters
    ----------
    effect : ndarray, shape (..., k)
        Study effects; any finite number where the weight is 0.
    weights : ndarray, shape (..., k)
        ``1 / (v + tau2)``, 0 for studies left out.
    mean : array_like, shape (...)
        The mean with these weights.
    truncated : bool
        Never below the Wald standard error.

    Returns
    -------
    ndarray, shape (...)
        NaN below two studies, and where all effects are equal: it would be 0, which claims
        certainty (truncated, it is Wald's). It goes with t on k - 1 degrees of freedom.

    Notes
    -----
    ``sqrt(q / sum(w))`` with ``q = sum(w (y - mean)^2) / (k - 1)``; truncated:
    ``q`` is at least 1. Where the studies agree better than chance q is below 1, and the
    interval can be narrower than Wald's.

    References
    ----------
    .. [1] Hartung J, Knapp G. Stat Med 2001;20:3875.
    .. [2] Sidik K, Jonkman JN. Stat Med 2002;21:3153.

    Examples
    --------
    >>> y, w = np.array([0.0, 1.0, 2.0]), np.ones(3)
    >>> round(float(hksj_standard_error(y, w, 1.0)), 4)
    0.5774
    """
    ones = np.ones(effect.shape[-1])
    deviation = effect - np.asarray(mean)[..., None]
    df = (weights > 0) @ ones - 1
    q = (weights * deviation * deviation) @ ones / np.where(df > 0, df, np.nan)
    if truncated:
        q = np.maximum(q, 1)
    else:
        # Equal effects leave a spread that is rounding alone.
        apart = np.where(weights > 0, np.abs(deviation) / (1 + np.abs(effect)), 0) > 1e-13
        q = np.where(apart.any(-1), q, np.nan)
    se: FloatArray = np.sqrt(q / (weights @ ones))
    return se


def prediction(
    effect: ArrayLike,
    se: ArrayLike,
    tau2: ArrayLike,
    k: ArrayLike,
    level: float = 0.95,
    *,
    df: str = "k-2",
) -> Interval:
    """Higgins, Thompson and Spiegelhalter's interval for the true effect of a new study.

    Parameters
    ----------
    effect, se : array_like, shape (...)
        Random-effects mean, and the standard error of its interval: of Wald's, or of Hartung
        and Knapp's where that is in use.
    tau2 : array_like, shape (...)
        Between-study variance.
    k : array_like of int, shape (...)
        Number of studies.
    level : float
        Between 0 and 1.
    df : {"k-2", "k-1"}
        Degrees of freedom.

    Returns
    -------
    Interval
        It contains the interval of the mean with the same standard error. NaN without a degree
        of freedom: below three studies (below two with "k-1").

    Raises
    ------
    ValueError
        If `df` is neither.

    Notes
    -----
    ``effect +- t(df) sqrt(tau2 + se^2)``. The k - 2 are Higgins, Thompson and Spiegelhalter's
    [1]_, with whose interval Partlett and Riley [2]_ use Hartung and Knapp's standard error. The
    k - 1 are those of the interval of the mean itself [3]_.

    References
    ----------
    .. [1] Higgins JPT, Thompson SG, Spiegelhalter DJ. J R Stat Soc A 2009;172:137.
    .. [2] Partlett C, Riley RD. Stat Med 2017;36:301.
    .. [3] Veroniki AA et al. Res Synth Methods 2019;10:23.

    Examples
    --------
    >>> [round(float(x), 4) for x in prediction(-0.9536517, 0.4522219, 0.3298020, 4)]
    [-4.0987, 2.1914]
    >>> [round(float(x), 4) for x in prediction(-0.9536517, 0.4522219, 0.3298020, 4, df="k-1")]
    [-3.2799, 1.3726]
    """
    if df not in PREDICTION_DF:
        raise ValueError(f"df {df!r} is not one of {', '.join(PREDICTION_DF)}")
    effect, se, tau2 = (np.asarray(x, float) for x in (effect, se, tau2))
    freedom = np.asarray(k) - PREDICTION_DF[df]
    t = np.where(freedom > 0, -stdtrit(np.maximum(freedom, 1), (1 - level) / 2), np.nan)
    half = t * np.hypot(np.sqrt(tau2), se)  # exactly se where tau2 is 0
    return Interval(effect - half, effect + half)
