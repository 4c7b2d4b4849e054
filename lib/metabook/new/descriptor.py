"""What ``data/datapackage.json`` says of the files of a new book."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pandas as pd

from metabook.finding import CLAIMS
from metabook.frames import Arms
from metabook.new.facts import COLUMNS

OUTCOME = {"reference": {"resource": "outcomes", "fields": "outcome"}, "fields": "outcome"}
SAID = tomllib.loads(Path(__file__).with_name("columns.toml").read_text("utf-8"))


def descriptor(title: str, arms: Arms, tables: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """The descriptor of a book's data, by the Data Package standard.

    Parameters
    ----------
    title : str
        Of the book.
    arms : Arms
        What it calls its arms.
    tables : dict of str to DataFrame
        The files, as `metabook.new.facts.tables` makes them.
    """
    return {
        "name": "counts",
        "title": title,
        "licenses": [{"name": "CC0-1.0", "title": "CC0 1.0"}],
        "arms": arms._asdict(),
        "resources": [_resource(file, tables[file], arms) for file in tables],
    }


def _resource(file: str, frame: pd.DataFrame, arms: Arms) -> dict[str, Any]:
    about = SAID["files"][file]
    made: dict[str, Any] = {
        "name": file.removesuffix(".csv"), "type": "table", "path": file, "title": about["title"],
        "description": about["description"], "format": "csv", "mediatype": "text/csv",
        "encoding": "utf-8", "schema": {
            "fields": [_field(name) for name in frame], "missingValues": [""],
            "primaryKey": about["key"],
        },
    }  # fmt: skip
    if "outcome" in frame and file != "outcomes.csv":
        made["schema"]["foreignKeys"] = [OUTCOME]
    if file == "counts.csv":
        shown = ["study", *(name for name in ("year", "subgroup") if name in frame), *COLUMNS]
        made["show"] = {
            "name": "table-counts-{outcome:slug}",
            "caption": "The counts: {outcome}",
            "columns": [*shown, "source"],
            "groups": [["", len(shown) - 4], [arms.treatment, 2], [arms.control, 2], ["", 1]],
        }
    return made


def _field(name: str) -> dict[str, Any]:
    made = {"name": name, **SAID["fields"][name]}
    made["description"] = made["description"].replace("{claims}", ", ".join(CLAIMS))
    return made | {"type": "integer" if name in COLUMNS else "string"}
