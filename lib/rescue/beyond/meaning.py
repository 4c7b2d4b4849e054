"""What the pooled odds ratios would mean for patients, and for a trial: numbers and words."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import NamedTuple

from metabook import data
from metabook.words import more_or_fewer, per_thousand_words
from twobytwo import Result
from twobytwo.checks.absolute import PerThousand, crude_control_risk, per_thousand, risk_with
from twobytwo.checks.trial_size import patients_per_arm, power_of_trial
from twobytwo.rounding import half_up, number

from rescue.beyond import randomized
from rescue.paper import facts

KEYS = {"mrs": "mRS 0-2", "deaths": "mortality", "sich": "SICH"}
SHORT = {"mRS 0-2": "Independent", "mortality": "Dead", "SICH": "Hemorrhage"}
POWERS = (0.8, 0.9)
CERTAINTY = ("very low", "low", "moderate", "high")


def baseline_risks(outcome: str) -> list[tuple[str, float]]:
    """Low, middle and high risk without a stent, each with where it comes from.

    The lowest and the highest of the studies, and all controls taken together.

    Examples
    --------
    >>> [(where, round(risk, 3)) for where, risk in baseline_risks("mortality")]
    [('Low: Chang 2018', 0.19), ('Middle: all controls', 0.305), ('High: Peng 2019', 0.439)]
    """
    of = data.counts(outcome)
    risks = sorted(
        (Fraction(int(events), int(n)), study)
        for study, events, n in zip(of.study, of.events_control, of.n_control, strict=True)
    )
    (low, lowest), *_, (high, highest) = risks
    return [
        (f"Low: {lowest}", float(low)),
        ("Middle: all controls", crude_control_risk(data.pooled(outcome))),
        (f"High: {highest}", float(high)),
    ]


class Hundred(NamedTuple):
    """What would happen to 100 patients, without and with a stent.

    Attributes
    ----------
    without, with_, lower, upper : int
        Patients with the event; the last two by the limits of the interval.
    """

    without: int
    with_: int
    lower: int
    upper: int

    @property
    def difference(self) -> int:
        """Events that the stent would add, or spare if negative."""
        return self.with_ - self.without


def hundred(outcome: str) -> Hundred:
    """The pooled odds ratio at the average risk of the controls, in whole patients.

    The differences are rounded, not their two sides, so that they are those in 1,000.

    Examples
    --------
    >>> hundred("mRS 0-2")
    Hundred(without=21, with_=43, lower=32, upper=55)
    """
    without, *others = (x / 10 for x in per_thousand(data.pooled(outcome)))
    whole = int(half_up(without, 0))
    return Hundred(whole, *(whole + round(x - without) for x in others))


def describe(outcome: str) -> str:
    """Events more or fewer in 100, with the interval, in words."""
    of = hundred(outcome)
    lower, upper = (more_or_fewer(limit - of.without) for limit in (of.lower, of.upper))
    return f"{more_or_fewer(of.difference)} ({lower} to {upper})"


class Planned(NamedTuple):
    """A trial planned to find an effect.

    Attributes
    ----------
    odds_ratio, control, treatment : float
        The effect, and the risks in the two arms.
    patients : tuple of int
        In both arms together, for each power of `POWERS`.
    events : tuple of int
        Expected in these patients.
    """

    odds_ratio: float
    control: float
    treatment: float
    patients: tuple[int, ...]
    events: tuple[int, ...]

    def power(self, patients: int) -> float:
        """Chance that a trial of so many patients in all finds the effect."""
        return power_of_trial(patients / 2, self.treatment, self.control)


def planned(outcome: str, share: float = 1.0) -> Planned:
    """A trial to find the pooled odds ratio, or a share of it on the log scale.

    Examples
    --------
    >>> planned("mRS 0-2").patients, planned("mRS 0-2", share=0.5).patients
    ((138, 182), (600, 804))
    """
    result = data.pooled(outcome)
    effect, control = math.exp(share * result.effect), crude_control_risk(result)
    risk = risk_with(effect, control)
    arms = tuple(patients_per_arm(risk, control, power) for power in POWERS)
    return Planned(
        effect,
        control,
        risk,
        tuple(2 * n for n in arms),
        tuple(math.ceil(n * (risk + control)) for n in arms),
    )


def trials() -> dict[str, dict[str, str]]:
    """The randomized trials by name."""
    return {row["trial"]: row for row in data.rows("trials.csv")}


def certainty(outcome: str) -> str:
    """How certain the evidence is: from high, one step down for each level.

    Examples
    --------
    >>> certainty("mRS 0-2")
    'very low'
    """
    levels = sum(
        int(row["levels"]) for row in data.rows("certainty.csv") if row["outcome"] == outcome
    )
    return CERTAINTY[max(0, len(CERTAINTY) - 1 - levels)]


def difference(events: PerThousand) -> tuple[str, str]:
    """Events more or fewer in 1,000, and the interval."""
    said = per_thousand_words(events)
    return said["difference"], said["difference-ci"]


def words() -> facts.Words:
    """What the chapter says."""
    said: facts.Words = {}
    for key, outcome in KEYS.items():
        result = data.pooled(outcome)
        said |= {
            f"{key}-{part}": word
            for part, word in per_thousand_words(per_thousand(result)).items()
            if part in ("without", "with", "difference", "difference-ci")
        }
        said[f"{key}-risk"] = f"{half_up(100 * crude_control_risk(result), 1)} %"
    (same,) = {certainty(outcome) for outcome in data.outcomes()}
    return said | {"certainty": same} | _range_words() | _trial_words()


def _range_words() -> facts.Words:
    said: facts.Words = {}
    for key in ("mrs", "deaths"):
        result = data.pooled(KEYS[key])
        (_, low), _, (_, high) = baseline_risks(KEYS[key])
        for name, risk in (("low", low), ("high", high)):
            said[f"{key}-{name}"] = difference(per_thousand(result, risk))[0]
    return said


def _trial_words() -> facts.Words:
    said: facts.Words = {}
    for key in ("mrs", "deaths"):
        whole, half = (planned(KEYS[key], share) for share in (1.0, 0.5))
        said |= {
            f"{key}-patients": f"{whole.patients[0]:,}",
            f"{key}-patients-half": f"{half.patients[0]:,}",
            f"{key}-patients-half-90": f"{half.patients[1]:,}",
            f"{key}-or": number(whole.odds_ratio),
            f"{key}-or-half": number(half.odds_ratio),
            f"{key}-power": _percent(whole.power(int(randomized.trial()["patients"]))),
            f"{key}-power-half": _percent(half.power(int(randomized.trial()["patients"]))),
        }
    return said | {
        "sich-patients": f"{planned('SICH').patients[0]:,}",
        "sich-power": _percent(planned("SICH").power(int(randomized.trial()["patients"]))),
        "angel": str(int(randomized.trial()["patients"])),
        "pistar": str(int(randomized.waiting()["patients"])),
        "pooled-patients": str(_patients(data.pooled("mRS 0-2"))),
    }


def _patients(result: Result) -> int:
    return int(sum(cell.sum() for cell in result.table))


def _percent(share: float) -> str:
    return f"{half_up(100 * share, 0)} %"
