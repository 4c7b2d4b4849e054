"""The recomputations that ``data/published.csv`` names, such as ``pooled(mortality, i2)``.

Each takes words and gives a number: from the counts, from another file of ``data/``, or
from other printed numbers, which it takes by their ids.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from math import exp, log
from typing import NamedTuple

from metabook import data
from scipy.special import ndtri
from twobytwo import Result
from twobytwo.estimate.intervals import p_value

from rescue.paper.facts import HERMES_SICH

CALL = re.compile(r"(\w+)\((.*)\)")
WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "seven": 7, "eight": 8,
    "seventy-seven": 77,
}  # fmt: skip
# A count obtained in these ways does not come from a printed percentage or result.
READ = ("verbatim count", "stated in words")


class Recomputed(NamedTuple):
    """A number computed anew.

    Attributes
    ----------
    value : float or Fraction
        Percentages are exact Fractions.
    derived : bool
        Whether a count behind it was worked out from a printed number that it gives back.
    """

    value: float | Fraction
    derived: bool = False


# Where the book shows what a call computes, as a chapter links to it.
SHOWN = {
    "pooled": "results.html#table-printed-pooled",
    "fixed": "sensitivity.html#table-models",
    "percent": "counts.html#table-counts-mrs-0-2",
    "range_of_percent": "counts.html#table-counts-mrs-0-2",
    "arm": "results.html#table-studies",
    "size": "results.html#table-studies",
    "total": "results.html#table-studies",
    "times_hermes": "results.html#table-forest-sich",
    "baseline_percent": "results.html#table-baseline",
    "intervention_percent": "results.html#table-interventions",
    "number_of": "methods.html#table-selection",
    "of_study": "results.html#table-studies",
    "abstract_year": "results.html#table-studies",
    "sum_of": "companions.html",
    "percent_of": "companions.html",
    "nearest_percent": "companions.html",
    "center": "claims.html",
    "p_from_interval": "companions.html",
}


def shown(call: str) -> str:
    """The place in the book that shows what a ``computed_by`` computes.

    Examples
    --------
    >>> shown("pooled(mortality, i2)")
    'results.html#table-printed-pooled'
    """
    return SHOWN[call.partition("(")[0]]


def recompute(call: str) -> Recomputed:
    """Do what a ``computed_by`` says.

    Parameters
    ----------
    call : str
        The name of a function of this module and its arguments, which are words.

    Raises
    ------
    LookupError
        If it names no such function, outcome, study, column or row.

    Examples
    --------
    >>> recompute("percent(reperfusion, Chang 2018, stent)")
    Recomputed(value=Fraction(775, 12), derived=False)
    """
    found = CALL.fullmatch(call)
    if not found or found[1] not in FUNCTIONS:
        raise LookupError(f"no recomputation is called {call!r}")
    arguments = found[2].split(", ") if found[2] else []
    try:
        return FUNCTIONS[found[1]](*arguments)
    except (TypeError, ValueError, AttributeError, StopIteration) as error:
        raise LookupError(f"{call!r} cannot be computed: {error!r}") from None


def digits(printed: str) -> str:
    """The plain decimal in what is printed, a word turned into its number.

    Examples
    --------
    >>> digits("31.3%"), digits("<0.001"), digits("Four"), digits("three-fold")
    ('31.3', '<0.001', '4', '3')
    """
    text = printed.removesuffix("%").removesuffix("-fold")
    return str(WORDS.get(text.lower(), text))


# ---- from the counts


@cache
def _result(outcome: str, model: str) -> Result:
    if outcome not in data.POOLED:
        raise LookupError(f"{outcome!r} is not a pooled outcome")
    return data.pooled(outcome, model=model)


def _pooled(outcome: str, what: str, model: str) -> Recomputed:
    value = getattr(_result(outcome, model), what)
    return Recomputed(float(value), "recovered by inversion" in data.basis(outcome).values())


def pooled(outcome: str, what: str) -> Recomputed:
    """A number of a pooled result, by RevMan 5's rule: an attribute of `twobytwo.Result`."""
    return _pooled(outcome, what, "random")


def fixed(outcome: str, what: str) -> Recomputed:
    """The same with a fixed effect."""
    return _pooled(outcome, what, "fixed")


def _column(arm: str) -> str:
    return {"stent": "treatment", "control": "control"}[arm]


def _counted(outcome: str, arm: str) -> dict[str, Recomputed]:
    """The percentages of one arm, study by study, where the count is known."""
    column = _column(arm)
    return {
        row["study"]: Recomputed(
            Fraction(100 * int(row[f"events_{column}"]), int(row[f"n_{column}"])),
            row[f"basis_{column}"] not in READ,
        )
        for row in data.rows("counts.csv")
        if row["outcome"] == outcome and row[f"events_{column}"]
    }


def percent(outcome: str, study: str, arm: str) -> Recomputed:
    """Percentage of one arm with the event."""
    return _counted(outcome, arm)[study]


def range_of_percent(outcome: str, arm: str, end: str) -> Recomputed:
    """Lowest (``min``) or highest (``max``) such percentage of the studies."""
    choose = {"min": min, "max": max}[end]
    return choose(_counted(outcome, arm).values(), key=lambda one: one.value)


def arm(study: str, which: str) -> Recomputed:
    """Patients in one arm of one study."""
    of = data.counts("mRS 0-2")
    patients = {"stent": of.n_treatment, "control": of.n_control}[which]
    return Recomputed(int(dict(zip(of.study, patients, strict=True))[study]))


def size(study: str) -> Recomputed:
    """Patients in both arms of one study."""
    return Recomputed(sum(arm(study, which).value for which in ("stent", "control")))


def total(which: str) -> Recomputed:
    """Patients of all studies: ``stent``, ``control`` or ``all``."""
    arms = ("stent", "control") if which == "all" else (which,)
    studies = data.counts("mRS 0-2").study
    return Recomputed(sum(arm(study, one).value for study in studies for one in arms))


def times_hermes() -> Recomputed:
    """SICH in all patients, as a multiple of its rate in the pooled trials of thrombectomy."""
    of = data.counts("SICH")
    events, patients = (
        int(a.sum() + b.sum())
        for a, b in ((of.events_treatment, of.events_control), (of.n_treatment, of.n_control))
    )
    derived = pooled("SICH", "estimate").derived
    return Recomputed(Fraction(100 * events, patients) / HERMES_SICH, derived)


# ---- from the other files


def _percent_of_row(file: str, **wanted: str) -> Recomputed:
    row = next(row for row in data.rows(file) if wanted.items() <= row.items())
    return Recomputed(Fraction(100 * int(row["events"]), int(row["n"])), row["basis"] not in READ)


def baseline_percent(study: str, characteristic: str, *level_and_arm: str) -> Recomputed:
    """Percentage with a characteristic of Table 1: study, characteristic, (level,) arm."""
    *level, which = level_and_arm
    return _percent_of_row(
        "baseline.csv",
        study=study, characteristic=characteristic, level="".join(level), arm=which,
    )  # fmt: skip


def intervention_percent(study: str, intervention: str, which: str) -> Recomputed:
    """Percentage with an intervention of Table 2."""
    return _percent_of_row("interventions.csv", study=study, intervention=intervention, arm=which)


def number_of(file: str, column: str = "", value: str = "") -> Recomputed:
    """Studies named in a file, or its rows if it names none; those with this value only."""
    found = [row for row in data.rows(f"{file}.csv") if not column or row[column] == value]
    return Recomputed(len({row["study"] for row in found} if "study" in found[0] else found))


def of_study(study: str, column: str) -> Recomputed:
    """A number in ``studies.csv``."""
    return Recomputed(int(_study(study)[column]))


def abstract_year(study: str, end: str) -> Recomputed:
    """First (``from``) or last (``to``) year of inclusion, by the study's own abstract."""
    return Recomputed(int(_study(study)[f"abstract_{end}"][:4]))


def _study(study: str) -> dict[str, str]:
    return next(row for row in data.rows("studies.csv") if row["study"] == study)


# ---- from other printed numbers: whether they agree with one another


@cache
def _all_printed() -> dict[str, str]:
    return {row["id"]: row["printed"] for row in data.rows("published.csv")}


def _printed(row: str) -> Fraction:
    return Fraction(digits(_all_printed()[row]))


def sum_of(*parts: str) -> Recomputed:
    """Sum of printed numbers."""
    return Recomputed(sum(map(_printed, parts), Fraction(0)))


def percent_of(events: str, n: str) -> Recomputed:
    """Percentage from a printed count and a printed number of patients."""
    return Recomputed(100 * _printed(events) / _printed(n))


def nearest_percent(percentage: str, n: str) -> Recomputed:
    """Of the percentages that a count of n patients can have, the nearest to a printed one."""
    patients = _printed(n)
    return Recomputed(100 * Fraction(round(_printed(percentage) * patients / 100)) / patients, True)


def center(lower: str, upper: str) -> Recomputed:
    """Middle of a printed interval of a ratio, on the log scale: where its estimate lies."""
    return Recomputed(exp((log(_printed(lower)) + log(_printed(upper))) / 2))


def p_from_interval(estimate: str, lower: str, upper: str) -> Recomputed:
    """Two-sided p-value that goes with a printed ratio and its 95 % Wald interval."""
    se = (log(_printed(upper)) - log(_printed(lower))) / (2 * ndtri(0.975))
    return Recomputed(float(p_value(log(_printed(estimate)) / se)))


FUNCTIONS: dict[str, Callable[..., Recomputed]] = {
    function.__name__: function
    for function in (
        pooled, fixed, percent, range_of_percent, arm, size, total, times_hermes,
        baseline_percent, intervention_percent, number_of, of_study, abstract_year,
        sum_of, percent_of, nearest_percent, center, p_from_interval,
    )
}  # fmt: skip
