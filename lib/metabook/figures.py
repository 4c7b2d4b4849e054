"""Figures of counts and of results, each drawn from what it shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import MultipleLocator
from twobytwo import Counts, Result
from twobytwo.checks.absolute import PerThousand
from twobytwo.checks.absolute import per_thousand as events_per_thousand
from twobytwo.plots.forest import Forest
from twobytwo.plots.forest import forest as draw_forest
from twobytwo.plots.palette import CONTROL, INK, MUTED, PAPER, TREATMENT
from twobytwo.rounding import half_up, percent

from metabook import data, words
from metabook.drawing import PHONE, SIZE, WIDTH, canvas, label, row_labels, vertical_grid
from metabook.figure import Figure
from metabook.frames import Arms, arms
from metabook.templates import slug


def draw(outcome: str, result: Result | None = None) -> Forest:
    """Draw the forest plot of one outcome; by default pooled as `data.pooled` does.

    Parameters
    ----------
    outcome : str
        As in ``data/outcomes.csv``.
    result : Result, optional
        Another analysis of its counts.
    """
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


def per_thousand(name: str) -> Figure:
    """Events in 1,000 patients with and without the treatment, for the pooled outcomes."""
    named = arms()
    counted = {
        str(data.outcome(outcome)["label"]): events_per_thousand(data.pooled(outcome))
        for outcome in data.outcomes()
    }
    said = []
    for outcome, events in counted.items():
        told = words.per_thousand_words(events)
        said.append(
            f"{outcome}: {told['without']} {named.without_treatment}, {told['with']} "
            f"{named.with_treatment} (95 % interval {told['with-ci']})."
        )
    alt = "Events in 1,000 patients. " + " ".join(said)
    return Figure(_per_thousand(counted, WIDTH), name, alt, _per_thousand(counted, PHONE))


def _per_thousand(counted: Mapping[str, PerThousand], width: float) -> Drawing:
    figure, (axes,) = canvas(0.6 + 0.7 * len(counted), width=width)
    named = arms()
    for row, events in enumerate(counted.values()):
        axes.plot([events.lower, events.upper], [row, row], color=TREATMENT, linewidth=2)
        axes.plot(events.treatment, row, "o", color=TREATMENT, markersize=9)
        axes.plot(events.control, row, "D", color=CONTROL, markerfacecolor=PAPER, markersize=8)
        for value, arm, color in (
            (events.control, _without(named), CONTROL),
            (events.treatment, named.with_treatment, TREATMENT),
        ):
            text = half_up(value, 0) if row else f"{half_up(value, 0)} {arm}"
            label(axes, text, value, row, (0, -13), color)
    row_labels(axes, list(counted))
    axes.set_xlim(0, 1.13 * max(max(events.upper, events.control) for events in counted.values()))
    axes.set_xlabel("Events in 1,000 patients", fontsize=SIZE)
    vertical_grid(axes)
    return figure


def risks(name: str) -> Figure:
    """The risk in each arm of each study, for the pooled outcomes."""
    every = {_short(outcome): data.counts(outcome) for outcome in data.outcomes()}
    named = arms()
    said = [
        f"{outcome}, {study}: {percent(e1, n1)} % of {n1} {named.with_treatment}, "
        f"{percent(e2, n2)} % of {n2} {_without(named)}."
        for outcome, of in every.items()
        for study, e1, n1, e2, n2 in zip(of.study, *of.arms, strict=True)
    ]
    height = 1 + max(map(len, every.values())) / 2
    wide = canvas(height, panels=len(every))
    phone = canvas(0.8 * height * len(every), rows=len(every), width=PHONE)
    for panels in (wide[1], phone[1]):
        _risks(panels, every)
    for figure, _ in (wide, phone):
        figure.supxlabel("Percent of the arm with the event", fontsize=SIZE, color=INK)
    return Figure(wide[0], name, "Risk in each arm. " + " ".join(said), phone[0])


def _risks(panels: Sequence[Axes], every: Mapping[str, Counts]) -> None:
    """Draw one outcome into each panel."""
    named = arms()
    highest = 0.0
    for axes, (outcome, of) in zip(panels, every.items(), strict=True):
        rows = np.arange(len(of))
        treated = 100 * of.events_treatment / of.n_treatment
        control = 100 * of.events_control / of.n_control
        axes.hlines(rows, treated, control, color=MUTED, linewidth=0.8)
        marks = axes.scatter(control, rows, s=1.5 * of.n_control, marker="D", zorder=3)
        marks.set(facecolor=PAPER, edgecolor=CONTROL)
        axes.scatter(treated, rows, s=1.5 * of.n_treatment, color=TREATMENT, zorder=3)
        axes.set_title(outcome, fontsize=SIZE, color=INK, loc="left")
        axes.xaxis.set_major_locator(MultipleLocator(25))
        highest = max(highest, *treated, *control)
        axes.set_yticks(rows, of.study)
        axes.set_ylim(len(of) - 0.5, -0.6)
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
