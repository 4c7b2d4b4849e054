"""Figures of what the paper tells in words: its selection and its delays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from metabook.drawing import PHONE, SIZE, box, label, page, row_labels, twice, vertical_grid
from metabook.figure import Figure
from metabook.frames import frame
from metabook.templates import capital
from twobytwo.plots.palette import INK, MUTED

STEP: dict[str, Any] = {"facecolor": "none", "edgecolor": MUTED}


def selection() -> Figure:
    """The flow from the search to the analysis."""
    stent, control = frame("studies.csv")[["n_treatment", "n_control"]].sum()
    rows = frame("selection.csv").itertuples()
    steps = [(f"{row.records:,} {row.unit}", row.stage) for row in rows]
    steps.append((f"{stent + control} patients", f"{stent} stent, {control} control"))
    wide, axes = page(1.1, 12)
    _flow(axes, steps, (11, 6), (26, 0), 19)
    phone, axes = page(0.75 * len(steps), 12 * len(steps), width=PHONE)
    _flow(axes, steps, (50, 12 * len(steps) - 6), (0, -12), 60)
    text = "; ".join(" ".join(step) for step in steps)
    return Figure(wide, "selection-flow", f"Flow of the selection: {text}.", phone)


def _flow(
    axes: Axes,
    steps: Sequence[tuple[str, str]],
    first: tuple[float, float],
    step: tuple[float, float],
    width: float,
) -> None:
    """A box for each step, from the place of the first, and an arrow to each from the one before.

    An arrow starts and ends where the boxes do.
    """
    for i, (number, stage) in enumerate(steps):
        x, y = (at + i * by for at, by in zip(first, step, strict=True))
        box(axes, (x, y), width, STEP)
        axes.text(x, y + 1.4, number, ha="center", va="center", fontsize=10, weight="bold")
        axes.text(x, y - 1.7, stage, ha="center", va="center", fontsize=SIZE, color=MUTED)
        if i:
            across, down = (1, 0) if step[0] else (0, 1)
            gap = (across * (width / 2 + 1), down * 4.2)
            start = (x - step[0] + gap[0], y - step[1] - gap[1])
            arrow = {"arrowstyle": "-|>", "color": MUTED, "linewidth": 0.8}
            axes.annotate("", (x - gap[0], y + gap[1]), start, arrowprops=arrow)


def delays(name: str, limit: float = 360) -> Figure:
    """The printed delays, mean with one standard deviation; a line at so many minutes."""
    rows = list(frame("delays.csv").itertuples())
    texts = (
        f"{row.interval}, {_who(row)}: {row.mean_min:g} ± {row.sd_min:g} minutes." for row in rows
    )

    def draw(figure: Drawing, panels: list[Axes], phone: bool) -> None:
        (axes,) = panels
        for i, row in enumerate(rows):
            mean, sd = row.mean_min, row.sd_min
            axes.plot([mean - sd, mean + sd], [i, i], color=INK, linewidth=1.4)
            axes.plot(mean, i, "o", color=INK, markersize=6)
            label(axes, f"{mean:g} ± {sd:g}", mean, i, (0, -10))
        axes.axvline(limit, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
        label(axes, "6 hours", limit, -0.55, (4, 0), MUTED)
        row_labels(axes, [f"{capital(row.interval)}, {_who(row)}" for row in rows])
        axes.set_xlim(0, 420)
        axes.set_xticks(range(0, 421, 60))
        axes.set_xlabel("Minutes, mean ± standard deviation", fontsize=SIZE)
        vertical_grid(axes)

    alt = "Delays, mean and standard deviation. " + " ".join(texts)
    return twice(name, alt, draw, wide=2.9, phone=2.9)


def _who(row: Any) -> str:
    return f"{row.which.split()[0]} average" if pd.isna(row.study) else str(row.study)
