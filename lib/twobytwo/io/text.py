"""Text as a grid: its encoding and what separates its fields."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator

from twobytwo.io.errors import CountsError
from twobytwo.io.table import Grid, Row

SEPARATORS = (",", ";", "\t", "|", " ")
MARKS = (  # the longer first: UTF-32 begins as UTF-16 does
    (b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"),
)  # fmt: skip
SIGN = re.compile(r"\s*\"?sep=(.)\"?[,;\t]*\r?\n?", re.IGNORECASE)
BINARY = re.compile("[\x00-\x08\x0e-\x1f\x7f\x80-\x9f]")
START = 20_000  # characters that tell the separator


def decoded(name: str, data: bytes) -> tuple[str, str | None]:
    """Bytes as text.

    Parameters
    ----------
    name : str
        The file, for the message.
    data : bytes
        UTF-8; UTF-16 or UTF-32 if it says so or every other byte is zero; else what Windows
        wrote before (code page 1252).

    Returns
    -------
    str
    str or None
        A caution, where the encoding was guessed.

    Raises
    ------
    CountsError
        If it is not text.

    Examples
    --------
    >>> decoded("a.csv", "Müller".encode("utf-16"))
    ('Müller', None)
    """
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


def grids(name: str, text: str) -> Iterator[Grid]:
    """The text as a grid, once for each separator that its start may have.

    Only as much is read as is looked at: a sample, until `whole` is called.
    """
    for separator in separators(text):
        yield Grid(name, list(itertools.islice(_rows(name, text[:START], separator, False), 200)))


def separators(text: str) -> list[str]:
    """The separators that may be meant: the one that a first line names, or all.

    Examples
    --------
    >>> separators("sep=;")
    [';']
    """
    said = SIGN.match(text)
    return [said[1]] if said else [one for one in SEPARATORS if one in text[:START]] or [","]


def whole(name: str, text: str, separator: str) -> Grid:
    """The whole text as a grid.

    Raises
    ------
    CountsError
        If a quotation does not end.
    """
    return Grid(name, list(_rows(name, text, separator, True)))


def _rows(name: str, text: str, separator: str, strict: bool) -> Iterator[Row]:
    said = SIGN.match(text)
    # newline="" ends a line where an editor does, not at form feeds and the like.
    stream = io.StringIO(text, newline="")
    if said:
        stream.seek(said.end())
    lines: Iterator[str] = iter(stream)
    if separator == " ":
        lines = (line.strip(" ") for line in stream)
    reader = csv.reader(
        lines, delimiter=separator, strict=strict, skipinitialspace=separator == " "
    )
    before = 1 if said else 0
    try:
        for fields in reader:
            if any(map(str.strip, fields)):
                yield Row(reader.line_num + before, fields)
    except csv.Error as error:
        if strict:
            raise CountsError(
                f"{name}, row {reader.line_num + before}: {error}; check the quotation marks."
            ) from None
