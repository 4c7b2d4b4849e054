"""Reviews of RevMan 5: the file (.rm5), and the table that it exports, as grids.

Both hold several outcomes, and what RevMan made of each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree

from twobytwo.io.grid import Grid, Row
from twobytwo.io.header import plain
from twobytwo.io.words import CountsError

HEADER = ["outcome", "subgroup", "study", "year",
          "events_treatment", "n_treatment", "events_control", "n_control"]  # fmt: skip
KEYS = ("comparison number", "outcome number", "subgroup number")
EXPORT = {*KEYS, "name", "events 1", "total 1"}  # stand in the header of the table it exports
# What is said of an analysis: our words, then RevMan's in the file and in the export.
TERMS = (
    ("measure", "EFFECT_MEASURE", "effect measure"), ("method", "METHOD", "statistical method"),
    ("model", "RANDOM", "analysis model"), ("estimate", "EFFECT_SIZE", "effect estimate"),
    ("ci_lower", "CI_START", "ci start"), ("ci_upper", "CI_END", "ci end"),
)  # fmt: skip
MODEL = {"YES": "random", "NO": "fixed"}

Printed = dict[str, dict[str, str]]


def of_file(name: str, data: bytes) -> tuple[Grid, Printed]:
    """The tables of two arms in a review, and what RevMan says of the analysis of each."""
    try:
        review = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise CountsError(
            f"{name}, row {error.position[0]}: this XML cannot be read; save the review again in "
            "RevMan, or export its data as CSV."
        ) from None
    studies = {study.get("ID"): study for study in review.iter("STUDY")}
    outcomes = list(review.iter("DICH_OUTCOME"))
    if not outcomes:
        raise CountsError(
            f"{name}: holds no outcome with events of two arms; name a review that has one."
        )
    called = _distinct([(_name(one), one.get("ID", "").removeprefix("CMP-")) for one in outcomes])
    rows, printed = [Row("1", HEADER)], {}
    for label, outcome in zip(called, outcomes, strict=True):
        printed[label] = {
            ours: MODEL.get(value, value)
            for ours, theirs, _ in TERMS if (value := outcome.get(theirs))
        }  # fmt: skip
        if outcome.get("SWAP_EVENTS") == "YES":
            printed[label]["events"] = "swapped: RevMan pools the patients without the event"
        for group, one in _data(outcome):
            study = studies.get(one.get("STUDY_ID"))
            known = (one.get("STUDY_ID", ""), "") if study is None else (
                study.get("NAME", ""), study.get("YEAR", ""))  # fmt: skip
            counts = [one.get(key, "") for key in ("EVENTS_1", "TOTAL_1", "EVENTS_2", "TOTAL_2")]
            if any(count.strip("0") for count in counts[1::2]):
                rows.append(Row(f"of {label!r}, {known[0]!r}", [label, group, *known, *counts]))
    return Grid(name, rows), printed


def _name(element: ElementTree.Element) -> str:
    return " ".join((element.findtext("NAME") or "").split())


def _data(outcome: ElementTree.Element) -> Iterator[tuple[str, ElementTree.Element]]:
    """The studies of an outcome, each with its subgroup."""
    for one in outcome.findall("DICH_DATA"):
        yield "", one
    for group in outcome.findall("DICH_SUBGROUP"):
        for one in group.findall("DICH_DATA"):
            yield _name(group), one


def _distinct(outcomes: list[tuple[str, str]]) -> list[str]:
    """Outcomes by their names, with their numbers where names repeat.

    Examples
    --------
    >>> _distinct([("Death", "001.01"), ("Death", "002.01"), ("Bleeding", "002.02")])
    ['1.1 Death', '2.1 Death', 'Bleeding']
    """
    often = Counter(name for name, _ in outcomes)
    short = [".".join(part.lstrip("0") for part in number.split(".")) for _, number in outcomes]
    return [
        name if often[name] == 1 else f"{number} {name}"
        for (name, _), number in zip(outcomes, short, strict=True)
    ]


def of_export(grid: Grid) -> tuple[Grid, Printed]:
    """The studies of the table that RevMan 5 exports, and what it says of each analysis.

    The first row of the grid is the header; the first row of each comparison, outcome and
    subgroup is its title.
    """
    at = {plain(name): i for i, name in enumerate(grid.rows[0].cells)}
    wide = len(grid.rows[0].cells)
    titles: dict[tuple[str, ...], str] = {}
    outcomes: dict[tuple[str, str], Row] = {}
    studies = []
    for row in grid.rows[1:]:
        cells = row.cells + [""] * (wide - len(row.cells))
        key = tuple(cells[at[column]].strip() for column in KEYS)
        if key not in titles:
            titles[key] = cells[at["name"]].strip()
            if key[1] not in ("", "0") and key[2] in ("", "0"):
                outcomes[key[0], key[1]] = Row(row.number, cells)
            continue
        studies.append((key, Row(row.number, cells)))
    named = [(row.cells[at["name"]].strip(), ".".join(key)) for key, row in outcomes.items()]
    called = dict(zip(outcomes, _distinct(named), strict=True))
    printed = {
        called[key]: {
            ours: value.lower() if ours == "model" else value
            for ours, _, theirs in TERMS
            if theirs in at and (value := row.cells[at[theirs]].strip())
        }
        for key, row in outcomes.items()
    }  # fmt: skip
    of_counts = [at[name] for name in ("events 1", "total 1", "events 2", "total 2")]
    year = at.get("year of study")
    rows = [Row(grid.rows[0].number, HEADER)]
    for (comparison, outcome, group), row in studies:
        counts = [row.cells[i].strip() for i in of_counts]
        if any(count.strip("0") for count in counts[1::2]):
            subgroup = "" if group in ("", "0") else titles[comparison, outcome, group]
            rows.append(Row(row.number, [
                called.get((comparison, outcome), titles.get((comparison, outcome, "0"), "")),
                subgroup, row.cells[at["name"]].strip(), "" if year is None else row.cells[year],
                *counts,
            ]))  # fmt: skip
    return Grid(grid.name, rows, grid.sheet, grid.visible, grid.hidden), printed
