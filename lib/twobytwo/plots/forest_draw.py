"""The marks of a forest plot: first what each row shows, then the drawing of it.

There is no Axes: setting one up would take longer than all of the drawing, and every place
is already known in points.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.transforms import Affine2D

from twobytwo.estimate.effects import FloatArray
from twobytwo.plots import palette
from twobytwo.plots.forest_axis import Axis
from twobytwo.plots.forest_layout import Label, Layout
from twobytwo.plots.forest_words import Cells, Words
from twobytwo.pooled import Pooled

SQUARE = 11.5  # side in points of the largest square
LARGEST = 12.0  # weight in percent that has it, at least: small weights have small squares
SMALLEST = 2.5  # side in points below which a tick shows where the square is
DIAMOND = 5.5  # half its height in points
TICK = 3.0  # length of the axis' ticks
ARROW = 5.0  # length of the arrow where an interval is cut

Point = tuple[float, float]


@dataclass(frozen=True)
class Row:
    """One row as drawn.

    Attributes
    ----------
    cells : Cells
        The printed cells.
    y : float
        Its middle, in points below the top edge of the figure.
    estimate : float
        Center of the square, or of the diamond, on the natural scale; NaN for none.
    lower, upper : float
        The interval on the natural scale, before it is cut.
    clipped : tuple of bool
        Whether it is cut at the low and at the high end of the axis.
    area : float
        Of the square in square points; 0 for none.
    """

    cells: Cells
    y: float
    estimate: float
    lower: float
    upper: float
    clipped: tuple[bool, bool]
    area: float = 0.0


def marks(
    result: Pooled, words: Words, axis: Axis, layout: Layout, size: FloatArray | None = None
) -> tuple[tuple[Row, ...], Row, Row | None]:
    """What the studies' rows, the total and the prediction interval show.

    Parameters
    ----------
    result : Pooled
        Of one meta-analysis.
    words : Words
    axis : Axis
    layout : Layout
    size : ndarray, shape (k,), optional
        What the squares' areas show, in percent of all; the weights if left out.

    Returns
    -------
    rows : tuple of Row
    total : Row
    prediction : Row or None
    """

    def row(cells: Cells, y: float, *effect: float, area: float = 0.0) -> Row:
        estimate, lower, upper = map(float, effect)
        return Row(cells, y, estimate, lower, upper, axis.clipped(lower, upper), float(area))

    shown = np.isfinite(result.study_estimate) & result.included
    weight = np.where(shown, result.weight if size is None else size, 0.0)
    area = SQUARE**2 * weight / max(weight.max(initial=0.0), LARGEST)
    limits = result.study_interval
    rows = tuple(
        row(cells, y, result.study_estimate[i], limits.lower[i], limits.upper[i], area=area[i])
        for i, (cells, y) in enumerate(zip(words.studies, layout.rows, strict=True))
    )
    total = row(words.total, layout.total, result.estimate, result.ci_lower, result.ci_upper)
    if words.prediction is None:
        return rows, total, None
    ends = result.prediction_lower, result.prediction_upper
    return rows, total, row(words.prediction, layout.prediction, np.nan, *ends)


def diamond(total: Row) -> tuple[Point, ...]:
    """Corners of the diamond: left, top, right, bottom; none where nothing was pooled."""
    if not np.isfinite(total.estimate):
        return ()
    return (
        (total.lower, total.y),
        (total.estimate, total.y - DIAMOND),
        (total.upper, total.y),
        (total.estimate, total.y + DIAMOND),
    )


class _Pen:
    """Draws on a figure in points from its top left corner; what comes later lies above."""

    def __init__(self, width: float, height: float) -> None:
        self.figure = Figure(figsize=(width / 72, height / 72), facecolor="none")
        flip = Affine2D().scale(1 / 72, -1 / 72).translate(0, height / 72)
        self.points = flip + self.figure.dpi_scale_trans

    def lines(
        self, name: str, ends: Sequence[tuple[Point, Point]], color: str, width: float, **style: Any
    ) -> None:
        """Draw straight lines of one kind."""
        if ends:
            style |= {"colors": color, "linewidths": width, "gid": name, "zorder": 1}
            self.figure.add_artist(LineCollection(ends, transform=self.points, **style))

    def shapes(self, name: str, corners: Sequence[Sequence[Point]], color: str) -> None:
        """Draw filled shapes of one kind, exact to a fraction of a pixel."""
        if corners:
            shapes = PolyCollection(corners, snap=False, facecolors=color, linewidths=0, gid=name)
            shapes.set(transform=self.points, zorder=1)
            self.figure.add_artist(shapes)

    def write(self, label: Label) -> None:
        """Write a line of text; a study's name is a name, not a formula."""
        self.figure.text(
            label.x, label.y, label.text, transform=self.points, size=label.size,
            color=label.color, weight="bold" if label.bold else "normal", ha=label.align,
            va="baseline", parse_math=False,
        )  # fmt: skip


def draw(
    rows: tuple[Row, ...], total: Row, prediction: Row | None, axis: Axis, layout: Layout
) -> Figure:
    """Draw what `marks` says, from the back to the front.

    Parameters
    ----------
    rows : tuple of Row
    total : Row
    prediction : Row or None
    axis : Axis
    layout : Layout

    Returns
    -------
    matplotlib.figure.Figure
        Made without pyplot, on no background.
    """

    def x(value: float) -> float:
        return layout.left + axis.share(value) * (layout.right - layout.left)

    pen = _Pen(layout.width, layout.height)
    for label in layout.labels:
        pen.write(label)
    for rule in layout.rules:
        pen.lines("rule", [((rule.x0, rule.y), (rule.x1, rule.y))], rule.color, 0.6)
    bottom = layout.bottom
    ticks = [((x(tick), bottom), (x(tick), bottom + TICK)) for tick in axis.ticks]
    pen.lines("axis", [((layout.left, bottom), (layout.right, bottom)), *ticks], palette.INK, 0.8)
    if axis.null is not None:
        null = x(axis.null)
        pen.lines("no-effect", [((null, layout.top), (null, bottom))], palette.MUTED, 0.8)
    drawn = [row for row in rows if math.isfinite(row.estimate)]
    if corners := [(x(value), y) for value, y in diamond(total)]:
        middle = corners[1][0]
        pen.lines("pooled", [((middle, layout.top), (middle, total.y))], palette.TREATMENT, 0.7,
                  linestyles=[(0, (4, 3))])  # fmt: skip
    tiny = [row for row in drawn if row.area < SMALLEST**2]
    ends = [((x(row.estimate), row.y - 3), (x(row.estimate), row.y + 3)) for row in tiny]
    pen.lines("tiny", ends, palette.TREATMENT, 1.4)
    squares = [_square(x(row.estimate), row.y, row.area) for row in drawn]
    pen.shapes("squares", squares, palette.TREATMENT)
    pen.shapes("diamond", [corners] if corners else [], palette.TREATMENT)
    # Intervals lie over the squares: a short one would hide below.
    for name, color, some in (
        ("intervals", palette.INK, drawn),
        ("prediction", palette.PREDICTION, [prediction] if prediction else []),
    ):
        some = [row for row in some if math.isfinite(row.lower)]
        ends = [
            ((x(max(row.lower, axis.low)), row.y), (x(min(row.upper, axis.high)), row.y))
            for row in some
        ]
        pen.lines(name, ends, color, 1.1)
        left = [_arrow(layout.left, row.y, ARROW) for row in some if row.clipped[0]]
        right = [_arrow(layout.right, row.y, -ARROW) for row in some if row.clipped[1]]
        pen.shapes(f"{name}-cut", left + right, color)
    return pen.figure


def _square(x: float, y: float, area: float) -> list[Point]:
    half = math.sqrt(area) / 2
    return [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]


def _arrow(tip: float, y: float, length: float) -> list[Point]:
    return [(tip, y), (tip + length, y - ARROW / 2), (tip + length, y + ARROW / 2)]
