"""Reviews of RevMan 5: the table that it exports as a grid, and the file (.rm5) as that table.

Both hold several outcomes, and what RevMan made of each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from xml.etree import ElementTree

from twobytwo.io.grid import Grid, Row
from twobytwo.io.header import meaning, plain
from twobytwo.io.words import CountsError

HEADER = ["outcome", "comparison", "subgroup", "study", "year",
          "events_treatment", "n_treatment", "events_control", "n_control"]  # fmt: skip
KEYS = ("comparison number", "outcome number", "subgroup number")
COUNTS = ("events 1", "total 1", "events 2", "total 2")
EXPORT = {*KEYS, "name", *COUNTS[:2]}  # stand in the header of the table that is exported
# What is said of an analysis: our words, those of the table, and those of the file.
TERMS = {
    "measure": ("effect measure", "EFFECT_MEASURE"), "method": ("statistical method", "METHOD"),
    "model": ("analysis model", "RANDOM"), "estimate": ("effect estimate", "EFFECT_SIZE"),
    "ci_lower": ("ci start", "CI_START"), "ci_upper": ("ci end", "CI_END"),
    "events": ("swap events", "SWAP_EVENTS"),
}  # fmt: skip
OUR_WORDS = {
    "model": {"YES": "random", "NO": "fixed", "Random": "random", "Fixed": "fixed"},
    "events": {"YES": "swapped: RevMan pools the patients without the event", "NO": ""},
}

Printed = dict[str, dict[str, str]]
Cells = dict[str, str]  # of a row, by the name of their column


def of_file(name: str, data: bytes) -> tuple[Grid, Printed]:
    """The outcomes of two arms in a review, and what RevMan says of the analysis of each."""
    try:
        review = ElementTree.fromstring(data)
    except ElementTree.ParseError as error:
        raise CountsError(
            f"{name}, row {error.position[0]}: this XML cannot be read; save the review again in "
            "RevMan, or export its data as CSV."
        ) from None
    rows: list[tuple[str, Cells]] = [("", cells) for cells in _exported(review)]
    if not rows:
        raise CountsError(
            f"{name}: holds no outcome with events of two arms; name a review that has one."
        )
    return _read(Grid(name, [Row("1", HEADER)]), rows)


def of_export(grid: Grid) -> tuple[Grid, Printed]:
    """The studies of the table that RevMan 5 exports, and what it says of each analysis."""
    first, *rows = grid.rows
    header = list(map(plain, first.cells))
    blank = [""] * len(header)
    return _read(grid, [
        (number, dict(zip(header, map(str.strip, cells + blank), strict=False)))
        for number, cells in rows
    ])  # fmt: skip


def _exported(review: ElementTree.Element) -> Iterator[Cells]:
    """The rows that RevMan would export."""
    studies = {one.get("ID"): one.attrib for one in review.iter("STUDY")}
    for comparison in review.iter("COMPARISON"):
        for outcome in comparison.iter("DICH_OUTCOME"):
            first, _, second = outcome.get("ID", "").removeprefix("CMP-").partition(".")
            keys = [(KEYS[0], first), (KEYS[1], second)]
            yield {KEYS[0]: first, "name": _text(comparison, "NAME")}
            terms = {theirs: outcome.get(key, "") for theirs, key in TERMS.values()}
            terms |= {f"group label {i}": _text(outcome, f"GROUP_LABEL_{i}") for i in (1, 2)}
            yield dict(keys, name=_text(outcome, "NAME"), **terms)
            for i, group in enumerate([outcome, *outcome.findall("DICH_SUBGROUP")]):
                keys = [*keys[:2], (KEYS[2], str(i))]
                if i:
                    yield dict(keys, name=_text(group, "NAME"))
                for one in group.findall("DICH_DATA"):
                    study_id = one.get("STUDY_ID", "")
                    study = studies.get(study_id, {"NAME": study_id})
                    counts = {key: one.get(key.upper().replace(" ", "_"), "") for key in COUNTS}
                    year = {"year of study": study.get("YEAR", "")}
                    yield dict(keys, name=study.get("NAME", ""), **counts, **year)


def _text(element: ElementTree.Element, tag: str) -> str:
    return " ".join((element.findtext(tag) or "").split())


def _read(grid: Grid, rows: Iterable[tuple[int | str, Cells]]) -> tuple[Grid, Printed]:
    """The studies in the rows of an export.

    The first row of each comparison, outcome and subgroup is its title.
    """
    titles: dict[tuple[str, ...], Cells] = {}
    studies = []
    for number, cells in rows:
        key = tuple(cells.get(column, "").removeprefix("0") for column in KEYS)
        if titles.setdefault(key, cells) is not cells:
            studies.append((number, key, cells))
    analyses = [key for key in titles if key[1] and not key[2]]
    named = [(titles[key]["name"], ".".join(key[:2])) for key in analyses]
    called = dict(zip(analyses, _distinct(named), strict=True))
    made = [Row(grid.rows[0].number, HEADER)]
    for number, key, cells in studies:
        comparison, title = (titles.get((*key[:i], *[""] * (3 - i)), {}) for i in (1, 2))
        label, study = called.get((*key[:2], ""), title.get("name", "")), cells["name"]
        group = titles[key]["name"] if key[2] else ""
        counts = [cells.get(name, "") for name in COUNTS]
        if any(count.strip("0") for count in counts[1::2]):
            made.append(Row(number or f"of {label!r}, {study!r}", [
                label, _compared(title, comparison), group, study,
                cells.get("year of study", ""), *counts,
            ]))  # fmt: skip
    printed = {
        label: {
            ours: word for ours, (theirs, _) in TERMS.items()
            if (value := titles[key].get(theirs))
            and (word := OUR_WORDS.get(ours, {}).get(value, value))
        }
        for key, label in called.items()
    }  # fmt: skip
    return replace(grid, rows=made, even=False), printed


def _compared(outcome: Cells, comparison: Cells) -> str:
    """The arms of an analysis; where they are called experimental and control, its comparison."""
    arms = [outcome.get(f"group label {i}", "") for i in (1, 2)]
    return " against ".join(arms) if meaning(arms[0]).rest else comparison.get("name", "")


def _distinct(outcomes: Sequence[tuple[str, str]]) -> list[str]:
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
