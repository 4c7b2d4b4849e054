"""A table one click away."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from twobytwo.table import Shown

from metabook.table import Table


@dataclass(frozen=True)
class Folded:
    """A table that a page shows folded.

    Parameters
    ----------
    table : Table, or what twobytwo shows by one
    summary : str
        What is in view: what the table holds, in words.
    """

    table: Table | Shown
    summary: str = "The numbers as a table"

    def __repr__(self) -> str:
        return repr(self.table)

    def _repr_html_(self) -> str:
        return (
            f'<details class="as-table"><summary>{escape(self.summary)}</summary>'
            f"{self.table._repr_html_()}</details>"
        )
