"""How robust and how complete the evidence is: what its chapter says in words."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import twobytwo as tt
from metabook import data
from metabook.words import result_words
from twobytwo import Result
from twobytwo.checks.absolute import EValue, crude_control_risk, e_value, number_needed_to_treat
from twobytwo.checks.noticing import egger_power
from twobytwo.estimate.mean import i_squared_interval, prediction
from twobytwo.plots.baujat import contributions
from twobytwo.rounding import half_up, number, p_equals, percent

from rescue.beyond import chosen
from rescue.paper import facts

DEATHS, MRS = "mortality", "mRS 0-2"
ALPHA = 0.05


def power(result: Result, bias: float = 1.0, copies: float = 1) -> float:
    """How often Egger's test finds it if each study errs by `bias` of its standard errors.

    `copies` is how many there are of each study; see `egger_power`.

    Examples
    --------
    >>> round(power(data.pooled("mortality"), bias=0), 3)
    0.05
    """
    return egger_power(result.study_variance, bias, copies, ALPHA)


def e_values(outcome: str) -> tuple[Result, EValue]:
    """The pooled risk ratio of an outcome, and the E-values of its estimate and its limit."""
    result = data.pooled(outcome, measure="RR")
    return result, e_value(result.estimate, result.ci_lower, result.ci_upper)


def words() -> facts.Words:
    """What the chapter says."""
    return _model_words() | _small_study_words() | _risk_words() | _confounding_words()


def _model_words() -> facts.Words:
    said: facts.Words = {}
    for name, outcome in {"mrs": MRS, "deaths": DEATHS, "sich": "SICH"}.items():
        fixed = result_words(data.pooled(outcome, model="fixed"))
        said[f"{name}-fixed-or-ci"] = fixed["or-ci"]
        if outcome == DEATHS:
            random = result_words(data.pooled(outcome))
            said |= {f"deaths-fixed-{key}": fixed[key] for key in ("p", "difference")}
            said |= {f"deaths-random-{key}": random[key] for key in ("or-ci", "p", "difference")}
    deaths, independent = data.pooled(DEATHS), data.pooled(MRS)
    lost = sorted(result.estimate for result in tt.leave_one_out(deaths))
    effect, se, tau2 = independent.effect, independent.se, independent.tau2
    other = prediction(effect, se, tau2, independent.k, df="k-1")
    said |= {
        f"cumulative-{i}-p": p_equals(result.p_value)
        for i, result in enumerate(tt.cumulative(deaths), 1)
    }
    return said | {
        "deaths-loo-low": number(lost[0]),
        "deaths-loo-high": number(lost[-1]),
        "subsets": str(len(tt.subsets(deaths))),
        "mrs-prediction-other": " to ".join(number(math.exp(float(x))) for x in other),
    }


def _small_study_words() -> facts.Words:
    deaths = data.pooled(DEATHS)
    largest = float(np.sqrt(deaths.study_variance).max())
    return {
        "bias-times": half_up(math.exp(largest), 1),
        "power": f"{half_up(100 * power(deaths), 0)} %",
        "power-none": f"{half_up(100 * power(deaths, 0), 0)} %",
        "power-forty": f"{half_up(100 * power(deaths, copies=10), 0)} %",
    }


def _risk_words() -> facts.Words:
    deaths = data.pooled(DEATHS)
    controls = [(int(e), int(n)) for e, n in zip(*data.counts(DEATHS).arms[2:], strict=True)]
    lowest, *_, highest = sorted(controls, key=lambda of: Fraction(*of))
    lower, upper = i_squared_interval(deaths.q, deaths.q_df)
    return {
        "control-lowest": f"{percent(*lowest)} %",
        "control-highest": f"{percent(*highest)} %",
        "q-first-percent": f"{half_up(100 * contributions(deaths).max() / deaths.q, 0)} %",
        "i2": f"{number(deaths.i2, 0)} %",
        "i2-ci": f"{number(lower, 0)} % to {number(upper, 0)} %",
        "deaths-nnt": needed_to_treat(deaths),
        "deaths-nnt-low": needed_to_treat(deaths, 0.1),
        "deaths-risk": f"{half_up(100 * crude_control_risk(deaths), 1)} %",
    }


def _confounding_words() -> facts.Words:
    said: facts.Words = {}
    for name, outcome in {"mrs": MRS, "deaths": DEATHS}.items():
        ratio, needed = e_values(outcome)
        events, stented = tt.fragility(data.pooled(outcome)).events, int(ratio.arms[0][1].sum())
        said |= {
            f"{name}-e": number(needed.point, 1),
            f"{name}-fragility": str(events),
            f"{name}-fragility-per-thousand": half_up(Fraction(1000 * events, stented), 0),
        }
    thrombolysis, _, closed = (
        (Fraction(*one.stent), Fraction(*one.control)) for one in chosen.unequal()
    )
    of = chosen.flow()
    return said | {
        "mrs-e-limit": number(e_values(MRS)[1].limit, 1),
        "deaths-rr": ratio.text,
        "deaths-stented": str(stented),
        "tpa-ratio": half_up(thrombolysis[1] / thrombolysis[0], 1),
        "closed-ratio": half_up(closed[1] / closed[0], 1),
        "closed-stent": f"{of.closed} of {of.opened + of.closed}",
    }


def needed_to_treat(result: Result, control_risk: float | None = None) -> str:
    """The number needed to treat, rounded up as is the custom."""
    return str(math.ceil(number_needed_to_treat(result, control_risk)))
