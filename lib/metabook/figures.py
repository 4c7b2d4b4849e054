"""Figures of counts and of results, each drawn from what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MultipleLocator
from twobytwo import Counts, Result
from twobytwo.plots.forest import Forest
from twobytwo.plots.forest import forest as draw_forest
from twobytwo.plots.palette import CONTROL, INK, MUTED, PAPER, TREATMENT
from twobytwo.rounding import percent

from metabook import data
from metabook.drawing import SIZE, label, twice, vertical_grid
from metabook.figure import Figure
from metabook.frames import Arms, arms
from metabook.templates import slug


def draw(outcome: str, result: Result | None = None) -> Forest:
    """Draw the forest plot of one outcome, pooled as `data.pooled` does if not otherwise."""
    about = data.outcome(outcome)
    recovered = [study for study, basis in data.basis(outcome).items() if basis == data.RECOVERED]
    return draw_forest(
        result or data.pooled(outcome),
        treatment=arms().treatment,
        control=arms().control,
        outcome=about["label"],
        better=about["better"],
        marks=dict.fromkeys(recovered, "a"),
        footnotes=["a  Count recovered by inversion from the pooled result."] if recovered else [],
    )


def forest(outcome: str, result: Result | None = None, name: str = "") -> Figure:
    """The forest plot of one outcome on the page; its name is made from the outcome's."""
    drawn = draw(outcome, result)
    phone = drawn.phone() if drawn.phone else None
    return Figure(drawn.figure, name or f"forest-{slug(outcome)}", drawn.alt, phone)


def risks(name: str) -> Figure:
    """The risk in each arm of each study, for the pooled outcomes."""
    every = {_short(outcome): data.counts(outcome) for outcome in data.outcomes()}
    named = arms()
    sentences = [
        f"{outcome}, {study}: {percent(e1, n1)} % of {n1} {named.with_treatment}, "
        f"{percent(e2, n2)} % of {n2} {_without(named)}."
        for outcome, counts in every.items()
        for study, e1, n1, e2, n2 in zip(counts.study, *counts.arms, strict=True)
    ]

    def draw(figure: Drawing, panels: Sequence[Axes], phone: bool) -> None:
        _risks(panels, every)
        figure.supxlabel("Percent of the arm with the event", fontsize=SIZE, color=INK)

    high = 1 + max(map(len, every.values())) / 2
    alt = "Risk in each arm. " + " ".join(sentences)
    return twice(name, alt, draw, wide=high, phone=0.8 * high * len(every), panels=len(every))


def _risks(panels: Sequence[Axes], every: Mapping[str, Counts]) -> None:
    """Draw one outcome into each panel."""
    named = arms()
    highest = 0.0
    for axes, (outcome, counts) in zip(panels, every.items(), strict=True):
        rows = np.arange(len(counts))
        treated = 100 * counts.events_treatment / counts.n_treatment
        control = 100 * counts.events_control / counts.n_control
        axes.hlines(rows, treated, control, color=MUTED, linewidth=0.8)
        marks = axes.scatter(control, rows, s=1.5 * counts.n_control, marker="D", zorder=3)
        marks.set(facecolor=PAPER, edgecolor=CONTROL)
        axes.scatter(treated, rows, s=1.5 * counts.n_treatment, color=TREATMENT, zorder=3)
        axes.set_title(outcome, fontsize=SIZE, color=INK, loc="left")
        axes.xaxis.set_major_locator(MultipleLocator(25))
        highest = max(highest, *treated, *control)
        axes.set_yticks(rows, counts.study)
        axes.set_ylim(len(counts) - 0.5, -0.6)
        vertical_grid(axes)
    for axes in panels:
        axes.set_xlim(-6, highest + 17)
    e1, n1, e2, n2 = (arm[0] for arm in next(iter(every.values())).arms)
    label(panels[0], named.control, 100 * e2 / n2, 0, (0, -13), CONTROL)
    label(panels[0], named.treatment, 100 * e1 / n1, 0, (0, -13), TREATMENT)


def _without(named: Arms) -> str:
    """The first word of how the book says that patients went without, where that is enough."""
    return named.without_treatment.split()[0]


def _short(outcome: str) -> str:
    return str(data.outcome(outcome)["short"])
