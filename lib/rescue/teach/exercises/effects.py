"""Exercises on one study: its effect, its interval, its printed digits."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, exp, log, log10

from metabook.exercise import Mistake, exercise

from rescue.teach.exercises.given import DEATHS, MRS, cells, told

CHANG, PENG, BARACCHINI = "Chang 2018", "Peng 2019", "Baracchini 2017"
CORNELISSEN = "Cornelissen 2018"
REVERSED = "That is the difference the other way round: mind which arm comes first."


def odds_ratio_of(a: float, b: float, c: float, d: float) -> float:
    """The odds ratio of one table."""
    return a * d / (b * c)


@exercise(
    aim="Work out an odds ratio.",
    level=1,
    kind="ratio",
    task=f"{told(DEATHS, CHANG)}. What is the {{term}}`odds ratio`? Two decimals.",
    hint="The {term}`odds` of an arm are the patients with the event over those *without* it.",
)
def odds_ratio_by_hand() -> float:
    """Odds set those with the event against those without it, not against all."""
    a, b, c, d = cells("mortality", "Chang 2018")
    return (a / b) / (c / d)


@odds_ratio_by_hand.mistaken
def _() -> Iterator[Mistake]:
    a, b, c, d = cells(DEATHS, CHANG)
    yield (a / (a + b)) / (c / (c + d)), "That is the risk ratio: you divided by all patients."
    yield a / c, "That compares numbers of deaths; the arms differ in size."


@exercise(
    aim="Work out a risk ratio and compare it with the odds ratio.",
    level=1,
    kind="ratio",
    task=f"{told(MRS, BARACCHINI)}. What is the {{term}}`risk ratio`, which divides "
    "proportions rather than odds? Two decimals.",
    hint="First each arm's proportion: events over all its patients. Then divide.",
)
def risk_ratio() -> float:
    """When events are common, the odds ratio is farther from 1 than the risk ratio."""
    a, b, c, d = cells("mRS 0-2", "Baracchini 2017")
    return (a / (a + b)) / (c / (c + d))


@risk_ratio.mistaken
def _() -> Iterator[Mistake]:
    a, b, c, d = cells(MRS, BARACCHINI)
    yield odds_ratio_of(a, b, c, d), "That is the odds ratio; a risk divides by all patients."
    yield a / (a + b) - c / (c + d), "That is the risk difference: divide, do not subtract."


@exercise(
    aim="See what swapping the arms does to a logarithm.",
    level=1,
    kind="number",
    task=f"{told(MRS, BARACCHINI)}. Give two natural logarithms: of the odds ratio, and of the "
    "odds ratio with the arms swapped. Three decimals each.",
    hint="Swapping the arms turns the ratio upside down. What does that do to its logarithm?",
    decimals=3,
    fields=("Of the odds ratio", "With the arms swapped"),
)
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


@exercise(
    aim="Swap the outcome in a risk ratio.",
    level=2,
    kind="ratio",
    task=f"{told(DEATHS, PENG)}. What is the {{term}}`risk ratio` of *survival*? Two decimals.",
    hint="Take the survivors of each arm as its events, and start anew.",
)
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


@exercise(
    aim="Correct a table with a zero cell.",
    level=2,
    kind="ratio",
    task=f"{told(DEATHS, CORNELISSEN)}. Correct the {{term}}`zero cell` as RevMan does and give "
    "the odds ratio, three decimals.",
    hint="Half a patient is added to every cell of this table, not only to the empty one.",
    decimals=3,
)
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


@exercise(
    aim="Say a risk difference in patients.",
    level=1,
    kind="per 1,000",
    task=f"{told(DEATHS, PENG)}. How many deaths more (plus) or fewer (minus) is that in 1,000 "
    "stented patients? A whole number.",
    hint="Subtract the controls' proportion from that of the stented, then multiply.",
    decimals=0,
)
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


@exercise(
    aim="Turn a risk difference into a number needed to treat.",
    level=1,
    kind="number",
    task=f"{told(DEATHS, PENG)}. If the difference were an effect, how many would have to be "
    "stented for one death fewer (the {term}`number needed to treat`)? A whole number.",
    hint="One over the risk difference, and rounded up, so as not to promise too much.",
    decimals=0,
)
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


@exercise(
    aim="Say what an arm without events still allows.",
    level=2,
    kind="percent",
    task=f"{told(DEATHS, CORNELISSEN)}. None of the stented: what is the largest risk of death at "
    "which so lucky a run still has a chance of one in twenty? In percent, one decimal.",
    hint="If the risk is $p$, all of $n$ patients survive with probability $(1 - p)^n$.",
    decimals=1,
)
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


@exercise(
    aim="Work out an odds ratio without correcting zeros.",
    level=3,
    kind="ratio",
    task=f"{told(DEATHS, BARACCHINI)}. What is Peto's odds ratio,"
    " $\\exp\\left((O - E) / V\\right)$? Two decimals.",
    hint="O: deaths of the stented; E: their share of all deaths; V: the hypergeometric variance, "
    "$n_1 n_2 m (N - m) / (N^2 (N - 1))$ with $m$ deaths among $N$ patients.",
)
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
