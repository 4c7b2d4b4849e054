"""Which rows are studies: those of the outcome, without titles, notes, headings and totals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from twobytwo.io import words
from twobytwo.io.cells import has_digit, is_pair, pair, whole
from twobytwo.io.columns import Columns
from twobytwo.io.errors import CountsError, listed, shown
from twobytwo.io.names import plain
from twobytwo.io.table import Row, Table

# Rows called so are totals; those that only begin so may be the trial TOTAL of 2015.
TOTAL = re.compile(
    r"(sub |sub|grand )?totals?( events)?|all( (studies|trials|patients|rct?s))?|overall( total)?|"
    r"pooled( (estimate|total|effect|results?))?|sum|summary( (estimate|effect))?|combined|"
    r"(random|fixed|common) effects?( model)?"
)
LIKE_TOTAL = re.compile(
    r"(sub ?|grand ?)?totals? .*|.* (sub ?)?totals?|(overall|pooled|all|sum) .*"
)
MAYBE_TOTAL = re.compile(
    "total|^all|overall|pooled|sum|combined|effect", re.IGNORECASE | re.MULTILINE
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


@dataclass
class Sifted:
    """The rows that are studies, and what was left out.

    Attributes
    ----------
    rows : list of Row
    headings : list of str
        Under which heading each row stands; `""` for none.
    skipped : list of str
        In words.
    """

    rows: list[Row] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


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
    for row in table.rows:
        cells = row.cells
        if len(cells) > wide and not any(cell.strip() for cell in cells[wide:]):
            cells = cells[:wide]
        if len(cells) != wide:
            filled = sum(bool(cell.strip()) for cell in cells)
            is_note = filled == 1 and not FIELDS.search(_text(row))
            if not is_note and not (NOTE.match(cells[0]) and not any(map(has_digit, cells[1:]))):
                raise CountsError(
                    f"{table.place}, row {row.number}: has {len(cells)} fields where the header "
                    f"has {wide}; quote values that contain the separator, or add what is missing."
                )
            text = ",".join(cells) if filled > 1 else _text(row)
            cells = [text] + [""] * (wide - 1)
        rows.append(Row(row.number, cells))
    return replace(table, rows=rows)


def outcomes(table: Table, columns: Columns) -> list[str]:
    """The outcomes that have counts, in the order of their first rows; none without a column."""
    if columns.outcome is None:
        return []
    at, used = columns.outcome, columns.used
    counted = (row for row in table.rows if _counted(row, used))
    return list(dict.fromkeys(row.cells[at].strip() for row in counted))


def of_outcome(table: Table, columns: Columns, outcome: str | None) -> Table:
    """The rows of one outcome.

    Raises
    ------
    CountsError
        If there are several and none is chosen, or there is none such.
    """
    if not table.rows:
        below = table.at + 1 if isinstance(table.at, int) else "1"
        raise CountsError(
            f"{table.place}, row {below}: there are no studies below the header; "
            "add one row per study."
        )
    at = columns.outcome
    if at is None:
        if outcome is not None:
            mend = f"the column is missing, so outcome {shown(outcome)} cannot be chosen"
            raise table.refusal("outcome", f"{mend}; add the column or leave the outcome out")
        return table
    names = outcomes(table, columns)
    where = f"{table.place}, column {table.header[at]}"
    if outcome is None:
        if len(names) > 1:
            raise CountsError(
                f"{where}: holds {len(names)} outcomes ({listed(names)}); "
                f"choose one, for example --outcome {shown(names[0])}."
            )
        # Rows of other outcomes, such as means, hold no counts.
        mine = {"", *names}
        return replace(table, rows=[row for row in table.rows if row.cells[at].strip() in mine])
    chosen = [row for row in table.rows if row.cells[at].strip() == outcome.strip()]
    if not chosen:
        chosen = [row for row in table.rows if plain(row.cells[at]) == plain(outcome)]
    if not chosen:
        raise CountsError(f"{where}: no row has {shown(outcome)}; choose one of {listed(names)}.")
    return replace(table, rows=chosen)


def sifted(table: Table, columns: Columns) -> Sifted:
    """Leave out what is no study, and say so.

    Raises
    ------
    CountsError
        If a row is called a total and is none.
    """
    used = columns.used
    if _all_studies(table, columns):
        return Sifted(list(table.rows), [""] * len(table.rows))
    found = Sifted()
    heading = ""
    last = max((i for i, row in enumerate(table.rows) if _counted(row, used)), default=-1)
    for i, row in enumerate(table.rows):
        if all(RULE.fullmatch(cell.strip()) for cell in row.cells):
            continue
        if not _counted(row, used):
            said = _text(row)
            if i > last and (_is_note(row) or _is_far(row, table.rows[last])):
                found.skipped.append(f"row {row.number}, a note ({shown(said)})")
                continue
            if row.cells[0].lstrip().startswith("#"):
                found.skipped.append(f"row {row.number}, a comment ({shown(said)})")
                continue
            if i < last and (heading or not found.rows) and _is_heading(row):
                heading = said
                found.skipped.append(f"row {row.number}, a heading ({shown(said)})")
                continue
            if TOTAL.fullmatch(plain(said)) or LIKE_TOTAL.fullmatch(plain(said)):
                found.skipped.append(f"row {row.number}, a total ({shown(said)})")
                continue
        elif [cell.strip() for cell in row.cells] == table.header:
            found.skipped.append(f"row {row.number}, the header again")
            continue
        elif _is_total(table, columns, row, found.rows):
            called = row.cells[columns.study].strip() or "without a name"
            found.skipped.append(f"row {row.number}, a total ({shown(called)})")
            continue
        found.rows.append(row)
        found.headings.append(heading)
    if not found.rows:
        raise CountsError(
            f"{table.place}, row {table.rows[0].number}: there are no studies below the header; "
            "add one row per study."
        )
    return found


def _all_studies(table: Table, columns: Columns) -> bool:
    """Whether all rows have names and digits, and none is called a total: seen at once."""
    names = table.column(table.rows, columns.study)
    return (
        all(map(str.strip, names))
        and not MAYBE_TOTAL.search("\n".join(names))
        and all(all(map(str.isdecimal, table.column(table.rows, at))) for at in columns.used)
    )


def _counted(row: Row, used: Sequence[int]) -> bool:
    return any(row.cells[at].strip() for at in used)


def _text(row: Row) -> str:
    return next((cell.strip() for cell in row.cells if cell.strip()), "")


def _is_note(row: Row) -> bool:
    text = _text(row)
    if STUDY.search(text) and len(text.split()) < 5:
        return False
    return bool(
        NOTE.match(text) or ":" in text or text.endswith(".") or len(text.split()) > 5
    )  # fmt: skip


def _is_far(row: Row, last: Row) -> bool:
    """Whether a row stands far below the table, as stray cells of a sheet do."""
    return isinstance(row.number, int) and row.number - int(last.number) > FAR


def _is_heading(row: Row) -> bool:
    """Whether one cell is filled, with what does not end like the name of a study."""
    filled = [cell for cell in row.cells if cell.strip()]
    return len(filled) == 1 and not STUDY.search(filled[0])


def _is_total(table: Table, columns: Columns, row: Row, above: Sequence[Row]) -> bool:
    """Whether a row with counts is the sum of rows above it."""
    name = row.cells[columns.study].strip()
    called = plain(name)
    bare = TOTAL.fullmatch(called) is not None
    if name and not bare and not LIKE_TOTAL.fullmatch(called):
        return False
    if not name and (columns.arm is not None or row is not table.rows[-1] or len(above) < 2):
        return False
    if columns.arm is not None:
        above = [one for one in above if one.cells[columns.arm] == row.cells[columns.arm]]
    if _is_sum(columns, row, above, least=1 if bare else 2):
        return True
    if bare and above:
        raise table.error(row, columns.study, words.NO_SUM)
    return False


def _is_sum(columns: Columns, row: Row, above: Sequence[Row], least: int) -> bool:
    """Whether all counts of a row are sums over the same rows just above it."""
    used = [at for at in columns.used if row.cells[at].strip()]
    try:
        target = [_number(row.cells[at]) for at in used]
        sums = [(0, 0)] * len(used)
        for rows, one in enumerate(reversed(above), 1):
            added = [_number(one.cells[at]) for at in used]
            sums = [(a + c, b + d) for (a, b), (c, d) in zip(sums, added, strict=True)]
            if sums == target and rows >= least:
                return True
    except ValueError:
        return False
    return False


def _number(cell: str) -> tuple[int, int]:
    return pair(cell) if is_pair(cell) else (whole(cell), 0)
