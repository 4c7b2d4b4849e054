"""A file of ``data/`` as a table of the book: what it shows stands in the descriptor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from metabook import data
from metabook.frames import resource
from metabook.links import address
from metabook.table import MISSING, Cell, Table, Value, table
from metabook.templates import Templates, has_fields

Row = Mapping[str, str]
# What the property ``show`` may hold, and what each of its columns may.
SHOW = {
    *("name", "caption", "columns", "group", "groups"),
    *("align", "labels", "total", "notes"),
}
COLUMN = {"title", "text", "across", "gather", "otherwise", "badges", "link"}


def show(file: str, **only: str) -> Table:
    """Show a file of ``data/`` as its ``show`` in ``data/datapackage.json`` says.

    Parameters
    ----------
    file : str
        Its path below ``data/``.
    **only : str
        The value that a column must have: ``show("counts.csv", outcome="mortality")``.

    Returns
    -------
    Table

    Raises
    ------
    LookupError
        If the descriptor does not say how to show the file, or no row is left.

    Notes
    -----
    ``show`` is a property of a resource. It holds

    ``name``, ``caption``
        Of the table; templates, which may take the values of `only`.
    ``columns``
        In order: the name of a field, whose title is the header, or an object with a
        ``title`` and a ``text``. A text is a template, or a list of them: the first is
        taken that names no blank field and, where it is an object with ``text`` and
        ``where``, whose row has these values. With ``"gather": "; "`` all of them are taken
        and joined, each different text once. With ``"across": "arm"`` there is a column
        for each value that the field ``arm`` may have. Where a table has either, rows
        that agree in all its other columns become one. ``otherwise`` is said where
        nothing is known; ``badges`` gives a text its style, and ``link`` names the field
        whose identifier (a DOI, a PubMed or a trial number) says where the cell leads.
    ``group``
        A template; rows for which it says the same stand below it as their heading.
    ``groups``, ``align``
        Headers above the headers and one letter a column, as `metabook.table.table` takes
        them.
    ``labels``
        For a field, other words for its values.
    ``total``
        Fields that are summed in a last row.
    ``notes``
        Templates; one with fields is a note for each row that knows them. An object with
        ``mark``, ``text`` and ``where`` marks the cells across whose row has these values.

    A template names fields in braces. ``{records:,}`` sets thousands apart,
    ``{stage:capital}`` starts with a capital, ``{events:percent of n}`` is a percentage,
    exact before it is rounded, ``{source:without study}`` leaves out the study that it
    begins with, ``{outcome:slug}`` is fit for a name, and ``{outcome.label}`` follows the
    foreign key of ``outcome`` to another file.

    Examples
    --------
    >>> show("counts.csv", outcome="mortality").caption
    'Death: the counts'
    """
    spec = resource(file).get("show")
    if spec is None:
        raise LookupError(f'data/datapackage.json has no "show" for {file!r}: write it there')
    known = [(spec, SHOW), *((one, COLUMN) for one in spec["columns"] if not isinstance(one, str))]
    if odd := {key for given, right in known for key in given if key not in right}:
        raise LookupError(f'the "show" of {file!r} cannot hold {", ".join(sorted(odd))}')
    rows = [row for row in data.rows(file) if only.items() <= row.items()]
    if not rows:
        raise LookupError(f"{file} has no row with {only}")
    templates = Templates(file, spec.get("labels", {}))
    columns = list(_columns(file, spec))
    notes: list[str | Cell] = []
    for note in spec.get("notes", ()):
        if isinstance(note, str):
            notes += filter(None, (templates.fill(note, row) for row in _once(note, rows)))
        else:
            notes.append(Cell(note["text"], mark=note["mark"]))
    return table(
        [column["title"] for column in columns],
        _lines(rows, spec, columns, templates),
        name=str(templates.fill(spec["name"], only)),
        caption=str(templates.fill(spec["caption"], only)),
        totals=_totals(rows, spec, columns),
        groups=[(text, span) for text, span in spec.get("groups", ())],
        notes=notes,
        align=spec.get("align", ""),
    )


def _once(note: str, rows: Sequence[Row]) -> Sequence[Row]:
    """The rows that a note is made for: one is enough for a note that takes nothing from it."""
    return rows if has_fields(note) else rows[:1]


def _columns(file: str, spec: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    """The columns in full, those across spread out."""
    fields = {field["name"]: field for field in resource(file)["schema"]["fields"]}
    for column in spec["columns"]:
        if isinstance(column, str):
            yield {"title": fields[column]["title"], "text": [f"{{{column}}}"]}
            continue
        texts = column["text"] if isinstance(column["text"], list) else [column["text"]]
        if "across" not in column:
            yield column | {"text": texts}
            continue
        field = column["across"]
        for value in fields[field]["constraints"]["enum"]:
            yield column | {"title": value.capitalize(), "text": texts, "where": {field: value}}


def _lines(
    rows: Sequence[Row],
    spec: Mapping[str, Any],
    columns: Sequence[Mapping[str, Any]],
    templates: Templates,
) -> Iterable[Sequence[Value] | str]:
    """The rows of the table, with the headings of their groups."""
    key = [column for column in columns if not column.keys() & {"across", "gather"}]
    groups: dict[str, dict[object, list[Row]]] = {}
    for i, row in enumerate(rows):
        heading = templates.fill(spec["group"], row) if "group" in spec else ""
        same = i if key == columns else tuple(_cell([row], one, spec, templates) for one in key)
        groups.setdefault(heading or MISSING, {}).setdefault(same, []).append(row)
    for heading, merged in groups.items():
        if "group" in spec:
            yield heading
        yield from (
            [_cell(some, one, spec, templates) for one in columns] for some in merged.values()
        )


def _cell(
    rows: Sequence[Row], column: Mapping[str, Any], spec: Mapping[str, Any], templates: Templates
) -> Cell:
    here = [row for row in rows if column.get("where", {}).items() <= row.items()]
    texts = list(dict.fromkeys(_texts(here, column, templates)))
    text = column["gather"].join(texts) if "gather" in column else "".join(texts[:1])
    marks = (
        note["mark"]
        for note in spec.get("notes", ())
        if "across" in column and isinstance(note, dict)
        for row in here
        if note["where"].items() <= row.items()
    )
    return Cell(
        text or column.get("otherwise", MISSING),
        badge=column.get("badges", {}).get(text, ""),
        href=address(rows[0][column["link"]]) if "link" in column else "",
        mark="".join(dict.fromkeys(marks)),
    )


def _texts(rows: Sequence[Row], column: Mapping[str, Any], templates: Templates) -> Iterable[str]:
    """What the column's templates say of these rows, as far as their fields are known."""
    for row in rows:
        for one in column["text"]:
            template, where = (one, {}) if isinstance(one, str) else (one["text"], one["where"])
            if where.items() <= row.items() and (text := templates.fill(template, row)):
                yield text


def _totals(
    rows: Sequence[Row], spec: Mapping[str, Any], columns: Sequence[Mapping[str, Any]]
) -> list[Sequence[Value]]:
    if "total" not in spec:
        return []
    summed = {f"{{{field}}}": field for field in spec["total"]}
    sums: list[Value] = [
        sum(int(row[summed[column["text"][0]]] or 0) for row in rows)
        if column["text"][0] in summed
        else ""
        for column in columns
    ]
    return [["Total", *sums[1:]]]
