"""Estimators of the between-study variance, and its Q-profile interval.

All take study effects and their variances as arrays of shape ``(..., k)``, with weight
arrays that are 0 for studies left out, and return arrays of shape ``(...)``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import chdtri

from twobytwo.estimate.effects import BoolArray, FloatArray, Interval
from twobytwo.estimate.roots import bisect


@dataclass(frozen=True)
class Sample:
    """The effects that are pooled, arrays of shape ``(..., k)``."""

    y: FloatArray  # effects, 0 for studies left out
    v: FloatArray  # their variances, 1 for studies left out
    use: FloatArray  # 1 for a study, 0 for one left out

    @classmethod
    def masked(cls, effect: FloatArray, variance: FloatArray, included: BoolArray) -> Sample:
        """Blank the studies that are left out."""
        return cls(
            np.where(included, effect, 0.0),
            np.where(included, variance, 1.0),
            np.where(included, 1.0, 0.0),
        )

    def sum(self, x: FloatArray) -> FloatArray:
        """Sum over the studies that are used."""
        total: FloatArray = np.einsum("...k,...k->...", x, self.use)
        return total

    @property
    def k(self) -> FloatArray:
        """Number of studies."""
        return self.sum(np.ones_like(self.y))

    def weights(self, tau2: FloatArray) -> FloatArray:
        """Inverse of within- plus between-study variance."""
        return self.use / (self.v + tau2[..., None])

    def mean(self, w: FloatArray) -> FloatArray:
        """Weighted mean; 0 if there is no study."""
        total = self.sum(w)
        return self.sum(w * self.y) / np.where(total > 0, total, 1)

    def q(self, tau2: FloatArray) -> FloatArray:
        """Generalized Q: it falls as tau2 grows."""
        w = self.weights(tau2)
        deviation = self.y - self.mean(w)[..., None]
        return self.sum(w * deviation * deviation)

    @property
    def scatter(self) -> FloatArray:
        """Sum of squared deviations from the plain mean."""
        deviation = self.y - self.mean(self.use)[..., None]
        return self.sum(deviation * deviation)


def hedges(sample: Sample) -> FloatArray:
    """HE: the variance of the effects less the mean of their variances.

    Notes
    -----
    ``max(0, sum((y - mean)^2) / (k - 1) - sum(v) / k)``, the mean without weights.

    References
    ----------
    .. [1] Hedges LV, Olkin I. Statistical methods for meta-analysis. 1985.
    """
    df = np.maximum(sample.k - 1, 1)
    return np.maximum(sample.scatter / df - sample.sum(sample.v) / np.maximum(sample.k, 1), 0.0)


def hunter_schmidt(sample: Sample) -> FloatArray:
    """HS: what Q has beyond the number of studies.

    Notes
    -----
    ``max(0, (Q - k) / sum(w))`` with ``w = 1/v``.

    References
    ----------
    .. [1] Hunter JE, Schmidt FL. Methods of meta-analysis. 1990.
    """
    zero = np.zeros(sample.y.shape[:-1])
    total = sample.sum(sample.weights(zero))
    return np.maximum(sample.q(zero) - sample.k, 0.0) / np.where(total > 0, total, 1)


def sidik_jonkman(sample: Sample) -> FloatArray:
    """SJ: one step from the plain variance of the effects; positive unless they are equal.

    Notes
    -----
    ``t sum((y - mean)^2 / (v + t)) / (k - 1)`` about the mean with the same weights, where ``t``
    is the sum of squares about the plain mean over k.

    References
    ----------
    .. [1] Sidik K, Jonkman JN. J R Stat Soc C 2005;54:367.
    """
    start = sample.scatter / np.maximum(sample.k, 1)
    return start * sample.q(start) / np.maximum(sample.k - 1, 1)


def paule_mandel(sample: Sample) -> FloatArray:
    """PM (and EB, the same equation): the tau2 at which Q equals its degrees of freedom.

    References
    ----------
    .. [1] Paule RC, Mandel J. J Res Natl Bur Stand 1982;87:377.
    """
    return _profile(sample, sample.k - 1)


def most_likely(sample: Sample, *, restricted: bool) -> FloatArray:
    """ML and REML: the tau2 of the largest likelihood, or of the largest restricted one.

    Notes
    -----
    The likelihood's logarithm is ``-(sum(ln(v + tau2)) + Q(tau2)) / 2`` but for a constant, and
    the restricted one's is less by half of ``ln(sum(1 / (v + tau2)))``.

    A likelihood of tau2 can have two summits: the highest of a ladder of values is found, then
    the summit beside it. Above the squared range of the effects the likelihood only falls.

    References
    ----------
    .. [1] Viechtbauer W. J Educ Behav Stat 2005;30:261.
    """
    top = _range(sample) ** 2
    ladder = [np.zeros_like(top), *(top * 2.0**-step for step in range(24, -1, -1))]
    heights = np.array([_log_likelihood(sample, tau2, restricted) for tau2 in ladder])
    best = heights.argmax(0)
    steps = np.array(ladder)
    low = np.take_along_axis(steps, np.maximum(best - 1, 0)[None], 0)[0]
    high = np.take_along_axis(steps, np.minimum(best + 1, len(ladder) - 1)[None], 0)[0]
    return bisect(lambda tau2: _score(sample, tau2, restricted), low, high)


ESTIMATORS: dict[str, Callable[[Sample], FloatArray]] = {
    "PM": paule_mandel,
    "REML": partial(most_likely, restricted=True),
    "ML": partial(most_likely, restricted=False),
    "HE": hedges,
    "SJ": sidik_jonkman,
    "EB": paule_mandel,
    "HS": hunter_schmidt,
}


def estimate(
    effect: FloatArray, variance: FloatArray, included: BoolArray, method: str
) -> FloatArray:
    """Estimate the between-study variance by one of `ESTIMATORS`.

    Effects and variances have shape ``(..., k)``; those that are not included may hold anything.
    It is exactly 0 where the estimate lies on that boundary, and below two studies.

    Examples
    --------
    >>> y, v, included = np.array([0.0, 1.0, 5.0]), np.ones(3), np.full(3, True)
    >>> {name: round(float(estimate(y, v, included, name)), 2) for name in ESTIMATORS}
    {'PM': 6.0, 'REML': 6.0, 'ML': 3.67, 'HE': 6.0, 'SJ': 5.76, 'EB': 6.0, 'HS': 3.67}
    """
    sample = Sample.masked(effect, variance, included)
    return np.where(sample.k > 1, ESTIMATORS[method](sample), 0.0)


def q_profile(
    effect: FloatArray, variance: FloatArray, included: BoolArray, level: float = 0.95
) -> Interval:
    """Q-profile interval of the between-study variance; the effects as for `estimate`.

    Each limit is at least 0; NaN below two studies, and where no tau2 agrees with the data.

    Notes
    -----
    The limits are the values of tau2 at which the generalized Q meets the upper and the
    lower chi-square quantile. Q falls as tau2 grows: where it is below the lower quantile
    even at 0, the studies agree better than any tau2 explains, and the set is empty.

    References
    ----------
    .. [1] Viechtbauer W. Stat Med 2007;26:37.

    Examples
    --------
    >>> y, v = np.array([-2.65, -0.50, -2.67, -0.52]), np.array([1.23, 0.26, 2.37, 0.13])
    >>> [round(float(x), 2) for x in q_profile(y, v, np.full(4, True))]
    [0.0, 20.43]
    """
    sample = Sample.masked(effect, variance, included)
    df = np.maximum(sample.k - 1, 1)
    tail = (1 - level) / 2
    limits = (_profile(sample, chdtri(df, p)) for p in (tail, 1 - tail))
    some = (sample.k > 1) & (sample.q(np.zeros(df.shape)) >= chdtri(df, 1 - tail))
    return Interval(*(np.where(some, limit, np.nan) for limit in limits))


def _profile(sample: Sample, target: FloatArray) -> FloatArray:
    """Find the tau2 at which the generalized Q equals a target; 0 if it is below it at 0."""
    zero = np.zeros(sample.y.shape[:-1])
    # Q(tau2) is at most scatter / tau2: beyond this it is below the target.
    high = sample.scatter / np.where(target > 0, target, 1)
    return bisect(lambda tau2: sample.q(tau2) - target, zero, high)


def _range(sample: Sample) -> FloatArray:
    """Highest less lowest effect; 0 below two studies."""
    used = sample.use > 0
    low = np.where(used, sample.y, np.inf).min(-1, initial=np.inf)
    high = np.where(used, sample.y, -np.inf).max(-1, initial=-np.inf)
    spread: FloatArray = np.maximum(high - low, 0.0)
    return spread


def _log_likelihood(sample: Sample, tau2: FloatArray, restricted: bool) -> FloatArray:
    """Twice the profile log-likelihood, without its constant."""
    w = sample.weights(tau2)
    height = -sample.sum(np.log(sample.v + tau2[..., None])) - sample.q(tau2)
    if restricted:
        total = sample.sum(w)
        height = height - np.log(np.where(total > 0, total, 1))
    return height


def _score(sample: Sample, tau2: FloatArray, restricted: bool) -> FloatArray:
    """Twice the derivative of the profile log-likelihood."""
    w = sample.weights(tau2)
    deviation = sample.y - sample.mean(w)[..., None]
    slope = sample.sum(w * w * deviation * deviation) - sample.sum(w)
    if restricted:
        total = sample.sum(w)
        slope = slope + sample.sum(w * w) / np.where(total > 0, total, 1)
    return slope
