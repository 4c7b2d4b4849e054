"""The inverse problem: which counts of one study, or which method, print these digits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from twobytwo.counts import Counts
from twobytwo.estimate.effects import BoolArray
from twobytwo.pool import Result, pool
from twobytwo.rounding import prints_as

# Takes what `twobytwo.pool` takes, and gives what it gives.
Rule = Callable[..., Result]

# Nearer than this to where the printed digits change, a value is compared exactly.
NEAR = 1e-9

# Pairs times studies that are pooled in one call: about a gigabyte of memory.
MOST = 5_000_000


def prints(values: ArrayLike, printed: str) -> BoolArray:
    """Tell which values give the printed digits: `rounding.prints_as` for arrays; NaN gives none.

    Notes
    -----
    A value less than half a unit from the printed number gives its digits; one that lies
    on the edge, as far as doubles can tell, is rounded half up as its shortest decimal.

    Examples
    --------
    >>> prints([0.385, 0.3949999, 0.395, float("nan")], "0.39").tolist()
    [True, True, False, False]
    """
    value = np.asarray(values, float)
    bound, number, half = _read(printed)
    distance = value - number if bound else np.abs(value - number)
    fits = np.asarray(distance < half)
    for at in np.argwhere(np.abs(distance - half) <= NEAR * (abs(number) + half)):
        fits[tuple(at)] = prints_as(float(value[tuple(at)]), printed)
    return fits


def _read(printed: str) -> tuple[bool, float, float]:
    """Whether the digits are a bound, their number, and half a unit of the last digit."""
    text = printed.strip().replace("\u2212", "-")
    bound = text.startswith("<")
    try:
        number = Decimal(text.removeprefix("<").strip())
        # A number that does not print as itself, such as "-0.0" or "1e2", is never printed.
        sound = bound or prints_as(Fraction(number), printed)
        decimals = len(text.partition(".")[2])
    except (ArithmeticError, ValueError):
        sound = False
    if not sound:
        raise ValueError(f"{printed!r} is not printed digits such as '0.39' or '<0.001'")
    return bound, float(number), 0.0 if bound else float(Decimal(5).scaleb(-decimals - 1))


@dataclass(frozen=True)
class Printed:
    """The digits that a paper prints of a pooled result, as it prints them.

    The names are those of `twobytwo.Result`; "0.39", "43" (percent) or "<0.001", and None where
    the paper is silent. A ValueError if nothing is printed, or something that is not digits.
    """

    estimate: str | None = None
    ci_lower: str | None = None
    ci_upper: str | None = None
    p_value: str | None = None
    i2: str | None = None
    tau2: str | None = None
    q_p_value: str | None = None

    def __post_init__(self) -> None:
        if not self.digits:
            raise ValueError("no digits to compare with")
        for digits in self.digits.values():
            _read(digits)

    @property
    def digits(self) -> dict[str, str]:
        """What is printed, by its name."""
        printed = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: digits for name, digits in printed.items() if digits is not None}

    def fits(self, result: Result) -> dict[str, BoolArray]:
        """Tell for each printed number where a result, or each of a batch, gives its digits."""
        return {name: prints(getattr(result, name), text) for name, text in self.digits.items()}


@dataclass(frozen=True)
class Recovered:
    """Every pair of counts that one study could have had, and which digits each prints.

    Attributes
    ----------
    study : str
    n_treatment, n_control : int
        The size of its arms.
    result : Result
        The pooled result with each pair, of shape ``(n_treatment + 1, n_control + 1)``.
        Index ``[a, c]`` is the pair of a events of the treated and c of the controls.
    fits : mapping of str to ndarray of bool
        For each printed number the pairs that give its digits, by the same index.
    """

    study: str
    n_treatment: int
    n_control: int
    result: Result
    fits: Mapping[str, BoolArray]

    @property
    def tried(self) -> int:
        """Number of pairs."""
        return (self.n_treatment + 1) * (self.n_control + 1)

    def grid(self, *numbers: str) -> BoolArray:
        """Tell which pairs print all these numbers; without names, all that are printed."""
        grid: BoolArray = np.logical_and.reduce([self.fits[name] for name in numbers or self.fits])
        return grid

    def pairs(self, *numbers: str) -> list[tuple[int, int]]:
        """List the same pairs: events of the treated, events of the controls."""
        return [(int(a), int(c)) for a, c in np.argwhere(self.grid(*numbers))]


def recover(
    counts: Counts, study: str, printed: Printed, *, rule: Rule = pool, **choices: Any
) -> Recovered:
    """Find every pair of counts of one study that prints these pooled digits.

    Parameters
    ----------
    counts : Counts
        All studies. Of the one asked for, by its name, only the arm sizes are used.
    study : str
    printed : Printed
        The digits of the pooled result.
    rule : callable
        How to pool, if not by `twobytwo.pool`; called as that is, with a batch.
    **choices
        As for `twobytwo.pool`.

    Raises
    ------
    ValueError
        If there is no such study, or its arms allow more pairs than memory should hold.

    Notes
    -----
    All (n_treatment + 1)(n_control + 1) pairs are pooled in one call. What is found
    holds if the other counts, the rule and the printed digits are right.

    Examples
    --------
    >>> arms = np.array([[1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 0, 29], [23, 100, 14, 66]])
    >>> deaths = Counts(("Baracchini", "Chang", "Cornelissen", "Peng"), *arms)
    >>> found = recover(deaths, "Cornelissen", Printed("0.39", "0.16", "0.93"))
    >>> found.tried, found.pairs("estimate"), found.pairs()
    (195, [(0, 5), (1, 6), (2, 8)], [(0, 5)])
    """
    if study not in counts.study:
        raise ValueError(f"there is no study {study!r}; there are {', '.join(counts.study)}")
    at = counts.study.index(study)
    n1, n2 = int(counts.n_treatment[at]), int(counts.n_control[at])
    shape = (n1 + 1, n2 + 1, len(counts))
    if math.prod(shape) > MOST:
        raise ValueError(
            f"{study}: arms of {n1:,} and {n2:,} allow {(n1 + 1) * (n2 + 1):,} pairs of counts; "
            f"with {len(counts)} studies {MOST // len(counts):,} can be tried"
        )
    treated = np.broadcast_to(counts.events_treatment, shape).copy()
    control = np.broadcast_to(counts.events_control, shape).copy()
    treated[..., at] = np.arange(n1 + 1)[:, None]
    control[..., at] = np.arange(n2 + 1)
    arms = treated, counts.n_treatment, control, counts.n_control
    result = rule(*arms, study=counts.study, **choices)
    return Recovered(study, n1, n2, result, printed.fits(result))


def methods_that_print(
    counts: Counts, printed: Printed, methods: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    """Find the names of the methods, each with choices as for `recover`, that give all the digits.

    Examples
    --------
    >>> arms = np.array([[1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66]])
    >>> deaths = Counts(("Baracchini", "Chang", "Cornelissen", "Peng"), *arms)
    >>> methods = {"RevMan 5": {}, "inverse variance": {"method": "IV"}}
    >>> methods_that_print(deaths, Printed("0.39", "0.16", "0.93", i2="43"), methods)
    ['RevMan 5']
    """
    return [
        name
        for name, choices in methods.items()
        if all(fit.all() for fit in printed.fits(analysis(counts, **choices)).values())
    ]


def analysis(counts: Counts, rule: Rule = pool, **choices: Any) -> Result:
    """Pool counts by a rule: `twobytwo.pool`, or one that is called as that is."""
    return rule(*counts.arms, study=counts.study, **choices)
