"""Events and patients of an arm, from its cells in a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from twobytwo.io import words
from twobytwo.io.cells import LARGEST, Unreadable, pair, whole
from twobytwo.io.columns import Arm
from twobytwo.io.table import Row, Table

T = TypeVar("T")
SAFE = len(str(LARGEST)) - 1  # digits of a number that is surely not above the largest


def cells(table: Table, row: Row, arm: Arm) -> tuple[int, int]:
    """Events and patients as they stand, or as the patients without the event tell them."""
    if arm.both is not None:
        return _cell(table, row, arm.both, pair)
    events, n, without = (
        None if at is None else _cell(table, row, at, whole)
        for at in (arm.events, arm.n, arm.without)
    )
    if without is not None:
        assert arm.without is not None
        if events is None:
            assert n is not None
            events = n - without
            if events < 0:
                mend = f"more than all {n} patients of the arm; correct one of the two"
                raise table.error(row, arm.without, mend)
        if n is not None and events + without != n:
            mend = f"with {events} events this makes {events + without} patients, not {n}"
            raise table.error(row, arm.without, f"{mend}; correct one of the three")
        n = events + without
    assert events is not None
    assert n is not None
    return events, n


def checked(table: Table, row: Row, arm: Arm, counts: tuple[int, int]) -> tuple[int, int]:
    """Refuse an arm that cannot be."""
    events, n = counts
    of_n = next(at for at in (arm.both, arm.n, arm.without) if at is not None)
    if n == 0:
        raise table.error(row, of_n, words.NO_PATIENTS)
    if events > n:
        at = of_n if arm.events is None else arm.events
        mend = words.MORE_EVENTS.format(n=n, column=table.header[of_n])
        raise table.error(row, at, mend + _exchanged(table, arm))
    return counts


def _exchanged(table: Table, arm: Arm) -> str:
    """What to add where every row has more events than patients."""
    if arm.events is None or arm.n is None:
        return ""
    try:
        every = [cells(table, row, arm) for row in table.rows]
    except ValueError:
        return ""
    if len(every) < 2 or not all(events > n for events, n in every):
        return ""
    return words.EXCHANGED.format(events=table.header[arm.events], n=table.header[arm.n])


def _cell(table: Table, row: Row, at: int, as_count: Callable[[str], T]) -> T:
    try:
        return as_count(row.cells[at])
    except Unreadable as error:
        raise table.error(row, at, str(error)) from None


def at_once(rows: Sequence[Row], arms: Mapping[str, Arm]) -> list[NDArray[np.int64]] | None:
    """The counts of many rows in one go, where all cells are plain digits that can be counts.

    Returns
    -------
    list of ndarray, or None
        Events and patients of each arm; None where a row must be looked at by itself.
    """
    found = []
    for arm in arms.values():
        if arm.events is None or arm.n is None or arm.without is not None:
            return None
        for at in (arm.events, arm.n):
            column = Table.column(rows, at)
            if not all(map(str.isdecimal, column)) or max(map(len, column)) > SAFE:
                return None
            found.append(np.array(list(map(int, column)), dtype=np.int64))
    events, n = found[::2], found[1::2]
    if any((x > of).any() or (of < 1).any() for x, of in zip(events, n, strict=True)):
        return None
    return found
