"""What teachers need: objectives, plans that keep time, and what students get wrong."""

from __future__ import annotations

from itertools import accumulate

from metabook import data
from metabook.table import Cell, Table, table

# Minutes that each plan takes, session by session.
PLANS = {"45 minutes": (45,), "half a day": (210,), "a week": (180,) * 5}


def words() -> dict[str, str]:
    """The numbers that the chapter's prose mentions."""
    return {
        "objectives": str(len(data.rows("objectives.csv"))),
        "misconceptions": str(len(data.rows("misconceptions.csv"))),
        "half-a-day": clock(*PLANS["half a day"]),
        "sessions": str(len(PLANS["a week"])),
        "session": clock(PLANS["a week"][0]),
    }


def objectives() -> Table:
    """What students can do afterward, and the chapter that teaches it."""
    rows = data.rows("objectives.csv")
    return table(
        ("Objective", "Students can", "Level", "Taught in", "Exercises"),
        [
            (
                row["objective"],
                row["statement"],
                row["level"],
                _page(f"chapters/{row['chapter']}"),
                ", ".join(exercises(row["objective"])),
            )
            for row in rows
        ],
        name="table-objectives",
        caption="Objectives",
        align="lllll",
    )


def exercises(objective: str) -> list[str]:
    """The exercises that serve an objective.

    Examples
    --------
    >>> exercises("report")
    ['which-sentence', 'write-the-result', 'capstone-judge']
    """
    rows = data.rows("exercises.csv")
    return [row["exercise"] for row in rows if row["objective"] == objective]


def plan(name: str) -> Table:
    """One plan, step by step; each session starts at 0:00."""
    rows: list[str | tuple[str, str, Cell, str]] = []
    for session in range(1, len(PLANS[name]) + 1):
        steps = [
            row
            for row in data.rows("lessons.csv")
            if (row["plan"], row["session"]) == (name, str(session))
        ]
        if len(PLANS[name]) > 1:
            rows.append(f"Day {session}")
        starts = accumulate((int(row["minutes"]) for row in steps), initial=0)
        rows += [
            (clock(start), row["activity"], _page(row["material"]), row["objective"])
            for start, row in zip(starts, steps, strict=False)
        ]
        rows.append((clock(PLANS[name][session - 1]), "End", Cell(""), ""))
    return table(
        ("At", "What happens", "Page", "Objective"),
        rows,
        name=f"table-plan-{name.replace(' ', '-')}",
        caption=f"Plan: {name}",
        align="llll",
    )


def misconceptions() -> Table:
    """What students say, what it shows, and what to ask next."""
    return table(
        ("A student says", "What it shows", "Ask next"),
        [(row["says"], row["shows"], row["ask"]) for row in data.rows("misconceptions.csv")],
        name="table-misconceptions",
        caption="What one hears in class",
        align="lll",
    )


def clock(minutes: int) -> str:
    """Minutes as hours and minutes.

    Examples
    --------
    >>> clock(45), clock(210)
    ('0:45', '3:30')
    """
    return f"{minutes // 60}:{minutes % 60:02d}"


def _page(path: str) -> Cell:
    """A page of the book, linked from a chapter."""
    return Cell(path.split("/")[-1], href=f"../{path}.html") if path else Cell("")
