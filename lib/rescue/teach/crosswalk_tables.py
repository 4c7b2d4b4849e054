"""The tables of the crosswalk, and its calls as code to copy."""

from __future__ import annotations

import re
from dataclasses import dataclass

from metabook.table import Cell, Table, table

from rescue.teach.crosswalk import analysis, other, others, ours, ratio

HERE = "This book"
NOT_RUN = "not run"
WIDTH = 60  # characters of code
NAMES = {"tau2": "τ²", "i2": "I², %", "p": "p"}
LANGUAGES = {"RevMan 5": "text", "Stata metan": "stata", "Stata metabias": "stata"}


def compared(name: str) -> Table:
    """What each program prints for an analysis of the deaths."""
    about, here = analysis(name), ours(name)
    extra = [key for key in NAMES if key in here]
    rows: list[tuple[str | Cell | None, ...]] = [
        (HERE, ratio(here), *(here[key] for key in extra), None)
    ]
    notes: list[str | Cell] = []
    for row in others(name):
        if not row["entry"]:
            rows.append((row["program"], NOT_RUN, *([None] * len(extra)), None))
            continue
        mark = ""
        if row["differs"]:
            mark = "abc"[len(notes)]
            notes.append(Cell(f"{row['program']}: {row['differs']}.", mark=mark))
        same = Cell("differs", mark=mark) if mark else Cell("yes")
        rows.append((row["program"], ratio(row), *(row[key] for key in extra), same))
    interval = " [95 % CI]" if "lower" in here else ""
    return table(
        ("Program", about["measure"] + interval, *(NAMES[key] for key in extra), "Same"),
        rows,
        name=f"table-crosswalk-{name}",
        caption=f"{about['title']}: what each program prints",
        notes=notes,
        align="lr" + "d" * len(extra) + "l",
    )


def _broken(call: str) -> str:
    """A call on lines that fit the page, broken after a comma or semicolon."""
    lines = [""]
    for part in re.findall(r"[^,;]+[,;]?", call):
        if len(lines[-1] + part) > WIDTH:
            lines.append("  " + part.lstrip())
        else:
            lines[-1] += part
    return "\n".join(lines)


@dataclass(frozen=True)
class Calls:
    """The calls of an analysis as code to copy, one block for each program.

    Parameters
    ----------
    name : str
        The analysis.
    """

    name: str

    def blocks(self) -> list[tuple[str, str, str]]:
        """Program, language and call of each block."""
        call = analysis(self.name)["call"]
        here = (HERE, "bash" if call.startswith("python") else "python", call)
        return [here] + [
            (row["program"], LANGUAGES.get(row["program"], "r"), _broken(row["call"]))
            for row in others(self.name)
        ]

    def __repr__(self) -> str:
        return "\n".join(f"{program}: {call}" for program, _, call in self.blocks())

    def _repr_markdown_(self) -> str:
        return "\n\n".join(
            f"{program}:\n\n```{language}\n{call}\n```" for program, language, call in self.blocks()
        )


def reasons() -> Table:
    """Why programs print different digits for the same counts, each with both numbers."""

    def i2(numbers: dict[str, str]) -> str:
        return f"I² {numbers['i2']} %"

    rows = [
        (
            "0.5 in the Mantel-Haenszel sum",
            f"as RevMan: added; OR {ratio(ours('mh-fixed'))}",
            f"metafor: not; OR {ratio(other('mh-fixed', 'R metafor'))}",
        ),
        (
            "The mean that Q is about",
            f"as RevMan: Mantel-Haenszel; {i2(ours('revman'))}",
            f"metafor: inverse variance; {i2(other('revman', 'R metafor'))}",
        ),
        (
            "I²",
            f"as RevMan, meta: from Q; {i2(ours('reml-hksj'))}",
            f"metafor: from τ²; {i2(other('reml-hksj', 'R metafor'))}",
        ),
        (
            "Risk ratio with an empty cell",
            f"as RevMan, metafor: n grows by 1; {ratio(ours('rr-study'))}",
            f"meta: by 0.5; {ratio(other('rr-study', 'R meta'))}",
        ),
        (
            "Variance of the risk difference",
            f"as RevMan, meta: Greenland-Robins; {ratio(ours('rd-fixed'))}",
            f"metafor: Sato; {ratio(other('rd-fixed', 'R metafor'))}",
        ),
        (
            "Egger's test",
            f"as meta: t; p {ours('egger')['p']}",
            'metafor unless told model="lm": z, with its own τ²; not run',
        ),
        (
            "No event in either arm",
            "left out for OR and RR; kept for the risk difference",
            "meta with allstudies=TRUE: kept; no such study here",
        ),
    ]
    return table(
        ("What", "Here", "Elsewhere"),
        rows,
        name="table-crosswalk-reasons",
        caption="Why do programs differ on the same counts? The deaths by both rules",
        notes=("OR: odds ratio. RR: risk ratio.",),
        align="lll",
    )
