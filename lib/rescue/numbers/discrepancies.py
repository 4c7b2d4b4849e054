"""Where the paper disagrees with itself, with its sources or with what can be computed."""

from __future__ import annotations

from collections import Counter

from metabook import data
from metabook.table import Table, Value, table

# From what touches the conclusion to what does not, each with its heading.
MATTERS = {
    "yes": "It matters for the conclusion",
    "for trust": "It matters for trust in the text, not for the conclusion",
    "no": "It does not matter",
}


def rows(matters: str = "") -> list[dict[str, str]]:
    """The discrepancies; those that matter in one way, or all."""
    return [row for row in data.rows("discrepancies.csv") if matters in ("", row["matters"])]


def count(column: str) -> Counter[str]:
    """How many discrepancies have which value in a column.

    Examples
    --------
    >>> sorted(count("matters")) == sorted(MATTERS)
    True
    """
    return Counter(row[column] for row in rows())


def words() -> dict[str, str]:
    """The numbers that the chapter's prose mentions."""
    between = count("between")
    paper = sum(n for who, n in between.items() if who.startswith("the paper"))
    return {
        "log-all": str(len(rows())),
        "log-paper": str(paper),
        "log-other": str(len(rows()) - paper),
        "log-itself": str(between["the paper and itself"]),
        "log-source": str(between["the paper and its source"]),
        "log-recomputed": str(between["the paper and recomputation"]),
        "log-yes": str(len(rows("yes"))),
        "log-trust": str(len(rows("for trust"))),
        "log-no": str(len(rows("no"))),
    }


def totals() -> Table:
    """How many discrepancies matter in which way, by who disagrees."""

    def line(name: str, of: list[dict[str, str]]) -> tuple[Value, ...]:
        found = Counter(row["matters"] for row in of)
        return name, *(found[matters] for matters in MATTERS), len(of)

    return table(
        ("Who disagrees", *map(_capital, MATTERS), "All"),
        [
            line(_capital(who), [row for row in rows() if row["between"] == who])
            for who in count("between")
        ],
        totals=[line("All", rows())],
        groups=(("", 1), ("Does it matter?", len(MATTERS)), ("", 1)),
        name="table-discrepancy-totals",
        caption="Who disagrees, and whether it matters",
        align="lrrrr",
    )


def causes() -> Table:
    """The likely causes."""
    return table(
        ("Likely cause", "Discrepancies"),
        [(_capital(cause), n) for cause, n in count("cause").most_common()],
        totals=[("All", len(rows()))],
        name="table-discrepancy-causes",
        caption="Likely causes",
    )


def log() -> Table:
    """Every discrepancy, under the headings of whether it matters."""
    lines: list[str | tuple[Value, ...]] = []
    for matters, heading in MATTERS.items():
        lines.append(heading)
        for row in rows(matters):
            one, another = row["places"].split("; ")
            lines.append(
                (
                    row["about"],
                    f"{row['one_place_says']} ({one})",
                    f"{row['another_says']} ({another})",
                    row["cause"],
                    row["why"],
                )
            )
    return table(
        ("About", "One place says", "Another says", "Likely cause", "Why it matters or not"),
        lines,
        name="table-discrepancies",
        caption="The discrepancy log",
        align="lllll",
    )


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
