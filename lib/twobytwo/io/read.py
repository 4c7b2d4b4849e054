"""From a source to its studies: open, find the table, read it, say what was done."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from twobytwo.io import excel, header, revman
from twobytwo.io.grid import Grid, Source, decoded, opened, separated, separators
from twobytwo.io.header import Table, Wanted, plain
from twobytwo.io.studies import Studies, even, outcomes, studies
from twobytwo.io.words import CountsError, listed, shown

MANY = 8  # things that a line lists
ZIP = b"PK\x03\x04"
# How files begin that hold no text, and what to do.
OTHERS = (
    (b"%PDF", "a PDF", "copy its table into a spreadsheet"),
    (b"\xd0\xcf\x11\xe0", "an old Excel file (.xls), or one with a password",
     "save it as .xlsx without a password, or as CSV (UTF-8)"),
    (b"\x1f\x8b", "compressed, as R's data files are", "write it as CSV (UTF-8)"),
    (b"RDX", "R's own format", "write it with write.csv"),
    (b"<stata_dta>", "Stata's own format", "write it with: export delimited"),
    (b"$FL", "SPSS's own format", "save it as CSV"),
    (b'{"', "JSON", "write it as CSV (UTF-8)"),
    (b"{\\rtf", "a text document", "save its table as CSV (UTF-8)"),
    (b"\x89PNG", "a picture", "type its counts into a spreadsheet"),
    (b"\xff\xd8\xff", "a picture", "type its counts into a spreadsheet"),
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


def read(
    source: Source, wanted: Wanted, outcome: str | None = None, sheet: str | None = None
) -> tuple[Studies, Reading]:
    """Read the studies of one outcome, and how they were read.

    Raises
    ------
    CountsError
        If the source cannot be read in one way only.
    """
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


def outcomes_of(source: Source, wanted: Wanted, sheet: str | None = None) -> list[str]:
    """The outcomes that a source names, in its order; none where no column does.

    Raises
    ------
    CountsError
        If the source cannot be read in one way only.
    """
    return outcomes(_table(source, wanted, sheet)[1])


def _table(
    source: Source, wanted: Wanted, sheet: str | None
) -> tuple[Grid, Table, revman.Printed, list[str]]:
    """The grid that was chosen, its table, what the file prints of itself, and cautions."""
    name, content = opened(source)
    grids, printed, cautions = _grids(name, content, wanted)
    grid = _sheet(grids, sheet, wanted)
    if wanted.two_arms and (at := _export(grid)) is not None:
        grid, printed = revman.of_export(replace(grid, rows=grid.rows[at:]))
    return grid, even(header.found(grid, wanted)), printed, cautions


def _grids(
    name: str, content: bytes | Grid, wanted: Wanted
) -> tuple[list[Grid], revman.Printed, list[str]]:
    """What the source holds: one grid, or one for each sheet."""
    if isinstance(content, Grid):
        return [content], {}, []
    if content.startswith(ZIP):
        return excel.grids(name, _workbook(name, content)), {}, []
    if b"<COCHRANE_REVIEW" in content[:5000]:
        grid, printed = revman.of_file(name, content)
        return [grid], printed, []
    for start, kind, mend in OTHERS:
        if content.startswith(start):
            raise CountsError(f"{name}: this is {kind}, not text; {mend}.")
    if content[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype", b"<html")):
        raise CountsError(f"{name}: this is a web page; save its table as CSV (UTF-8).")
    text, caution = decoded(name, content)
    if not text.strip():
        ours = ",".join(("study", *wanted.roles))
        raise CountsError(f"{name}: the file is empty; write the header {ours}.")
    grid = separated(name, text, _separator(name, text, wanted))
    return [grid], {}, [caution] if caution else []


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


def _not_understood(grid: Grid, wanted: Wanted) -> header.Unclear | None:
    """Why a grid has no header; None if it has one."""
    if _export(grid) is None:
        try:
            header.found(grid, wanted)
        except header.Unclear as unclear:
            return unclear
    return None


def _export(grid: Grid) -> int | None:
    """Where the header of RevMan's export stands."""
    first = enumerate(grid.rows[:5])
    return next((i for i, row in first if set(map(plain, row.cells)) >= revman.EXPORT), None)


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
        which = listed(grid.sheet or "" for grid in visible or good)
        what = f"the sheets {which}" if visible else f"only hidden sheets ({which})"
        raise CountsError(
            f"{name}: {what} hold counts; choose one, for example --sheet "
            f"{(visible or good)[0].sheet!r}."
        )
    errors = [(grid.visible, unclear) for grid, unclear in tried if unclear]
    raise max(errors, key=lambda one: (one[0], one[1].found))[1]
