"""The recomputations that ``data/published.csv`` names, such as ``pooled(mortality, i2)``.

Each takes words and gives a number: from the counts, from another file of ``data/``, or
from other printed numbers, which it takes by their ids.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import exp, log
from typing import NamedTuple

from scipy.special import ndtri
from twobytwo import Result
from twobytwo.estimate.mean import p_value

from metabook import data
from metabook.frames import arms, as_written, frame, row

CALL = re.compile(r"(\w+)\((.*)\)")
WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "seven": 7, "eight": 8,
    "seventy-seven": 77,
}  # fmt: skip


class Recomputed(NamedTuple):
    """A number computed anew; percentages are exact Fractions."""

    value: float | Fraction
    # Whether a count behind it was worked out from a printed number that it gives back.
    derived: bool = False


Functions = Mapping[str, Callable[..., Recomputed]]


def recompute(call: str, functions: Functions) -> Recomputed:
    """Do what a ``computed_by`` says.

    Parameters
    ----------
    call : str
        The name of a function and its arguments, which are words.
    functions : mapping
        From names to functions, such as `FUNCTIONS`.

    Raises
    ------
    LookupError
        If it names no such function, outcome, study, column or row.

    Examples
    --------
    >>> recompute("percent(mortality, Chang 2018, stent)", FUNCTIONS)
    Recomputed(value=Fraction(25, 2), derived=True)
    """
    found = CALL.fullmatch(call)
    if not found or found[1] not in functions:
        raise LookupError(f"no recomputation is called {call!r}")
    arguments = found[2].split(", ") if found[2] else []
    try:
        return functions[found[1]](*arguments)
    except (TypeError, ValueError, AttributeError) as error:
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


def _result(outcome: str, model: str) -> Result:
    if outcome not in data.outcomes():
        raise LookupError(f"{outcome!r} is not a pooled outcome")
    return data.pooled(outcome, model=model)


def _pooled(outcome: str, what: str, model: str) -> Recomputed:
    value = getattr(_result(outcome, model), what)
    return Recomputed(float(value), data.RECOVERED in data.basis(outcome).values())


def pooled(outcome: str, what: str) -> Recomputed:
    """A number of a pooled result, by RevMan 5's rule: an attribute of `twobytwo.Result`."""
    return _pooled(outcome, what, "random")


def fixed(outcome: str, what: str) -> Recomputed:
    """The same with a fixed effect."""
    return _pooled(outcome, what, "fixed")


def _column(arm: str) -> str:
    """The columns of an arm, by what the book calls it."""
    named = arms()
    return {named.treatment: "treatment", named.control: "control"}[arm]


def share(events: int, n: int, basis: str) -> Recomputed:
    """A percentage, and whether its count was worked out from a printed number."""
    return Recomputed(Fraction(100 * int(events), int(n)), basis not in data.READ)


def _counted(outcome: str, arm: str) -> dict[str, Recomputed]:
    """The percentages of one arm, study by study, where the count is known."""
    column = _column(arm)
    events, n, basis = f"events_{column}", f"n_{column}", f"basis_{column}"
    known = frame("counts.csv").query("outcome == @outcome").dropna(subset=events)
    return {
        study: share(*counted)
        for study, *counted in known[["study", events, n, basis]].itertuples(index=False)
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
    return Recomputed(int(row("studies.csv", study=study)[f"n_{_column(which)}"]))


def size(study: str) -> Recomputed:
    """Patients in both arms of one study."""
    return Recomputed(sum(arm(study, which).value for which in arms()[:2]))


def total(which: str) -> Recomputed:
    """Patients of all studies, in one arm or in ``all``."""
    columns = ["treatment", "control"] if which == "all" else [_column(which)]
    return Recomputed(int(frame("studies.csv")[[f"n_{one}" for one in columns]].sum().sum()))


# ---- from the other files


def number_of(file: str, column: str = "", value: str = "") -> Recomputed:
    """Studies named in a file, or its rows if it names none; those with this value only."""
    found = as_written(f"{file}.csv")
    if column:
        found = found[found[column] == value]
    return Recomputed(found["study"].nunique() if "study" in found else len(found))


def of_study(study: str, column: str) -> Recomputed:
    """A number in ``studies.csv``."""
    return Recomputed(int(row("studies.csv", study=study)[column]))


# ---- from other printed numbers: whether they agree with one another


def _printed(name: str) -> Fraction:
    return Fraction(digits(printed()[name]))


def printed() -> Mapping[str, str]:
    """What stands in each row of ``data/published.csv``, by its id."""
    return dict(as_written("published.csv").set_index("id")["printed"])


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


FUNCTIONS: Functions = {
    function.__name__: function
    for function in (
        pooled, fixed, percent, range_of_percent, arm, size, total, number_of, of_study,
        sum_of, percent_of, nearest_percent, center, p_from_interval,
    )
}  # fmt: skip
