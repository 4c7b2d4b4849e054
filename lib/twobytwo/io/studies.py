"""The studies of a table: which rows they are, their names, and their counts.

Rows may also be titles, notes, headings and totals; a study may have one row, or one for each
arm, and in a row an arm may have events and patients, cells of the 2x2 table, or 5/50.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from twobytwo.io import guard, words
from twobytwo.io.cells import LARGEST, Unreadable, has_digit, is_pair, pair, whole
from twobytwo.io.grid import Row
from twobytwo.io.header import Arm, Table, Wanted, choose, example, plain
from twobytwo.io.names import CONTROL, TREATMENT
from twobytwo.io.words import CountsError, listed, shown

T = TypeVar("T")

# Rows called so are totals; those that only begin so may be the trial TOTAL of 2015.
TOTAL = re.compile(
    r"(sub |sub|grand )?totals?( events)?|all( (studies|trials|patients|rct?s))?|overall( total)?|"
    r"pooled( (estimate|total|effect|results?))?|sum|summary( (estimate|effect))?|combined|"
    r"(random|fixed|common) effects?( model)?|[rfc]e model"
)
LIKE_TOTAL = re.compile(
    r"(sub ?|grand ?)?totals? .*|.* (sub ?)?totals?|(overall|pooled|all|sum) .*"
)
MAYBE_TOTAL = re.compile(
    "total|^all|overall|pooled|sum|combined|effect|model", re.IGNORECASE | re.MULTILINE
)
NOTE = re.compile(
    r"\W*(source|note|abbreviation|legend|footnote|data|extracted|reference|heterogeneity|test for|"
    r"updated|last|file|created|prepared|values|figures|numbers|see|nr|na|ci|or|rr)s?\b|[*†‡§#(\[]",
    re.IGNORECASE,
)
STUDY = re.compile(r"\b(19|20)\d\d[a-z]?\W*$|\bet al\b")  # how the name of a study ends
FIELDS = re.compile(r"[;|,\t]\s*\d+\s*[;|,\t]")  # what another separator separates
RULE = re.compile("[-:=_]*")  # below the header of a table in Markdown
FAR = 20  # rows
SAFE = len(str(LARGEST)) - 1  # digits of a number that is surely not above the largest


@dataclass(frozen=True)
class Studies:
    """What a table holds."""

    names: tuple[str, ...]  # k, all different
    counts: list[NDArray[np.int64]]  # events and patients of each arm, shape (k,)
    extra: Mapping[str, tuple[str, ...]]  # the other columns
    numbers: list[int | str]  # of their rows
    understood: list[tuple[str, str]]  # what the file calls the arms, and what they were taken for
    skipped: list[str]
    cautions: list[str]


def studies(table: Table, wanted: Wanted, outcome: str | None = None) -> Studies:
    """Read the studies of one outcome.

    Raises
    ------
    CountsError
        For the first row that cannot be used.
    """
    table = of_outcome(table, outcome)
    sifted = _sifted(table)
    rows, headings, at = sifted.rows, sifted.headings, table.columns.arm
    chosen = None
    if at is not None:
        rows, chosen = _of_arms(table, _filled_down(rows, table.columns.study), at, wanted)
    names, cautions = _named(table, rows)
    counts = _counts(table, rows, names)
    if at is not None and chosen:
        treated, controls = _pairs(table, at, rows, names, chosen, sifted.skipped)
        counts = [one[arm] for arm in (treated, controls) for one in counts]
        rows, names = [rows[i] for i in treated], [names[i] for i in treated]
        headings = [""] * len(rows)
    elif (total := guard.a_sum(counts)) is not None:
        raise table.error(rows[total], table.columns.study, words.A_SUM)
    extra = _extra(table, rows, headings)
    cautions += guard.cautions(names, counts) + guard.comparisons(extra)
    arms = zip(chosen or (), (TREATMENT, CONTROL), strict=False)
    return Studies(
        tuple(names), counts, extra, [row.number for row in rows],
        [(name, arm) for name, arm in arms if name != arm], sifted.skipped, cautions,
    )  # fmt: skip


# Which rows are studies.


def even(table: Table) -> Table:
    """Make every row as wide as the header.

    Raises
    ------
    CountsError
        If a row has more than the header, or less: what stands where is then unknown.
        A note may be as it is.
    """
    wide = len(table.header)
    if all(len(row.cells) == wide for row in table.rows):
        return table
    rows = []
    for number, cells in table.rows:
        if len(cells) > wide and not any(map(str.strip, cells[wide:])):
            cells = cells[:wide]
        if len(cells) != wide:
            text = _text(cells)
            alone = _filled(cells) == 1
            is_note = NOTE.match(cells[0]) and not any(map(has_digit, cells[1:]))
            if not is_note and not (alone and not FIELDS.search(text)):
                raise CountsError(
                    f"{table.place}, row {number}: has {len(cells)} fields where the header "
                    f"has {wide}; quote values that contain the separator, or add what is missing."
                )
            cells = [text if alone else ",".join(cells)] + [""] * (wide - 1)
        rows.append(Row(number, cells))
    return replace(table, rows=rows)


def outcomes(table: Table) -> list[str]:
    """The outcomes that have counts, in the order of their first rows; none without a column."""
    at, used = table.columns.outcome, table.columns.used
    if at is None:
        return []
    counted = (row for row in table.rows if _counted(row, used))
    return list(dict.fromkeys(row.cells[at].strip() for row in counted))


def of_outcome(table: Table, outcome: str | None) -> Table:
    """The rows of one outcome.

    Raises
    ------
    CountsError
        If there are several and none is chosen, or there is none such.
    """
    if not table.rows:
        raise _no_studies(table, table.at + 1 if isinstance(table.at, int) else "1")
    at = table.columns.outcome
    if at is None:
        if outcome is not None:
            mend = f"the column is missing, so outcome {shown(outcome)} cannot be chosen"
            raise table.refusal("outcome", f"{mend}; add the column or leave the outcome out")
        return table
    names = outcomes(table)
    where = f"{table.place}, column {table.header[at]}"
    called = [row.cells[at].strip() for row in table.rows]
    if outcome is None:
        if len(names) > 1:
            raise CountsError(
                f"{where}: holds {len(names)} outcomes ({listed(names)}); "
                f"choose one, for example --outcome {shown(names[0])}."
            )
        mine = {"", *names}  # rows of other outcomes, such as means, hold no counts
    else:
        mine = {outcome.strip()} & {*called} or {c for c in called if plain(c) == plain(outcome)}
        if not mine:
            mend = f"no row has {shown(outcome)}; choose one of {listed(names)}"
            raise CountsError(f"{where}: {mend}.")
    rows = [row for row, name in zip(table.rows, called, strict=True) if name in mine]
    return replace(table, rows=rows)


@dataclass
class _Sifted:
    """The rows that are studies, the heading over each, and what was left out, in words."""

    rows: list[Row] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


def _sifted(table: Table) -> _Sifted:
    """Leave out what is no study, and say so."""
    if _all_studies(table):
        return _Sifted(table.rows, [""] * len(table.rows))
    found = _Sifted()
    heading = ""
    counted = [_counted(row, table.columns.used) for row in table.rows]
    last = max((i for i, is_ in enumerate(counted) if is_), default=-1)
    for i, row in enumerate(table.rows):
        said = _text(row.cells)
        if all(RULE.fullmatch(cell.strip()) for cell in row.cells):
            continue
        if counted[i]:
            what = ""
            if [cell.strip() for cell in row.cells] == table.header:
                found.skipped.append(f"row {row.number}, the header again")
                continue
            if _is_total(table, row, found.rows, table.rows[i + 1 : last + 1]):
                what, said = "total", row.cells[table.columns.study].strip() or "without a name"
        else:
            what = _no_study(row, table.rows[last], i > last)
            if not what and i < last and (heading or not found.rows) and _is_heading(row):
                what, heading = "heading", said
            if not what and (TOTAL.fullmatch(plain(said)) or LIKE_TOTAL.fullmatch(plain(said))):
                what = "total"
        if what:
            found.skipped.append(f"row {row.number}, a {what} ({shown(said)})")
        else:
            found.rows.append(row)
            found.headings.append(heading)
    if not found.rows:
        raise _no_studies(table, table.rows[0].number)
    return found


def _no_studies(table: Table, number: int | str) -> CountsError:
    mend = "there are no studies below the header; add one row per study"
    return CountsError(f"{table.place}, row {number}: {mend}.")


def _all_studies(table: Table) -> bool:
    """Whether all rows have names and digits, and none is called a total: seen at once."""
    names = _column(table.rows, table.columns.study)
    return (
        all(map(str.strip, names))
        and not MAYBE_TOTAL.search("\n".join(names))
        and all(all(map(str.isdecimal, _column(table.rows, at))) for at in table.columns.used)
    )


def _column(rows: Sequence[Row], at: int) -> list[str]:
    return [cells[at] for _, cells in rows]


def _counted(row: Row, used: Sequence[int]) -> bool:
    return any(row.cells[at].strip() for at in used)


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _text(cells: Sequence[str]) -> str:
    return next((cell.strip() for cell in cells if cell.strip()), "")


def _no_study(row: Row, last: Row, below: bool) -> str:
    """What a row without counts is: a note below the last study, or a comment; else blank."""
    text = _text(row.cells)
    if below:
        is_name = STUDY.search(text) and len(text.split()) < 5
        is_note = NOTE.match(text) or ":" in text or text.endswith(".") or len(text.split()) > 5
        # Stray cells of a sheet stand far below the table.
        far = isinstance(row.number, int) and row.number - int(last.number) > FAR
        if far or (is_note and not is_name):
            return "note"
    return "comment" if row.cells[0].lstrip().startswith("#") else ""


def _is_heading(row: Row) -> bool:
    """Whether one cell is filled, with what does not end like the name of a study."""
    return _filled(row.cells) == 1 and not STUDY.search(_text(row.cells))


def _is_total(table: Table, row: Row, above: Sequence[Row], below: Sequence[Row]) -> bool:
    """Whether a row with counts is the sum of rows above it, or the first row that of the rest."""
    study, arm = table.columns.study, table.columns.arm
    called = plain(row.cells[study].strip())
    bare = TOTAL.fullmatch(called) is not None
    if row.cells[study].strip():
        if not bare and not LIKE_TOTAL.fullmatch(called):
            return False
    elif arm is not None or row is not table.rows[-1] or len(above) < 2:
        return False
    if arm is not None:
        above = [one for one in above if one.cells[arm] == row.cells[arm]]
    if _is_sum(table, row, above, least=1 if bare else 2):
        return True
    cells = [row.cells[at] for at in table.columns.used if row.cells[at].strip()]
    if bare and all(cell.startswith("=") for cell in cells):
        return True  # of a formula that no program has computed
    if bare and not above and _is_sum(table, row, below[::-1], least=2):
        return True
    if bare and (above or below):
        raise table.error(row, study, words.NO_SUM)
    return False


def _is_sum(table: Table, row: Row, above: Sequence[Row], least: int) -> bool:
    """Whether all counts of a row are sums over the same rows just above it."""
    used = [at for at in table.columns.used if row.cells[at].strip()]
    try:
        target = [_numbers(row.cells[at]) for at in used]
        sums = np.zeros((len(used), 2), dtype=int)
        for rows, one in enumerate(reversed(above), 1):
            sums += [_numbers(one.cells[at]) for at in used]
            if rows >= least and (sums == target).all():
                return True
    except Unreadable:
        pass
    return False


def _numbers(cell: str) -> tuple[int, int]:
    return pair(cell) if is_pair(cell) else (whole(cell), 0)


# One row for each arm.


def _filled_down(rows: Sequence[Row], at: int) -> list[Row]:
    """The rows of arms, each with the name that may stand in the first of its study only."""
    filled, name = [], ""
    for number, cells in rows:
        name = cells[at].strip() or name
        filled.append(Row(number, [*cells[:at], name, *cells[at + 1 :]]))
    return filled


def _of_arms(
    table: Table, rows: list[Row], at: int, wanted: Wanted
) -> tuple[list[Row], tuple[str, str] | None]:
    """The rows of the treatment and of the control, and how the file calls these."""
    labels: dict[str, str] = {}
    for name in _column(rows, at):
        labels.setdefault(plain(name), name.strip())
    called = list(labels.values())
    if not wanted.two_arms:
        if wanted.treatment is None:
            return rows, None
        if plain(wanted.treatment) not in labels:
            mend = f"no row has {shown(wanted.treatment)}; choose one of {listed(called)}"
            raise table.refusal(table.header[at], mend)
        return [row for row in rows if plain(row.cells[at]) == plain(wanted.treatment)], None
    chosen = choose(called, wanted)
    if chosen is None:
        mend = f"holds the arms {listed(called)}; say which is the control: {example(called)}"
        raise table.refusal(table.header[at], mend)
    two = set(map(plain, chosen))
    return [row for row in rows if plain(row.cells[at]) in two], chosen


def _pairs(
    table: Table, at: int, rows: Sequence[Row], names: Sequence[str], chosen: tuple[str, str],
    skipped: list[str],
) -> tuple[list[int], list[int]]:  # fmt: skip
    """Where the treated arm and the control arm of each study stand.

    A study without one of them is another comparison where arms were chosen from several,
    and is left out; where there are no others, a row is missing.
    """
    treated, controls = (
        {guard.key(names[i]): i for i, row in enumerate(rows) if plain(row.cells[at]) == plain(arm)}
        for arm in chosen
    )
    several = len({plain(row.cells[at]) for row in table.rows if row.cells[at].strip()}) > 2
    for here, there, lacks in ((treated, controls, chosen[1]), (controls, treated, chosen[0])):
        for name in [name for name in here if name not in there]:
            row = rows[here[name]]
            if not several:
                mend = f"{names[here[name]]} has no row for the arm {shown(lacks)}; add it, or "
                raise table.error(row, at, mend + "delete this row")
            skipped.append(f"row {row.number}, a study without {shown(lacks)}")
            del here[name]
    if not treated:
        mend = f"no study has both {shown(chosen[0])} and {shown(chosen[1])}; choose two others"
        raise table.refusal(table.header[at], mend)
    return list(treated.values()), [controls[name] for name in treated]


# Names and counts.


def _named(table: Table, rows: Sequence[Row]) -> tuple[list[str], list[str]]:
    """The names of the studies, with the year or the subgroup where the name alone repeats."""
    columns = table.columns
    names = [name.strip() for name in _column(rows, columns.study)]
    keys = _keys(table, rows, names)
    if columns.year is not None and guard.repeated(keys):
        years = map(str.strip, _column(rows, columns.year))
        dated = [
            name if year in name else f"{name} {year}"
            for name, year in zip(names, years, strict=True)
        ]
        if len(set(again := _keys(table, rows, dated))) > len(set(keys)):
            names, keys = dated, again
    if columns.subgroup is None or not guard.repeated(keys):
        return names, []
    often = Counter(keys)
    several = [often[one] > 1 for one in keys]
    twice = listed(dict.fromkeys(name for name, is_ in zip(names, several, strict=True) if is_))
    groups = map(str.strip, _column(rows, columns.subgroup))
    names = [
        f"{name} ({group})" if is_ else name
        for name, group, is_ in zip(names, groups, several, strict=True)
    ]
    return names, [f"in several subgroups: {twice}; no patient may be in two of them"]


def _keys(table: Table, rows: Sequence[Row], names: Sequence[str]) -> Sequence[Hashable]:
    """What no two rows share: the study, and the arm where there is a row for each."""
    keys = list(map(guard.key, names))
    if table.columns.arm is None:
        return keys
    return list(zip(keys, map(plain, _column(rows, table.columns.arm)), strict=True))


def _counts(table: Table, rows: Sequence[Row], names: Sequence[str]) -> list[NDArray[np.int64]]:
    """Events and patients of each arm; or what is wrong with the first row that cannot be used."""
    again = guard.repeated(_keys(table, rows, names))
    if all(names) and not again and (found := _at_once(rows, table.columns.arms)):
        return found
    counts = []
    for i, (row, name) in enumerate(zip(rows, names, strict=True)):
        if not name:
            raise table.error(row, table.columns.study, words.NO_NAME)
        if again and i == again[0]:
            raise _twice(table, rows, names, again)
        arms = table.columns.arms.values()
        pairs = [(arm, _of_arm(table, row, arm)) for arm in arms]
        for arm, (events, n) in pairs:
            _check(table, row, arm, events, n)
        counts.append([count for _, of_arm in pairs for count in of_arm])
    return list(np.array(counts, dtype=np.int64).T)


def _at_once(rows: Sequence[Row], arms: Mapping[str, Arm]) -> list[NDArray[np.int64]] | None:
    """The counts of many rows in one go, where all cells are plain digits that can be counts."""
    found = []
    for arm in arms.values():
        if arm.events is None or arm.n is None or arm.without is not None:
            return None
        for at in (arm.events, arm.n):
            column = _column(rows, at)
            if not all(map(str.isdecimal, column)) or max(map(len, column)) > SAFE:
                return None
            found.append(np.array(list(map(int, column)), dtype=np.int64))
        if (found[-2] > found[-1]).any() or (found[-1] < 1).any():
            return None
    return found


def _of_arm(table: Table, row: Row, arm: Arm) -> tuple[int, int]:
    """Events and patients as they stand, or as the patients without the event tell them."""

    def cell(at: int, as_count: Callable[[str], T]) -> T:
        try:
            return as_count(row.cells[at])
        except Unreadable as error:
            raise table.error(row, at, str(error)) from None

    if arm.both is not None:
        return cell(arm.both, pair)
    events, n, without = (None if at is None else cell(at, whole) for at in arm[:3])
    if without is not None:
        assert arm.without is not None
        if events is None:
            assert n is not None
            events = n - without
            if events < 0:
                mend = f"more than all {n} patients of the arm; correct one of the two"
                raise table.error(row, arm.without, mend)
        if n is not None and events + without != n:
            mend = f"with {events} events this makes {events + without} patients, not {n}"
            raise table.error(row, arm.without, f"{mend}; correct one of the three")
        n = events + without
    assert events is not None
    assert n is not None
    return events, n


def _check(table: Table, row: Row, arm: Arm, events: int, n: int) -> None:
    """Refuse an arm that cannot be."""
    of_n = next(at for at in (arm.both, arm.n, arm.without) if at is not None)
    if n == 0:
        raise table.error(row, of_n, words.NO_PATIENTS)
    if events > n:
        at = of_n if arm.events is None else arm.events
        mend = words.MORE_EVENTS.format(n=n, column=table.header[of_n])
        raise table.error(row, at, mend + _exchanged(table, arm))


def _exchanged(table: Table, arm: Arm) -> str:
    """What to add where every row has more events than patients."""
    if arm.events is None or arm.n is None:
        return ""
    try:
        every = [_of_arm(table, row, arm) for row in table.rows]
    except CountsError:
        return ""
    if len(every) < 2 or not all(events > n for events, n in every):
        return ""
    return words.EXCHANGED.format(events=table.header[arm.events], n=table.header[arm.n])


def _twice(
    table: Table, rows: Sequence[Row], names: Sequence[str], at: tuple[int, int]
) -> CountsError:
    """One study in two rows."""
    here, there = at
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
    """The columns that are no counts, by their names; the year and the subgroup also by ours."""
    columns = table.columns
    used = {columns.study, *columns.used}
    extra = {
        name: tuple(map(str.strip, _column(rows, at)))
        for at, name in enumerate(table.header) if at not in used and name
    }  # fmt: skip
    if any(headings):
        extra.setdefault("subgroup", tuple(headings))
    for ours, at in (("year", columns.year), ("subgroup", columns.subgroup)):
        if at is not None and at not in used:
            extra.setdefault(ours, extra[table.header[at]])
    return extra
