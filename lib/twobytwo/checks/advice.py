"""What to know of an analysis that was asked for: a line for each thing that is not as it seems."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from twobytwo.checks.leading import PETO, REASONS, leading, peto_conditions, why
from twobytwo.estimate.effects import estimable, has_zero_cell
from twobytwo.estimate.likelihood import near_separation
from twobytwo.options import MEASURES, OF_ODDS, Options
from twobytwo.pool import Result
from twobytwo.proportions import ProportionResult
from twobytwo.rounding import number

# Studies, below which a reader is told that an interval by the normal quantile is narrow.
NARROW_BELOW = 10
LEADS = {
    "exact": ("The exact conditional odds ratio", "--method exact"),
    "MH": ("Mantel-Haenszel without correction", "--model fixed --method MH --zero-cells none"),
}


def advice(result: Result) -> tuple[str, ...]:
    """Say where counts are too sparse for a method, or an interval leaves what is possible.

    The result is of one meta-analysis; where there is nothing to say there is no line.

    Examples
    --------
    >>> from twobytwo import pool
    >>> few = [0, 1, 0, 2], [60] * 4, [2, 5, 1, 4], [600] * 4
    >>> advice(pool(*few))[0][:62]
    'Sparse counts: there are too few events for any approximation.'
    """
    return tuple(line for line in (_sparse(result), _peto(result), _beyond(result)) if line)


def without_effect(given: Mapping[str, Any], result: Result) -> tuple[str, ...]:
    """Say which of the given choices of `Options` change nothing in this result, and why.

    Examples
    --------
    >>> from twobytwo import pool
    >>> given = {"measure": "RD", "zero_cells": "all"}
    >>> lines = without_effect(given, pool([0, 1], [20, 40], [3, 6], [20, 40], **given))
    >>> print(lines[0])
    zero_cells all changes nothing: no risk difference has a standard error of 0
    """
    options = result.options
    reasons = {
        "tau2": None if options.random else "a fixed effect has no variance between studies",
        "prediction_df": None if options.random else "a fixed effect has no prediction interval",
        "interval": _interval(options, result),
        "zero_cells": _zero_cells(options, result),
        "increment": _zero_cells(options, result)
        or ("zero_cells none adds nothing" if options.zero_cells == "none" else None),
    }
    return tuple(
        f"{name} {given[name]} changes nothing: {why}"
        for name, why in reasons.items()
        if why and given.get(name) is not None
    )


def proportions_advice(result: ProportionResult) -> tuple[str, ...]:
    """Say where the proportions lie too far apart, or are too few, for their mean.

    Examples
    --------
    >>> from twobytwo import pool_proportions
    >>> for line in proportions_advice(pool_proportions([0, 1, 30], [50, 40, 30])):
    ...     print(line)
    The proportions are nearly separated (tau = 10.0 logits): their mean describes none of them.
    Few studies: the interval takes tau2 as known and is too narrow. Choose interval t.
    """
    options, lines = result.options, []
    if not options.random or result.k < 2:
        return ()
    if options.method == "GLMM" and near_separation(result.events, result.patients, result.tau2):
        tau = f" (tau = {number(math.sqrt(result.tau2), 1)} logits)"
        lines.append(
            f"The proportions are nearly separated{tau if math.isfinite(result.tau2) else ''}: "
            "their mean describes none of them."
        )
    if result.k < NARROW_BELOW and options.interval == "wald" and math.isfinite(result.se):
        better = "t" if options.method == "GLMM" else "hksj-truncated"
        lines.append(
            "Few studies: the interval takes tau2 as known and is too narrow. "
            f"Choose interval {better}."
        )
    return tuple(lines)


def _interval(options: Options, result: Result) -> str | None:
    if options.method == "exact":
        return "method exact has its own interval"
    if options.interval != "wald" and result.k == 1:
        return "one study has no spread to take an interval from"
    return None


def _zero_cells(options: Options, result: Result) -> str | None:
    if options.method in OF_ODDS:
        return f"method {options.method} adds nothing to any cell"
    table = result.table
    if options.measure == "RD":
        certain = (table.a * table.b == 0) & (table.c * table.d == 0)
        if not (certain & estimable(table, "RD")).any():
            return "no risk difference has a standard error of 0"
    elif options.zero_cells != "all" and not (has_zero_cell(table) & estimable(table, "OR")).any():
        return "no study that counts has a zero cell"
    return None


def _sparse(result: Result) -> str | None:
    options = result.options
    first = leading(*result.table.arms, result.measure)
    method, reason = str(first.method), str(first.reason)
    if reason in ("ordinary", "nothing to pool") or options.method == "exact":
        return None
    if method == "none":
        lacks = MEASURES[result.measure]
        return f"Sparse counts: {REASONS[reason]}, which leaves a {lacks} undefined."
    common = options.method == "MH" and not options.random
    uncorrected = options.zero_cells == "none" or not has_zero_cell(result.table).any()
    if method == "MH" and common and (uncorrected or result.measure == "RD"):
        return None
    name, choices = LEADS[method]
    if result.measure == "RD":  # to which nothing is added
        choices = choices.removesuffix(" --zero-cells none")
    return f"Sparse counts: {why(method, reason, result.measure)}. {name} leads then: {choices}."


def _peto(result: Result) -> str | None:
    if result.method != "Peto" or not result.k:
        return None
    meets = zip(PETO, peto_conditions(*result.table.arms), strict=True)
    wrong = [unmet for unmet, holds in list(meets)[1:] if not holds]  # rare or not
    if not wrong:
        return None
    return (
        f"Peto's odds ratio is biased here: {', and '.join(wrong)}. Compare it with "
        "--method exact, or Mantel-Haenszel without correction."
    )


def _beyond(result: Result) -> str | None:
    limits = np.array([result.ci_lower, result.ci_upper])
    if result.measure != "RD" or not (np.abs(limits) > 1).any():
        return None
    return "The interval reaches beyond -1 or 1, where no risk difference can be."
