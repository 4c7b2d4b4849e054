"""The figures of the chapter on how the arms were formed."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from metabook import data
from metabook.drawing import PHONE, SIZE, WIDTH, box, label, page, twice
from metabook.figure import Figure
from twobytwo.checks.confounding import with_outcome_needed
from twobytwo.plots.inline_svg import COLORS
from twobytwo.plots.palette import CONTROL, GRID, INK, MUTED, PAPER, TREATMENT
from twobytwo.rounding import number

from rescue.beyond import chosen

OPEN = "#006b4f"  # an artery in which blood flows
OPAQUE = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5}  # no line runs through the words
DASHED: tuple[int, tuple[int, int]] = (0, (4, 3))
# Of each group the box, its words, where it stands and how wide.
GROUPS: dict[str, tuple[dict[str, Any], str, float, float]] = {
    "stented group": ({"facecolor": TREATMENT, "edgecolor": TREATMENT}, PAPER, 25.0, 48),
    "in no group": (
        {"facecolor": "none", "edgecolor": MUTED, "linestyle": DASHED}, MUTED, 62.5, 23,
    ),
    "control group": ({"facecolor": PAPER, "edgecolor": CONTROL, "linewidth": 1.6}, INK, 87.5, 23),
}  # fmt: skip
PLAIN: dict[str, Any] = {"facecolor": "none", "edgecolor": INK}
# The line of each outcome, and how far its name stands from it.
CURVES = {"mRS 0-2": ("-", 9), "mortality": ("--", -9), "SICH": (":", -9)}
# What the marks on the curves are, and the marks.
KINDS = {"thrombolysis, Baracchini": "s", "basilar artery, Cornelissen": "^",
         "artery still closed": "o"}  # fmt: skip
LARGEST = 8  # the end of both axes of the curves


def flow(name: str) -> Figure:
    """Patients after a failed thrombectomy: where a trial divides them, and where the studies."""
    arms = chosen.flow()
    paths = {
        "Stent": [
            ("opened", str(arms.opened), "stented group"),
            ("stayed closed", str(arms.closed), "stented group"),
        ],
        "No stent": [
            ("opened later", "not known", "in no group"),
            ("stayed closed", str(arms.control_closed), "control group"),
        ],
    }
    sentences = " ".join(
        f"{treatment}, artery {artery} ({count}): {group}."
        for treatment, ends in paths.items()
        for artery, count, group in ends
    )
    alt = (
        "Patients after a failed thrombectomy. A trial randomizes them before anything is "
        f"done; the four studies divided them after the procedure. {sentences} "
        f"Counts of {arms.reported} of {arms.studies} studies."
    )
    colors = COLORS | {OPEN: f"var(--good,{OPEN})"}
    return Figure(_flow(paths, wide=True), name, alt, _flow(paths, wide=False), colors)


def _flow(paths: dict[str, list[tuple[str, str, str]]], wide: bool) -> Drawing:
    """The tree; on a phone with narrower words."""
    figure, axes = page(3.4 if wide else 4.4, 92, width=WIDTH if wide else PHONE)

    def words(x: float, y: float, text: str, **style: Any) -> None:
        axes.text(x, y, text, ha="center", va="center", size=SIZE, **style)

    def branch(x: float, y: float, to_x: float, to_y: float, color: str = MUTED) -> None:
        axes.plot([x, to_x], [y, to_y], color=color, linewidth=0.9, zorder=0)

    box(axes, (50, 87.5), 44 if wide else 60, PLAIN, 8)
    words(50, 87.5, "Thrombectomy has failed", color=INK)
    for (treatment, ends), x in zip(paths.items(), (25.0, 75.0), strict=True):
        branch(50, 83.5, x, 70)
        box(axes, (x, 65.5), 26, PLAIN, 9)
        words(x, 65.5, treatment, color=INK, weight="bold")
        for (artery, count, _), at in zip(ends, (x - 12.5, x + 12.5), strict=True):
            shade = INK if artery == "stayed closed" else OPEN
            branch(x, 61, at, 53)
            branch(at, 43, at, 15)
            box(axes, (at, 47), 23, {"facecolor": shade, "edgecolor": shade}, 12)
            lines = f"artery\n{artery}" if wide else "\n".join(artery.split())
            words(at, 47, lines, color=PAPER)
            words(at, 36, count, color=INK, weight="bold", bbox=OPAQUE)
    for group, (style, ink, x, across) in GROUPS.items():
        box(axes, (x, 9), across, style, 12)
        text = group if wide else group.replace(" group", "\ngroup")
        words(x, 9, text, color=ink, weight="bold")
    for y, who in (
        (75.5, "Before: a trial randomizes here"),
        (26, "After: the four studies divide here"),
    ):
        axes.plot([0, 100], [y, y], color=INK, linewidth=1.2, linestyle=DASHED, zorder=0)
        words(50, y, who, color=INK, bbox=OPAQUE)
    return figure


def balance() -> Figure:
    """How far apart the arms were before treatment; on a phone the study above its rows."""
    found = chosen.differences()
    sentences = " ".join(
        f"{one.study}, {one.characteristic}: {number(one.standardized)}."
        for one in found.itertuples()
    )
    alt = (
        "Standardized differences between the arms before treatment, stent minus control; "
        f"between -{chosen.BALANCED} and {chosen.BALANCED} arms count as alike. {sentences}"
    )

    def draw(figure: Drawing, panels: list[Axes], phone: bool) -> None:
        (axes,) = panels
        axes.axvspan(-chosen.BALANCED, chosen.BALANCED, color=GRID, linewidth=0, zorder=0)
        axes.axvline(0, color=MUTED, linewidth=0.8)
        row, ticks = 0.0, {}
        for study, rows in found.groupby("study", sort=False):
            if phone:
                ticks[row] = study
                row += 1
            for one in rows.itertuples():
                inside = INK if abs(one.standardized) > chosen.BALANCED else PAPER
                axes.plot([0, one.standardized], [row, row], color=INK, linewidth=1)
                axes.plot(one.standardized, row, "o", color=INK, mfc=inside, markersize=6.5)
                before = "" if phone else f"{str(study).split()[0]}: "
                ticks[row] = f"{before}{one.characteristic}"
                row += 1
            row += 0.6
        axes.set_yticks(list(ticks), list(ticks.values()))
        axes.set(ylim=(row - 0.9, -0.7), xlim=(-0.8, 0.8), xticks=[-0.5, 0, 0.5])
        sides = "← controls | stented →" if phone else "← more in controls | more in stented →"
        axes.set_xlabel(sides, fontsize=SIZE)

    return twice("balance", alt, draw, wide=3.9, phone=4.6)


def confounding() -> Figure:
    """Which pairs of associations would explain each pooled risk ratio away."""
    unequal = chosen.unequal()
    sentences = " ".join(
        f"{data.outcome(outcome)['short']}, risk ratio {chosen.risk_ratio(outcome).text}: "
        + ", ".join(
            f"{one.characteristic} ({one.study}) {chosen.needed(one, outcome)}" for one in unequal
        )
        + "."
        for outcome in CURVES
    )
    alt = (
        "How much a cause must change each outcome to explain the difference between the arms, "
        f"given how unequal it is. {sentences}"
    )

    def draw(figure: Drawing, panels: list[Axes], phone: bool) -> None:
        (axes,) = panels
        axes.spines["left"].set_visible(True)
        axes.spines["left"].set_color(MUTED)
        for outcome, (line, lift) in CURVES.items():
            ratio = float(chosen.risk_ratio(outcome).estimate)
            x = np.linspace(max(ratio, 1 / ratio) * 1.001, LARGEST, 600)
            y = with_outcome_needed(ratio, x)
            axes.plot(x[y <= LARGEST], y[y <= LARGEST], line, color=INK, linewidth=1.8)
            short = data.outcome(outcome)["short"]
            label(axes, short, LARGEST - 0.9, float(y[-1]), (0, lift), INK)
            for one, marker in zip(unequal, KINDS.values(), strict=True):
                at = min(chosen.seen(one, outcome), LARGEST)
                needs = float(with_outcome_needed(ratio, at))
                if needs <= LARGEST:
                    shape = ">" if at == LARGEST else marker
                    axes.plot(at, needs, shape, color=INK, markersize=8, clip_on=False, zorder=3)
        for i, (kind, marker) in enumerate(KINDS.items()):
            axes.plot(3.2, 7.6 - 0.6 * i, marker, color=INK, markersize=8)
            axes.text(3.5, 7.6 - 0.6 * i, kind, va="center", fontsize=SIZE, color=INK)
        ticks = range(1, LARGEST + 1)
        axes.set(xlim=(1, LARGEST), ylim=(1, LARGEST), xticks=ticks, yticks=ticks)
        axes.set_xlabel("How much more frequent in one arm", fontsize=SIZE)
        axes.set_ylabel("How much it changes the outcome", fontsize=SIZE, color=INK)

    return twice("confounding", alt, draw, wide=4.2, phone=3.7)
