"""From a source to its studies: open, find the table, read it, say what was done."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType

from twobytwo.io import excel, headers, revman, rows, text
from twobytwo.io.columns import Columns, Wanted
from twobytwo.io.errors import CountsError, listed, shown
from twobytwo.io.names import plain
from twobytwo.io.reading import Reading
from twobytwo.io.source import ZIP, Source, no_text, opened
from twobytwo.io.studies import Studies, studies
from twobytwo.io.table import Grid, Table

Found = tuple[Table, Columns, list[str]]


def read(
    source: Source, wanted: Wanted, outcome: str | None = None, sheet: str | None = None
) -> tuple[Studies, Reading]:
    """Read the studies of one outcome, and how they were read.

    Parameters
    ----------
    source : path, "-", bytes, file or DataFrame
    wanted : Wanted
        What is looked for.
    outcome, sheet : str, optional
        Which of several.

    Returns
    -------
    Studies, Reading

    Raises
    ------
    CountsError
        If the source cannot be read in one way only.
    """
    grid, (table, columns, above), printed, caution = _table(source, wanted, sheet)
    made = studies(table, columns, wanted, outcome)
    hidden = [number for number in made.numbers if number in grid.hidden]
    cautions = [caution] if caution else []
    if hidden:
        some = ", ".join(map(str, hidden[:8])) + (" ..." if len(hidden) > 8 else "")
        cautions.append(f"hidden in the sheet, and read all the same: row {some}")
    understood = [
        (table.header[at] or "the first column", role)
        for at, role in sorted(columns.roles().items()) if plain(table.header[at]) != plain(role)
    ]  # fmt: skip
    said = [terms for label, terms in printed.items() if plain(label) == plain(outcome or label)]
    return made, Reading(
        grid.name,
        len(made.names),
        sum(int(n.sum()) for n in made.counts[1::2]),
        grid.sheet,
        tuple(understood + made.understood),
        tuple(above + made.skipped),
        tuple(cautions + made.cautions),
        MappingProxyType(said[0] if len(said) == 1 else {}),
    )


def outcomes(source: Source, wanted: Wanted, sheet: str | None = None) -> list[str]:
    """The outcomes that a source names, in its order; none where no column does.

    Raises
    ------
    CountsError
        If the source cannot be read in one way only.
    """
    _, (table, columns, _), _, _ = _table(source, wanted, sheet)
    return rows.outcomes(table, columns)


def _table(
    source: Source, wanted: Wanted, sheet: str | None
) -> tuple[Grid, Found, revman.Printed, str | None]:
    """The grid that was chosen, its table, what the file prints of itself, and a caution."""
    name, content = opened(source)
    grids, printed, caution = _grids(name, content, wanted)
    grid = _sheet(grids, sheet, wanted)
    if wanted.two_arms and (at := _export(grid)) is not None:
        grid, printed = revman.of_export(replace(grid, rows=grid.rows[at:]))
    table, columns, above = headers.found(grid, wanted)
    return grid, (rows.even(table), columns, above), printed, caution


def _grids(
    name: str, content: bytes | Grid, wanted: Wanted
) -> tuple[list[Grid], revman.Printed, str | None]:
    """What the source holds: one grid, or one for each sheet."""
    if isinstance(content, Grid):
        return [content], {}, None
    if content.startswith(ZIP):
        return excel.grids(name, _workbook(name, content)), {}, None
    if b"<COCHRANE_REVIEW" in content[:5000]:
        grid, printed = revman.of_file(name, content)
        return [grid], printed, None
    if other := no_text(name, content):
        raise other
    written, caution = text.decoded(name, content)
    if not written.strip():
        header = ",".join(("study", *wanted.roles))
        raise CountsError(f"{name}: the file is empty; write the header {header}.")
    return [text.whole(name, written, _separator(name, written, wanted))], {}, caution


def _workbook(name: str, content: bytes) -> bytes:
    """The content of a zip file, if it is a workbook."""
    try:
        inside = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except Exception:  # damaged, in a different way at every byte: what opens workbooks says so
        return content
    if not any(one.startswith("xl/") for one in inside):
        raise CountsError(
            f"{name}: this is no Excel workbook, but a zip file that holds {listed(inside, 4)}; "
            "name a file from it, or save the table as .xlsx or as CSV (UTF-8)."
        )
    return content


def _separator(name: str, written: str, wanted: Wanted) -> str:
    """What separates the fields: that with which a header is understood, or the most of it."""
    candidates = text.separators(written)
    best = (-1, candidates[0])
    for separator, grid in zip(candidates, text.grids(name, written), strict=True):
        if _export(grid) is not None:
            return separator
        try:
            headers.found(grid, wanted)
        except headers.NoHeader as error:
            if separator != " ":  # which stands in any text
                best = max(best, (error.found, separator), key=lambda one: one[0])
        else:
            return separator
    return best[1]


def _export(grid: Grid) -> int | None:
    """Where the header of RevMan's export stands."""
    return next((i for i, row in enumerate(grid.rows[:5]) if revman.is_export(row.cells)), None)


def _sheet(grids: Sequence[Grid], sheet: str | None, wanted: Wanted) -> Grid:
    """The sheet that was chosen, or the only one that holds counts."""
    name = grids[0].name if grids else "the file"
    called = [grid.sheet or "" for grid in grids]
    if sheet is not None:
        if called == [""] or sheet not in called:
            has = f"the sheets are {listed(called)}" if any(called) else "there is only one sheet"
            raise CountsError(f"{name}: --sheet {shown(sheet)} is not there; {has}.")
        return grids[called.index(sheet)]
    if len(grids) == 1:
        return grids[0]
    errors, good = [], []
    for grid in grids:
        try:
            if _export(grid) is None:
                headers.found(grid, wanted)
            good.append(grid)
        except headers.NoHeader as error:
            errors.append((grid.visible, error))
    visible = [grid for grid in good if grid.visible]
    if len(visible) == 1:
        return visible[0]
    if good:
        which = listed(grid.sheet or "" for grid in visible or good)
        what = f"the sheets {which}" if visible else f"only hidden sheets ({which})"
        raise CountsError(
            f"{name}: {what} hold counts; choose one, for example --sheet "
            f"{(visible or good)[0].sheet!r}."
        )
    raise max(errors, key=lambda one: (one[0], one[1].found))[1]
