"""How fast the library was measured to be, and how many small errors its tests see."""

from __future__ import annotations

from metabook import data
from metabook.table import Table, table
from twobytwo.rounding import half_up, percent

OURS = "twobytwo"
FLOOR = "formulas written out"
BARE = "a bare matplotlib figure"


def speed() -> Table:
    """What was measured: each piece of work, by whom, and how long it took."""
    rows = data.rows("benchmark.csv")
    lines: list[str | list[str]] = []
    for row in rows:
        if row["work"] not in lines:
            lines.append(row["work"])
        lines.append([row["by"], duration(row)])
    return table(
        ["Work, and by what", "Time"],
        lines,
        name="speed",
        caption="The best of several runs, one after the other on one machine.",
        notes=[f"{rows[0]['machine']}. Measured on {rows[0]['date']}."],
        align="lr",
    )


def mutants() -> Table:
    """Small errors planted in each file of the core, and how many of them a test sees."""
    rows = data.rows("mutants.csv")
    planted, seen = (sum(int(row[key]) for row in rows) for key in ("planted", "seen"))
    return table(
        ["File", "Planted", "Seen", "Share"],
        [
            [
                row["file"],
                row["planted"],
                row["seen"],
                _share(int(row["seen"]), int(row["planted"])),
            ]
            for row in rows
        ],
        totals=[["All", str(planted), str(seen), _share(seen, planted)]],
        name="mutants",
        caption="Errors planted one at a time in the numerical core.",
    )


def words() -> dict[str, str]:
    """The numbers of the page's prose."""
    rows = data.rows("benchmark.csv")
    times: dict[str, dict[str, dict[str, str]]] = {}
    for row in rows:
        times.setdefault(row["work"], {})[row["by"]] = row
    many = next(by for by in times.values() if FLOOR in by)
    plot = next(by for by in times.values() if BARE in by)
    one = next(by for by in times.values() if "statsmodels" in by)
    planted = data.rows("mutants.csv")
    all_, seen = (sum(int(row[key]) for row in planted) for key in ("planted", "seen"))
    return {
        "floor-ratio": _ratio(many[OURS], many[FLOOR]),
        "one": duration(one[OURS]),
        "plot-ratio": _ratio(plot[OURS], plot[BARE]),
        "planted": f"{all_:,}",
        "seen": _share(seen, all_),
        "unseen": str(all_ - seen),
    }


def duration(row: dict[str, str]) -> str:
    """A time in the unit that suits it, to two digits or three.

    Examples
    --------
    >>> [duration({"seconds": seconds}) for seconds in ("0.0833", "0.00026", "3.4")]
    ['83 ms', '260 µs', '3.4 s']
    """
    seconds = float(row["seconds"])
    if seconds >= 1:
        return f"{half_up(seconds, 1)} s"
    if seconds >= 0.001:
        milliseconds = 1000 * seconds
        return f"{half_up(milliseconds, 0 if milliseconds >= 10 else 1)} ms"
    return f"{half_up(1e6 * seconds, 0)} µs"


def _ratio(row: dict[str, str], base: dict[str, str]) -> str:
    return half_up(float(row["seconds"]) / float(base["seconds"]), 1)


def _share(part: int, whole: int) -> str:
    return f"{percent(part, whole)} %"
