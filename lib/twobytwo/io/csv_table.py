"""Counts in a CSV file: its rows, its numbers, and errors that a person can act on."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from twobytwo.io import spreadsheet

# Written whole numbers; Excel and R also write 12 as 12.0 or 1.2e1.
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?")
# Above this, double precision no longer tells neighboring whole numbers apart.
LARGEST = 2**53


class CountsError(ValueError):
    """A file of counts that cannot be used; one line: where, what, and the mend."""


@dataclass(frozen=True)
class Row:
    """A row of a file.

    Attributes
    ----------
    path : Path
        The file.
    number : int
        The row as a text editor numbers it; the line it ends on.
    fields : dict of str to str
        What stands in each column.
    """

    path: Path
    number: int
    fields: dict[str, str]

    def error(self, column: str, mend: str, value: str | None = None) -> CountsError:
        """What is wrong with a value, and the mend."""
        shown = self.fields[column] if value is None else value
        return CountsError(
            f"{self.path.name}, row {self.number}, column {column}: {shown!r}; {mend}."
        )

    def whole(self, column: str) -> int:
        """A count of patients."""
        value = self.fields[column].strip()
        if not value:
            raise self.error(column, "blank; write a whole number, 0 if there was none")
        if not NUMBER.fullmatch(value):
            mend = "not a number; write digits only, without %, spaces or thousands separators"
            raise self.error(column, mend)
        count = Decimal(value)  # a float would round 9007199254740993, and lose a tiny fraction
        if count < 0:
            raise self.error(column, "negative; a count of patients is 0 or more")
        if not count <= LARGEST:
            raise self.error(column, "too large for a count of patients; correct it")
        if count != count.to_integral_value():
            raise self.error(column, "not a whole number; write the count, not a rate or mean")
        return int(count)

    def arms(self, *columns: tuple[str, str]) -> list[int]:
        """Events and patients of each arm, from its two columns."""
        counts = [[self.whole(column) for column in arm] for arm in columns]
        for (of_events, of_n), (events, n) in zip(columns, counts, strict=True):
            if n == 0:
                mend = "an arm needs at least 1 patient; remove the study if it has no such arm"
                raise self.error(of_n, mend)
            if events > n:
                mend = f"more events than the {n} patients of {of_n}; correct one of the two"
                raise self.error(of_events, mend)
        return [count for arm in counts for count in arm]


def studies(
    path: Path, columns: Sequence[str], outcome: str | None = None
) -> Iterator[tuple[str, Row]]:
    """The studies of one outcome, each with its name.

    Parameters
    ----------
    path : Path
        UTF-8 text with a header row. Fields are separated by commas, semicolons or tabs.
        Or an Excel workbook, of which the first sheet is read.
    columns : sequence of str
        What the header must hold beside any others; `study` among them.
    outcome : str, optional
        Which rows to take, by the column `outcome`. Needed if that column holds several.

    Yields
    ------
    str, Row
        Names differ. Rows are read one by one, so the first error in a file is told first.

    Raises
    ------
    CountsError
        If the file cannot be used.
    """
    header, rows = _table(path, columns)
    for column in columns:
        if column not in header:
            raise CountsError(
                f"{path.name}, row 1, column {column}: the column is missing; the header has "
                f"{', '.join(map(repr, header))}. Add a column named {column}."
            )
    seen: dict[str, int] = {}
    for row in _of_outcome(path, header, list(rows), outcome):
        name = row.fields["study"].strip()
        if not name:
            raise row.error("study", "give the study a name")
        if name in seen:
            mend = "has the same name; make the names differ or choose one outcome"
            raise row.error("study", f"row {seen[name]} {mend}", name)
        seen[name] = row.number
        yield name, row


def _of_outcome(path: Path, header: list[str], rows: list[Row], outcome: str | None) -> list[Row]:
    if not rows:
        raise CountsError(
            f"{path.name}, row 2: there are no studies below the header; add one row per study."
        )
    if "outcome" not in header:
        if outcome is not None:
            raise CountsError(
                f"{path.name}, row 1, column outcome: the column is missing, so outcome "
                f"{outcome!r} cannot be chosen; add the column or leave the outcome out."
            )
        return rows
    names = list(dict.fromkeys(row.fields["outcome"].strip() for row in rows))
    known = ", ".join(map(repr, names))
    if outcome is None:
        if len(names) > 1:
            raise CountsError(
                f"{path.name}, column outcome: holds {len(names)} outcomes ({known}); "
                f"choose one, for example --outcome {names[0]!r}."
            )
        return rows
    chosen = [row for row in rows if row.fields["outcome"].strip() == outcome.strip()]
    if not chosen:
        raise CountsError(
            f"{path.name}, column outcome: no row has {outcome!r}; choose one of {known}."
        )
    return chosen


def _table(path: Path, columns: Sequence[str]) -> tuple[list[str], Iterator[Row]]:
    text = _text(path)
    if not text.strip():
        raise CountsError(f"{path.name}: the file is empty; write the header {','.join(columns)}.")
    separator = max(",;\t", key=lambda separator: _known(text, separator, columns))
    reader = _reader(text, separator)
    header = [name.strip() for name in _next(path, reader) or []]
    for name in (*columns, "outcome"):
        if header.count(name) > 1:
            raise CountsError(
                f"{path.name}, row 1, column {name}: stands {header.count(name)} times; keep one."
            )
    return header, _rows(path, reader, header)


def _known(text: str, separator: str, columns: Sequence[str]) -> int:
    """How many of the columns a header with this separator names."""
    try:
        header = next(_reader(text, separator, strict=False))
    except csv.Error:
        return 0
    return len({name.strip() for name in header} & set(columns))


def _reader(text: str, separator: str, strict: bool = True) -> Any:
    # newline="" ends a line where an editor does, not at form feeds and the like.
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=strict)


def _next(path: Path, reader: Any) -> list[str] | None:
    """The next row, or None after the last."""
    try:
        fields: list[str] | None = next(reader, None)
    except csv.Error as error:
        raise CountsError(
            f"{path.name}, row {reader.line_num}: {error}; check the quotation marks."
        ) from None
    return fields


def _rows(path: Path, reader: Any, header: list[str]) -> Iterator[Row]:
    while (fields := _next(path, reader)) is not None:
        if not any(field.strip() for field in fields):
            continue
        if len(fields) != len(header):
            raise CountsError(
                f"{path.name}, row {reader.line_num}: has {len(fields)} fields where the header "
                f"has {len(header)}; quote values that contain the separator, or add what is "
                "missing."
            )
        yield Row(path, reader.line_num, dict(zip(header, fields, strict=True)))


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise CountsError(
            f"{path}: there is no such file; check the name and the folder."
        ) from None
    except IsADirectoryError:
        raise CountsError(f"{path}: this is a folder; name the CSV file in it.") from None
    except OSError as error:
        raise CountsError(
            f"{path}: cannot be read ({error.strerror}); check its permissions."
        ) from None
    if data.startswith(b"PK\x03\x04"):
        try:
            return spreadsheet.as_csv(data)
        except spreadsheet.SpreadsheetError as error:
            raise CountsError(f"{path.name}: {error}.") from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        value = data[error.start : error.start + 1]
        raise CountsError(
            f"{path.name}, row {row}: the byte {value!r} is not UTF-8; "
            "save the file as CSV (UTF-8)."
        ) from None
    if "\0" in text:
        raise CountsError(
            f"{path.name}: holds a zero byte, so it is not text; save it as CSV (UTF-8)."
        )
    return text
