"""How intervals behave with four studies: what its chapter measures, and says in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from metabook import data
from scipy.special import ndtri, stdtrit
from twobytwo import Result, pool
from twobytwo.checks.coverage import Behavior, Measured, behavior, mean, prediction_coverage
from twobytwo.checks.simulate import Drawn, draw
from twobytwo.checks.small_studies import egger, egger_power, harbord
from twobytwo.estimate.effects import FloatArray
from twobytwo.estimate.exact import ExactOddsRatio
from twobytwo.rounding import half_up, number

DEATHS, SICH = "mortality", "SICH"
ALPHA = 0.05
META_ANALYSES = 10_000
SEED = 2020
TAUS = (0.0, 0.25, 0.5, 0.75, 1.0)
MODERATE = 0.5
SPARSE_RISKS = (0.1, 0.05, 0.01)
NUMBERS_OF_STUDIES = (4, 10, 20, 40)

REVMAN, HKSJ, TRUNCATED = "RevMan 5 (the paper)", "HKSJ", "HKSJ, truncated"
FIXED, PLAIN = "Fixed effect, M-H, 0.5 added", "Fixed effect, M-H, nothing added"
PETO = "Fixed effect, Peto"
METHODS: dict[str, dict[str, Any]] = {
    REVMAN: {},
    "DL": {"method": "IV"},
    "REML": {"method": "IV", "tau2": "REML"},
    "PM": {"method": "IV", "tau2": "PM"},
    HKSJ: {"interval": "hksj"},
    TRUNCATED: {"interval": "hksj-truncated"},
    FIXED: {"model": "fixed"},
    PLAIN: {"model": "fixed", "zero_cells": "none"},
    PETO: {"model": "fixed", "method": "Peto"},
}
# Iterated estimators of tau2 take most of the time: they are tried on the deaths alone.
FEWER = {name: METHODS[name] for name in (REVMAN, HKSJ, TRUNCATED, FIXED, PLAIN, PETO)}


class Cell(NamedTuple):
    """What was measured on the meta-analyses of one truth."""

    methods: dict[str, Behavior]
    prediction: Measured  # new studies whose true effect the paper's method predicted
    narrower: Measured  # HKSJ intervals narrower than Wald's
    homogeneous: Measured  # tau2 estimated as 0


@cache
def cell(outcome: str, tau: float) -> Cell:
    """Meta-analyses like the paper's, if its pooled odds ratio were the truth.

    Arm sizes and control risks are as observed; tau is the standard deviation of the true log
    odds ratios.
    """
    effect = data.pooled(outcome).effect
    drawn = _drawn(outcome, effect, tau)
    methods = METHODS if outcome == DEATHS else FEWER
    results = {name: pool(*drawn, **choices) for name, choices in methods.items()}
    paper = results[REVMAN]
    return Cell(
        {name: behavior(result, effect) for name, result in results.items()},
        prediction_coverage(paper, effect, tau),
        mean(_width(results[HKSJ]) < _width(paper)),
        mean(paper.tau2 == 0),
    )


@cache
def false_alarms(tau: float) -> dict[str, Measured]:
    """How often deaths would differ significantly if stents did nothing on average."""
    drawn = _drawn(DEATHS, 0.0, tau)
    return {name: behavior(pool(*drawn, **choices), 0.0).power for name, choices in FEWER.items()}


@cache
def sparse(risk: float) -> dict[str, Behavior]:
    """The paper's arms at another risk of hemorrhage, the same in all, without heterogeneity."""
    effect = data.pooled(SICH).effect
    drawn = _drawn(SICH, effect, 0.0, risk)
    return {name: behavior(pool(*drawn, **choices), effect) for name, choices in FEWER.items()}


class Noticed(NamedTuple):
    """How often a test of small-study effects is significant."""

    formula: float  # Egger's, if the study effects were normal with known variances
    egger: Measured  # on counts, as the next
    harbord: Measured


@cache
def noticed(studies: int, bias: float) -> Noticed:
    """How often the tests notice a small-study effect on the deaths, without heterogeneity.

    The studies are the paper's four, again and again; each shows a larger effect by `bias` of its
    own standard errors.
    """
    counts, result = data.counts(DEATHS), data.pooled(DEATHS)
    effect = result.effect + math.copysign(bias, result.effect) * np.sqrt(result.study_variance)
    _, n1, events, n2 = counts.arms
    n1, n2, risk, effect = (np.resize(x, studies) for x in (n1, n2, events / n2, effect))
    drawn = draw(n1, n2, risk, effect, meta_analyses=META_ANALYSES, seed=SEED)
    some = pool(*drawn, model="fixed", method="IV")
    return Noticed(
        egger_power(result.study_variance, bias, studies / len(counts), ALPHA),
        mean(egger(some.study_effect, some.study_variance).p < ALPHA),
        mean(harbord(some.table).p < ALPHA),
    )


def _drawn(outcome: str, effect: float, tau: float, risk: float | None = None) -> Drawn:
    _, n1, events, n2 = data.counts(outcome).arms
    risks = events / n2 if risk is None else risk
    return draw(n1, n2, risks, effect, tau, meta_analyses=META_ANALYSES, seed=SEED)


def _width(result: Result) -> FloatArray:
    width: FloatArray = result.limits.upper - result.limits.lower
    return width


def in_hundred(share: float | Measured) -> str:
    """A share in percent; only all is 100 %, and only none is 0 %.

    Examples
    --------
    >>> in_hundred(0.9123), in_hundred(0.9984), in_hundred(0.0004)
    ('91 %', '>99 %', '<1 %')
    """
    share = share.value if isinstance(share, Measured) else share
    percent = half_up(100 * share, 0)
    if percent == "100" and share < 1:
        return ">99 %"
    return "<1 %" if percent == "0" and share > 0 else f"{percent} %"


def in_thousand(share: float) -> str:
    """A share as tens in 1,000."""
    return str(10 * int(half_up(100 * share, 0)))


Answers = Result | ExactOddsRatio  # of many meta-analyses, by one method


def claims(found: Answers) -> tuple[str, str, str]:
    """How many of 1,000 claim more events with treatment, and fewer; the median odds ratio."""
    more, fewer = np.mean(found.ci_lower > 1), np.mean(found.ci_upper < 1)
    return in_thousand(float(more)), in_thousand(float(fewer)), number(np.nanmedian(found.estimate))


def rare_words(answers: Mapping[str, Answers]) -> dict[str, str]:
    """What the chapter says of rare events: the first two methods, M-H without 0.5, the exact."""
    names = {
        "iv": "Inverse variance, HKSJ",
        "revman": "RevMan 5, random effects",
        "plain": "M-H, nothing added",
        "exact": "Exact conditional",
    }
    words = {f"rare-{key}-more": claims(answers[name])[0] for key, name in names.items()}
    return words | {"rare-iv-or": claims(answers[names["iv"]])[2]}


def truncation_words() -> dict[str, str]:
    """What truncation costs, for deaths of studies that share one effect."""
    found = cell(DEATHS, 0.0).methods
    return {
        "truncated-none": in_hundred(found[TRUNCATED].coverage),
        "truncated-power": in_hundred(found[TRUNCATED].power),
        "hksj-power-none": in_hundred(found[HKSJ].power),
    }


def words() -> dict[str, str]:
    """What the chapter says."""
    taus = {"none": 0.0, "moderate": MODERATE, "large": 1.0}
    deaths = {name: cell(DEATHS, tau) for name, tau in taus.items()}
    moderate, rarest = deaths["moderate"], sparse(SPARSE_RISKS[-1])
    z, t = (-float(x) for x in (ndtri(ALPHA / 2), stdtrit(3, ALPHA / 2)))
    few, many = NUMBERS_OF_STUDIES[0], NUMBERS_OF_STUDIES[-1]
    words = {
        "meta-analyses": f"{META_ANALYSES:,}",
        "moderate": f"{MODERATE:g}",
        "moderate-times": half_up(math.exp(z * MODERATE), 1),
        "paper-tau": number(math.sqrt(data.pooled(DEATHS).tau2)),
        "homogeneous": in_hundred(moderate.homogeneous),
        "paper-missed": in_thousand(1 - moderate.methods[REVMAN].coverage.value),
        "t": half_up(t, 2),
        "t-over-z": half_up(t / z, 1),
        "deaths-or": number(data.pooled(DEATHS).estimate),
        "rarest": in_hundred(SPARSE_RISKS[-1]),
        "rare-undefined": in_hundred(rarest[REVMAN].undefined),
        "rare-bias": in_hundred(math.exp(rarest[REVMAN].bias.value) - 1),
        "rare-coverage": in_hundred(rarest[REVMAN].coverage),
        "rare-power": in_hundred(rarest[REVMAN].power),
        "plain-undefined": in_hundred(rarest[PLAIN].undefined),
        "few-studies": str(few),
        "many-studies": str(many),
        "few-formula": in_hundred(noticed(few, 1.0).formula),
        "few-noticed": in_hundred(noticed(few, 1.0).egger),
        "many-alarm": in_hundred(noticed(many, 0.0).egger),
        "few-harbord": in_hundred(noticed(few, 1.0).harbord),
        "many-harbord": in_hundred(noticed(many, 1.0).harbord),
    }
    methods = {"paper": REVMAN, "fixed": FIXED, "hksj": HKSJ, "truncated": TRUNCATED}
    for name, simulated in deaths.items():
        words[f"prediction-{name}"] = in_hundred(simulated.prediction)
        for key, method in methods.items():
            words[f"{key}-{name}"] = in_hundred(simulated.methods[method].coverage)
    for name in ("none", "moderate"):
        words[f"narrower-{name}"] = in_hundred(cell(SICH, taus[name]).narrower)
    for key in ("paper", "hksj"):
        words[f"{key}-power"] = in_thousand(moderate.methods[methods[key]].power.value)
        words[f"{key}-alarms"] = in_thousand(false_alarms(MODERATE)[methods[key]].value)
    return words
