"""The likelihood of one study whose logit is drawn from a normal law: an integral."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from twobytwo.estimate.effects import FloatArray
from twobytwo.estimate.roots import ascend

# Studies integrated at once: their nodes then stay in the processor's cache.
BLOCK = 1000


class Slopes(NamedTuple):
    """Log-likelihood and its derivatives by mu and tau2, arrays of one shape."""

    height: FloatArray
    mu: FloatArray
    tau2: FloatArray
    mu_mu: FloatArray
    mu_tau2: FloatArray
    tau2_tau2: FloatArray


def weighted(log: FloatArray, z: FloatArray, tau: FloatArray) -> Slopes:
    """The log of sums over nodes, and its derivatives by the mean and tau2 of a normal law.

    `log`, shape (n, q), is that of each term, the normal density at z included. The derivatives of
    this density by its mean are Hermite's polynomials times itself; those by tau2 are half the
    second ones by the mean, for it obeys the heat equation.
    """
    top = log.max(-1, keepdims=True)
    w = np.exp(log - top)
    whole = w.sum(-1)
    w /= whole[:, None]
    square = z * z
    hermite = z, square - 1, z * (square - 3), square * (square - 6) + 3
    e1, e2, e3, e4 = (np.einsum("nq,nq->n", w, h) / tau**i for i, h in enumerate(hermite, 1))
    height = top[:, 0] + np.log(whole)
    return Slopes(height, e1, e2 / 2, e2 - e1 * e1, (e3 - e1 * e2) / 2, (e4 - e2 * e2) / 4)


def slopes(x: FloatArray, n: FloatArray, mu: FloatArray, tau2: FloatArray) -> Slopes:
    """Log-likelihood of each study and its derivatives; n at least 1, tau2 positive.

    The height is less that of the study's own proportion.
    """
    flat = [np.ravel(a) for a in (x, n, mu, tau2)]
    cuts = range(0, flat[0].size, BLOCK)
    parts = [_slopes(*(a[i : i + BLOCK] for a in flat)) for i in cuts]
    return Slopes(*(np.concatenate(a).reshape(x.shape) for a in zip(*parts, strict=True)))


def deviance(x: FloatArray, n: FloatArray, p: FloatArray, q: FloatArray) -> FloatArray:
    """Log-likelihood of the study's own proportion less that of p = 1 - q."""

    def half(x: FloatArray, expected: FloatArray) -> FloatArray:
        # x log(x / expected) - x + expected, without the cancellation.
        some = np.where(x > 0, x, 1)
        u = (expected - x) / some
        log = np.where(u < -0.5, np.log(expected / some), np.log1p(np.maximum(u, -0.5)))
        return np.where(x > 0, x * (u - log), expected)

    return half(x, n * p) + half(n - x, n * q)


def knee(x: FloatArray, n: FloatArray) -> FloatArray:
    """Logit of the proportion, half an event inside 0 and 1: where the likelihood bends."""
    events = np.clip(x, 0.5, n - 0.5)
    return np.log(events / (n - events))


def _slopes(x: FloatArray, n: FloatArray, mu: FloatArray, v: FloatArray) -> Slopes:
    sign = np.where(2 * x > n, -1.0, 1.0)  # count the rarer outcome
    x, mu, tau = np.where(sign < 0, n - x, x), sign * mu, np.sqrt(v)
    c, d, log_step = _nodes(x, n, mu, v)
    log = log_step + _integrand(d, *(a[:, None] for a in (x, n, mu, v, c)))
    found = weighted(log, (sign / tau)[:, None] * (d + (c - mu)[:, None]), tau)
    start = (c - mu) ** 2 / (2 * v) + np.log(2 * np.pi * v) / 2
    return found._replace(height=found.height - deviance(x, n, expit(c), expit(-c)) - start)


def _integrand(
    d: FloatArray, x: FloatArray, n: FloatArray, mu: FloatArray, v: FloatArray, c: FloatArray
) -> FloatArray:
    """Log of the integrand at c + d over that at c."""
    p, q = expit(c), expit(-c)
    growth = p * np.expm1(np.minimum(d, 700.0))
    log = np.log1p(np.maximum(growth, -0.5))
    deep = growth < -0.5  # here the sum above would cancel
    if deep.any():
        log[deep] = np.log((q + p * np.exp(np.minimum(d, 0.0)))[deep])
    log += np.maximum(d - 700.0, 0.0)
    whole: FloatArray = x * d - n * log - d * (d + 2 * (c - mu)) / (2 * v)
    return whole


def _nodes(
    x: FloatArray, n: FloatArray, mu: FloatArray, v: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Center c of each study, nodes c + d, and the log of their weights; x at most n / 2.

    The nodes are d = -a (t + (exp(t) - 1) / 8), t equally spaced: evenly above c, where the
    likelihood falls steeply, and ever wider below, where it levels off and in the end only
    the normal density falls. The error of this trapezoidal rule falls exponentially with
    the number of nodes.
    """
    bend, tau = knee(x, n), np.sqrt(v)

    def slope(eta: FloatArray) -> tuple[FloatArray, FloatArray]:
        p = expit(eta)
        return x - n * p - (eta - mu) / v, -n * p * (1 - p) - 1 / v

    sharp = -slope(bend)[1] - 1 / v
    mode = ascend(slope, (bend * sharp + mu / v) / (sharp + 1 / v), precision=0.03)
    s = 1 / np.sqrt(-slope(mode)[1])
    # A wide integrand bends at the knee: there the nodes must be close.
    away = np.where(s < 0.5, 0.0, np.clip(bend - mode, 0.0, 9 * s))
    c = mode + away
    h = np.minimum(0.12, 0.4 * s / np.maximum(away, s))
    a = np.minimum(0.6 / np.sqrt(-slope(c)[1]), 0.25) / h

    at = (x, n, mu, v, c)
    floor = _integrand(-away, *at) - 38
    reach = (away + 9 * tau) / a  # beyond the mode it falls at least as the normal density
    ends = []
    for sign, outer in ((-1, reach + 0.125), (1, np.minimum(reach, np.log1p(8 * reach)))):
        inner = np.zeros(x.shape)
        for _ in range(6):
            middle = np.sqrt((1 + inner) * (1 + outer)) - 1
            d = -a * (sign * middle + np.expm1(sign * middle) / 8)
            inside = (_integrand(d, *at) > floor) | ((-away < d) & (d < 0))
            inner, outer = np.where(inside, middle, inner), np.where(inside, outer, middle)
        ends.append(sign * outer)
    left, right = ends
    intervals = math.ceil(((right - left) / h).max())
    h = (right - left) / intervals
    t = left[:, None] + h[:, None] * np.arange(intervals + 1)
    growth = np.exp(t) / 8
    return c, -a[:, None] * (t + growth - 0.125), np.log((a * h)[:, None] * (1 + growth))
