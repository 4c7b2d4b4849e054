"""Where the header of a grid is: below a title, in one row or in two."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from twobytwo.io.cells import has_digit, is_pair
from twobytwo.io.columns import Columns, Unclear, Wanted, understand
from twobytwo.io.errors import CountsError, short, shown
from twobytwo.io.names import meaning, plain
from twobytwo.io.table import Grid, Row, Table

FAR = 40  # rows in which a header is looked for
SEEN = 60  # rows below a header that tell what its columns hold


class NoHeader(CountsError):
    """A grid without a header that is understood; knows how much of it was."""

    def __init__(self, message: str, found: int) -> None:
        super().__init__(message)
        self.found = found


def found(grid: Grid, wanted: Wanted) -> tuple[Table, Columns, list[str]]:
    """Find the header.

    Parameters
    ----------
    grid : Grid
    wanted : Wanted

    Returns
    -------
    Table
        The header, and the rows below it.
    Columns
        What they hold.
    list of str
        What was skipped above it, in words.

    Raises
    ------
    NoHeader
        If no row names what is needed.
    """
    best: tuple[Unclear, Row] | None = None
    for start, end, header in _candidates(grid):
        below = grid.rows[end : end + SEEN]
        if grid.even:
            header += [""] * (len(grid.rows[start].cells) - len(header))
        header = _with_row_names(header, below)
        try:
            columns = understand(header, [row.cells for row in below], wanted)
        except Unclear as unclear:
            if best is None or unclear.found > best[0].found:
                best = unclear, grid.rows[start]
            continue
        for row in grid.rows[:start]:
            if sum(cell.strip().isdecimal() or is_pair(cell) for cell in row.cells) > 2:
                raise NoHeader(
                    f"{grid.place}, row {row.number}: holds numbers above the header in row "
                    f"{grid.rows[start].number}; leave one table only in the file or the sheet.",
                    len(wanted.roles),
                )
        at = grid.rows[end - 1].number
        skipped = [
            f"row {one.number} above the header ({_start(one)})" for one in grid.rows[:start]
        ]
        return Table(grid.place, at, header, grid.rows[end:]), columns, skipped
    if best is None:
        raise NoHeader(f"{grid.place}: is empty; write the header {_header(wanted)}.", 0)
    problem, row = best
    if sum(cell.strip().isdecimal() for cell in row.cells) > 1:
        raise NoHeader(
            f"{grid.place}, row {row.number}, column {problem.columns}: missing, as this row holds "
            f"numbers; write a header above it: {_header(wanted)}.",
            0,
        )
    where = f"{grid.place}, row {row.number}, column {short(problem.columns, 200)}"
    raise NoHeader(f"{where}: {problem}.", problem.found)


def _candidates(grid: Grid) -> Iterator[tuple[int, int, list[str]]]:
    """Rows that may be a header: first one by one, then two by two."""
    rows = grid.rows[:FAR]
    for at, row in enumerate(rows):
        yield at, at + 1, _trimmed(row.cells)
    for at, (over, under) in enumerate(pairwise(rows)):
        cells = [cell for cell in under.cells if cell.strip()]
        if sum(meaning(cell).kind is not None and not has_digit(cell) for cell in cells) > 1:
            yield at, at + 2, _joined(over.cells, under.cells)


def _joined(over: list[str], under: list[str]) -> list[str]:
    """A header of two rows as one: what stands over several columns belongs to each."""
    wide = max(len(_trimmed(over)), len(_trimmed(under)))
    over = (over + [""] * wide)[:wide]
    under = (under + [""] * wide)[:wide]
    spread, last = [], ""
    for top, sub in zip(over, under, strict=True):
        last = top if top.strip() else last if sub.strip() else ""
        spread.append(f"{last} {sub}".strip())
    return spread


def _trimmed(cells: list[str]) -> list[str]:
    """A header without the blanks around names and the empty columns after the last."""
    wide = max((at + 1 for at, cell in enumerate(cells) if cell.strip()), default=0)
    return [cell.strip() for cell in cells[:wide]]


def _with_row_names(header: list[str], below: list[Row]) -> list[str]:
    """A header in R's way, without a name for the column of row names."""
    if not below or any(len(row.cells) != len(header) + 1 for row in below):
        return header
    first = [row.cells[0].strip() for row in below]
    counted = first == [str(number) for number in range(1, len(below) + 1)]
    if not all(first) or not (counted or _unnamed(header)) or len(set(first)) < len(first):
        return header
    return ["", *header]


def _unnamed(header: list[str]) -> bool:
    """Whether no column can name the studies."""
    from_names = {"study", "author", "trial", "id", "name", "studlab", "slab"}
    return not any(from_names & set(plain(name).split()) for name in header)


def _start(row: Row) -> str:
    return shown(next(cell.strip() for cell in row.cells if cell.strip()))


def _header(wanted: Wanted) -> str:
    return ",".join(("study", *wanted.roles))
