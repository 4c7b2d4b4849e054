"""2x2 counts: read from a file, validated, held; errors that a person can act on."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from . import spreadsheet

COLUMNS = ("study", "events_treatment", "n_treatment", "events_control", "n_control")
# Written whole numbers; Excel and R also write 12 as 12.0 or 1.2e1.
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?")
# Above this, double precision no longer tells neighboring whole numbers apart.
LARGEST = 2**53


class CountsError(ValueError):
    """A file of counts that cannot be used; one line: where, what, and the mend."""


@dataclass(frozen=True)
class Counts:
    """The counts of k studies for one outcome.

    Attributes
    ----------
    study : tuple of str
        k names, all different.
    events_treatment, n_treatment, events_control, n_control : ndarray of int, shape (k,)
        0 <= events <= n, n >= 1.
    """

    study: tuple[str, ...]
    events_treatment: NDArray[np.int64]
    n_treatment: NDArray[np.int64]
    events_control: NDArray[np.int64]
    n_control: NDArray[np.int64]

    @property
    def arms(self) -> tuple[NDArray[np.int64], ...]:
        """The four arrays in the order `twobytwo.pool` takes them."""
        return self.events_treatment, self.n_treatment, self.events_control, self.n_control

    def __len__(self) -> int:
        return len(self.study)


def read_counts(path: str | Path, outcome: str | None = None) -> Counts:
    r"""Read the counts of one outcome from a CSV file or an Excel workbook.

    Parameters
    ----------
    path : str or Path
        UTF-8 text with a header row and the columns `study`, `events_treatment`,
        `n_treatment`, `events_control`, `n_control`, in any order, beside any others.
        Fields are separated by commas, semicolons or tabs. Or the first sheet of an
        .xlsx file (this needs openpyxl).
    outcome : str, optional
        Which rows to take, by the column `outcome`. Needed if that column holds several.
        Only these rows are validated.

    Returns
    -------
    Counts

    Raises
    ------
    CountsError
        If the file or a value cannot be used. The message is one line that names the
        file, the row (as a text editor numbers it), the column, the value and the mend.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "counts.csv"
    >>> header = "study,events_treatment,n_treatment,events_control,n_control"
    >>> _ = file.write_text(f"{header}\nChang 2018,6,48,19,100\n")
    >>> read_counts(file).n_control
    array([100])
    """
    path = Path(path)
    header, rows = _table(path)
    for column in COLUMNS:
        if column not in header:
            raise CountsError(
                f"{path.name}, row 1, column {column}: the column is missing; the header has "
                f"{', '.join(map(repr, header))}. Add a column named {column}."
            )
    chosen = _of_outcome(path, header, list(rows), outcome)
    seen: dict[str, int] = {}
    names: list[str] = []
    counts: list[list[int]] = []
    for number, row in chosen:
        name = row["study"].strip()
        if not name:
            raise _error(path, number, "study", row["study"], "give the study a name")
        if name in seen:
            raise _error(
                path, number, "study", name,
                f"row {seen[name]} has the same name; make the names differ or choose one outcome",
            )  # fmt: skip
        seen[name] = number
        names.append(name)
        counts.append(_arms(path, number, row))
    arms = np.array(counts, dtype=np.int64).T
    return Counts(tuple(names), *arms)


def _error(path: Path, number: int, column: str, value: str, mend: str) -> CountsError:
    return CountsError(f"{path.name}, row {number}, column {column}: {value!r}; {mend}.")


def _arms(path: Path, number: int, row: dict[str, str]) -> list[int]:
    values = {column: _whole(path, number, column, row[column]) for column in COLUMNS[1:]}
    for arm in ("treatment", "control"):
        events, n = values[f"events_{arm}"], values[f"n_{arm}"]
        if n == 0:
            raise _error(
                path, number, f"n_{arm}", row[f"n_{arm}"],
                "an arm needs at least 1 patient; remove the study if it has no such arm",
            )  # fmt: skip
        if events > n:
            raise _error(
                path, number, f"events_{arm}", row[f"events_{arm}"],
                f"more events than the {n} patients of n_{arm}; correct one of the two",
            )  # fmt: skip
    return list(values.values())


def _whole(path: Path, number: int, column: str, text: str) -> int:
    value = text.strip()
    if not value:
        raise _error(path, number, column, text, "blank; write a whole number, 0 if there was none")
    if not NUMBER.fullmatch(value):
        raise _error(
            path, number, column, text,
            "not a number; write digits only, without %, spaces or thousands separators",
        )  # fmt: skip
    count = Decimal(value)  # a float would round 9007199254740993, and lose a tiny fraction
    if count < 0:
        raise _error(path, number, column, text, "negative; a count of patients is 0 or more")
    if not count <= LARGEST:
        raise _error(path, number, column, text, "too large for a count of patients; correct it")
    if count != count.to_integral_value():
        raise _error(
            path, number, column, text, "not a whole number; write the count, not a rate or mean"
        )
    return int(count)


def _of_outcome(
    path: Path, header: list[str], rows: list[tuple[int, dict[str, str]]], outcome: str | None
) -> list[tuple[int, dict[str, str]]]:
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
    names = list(dict.fromkeys(row["outcome"].strip() for _, row in rows))
    known = ", ".join(map(repr, names))
    if outcome is None:
        if len(names) > 1:
            raise CountsError(
                f"{path.name}, column outcome: holds {len(names)} outcomes ({known}); "
                f"choose one, for example --outcome {names[0]!r}."
            )
        return rows
    chosen = [(number, row) for number, row in rows if row["outcome"].strip() == outcome.strip()]
    if not chosen:
        raise CountsError(
            f"{path.name}, column outcome: no row has {outcome!r}; choose one of {known}."
        )
    return chosen


def _table(path: Path) -> tuple[list[str], Iterator[tuple[int, dict[str, str]]]]:
    """Header and rows; each row with the number of the line it ends on."""
    text = _text(path)
    if not text.strip():
        raise CountsError(f"{path.name}: the file is empty; write the header {','.join(COLUMNS)}.")
    separator = max(",;\t", key=lambda separator: _known(text, separator))
    reader = _reader(text, separator)
    header = [name.strip() for name in _next(path, reader) or []]
    for name in (*COLUMNS, "outcome"):
        if header.count(name) > 1:
            raise CountsError(
                f"{path.name}, row 1, column {name}: stands {header.count(name)} times; keep one."
            )
    return header, _rows(path, reader, header)


def _known(text: str, separator: str) -> int:
    """How many of the columns a header with this separator names."""
    try:
        header = next(_reader(text, separator, strict=False))
    except csv.Error:
        return 0
    return len({name.strip() for name in header} & set(COLUMNS))


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


def _rows(path: Path, reader: Any, header: list[str]) -> Iterator[tuple[int, dict[str, str]]]:
    while (fields := _next(path, reader)) is not None:
        if not any(field.strip() for field in fields):
            continue
        if len(fields) != len(header):
            raise CountsError(
                f"{path.name}, row {reader.line_num}: has {len(fields)} fields where the header "
                f"has {len(header)}; quote values that contain the separator, or add what is "
                "missing."
            )
        yield reader.line_num, dict(zip(header, fields, strict=True))


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
