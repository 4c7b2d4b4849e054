"""A figure's numbers as a table, one click away."""

from __future__ import annotations

from dataclasses import dataclass

from twobytwo.table import Shown

from metabook.table import Table


@dataclass(frozen=True)
class Folded:
    """A table that a page shows folded, under the figure that shows the same.

    Parameters
    ----------
    table : Table, or what twobytwo shows by one
    """

    table: Table | Shown

    def __repr__(self) -> str:
        return repr(self.table)

    def _repr_html_(self) -> str:
        return (
            '<details class="as-table"><summary>The same numbers as a table</summary>'
            f"{self.table._repr_html_()}</details>"
        )
