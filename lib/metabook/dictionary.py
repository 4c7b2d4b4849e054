"""The data dictionary, made from ``data/datapackage.json``."""

from __future__ import annotations

import json
from typing import Any

from metabook import data
from metabook.table import Table, table


def _package() -> dict[str, Any]:
    package: dict[str, Any] = json.loads((data.DATA / "datapackage.json").read_text("utf-8"))
    return package


def files() -> Table:
    """One row for each file."""
    rows = [
        (resource["path"], resource["description"], len(data.rows(resource["path"])))
        for resource in _package()["resources"]
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
    for resource in _package()["resources"]:
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
