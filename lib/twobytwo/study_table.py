"""The table of the studies and the pooled result: built here, printed everywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from twobytwo import rounding, sentence
from twobytwo.pooled import ARMS, Pooled
from twobytwo.table import Column, Table

HEADINGS = {0: (), 1: ("Events",), 2: ("Treatment", "Control")}


def study_table(result: Pooled, arms: Sequence[str] | None = None) -> Table:
    """One row a study, the pooled result last.

    Parameters
    ----------
    result : Pooled
        Of one meta-analysis.
    arms : sequence of str, optional
        What the arms are called.

    Returns
    -------
    Table
        Proportions are printed in percent, exact before they are rounded.

    Raises
    ------
    ValueError
        If the result is a batch.

    Examples
    --------
    >>> from twobytwo.pool import pool
    >>> deaths = pool([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
    >>> table = study_table(deaths)
    >>> table.headings
    ('Study', 'Treatment', 'Control', 'Weight', 'OR [95 % CI]')
    >>> table.rows[-1]
    ('Total', '28/149', '62/203', '100.0 %', '0.39 [0.16, 0.93]')
    """
    if np.ndim(result.effect):
        raise ValueError("a table shows one meta-analysis, not a batch of them")
    columns = [_names(result), *_arms(result, arms)]
    if result.measure != "proportion" or np.isfinite(result.weight).any():
        columns.append(_weights(result))
    columns.append(effects(result))
    about = f"{result.outcome}: the" if result.outcome else "The"
    return Table(
        tuple(columns),
        caption=f"{about} studies and the pooled result",
        notes=(sentence.findings(result), sentence.method(result)),
        totals=1,
    )


def _names(result: Pooled) -> Column:
    names = (*result.study, "Total")
    return Column("Study", names, {"study": names})


def _arms(result: Pooled, called: Sequence[str] | None) -> list[Column]:
    columns = []
    count = len(result.arms)
    for heading, names, arm in zip(
        called or HEADINGS[count], ARMS[count], result.arms, strict=True
    ):
        events, n = ([*map(int, x.tolist()), int(x.sum())] for x in arm)
        printed = [f"{x}/{of}" for x, of in zip(events, n, strict=True)]
        columns.append(Column(heading, printed, dict(zip(names, (events, n), strict=True))))
    return columns


def _weights(result: Pooled) -> Column:
    weights = [*result.weight.tolist(), 100.0 if result.k else math.nan]
    return Column("Weight", rounding.shares(weights), {"weight": weights})


def effects(result: Pooled) -> Column:
    """Estimates with their intervals, of the studies and the pooled one."""
    estimate, (lower, upper) = result.study_estimate, result.study_interval
    if result.measure == "proportion":
        # Exact before it is rounded: 15 of 48 is 31.25 %, printed 31.3.
        counts = zip(*(arm.tolist() for arm in result.arms[0]), strict=True)
        exact = [Fraction(100 * int(x), int(n)) if n else math.nan for x, n in counts]
        heading, printed = "%", rounding.with_intervals(exact, 100 * lower, 100 * upper, 1)
    else:
        heading, printed = result.measure, rounding.with_intervals(estimate, lower, upper)
    values = {
        "estimate": [*estimate.tolist(), result.estimate],
        "ci_lower": [*lower.tolist(), result.ci_lower],
        "ci_upper": [*upper.tolist(), result.ci_upper],
    }
    interval = f"[{100 * result.level:g} % CI]"
    return Column(f"{heading} {interval}", [*printed, pooled_text(result)], values)


def pooled_text(result: Pooled) -> str:
    """The pooled estimate with its interval; a proportion in percent."""
    estimate, lower, upper = result.estimate, result.ci_lower, result.ci_upper
    if result.measure == "proportion":
        return rounding.with_interval(100 * estimate, 100 * lower, 100 * upper, 1)
    return rounding.with_interval(estimate, lower, upper)
