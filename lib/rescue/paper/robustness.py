"""How robust and how complete the evidence is: what its chapter computes, and says in words."""

from __future__ import annotations

import math
from collections import Counter
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import pandas as pd
from metabook import data
from metabook.frames import frame
from metabook.templates import capital
from twobytwo import Result
from twobytwo.checks.absolute import (
    EValue,
    Fragility,
    crude_control_risk,
    e_value,
    fragility,
    number_needed_to_treat,
)
from twobytwo.checks.noticing import egger_power
from twobytwo.checks.refits import cumulative, subsets
from twobytwo.checks.small_studies import Asymmetry, egger, harbord, peters
from twobytwo.estimate.heterogeneity import i_squared_interval
from twobytwo.plots.baujat import contributions
from twobytwo.rounding import half_up, number, p_equals, percent

from rescue.paper import facts

DEATHS, MRS = "mortality", "mRS 0-2"
VOLUME = "infarct volume"  # the one characteristic that is measured and not counted
ALPHA = 0.05


def asymmetry(outcome: str) -> dict[str, Asymmetry]:
    """Egger's, Harbord's and Peters' tests of one outcome."""
    result = data.pooled(outcome)
    return {
        "Egger": egger(result.study_effect, result.study_variance),
        "Harbord": harbord(result.table),
        "Peters": peters(result.study_effect, result.table),
    }


def power(result: Result, bias: float = 1.0, copies: float = 1) -> float:
    """How often Egger's test finds it if each study errs by `bias` of its standard errors.

    Parameters
    ----------
    result : Result
        Its studies have the standard errors that they have, and scatter by chance alone.
    bias : float
    copies : float
        As if there were this many of each study; 2.5 of four make ten.

    See `egger_power`.

    Examples
    --------
    >>> round(power(data.pooled("mortality"), bias=0), 3)
    0.05
    """
    return egger_power(result.study_variance, bias, copies, ALPHA)


def accumulated(outcome: str) -> list[tuple[str, Result]]:
    """The studies in the order of their years, each with the result up to it."""
    counts = data.counts(outcome)
    if list(counts.study) != sorted(counts.study, key=lambda name: name.split()[-1]):
        raise ValueError("the studies are not in the order of their years")
    plus = [("+ " if i else "") + name for i, name in enumerate(counts.study)]
    return list(zip(plus, cumulative(counts), strict=True))


def e_values(outcome: str) -> tuple[Result, EValue]:
    """The pooled risk ratio of an outcome, and the E-values of its estimate and its limit."""
    result = data.pooled(outcome, measure="RR")
    return result, e_value(result.estimate, result.ci_lower, result.ci_upper)


class Imbalance(NamedTuple):
    """How differently a characteristic is spread over the arms of a study.

    Attributes
    ----------
    study, characteristic : str
    stent, control : str
        As printed.
    ratio : Fraction
        The larger share over the smaller; at least 1.
    more : str
        The arm that has more of it.
    """

    study: str
    characteristic: str
    stent: str
    control: str
    ratio: Fraction
    more: str


def imbalances() -> list[Imbalance]:
    """What Table 1 counts (or measures) in both arms of a study and not in everybody."""
    every = frame("baseline.csv")
    every = every[every["events"].notna() | (every["characteristic"] == VOLUME)]
    found = []
    for (study, name, level), arms in every.groupby(
        ["study", "characteristic", "level"], sort=False, dropna=False
    ):
        if len(arms) < 2:
            continue
        measured = name == VOLUME
        said, share = {}, {}
        for arm in arms.itertuples():
            said[arm.arm] = f"{arm.value:g} mL" if measured else f"{arm.events}/{arm.n}"
            share[arm.arm] = (
                Fraction(str(arm.value)) if measured else Fraction(int(arm.events), int(arm.n))
            )
        if set(share.values()) == {Fraction(1)}:
            continue
        label = f"Mean {name}" if measured else capital(name)
        label += "" if pd.isna(level) else f": {level}"
        more = max(share, key=lambda arm: share[arm])
        ratio = max(share.values()) / min(share.values())
        found.append(Imbalance(study, label, said["stent"], said["control"], ratio, more))
    return sorted(found, key=lambda one: -one.ratio)


def closed_arteries() -> Imbalance:
    """Arteries that stayed closed, by arm, in the studies that tell: an imbalance by definition."""
    every = frame("counts.csv").query("outcome == 'reperfusion'")
    told = every.dropna(subset="events_treatment").select_dtypes("integer").sum()
    stent, control = (
        (int(told[f"n_{arm}"] - told[f"events_{arm}"]), int(told[f"n_{arm}"]))
        for arm in ("treatment", "control")
    )
    return Imbalance(
        f"{every['events_treatment'].count()} of {len(every)} studies",
        "Artery still closed at the end",
        "{}/{}".format(*stent),
        "{}/{}".format(*control),
        Fraction(*control) / Fraction(*stent),
        "control",
    )


def changes(found: Fragility) -> str:
    """The changes of a fragility index in words.

    Examples
    --------
    >>> changes(fragility(data.counts("mortality")))
    'Chang 2018, stent: 1 more'
    """
    total = Counter[tuple[str, str]]()
    for study, arm, step in found.changes:
        total[study, "stent" if arm == "treatment" else arm] += step
    return "; ".join(
        f"{study}, {arm}: {abs(n)} {'more' if n > 0 else 'fewer'}"
        for (study, arm), n in total.items()
    )


def words() -> facts.Words:
    """What the chapter says."""
    return _small_study_words() | _risk_words() | _refit_words() | _confounding_words()


def _small_study_words() -> facts.Words:
    deaths = data.pooled(DEATHS)
    largest = float(np.sqrt(deaths.study_variance).max())
    return {
        "egger-mrs-p": p_equals(asymmetry(MRS)["Egger"].p),
        "egger-deaths-p": p_equals(asymmetry(DEATHS)["Egger"].p),
        "tests": str(sum(len(asymmetry(outcome)) for outcome in data.outcomes())),
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


def _refit_words() -> facts.Words:
    said = {
        f"cumulative-{i}-p": p_equals(result.p_value)
        for i, result in enumerate(cumulative(data.counts(DEATHS)), 1)
    }
    for name, outcome in {"mrs": MRS, "deaths": DEATHS}.items():
        counts = data.counts(outcome)
        every = subsets(counts)
        estimates = sorted(result.estimate for result in every)
        significant = sum(result.p_value < ALPHA for result in every)
        events, stented = fragility(counts).events, int(counts.n_treatment.sum())
        said |= {
            f"{name}-subsets": str(len(every)),
            f"{name}-subsets-significant": str(significant),
            f"{name}-subsets-range": f"{number(estimates[0])} to {number(estimates[-1])}",
            f"{name}-fragility": str(events),
            f"{name}-fragility-per-thousand": half_up(Fraction(1000 * events, stented), 0),
        }
    return said | {"deaths-stented": str(stented)}


def _confounding_words() -> facts.Words:
    said = {}
    for name, outcome in {"mrs": MRS, "deaths": DEATHS}.items():
        ratio, needed = e_values(outcome)
        said[f"{name}-e"] = number(needed.point, 1)
        said[f"{name}-e-limit"] = number(needed.limit, 1)
    said["deaths-rr"] = number(ratio.estimate)
    said["deaths-rr-ci"] = f"{number(ratio.ci_lower)} to {number(ratio.ci_upper)}"
    named = {(one.study, one.characteristic): one for one in imbalances()}
    closed = closed_arteries()
    return said | {
        "tpa-ratio": half_up(named["Baracchini 2017", "IV-tPA"].ratio, 1),
        "volume-ratio": half_up(named["Cornelissen 2018", "Mean infarct volume"].ratio, 1),
        "closed-ratio": half_up(closed.ratio, 1),
        "closed-stent": closed.stent.replace("/", " of "),
    }


def needed_to_treat(result: Result, control_risk: float | None = None) -> str:
    """The number needed to treat, rounded up as is the custom."""
    return str(math.ceil(number_needed_to_treat(result, control_risk)))
