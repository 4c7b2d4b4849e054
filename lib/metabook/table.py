"""The book's tables: what a table says, apart from how it is printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from twobytwo.rounding import number

from metabook.table_html import table_html
from metabook.table_text import table_text

# "0.39", "<0.001", "1,204", "43.3 %": a column of these is aligned on the decimal point.
NUMBER = re.compile(r"([<>≤≥±+−-]?\s?\d[\d,]*)(\.\d+)?(\s?%)?")
# "12/48", "0.39 [0.16, 0.93]", "1.2 to 4.9": a column of these is aligned on the right.
FIGURES = re.compile(r"(?:[\d\s.,;/()\[\]<>≤≥±+−–%-]|to)+")
MISSING = "–"


@dataclass(frozen=True)
class Cell:
    """A cell that is more than its text.

    Parameters
    ----------
    text : str
        What the cell says.
    href : str
        Where it links to.
    badge : str
        Style class of a badge around it, for example ``"basis"``.
    mark : str
        The note that explains it, for example ``"a"``.
    """

    text: str
    href: str = ""
    badge: str = ""
    mark: str = ""

    def number(self) -> tuple[str, str, str]:
        """Integer part, fraction and unit; other text is all integer part."""
        found = NUMBER.fullmatch(self.text)
        return (found[1], found[2] or "", found[3] or "") if found else (self.text, "", "")


Value = str | int | Cell | None
Line = tuple[Cell, ...] | str


@dataclass(frozen=True)
class Table:
    """A table ready to be shown; made by `table`."""

    name: str
    caption: str
    columns: tuple[str, ...]
    groups: tuple[tuple[str, int], ...]
    rows: tuple[Line, ...]
    totals: tuple[tuple[Cell, ...], ...]
    notes: tuple[Cell, ...]
    align: str

    def cells(self) -> Iterator[tuple[Cell, ...]]:
        """The rows that have cells, which is all but the headings of groups."""
        return (row for row in (*self.rows, *self.totals) if not isinstance(row, str))

    def fractions(self) -> list[str]:
        """For each column the longest fraction to align on: ``".00"``, or none."""
        return [
            max((cell.number()[1] for cell in column), key=len) if align == "d" else ""
            for column, align in zip(zip(*self.cells(), strict=True), self.align, strict=True)
        ]

    def __repr__(self) -> str:
        return table_text(self)

    def _repr_html_(self) -> str:
        return table_html(self)


def table(
    columns: Sequence[str] | pd.DataFrame,
    rows: Iterable[Sequence[Value] | str] = (),
    *,
    name: str,
    caption: str,
    totals: Iterable[Sequence[Value]] = (),
    groups: Sequence[tuple[str, int]] = (),
    notes: Sequence[str | Cell] = (),
    align: str = "",
    decimals: int | Mapping[str, int] = 2,
) -> Table:
    """Make a table, from its rows or from a frame.

    Parameters
    ----------
    columns : sequence of str, or DataFrame
        The column headers; the first column names the rows. A frame brings its columns and
        its rows, without its index.
    rows : iterable of rows
        A row is a sequence of `str`, `int`, `Cell` or `None` (missing). A number with
        decimals comes as text, printed by what knows its precision. A row that is one
        `str` heads the rows after it.
    name : str
        Unique in the book: the table's anchor, and the target of ``{numref}``.
    caption : str
        Shown above the table, after its number.
    totals : iterable of rows
        Rows set apart at the end, such as the pooled result.
    groups : sequence of (str, int)
        Headers above the headers, each with the number of columns it spans; an empty
        one spans the columns that have none.
    notes : sequence of str or Cell
        Shown below. A `Cell` with a ``mark`` explains the cells that bear this mark.
    align : str
        One letter a column: ``l``, ``c``, ``r``, or ``d`` for the decimal point. By
        default numbers are ``d``, pairs and intervals of numbers ``r``, the rest ``l``.
    decimals : int, or mapping from columns to int
        Of the numbers in a frame, rounded half up; 2 for a column that is not named.

    Returns
    -------
    Table
        HTML on a page, plain text elsewhere.

    Examples
    --------
    >>> table(["Study", "OR"], [["Baek", "3.6"], ["Chang", "12.81"]], name="t", caption="Two")
    Two
    <BLANKLINE>
    Study     OR
    ------------
    Baek    3.6
    Chang  12.81
    """
    if isinstance(columns, pd.DataFrame):
        columns, rows = _from_frame(columns, decimals)
    body = [row if isinstance(row, str) else tuple(map(_cell, row)) for row in rows]
    foot = [tuple(map(_cell, row)) for row in totals]
    full = [row for row in (*body, *foot) if not isinstance(row, str)]
    if not full or any(len(row) != len(columns) for row in full):
        raise ValueError(f"table {name!r}: every row needs {len(columns)} cells, like its columns")
    if groups and sum(span for _, span in groups) != len(columns):
        raise ValueError(f"table {name!r}: its groups do not span its {len(columns)} columns")
    align = align or "l" + "".join(map(_usual_align, list(zip(*full, strict=True))[1:]))
    if len(align) != len(columns) or set(align) - set("lcrd"):
        raise ValueError(f"table {name!r}: align needs one of l, c, r, d for each column")
    return Table(
        name=name,
        caption=caption,
        columns=tuple(columns),
        groups=tuple(groups),
        rows=tuple(body),
        totals=tuple(foot),
        notes=tuple(map(_cell, notes)),
        align=align,
    )


def _from_frame(
    frame: pd.DataFrame, decimals: int | Mapping[str, int]
) -> tuple[list[str], list[list[Value]]]:
    """The columns and rows of a frame, its numbers printed."""
    names = [str(name) for name in frame.columns]
    places = decimals if isinstance(decimals, Mapping) else dict.fromkeys(names, decimals)
    rows = [
        [_printed(value, places.get(name, 2)) for name, value in zip(names, row, strict=True)]
        for row in frame.itertuples(index=False)
    ]
    return names, rows


def _printed(value: object, decimals: int) -> Value:
    if isinstance(value, Cell):
        return value
    if pd.isna(value):
        return None
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    return number(value, decimals) if isinstance(value, float) else str(value)


def _cell(value: Value) -> Cell:
    if isinstance(value, Cell):
        return value
    if value is None:
        return Cell(MISSING)
    if isinstance(value, (str, int)):
        return Cell(str(value))
    raise TypeError(f"a table takes numbers already printed, not {value!r}")


def _usual_align(column: Iterable[Cell]) -> str:
    told = [cell.text for cell in column if cell.text != MISSING]
    if told and all(NUMBER.fullmatch(text) for text in told):
        return "d"
    return "r" if told and all(FIGURES.fullmatch(text) for text in told) else "l"
