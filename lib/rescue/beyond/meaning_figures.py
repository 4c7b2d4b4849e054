"""The figures of the chapter on what the numbers would mean."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from metabook import data
from metabook.drawing import PHONE, SIZE, canvas
from metabook.figure import Figure
from twobytwo.plots.palette import INK, MUTED, POOLED
from twobytwo.rounding import half_up

from rescue.beyond import meaning, randomized

LARGEST = 1000  # patients: the end of the axis of the power curves


def _title(axes: Axes, outcome: str) -> None:
    short = data.outcome(outcome)["short"]
    axes.set_title(short, fontsize=SIZE + 1, color=INK, loc="left", weight="bold")


def power(name: str) -> Figure:
    """The chance that a trial finds the pooled effect, or half of it, by its size."""
    angel = int(randomized.trial()["patients"])
    said = [
        f"{data.outcome(outcome)['short']}, {what}: "
        f"{half_up(100 * meaning.planned(outcome, share).power(angel), 0)} % with {angel} patients."
        for outcome in data.outcomes()
        for share, what in ((1.0, "pooled effect"), (0.5, "half of it"))
    ]
    outcomes = len(data.outcomes())
    wide, panels = canvas(3.0, panels=outcomes)
    stacked, rows = canvas(2.1 * outcomes, rows=outcomes, width=PHONE)
    for figure, drawn in ((wide, panels), (stacked, rows)):
        _curves(drawn, angel)
        figure.supxlabel("Patients in the trial", fontsize=SIZE, color=INK)
    alt = f"Chance of a trial to find an effect, by its size. {' '.join(said)}"
    return Figure(wide, name, alt, phone=stacked)


def _curves(panels: list[Axes], angel: int) -> None:
    sizes = np.arange(10, LARGEST + 1, 10)
    for axes, outcome in zip(panels, data.outcomes(), strict=True):
        for share, line in ((1.0, "-"), (0.5, "--")):
            plan = meaning.planned(outcome, share)
            axes.plot(sizes, [100 * plan.power(int(n)) for n in sizes], line, color=POOLED)
            axes.plot(angel, 100 * plan.power(angel), "o", color=POOLED, markersize=5.5)
        for level in meaning.POWERS:
            axes.axhline(100 * level, color=MUTED, linewidth=0.7, linestyle=(0, (2, 3)), zorder=0)
        axes.axvline(angel, color=INK, linewidth=0.9, zorder=0)
        _title(axes, outcome)
        axes.set_xlim(0, LARGEST)
        axes.set_xticks([0, 500, 1000], ["0", "500", "1,000"])
        axes.set_yticks([0, 50, 80, 90, 100], ["0", "50", "80", "90 %", ""])
        axes.set_ylim(0, 101)
    for text, level in (("pooled effect", 60), ("half of it", 23)):
        panels[-1].text(LARGEST - 10, level, text, fontsize=SIZE, color=POOLED, ha="right")
    panels[0].set_ylabel("Chance to find it", fontsize=SIZE, color=INK)
    panels[-1].text(angel + 20, 93, f"{angel} patients", fontsize=SIZE, color=INK)
