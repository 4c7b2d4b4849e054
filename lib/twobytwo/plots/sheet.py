"""What the funnel, L'Abbé's and Baujat's plots share: the record, the sheet, the scales.

Every place is known in points before anything is drawn, so that labels can be kept apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from twobytwo.estimate.effects import BoolArray, FloatArray
from twobytwo.plots import palette
from twobytwo.plots.drawn import SIZE, Drawn, blank, one_line, width, wrap
from twobytwo.plots.forest import MEASURE
from twobytwo.plots.forest_layout import ONE_TWO_FIVE, Axis, clear, every, multiples, plain
from twobytwo.plots.labels import StudyLabel, place
from twobytwo.results import Pooled, check_one

WIDE = 306.0  # points: shrunk to the 342 px of a phone its text is still 10 px high
LEFT, RIGHT, LINE = 42.0, 16.0, 13.0  # points: margins, and a line of text


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Plot(Drawn):
    """A drawn plot of studies, and the names on it."""

    labels: tuple[StudyLabel, ...]

    @property
    def study(self) -> tuple[str, ...]:
        """The studies drawn."""
        return tuple(self.numbers["study"])


def even(low: float, high: float, most: int = 6, factor: float = 1) -> Axis:
    """An axis with even steps; its labels are the values times a factor."""
    reach = abs(high - low) * factor
    step = next(size for size in ONE_TWO_FIVE if reach / size <= most)
    ends = sorted((low * factor, high * factor))
    first, last = math.ceil(ends[0] / step - 1e-9), math.floor(ends[1] / step + 1e-9)
    values = multiples(step, first, last)
    return Axis(low, high, tuple(v / factor for v in values), plain(values, False))


def of_effects(low: float, high: float, measure: str, room: float) -> Axis:
    """An axis of effects: ratios stand at their logarithms, labeled as themselves."""
    if measure == "RD":
        return even(low, high)
    ends = math.exp(low), math.exp(high)
    if ends[1] / ends[0] < 3:
        steps = even(*ends, most=5)
        return Axis(low, high, tuple(math.log(v) for v in steps.ticks), steps.labels)
    for step in (1, 3, 6, 9, 12, 18):
        values = every(step, *ends)
        axis = Axis(low, high, tuple(map(math.log, values)), plain(values, True))
        if clear([axis.share(tick) for tick in axis.ticks], axis.labels, room, SIZE):
            break
    return axis


Key = tuple[str, dict[str, Any]]


class Sheet:
    """One pair of axes with its words: key, axis label, plot, axis label, notes, downward.

    An entry of the key is a text and the style of what stands before it: a patch, if it has a
    ``facecolor``, a line, or nothing, if it has no style.
    """

    def __init__(
        self, x: Axis, y: Axis, names: tuple[str, str], keys: Sequence[Key], note: str,
        height: float,
    ) -> None:  # fmt: skip
        self.x, self.y, self.height = x, y, height
        self.left = max(LEFT, 8 + max(map(width, y.labels)))  # a tick stands before its label
        self.right = WIDE - RIGHT
        self.lines: list[FloatArray] = []  # which names had better not cross
        spots, under = _flow(keys)
        self.top = under + 2 * LINE - 3
        notes = wrap(note, WIDE - 4) if note else []
        self.bottom = self.top + height
        total = self.bottom + 3 * LINE + LINE * len(notes)
        self.figure, self.points = blank(WIDE, total)
        start, wide = self.left / WIDE, (self.right - self.left) / WIDE
        axes = self.axes = self.figure.add_axes(
            (start, 1 - self.bottom / total, wide, height / total)
        )
        axes.set_facecolor("none")
        axes.spines[["top", "right"]].set_visible(False)
        axes.spines[["left", "bottom"]].set_color(palette.MUTED)
        axes.tick_params(labelsize=SIZE, color=palette.MUTED, labelcolor=palette.INK, length=3)
        axes.set_xlim(x.low, x.high)
        axes.set_ylim(y.low, y.high)
        axes.set_xticks(x.ticks, x.labels)
        axes.set_yticks(y.ticks, y.labels)
        for (text, style), (left, base) in zip(keys, spots, strict=True):
            self._key(text, style, left, base)
        self.write(2, self.top - 6, names[1])
        self.write(self.left, self.bottom + 2 * LINE + 2, names[0])
        for i, line in enumerate(notes):
            self.write(2, self.bottom + (i + 3) * LINE + 4, line, color=palette.MUTED)

    def _key(self, text: str, style: dict[str, Any], left: float, base: float) -> None:
        middle = base - 3
        if "facecolor" in style:
            box = Rectangle((left, middle - 5), 16, 10, transform=self.points, linewidth=0.6)
            box.set(edgecolor=palette.MUTED, **style)
            self.figure.add_artist(box)
        elif style:
            self._draw_line([left, left + 16], [middle, middle], linewidth=1.1, **style)
        self.write(left + (20 if style else 0), base, text)

    def _draw_line(self, x: list[float], y: list[float], **style: Any) -> None:
        self.figure.add_artist(Line2D(x, y, transform=self.points, **style))

    def write(self, x: float, y: float, text: str, **style: Any) -> None:
        """Write a line of text from a point on its base line."""
        style = {"color": palette.INK, "va": "baseline", **style}
        self.figure.text(
            x, y, text, transform=self.points, size=SIZE, parse_math=False, **style
        )  # fmt: skip

    def at(self, x: Any, y: Any) -> FloatArray:
        """Places in points from the top left corner, shape (n, 2)."""
        across = self.left + self.x.share(np.asarray(x)) * (self.right - self.left)
        return np.column_stack([across, self.bottom - self.y.share(np.asarray(y)) * self.height])

    def line(self, name: str, x: Any, y: Any, **style: Any) -> None:
        """Draw a line that the names of studies had better not cross."""
        self.axes.plot(x, y, gid=name, zorder=1, **style)
        self.lines.append(self.at(x, y))

    def studies(
        self, study: Sequence[str], x: FloatArray, y: FloatArray, area: FloatArray,
        score: FloatArray, **style: Any,
    ) -> tuple[StudyLabel, ...]:  # fmt: skip
        """Draw the studies' marks, of so many square points, and names beside them.

        All are named if they are few, else those of the highest score.
        """
        order = np.argsort(-area, kind="stable")  # large marks below small ones
        sizes = area[order] if np.ptp(area) else area[:1]  # one mark is written once
        self.axes.scatter(
            x[order], y[order], s=sizes, color=palette.POOLED, edgecolor=palette.PAPER,
            linewidth=0.8, zorder=3, gid="studies", **style,
        )  # fmt: skip
        frame = (self.left + 3, self.top + 1, self.right + RIGHT - 3, self.bottom - 2)
        labels = place(study, self.at(x, y), np.sqrt(area) / 2, frame, self.lines, score)
        for label in labels:
            if label.leader:
                (x0, y0), (x1, y1) = label.leader
                self._draw_line(
                    [x0, x1], [y0, y1], gid="leader", color=palette.MUTED, linewidth=0.6
                )
            left, top, _, bottom = label.box
            self.write(left, (top + bottom) / 2, label.text, va="center_baseline", gid="study")
        return labels


def _flow(keys: Sequence[Key]) -> tuple[list[tuple[float, float]], float]:
    """Where the entries of the key stand, row by row, and where the last row ends."""
    spots, left, base = [], 2.0, LINE - 2
    for text, style in keys:
        wide = width(text) + (20 if style else 0)
        if left > 2 and left + wide > WIDE - 2:
            left, base = 2.0, base + LINE + 1
        spots.append((left, base))
        left += wide + 11
    return spots, base + 4 if keys else 0.0


def title(kind: str, result: Pooled, outcome: str | None) -> str:
    """The first words of an alt text, once it is sure that one comparison of arms is drawn."""
    check_one(result, f"a {kind}")
    if result.measure not in MEASURE:
        raise ValueError(f"a {kind} compares two arms, and a {result.measure} is of one")
    return f"{kind[0].upper()}{kind[1:]} of {one_line(outcome or MEASURE[result.measure].lower())}"


def names(result: Pooled, drawn: BoolArray) -> tuple[str, ...]:
    """The names of the studies that are drawn, each on one line."""
    return tuple(map(one_line, compress(result.study, drawn)))
