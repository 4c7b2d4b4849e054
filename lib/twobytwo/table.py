"""Tables that show themselves: text in a terminal, HTML on a page, a pandas frame to work with."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, Any

from twobytwo.rounding import signs

if TYPE_CHECKING:
    import pandas as pd

RULE = "border-bottom: 1px solid"


@dataclass(frozen=True)
class Column:
    """A column as printed, and the numbers behind it."""

    heading: str
    printed: Sequence[str]  # one text a row
    # What a frame holds in place of the text, by name: for "0.39 [0.16, 0.93]" the estimate and its
    # two limits.
    values: Mapping[str, Sequence[Any]] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Table:
    """Columns of one length, the first of which names the rows."""

    columns: tuple[Column, ...]
    caption: str = ""
    notes: tuple[str, ...] = ()  # paragraphs below the table; each may have several lines
    totals: int = 0  # how many of the last rows are totals

    @property
    def headings(self) -> tuple[str, ...]:
        """What stands above the columns."""
        return tuple(column.heading for column in self.columns)

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The rows as printed."""
        return list(zip(*(column.printed for column in self.columns), strict=True))

    def to_frame(self) -> pd.DataFrame:
        """The numbers, one row a row of the table, the totals last."""
        import pandas as pd  # half a second, and the command line does without it

        values = {
            name: numbers for column in self.columns for name, numbers in column.values.items()
        }
        return pd.DataFrame({name: list(numbers) for name, numbers in values.items()})

    def text(self) -> str:
        """Equally wide columns, the first to the left, the others to the right."""
        columns = [
            [in_line(cell) for cell in (column.heading, *column.printed)] for column in self.columns
        ]
        first, *others = (max(map(len, cells)) for cells in columns)
        line = "  ".join([f"%-{first}s", *(f"%{width}s" for width in others)])
        lines = [line % row for row in zip(*columns, strict=True)]
        return "\n".join(["\n".join(lines), *(f"\n{note}" for note in self.notes)])

    def html(self) -> str:
        """The table as a journal prints it: caption, rules above and below, notes."""
        body = self.rows
        split = len(body) - self.totals
        parts = [_body("tbody", body[:split])]
        parts += [_body("tfoot", body[split:])] * bool(self.totals)
        head = "".join(
            f'<th scope="col" style="{_side(i)}">{escape(signs(heading))}</th>'
            for i, heading in enumerate(self.headings)
        )
        notes = "".join(f"<p>{escape(sentences(note))}</p>" for note in self.notes)
        caption = f'<caption style="text-align: left">{escape(self.caption)}</caption>'
        return (
            '<div class="twobytwo">\n<table style="border-collapse: collapse; '
            'font-variant-numeric: tabular-nums">\n'
            f"{caption * bool(self.caption)}\n"
            f'<thead style="border-top: 1px solid; {RULE}"><tr>{head}</tr></thead>\n'
            + "\n".join(parts)
            + f"\n</table>\n{notes}\n</div>"
        )


class Shown(ABC):
    """What shows itself by a table: prints as text, displays as HTML, gives a frame."""

    @property
    @abstractmethod
    def shown(self) -> Table:
        """The table that every rendering is made from."""

    def __repr__(self) -> str:
        return self.shown.text()

    def _repr_html_(self) -> str:
        return self.shown.html()

    def to_frame(self) -> pd.DataFrame:
        """The numbers as a pandas frame, one row a row of the table."""
        return self.shown.to_frame()


def in_line(text: str) -> str:
    """A text on one line of a terminal: a name may have line breaks or tabs in it."""
    return " ".join(text.split())


def sentences(note: str) -> str:
    """The lines of a note as sentences of one paragraph."""
    lines = [signs(line) for line in note.splitlines()]
    return " ".join(line if line.endswith((".", "!", "?")) else f"{line}." for line in lines)


def _side(i: int) -> str:
    return "text-align: right" if i else "text-align: left"


def _body(tag: str, rows: Sequence[Sequence[str]]) -> str:
    lines = []
    for row in rows:
        first, *others = (escape(signs(cell)) for cell in row)
        cells = "".join(f'<td style="{_side(1)}">{cell}</td>' for cell in others)
        lines.append(f'<tr><th scope="row" style="{_side(0)}">{first}</th>{cells}</tr>')
    return f'<{tag} style="{RULE}">\n' + "\n".join(lines) + f"\n</{tag}>"
