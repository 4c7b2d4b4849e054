"""Figures of counts and of results, each drawn from what it shows."""

from __future__ import annotations

import numpy as np
from matplotlib.ticker import MultipleLocator
from twobytwo import Result
from twobytwo.checks.absolute import per_thousand as events_per_thousand
from twobytwo.plots.forest import Forest
from twobytwo.plots.forest import forest as draw_forest
from twobytwo.plots.palette import CONTROL, INK, MUTED, PAPER, TREATMENT
from twobytwo.rounding import half_up, percent

from metabook import data, words
from metabook.drawing import NARROW, SIZE, canvas, label, row_labels, vertical_grid
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
    return Figure(drawn.figure, name or f"forest-{slug(outcome)}", drawn.alt)


def per_thousand(name: str) -> Figure:
    """Events in 1,000 patients with and without the treatment, for the pooled outcomes."""
    figure, (axes,) = canvas(0.6 + 0.7 * len(data.outcomes()), width=NARROW)
    named = arms()
    given, spared = named.with_treatment, named.without_treatment
    said, farthest = [], 0.0
    for row, outcome in enumerate(data.outcomes()):
        events = events_per_thousand(data.pooled(outcome))
        axes.plot([events.lower, events.upper], [row, row], color=TREATMENT, linewidth=2)
        axes.plot(events.treatment, row, "o", color=TREATMENT, markersize=9)
        axes.plot(events.control, row, "D", color=CONTROL, markerfacecolor=PAPER, markersize=8)
        for value, arm, color in (
            (events.control, _without(named), CONTROL),
            (events.treatment, given, TREATMENT),
        ):
            text = half_up(value, 0) if row else f"{half_up(value, 0)} {arm}"
            label(axes, text, value, row, (0, -13), color)
        counted = words.per_thousand_words(events)
        said.append(
            f"{data.outcome(outcome)['label']}: {counted['without']} {spared}, "
            f"{counted['with']} {given} (95 % interval {counted['with-ci']})."
        )
        farthest = max(farthest, events.upper, events.control)
    row_labels(axes, [data.outcome(outcome)["label"] for outcome in data.outcomes()])
    axes.set_xlim(0, 1.13 * farthest)
    axes.set_xlabel("Events in 1,000 patients", fontsize=SIZE)
    vertical_grid(axes)
    return Figure(figure, name, "Events in 1,000 patients. " + " ".join(said))


def risks(name: str) -> Figure:
    """The risk in each arm of each study, for the pooled outcomes."""
    every = {outcome: data.counts(outcome) for outcome in data.outcomes()}
    figure, panels = canvas(1 + max(map(len, every.values())) / 2, panels=len(every))
    named = arms()
    said, highest = [], 0.0
    for axes, (outcome, of) in zip(panels, every.items(), strict=True):
        rows = np.arange(len(of))
        treated = 100 * of.events_treatment / of.n_treatment
        control = 100 * of.events_control / of.n_control
        axes.hlines(rows, treated, control, color=MUTED, linewidth=0.8)
        marks = axes.scatter(control, rows, s=1.5 * of.n_control, marker="D", zorder=3)
        marks.set(facecolor=PAPER, edgecolor=CONTROL)
        axes.scatter(treated, rows, s=1.5 * of.n_treatment, color=TREATMENT, zorder=3)
        axes.set_title(_short(outcome), fontsize=SIZE, color=INK, loc="left")
        axes.xaxis.set_major_locator(MultipleLocator(25))
        highest = max(highest, *treated, *control)
        axes.set_yticks(rows, of.study)
        axes.set_ylim(len(of) - 0.5, -0.6)
        vertical_grid(axes)
        said += [
            f"{_short(outcome)}, {study}: {percent(e1, n1)} % of {n1} {named.with_treatment}, "
            f"{percent(e2, n2)} % of {n2} {_without(named)}."
            for study, e1, n1, e2, n2 in zip(of.study, *of.arms, strict=True)
        ]
    for axes in panels:
        axes.set_xlim(-6, highest + 17)
    e1, n1, e2, n2 = (arm[0] for arm in every[data.outcomes()[0]].arms)
    label(panels[0], named.control, 100 * e2 / n2, 0, (0, -13), CONTROL)
    label(panels[0], named.treatment, 100 * e1 / n1, 0, (0, -13), TREATMENT)
    figure.supxlabel("Percent of the arm with the event", fontsize=SIZE, color=INK)
    return Figure(figure, name, "Risk in each arm. " + " ".join(said))


def _without(named: Arms) -> str:
    """The first word of how the book says that patients went without, where that is enough."""
    return named.without_treatment.split()[0]


def _short(outcome: str) -> str:
    return str(data.outcome(outcome)["short"])
