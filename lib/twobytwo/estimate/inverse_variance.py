"""The mean of effects weighted by the inverse of their variances, and its interval."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from twobytwo.estimate import heterogeneity, intervals
from twobytwo.estimate.effects import BoolArray, FloatArray
from twobytwo.estimate.tau2 import estimate


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
    """Pool effects whatever they are.

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

    Returns
    -------
    Mean
        NaN or infinite where no study is included.

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
    effect = np.where(included, y, 0.0)
    ones = np.ones(effect.shape[-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.where(included, 1 / v, 0.0)
        mean, total = _mean(effect, weights)
        q_df = np.maximum(included @ ones - 1, 0)
        q = heterogeneity.cochran_q(effect, weights, mean if center is None else center)
        q = np.where(q_df > 0, q, 0.0)
        if tau2 is None:
            return Mean(mean, 1 / np.sqrt(total), weights, np.full(q.shape, np.nan), q, q_df)
        if tau2 == "DL":
            between = heterogeneity.dersimonian_laird(q, q_df, weights)
        else:
            between = estimate(y, v, included, tau2)
        weights = weights / (1 + weights * between[..., None])
        mean, total = _mean(effect, weights)
        return Mean(mean, 1 / np.sqrt(total), weights, between, q, q_df)


def _mean(effect: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The weighted mean, and the sum of the weights."""
    # A product with ones is six times faster than .sum(-1) over a short last axis.
    ones = np.ones(effect.shape[-1])
    total = weights @ ones
    return (weights * effect) @ ones / total, total


def spread(y: FloatArray, mean: Mean, interval: str) -> Spread:
    """Standard error and degrees of freedom of an interval of the mean.

    Parameters
    ----------
    y : ndarray, shape (..., k)
        Effects; anything where the weight is 0.
    mean : Mean
    interval : {"wald", "t", "hksj", "hksj-truncated"}

    Returns
    -------
    Spread
        One study has no spread to estimate a standard error from: its own stands.
    """
    if interval == "wald":
        return Spread(mean.se, np.full(mean.se.shape, np.nan))
    several = mean.q_df > 0
    df = np.where(several, mean.q_df, np.nan)
    if interval == "t":
        return Spread(mean.se, df)
    effect = np.where(mean.weights > 0, y, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        se = intervals.hksj_standard_error(
            effect, mean.weights, mean.effect, truncated=interval == "hksj-truncated"
        )
    return Spread(np.where(several, se, mean.se), df)
