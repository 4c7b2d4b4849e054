"""What the pooled odds ratios would mean for patients, and for a trial: numbers and words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from fractions import Fraction
from typing import Any, NamedTuple

from metabook import data
from metabook.links import address
from metabook.words import per_thousand_words
from twobytwo import Result
from twobytwo.checks.absolute import crude_control_risk, per_thousand, risk_with
from twobytwo.checks.trial_size import patients_per_arm, power_of_trial
from twobytwo.rounding import half_up, number

from rescue.beyond import randomized
from rescue.paper import facts

POWERS = (0.8, 0.9)
CERTAINTY = ("very low", "low", "moderate", "high")
NEAR = 0.25  # of the association: so close to none of it that nobody could tell


def place(odds_ratios: Iterable[float], result: Result) -> str:
    """Where odds ratios of a trial lie between "all selection" and the pooled association.

    Parameters
    ----------
    odds_ratios : iterable of float
        All that its printed numbers allow.
    result : Result
        The pooled odds ratio.

    Examples
    --------
    >>> place([1.04, 1.17], data.pooled("mortality")), place([8.05], data.pooled("SICH"))
    ('near “all selection”', 'beyond “all selection”, on the other side of it')
    """
    shares = [math.log(one) / float(result.effect) for one in odds_ratios]
    if all(abs(share) <= NEAR for share in shares):
        return "near “all selection”"
    if max(shares) < 0:
        return "beyond “all selection”, on the other side of it"
    if min(shares) > 1:
        return "beyond “all the stent”"
    return "between “all selection” and “all the stent”"


def beside() -> dict[str, str]:
    """What the randomized trial found, in patients, to stand beside the 100 icons.

    Examples
    --------
    >>> beside()["mortality"]
    'In the randomized trial: 11 of 100 with rescue, 10 without. That lies near “all selection”.'
    """
    said = {}
    for outcome in data.outcomes():
        counted = [one for one in randomized.beside(outcome) if one.results]
        if counted:
            one = counted[0]
            stent, control = (_hundredths(one, arm) for arm in ("treatment", "control"))
            where = place((float(of.estimate) for of in one.results), data.pooled(outcome))
            said[outcome] = (
                f"In the randomized trial: {stent} of 100 with rescue, {control} without. "
                f"That lies {where}."
            )
        else:
            said[outcome] = (
                "The randomized trial measured the whole mRS, another scale: "
                f"{randomized.whole_scale()}."
            )
    return said


def _hundredths(one: randomized.Found, arm: str) -> str:
    """Patients with the event in 100 of an arm."""
    row = one.row
    if row[f"percent_{arm}"]:
        return row[f"percent_{arm}"]
    return half_up(Fraction(100 * int(row[f"events_{arm}"]), int(row[f"n_{arm}"])), 0)


def circulation() -> dict[str, str]:
    """How many of the studies were of anterior arteries alone, and what the others were."""
    where = [row["circulation"] for row in data.rows("studies.csv")]
    return {"anterior": str(where.count("anterior")), "studies": str(len(where))}


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


def words() -> facts.Words:
    """What the chapter says."""
    (same,) = {certainty(outcome) for outcome in data.outcomes()}
    return {"certainty": same} | _trial_words() | _ward_words()


def trial_record() -> str:
    """A link to the trial in its register, in Markdown."""
    number = randomized.trial()["registration"]
    return f"[{number}]({address(number)})"


def _trial_words() -> facts.Words:
    said: facts.Words = {}
    for key, outcome in (("mrs", "mRS 0-2"), ("deaths", "mortality")):
        whole, half = (planned(outcome, share) for share in (1.0, 0.5))
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


def _ward_words() -> facts.Words:
    """What the sources say of a patient on the ward."""
    asked = randomized.trial()
    printed = {row["id"]: row["printed"] for row in data.rows("published.csv")}
    companion = {row["id"]: row for row in data.rows("companion_counts.csv")}
    etiology, patency = companion["baek-etiology"], companion["baek-patency"]
    basilar = next(row for row in data.rows("guidelines.csv") if "basilar" in row["guideline"])
    atherosclerotic = {
        row["outcome"]: f"{row['estimate']} [{row['lower']}, {row['upper']}]"
        for row in data.rows("later_reviews.csv")
        if "atherosclerotic" in row["comparison"]
    }
    asks = next(row["criterion"] for row in data.rows("eligibility.csv") if row["id"] == "I1")
    deaths = data.pooled("mortality")
    events, n = deaths.arms[1]
    few, many = (per_thousand_words(per_thousand(deaths, risk)) for risk in _ends(events / n))
    return circulation() | {
        "athero-low": printed["premat-introduction-atherosclerosis-lowest"],
        "athero-high": printed["premat-introduction-atherosclerosis-highest"],
        "athero-mrs": atherosclerotic["mRS 0-2"],
        "athero-sich": atherosclerotic["SICH"],
        "basilar-guideline": f"{basilar['guideline']}, {basilar['year']}",
        "basilar-says": basilar["says"],
        "baek-athero": f"{etiology['events']} of {etiology['n']}",
        "baek-open": f"{patency['events']} of {patency['n']}",
        "window-paper": _window(asks),
        "window-trial": _window(asked["note"]),
        "deaths-low": few["difference"],
        "deaths-high": many["difference"],
    }  # fmt: skip


def _ends(risks: Any) -> tuple[float, float]:
    return float(min(risks)), float(max(risks))


def _window(said: str) -> str:
    """The words of a source that limit the time."""
    (window,) = re.findall(r"within \d+ hours of the stroke", said)
    return str(window)


def _patients(result: Result) -> int:
    return int(sum(cell.sum() for cell in result.table))


def _percent(share: float) -> str:
    return f"{half_up(100 * share, 0)} %"
