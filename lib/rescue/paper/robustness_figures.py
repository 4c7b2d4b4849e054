"""The figures of the chapter on robustness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from metabook import data
from metabook.drawing import NARROW, canvas, heading, label, odds_ratio_axis
from metabook.figure import Figure
from twobytwo import Result
from twobytwo.checks.refits import subsets as every_subset
from twobytwo.plots.baujat import baujat as draw_baujat
from twobytwo.plots.funnel import funnel as draw_funnel
from twobytwo.plots.labbe import labbe as draw_labbe
from twobytwo.plots.palette import INK, PAPER, TREATMENT
from twobytwo.rounding import number, with_interval

from rescue.paper.robustness import ALPHA, accumulated

NEAR = 0.17  # on the log scale: closer dots overlap


def _short(outcome: str) -> str:
    return str(data.outcome(outcome)["short"])


def _label(outcome: str) -> str:
    return str(data.outcome(outcome)["label"])


def funnel(outcome: str) -> Figure:
    """The funnel plot of one outcome."""
    drawn = draw_funnel(
        data.pooled(outcome), treatment="stent", control="control", outcome=_label(outcome)
    )
    return Figure(drawn.figure, f"funnel-{outcome}", drawn.alt)


def labbe(outcome: str) -> Figure:
    """L'Abbé's plot of one outcome."""
    drawn = draw_labbe(
        data.pooled(outcome), treatment="stent", control="control", outcome=_label(outcome)
    )
    return Figure(drawn.figure, f"labbe-{outcome}", drawn.alt)


def baujat(outcome: str) -> Figure:
    """Baujat's plot of one outcome."""
    drawn = draw_baujat(data.pooled(outcome), outcome=_label(outcome))
    return Figure(drawn.figure, f"baujat-{outcome}", drawn.alt)


def cumulative(name: str) -> Figure:
    """The pooled results as they stood after each study."""
    figure, (axes,) = canvas(4.3, width=NARROW)
    row, ticks, said = 0.0, {}, []
    for outcome in data.outcomes():
        heading(axes, _label(outcome), row)
        told = []
        for study, result in accumulated(outcome):
            row += 1
            ticks[row] = study
            full = result.k == len(data.counts(outcome))
            axes.plot([result.ci_lower, result.ci_upper], [row, row], color=INK, linewidth=1.2)
            axes.plot(result.estimate, row, "D" if full else "s", color=TREATMENT, markersize=6.5)
            told.append(
                f"{study} {with_interval(result.estimate, result.ci_lower, result.ci_upper)}"
            )
        said.append(f"{_label(outcome)}: {'; '.join(told)}.")
        row += 1.3
    odds_ratio_axis(axes, (0.01, 0.1, 1, 10), 0.005, 60)
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.set_ylim(row - 0.7, -0.6)
    alt = "Pooled odds ratio with 95 % interval after each study, by year. " + " ".join(said)
    return Figure(figure, name, alt)


def _lifts(results: Sequence[Result]) -> list[float]:
    """How far each dot of a row is moved off its middle, so that neighbors do not hide it."""
    lifts = [0]
    for before, result in pairwise(results):
        lifts.append((lifts[-1] + 1) % 3 if result.effect - before.effect < NEAR else 0)
    return [(0.0, 0.25, -0.25)[lift] for lift in lifts]


def subsets(name: str) -> Figure:
    """The pooled results of every set of studies."""
    figure, (axes,) = canvas(4.3, width=NARROW)
    row, ticks, said = 0.0, {}, []
    for outcome in data.outcomes():
        heading(axes, _label(outcome), row)
        results = every_subset(data.counts(outcome))
        for size in sorted({len(result.study) for result in results}):
            row += 1
            ticks[row] = "1 study" if size == 1 else f"{size} studies"
            some = sorted(
                (result for result in results if len(result.study) == size),
                key=lambda result: float(result.estimate),
            )
            for result, lift in zip(some, _lifts(some), strict=True):
                inside = TREATMENT if result.p_value < ALPHA else PAPER
                axes.plot(
                    result.estimate, row + lift, "o", markersize=5.5, markeredgecolor=TREATMENT,
                    markerfacecolor=inside, markeredgewidth=1.1,
                )  # fmt: skip
        told = (
            f"{', '.join(study.split()[0] for study in result.study)} {number(result.estimate)}"
            f"{'' if result.p_value < ALPHA else ' (interval includes 1)'}"
            for result in results
        )
        said.append(f"{_label(outcome)}: {'; '.join(told)}.")
        row += 1.3
    odds_ratio_axis(axes, (0.1, 0.2, 0.5, 1, 2, 5), 0.035, 10)
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.set_ylim(row - 0.7, -0.6)
    return Figure(figure, name, "Pooled odds ratio of every set of studies. " + " ".join(said))


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
    odds_ratio_axis(axes, (0.2, 0.5, 1, 2, 5), 0.14, 22)
    axes.set_yticks(ticks, [_short(outcome) for outcome in data.outcomes()])
    axes.set_ylim(row - 0.7, -0.7)
    return Figure(figure, name, "Pooled odds ratios with 95 % intervals. " + " ".join(said))
