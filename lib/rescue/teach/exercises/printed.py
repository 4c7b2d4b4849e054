"""Exercises on printed digits: what they hide, and what they give away."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log

from metabook.exercise import Mistake, exercise
from metabook.frames import row
from scipy.stats import chi2_contingency, fisher_exact
from twobytwo.rounding import half_up

from rescue.teach.exercises.given import (
    DEATHS,
    MRS,
    balloon_angioplasty,
    cells,
    printed_p,
)

CHANG, PENG, CORNELISSEN = "Chang 2018", "Peng 2019", "Cornelissen 2018"


TESTS = ("chi-square", "chi-square with Yates's correction", "Fisher's exact test")


@exercise
def which_test() -> str:
    """The printed digits give away the test; another test may give another verdict."""
    from scipy.stats import chi2_contingency, fisher_exact
    from twobytwo.rounding import prints_as

    a, b, c, d = cells("mRS 0-2", "Peng 2019")
    p = {
        "chi-square": chi2_contingency([[a, b], [c, d]], correction=False).pvalue,
        "chi-square with Yates's correction": chi2_contingency([[a, b], [c, d]]).pvalue,
        "Fisher's exact test": fisher_exact([[a, b], [c, d]]).pvalue,
    }
    printed = printed_p("mRS 0-2", "Peng 2019")
    return next(test for test in p if prints_as(p[test], printed))


@which_test.mistaken
def _() -> Iterator[Mistake]:
    a, b, c, d = cells(MRS, PENG)
    yates, fisher = chi2_contingency([[a, b], [c, d]]).pvalue, fisher_exact([[a, b], [c, d]]).pvalue
    yield TESTS[1], f"It would print {half_up(yates, 3)}: Yates's correction makes p larger."
    yield TESTS[2], f"It would print {half_up(fisher, 3)}: Fisher's test is the more cautious."


@exercise
def count_from_percent() -> float:
    """A percentage of a small group hides one whole number."""
    from twobytwo.rounding import percent

    a, b, _, _ = cells("mRS 0-2", "Chang 2018")
    printed = percent(a, a + b)  # as the abstract prints it
    return next(x for x in range(a + b + 1) if percent(x, a + b) == printed)


@count_from_percent.mistaken
def _() -> Iterator[Mistake]:
    a, b, c, d = cells(MRS, CHANG)
    yield round(a / (a + b) * (c + d)), "That is the percentage of the other arm's patients."
    yield b, "Those are the patients without the event."


@exercise
def half_up_rounding() -> float:
    """Papers round a half up; Python rounds it to the even digit."""
    from twobytwo.rounding import percent

    events, n = balloon_angioplasty()
    return float(percent(events, n, decimals=1))


@half_up_rounding.mistaken
def _() -> Iterator[Mistake]:
    events, n = balloon_angioplasty()
    yield round(100 * events / n, 1), "That is half to even, as Python does; print goes half up."
    yield int(100 * events / n), "That is cut off, and one decimal is asked for."


@exercise
def middle_of_an_interval() -> float:
    """A usual interval has its estimate in the middle on the log scale; else ask why."""
    advice = row("adjusted.csv", study="unidentified study")
    return exp((log(advice["lower"]) + log(advice["upper"])) / 2)


@middle_of_an_interval.mistaken
def _() -> Iterator[Mistake]:
    advice = row("adjusted.csv", study="unidentified study")
    low, high = advice["lower"], advice["upper"]
    yield (low + high) / 2, "That is the middle on the natural scale; ratios live on the log scale."
    yield advice["estimate"], "That is the printed estimate: is it really in the middle?"
    yield log(low * high) / 2, "That is still a logarithm: take its exponential."


@exercise
def counts_from_ratio() -> tuple[float, float]:
    """Few digits can pin down both counts of a study, if its arms are small."""
    from twobytwo.rounding import half_up

    a, b, c, d = cells("mRS 0-2", "Cornelissen 2018")
    n1, n2, printed = a + b, c + d, half_up(a * d / (b * c))
    (pair,) = [
        (x, y)
        for x in range(1, n1)
        for y in range(1, n2)
        if half_up(x * (n2 - y) / ((n1 - x) * y)) == printed
    ]
    return pair


@counts_from_ratio.mistaken
def _() -> Iterator[Mistake]:
    _, b, _, d = cells(MRS, CORNELISSEN)
    yield (b, d), "Those are the patients without the event."


@exercise
def split_of_a_total() -> float:
    """A total and a p-value with three decimals can leave one split of the events only."""
    from scipy.stats import chi2_contingency
    from twobytwo.rounding import half_up

    registry = row("printed_totals.csv", outcome="mortality")
    n1, n2, dead = registry["n_treatment"], registry["n_control"], registry["total"]
    (stented,) = [
        a
        for a in range(dead - n2, dead + 1)
        if half_up(
            chi2_contingency([[a, n1 - a], [dead - a, n2 - dead + a]], correction=False).pvalue, 3
        )
        == registry["p"]
    ]
    return stented


@split_of_a_total.mistaken
def _() -> Iterator[Mistake]:
    registry = row("printed_totals.csv", outcome=DEATHS)
    n1, n2, dead = registry["n_treatment"], registry["n_control"], registry["total"]
    split = row("later_counts.csv", study=registry["study"], outcome=DEATHS)
    yield int(split["events_control"]), "Those are the deaths of the controls."
    yield round(dead * n1 / (n1 + n2)), "That is their share if the arms had been alike."
