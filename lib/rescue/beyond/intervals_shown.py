"""The figures and tables of the chapter on intervals and rare events."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.lines import Line2D
from metabook import data
from metabook.drawing import SIZE, row_labels, twice
from metabook.figure import Figure
from metabook.table import Table, table
from twobytwo.plots.palette import GRID, INK, MUTED, POOLED, PREDICTION, THIRD
from twobytwo.rounding import half_up

from rescue.beyond import intervals
from rescue.beyond.intervals import (
    FIXED,
    HKSJ,
    REVMAN,
    TAUS,
    TRUNCATED,
    cell,
    in_hundred,
)

PANELS = {REVMAN: "RevMan 5", HKSJ: HKSJ, TRUNCATED: TRUNCATED, FIXED: "Fixed, M-H"}
# Shape tells the outcomes apart without color.
COLORS = {"mRS 0-2": THIRD, "mortality": INK, "SICH": PREDICTION}
MARKS = {"mRS 0-2": "o", "mortality": "D", "SICH": "s"}
NOMINAL = 95
ODDS_RATIOS = (0.1, 0.2, 0.5, 1, 2, 5, 10)
SHARES = (
    f"Each share is of {intervals.META_ANALYSES:,} simulated meta-analyses: its Monte Carlo "
    "standard error is at most half a percent."
)


def coverage() -> Figure:
    """How many intervals cover the truth, by method, outcome and heterogeneity."""
    labels = {outcome: data.outcome(outcome)["label"] for outcome in COLORS}
    shares = {
        (method, outcome): [cell(outcome, tau).methods[method].coverage.value for tau in TAUS]
        for method in PANELS
        for outcome in COLORS
    }
    sentences = [
        f"{method}: "
        + "; ".join(
            f"{name} {', '.join(map(in_hundred, shares[method, outcome]))}"
            for outcome, name in labels.items()
        )
        + "."
        for method in PANELS
    ]

    def draw(figure: Drawing, panels: list[Axes], phone: bool) -> None:
        for axes, (method, title) in zip(panels, PANELS.items(), strict=True):
            axes.axhline(NOMINAL, color=MUTED, linewidth=1, linestyle=(0, (4, 2)), zorder=0)
            axes.grid(axis="y", color=GRID, linewidth=0.6)
            axes.set_axisbelow(True)
            drawn = {outcome: np.multiply(shares[method, outcome], 100) for outcome in COLORS}
            sns.lineplot(
                pd.DataFrame(drawn, index=TAUS), palette=COLORS, markers=MARKS, dashes=False,
                ax=axes, markersize=5.5, markeredgewidth=0, linewidth=1.4, legend=False,
            )  # fmt: skip
            axes.set(xlabel="", ylabel="", ylim=(56, 101), yticks=[60, 70, 80, 90, 100])
            axes.set_title(title, fontsize=SIZE, color=INK, loc="left", weight="bold")
            axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        marks = [Line2D([], [], color=COLORS[name], marker=MARKS[name], ms=5.5) for name in COLORS]
        figure.legend(
            marks, list(labels.values()), loc="outside upper left", ncols=1 if phone else 3,
            frameon=False, fontsize=SIZE, labelcolor=INK, handlelength=1.6, columnspacing=1.2,
            borderaxespad=0,
        )  # fmt: skip
        figure.supxlabel("Heterogeneity (τ)", fontsize=SIZE, color=INK)
        figure.supylabel("Intervals that cover the truth, in 100", fontsize=SIZE, color=INK)

    taus = ", ".join(f"{tau:g}" for tau in TAUS)
    alt = f"Coverage of 95 % intervals at τ of {taus}. {' '.join(sentences)}"
    return twice("coverage", alt, draw, wide=2.9, phone=8.6, panels=len(PANELS))


def rare(answers: Mapping[str, intervals.Answers]) -> Figure:
    """What each method finds where there is nothing to find: the true odds ratio is 1."""

    def draw(figure: Drawing, panels: list[Axes], phone: bool) -> None:
        (axes,) = panels
        clipped = [np.clip(found.estimate, 0.05, 20) for found in answers.values()]
        axes.axvline(1, color=INK, linewidth=0.8, zorder=0)
        sns.boxplot(
            [x[np.isfinite(x)] for x in clipped], orient="h", whis=(2.5, 97.5), fliersize=0,
            ax=axes, width=0.26, color=POOLED, linecolor=INK, linewidth=0.9, log_scale=True,
        )  # fmt: skip
        row_labels(axes, list(answers))
        axes.set_xlim(0.1, 10)
        axes.set_xticks(ODDS_RATIOS, [f"{x:g}" for x in ODDS_RATIOS])
        axes.minorticks_off()
        for row, found in enumerate(answers.values()):
            axes.annotate(
                f"{intervals.claims(found)[0]} claim more", (1, row - 0.42), ha="right",
                xycoords=("axes fraction", "data"), va="center", fontsize=SIZE, color=INK,
            )  # fmt: skip
        axes.set_xlabel("Odds ratio found; the true one is 1 (log scale)", fontsize=SIZE, color=INK)

    sentences = (
        "{}: {} of 1,000 claim more events, {} fewer; median odds ratio {}.".format(
            name, *intervals.claims(found)
        )
        for name, found in answers.items()
    )
    alt = f"Estimates where the true odds ratio is 1. {' '.join(sentences)}"
    return twice("rare", alt, draw, wide=3.6, phone=4.2)


def coverage_table() -> Table:
    """How many intervals cover the truth; the last row of each outcome is of new studies."""
    rows: list[str | tuple[str, ...]] = []
    for outcome in data.outcomes():
        cells = [cell(outcome, tau) for tau in TAUS]
        rows += [
            str(data.outcome(outcome)["label"]),
            *(
                (name, *(in_hundred(one.methods[name].coverage) for one in cells))
                for name in cells[0].methods
            ),
            ("Prediction interval", *(in_hundred(one.prediction) for one in cells)),
        ]
    return table(
        ("Interval", *(f"τ = {tau:g}" for tau in TAUS)),
        rows,
        name="table-coverage",
        caption="Coverage of 95 % intervals",
        notes=(
            SHARES,
            "HKSJ: Hartung, Knapp, Sidik and Jonkman.",
            "DL, REML, PM: inverse variance with the between-study variance of DerSimonian and "
            "Laird, by restricted maximum likelihood, of Paule and Mandel.",
            "Prediction interval: how many of the new studies have their true effect inside that "
            "of the paper's method.",
        ),
    )


def sparse() -> Table:
    """The same arms with ever fewer events."""
    rows: list[str | tuple[str, ...]] = []
    for risk in intervals.SPARSE_RISKS:
        rows.append(f"Risk {in_hundred(risk)}")
        for name, behavior in intervals.sparse(risk).items():
            shares = map(in_hundred, (behavior.coverage, behavior.power, behavior.undefined))
            rows.append((name, *shares, half_up(math.exp(behavior.bias.value), 2)))
    return table(
        ("Method", "Coverage", "Power", "No result", "Bias"),
        rows,
        name="table-sparse",
        caption="The same arms at lower risks, without heterogeneity",
        notes=(
            "Risk: of the controls, the same in each study. The true odds ratio is the pooled "
            "one of hemorrhage (SICH). No result: share without an estimate and interval; the "
            "other columns are of those that have one. Power: share with p below 0.05. Bias: "
            "geometric mean of the estimated odds ratios over the true one; above 1 is too near "
            "no effect.",
            SHARES,
        ),
    )


def small_studies() -> Table:
    """How often the tests of small-study effects are significant."""
    rows = []
    for k in intervals.NUMBERS_OF_STUDIES:
        none, bias = (intervals.noticed(k, bias) for bias in (0.0, 1.0))
        shares = (none.formula, bias.formula, none.egger, bias.egger, none.harbord, bias.harbord)
        rows.append((f"{k} studies", *(in_hundred(share) for share in shares)))
    return table(
        ("Studies", *("None", "Bias") * 3),
        rows,
        groups=(("", 1), ("Egger, by formula", 2), ("Egger, on counts", 2), ("Harbord", 2)),
        name="table-small-studies",
        caption="How often a test for small-study effects is significant",
        notes=(
            "None: no bias, so that each is a false alarm. Bias: each study errs by one of its "
            "own standard errors. By formula: if study effects were normal. No heterogeneity. "
            "More than four studies: the paper's four, again and again.",
            SHARES,
        ),
    )
