"""Where the paper disagrees with itself, with its sources or with what can be computed."""

from __future__ import annotations

from collections import Counter

import pandas as pd
from metabook.frames import frame
from metabook.table import Table, Value, table
from metabook.templates import capital

# From what touches the conclusion to what does not, each with its heading.
MATTERS = {
    "yes": "It matters for the conclusion",
    "for trust": "It matters for trust in the text, not for the conclusion",
    "no": "It does not matter",
}


def every() -> pd.DataFrame:
    """The discrepancies, one a row."""
    return frame("discrepancies.csv")


def words() -> dict[str, int]:
    """The numbers that the chapter's prose mentions."""
    between, matters = (every()[column].value_counts() for column in ("between", "matters"))
    paper = int(between[between.index.str.startswith("the paper")].sum())
    return {
        "log-all": len(every()),
        "log-paper": paper,
        "log-other": len(every()) - paper,
        "log-itself": int(between["the paper and itself"]),
        "log-source": int(between["the paper and its source"]),
        "log-recomputed": int(between["the paper and recomputation"]),
        "log-yes": int(matters["yes"]),
        "log-trust": int(matters["for trust"]),
        "log-no": int(matters["no"]),
    }


def totals() -> Table:
    """How many discrepancies matter in which way, by who disagrees."""
    counted = pd.crosstab(every()["between"].astype(str), every()["matters"].astype(str))
    counted = counted.loc[every()["between"].unique(), list(MATTERS)]
    return table(
        ("Who disagrees", *map(capital, MATTERS), "All"),
        [(capital(who), *map(int, row), int(row.sum())) for who, row in counted.iterrows()],
        totals=[("All", *map(int, counted.sum()), len(every()))],
        groups=(("", 1), ("Does it matter?", len(MATTERS)), ("", 1)),
        name="table-discrepancy-totals",
        caption="Who disagrees, and whether it matters",
        align="lrrrr",
    )


def causes() -> Table:
    """The likely causes."""
    found = Counter(every()["cause"])
    return table(
        ("Likely cause", "Discrepancies"),
        [(capital(cause), n) for cause, n in found.most_common()],
        totals=[("All", found.total())],
        name="table-discrepancy-causes",
        caption="Likely causes",
    )


def log() -> Table:
    """Every discrepancy, under the headings of whether it matters."""
    lines: list[str | tuple[Value, ...]] = []
    for matters, heading in MATTERS.items():
        lines.append(heading)
        for row in every()[every()["matters"] == matters].itertuples():
            one, another = row.places.split("; ")
            lines.append(
                (
                    row.about,
                    f"{row.one_place_says} ({one})",
                    f"{row.another_says} ({another})",
                    row.cause,
                    row.why,
                )
            )
    return table(
        ("About", "One place says", "Another says", "Likely cause", "Why it matters or not"),
        lines,
        name="table-discrepancies",
        caption="The discrepancy log",
        align="lllll",
    )
