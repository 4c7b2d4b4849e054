"""Counts: read from what people have, validated, held; and how they were read, in words.

A source is a grid of text (`twobytwo.io.grid`), the grid a table whose columns are understood
(`twobytwo.io.header`), and the rows of the table that are studies (`twobytwo.io.rows`) are read
here: their names, their counts, and what may be wrong with them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from os import PathLike
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twobytwo.io import excel, header, revman, words
from twobytwo.io.cells import Unreadable, pair, whole
from twobytwo.io.grid import Grid, Row, Source, decoded, is_frame, opened, separated, separators
from twobytwo.io.header import Arm, Table, Unclear, Wanted, key, plain
from twobytwo.io.names import BOTH, CONTROL, TREATMENT, WITHOUT
from twobytwo.io.rows import even, of_arms, pairs, sifted
from twobytwo.io.words import CountsError, listed, shown

LISTED = 8  # things that a line lists
MAYBE_TOTAL = re.compile(
    "total|^all|overall|pooled|sum|combined|effect|model", re.IGNORECASE | re.MULTILINE
)
# From here on, and among so few, two studies hardly have the same controls by chance.
SAME_PATIENTS, SAME_EVENTS, AMONG = 50, 5, 50
MANY = 3  # groups of rows that a caution names
# Columns that say what each row compares, as netmeta, gemtc and RevMan have them.
COMPARED = re.compile(
    r"(treat|treatment|trt|t|arm|drug|intervention)[ ._]?[12]|control|comparator"
    r"|comparison( name)?", re.IGNORECASE,
)  # fmt: skip


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
        lines = [f"read {self.source}{where}: {studies}, {patients}"]
        if self.understood:
            lines.append("read " + ", ".join(f"{name} as {ours}" for name, ours in self.understood))
        if self.skipped:
            more = len(self.skipped) - LISTED
            rest = f" and {more} more rows" if more > 0 else ""
            lines.append("left out " + "; ".join(self.skipped[:LISTED]) + rest)
        if self.printed:
            terms = ", ".join(f"{name} {value}" for name, value in self.printed.items())
            lines.append(f"the file's own analysis: {terms}")
        lines += [f"caution: {caution}" for caution in self.cautions]
        return tuple(" ".join(line.split()) for line in lines)


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
        The other columns of the file that are not blank, each with k values; `year` and
        `subgroup` also by these names, and of a RevMan review what is compared, as `comparison`.
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
    names, counts, extra, reading = _read(source, wanted, outcome, sheet)
    return Counts(names, *counts, extra=extra, reading=reading)


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
    wanted = Wanted(False, columns or {}, treatment)
    names, counts, extra, reading = _read(source, wanted, outcome, sheet)
    return Proportions(names, *counts, extra=extra, reading=reading)


def as_counts(source: Source | Counts, outcome: str | None = None) -> Counts:
    """Counts as they are, or read from a file or a frame; a TypeError of anything else."""
    return source if isinstance(source, Counts) else read_counts(_file(source, Counts), outcome)


def as_proportions(source: Source | Proportions, outcome: str | None = None) -> Proportions:
    """The same of single arms."""
    if isinstance(source, Proportions):
        return source
    return read_proportions(_file(source, Proportions), outcome)


def _file(source: Source, held: type) -> Source:
    """What can be read."""
    if isinstance(source, str | PathLike | bytes) or hasattr(source, "read") or is_frame(source):
        return source
    raise TypeError(f"{type(source).__name__} is no file, DataFrame or {held.__name__}")


def outcomes_of(source: Source, wanted: Wanted, sheet: str | None = None) -> list[str]:
    """The outcomes that a source names, in its order; none where no column does."""
    return _outcomes(_table(source, wanted, sheet)[1])


def _read(
    source: Source, wanted: Wanted, outcome: str | None, sheet: str | None
) -> tuple[tuple[str, ...], list[NDArray[np.int64]], dict[str, tuple[str, ...]], Reading]:
    """The names of the studies of one outcome, their counts, what stands beside, how it was read.

    The counts are events and patients of each arm, the treatment's first.
    """
    grid, table, printed, cautions = _table(source, wanted, sheet)
    table = _of_outcome(table, outcome)
    columns = table.columns
    rows, headings, skipped = (table.rows, [], []) if _all_studies(table) else sifted(table)
    if not rows:
        raise _no_studies(table, table.rows[0].number)
    chosen = None
    if columns.arm is not None:
        rows, chosen = of_arms(table, rows, columns.arm, wanted)
    names, several = _named(table, rows)
    counts = _counts(table, rows, names)
    if chosen and columns.arm is not None:
        treated, controls, others = pairs(table, rows, columns.arm, names, chosen)
        counts = [one[arm] for arm in (treated, controls) for one in counts]
        rows, names = [rows[i] for i in treated], [names[i] for i in treated]
        headings, skipped = [], skipped + others
    elif (total := a_sum(counts)) is not None:
        raise table.error(rows[total], columns.study, words.A_SUM)
    hidden = [str(row.number) for row in rows if row.number in grid.hidden]
    if hidden:
        some = ", ".join(hidden[:LISTED]) + (" ..." if len(hidden) > LISTED else "")
        cautions.append(f"hidden in the sheet, and read all the same: row {some}")
    extra = _extra(table, rows, headings)
    cautions += several + _same(names, counts) + _compared(extra)
    understood = [
        (table.header[at] or "the first column", role)
        for at, role in sorted(columns.roles().items()) if plain(table.header[at]) != plain(role)
    ]  # fmt: skip
    arms = zip(chosen or (), (TREATMENT, CONTROL), strict=False)
    understood += [(name, arm) for name, arm in arms if name != arm]
    analyses = [
        terms for label, terms in printed.items() if plain(label) == plain(outcome or label)
    ]
    return tuple(names), counts, extra, Reading(
        grid.name, len(names), sum(int(n.sum()) for n in counts[1::2]), grid.sheet,
        tuple(understood), tuple(table.above + skipped), tuple(cautions),
        MappingProxyType(analyses[0] if len(analyses) == 1 else {}),
    )  # fmt: skip


# From a source to its table.


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
    table = header.found(grid, wanted)
    if any(len(row.cells) != len(table.header) for row in table.rows):
        table = even(table)
    return grid, table, printed, [caution] if caution else []


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
    known = {}
    for separator in separators(text):
        unclear = _not_understood(separated(name, text, separator, sample=True), wanted)
        if unclear is None:
            return separator
        known[separator] = -1 if separator == " " else unclear.found  # a blank stands in any text
    return max(known, key=known.__getitem__)


def _sheet(grids: Sequence[Grid], sheet: str | None, wanted: Wanted) -> Grid:
    """The sheet that was chosen, or the only one that holds counts."""
    name, called = grids[0].name, {grid.sheet or "": grid for grid in grids}
    if sheet is not None:
        if sheet not in called or "" in called:
            has = "there is only one sheet" if "" in called else f"the sheets are {listed(called)}"
            raise CountsError(f"{name}: --sheet {shown(sheet)} is not there; {has}.")
        return called[sheet]
    if len(grids) == 1:
        return grids[0]
    tried = [(grid, _not_understood(grid, wanted)) for grid in grids]
    good = [grid for grid, unclear in tried if unclear is None]
    seen = [grid for grid in good if grid.visible]
    if len(seen) == 1:
        return seen[0]
    if not good:
        errors = [(grid.visible, unclear.found, unclear) for grid, unclear in tried if unclear]
        raise max(errors, key=lambda one: one[:2])[2]
    some = [grid.sheet or "" for grid in seen or good]
    what = f"the sheets {listed(some)}" if seen else f"only hidden sheets ({listed(some)})"
    raise CountsError(f"{name}: {what} hold counts; choose one, for example --sheet {some[0]!r}.")


# Which rows, and how the studies are called.


def _outcomes(table: Table) -> list[str]:
    """The outcomes that have counts, in the order of their first rows; none without a column."""
    at, used = table.columns.outcome, table.columns.used
    if at is None:
        return []
    counted = [row for row in table.rows if any(row.cells[i].strip() for i in used)]
    return list(dict.fromkeys(_column(counted, at)))


def _of_outcome(table: Table, outcome: str | None) -> Table:
    """The rows of one outcome, which must be chosen where there are several."""
    if not table.rows:
        raise _no_studies(table, table.at + 1 if isinstance(table.at, int) else "1")
    at = table.columns.outcome
    if at is None:
        if outcome is not None:
            mend = f"the column is missing, so outcome {shown(outcome)} cannot be chosen"
            raise table.refusal("outcome", f"{mend}; add the column or leave the outcome out")
        return table
    names, called = _outcomes(table), _column(table.rows, at)
    where = f"{table.place}, column {table.header[at]}"
    if outcome is None:
        if len(names) > 1:
            mend = f"choose one, for example --outcome {shown(names[0])}"
            raise CountsError(f"{where}: holds {len(names)} outcomes ({listed(names)}); {mend}.")
        mine = {"", *names}  # rows of other outcomes, such as means, hold no counts
    else:
        mine = {outcome.strip()} & {*called} or {c for c in called if plain(c) == plain(outcome)}
        if not mine:
            mend = f"choose one of {listed(names)}"
            raise CountsError(f"{where}: no row has {shown(outcome)}; {mend}.")
    rows = [row for row, name in zip(table.rows, called, strict=True) if name in mine]
    return replace(table, rows=rows)


def _no_studies(table: Table, number: int | str) -> CountsError:
    mend = "there are no studies below the header; add one row per study"
    return CountsError(f"{table.place}, row {number}: {mend}.")


def _all_studies(table: Table) -> bool:
    """Whether all rows have names and digits, and none is called a total: seen at once."""
    names = _column(table.rows, table.columns.study)
    return (
        all(names)
        and not MAYBE_TOTAL.search("\n".join(names))
        and all(all(map(str.isdecimal, _column(table.rows, at))) for at in table.columns.used)
    )


def _column(rows: Sequence[Row], at: int) -> list[str]:
    return [cells[at].strip() for _, cells in rows]


def _named(table: Table, rows: Sequence[Row]) -> tuple[list[str], list[str]]:
    """The names of the studies, with the year or the subgroup where the name alone repeats."""
    columns = table.columns
    names = _column(rows, columns.study)
    keys = _keys(table, rows, names)
    if columns.year is not None and _groups(keys):
        years = zip(names, _column(rows, columns.year), strict=True)
        dated = [name if year in name else f"{name} {year}" for name, year in years]
        if len(set(again := _keys(table, rows, dated))) > len(set(keys)):
            names, keys = dated, again
    if columns.subgroup is None or not _groups(keys):
        return names, []
    twice = {i for group in _groups(keys) for i in group}
    listing = listed(dict.fromkeys(names[i] for i in sorted(twice)))
    groups = _column(rows, columns.subgroup)
    names = [f"{one} ({groups[i]})" if i in twice else one for i, one in enumerate(names)]
    return names, [f"in several subgroups: {listing}; no patient may be in two of them"]


def _keys(table: Table, rows: Sequence[Row], names: Sequence[str]) -> Sequence[Hashable]:
    """What no two rows share: the study, and the arm where there is a row for each."""
    keys = list(map(key, names))
    if table.columns.arm is None:
        return keys
    return list(zip(keys, map(plain, _column(rows, table.columns.arm)), strict=True))


def _counts(table: Table, rows: Sequence[Row], names: Sequence[str]) -> list[NDArray[np.int64]]:
    """Events and patients of each arm; or what is wrong with the first row that cannot be used."""
    groups = _groups(_keys(table, rows, names))
    again, before = min(((group[1], group[0]) for group in groups), default=(None, 0))
    if again is None and all(names) and (quick := _at_once(table, rows)):
        return quick
    counts = []
    for i, (row, name) in enumerate(zip(rows, names, strict=True)):
        if not name:
            raise table.error(row, table.columns.study, words.NO_NAME)
        if i == again:
            raise _twice(table, rows, names, i, before)
        counts.append([_of_arm(table, row, arm) for arm in table.columns.arms.values()])
        for arm, (events, n) in zip(table.columns.arms.values(), counts[-1], strict=True):
            if not 0 < n >= events:
                raise _impossible(table, row, arm, n)
    return list(np.array(counts, dtype=np.int64).reshape(len(rows), -1).T)


def _at_once(table: Table, rows: Sequence[Row]) -> list[NDArray[np.int64]]:
    """The same of many rows sooner; none where a cell is more than digits or something is wrong."""
    arms = table.columns.arms.values()
    if any(arm.keys() != {"events", "n"} for arm in arms):
        return []
    cells = [_column(rows, arm[kind]) for arm in arms for kind in ("events", "n")]
    if not all(text.isdecimal() and len(text) < 10 for column in cells for text in column):
        return []
    counts = [np.array([*map(int, column)]) for column in cells]
    pairs = zip(counts[::2], counts[1::2], strict=True)
    return counts if all(((n > 0) & (events <= n)).all() for events, n in pairs) else []


def _of_arm(table: Table, row: Row, arm: Arm) -> tuple[int, int]:
    """Events and patients as they stand, or as the patients without the event tell them."""
    counts: dict[str, Any] = {}
    for kind, at in arm.items():
        text = row.cells[at].strip()
        try:
            counts[kind] = pair(text) if kind == BOTH else whole(text)
        except Unreadable as error:
            raise table.error(row, at, str(error)) from None
    if BOTH in arm:
        events, n = counts[BOTH]
        return events, n
    if WITHOUT not in arm:
        return counts["events"], counts["n"]
    without, n = counts[WITHOUT], counts.get("n")
    events = counts.get("events", 0 if n is None else n - without)
    if events < 0:
        mend = f"more than all {n} patients of the arm; correct one of the two"
        raise table.error(row, arm[WITHOUT], mend)
    if n not in (None, events + without):
        mend = f"with {events} events this makes {events + without} patients, not {n}"
        raise table.error(row, arm[WITHOUT], f"{mend}; correct one of the three")
    return events, events + without


def _impossible(table: Table, row: Row, arm: Arm, n: int) -> CountsError:
    """An arm that cannot be: without patients, or with more events."""
    of_n = next(arm[kind] for kind in (BOTH, "n", WITHOUT) if kind in arm)
    if n == 0:
        return table.error(row, of_n, words.NO_PATIENTS)
    mend = words.MORE_EVENTS.format(n=n, column=table.header[of_n])
    return table.error(row, arm.get("events", of_n), mend + _exchanged(table, arm))


def _exchanged(table: Table, arm: Arm) -> str:
    """What to add where every row has more events than patients."""
    if not {"events", "n"} <= arm.keys():
        return ""
    try:
        every = [events > n for events, n in (_of_arm(table, row, arm) for row in table.rows)]
    except CountsError:
        return ""
    called = {kind: table.header[at] for kind, at in arm.items()}
    return words.EXCHANGED.format(**called) if len(every) > 1 and all(every) else ""


def _twice(
    table: Table, rows: Sequence[Row], names: Sequence[str], here: int, there: int
) -> CountsError:
    """One study in two rows."""
    before = words.SAME_NAME.format(row=rows[there].number)
    if names[here] != names[there]:
        before += words.SPELLING.format(name=shown(names[there]))
    mend = words.MAKE_DIFFER
    if table.columns.arm is not None:
        mend = "; keep one row for each arm of a study, or make the names of the studies differ"
    return table.error(rows[here], table.columns.study, before + mend, names[here])


def _extra(
    table: Table, rows: Sequence[Row], headings: Sequence[str]
) -> dict[str, tuple[str, ...]]:
    """The columns that say something and are no counts; the year and the subgroup also by ours."""
    columns = table.columns
    used = {columns.study, *columns.used}
    extra = {
        name: values
        for at, name in enumerate(table.header)
        if at not in used and name and any(map(str.strip, values := tuple(_column(rows, at))))
    }
    if any(headings):
        extra.setdefault("subgroup", tuple(headings))
    for ours, at in (("year", columns.year), ("subgroup", columns.subgroup)):
        if at is not None and table.header[at] in extra:
            extra.setdefault(ours, extra[table.header[at]])
    return extra


# What would make the answer wrong, or may.


def a_sum(counts: Sequence[NDArray[np.int64]]) -> int | None:
    """Which row, the last or the first of three or more, is the sum of all others.

    Examples
    --------
    >>> a_sum([np.array([1, 2, 3]), np.array([10, 20, 30])])
    -1
    """
    if len(counts[0]) > 2:
        for at in (-1, 0):
            if all(2 * int(one[at]) == int(one.sum()) for one in counts):
                return at
    return None


def _same(names: Sequence[str], counts: Sequence[NDArray[np.int64]]) -> list[str]:
    """What may be meant and may be wrong: identical studies, controls that several rows share.

    The counts are events and patients of each arm, the control's last.
    """
    cautions = []
    rows = list(zip(*(one.tolist() for one in counts), strict=True))
    same = [group for group in _groups(rows) if any(rows[group[0]][::2])]
    if same:
        cautions.append(words.SAME_COUNTS.format(studies=_listed(same, names)))
    shared = [group for group in _sharing(names, rows) if len({rows[i] for i in group}) > 1]
    if shared:
        *_, events, n = rows[shared[0][0]]
        who = _listed(shared, names)
        cautions.append(words.SHARED_CONTROL.format(studies=who, events=events, n=n))
    return cautions


def _sharing(names: Sequence[str], rows: Sequence[tuple[int, ...]]) -> list[list[int]]:
    """Rows with the same controls, that begin with the same word or are hardly so by chance."""
    controls = [row[2:] for row in rows]
    if not any(controls):
        return []  # of a single arm
    words = [name.split(maxsplit=1)[0].casefold().rstrip(",;(") for name in names]
    found = _groups(zip(words, controls, strict=True))
    if len(controls) <= AMONG:
        for group in _groups(controls):
            events, n = controls[group[0]]
            if events >= SAME_EVENTS and n >= SAME_PATIENTS and group not in found:
                found.append(group)
    return found


def _compared(extra: Mapping[str, Sequence[str]]) -> list[str]:
    """Whether columns such as treat2 say that the studies compare different things.

    Examples
    --------
    >>> print(*_compared({"treat2": ["placebo", "surgery"]}))
    treat2 holds 'placebo', 'surgery': do all studies compare the same arms?
    """
    return [
        f"{name} holds {listed(dict.fromkeys(values), 4)}: do all studies compare the same arms?"
        for name, values in extra.items()
        if COMPARED.fullmatch(name.strip()) and len(set(map(key, values))) > 1
    ]


def _groups(keys: Iterable[Hashable]) -> list[list[int]]:
    """Positions that have the same key, where there are several."""
    at: dict[Hashable, list[int]] = defaultdict(list)
    keys = list(keys)
    if len(set(keys)) < len(keys):
        for i, one in enumerate(keys):
            at[one].append(i)
    return [group for group in at.values() if len(group) > 1]


def _listed(groups: Sequence[Sequence[int]], names: Sequence[str]) -> str:
    """Groups of studies in words, and how many more there are."""
    texts = [
        " and ".join(shown(names[i]) for i in group[:MANY])
        + (f" and {len(group) - MANY} more" if len(group) > MANY else "")
        for group in groups[:MANY]
    ]
    more = [f"{len(groups) - MANY} more groups"] if len(groups) > MANY else []
    return "; in ".join(texts + more)
