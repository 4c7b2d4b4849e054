"""What four studies can bear: what its chapter computes, and says in words."""

from __future__ import annotations

import math
from functools import cache
from typing import NamedTuple

from metabook import data
from scipy.special import chdtrc, ndtri
from twobytwo import Result
from twobytwo.checks.absolute import crude_control_risk
from twobytwo.checks.grid import Analysis, Answer
from twobytwo.checks.grid import grid as every_analysis
from twobytwo.checks.refits import leave_one_out
from twobytwo.estimate.bayes import Posterior, posterior, skeptical_sd
from twobytwo.estimate.exact import ExactOddsRatio, exact_odds_ratio
from twobytwo.estimate.hypergeometric_normal import Fit, hypergeometric_normal, likelihood_ratio_p
from twobytwo.estimate.intervals import p_value, t_interval, wald
from twobytwo.rounding import half_up, number, p_equals, with_interval

from rescue.paper import facts

DEATHS, MRS, SICH = "mortality", "mRS 0-2", "SICH"
SHORT = {"mrs": MRS, "deaths": DEATHS, "sich": SICH}
TAU_SCALES = (0.25, 0.5, 1.0)
MEDIAN = float(ndtri(0.75))  # of a half-normal law with scale 1
SKEPTICAL = 4  # the skeptic's 95 % range of odds ratios: 1/4 to 4


@cache
def grid(outcome: str) -> list[Answer]:
    """Every analysis of the grid for one outcome."""
    return every_analysis(data.counts(outcome))


@cache
def control_risk(outcome: str) -> float:
    """The crude pooled risk without a stent."""
    return crude_control_risk(data.pooled(outcome))


def nearer_end(answer: Answer, risk: float) -> float:
    """Events more in 1,000 at the end of the interval that favors the finding least.

    Examples
    --------
    >>> paper = next(a for a in grid("mortality") if is_papers(a.analysis))
    >>> round(nearer_end(paper, control_risk("mortality")))
    -14
    """
    estimate, low, high = answer.per_thousand(risk)
    return high if estimate < 0 else low


def is_papers(analysis: Analysis) -> bool:
    """Whether this is what the paper did."""
    return analysis == Analysis("OR", "random", "MH", "DL")


def prediction(result: Result, df: int) -> tuple[float, float]:
    """Prediction interval on t with some degrees of freedom, on the natural scale."""
    limits = t_interval(result.effect, math.sqrt(result.wald_se**2 + result.tau2), df)
    return float(result.natural(limits.lower)), float(result.natural(limits.upper))


class Exact(NamedTuple):
    """The answers of the exact likelihood.

    Attributes
    ----------
    common : ExactOddsRatio
        One odds ratio for all studies.
    varying : Fit
        Odds ratios that vary.
    estimate, ci_lower, ci_upper, p_value : float
        Of `varying`, as odds ratios.
    deviance_p : float
        Of the test that the odds ratios do not vary.
    """

    common: ExactOddsRatio
    varying: Fit
    estimate: float
    ci_lower: float
    ci_upper: float
    p_value: float
    deviance_p: float


@cache
def exact(outcome: str) -> Exact:
    """The likelihood of the counts themselves."""
    arms = data.counts(outcome).arms
    fit = hypergeometric_normal(*arms)
    lower, upper = wald(fit.effect, fit.se)
    return Exact(
        exact_odds_ratio(*arms),
        fit,
        math.exp(fit.effect),
        math.exp(lower),
        math.exp(upper),
        float(p_value(fit.effect / fit.se)),
        float(chdtrc(len(data.counts(outcome)) - 1, fit.deviance)),
    )


def ratio_p(outcome: str) -> float:
    """P-value of a mean odds ratio of 1, whatever tau2, by the likelihood ratio of the counts.

    Examples
    --------
    >>> round(ratio_p("mortality"), 3)
    0.038
    """
    return likelihood_ratio_p(*data.counts(outcome).arms)


class Prior(NamedTuple):
    """A belief before the studies: about the mean, and about how far studies differ."""

    skeptical: bool
    tau_scale: float


PRIORS = [Prior(skeptical, scale) for skeptical in (False, True) for scale in TAU_SCALES]


@cache
def bayes(outcome: str, prior: Prior) -> Posterior:
    """The posterior of one outcome under one prior."""
    result = data.pooled(outcome, method="IV")
    sd = skeptical_sd(SKEPTICAL) if prior.skeptical else math.inf
    return posterior(
        result.study_effect, result.study_variance, tau_scale=prior.tau_scale, prior_sd=sd
    )


class Belief(NamedTuple):
    """A posterior as odds ratios: median, 95 % intervals, and how likely the stent is favored."""

    median: float
    lower: float
    upper: float
    new_lower: float
    new_upper: float
    favors: float
    new_favors: float


@cache
def belief(outcome: str, prior: Prior) -> Belief:
    """What one believes of the mean odds ratio, and of that of a new study.

    Examples
    --------
    >>> round(belief("mortality", Prior(False, 0.5)).favors, 3)
    0.987
    """
    found = bayes(outcome, prior)
    below, new_below = found.mean.below(0.0), found.new.below(0.0)
    fewer = data.outcome(outcome)["better"] == "fewer"
    ends = (*found.mean.interval(), *found.new.interval())
    favors = (p if fewer else 1 - p for p in (below, new_below))
    return Belief(*(math.exp(x) for x in (found.mean.quantile(0.5), *ends)), *favors)


def words() -> facts.Words:
    """What the chapter says."""
    return _grid_words() | _choice_words() | _prediction_words() | _exact_words() | _bayes_words()


def _events(x: float) -> str:
    return half_up(abs(x), 0)


def _estimate(result: Result | Exact) -> str:
    return with_interval(result.estimate, result.ci_lower, result.ci_upper)


def _grid_words() -> facts.Words:
    choices = [answer.analysis for answer in grid(MRS)]
    said = {
        "patients": str(int(sum(cell.sum() for cell in data.pooled(MRS).table))),
        "analyses": str(len(choices)),
        "estimators": str(len({one.tau2 for one in choices} - {None})),
        "mrs-worst": _events(min(nearer_end(one, control_risk(MRS)) for one in grid(MRS))),
    }
    for measure in ("OR", "RR", "RD"):
        count = sum(one.measure == measure for one in choices)
        said[f"analyses-{measure.lower()}"] = str(count)
    for name, outcome in SHORT.items():
        risk = control_risk(outcome)
        least, *_, most = sorted((one.per_thousand(risk)[0] for one in grid(outcome)), key=abs)
        said |= {f"{name}-least": _events(least), f"{name}-most": _events(most)}
        said[f"{name}-risk"] = half_up(1000 * risk, 0)
    return said


def _choice_words() -> facts.Words:
    ml, reml, pm, sj = (
        data.pooled(DEATHS, method="IV", tau2=name) for name in ("ML", "REML", "PM", "SJ")
    )
    peto = data.pooled(DEATHS, model="fixed", method="Peto")
    lost = [one.p_value for one in leave_one_out(data.counts(DEATHS)) if one.p_value >= 0.05]
    said = {
        "deaths-dl": _estimate(data.pooled(DEATHS)),
        "deaths-dl-p": p_equals(data.pooled(DEATHS).p_value),
        "deaths-q-p": p_equals(data.pooled(DEATHS).q_p_value),
        "deaths-rr": _estimate(data.pooled(DEATHS, measure="RR")),
        "deaths-reml-tau2": number(reml.tau2),
        "deaths-ml": _estimate(ml),
        "deaths-ml-tau2": number(ml.tau2),
        "deaths-pm-tau2": number(pm.tau2),
        "deaths-sj-tau2": number(sj.tau2),
        "deaths-peto-p": p_equals(peto.p_value),
        "deaths-hksj-p": p_equals(data.pooled(DEATHS, interval="hksj").p_value),
        "deaths-loo-p": f"p from {half_up(min(lost), 3)} to {half_up(max(lost), 3)}",
        "mrs-hksj": _estimate(data.pooled(MRS, interval="hksj")),
    }
    for name in ("wald", "hksj", "hksj-truncated"):
        result = data.pooled(SICH, interval=name)
        said[f"sich-{name}"] = f"{number(result.ci_lower)} to {number(result.ci_upper)}"
    return said | {
        "sich-q": number(result.q),
        "sich-q-df": str(result.q_df),
        "sich-factor": number(math.sqrt(result.q / result.q_df)),
    }


def _prediction_words() -> facts.Words:
    result = data.pooled(MRS)
    few, more = (prediction(result, df) for df in (result.k - 2, result.k - 1))
    return {
        "mrs-prediction-few": f"{number(few[0])} to {number(few[1])}",
        "mrs-prediction-more": f"{number(more[0])} to {number(more[1])}",
    }


def _exact_words() -> facts.Words:
    found = exact(DEATHS)
    return {
        "deaths-varying": _estimate(found),
        "deaths-varying-tau2": number(found.varying.tau2),
        "deaths-varying-p": p_equals(found.p_value),
        "deaths-ratio-p": p_equals(ratio_p(DEATHS)),
        "deaths-deviance-p": p_equals(found.deviance_p),
    }


def _bayes_words() -> facts.Words:
    usual, least, most = (Prior(False, scale) for scale in (0.5, TAU_SCALES[0], TAU_SCALES[-1]))
    flat = belief(DEATHS, usual)
    said = {
        "skeptic": str(SKEPTICAL),
        "deaths-flat": with_interval(flat.median, flat.lower, flat.upper),
        "deaths-flat-sure": percent(flat.favors),
        "deaths-new-least": percent(min(belief(DEATHS, prior).new_favors for prior in PRIORS)),
    }
    for end, prior in {"least": least, "most": most}.items():
        said[f"tau-prior-{end}"] = number(prior.tau_scale)
        said[f"tau-median-{end}"] = number(prior.tau_scale * MEDIAN)
        said[f"deaths-tau-{end}"] = number(bayes(DEATHS, prior).tau_median)
    for name, outcome in SHORT.items():
        sure = [belief(outcome, prior).favors for prior in PRIORS]
        said |= {f"{name}-sure-least": percent(min(sure)), f"{name}-sure-most": percent(max(sure))}
    return said


def percent(probability: float) -> str:
    """A probability in percent, never rounded to certainty.

    Examples
    --------
    >>> percent(0.98723), percent(0.99991)
    ('98.7 %', 'more than 99.9 %')
    """
    if probability > 0.9995:
        return "more than 99.9 %"
    return f"{half_up(100 * probability, 1)} %"
