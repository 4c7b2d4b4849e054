"""Where a decreasing function crosses zero: bisection of many brackets at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from twobytwo.estimate.effects import FloatArray


def bisect(
    function: Callable[[FloatArray], FloatArray], low: FloatArray, high: FloatArray
) -> FloatArray:
    """Halve brackets until no double lies between their ends.

    Parameters
    ----------
    function : callable
        Elementwise over arrays of shape (...); positive at `low` and not positive at
        `high`. Where it is not positive at `low`, the answer is `low` itself.
    low, high : ndarray, shape (...)
        0 <= low <= high.

    Returns
    -------
    ndarray, shape (...)

    Notes
    -----
    Halving always ends, and always at the same number whatever else is in the batch:
    there is no tolerance and no limit of iterations to reach. Where the ends are far
    apart the geometric middle is taken, which finds a small root as precisely as a
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
    middle: FloatArray = np.where(high > 4 * low, geometric, low + (high - low) / 2)
    return middle
