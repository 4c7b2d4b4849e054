"""One outcome from the printed percentages to a report, in steps that are exercises."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from metabook import data
from metabook.exercise import Mistake, exercise
from twobytwo import pool

from rescue.teach.exercises.given import CONTROLS_FIRST, DEATHS, LARGEST, LIMITS, cells


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
    deaths = data.counts(DEATHS)
    e1, n1, e2, n2 = deaths.arms
    swapped = np.isin(deaths.study, CONTROLS_FIRST)
    first, second = np.where(swapped, e2 / n2, e1 / n1), np.where(swapped, e1 / n1, e2 / n2)
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
    (a, b, c, d), (e, f, g, h) = cells(DEATHS, "Cornelissen 2018"), cells(DEATHS, LARGEST)
    yield (a * d / (b * c), e * h / (f * g)), "The zero cell is not corrected yet."


@exercise(
    aim="Pool and say by which rule.",
    level=2,
    kind="ratio",
    task="**Pool.** Pool the four by RevMan's random effects: the lower and the upper limit of the "
    "odds ratio? Two decimals.",
    fields=LIMITS,
    hint="By hand; or RevMan 5's rule in {doc}`your-own-counts`; or `pool` with the four columns.",
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
        "No association: without some studies the interval includes 1.",
        "An interval that includes 1 is no proof of no association.",
    )
