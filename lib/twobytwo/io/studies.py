"""The studies of a table: which rows they are, their names, their counts, and what may be wrong.

Rows may also be titles, notes, headings and totals; a study may have one row, or one for each
arm, and in a row an arm may have events and patients, cells of the 2x2 table, or 5/50.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from twobytwo.io import words
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
# From here on, and among so few, two studies hardly have the same controls by chance.
PATIENTS, EVENTS, FEW = 50, 5, 50
MANY = 3  # groups of rows that a caution names
# Columns that name the arms of each row, as netmeta and gemtc have them.
NUMBERED_ARM = re.compile(
    r"(treat|treatment|trt|t|arm|drug|intervention)[ ._]?[12]|control|comparator", re.IGNORECASE
)


@dataclass(frozen=True)
class Studies:
    """What a table holds."""

    names: tuple[str, ...]  # k, all different
    counts: list[NDArray[np.int64]]  # events and patients of each arm, shape (k,)
    extra: Mapping[str, tuple[str, ...]]  # the other columns
    numbers: list[int | str]  # of their rows
    understood: list[tuple[str, str]]  # what the file calls the arms, and what they were taken for
    skipped: list[str]  # what was left out, in words
    cautions: list[str]


def studies(table: Table, wanted: Wanted, outcome: str | None = None) -> Studies:
    """Read the studies of one outcome, or refuse the first row that cannot be used."""
    table = of_outcome(table, outcome)
    rows, headings, skipped = _sifted(table)
    rows, chosen = _of_arms(table, rows, wanted)
    names, cautions = _named(table, rows)
    counts = _counts(table, rows, names)
    if chosen:
        treated, controls = _pairs(table, rows, names, chosen, skipped)
        counts = [one[arm] for arm in (treated, controls) for one in counts]
        rows, names = [rows[i] for i in treated], [names[i] for i in treated]
        headings = [""] * len(rows)
    elif (total := a_sum(counts)) is not None:
        raise table.error(rows[total], table.columns.study, words.A_SUM)
    extra = _extra(table, rows, headings)
    cautions += _same(names, counts) + _compared(extra)
    arms = zip(chosen or (), (TREATMENT, CONTROL), strict=False)
    return Studies(
        tuple(names), counts, extra, [row.number for row in rows],
        [(name, arm) for name, arm in arms if name != arm], skipped, cautions,
    )  # fmt: skip


# Which rows are studies.


def even(table: Table) -> Table:
    """Make every row as wide as the header; only a note may have more cells, or fewer."""
    wide = len(table.header)
    if all(len(row.cells) == wide for row in table.rows):
        return table
    rows = []
    for number, cells in table.rows:
        if len(cells) > wide and not any(map(str.strip, cells[wide:])):
            cells = cells[:wide]
        if len(cells) != wide:
            filled = _filled(cells)
            alone = len(filled) == 1
            is_note = NOTE.match(cells[0]) and not any(map(has_digit, cells[1:]))
            if not is_note and not (alone and not FIELDS.search(filled[0])):
                raise CountsError(
                    f"{table.place}, row {number}: has {len(cells)} fields where the header "
                    f"has {wide}; quote values that contain the separator, or add what is missing."
                )
            cells = [filled[0] if alone else ",".join(cells)] + [""] * (wide - 1)
        rows.append(Row(number, cells))
    return replace(table, rows=rows)


def outcomes(table: Table) -> list[str]:
    """The outcomes that have counts, in the order of their first rows; none without a column."""
    at, used = table.columns.outcome, table.columns.used
    if at is None:
        return []
    return list(dict.fromkeys(row.cells[at].strip() for row in table.rows if _counted(row, used)))


def of_outcome(table: Table, outcome: str | None) -> Table:
    """The rows of one outcome, which must be chosen where there are several."""
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
    called = _column(table.rows, at)
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


def _sifted(table: Table) -> tuple[list[Row], list[str], list[str]]:
    """The rows that are studies, the heading over each, and what was left out, in words."""
    if _all_studies(table):
        return table.rows, [""] * len(table.rows), []
    rows: list[Row] = []
    headings: list[str] = []
    skipped: list[str] = []
    heading = ""
    counted = [_counted(row, table.columns.used) for row in table.rows]
    last = max((i for i, is_ in enumerate(counted) if is_), default=-1)
    for i, row in enumerate(table.rows):
        cells = [cell.strip() for cell in row.cells]
        said, what = next(filter(None, cells), ""), ""
        if all(map(RULE.fullmatch, cells)):
            continue
        if counted[i]:
            if cells == table.header:
                skipped.append(f"row {row.number}, the header again")
                continue
            if _is_total(table, row, rows, table.rows[i + 1 : last + 1]):
                what, said = "total", cells[table.columns.study] or "without a name"
        else:
            what = _no_study(row, table.rows[last], i > last)
            if not what and i < last and (heading or not rows) and _is_heading(cells):
                what, heading = "heading", said
            if not what and _called_total(said):
                what = "total"
        if what:
            skipped.append(f"row {row.number}, a {what} ({shown(said)})")
        else:
            rows.append(row)
            headings.append(heading)
    if not rows:
        raise _no_studies(table, table.rows[0].number)
    return rows, headings, skipped


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


def _filled(cells: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in cells if cell.strip()]


def _counted(row: Row, used: Sequence[int]) -> bool:
    return any(row.cells[at].strip() for at in used)


def _called_total(name: str) -> bool:
    called = plain(name)
    return bool(TOTAL.fullmatch(called) or LIKE_TOTAL.fullmatch(called))


def _is_heading(cells: Sequence[str]) -> bool:
    """Whether one cell is filled, with what does not end like the name of a study."""
    filled = _filled(cells)
    return len(filled) == 1 and not STUDY.search(filled[0])


def _no_study(row: Row, last: Row, below: bool) -> str:
    """What a row without counts is: a note below the last study, or a comment; else blank."""
    text = next(iter(_filled(row.cells)), "")
    if below:
        is_name = STUDY.search(text) and len(text.split()) < 5
        is_note = NOTE.match(text) or ":" in text or text.endswith(".") or len(text.split()) > 5
        # Stray cells of a sheet stand far below the table.
        far = isinstance(row.number, int) and row.number - int(last.number) > FAR
        if far or (is_note and not is_name):
            return "note"
    return "comment" if row.cells[0].lstrip().startswith("#") else ""


def _is_total(table: Table, row: Row, above: Sequence[Row], below: Sequence[Row]) -> bool:
    """Whether a row with counts is the sum of rows above it, or the first row that of the rest."""
    study, arm = table.columns.study, table.columns.arm
    name = row.cells[study].strip()
    bare = TOTAL.fullmatch(plain(name)) is not None
    if name and not _called_total(name):
        return False
    if not name and (arm is not None or row is not table.rows[-1] or len(above) < 2):
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

    def counts(one: Row) -> list[tuple[int, int]]:
        cells = (one.cells[at] for at in used)
        return [pair(cell) if is_pair(cell) else (whole(cell), 0) for cell in cells]

    used = [at for at in table.columns.used if row.cells[at].strip()]
    try:
        target, sums = counts(row), np.zeros((len(used), 2), dtype=int)
        for rows, one in enumerate(reversed(above), 1):
            sums += counts(one)
            if rows >= least and (sums == target).all():
                return True
    except Unreadable:
        pass
    return False


# One row for each arm.


def _of_arms(
    table: Table, rows: list[Row], wanted: Wanted
) -> tuple[list[Row], tuple[str, str] | None]:
    """The rows of the treatment and of the control, and how the file calls these."""
    at, study = table.columns.arm, table.columns.study
    if at is None:
        return rows, None
    filled, name = [], ""
    for number, cells in rows:  # the name may stand in the first row of its study only
        name = cells[study].strip() or name
        filled.append(Row(number, [*cells[:study], name, *cells[study + 1 :]]))
    labels: dict[str, str] = {}
    for label in _column(filled, at):
        labels.setdefault(plain(label), label)
    called = list(labels.values())
    if wanted.two_arms:
        chosen = choose(called, wanted)
        if chosen is None:
            mend = f"holds the arms {listed(called)}; say which is the control: {example(called)}"
            raise table.refusal(table.header[at], mend)
        taken = set(map(plain, chosen))
    elif wanted.treatment is None:
        return filled, None
    else:
        chosen, taken = None, {plain(wanted.treatment)}
        if not taken <= labels.keys():
            mend = f"no row has {shown(wanted.treatment)}; choose one of {listed(called)}"
            raise table.refusal(table.header[at], mend)
    return [row for row in filled if plain(row.cells[at]) in taken], chosen


def _pairs(
    table: Table, rows: Sequence[Row], names: Sequence[str], chosen: tuple[str, str],
    skipped: list[str],
) -> tuple[list[int], list[int]]:  # fmt: skip
    """Where the treated arm and the control arm of each study stand.

    A study without one of them is another comparison where arms were chosen from several,
    and is left out; where there are no others, a row is missing.
    """
    at = table.columns.arm
    assert at is not None
    treated, controls = (
        {key(names[i]): i for i, row in enumerate(rows) if plain(row.cells[at]) == plain(arm)}
        for arm in chosen
    )
    several = len({plain(label) for label in _column(table.rows, at) if label}) > 2
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


def key(name: str) -> str:
    """What two spellings of a name share: letters, whatever their case, width and blanks.

    Examples
    --------
    >>> key("Alder  2001") == key("ＡＬＤＥＲ 2001")
    True
    """
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
        without_width = [sign for sign in name if unicodedata.category(sign) != "Cf"]
        name = "".join(without_width) or name
    return " ".join(name.casefold().split())


def _repeated(keys: Sequence[Hashable]) -> tuple[int, int] | None:
    """The first position whose key was there before, and where; None if all differ."""
    seen: dict[Hashable, int] = {}
    for at, one in enumerate(keys):
        if seen.setdefault(one, at) != at:
            return at, seen[one]
    return None


def _named(table: Table, rows: Sequence[Row]) -> tuple[list[str], list[str]]:
    """The names of the studies, with the year or the subgroup where the name alone repeats."""
    columns = table.columns
    names = _column(rows, columns.study)
    keys = _keys(table, rows, names)
    if columns.year is not None and _repeated(keys):
        dated = [
            name if year in name else f"{name} {year}"
            for name, year in zip(names, _column(rows, columns.year), strict=True)
        ]
        if len(set(again := _keys(table, rows, dated))) > len(set(keys)):
            names, keys = dated, again
    if columns.subgroup is None or not _repeated(keys):
        return names, []
    often = Counter(keys)
    twice = dict.fromkeys(name for name, one in zip(names, keys, strict=True) if often[one] > 1)
    names = [
        f"{name} ({group})" if often[one] > 1 else name
        for name, group, one in zip(names, _column(rows, columns.subgroup), keys, strict=True)
    ]
    return names, [f"in several subgroups: {listed(twice)}; no patient may be in two of them"]


def _keys(table: Table, rows: Sequence[Row], names: Sequence[str]) -> Sequence[Hashable]:
    """What no two rows share: the study, and the arm where there is a row for each."""
    keys = list(map(key, names))
    if table.columns.arm is None:
        return keys
    return list(zip(keys, map(plain, _column(rows, table.columns.arm)), strict=True))


def _counts(table: Table, rows: Sequence[Row], names: Sequence[str]) -> list[NDArray[np.int64]]:
    """Events and patients of each arm; or what is wrong with the first row that cannot be used."""
    again = _repeated(_keys(table, rows, names))
    arms = table.columns.arms.values()
    if all(names) and not again and (found := _at_once(rows, arms)):
        return found
    counts = []
    for i, (row, name) in enumerate(zip(rows, names, strict=True)):
        if not name:
            raise table.error(row, table.columns.study, words.NO_NAME)
        if again and i == again[0]:
            raise _twice(table, rows, names, again)
        pairs = [(arm, _of_arm(table, row, arm)) for arm in arms]
        for arm, (events, n) in pairs:
            _check(table, row, arm, events, n)
        counts.append([count for _, of_arm in pairs for count in of_arm])
    return list(np.array(counts, dtype=np.int64).T)


def _at_once(rows: Sequence[Row], arms: Iterable[Arm]) -> list[NDArray[np.int64]] | None:
    """The counts of many rows in one go, where all cells are plain digits that can be counts."""
    found = []
    for arm in arms:
        if arm.events is None or arm.n is None or arm.without is not None:
            return None
        for column in (_column(rows, arm.events), _column(rows, arm.n)):
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
        name: tuple(_column(rows, at))
        for at, name in enumerate(table.header) if at not in used and name
    }  # fmt: skip
    if any(headings):
        extra.setdefault("subgroup", tuple(headings))
    for ours, at in (("year", columns.year), ("subgroup", columns.subgroup)):
        if at is not None and at not in used:
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
    said = []
    rows = list(zip(*(one.tolist() for one in counts), strict=True))
    same = [group for group in _groups(rows) if any(rows[group[0]][::2])]
    if same:
        said.append(words.SAME_COUNTS.format(studies=_listed(same, names)))
    shared = [group for group in _sharing(names, rows) if len({rows[i] for i in group}) > 1]
    if shared:
        *_, events, n = rows[shared[0][0]]
        who = _listed(shared, names)
        said.append(words.SHARED_CONTROL.format(studies=who, events=events, n=n))
    return said


def _sharing(names: Sequence[str], rows: Sequence[tuple[int, ...]]) -> list[list[int]]:
    """Rows with the same controls, that begin with the same word or are hardly so by chance."""
    controls = [row[2:] for row in rows]
    if not any(controls):
        return []  # of a single arm
    words = [name.split(maxsplit=1)[0].casefold().rstrip(",;(") for name in names]
    found = _groups(zip(words, controls, strict=True))
    if len(controls) <= FEW:
        for group in _groups(controls):
            events, n = controls[group[0]]
            if events >= EVENTS and n >= PATIENTS and group not in found:
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
        if NUMBERED_ARM.fullmatch(name.strip()) and len(set(map(key, values))) > 1
    ]


def _groups(keys: Iterable[Hashable]) -> list[list[int]]:
    """Positions that have the same key, where there are several."""
    at: dict[Hashable, list[int]] = defaultdict(list)
    for i, one in enumerate(keys):
        at[one].append(i)
    return [group for group in at.values() if len(group) > 1]


def _listed(groups: Sequence[Sequence[int]], names: Sequence[str]) -> str:
    """Groups of studies in words, and how many more there are."""
    said = [
        " and ".join(shown(names[i]) for i in group[:MANY])
        + (f" and {len(group) - MANY} more" if len(group) > MANY else "")
        for group in groups[:MANY]
    ]
    more = [f"{len(groups) - MANY} more groups"] if len(groups) > MANY else []
    return "; in ".join(said + more)
