"""A table of text: a header, rows that know their number, and errors that name both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from twobytwo.io.errors import CountsError, short, shown


class Row(NamedTuple):
    """A row of a file: its number as an editor or a spreadsheet shows it, and its cells."""

    number: int | str
    cells: list[str]


@dataclass(frozen=True)
class Grid:
    """What a file or a sheet holds, before anything is known of it.

    Attributes
    ----------
    name : str
        The file, as messages call it.
    rows : list of Row
        Those that are not blank.
    sheet : str or None
        Of a workbook.
    visible : bool
        Whether the sheet is shown.
    hidden : frozenset of int
        The numbers of hidden rows.
    even : bool
        Whether all rows are equally wide, as in a spreadsheet: no separator is missing in one.
    """

    name: str
    rows: list[Row]
    sheet: str | None = None
    visible: bool = True
    hidden: frozenset[int] = frozenset()
    even: bool = False

    @property
    def place(self) -> str:
        """The file, and the sheet."""
        return self.name if self.sheet is None else f"{self.name}, sheet {self.sheet!r}"


@dataclass(frozen=True)
class Table:
    """A header and the rows below it.

    Attributes
    ----------
    place : str
        The file, and the sheet where there are several.
    at : int or str
        The number of the header's row.
    header : list of str
    rows : list of Row
        As wide as the header.
    """

    place: str
    at: int | str
    header: list[str]
    rows: list[Row]

    @staticmethod
    def column(rows: Sequence[Row], at: int) -> list[str]:
        """The cells of a column in some rows."""
        return [cells[at] for _, cells in rows]

    def error(self, row: Row, column: int, mend: str, value: str | None = None) -> CountsError:
        """What is wrong with a cell, and the mend."""
        value = row.cells[column] if value is None else value
        return CountsError(
            f"{self.place}, row {row.number}, column {short(self.header[column])}: "
            f"{shown(value)}; {mend}."
        )

    def refusal(self, column: str, mend: str) -> CountsError:
        """What is wrong with the header, and the mend."""
        return CountsError(f"{self.place}, row {self.at}, column {column}: {mend}.")
