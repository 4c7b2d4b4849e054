"""Exercises on how sure one study is of its effect."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log, sqrt

from metabook.exercise import Mistake, exercise
from twobytwo.estimate.mean import p_value

from rescue.teach.exercises.given import DEATHS, MRS, cells

BARACCHINI, CHANG = "Baracchini 2017", "Chang 2018"


@exercise
def standard_error() -> float:
    """The smallest cell rules how precise a study is."""
    a, b, c, d = cells("mortality", "Chang 2018")
    return sqrt(1 / a + 1 / b + 1 / c + 1 / d)


@standard_error.mistaken
def _() -> Iterator[Mistake]:
    a, b, c, d = cells(DEATHS, CHANG)
    yield 1 / a + 1 / b + 1 / c + 1 / d, "That is the variance; the standard error is its root."
    yield sqrt(1 / (a + b) + 1 / (c + d)), "You used the arms' sizes; use the four cells."
    yield sqrt(1 / a + 1 / c), "You left out the patients without the event."


@exercise
def wald_interval() -> tuple[float, float]:
    """The interval of a ratio is made on the log scale and is not symmetric after it."""
    a, b, c, d = cells("mortality", "Chang 2018")
    y, se = log(a * d / (b * c)), sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return exp(y - 1.959964 * se), exp(y + 1.959964 * se)


@wald_interval.mistaken
def _() -> Iterator[Mistake]:
    a, b, c, d = cells(DEATHS, CHANG)
    ratio, v = a * d / (b * c), 1 / a + 1 / b + 1 / c + 1 / d
    for half, why in (
        (sqrt(v), "You went one standard error to either side."),
        (1.644854 * sqrt(v), "That is a 90 % interval."),
    ):
        yield (ratio * exp(-half), ratio * exp(half)), why
    half = 1.959964 * sqrt(v)
    yield (ratio - half, ratio + half), "You added to the ratio; add to its logarithm."


@exercise
def p_of_one_study() -> float:
    """A p-value counts both directions: how often chance alone goes as far."""
    from scipy.stats import norm

    a, b, c, d = cells("mRS 0-2", "Baracchini 2017")
    z = log(a * d / (b * c)) / sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return float(2 * norm.sf(abs(z)))


@p_of_one_study.mistaken
def _() -> Iterator[Mistake]:
    a, b, c, d = cells(MRS, BARACCHINI)
    y, v = log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
    yield float(p_value(y / v)), "You divided by the variance; divide by its root."
    yield y / sqrt(v), "That is z; the p-value is the area beyond it."
