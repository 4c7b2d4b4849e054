"""Arms pooled apart: the reviews' percentages beside those of the four studies."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
from metabook import data
from metabook.figure import Figure
from metabook.frames import as_written
from metabook.table import Table, table
from twobytwo import ProportionResult, pool_proportions
from twobytwo.plots.forest import proportion_forest
from twobytwo.rounding import half_up, number, percent

ARMS = ("stent", "control")
REVIEWS = ("Wareham 2019", "Maingard 2019")


@cache
def arm(outcome: str, group: str) -> ProportionResult:
    """One arm of the four studies, pooled by the binomial-normal model.

    Examples
    --------
    >>> round(arm("mortality", "stent").estimate, 3)
    0.107
    """
    of = data.counts(outcome)
    events, n = of.arms[:2] if group == "stent" else of.arms[2:]
    return pool_proportions(events, n, study=of.study)


def crude(outcome: str, group: str) -> tuple[int, int]:
    """Events and patients of one arm, summed."""
    of = arm(outcome, group)
    return int(of.events.sum()), int(of.patients.sum())


def review(name: str, outcome: str, group: str) -> str | None:
    """What a review prints for one arm, with its interval if there is one."""
    every = as_written("companions.csv").query("review == @name and item == @outcome")
    for row in every[every["group"] == group].itertuples():
        interval = "" if pd.isna(row.lower) else f" [{row.lower}, {row.upper}]"
        return f"{row.percent}{interval}"
    return None


def beside() -> Table:
    """The arms that the reviews pool, beside those of the four studies."""
    rows = [
        (
            data.outcome(outcome)["label"],
            group,
            *(review(name, outcome, group) for name in REVIEWS),
            arm(outcome, group).text,
            percent(*crude(outcome, group)),
            "{}/{}".format(*crude(outcome, group)),
        )
        for outcome in data.outcomes()
        for group in ARMS
    ]
    return table(
        ("Outcome", "Arm", "Wareham", "Maingard", "Pooled", "Summed", "Count"),
        rows,
        groups=(("", 2), ("Printed, %", 2), ("The four studies, %", 3)),
        name="table-single-arms",
        caption="Arms pooled apart: the two reviews, and the four studies",
        notes=("Brackets: 95 % CI. Pooled: binomial-normal model. Summed: as if one study.",),
        align="llrrrrr",
    )


def forest(outcome: str, group: str, name: str) -> Figure:
    """The forest plot of one arm."""
    drawn = proportion_forest(
        arm(outcome, group), arm=group, outcome=data.outcome(outcome)["label"]
    )
    return Figure(drawn.figure, name, drawn.alt)


def crossed(outcome: str) -> list[float]:
    """Crude odds ratios of stented patients of two studies against controls of the others."""
    of = data.counts(outcome)
    e1, n1, e2, n2 = (arm.astype(int).tolist() for arm in of.arms)
    found = []
    for chosen in combinations(range(len(e1)), 2):
        others = [i for i in range(len(e1)) if i not in chosen]
        a, c = sum(e1[i] for i in chosen), sum(e2[i] for i in others)
        b, d = sum(n1[i] for i in chosen) - a, sum(n2[i] for i in others) - c
        found.append(a * d / (b * c))
    return sorted(found)


def freeman_tukey(events: list[int], n: list[int]) -> float:
    """The proportion pooled by way of the double arcsine, which the library does not offer.

    Notes
    -----
    The arcsines are weighted by n + 1/2; the way back takes the harmonic mean of the n.

    Examples
    --------
    >>> round(100 * freeman_tukey([10, 1000], [100, 100_000]), 2)
    0.78
    """
    x, of = np.array(events, float), np.array(n, float)
    there = np.arcsin(np.sqrt(x / (of + 1))) + np.arcsin(np.sqrt((x + 1) / (of + 1)))
    mean = np.average(there, weights=of + 0.5)
    sine, size = np.sin(mean), len(of) / np.sum(1 / of)
    bent = sine + (sine - 1 / sine) / size
    return float((1 - np.sign(np.cos(mean)) * np.sqrt(1 - bent**2)) / 2)


# One study of 10 %, one of 1 %, and then one more of 10 %.
APART = ([10, 1000], [100, 100_000])
ONE_MORE = ([10, 1000, 1], [100, 100_000, 10])


def words() -> dict[str, str]:
    """The numbers of the single arms that the chapter's prose mentions."""
    mrs, deaths = crossed("mRS 0-2"), arm("mortality", "stent")
    shares = as_written("companions.csv").set_index("id")["percent"] + " %"
    each = 100 * deaths.study_estimate
    return {
        "maingard-sich-stent": shares["maingard-sich-stent"],
        "maingard-sich-control": shares["maingard-sich-control"],
        "crossed-ways": str(len(mrs)),
        "crossed-low": number(mrs[0]),
        "crossed-high": number(mrs[-1]),
        "crossed-within": number(data.pooled("mRS 0-2").estimate),
        "deaths-pooled": f"{number(100 * deaths.estimate, 1)} %",
        "deaths-ci": f"{number(100 * deaths.ci_lower, 1)} to {number(100 * deaths.ci_upper, 1)} %",
        "deaths-crude": f"{percent(*crude('mortality', 'stent'))} %",
        "deaths-low": f"{half_up(each.min(), 0)} %",
        "deaths-high": f"{half_up(each.max(), 0)} %",
        "deaths-thousand": f"{1000 * deaths.estimate:.0f}",
        "deaths-thousand-low": f"{1000 * deaths.ci_lower:.0f}",
        "deaths-thousand-high": f"{1000 * deaths.ci_upper:.0f}",
        "ft-two": f"{half_up(100 * freeman_tukey(*APART), 2)} %",
        "ft-three": f"{half_up(100 * freeman_tukey(*ONE_MORE), 2)} %",
        "model-two": f"{number(100 * pool_proportions(*APART).estimate, 1)} %",
        "model-three": f"{number(100 * pool_proportions(*ONE_MORE).estimate, 1)} %",
        "ft-events": "{} of {}, and {:,} of {:,}".format(
            *(APART[key][i] for i in (0, 1) for key in (0, 1))
        ),
        "ft-more": f"{ONE_MORE[0][-1]} of {ONE_MORE[1][-1]}",
    }
