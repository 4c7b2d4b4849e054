"""Exercises on the sentence that reports a result."""

from __future__ import annotations

import re
from collections.abc import Iterator

from metabook import data
from metabook.exercise import Mistake, exercise
from twobytwo.rounding import number, with_interval

from rescue.teach.exercises.given import DEATHS, MRS

DIED, INDEPENDENT = data.pooled(DEATHS), data.pooled(MRS)


def _sentence(verb: str) -> str:
    result = with_interval(DIED.estimate, DIED.ci_lower, DIED.ci_upper)
    return f"Rescue stenting {verb} (odds ratio {result}; four nonrandomized studies)."


@exercise(
    aim="Choose the words for a result.",
    level=1,
    kind="choice",
    task="Which sentence do the four studies support?",
    hint="They were not randomized, and an odds ratio is not a ratio of risks.",
)
def which_sentence() -> str:
    """Studies that were not randomized support an association, not an effect."""
    from twobytwo.rounding import with_interval

    result = data.pooled("mortality")
    said = with_interval(result.estimate, result.ci_lower, result.ci_upper)
    return (
        "Rescue stenting was associated with lower odds of death "
        f"(odds ratio {said}; four nonrandomized studies)."
    )


@which_sentence.mistaken
def _() -> Iterator[Mistake]:
    yield _sentence("prevents death"), "They were not randomized: no effect can be claimed."
    yield _sentence("makes death less likely"), "This, too, says what causes what."
    fewer = f"{number(100 * (1 - DIED.estimate), 0)} %"
    yield (
        _sentence(f"was associated with {fewer} fewer deaths"),
        "One less an odds ratio is no share of deaths: it is about odds.",
    )


@exercise(
    aim="Write a result.",
    level=3,
    kind="text",
    task="Write the result for independence in one sentence, as a paper would: what was associated "
    "with what, the odds ratio with its 95 % interval (two decimals), how many studies of which "
    "kind, the model, and I².",
    hint='Take the numbers from `data.pooled("mRS 0-2")`: `estimate`, `ci_lower`, `ci_upper`, '
    "`k`, `i2`.",
)
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
