"""Figures of counts and of results, each drawn from what it shows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from metabook import data, words
from metabook.drawing import NARROW, SIZE, canvas, label, row_labels, vertical_grid
from metabook.figure import Figure
from twobytwo import Result
from twobytwo.checks.absolute import per_thousand as events_per_thousand
from twobytwo.plots.forest import Forest
from twobytwo.plots.forest import forest as draw_forest
from twobytwo.plots.palette import CONTROL, INK, MUTED, PAPER, TREATMENT
from twobytwo.rounding import half_up, percent
from twobytwo.text import with_interval

from rescue.paper.result_tables import RECOVERED


def draw(outcome: str, result: Result | None = None) -> Forest:
    """Draw the forest plot of one outcome; by default of the paper's analysis.

    Parameters
    ----------
    outcome : str
        As in ``data/outcomes.csv``.
    result : Result, optional
        Another analysis of its counts.
    """
    about = data.outcome(outcome)
    recovered = [study for study, basis in data.basis(outcome).items() if basis == RECOVERED]
    return draw_forest(
        result or data.pooled(outcome),
        treatment="stent",
        control="control",
        outcome=about["label"],
        better=about["better"],
        marks=dict.fromkeys(recovered, "a"),
        footnotes=["a  Count recovered by inversion from the pooled result."] if recovered else [],
    )


def forest(outcome: str, result: Result | None = None, name: str = "") -> Figure:
    """The forest plot of one outcome on the page; its name is made from the outcome's."""
    drawn = draw(outcome, result)
    return Figure(drawn.figure, name or f"forest-{outcome.lower().replace(' ', '-')}", drawn.alt)


def per_thousand(name: str) -> Figure:
    """Events in 1,000 patients with and without a stent, for the pooled outcomes."""
    figure, (axes,) = canvas(2.7, width=NARROW)
    said = []
    for row, outcome in enumerate(data.outcomes()):
        events = events_per_thousand(data.pooled(outcome))
        axes.plot([events.lower, events.upper], [row, row], color=TREATMENT, linewidth=2)
        axes.plot(events.treatment, row, "o", color=TREATMENT, markersize=9)
        axes.plot(events.control, row, "D", color=CONTROL, markerfacecolor=PAPER, markersize=8)
        first = row == 0
        without, with_ = half_up(events.control, 0), half_up(events.treatment, 0)
        label(axes, f"{without} without" * first or without, events.control, row, (0, -13), CONTROL)
        label(
            axes,
            f"{with_} with a stent" * first or with_,
            events.treatment,
            row,
            (0, -13),
            TREATMENT,
        )
        counted = words.per_thousand_words(events)
        said.append(
            f"{data.outcome(outcome)['label']}: {counted['without']} without a stent, "
            f"{counted['with']} with one (95 % interval {counted['with-ci']})."
        )
    row_labels(axes, [data.outcome(outcome)["label"] for outcome in data.outcomes()])
    axes.set_xlim(0, 620)
    axes.set_xlabel("Events in 1,000 patients", fontsize=SIZE)
    vertical_grid(axes)
    return Figure(figure, name, "Events in 1,000 patients. " + " ".join(said))


def risks(name: str) -> Figure:
    """The risk in each arm of each study, for the pooled outcomes."""
    figure, panels = canvas(3.0, panels=len(data.outcomes()))
    said = []
    for axes, outcome in zip(panels, data.outcomes(), strict=True):
        of = data.counts(outcome)
        rows = np.arange(len(of))
        stent = 100 * of.events_treatment / of.n_treatment
        control = 100 * of.events_control / of.n_control
        axes.hlines(rows, stent, control, color=MUTED, linewidth=0.8)
        marks = axes.scatter(control, rows, s=1.5 * of.n_control, marker="D", zorder=3)
        marks.set(facecolor=PAPER, edgecolor=CONTROL)
        axes.scatter(stent, rows, s=1.5 * of.n_treatment, color=TREATMENT, zorder=3)
        axes.set_title(_short(outcome), fontsize=SIZE, color=INK, loc="left")
        axes.set_xlim(-6, 84)
        axes.set_xticks([0, 25, 50, 75])
        axes.set_yticks(rows, of.study)
        axes.set_ylim(len(of) - 0.5, -0.6)
        vertical_grid(axes)
        said += [
            f"{_short(outcome)}, {study}: {percent(e1, n1)} % of {n1} with a stent, "
            f"{percent(e2, n2)} % of {n2} without."
            for study, e1, n1, e2, n2 in zip(of.study, *of.arms, strict=True)
        ]
    first = data.counts(data.outcomes()[0])
    e1, n1, e2, n2 = (arm[0] for arm in first.arms)
    label(panels[0], "control", 100 * e2 / n2, 0, (0, -13), CONTROL)
    label(panels[0], "stent", 100 * e1 / n1, 0, (0, -13), TREATMENT)
    figure.supxlabel("Percent of the arm with the event", fontsize=SIZE, color=INK)
    return Figure(figure, name, "Risk in each arm. " + " ".join(said))


def models(analyses: Mapping[str, Mapping[str, Result]], name: str) -> Figure:
    """Pooled odds ratios by several models, outcome by outcome: model -> outcome -> result."""
    figure, (axes,) = canvas(2.6)
    said, ticks, row = [], [], 0.0
    for outcome in data.outcomes():
        ticks.append(row + (len(analyses) - 1) / 2)
        for marker, (model, results) in zip("Dos", analyses.items(), strict=True):
            result = results[outcome]
            color = TREATMENT if marker == "D" else INK
            axes.plot([result.ci_lower, result.ci_upper], [row, row], color=color, linewidth=1.4)
            axes.plot(result.estimate, row, marker, color=color, markersize=6)
            interval = with_interval(result.estimate, result.ci_lower, result.ci_upper)
            label(axes, model, 5.5, row, (6, 0), color)
            said.append(f"{_short(outcome)}, {model}: {interval}.")
            row += 1
        row += 0.7
    axes.axvline(1, color=MUTED, linewidth=0.8)
    axes.set_xscale("log")
    axes.set_xlim(0.14, 22)
    shown = [0.2, 0.5, 1, 2, 5]
    axes.set_xticks(shown, [f"{tick:g}" for tick in shown])
    axes.minorticks_off()
    axes.set_yticks(ticks, [_short(outcome) for outcome in data.outcomes()])
    axes.set_ylim(row - 0.7, -0.7)
    axes.set_xlabel("Odds ratio, stent against control (log scale)", loc="left", fontsize=SIZE)
    return Figure(figure, name, "Pooled odds ratios with 95 % intervals. " + " ".join(said))


def _short(outcome: str) -> str:
    return str(data.outcome(outcome)["short"])
