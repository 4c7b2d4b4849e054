"""Likelihood of proportions that vary between studies: binomial within, normal between."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from .effects import BoolArray, FloatArray

# Meta-analyses times studies that are worked on at once: this bounds the memory.
CHUNK = 20_000


class Fit(NamedTuple):
    """Maximum-likelihood estimates, arrays of shape ``(...)``.

    Attributes
    ----------
    mu : ndarray
        Mean logit; infinite where no study, or every patient of every study, had the event.
    tau2 : ndarray
        Variance of the logits between studies, exactly 0 on that boundary.
    se : ndarray
        Standard error of `mu`; NaN where `mu` is not finite.
    deviance : ndarray
        Twice the log-likelihood ratio of a proportion per study against a common one:
        the Q of this model, on k - 1 degrees of freedom.
    """

    mu: FloatArray
    tau2: FloatArray
    se: FloatArray
    deviance: FloatArray


class Slopes(NamedTuple):
    """A log-likelihood and its derivatives by mu and tau2, arrays of shape ``(...)``."""

    height: FloatArray
    mu: FloatArray
    tau2: FloatArray
    mu_mu: FloatArray
    mu_tau2: FloatArray
    tau2_tau2: FloatArray


def common_proportion(events: ArrayLike, n: ArrayLike) -> Fit:
    """Fit one proportion to all studies: the model without variation between studies.

    Parameters
    ----------
    events, n : array_like, shape (..., k)

    Returns
    -------
    Fit
        With tau2 0.

    Examples
    --------
    >>> fit = common_proportion([13, 19, 8, 24], [23, 48, 12, 66])
    >>> [round(float(x), 6) for x in (fit.mu, fit.se, fit.deviance)]
    [-0.283768, 0.165498, 5.85251]
    """
    x, n = (np.asarray(a, float) for a in (events, n))
    total, patients = x.sum(-1), n.sum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mu = np.log(total / (patients - total))
        se = np.sqrt(patients / total / (patients - total))
        deviance = 2 * _deviance(x, n, (total / patients)[..., None]).sum(-1)
    return Fit(mu, np.zeros(mu.shape), np.where(np.isfinite(mu), se, np.nan), deviance)


def binomial_normal(events: ArrayLike, n: ArrayLike) -> Fit:
    r"""Fit the binomial-normal model (a logistic GLMM) by maximum likelihood.

    Parameters
    ----------
    events, n : array_like, shape (..., k)
        Whole numbers, 0 <= events <= n. A study with n = 0 is absent.

    Returns
    -------
    Fit
        Where no patient had the event, or every one, `mu` is infinite and `tau2` 0. Where
        every study has no event or only events and both occur, the likelihood has no
        maximum: it grows with tau2 without end, and all but the deviance is NaN (unless
        every study is of one patient, which say nothing of tau2: then it is 0).

    Notes
    -----
    ``events_i ~ Binomial(n_i, expit(mu + tau u_i))``, ``u_i ~ N(0, 1)``. For given tau2
    the likelihood is log-concave in mu, so that Newton's method finds its only summit. The
    profile over tau2 can have several: a ladder finds the highest, and Newton's method
    between two rungs refines it; steps that leave what is known to hold the summit are
    replaced by bisection. At tau2 = 0 the derivative by tau2 decides. The standard error is
    from the observed information of (mu, tau2), or of mu alone on the boundary, as in lme4
    and metafor.

    The integrals are taken by the trapezoidal rule in t where eta = c + a sinh(t): c, a and
    the range fit each study, and the error falls exponentially with the number of nodes.

    References
    ----------
    .. [1] Stijnen T, Hamza TH, Ozdemir P. Stat Med 2010;29:3046.

    Examples
    --------
    >>> fit = binomial_normal([1, 6, 0, 21], [23, 48, 12, 66])
    >>> [round(float(x), 4) for x in fit]
    [-2.1201, 0.9205, 0.667, 17.0296]
    """
    x, n = (np.asarray(a, float) for a in (events, n))
    x, n = np.broadcast_arrays(x, n)
    shape, k = x.shape[:-1], x.shape[-1]
    x, n = x.reshape(-1, k), n.reshape(-1, k)
    fit = Fit(*(np.array(a) for a in common_proportion(x, n)))
    extreme = ((x == 0) | (x == n)).all(-1)
    single = (n <= 1).all(-1)
    for a in (fit.mu, fit.tau2, fit.se):
        a[extreme & ~single & np.isfinite(fit.mu)] = np.nan
    rows = np.flatnonzero(~extreme)
    for part in np.array_split(rows, math.ceil(rows.size * k / CHUNK) or 1):
        if part.size:
            fit.mu[part], fit.tau2[part], fit.se[part] = _fit(x[part], n[part])
    return Fit(*(a.reshape(shape) for a in fit))


def log_likelihood(events: ArrayLike, n: ArrayLike, mu: ArrayLike, tau2: ArrayLike) -> FloatArray:
    """Log-likelihood of the binomial-normal model, less that of a proportion per study.

    Parameters
    ----------
    events, n : array_like, shape (..., k)
        Each n at least 1.
    mu, tau2 : array_like, shape (...)
        Mean and variance of the logits; tau2 positive.

    Returns
    -------
    ndarray, shape (...)

    Examples
    --------
    >>> round(float(log_likelihood([1, 6, 0, 21], [23, 48, 12, 66], -2.12, 0.92)), 6)
    -5.911504
    """
    x, n = np.broadcast_arrays(np.asarray(events, float), np.asarray(n, float))
    shape, k = x.shape[:-1], x.shape[-1]
    mu, tau2 = (np.broadcast_to(np.asarray(a, float), shape).reshape(-1) for a in (mu, tau2))
    x, n = x.reshape(-1, k), n.reshape(-1, k)
    return _slopes(x, n, np.ones(x.shape), mu, tau2).height.reshape(shape)


def _fit(x: FloatArray, n: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Mu, tau2 and the standard error of rows that have a maximum, shape (rows, k)."""
    use = (n > 0).astype(float)
    x, n = np.where(n > 0, x, 1), np.where(n > 0, n, 2)  # an absent study is any, not counted
    p = ((x * use).sum(-1) / (n * use).sum(-1))[:, None]
    information = (use * n * p * (1 - p)).sum(-1)
    start = np.log(p / (1 - p))[:, 0]
    height = -(use * _deviance(x, n, p)).sum(-1)
    slope = (use * (x - n * p) ** 2).sum(-1) - information
    rising = slope > 1e-10 * information  # less is rounding

    mu = start

    def profile(tau2: FloatArray) -> Slopes:
        nonlocal mu
        mu = _climb(lambda m: _slopes(x, n, use, m, tau2)[1:4:2], mu, 4 * (1 + np.sqrt(tau2)))
        return _slopes(x, n, use, mu, tau2)

    logits = _knee(x, n)
    bottom = 1 / (100 * (use * n * p * (1 - p)).max(-1))
    top = (np.ptp(np.where(use > 0, logits, start[:, None]), axis=-1) + 2) ** 2
    ladder, heights, slopes = [np.zeros(len(x))], [height], slope
    tau2 = bottom
    while (tau2 < 16 * top).any() or (slopes > 0).any():
        now = profile(tau2)
        ladder, heights, slopes = [*ladder, tau2], [*heights, now.height], now.tau2
        tau2 = 4 * tau2
    steps, levels = np.array(ladder), np.array(heights)
    best = levels.argmax(0)
    gain = levels.max(0) - height
    best = np.where(~rising & (gain <= 1e-9 + 1e-13 * np.abs(height)), 0, best)
    at = np.arange(len(x))
    low, high = steps[np.maximum(best - 1, 0), at], steps[np.minimum(best + 1, len(steps) - 1), at]
    tau2 = np.where(best > 0, steps[best, at], high / 2)
    zero = (best == 0) & ~rising

    def score(tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
        s = profile(tau2)
        return s.tau2, s.tau2_tau2 - s.mu_tau2**2 / s.mu_mu

    tau2 = _climb(score, tau2, high, low, high, zero)
    s = profile(tau2)
    se = 1 / np.sqrt(np.where(zero, information, s.mu_tau2**2 / s.tau2_tau2 - s.mu_mu))
    return np.where(zero, start, mu), np.where(zero, 0.0, tau2), se


def _slopes(
    x: FloatArray, n: FloatArray, use: FloatArray, mu: FloatArray, tau2: FloatArray
) -> Slopes:
    """Log-likelihood and derivatives, for x and n of shape (rows, k), tau2 > 0.

    Derivatives of the integral of exp(l(eta)) phi(eta - mu) by mu are expectations of
    polynomials (Bell's) in derivatives of l or, as well, of log phi; those by tau2 are
    half the second ones by mu, for phi obeys the heat equation. Of the two, the sharper
    function has the terms that cancel: the blunter is taken.
    """
    v, m = tau2[:, None], mu[:, None]
    c, d, log_w = _nodes(x, n, m, v)
    summit = log_w.max(-1, keepdims=True)
    w = np.exp(log_w - summit)
    total = w.sum(-1)
    height = np.log(total) + summit[..., 0] - _deviance(x, n, expit(c)) - (c - m) ** 2 / (2 * v)
    height -= np.log(2 * np.pi * v) / 2

    eta = c[..., None] + d
    p, q = expit(eta), expit(-eta)
    x, n, v = x[..., None], n[..., None], v[..., None]
    spread = n * p * q
    blunt = (w * spread).sum(-1)[..., None] / total[..., None] * v > 1
    g1 = np.where(blunt, (eta - m[..., None]) / v, x * q - (n - x) * p)
    g2 = np.where(blunt, -1 / v, -spread)
    g3 = np.where(blunt, 0.0, -spread * (q - p))
    g4 = np.where(blunt, 0.0, -spread * (1 - 6 * p * q))
    square = g1 * g1
    bell = (g1, square + g2, g1 * (square + 3 * g2) + g3,
            square * (square + 6 * g2) + 3 * g2 * g2 + 4 * g1 * g3 + g4)  # fmt: skip
    e1, e2, e3, e4 = (np.einsum("rkq,rkq->rk", w, b) / total for b in bell)

    def over(term: FloatArray) -> FloatArray:
        sums: FloatArray = np.einsum("rk,rk->r", term, use)
        return sums

    return Slopes(
        over(height), over(e1), over(e2) / 2,
        over(e2 - e1 * e1), over(e3 - e1 * e2) / 2, over(e4 - e2 * e2) / 4,
    )  # fmt: skip


def _nodes(
    x: FloatArray, n: FloatArray, mu: FloatArray, v: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Center c of each study, nodes c + d, log of weight times integrand over that at c."""
    knee, tau = _knee(x, n), np.sqrt(v)
    shape = x.shape

    def slope(eta: FloatArray) -> tuple[FloatArray, FloatArray]:
        p, q = expit(eta), expit(-eta)
        return x * q - (n - x) * p - (eta - mu) / v, -n * p * q - 1 / v

    sharp = n * expit(knee) * expit(-knee)
    mode = _climb(slope, (knee * sharp + mu / v) / (sharp + 1 / v), np.full(shape, np.inf),
                  precision=1e-2)  # fmt: skip
    s = 1 / np.sqrt(-slope(mode)[1])
    # Where the integrand is wide, the place where the likelihood bends needs the nodes.
    c = np.where(s < 0.5, mode, np.clip(knee, mode - 9 * s, mode + 9 * s))
    away = np.abs(c - mode)
    h = np.minimum(0.15, 0.6 * s / np.maximum(away, s))
    a = np.minimum(0.6 / np.sqrt(-slope(c)[1]), 0.25) / h
    p, q = expit(c), expit(-c)

    def log_integrand(d: FloatArray, *at: FloatArray) -> FloatArray:
        x, n, c, p, q, mu, v = at
        down, up = np.minimum(d, 0), np.maximum(d, 0)
        growth = np.log1p(p * np.expm1(down)) + up + np.log1p(q * np.expm1(-up))
        value: FloatArray = x * d - n * growth - d * (d + 2 * (c - mu)) / (2 * v)
        return value

    at = (x, n, c, p, q, mu, v)
    floor = log_integrand(mode - c, *at) - 40
    ends = []
    for sign in (-1.0, 1.0):
        # Beyond the mode the integrand falls at least as fast as the normal density.
        inner, outer = np.zeros(shape), np.arcsinh((away + 9 * tau) / a)
        for _ in range(6):
            middle = (inner + outer) / 2
            inside = log_integrand(sign * a * np.sinh(middle), *at) > floor
            inside |= sign * (mode - c) > a * np.sinh(middle)
            inner, outer = np.where(inside, middle, inner), np.where(inside, outer, middle)
        ends.append(sign * outer)
    left, right = ends
    intervals = math.ceil(((right - left) / h).max())
    h = (right - left) / intervals
    t = left[..., None] + h[..., None] * np.arange(intervals + 1)
    d = a[..., None] * np.sinh(t)
    wide = tuple(np.broadcast_to(b, shape)[..., None] for b in at)
    return c, d, log_integrand(d, *wide) + np.log(np.cosh(t)) + np.log(a * h)[..., None]


def _knee(x: FloatArray, n: FloatArray) -> FloatArray:
    """Logit of the proportion, half an event inside 0 and 1: where the likelihood bends."""
    events = np.clip(x, 0.5, n - 0.5)
    logit: FloatArray = np.log(events / (n - events))
    return logit


def _deviance(x: FloatArray, n: FloatArray, p: FloatArray) -> FloatArray:
    """Log-likelihood of the study's own proportion less that of p, without cancellation."""

    def half(x: FloatArray, expected: FloatArray) -> FloatArray:
        u = (expected - x) / np.where(x > 0, x, 1)
        part: FloatArray = np.where(x > 0, x * (u - np.log1p(u)), expected)
        return part

    return half(x, n * p) + half(n - x, n * (1 - p))


def _climb(
    slope: Callable[[FloatArray], tuple[FloatArray, FloatArray]],
    start: FloatArray,
    reach: FloatArray,
    low: FloatArray | float = -np.inf,
    high: FloatArray | float = np.inf,
    done: BoolArray | bool = False,
    precision: float = 1e-9,
) -> FloatArray:
    """Where the first derivative of a log-likelihood crosses zero from above.

    Newton's method, elementwise; a step is at most `reach`, and one that would leave the
    nearest points known to lie on either side, or is the eighth in a row, is replaced by
    the middle of these. It stops at a step of `precision` standard errors.
    """
    x, done = start, np.broadcast_to(done, start.shape)
    low, high = np.broadcast_to(low, x.shape), np.broadcast_to(high, x.shape)
    for step in range(1, 1000):
        first, second = slope(x)
        low = np.where(~done & (first > 0), x, low)
        high = np.where(~done & (first < 0), x, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            newton = np.where(second < 0, np.clip(-first / second, -reach, reach), np.nan)
            middle = (low + high) / 2
        ahead = x + newton
        bad = ~((low < ahead) & (ahead < high)) | (step % 8 == 0)
        ahead = np.where(bad & np.isfinite(middle), middle, ahead)
        small = np.abs(ahead - x) <= precision / np.sqrt(np.maximum(-second, 1e-300))
        small |= first == 0
        x, done = np.where(done | (first == 0), x, ahead), done | small
        if done.all():
            break
    return x
