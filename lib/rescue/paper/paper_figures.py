"""Figures of what the paper tells in words: its selection and its delays."""

from __future__ import annotations

from typing import Any

import pandas as pd
from metabook.drawing import NARROW, SIZE, box, canvas, label, page, row_labels, vertical_grid
from metabook.figure import Figure
from metabook.frames import frame
from metabook.templates import capital
from twobytwo.plots.palette import INK, MUTED, TREATMENT

STEP: dict[str, Any] = {"facecolor": "none", "edgecolor": MUTED}


def selection() -> Figure:
    """The flow from the search to the analysis."""
    stent, control = frame("studies.csv")[["n_treatment", "n_control"]].sum()
    steps = [(f"{of.records:,} {of.unit}", of.stage) for of in frame("selection.csv").itertuples()]
    steps.append((f"{stent + control} patients", f"{stent} stent, {control} control"))
    figure, axes = page(1.1, 12)
    for i, (number, stage) in enumerate(steps):
        middle = 11 + 26 * i
        box(axes, (middle, 6), 19, STEP)
        axes.text(middle, 7.4, number, ha="center", va="center", fontsize=10, weight="bold")
        axes.text(middle, 4.3, stage, ha="center", va="center", fontsize=SIZE, color=MUTED)
        if i:
            arrow = {"arrowstyle": "-|>", "color": MUTED, "linewidth": 0.8}
            axes.annotate("", (middle - 10.5, 6), (middle - 15.5, 6), arrowprops=arrow)
    said = "; ".join(" ".join(step) for step in steps)
    return Figure(figure, "selection-flow", f"Flow of the selection, left to right: {said}.")


def delays(name: str, limit: float = 360) -> Figure:
    """The printed delays, mean with one standard deviation to either side.

    Parameters
    ----------
    name : str
        Unique in the book.
    limit : float
        Minutes; where a line is drawn.
    """
    figure, (axes,) = canvas(2.9, width=NARROW)
    labels, said = [], []
    for i, row in enumerate(frame("delays.csv").itertuples()):
        mean, sd = row.mean_min, row.sd_min
        who = f"{row.which.split()[0]} average" if pd.isna(row.study) else row.study
        printed = f"{mean:g} ± {sd:g}"
        labels.append(f"{capital(row.interval)}, {who}")
        axes.plot([mean - sd, mean + sd], [i, i], color=INK, linewidth=1.4)
        axes.plot(mean, i, "o", color=TREATMENT, markersize=6)
        label(axes, printed, mean, i, (0, -10))
        said.append(f"{row.interval}, {who}: {printed} minutes.")
    axes.axvline(limit, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
    label(axes, "6 hours", limit, -0.55, (4, 0), MUTED)
    row_labels(axes, labels)
    axes.set_xlim(0, 420)
    axes.set_xticks(range(0, 421, 60))
    axes.set_xlabel("Minutes, mean ± standard deviation", fontsize=SIZE)
    vertical_grid(axes)
    return Figure(figure, name, "Delays, mean and standard deviation. " + " ".join(said))
