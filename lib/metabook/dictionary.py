"""The data dictionary, made from ``data/datapackage.json``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Columns:
    """What the columns of each file mean, each file a fold: (path, [(name, type, meaning)])."""

    files: tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]

    def __repr__(self) -> str:
        return "\n\n".join(
            "\n".join([path, *(f"  {name} ({kind}): {meaning}" for name, kind, meaning in columns)])
            for path, columns in self.files
        )

    def _repr_html_(self) -> str:
        files = (_fold(path, _list(columns)) for path, columns in self.files)
        return _fold("The columns of each file", "".join(files))


def _fold(summary: str, content: str) -> str:
    said = f"<summary>{escape(summary)}</summary>"
    return f'<details class="as-table">{said}{content}</details>'


def _list(columns: Iterable[tuple[str, str, str]]) -> str:
    terms = (
        f"<dt><code>{escape(name)}</code> {escape(kind)}</dt><dd>{escape(meaning)}</dd>"
        for name, kind, meaning in columns
    )
    return f"<dl>{''.join(terms)}</dl>"


def columns() -> Columns:
    """The columns of each file."""
    return Columns(
        tuple(
            (
                resource["path"],
                tuple(
                    (field["name"], field["type"], field["description"])
                    for field in resource["schema"]["fields"]
                ),
            )
            for resource in descriptor()["resources"]
        )
    )
