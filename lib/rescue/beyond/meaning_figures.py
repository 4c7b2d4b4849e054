"""The figures of the chapter on what the numbers would mean."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from metabook import data
from metabook.drawing import SIZE, canvas
from metabook.figure import Figure
from twobytwo.plots.palette import CONTROL, INK, MUTED, PAPER, TREATMENT
from twobytwo.rounding import half_up

from rescue.beyond import meaning, randomized

LARGEST = 1000  # patients: the end of the axis of the power curves


def icons(name: str) -> Figure:
    """100 patients for each outcome: with the event either way, one way only, or neither."""
    figure, panels = canvas(3.1, panels=len(data.outcomes()))
    said = []
    for axes, outcome in zip(panels, data.outcomes(), strict=True):
        of = meaning.hundred(outcome)
        both, changed = min(of.without, of.with_), abs(of.difference)
        for patient in range(100):
            _person(axes, patient, both, changed, more=of.difference > 0)
        only = "with" if of.difference > 0 else "without"
        _title(axes, outcome)
        axes.text(-0.4, 10.6, f"{of.without} without a stent", fontsize=SIZE, color=INK)
        axes.text(-0.4, 11.7, f"{of.with_} with one [{of.lower}, {of.upper}]", fontsize=SIZE)
        axes.set_axis_off()
        axes.set_xlim(-0.6, 9.6)
        axes.set_ylim(12, -0.8)
        axes.set_aspect("equal")
        said.append(
            f"{meaning.SHORT[outcome]}: {of.without} without a stent, {of.with_} with one "
            f"(95 % interval {of.lower} to {of.upper}); {both} either way, {changed} only {only}, "
            f"{100 - both - changed} neither way."
        )
    return Figure(
        figure,
        name,
        "100 patients, if the pooled odds ratios were effects. " + " ".join(said),
    )


def _title(axes: Axes, outcome: str) -> None:
    axes.set_title(meaning.SHORT[outcome], fontsize=SIZE + 1, color=INK, loc="left", weight="bold")


def _person(axes: Axes, patient: int, both: int, changed: int, more: bool) -> None:
    """One mark: a disc, a diamond (filled: only with a stent), or a small ring."""
    y, x = divmod(patient, 10)
    if patient < both:
        axes.plot(x, y, "o", color=INK, markersize=8)
    elif patient < both + changed:
        color = TREATMENT if more else CONTROL
        inside = color if more else PAPER
        axes.plot(x, y, "D", color=color, markerfacecolor=inside, markersize=7, markeredgewidth=1.6)
    else:
        axes.plot(x, y, "o", color=MUTED, markerfacecolor=PAPER, markersize=3, markeredgewidth=0.7)


def power(name: str) -> Figure:
    """The chance that a trial finds the pooled effect, or half of it, by its size."""
    figure, panels = canvas(3.0, panels=len(data.outcomes()))
    angel = int(randomized.trial()["patients"])
    sizes = np.arange(10, LARGEST + 1, 10)
    said = []
    for axes, outcome in zip(panels, data.outcomes(), strict=True):
        for share, line in ((1.0, "-"), (0.5, "--")):
            plan = meaning.planned(outcome, share)
            axes.plot(sizes, [100 * plan.power(int(n)) for n in sizes], line, color=TREATMENT)
            axes.plot(angel, 100 * plan.power(angel), "o", color=TREATMENT, markersize=5.5)
            said.append(
                f"{meaning.SHORT[outcome]}, {'pooled effect' if share == 1 else 'half of it'}: "
                f"{half_up(100 * plan.power(angel), 0)} % with {angel} patients."
            )
        for level in meaning.POWERS:
            axes.axhline(100 * level, color=MUTED, linewidth=0.7, linestyle=(0, (2, 3)), zorder=0)
        axes.axvline(angel, color=INK, linewidth=0.9, zorder=0)
        _title(axes, outcome)
        axes.set_xlim(0, LARGEST)
        axes.set_xticks([0, 500, 1000], ["0", "500", "1,000"])
        axes.set_yticks([0, 50, 80, 90, 100], ["0", "50", "80", "90 %", ""])
        axes.set_ylim(0, 101)
    for text, level in (("pooled effect", 60), ("half of it", 23)):
        panels[-1].text(LARGEST - 10, level, text, fontsize=SIZE, color=TREATMENT, ha="right")
    panels[0].set_ylabel("Chance to find it", fontsize=SIZE, color=INK)
    panels[-1].text(angel + 20, 93, f"{angel} patients", fontsize=SIZE, color=INK)
    figure.supxlabel("Patients in the trial", fontsize=SIZE, color=INK)
    return Figure(
        figure, name, "Chance of a trial to find an effect, by its size. " + " ".join(said)
    )
