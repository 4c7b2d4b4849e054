"""What came after the paper, as it is printed: what its chapter takes from ``data/``."""

from __future__ import annotations

from collections.abc import Iterable
from math import exp

from metabook import data
from scipy.special import ndtri
from twobytwo.estimate.printed import middle
from twobytwo.options import MEASURES
from twobytwo.plots.forest import Forest
from twobytwo.plots.forest_layout import Row
from twobytwo.results import RATIOS
from twobytwo.rounding import half_up, p_equals

from rescue.beyond import ratios

COUNTS, ADJUSTED, REVIEWS = "later_counts.csv", "adjusted.csv", "later_reviews.csv"
RECOVERED = "recovered from the total and the p-value"
ATTENTION, CATALONIA = "ATTENTION registry", "Catalonia registry"
CATALONIAN = "mRS 0-2 or 3 as before"
OURS = "Four studies, rebuilt"
AGAINST = "{events_treatment}/{n_treatment} against {events_control}/{n_control}"
Z = float(ndtri(0.975))


def row(file: str, study: str, outcome: str) -> dict[str, str]:
    """The row of one study and outcome, as written.

    Examples
    --------
    >>> printed(row("adjusted.csv", "PC-SEARCH 2024", "mRS 0-3"))
    '7.57 [1.91, 30.12]'
    """
    return next(
        row for row in data.rows(file) if (row["study"], row["outcome"]) == (study, outcome)
    )


def printed(row: dict[str, str]) -> str:
    """A printed ratio with its interval as it stands, or what there is of it."""
    if not row["estimate"]:
        return "–"
    return row["estimate"] + (f" [{row['lower']}, {row['upper']}]" if row["lower"] else "")


def span(values: Iterable[float], decimals: int = 3) -> str:
    """The least and the most of some numbers.

    Examples
    --------
    >>> span([0.6604, 0.6625]), span([0.5, 0.5001])
    ('0.660 to 0.663', '0.500')
    """
    texts = [half_up(float(value), decimals) for value in sorted(values)]
    return texts[0] if texts[0] == texts[-1] else f"{texts[0]} to {texts[-1]}"


def reviews() -> Forest:
    """The pooled ratios of the later reviews, as printed, below those of the four studies.

    Odds ratios and risk ratios stand apart: of a common event risk ratios lie nearer to 1.
    """
    rows = data.rows(REVIEWS)
    groups = {
        ratios.heading(outcome, MEASURES[measure]): [
            ratios.pooled(data.pooled(outcome, measure=measure), OURS),
            *(_review(r) for r in rows if (r["outcome"], r["measure"]) == (outcome, measure)),
        ]
        for measure in RATIOS
        for outcome in data.outcomes()
    }
    return ratios.figure(
        groups,
        "Pooled results of the later reviews as printed; diamonds: the four studies of the paper.",
    )


def _review(row: dict[str, str]) -> Row:
    point = float(row["estimate"])
    low, high = (float(row[key] or point) for key in ("lower", "upper"))
    doubt = "" if row["misprint"] == "no" else f"; {row['misprint']} ?"
    return ratios.printed(row["review"], printed(row) + doubt, (point, low, high))


def words() -> dict[str, str]:
    """What the chapter says of printed results that nothing here recomputes."""
    catalonia = row(ADJUSTED, CATALONIA, CATALONIAN)
    shift = row(ADJUSTED, CATALONIA, "mRS shift")
    # Of n patients the log odds of any share have a variance of 4 / n at least.
    stented = row(COUNTS, CATALONIA, CATALONIAN)["n_treatment"]
    odd = row(ADJUSTED, "unidentified study", "mRS 0-2")
    bled, died, able = (row(COUNTS, ATTENTION, o) for o in ("SICH", "mortality", "mRS 0-2"))
    reviews = {(one["review"], one["outcome"]): one for one in data.rows(REVIEWS)}
    return {
        "catalonia-stented": stented,
        "catalonia-adjusted": printed(catalonia),
        "catalonia-shift": printed(shift),
        "catalonia-shift-p": p_equals(float(shift["p"])),
        "least-width": half_up(exp(2 * Z * (4 / int(stented)) ** 0.5), 1),
        "printed-width": half_up(float(catalonia["upper"]) / float(catalonia["lower"]), 1),
        "odd": printed(odd),
        "odd-middle": span(map(float, middle(odd["lower"], odd["upper"])), 2),
        "attention-patients": str(int(bled["n_treatment"]) + int(bled["n_control"])),
        "attention-stent": f"{bled['events_treatment']} of {bled['n_treatment']}",
        "attention-control": f"{bled['events_control']} of {bled['n_control']}",
        "attention-adjusted": printed(row(ADJUSTED, ATTENTION, "SICH")),
        "attention-deaths": AGAINST.format(**died),
        "attention-able": AGAINST.format(**able),
        "aljbour-sich": printed(reviews["Aljbour", "SICH"]),
        "aljbour-able": printed(reviews["Aljbour", "mRS 0-2"]),
        "atwan-sich": printed(reviews["Atwan 2025", "SICH"]),
        "atwan-p": reviews["Atwan 2025", "mortality"]["p"].replace(">", "> "),
        "reviews": str(len({review for review, _ in reviews})),
    }
