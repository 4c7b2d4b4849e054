"""Numbers as a paper prints them: half up, decimals kept."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from twobytwo.estimate.effects import Cells, has_zero_cell

# Digits enough for any double, which the usual 28 are not.
WIDE = Context(prec=400)
# Products below are exact in 64 bits.
LARGEST = 2**62
# Beyond these a ratio is told by its bound.
MANY, LITTLE = 1000, 0.001


class Ratios(NamedTuple):
    """Study effects as ratios of whole numbers, arrays of shape ``(..., k)``.

    Attributes
    ----------
    numerator, denominator : ndarray of int
        64-bit or, where that is too short, of Python's own. A denominator of 0 means that the
        effect is not defined.
    """

    numerator: NDArray[Any]
    denominator: NDArray[Any]


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
    values : array_like, shape (k,)
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
    floats = np.asarray(values, float) + 0.0  # of -0 too, whose sign would be printed
    with np.errstate(invalid="ignore", over="ignore"):
        scaled = np.abs(floats) * 10.0**decimals
        half = np.abs(scaled - np.floor(scaled) - 0.5) < 1e-6
        plain = (scaled < 1e9) & ~half & ((floats >= 0) | (scaled > 0.5))
    printed = [f"%.{decimals}f" % value for value in floats.tolist()]
    for i in np.flatnonzero(~plain).tolist():
        printed[i] = number(floats[i], decimals)
    return printed


def with_interval(estimate: Any, lower: Any, upper: Any, decimals: int = 2) -> str:
    """Estimate and interval as the field prints them.

    Examples
    --------
    >>> with_interval(0.38533, 0.15882, 0.93490)
    '0.39 [0.16, 0.93]'
    """
    return with_intervals([estimate], [lower], [upper], decimals)[0]


def with_intervals(
    estimate: Any,
    lower: Any,
    upper: Any,
    decimals: int = 2,
    *,
    exact: Sequence[str | None] | None = None,
    ratio: bool = False,
) -> list[str]:
    """`with_interval` of each estimate.

    Parameters
    ----------
    estimate, lower, upper : array_like, shape (k,)
    decimals : int
    exact : sequence of str or None, optional
        The estimates as printed, where they were rounded from whole numbers.
    ratio : bool
        Whether these are ratios: beyond 1,000 or below 0.001 their bound is told.

    Returns
    -------
    list of str

    Examples
    --------
    >>> with_intervals([0.07, 4e7], [0.0034, 2e3], [1.41, float("inf")], ratio=True)
    ['0.07 [0.00, 1.41]', '> 1,000 [> 1,000, ∞]']
    >>> with_intervals([0, float("nan")], [float("nan")] * 2, [float("nan")] * 2)
    ['0.00 [undefined]', 'not estimable']
    """
    columns = [numbers(values, decimals) for values in (estimate, lower, upper)]
    if exact is not None:
        columns[0] = [
            of_float if of_float == "-" or own is None else own
            for of_float, own in zip(columns[0], exact, strict=True)
        ]
    if ratio:
        for printed, values in zip(columns, (estimate, lower, upper), strict=True):
            _bound(printed, np.asarray(values, float), decimals)
    return [
        "not estimable" if middle == "-"
        else f"{middle} [undefined]" if low == high == "-"
        else f"{middle} [{low}, {high}]"
        for middle, low, high in zip(*columns, strict=True)
    ]  # fmt: skip


def _bound(printed: list[str], ratios: NDArray[Any], decimals: int) -> None:
    """Replace many digits, or none, by a bound."""
    little = (ratios > 0) & (ratios < min(LITTLE, 0.5 / 10**decimals))
    for which, text in [
        (ratios > MANY, f"> {MANY:,}"), (little, f"< {LITTLE}"), (np.isposinf(ratios), "∞"),
    ]:  # fmt: skip
        for i in np.flatnonzero(which).tolist():
            printed[i] = text


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


def exact_ratios(
    table: Cells, measure: str, zero_cells: str = "affected", increment: float = 0.5
) -> Ratios:
    """Odds ratios, risk ratios or risk differences of studies, without any rounding.

    Parameters
    ----------
    table : Cells
        Raw counts, shape ``(..., k)``.
    measure : {"OR", "RR", "RD"}
    zero_cells, increment
        See `twobytwo.estimate.effects.corrected`; a risk difference is of the raw counts.

    Returns
    -------
    Ratios

    Notes
    -----
    ``ad / bc``, ``a n2 / (c n1)`` and ``(a n2 - c n1) / (n1 n2)``; with an increment of p/q all
    cells are ``q`` times themselves plus p, which leaves the ratios what they are.

    Examples
    --------
    >>> from twobytwo.estimate.effects import cells
    >>> table = cells([6, 0], [20, 12], [1, 5], [40, 14])
    >>> half_up_many(exact_ratios(table, "RD"), 2)
    ['0.28', '-0.36']
    >>> half_up_many(exact_ratios(table, "OR"), 2)
    ['16.71', '0.07']
    """
    share = Fraction(repr(float(increment))) if measure != "RD" else Fraction(0)
    if zero_cells == "none":
        share = Fraction(0)
    added = np.full(table.a.shape, True) if zero_cells == "all" else has_zero_cell(table)
    largest = max((float(cell.max(initial=0)) for cell in table), default=0.0)
    # Two cells, or arms, and the product of two such.
    fits = (2 * (largest + 1) * share.denominator + 2 * share.numerator) ** 2 < LARGEST
    exact: Any = np.int64 if fits else object

    def whole(cell: NDArray[Any]) -> NDArray[Any]:
        number = cell.astype(np.int64).astype(exact) * share.denominator
        raised: NDArray[Any] = number + added.astype(exact) * share.numerator
        return raised

    a, b, c, d = (whole(cell) for cell in table)
    if measure == "OR":
        return Ratios(a * d, b * c)
    if measure == "RR":
        return Ratios(a * (c + d), c * (a + b))
    return Ratios(a * (c + d) - c * (a + b), (a + b) * (c + d))


def half_up_many(ratios: Ratios, decimals: int = 2) -> list[str | None]:
    """Round many ratios of whole numbers half away from zero.

    Parameters
    ----------
    ratios : Ratios, shape (k,)
    decimals : int
        0 or more.

    Returns
    -------
    list of str or None
        As `half_up` prints them; None where the denominator is 0.

    Examples
    --------
    >>> half_up_many(Ratios(np.array([51, -1, 1]), np.array([8, 8, 0])), 2)
    ['6.38', '-0.13', None]
    """
    top, bottom = ratios.numerator, ratios.denominator
    scale = 10**decimals
    largest = max((abs(int(x)) for x in (top.min(initial=0), top.max(initial=0))), default=0)
    if (
        top.dtype != object
        and (2 * scale + 1) * max(largest, int(bottom.max(initial=0))) >= LARGEST
    ):
        top, bottom = top.astype(object), bottom.astype(object)
    some = bottom != 0
    divisor = np.where(some, bottom, 1)
    digits = (2 * scale * abs(top) + divisor) // (2 * divisor)
    minus = (top < 0) & (digits > 0)
    return [
        _printed(int(x), bool(sign), scale, decimals) if defined else None
        for x, sign, defined in zip(digits.tolist(), minus.tolist(), some.tolist(), strict=True)
    ]


def _printed(digits: int, minus: bool, scale: int, decimals: int) -> str:
    whole, rest = divmod(digits, scale)
    sign = "-" if minus else ""
    return f"{sign}{whole}.{rest:0{decimals}d}" if decimals else f"{sign}{whole}"


def decimals_for(
    estimate: float, lower: float, upper: float, *, null: float, digits: int | None = None
) -> int:
    """Decimals that an estimate and its limits need together.

    Parameters
    ----------
    estimate, lower, upper : float
        On the scale on which they are printed; NaN and infinity ask for nothing.
    null : float
        What stands for no effect: 1 for a ratio, 0 for a difference.
    digits : int, optional
        Decimals that were asked for, which are then the answer.

    Returns
    -------
    int
        2, unless two decimals lose the message. They do where an estimate that is not 0 prints
        as 0.00: then as many as show two digits of it. And where a limit that is not `null`
        prints as if it were: then as many as show one digit of the distance. At most 12.

    Examples
    --------
    >>> decimals_for(0.385, 0.159, 0.935, null=1), decimals_for(0.069, 0.0034, 1.41, null=1)
    (2, 2)
    >>> decimals_for(-0.000415, -0.000558, -0.000273, null=0)
    5
    >>> decimals_for(1.21, 1.0031, 1.46, null=1)
    3
    """
    if digits is not None:
        return digits
    needed = [2]
    if 0 < abs(estimate) < 0.005:
        needed.append(1 - math.floor(math.log10(abs(estimate))))
    for limit in (lower, upper):
        away = abs(limit - null)
        if 0 < away < 0.01 and half_up(limit, 2) == half_up(null, 2):
            needed.append(-math.floor(math.log10(away)))
    return min(max(needed), 12)


def magnitude(value: float, decimals: int = 2) -> str:
    """A ratio in digits or, where these would be many, by its bound.

    Parameters
    ----------
    value : float
        0 or more; infinite is allowed.
    decimals : int

    Returns
    -------
    str

    Raises
    ------
    ValueError
        If the value is NaN: what is undefined is to be called so.

    Examples
    --------
    >>> magnitude(8.31), magnitude(1.2e99), magnitude(3e-7), magnitude(0.0034)
    ('8.31', 'more than 1,000', 'less than 0.001', '0.00')
    >>> magnitude(0.00042, 5)
    '0.00042'
    """
    if value > MANY:
        return f"more than {MANY:,}"
    if 0 < value < min(LITTLE, 0.5 / 10**decimals):
        return f"less than {LITTLE}"
    return half_up(value, decimals)


def scale_for(difference: float) -> int:
    """Of how many patients a difference of risks is told: 1,000, or 100,000 if it is small.

    Parameters
    ----------
    difference : float
        The estimate, -1 to 1.

    Returns
    -------
    int
        100,000 where the difference is less than one patient in 1,000, but not 0.

    Examples
    --------
    >>> scale_for(-0.035), scale_for(-0.000415), scale_for(0)
    (1000, 100000, 1000)
    """
    return 100_000 if 0 < abs(difference) < 0.001 else 1000


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


def signs(text: str) -> str:
    """A printed number or line with the signs that plain text lacks.

    Examples
    --------
    >>> signs("tau2 = 0.33; I2 = 43 %"), signs("-0.10 [-0.20, 0.01]"), signs("M-H"), signs("-")
    ('τ² = 0.33; I² = 43 %', '−0.10 [−0.20, 0.01]', 'M-H', '–')
    """
    if text == "-":
        return "–"
    text = text.replace("tau2", "τ²").replace("I2", "I²")
    starts = ("", " ", "[", "(")
    return "".join(
        "−" if sign == "-" and text[i - 1 : i] in starts and text[i + 1 : i + 2].isdigit() else sign
        for i, sign in enumerate(text)
    )
