"""Exercises on printed digits: what they hide, and what they give away."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log

from metabook.exercise import Mistake, exercise
from metabook.frames import row
from scipy.stats import chi2_contingency, fisher_exact
from twobytwo.rounding import half_up, percent

from rescue.teach.exercises.given import (
    DEATHS,
    MRS,
    balloon_angioplasty,
    cells,
    printed_p,
    told,
)

CHANG, PENG, CORNELISSEN = "Chang 2018", "Peng 2019", "Cornelissen 2018"


TESTS = ("chi-square", "chi-square with Yates's correction", "Fisher's exact test")


@exercise(
    aim="Find out which test printed a p-value.",
    level=3,
    kind="choice",
    task=f"{told(MRS, PENG)}. The abstract prints p = {printed_p(MRS, PENG)}. Which test was used?",
    hint="`scipy.stats` has `chi2_contingency(table, correction=...)` and `fisher_exact(table)`.",
)
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


STENTED_CHANG = sum(cells(MRS, CHANG)[:2])


@exercise(
    aim="Recover a count from a percentage.",
    level=1,
    kind="number",
    task=f"An abstract says that {percent(cells(MRS, CHANG)[0], STENTED_CHANG)} % of "
    f"{STENTED_CHANG} stented patients were independent. How many is that?",
    hint="Multiply; then see whether the whole number next to it prints the same percentage.",
    decimals=0,
)
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


HALFWAY = balloon_angioplasty()


@exercise(
    aim="Round as papers do.",
    level=1,
    kind="percent",
    task=f"What percentage, to one decimal, do papers print for {HALFWAY[0]} of {HALFWAY[1]}? "
    "Compare with what Python's `round` makes of it.",
    hint="The percentage lies exactly between two decimals: nothing says up or down but a custom.",
    decimals=1,
)
def half_up_rounding() -> float:
    """Papers round a half up; Python rounds it to the even digit."""
    from twobytwo.rounding import percent

    events, n = balloon_angioplasty()
    return float(percent(events, n, decimals=1))


@half_up_rounding.mistaken
def _() -> Iterator[Mistake]:
    events, n = HALFWAY
    yield round(100 * events / n, 1), "That is half to even, as Python does; print goes half up."
    yield int(100 * events / n), "That is cut off, and one decimal is asked for."


ADVICE = row("adjusted.csv", study="unidentified study")


@exercise(
    aim="Test whether a printed interval is of the usual kind.",
    level=2,
    kind="number",
    task=f"A summary of advice prints an odds ratio of {ADVICE['estimate']} with the interval "
    f"{ADVICE['lower']} to {ADVICE['upper']}. Where is the middle of this interval on the scale "
    "it should have been made on? Two decimals, as an odds ratio.",
    hint="Average the logarithms of the limits, then take the exponential.",
)
def middle_of_an_interval() -> float:
    """A usual interval has its estimate in the middle on the log scale; else ask why."""
    advice = row("adjusted.csv", study="unidentified study")
    return exp((log(advice["lower"]) + log(advice["upper"])) / 2)


@middle_of_an_interval.mistaken
def _() -> Iterator[Mistake]:
    low, high = ADVICE["lower"], ADVICE["upper"]
    yield (low + high) / 2, "That is the middle on the natural scale; ratios live on the log scale."
    yield ADVICE["estimate"], "That is the printed estimate: is it really in the middle?"
    yield log(low * high) / 2, "That is still a logarithm: take its exponential."


SMALL = cells(MRS, CORNELISSEN)
SMALL_ARMS = sum(SMALL[:2]), sum(SMALL[2:])
SMALL_RATIO = SMALL[0] * SMALL[3] / (SMALL[1] * SMALL[2])


@exercise(
    aim="Recover counts from a printed odds ratio.",
    level=3,
    kind="number",
    task=f"A study of {SMALL_ARMS[0]} stented patients and {SMALL_ARMS[1]} controls prints an odds "
    f"ratio of {half_up(SMALL_RATIO)}. How many had the event in each arm?",
    hint="Try all pairs of counts in two loops and keep what prints this ratio, rounded half up.",
    decimals=0,
    fields=("Stented", "Controls"),
)
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
    yield (SMALL[1], SMALL[3]), "Those are the patients without the event."


REGISTRY = row("printed_totals.csv", outcome=DEATHS)
STENTED, PATIENTS = REGISTRY["n_treatment"], REGISTRY["n_treatment"] + REGISTRY["n_control"]
DEAD = REGISTRY["total"]
SPLIT = row("later_counts.csv", study=REGISTRY["study"], outcome=DEATHS)


@exercise(
    aim="Recover the arms from a total and a p-value.",
    level=3,
    kind="number",
    task=f"A registry of {PATIENTS} patients, {STENTED} of them stented, prints that {DEAD} died "
    f"in all, and p = {REGISTRY['p']} for stented against controls (chi-square, uncorrected). How "
    "many of the stented died?",
    hint="Try each number of deaths among the stented; `chi2_contingency(..., correction=False)`.",
    decimals=0,
)
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
    yield int(SPLIT["events_control"]), "Those are the deaths of the controls."
    yield round(DEAD * STENTED / PATIENTS), "That is their share if the arms had been alike."
