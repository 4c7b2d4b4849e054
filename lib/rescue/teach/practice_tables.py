"""The tables of the chapter with other data to practice on."""

from __future__ import annotations

from itertools import groupby
from string import ascii_lowercase

import numpy as np
from metabook import data
from metabook.table import Cell, Table, table
from twobytwo.rounding import number, p_equals, prints_as, with_interval

from rescue.teach.practice import ANALYSES, about, pooled, recomputed

QUANTITIES = {
    "estimate": "ratio",
    "ci_lower": "lower",
    "ci_upper": "upper",
    "effect": "log",
    "se": "SE",
    "tau": "τ",
    "tau2": "τ²",
    "i2": "I²",
    "q": "Q",
}


def sets() -> Table:
    """What each set is, where it is and what it is for."""
    rows = [
        (
            row["title"],
            f"data/teaching/{row['set']}.csv",
            str(len(counts)),
            f"{int(sum(arm.sum() for arm in counts.arms[1::2])):,}",
            row["teaches"],
        )
        for row in data.rows("teaching.csv")
        for counts in [data.teaching(row["set"])]
    ]
    return table(
        ("Set", "File", "Trials", "People", "Teaches"),
        rows,
        name="table-practice-sets",
        caption="Four sets to practice on",
        align="llrrl",
    )


def results(name: str) -> Table:
    """A set pooled in three ways."""
    measure = about(name)["measure"]
    rows = []
    for label, choices in ANALYSES.items():
        result = pooled(name, **choices)
        random = result.model == "random"
        rows.append(
            (
                label,
                with_interval(result.estimate, result.ci_lower, result.ci_upper),
                f"{number(result.prediction_lower)} to {number(result.prediction_upper)}"
                if random
                else None,
                number(result.tau2) if random else None,
                f"{number(result.i2, 0)} %",
                p_equals(result.p_value).removeprefix("p ").removeprefix("= "),
            )
        )
    return table(
        ("Analysis", f"{measure} [95 % CI]", "Prediction", "τ²", "I²", "p"),
        rows,
        name=f"table-practice-{name}",
        caption=f"{about(name)['title']}: {result.k} trials pooled in three ways",
        notes=(
            "CI: confidence interval. M-H: Mantel-Haenszel. REML: restricted maximum likelihood. "
            "HKSJ: Hartung-Knapp-Sidik-Jonkman interval. Prediction: where the true "
            f"{measure} of a new trial is expected.",
        ),
        align="lrrddd",
    )


def counts(name: str) -> Table:
    """The counts that the figures of a set show, with the effect of each trial."""
    row, result = about(name), pooled(name)
    rows = [
        (study, f"{a}/{n}", f"{c}/{m}", with_interval(ratio, lower, upper), _se(se))
        for study, a, n, c, m, ratio, lower, upper, se in zip(
            result.study,
            *data.teaching(name).arms,
            result.study_estimate,
            *result.study_interval,
            np.sqrt(result.study_variance),
            strict=True,
        )
    ]
    return table(
        ("Trial", "n/N", "n/N", f"{row['measure']} [95 % CI]", "SE of the log"),
        rows,
        groups=(
            ("", 1),
            (row["treatment"].capitalize(), 1),
            (row["control"].capitalize(), 1),
            ("", 2),
        ),
        name=f"table-practice-counts-{name}",
        caption=f"{row['title']}: the counts, and what each trial found",
        notes=("CI: confidence interval. SE: standard error.",),
        align="lrrrd",
    )


def _se(se: float) -> str | None:
    return None if np.isnan(se) else number(se)


def reproduced() -> Table:
    """Every printed result of the sets, and whether the library finds the same."""
    printed = data.rows("teaching_results.csv")
    sources = dict.fromkeys(row["source"] for row in printed)
    marks = dict(zip(sources, ascii_lowercase, strict=False))
    rows: list[str | tuple[str | Cell, ...]] = []
    for name, of_set in groupby(printed, key=lambda row: row["set"]):
        rows.append(about(name)["title"])
        for rule, lines in groupby(of_set, key=lambda row: row["rule"]):
            group = list(lines)
            same = [prints_as(recomputed(row), row["printed"]) for row in group]
            said = "; ".join(f"{QUANTITIES[row['quantity']]} {row['printed']}" for row in group)
            mark = marks[group[0]["source"]]
            rows.append((rule, Cell(said, mark=mark), f"{sum(same)} of {len(same)}"))
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
