"""The data dictionary, made from ``data/datapackage.json``."""

from __future__ import annotations

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


def columns() -> Table:
    """One row for each column of each file."""
    rows: list[str | tuple[str, str, str]] = []
    for resource in descriptor()["resources"]:
        rows.append(resource["path"])
        rows += [
            (field["name"], field["type"], field["description"])
            for field in resource["schema"]["fields"]
        ]
    return table(
        ("Column", "Type", "Meaning"),
        rows,
        name="table-dictionary-columns",
        caption="The columns",
        align="lll",
    )
