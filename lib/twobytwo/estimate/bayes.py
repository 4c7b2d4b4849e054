"""The normal-normal model the Bayesian way, by quadrature: no sampler, no chance.

Given tau, everything about the mean is a normal law. So its posterior is a mixture of
normal laws, one for each node of tau, and only tau needs an integral.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from twobytwo.estimate.effects import FloatArray, Interval
from twobytwo.estimate.roots import bisect

# Gauss and Legendre's nodes and weights in each panel.
RULE = np.polynomial.legendre.leggauss(16)
SCALES = 9.0  # of the prior of tau: beyond them nothing is left


class Mixture(NamedTuple):
    """A mixture of normal laws: mean, sd and weight of each component; the weights sum to 1."""

    mean: FloatArray
    sd: FloatArray
    weight: FloatArray

    def below(self, x: float) -> float:
        """Probability of less than x."""
        return float(self.weight @ ndtr((x - self.mean) / self.sd))

    def quantile(self, p: float) -> float:
        """Where `below` is p, between 0 and 1."""
        each = self.mean + ndtri(p) * self.sd
        low, high = each.min(), each.max()
        return float(low + _rise(lambda x: self.below(low + x), p, high - low))

    def interval(self, level: float = 0.95) -> Interval:
        """Equal-tailed interval."""
        tail = (1 - level) / 2
        return Interval(np.array(self.quantile(tail)), np.array(self.quantile(1 - tail)))


class Posterior(NamedTuple):
    """What the studies and the priors say together.

    Attributes
    ----------
    mean : Mixture
        Of the mean effect, on the scale of the effect.
    new : Mixture
        Of the true effect in a new study.
    tau_median, tau_upper : float
        Median of the standard deviation between studies, and what it stays below with a
        probability of 0.95.
    """

    mean: Mixture
    new: Mixture
    tau_median: float
    tau_upper: float


def posterior(
    effect: ArrayLike,
    variance: ArrayLike,
    *,
    tau_scale: float,
    prior_mean: float = 0.0,
    prior_sd: float = math.inf,
) -> Posterior:
    """Posterior of the random-effects model with a half-normal prior of tau.

    Parameters
    ----------
    effect, variance : array_like, shape (k,)
        Study effects (log for ratios) and their variances; those that are not finite drop out,
        and if none is left it is a ValueError.
    tau_scale : float
        Scale of the half-normal prior of tau, positive: its median is 0.67 of it.
    prior_mean, prior_sd : float
        Normal prior of the mean effect; an infinite `prior_sd` is a flat prior.

    Notes
    -----
    ``y_i ~ N(mu, v_i + tau^2)``, ``mu ~ N(m, s^2)``, ``tau ~ |N(0, A^2)|``. With
    ``w_i = 1 / (v_i + tau^2)`` and ``W = sum(w) + 1/s^2``, mu given tau is normal with mean
    ``M = (sum(w y) + m/s^2) / W`` and variance ``1/W``, and the marginal likelihood of tau is
    ``sqrt(prod(w) / W) exp(-(sum(w (y - M)^2) + (M - m)^2/s^2) / 2)``, but for a constant. The
    integrals over tau are Gauss and Legendre's, in panels half as wide as the nearest singularity
    is far: it lies above 0, as high as the least standard error.

    References
    ----------
    .. [1] Rover C. Bayesian random-effects meta-analysis using the bayesmeta R package.
       J Stat Softw 2020;93(6):1.
    .. [2] Spiegelhalter DJ, Abrams KR, Myles JP. Bayesian approaches to clinical trials and
       health-care evaluation. Wiley 2004.

    Examples
    --------
    >>> y, v = [-2.649, -0.496, -1.974, -0.519], [1.23, 0.241, 2.373, 0.132]
    >>> deaths = posterior(y, v, tau_scale=0.5)
    >>> round(math.exp(deaths.mean.quantile(0.5)), 2), round(deaths.mean.below(0), 3)
    (0.46, 0.984)
    """
    y, v = (np.asarray(x, float) for x in (effect, variance))
    y, v = y[np.isfinite(y) & np.isfinite(v)], v[np.isfinite(y) & np.isfinite(v)]
    if not y.size:
        raise ValueError("there is no study to learn from")
    if not (tau_scale > 0 and prior_sd > 0):
        raise ValueError("the scales of priors are positive")
    least, prior = math.sqrt(v.min()), prior_sd**-2

    def at(tau: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Log density of tau, but for a constant, and mean and precision of mu given tau."""
        w = 1 / (v + tau[:, None] ** 2)
        precision = w.sum(-1) + prior
        mean = (w @ y + prior * prior_mean) / precision
        misfit = (w * (y - mean[:, None]) ** 2).sum(-1) + prior * (mean - prior_mean) ** 2
        log = (np.log(w).sum(-1) - np.log(precision) - misfit - (tau / tau_scale) ** 2) / 2
        return log, mean, precision

    tau, step = _nodes(SCALES * tau_scale, least, tau_scale)
    log, mean, precision = at(tau)
    top = log.max()
    mass = step * np.exp(log - top)
    weight = mass / mass.sum()

    def below(x: float) -> float:
        nodes, steps = _nodes(x, least, tau_scale)
        return float(steps @ np.exp(at(nodes)[0] - top) / mass.sum())

    median, upper = (_rise(below, p, SCALES * tau_scale) for p in (0.5, 0.95))
    return Posterior(
        Mixture(mean, 1 / np.sqrt(precision), weight),
        Mixture(mean, np.sqrt(1 / precision + tau**2), weight),
        median,
        upper,
    )


def skeptical_sd(ratio: float, level: float = 0.95) -> float:
    """Standard deviation of a prior that holds a ratio (above 1) between 1/ratio and ratio.

    Examples
    --------
    >>> round(skeptical_sd(4), 4)
    0.7073
    """
    return math.log(ratio) / -float(ndtri((1 - level) / 2))


def _nodes(upper: float, least: float, widest: float) -> tuple[FloatArray, FloatArray]:
    """Gauss and Legendre's nodes in panels of [0, upper], and their weights."""
    x, w = RULE
    ends = [0.0]
    while ends[-1] < upper:
        ends.append(min(upper, ends[-1] + min(widest, math.hypot(ends[-1], least) / 2)))
    half = np.diff(ends)[:, None] / 2
    nodes = np.array(ends[:-1])[:, None] + half * (1 + x)
    return nodes.ravel(), (half * w).ravel()


def _rise(function: Callable[[float], float], level: float, high: float) -> float:
    """Where a function that rises from 0 reaches a level, at `high` at the latest."""
    start, end = np.array(0.0), np.array(float(high))
    return float(bisect(lambda x: np.array(level - function(float(x))), start, end))
