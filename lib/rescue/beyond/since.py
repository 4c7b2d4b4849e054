"""What came after the paper: later counts, adjusted estimates, and how they pool."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np
from metabook import data
from twobytwo import Counts, Result, pool, read_counts
from twobytwo.checks.refits import cumulative
from twobytwo.estimate.printed import is_symmetric, log_effect
from twobytwo.pool import pool_effects
from twobytwo.results import EffectsResult
from twobytwo.rounding import half_up, number, with_interval

COUNTS, POSSIBLE, ADJUSTED = "later_counts.csv", "possible_counts.csv", "adjusted.csv"
INFERRED = "percentage of an inferred number"
RECOVERED = "recovered from the total and the p-value"
ATTENTION = "ATTENTION registry"
POSTERIOR, ANTERIOR = "posterior", "anterior"
MRS3, DEATHS, SICH = "mRS 0-3", "mortality", "SICH"
# What may be pooled: one outcome, one circulation. The anterior series starts with the paper.
SERIES = ((MRS3, POSTERIOR), (DEATHS, POSTERIOR), (SICH, POSTERIOR), (DEATHS, ANTERIOR))
# Both are of basilar centers in the United States: they may share patients.
SHARING = ("Mohammaden 2023", "PC-SEARCH 2024")
MIXED = "Cornelissen 2018"
CATALONIA = "Catalonia registry"
POOLED = "Pooled"
RATIO = ("estimate", "lower", "upper")


def label(outcome: str) -> str:
    """An outcome in words; the later studies count some that the paper does not."""
    known = {row["outcome"]: row["label"] for row in data.rows("outcomes.csv")}
    return known.get(outcome, outcome)


def later(outcome: str, circulation: str, without: Collection[str] = ()) -> Counts:
    """The later counts of one outcome and circulation by year, those without a year last.

    Examples
    --------
    >>> later("mortality", "posterior").study
    ('Luo 2021', 'Mohammaden 2023', 'PC-SEARCH 2024', 'ATTENTION registry')
    """
    every = read_counts(data.path(COUNTS), outcome)
    rows = [row for row in data.rows(COUNTS) if row["outcome"] == outcome]
    wanted = [
        i
        for i, row in enumerate(rows)
        if row["circulation"] == circulation and row["study"] not in without
    ]
    return _some(every, sorted(wanted, key=lambda i: rows[i]["year"] or "no year"))


def _some(counts: Counts, at: list[int]) -> Counts:
    return Counts(tuple(counts.study[i] for i in at), *(arm[at] for arm in counts.arms))


MARKS = {INFERRED: "a", RECOVERED: "b"}


def marked(outcome: str) -> dict[str, str]:
    """The studies whose counts of an outcome are not simply printed, each with its mark.

    Examples
    --------
    >>> marked("mortality")
    {'Mohammaden 2023': 'a', 'ATTENTION registry': 'b'}
    """
    return {
        row["study"]: MARKS[row["count_from"]]
        for row in data.rows(COUNTS)
        if row["outcome"] == outcome and row["count_from"] in MARKS
    }


def joined(first: Counts, second: Counts) -> Counts:
    """Two sets of studies as one."""
    arms = zip(first.arms, second.arms, strict=True)
    return Counts((*first.study, *second.study), *(np.concatenate(pair) for pair in arms))


def series(outcome: str, circulation: str, without: Collection[str] = ()) -> Counts:
    """The studies that are pooled: the anterior ones with the four of the paper."""
    new = later(outcome, circulation, without)
    if circulation == POSTERIOR:
        return new
    four = data.counts(outcome)
    return joined(_some(four, [i for i, s in enumerate(four.study) if s not in without]), new)


def crude(outcome: str, circulation: str, without: Collection[str] = ()) -> Result:
    """The counts of a series pooled by the paper's rule."""
    of = series(outcome, circulation, without)
    return pool(*of.arms, study=of.study)


def accumulated(outcome: str, circulation: str) -> list[tuple[str, Result]]:
    """The studies of a series by year, each with the result up to it."""
    of = series(outcome, circulation)
    plus = [("+ " if i else "") + name for i, name in enumerate(of.study)]
    return list(zip(plus, cumulative(of), strict=True))


def without_overlap(outcome: str) -> dict[str, Result]:
    """The posterior series with both of the studies that may share patients, and with one."""
    first, second = SHARING
    some = {"both": (), f"only {first}": (second,), f"only {second}": (first,)}
    return {name: crude(outcome, POSTERIOR, dropped) for name, dropped in some.items()}


def possible(outcome: str) -> list[Counts]:
    """Each count that Catalonia's uncertain number of controls allows.

    Examples
    --------
    >>> [counts.n_control.tolist() for counts in possible("mortality")]
    [[528], [530], [532]]
    """
    columns = ("events_treatment", "n_treatment", "events_control", "n_control")
    return [
        Counts((row["study"],), *(np.array([int(row[column])]) for column in columns))
        for row in data.rows(POSSIBLE)
        if row["outcome"] == outcome
    ]


def possible_results(outcome: str, others: Counts | None = None) -> list[Result]:
    """The result with each possible count, alone or after other studies."""
    every = [joined(others, one) if others else one for one in possible(outcome)]
    return [pool(*of.arms, study=of.study) for of in every]


def span(values: Iterable[float], decimals: int = 3) -> str:
    """The least and the most of some numbers.

    Examples
    --------
    >>> span([0.6604, 0.6625]), span([0.5, 0.5001])
    ('0.660 to 0.663', '0.500')
    """
    printed = [half_up(float(value), decimals) for value in sorted(values)]
    return printed[0] if printed[0] == printed[-1] else f"{printed[0]} to {printed[-1]}"


# ---- adjusted estimates


def adjusted(outcome: str, circulation: str = POSTERIOR) -> list[dict[str, str]]:
    """The rows of one outcome and circulation."""
    return [
        row
        for row in data.rows(ADJUSTED)
        if (row["outcome"], row["circulation"]) == (outcome, circulation)
    ]


def pooled_adjusted(outcome: str, without: Collection[str] = (), **choices: str) -> EffectsResult:
    """The adjusted posterior estimates of one outcome by generic inverse variance.

    Examples
    --------
    >>> round(pooled_adjusted("mRS 0-3").estimate, 2)
    3.95
    """
    return _pooled([row for row in adjusted(outcome) if row["study"] not in without], **choices)


def _pooled(rows: list[dict[str, str]], **choices: str) -> EffectsResult:
    estimate, lower, upper = ([float(row[key]) for row in rows] for key in RATIO)
    names = [row["study"] for row in rows]
    effects = log_effect(estimate, lower, upper)
    return pool_effects(*effects, study=names, **choices)  # type: ignore[arg-type]  # it checks


def printed(row: dict[str, str]) -> str:
    """A printed ratio with its interval as it stands, or what there is of it."""
    if not row["estimate"]:
        return "–"
    return row["estimate"] + (f" [{row['lower']}, {row['upper']}]" if row["lower"] else "")


def symmetric(row: dict[str, str]) -> bool:
    """Whether a printed ratio can be the middle of its interval, on the log scale."""
    return not row["lower"] or is_symmetric(row["estimate"], row["lower"], row["upper"])


def said(result: Result | EffectsResult) -> str:
    """A pooled ratio with its interval."""
    return with_interval(result.estimate, result.ci_lower, result.ci_upper)


def interval(result: Result | EffectsResult) -> str:
    """The interval in words."""
    return f"{number(result.ci_lower)} to {number(result.ci_upper)}"


def beside(outcome: str) -> dict[str, tuple[Result | None, EffectsResult | None]]:
    """The crude and the adjusted result of each posterior study, then both pooled."""
    counts = later(outcome, POSTERIOR)
    alone = {
        study: pool(*(arm[[i]] for arm in counts.arms), study=[study])
        for i, study in enumerate(counts.study)
    }
    fitted = {row["study"]: _pooled([row]) for row in adjusted(outcome)}
    every = {s: (alone.get(s), fitted.get(s)) for s in dict.fromkeys([*alone, *fitted])}
    return every | {POOLED: (crude(outcome, POSTERIOR), pooled_adjusted(outcome))}
