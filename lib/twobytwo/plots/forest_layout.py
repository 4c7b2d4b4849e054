"""The table of a forest plot, its axis, and where its letters and marks stand.

Wide, the plot stands beside its table, whose columns are as wide as their widest cell in DejaVu
Sans: a browser's own sans serif is narrower, so nothing can collide there. On a phone the words
of a row stand above its mark, so that nothing shrinks.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from twobytwo.plots import palette
from twobytwo.plots.drawn import SHRINKS, SIZE, Ink, Label, Lines, Point, Shapes, width, wrap

TITLE = 10.0  # points
SMALL = 8.5  # of ticks, units and notes
LEADING = 11.5  # between the lines of one text
PITCH = 16.5  # between rows
MARGIN = 6.0
GUTTER = 13.5  # between columns
PAGE = 540.0  # width of a column of a page
WIDEST = (PAGE - 1) / SHRINKS  # of a drawing that can be read there, unless its table is wider
LEAST, PLOT, WIDER = 140.0, 184.0, 250.0  # width of a plot: beside a wide table, usual, at most
LAST = 12.0  # right of it, for half the label of its last tick
NAMES = 90.0, 265.0  # widest study name on one line beside a wide table, and at most
HEAD = 84.0  # widest arm name on one line
OFF = 5.0  # from the line of no effect to the words beside it
RISE = 0.365  # from a baseline to the middle of a digit, in ems
HINTED = 0.96  # of the room there is: a hinted font may run a little wider

PHONE = 268.5  # width in points of a plot for a phone: 358 px
EDGE = 4.0  # beside it
BAND = 7.5  # of a row on a phone, above and below the middle of its mark

SQUARE = 11.5  # side in points of the largest square
LARGEST = 12.0  # weight in percent that has it, at least: small weights have small squares
SMALLEST = 2.5  # side in points below which a tick shows where the square is
DIAMOND = 5.5  # half its height in points
TICK = 3.0  # length of the axis' ticks
ARROW = 5.0  # length of the arrow where an interval is cut

COUNTS, WEIGHT, EFFECT = "/", ".", "["  # on which the cells of a column are aligned
STUDY, ESTIMATE, SUBTOTAL, TOTAL = "study", "estimate", "subtotal", "total"
PREDICTION, GROUP, NOTE = "prediction", "subgroup", "note"
BOLD, DIAMONDS = (GROUP, SUBTOTAL, TOTAL), (SUBTOTAL, TOTAL)

NULL_SHARE = 0.25  # of the axis, at least, on either side of no effect: room for "Favors ..."
DIGIT = 0.64  # width of a digit in ems in DejaVu Sans, the widest of the common fonts
TICK_GAP = 9.0  # points between two tick labels
MOST_STEPS = 12  # on a linear axis; more would not fit
ONE_TWO_FIVE = [float(f"{m}e{exponent}") for exponent in range(-12, 13) for m in (1, 2, 5)]


@dataclass(frozen=True)
class Row:
    """A line of the table, and the numbers drawn beside it."""

    kind: str  # study, subtotal, total, prediction, a heading, a note, or an estimate alone
    label: str
    arms: tuple[str, ...] = ()  # events and patients of each arm, such as "13/23"
    weight: str = ""
    effect: str = ""  # estimate and interval, or "not estimable"
    # On the natural scale, before anything is cut; NaN for none.
    estimate: float = math.nan
    lower: float = math.nan
    upper: float = math.nan
    size: float = 0.0  # what the square's area shows, in percent of all


@dataclass(frozen=True, kw_only=True)
class ForestTable:
    """Everything that is written on the plot."""

    title: str = ""
    arms: tuple[str, ...] = ()  # what they are called
    heading: Row  # the last line of the header; what is blank in it has no column
    kind: str  # OR, RR, RD or proportion
    measure: str  # as it is called
    model: str
    rows: tuple[Row, ...]
    k: int  # studies, or estimates, that are pooled or drawn
    lines: tuple[str, ...] = ()  # heterogeneity, overall effect, subgroup differences
    favors: tuple[str, ...] = ()  # left and right of no effect, where there is such a line
    footnotes: tuple[str, ...] = ()


Placed = tuple[Row, float]  # and the height of its marks' middle, in points from the top edge


@dataclass(frozen=True)
class Layout:
    """The plot, laid out in points: its axis from left to right, its rows from top to bottom."""

    width: float
    height: float
    left: float
    right: float
    axis: Axis
    rows: Sequence[Placed]
    ink: Sequence[Ink]  # from the back to the front


# The axis: which stretch of the scale is shown, and where its ticks stand.


@dataclass(frozen=True)
class Axis:
    """A stretch of the natural scale, or of what is plotted."""

    low: float
    high: float
    ticks: tuple[float, ...]
    labels: tuple[str, ...]  # plain decimals
    log: bool = False  # of ratios
    null: float | None = None  # no effect: 1 or 0; there is none for a proportion

    def share(self, value: Any) -> Any:
        """Where a value, or many on a linear axis, lies: 0 at the low end, 1 at the high end."""
        if self.log:
            ratio = max(value, sys.float_info.min) / self.low  # a limit can underflow to 0
            return math.log(ratio) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def clipped(self, lower: float, upper: float) -> tuple[bool, bool]:
        """Whether an interval runs off the axis at its low and at its high end."""
        return bool(lower < self.low), bool(upper > self.high)


def axis_for(rows: Sequence[Row], measure: str, room: float) -> Axis:
    """The axis that shows some rows on so many points; measure is OR, RR, RD or proportion.

    Every estimate, the pooled limits and no effect lie on it. The other limits lie on it too,
    unless they are so wide that the diamond would shrink below an eighth of the axis and the
    estimates would crowd in its middle third: then they are cut, on the longer side first.
    The axis of proportions starts at 0, and leaves 0 to 1 only with a pooled interval.
    """
    # The total comes first: its interval sets how far the axis may reach.
    pooled = [row for kind in (TOTAL, SUBTOTAL) for row in rows if row.kind == kind]
    if not pooled:  # of estimates that stand alone it is the usual one
        alone = sorted((row for row in rows if row.size), key=lambda row: row.upper - row.lower)
        pooled = alone[len(alone) // 2 :][:1]
    must = [limit for row in pooled for limit in (row.lower, row.upper)]
    limits = [limit for row in rows for limit in (row.lower, row.upper)]
    percent, log = measure == "proportion", measure not in ("proportion", "RD")
    null = 1.0 if log else 0.0
    if percent:
        low = min(_finite([null, *must], log))
        high = max(_finite([null, *must, min(max(_finite(limits, log), default=1), 1)], log))
    else:
        low, high = _window(
            _finite([null, *(row.estimate for row in rows), *must], log),
            _finite(limits if log else np.clip(limits, -1, 1), log),
            float(np.ptp(_finite(must[:2], log) or [0.0])),
            math.log(10) if log else 0.5,
        )
    if log:
        low, high = math.exp(low), math.exp(high)
    scale = 100 if percent else 1
    for ends, ticks in _candidates(scale * low, scale * high, log):
        places = tuple(tick / scale for tick in ticks)
        start, end = (end / scale for end in ends)
        axis = Axis(start, end, places, plain(ticks, log), log, None if percent else null)
        if clear([axis.share(tick) for tick in places], axis.labels, room, SMALL):
            return axis
    return Axis(low, high, (null,), plain((null,), log), log, null)


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
        limits = _outward(low, high)
        # 1 2 5 10; three decades or more; 0.2 1 5 20; every second, third ... decade.
        for step, fewest in ((1, 2), (3, 3), (2, 2), (6, 3), (9, 2), (12, 2), (18, 2)):
            ticks = every(step, *limits)
            if len(ticks) >= fewest:
                yield limits, ticks
        return
    for size in ONE_TWO_FIVE:
        # Rounding noise must not add a step: 0.6 / 0.2 is just below 3.
        first, last = math.floor(low / size + 1e-9), math.ceil(high / size - 1e-9)
        if last - first <= MOST_STEPS and not (log and first <= 0):
            ticks = multiples(size, first, last)
            yield (ticks[0], ticks[-1]), ticks


def _outward(low: float, high: float) -> tuple[float, float]:
    """The nearest members of 1, 2, 5, 10 ... that enclose the stretch."""
    below = [value for value in ONE_TWO_FIVE if value <= low * (1 + 1e-9)]
    above = [value for value in ONE_TWO_FIVE if value >= high * (1 - 1e-9)]
    return max(below, default=low), min(above, default=high)


def every(step: int, low: float, high: float) -> tuple[float, ...]:
    """Of 1, 2, 5, 10 ... each that is so many steps from 1, between two limits."""
    one = ONE_TWO_FIVE.index(1.0)
    return tuple(value for value in ONE_TWO_FIVE[one % step :: step] if low <= value <= high)


def multiples(size: float, first: int, last: int) -> tuple[float, ...]:
    """From the first to the last multiple, without the noise of floating point."""
    return tuple(float(f"{i * size:.9g}") for i in range(first, last + 1))


def plain(ticks: tuple[float, ...], log: bool) -> tuple[str, ...]:
    """Plain decimals; on a linear axis all with the same number of them, but a bare 0."""
    plain = [np.format_float_positional(abs(tick), trim="-") for tick in ticks]
    if not log:
        decimals = max(len(label.partition(".")[2]) for label in plain)
        plain = [f"{abs(tick):.{decimals}f}" if tick else "0" for tick in ticks]
    return tuple("\u2212" * (tick < 0) + label for tick, label in zip(ticks, plain, strict=True))


def clear(shares: Sequence[float], labels: Sequence[str], width: float, size: float) -> bool:
    """Whether labels stand clear of each other, by a generous estimate of their widths."""
    ends = [
        (width * share - half, width * share + half)
        for share, label in zip(shares, labels, strict=True)
        for half in [DIGIT * size * len(label) / 2]
    ]
    return all(end + TICK_GAP <= start for (_, end), (start, _) in pairwise(ends))


# The marks.


def area(row: Row, rows: Sequence[Row]) -> float:
    """Area of a row's square in square points: as its weight."""
    return SQUARE**2 * row.size / max([LARGEST, *(other.size for other in rows)])


def marks(
    placed: Sequence[Placed],
    axis: Axis,
    left: float,
    right: float,
    top: float,
    bottom: float,
    band: float = 0.0,
) -> Iterator[Ink]:
    """Axis, squares, diamonds and intervals, from the back to the front.

    With a band the upright lines stand only that far above and below each row: where the
    words are between the rows, no line may run through them.
    """

    def x(value: float) -> float:
        return left + float(axis.share(value)) * (right - left)

    def upright(at: float, end: float) -> list[tuple[Point, Point]]:
        if not band:
            return [((at, top), (at, end))]
        return [((at, y - band), (at, min(y + band, end))) for _, y in placed if y <= end]

    ticks = [((x(tick), bottom), (x(tick), bottom + TICK)) for tick in axis.ticks]
    yield Lines("axis", [((left, bottom), (right, bottom)), *ticks], palette.INK, 0.8)
    if axis.null is not None:
        yield Lines("no-effect", upright(x(axis.null), bottom), palette.MUTED, 0.8)
    drawn = [(row, y) for row, y in placed if math.isfinite(row.estimate)]
    pooled = [(row, y) for row, y in drawn if row.kind in DIAMONDS]
    for row, y in pooled:
        if row.kind == TOTAL:
            yield Lines("pooled", upright(x(row.estimate), y), palette.POOLED, 0.7, dashed=True)
    single = [(row, y) for row, y in drawn if row.kind not in DIAMONDS]
    rows = [row for row, _ in single]
    tiny = [(x(row.estimate), y) for row, y in single if area(row, rows) < SMALLEST**2]
    yield Lines("tiny", [((at, y - 3), (at, y + 3)) for at, y in tiny], palette.POOLED, 1.4)
    squares = [_square(x(row.estimate), y, area(row, rows)) for row, y in single]
    yield Shapes("squares", squares, palette.POOLED)
    diamonds = [
        [(x(row.lower), y), (at := x(row.estimate), y - DIAMOND), (x(row.upper), y),
         (at, y + DIAMOND)]
        for row, y in pooled
    ]  # fmt: skip
    yield Shapes("diamond", diamonds, palette.POOLED)
    # Intervals lie over the squares: a short one would hide below.
    new = [(row, y) for row, y in placed if row.kind == PREDICTION]
    for name, color, kind in (
        ("intervals", palette.INK, single),
        ("prediction", palette.PREDICTION, new),
    ):
        some = [(row, y) for row, y in kind if math.isfinite(row.lower)]
        ends = [
            ((x(max(row.lower, axis.low)), y), (x(min(row.upper, axis.high)), y)) for row, y in some
        ]
        yield Lines(name, ends, color, 1.1)
        cut = [(y, *axis.clipped(row.lower, row.upper)) for row, y in some]
        arrows = [_arrow(left, y, ARROW) for y, low, _ in cut if low]
        arrows += [_arrow(right, y, -ARROW) for y, _, high in cut if high]
        yield Shapes(f"{name}-cut", arrows, color)


def _square(x: float, y: float, area: float) -> list[Point]:
    half = math.sqrt(area) / 2
    return [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]


def _arrow(tip: float, y: float, length: float) -> list[Point]:
    return [(tip, y), (tip + length, y - ARROW / 2), (tip + length, y + ARROW / 2)]


# What both forms share.


def _lines(
    text: str, x: float, y: float, room: float, size: float = SIZE, bold: bool = False,
    color: str = palette.INK, leading: float = 0.0,
) -> list[Label]:  # fmt: skip
    """The lines of a text below a height, broken to the room there is."""
    lines = wrap(text, room, size, bold)
    leading = leading or 1.25 * size
    return [Label(x, y + i * leading, line, size, bold, color) for i, line in enumerate(lines, 1)]


def _ticks(axis: Axis, left: float, right: float, y: float) -> list[Label]:
    """The labels of the ticks."""
    return [
        Label(left + (right - left) * axis.share(tick), y, label, SMALL, align="center")
        for tick, label in zip(axis.ticks, axis.labels, strict=True)
    ]


def _footnotes(table: ForestTable, x: float, y: float, room: float) -> list[Label]:
    """The footnotes below a baseline."""
    lines: list[Label] = []
    for note in table.footnotes:
        y = lines[-1].y if lines else y + 5
        lines += _lines(note, x, y, room, SMALL, color=palette.MUTED, leading=LEADING)
    return lines


def _unbroken(line: str) -> str:
    """A line of statistics that may be broken only between them."""
    for joined in (" = ", " %", "p < "):
        line = line.replace(joined, joined.replace(" ", "\u00a0"))
    return line


def _favors(
    sides: tuple[str, ...], axis: Axis, left: float, right: float, least: float, most: float
) -> tuple[list[Label], float]:
    """The words left and right of no effect, on lines that count from 0, and where they end.

    They stand beside no effect if there is room; if not at the ends of the axis; if these are
    too near, on two lines, or below each other where the sheet, from least to most, is narrow.
    """
    if not sides or axis.null is None:
        return [], right
    null = left + axis.share(axis.null) * (right - left)
    lines, align = [[f"\u2190 {sides[0]}"], [f"{sides[1]} \u2192"]], ("right", "left")
    wide = [width(line, SMALL) for (line,) in lines]
    if wide[0] <= null - OFF - least and wide[1] <= right - null - OFF:
        ends = null - OFF, null + OFF
    elif sum(wide) + 3 * OFF <= right - left:
        ends, align = (left, right), ("left", "right")
    else:
        # An arrow is bound to the word beside it.
        texts = f"\u2190\u00a0{sides[0]}", f"{sides[1]}\u00a0\u2192"
        lines = [_halves(text) for text in texts]
        reach = [max(width(line, SMALL) for line in some) for some in lines]
        # Beside no effect, or as far from it as keeps them on the sheet.
        near = max(null - OFF, least + reach[0])
        far = min(max(null + OFF, near + 2 * OFF), most - reach[1])
        ends = min(near, far - 2 * OFF), far
        if sum(reach) + 2 * OFF > most - left:
            above, below = (wrap(text, HINTED * (most - left), SMALL) for text in texts)
            lines = [above, [""] * len(above) + below]
            ends, align = (left, most), ("left", "right")
    labels = [
        Label(x, i * LEADING, line, SMALL, align=side)
        for x, some, side in zip(ends, lines, align, strict=True)
        for i, line in enumerate(some)
        if line
    ]
    end = max(x + (side == "left") * width(line, SMALL) for x, _, line, *_, side in labels)
    return labels, max(end, right)


def _halves(text: str) -> list[str]:
    """A text on two lines, as narrow as they can be."""
    words = text.split(" ")
    pairs = [[" ".join(words[:i]), " ".join(words[i:])] for i in range(1, len(words))]
    return min(pairs, key=lambda pair: max(width(line) for line in pair), default=[text])


# Wide: a table with the plot beside it.


class _Column(NamedTuple):
    """A column of numbers: its extent, and where the pivot of its cells stands."""

    left: float
    right: float
    pivot: str
    at: float
    arm: list[str]  # the lines of its name, over the unit of its numbers

    def cell(
        self, text: str, y: float, size: float = SIZE, bold: bool = False, color: str = palette.INK
    ) -> Label:
        """A cell, so placed that its pivot stands where it should."""
        before, _ = _split(text, self.pivot)
        return Label(self.at - width(before, size, bold), y, text, size, bold, color)


def _split(cell: str, pivot: str) -> tuple[str, str]:
    """What stands left of the pivot, and the rest."""
    at = cell.find(pivot)
    return (cell[:at], cell[at:]) if at >= 0 else ("", cell)


def _numbers(row: Row, table: ForestTable) -> list[tuple[str, str]]:
    """The cells of a row, each with its pivot: arms, weight if there is any, effect."""
    arms = row.arms or ("",) * len(table.arms)
    weight = [(row.weight, WEIGHT)] if table.heading.weight else []
    return [*((arm, COUNTS) for arm in arms), *weight, (row.effect, EFFECT)]


def _columns(table: ForestTable, left: float) -> list[_Column]:
    columns: list[_Column] = []
    for j, (unit, pivot) in enumerate(_numbers(table.heading, table)):
        arm = wrap(table.arms[j], HEAD, SIZE, True) if pivot == COUNTS else []
        # Units of the arms are small and plain, the other headings bold.
        heading = (unit, SMALL, False) if arm else (unit, SIZE, True)
        cells = [(_numbers(row, table)[j][0], SIZE, row.kind in BOLD) for row in table.rows]
        cells += [heading] if pivot in unit else []
        before, after = (
            max(width(_split(cell, pivot)[side], size, bold) for cell, size, bold in cells)
            for side in (0, 1)
        )
        wide = max(before + after, width(*heading), *(width(line, SIZE, True) for line in arm))
        at = left + (wide - before - after) / 2 + before
        columns.append(_Column(left, left + wide, pivot, at, arm))
        left += wide + GUTTER
    return columns


def wide(table: ForestTable) -> Layout:
    """Lay the plot out beside its table, no wider than a page can show it, if that can be."""
    across = MARGIN + GUTTER + _columns(table, 0)[-1].right + GUTTER + 4  # all but the names
    most = WIDEST - LAST - MARGIN  # where the plot ends at most
    # A heading has the columns beside it for itself.
    limits = {GROUP: NAMES[1], NOTE: math.inf}
    limit = float(np.clip(most - LEAST - across, *NAMES))
    names = [
        wrap(row.label, limits.get(row.kind, limit), SIZE, row.kind in BOLD) for row in table.rows
    ]
    widths = [
        width(line, SIZE, row.kind in BOLD)
        for row, lines in zip(table.rows, names, strict=True)
        for line in lines
        if row.kind not in limits
    ]
    # Above short names the heading may reach into the gutter.
    name_width = max(*widths, width(table.heading.label, SIZE, True) - GUTTER / 2)
    columns = _columns(table, MARGIN + name_width + GUTTER)
    groups = [width(row.label, SIZE, True) for row in table.rows if row.kind == GROUP]
    end = max([columns[-1].right, *(MARGIN + min(wide, NAMES[1]) for wide in groups)])

    notes = [row.label for row in table.rows if row.kind == NOTE]
    below = max((width(line, SMALL) for line in (*notes, *table.lines)), default=0.0)
    left = max(min(MARGIN + below + GUTTER, most - PLOT), end + GUTTER + 4)
    least = float(np.clip(most - left, LEAST, PLOT))
    axis = axis_for(table.rows, table.kind, least)
    last = max(width(axis.labels[-1], SMALL) / 2, 4)
    right = left + min(max(least, PAGE - left - last - MARGIN), WIDER)
    sheet = max(WIDEST - MARGIN, right + last)
    favors, room = _favors(table.favors, axis, left, right, left - GUTTER + 6, sheet)
    figure_width = max(right + last, room) + MARGIN

    labels: list[Label] = []
    line_width = HINTED * (figure_width - 2 * MARGIN)
    y = MARGIN
    if table.title:
        labels += _lines(table.title, MARGIN, y, line_width, TITLE, bold=True)
        y = labels[-1].y + 6
    y += LEADING * (1 + max([1, *(len(column.arm) for column in columns)]))
    labels += _header(table, columns, (left + right) / 2, y)
    y += 6
    top = y
    rules = [Lines("rule", [((MARGIN, y), (right, y))], palette.MUTED, 0.6)]

    y += 3
    placed: list[Placed] = []
    for row, lines in zip(table.rows, names, strict=True):
        if row.kind == TOTAL:
            y += 3
            rules.append(Lines("rule", [((MARGIN, y), (end, y))], palette.GRID, 0.6))
            y += 2
        if row.kind == NOTE:
            for line in _statistics(row.label, left):
                y += LEADING
                labels.append(Label(MARGIN, y - 3, line, SMALL, color=palette.MUTED))
            y += 5
            continue
        placed.append((row, y + PITCH / 2))
        labels += _row(table, row, lines, columns, y + PITCH / 2)
        y += PITCH + LEADING * (len(lines) - 1)
    bottom = y + 4

    # Beside the labels of the ticks stands the first line, the others beside the sides' names.
    y = bottom + 14
    first, *others = [line for text in table.lines for line in _statistics(text, left)] or [""]
    labels += [Label(MARGIN, y, first, SMALL)] * bool(first)
    labels += _ticks(axis, left, right, y)
    y += LEADING + 2.5 if favors else 0
    labels += [Label(MARGIN, y + i * LEADING, line, SMALL) for i, line in enumerate(others)]
    labels += [label._replace(y=y + label.y) for label in favors]
    labels += _footnotes(table, MARGIN, max(label.y for label in labels), line_width)
    high = max(label.y for label in labels) + MARGIN
    ink = (*labels, *rules, *marks(placed, axis, left, right, top, bottom))
    return Layout(figure_width, high, left, right, axis, placed, ink)


def _statistics(line: str, left: float) -> list[str]:
    """A line of statistics, broken between them where it would run into the plot."""
    room = left - GUTTER - MARGIN
    fits = width(line, SMALL) <= room + 1e-9
    return [line] if fits else wrap(_unbroken(line), HINTED * room, SMALL)


def _header(table: ForestTable, columns: list[_Column], plot: float, y: float) -> list[Label]:
    """The header; y is the baseline of its last line."""
    labels = [Label(MARGIN, y, table.heading.label, bold=True)]
    for (heading, pivot), column in zip(_numbers(table.heading, table), columns, strict=True):
        middle = (column.left + column.right) / 2
        if column.arm:
            unit = column.cell(heading, y, SMALL, color=palette.MUTED)
            labels.append(unit)
            # The arm's name stands over its unit, as far as its column allows.
            half = max(width(line, SIZE, True) for line in column.arm) / 2
            over = unit.x + width(heading, SMALL) / 2
            middle = min(max(over, column.left + half), column.right - half)
            labels += [
                Label(middle, y - i * LEADING, line, bold=True, align="center")
                for i, line in zip(range(len(column.arm), 0, -1), column.arm, strict=True)
            ]
        elif pivot in heading:
            labels.append(column.cell(heading, y, bold=True))
        else:
            labels.append(Label(middle, y, heading, bold=True, align="center"))
    labels.append(Label(plot, y - LEADING, table.measure, bold=True, align="center"))
    labels.append(Label(plot, y, table.model, SMALL, color=palette.MUTED, align="center"))
    return labels


def _row(
    table: ForestTable, row: Row, names: list[str], columns: list[_Column], middle: float
) -> list[Label]:
    """A row whose first line has its digits' middle at the given height."""
    y, bold = middle + RISE * SIZE, row.kind in BOLD
    lines = [Label(MARGIN, y + i * LEADING, name, bold=bold) for i, name in enumerate(names)]
    cells = zip(_numbers(row, table), columns, strict=True)
    lines += [column.cell(cell, y, bold=bold) for (cell, _), column in cells]
    return [label for label in lines if label.text]


# On a phone: the words of a row above its mark.


def stacked(table: ForestTable) -> Layout:
    """Lay the plot out for a screen of 358 pixels, where it need not shrink."""
    left, right = EDGE, PHONE - EDGE
    axis = axis_for(table.rows, table.kind, right - left)
    start, end = _ends(axis)
    room = HINTED * (right - left)
    labels: list[Label] = []
    rules: list[Ink] = []
    y = EDGE
    if table.title:
        labels += _lines(table.title, left, y, room, TITLE, bold=True)
        y = labels[-1].y + 4
    about = f"{table.measure}, {table.model}" if table.model else table.measure
    labels += _lines(about, left, y, room, SMALL, color=palette.MUTED)
    y = labels[-1].y + LEADING + 2
    labels.append(Label(left, y, table.heading.label, bold=True))
    labels.append(Label(right, y, table.heading.effect, bold=True, align="right"))
    y += 5
    top = y
    rules.append(Lines("rule", [((left, y), (right, y))], palette.MUTED, 0.6))
    placed: list[Placed] = []
    for row in table.rows:
        if row.kind == NOTE:
            labels += _lines(_unbroken(row.label), left, y, room, SMALL, color=palette.MUTED)
            y = labels[-1].y + 4
            continue
        if row.kind in DIAMONDS:
            y += 4
            color = palette.MUTED if row.kind == TOTAL else palette.GRID
            rules.append(Lines("rule", [((left, y), (right, y))], color, 0.6))
        labels += _words(table, row, left, right, y + 4)
        y = labels[-1].y
        if row.kind != GROUP:
            placed.append((row, y + 5 + SQUARE / 2))
            y += 5 + SQUARE
    bottom = y + 6
    y = bottom + 14
    labels += _ticks(axis, start, end, y)
    y += LEADING + 2.5 if table.favors else 0
    favors, _ = _favors(table.favors, axis, start, end, start, end)
    labels += [label._replace(y=y + label.y) for label in favors]
    y = max(label.y for label in labels) + 4
    for line in table.lines:
        labels += _lines(_unbroken(line), left, y, room, SMALL)
        y = labels[-1].y
    labels += _footnotes(table, left, y, room)
    high = max(label.y for label in labels) + EDGE
    ink = (*rules, *marks(placed, axis, start, end, top, bottom, BAND), *labels)
    return Layout(PHONE, high, start, end, axis, placed, ink)


def _words(table: ForestTable, row: Row, left: float, right: float, y: float) -> list[Label]:
    """The words of a row: name and effect, below them counts and weight."""
    arms = [f"{cell} {arm}".strip() for cell, arm in zip(row.arms, table.arms, strict=False)]
    weight = f"{table.heading.weight.lower()} {row.weight}" if row.weight else ""
    weight *= bool(table.heading.weight)
    labels: list[Label] = []
    for text, beside, size, bold, color, leading in (
        (row.label, row.effect, SIZE, row.kind in BOLD, palette.INK, LEADING),
        (", ".join(arms), weight, SMALL, False, palette.MUTED, LEADING - 0.5),
    ):
        free = right - left - (width(beside, size, bold) + GUTTER if beside else 0)
        lines = _lines(text, left, y, HINTED * free, size, bold, color, leading)
        if beside:
            lines.insert(1, lines[0]._replace(x=right, text=beside, align="right"))
        if text or beside:
            labels += [label for label in lines if label.text]
            y = lines[-1].y
    return labels


def _ends(axis: Axis) -> tuple[float, float]:
    """Where the axis starts and ends, so that no label of a tick leaves the screen."""
    over = []
    for tick, label in ((axis.ticks[0], axis.labels[0]), (axis.ticks[-1], axis.labels[-1])):
        from_end = min(axis.share(tick), 1 - axis.share(tick)) * (PHONE - 2 * EDGE)
        over.append(max(EDGE, width(label, SMALL) / 2 - from_end))
    return over[0], PHONE - over[1]
