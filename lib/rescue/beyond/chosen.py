"""How the arms of the four studies were formed: what its chapter computes, and says in words."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from metabook import data
from twobytwo import Result
from twobytwo.checks.balance import (
    standardized_difference_of_means,
    standardized_difference_of_shares,
)
from twobytwo.checks.confounding import alone_needed, with_outcome_needed, with_treatment_seen
from twobytwo.rounding import half_up, number, percent

from rescue.beyond import bias

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


class Unequal(NamedTuple):
    """A share that differs between the arms.

    Attributes
    ----------
    study, characteristic : str
    stent, control : Fraction
    printed : (str, str)
        The same as events and patients, such as "4/23".
    """

    study: str
    characteristic: str
    stent: Fraction
    control: Fraction
    printed: tuple[str, str]


def unequal() -> list[Unequal]:
    """Shares to measure the curves by: two of Table 1 far apart, and the closed arteries."""
    every = data.rows("baseline.csv")
    found = []
    for study, name in (("Baracchini 2017", "IV-tPA"), ("Cornelissen 2018", "basilar")):
        arms = {
            row["arm"]: row
            for row in every
            if row["study"] == study and name in (row["level"], row["characteristic"])
        }
        label = f"Occlusion site: {name}" if arms["stent"]["level"] else name
        stent, control = (f"{arms[arm]['events']}/{arms[arm]['n']}" for arm in ("stent", "control"))
        found.append(Unequal(study, label, Fraction(stent), Fraction(control), (stent, control)))
    of = flow()
    stent = f"{of.closed}/{of.opened + of.closed}"
    control = f"{of.control_closed}/{of.control_closed + of.control_opened}"
    return [
        *found,
        Unequal(
            f"{of.told} of {of.studies} studies",
            "Artery still closed at the end",
            Fraction(stent),
            Fraction(control),
            (stent, control),
        ),
    ]


def risk_ratio(outcome: str) -> Result:
    """The pooled risk ratio of an outcome."""
    return data.pooled(outcome, measure="RR")


def limit(outcome: str) -> float:
    """The limit of the pooled risk ratio nearer 1; 1 if the interval holds no difference."""
    ratio = risk_ratio(outcome)
    if ratio.ci_lower <= 1 <= ratio.ci_upper:
        return 1.0
    return float(ratio.ci_lower if ratio.estimate > 1 else 1 / ratio.ci_upper)


def seen(one: Unequal, outcome: str) -> float:
    """How strongly an imbalance goes with the treatment, in the direction of a result."""
    ratio = float(risk_ratio(outcome).estimate)
    return with_treatment_seen(float(one.stent), float(one.control), ratio)


def needed(one: Unequal, outcome: str, ratio: float | None = None) -> str:
    """How strongly it must go with the outcome to explain a risk ratio; by default the pooled."""
    ratio = float(risk_ratio(outcome).estimate) if ratio is None else ratio
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
    of = flow()
    opened = of.opened / (of.opened + of.closed)
    return alone_needed(float(risk_ratio(outcome).estimate), opened)


def words() -> dict[str, str]:
    """What the chapter says of the arms and of how unequal they are."""
    of, judged, found = flow(), data.rows("bias.csv"), differences()
    stented = of.opened + of.closed
    (volume,) = (one for one in found if one.characteristic == "Infarct volume")
    (baracchini,) = (one for one in found if one[:2] == ("Baracchini 2017", "IV-tPA"))
    (a, n1), (c, n2) = (
        map(int, text.split()[0].split("/")) for text in (baracchini.stent, baracchini.control)
    )
    return {
        "stented": str(stented),
        "stented-opened": str(of.opened),
        "stented-closed": str(of.closed),
        "stented-closed-percent": f"{percent(of.closed, stented, 0)} %",
        "controls-closed": f"{of.control_closed} of {of.control_closed + of.control_opened}",
        "per-thousand-closed": half_up(Fraction(1000 * of.closed, stented), 0),
        "judgments": str(len(judged)),
        "unknown": str(sum(row["judgment"] == bias.UNKNOWN for row in judged)),
        "rows": str(len(found)),
        "unbalanced": str(sum(abs(one.standardized) > BALANCED for one in found)),
        "tpa-stent": f"{a} of {n1}",
        "tpa-control": f"{c} of {n2}",
        "tpa-points": half_up(100 * (Fraction(c, n2) - Fraction(a, n1)), 0),
        "tpa-ratio": half_up(Fraction(c * n1, n2 * a), 1),
        "volume-stent": volume.stent.split()[0],
        "volume-control": volume.control.split()[0],
        "mrs-artery": number(artery_alone(MRS), 1),
        "deaths-artery": number(artery_alone(DEATHS), 1),
    }
