"""Every analysis that the explorer offers, pooled before the page is built."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import ROUND_DOWN, Decimal
from functools import cache
from itertools import product
from typing import NamedTuple

import numpy as np
from metabook import data
from twobytwo import Result, pool
from twobytwo.checks.absolute import per_thousand
from twobytwo.estimate.effects import Cells
from twobytwo.options import CHOICES, OptionError, options
from twobytwo.rounding import half_up

STUDIES = data.counts(data.outcomes()[0]).study
# One row for each set of studies but the empty one; study i is in where bit i of 1 + row is set.
SETS = np.array(
    [[row >> i & 1 for i in range(len(STUDIES))] for row in range(1, 2 ** len(STUDIES))]
)
NONE = "none"  # for tau2: a fixed effect has none

Number = float | int | None


class Analysis(NamedTuple):
    """How studies are pooled; a choice may exclude those after it, never those before.

    Attributes
    ----------
    measure, model, method, tau2, interval : str
        As in `twobytwo.options.Options`; `tau2` is "none" with a fixed effect.
    """

    measure: str
    model: str
    method: str
    tau2: str
    interval: str

    @property
    def choices(self) -> dict[str, str]:
        """The keywords of `twobytwo.pool`."""
        return {name: value for name, value in self._asdict().items() if value != NONE}


PAPER = Analysis("OR", "random", "MH", "DL", "wald")


def values(field: str) -> tuple[str, ...]:
    """What can be chosen for a field of an analysis, allowed or not."""
    return (*CHOICES[field], NONE) if field == "tau2" else CHOICES[field]


def allowed(*choice: str) -> bool:
    """Whether the first choices of an analysis go together.

    Examples
    --------
    >>> allowed("OR", "random", "Peto"), allowed("OR", "fixed", "Peto")
    (False, True)
    """
    first = dict(zip(Analysis._fields, choice, strict=False))
    if "tau2" in first and (first["tau2"] == NONE) != (first["model"] == "fixed"):
        return False
    try:
        options(**{name: value for name, value in first.items() if value != NONE})
    except OptionError:
        return False
    return True


@cache
def analyses() -> tuple[Analysis, ...]:
    """Every analysis whose choices go together."""
    every = product(*(values(field) for field in Analysis._fields))
    return tuple(Analysis(*choice) for choice in every if allowed(*choice))


def refused() -> Iterator[tuple[str, ...]]:
    """The first choices that exclude each other, each up to the one that is too much."""
    begun: list[tuple[str, ...]] = [()]
    for field in Analysis._fields:
        tried = [(*choice, value) for choice in begun for value in values(field)]
        yield from (choice for choice in tried if not allowed(*choice))
        begun = [choice for choice in tried if allowed(*choice)]


def batch(outcome: str, analysis: Analysis) -> Result:
    """One analysis of every set of studies: a study that is out has no patients.

    Returns
    -------
    Result
        A batch of shape (15,).
    """
    arms = (arm * SETS for arm in data.counts(outcome).arms)
    return pool(*arms, study=STUDIES, **analysis.choices)  # type: ignore[arg-type]  # pool checks


def one(results: Result, row: int) -> Result:
    """One result of such a batch, as if its studies alone had been pooled.

    Examples
    --------
    >>> one(batch("mortality", PAPER), 1).study
    ('Chang 2018',)
    """
    at = np.flatnonzero(SETS[row])
    return replace(
        results,
        study=tuple(STUDIES[i] for i in at),
        table=Cells(*(cell[row, at] for cell in results.table)),
        included=results.included[row, at],
        study_effect=results.study_effect[row, at],
        study_variance=results.study_variance[row, at],
        weights=results.weights[row, at],
        k=int(results.k[row]),
        effect=float(results.effect[row]),
        se=float(results.se[row]),
        wald_se=float(results.wald_se[row]),
        df=float(results.df[row]),
        tau2=float(results.tau2[row]),
        q=float(results.q[row]),
        q_df=int(results.q_df[row]),
    )


def states() -> Iterator[tuple[str, Analysis, Result]]:
    """Every outcome, analysis and set of studies, in the order of the packed columns."""
    for outcome, analysis in product(data.outcomes(), analyses()):
        results = batch(outcome, analysis)
        yield from ((outcome, analysis, one(results, row)) for row in range(len(SETS)))


def rounded(value: float, decimals: int) -> Number:
    """A number half up, or None where it is undefined.

    Examples
    --------
    >>> rounded(0.385331, 2), rounded(3.0, 2), rounded(float("nan"), 2)
    (0.39, 3, None)
    """
    if not np.isfinite(value):
        return None
    short = float(half_up(value, decimals))
    return int(short) if short.is_integer() else short


def cut(value: float, decimals: int) -> Number:
    """The first decimals of a number: rounded half up to fewer, it prints as the whole does.

    Examples
    --------
    >>> cut(11.50499, 3), rounded(11.50499, 3)
    (11.504, 11.505)
    """
    if not np.isfinite(value):
        return None
    return float(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_DOWN))


def drawn(value: float) -> Number:
    """Five digits of a number, three decimals at least and six at most.

    Enough to draw it, and to print it with two decimals.

    Examples
    --------
    >>> drawn(0.38533123), drawn(12345.6789)
    (0.38533, 12345.678)
    """
    size = math.floor(math.log10(abs(value))) if value and math.isfinite(value) else 0
    return cut(value, min(max(4 - size, 3), 6))


def p_printed(p: float) -> Number:
    """A p-value with the digits that its print needs; 0 for "< 0.001".

    Examples
    --------
    >>> p_printed(0.034960), p_printed(0.0096234), p_printed(2e-5)
    (0.03, 0.00962, 0)
    """
    return 0 if p < 0.001 else rounded(p, 2) if p >= 0.01 else cut(p, 5)


COLUMNS: dict[str, Callable[[Result], Number]] = {
    "estimate": lambda result: drawn(result.estimate),
    "lower": lambda result: drawn(result.ci_lower),
    "upper": lambda result: drawn(result.ci_upper),
    "statistic": lambda result: rounded(abs(result.statistic), 2),
    "p": lambda result: p_printed(result.p_value),
    "tau2": lambda result: rounded(result.tau2, 2),
    "q": lambda result: rounded(result.q, 2),
    "q_df": lambda result: int(result.q_df),
    "q_p": lambda result: p_printed(result.q_p_value),
    "i2": lambda result: rounded(result.i2, 0),
    "with": lambda result: rounded(per_thousand(result).treatment, 0),
    "with_lower": lambda result: rounded(per_thousand(result).lower, 0),
    "with_upper": lambda result: rounded(per_thousand(result).upper, 0),
}


def packed() -> dict[str, list[object]]:
    """Every state as columns, for the page.

    Returns
    -------
    dict
        The numbers of `COLUMNS`; ``weights``, a list of one for each study that is in;
        ``method``, the sentences of the method as places in the list ``sentences``.
        A state's place is ``(outcome * len(analyses()) + analysis) * 15 + row``.
    """
    columns: dict[str, list[object]] = {name: [] for name in (*COLUMNS, "weights", "method")}
    sentences: dict[str, int] = {}
    for _, _, result in states():
        for name, of in COLUMNS.items():
            columns[name].append(of(result))
        columns["weights"].append([rounded(weight, 1) for weight in result.weight])
        said = result.method_sentence.removesuffix(".").split(". ")
        columns["method"].append([sentences.setdefault(part, len(sentences)) for part in said])
    return columns | {"sentences": list(sentences)}
