"""Exercises on several studies: weights, heterogeneity, the pooled result."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log, sqrt

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student
from twobytwo import pool
from twobytwo.pool_proportions import pool_proportions
from twobytwo.text import number, with_interval

from book import data
from book.exercises.exercise import Mistake, exercise
from book.exercises.given import DEATHS, MRS, SICH, adjusted, listed, log_odds_ratios

LOG = "That is the mean on the log scale; take its exponential."
INDEPENDENT = f"Independent (mRS 0-2), stented first: {listed(MRS)}."
DIED = f"Died, stented first: {listed(DEATHS)}."


@exercise(
    level=1,
    kind="ratio",
    task=f"{DIED} Add up the arms as if all patients came from one study. What is the odds ratio "
    "of the totals? Two decimals. Compare it with the pooled one, "
    f"{number(data.pooled(DEATHS).estimate)}.",
    hint="Sum the deaths and the survivors of each arm; then it is one table.",
)
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


@exercise(
    level=2,
    kind="ratio",
    task=f"{INDEPENDENT} What is the {{term}}`Mantel-Haenszel <Mantel-Haenszel, M-H>` odds ratio? "
    "Two decimals.",
    hint="Sum $ad/N$ over the studies, sum $bc/N$, and divide once, at the end.",
)
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


@exercise(
    level=1,
    kind="percent",
    task=f"{INDEPENDENT} With {{term}}`fixed effect` and {{term}}`inverse variance`, what share of "
    "the weight has Peng 2019? In percent, one decimal.",
    hint="Each weight is one over the variance of the log odds ratio. Divide by their sum.",
    decimals=1,
)
def fixed_weight() -> float:
    """A study weighs as much as it knows: one over its variance."""
    _, v = log_odds_ratios("mRS 0-2")
    w = 1 / v
    return float(100 * w[3] / w.sum())  # Baracchini, Chang, Cornelissen, Peng


@fixed_weight.mistaken
def _() -> Iterator[Mistake]:
    _, v = log_odds_ratios(MRS)
    _, n1, _, n2 = data.counts(MRS).arms
    yield float(100 * v[3] / v.sum()), "You weighted by the variance; it is one over it."
    yield float(100 * v[3] ** -0.5 / (v**-0.5).sum()), "Weights are one over the squared error."
    yield float(100 * (n1 + n2)[3] / (n1 + n2).sum()), "That is its share of the patients."


@exercise(
    level=2,
    kind="number",
    task=f"{INDEPENDENT} What is Cochran's {{term}}`Q` about the inverse-variance mean? "
    "Two decimals.",
    hint="The squared distance of each log odds ratio from the mean, times its weight; sum them.",
)
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


ABOUT_IV = data.pooled(DEATHS, q_center="IV")


@exercise(
    level=3,
    kind="percent",
    task=f"{DIED} About the inverse-variance mean, {{term}}`I²` is {number(ABOUT_IV.i2, 0)} %. "
    "What is it if Q is taken about the Mantel-Haenszel estimate, the zero cell corrected there "
    "too? In percent, one decimal.",
    hint="Add 0.5 to Cornelissen's four cells first; then M-H, then Q about its logarithm.",
    decimals=1,
)
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
    yield ABOUT_IV.i2, "That is about the inverse-variance mean."
    y, v = log_odds_ratios(DEATHS)
    a, b, c, d = data.pooled(DEATHS).table
    n = a + b + c + d
    center = log((a * d / n).sum() / (b * c / n).sum())
    q = float(((y - center) ** 2 / v).sum())
    yield 100 * (q - 3) / q, "You left the zero out of the M-H sums uncorrected."


DEATHS_RESULT = data.pooled(DEATHS)
RISK_RATIO = data.pooled(DEATHS, measure="RR")


@exercise(
    level=1,
    kind="percent",
    task=f"For the *risk* ratio of death, {{term}}`Q` is {number(RISK_RATIO.q, 3)} with "
    f"{RISK_RATIO.k} studies. What is {{term}}`I²`, in percent, one decimal?",
    hint="What part of Q is beyond its degrees of freedom, which are one fewer than the studies?",
    decimals=1,
)
def i2_by_hand() -> float:
    """I² is the share of Q that chance would not account for."""
    deaths = data.pooled("mortality", measure="RR")
    return float(100 * max(0, (deaths.q - deaths.q_df) / deaths.q))


@i2_by_hand.mistaken
def _() -> Iterator[Mistake]:
    q, df = RISK_RATIO.q, RISK_RATIO.q_df
    yield 100 * (q - df - 1) / q, "Degrees of freedom are one fewer than the studies."
    yield 100 * (q - df) / df, "Divide by Q, not by its degrees of freedom."
    yield 100 * df / q, "That is the share that chance does account for."


@exercise(
    level=2,
    kind="number",
    task=f"{DIED} Take Q as {number(DEATHS_RESULT.q, 4)}. What is {{term}}`DL`'s variance between "
    "the studies, {term}`τ²`? Three decimals.",
    hint="$(Q - \\mathrm{df}) / (S_1 - S_2 / S_1)$; $S_1$ sums the weights $1/v$ and $S_2$ their "
    "squares.",
    decimals=3,
)
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


@exercise(
    level=2,
    kind="percent",
    task=f"{DIED} With τ² = {number(DEATHS_RESULT.tau2, 4)}, what share of the weight has Peng "
    "2019, the largest study? In percent, one decimal. What had it with a fixed effect?",
    hint="Every study's variance grows by the same τ²: what does that do to unequal variances?",
    decimals=1,
)
def weights_flatten() -> float:
    """τ² adds the same to every variance and so makes the weights more alike."""
    _, v = log_odds_ratios("mortality")
    w = 1 / (v + data.pooled("mortality").tau2)
    return float(100 * w[3] / w.sum())  # Baracchini, Chang, Cornelissen, Peng


@weights_flatten.mistaken
def _() -> Iterator[Mistake]:
    _, v = log_odds_ratios(DEATHS)
    tau2 = DEATHS_RESULT.tau2
    yield float(100 / v[3] / (1 / v).sum()), "That is its weight with a fixed effect."
    w = 1 / v + 1 / tau2
    yield float(100 * w[3] / w.sum()), "Add τ² to the variance, not its inverse to the weight."
    yield 25, "Weights become more alike, not equal."


@exercise(
    level=2,
    kind="ratio",
    task=f"{DIED} With τ² = {number(DEATHS_RESULT.tau2, 4)}, what is the pooled odds ratio by "
    "{term}`random effects`? Three decimals.",
    hint="The weighted mean of the log odds ratios, each weight one over variance plus τ².",
    decimals=3,
)
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


@exercise(
    level=1,
    kind="choice",
    task=f"For {SICH} τ² is estimated as {number(data.pooled(SICH).tau2, 0)}. How do the "
    "random-effects and the fixed-effect interval compare, both with inverse variance?",
    hint="Put τ² into the formula of the weights.",
)
def without_heterogeneity() -> str:
    """With τ² = 0 the two models do the same sums; they still answer different questions."""
    random = data.pooled("SICH", method="IV")
    fixed = data.pooled("SICH", model="fixed", method="IV")
    widths = [log(r.ci_upper / r.ci_lower) for r in (random, fixed)]
    same = abs(widths[0] - widths[1]) < 1e-9
    return "They are the same." if same else "The random-effects interval is wider."


@without_heterogeneity.mistaken
def _() -> Iterator[Mistake]:
    yield "The random-effects interval is wider.", "Only when τ² is above zero."
    yield "The fixed-effect interval is wider.", "It never is: τ² can only add to a variance."


@exercise(
    level=3,
    kind="ratio",
    task=f"{INDEPENDENT} What is the {{term}}`HKSJ` interval of the pooled odds ratio? τ² is "
    f"{number(data.pooled(MRS).tau2, 0)}. Two limits, two decimals.",
    hint="The variance of the mean is multiplied by Q about that mean over $k - 1$; then take $t$ "
    "with $k - 1$ degrees of freedom, not 1.96.",
)
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


@exercise(
    level=3,
    kind="ratio",
    task=f"For death, the pooled log odds ratio is {number(DEATHS_RESULT.effect, 4)} with standard "
    f"error {number(DEATHS_RESULT.se, 4)} and τ² = {number(DEATHS_RESULT.tau2, 4)}. What is the "
    "95 % {term}`prediction interval`, with $t$ on $k - 2$ degrees of freedom? Two decimals.",
    hint="A new study errs for two reasons: the mean is uncertain, and studies differ. Add the two "
    "variances before you take the root.",
)
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


@exercise(
    level=1,
    kind="number",
    task="For death, leave out each study in turn. In how many of the pooled results does the "
    "95 % interval hold 1?",
    hint='`twobytwo.refits.leave_one_out(data.counts("mortality"))` pools them for you.',
    decimals=0,
)
def leave_one_out() -> float:
    """A result that needs every one of its studies is not a robust one."""
    from twobytwo.refits import leave_one_out as refits

    results = refits(data.counts("mortality"))
    return float(sum(result.ci_lower <= 1 <= result.ci_upper for result in results))


@leave_one_out.mistaken
def _() -> Iterator[Mistake]:
    yield 4 - leave_one_out.solution(), "Those are the ones whose interval leaves 1 out."  # type: ignore[operator]
    yield 0, "With all studies it does not; without one it may."


@exercise(
    level=2,
    kind="ratio",
    task="Pool the deaths of the first two studies, Baracchini 2017 and Chang 2018, as a reader in "
    "their year could have done. What is the odds ratio by random effects? Two decimals.",
    hint="`pool` takes the four columns of counts; keep the first two entries of each.",
)
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


@exercise(
    level=3,
    kind="ratio",
    task="Two later studies print adjusted odds ratios for mRS 0 to 3: "
    f"{with_interval(*FIRST)} and {with_interval(*SECOND)}. Counts are not to be had for them. "
    "Pool them by {term}`inverse variance` with a {term}`fixed effect`; two decimals. (They may "
    "share patients; here they are two studies.)",
    hint="The width of an interval on the log scale is twice 1.96 standard errors.",
)
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
    yield exp(np.average(y, weights=1 / (high - low))), "Weights are one over the *squared* error."
    yield float(both[:, 0].mean()), "That is the plain mean of the two ratios."
    weight = (both[:, 2] - both[:, 1]) ** -2.0
    yield exp(np.average(y, weights=weight)), "Take the widths on the log scale."


@exercise(
    level=3,
    kind="percent",
    task=f"{DIED} What is the controls' risk of death for a typical study, by a logistic "
    "random-effects model (a GLMM)? In percent, one decimal.",
    hint="`twobytwo.pool_proportions.pool_proportions(events, n)` fits it; no zero needs mending.",
    decimals=1,
)
def pooled_proportion() -> float:
    """Proportions are pooled on the logit scale, and by the binomial itself if they are few."""
    from twobytwo.pool_proportions import pool_proportions

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


@exercise(
    level=2,
    kind="number",
    task="Egger's test fits a line (two numbers) through the four studies. How far from zero must "
    "its $t$ be for p = 0.05, two-sided? Two decimals.",
    hint="Degrees of freedom: the points less the numbers fitted. Then the usual table of t.",
)
def egger_with_four() -> float:
    """With four studies a test for small-study effects sees only the grossest asymmetry."""
    from scipy.stats import t

    return float(t.ppf(0.975, 4 - 2))


@egger_with_four.mistaken
def _() -> Iterator[Mistake]:
    yield float(norm.ppf(0.975)), "That is the normal curve's; with so few points it is t."
    yield float(student.ppf(0.975, 3)), "The line has two numbers, so that two degrees are lost."
    yield float(student.ppf(0.95, 2)), "That is one-sided."
