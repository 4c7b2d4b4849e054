"""Heterogeneity: Q, I2, H2 and the between-study variance."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from twobytwo.estimate.effects import FloatArray
from twobytwo.estimate.intervals import Interval, wald


def cochran_q(effect: FloatArray, weights: FloatArray, center: ArrayLike) -> FloatArray:
    """Cochran's Q about a given mean.

    Parameters
    ----------
    effect : ndarray, shape (..., k)
        Study effects; any finite number where the weight is 0.
    weights : ndarray, shape (..., k)
        Inverse variances, 0 for studies left out.
    center : array_like, shape (...)
        The mean: inverse-variance or, as in RevMan 5, Mantel-Haenszel.

    Returns
    -------
    ndarray, shape (...)

    Notes
    -----
    ``Q = sum(w (y - center)^2)``. The inverse-variance mean makes it smallest, so that
    Q about any other mean is at least as large.

    References
    ----------
    .. [1] Cochran WG. The combination of estimates from different experiments.
       Biometrics 1954;10:101.

    Examples
    --------
    >>> float(cochran_q(np.array([0.0, 1.0]), np.array([1.0, 1.0]), 0.5))
    0.5
    """
    deviation = effect - np.asarray(center)[..., None]
    q: FloatArray = (weights * deviation * deviation) @ np.ones(effect.shape[-1])
    return q


def q_p_value(q: ArrayLike, df: ArrayLike) -> FloatArray:
    """Upper chi-square tail of Q; NaN without a degree of freedom.

    Examples
    --------
    >>> round(float(q_p_value(5.2945657578741665, 3)), 10)
    0.1514553998
    """
    q, df = np.asarray(q, float), np.asarray(df, float)
    p: FloatArray = np.where(df > 0, chdtrc(df, q), np.nan)
    return p


def i_squared(q: ArrayLike, df: ArrayLike) -> FloatArray:
    """I2 in percent: the part of Q beyond what chance explains, truncated at 0.

    Notes
    -----
    ``I2 = max(0, (Q - df) / Q)``; 0 where Q is 0, NaN without a degree of freedom.

    References
    ----------
    .. [1] Higgins JPT, Thompson SG. Stat Med 2002;21:1539.

    Examples
    --------
    >>> float(i_squared(4.0, 3))
    25.0
    >>> float(i_squared(2.0, 3))
    0.0
    """
    q, df = np.asarray(q, float), np.asarray(df, float)
    share = 100 * np.maximum(q - df, 0) / np.where(q > 0, q, 1)
    i2: FloatArray = np.where(df > 0, share, np.nan)
    return i2


def i_squared_tau2(tau2: ArrayLike, weights: FloatArray) -> FloatArray:
    """I2 in percent from the between-study variance, as metafor and current RevMan have it.

    Parameters
    ----------
    tau2 : array_like, shape (...)
        By whichever estimator.
    weights : ndarray, shape (..., k)
        Inverse variances of the studies, ``1 / v``; 0 for studies left out.

    Returns
    -------
    ndarray, shape (...)
        0 exactly where tau2 is 0; NaN below two studies.

    Notes
    -----
    ``tau2 / (tau2 + s2)`` with the typical variance
    ``s2 = (k - 1) sum(w) / (sum(w)^2 - sum(w^2))``. With DerSimonian and Laird's tau2 it is the
    I2 of Q.

    References
    ----------
    .. [1] Higgins JPT, Thompson SG. Stat Med 2002;21:1539.
    .. [2] Cochrane Methods. Random-effects meta-analysis methods for intervention reviews.
       Update May 2024: I2 from tau2.

    Examples
    --------
    >>> float(i_squared_tau2(3.0, np.array([1.0, 1.0, 1.0])))
    75.0
    """
    tau2 = np.asarray(tau2, float)
    k = (weights > 0).sum(-1)
    # The products of all pairs are (sum(w)^2 - sum(w^2)) / 2 without its cancellation.
    before = np.cumsum(weights, axis=-1)
    pairs = 2 * np.einsum("...k,...k->...", before[..., :-1], weights[..., 1:])
    with np.errstate(divide="ignore", invalid="ignore"):
        typical = (k - 1) * weights.sum(-1) / pairs
        i2: FloatArray = np.where(k > 1, 100 * tau2 / (tau2 + typical), np.nan)
    return i2


def h_squared(q: ArrayLike, df: ArrayLike) -> FloatArray:
    """H2 = Q / df, not truncated; NaN without a degree of freedom.

    Examples
    --------
    >>> float(h_squared(4.5, 3))
    1.5
    """
    q, df = np.asarray(q, float), np.asarray(df, float)
    h2: FloatArray = np.where(df > 0, q / np.where(df > 0, df, 1), np.nan)
    return h2


def i_squared_interval(q: ArrayLike, df: ArrayLike, level: float = 0.95) -> Interval:
    """Test-based interval of I2, in percent.

    Parameters
    ----------
    q, df : array_like, shape (...)
        Cochran's Q and its degrees of freedom.
    level : float
        Between 0 and 1.

    Returns
    -------
    Interval
        Each limit at least 0; NaN below three studies.

    Notes
    -----
    From the interval of H, whose logarithm is taken as normal with standard error
    ``(ln Q - ln df) / (2 (sqrt(2Q) - sqrt(2 df - 1)))`` where Q exceeds k, and
    ``sqrt((1 - 1 / (3 (df - 1)^2)) / (2 (df - 1)))`` elsewhere. ``I2 = (H2 - 1) / H2``.

    References
    ----------
    .. [1] Higgins JPT, Thompson SG. Stat Med 2002;21:1539.

    Examples
    --------
    >>> [round(float(x), 2) for x in i_squared_interval(5.2945657578741665, 3)]
    [0.0, 81.02]
    """
    h = h_interval(q, df, level)
    return Interval(*(100 * (1 - 1 / limit**2) for limit in h))


def h_interval(q: ArrayLike, df: ArrayLike, level: float = 0.95) -> Interval:
    """Test-based interval of H, the square root of H2; each limit at least 1.

    Notes
    -----
    See `i_squared_interval`.

    Examples
    --------
    >>> [round(float(x), 4) for x in h_interval(5.2945657578741665, 3)]
    [1.0, 2.2953]
    """
    q, df = np.asarray(q, float), np.asarray(df, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        beyond = (np.log(q) - np.log(df)) / (2 * (np.sqrt(2 * q) - np.sqrt(2 * df - 1)))
        within = np.sqrt((1 - 1 / (3 * (df - 1) ** 2)) / (2 * (df - 1)))
        se = np.where(df > 1, np.where(q > df + 1, beyond, within), np.nan)
        center = np.log(np.maximum(np.sqrt(q / df), 1))
        limits = wald(center, se, level)
        return Interval(*(np.maximum(np.exp(limit), 1) for limit in limits))


def dersimonian_laird(q: ArrayLike, df: ArrayLike, weights: FloatArray) -> FloatArray:
    """Between-study variance by DerSimonian and Laird's moment equation.

    Parameters
    ----------
    q, df : array_like, shape (...)
        Cochran's Q about whichever mean, and its degrees of freedom.
    weights : ndarray, shape (..., k)
        Inverse variances, 0 for studies left out.

    Returns
    -------
    ndarray, shape (...)
        At least 0; 0 without a degree of freedom.

    Notes
    -----
    ``tau2 = max(0, (Q - df) / (S1 - S2 / S1))`` with ``S1 = sum(w)``, ``S2 = sum(w^2)``.

    References
    ----------
    .. [1] DerSimonian R, Laird N. Control Clin Trials 1986;7:177.

    Examples
    --------
    >>> float(dersimonian_laird(5.0, 1, np.array([1.0, 1.0])))
    4.0
    """
    q, df = np.asarray(q, float), np.asarray(df, float)
    # S1 - S2/S1 as the products of all pairs: a dominant weight then cancels nothing.
    before = np.cumsum(weights, axis=-1)
    s1 = weights @ np.ones(weights.shape[-1])
    pairs = np.einsum("...k,...k->...", before[..., :-1], weights[..., 1:])
    spread = 2 * pairs / np.where(s1 > 0, s1, 1)
    excess = np.maximum(q - df, 0)
    tau2: FloatArray = np.where(
        (df > 0) & (spread > 0), excess / np.where(spread > 0, spread, 1), 0.0
    )
    return tau2
