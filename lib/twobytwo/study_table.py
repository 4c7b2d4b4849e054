"""The table of the studies and the pooled result: built here, printed everywhere."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from twobytwo import rounding, sentence
from twobytwo.estimate.effects import Cells
from twobytwo.options import OF_COUNTS, Options
from twobytwo.pooled import ARMS, Pooled
from twobytwo.rounding import Ratios, exact_ratios, half_up_many
from twobytwo.table import Column, Table

HEADINGS = {0: (), 1: ("Events",), 2: ("Treatment", "Control")}
# Decimals of a ratio, beyond which its bound is told.
MOST = 5

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
    if np.ndim(result.effect):
        raise ValueError("a table shows one meta-analysis, not a batch of them")
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
    found = [sentence.findings(result, lambda *limits: effect_text(result, limits, digits))]
    found += [f"{name}: {sentence.heterogeneity(one)}" for name, one in subgroups]
    if between is not None:
        found.append(f"Subgroup differences: {sentence.differences(*between)}")
    return Table(
        tuple(columns),
        caption=f"{about} studies and the pooled result",
        notes=("\n".join(found), sentence.method(result)),
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
            [int(own[at][of] if isinstance(of, int) else of.arms[j][at].sum()) for of, *_ in rows]
            for at in (0, 1)
        )
        printed = [f"{x}/{of}" for x, of in zip(events, n, strict=True)]
        columns.append(Column(heading, printed, dict(zip(names, (events, n), strict=True))))
    return columns


def _weights(result: Pooled, rows: Rows) -> Column:
    own = result.weight.tolist()
    share = dict(zip(result.study, own, strict=True))

    def weight(of: int | Pooled) -> float:
        if isinstance(of, int):
            return float(own[of])
        if of is result:
            return 100.0 if result.k else math.nan
        return math.fsum(x for x in (share[name] for name in of.study) if math.isfinite(x))

    weights = [weight(of) for of, *_ in rows]
    return Column("Weight", rounding.shares(weights), {"weight": weights})


def _effects(result: Pooled, rows: Rows, digits: int | None) -> Column:
    """Estimates with their intervals, of the studies and the pooled ones."""
    printed, study = study_texts(result, digits), result.study_interval
    own = [x.tolist() for x in (result.study_estimate, *study)]
    names = "estimate", "ci_lower", "ci_upper"
    values = {
        name: [own[j][of] if isinstance(of, int) else getattr(of, name) for of, *_ in rows]
        for j, name in enumerate(names)
    }
    texts = [printed[of] if isinstance(of, int) else pooled_text(of, digits) for of, *_ in rows]
    heading = "%" if result.measure == "proportion" else result.measure
    return Column(f"{heading} [{100 * result.level:g} % CI]", texts, values)


def pooled_text(result: Pooled, digits: int | None = None) -> str:
    """The pooled estimate with its interval; a proportion in percent."""
    pooled = result.estimate, result.ci_lower, result.ci_upper
    own = result.k == 1 and result.method not in OF_COUNTS  # a study alone is the result
    only = int(np.flatnonzero(result.included)[0]) if own else None
    return effect_text(result, pooled, digits, only)


def effect_text(
    result: Pooled,
    effect: Sequence[float],
    digits: int | None = None,
    study: int | None = None,
) -> str:
    """An estimate with its interval, on the natural scale, as this result's are printed.

    Parameters
    ----------
    result : Pooled
        Of one meta-analysis.
    effect : (float, float, float)
        Estimate, lower and upper limit.
    digits : int, optional
        Decimals; as many as are needed if left out.
    study : int, optional
        The position of the study whose effect it is.

    Returns
    -------
    str

    Examples
    --------
    >>> from twobytwo.pool import pool
    >>> few = pool([40, 35], [100_000] * 2, [80, 75], [100_000] * 2, measure="RD")
    >>> pooled_text(few), pooled_text(few, 2)
    ('-0.00040 [-0.00055, -0.00025]', '0.00 [0.00, 0.00]')
    """
    columns = ([_scale(result) * x] for x in effect)
    decimals = _decimals(result, effect, digits)
    exact = _exact(result) if study is not None else None
    own = exact and half_up_many(Ratios(*(x[[study]] for x in exact)), decimals)
    return rounding.with_intervals(*columns, decimals, exact=own, ratio=_is_ratio(result))[0]


def study_texts(result: Pooled, digits: int | None = None) -> list[str]:
    """The effect of each study with its interval as printed; see `effect_text`.

    Where a study needs more decimals than the pooled effect it has them.
    """
    scale = _scale(result)
    columns = [scale * x for x in (result.study_estimate, *result.study_interval)]
    pooled = result.estimate, result.ci_lower, result.ci_upper
    decimals = _decimals(result, pooled, digits)
    exact, ratio = _exact(result), _is_ratio(result)

    def printed(at: Any, decimals: int) -> list[str]:
        of = [x[at] for x in columns]
        own = None if exact is None else half_up_many(Ratios(*(x[at] for x in exact)), decimals)
        return rounding.with_intervals(*of, decimals, exact=own, ratio=ratio)

    texts = printed(slice(None), decimals)
    if digits is None:
        for i in _lost(columns, decimals, _null(result)):
            needed = _decimals(result, [x[i] / scale for x in columns], None)
            texts[i] = printed(slice(i, i + 1), max(needed, decimals))[0]
    return texts


def _lost(columns: Sequence[Any], decimals: int, null: float | None) -> Iterable[int]:
    """Positions of the studies that may need more decimals."""
    half = 0.5 / 10**decimals
    small = (columns[0] != 0) & (np.abs(columns[0]) < half)
    if null is not None:
        for limit in columns[1:]:
            small |= (limit != null) & (np.abs(limit - null) < half)
    return np.flatnonzero(small).tolist()


def _decimals(result: Pooled, effect: Sequence[float], digits: int | None) -> int:
    if digits is not None:
        return digits
    null = _null(result)
    if null is None:
        percent = 100 * effect[0]
        away = min(percent, 100 - percent)
        return min(12, 1 - math.floor(math.log10(away))) if 0 < away < 0.05 else 1
    decimals = rounding.decimals_for(*effect, null=null)
    return min(decimals, MOST) if _is_ratio(result) else decimals


def _null(result: Pooled) -> float | None:
    """No effect, on the natural scale."""
    return {"proportion": None, "RD": 0.0}.get(result.measure, 1.0)


def _is_ratio(result: Pooled) -> bool:
    return result.measure in ("OR", "RR")


def _scale(result: Pooled) -> int:
    return 100 if result.measure == "proportion" else 1


def _exact(result: Pooled) -> Ratios | None:
    """The studies' effects as ratios of whole numbers, where they are such."""
    options = result.options
    if isinstance(options, Options):
        # Peto's odds ratio is no ratio of whole numbers.
        if not result.table or options.method == "Peto":
            return None
        added = "none" if options.method in OF_COUNTS else options.zero_cells
        return exact_ratios(Cells(*result.table), options.measure, added, options.increment)
    events, n = (x.astype(np.int64) for x in result.arms[0])
    return Ratios(100 * events, n)
