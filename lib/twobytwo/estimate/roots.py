"""Where decreasing functions cross zero, and where concave ones are highest; many at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from twobytwo.estimate.effects import BoolArray, FloatArray


def bisect(
    function: Callable[[FloatArray], FloatArray], low: FloatArray, high: FloatArray
) -> FloatArray:
    """Halve brackets until no double lies between their ends, elementwise; 0 <= low <= high.

    The function is positive at `low` and not positive at `high`; where it is not positive at
    `low`, the answer is `low` itself. Halving always ends, and always at the same number whatever
    else is in the batch: there is no tolerance and no limit of iterations to reach. Where the
    ends are far apart the geometric middle is taken, which finds a small root as precisely as a
    large one.

    Examples
    --------
    >>> float(bisect(lambda x: 2 - x * x, np.array(0.0), np.array(2.0)))
    1.414213562373095
    """
    low, high = np.array(low, float), np.array(high, float)
    high = np.where(function(low) > 0, high, low)
    while True:
        middle = _middle(low, high)
        open_ = (low < middle) & (middle < high)
        if not open_.any():
            return low
        above = function(middle) > 0
        low = np.where(open_ & above, middle, low)
        high = np.where(open_ & ~above, middle, high)


def _middle(low: FloatArray, high: FloatArray) -> FloatArray:
    # 1e-30 stands in for a low of 0: a variance below it is 0 for every purpose here.
    geometric = np.sqrt(np.maximum(low, 1e-30 * high)) * np.sqrt(high)
    return np.where(high > 4 * low, geometric, low + (high - low) / 2)


def ascend(
    slope: Callable[[FloatArray], tuple[FloatArray, FloatArray]],
    start: FloatArray,
    *,
    reach: FloatArray | float = np.inf,
    low: FloatArray | float = -np.inf,
    high: FloatArray | float = np.inf,
    done: BoolArray | bool = False,
    precision: float = 1e-6,
) -> FloatArray:
    """Find the summits of log-likelihoods from their first and second derivatives, elementwise.

    Newton's steps, `reach` at most, go between `low` and `high`. One that would leave the nearest
    points known to lie on either side of a summit, and every eighth, is replaced by the middle: so
    it always ends. The last one is smaller than `precision` standard errors; as Newton's steps
    square the error, what remains is about the square of it. Where it is done the start is the
    answer.
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
        near = np.abs(first) <= precision * np.sqrt(np.maximum(-second, 0))
        jump = np.isfinite(middle) & ~near & (~((low < ahead) & (ahead < high)) | (step % 8 == 0))
        ahead = np.where(jump, middle, ahead)
        x, done = np.where(done, x, ahead), done | near
        if done.all():
            break
    return x
