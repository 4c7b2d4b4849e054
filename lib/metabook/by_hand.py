"""The steps of RevMan's rule as tables, each computed anew from the cells.

Nothing here calls `twobytwo.pool`: the chapter shows that the two agree. Each table takes the
counts of one outcome and the word for its events, which its caption says.
"""

from __future__ import annotations

from math import exp, log, sqrt
from typing import NamedTuple

from twobytwo import Counts
from twobytwo.estimate.intervals import p_value
from twobytwo.rounding import half_up

from metabook.table import Table, table


class Study(NamedTuple):
    """One study on the log scale."""

    name: str
    a: float
    b: float
    c: float
    d: float

    @property
    def n(self) -> float:
        """Patients, the correction counted in."""
        return self.a + self.b + self.c + self.d

    @property
    def y(self) -> float:
        """Log odds ratio."""
        return log(self.a * self.d / (self.b * self.c))

    @property
    def v(self) -> float:
        """Variance of the log odds ratio."""
        return 1 / self.a + 1 / self.b + 1 / self.c + 1 / self.d


class Steps(NamedTuple):
    """The numbers that the tables show, in the order they are worked out."""

    studies: list[Study]
    center: float
    q: float
    df: int
    s1: float
    s2: float
    tau2: float
    mean: float
    se: float


def cells_of(counts: Counts, study: str) -> tuple[int, int, int, int]:
    """The four cells of one study.

    Examples
    --------
    >>> from metabook import data
    >>> cells_of(data.counts("mortality"), "Chang 2018")
    (6, 42, 19, 81)
    """
    e1, n1, e2, n2 = (int(arm[counts.study.index(study)]) for arm in counts.arms)
    return e1, n1 - e1, e2, n2 - e2


def steps(counts: Counts) -> Steps:
    """Work through RevMan's rule, sum by sum, with the studies that inform the odds ratio.

    Examples
    --------
    >>> from metabook import data
    >>> round(exp(steps(data.counts("mortality")).mean), 4)
    0.3853
    """
    studies = []
    for name in counts.study:
        cells = cells_of(counts, name)
        if 0 in (cells[0] + cells[2], cells[1] + cells[3]):
            continue
        add = 0.5 if 0 in cells else 0
        studies.append(Study(name, *(cell + add for cell in cells)))
    center = log(sum(s.a * s.d / s.n for s in studies) / sum(s.b * s.c / s.n for s in studies))
    q = sum((s.y - center) ** 2 / s.v for s in studies)
    df = len(studies) - 1
    s1, s2 = sum(1 / s.v for s in studies), sum(1 / s.v**2 for s in studies)
    tau2 = max(0.0, (q - df) / (s1 - s2 / s1))
    weights = [1 / (s.v + tau2) for s in studies]
    mean = sum(w * s.y for w, s in zip(weights, studies, strict=True)) / sum(weights)
    return Steps(studies, center, q, df, s1, s2, tau2, mean, 1 / sqrt(sum(weights)))


def mantel_haenszel(counts: Counts, events: str) -> Table:
    """The sums of the Mantel-Haenszel odds ratio."""
    done = steps(counts)
    rows = [
        (s.name, *(f"{x:g}" for x in s[1:]), f"{s.n:g}", _4(s.a * s.d / s.n), _4(s.b * s.c / s.n))
        for s in done.studies
    ]
    top = sum(s.a * s.d / s.n for s in done.studies)
    bottom = sum(s.b * s.c / s.n for s in done.studies)
    return table(
        ("Study", "a", "b", "c", "d", "N", "ad/N", "bc/N"),
        rows,
        totals=[("Sum", "", "", "", "", "", _4(top), _4(bottom))],
        notes=[
            f"M-H odds ratio: {_4(top)} / {_4(bottom)} = {_4(top / bottom)}; "
            f"its log is {_4(done.center)}."
        ],
        name="table-by-hand-mh",
        caption=f"The sums of Mantel and Haenszel, {events}",
        align="lddddddd",
    )


def heterogeneity(counts: Counts, events: str) -> Table:
    """What each study adds to Q."""
    done = steps(counts)
    rows = [
        (s.name, _4(s.y), _4(s.v), _4(s.y - done.center), _4((s.y - done.center) ** 2 / s.v))
        for s in done.studies
    ]
    i2 = 100 * max(0.0, (done.q - done.df) / done.q)
    return table(
        ("Study", "y", "v", "y - center", "part of Q"),
        rows,
        totals=[("Sum", "", "", "", _4(done.q))],
        notes=[
            f"Center: {_4(done.center)}. Q = {_4(done.q)}, df = {done.df}. "
            f"I² = ({_4(done.q)} - {done.df}) / {_4(done.q)} = {half_up(i2, 1)} %."
        ],
        name="table-by-hand-q",
        caption=f"Cochran's Q about the Mantel-Haenszel estimate, {events}",
        align="ldddd",
    )


def between_study_variance(counts: Counts, events: str) -> Table:
    """The between-study variance of DerSimonian and Laird."""
    done = steps(counts)
    rows = [(s.name, _4(1 / s.v), _4(1 / s.v**2)) for s in done.studies]
    return table(
        ("Study", "1/v", "1/v²"),
        rows,
        totals=[("Sum", _4(done.s1), _4(done.s2))],
        notes=[
            f"τ² = ({_4(done.q)} - {done.df}) / ({_4(done.s1)} - {_4(done.s2)} / {_4(done.s1)}) "
            f"= {_4(done.tau2)}."
        ],
        name="table-by-hand-tau2",
        caption=f"The between-study variance, {events}",
    )


def pooled(counts: Counts, events: str) -> Table:
    """The random-effects mean."""
    done = steps(counts)
    weights = [1 / (s.v + done.tau2) for s in done.studies]
    total = sum(weights)
    rows = [
        (s.name, _4(s.y), _4(w), f"{half_up(100 * w / total, 1)} %", _4(w * s.y))
        for s, w in zip(done.studies, weights, strict=True)
    ]
    wy = sum(w * s.y for s, w in zip(done.studies, weights, strict=True))
    z = done.mean / done.se
    lower, upper = (exp(done.mean + sign * 1.959964 * done.se) for sign in (-1, 1))
    return table(
        ("Study", "y", "w", "weight", "w y"),
        rows,
        totals=[("Sum", "", _4(total), "100.0 %", _4(wy))],
        notes=[
            f"Mean: {_4(wy)} / {_4(total)} = {_4(done.mean)}; SE = {_4(done.se)}; "
            f"z = {_4(z)}, p = {_4(float(p_value(z)))}. "
            f"OR = exp({_4(done.mean)}) = {half_up(exp(done.mean), 2)}, "
            f"95 % CI {half_up(lower, 2)} to {half_up(upper, 2)}."
        ],
        name="table-by-hand-pooled",
        caption=f"The pooled result, {events}",
        align="ldddd",
    )


def _4(value: float) -> str:
    return half_up(value, 4)
