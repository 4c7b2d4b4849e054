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
from twobytwo.rounding import number, percent

from rescue.teach.exercises.given import DEATHS, MRS

DIED, INDEPENDENT = data.pooled(DEATHS), data.pooled(MRS)
DIED_RR = data.pooled(DEATHS, measure="RR")
CONTROLS_DIED = percent(int(DIED.table.c.sum()), int((DIED.table.c + DIED.table.d).sum()))


@exercise(
    aim="Apply an odds ratio to a risk.",
    level=2,
    kind="per 1,000",
    task=f"Of the controls {CONTROLS_DIED} % died (all studies added up). Apply the pooled odds "
    f"ratio, {number(DIED.estimate)}. How many of 1,000 would die with it? A whole number.",
    hint="Turn the risk into odds, multiply, and turn the odds back into a risk.",
    decimals=0,
)
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


@exercise(
    aim="Carry a result over to other patients.",
    level=2,
    kind="number",
    task="In your clinic one patient in ten of this kind dies. If the pooled odds ratio of death, "
    f"{number(DIED.estimate)}, held there as an effect, how many would have to be stented for one "
    "death fewer? Rounded up.",
    hint="Work out the risk with the odds ratio applied, then one over the difference.",
    decimals=0,
)
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


@exercise(
    aim="Read two intervals of one result.",
    level=1,
    kind="choice",
    task=f"The pooled odds ratio of independence is {number(INDEPENDENT.estimate)}, its 95 % "
    f"interval {number(INDEPENDENT.ci_lower)} to {number(INDEPENDENT.ci_upper)} and its "
    "{term}`prediction interval` "
    f"{number(INDEPENDENT.prediction_lower)} to {number(INDEPENDENT.prediction_upper)}. What does "
    "that say together?",
    hint="One interval is about the mean of studies like these, the other about the next study.",
)
def two_intervals() -> str:
    """An interval about the mean and one about the next study answer different questions."""
    mrs = data.pooled("mRS 0-2")
    mean = "clear" if mrs.ci_lower > 1 or mrs.ci_upper < 1 else "open"
    new = "clear" if mrs.prediction_lower > 1 or mrs.prediction_upper < 1 else "open"
    return f"The direction of the mean is {mean}, that of a new study's effect {new}."


@two_intervals.mistaken
def _() -> Iterator[Mistake]:
    said = "The direction of the mean is {}, that of a new study's effect {}."
    yield said.format("clear", "clear"), "Look again whether the wider interval includes 1."
    yield said.format("open", "open"), "Look again whether the narrower interval includes 1."
    yield (
        "Nine in ten patients or more gain independence.",
        "Neither interval is about patients.",
    )


@exercise(
    aim="Find out how little overturns a verdict.",
    level=3,
    kind="number",
    task="For death: what is the fewest patients whose outcome must change before the 95 % "
    "interval includes 1?",
    hint="Add deaths among the stented of Chang 2018 one by one; pool again by RevMan 5's rule, as "
    "{doc}`your-own-counts` does, and look at the limit.",
    decimals=0,
)
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


@exercise(
    aim="Measure how strong a hidden cause must be.",
    level=2,
    kind="number",
    task=f"The pooled *risk* ratio of death is {number(DIED_RR.estimate, 3)}. What is its "
    "{term}`E-value`: "
    "how strongly (as risk ratios) must a hidden cause go with both stenting and death to explain "
    "it away? One decimal.",
    hint="Below 1, take one over the ratio first. Then $RR + \\sqrt{RR\\,(RR - 1)}$.",
    decimals=1,
)
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


@exercise(
    aim="Work out what a known confounder can do.",
    level=3,
    kind="number",
    task="A hidden cause (a {term}`confounder`) is twice as frequent among the stented and makes "
    "independence three times as likely. By what factor can it inflate a risk "
    "ratio, at most? Two decimals.",
    hint="The two strengths multiplied, over their sum less one.",
)
def hidden_cause() -> float:
    """A confounder moves a ratio by less than either of its two associations."""
    treated, outcome = 2, 3
    return treated * outcome / (treated + outcome - 1)


@hidden_cause.mistaken
def _() -> Iterator[Mistake]:
    yield 2 * 3, "They do not simply multiply: only part of the arms differ in it."
    yield 2, "That is one of the two; both are needed."
    yield 3, "That is one of the two; both are needed."


@exercise(
    aim="Compare a study with the trial it stands for.",
    level=2,
    kind="choice",
    task="In a {term}`target trial` patients would be assigned when thrombectomy has just failed. "
    "Which departure of the four studies from it does adjusting for age and NIHSS *not* mend?",
    hint="What was known only after the moment at which the decision fell?",
)
def target_trial() -> str:
    """Groups formed by what happened after the decision cannot be mended by adjusting."""
    return "The controls are those whose artery stayed closed."


@target_trial.mistaken
def _() -> Iterator[Mistake]:
    yield "The stented were younger.", "Age is measured, so adjusting can reach it."
    yield "The arms differ in size.", "That costs precision and biases nothing."
    yield "The strokes differed in severity.", "NIHSS measures it, so adjusting can reach it."


@exercise(
    aim="Judge whether an outcome can be compared.",
    level=1,
    kind="choice",
    task="The paper reports how many stented arteries were reperfused. May one pool reperfusion, "
    "stented against controls, as an effect?",
    hint="How many controls were reperfused, and could it have been otherwise?",
)
def never_pooled() -> str:
    """An outcome that defines an arm cannot be compared between the arms."""
    rows = [row for row in data.rows("counts.csv") if row["outcome"] == "reperfusion"]
    by_definition = all(row["basis_control"] == "by definition" for row in rows)
    return "No: the controls have none by definition." if by_definition else "Yes, by fixed effect."


@never_pooled.mistaken
def _() -> Iterator[Mistake]:
    yield "Yes, by Peto's method, made for zero cells.", "The zeros are no rarity but a definition."
    yield "Yes, with 0.5 added to the zero cells.", "A correction mends a sum, not a comparison."
    yield "No: one study's count is missing.", "It is, but the others could not be pooled either."


@exercise(
    aim="Ask what pooling assumes of its studies.",
    level=2,
    kind="choice",
    task="Two registries of basilar strokes in one country report on the same years. You pool both "
    "and the interval becomes narrow. What may be wrong with it?",
    hint="What does the variance of a pooled mean assume about the studies?",
)
def shared_patients() -> str:
    """Pooling counts each study as new patients; those counted twice narrow the interval."""
    return "The same patients may be counted twice."


@shared_patients.mistaken
def _() -> Iterator[Mistake]:
    yield "Registries have no standard errors.", "They do: any two arms with counts have one."
    yield "Narrow intervals are always wrong.", "Many patients honestly make a narrow interval."
    yield "Random effects would widen it enough.", "They allow for scatter, not for double counts."
