"""What others have printed of the sets to practice on, and whether it comes back."""

from __future__ import annotations

import math

import pandas as pd
from metabook.frames import path, row
from metabook.table import Cell, Table, table
from twobytwo import pool
from twobytwo.rounding import prints_as

QUANTITIES = {
    "estimate": "ratio", "ci_lower": "lower", "ci_upper": "upper", "effect": "log", "se": "SE",
    "tau": "τ", "tau2": "τ²", "i2": "I²", "q": "Q",
}  # fmt: skip


def recomputed(name: str, choices: str, quantity: str) -> float:
    """What the library finds for a row of ``teaching_results.csv``.

    Examples
    --------
    >>> round(recomputed("bcg", "method=IV tau2=DL", "tau2"), 4)
    0.3088
    """
    options = dict(choice.split("=") for choice in choices.split())
    options |= {"measure": str(row("teaching.csv", set=name)["measure"])}
    result = pool(path(f"teaching/{name}.csv"), **options)  # type: ignore[arg-type]  # pool checks
    if quantity == "tau":
        return math.sqrt(float(result.tau2))
    return float(getattr(result, quantity))


def same(printed: pd.DataFrame) -> list[bool]:
    """Whether each printed number comes back to its last digit."""
    asked = printed.fillna({"choices": ""})[["set", "choices", "quantity"]]
    found = [recomputed(*map(str, one)) for one in asked.itertuples(index=False)]
    return [prints_as(x, str(text)) for x, text in zip(found, printed["printed"], strict=True)]


def reproduced(printed: pd.DataFrame) -> Table:
    """Each printed analysis of the sets, and how many of its numbers come back."""
    marks = dict(zip(printed["source"].unique(), "abcdefgh", strict=False))
    rows: list[str | tuple[str | Cell, ...]] = []
    for name, of_set in printed.assign(same=same(printed)).groupby("set", sort=False):
        rows.append(str(row("teaching.csv", set=name)["title"]))
        for rule, analysis in of_set.groupby("rule", sort=False):
            numbers = "; ".join(
                f"{QUANTITIES[x]} {text}" for x, text in analysis[["quantity", "printed"]].values
            )
            came = f"{analysis['same'].sum()} of {len(analysis)}"
            rows.append((str(rule), Cell(numbers, mark=marks[analysis["source"].iloc[0]]), came))
    return table(
        ("Analysis", "Printed", "Same here"),
        rows,
        name="table-practice-reproduced",
        caption="Printed results of these data, and how many of the numbers come back",
        notes=(
            *(Cell(f"{source}.", mark=mark) for source, mark in marks.items()),
            "DL: DerSimonian-Laird. ML, REML: maximum likelihood, restricted. SJ: Sidik-Jonkman. "
            "SE: standard error.",
        ),
        align="llr",
    )
