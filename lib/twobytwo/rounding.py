"""Numbers as a paper prints them: half up, decimals kept."""

from __future__ import annotations

import math
import re
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any

import numpy as np

# Digits enough for any double, which the usual 28 are not.
WIDE = Context(prec=400)


def half_up(value: float | Fraction, decimals: int = 2) -> str:
    """Round half away from zero and keep the decimals.

    Parameters
    ----------
    value : float or Fraction
        A float is taken as its shortest decimal (0.125 is 0.125, 2.675 is 2.675); a
        Fraction is exact.
    decimals : int
        0 or more.

    Returns
    -------
    str
        Never "-0.00".

    Raises
    ------
    ValueError
        If the value is NaN or infinite.

    Notes
    -----
    Python's own ``round`` and ``format`` round half to even in binary: 31.25 becomes
    31.2 there, 31.3 here and in print.

    Examples
    --------
    >>> half_up(31.25, 1), half_up(0.385331, 2), half_up(Fraction(200, 3), 1)
    ('31.3', '0.39', '66.7')
    """
    unit = Decimal(1).scaleb(-decimals)
    if isinstance(value, Fraction):
        scaled = abs(value) * 10**decimals
        digits = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
        rounded = Decimal(digits).scaleb(-decimals, WIDE).copy_sign(Decimal(value.numerator))
    else:
        exact = Decimal(repr(float(value)))
        if not exact.is_finite():
            raise ValueError(f"{value} cannot be printed as a number")
        rounded = exact.quantize(unit, ROUND_HALF_UP, WIDE)
    return f"{abs(rounded) if rounded == 0 else rounded:f}"


def number(value: Any, decimals: int = 2) -> str:
    """A number half up, or a dash where it is undefined."""
    exact = value if isinstance(value, Fraction) else float(value)
    return half_up(exact, decimals) if math.isfinite(value) else "-"


def numbers(values: Any, decimals: int = 2) -> list[str]:
    """`number` of each value.

    Parameters
    ----------
    values : sequence of float or Fraction, or array_like, shape (k,)
    decimals : int

    Returns
    -------
    list of str

    Notes
    -----
    Binary and decimal rounding differ only next to a half: there, and where a double no
    longer tells halves apart, each value is rounded by `half_up`.

    Examples
    --------
    >>> numbers([0.125, 31.25, -0.001, float("nan")])
    ['0.13', '31.25', '0.00', '-']
    """
    floats = np.asarray(values, float)
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = np.abs(floats) * 10**decimals
        half = np.abs(scaled - np.floor(scaled) - 0.5) < 1e-6
        plain = (scaled < 1e9) & ~half & ((floats >= 0) | (scaled > 0.5))
    printed = [f"%.{decimals}f" % value for value in floats.tolist()]
    for i in np.flatnonzero(~plain).tolist():
        printed[i] = number(values[i], decimals)
    return printed


def with_interval(estimate: Any, lower: Any, upper: Any, decimals: int = 2) -> str:
    """Estimate and interval as the field prints them.

    Examples
    --------
    >>> with_interval(0.38533, 0.15882, 0.93490)
    '0.39 [0.16, 0.93]'
    """
    return with_intervals([estimate], [lower], [upper], decimals)[0]


def with_intervals(estimate: Any, lower: Any, upper: Any, decimals: int = 2) -> list[str]:
    """`with_interval` of each estimate, arrays of shape (k,)."""
    columns = (numbers(values, decimals) for values in (estimate, lower, upper))
    return [
        f"{middle} [{low}, {high}]" if middle != "-" else "not estimable"
        for middle, low, high in zip(*columns, strict=True)
    ]


def shares(weights: Any) -> list[str]:
    """Weights in percent, or a dash where there is none, shape (k,)."""
    return [f"{printed} %" if printed != "-" else "-" for printed in numbers(weights, 1)]


def percent(events: int, n: int, decimals: int = 1) -> str:
    """A percentage from counts, exact before it is rounded half up.

    Examples
    --------
    >>> percent(15, 48), percent(8, 12, 0)
    ('31.3', '67')
    """
    return half_up(Fraction(int(events), int(n)) * 100, decimals)


def p_text(p: float, decimals: int = 2) -> str:
    """A p-value as RevMan and the paper print it.

    Two decimals (or as many as asked for) from 0.01 on, three below that, "< 0.001"
    below that.

    Examples
    --------
    >>> p_text(0.034960), p_text(0.0021419), p_text(0.00002)
    ('0.03', '0.002', '< 0.001')
    """
    if p < 0.001:
        return "< 0.001"
    return half_up(p, decimals if p >= 0.01 else 3)


def p_equals(p: float) -> str:
    """A p-value as an equation.

    Examples
    --------
    >>> p_equals(0.03496), p_equals(2e-5)
    ('p = 0.03', 'p < 0.001')
    """
    printed = p_text(p)
    return f"p {printed}" if printed.startswith("<") else f"p = {printed}"


def prints_as(value: float | Fraction, printed: str) -> bool:
    """Whether the value, rounded half up to the printed decimals, gives the printed digits.

    Parameters
    ----------
    value : float or Fraction
    printed : str
        A plain decimal such as "0.39", or a bound such as "<0.001".

    Examples
    --------
    >>> prints_as(0.385331, "0.39"), prints_as(0.385331, "0.38"), prints_as(2e-5, "<0.001")
    (True, False, True)
    """
    digits = printed.strip().replace("\u2212", "-")
    if digits.startswith("<"):
        return bool(value < Decimal(digits[1:].strip()))
    digits = re.sub(r"^(-?)\.", r"\g<1>0.", digits)
    decimals = len(digits.partition(".")[2])
    return half_up(value, decimals) == digits
