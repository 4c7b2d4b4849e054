"""One outcome from the printed percentages to a report, in steps that are exercises."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from metabook import data
from metabook.exercise import Mistake, exercise
from metabook.exercise_box import Folded
from metabook.words import per_thousand_words
from twobytwo import Result, pool
from twobytwo.checks.absolute import per_thousand
from twobytwo.checks.refits import leave_one_out
from twobytwo.rounding import number, p_equals, percent, with_interval

from rescue.teach.exercises.given import DEATHS, LIMITS, cells


@exercise(
    aim="Extract counts.",
    level=1,
    kind="number",
    task="**Extract.** From percentages and sizes, how many died in all: among the stented, and "
    "among the controls?",
    hint="Mind which group an abstract names first. Where no whole number prints the percentage, "
    "take the nearest and write that down.",
    decimals=0,
    fields=("Stented", "Controls"),
)
def capstone_extract() -> tuple[float, float]:
    """Extracting is reading twice: which arm, which denominator, which number prints this."""
    e1, _, e2, _ = data.counts("mortality").arms
    return float(e1.sum()), float(e2.sum())


@capstone_extract.mistaken
def _() -> Iterator[Mistake]:
    e1, n1, e2, n2 = data.counts(DEATHS).arms
    order = np.array([True, False, True, False])  # named controls first
    first, second = np.where(order, e2 / n2, e1 / n1), np.where(order, e1 / n1, e2 / n2)
    yield (
        ((first * n1).round().sum(), (second * n2).round().sum()),
        "Two abstracts name the controls first.",
    )
    yield (n1.sum(), n2.sum()), "Those are the patients; the deaths among them are asked for."


@exercise(
    aim="Work out study effects.",
    level=2,
    kind="ratio",
    task="**Effects.** What are the odds ratios of the smallest and of the largest study? Correct "
    "a zero cell by 0.5. Two decimals.",
    hint="The smallest has the zero. All four of its cells are corrected.",
    fields=("Smallest study", "Largest study"),
)
def capstone_effects() -> tuple[float, float]:
    """Each study first speaks for itself."""
    a, b, c, d = (cell + 0.5 for cell in cells("mortality", "Cornelissen 2018"))
    e, f, g, h = cells("mortality", "Peng 2019")
    return a * d / (b * c), e * h / (f * g)


@capstone_effects.mistaken
def _() -> Iterator[Mistake]:
    a, b, c, d = (cell[2:] for cell in data.pooled(DEATHS).table)
    small, large = a * d / (b * c)
    yield (small, large), "The zero cell is not corrected yet."


@exercise(
    aim="Pool and say by which rule.",
    level=2,
    kind="ratio",
    task="**Pool.** Pool the four by RevMan's random effects: the lower and the upper limit of the "
    "odds ratio? Two decimals.",
    fields=LIMITS,
    hint="`pool` with the four columns; or by hand, as in the chapter on the statistics.",
)
def capstone_pool() -> tuple[float, float]:
    """Which rule was used belongs to the result: write it down with the numbers."""
    result = pool(*data.counts("mortality").arms)
    return float(result.ci_lower), float(result.ci_upper)


@capstone_pool.mistaken
def _() -> Iterator[Mistake]:
    for choices, why in (
        ({"model": "fixed"}, "That is the fixed effect."),
        ({"interval": "hksj"}, "That is the HKSJ interval; RevMan 5 gives Wald's."),
        ({"measure": "RR"}, "That is the risk ratio."),
    ):
        result = data.pooled(DEATHS, **choices)
        yield (result.ci_lower, result.ci_upper), why


@exercise(
    aim="Judge a pooled result.",
    level=3,
    kind="choice",
    task="**Judge.** You leave out each study in turn, and think of how the controls were chosen. "
    "What is your verdict?",
    hint="Look at the intervals without each study; then at what defines a control.",
)
def capstone_judge() -> str:
    """Direction, robustness and design are three questions; each has its own answer."""
    from twobytwo.checks.refits import leave_one_out

    left = leave_one_out(data.counts("mortality"))
    direction = "one direction" if max(r.estimate for r in left) < 1 else "no one direction"
    hold = "not robust" if any(r.ci_upper > 1 for r in left) else "robust"
    return f"An association of {direction}, {hold}, and open to bias."


@capstone_judge.mistaken
def _() -> Iterator[Mistake]:
    yield (
        "An association of one direction, robust, and open to bias.",
        "Look at the upper limits once a study is left out.",
    )
    yield (
        "A robust effect: four of four studies agree.",
        "They agree in direction, but they share the way the controls were chosen.",
    )
    yield (
        "No association: without some studies the interval holds 1.",
        "An interval that holds 1 is no proof of no association.",
    )


def report(result: Result) -> Folded:
    """A model report of deaths."""
    e1, n1, e2, n2 = (int(arm.sum()) for arm in data.counts(DEATHS).arms)
    absolute = per_thousand_words(per_thousand(result))
    left = leave_one_out(data.counts(DEATHS))
    lost = sum(one.ci_upper > 1 for one in left)
    pooled = with_interval(result.estimate, result.ci_lower, result.ci_upper)
    prediction = f"{number(result.prediction_lower)} to {number(result.prediction_upper)}"
    return Folded(
        "A model report",
        f"**Methods.** {result.method_sentence} Counts were worked out from printed percentages.\n"
        "\n"
        f"**Result.** In {result.k} nonrandomized studies {e1} of {n1} stented patients "
        f"({percent(e1, n1)} %) and {e2} of {n2} controls ({percent(e2, n2)} %) died. Rescue "
        "stenting was associated with lower odds of death (odds ratio, 95 % confidence interval: "
        f"{pooled}; {p_equals(result.p_value)}; I² = {number(result.i2, 0)} %; prediction "
        f"interval {prediction}). At the controls' risk this would be "
        f"{absolute['difference']} deaths in 1,000 ({absolute['difference-ci']}).\n"
        "\n"
        f"**Judgment.** Without one study, {lost} of {len(left)} intervals hold 1. The controls "
        "were chosen by an artery that stayed closed, which no adjustment mends. The randomized "
        "trial {cite}`Gao2024` outranks these studies.",
    )
