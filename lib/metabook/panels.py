"""A figure of several panels: side by side where there is room, below each other on a phone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from twobytwo.plots.drawn import Drawn

from metabook.drawing import PHONE, WIDTH, canvas


def panels(
    draw: Callable[[Figure, Sequence[Axes], bool], None],
    count: int,
    *,
    wide: float,
    phone: float,
    title: str,
    alt: str,
    numbers: Mapping[str, Any],
) -> Drawn:
    """Draw the same panels twice, for a page and for a phone; the page shows the one that fits.

    Parameters
    ----------
    draw : callable
        Draws on a figure and its axes, and is told whether it is the phone's.
    count : int
        Of panels.
    wide, phone : float
        Heights in inches.
    title, alt : str
        What the figure is, and what it shows, made from the data.
    numbers : mapping of str to array_like
        What is drawn, as columns.
    """

    def make(on_phone: bool) -> Figure:
        if on_phone:
            figure, axes = canvas(phone, width=PHONE, rows=count)
        else:
            figure, axes = canvas(wide, panels=count, width=WIDTH)
        draw(figure, axes, on_phone)
        return figure

    text = " ".join(alt.split())
    return Drawn(
        figure=make(False), alt=text, title=title, numbers=numbers, phone=lambda: make(True)
    )
