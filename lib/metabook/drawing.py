"""The look that the book's own figures share: one font size, hairlines, no boxes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from twobytwo.plots.palette import GRID, INK, MUTED

from metabook.figure import Figure as Shown

WIDTH = 7.2  # inches: the width of the text column
PHONE = 3.45  # inches: a phone need not shrink it
SIZE = 9.0  # points


def canvas(
    height: float, panels: int = 1, width: float = WIDTH, rows: int = 1
) -> tuple[Figure, list[Axes]]:
    """An empty figure, made without pyplot; its panels share the axes of rows and columns."""
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = list(figure.subplots(rows, panels, sharex="col", sharey=True, squeeze=False).flat)
    for one in axes:
        one.set_facecolor("none")
        one.spines[["top", "right", "left"]].set_visible(False)
        one.spines["bottom"].set_color(MUTED)
        one.tick_params(labelsize=SIZE, color=MUTED, labelcolor=INK, length=3)
        one.tick_params(axis="y", length=0)
    return figure, axes


def twice(
    name: str,
    alt: str,
    draw: Callable[[Figure, list[Axes], bool], None],
    *,
    wide: float,
    phone: float,
    panels: int = 1,
) -> Shown:
    """Draw the same panels for a page, side by side, and for a phone, below each other.

    `draw` is given a figure and its axes, and told whether it is the phone's; `wide` and `phone`
    are heights in inches.
    """

    def make(on_phone: bool) -> Figure:
        figure, axes = canvas(phone, 1, PHONE, panels) if on_phone else canvas(wide, panels)
        draw(figure, axes, on_phone)
        return figure

    return Shown(make(False), name, alt, make(True))


def page(height: float, top: float, width: float = WIDTH) -> tuple[Figure, Axes]:
    """A canvas for boxes: no axis, 100 units wide and `top` units high."""
    figure, (axes,) = canvas(height, width=width)
    axes.set_axis_off()
    axes.set_xlim(0, 100)
    axes.set_ylim(0, top)
    return figure, axes


def box(
    axes: Axes, middle: tuple[float, float], width: float, style: dict[str, Any], height: float = 7
) -> None:
    """A box with round corners on a `page`."""
    x, y = middle
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2),
            width,
            height,
            boxstyle="round,rounding_size=1",
            **style,
        )
    )


def vertical_grid(axes: Axes) -> None:
    """Faint lines at the ticks of the horizontal axis."""
    axes.set_axisbelow(True)
    axes.grid(axis="x", color=GRID, linewidth=0.6)


def row_labels(axes: Axes, labels: Sequence[str]) -> None:
    """Name the rows above their marks, so that names need no room at the side."""
    axes.set_yticks([])
    axes.set_ylim(len(labels) - 0.6, -0.75)
    for row, text in enumerate(labels):
        axes.annotate(
            text,
            (0, row - 0.42),
            xycoords=("axes fraction", "data"),
            va="center",
            fontsize=SIZE,
            color=INK,
        )


def label(
    axes: Axes, text: str, x: float, y: float, shift: tuple[float, float], color: str = INK
) -> None:
    """Words beside a mark; a sideways shift, in points, also aligns them away from it."""
    side = "left" if shift[0] > 0 else "right" if shift[0] < 0 else "center"
    axes.annotate(
        text,
        (x, y),
        shift,
        textcoords="offset points",
        ha=side,
        va="center",
        fontsize=SIZE,
        color=color,
        annotation_clip=False,
    )
