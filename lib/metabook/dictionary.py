"""The data dictionary, made from ``data/datapackage.json``."""

from __future__ import annotations

from html import escape

from metabook.frames import as_written, descriptor
from metabook.table import Table, table


def files() -> Table:
    """One row for each file."""
    rows = [
        (resource["path"], resource["description"], len(as_written(resource["path"])))
        for resource in descriptor()["resources"]
    ]
    return table(
        ("File", "What it holds", "Rows"),
        rows,
        name="table-dictionary-files",
        caption="The files",
        align="llr",
    )


class Columns(dict[str, list[tuple[str, str, str]]]):
    """The columns of each file, shown as folds: from its path to (name, type, meaning)."""

    def __repr__(self) -> str:
        return "\n\n".join(
            "\n".join([path, *(f"  {name} ({kind}): {meaning}" for name, kind, meaning in columns)])
            for path, columns in self.items()
        )

    def _repr_html_(self) -> str:
        html = (_fold(path, f"<dl>{''.join(map(_term, rows))}</dl>") for path, rows in self.items())
        return _fold("The columns of each file", "".join(html))


def _fold(summary: str, content: str) -> str:
    heading = f"<summary>{escape(summary)}</summary>"
    return f'<details class="as-table">{heading}{content}</details>'


def _term(column: tuple[str, str, str]) -> str:
    name, kind, meaning = map(escape, column)
    return f"<dt><code>{name}</code> {kind}</dt><dd>{meaning}</dd>"


def columns() -> Columns:
    """The columns of each file."""
    keys = ("name", "type", "description")
    return Columns(
        (one["path"], [tuple(field[key] for key in keys) for field in one["schema"]["fields"]])
        for one in descriptor()["resources"]
    )
