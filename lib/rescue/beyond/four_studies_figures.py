"""The figures of the chapter on four studies."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from metabook import data
from metabook.drawing import SIZE, label
from metabook.panels import panels
from twobytwo.checks.grid import Answer
from twobytwo.estimate.bayes import Posterior
from twobytwo.plots.drawn import Drawn
from twobytwo.plots.palette import INK, MUTED, PAPER, POOLED, PREDICTION
from twobytwo.rounding import half_up, with_interval

from rescue.beyond.four_studies import Grids, Prior, is_papers, nearer_end, odds_ratios

INTERVALS = {"wald": "Wald", "hksj": "HKSJ", "hksj-truncated": "HKSJ,\ntruncated"}
ROOM = 0.07, 0.93  # of a unit of the vertical axis: what a kind of interval fills


def band(answer: Answer) -> str:
    """The kind of interval under which an answer stands; the exact one is alone of its kind."""
    return "wald" if answer.analysis.interval == "exact" else answer.analysis.interval


def in_order(answers: Sequence[Answer], risk: float) -> list[Answer]:
    """Each answer once, to the patient in 1,000, by the kind of its interval.

    In each kind those come first that lie farthest from no difference; of analyses with the same
    answer the paper's is kept.
    """

    def order(one: Answer) -> tuple[int, float]:
        end = nearer_end(one, risk)
        return list(INTERVALS).index(band(one)), end if one.per_thousand(risk)[0] < 0 else -end

    different = {
        (band(one), *(round(x) for x in one.per_thousand(risk))): one
        for one in sorted(answers, key=lambda one: is_papers(one.analysis))
    }
    return sorted(different.values(), key=order)


def every_analysis(grids: Grids) -> Drawn:
    """The interval of each analysis of the grid, in patients.

    Parameters
    ----------
    grids : mapping
        From the outcome to its answers and the risk without a stent.
    """

    def draw(figure: Figure, axes: Sequence[Axes], phone: bool) -> None:
        for one, (outcome, (answers, risk)) in zip(axes, grids.items(), strict=True):
            _one_outcome(one, outcome, in_order(answers, risk), risk)
        figure.supxlabel("More or fewer in 1,000 patients with a stent", fontsize=SIZE, color=INK)

    names = ("outcome", "interval", "lower", "events", "upper")
    numbers: dict[str, list[Any]] = {name: [] for name in names}
    said = []
    for outcome, (answers, risk) in grids.items():
        middle, low, high = np.array([one.per_thousand(risk) for one in answers]).T
        said.append(
            f"{data.outcome(outcome)['label']}: from {signed(min(middle))} to "
            f"{signed(max(middle))} in 1,000 patients; {_finding(answers)}."
        )
        numbers["outcome"] += [outcome] * len(answers)
        numbers["interval"] += [one.analysis.interval for one in answers]
        for name, values in {"lower": low, "events": middle, "upper": high}.items():
            numbers[name] += values.tolist()
    return panels(
        draw, len(grids), wide=4.6, phone=10.5, title="Every analysis of the grid",
        alt=f"Every analysis of the grid. {' '.join(said)}", numbers=numbers,
    )  # fmt: skip


def _one_outcome(axes: Axes, outcome: str, answers: list[Answer], risk: float) -> None:
    ends = np.array([one.per_thousand(risk) for one in answers])
    kind = np.array([list(INTERVALS).index(band(one)) for one in answers])
    # Each kind has the same room, however many answers it holds.
    rows = np.concatenate(
        [i + np.linspace(*ROOM, (kind == i).sum()) for i in range(len(INTERVALS))]
    )
    excludes = np.array([one.excludes_none for one in answers])
    axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
    for some, color in ((excludes, POOLED), (~excludes, MUTED)):
        axes.hlines(rows[some], ends[some, 1], ends[some, 2], color=color, linewidth=0.65)
    axes.plot(ends[:, 0], rows, ".", color=INK, markersize=2.6, markeredgewidth=0)
    paper = [is_papers(one.analysis) for one in answers].index(True)
    axes.plot(ends[paper, 0], rows[paper], "D", color=INK, mfc=PAPER, markersize=6)
    more = data.outcome(outcome)["better"] == "more"
    axes.annotate(
        "better →" if more else "← better", (0, 1), (5 if more else -5, 4), va="bottom",
        xycoords=("data", "axes fraction"), textcoords="offset points", fontsize=SIZE,
        ha="left" if more else "right", color=MUTED,
    )  # fmt: skip
    axes.set_title(_short(outcome), fontsize=SIZE, color=INK, weight="bold", pad=18, loc="left")
    axes.set_yticks([i + 0.5 for i in range(len(INTERVALS))], INTERVALS.values())
    axes.set_ylim(len(INTERVALS), 0)
    axes.set_xlim(-335, 710)
    axes.set_xticks([-300, 0, 300, 600], ["−300", "0", "+300", "+600"])


def _short(outcome: str) -> str:
    """The label without what stands in brackets, for a narrow panel; a long one in two lines."""
    name = str(data.outcome(outcome)["label"]).partition(" (")[0]
    return name if len(name) < 30 else name.replace(" hemorrhage", "\nhemorrhage")


def _finding(answers: Sequence[Answer]) -> str:
    """What the intervals have in common."""
    found = {one.excludes_none for one in answers}
    if len(found) == 2:
        return "whether the interval includes 0 depends on the analysis"
    return f"every interval {'excludes' if found.pop() else 'includes'} 0"


def signed(end: float) -> str:
    """Events as a table shows them; one below a half keeps its sign."""
    text = half_up(end, 0 if abs(end) >= 0.5 else 1)
    return text.replace("-", "−") if end < 0 else f"+{text}"


def beliefs(posteriors: Mapping[str, Mapping[Prior, Posterior]]) -> Drawn:
    """The posterior of the mean and of a new study, by outcome and prior."""

    def draw(figure: Figure, axes: Sequence[Axes], phone: bool) -> None:
        for one, (outcome, by_prior) in zip(axes, posteriors.items(), strict=True):
            _one_belief(one, by_prior)
            one.set_title(_short(outcome), fontsize=SIZE, color=INK, weight="bold", loc="left")
        first = next(iter(next(iter(posteriors.values())).values()))
        label(axes[0], "mean", math.exp(first.mean.interval()[1]), 0, (4, 7), POOLED)
        label(axes[0], "new study", math.exp(first.new.interval()[1]), 0, (5, -3), PREDICTION)
        figure.supxlabel(
            "Odds ratio, stent against control (log scale)", fontsize=SIZE, color=INK
        )  # fmt: skip

    names = ("outcome", "prior", "median", "lower", "upper")
    numbers: dict[str, list[Any]] = {name: [] for name in names}
    said = []
    for outcome, by_prior in posteriors.items():
        told = []
        for prior, found in by_prior.items():
            median, lower, upper, low, high = odds_ratios(found)
            told.append(
                f"{prior.name} {with_interval(median, lower, upper)}, "
                f"new study {half_up(low)} to {half_up(high)}"
            )
            row = (outcome, prior.name, median, lower, upper)
            for column, value in zip(numbers.values(), row, strict=True):
                column.append(value)
        said.append(f"{data.outcome(outcome)['label']}: {'; '.join(told)}.")
    return panels(
        draw, len(posteriors), wide=2.7, phone=6.4, title="Posterior odds ratios by prior",
        alt=f"Posterior odds ratios by prior. {' '.join(said)}", numbers=numbers,
    )  # fmt: skip


def _one_belief(axes: Axes, by_prior: Mapping[Prior, Posterior]) -> None:
    axes.axvline(1, color=MUTED, linewidth=0.8, zorder=0)
    for row, (prior, found) in enumerate(by_prior.items()):
        median, lower, upper, low, high = odds_ratios(found)
        axes.plot([low, high], [row, row], color=PREDICTION, lw=0.9)
        axes.plot([lower, upper], [row, row], color=POOLED, lw=3.2)
        inside = PAPER if prior.skeptical else POOLED
        axes.plot(median, row, "o", color=POOLED, markerfacecolor=inside, markersize=6)
    axes.set_xscale("log")
    axes.set_xlim(0.03, 20)
    axes.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
    axes.minorticks_off()
    axes.set_yticks(range(len(by_prior)), [prior.name for prior in by_prior])
    axes.set_ylim(len(by_prior) - 0.5, -0.8)
