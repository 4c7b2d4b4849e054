"""Exercises on several studies: weights, heterogeneity, the pooled result."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log, sqrt

import numpy as np
from metabook import data
from metabook.exercise import Mistake, exercise, numbers

from rescue.teach.exercises.given import DEATHS, LARGEST, MRS, log_odds_ratios

DEATHS_RESULT = data.pooled(DEATHS)


@exercise
def forest_squares() -> tuple[float, float]:
    """Studies that are unsure one by one may still point the same way."""
    deaths = data.pooled("mortality")
    lower, upper = deaths.study_interval
    crossing = (lower < 1) & (upper > 1)
    return float(crossing.sum()), float((deaths.study_estimate < 1).sum())


@forest_squares.mistaken
def _() -> Iterator[Mistake]:
    crossing, side = numbers(forest_squares.solution())
    yield (4 - crossing, side), "Those are the lines that leave 1 out."
    yield (crossing, 4 - side), "Those squares lie on the other side; fewer deaths are left."


@exercise
def forest_diamond() -> str:
    """A diamond is an estimate with a width: say both, and do not say that it proves."""
    deaths = data.pooled("mortality")
    lower = "lower" if deaths.ci_upper < 1 else "not clearly lower"
    return f"The stented had {lower} odds of death; how much lower is uncertain."


@exercise
def raw_totals() -> float:
    """Adding up the arms compares patients of different studies: pool effects, not totals."""
    deaths = data.counts("mortality")
    e1, n1, e2, n2 = (arm.sum() for arm in deaths.arms)
    return float(e1 * (n2 - e2) / ((n1 - e1) * e2))


@raw_totals.mistaken
def _() -> Iterator[Mistake]:
    e1, n1, e2, n2 = (float(arm.sum()) for arm in data.counts(DEATHS).arms)
    yield data.pooled(DEATHS).estimate, "That is the pooled odds ratio, of effects."
    yield (e1 / n1) / (e2 / n2), "That is the risk ratio of the totals."


@exercise
def mantel_haenszel() -> float:
    """Mantel and Haenszel sum before they divide, so that a small study does no harm."""
    e1, n1, e2, n2 = data.counts("mRS 0-2").arms
    n = n1 + n2
    return float((e1 * (n2 - e2) / n).sum() / ((n1 - e1) * e2 / n).sum())


@mantel_haenszel.mistaken
def _() -> Iterator[Mistake]:
    a, b, c, d = data.pooled(MRS).table
    yield float((a * d).sum() / (b * c).sum()), "You did not divide by each study's size."
    yield float((a * d / (b * c)).mean()), "That is the plain mean of the odds ratios."
    yield float(a.sum() * d.sum() / (b.sum() * c.sum())), "That is the odds ratio of the totals."


@exercise
def fixed_weight() -> float:
    """A study weighs as much as it knows: one over its variance."""
    _, v = log_odds_ratios("mRS 0-2")
    w = 1 / v
    peng = data.counts("mRS 0-2").study.index("Peng 2019")
    return float(100 * w[peng] / w.sum())


@fixed_weight.mistaken
def _() -> Iterator[Mistake]:
    _, v = log_odds_ratios(MRS)
    _, n1, _, n2 = data.counts(MRS).arms
    at = data.counts(MRS).study.index(LARGEST)
    yield float(100 * v[at] / v.sum()), "You weighted by the variance; it is one over it."
    yield float(100 * v[at] ** -0.5 / (v**-0.5).sum()), "Weights are one over the squared error."
    yield float(100 * (n1 + n2)[at] / (n1 + n2).sum()), "That is its share of the patients."


@exercise
def q_by_hand() -> float:
    """Q weighs each study's distance from the mean by how well the study knows itself."""
    y, v = log_odds_ratios("mRS 0-2")
    mean = np.average(y, weights=1 / v)
    return float(((y - mean) ** 2 / v).sum())


@q_by_hand.mistaken
def _() -> Iterator[Mistake]:
    y, v = log_odds_ratios(MRS)
    mean = np.average(y, weights=1 / v)
    yield float(((y - y.mean()) ** 2 / v).sum()), "Your center is the plain mean; weight it."
    yield float(((y - mean) ** 2).sum()), "You forgot to divide by the variances."
    yield float((abs(y - mean) / v).sum()), "You did not square the distances."


@exercise
def q_about_mantel_haenszel() -> float:
    """About which mean Q is taken moves I²: one printed digit can tell two programs apart."""
    e1, n1, e2, n2 = data.counts("mortality").arms
    table = np.array([e1, n1 - e1, e2, n2 - e2])
    a, b, c, d = table + 0.5 * (table == 0).any(axis=0)
    n = a + b + c + d
    center = log((a * d / n).sum() / (b * c / n).sum())
    y, v = np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
    q = ((y - center) ** 2 / v).sum()
    return float(100 * (q - 3) / q)


@q_about_mantel_haenszel.mistaken
def _() -> Iterator[Mistake]:
    yield data.pooled(DEATHS, q_center="IV").i2, "That is about the inverse-variance mean."
    y, v = log_odds_ratios(DEATHS)
    a, b, c, d = data.pooled(DEATHS).table
    n = a + b + c + d
    center = log((a * d / n).sum() / (b * c / n).sum())
    q = float(((y - center) ** 2 / v).sum())
    yield 100 * (q - 3) / q, "You left the zero out of the M-H sums uncorrected."


@exercise
def i2_by_hand() -> float:
    """I² is the share of Q that chance would not account for."""
    deaths = data.pooled("mortality", measure="RR")
    return float(100 * max(0, (deaths.q - deaths.q_df) / deaths.q))


@i2_by_hand.mistaken
def _() -> Iterator[Mistake]:
    result = data.pooled(DEATHS, measure="RR")
    q, df = result.q, result.q_df
    yield 100 * (q - df - 1) / q, "Degrees of freedom are one fewer than the studies."
    yield 100 * (q - df) / df, "Divide by Q, not by its degrees of freedom."
    yield 100 * df / q, "That is the share that chance does account for."


@exercise
def tau2_by_hand() -> float:
    """DerSimonian and Laird's τ² is what Q has beyond chance, on the scale of the effects."""
    _, v = log_odds_ratios("mortality")
    deaths, w = data.pooled("mortality"), 1 / v
    return float((deaths.q - 3) / (w.sum() - (w**2).sum() / w.sum()))


@tau2_by_hand.mistaken
def _() -> Iterator[Mistake]:
    q, tau2, w = DEATHS_RESULT.q, DEATHS_RESULT.tau2, 1 / log_odds_ratios(DEATHS)[1]
    yield float((q - 3) / w.sum()), "You left out the second sum."
    yield sqrt(tau2), "That is its root, τ."
    yield tau2 * (q - 4) / (q - 3), "Degrees of freedom are one fewer than the studies."


@exercise
def weights_flatten() -> float:
    """τ² adds the same to every variance and so makes the weights more alike."""
    _, v = log_odds_ratios("mortality")
    w = 1 / (v + data.pooled("mortality").tau2)
    peng = data.counts("mortality").study.index("Peng 2019")
    return float(100 * w[peng] / w.sum())


@weights_flatten.mistaken
def _() -> Iterator[Mistake]:
    _, v = log_odds_ratios(DEATHS)
    tau2, at = DEATHS_RESULT.tau2, data.counts(DEATHS).study.index(LARGEST)
    yield float(100 / v[at] / (1 / v).sum()), "That is its weight with a fixed effect."
    w = 1 / v + 1 / tau2
    yield float(100 * w[at] / w.sum()), "Add τ² to the variance, not its inverse to the weight."
    yield 25, "Weights become more alike, not equal."


@exercise
def random_effects() -> float:
    """The pooled ratio is a weighted mean of logarithms, brought back by the exponential."""
    y, v = log_odds_ratios("mortality")
    w = 1 / (v + data.pooled("mortality").tau2)
    return exp((w * y).sum() / w.sum())


@random_effects.mistaken
def _() -> Iterator[Mistake]:
    y, v = log_odds_ratios(DEATHS)
    fixed = data.pooled(DEATHS, model="fixed", method="IV").estimate
    yield fixed, "That is the fixed effect: τ² belongs in every weight."
    yield exp(y.mean()), "All studies weigh the same there."
    w = 1 / (v + DEATHS_RESULT.tau2)
    yield float((w * np.exp(y)).sum() / w.sum()), "You averaged the ratios, not their logarithms."


@exercise
def without_heterogeneity() -> str:
    """With τ² = 0 the two models do the same sums; they still answer different questions."""
    random = data.pooled("SICH", method="IV")
    fixed = data.pooled("SICH", model="fixed", method="IV")
    widths = [log(r.ci_upper / r.ci_lower) for r in (random, fixed)]
    same = abs(widths[0] - widths[1]) < 1e-9
    return "They are the same." if same else "The random-effects interval is wider."
