"""Numbers as a paper prints them: half up, decimals kept."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from twobytwo.estimate.effects import Cells, has_zero_cell

# Beyond these a ratio is told by its bound.
MANY, LITTLE = 1000, 0.001


class Ratios(NamedTuple):
    """Study effects as ratios of whole numbers, arrays of shape ``(..., k)``."""

    numerator: NDArray[Any]
    denominator: NDArray[Any]  # 0 where the effect is not defined


def half_up(value: float | Fraction, decimals: int = 2) -> str:
    """Round half away from zero and keep the decimals, 0 or more; never "-0.00".

    A float is taken as its shortest decimal (0.125 is 0.125, 2.675 is 2.675), a Fraction is exact,
    and what is not finite is a ValueError.

    Notes
    -----
    Python's own ``round`` and ``format`` round half to even in binary: 31.25 becomes
    31.2 there, 31.3 here and in print.

    Examples
    --------
    >>> half_up(31.25, 1), half_up(0.385331, 2), half_up(Fraction(200, 3), 1)
    ('31.3', '0.39', '66.7')
    """
    if isinstance(value, Fraction):
        return _ratio(value.numerator, value.denominator, decimals)
    if not math.isfinite(value):
        raise ValueError(f"{value} cannot be printed as a number")
    return _ratio(*Decimal(repr(float(value))).as_integer_ratio(), decimals)


def _ratio(top: int, bottom: int, decimals: int) -> str:
    """A ratio of whole numbers, the lower one positive, half away from zero."""
    scale = 10**decimals
    digits = (2 * scale * abs(top) + bottom) // (2 * bottom)
    whole, rest = divmod(digits, scale)
    sign = "-" if top < 0 and digits else ""
    return f"{sign}{whole}.{rest:0{decimals}d}" if decimals else f"{sign}{whole}"


def number(value: Any, decimals: int = 2) -> str:
    """A number half up, or a dash where it is undefined."""
    return half_up(value, decimals) if math.isfinite(value) else "-"


def numbers(values: Any, decimals: int = 2) -> list[str]:
    """`number` of each of k values.

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
        scaled = np.abs(floats) * 10.0**decimals
        half = np.abs(scaled - np.floor(scaled) - 0.5) < 1e-6
    plain = (scaled < 1e9) & ~half
    unsigned = np.where(scaled < 0.5, 0.0, floats)  # no sign is printed of what rounds to 0
    printed = [f"%.{decimals}f" % value for value in unsigned.tolist()]
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
    """`with_interval` of each of k estimates.

    Parameters
    ----------
    estimate, lower, upper : array_like, shape (k,)
    decimals : int
    exact : sequence of str or None, optional
        The estimates as printed, where they were rounded from whole numbers.
    ratio : bool
        Whether these are ratios: beyond 1,000 or below 0.001 (or what the decimals show, if that is
        less) their bound is told.

    Examples
    --------
    >>> with_intervals([0.07, 4e7], [0.0034, 2e3], [1.41, float("inf")], ratio=True)
    ['0.07 [0.00, 1.41]', '> 1,000 [> 1,000, ∞]']
    >>> with_intervals([0, float("nan")], [float("nan")] * 2, [float("nan")] * 2)
    ['0.00 [undefined]', 'not estimable']
    """
    columns = (
        _column(estimate, decimals, ratio, exact or ()),
        _column(lower, decimals, ratio),
        _column(upper, decimals, ratio),
    )
    return [
        "not estimable" if middle == "-"
        else f"{middle} [undefined]" if low == high == "-"
        else f"{middle} [{low}, {high}]"
        for middle, low, high in zip(*columns, strict=True)
    ]  # fmt: skip


def _column(values: Any, decimals: int, ratio: bool, exact: Sequence[str | None] = ()) -> list[str]:
    """`numbers`, or as printed from whole numbers; of ratios a bound for many digits or none."""
    printed, ratios = numbers(values, decimals), np.asarray(values, float)
    for i, own in enumerate(exact):
        if own is not None and printed[i] != "-":
            printed[i] = own
    if not ratio:
        return printed
    little = (ratios > 0) & (ratios < min(LITTLE, 0.5 / 10**decimals))
    # A bound as fine as the decimals: else a limit might seem to lie beyond its estimate.
    bound = half_up(min(LITTLE, 10.0**-decimals), max(3, decimals))
    for which, text in [
        (ratios > MANY, f"> {MANY:,}"), (little, f"< {bound}"), (np.isposinf(ratios), "∞"),
    ]:  # fmt: skip
        for i in np.flatnonzero(which).tolist():
            printed[i] = text
    return printed


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

    From raw counts of shape ``(..., k)``; the zero-cell rule is that of
    `twobytwo.estimate.effects.corrected`, and none for a risk difference.

    Notes
    -----
    ``ad / bc``, ``a n2 / (c n1)`` and ``(a n2 - c n1) / (n1 n2)``; with an increment of p/q all
    cells are ``q`` times themselves plus p, which leaves the ratios what they are.

    Examples
    --------
    >>> from twobytwo.estimate.effects import cells
    >>> half_up_many(exact_ratios(cells([6, 0], [20, 12], [1, 5], [40, 14]), "OR"), 2)
    ['16.71', '0.07']
    """
    as_it_is = measure == "RD" or zero_cells == "none"
    share = Fraction(0) if as_it_is else Fraction(repr(float(increment)))
    added = has_zero_cell(table) | (zero_cells == "all")

    def whole(cell: NDArray[Any]) -> NDArray[Any]:
        # Objects are Python's own whole numbers, which no product outgrows.
        number = cell.astype(np.int64).astype(object) * share.denominator
        raised: NDArray[Any] = number + added.astype(object) * share.numerator
        return raised

    a, b, c, d = map(whole, table)
    if measure == "OR":
        return Ratios(a * d, b * c)
    if measure == "RR":
        return Ratios(a * (c + d), c * (a + b))
    return Ratios(a * (c + d) - c * (a + b), (a + b) * (c + d))


def half_up_many(ratios: Ratios, decimals: int = 2) -> list[str | None]:
    """`half_up` of each of k ratios of whole numbers; None where the denominator is 0.

    Examples
    --------
    >>> half_up_many(Ratios(np.array([51, -1, 1]), np.array([8, 8, 0])), 2)
    ['6.38', '-0.13', None]
    """
    pairs = zip(ratios.numerator.tolist(), ratios.denominator.tolist(), strict=True)
    return [_ratio(top, bottom, decimals) if bottom else None for top, bottom in pairs]


def decimals_for(estimate: float, lower: float, upper: float, *, null: float) -> int:
    """Decimals that an estimate and its limits need together.

    Two, unless two decimals lose the message. They do where an estimate that is not 0 prints
    as 0.00: then as many as show two digits of it. And where a limit that is not `null` prints
    as if it were: then as many as show one digit of the distance. At most 12.

    Parameters
    ----------
    estimate, lower, upper : float
        On the scale on which they are printed; NaN and infinity ask for nothing.
    null : float
        What stands for no effect: 1 for a ratio, 0 for a difference.

    Examples
    --------
    >>> decimals_for(0.385, 0.159, 0.935, null=1), decimals_for(1.21, 1.0031, 1.46, null=1)
    (2, 3)
    """
    needed = [2]
    if 0 < abs(estimate) < 0.005:
        needed.append(1 - math.floor(math.log10(abs(estimate))))
    for limit in (lower, upper):
        away = abs(limit - null)
        if away > 0 and number(limit) == number(null):
            needed.append(-math.floor(math.log10(away)))
    return min(max(needed), 12)


def magnitude(value: float, decimals: int = 2) -> str:
    """A ratio, 0 or more, in digits or, where these would be many, by its bound.

    NaN is a ValueError: what is undefined is to be called so.

    Examples
    --------
    >>> magnitude(8.31), magnitude(1.2e99), magnitude(3e-7), magnitude(0.00042, 5)
    ('8.31', 'more than 1,000', 'less than 0.001', '0.00042')
    """
    if value > MANY:
        return f"more than {MANY:,}"
    if 0 < value < min(LITTLE, 0.5 / 10**decimals):
        return f"less than {LITTLE}"
    return half_up(value, decimals)


def scale_for(difference: float) -> int:
    """Of how many patients a difference of risks is told: 1,000, or 100,000 if it is small.

    It is small where it is less than one patient in 1,000, but not 0.

    Examples
    --------
    >>> scale_for(-0.035), scale_for(-0.000415), scale_for(0)
    (1000, 100000, 1000)
    """
    return 100_000 if 0 < abs(difference) < 0.001 else 1000


def p_text(p: float, decimals: int = 2) -> str:
    """A p-value as RevMan prints it: `decimals` from 0.01 on, else three; or "< 0.001".

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
    """Whether a value, rounded half up, gives the printed digits: "0.39", or "<0.001".

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
    text = re.sub(r"\b(?:tau|I)2\b", lambda found: {"tau2": "τ²", "I2": "I²"}[found[0]], text)
    return re.sub(r"(?<![^ \[(])-(?=\d)", "−", text)
