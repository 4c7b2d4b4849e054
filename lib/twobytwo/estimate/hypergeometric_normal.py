"""Odds ratios that vary between studies, by exact maximum likelihood.

Each study has the noncentral hypergeometric law of its table, given the margins; the log
odds ratios of the studies are normal. No study effect, no standard error and no zero-cell
correction enters.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from twobytwo.estimate.binomial_normal import Slopes, ascend
from twobytwo.estimate.effects import FloatArray
from twobytwo.estimate.hypergeometric import Law, laws

# More possible values of one free cell than this, and the integrals take too long; the
# inverse-variance method is then as good.
LARGEST = 3_000


class Fit(NamedTuple):
    """Maximum-likelihood estimates of one meta-analysis.

    Attributes
    ----------
    effect : float
        Mean log odds ratio; infinite where every study has as few events in one arm as its
        margins allow, or every study as many.
    se : float
        Standard error of `effect`; NaN where `effect` is not finite.
    tau2 : float
        Variance of the log odds ratios between studies, exactly 0 on that boundary.
    log_likelihood : float
        Its maximum.
    deviance : float
        Twice the log-likelihood ratio of an odds ratio per study against a common one: the
        Q of this model, on k - 1 degrees of freedom.
    """

    effect: float
    se: float
    tau2: float
    log_likelihood: float
    deviance: float


def hypergeometric_normal(
    events_treatment: ArrayLike,
    n_treatment: ArrayLike,
    events_control: ArrayLike,
    n_control: ArrayLike,
    *,
    common: bool = False,
) -> Fit:
    """Fit the hypergeometric-normal model by maximum likelihood.

    Parameters
    ----------
    events_treatment, n_treatment, events_control, n_control : array_like, shape (k,)
        Counts. A study whose margins allow one table only says nothing and drops out.
    common : bool
        One odds ratio for all studies: tau2 is 0.

    Returns
    -------
    Fit
        NaN where no study says anything; and where each study lies at an end of what its
        margins allow, some at the lower and some at the upper one, for then the likelihood
        grows with tau2 without reaching a maximum.

    Raises
    ------
    ValueError
        If a study allows more than 3,000 tables.

    Notes
    -----
    ``L(theta, tau2) = prod_i integral P_i(s_i | psi = exp(theta + tau u)) phi(u) du``, with
    ``P_i(s | psi)`` proportional to ``C(n1, s) C(n2, m - s) psi^s``. At tau2 = 0 this is the
    conditional likelihood of `twobytwo.estimate.exact.exact_odds_ratio`. For a given tau2 it is
    log-concave in theta; the profile over tau2 is climbed between the neighbors of the
    highest of a ladder of values, and at 0 its derivative decides. The standard error comes
    from the observed information of (theta, tau2), or of theta alone where tau2 is 0.

    References
    ----------
    .. [1] van Houwelingen HC, Zwinderman KH, Stijnen T. Stat Med 1993;12:2273.
    .. [2] Stijnen T, Hamza TH, Ozdemir P. Stat Med 2010;29:3046.

    Examples
    --------
    >>> stented, controls = ([1, 6, 0, 21], [23, 48, 12, 66]), ([9, 19, 5, 29], [23, 100, 14, 66])
    >>> fit = hypergeometric_normal(*stented, *controls)
    >>> [round(x, 4) for x in (fit.effect, fit.se, fit.tau2)]
    [-1.1277, 0.6355, 0.3434]
    """
    studies = _informative(events_treatment, n_treatment, events_control, n_control)
    ends = {study.end for study in studies}
    if not studies or ends == {-1, 1}:
        return Fit(math.nan, math.nan, math.nan, math.nan, math.nan)
    if ends in ({-1}, {1}):
        return Fit(ends.pop() * math.inf, math.nan, 0.0, 0.0, 0.0)

    start, height, information = _common(studies)
    deviance = 2 * (sum(study.highest() for study in studies) - height)
    boundary = Fit(start, 1 / math.sqrt(information), 0.0, height, deviance)
    # The derivative by tau2 at 0, but for a factor; less than this is rounding.
    excess = sum((s.observed - s.law.mean(start)) ** 2 for s in studies) - information
    rising = excess > 1e-10 * information
    if common:
        return boundary

    rungs, fits = [0.0], [(start, height)]
    while rising or rungs[-1] < max(study.largest for study in studies):
        rungs.append(4 * rungs[-1] or 1e-3)
        theta, here = _profile(studies, rungs[-1], fits[-1][0])
        fits.append((theta, here.height.item()))
        rising = here.tau2.item() > 0
    heights = [height for _, height in fits]
    best = int(np.argmax(heights))
    if excess <= 1e-10 * information and heights[best] - height <= 1e-9:
        return boundary
    theta = fits[best][0]

    def slope(tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        here = _profile(studies, tau2.item(), theta)[1]
        return here.tau2, here.tau2_tau2 - here.mu_tau2**2 / here.mu_mu

    low, high = rungs[max(best - 1, 0)], rungs[min(best + 1, len(rungs) - 1)]
    tau2 = ascend(slope, np.array(rungs[best] or high / 2), low=low, high=high).item()
    theta, end = _profile(studies, tau2, theta)
    se = 1 / math.sqrt(end.mu_tau2**2 / end.tau2_tau2 - end.mu_mu)
    return Fit(theta, se, tau2, end.height.item(), deviance)


def log_likelihood(
    events_treatment: ArrayLike,
    n_treatment: ArrayLike,
    events_control: ArrayLike,
    n_control: ArrayLike,
    effect: float,
    tau2: float,
    *,
    finer: int = 1,
) -> float:
    """Log-likelihood of the hypergeometric-normal model.

    Parameters
    ----------
    events_treatment, n_treatment, events_control, n_control : array_like, shape (k,)
        Counts.
    effect : float
        Mean log odds ratio.
    tau2 : float
        Positive.
    finer : int
        This many times as many nodes: to see that the integrals have converged.

    Returns
    -------
    float

    Examples
    --------
    >>> stented, controls = ([1, 6, 0, 21], [23, 48, 12, 66]), ([9, 19, 5, 29], [23, 100, 14, 66])
    >>> round(log_likelihood(*stented, *controls, -1.1277, 0.3434), 6)
    -8.666672
    """
    studies = _informative(events_treatment, n_treatment, events_control, n_control)
    return sum(study.slopes(effect, tau2, finer).height.item() for study in studies)


class _Study(NamedTuple):
    """A study that says something: its law and the treated events it has."""

    law: Law
    observed: int

    @property
    def end(self) -> int:
        """-1 or 1 where the events are as few, or as many, as the margins allow; else 0."""
        return int(self.observed == self.law.last) - int(self.observed == self.law.first)

    @property
    def largest(self) -> float:
        """Far beyond the tau2 that this study could ask for."""
        return (1 + 2 * math.log(len(self.law.log))) ** 2

    def slope(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """First and second derivatives of the log-likelihood of one theta."""
        at = theta.item()
        return np.array(self.observed - self.law.mean(at)), np.array(-self.law.variance(at))

    def highest(self) -> float:
        """Log-likelihood of the study's own odds ratio."""
        if self.end:
            return 0.0
        own = ascend(self.slope, np.array(0.0), reach=2.0)
        return self.law.log_probability(self.observed, own[None]).item()

    def slopes(self, mean: float, tau2: float, finer: int = 1) -> Slopes:
        """Log-likelihood and its derivatives when theta is normal.

        The integrand is log-concave and falls from its mode at least as a normal density
        with variance tau2. It has no pole nearer to the real line than pi, and the free
        cell is a sum of independent zeros and ones, so that its variance is at most a
        quarter of their number: this bounds the step of the trapezoidal rule, whose error
        falls exponentially.
        """

        def slope(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
            first, second = self.slope(theta)
            return first - (theta - mean) / tau2, second - 1 / tau2

        tau = math.sqrt(tau2)
        mode = ascend(slope, np.array(float(mean)), reach=2.0, precision=0.01).item()
        step = 0.4 / math.sqrt(1 + 1 / tau2 + (len(self.law.log) - 1) / 4) / finer
        half = math.ceil(9 * tau / step)
        theta = mode + step * np.arange(-half, half + 1.0)
        z = (theta - mean) / tau
        log = self.law.log_probability(self.observed, theta) - z * z / 2
        top = log.max()
        w = np.exp(log - top)
        height = top + math.log(w.sum() * step / tau / math.sqrt(2 * math.pi))
        w /= w.sum()
        # The derivatives of the normal density are Hermite's polynomials times itself.
        e1, e2 = w @ z / tau, w @ (z * z - 1) / tau2
        e3 = w @ (z * (z * z - 3)) / tau**3
        e4 = w @ (z * z * (z * z - 6) + 3) / tau2**2
        # By tau2 they are half the second ones by the mean: the density obeys the heat equation.
        return Slopes(*(np.array(x) for x in (
            height, e1, e2 / 2, e2 - e1 * e1, (e3 - e1 * e2) / 2, (e4 - e2 * e2) / 4,
        )))  # fmt: skip


def _informative(*arms: ArrayLike) -> list[_Study]:
    studies = [
        _Study(law, seen) for law, seen in zip(*laws(*arms), strict=True) if law.first < law.last
    ]
    most = max((len(study.law.log) for study in studies), default=0)
    if most > LARGEST:
        raise ValueError(
            f"the margins of a study allow {most:,} tables, which is too many here; "
            "use the inverse-variance method"
        )
    return studies


def _common(studies: list[_Study]) -> tuple[float, float, float]:
    """Theta, height and information when all studies share one odds ratio."""

    def slope(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        each = [study.slope(theta) for study in studies]
        return np.sum([first for first, _ in each]), np.sum([second for _, second in each])

    theta = ascend(slope, np.array(0.0), reach=2.0)
    height = sum(s.law.log_probability(s.observed, theta[None]).item() for s in studies)
    return theta.item(), height, -float(slope(theta)[1])


def _profile(studies: list[_Study], tau2: float, start: float) -> tuple[float, Slopes]:
    """The best theta for a tau2, and the slopes there."""

    def total(theta: FloatArray) -> Slopes:
        each = [study.slopes(theta.item(), tau2) for study in studies]
        return Slopes(*(np.sum(parts) for parts in zip(*each, strict=True)))

    def slope(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        here = total(theta)
        return here.mu, here.mu_mu

    theta = ascend(slope, np.array(start), reach=4 * (1 + math.sqrt(tau2)))
    return theta.item(), total(theta)
