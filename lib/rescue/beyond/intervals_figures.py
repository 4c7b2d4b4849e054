"""The figure of the chapter on intervals."""

from __future__ import annotations

from metabook import data
from metabook.drawing import PHONE, SIZE, canvas
from metabook.figure import Figure
from twobytwo.plots.palette import GRID, INK, MUTED, PAPER, PREDICTION, THIRD

from rescue.beyond.intervals import FIXED, HKSJ, REVMAN, TAUS, TRUNCATED, cell, in_hundred

PANELS = (REVMAN, HKSJ, FIXED, TRUNCATED)
# Shape and fill tell the outcomes apart without color.
MARKS = {
    "mRS 0-2": ("o", THIRD, THIRD),
    "mortality": ("D", INK, INK),
    "SICH": ("s", PREDICTION, PAPER),
}
NOMINAL = 95


def coverage(name: str) -> Figure:
    """How many intervals hold the truth, by method, outcome and heterogeneity."""
    figure, panels = canvas(4.5, panels=2, width=PHONE, rows=2)
    said = []
    for axes, method in zip(panels, PANELS, strict=True):
        axes.axhline(NOMINAL, color=MUTED, linewidth=1, linestyle=(0, (4, 2)), zorder=0)
        axes.grid(axis="y", color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        told = []
        for outcome, (marker, color, inside) in MARKS.items():
            shares = [cell(outcome, tau).methods[method].coverage.value for tau in TAUS]
            axes.plot(
                TAUS, [100 * share for share in shares], color=color, marker=marker,
                markerfacecolor=inside, markersize=5, linewidth=1.4, clip_on=False,
                label=outcome,
            )  # fmt: skip
            told.append(f"{_label(outcome)} {', '.join(map(in_hundred, shares))}")
        axes.set_title(method, fontsize=SIZE, color=INK, loc="left", weight="bold")
        said.append(f"{method}: {'; '.join(told)}.")
    first = panels[0]
    first.set_ylim(56, 101)
    first.annotate(
        f"{NOMINAL} %", (1, NOMINAL), (0, 4), textcoords="offset points",
        ha="right", fontsize=SIZE, color=MUTED,
    )  # fmt: skip
    first.set_yticks([60, 70, 80, 90, 100])
    for axes in panels[2:]:
        axes.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
    figure.supxlabel("Heterogeneity (τ)", fontsize=SIZE, color=INK)
    figure.supylabel("Intervals that hold the truth, in 100", fontsize=SIZE, color=INK)
    figure.legend(
        *first.get_legend_handles_labels(), loc="outside upper left", ncols=3, frameon=False,
        fontsize=SIZE, labelcolor=INK, handlelength=1.6, columnspacing=1.2, borderaxespad=0,
    )  # fmt: skip
    taus = ", ".join(f"{tau:g}" for tau in TAUS)
    return Figure(figure, name, f"Coverage of 95 % intervals at τ of {taus}. {' '.join(said)}")


def _label(outcome: str) -> str:
    return str(data.outcome(outcome)["label"])
