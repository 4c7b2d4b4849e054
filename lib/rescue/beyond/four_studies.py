"""What four studies can bear, in words: from what the chapter has computed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from metabook import data
from scipy.special import chdtr, ndtri
from twobytwo import Result
from twobytwo.checks.grid import Analysis, Answer
from twobytwo.checks.refits import leave_one_out
from twobytwo.estimate.bayes import Posterior
from twobytwo.estimate.equal_odds import equal_odds
from twobytwo.estimate.hypergeometric_normal import Fit, hypergeometric_normal, likelihood_ratio_p
from twobytwo.estimate.mean import p_value, wald
from twobytwo.rounding import half_up, number, p_equals, with_interval

from rescue.paper import facts

DEATHS, MRS, SICH = "mortality", "mRS 0-2", "SICH"
SHORT = {"mrs": MRS, "deaths": DEATHS, "sich": SICH}
MEDIAN = float(ndtri(0.75))  # of a half-normal law with scale 1
SKEPTICAL = 4  # the skeptic's 95 % range of odds ratios: 1/4 to 4

Grids = Mapping[str, tuple[Sequence[Answer], float]]
"""From the outcome to the answers of its grid, and the risk without a stent."""


class Prior(NamedTuple):
    """A belief before the studies: about the mean, and about how far studies differ."""

    skeptical: bool
    tau_scale: float

    @property
    def name(self) -> str:
        """The prior in two words."""
        return f"{'skeptical' if self.skeptical else 'flat'}, {half_up(self.tau_scale)}"


Posteriors = Mapping[str, Mapping[Prior, Posterior]]


def nearer_end(answer: Answer, risk: float) -> float:
    """Events more in 1,000 at the end of the interval that favors the finding least.

    Examples
    --------
    >>> from twobytwo.checks.grid import answer
    >>> deaths = answer(data.counts("mortality"), Analysis("OR", "fixed", "Peto"))
    >>> round(nearer_end(deaths, 0.3))
    -60
    """
    estimate, low, high = answer.per_thousand(risk)
    return high if estimate < 0 else low


def is_papers(analysis: Analysis) -> bool:
    """Whether this is what the paper did."""
    return analysis == Analysis("OR", "random", "MH", "DL", zero_cells="affected")


def favors(outcome: str, found: Posterior) -> tuple[float, float]:
    """How probable it is that the mean, and that a new study's odds ratio, favors the stent."""
    below = (found.mean.below(0.0), found.new.below(0.0))
    mean, new = below if data.outcome(outcome)["better"] == "fewer" else (1 - p for p in below)
    return mean, new


def odds_ratios(found: Posterior) -> tuple[float, ...]:
    """Median and interval of the mean, and the interval of a new study."""
    ends = (found.mean.quantile(0.5), *found.mean.interval(), *found.new.interval())
    return tuple(math.exp(x) for x in ends)


def varying(fit: Fit) -> tuple[float, float, float]:
    """Odds ratio of a fit and its Wald interval."""
    lower, upper = wald(fit.effect, fit.se)
    return math.exp(fit.effect), math.exp(lower), math.exp(upper)


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


def grid_words(grids: Grids) -> facts.Words:
    """What the chapter says of its grid."""
    choices = [answer.analysis for answer in grids[MRS][0]]
    said = {
        "patients": str(int(sum(cell.sum() for cell in data.pooled(MRS).table))),
        "analyses": str(len(choices)),
        "estimators": str(len({one.tau2 for one in choices} - {None})),
        "mrs-worst": _events(min(nearer_end(one, grids[MRS][1]) for one in grids[MRS][0])),
    }
    for measure in ("OR", "RR", "RD"):
        count = sum(one.measure == measure for one in choices)
        said[f"analyses-{measure.lower()}"] = str(count)
    for name, outcome in SHORT.items():
        answers, risk = grids[outcome]
        least, *_, most = sorted((one.per_thousand(risk)[0] for one in answers), key=abs)
        said |= {f"{name}-least": _events(least), f"{name}-most": _events(most)}
        said[f"{name}-risk"] = half_up(1000 * risk, 0)
    for end, one in {"least": min, "most": max}.items():
        deaths = one(grids[DEATHS][0], key=lambda answer: answer.p_value)
        said[f"deaths-p-{end}"] = p_equals(deaths.p_value)
    return said


def choice_words() -> facts.Words:
    """What single choices do."""
    ml, reml, pm, sj = (
        data.pooled(DEATHS, method="IV", tau2=name) for name in ("ML", "REML", "PM", "SJ")
    )
    lost = [one.p_value for one in leave_one_out(data.counts(DEATHS)) if one.p_value >= 0.05]
    said = {
        "deaths-dl": data.pooled(DEATHS).text,
        "deaths-dl-p": p_equals(data.pooled(DEATHS).p_value),
        "deaths-q-p": p_equals(data.pooled(DEATHS).q_p_value),
        "deaths-rr": data.pooled(DEATHS, measure="RR").text,
        "deaths-reml-tau2": number(reml.tau2),
        "deaths-ml": ml.text,
        "deaths-ml-tau2": number(ml.tau2),
        "deaths-pm-tau2": number(pm.tau2),
        "deaths-sj-tau2": number(sj.tau2),
        "deaths-hksj-p": p_equals(data.pooled(DEATHS, interval="hksj").p_value),
        "deaths-loo-p": f"p from {half_up(min(lost), 3)} to {half_up(max(lost), 3)}",
        "mrs-hksj": data.pooled(MRS, interval="hksj").text,
    }
    for df in ("k-2", "k-1"):
        new = data.pooled(MRS, prediction_df=df)
        limits = new.prediction_lower, new.prediction_upper
        said[f"mrs-prediction-{df}"] = " to ".join(map(number, limits))
    return said | luck_words(data.pooled(SICH))


def luck_words(result: Result) -> facts.Words:
    """How rarely studies that share one effect agree as closely as these, or more closely."""
    rare = float(chdtr(result.q_df, result.q))
    return {
        "sich-q": number(result.q),
        "sich-q-df": str(result.q_df),
        "sich-factor": number(math.sqrt(result.q / result.q_df)),
        "sich-luck": half_up(1 / rare, 0),
    }


def likelihood_words() -> facts.Words:
    """What the likelihood of the counts says of the deaths."""
    arms = data.counts(DEATHS).arms
    fit, equal = hypergeometric_normal(*arms), equal_odds(*arms)
    return {
        "deaths-varying": with_interval(*varying(fit)),
        "deaths-varying-tau2": number(fit.tau2),
        "deaths-varying-p": p_equals(float(p_value(fit.effect / fit.se))),
        "deaths-ratio-p": p_equals(likelihood_ratio_p(*arms)),
        "deaths-deviance-p": f"p = {half_up(equal.deviance, 3)}",
        "deaths-zelen-p": f"p = {half_up(equal.zelen, 3)}",
        "deaths-tables": f"{equal.tables:,}",
    }


def belief_words(posteriors: Posteriors) -> facts.Words:
    """What a Bayesian says."""
    deaths = posteriors[DEATHS]
    scales = sorted({prior.tau_scale for prior in deaths})
    flat = deaths[Prior(False, 0.5)]
    median, lower, upper, *_ = odds_ratios(flat)
    said = {
        "skeptic": str(SKEPTICAL),
        "deaths-flat": with_interval(median, lower, upper),
        "deaths-flat-sure": percent(favors(DEATHS, flat)[0]),
        "deaths-new-least": percent(min(favors(DEATHS, one)[1] for one in deaths.values())),
    }
    for end, scale in {"least": scales[0], "most": scales[-1]}.items():
        said[f"tau-prior-{end}"] = number(scale)
        said[f"tau-median-{end}"] = number(scale * MEDIAN)
        said[f"deaths-tau-{end}"] = number(deaths[Prior(False, scale)].tau_median)
    for name, outcome in SHORT.items():
        sure = [favors(outcome, one)[0] for one in posteriors[outcome].values()]
        said |= {f"{name}-sure-least": percent(min(sure)), f"{name}-sure-most": percent(max(sure))}
    return said


def _events(x: float) -> str:
    return half_up(abs(x), 0)
