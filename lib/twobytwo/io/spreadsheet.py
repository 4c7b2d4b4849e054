"""An Excel workbook as the CSV text that it would be saved as."""

from __future__ import annotations

import csv
import io
import warnings
from typing import Any


class SpreadsheetError(ValueError):
    """A workbook that cannot be read; says what to do."""


def as_csv(data: bytes) -> str:
    """Write the first sheet of an Excel workbook (.xlsx) as CSV.

    Parameters
    ----------
    data : bytes
        The file.

    Returns
    -------
    str
        One line for each row of the sheet, so that line n is row n. Formulas are the
        values that Excel last saw.

    Raises
    ------
    SpreadsheetError
        If openpyxl is not installed, or the file is no Excel workbook.
    """
    try:
        import openpyxl
    except ImportError:
        raise SpreadsheetError(
            "reading Excel files needs openpyxl; run: pip install openpyxl, "
            "or save the sheet as CSV (UTF-8)"
        ) from None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of formats and macros that hold no counts
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            rows = [[_text(cell) for cell in row] for row in book.worksheets[0].values]
    except Exception:  # a damaged workbook fails in a different way at every byte
        raise SpreadsheetError(
            "this is not an Excel workbook that can be read; save it again as .xlsx or as "
            "CSV (UTF-8)"
        ) from None
    wide = _width(rows)
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        beyond = len(row) if any(row[wide:]) else wide
        writer.writerow((row + [""] * wide)[: max(wide, beyond)] if any(row) else [])
    return out.getvalue()


def _text(cell: Any) -> str:
    """A cell as text on one line, so that a row stays a line."""
    return "" if cell is None else " ".join(str(cell).split())


def _width(rows: list[list[str]]) -> int:
    """How many columns the header has."""
    header = rows[0] if rows else []
    return max((i + 1 for i, name in enumerate(header) if name), default=0)
