"""The figures of the chapter on how the arms were formed."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from metabook import data
from metabook.drawing import PHONE, SIZE, WIDTH, box, canvas, label, page
from metabook.figure import Figure
from twobytwo.checks.confounding import with_outcome_needed
from twobytwo.plots.inline_svg import COLORS
from twobytwo.plots.palette import CONTROL, GRID, INK, MUTED, PAPER, TREATMENT
from twobytwo.rounding import number

from rescue.beyond import chosen

OPEN = "#006b4f"  # an artery in which blood flows
OPAQUE = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.5}  # no line runs through the words
DASHED: tuple[int, tuple[int, int]] = (0, (4, 3))
GROUPS: dict[str, dict[str, Any]] = {
    "stented group": {"facecolor": TREATMENT, "edgecolor": TREATMENT},
    "control group": {"facecolor": PAPER, "edgecolor": CONTROL, "linewidth": 1.6},
    "in no group": {"facecolor": "none", "edgecolor": MUTED, "linestyle": DASHED},
}
PLAIN: dict[str, Any] = {"facecolor": "none", "edgecolor": INK}
# The line of each outcome, and how far its name stands from it.
CURVES = {"mRS 0-2": ("-", 9), "mortality": ("--", -9), "SICH": (":", -9)}
KINDS = ("thrombolysis", "basilar artery", "artery still closed")
MARKERS = ("s", "^", "o")  # of the three kinds
STEPS = ("stented: procedure", "afterward", "and then", "controls: procedure")
Regimens = dict[str, list[tuple[str, str] | None]]
LARGEST = 8  # the end of both axes of the curves


def _words(axes: Axes, x: float, y: float, text: str, **style: Any) -> None:
    given: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": SIZE, "color": INK}
    axes.text(x, y, text, **(given | style))


def _branch(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    axes.plot([start[0], end[0]], [start[1], end[1]], color=MUTED, linewidth=0.9, zorder=0)


def flow(name: str) -> Figure:
    """Patients after a failed thrombectomy: where a trial divides them, and where the studies."""
    of = chosen.flow()
    paths = {
        "Stent": [
            ("opened", str(of.opened), "stented group"),
            ("stayed closed", str(of.closed), "stented group"),
        ],
        "No stent": [
            ("opened later", "not known", "in no group"),
            ("stayed closed", str(of.control_closed), "control group"),
        ],
    }
    said = [
        f"{treatment}, artery {artery} ({count}): {group}."
        for treatment, ends in paths.items()
        for artery, count, group in ends
    ]
    alt = (
        "Patients after a failed thrombectomy. A trial randomizes them before anything is "
        "done; the four studies divided them after the procedure. "
        f"{' '.join(said)} Counts of {of.told} of {of.studies} studies."
    )
    colors = COLORS | {OPEN: f"var(--good,{OPEN})"}
    wide, narrow = _flow(paths, wide=True), _flow(paths, wide=False)
    return Figure(wide, name, alt, phone=narrow, colors=colors)


def _flow(paths: dict[str, list[tuple[str, str, str]]], wide: bool) -> Drawing:
    """The tree; on a phone with narrower words."""
    figure, axes = page(3.4 if wide else 4.4, 92, width=WIDTH if wide else PHONE)
    around = 44 if wide else 60
    box(axes, (50, 87.5), around, PLAIN, 8)
    _words(axes, 50, 87.5, "Thrombectomy has failed")
    for (treatment, ends), x in zip(paths.items(), (25.0, 75.0), strict=True):
        _branch(axes, (50, 83.5), (x, 70))
        box(axes, (x, 65.5), 26, PLAIN, 9)
        _words(axes, x, 65.5, treatment, weight="bold")
        for (artery, count, _), side in zip(ends, (-12.5, 12.5), strict=True):
            at = x + side
            shade = INK if artery == "stayed closed" else OPEN
            _branch(axes, (x, 61), (at, 53))
            _branch(axes, (at, 43), (at, 15))
            box(axes, (at, 47), 23, {"facecolor": shade, "edgecolor": shade}, 12)
            told = f"artery\n{artery}" if wide else "\n".join(artery.split())
            _words(axes, at, 47, told, color=PAPER)
            _words(axes, at, 36, count, weight="bold", bbox=OPAQUE)
    for group, x, across in (
        ("stented group", 25.0, 48),
        ("in no group", 62.5, 23),
        ("control group", 87.5, 23),
    ):
        box(axes, (x, 9), across, GROUPS[group], 12)
        ink = {"stented group": PAPER, "in no group": MUTED}.get(group, INK)
        text = group if wide else group.replace(" group", "\ngroup")
        _words(axes, x, 9, text, color=ink, weight="bold")
    for y, who in (
        (75.5, "Before: a trial randomizes here"),
        (26, "After: the four studies divide here"),
    ):
        axes.plot([0, 100], [y, y], color=INK, linewidth=1.2, linestyle=DASHED, zorder=0)
        _words(axes, 50, y, who, bbox=OPAQUE)
    return figure


def balance() -> Figure:
    """How far apart the arms were before treatment, row by row of Table 1."""
    said = " ".join(
        f"{one.study}, {one.characteristic}: {number(one.standardized)}."
        for one in chosen.differences()
    )
    alt = (
        "Standardized differences between the arms before treatment, stent minus control; "
        f"between -{chosen.BALANCED} and {chosen.BALANCED} arms count as alike. {said}"
    )
    return Figure(_balance(WIDTH), "balance", alt, phone=_balance(PHONE))


def _balance(width: float) -> Drawing:
    """The points; on a phone the study stands above its rows."""
    figure, (axes,) = canvas(3.9 if width == WIDTH else 4.6, width=width)
    axes.axvspan(-chosen.BALANCED, chosen.BALANCED, color=GRID, linewidth=0, zorder=0)
    axes.axvline(0, color=MUTED, linewidth=0.8)
    row = 0.0
    ticks: dict[float, str] = {}
    for study, of_study in groupby(chosen.differences(), key=lambda one: one.study):
        if width == PHONE:
            ticks[row] = study
            row += 1
        for one in of_study:
            far = abs(one.standardized) > chosen.BALANCED
            inside = INK if far else PAPER
            axes.plot([0, one.standardized], [row, row], color=INK, linewidth=1)
            axes.plot(one.standardized, row, "o", color=INK, markerfacecolor=inside, markersize=6.5)
            before = "" if width == PHONE else f"{study.split()[0]}: "
            ticks[row] = f"{before}{one.characteristic}"
            row += 1
        row += 0.6
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.set_ylim(row - 0.9, -0.7)
    axes.set_xlim(-0.8, 0.8)
    axes.set_xticks([-0.5, 0, 0.5])
    ends = ("← controls", "stented →") if width == PHONE else (
        "← more in controls", "more in stented →",
    )  # fmt: skip
    axes.set_xlabel(" | ".join(ends), fontsize=SIZE)
    return figure


def confounding() -> Figure:
    """Which pairs of associations would explain each pooled risk ratio away."""
    said = " ".join(
        f"{data.outcome(outcome)['short']}, risk ratio {chosen.risk_ratio(outcome).text}: "
        + ", ".join(
            f"{one.characteristic} ({one.study}) {chosen.needed(one, outcome)}"
            for one in chosen.unequal()
        )
        + "."
        for outcome in CURVES
    )
    alt = (
        "How much a cause must change each outcome to explain the difference between the arms, "
        f"given how unequal it is. {said}"
    )
    return Figure(_confounding(WIDTH), "confounding", alt, phone=_confounding(PHONE))


def _confounding(width: float) -> Drawing:
    figure, (axes,) = canvas(4.2 if width == WIDTH else 3.7, width=width)
    axes.spines["left"].set_visible(True)
    axes.spines["left"].set_color(MUTED)
    for outcome, (line, lift) in CURVES.items():
        ratio = float(chosen.risk_ratio(outcome).estimate)
        x = np.linspace(max(ratio, 1 / ratio) * 1.001, LARGEST, 600)
        y = with_outcome_needed(ratio, x)
        inside = y <= LARGEST
        axes.plot(x[inside], y[inside], line, color=INK, linewidth=1.8)
        short = data.outcome(outcome)["short"]
        label(axes, short, LARGEST - 0.9, float(y[-1]), (0, lift), INK)
        for one, marker in zip(chosen.unequal(), MARKERS, strict=True):
            at = min(chosen.seen(one, outcome), LARGEST)
            needs = float(with_outcome_needed(ratio, at))
            if needs <= LARGEST:
                shape = ">" if at == LARGEST else marker
                axes.plot(at, needs, shape, color=INK, markersize=8, clip_on=False, zorder=3)
    for i, (one, marker) in enumerate(zip(chosen.unequal(), MARKERS, strict=True)):
        where = "" if "studies" in one.study else f", {one.study.split()[0]}"
        axes.plot(3.2, 7.6 - 0.6 * i, marker, color=INK, markersize=8)
        _words(axes, 3.5, 7.6 - 0.6 * i, f"{KINDS[i]}{where}", ha="left")
    axes.set_xlim(1, LARGEST)
    axes.set_ylim(1, LARGEST)
    axes.set_yticks(range(1, LARGEST + 1))
    axes.set_xticks(range(1, LARGEST + 1))
    axes.set_xlabel("How much more frequent in one arm", fontsize=SIZE)
    axes.set_ylabel("How much it changes the outcome", fontsize=SIZE, color=INK)
    return figure


def _drugs(rows: list[dict[str, str]]) -> tuple[str, str]:
    """What a box says: the drugs, and how they were given; nothing where it is not printed."""
    names = [row["drug"] or row["drug_class"].removesuffix(" therapy") for row in rows]
    first = rows[0]
    how = " ".join(filter(None, (first["route"], first["form"])))
    return " or ".join(filter(None, names)), ", ".join(filter(None, (how, first["duration"])))


def _inhibitors(study: str, arm: str) -> str:
    """How many of an arm had a glycoprotein IIb/IIIa inhibitor, if the table counts them."""
    for row in data.rows("interventions.csv"):
        if row["study"] == study and row["arm"] == arm and "IIb/IIIa" in row["intervention"]:
            return f"{row['events']} of {row['n']}" if row["events"] else ""
    return ""


def regimens() -> Figure:
    """The antithrombotic drugs of Table 2, study by study."""
    by_study = groupby(data.rows("antithrombotics.csv"), key=lambda row: row["study"])
    found = {study: _regimens(study, list(rows)) for study, rows in by_study}
    said = []
    for study, of in found.items():
        told = (
            f"{heading}, {' ('.join(filter(None, one)) + ')' * bool(one[1]) or 'not told'}"
            for heading, one in zip(STEPS, of, strict=True)
            if one is not None
        )
        said.append(f"{study}: {'; '.join(told)}.")
    wide, narrow = (_drawn_regimens(found, columns) for columns in (4, 2))
    alt = "Antithrombotic drugs. " + " ".join(said)
    return Figure(wide, "regimens", alt, phone=narrow)


def _drawn_regimens(found: Regimens, columns: int) -> Drawing:
    """The boxes, all four of a study in a row, or two above two on a phone."""
    lines = len(STEPS) // columns  # of boxes for each study
    pitch = 14.5 if columns == 4 else 15.5
    block = 3 + pitch * lines
    top = block * len(found) + 3
    figure, axes = page(0.06 * top, top, width=WIDTH if columns == 4 else PHONE)
    for i, (study, of) in enumerate(found.items()):
        y = top - block * i - 3
        _words(axes, 1, y, study, ha="left", weight="bold")
        for j, (step, one) in enumerate(zip(STEPS, of, strict=True)):
            x = 100 / columns * (j % columns + 0.5)
            at = y - 3.5 - pitch * (j // columns)
            if one is not None:
                _words(axes, x, at, step, color=MUTED)
                _regimen(axes, x, at - 6.3, 92 / columns, *one)
    return figure


def _regimens(study: str, rows: list[dict[str, str]]) -> list[tuple[str, str] | None]:
    """What the boxes of one study say; none where no such step is printed."""
    boxes: list[tuple[str, str] | None] = []
    for step in (("before stenting", "1"), ("after stenting", "1"), ("after stenting", "2")):
        some = [row for row in rows if (row["phase"], row["step"]) == step]
        boxes.append(_drugs(some) if some else None)
    stent, control = (_inhibitors(study, arm) for arm in ("stent", "control"))
    if control:  # the table counts the drug instead of describing it
        boxes[0] = ("IIb/IIIa inhibitor, IA", stent)
    return [*boxes, ("the same", control) if control else ("", "")]


def _regimen(axes: Axes, x: float, y: float, width: float, what: str, how: str) -> None:
    """One box; dashed where the table does not tell."""
    box(axes, (x, y), width, PLAIN if what else GROUPS["in no group"], 8.5)
    if not what:
        _words(axes, x, y, "not told", color=MUTED)
        return
    _words(axes, x, y + (2 if how else 0), what)
    if how:
        _words(axes, x, y - 2, how, color=MUTED)
