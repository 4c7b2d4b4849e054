"""Exercises on the sentence that reports a result."""

from __future__ import annotations

import re
from collections.abc import Iterator

from metabook import data
from metabook.exercise import Mistake, exercise
from twobytwo.rounding import number

from rescue.teach.exercises.given import MRS

INDEPENDENT = data.pooled(MRS)


@exercise
def which_sentence() -> str:
    """Studies that were not randomized support an association, not an effect."""
    from twobytwo.rounding import with_interval

    result = data.pooled("mortality")
    ratio = with_interval(result.estimate, result.ci_lower, result.ci_upper)
    return (
        "Rescue stenting was associated with lower odds of death "
        f"(odds ratio {ratio}; four nonrandomized studies)."
    )


@exercise
def write_the_result() -> str:
    """A result is an association, a number, its interval, its studies and its method."""
    from twobytwo.rounding import number

    r = data.pooled("mRS 0-2")
    return (
        f"In {r.k} nonrandomized studies rescue stenting was associated with higher odds of "
        f"independence (odds ratio {number(r.estimate)}, 95 % CI {number(r.ci_lower)} to "
        f"{number(r.ci_upper)}; random effects, I² = {number(r.i2, 0)} %)."
    )


@write_the_result.mistaken
def _() -> Iterator[Mistake]:
    def says(value: float, decimals: int = 2) -> str:
        return rf"(?<![\d.]){re.escape(number(value, decimals))}(?![\d.]*\d)"

    yield "associated|association", "Say that it is an association: nobody was randomized."
    yield r"^(?!.*\b(cause|prevent|improve|reduce|effect of)s?\b)", "A word in it claims an effect."
    yield r"odds ratio|\bOR\b", "Name the measure."
    yield says(INDEPENDENT.estimate), "The odds ratio is missing, or not with two decimals."
    yield says(INDEPENDENT.ci_lower), "The lower limit is missing, or not with two decimals."
    yield says(INDEPENDENT.ci_upper), "The upper limit is missing, or not with two decimals."
    yield rf"\b({INDEPENDENT.k}|four)\b[^.]*stud", "Say how many studies."
    yield r"non-?randomi[sz]ed|observational", "Say of which kind the studies are."
    yield r"random[- ]effects", "Name the model."
    yield rf"I(²|2|\^2)\D*{number(INDEPENDENT.i2, 0)}\s?%", "I² is missing."
