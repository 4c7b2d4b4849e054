"""What single choices and the likelihood of the counts say of four studies, in words."""

from __future__ import annotations

import math

from metabook import data
from scipy.special import chdtr
from twobytwo import Result
from twobytwo.checks.refits import leave_one_out
from twobytwo.estimate.equal_odds import equal_odds
from twobytwo.estimate.hypergeometric_normal import hypergeometric_normal, likelihood_ratio_p
from twobytwo.estimate.mean import p_value, wald
from twobytwo.rounding import half_up, number, p_equals, with_interval

DEATHS, MRS, SICH = "mortality", "mRS 0-2", "SICH"


def choice_words() -> dict[str, str]:
    """What single choices do."""
    deaths, hksj = data.pooled(DEATHS), data.pooled(DEATHS, interval="hksj")
    lost = [one.p_value for one in leave_one_out(data.counts(DEATHS)) if one.p_value >= 0.05]
    said = {
        "deaths-dl": deaths.text,
        "deaths-dl-p": p_equals(deaths.p_value),
        "deaths-q-p": p_equals(deaths.q_p_value),
        "deaths-rr": data.pooled(DEATHS, measure="RR").text,
        "deaths-ml": data.pooled(DEATHS, method="IV", tau2="ML").text,
        "deaths-hksj-p": p_equals(hksj.p_value),
        "deaths-loo-p": f"p from {half_up(min(lost), 3)} to {half_up(max(lost), 3)}",
        "mrs-hksj": data.pooled(MRS, interval="hksj").text,
    }
    for name in ("ML", "REML", "PM", "SJ"):
        tau2 = data.pooled(DEATHS, method="IV", tau2=name).tau2
        said[f"deaths-{name.lower()}-tau2"] = number(tau2)
    for df in ("k-2", "k-1"):
        limits = data.pooled(MRS, prediction_df=df).prediction
        said[f"mrs-prediction-{df}"] = " to ".join(number(math.exp(x)) for x in limits)
    return said | luck_words(data.pooled(SICH))


def luck_words(result: Result) -> dict[str, str]:
    """How rarely studies that share one effect agree as closely as these, or more closely."""
    return {
        "sich-q": number(result.q),
        "sich-q-df": str(result.q_df),
        "sich-factor": number(math.sqrt(result.q / result.q_df)),
        "sich-luck": half_up(1 / float(chdtr(result.q_df, result.q)), 0),
    }


def likelihood_words() -> dict[str, str]:
    """What the likelihood of the counts says of the deaths."""
    arms = data.counts(DEATHS).arms
    fit, equal = hypergeometric_normal(*arms), equal_odds(*arms)
    effect, lower, upper = map(math.exp, (fit.effect, *wald(fit.effect, fit.se)))
    return {
        "deaths-varying": with_interval(effect, lower, upper),
        "deaths-varying-tau2": number(fit.tau2),
        "deaths-varying-p": p_equals(float(p_value(fit.effect / fit.se))),
        "deaths-ratio-p": p_equals(likelihood_ratio_p(*arms)),
        "deaths-deviance-p": f"p = {half_up(equal.deviance, 3)}",
        "deaths-zelen-p": f"p = {half_up(equal.zelen, 3)}",
        "deaths-tables": f"{equal.tables:,}",
    }
