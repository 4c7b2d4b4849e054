"""What teachers need: objectives with all that serves them, and plans that keep time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate

from docutils.nodes import make_id
from metabook import data, questions
from metabook.frames import frame
from metabook.table import Cell, Table, table

from rescue.teach.exercises import EVERY

# Minutes that each plan takes, session by session.
PLANS = {"45 minutes": (45,), "90 minutes": (90,), "half a day": (210,), "a week": (180,) * 5}
MATERIAL = {
    "class/worksheet": "worksheet",
    "class/slides": "slide",
    "chapters/teachers": "the rubric",
}


def words() -> dict[str, str]:
    """The numbers that the chapter's prose mentions."""
    return {
        "objectives": str(len(frame("objectives.csv"))),
        "exercises": str(len(EVERY)),
        "questions": str(len(questions.every(EVERY.values()))),
        "misconceptions": str(len(frame("misconceptions.csv"))),
        "half-a-day": clock(*PLANS["half a day"]),
        "sessions": str(len(PLANS["a week"])),
        "session": clock(PLANS["a week"][0]),
    }


def objectives() -> Table:
    """Each objective, where it is taught, its exercises with their minutes, its material."""
    return table(
        ("Exercise", "Minutes", "Taught under", "Material"),
        list(_served()),
        name="table-objectives",
        caption="Students can: what is taught where, and what serves it",
        align="lrll",
        cards=True,
    )


def _served() -> Iterator[str | tuple[Cell, str, Cell, Cell]]:
    for row in data.rows("objectives.csv"):
        yield f"{row['statement']} ({row['level']})"
        for name, one in EVERY.items():
            about = one.about
            if about["objective"] == row["objective"]:
                place = f"chapters/{about['chapter']}#{make_id(about['section'])}"
                taught = _link(place, questions.plain(about["section"]))
                yield _exercise(name), about["minutes"], taught, _material(row["material"])


def plan(name: str) -> Table:
    """One plan, step by step; each session starts at 0:00."""
    rows: list[str | tuple[str, str, Cell, Cell]] = []
    for session, minutes in enumerate(PLANS[name], 1):
        steps = [
            row
            for row in data.rows("lessons.csv")
            if (row["plan"], row["session"]) == (name, str(session))
        ]
        if len(PLANS[name]) > 1:
            rows.append(f"Day {session}")
        starts = accumulate((int(row["minutes"]) for row in steps), initial=0)
        rows += [
            (clock(start), row["activity"], _material(row["material"]), _exercise(row["exercise"]))
            for start, row in zip(starts, steps, strict=False)
        ]
        rows.append((clock(minutes), "End", Cell(""), Cell("")))
    return table(
        ("At", "What happens", "Open", "To go on with"),
        rows,
        name=f"table-plan-{name.replace(' ', '-')}",
        caption=f"Plan: {name}",
        align="llll",
        cards=True,
    )


def clock(minutes: int) -> str:
    """Minutes as hours and minutes.

    Examples
    --------
    >>> clock(45), clock(210)
    ('0:45', '3:30')
    """
    return f"{minutes // 60}:{minutes % 60:02d}"


def _exercise(name: str) -> Cell:
    """An exercise by what one learns from it, linked."""
    if not name:
        return Cell("")
    it = EVERY[name]
    return _link(f"chapters/{it.about['page']}#exercise-{name}", it.aim.removesuffix("."))


def _material(address: str) -> Cell:
    """A page or a file of the class, linked from a chapter and called what a teacher calls it."""
    if not address:
        return Cell("")
    page, _, place = address.partition("#")
    number = place.removeprefix("slide-") if place.startswith("slide-") else ""
    return _link(address, f"{MATERIAL.get(page) or _title(page)} {number}".strip())


def _title(page: str) -> str:
    """What a page is called, up to a colon."""
    text = (data.path("lessons.csv").parents[1] / f"{page}.md").read_text("utf-8")
    return text.partition("\n# ")[2].partition("\n")[0].partition(":")[0]


def _link(address: str, text: str) -> Cell:
    page, _, place = address.partition("#")
    return Cell(text, href=f"../{page}.html" + (f"#{place}" if place else ""))
