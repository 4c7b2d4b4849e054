"""Which rows of a table are studies: no notes, headings and totals; and which are of an arm."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from twobytwo.io import words
from twobytwo.io.cells import Unreadable, has_digit, is_pair, pair, whole
from twobytwo.io.grid import Row
from twobytwo.io.header import Table, Wanted, choose, example, first, key, plain
from twobytwo.io.words import CountsError, listed, shown

# Rows called so are totals; those that only begin so may be the trial TOTAL of 2015.
TOTAL = re.compile(
    r"(sub |sub|grand )?totals?( events)?|all( (studies|trials|patients|rct?s))?|overall( total)?|"
    r"pooled( (estimate|total|effect|results?))?|sum|summary( (estimate|effect))?|combined|"
    r"(random|fixed|common) effects?( model)?|[rfc]e model"
)
LIKE_TOTAL = re.compile(
    r"(sub ?|grand ?)?totals? .*|.* (sub ?)?totals?|(overall|pooled|all|sum) .*"
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


def even(table: Table) -> Table:
    """Make every row as wide as the header; only a note may have more cells, or fewer."""
    wide, rows = len(table.header), []
    for number, cells in table.rows:
        if len(cells) > wide and not first(cells[wide:]):
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


def sifted(table: Table) -> tuple[list[Row], list[str], list[str]]:
    """The rows that are studies, the heading over each, and what was left out, in words."""
    rows: list[Row] = []
    headings, skipped, heading = [], [], ""
    counted = [any(row.cells[at].strip() for at in table.columns.used) for row in table.rows]
    last = max((i for i, is_ in enumerate(counted) if is_), default=-1)
    for i, row in enumerate(table.rows):
        cells = [cell.strip() for cell in row.cells]
        label, what = first(cells), ""
        if all(map(RULE.fullmatch, cells)):
            continue
        if counted[i] and cells == table.header:
            skipped.append(f"row {row.number}, the header again")
            continue
        if counted[i]:
            if _is_total(table, i, rows, last):
                what, label = "total", cells[table.columns.study] or "without a name"
        elif i > last and _is_note(label, row.number, table.rows[last].number):
            what = "note"
        elif row.cells[0].lstrip().startswith("#"):
            what = "comment"
        elif i < last and (heading or not rows) and _is_heading(cells):
            what, heading = "heading", label
        elif _called_total(label):
            what = "total"
        if what:
            skipped.append(f"row {row.number}, a {what} ({shown(label)})")
        else:
            rows.append(row)
            headings.append(heading)
    return rows, headings, skipped


def _filled(cells: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in cells if cell.strip()]


def _called_total(name: str) -> bool:
    called = plain(name)
    return bool(TOTAL.fullmatch(called) or LIKE_TOTAL.fullmatch(called))


def _is_heading(cells: Sequence[str]) -> bool:
    """Whether one cell is filled, with what does not end like the name of a study."""
    filled = _filled(cells)
    return len(filled) == 1 and not STUDY.search(filled[0])


def _is_note(text: str, number: int | str, last: int | str) -> bool:
    """Whether a row without counts, below the last study, is a note."""
    if isinstance(number, int) and number - int(last) > FAR:
        return True  # stray cells of a sheet stand far below the table
    words = len(text.split())
    is_name = STUDY.search(text) and words < 5
    is_note = NOTE.match(text) or ":" in text or text.endswith(".") or words > 5
    return bool(is_note and not is_name)


def _is_total(table: Table, at: int, above: Sequence[Row], last: int) -> bool:
    """Whether a row with counts is the sum of rows above it, or the first row that of the rest."""
    row, study, arm = table.rows[at], table.columns.study, table.columns.arm
    name = row.cells[study].strip()
    bare = TOTAL.fullmatch(plain(name)) is not None
    if name and not _called_total(name):
        return False
    if not name and (arm is not None or at + 1 < len(table.rows) or len(above) < 2):
        return False
    if arm is not None:
        above = [one for one in above if one.cells[arm] == row.cells[arm]]
    below = table.rows[at + 1 : last + 1]
    if not bare:
        return _is_sum(table, row, above, least=2)
    cells = _filled([row.cells[at] for at in table.columns.used])
    if (
        all(cell.startswith("=") for cell in cells)  # of a formula that no program has computed
        or _is_sum(table, row, above, least=1)
        or (not above and _is_sum(table, row, below[::-1], least=2))
    ):
        return True
    if above or below:
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


def of_arms(
    table: Table, rows: Sequence[Row], at: int, wanted: Wanted
) -> tuple[list[Row], tuple[str, str] | None]:
    """The rows of the treatment and of the control, and how the column at `at` calls these."""
    study, name = table.columns.study, ""
    filled = []
    for number, cells in rows:  # the name may stand in the first row of its study only
        name = cells[study].strip() or name
        filled.append(Row(number, [*cells[:study], name, *cells[study + 1 :]]))
    labels: dict[str, str] = {}
    for _, cells in filled:
        labels.setdefault(plain(label := cells[at].strip()), label)
    called = list(labels.values())
    chosen = choose(called, wanted) if wanted.two_arms else None
    if wanted.two_arms and chosen is None:
        mend = f"holds the arms {listed(called)}; say which is the control: {example(called)}"
        raise table.refusal(table.header[at], mend)
    if chosen is None and wanted.treatment is None:
        return filled, None
    taken = set(map(plain, chosen or [wanted.treatment or ""]))
    if not taken <= labels.keys():
        mend = f"no row has {shown(wanted.treatment or '')}; choose one of {listed(called)}"
        raise table.refusal(table.header[at], mend)
    return [row for row in filled if plain(row.cells[at]) in taken], chosen


def pairs(
    table: Table, rows: Sequence[Row], at: int, names: Sequence[str], chosen: tuple[str, str]
) -> tuple[list[int], list[int], list[str]]:
    """Where the treated and the control arm of each study stand, and what was left out, in words.

    A study without one of them is another comparison where arms were chosen from several,
    and is left out; where there are no others, a row is missing.
    """
    treated, controls = (
        {key(names[i]): i for i, row in enumerate(rows) if plain(row.cells[at]) == plain(arm)}
        for arm in chosen
    )
    skipped = []
    several = len({plain(row.cells[at]) for row in table.rows} - {""}) > 2
    for here, there, lacks in ((treated, controls, chosen[1]), (controls, treated, chosen[0])):
        for name in [name for name in here if name not in there]:
            row = rows[here[name]]
            if not several:
                mend = f"{names[here[name]]} has no row for the arm {shown(lacks)}; add it, or "
                raise table.error(row, at, mend + "delete this row")
            skipped.append(f"row {row.number}, a study without {shown(lacks)}")
    both = [name for name in treated if name in controls]
    if not both:
        mend = f"no study has both {shown(chosen[0])} and {shown(chosen[1])}; choose two others"
        raise table.refusal(table.header[at], mend)
    return [treated[name] for name in both], [controls[name] for name in both], skipped
