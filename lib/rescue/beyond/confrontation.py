"""The associations of the four studies beside the results of the randomized trial."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from metabook import data
from metabook.links import address
from metabook.table import Cell, Table, table
from twobytwo import Result
from twobytwo.plots.forest import Forest
from twobytwo.rounding import p_text

from rescue.beyond import randomized, ratios
from rescue.beyond.randomized import Found

FOUR = "Four studies"
SOLVED = Cell("one solved", badge="basis")
ABBREVIATED = {
    "odds ratio": "OR",
    "common odds ratio": "common OR",
    "generalized odds ratio": "gen. OR",
    "hazard ratio": "hazard ratio",
    "risk ratio": "RR",
}


def _badge(basis: str) -> Cell:
    """How a number was read, as a badge whose words say it."""
    return Cell(basis, badge="second-hand" if basis == randomized.SECOND_HAND else "read")


def results(pooled: Mapping[str, Result], found: Sequence[Found]) -> Table:
    """The pooled association of each outcome, and below it what the trial found."""
    rows: list[str | tuple[str | Cell | None, ...]] = []
    for outcome, result in pooled.items():
        a, b, c, d = (int(cell.sum()) for cell in result.table)
        rows += [
            data.outcome(outcome)["label"],
            (
                FOUR, _named(outcome), f"{a}/{a + b}", f"{c}/{c + d}", "OR",
                result.text, p_text(result.p_value, 3),
                SOLVED if data.RECOVERED in data.basis(outcome).values() else _badge("read"),
            ),
            *(_row(one) for one in found if one.row["beside"] == outcome),
        ]  # fmt: skip
    rows += ["Told by the trial only", *(_row(one) for one in found if not one.row["beside"])]
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
            "transcribed by others, the paper was not read. One solved: a count of one study was "
            "solved from the printed pooled result.",
        ),
        align="llrrlrll",
    )


def _named(outcome: str) -> str:
    """A score by its range or as the trial says it; death as the whole book calls it."""
    return data.outcome(outcome)["short"] if outcome == "mortality" else outcome


def _row(one: Found) -> tuple[str | Cell | None, ...]:
    registered = address(randomized.trial()["registration"])
    name = Cell(f"Trial, {one.row['time']}", href=registered)
    arms = name, _named(one.row["outcome"]), one.arm("treatment"), one.arm("control")
    if not one.known:
        return *arms, None, None, None, _badge("missing")
    return *arms, ABBREVIATED[one.measure], one.text, one.p or None, _badge(one.row["basis"])


def figure(pooled: Mapping[str, Result], found: Sequence[Found]) -> Forest:
    """Each pooled association above what the trial found, on one axis of ratios."""
    groups = {
        ratios.heading(outcome): [
            ratios.pooled(result, FOUR),
            *(
                ratios.printed(f"Trial, {one.row['time']}{_scale(one)}", one.text, _limits(one))
                for one in found
                if one.row["beside"] == outcome and one.known
            ),
        ]
        for outcome, result in pooled.items()
    }
    return ratios.figure(
        groups,
        "Ratios with 95 % intervals; diamonds: the four studies pooled; squares: the randomized "
        "trial.",
        [
            "* A ratio of another scale than that of the four studies.",
            f"The trial's numbers: {randomized.words()['trial-basis']}.",
        ],
    )


def _scale(one: Found) -> str:
    """What the ratio is of, with a mark, where it is of another scale than the pooled one."""
    if one.measure == "odds ratio":
        return ""
    return f", {'whole mRS' if one.row['outcome'] == randomized.WHOLE_SCALE else one.measure}*"


def _limits(one: Found) -> tuple[float, float, float] | None:
    """Point and limits to draw; of several possible counts the widest of all."""
    if len(one.results) > 1:
        return (
            float(np.exp(np.mean([result.effect for result in one.results]))),
            min(float(result.ci_lower) for result in one.results),
            max(float(result.ci_upper) for result in one.results),
        )
    if one.ratio is None:
        return None
    point, low, high = one.ratio
    return point, low or point, high or point


def guideline_words() -> dict[str, str]:
    """What the prose says of the newest guideline."""
    newest = max(data.rows("guidelines.csv"), key=lambda row: int(row["year"]))
    return {
        "guideline-name": newest["guideline"].partition(",")[0],
        "guideline-year": newest["year"],
        "guideline-says": newest["says"],
        "guideline-class": f"Class {newest['class']}, Level {newest['level']}",
        "guideline-basis": randomized.how_read({newest["basis"]}, "").strip(),
    }
