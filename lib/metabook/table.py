"""The book's tables: what a table says, and how that is printed as text and as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from twobytwo.rounding import number

from metabook.parts import part

# "0.39", "<0.001", "1,204", "43.3 %": a column of these is aligned on the decimal point.
NUMBER = re.compile(r"([<>≤≥±+−-]?\s?\d[\d,]*)(\.\d+)?(\s?%)?")
# "12/48", "0.39 [0.16, 0.93]", "1.2 to 4.9": a column of these is aligned on the right.
FIGURES = re.compile(r"(?:[\d\s.,;/()\[\]<>≤≥±+−–%-]|to)+")
MISSING = "–"
SENTENCE = 60  # characters: no cell with a number or a name is as long
PHONE = 42  # characters that a narrow screen has room for, a gap of two after each column
MANY = 40  # rows: of so many each is a line, to be scrolled, and no card
GAP = "  "
PLACE = {"l": str.ljust, "c": str.center, "r": str.rjust, "d": str.rjust}


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
    cards: bool

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
        return _as_text(self)

    def _repr_html_(self) -> str:
        """As HTML.

        It stands in a region that the keyboard reaches and that scrolls sideways, so that a
        wide table never widens the page. A row may be a card on a narrow screen: there every
        cell says by itself what it is.
        """
        labels = _labels(self) if self.cards else [""] * len(self.columns)
        wide = _ends_in_sentences(self.cells())
        return part(
            "table", table=self, wide=wide, labels=labels, fractions=self.fractions(), minus=_minus
        )


def _ends_in_sentences(rows: Iterable[Sequence[Cell]]) -> bool:
    """Whether the last column has sentences, which need room."""
    return any(len(row[-1].text) > SENTENCE for row in rows)


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
    cards: bool | None = None,
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
    cards : bool, optional
        Whether each row is a card on a narrow screen; by default where the last column
        holds sentences, or the columns need more room than there is.

    Returns
    -------
    Table
        HTML on a page, plain text elsewhere.

    Raises
    ------
    ValueError
        If rows, groups or alignment do not go with the columns.
    TypeError
        If a row holds a number with decimals that is not printed yet.

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
    if cards is None:
        room = sum(map(_least_width, columns, zip(*full, strict=True), align)) + 2 * len(columns)
        cards = len(columns) > 2 and (
            _ends_in_sentences(full) or (room > PHONE and len(full) <= MANY)
        )
    return Table(
        name=name,
        caption=caption,
        columns=tuple(columns),
        groups=tuple(groups),
        rows=tuple(body),
        totals=tuple(foot),
        notes=tuple(map(_cell, notes)),
        align=align,
        cards=cards,
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
    texts = [cell.text for cell in column if cell.text != MISSING]
    if texts and all(NUMBER.fullmatch(text) for text in texts):
        return "d"
    return "r" if texts and all(FIGURES.fullmatch(text) for text in texts) else "l"


def _least_width(header: str, column: Iterable[Cell], align: str) -> int:
    """How narrow a column can be: numbers stand on one line, words may break between them."""
    texts = [cell.text for cell in column]
    whole = texts if align in "rd" else [word for text in texts for word in text.split()]
    return max(map(len, (*whole, *header.split(), "")))


# As plain text.


def _as_text(table: Table) -> str:
    """Print a table in columns of plain text."""
    rows = [*table.rows, *table.totals]
    fractions = table.fractions()
    printed = [row if isinstance(row, str) else _filled(row, fractions) for row in rows]
    full = [table.columns, *(row for row in printed if not isinstance(row, str))]
    widths = [max(map(len, column)) for column in zip(*full, strict=True)]
    header, *body = [_line(row, widths, table.align) for row in (table.columns, *printed)]
    rule = "-" * (sum(widths) + len(GAP) * (len(widths) - 1))

    lines = [table.caption, ""]
    if table.groups:
        lines.append(GAP.join(f"({label}: {span})" for label, span in table.groups if label))
    lines += [header, rule, *body[: len(table.rows)]]
    if table.totals:
        lines += [rule, *body[len(table.rows) :]]
    if table.notes:
        lines += ["", *(f"[{note.mark}] {note.text}".removeprefix("[] ") for note in table.notes)]
    return "\n".join(lines)


def _filled(row: Sequence[Cell], fractions: Sequence[str]) -> list[str]:
    """The cells of a row as text, numbers filled up to the longest fraction."""
    words = []
    for cell, longest in zip(row, fractions, strict=True):
        integer, fraction, unit = cell.number()
        mark = f" [{cell.mark}]" if cell.mark else ""
        words.append(integer + (fraction + unit if unit else fraction.ljust(len(longest))) + mark)
    return words


def _line(row: Sequence[str] | str, widths: Sequence[int], align: str) -> str:
    if isinstance(row, str):
        return row
    words = (PLACE[a](word, width) for word, width, a in zip(row, widths, align, strict=True))
    return GAP.join(words).rstrip()


# As HTML.


def _labels(table: Table) -> list[str]:
    """What each cell of a card says it is: the header, after the one above it."""
    above = [label for label, span in table.groups for _ in range(span)] or [""] * len(table.align)
    return [
        f"{group}, {_within(column)}" if group and column else group or column
        for group, column in zip(above, table.columns, strict=True)
    ]


def _within(column: str) -> str:
    """A header within a line: a plain word begins small, OR and I² stay as they are."""
    first = column.split()[0]
    plain = first.isalpha() and first == first.capitalize() and len(first) > 2
    return column[0].lower() + column[1:] if plain else column


def _minus(text: str) -> str:
    """A sign before a digit as a minus; the hyphen of ``0-2`` stays one."""
    return re.sub(r"(?<!\w)-(?=\d)", "−", text)
