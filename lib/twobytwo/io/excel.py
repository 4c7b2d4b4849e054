"""An Excel workbook as grids, one for each sheet."""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from collections import Counter, defaultdict
from typing import Any

from twobytwo.io.grid import Grid, Row
from twobytwo.io.words import CountsError, listed

ZIP = b"PK\x03\x04"  # how workbooks begin
NEAR = 20  # columns beyond those of several rows, in which a cell still belongs to the table


def grids(name: str, data: bytes) -> list[Grid]:
    """The sheets of an Excel workbook (.xlsx), with the numbers of rows that Excel shows.

    A formula is the value that was last computed; where none was, it is the formula.
    """
    try:
        inside = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except Exception:  # damaged, in a different way at every byte: what opens workbooks says so
        inside = ["xl/"]
    if not any(one.startswith("xl/") for one in inside):
        raise CountsError(
            f"{name}: this is no Excel workbook, but a zip file that holds {listed(inside, 4)}; "
            "name a file from it, or save the table as .xlsx or as CSV (UTF-8)."
        )
    try:
        import openpyxl
    except ImportError:
        raise CountsError(
            f"{name}: reading Excel files needs openpyxl; run: pip install openpyxl, "
            "or save the sheet as CSV (UTF-8)."
        ) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of formats and macros that hold no counts
            values = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
            formulas = values
            if any(cell.value is None for sheet in values.worksheets for cell in _cells(sheet)):
                formulas = openpyxl.load_workbook(io.BytesIO(data))
            found = [
                _grid(name, sheet, formulas[sheet.title], len(values.worksheets) > 1)
                for sheet in values.worksheets
            ]
    except Exception:  # a damaged workbook fails in a different way at every byte
        raise CountsError(
            f"{name}: this is not an Excel workbook that can be read; save it again as .xlsx or "
            "as CSV (UTF-8)."
        ) from None
    if not found:
        raise CountsError(f"{name}: this workbook has no sheet of cells; name one that has.")
    return found


def _cells(sheet: Any) -> list[Any]:
    """The cells that there are: iterating over rows would make a million for one far away."""
    return list(sheet._cells.values())


def _grid(name: str, sheet: Any, formulas: Any, named: bool) -> Grid:
    rows: dict[int, dict[int, str]] = defaultdict(dict)
    for cell in _cells(sheet):
        value = cell.value
        if value is None and formulas is not sheet:
            value = formulas._cells[cell.row, cell.column].value
        if text := _text(value):
            rows[cell.row][cell.column - 1] = text
    often = Counter(at for cells in rows.values() for at in cells)
    far = max((at + 1 for at in often if often[at] > 1), default=0) + NEAR
    wide = max((at + 1 for at in often if at < far), default=0)
    return Grid(
        name,
        [
            Row(number, [cells.get(at, "") for at in range(wide)])
            for number, cells in sorted(rows.items())
            if min(cells) < far
        ],
        sheet.title if named else None,
        sheet.sheet_state == "visible",
        frozenset(number for number, row in sheet.row_dimensions.items() if row.hidden),
        even=True,
    )


def _text(value: Any) -> str:
    """A cell as text on one line."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return value.date().isoformat()
    return " ".join(str(value).split())
