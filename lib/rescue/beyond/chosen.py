"""How the arms of the four studies were formed: what its chapter computes, and says in words."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

import numpy as np
from metabook import data
from twobytwo import pool_effects
from twobytwo.checks.balance import (
    standardized_difference_of_means,
    standardized_difference_of_shares,
)
from twobytwo.checks.confounding import alone_needed, with_outcome_needed, with_treatment_seen
from twobytwo.results import EffectsResult
from twobytwo.rounding import half_up, number, percent

from rescue.beyond import bias
from rescue.paper import facts, robustness

BALANCED = 0.1  # the customary bound of a standardized difference
DEATHS, MRS = "mortality", "mRS 0-2"


class Flow(NamedTuple):
    """What became of the patients after the first failure.

    Attributes
    ----------
    opened, closed : int
        Stented patients whose artery was open, or closed, at the end.
    control_closed, control_opened : int
        Without a stent.
    told, studies : int
        Studies that tell the counts of the stented, of all.
    """

    opened: int
    closed: int
    control_closed: int
    control_opened: int
    told: int
    studies: int


def flow() -> Flow:
    """Counted over the studies that tell how many of the stented were reperfused.

    Examples
    --------
    >>> flow()
    Flow(opened=59, closed=24, control_closed=137, control_opened=0, told=3, studies=4)
    """
    rows = [row for row in data.rows("counts.csv") if row["outcome"] == "reperfusion"]
    told = [row for row in rows if row["events_treatment"]]
    opened, stented, control_opened, controls = (
        sum(int(row[key]) for row in told)
        for key in ("events_treatment", "n_treatment", "events_control", "n_control")
    )
    return Flow(
        opened,
        stented - opened,
        controls - control_opened,
        control_opened,
        len(told),
        len(rows),
    )


class Difference(NamedTuple):
    """How far apart the arms of one study are in one characteristic.

    Attributes
    ----------
    study, characteristic : str
    stent, control : str
        As printed.
    standardized : float
        Positive if the stented have more of it.
    """

    study: str
    characteristic: str
    stent: str
    control: str
    standardized: float


def differences() -> list[Difference]:
    """The rows of Table 1 that are a mean with its SD, or a count of some but not all."""
    pairs: dict[tuple[str, str], dict[str, dict[str, str]]] = {}
    for row in data.rows("baseline.csv"):
        name = row["level"] or row["characteristic"]
        pairs.setdefault((row["study"], name), {})[row["arm"]] = row
    found = []
    for (study, name), arms in pairs.items():
        if len(arms) < 2:
            continue
        stent, control = arms["stent"], arms["control"]
        if stent["statistic"] == "mean (SD)":
            numbers = (float(of[key]) for of in (stent, control) for key in ("value", "spread"))
            standardized = standardized_difference_of_means(*numbers)
        elif stent["events"] and stent["events"] != stent["n"]:
            standardized = standardized_difference_of_shares(
                *(int(of["events"]) / int(of["n"]) for of in (stent, control))
            )
        else:
            continue
        label = name if name in ("IV-tPA", "M1") else f"{name[0].upper()}{name[1:]}"
        found.append(Difference(study, label, stent["printed"], control["printed"], standardized))
    return found


class Printed(NamedTuple):
    """Age and severity on arrival in one study, as Table 1 prints them, stent and control."""

    study: str
    age: tuple[str, str]
    nihss: tuple[str, str]


def on_arrival() -> list[Printed]:
    """Age and NIHSS of both arms of each study.

    Examples
    --------
    >>> [one.age[0] for one in on_arrival()]
    ['70 (16.9)', '63.7 (16.8)', '65.2 (13.9)', '66 (55-76)']
    """
    rows = {
        (row["study"], row["characteristic"], row["arm"]): row["printed"]
        for row in data.rows("baseline.csv")
    }
    studies = dict.fromkeys(study for study, _, _ in rows)
    return [
        Printed(study, *(_pair(rows, study, what) for what in ("age", "NIHSS")))
        for study in studies
    ]


def _pair(rows: dict[tuple[str, str, str], str], study: str, what: str) -> tuple[str, str]:
    return rows[study, what, "stent"], rows[study, what, "control"]


def age_difference() -> EffectsResult:
    """The mean age of the stented less that of the controls, pooled over the studies with means.

    Notes
    -----
    Random effects; the standard error of a study's difference is ``sqrt(s1^2/n1 + s2^2/n2)``.

    Examples
    --------
    >>> of = age_difference()
    >>> round(float(of.effect), 1), of.k
    (-3.8, 3)
    """
    rows = {
        (row["study"], row["arm"]): row
        for row in data.rows("baseline.csv")
        if row["characteristic"] == "age" and row["statistic"] == "mean (SD)"
    }
    sizes = data.rows("studies.csv")
    studies = [row for row in sizes if (row["study"], "stent") in rows]
    arms = {"stent": "n_treatment", "control": "n_control"}
    mean = {a: [float(rows[s["study"], a]["value"]) for s in studies] for a in arms}
    variance = [
        sum(float(rows[s["study"], a]["spread"]) ** 2 / int(s[n]) for a, n in arms.items())
        for s in studies
    ]
    apart = [stent - control for stent, control in zip(mean["stent"], mean["control"], strict=True)]
    se = [of**0.5 for of in variance]
    return pool_effects(apart, se, study=[s["study"] for s in studies], measure="RD")


def age_must_multiply(outcome: str) -> float:
    """How much ten years must change the odds of an outcome to explain its odds ratio by age alone.

    Examples
    --------
    >>> round(age_must_multiply("mRS 0-2"))
    16
    """
    decades = abs(float(age_difference().effect)) / 10
    return float(np.exp(abs(float(data.pooled(outcome).effect)) / decades))


def risk_ratio(outcome: str) -> float:
    """The pooled risk ratio of an outcome."""
    return float(robustness.e_values(outcome)[0].estimate)


def limit(outcome: str) -> float:
    """The limit of the pooled risk ratio nearer 1; 1 if the interval holds no difference."""
    ratio, _ = robustness.e_values(outcome)
    if ratio.ci_lower <= 1 <= ratio.ci_upper:
        return 1.0
    return float(ratio.ci_lower if ratio.estimate > 1 else 1 / ratio.ci_upper)


def known_imbalances() -> list[robustness.Imbalance]:
    """Shares to measure the curves by: the two largest of Table 1, and the closed arteries."""
    shares = [one for one in robustness.imbalances() if "/" in one.stent]
    return [*shares[:2], robustness.closed_arteries()]


def seen(one: robustness.Imbalance, outcome: str) -> float:
    """How strongly an imbalance goes with the treatment, in the direction of a result."""
    stent, control = float(Fraction(one.stent)), float(Fraction(one.control))
    return with_treatment_seen(stent, control, risk_ratio(outcome))


def needed(one: robustness.Imbalance, outcome: str, ratio: float | None = None) -> str:
    """How strongly it must go with the outcome to explain a risk ratio; by default the pooled."""
    ratio = risk_ratio(outcome) if ratio is None else ratio
    found = float(with_outcome_needed(ratio, seen(one, outcome)))
    return number(found, 1) if found < float("inf") else "cannot"


def artery_alone(outcome: str) -> float:
    """How much an open artery must change an outcome to explain its risk ratio by itself.

    Returns
    -------
    float
        At least 1: as a risk ratio, whichever direction.

    Notes
    -----
    A share o of the stented had an open artery, and no control. If the artery alone counts,
    then ``RR = o g + (1 - o)``, where g compares open with closed arteries.

    Examples
    --------
    >>> round(artery_alone("mortality"), 1)
    3.3
    """
    opened = 1 - float(Fraction(robustness.closed_arteries().stent))
    return alone_needed(risk_ratio(outcome), opened)


def words() -> facts.Words:
    """What the chapter says."""
    return _arm_words() | _balance_words() | _confounding_words()


def _arm_words() -> facts.Words:
    of, judged = flow(), data.rows("bias.csv")
    stented = of.opened + of.closed
    told = facts.limitations()
    return {
        "stented": str(stented),
        "stented-closed": str(of.closed),
        "stented-closed-percent": f"{percent(of.closed, stented, 0)} %",
        "controls-closed": f"{of.control_closed} of {of.control_closed + of.control_opened}",
        "per-thousand-closed": half_up(Fraction(1000 * of.closed, stented), 0),
        "judgments": str(len(judged)),
        "unknown": str(sum(row["judgment"] == bias.UNKNOWN for row in judged)),
        **{key: told[key] for key in ("chang-reperfused", "matched-lost")},
    }


def _balance_words() -> facts.Words:
    found = differences()
    named = {(one.study, one.characteristic): one for one in found}
    tpa = named["Baracchini 2017", "IV-tPA"]
    volume = named["Cornelissen 2018", "Infarct volume"]
    (a, n1), (c, n2) = (map(int, text.split()[0].split("/")) for text in (tpa.stent, tpa.control))
    told, age = facts.results(), age_difference()
    return {
        "age-apart": half_up(-float(age.effect), 1),
        "age-ci": " to ".join(half_up(-float(x), 1) for x in (age.ci_upper, age.ci_lower)),
        "age-k": str(age.k),
        "age-mrs": half_up(age_must_multiply(MRS), 0),
        "age-deaths": half_up(age_must_multiply(DEATHS), 0),
        "age-if-double": number(2 ** (-float(age.effect) / 10)),
        "rows": str(len(found)),
        "unbalanced": str(sum(abs(one.standardized) > BALANCED for one in found)),
        "tpa-points": half_up(100 * (Fraction(c, n2) - Fraction(a, n1)), 0),
        "tpa-ratio": half_up(Fraction(c * n1, n2 * a), 1),
        "tpa-standardized": number(abs(tpa.standardized)),
        "volume-stent": volume.stent.split()[0],
        "volume-control": volume.control.split()[0],
        **{key: told[key] for key in ("tpa-stent", "tpa-control", "tpa-p")},
    }


def _confounding_words() -> facts.Words:
    tpa = known_imbalances()[0]
    return {
        "deaths-tpa": needed(tpa, DEATHS),
        "sich-tpa": needed(tpa, "SICH"),
        "mrs-artery": number(artery_alone(MRS), 1),
        "deaths-artery": number(artery_alone(DEATHS), 1),
    }
