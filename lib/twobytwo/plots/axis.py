"""The axis of a forest plot: which stretch of it is shown, and where its ticks stand."""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

NULL_SHARE = 0.25  # of the axis, at least, on either side of no effect: room for "Favors ..."
DIGIT = 0.64  # width of a digit in ems in DejaVu Sans, the widest of the common fonts
TICK_GAP = 9.0  # points between two tick labels
MOST_STEPS = 12  # on a linear axis; more would not fit
ONE_TWO_FIVE = [float(f"{m}e{exponent}") for exponent in range(-12, 13) for m in (1, 2, 5)]


@dataclass(frozen=True)
class Axis:
    """A stretch of the natural scale.

    Attributes
    ----------
    log : bool
        True for OR and RR.
    null : float or None
        No effect: 1, or 0 for RD; there is none for a proportion.
    low, high : float
        Where the axis ends.
    ticks : tuple of float
    labels : tuple of str
        Plain decimals.
    """

    log: bool
    null: float | None
    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]

    def share(self, value: float) -> float:
        """Where a value lies: 0 at the low end, 1 at the high end."""
        if self.log:
            ratio = max(value, sys.float_info.min) / self.low  # a limit can underflow to 0
            return math.log(ratio) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def clipped(self, lower: float, upper: float) -> tuple[bool, bool]:
        """Whether an interval runs off the axis at its low and at its high end."""
        return bool(lower < self.low), bool(upper > self.high)


def effect_axis(
    log: bool,
    estimates: Iterable[float],
    limits: Iterable[float],
    pooled: Sequence[float],
    width: float,
    size: float,
) -> Axis:
    """Choose the axis of effects.

    Every estimate, the pooled limits and no effect lie on it. The other limits lie on it too,
    unless they are so wide that the diamond would shrink below an eighth of the axis and the
    estimates would crowd in its middle third: then they are cut, on the longer side first.

    Parameters
    ----------
    log : bool
        True for ratios.
    estimates, limits : iterable of float
        Of all rows; what is not finite is left out.
    pooled : sequence of float
        Limits that must not be cut; the first two are those of the diamond.
    width : float
        Of the plot, in points.
    size : float
        Of the tick labels, in points.

    Returns
    -------
    Axis
    """
    null = 1.0 if log else 0.0
    wanted = list(limits) if log else [min(max(value, -1.0), 1.0) for value in limits]
    low, high = _window(
        _finite([null, *estimates, *pooled], log),
        _finite(wanted, log),
        float(np.ptp(_finite(pooled[:2], log) or [0.0])),
        math.log(10) if log else 0.5,
    )
    if log:
        low, high = math.exp(low), math.exp(high)
    for ends, ticks in _candidates(low, high, log):
        drawn = Axis(log, null, *ends, ticks, _labels(ticks, log))
        if _fits(drawn, width, size):
            return drawn
    return Axis(log, null, low, high, (null,), _labels((null,), log))


def proportion_axis(
    limits: Iterable[float], pooled: Iterable[float], width: float, size: float
) -> Axis:
    """Choose the axis of proportions, labeled in percent: from 0 to the highest limit.

    Parameters
    ----------
    limits, pooled, width, size
        As for `effect_axis`.

    Returns
    -------
    Axis
        It leaves 0 to 1 only where a pooled interval does.
    """
    must = _finite([0.0, *pooled], False)
    high = max(*must, min(max(_finite(limits, False), default=1.0), 1.0))
    for ends, ticks in _candidates(100 * min(must), 100 * high, False):
        low, high = (end / 100 for end in ends)
        places = tuple(tick / 100 for tick in ticks)
        drawn = Axis(False, None, low, high, places, _labels(ticks, False))
        if _fits(drawn, width, size):
            break
    return drawn


def _finite(values: Iterable[float], log: bool) -> list[float]:
    """The defined values, on the scale of the effect."""
    kept = [float(value) for value in values if np.isfinite(value) and (value > 0 or not log)]
    return [math.log(value) for value in kept] if log else kept


def _window(
    core: list[float], wanted: list[float], diamond: float, default: float
) -> tuple[float, float]:
    """The stretch to show, on the scale of the effect, where no effect is 0."""
    low, high = min(core), max(core)
    left = max(low - min(wanted, default=low), 0.0)
    right = max(max(wanted, default=high) - high, 0.0)
    room = max(2 * (high - low), 8 * diamond - (high - low))
    if left + right > room:
        left, right = (
            min(left, max(room / 2, room - right)),
            min(right, max(room / 2, room - left)),
        )
    low, high = low - left, high + right
    if high == low:
        return -default, default
    other_side = NULL_SHARE / (1 - NULL_SHARE)
    low, high = min(low, -other_side * high), max(high, -other_side * low)
    return low, high


def _candidates(
    low: float, high: float, log: bool
) -> Iterator[tuple[tuple[float, float], tuple[float, ...]]]:
    """Limits rounded outward and ticks between them, from many ticks to few."""
    if log and high / low > 3:
        one = ONE_TWO_FIVE.index(1.0)
        limits = _outward(low, high)
        # 1 2 5 10; three decades or more; 0.2 1 5 20; every second, third ... decade.
        for step, fewest in ((1, 2), (3, 3), (2, 2), (6, 3), (9, 2), (12, 2), (18, 2)):
            ticks = tuple(
                v for v in ONE_TWO_FIVE[one % step :: step] if limits[0] <= v <= limits[1]
            )
            if len(ticks) >= fewest:
                yield limits, ticks
        return
    for size in ONE_TWO_FIVE:
        # Rounding noise must not add a step: 0.6 / 0.2 is just below 3.
        first, last = math.floor(low / size + 1e-9), math.ceil(high / size - 1e-9)
        if last - first <= MOST_STEPS and not (log and first <= 0):
            ticks = tuple(float(f"{i * size:.9g}") for i in range(first, last + 1))
            yield (ticks[0], ticks[-1]), ticks


def _outward(low: float, high: float) -> tuple[float, float]:
    """The nearest members of 1, 2, 5, 10 ... that enclose the stretch."""
    below = [value for value in ONE_TWO_FIVE if value <= low * (1 + 1e-9)]
    above = [value for value in ONE_TWO_FIVE if value >= high * (1 - 1e-9)]
    return max(below, default=low), min(above, default=high)


def _labels(ticks: tuple[float, ...], log: bool) -> tuple[str, ...]:
    """Plain decimals; on a linear axis all with the same number of them, but a bare 0."""
    plain = [np.format_float_positional(abs(tick), trim="-") for tick in ticks]
    if not log:
        decimals = max(len(label.partition(".")[2]) for label in plain)
        plain = [f"{abs(tick):.{decimals}f}" if tick else "0" for tick in ticks]
    return tuple("\u2212" * (tick < 0) + label for tick, label in zip(ticks, plain, strict=True))


def _fits(axis: Axis, width: float, size: float) -> bool:
    """Whether the labels stand clear of each other, by a generous estimate of their widths."""
    middle = [width * axis.share(tick) for tick in axis.ticks]
    half = [DIGIT * size * len(label) / 2 for label in axis.labels]
    return all(
        middle[i] + half[i] + TICK_GAP <= middle[i + 1] - half[i + 1]
        for i in range(len(middle) - 1)
    )
