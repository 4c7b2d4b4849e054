"""The associations of the four studies beside the results of the randomized trial."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from metabook import data
from metabook.drawing import PHONE, SIZE, canvas, odds_ratio_axis
from metabook.figure import Figure
from metabook.table import Cell, Table, table
from twobytwo.plots.palette import INK, PAPER
from twobytwo.rounding import p_text, with_interval

from rescue.beyond import randomized
from rescue.beyond.randomized import Found
from rescue.paper.sources import linked

FOUR = "Four studies"
SHORT = {"mRS 0-2": "Independence", "mortality": "Death", "SICH": "Symptomatic hemorrhage"}
ABBREVIATED = {
    "odds ratio": "OR",
    "common odds ratio": "common OR",
    "generalized odds ratio": "gen. OR",
    "hazard ratio": "hazard ratio",
    "risk ratio": "RR",
}
LOW, HIGH = 0.1, 100
OPAQUE = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.0}  # no line runs through the words
Limits = tuple[float, float, float]


def how_read(basis: str) -> Cell:
    """How a number was read, as a badge whose words say it."""
    return Cell(basis, badge="second-hand" if basis == randomized.SECOND_HAND else "read")


def results() -> Table:
    """Everything that the trial found, beside the pooled association where there is one."""
    rows: list[str | tuple[str | Cell | None, ...]] = []
    for outcome in data.outcomes():
        of = data.pooled(outcome)
        a, b, c, d = (int(cell.sum()) for cell in of.table)
        rows.append(SHORT[outcome])
        rows.append(
            (
                FOUR, outcome, f"{a}/{a + b}", f"{c}/{c + d}", "OR",
                with_interval(of.estimate, of.ci_lower, of.ci_upper), p_text(of.p_value, 3),
                how_read("read"),
            )
        )  # fmt: skip
        rows += [_row(one) for one in randomized.found() if one.row["beside"] == outcome]
    rows.append("Told by the trial only")
    rows += [_row(one) for one in randomized.found() if not one.row["beside"]]
    return table(
        ("Source", "Outcome", "Stent", "Control", "Ratio", "[95 % CI]", "p", "How read"),
        rows,
        name="table-confrontation",
        caption="The four studies beside the randomized trial",
        notes=(
            f"Trial: {randomized.trial()['trial']}; Stent means balloon or stent there. OR: odds "
            "ratio; common and gen. (generalized): of every grade of the mRS, above 1 favors "
            "rescue. A hazard ratio of a harm below 1 favors rescue. Where only a "
            "percentage is printed, the OR is a range over all counts that print it. Second hand: "
            "transcribed by others, the paper was not read.",
        ),
        align="llrrlrll",
    )


def _row(one: Found) -> tuple[str | Cell | None, ...]:
    name = linked(f"Trial, {one.row['time']}", one.id)
    arms = name, one.row["outcome"], one.stent, one.control
    if not one.known:
        return *arms, None, None, None, how_read("missing")
    basis = how_read(one.row["basis"])
    return *arms, ABBREVIATED[one.measure], one.said, one.p or None, basis


def sources() -> Table:
    """What stands behind each source of the later evidence, and how sure it is."""
    return table(
        ("What", "How read", "Where", "How sure"),
        [
            (row["what"], how_read(_plain(row["basis"])), row["read"], row["how_sure"])
            for row in data.rows("sources.csv")
        ],
        name="table-sources",
        caption="Where the trial, the guidelines and the recovered counts were read",
        align="llll",
    )


def _plain(basis: str) -> str:
    return basis if basis == randomized.SECOND_HAND else "read"


def guidelines() -> Table:
    """What guidelines say, the newest first."""
    rows = sorted(data.rows("guidelines.csv"), key=lambda row: -int(row["year"]))
    return table(
        ("Guideline", "Year", "About", "It says", "Class", "Level", "How read"),
        [
            (
                linked(row["guideline"], row["id"]), row["year"], row["about"], row["says"],
                row["class"], row["level"], how_read(row["basis"]),
            )
            for row in rows
        ],
        name="table-guidelines",
        caption="What guidelines say of rescue after failed thrombectomy",
        align="lrlllll",
    )  # fmt: skip


def guideline_words() -> dict[str, str]:
    """What the prose says of the newest guideline."""
    newest = max(data.rows("guidelines.csv"), key=lambda row: int(row["year"]))
    return {
        "guideline-name": newest["guideline"].partition(",")[0],
        "guideline-year": newest["year"],
        "guideline-says": newest["says"],
        "guideline-class": f"Class {newest['class']}, Level {newest['level']}",
        "guideline-basis": (
            "read at second hand" if newest["basis"] == randomized.SECOND_HAND else "read"
        ),
    }


# ---- the figure


def figure(name: str) -> Figure:
    """Each pooled association above what the trial found, on one axis of ratios."""
    drawing, (axes,) = canvas(5.2, width=PHONE)
    row, said = -1.5, []
    for outcome in data.outcomes():
        row += 1.5
        of = data.pooled(outcome)
        limits = float(of.estimate), float(of.ci_lower), float(of.ci_upper)
        _name(axes, row, f"{SHORT[outcome]}: {_side(outcome)}", bold=True)
        row = _bar(axes, row, FOUR, with_interval(*limits), limits, PAPER, "s")
        told = [f"{FOUR.lower()} {with_interval(*limits)}"]
        for one in randomized.beside(outcome):
            label = f"Trial, {one.row['time']}{_scale(one)}"
            row = _bar(axes, row, label, one.said, _limits(one), INK, "D")
            told.append(f"{label} {one.said}")
        said.append(f"{SHORT[outcome]}, {_side(outcome)}: {'; '.join(told)}.")
    odds_ratio_axis(axes, (0.1, 1, 10, 100), LOW, HIGH)
    axes.set_xlabel("Ratio, stent or rescue against control (log scale)", loc="left", fontsize=SIZE)
    axes.set_yticks([])
    axes.set_ylim(row + 0.8, -0.7)
    return Figure(
        drawing,
        name,
        "Ratios with 95 % intervals; squares: the four studies; diamonds: the randomized trial. "
        + " ".join(said),
    )


def _side(outcome: str) -> str:
    more = data.outcome(outcome)["better"] == "more"
    return "better \N{RIGHTWARDS ARROW}" if more else "\N{LEFTWARDS ARROW} better"


def _scale(one: Found) -> str:
    """What the ratio is of, with a mark, where it is of another scale than the pooled one."""
    if one.measure == "odds ratio":
        return ""
    return f", {'whole mRS' if one.row['outcome'] == randomized.WHOLE_SCALE else one.measure}*"


def _limits(one: Found) -> Limits | None:
    """Point and limits to draw; of several possible counts the widest of all."""
    if len(one.results) > 1:
        return (
            float(np.exp(np.mean([of.effect for of in one.results]))),
            min(float(of.ci_lower) for of in one.results),
            max(float(of.ci_upper) for of in one.results),
        )
    if one.ratio is None:
        return None
    point, low, high = one.ratio
    return point, low or point, high or point


def _name(axes: Axes, row: float, text: str, bold: bool = False) -> None:
    axes.annotate(
        text, (0, row), xycoords=("axes fraction", "data"), va="center", fontsize=SIZE,
        color=INK, weight="bold" if bold else "normal", bbox=OPAQUE,
    )  # fmt: skip


def _bar(
    axes: Axes, row: float, label: str, said: str, limits: Limits | None, face: str, marker: str
) -> float:
    """A line of words, and under it the estimate with its interval."""
    _name(axes, row + 1, label)
    axes.annotate(
        said, (1, row + 1), xycoords=("axes fraction", "data"), ha="right", va="center",
        fontsize=SIZE, color=INK, bbox=OPAQUE,
    )  # fmt: skip
    if limits:
        point, low, high = limits
        axes.plot([max(low, LOW), min(high, HIGH)], [row + 1.6] * 2, color=INK, linewidth=1.2)
        axes.plot(point, row + 1.6, marker, color=INK, markerfacecolor=face, markersize=6)
    return row + 1.7
