"""The figures of the chapter on intervals and rare events."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from metabook import data
from metabook.drawing import SIZE, row_labels
from metabook.panels import panels
from twobytwo.plots.drawn import Drawn
from twobytwo.plots.palette import GRID, INK, MUTED, POOLED, PREDICTION, THIRD
from twobytwo.rounding import half_up, number

from rescue.beyond.intervals import FIXED, HKSJ, REVMAN, TAUS, TRUNCATED, Rare, cell, in_hundred

PANELS = {REVMAN: "RevMan 5", HKSJ: HKSJ, TRUNCATED: TRUNCATED, FIXED: "Fixed, M-H"}
# Shape tells the outcomes apart without color.
COLORS = {"mRS 0-2": THIRD, "mortality": INK, "SICH": PREDICTION}
MARKS = {"mRS 0-2": "o", "mortality": "D", "SICH": "s"}
NOMINAL = 95


def coverage() -> Drawn:
    """How many intervals hold the truth, by method, outcome and heterogeneity."""
    shares = pd.DataFrame(
        [
            (method, outcome, tau, 100 * cell(outcome, tau).methods[method].coverage.value)
            for method in PANELS
            for outcome in COLORS
            for tau in TAUS
        ],
        columns=["method", "outcome", "tau", "coverage"],
    )

    def draw(figure: Figure, axes: Sequence[Axes], phone: bool) -> None:
        for one, (method, title) in zip(axes, PANELS.items(), strict=True):
            one.axhline(NOMINAL, color=MUTED, linewidth=1, linestyle=(0, (4, 2)), zorder=0)
            one.grid(axis="y", color=GRID, linewidth=0.6)
            one.set_axisbelow(True)
            sns.lineplot(
                shares[shares["method"] == method], x="tau", y="coverage", hue="outcome",
                style="outcome", palette=COLORS, markers=MARKS, dashes=False, errorbar=None,
                ax=one, markersize=5.5, markeredgewidth=0, linewidth=1.4, legend=False,
            )  # fmt: skip
            one.set(title="", xlabel="", ylabel="", ylim=(56, 101), yticks=[60, 70, 80, 90, 100])
            one.set_title(title, fontsize=SIZE, color=INK, loc="left", weight="bold")
            one.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        marks = [
            Line2D([], [], color=COLORS[outcome], marker=MARKS[outcome], markersize=5.5)
            for outcome in COLORS
        ]
        figure.legend(
            marks, [_label(outcome) for outcome in COLORS],
            loc="outside upper left", ncols=1 if phone else 3, frameon=False, fontsize=SIZE,
            labelcolor=INK, handlelength=1.6, columnspacing=1.2, borderaxespad=0,
        )  # fmt: skip
        figure.supxlabel("Heterogeneity (τ)", fontsize=SIZE, color=INK)
        figure.supylabel("Intervals that hold the truth, in 100", fontsize=SIZE, color=INK)

    said = [
        f"{method}: "
        + "; ".join(
            f"{_label(outcome)} "
            + ", ".join(in_hundred(cell(outcome, tau).methods[method].coverage.value)
                        for tau in TAUS)
            for outcome in COLORS
        )
        + "."
        for method in PANELS
    ]  # fmt: skip
    taus = ", ".join(f"{tau:g}" for tau in TAUS)
    return panels(
        draw, len(PANELS), wide=2.9, phone=8.6, title="Coverage of 95 % intervals",
        alt=f"Coverage of 95 % intervals at τ of {taus}. {' '.join(said)}",
        numbers=shares.to_dict("list"),
    )  # fmt: skip


def rare(answers: Mapping[str, Rare]) -> Drawn:
    """What each method finds where there is nothing to find.

    Parameters
    ----------
    answers : mapping of str to Rare
        By the name of the method; the true odds ratio is 1.
    """
    names = list(answers)

    def draw(figure: Figure, axes: Sequence[Axes], phone: bool) -> None:
        (one,) = axes
        logs = [np.clip(found.estimate, 0.05, 20) for found in answers.values()]
        one.axvline(1, color=INK, linewidth=0.8, zorder=0)
        sns.boxplot(
            [x[np.isfinite(x)] for x in logs], orient="h", whis=(2.5, 97.5), fliersize=0, ax=one,
            width=0.26, color=POOLED, linecolor=INK, linewidth=0.9, log_scale=True,
        )  # fmt: skip
        row_labels(one, names)
        one.set_xlim(0.1, 10)
        one.set_xticks([0.1, 0.2, 0.5, 1, 2, 5, 10], ["0.1", "0.2", "0.5", "1", "2", "5", "10"])
        one.minorticks_off()
        for row, found in enumerate(answers.values()):
            one.annotate(
                f"{half_up(1000 * found.more, -1)} claim more", (1, row - 0.42), ha="right",
                xycoords=("axes fraction", "data"), va="center", fontsize=SIZE, color=INK,
            )  # fmt: skip
        one.set_xlabel("Odds ratio found; the true one is 1 (log scale)", fontsize=SIZE, color=INK)

    said = (
        f"{name}: {half_up(1000 * found.more, -1)} of 1,000 claim more events, "
        f"{half_up(1000 * found.fewer, -1)} fewer; median odds ratio "
        f"{number(float(np.nanmedian(found.estimate)))}."
        for name, found in answers.items()
    )
    return panels(
        draw, 1, wide=3.6, phone=4.2, title="Rare events: what is found where nothing is",
        alt=f"Estimates where the true odds ratio is 1. {' '.join(said)}",
        numbers={
            "method": names,
            "median": [float(np.nanmedian(found.estimate)) for found in answers.values()],
            "claims_more": [found.more for found in answers.values()],
            "claims_fewer": [found.fewer for found in answers.values()],
        },
    )  # fmt: skip


def _label(outcome: str) -> str:
    return str(data.outcome(outcome)["label"])
