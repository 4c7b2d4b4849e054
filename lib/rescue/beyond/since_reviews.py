"""The later meta-analyses, as printed, and the four studies of the paper beside them."""

from __future__ import annotations

from dataclasses import dataclass

from metabook import data
from twobytwo.rounding import with_interval

FILE = "later_reviews.csv"
OURS = "Four studies, rebuilt"
# Risk ratios stand apart: of common events they lie nearer to 1 than odds ratios.
SHOWN = (
    ("mRS 0-2", "OR"), ("mortality", "OR"), ("SICH", "OR"),
    ("mRS 0-2", "RR"), ("mortality", "RR"), ("SICH", "RR"),
)  # fmt: skip


@dataclass(frozen=True)
class Review:
    """A pooled ratio of a review.

    Attributes
    ----------
    name : str
    studies : str
        How many.
    estimate, lower, upper : float or None
        None where it could not be read.
    said : str
        As printed.
    misprint : str
        Which digits cannot be right; empty for none.
    ours : bool
    note, id : str
    """

    name: str
    studies: str
    estimate: float | None
    lower: float | None
    upper: float | None
    said: str
    misprint: str = ""
    ours: bool = False
    note: str = ""
    id: str = ""


def reviews(outcome: str, measure: str) -> list[Review]:
    """The reviews that print this measure of this outcome, the rebuilt paper first.

    Examples
    --------
    >>> [review.said for review in reviews("SICH", "OR")]
    ['0.68 [0.37, 1.27]', '0.63 [0.39, 1.04]', '1.54 [1.06, 2.23]']
    """
    of = data.pooled(outcome, measure=measure)
    limits = of.ci_lower, of.ci_upper
    ours = Review(
        OURS, str(of.k), of.estimate, *limits, with_interval(of.estimate, *limits), ours=True
    )
    printed = [
        _review(row)
        for row in data.rows(FILE)
        if (row["outcome"], row["measure"]) == (outcome, measure)
    ]
    return [ours, *printed]


def _review(row: dict[str, str]) -> Review:
    estimate, lower, upper = (
        float(row[key]) if row[key] else None for key in ("estimate", "lower", "upper")
    )
    said = row["estimate"] + (f" [{row['lower']}, {row['upper']}]" if lower else "")
    return Review(
        row["review"], row["studies"], estimate, lower, upper, said or row["printed"],
        misprint=row["misprint"].removeprefix("no"), note=row["note"], id=row["id"],
    )  # fmt: skip


def proportions() -> list[dict[str, str]]:
    """The rows of reviews that pool each arm on its own."""
    return [row for row in data.rows(FILE) if row["measure"] == "proportions"]
