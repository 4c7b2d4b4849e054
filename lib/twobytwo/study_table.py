"""The table of the studies and the pooled result: built here, printed everywhere."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from twobytwo import results, rounding
from twobytwo.options import OF_COUNTS
from twobytwo.results import ARMS, Pooled, check_one, pooled_text, prediction_text, study_texts
from twobytwo.table import Column, Table

HEADINGS = {0: (), 1: ("Events",), 2: ("Treatment", "Control")}

Subgroups = Sequence[tuple[str, Pooled]]
# A row: the position of a study or a pooled result, its subgroup, its label.
Rows = list[tuple[int | Pooled, str, str]]


def study_table(
    result: Pooled,
    arms: Sequence[str] | None = None,
    *,
    digits: int | None = None,
    subgroups: Subgroups = (),
    between: Sequence[float] | None = None,
) -> Table:
    """One row a study, the pooled result last.

    Parameters
    ----------
    result : Pooled
        Of one meta-analysis.
    arms : sequence of str, optional
        What the arms are called.
    digits : int, optional
        Decimals of effects; as many as these need if left out.
    subgroups : sequence of (str, Pooled), optional
        The studies stand by subgroup, each with its subtotal.
    between : (float, float, float), optional
        Q, degrees of freedom and p of the test for subgroup differences.

    Returns
    -------
    Table
        Estimates of studies are exact before they are rounded.

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
    check_one(result, "a table")
    rows = _rows(result, subgroups)
    labels = [label for *_, label in rows]
    columns = [Column("Study", labels, {"study": labels})]
    if subgroups:
        groups = [group for _, group, _ in rows]
        columns.append(Column("Subgroup", groups, {"subgroup": groups}))
    columns += _arms(result, rows, arms)
    alone = result.measure == "proportion" or result.method in OF_COUNTS
    if np.isfinite(result.weight).any() or not alone:
        columns.append(_weights(result, rows))
    columns.append(_effects(result, rows, digits))
    about = f"{result.outcome}: the" if result.outcome else "The"
    found = _findings(result, digits)
    found += [f"{name}: {results.heterogeneity(one)}" for name, one in subgroups]
    if between is not None:
        found.append(f"Subgroup differences: {results.differences(*between)}")
    return Table(
        tuple(columns),
        caption=f"{about} studies and the pooled result",
        notes=("\n".join(found), result.method_sentence),
        totals=1,
    )


def _rows(result: Pooled, subgroups: Subgroups) -> Rows:
    total: Rows = [(result, "", "Total")]
    if not subgroups:
        return [*((i, "", name) for i, name in enumerate(result.study)), *total]
    place = {name: i for i, name in enumerate(result.study)}
    rows: Rows = []
    for group, one in subgroups:
        rows += [(place[name], group, name) for name in one.study]
        rows.append((one, group, "Subtotal"))
    return rows + total


def _arms(result: Pooled, rows: Rows, called: Sequence[str] | None) -> list[Column]:
    columns = []
    count = len(result.arms)
    for j, (heading, names) in enumerate(zip(called or HEADINGS[count], ARMS[count], strict=True)):
        own = [x.tolist() for x in result.arms[j]]
        events, n = (
            [
                int(own[at][source] if isinstance(source, int) else source.arms[j][at].sum())
                for source, *_ in rows
            ]
            for at in (0, 1)
        )
        printed = [f"{x}/{patients}" for x, patients in zip(events, n, strict=True)]
        columns.append(Column(heading, printed, dict(zip(names, (events, n), strict=True))))
    return columns


def _weights(result: Pooled, rows: Rows) -> Column:
    own = result.weight.tolist()
    share = dict(zip(result.study, own, strict=True))

    def weight(source: int | Pooled) -> float:
        if isinstance(source, int):
            return float(own[source])
        if source is result:
            return 100.0 if result.k else math.nan
        return math.fsum(x for x in (share[name] for name in source.study) if math.isfinite(x))

    weights = [weight(source) for source, *_ in rows]
    return Column("Weight", rounding.shares(weights), {"weight": weights})


def _effects(result: Pooled, rows: Rows, digits: int | None) -> Column:
    """Estimates with their intervals, of the studies and the pooled ones."""
    printed, study = study_texts(result, digits), result.study_interval
    own = [x.tolist() for x in (result.study_estimate, *study)]
    names = "estimate", "ci_lower", "ci_upper"
    values = {
        name: [
            own[j][source] if isinstance(source, int) else getattr(source, name)
            for source, *_ in rows
        ]
        for j, name in enumerate(names)
    }
    texts = [
        printed[source] if isinstance(source, int) else pooled_text(source, digits)
        for source, *_ in rows
    ]
    heading = "%" if result.measure == "proportion" else result.measure
    return Column(f"{heading} [{100 * result.level:g} % CI]", texts, values)


def _findings(result: Pooled, digits: int | None) -> list[str]:
    """Heterogeneity, the test of the effect and the prediction interval, a line each."""
    lines = [f"Heterogeneity: {results.heterogeneity(result)}"]
    if result.measure != "proportion":
        lines.append(f"Overall effect: {results.overall(result)}")
    unit = " %" if result.measure == "proportion" else ""
    if new := prediction_text(result, digits):
        lines.append(f"Prediction interval for a new study: {new}{unit}")
    elif result.options.random and np.isfinite(result.se):
        fewest = {"k-2": "three", "k-1": "two"}[result.options.prediction_df]
        lines.append(f"Prediction interval for a new study: undefined (it needs {fewest} studies)")
    return lines
