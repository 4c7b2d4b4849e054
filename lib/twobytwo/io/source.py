"""Where counts come from: a file, standard input, bytes, or a DataFrame."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, BinaryIO, TextIO, TypeAlias

from twobytwo.io.errors import CountsError
from twobytwo.io.names import plain
from twobytwo.io.table import Grid, Row

# A path, "-" for standard input, the content itself, something to read from, or a DataFrame.
Source: TypeAlias = "str | os.PathLike[str] | bytes | BinaryIO | TextIO | Any"

# How files begin that hold no text, and what to do.
OTHERS = (
    (b"%PDF", "a PDF", "copy its table into a spreadsheet"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls), or one with a password",
     "save it as .xlsx without a password, or as CSV (UTF-8)"),
    (b"\x1f\x8b", "compressed, as R's data files are", "write it as CSV (UTF-8)"),
    (b"RDX", "R's own format", "write it with write.csv"),
    (b"<stata_dta>", "Stata's own format", "write it with: export delimited"),
    (b"$FL", "SPSS's own format", "save it as CSV"),
    (b'{"', "JSON", "write it as CSV (UTF-8)"),
    (b"{\\rtf", "a text document", "save its table as CSV (UTF-8)"),
    (b"\x89PNG", "a picture", "type its counts into a spreadsheet"),
    (b"\xff\xd8\xff", "a picture", "type its counts into a spreadsheet"),
)  # fmt: skip
ZIP = b"PK\x03\x04"


def opened(source: Source) -> tuple[str, bytes | Grid]:
    """The name of a source, and what it holds.

    Parameters
    ----------
    source : str, path, bytes, file or DataFrame
        `-` is standard input.

    Returns
    -------
    str
        As messages call it.
    bytes or Grid

    Raises
    ------
    CountsError
        If it cannot be read.
    """
    if isinstance(source, bytes):
        return "the bytes", source
    if is_frame(source):
        return "the DataFrame", _of_frame(source)
    if source == "-":
        source = getattr(sys.stdin, "buffer", sys.stdin)
        return "standard input", _read(source)
    if hasattr(source, "read"):
        return Path(str(getattr(source, "name", "the stream"))).name, _read(source)
    path = Path(source)
    try:
        return path.name, path.read_bytes()
    except FileNotFoundError:
        mend = "there is no such file; check the name and the folder"
    except IsADirectoryError:
        mend = "this is a folder; name the CSV file in it"
    except OSError as error:
        mend = f"cannot be read ({error.strerror}); check its permissions"
    except ValueError:
        mend = "this is no name of a file; correct it"
    raise CountsError(f"{path}: {mend}.") from None


def is_frame(source: object) -> bool:
    """Whether it is a DataFrame, without importing pandas."""
    return hasattr(source, "columns") and hasattr(source, "itertuples")


def _read(stream: Any) -> bytes:
    content = stream.read()
    return content.encode() if isinstance(content, str) else bytes(content)


def _of_frame(frame: Any) -> Grid:
    """A DataFrame as a grid, with the labels of its rows as their numbers."""
    header = [
        " ".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in frame.columns
    ]
    # An index that has a name is a column, unless pandas made it.
    index = [] if frame.index.name is None else [str(frame.index.name)]
    if not index and not any(plain(name) == "study" for name in header):
        index = [""] if frame.index.dtype == object or str(frame.index.dtype) == "str" else []
    rows = [Row("of the columns", index + header)]
    for label, *values in frame.itertuples(index=True, name=None):
        cells = [label, *values] if index else values
        rows.append(Row(str(label), ["" if _is_missing(one) else str(one) for one in cells]))
    return Grid("the DataFrame", rows)


def _is_missing(value: Any) -> bool:
    return value is None or str(value) in ("<NA>", "NaT") or bool(value != value)


def no_text(name: str, data: bytes) -> CountsError | None:
    """What to do with a file that holds no text; None if it may."""
    for start, kind, mend in OTHERS:
        if data.startswith(start):
            return CountsError(f"{name}: this is {kind}, not text; {mend}.")
    head = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype html", b"<html")):
        return CountsError(f"{name}: this is a web page; save its table as CSV (UTF-8).")
    return None
