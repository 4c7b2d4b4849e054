"""What a printed ratio and its interval tell: an effect, its standard error, its symmetry."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from twobytwo.estimate.effects import FloatArray


class LogEffect(NamedTuple):
    """Effects and their standard errors on the log scale, arrays of one shape."""

    effect: FloatArray
    se: FloatArray


def log_effect(
    estimate: ArrayLike, lower: ArrayLike, upper: ArrayLike, level: float = 0.95
) -> LogEffect:
    """The logarithm of printed ratios, and the standard error that their interval implies.

    Ratios of shape ``(..., k)`` with ``0 < lower <= estimate <= upper`` and ``lower < upper``; what
    is not in this order is no interval of a ratio, and a ValueError.

    Notes
    -----
    ``effect = ln(estimate)``, ``se = (ln(upper) - ln(lower)) / (2 z)``. The width alone
    gives the standard error, wherever the estimate lies: see `is_symmetric`.

    References
    ----------
    .. [1] Higgins JPT, Li T, Deeks JJ. Cochrane Handbook, chapter 6.

    Examples
    --------
    >>> [round(float(x), 3) for x in log_effect(3.13, 1.08, 9.1)]
    [1.141, 0.544]
    """
    point, low, high = (np.asarray(x, float) for x in (estimate, lower, upper))
    sound = (low > 0) & (low <= point) & (point <= high) & (low < high) & np.isfinite(high)
    if not np.all(sound):
        raise ValueError("a printed ratio needs 0 < lower <= estimate <= upper, and lower < upper")
    se = (np.log(high) - np.log(low)) / (-2 * ndtri((1 - level) / 2))
    return LogEffect(np.log(point), se)


def middle(lower: str, upper: str) -> tuple[float, float]:
    """The middle of a printed interval on the log scale, as far as its rounding leaves open.

    It is the least and the largest geometric mean of positive limits that print like these.

    Examples
    --------
    >>> [round(x, 2) for x in middle("1.22", "4.29")]
    [2.28, 2.29]
    """
    (low, low_end), (high, high_end) = _rounded(lower), _rounded(upper)
    return (low * high) ** 0.5, (low_end * high_end) ** 0.5


def is_symmetric(estimate: str, lower: str, upper: str) -> bool:
    """Tell whether a printed ratio can be the middle of its interval on the log scale.

    If not, no Wald interval of a ratio prints these digits: they are of another kind of interval,
    or one of them is misprinted.

    Examples
    --------
    >>> is_symmetric("0.39", "0.16", "0.93"), is_symmetric("2.11", "1.22", "4.29")
    (True, False)
    """
    least, most = middle(lower, upper)
    low, high = _rounded(estimate)
    return low <= most and least <= high


def _rounded(printed: str) -> tuple[float, float]:
    """Between which numbers lies what prints like this."""
    number = Decimal(printed)
    half = Decimal(5).scaleb(-len(printed.partition(".")[2]) - 1)
    if not number > 0:
        raise ValueError(f"{printed!r} is not a positive number, as a ratio is")
    return float(max(number - half, Decimal(0))), float(number + half)
