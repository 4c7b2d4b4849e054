"""The figures of the chapter on four studies."""

from __future__ import annotations

import numpy as np
import seaborn as sns
from matplotlib.collections import LineCollection
from matplotlib.colors import LinearSegmentedColormap, TwoSlopeNorm
from metabook import data
from metabook.drawing import NARROW, SIZE, canvas, label
from metabook.figure import Figure
from twobytwo.checks.grid import Answer
from twobytwo.plots.palette import CONTROL, INK, MUTED, PAPER, PREDICTION, TREATMENT
from twobytwo.rounding import half_up, with_interval

from rescue.beyond import four_studies
from rescue.beyond.four_studies import (
    DEATHS,
    MRS,
    PRIORS,
    SICH,
    control_risk,
    grid,
    is_papers,
    nearer_end,
)

PHONE = 3.6  # inches: what a phone shows without scrolling
MEASURES = {"OR": "odds ratio", "RR": "risk ratio", "RD": "difference"}
INTERVALS = {"wald": "Wald", "hksj": "HKSJ", "hksj-truncated": "trunc."}
NAMES = {MRS: "Independent (mRS 0-2)", DEATHS: "Death", SICH: "Hemorrhage (SICH)"}
METHODS = {"MH": "M-H", "IV": "inverse variance", "Peto": "Peto", "exact": "exact"}


def every_analysis(name: str) -> Figure:
    """The interval of each analysis of the grid, in patients."""
    figure, (axes,) = canvas(4.4, width=PHONE)
    top, said = 0.0, []
    for outcome in data.outcomes():
        risk = control_risk(outcome)
        answers = by_clearance(outcome)
        middle, low, high = np.array([one.per_thousand(risk) for one in answers]).T
        finding = _finding(answers)
        heading = axes.annotate(
            f"{NAMES[outcome]}: {finding}", (0, top), xycoords=("axes fraction", "data"),
            fontsize=SIZE, va="center", color=INK, weight="bold",
        )  # fmt: skip
        heading.set_in_layout(False)  # it may pass the end of the axes
        top += 28
        rows = top + np.arange(len(answers))
        for excludes, color in ((True, TREATMENT), (False, CONTROL)):
            some = [one.excludes_none == excludes for one in answers]
            axes.fill_betweenx(rows, low, high, where=some, step="mid", color=color, lw=0)
        dashes = [[(x, row - 0.5), (x, row + 0.5)] for x, row in zip(middle, rows, strict=True)]
        axes.add_collection(LineCollection(dashes, colors=PAPER, linewidths=1.5))
        paper = [is_papers(one.analysis) for one in answers].index(True)
        axes.plot(middle[paper], rows[paper], "D", color=INK, mfc=PAPER, markersize=6.5)
        top += len(answers) + 12
        axes.plot([0, 0], [rows[0] - 10, top], color=INK, linewidth=1)
        top += 26
        said.append(
            f"{NAMES[outcome]}: from {signed(min(middle))} to {signed(max(middle))} events "
            f"in 1,000 patients; {finding}."
        )
    axes.set_ylim(top - 26, -18)
    axes.set_yticks([])
    axes.set_xlim(-335, 710)
    axes.set_xticks([-300, 0, 300, 600], ["300 fewer", "0", "300 more", "600 more"])
    axes.set_xlabel("More or fewer in 1,000 patients with a stent", fontsize=SIZE)
    return Figure(figure, name, f"Every analysis of the grid. {' '.join(said)}")


def by_clearance(outcome: str) -> list[Answer]:
    """The analyses, those first whose interval lies farthest from no difference."""
    risk = control_risk(outcome)

    def reach(one: Answer) -> float:
        end = nearer_end(one, risk)
        return end if one.per_thousand(risk)[0] < 0 else -end

    return sorted(grid(outcome), key=reach)


def _finding(answers: list[Answer]) -> str:
    """What the intervals have in common."""
    found = {one.excludes_none for one in answers}
    if len(found) == 2:
        return "it depends on the analysis"
    return f"every interval {'excludes' if found.pop() else 'includes'} 0"


def methods() -> list[tuple[str, str, str | None]]:
    """The rows of the heat map: model, method, estimator."""
    found = ((a.analysis.model, a.analysis.method, a.analysis.tau2) for a in grid(DEATHS))
    return list(dict.fromkeys(found))


def method_name(model: str, method: str, tau2: str | None) -> str:
    """A row of the heat map in words."""
    if model == "fixed":
        return f"fixed, {METHODS[method]}"
    return "random, the paper's" if method == "MH" else f"random, {tau2}"


def cells(outcome: str) -> dict[tuple[str, str, str], Answer]:
    """The analyses that the heat map shows: row, measure, interval -> answer."""
    return {
        (
            method_name(a.analysis.model, a.analysis.method, a.analysis.tau2),
            a.analysis.measure,
            "wald" if a.analysis.interval == "exact" else a.analysis.interval,
        ): a
        for a in grid(outcome)
        if a.analysis.zero_cells == "affected" or a.analysis.method in ("Peto", "exact")
    }


def _shades() -> LinearSegmentedColormap:
    """From blue through nothing to orange; the paper shines through, light or dark."""
    blue, orange = (sns.desaturate(color, 1) for color in (TREATMENT, CONTROL))
    ends = [(*blue, 0.5), (*blue, 0.1), (*orange, 0.1), (*orange, 0.5)]
    return LinearSegmentedColormap.from_list(
        "shades", list(zip((0, 0.4999, 0.5, 1), ends, strict=True))
    )


def heat_map(name: str) -> Figure:
    """Deaths: where the less favorable end of each interval lies, by choice."""
    figure, (axes,) = canvas(4.4, width=NARROW)
    risk, shown = control_risk(DEATHS), cells(DEATHS)
    rows = [method_name(*method) for method in methods()]
    columns = [(measure, interval) for measure in MEASURES for interval in INTERVALS]
    ends = [
        [
            nearer_end(shown[row, *column], risk) if (row, *column) in shown else float("nan")
            for column in columns
        ]
        for row in rows
    ]
    text = [["" if end != end else signed(end) for end in line] for line in ends]
    sns.heatmap(
        ends, ax=axes, cmap=_shades(), norm=TwoSlopeNorm(0, -75, 300), cbar=False, linewidths=1.5,
        linecolor=PAPER, annot=text, fmt="", annot_kws={"fontsize": SIZE - 0.5, "color": INK},
    )  # fmt: skip
    axes.set_yticklabels(rows, rotation=0, fontsize=SIZE)
    axes.set_xticks(
        [i + 0.5 for i in range(len(columns))], [INTERVALS[i] for _, i in columns], rotation=90,
        fontsize=SIZE,
    )  # fmt: skip
    for i, measure in enumerate(MEASURES.values()):
        axes.annotate(
            measure, (3 * i + 1.5, 0), (0, 6), textcoords="offset points", ha="center",
            fontsize=SIZE, weight="bold", color=INK, annotation_clip=False,
        )  # fmt: skip
    said = (
        f"{row}, {MEASURES[measure]}, {interval}: {signed(end)}"
        for row, line in zip(rows, ends, strict=True)
        for (measure, interval), end in zip(columns, line, strict=True)
        if end == end
    )
    return Figure(
        figure, name, "Deaths in 1,000 patients at the less favorable end of each interval, "
        f"negative where fewer. {'; '.join(said)}.",
    )  # fmt: skip


def signed(end: float) -> str:
    """Events as a cell shows them; one below a half keeps its sign."""
    text = half_up(end, 0 if abs(end) >= 0.5 else 1)
    return text.replace("-", "−") if end < 0 else f"+{text}"


def beliefs(name: str) -> Figure:
    """The posterior of the mean and of a new study, by prior."""
    figure, (axes,) = canvas(5.2, width=NARROW)
    row, ticks, said = 0.0, {}, []
    for outcome in data.outcomes():
        axes.annotate(
            NAMES[outcome], (0, row), (-88, 0), xycoords=("axes fraction", "data"), va="center",
            textcoords="offset points", fontsize=SIZE, weight="bold", color=INK,
            annotation_clip=False,
        )  # fmt: skip
        told = []
        for prior in PRIORS:
            row += 1
            ticks[row] = prior_name(prior)
            found = four_studies.belief(outcome, prior)
            axes.plot([found.new_lower, found.new_upper], [row, row], color=PREDICTION, lw=0.9)
            axes.plot([found.lower, found.upper], [row, row], color=TREATMENT, lw=3.2)
            inside = PAPER if prior.skeptical else TREATMENT
            axes.plot(
                found.median, row, "o", color=TREATMENT, markerfacecolor=inside, markersize=6.5
            )
            told.append(
                f"{ticks[row]} {with_interval(found.median, found.lower, found.upper)}, "
                f"new study {half_up(found.new_lower)} to {half_up(found.new_upper)}"
            )
            if not ticks.keys() - {row}:
                label(axes, "mean", found.upper, row, (0, 9), TREATMENT)
                label(axes, "new study", found.new_upper, row, (5, 0), PREDICTION)
        said.append(f"{NAMES[outcome]}: {'; '.join(told)}.")
        row += 1.4
    axes.axvline(1, color=MUTED, linewidth=0.8, zorder=0)
    axes.set_xscale("log")
    axes.set_xlim(0.03, 20)
    axes.set_xticks([0.05, 0.2, 1, 5, 20], ["0.05", "0.2", "1", "5", "20"])
    axes.minorticks_off()
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.set_ylim(row - 0.7, -0.8)
    axes.set_xlabel("Odds ratio, stent against control (log scale)", loc="left", fontsize=SIZE)
    return Figure(figure, name, f"Posterior odds ratios by prior. {' '.join(said)}")


def prior_name(prior: four_studies.Prior) -> str:
    """A prior in two words."""
    return f"{'skeptical' if prior.skeptical else 'flat'}, {half_up(prior.tau_scale)}"
