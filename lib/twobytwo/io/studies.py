"""The studies of a table: their names, their counts, and what else is told of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twobytwo.io import arms as of_arms
from twobytwo.io import guard, words
from twobytwo.io.columns import Columns, Wanted, choose, example
from twobytwo.io.errors import CountsError, listed, shown
from twobytwo.io.names import CONTROL, TREATMENT, plain
from twobytwo.io.rows import of_outcome, sifted
from twobytwo.io.table import Row, Table

TWO = (TREATMENT, CONTROL)


@dataclass(frozen=True)
class Studies:
    """What a table holds.

    Attributes
    ----------
    names : tuple of str
        k names, all different.
    counts : list of ndarray of int, shape (k,)
        Events and patients of each arm.
    extra : mapping of str to tuple of str
        The other columns.
    numbers : list
        Of their rows.
    understood : list of (str, str)
        What the file calls the arms, and which they were taken for.
    skipped, cautions : list of str
    """

    names: tuple[str, ...]
    counts: list[NDArray[np.int64]]
    extra: Mapping[str, tuple[str, ...]]
    numbers: list[int | str]
    understood: list[tuple[str, str]]
    skipped: list[str]
    cautions: list[str]


def studies(table: Table, columns: Columns, wanted: Wanted, outcome: str | None = None) -> Studies:
    """Read the studies of one outcome.

    Parameters
    ----------
    table : Table
    columns : Columns
        Where everything stands in it.
    wanted : Wanted
        The arms that were chosen.
    outcome : str, optional

    Returns
    -------
    Studies

    Raises
    ------
    CountsError
        For the first row that cannot be used.
    """
    kept = sifted(of_outcome(table, columns, outcome), columns)
    rows, headings = kept.rows, kept.headings
    chosen = None
    if columns.arm is not None:
        rows = _filled_down(rows, columns.study)
        rows, chosen = _of_arms(table, rows, columns.arm, wanted)
    names, said = _named(table, columns, rows)
    counts = _counts(table, columns, rows, names)
    if columns.arm is not None and chosen:
        treated, controls = _pairs(table, columns.arm, rows, names, chosen, kept.skipped)
        counts = [one[at] for at in (treated, controls) for one in counts]
        rows, names = [rows[i] for i in treated], [names[i] for i in treated]
        headings = [""] * len(rows)
    elif guard.is_a_sum(counts):
        raise table.error(rows[-1], columns.study, words.A_SUM)
    extra = _extra(table, columns, rows, headings)
    said += guard.cautions(names, counts) + guard.comparisons(extra)
    return Studies(
        tuple(names), counts, extra,
        [row.number for row in rows],
        [(name, arm) for name, arm in zip(chosen or (), TWO, strict=False) if name != arm],
        kept.skipped, said,
    )  # fmt: skip


def _filled_down(rows: list[Row], at: int) -> list[Row]:
    """The rows of arms, each with the name that may stand in the first of its study only."""
    filled, name = [], ""
    for row in rows:
        name = row.cells[at].strip() or name
        filled.append(Row(row.number, [*row.cells[:at], name, *row.cells[at + 1 :]]))
    return filled


def _of_arms(
    table: Table, rows: list[Row], at: int, wanted: Wanted
) -> tuple[list[Row], tuple[str, str] | None]:
    """The rows of the treatment and of the control, and how the file calls these."""
    labels: dict[str, str] = {}
    for row in rows:
        labels.setdefault(plain(row.cells[at]), row.cells[at].strip())
    called = list(labels.values())
    if not wanted.two_arms:
        if wanted.treatment is None:
            return rows, None
        if plain(wanted.treatment) not in labels:
            mend = f"no row has {shown(wanted.treatment)}; choose one of {listed(called)}"
            raise table.refusal(table.header[at], mend)
        return [row for row in rows if plain(row.cells[at]) == plain(wanted.treatment)], None
    chosen = choose(called, wanted)
    if chosen is None:
        raise table.refusal(
            table.header[at],
            f"holds the arms {listed(called)}; say which is the control: {example(called)}",
        )
    two = {plain(label) for label in chosen}
    return [row for row in rows if plain(row.cells[at]) in two], chosen


def _pairs(
    table: Table, at: int, rows: Sequence[Row], names: Sequence[str], chosen: tuple[str, str],
    skipped: list[str],
) -> tuple[list[int], list[int]]:  # fmt: skip
    """Where the treated arm and the control arm of each study stand.

    A study without one of them is another comparison where arms were chosen from several,
    and is left out; where there are no others, a row is missing.
    """
    treated, controls = (
        {guard.key(names[i]): i for i, row in enumerate(rows) if plain(row.cells[at]) == plain(arm)}
        for arm in chosen
    )
    several = len({plain(row.cells[at]) for row in table.rows if row.cells[at].strip()}) > 2
    for here, there, lacks in ((treated, controls, chosen[1]), (controls, treated, chosen[0])):
        for name in [name for name in here if name not in there]:
            row = rows[here[name]]
            if not several:
                mend = f"{names[here[name]]} has no row for the arm {shown(lacks)}; add it, or "
                raise table.error(row, at, mend + "delete this row")
            skipped.append(f"row {row.number}, a study without {shown(lacks)}")
            del here[name]
    if not treated:
        mend = f"no study has both {shown(chosen[0])} and {shown(chosen[1])}; choose two others"
        raise table.refusal(table.header[at], mend)
    return list(treated.values()), [controls[name] for name in treated]


def _named(table: Table, columns: Columns, rows: Sequence[Row]) -> tuple[list[str], list[str]]:
    """The names of the studies, with the year or the subgroup where the name alone repeats."""
    names = [row.cells[columns.study].strip() for row in rows]
    said: list[str] = []

    def keys() -> list[Hashable]:
        return _keys(columns, rows, names)

    if columns.year is not None and guard.repeated(keys()):
        years = [row.cells[columns.year].strip() for row in rows]
        dated = [
            name if year in name else f"{name} {year}"
            for name, year in zip(names, years, strict=True)
        ]
        if len(set(_keys(columns, rows, dated))) > len(set(keys())):
            names = dated
    if columns.subgroup is not None and guard.repeated(keys()):
        groups = [row.cells[columns.subgroup].strip() for row in rows]
        often = Counter(keys())
        several = [often[one] > 1 for one in keys()]
        twice = listed(dict.fromkeys(name for name, is_ in zip(names, several, strict=True) if is_))
        names = [
            f"{name} ({group})" if is_ else name
            for name, group, is_ in zip(names, groups, several, strict=True)
        ]
        said.append(f"in several subgroups: {twice}; no patient may be in two of them")
    return names, said


def _keys(columns: Columns, rows: Sequence[Row], names: Sequence[str]) -> list[Hashable]:
    """What no two rows share: the study, and the arm where there is a row for each."""
    keys = list(map(guard.key, names))
    if columns.arm is None:
        return list(keys)
    return list(zip(keys, map(plain, Table.column(rows, columns.arm)), strict=True))


def _counts(
    table: Table, columns: Columns, rows: Sequence[Row], names: Sequence[str]
) -> list[NDArray[np.int64]]:
    """Events and patients of each arm; or what is wrong with the first row that cannot be used."""
    again = guard.repeated(_keys(columns, rows, names))
    if all(names) and not again and (found := of_arms.at_once(rows, columns.arms)):
        return found
    counts = []
    for i, (row, name) in enumerate(zip(rows, names, strict=True)):
        if not name:
            raise table.error(row, columns.study, words.NO_NAME)
        if again and i == again[0]:
            raise _twice(table, columns, rows, names, again)
        arms = columns.arms.values()
        cells = [of_arms.cells(table, row, arm) for arm in arms]
        for arm, pair in zip(arms, cells, strict=True):
            of_arms.checked(table, row, arm, pair)
        counts.append([count for pair in cells for count in pair])
    return list(np.array(counts, dtype=np.int64).T)


def _twice(
    table: Table, columns: Columns, rows: Sequence[Row], names: Sequence[str], at: tuple[int, int]
) -> CountsError:
    """One study in two rows."""
    here, there = at
    before = words.SAME_NAME.format(row=rows[there].number)
    if names[here] != names[there]:
        before += words.SPELLING.format(name=shown(names[there]))
    mend = words.MAKE_DIFFER
    if columns.arm is not None:
        mend = "; keep one row for each arm of a study, or make the names of the studies differ"
    return table.error(rows[here], columns.study, before + mend, names[here])


def _extra(
    table: Table, columns: Columns, rows: Sequence[Row], headings: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """The columns that are no counts, by their names; the year and the subgroup also by ours."""
    used = {columns.study, *columns.used}
    extra = {
        name: tuple(row.cells[at].strip() for row in rows)
        for at, name in enumerate(table.header) if at not in used and name
    }  # fmt: skip
    if any(headings):
        extra.setdefault("subgroup", tuple(headings))
    for ours, at in (("year", columns.year), ("subgroup", columns.subgroup)):
        if at is not None and at not in used:
            extra.setdefault(ours, extra[table.header[at]])
    return extra
