"""A table as plain text: what a terminal shows and a notebook comparison reads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from metabook.table import Cell, Table

GAP = "  "
PLACE = {"l": str.ljust, "c": str.center, "r": str.rjust, "d": str.rjust}


def table_text(table: Table) -> str:
    """Print a table in columns of plain text."""
    rows = [*table.rows, *table.totals]
    fractions = table.fractions()
    printed = [row if isinstance(row, str) else _printed(row, fractions) for row in rows]
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


def _printed(row: Sequence[Cell], fractions: Sequence[str]) -> list[str]:
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
