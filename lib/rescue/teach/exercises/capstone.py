"""One outcome from the printed percentages to a report, in steps that are exercises."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from metabook import data
from metabook.exercise import Mistake, exercise
from twobytwo import pool

from rescue.teach.exercises.given import CONTROLS_FIRST, DEATHS, LARGEST, cells


@exercise
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


@exercise
def capstone_effects() -> tuple[float, float]:
    """Each study first speaks for itself."""
    a, b, c, d = (cell + 0.5 for cell in cells("mortality", "Cornelissen 2018"))
    e, f, g, h = cells("mortality", "Peng 2019")
    return a * d / (b * c), e * h / (f * g)


@capstone_effects.mistaken
def _() -> Iterator[Mistake]:
    (a, b, c, d), (e, f, g, h) = cells(DEATHS, "Cornelissen 2018"), cells(DEATHS, LARGEST)
    yield (a * d / (b * c), e * h / (f * g)), "The zero cell is not corrected yet."


@exercise
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


@exercise
def capstone_judge() -> str:
    """Direction, robustness and design are three questions; each has its own answer."""
    from twobytwo.checks.refits import leave_one_out

    left = leave_one_out(data.counts("mortality"))
    direction = "one direction" if max(r.estimate for r in left) < 1 else "no one direction"
    hold = "not robust" if any(r.ci_upper > 1 for r in left) else "robust"
    return f"An association of {direction}, {hold}, and open to bias."
