"""A mean of effects weighted by the inverse of their variances: scatter about it, intervals."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtr, ndtri, stdtr, stdtrit

from twobytwo.estimate.effects import BoolArray, FloatArray, Interval, total
from twobytwo.estimate.tau2 import estimate

# What each name of the degrees of freedom of a prediction takes from the number of studies.
PREDICTION_DF = {"k-2": 2.0, "k-1": 1.0}


class Mean(NamedTuple):
    """A mean of effects and how they scatter about it; arrays of shape ``(...)``.

    Attributes
    ----------
    effect, se
        The mean and its Wald standard error.
    weights : ndarray, shape (..., k)
        Not normalized; 0 where a study is left out, NaN where an estimate has no weights.
    tau2
        Between-study variance; NaN for fixed effect.
    q, q_df
        Heterogeneity statistic and its degrees of freedom.
    """

    effect: FloatArray
    se: FloatArray
    weights: FloatArray
    tau2: FloatArray
    q: FloatArray
    q_df: FloatArray


class Spread(NamedTuple):
    """Standard error of an interval and its degrees of freedom (NaN for z), shape ``(...)``."""

    se: FloatArray
    df: FloatArray


def inverse_variance(
    y: FloatArray,
    v: FloatArray,
    included: BoolArray,
    tau2: str | None = None,
    center: FloatArray | None = None,
) -> Mean:
    """Pool effects whatever they are; NaN or infinite where no study is included.

    Parameters
    ----------
    y, v : ndarray, shape (..., k)
        Effects and their variances.
    included : ndarray of bool, shape (..., k)
        The studies to use; the others may hold anything.
    tau2 : str, optional
        Estimator of the between-study variance; fixed effect without it.
    center : ndarray, shape (...), optional
        The mean about which Q is taken; the fixed-effect mean unless given.

    Notes
    -----
    ``w = 1/(v + tau2)``, ``effect = sum(w y)/sum(w)``, ``se = 1/sqrt(sum(w))``;
    ``Q = sum((y - center)^2 / v)``.

    Examples
    --------
    >>> mean = inverse_variance(np.array([0.0, 2.5]), np.array([0.25, 1.0]), np.full(2, True))
    >>> round(float(mean.effect), 3), round(float(mean.q), 3)
    (0.5, 5.0)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        effect, weights = y, 1 / v
        if not included.all():
            effect, weights = np.where(included, y, 0.0), np.where(included, weights, 0.0)
        mean, precision = _mean(effect, weights)
        q_df = np.maximum(total(included) - 1, 0)
        q = cochran_q(effect, weights, mean if center is None else center)
        q = np.where(q_df > 0, q, 0.0)
        if tau2 is None:
            return Mean(mean, 1 / np.sqrt(precision), weights, np.full(q.shape, np.nan), q, q_df)
        if tau2 == "DL":
            between = dersimonian_laird(q, q_df, weights)
        else:
            between = estimate(y, v, included, tau2)
        weights = weights / (1 + weights * between[..., None])
        mean, precision = _mean(effect, weights)
        return Mean(mean, 1 / np.sqrt(precision), weights, between, q, q_df)


def _floats(*values: ArrayLike) -> tuple[FloatArray, ...]:
    return tuple(np.asarray(x, float) for x in values)


def _mean(effect: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The weighted mean, and the sum of the weights."""
    precision = total(weights)
    return total(weights * effect) / precision, precision


def spread(y: FloatArray, mean: Mean, interval: str) -> Spread:
    """Standard error and degrees of freedom of an interval of the mean.

    It is one of ``wald``, ``t``, ``hksj`` and ``hksj-truncated``. One study has no spread to
    estimate a standard error from: its own stands.

    Examples
    --------
    >>> y, v = np.array([0.0, 2.0]), np.array([1.0, 1.0])
    >>> mean = inverse_variance(y, v, np.full(2, True), "DL")
    >>> [round(float(x), 3) for x in spread(y, mean, "hksj")]
    [1.0, 1.0]
    """
    if interval == "wald":
        return Spread(mean.se, np.full(mean.se.shape, np.nan))
    several = mean.q_df > 0
    df = np.where(several, mean.q_df, np.nan)
    if interval == "t":
        return Spread(mean.se, df)
    effect = np.where(mean.weights > 0, y, 0.0)
    truncated = interval == "hksj-truncated"
    se = hksj_standard_error(effect, mean.weights, mean.effect, truncated=truncated)
    return Spread(np.where(several, se, mean.se), df)


# Heterogeneity.


def cochran_q(effect: FloatArray, weights: FloatArray, center: ArrayLike) -> FloatArray:
    """Cochran's Q about a given mean of shape ``(...)``: ``sum(w (y - center)^2)``.

    Weights are inverse variances, 0 for studies left out, whose effects are finite. The
    inverse-variance mean makes it smallest: Q about any other, such as Mantel-Haenszel's, is at
    least as large.

    References
    ----------
    .. [1] Cochran WG. The combination of estimates from different experiments.
       Biometrics 1954;10:101.

    Examples
    --------
    >>> float(cochran_q(np.array([0.0, 2.5]), np.array([4.0, 1.0]), 0.5))
    5.0
    """
    deviation = effect - np.asarray(center)[..., None]
    return total(weights * deviation * deviation)


def q_p_value(q: ArrayLike, df: ArrayLike) -> FloatArray:
    """Upper chi-square tail of Q; NaN without a degree of freedom.

    Examples
    --------
    >>> round(float(q_p_value(5.29, 3)), 2)
    0.15
    """
    q, df = _floats(q, df)
    return np.where(df > 0, chdtrc(df, q), np.nan)


def i_squared(q: ArrayLike, df: ArrayLike) -> FloatArray:
    """I2 in percent, ``max(0, (Q - df) / Q)``: the part of Q beyond what chance explains.

    0 where Q is 0, NaN without a degree of freedom.

    References
    ----------
    .. [1] Higgins JPT, Thompson SG. Stat Med 2002;21:1539.

    Examples
    --------
    >>> float(i_squared(4.0, 3)), float(i_squared(2.0, 3))
    (25.0, 0.0)
    """
    q, df = _floats(q, df)
    share = 100 * np.maximum(q - df, 0) / np.where(q > 0, q, 1)
    return np.where(df > 0, share, np.nan)


def i_squared_tau2(tau2: ArrayLike, weights: FloatArray) -> FloatArray:
    """I2 in percent from the between-study variance, as metafor and current RevMan have it.

    Weights are the inverse variances of the studies, 0 for studies left out; NaN below two.

    Notes
    -----
    ``tau2 / (tau2 + s2)`` with the typical variance
    ``s2 = (k - 1) sum(w) / (sum(w)^2 - sum(w^2))`` of Higgins and Thompson. With DerSimonian and
    Laird's tau2 it is the I2 of Q.

    References
    ----------
    .. [1] Cochrane Methods. Random-effects meta-analysis methods for intervention reviews.
       Update May 2024: I2 from tau2.

    Examples
    --------
    >>> float(i_squared_tau2(3.0, np.array([1.0, 1.0, 1.0])))
    75.0
    """
    (tau2,) = _floats(tau2)
    k = (weights > 0).sum(-1)
    with np.errstate(invalid="ignore"):
        typical = (k - 1) * weights.sum(-1) / (2 * _pairs(weights))
        i2: FloatArray = np.where(k > 1, 100 * tau2 / (tau2 + typical), np.nan)
    return i2


def h_squared(q: ArrayLike, df: ArrayLike) -> FloatArray:
    """H2 = Q / df, not truncated; NaN without a degree of freedom.

    Examples
    --------
    >>> float(h_squared(1.5, 3))
    0.5
    """
    q, df = _floats(q, df)
    return q / np.where(df > 0, df, np.nan)


def i_squared_interval(q: ArrayLike, df: ArrayLike, level: float = 0.95) -> Interval:
    """Test-based interval of I2, in percent: each limit at least 0, NaN below three studies.

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
    q, df = _floats(q, df)
    with np.errstate(divide="ignore", invalid="ignore"):
        beyond = (np.log(q) - np.log(df)) / (2 * (np.sqrt(2 * q) - np.sqrt(2 * df - 1)))
        within = np.sqrt((1 - 1 / (3 * (df - 1) ** 2)) / (2 * (df - 1)))
        se = np.where(df > 1, np.where(q > df + 1, beyond, within), np.nan)
        center = np.log(np.maximum(np.sqrt(q / df), 1))
        h = (np.maximum(np.exp(limit), 1) for limit in wald(center, se, level))
        return Interval(*(100 * (1 - 1 / limit**2) for limit in h))


def dersimonian_laird(q: ArrayLike, df: ArrayLike, weights: FloatArray) -> FloatArray:
    """DerSimonian and Laird's between-study variance; 0 without a degree of freedom.

    Q, about whichever mean, and its degrees of freedom have shape ``(...)``; weights are inverse
    variances, 0 for studies left out.

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
    q, df = _floats(q, df)
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = 2 * _pairs(weights) / total(weights)
        tau2: FloatArray = np.where((df > 0) & (spread > 0), np.maximum(q - df, 0) / spread, 0.0)
    return tau2


def _pairs(weights: FloatArray) -> FloatArray:
    """``(S1^2 - S2) / 2`` as the products of all pairs: a dominant weight then cancels nothing."""
    before = np.cumsum(weights, axis=-1)
    pairs: FloatArray = np.einsum("...k,...k->...", before[..., :-1], weights[..., 1:])
    return pairs


# Intervals: of the mean, and of the effect of a new study.


def wald(effect: ArrayLike, se: ArrayLike, level: float = 0.95) -> Interval:
    """Normal interval: effect plus or minus z standard errors, z unrounded.

    Examples
    --------
    >>> [round(float(x), 6) for x in wald(0, 1)]
    [-1.959964, 1.959964]
    """
    effect, se = _floats(effect, se)
    half = -ndtri((1 - level) / 2) * se
    return Interval(effect - half, effect + half)


def t_interval(effect: ArrayLike, se: ArrayLike, df: ArrayLike, level: float = 0.95) -> Interval:
    """Interval with the t quantile, or with the normal one where df is NaN.

    Examples
    --------
    >>> [round(float(x), 4) for x in t_interval([0, 0], [1, 1], [3, float("nan")]).upper]
    [3.1824, 1.96]
    """
    effect, se, df = _floats(effect, se, df)
    tail = (1 - level) / 2
    half = -np.where(np.isnan(df), ndtri(tail), stdtrit(df, tail)) * se
    return Interval(effect - half, effect + half)


def p_value(statistic: ArrayLike, df: ArrayLike | None = None) -> FloatArray:
    """Two-sided p of a t statistic, or of a normal one without df or where it is NaN.

    Examples
    --------
    >>> round(float(p_value(-1.8964747177774117, 3)), 10)
    0.1541664321
    """
    size = -np.abs(statistic)
    if df is None:
        normal: FloatArray = 2 * ndtr(size)
        return normal
    (df,) = _floats(df)
    p: FloatArray = 2 * np.where(np.isnan(df), ndtr(size), stdtr(df, size))
    return p


def hksj_standard_error(
    effect: FloatArray, weights: FloatArray, mean: ArrayLike, *, truncated: bool = False
) -> FloatArray:
    """Hartung, Knapp, Sidik and Jonkman's standard error of a random-effects mean.

    It goes with t on k - 1 degrees of freedom. NaN below two studies, and where all effects are
    equal: it would be 0, which claims certainty. Truncated it is never below Wald's. Weights are
    ``1 / (v + tau2)``, 0 for studies left out, whose effects are finite.

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
    >>> y, w = np.array([0.0, 0.2]), np.array([1.0, 1.0])
    >>> round(float(hksj_standard_error(y, w, 0.1)), 3)
    0.1
    >>> round(float(hksj_standard_error(y, w, 0.1, truncated=True)), 3)
    0.707
    """
    deviation = effect - np.asarray(mean)[..., None]
    df = total(weights > 0) - 1
    q = total(weights * deviation * deviation) / np.where(df > 0, df, np.nan)
    if truncated:
        q = np.maximum(q, 1)
    else:
        # Equal effects leave a spread that is rounding alone.
        apart = np.where(weights > 0, np.abs(deviation) / (1 + np.abs(effect)), 0) > 1e-13
        q = np.where(apart.any(-1), q, np.nan)
    return np.sqrt(q / total(weights))


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

    It contains the interval of the mean with the same standard error. NaN without a degree of
    freedom: below three studies (below two with "k-1").

    Parameters
    ----------
    effect, se, tau2 : array_like, shape (...)
        Random-effects mean, the standard error of its interval (of Wald's, or of Hartung and
        Knapp's where that is in use) and the between-study variance.
    k : array_like of int, shape (...)
        Number of studies.
    level : float
        Between 0 and 1.
    df : {"k-2", "k-1"}
        Degrees of freedom.

    Raises
    ------
    ValueError
        If the degrees of freedom are called otherwise.

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
    """
    if df not in PREDICTION_DF:
        raise ValueError(f"df {df!r} is not one of {', '.join(PREDICTION_DF)}")
    effect, se, tau2 = _floats(effect, se, tau2)
    freedom = np.asarray(k) - PREDICTION_DF[df]
    t = np.where(freedom > 0, -stdtrit(np.maximum(freedom, 1), (1 - level) / 2), np.nan)
    half = t * np.hypot(np.sqrt(tau2), se)  # exactly se where tau2 is 0
    return Interval(effect - half, effect + half)
