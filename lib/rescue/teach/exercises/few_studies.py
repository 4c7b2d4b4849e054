"""Exercises on few studies: what they leave open, and what else can be pooled."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, sqrt

import numpy as np
from metabook import data
from metabook.exercise import Mistake, exercise
from scipy.stats import norm
from scipy.stats import t as student
from twobytwo import pool, pool_proportions

from rescue.teach.exercises.given import (
    DEATHS,
    MRS,
    adjusted,
    log_odds_ratios,
)

DEATHS_RESULT = data.pooled(DEATHS)


@exercise
def hartung_knapp() -> tuple[float, float]:
    """With few studies the interval takes its width from their scatter, and a t distribution."""
    from scipy.stats import t

    y, v = log_odds_ratios("mRS 0-2")
    w = 1 / v
    mean = (w * y).sum() / w.sum()
    se = sqrt((w * (y - mean) ** 2).sum() / 3 / w.sum())
    half = t.ppf(0.975, 3) * se
    return exp(mean - half), exp(mean + half)


@hartung_knapp.mistaken
def _() -> Iterator[Mistake]:
    hksj, wald = data.pooled(MRS, interval="hksj"), data.pooled(MRS)
    for half, why in (
        (1.959964 * hksj.se, "You took 1.96; with an estimated scatter it is t."),
        (student.ppf(0.975, 4) * hksj.se, "t has one degree of freedom fewer than the studies."),
        (student.ppf(0.975, 3) * wald.se, "You took t, but left the standard error as it was."),
    ):
        yield (exp(wald.effect - half), exp(wald.effect + half)), why
    yield (wald.ci_lower, wald.ci_upper), "That is the usual (Wald) interval."


@exercise
def prediction_interval() -> tuple[float, float]:
    """The interval for the mean says little about the next study."""
    from scipy.stats import t

    deaths = data.pooled("mortality")
    half = t.ppf(0.975, deaths.k - 2) * sqrt(deaths.tau2 + deaths.se**2)
    return exp(deaths.effect - half), exp(deaths.effect + half)


@prediction_interval.mistaken
def _() -> Iterator[Mistake]:
    y, se, tau2 = DEATHS_RESULT.effect, DEATHS_RESULT.se, DEATHS_RESULT.tau2
    for half, why in (
        (student.ppf(0.975, 3) * sqrt(tau2 + se**2), "That is t with k - 1; take k - 2."),
        (1.959964 * sqrt(tau2 + se**2), "You took 1.96; with few studies it is t."),
        (student.ppf(0.975, 2) * (sqrt(tau2) + se), "Add variances, then take the root."),
        (1.959964 * se, "That is the confidence interval of the mean."),
    ):
        yield (exp(y - half), exp(y + half)), why


@exercise
def leave_one_out() -> float:
    """A result that needs every one of its studies is not a robust one."""
    from twobytwo.checks.refits import leave_one_out as refits

    results = refits(data.counts("mortality"))
    return float(sum(result.ci_lower <= 1 <= result.ci_upper for result in results))


@leave_one_out.mistaken
def _() -> Iterator[Mistake]:
    yield 4 - leave_one_out.solution(), "Those are the ones whose interval leaves 1 out."  # type: ignore[operator]  # a number
    yield 0, "With all studies it does not; without one it may."


@exercise
def cumulative() -> float:
    """What was known when: a cumulative meta-analysis pools anew after each study."""
    first_two = [arm[:2] for arm in data.counts("mortality").arms]
    return float(pool(*first_two).estimate)


@cumulative.mistaken
def _() -> Iterator[Mistake]:
    arms = [arm[:2] for arm in data.counts(DEATHS).arms]
    yield pool(*arms, model="fixed").estimate, "That is the fixed effect."
    yield DEATHS_RESULT.estimate, "That is of all four studies."


FIRST, SECOND = adjusted("Mohammaden 2023"), adjusted("PC-SEARCH 2024")


@exercise
def generic_inverse_variance() -> float:
    """A printed ratio with its interval is enough to be pooled; no counts are needed."""
    ratios = np.log([adjusted("Mohammaden 2023"), adjusted("PC-SEARCH 2024")])
    y, low, high = ratios.T
    se = (high - low) / (2 * 1.959964)
    return exp(np.average(y, weights=1 / se**2))


@generic_inverse_variance.mistaken
def _() -> Iterator[Mistake]:
    both = np.array([FIRST, SECOND])
    y, low, high = np.log(both).T
    yield exp(np.average(y, weights=1 / (high - low))), "Weights are one over the squared error."
    yield float(both[:, 0].mean()), "That is the plain mean of the two ratios."
    weight = (both[:, 2] - both[:, 1]) ** -2.0
    yield exp(np.average(y, weights=weight)), "Take the widths on the log scale."


@exercise
def pooled_proportion() -> float:
    """Proportions are pooled on the logit scale, and by the binomial itself if they are few."""
    from twobytwo import pool_proportions

    _, _, events, n = data.counts("mortality").arms
    return float(100 * pool_proportions(events, n).estimate)


@pooled_proportion.mistaken
def _() -> Iterator[Mistake]:
    e1, n1, e2, n2 = data.counts(DEATHS).arms
    yield float(100 * e2.sum() / n2.sum()), "Those are all controls as if of one study."
    yield float(100 * (e2 / n2).mean()), "That is the plain mean of the percentages."
    yield float(100 * pool_proportions(e1, n1).estimate), "Those are the stented."
    yield (
        float(100 * pool_proportions(e2, n2, method="IV").estimate),
        "That approximates the binomial by a normal curve on the logit scale.",
    )


@exercise
def egger_with_four() -> float:
    """With four studies a test for small-study effects sees only the grossest asymmetry."""
    from scipy.stats import t

    return float(t.ppf(0.975, 4 - 2))


@egger_with_four.mistaken
def _() -> Iterator[Mistake]:
    yield float(norm.ppf(0.975)), "That is the normal curve's; with so few points it is t."
    yield float(student.ppf(0.975, 3)), "The line has two numbers, so that two degrees are lost."
    yield float(student.ppf(0.95, 2)), "That is one-sided."
