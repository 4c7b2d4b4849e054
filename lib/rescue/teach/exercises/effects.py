"""Exercises on one study: its effect, its interval, its printed digits."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, exp, log, log10

from metabook.exercise import Mistake, exercise

from rescue.teach.exercises.given import DEATHS, MRS, cells

CHANG, PENG, BARACCHINI = "Chang 2018", "Peng 2019", "Baracchini 2017"
CORNELISSEN = "Cornelissen 2018"
REVERSED = "That is the difference the other way round: mind which arm comes first."


def odds_ratio_of(a: float, b: float, c: float, d: float) -> float:
    """The odds ratio of one table."""
    return a * d / (b * c)


@exercise
def odds_ratio_by_hand() -> float:
    """Odds set those with the event against those without it, not against all."""
    a, b, c, d = cells("mortality", "Chang 2018")
    return (a / b) / (c / d)


@odds_ratio_by_hand.mistaken
def _() -> Iterator[Mistake]:
    a, b, c, d = cells(DEATHS, CHANG)
    yield (a / (a + b)) / (c / (c + d)), "That is the risk ratio: you divided by all patients."
    yield a / c, "That compares numbers of deaths; the arms differ in size."


@exercise
def risk_ratio() -> float:
    """When events are common, the odds ratio is farther from 1 than the risk ratio."""
    a, b, c, d = cells("mRS 0-2", "Baracchini 2017")
    return (a / (a + b)) / (c / (c + d))


@risk_ratio.mistaken
def _() -> Iterator[Mistake]:
    a, b, c, d = cells(MRS, BARACCHINI)
    yield odds_ratio_of(a, b, c, d), "That is the odds ratio; a risk divides by all patients."
    yield a / (a + b) - c / (c + d), "That is the risk difference: divide, do not subtract."


@exercise
def log_scale() -> tuple[float, float]:
    """On the log scale an effect and its reverse lie equally far from zero."""
    a, b, c, d = cells("mRS 0-2", "Baracchini 2017")
    y = log(a * d / (b * c))
    return y, -y


@log_scale.mistaken
def _() -> Iterator[Mistake]:
    ratio = odds_ratio_of(*cells(MRS, BARACCHINI))
    yield (log10(ratio), -log10(ratio)), "Those are logarithms to base ten; natural ones are asked."
    yield (ratio, 1 / ratio), "Those are the ratios themselves: take their logarithms."


@exercise
def swapped_outcome() -> float:
    """A risk ratio of survival is not one over that of death; an odds ratio would be."""
    a, b, c, d = cells("mortality", "Peng 2019")
    return (b / (a + b)) / (d / (c + d))


@swapped_outcome.mistaken
def _() -> Iterator[Mistake]:
    a, b, c, d = cells(DEATHS, PENG)
    death = (a / (a + b)) / (c / (c + d))
    yield 1 / death, "That turns the risk ratio of death upside down: only an odds ratio allows it."
    yield death, "That is the risk ratio of death."
    yield 1 - death, "A ratio is not completed to one; only a single risk is."


@exercise
def zero_cell() -> float:
    """The usual correction adds 0.5 to all four cells of a table with a zero."""
    a, b, c, d = (cell + 0.5 for cell in cells("mortality", "Cornelissen 2018"))
    return a * d / (b * c)


@zero_cell.mistaken
def _() -> Iterator[Mistake]:
    a, b, c, d = cells(DEATHS, CORNELISSEN)
    yield odds_ratio_of(a, b, c, d), "You forgot the correction: this has no logarithm."
    yield odds_ratio_of(a + 0.5, b, c, d), "You corrected one cell; the rule is all four."
    yield odds_ratio_of(a + 1, b + 1, c + 1, d + 1), "You added one; the rule is one half."


@exercise
def difference_per_thousand() -> float:
    """A risk difference per 1,000 says what a ratio hides: how many people."""
    a, b, c, d = cells("mortality", "Peng 2019")
    return 1000 * (a / (a + b) - c / (c + d))


@difference_per_thousand.mistaken
def _() -> Iterator[Mistake]:
    a, b, c, d = cells(DEATHS, PENG)
    difference = a / (a + b) - c / (c + d)
    yield -1000 * difference, REVERSED
    yield 1000 * (a / b - c / d), "You subtracted odds; subtract risks."


@exercise
def needed_to_treat() -> float:
    """The number needed to treat is one over the risk difference, rounded up."""
    a, b, c, d = cells("mortality", "Peng 2019")
    return ceil(1 / (c / (c + d) - a / (a + b)))


@needed_to_treat.mistaken
def _() -> Iterator[Mistake]:
    a, b, c, d = cells(DEATHS, PENG)
    exact = 1 / (c / (c + d) - a / (a + b))
    yield int(exact), "Round up, not down: that many would not be quite enough."
    yield (100 / exact), "That is the difference in percentage points; take one over it."


@exercise
def no_event_seen() -> float:
    """No event among few patients does not mean no risk."""
    a, b, _, _ = cells("mortality", "Cornelissen 2018")
    return float(100 * (1 - 0.05 ** (1 / (a + b))))


@no_event_seen.mistaken
def _() -> Iterator[Mistake]:
    n = sum(cells(DEATHS, CORNELISSEN)[:2])
    yield 0, "No event seen is not no risk: a rarer run of luck explains it too."
    yield 300 / n, "That is the rule of three, good for larger arms; solve it exactly here."
    yield 100 * (1 - 0.025 ** (1 / n)), "That is a chance of one in forty."
    yield 100 * 0.05 ** (1 / n), "That is the chance to survive; the risk is the rest."


@exercise
def peto() -> float:
    """Peto's odds ratio needs no zero-cell correction but is off when effects are large."""
    a, b, c, d = cells("mortality", "Baracchini 2017")
    n1, n2, m = a + b, c + d, a + c
    n = n1 + n2
    expected, variance = n1 * m / n, n1 * n2 * m * (n - m) / (n**2 * (n - 1))
    return exp((a - expected) / variance)


@peto.mistaken
def _() -> Iterator[Mistake]:
    a, b, c, d = cells(DEATHS, BARACCHINI)
    n1, n2, m = a + b, c + d, a + c
    n = n1 + n2
    expected, v = n1 * m / n, n1 * n2 * m * (n - m) / n**3
    yield odds_ratio_of(a, b, c, d), "That is the ordinary odds ratio."
    yield exp((a - expected) / v), "In the variance, one N is N - 1: patients are not put back."
    yield a / expected, "That is observed over expected."
