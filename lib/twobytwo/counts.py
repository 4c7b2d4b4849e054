"""Counts: read from what people have, validated, held; and how they were read, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from twobytwo.io import excel, header, revman
from twobytwo.io.grid import Grid, Source, decoded, is_frame, opened, separated, separators
from twobytwo.io.header import Table, Unclear, Wanted, plain
from twobytwo.io.studies import Studies, even, outcomes, studies
from twobytwo.io.words import CountsError, listed, shown

MANY = 8  # things that a line lists


@dataclass(frozen=True)
class Reading:
    """How a file was read.

    Attributes
    ----------
    source : str
        The file.
    k, patients : int
        Studies, and patients in all arms.
    sheet : str or None
        Of a workbook that has several.
    understood : tuple of (str, str)
        Their names of columns, and what they were read as.
    skipped : tuple of str
        Rows that are no studies.
    cautions : tuple of str
        What may be meant and may be wrong.
    printed : mapping of str to str
        What the file itself says of its analysis: for a RevMan file `measure`, `model`,
        `method` and, where it is there, `estimate`, `ci_lower`, `ci_upper`.
    """

    source: str
    k: int
    patients: int
    sheet: str | None = None
    understood: tuple[tuple[str, str], ...] = ()
    skipped: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    printed: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def lines(self) -> tuple[str, ...]:
        """All of it in words, a line each.

        Examples
        --------
        >>> print(*Reading("trials.csv", 3, 303, understood=(("ai", "events_treatment"),)).lines)
        read trials.csv: 3 studies, 303 patients read ai as events_treatment
        """
        studies = "1 study" if self.k == 1 else f"{self.k:,} studies"
        where = f", sheet {self.sheet!r}" if self.sheet else ""
        patients = "1 patient" if self.patients == 1 else f"{self.patients:,} patients"
        said = [f"read {self.source}{where}: {studies}, {patients}"]
        if self.understood:
            said.append("read " + ", ".join(f"{name} as {ours}" for name, ours in self.understood))
        if self.skipped:
            more = len(self.skipped) - MANY
            rest = f" and {more} more rows" if more > 0 else ""
            said.append("left out " + "; ".join(self.skipped[:MANY]) + rest)
        if self.printed:
            terms = ", ".join(f"{name} {value}" for name, value in self.printed.items())
            said.append(f"the file's own analysis: {terms}")
        said += [f"caution: {caution}" for caution in self.cautions]
        return tuple(" ".join(line.split()) for line in said)


@dataclass(frozen=True)
class _Read:
    """What the counts of one arm and of two have in common."""

    study: tuple[str, ...]
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False, kw_only=True)
    reading: Reading | None = field(default=None, repr=False, kw_only=True)

    def __len__(self) -> int:
        return len(self.study)


@dataclass(frozen=True)
class Counts(_Read):
    """The counts of k studies for one outcome.

    Attributes
    ----------
    study : tuple of str
        k names, all different.
    events_treatment, n_treatment, events_control, n_control : ndarray of int, shape (k,)
        0 <= events <= n, n >= 1.
    extra : mapping of str to tuple of str
        The other columns of the file, each with k values; `year` and `subgroup` also by
        these names.
    reading : Reading or None
        How a file was read: what was understood, left out, and may be wrong.
    """

    events_treatment: NDArray[np.int64]
    n_treatment: NDArray[np.int64]
    events_control: NDArray[np.int64]
    n_control: NDArray[np.int64]

    @property
    def arms(self) -> tuple[NDArray[np.int64], ...]:
        """The four arrays in the order `twobytwo.pool` takes them."""
        return self.events_treatment, self.n_treatment, self.events_control, self.n_control

    def at(self, chosen: Sequence[int]) -> Counts:
        """Some of the studies, in the order of their positions.

        Examples
        --------
        >>> one = Counts(("A", "B"), *np.array([[1, 2], [9, 9], [3, 4], [9, 9]]))
        >>> one.at([1]).study
        ('B',)
        """
        at = list(chosen)
        extra = {name: tuple(values[i] for i in at) for name, values in self.extra.items()}
        study = tuple(self.study[i] for i in at)
        return Counts(study, *(arm[at] for arm in self.arms), extra=extra, reading=self.reading)


@dataclass(frozen=True)
class Proportions(_Read):
    """The counts of one arm of k studies for one outcome.

    Attributes
    ----------
    study, extra, reading
        As of `Counts`.
    events, n : ndarray of int, shape (k,)
        0 <= events <= n, n >= 1.
    """

    events: NDArray[np.int64]
    n: NDArray[np.int64]


def read_counts(
    source: Source,
    outcome: str | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    treatment: str | None = None,
    control: str | None = None,
) -> Counts:
    r"""Read the counts of one outcome from a file, or a DataFrame.

    Parameters
    ----------
    source : str, path, bytes, file or DataFrame
        A CSV file (any encoding and separator), an Excel workbook (.xlsx; this needs
        openpyxl), a RevMan 5 review (.rm5) or its CSV export; `-` is standard input. Its
        columns are `study`, `events_treatment`, `n_treatment`, `events_control`,
        `n_control` in any order, beside any others; or called as other programs do, as
        cells of the 2x2 table, as 5/50 in a cell, or with one row for each arm.
    outcome : str, optional
        Which rows to take, by the column `outcome`. Needed if that column holds several.
        Only these rows are validated.
    columns : mapping of str to str, optional
        Our names to those of the file: `{"events_treatment": "deaths_1"}`.
    sheet : str, optional
        Of a workbook; otherwise the visible one that holds counts.
    treatment, control : str, optional
        Which arms to take, where the file does not say which is the control.

    Returns
    -------
    Counts

    Raises
    ------
    CountsError
        If the file or a value cannot be used, or be read in two ways. The message is one
        line that names the file, the row (as a text editor numbers it), the column, the
        value and the mend.

    Examples
    --------
    >>> deaths = read_counts(b"author,ai,n1i,ci,n2i\nChang 2018,6,48,19,100\n")
    >>> deaths.n_control
    array([100])
    >>> deaths.reading.understood[:2]
    (('author', 'study'), ('ai', 'events_treatment'))
    """
    wanted = Wanted(True, columns or {}, treatment, control)
    made, reading = _read(source, wanted, outcome, sheet)
    return Counts(made.names, *made.counts, extra=made.extra, reading=reading)


def read_proportions(
    source: Source,
    outcome: str | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    treatment: str | None = None,
) -> Proportions:
    r"""Read the counts of single arms from a file, or a DataFrame.

    Parameters
    ----------
    source, outcome, columns, sheet
        As for `twobytwo.read_counts`, with the columns `study`, `events` and `n`.
    treatment : str, optional
        Which arm to take, where the file has one row for each.

    Returns
    -------
    Proportions

    Raises
    ------
    CountsError
        If the file or a value cannot be used, in one line.

    Examples
    --------
    >>> read_proportions(b"study,events,n\nChang 2018,6,48\nPeng 2019,21,66\n").events
    array([ 6, 21])
    """
    made, reading = _read(source, Wanted(False, columns or {}, treatment), outcome, sheet)
    return Proportions(made.names, *made.counts, extra=made.extra, reading=reading)


def as_counts(source: Source | Counts, outcome: str | None = None) -> Counts:
    """Counts as they are, or read from a file or a frame; a TypeError of anything else."""
    if isinstance(source, Counts):
        return source
    if isinstance(source, str | PathLike | bytes) or hasattr(source, "read") or is_frame(source):
        return read_counts(source, outcome)
    raise TypeError(f"{type(source).__name__} is no file, DataFrame or Counts")


def outcomes_of(source: Source, wanted: Wanted, sheet: str | None = None) -> list[str]:
    """The outcomes that a source names, in its order; none where no column does."""
    return outcomes(_table(source, wanted, sheet)[1])


def _read(
    source: Source, wanted: Wanted, outcome: str | None, sheet: str | None
) -> tuple[Studies, Reading]:
    """The studies of one outcome, and how they were read."""
    grid, table, printed, cautions = _table(source, wanted, sheet)
    made = studies(table, wanted, outcome)
    hidden = [str(number) for number in made.numbers if number in grid.hidden]
    if hidden:
        some = ", ".join(hidden[:MANY]) + (" ..." if len(hidden) > MANY else "")
        cautions.append(f"hidden in the sheet, and read all the same: row {some}")
    understood = [
        (table.header[at] or "the first column", role)
        for at, role in sorted(table.columns.roles().items())
        if plain(table.header[at]) != plain(role)
    ]
    said = [terms for label, terms in printed.items() if plain(label) == plain(outcome or label)]
    return made, Reading(
        grid.name, len(made.names), sum(int(n.sum()) for n in made.counts[1::2]), grid.sheet,
        tuple(understood + made.understood), tuple(table.above + made.skipped),
        tuple(cautions + made.cautions), MappingProxyType(said[0] if len(said) == 1 else {}),
    )  # fmt: skip


def _table(
    source: Source, wanted: Wanted, sheet: str | None
) -> tuple[Grid, Table, revman.Printed, list[str]]:
    """The grid that was chosen, its table, what the file prints of itself, and cautions."""
    name, content = opened(source)
    printed: revman.Printed = {}
    caution = None
    if isinstance(content, Grid):
        grids = [content]
    elif content.startswith(excel.ZIP):
        grids = excel.grids(name, content)
    elif b"<COCHRANE_REVIEW" in content[:5000]:
        grid, printed = revman.of_file(name, content)
        grids = [grid]
    else:
        text, caution = decoded(name, content)
        if not text.strip():
            ours = ",".join(("study", *wanted.roles))
            raise CountsError(f"{name}: the file is empty; write the header {ours}.")
        grids = [separated(name, text, _separator(name, text, wanted))]
    grid = _sheet(grids, sheet, wanted)
    if wanted.two_arms and (at := _export(grid)) is not None:
        grid, printed = revman.of_export(replace(grid, rows=grid.rows[at:]))
    return grid, even(header.found(grid, wanted)), printed, [caution] if caution else []


def _export(grid: Grid) -> int | None:
    """Where the header of RevMan's export stands."""
    first = enumerate(grid.rows[:5])
    return next((i for i, row in first if set(map(plain, row.cells)) >= revman.EXPORT), None)


def _not_understood(grid: Grid, wanted: Wanted) -> Unclear | None:
    """Why a grid has no header; None if it has one."""
    try:
        if _export(grid) is None:
            header.found(grid, wanted)
    except Unclear as unclear:
        return unclear
    return None


def _separator(name: str, text: str, wanted: Wanted) -> str:
    """What separates the fields: that with which a header is understood, or the most of it."""
    candidates = separators(text)
    best = -1, candidates[0]
    for separator in candidates:
        unclear = _not_understood(separated(name, text, separator, sample=True), wanted)
        if unclear is None:
            return separator
        if separator != " " and unclear.found > best[0]:  # a blank stands in any text
            best = unclear.found, separator
    return best[1]


def _sheet(grids: Sequence[Grid], sheet: str | None, wanted: Wanted) -> Grid:
    """The sheet that was chosen, or the only one that holds counts."""
    name = grids[0].name
    called = [grid.sheet or "" for grid in grids]
    if sheet is not None:
        if called == [""] or sheet not in called:
            has = f"the sheets are {listed(called)}" if any(called) else "there is only one sheet"
            raise CountsError(f"{name}: --sheet {shown(sheet)} is not there; {has}.")
        return grids[called.index(sheet)]
    if len(grids) == 1:
        return grids[0]
    tried = [(grid, _not_understood(grid, wanted)) for grid in grids]
    good = [grid for grid, unclear in tried if unclear is None]
    visible = [grid for grid in good if grid.visible]
    if len(visible) == 1:
        return visible[0]
    if good:
        some = [grid.sheet or "" for grid in visible or good]
        what = f"the sheets {listed(some)}" if visible else f"only hidden sheets ({listed(some)})"
        raise CountsError(
            f"{name}: {what} hold counts; choose one, for example --sheet {some[0]!r}."
        )
    errors = [(grid.visible, unclear.found, unclear) for grid, unclear in tried if unclear]
    raise max(errors, key=lambda one: one[:2])[2]
