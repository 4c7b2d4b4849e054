"""What ``data/datapackage.json`` says of the files of a new book."""

from __future__ import annotations

from typing import Any

import pandas as pd

from metabook.finding import CLAIMS
from metabook.new.facts import COLUMNS

WHOLE = {"minimum": 0, "required": True}
OUTCOME = {"reference": {"resource": "outcomes", "fields": "outcome"}, "fields": "outcome"}
# Of each column its title and what it holds; of some, rules.
FIELDS: dict[str, tuple[str, str]] = {
    "outcome": ("Outcome", "The key used in the other files."),
    "study": ("Study", "Its name, different in every row of an outcome."),
    "events_treatment": ("Events", "Patients of the treatment arm with the event."),
    "n_treatment": ("Patients", "Patients of the treatment arm in all."),
    "events_control": ("Events", "Control patients with the event."),
    "n_control": ("Patients", "Control patients in all."),
    "year": ("Year", "Of the study."),
    "subgroup": ("Subgroup", "To which the study belongs."),
    "basis": ("Basis", "How the counts were obtained."),
    "source": ("Source", "Where it was read."),
    "label": ("Label", "The name shown in the book."),
    "short": ("Short label", "The name where room is scarce."),
    "slug": ("Slug", "The word that the names of its numbers begin with."),
    "verb": ("Verb", "What a sentence says of patients with the event: they die."),
    "definition": ("Definition", "What counts as the event."),
    "better": ("Better", "Which direction is good for the patient; axis labels follow it."),
    "pooled": ("Pooled", "Whether the book pools it."),
    "note": ("Note", "What a reader must know before using the row."),
    "page": ("Page", "The page on which the sentence stands."),
    "sentence": ("Sentence", "A sentence of the prose, as it stands there."),
    "claim": ("Claim", f"What it claims, joined by semicolons: {', '.join(CLAIMS)}."),
    "id": ("Row", "Name of the row."),
    "place": ("Place", "Where in the text it stands."),
    "statement": ("Statement", "What the number is."),
    "printed": ("Printed", "The number as printed."),
    "kind": ("Kind", "What sort of number it is."),
    "computed_by": ("Computed by", "What computes it from the counts."),
    "verdict": ("Verdict", "Whether the number comes back."),
    "explanation": ("Explanation", "Why the verdict is what it is."),
}
RULES: dict[str, dict[str, Any]] = {
    "outcome": {"required": True},
    "study": {"required": True},
    "events_treatment": WHOLE,
    "events_control": WHOLE,
    "n_treatment": {"minimum": 1, "required": True},
    "n_control": {"minimum": 1, "required": True},
    "basis": {"enum": ["verbatim count", "percent x n", "recovered by inversion"]},
    "better": {"enum": ["fewer", "more"], "required": True},
    "pooled": {"enum": ["yes", "no"], "required": True},
    "slug": {"pattern": "[a-z][a-z0-9-]*", "required": True, "unique": True},
    "verdict": {
        "enum": ["matches", "by construction", "differs", "ambiguous", "not recomputable"],
        "required": True,
    },
}
ABOUT = {
    "counts.csv": ("Counts", "The counts of every study, one row for each outcome."),
    "outcomes.csv": ("Outcomes", "What each outcome is, and which direction is good."),
    "claims.csv": ("Claims", "Sentences of the prose that the data must bear out."),
    "published.csv": ("Published numbers", "Printed results, and whether they come back."),
}
KEYS = {
    "counts.csv": ["outcome", "study"], "outcomes.csv": ["outcome"],
    "claims.csv": ["page", "outcome", "sentence"], "published.csv": ["id"],
}  # fmt: skip


def descriptor(
    title: str, treatment: str, control: str, tables: dict[str, pd.DataFrame]
) -> dict[str, Any]:
    """The descriptor of a book's data, by the Data Package standard.

    Parameters
    ----------
    title, treatment, control : str
        Of the book, of its arms.
    tables : dict of str to DataFrame
        The files, as `metabook.new.facts.tables` makes them.
    """
    return {
        "name": "counts",
        "title": title,
        "licenses": [{"name": "CC0-1.0", "title": "CC0 1.0"}],
        "arms": {
            "treatment": treatment,
            "control": control,
            "with_treatment": f"with {treatment}",
            "without_treatment": f"with {control}",
        },
        "resources": [_resource(file, tables[file], treatment, control) for file in tables],
    }


def _resource(file: str, frame: pd.DataFrame, treatment: str, control: str) -> dict[str, Any]:
    title, description = ABOUT[file]
    made: dict[str, Any] = {
        "name": file.removesuffix(".csv"), "type": "table", "path": file, "title": title,
        "description": description, "format": "csv", "mediatype": "text/csv", "encoding": "utf-8",
        "schema": {
            "fields": [_field(name) for name in frame], "missingValues": [""],
            "primaryKey": KEYS[file],
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
            "groups": [["", len(shown) - 4], [treatment, 2], [control, 2], ["", 1]],
        }
    return made


def _field(name: str) -> dict[str, Any]:
    title, description = FIELDS[name]
    made: dict[str, Any] = {"name": name, "title": title, "description": description}
    made["type"] = "integer" if name in COLUMNS else "string"
    return made | ({"constraints": RULES[name]} if name in RULES else {})
