"""A table of the page as CSV: what it says, as a spreadsheet or a program reads it."""

from __future__ import annotations

import csv
import io

from bs4 import BeautifulSoup, Tag

from metabook.table import MISSING


def table_csv(html: str) -> str:
    """Write the HTML of a `metabook.table.Table` as CSV.

    Headers above headers are joined to them; the heading of a group of rows is a column
    of its own, and so are the notes that the marks in a row refer to.
    """
    page = BeautifulSoup(html, "html.parser")
    notes = {"".join(_marks(note)): _text(note) for note in page.select(".table-note")}
    lines = [["group", *_header(page), "note"]]
    group = ""
    for row in page.select("tbody tr"):
        heading = row.select_one('th[scope="rowgroup"]')
        if heading:
            group = _text(heading)
            continue
        remarks = " ".join(notes[mark] for mark in dict.fromkeys(_marks(row)))
        lines.append(["" if row.find_parent(class_="totals") else group, *_cells(row), remarks])
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(_without_empty_ends(lines))
    return out.getvalue()


def _header(page: BeautifulSoup) -> list[str]:
    *above, columns = page.select("thead tr")
    groups = [
        _text(group)
        for row in above
        for group in row.select("th, td")
        for _ in range(int(str(group["colspan"])))
    ] or [""] * len(_cells(columns))
    return [
        f"{group}: {label}" if group and label else group or label
        for group, label in zip(groups, _cells(columns), strict=True)
    ]


def _cells(row: Tag) -> list[str]:
    return [_text(cell) for cell in row.select("th, td")]


def _marks(tag: Tag) -> list[str]:
    return [sup.get_text() for sup in tag.select("sup")]


def _text(tag: Tag) -> str:
    """What a cell says without its marks: a minus as programs read it, nothing where it lacks."""
    words = "".join(text for text in tag.find_all(string=True) if not text.find_parent("sup"))
    return "" if words == MISSING else " ".join(words.replace("−", "-").split())


def _without_empty_ends(lines: list[list[str]]) -> list[list[str]]:
    """Leave out the columns for groups and notes where no row has any."""
    first = 0 if any(line[0] for line in lines[1:]) else 1
    last = None if any(line[-1] for line in lines[1:]) else -1
    return [line[first:last] for line in lines]
