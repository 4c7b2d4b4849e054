"""Exercises on what a result means: patients, fragility, confounding, sentences."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, sqrt

import numpy as np
from metabook import data
from metabook.exercise import Mistake, exercise
from twobytwo import pool
from twobytwo.checks.absolute import e_value, fragility, number_needed_to_treat, per_thousand

from rescue.teach.exercises.given import DEATHS, MRS

DIED, INDEPENDENT = data.pooled(DEATHS), data.pooled(MRS)
DIED_RR = data.pooled(DEATHS, measure="RR")


@exercise
def deaths_per_thousand() -> float:
    """An odds ratio multiplies odds; a risk has to be turned into odds and back."""
    deaths = data.pooled("mortality")
    risk = deaths.table.c.sum() / (deaths.table.c + deaths.table.d).sum()
    odds = deaths.estimate * risk / (1 - risk)
    return float(1000 * odds / (1 + odds))


@deaths_per_thousand.mistaken
def _() -> Iterator[Mistake]:
    without, with_, *_ = per_thousand(DIED)
    yield without * DIED.estimate, "You multiplied the risk; an odds ratio multiplies odds."
    yield without - with_, "That is how many fewer would die."
    odds = DIED.estimate * without / (1000 - without)
    yield 1000 * odds, "Those are odds; turn them back into a risk."


RARE = Fraction(1, 10)


@exercise
def baseline_risk() -> float:
    """One odds ratio is many numbers needed to treat: it depends on the risk one starts from."""
    risk = 1 / 10
    odds = data.pooled("mortality").estimate * risk / (1 - risk)
    return float(ceil(1 / (risk - odds / (1 + odds))))


@baseline_risk.mistaken
def _() -> Iterator[Mistake]:
    yield ceil(number_needed_to_treat(DIED)), "That is at the average risk of the four studies."
    yield int(number_needed_to_treat(DIED, float(RARE))), "Round up, not down."
    yield ceil(1 / (float(RARE) * (1 - float(DIED_RR.estimate)))), "That is with the risk ratio."


@exercise
def two_intervals() -> str:
    """An interval about the mean and one about the next study answer different questions."""
    mrs = data.pooled("mRS 0-2")
    mean = "clear" if mrs.ci_lower > 1 or mrs.ci_upper < 1 else "open"
    new = "clear" if mrs.prediction_lower > 1 or mrs.prediction_upper < 1 else "open"
    return f"The direction of the mean is {mean}, that of a new study's effect {new}."


@exercise
def fragile() -> float:
    """Significance may depend on one patient; then it is no ground to stand on."""
    deaths = data.counts("mortality")
    e1, n1, e2, n2 = deaths.arms
    changed = 0
    while pool(e1, n1, e2, n2).ci_upper < 1:
        e1 = e1 + (np.array(deaths.study) == "Chang 2018")
        changed += 1
    return changed


@fragile.mistaken
def _() -> Iterator[Mistake]:
    yield 0, "As the counts stand, the interval does not reach so far."
    yield fragility(data.counts(MRS)).events, "That is independence; death is asked for."


@exercise
def e_value_of_death() -> float:
    """The E-value measures how strong a hidden cause must be, not whether there is one."""
    ratio = 1 / data.pooled("mortality", measure="RR").estimate
    return float(ratio + sqrt(ratio * (ratio - 1)))


@e_value_of_death.mistaken
def _() -> Iterator[Mistake]:
    odds_ratio = 1 / float(DIED.estimate)
    yield 1 / float(DIED_RR.estimate), "That is the ratio turned over; the root is missing."
    yield (
        odds_ratio + sqrt(odds_ratio * (odds_ratio - 1)),
        "That is from the odds ratio, which overstates a risk ratio when events are common.",
    )
    limit = e_value(DIED_RR.estimate, DIED_RR.ci_lower, DIED_RR.ci_upper).limit
    yield limit, "That is the one of the limit nearer to 1."


@exercise
def hidden_cause() -> float:
    """A confounder moves a ratio by less than either of its two associations."""
    treated, outcome = 2, 3
    return treated * outcome / (treated + outcome - 1)


@hidden_cause.mistaken
def _() -> Iterator[Mistake]:
    yield 2 * 3, "They do not simply multiply: only part of the arms differ in it."
    yield 2, "That is one of the two; both are needed."
    yield 3, "That is one of the two; both are needed."


@exercise
def target_trial() -> str:
    """Groups formed by what happened after the decision cannot be mended by adjusting."""
    return "The controls are those whose artery stayed closed."


@exercise
def never_pooled() -> str:
    """An outcome that defines an arm cannot be compared between the arms."""
    rows = [row for row in data.rows("counts.csv") if row["outcome"] == "reperfusion"]
    by_definition = all(row["basis_control"] == "by definition" for row in rows)
    return "No: the controls have none by definition." if by_definition else "Yes, by fixed effect."


@exercise
def shared_patients() -> str:
    """Pooling counts each study as new patients; those counted twice narrow the interval."""
    return "The same patients may be counted twice."
