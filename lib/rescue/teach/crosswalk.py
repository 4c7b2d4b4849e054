"""The same analyses in other programs: their digits beside the library's, and their calls."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from metabook import data
from metabook.table import Table, table
from twobytwo.checks.small_studies import Asymmetry
from twobytwo.results import Pooled
from twobytwo.rounding import half_up

DIGITS = {"estimate": 4, "lower": 4, "upper": 4, "tau2": 4, "i2": 2, "p": 4}
WIDTH = 72  # characters of code
COMMENTS = {"R": "# ", "RevMan": "", "Stata": "* "}


def beside(ours: Mapping[str, Pooled | Asymmetry]) -> Table:
    """Set what other programs print beside the library's results of the same analyses."""
    return table(
        ("Program", "Result [95 % CI]", "τ²", "I², %", "p", "Same digits"),
        list(_lines(ours)),
        name="table-crosswalk",
        caption="The deaths by the same analysis in this library and in R",
        notes=("OR: odds ratio. RR: risk ratio. RD: risk difference.",),
        align="lrdddl",
    )


def _lines(ours: Mapping[str, Pooled | Asymmetry]) -> Iterator[str | tuple[str | None, ...]]:
    for about in data.rows("crosswalk_analyses.csv"):
        yield f"{about['title']} ({about['measure']})"
        shown = about["shown"].split()
        yield _line("twobytwo", printed(ours[about["analysis"]], shown), "")
        for row in data.rows("crosswalk.csv"):
            if row["analysis"] == about["analysis"] and row["entry"]:
                yield _line(row["program"], row, row["differs"] or "yes")


def _line(program: str, digits: Mapping[str, str], same: str) -> tuple[str | None, ...]:
    interval = " [{lower}, {upper}]".format(**digits) if digits.get("lower") else ""
    rest = (digits.get(key) or None for key in ("tau2", "i2", "p"))
    return program, digits["estimate"] + interval, *rest, same


def printed(result: Pooled | Asymmetry, shown: list[str]) -> dict[str, str]:
    """The digits of a result that are compared."""
    if isinstance(result, Asymmetry):
        values = {"estimate": result.bias, "p": result.p}
    else:
        names = {"lower": "ci_lower", "upper": "ci_upper", "p": "p_value"}
        values = {key: getattr(result, names.get(key, key)) for key in shown}
    return {key: half_up(float(values[key]), DIGITS[key]) for key in shown}


@dataclass(frozen=True)
class Calls:
    """What another program is told, analysis by analysis, as code to copy."""

    program: str  # R, RevMan or Stata

    def __repr__(self) -> str:
        mark = COMMENTS[self.program]
        titles = {row["analysis"]: row["title"] for row in data.rows("crosswalk_analyses.csv")}
        return "\n".join(
            f"{mark}{titles[row['analysis']]} ({row['program']})\n{_broken(row['call'])}\n"
            for row in data.rows("crosswalk.csv")
            if row["program"].startswith(self.program)
        )

    def _repr_markdown_(self) -> str:
        code = f"```{self.program.lower() if self.program == 'R' else 'text'}\n{self}```"
        return f"::::{{admonition}} What {self.program} is told\n:class: dropdown\n{code}\n::::"


def _broken(call: str) -> str:
    """A call on lines that fit the page, broken after a comma or semicolon."""
    lines = [""]
    for part in re.findall(r"[^,;]+[,;]?", call):
        if len(lines[-1] + part) > WIDTH:
            lines.append("  " + part.lstrip())
        else:
            lines[-1] += part
    return "\n".join(lines)
