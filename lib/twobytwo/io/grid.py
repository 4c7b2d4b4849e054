"""What a source holds as a grid of text: a file, standard input, bytes, or a DataFrame."""

from __future__ import annotations

import csv
import io
import os
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, TextIO, TypeAlias

from twobytwo.io.words import CountsError

# A path, "-" for standard input, the content itself, something to read from, or a DataFrame.
Source: TypeAlias = "str | os.PathLike[str] | bytes | BinaryIO | TextIO | Any"

SEPARATORS = (",", ";", "\t", "|", " ")
MARKS = (  # the longer first: UTF-32 begins as UTF-16 does
    (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"),
)  # fmt: skip
SIGN = re.compile(r"\s*\"?sep=(.)\"?[,;\t]*\r?\n?", re.IGNORECASE)
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
BINARY = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x9f]")
START, SAMPLE = 20_000, 200  # characters and rows that tell the separator


class Row(NamedTuple):
    """A row of a file: its number as an editor or a spreadsheet shows it, and its cells."""

    number: int | str
    cells: list[str]


@dataclass(frozen=True)
class Grid:
    """What a file or a sheet holds, before anything is known of it."""

    name: str  # the file, as messages call it
    rows: list[Row]  # those that are not blank
    sheet: str | None = None  # of a workbook
    visible: bool = True  # whether the sheet is shown
    hidden: frozenset[int] = frozenset()  # the numbers of hidden rows
    even: bool = False  # all rows equally wide, as in a spreadsheet: no separator is missing

    @property
    def place(self) -> str:
        """The file, and the sheet."""
        return self.name if self.sheet is None else f"{self.name}, sheet {self.sheet!r}"


def opened(source: Source) -> tuple[str, bytes | Grid]:
    """The name of a source as messages call it, and what it holds."""
    if isinstance(source, bytes):
        return "the bytes", source
    if is_frame(source):
        return "the DataFrame", _of_frame(source)
    if source == "-":
        if sys.stdin is None:
            raise CountsError("standard input: is closed; give it a table, or name a file.")
        return "standard input", _content(getattr(sys.stdin, "buffer", sys.stdin))
    if hasattr(source, "read"):
        return Path(str(getattr(source, "name", "the stream"))).name, _content(source)
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


def _content(stream: Any) -> bytes:
    content = stream.read()
    return content.encode() if isinstance(content, str) else bytes(content)


def _of_frame(frame: Any) -> Grid:
    """A DataFrame as a grid, with the labels of its rows as their numbers."""
    header = [
        " ".join(map(str, name)) if isinstance(name, tuple) else str(name) for name in frame.columns
    ]
    # An index that has a name is a column, unless pandas made it.
    index = [] if frame.index.name is None else [str(frame.index.name)]
    if not index and "study" not in [name.strip().casefold() for name in header]:
        index = [""] if frame.index.dtype == object or str(frame.index.dtype) == "str" else []
    rows = [Row("of the columns", index + header)]
    for label, *values in frame.itertuples(index=True, name=None):
        cells = [label, *values] if index else values
        rows.append(Row(str(label), ["" if _is_missing(one) else str(one) for one in cells]))
    return Grid("the DataFrame", rows)


def _is_missing(value: Any) -> bool:
    return value is None or str(value) in ("<NA>", "NaT") or bool(value != value)


def decoded(name: str, data: bytes) -> tuple[str, str | None]:
    """Bytes as text, and a caution where the encoding was guessed.

    They are UTF-8; UTF-16 or UTF-32 if they say so or every other byte is zero; else what
    Windows wrote before (code page 1252). What begins as another kind of file does is refused.

    Examples
    --------
    >>> decoded("a.csv", "Müller".encode("utf-16"))
    ('Müller', None)
    """
    for start, kind, mend in OTHERS:
        if data.startswith(start):
            raise CountsError(f"{name}: this is {kind}, not text; {mend}.")
    if data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html")):
        raise CountsError(f"{name}: this is a web page; save its table as CSV (UTF-8).")
    encoding = next((encoding for mark, encoding in MARKS if data.startswith(mark)), None)
    if encoding is None and (zeros := data[:2000].count(0)) and zeros >= len(data[:2000]) // 3:
        encoding = "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
    caution = None
    try:
        text = data.decode(encoding or "utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        byte = data[error.start : error.start + 1]
        text = "\0" if encoding else data.decode("cp1252", "replace")
        if BINARY.search(text) or "\ufffd" in text:
            raise CountsError(
                f"{name}, row {row}: the byte {byte!r} is not UTF-8; save the file as CSV (UTF-8)."
            ) from None
        caution = (
            f"row {row} is not UTF-8 and was read as Windows-1252; if names look wrong, save the "
            "file as CSV (UTF-8)"
        )
    if "\0" in text:
        raise CountsError(f"{name}: holds a zero byte, so it is not text; save it as CSV (UTF-8).")
    return text, caution


def separators(text: str) -> list[str]:
    """The separators that may be meant: the one that a first line names, or all.

    Examples
    --------
    >>> separators("sep=;")
    [';']
    """
    sign = SIGN.match(text)
    return [sign[1]] if sign else [one for one in SEPARATORS if one in text[:START]] or [","]


def separated(name: str, text: str, separator: str, sample: bool = False) -> Grid:
    """Text as a grid; or, as a sample, what its start holds, where a quotation need not end."""
    sign = SIGN.match(text)
    # newline="" ends a line where an editor does, not at form feeds and the like.
    whole = io.StringIO(text[:START] if sample else text, newline="")
    if sign:
        whole.seek(sign.end())
    spaced = separator == " "
    lines = (line.strip(" ") for line in whole) if spaced else iter(whole)
    reader = csv.reader(lines, delimiter=separator, strict=not sample, skipinitialspace=spaced)
    before, rows = 1 if sign else 0, []
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                rows.append(Row(reader.line_num + before, cells))
                if sample and len(rows) == SAMPLE:
                    break
    except csv.Error as error:
        if not sample:
            raise CountsError(
                f"{name}, row {reader.line_num + before}: {error}; check the quotation marks."
            ) from None
    return Grid(name, rows)
