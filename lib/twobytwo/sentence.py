"""What was done to the counts, in words: the sentence a methods section needs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from twobytwo.estimate.effects import estimable, has_zero_cell

if TYPE_CHECKING:
    from twobytwo.generic import GenericResult
    from twobytwo.result import Result

MEASURES = {"OR": "odds ratios", "RR": "risk ratios", "RD": "risk differences"}
AN = {"OR": "an odds ratio", "RR": "a risk ratio", "RD": "a risk difference"}
ESTIMATORS = {
    "DL": "DerSimonian-Laird",
    "PM": "Paule-Mandel",
    "REML": "restricted maximum likelihood",
    "ML": "maximum likelihood",
    "HE": "Hedges",
    "SJ": "Sidik-Jonkman",
    "EB": "empirical Bayes, which is Paule-Mandel",
    "HS": "Hunter-Schmidt",
}
INTERVALS = {
    "wald": "is a Wald interval with the normal quantile",
    "hksj": "is that of Hartung, Knapp, Sidik and Jonkman, with t on {df:g} df",
    "hksj-truncated": "is that of Hartung, Knapp, Sidik and Jonkman, with t on {df:g} df "
    "and a standard error never below the Wald one",
}


def method(result: Result) -> str:
    """State how a result came about.

    Parameters
    ----------
    result : Result
        Of one meta-analysis.

    Returns
    -------
    str
        The pooling, where Mantel-Haenszel enters, the interval, the zero-cell rule that
        was used and on which studies, and the studies that were left out.
    """
    parts = [pooling(result), interval(result), _zero_cells(result), _left_out(result)]
    return " ".join(part for part in parts if part)


def pooling(result: Result | GenericResult) -> str:
    """What was pooled and how, in a sentence or two."""
    options, measure = result.options, MEASURES[result.measure]
    if result.k == 0:
        return f"Nothing was pooled: no study has {AN[result.measure]} that can be estimated."
    if not np.isfinite(result.effect):
        return f"The {measure} of {int(result.k)} studies do not determine a common one."
    if result.k == 1:
        only = result.study[int(np.flatnonzero(result.included)[0])]
        return f"One study ({only}) informs the {measure[:-1]}: the result is that study's own."
    start = f"The {measure} of {int(result.k)} studies were pooled"
    center = {"MH": "the Mantel-Haenszel estimate", "IV": "the inverse-variance mean"}
    if not options.random:
        by = {
            "MH": "Mantel-Haenszel method",
            "IV": "inverse-variance method",
            "Peto": "Peto method",
        }
        se = {"OR": " (standard error of Robins, Breslow and Greenland)"}.get(
            result.measure, " (standard error of Greenland and Robins)"
        )
        text = f"{start} with a fixed effect by the {by[options.method]}"
        text += se if options.method == "MH" else ""
        if options.center != options.method:
            text += f", with Q about {center[options.center]}"
        return f"{text}."
    text = (
        f"{start} with random effects: each study is weighted by the inverse of its variance "
        f"plus τ² ({ESTIMATORS[options.tau2]}), with Q about {center[options.center]}."
    )
    if options.center == "MH":
        text += (
            " Mantel-Haenszel enters nowhere else: not in the weights, not in the pooled"
            f" {measure[:-1]}."
        )
    return text


def interval(result: Result | GenericResult) -> str:
    """Which interval the pooled effect has; nothing where there is none."""
    if result.k == 0 or not np.isfinite(result.effect):
        return ""
    if np.isnan(result.se):
        return (
            "The interval of Hartung, Knapp, Sidik and Jonkman is undefined, because the effects "
            "are equal: choose hksj-truncated."
        )
    kind = "wald" if np.isnan(result.df) else result.interval
    return f"The {100 * result.level:g} % interval {INTERVALS[kind].format(df=result.df)}."


def _zero_cells(result: Result) -> str:
    options, table = result.options, result.table
    if options.method == "Peto":
        return ""
    zero = has_zero_cell(table) & result.included
    amount = f"{options.increment:g}"
    if result.measure == "RD":
        touched = result.included & (table.a * table.b == 0) & (table.c * table.d == 0)
        if options.zero_cells == "none" or not touched.any():
            return ""
        return (
            f"{amount} was added to all four cells in the standard error, not the estimate, "
            f"of {_names(result, touched)}, where it would have been 0."
        )
    if options.zero_cells == "all":
        return f"{amount} was added to all four cells of every study."
    if not zero.any():
        return ""
    if options.zero_cells == "none":
        return f"Nothing was added to the zero cells of {_names(result, zero)}."
    return f"{amount} was added to all four cells of {_names(result, zero)}, for a zero cell."


def _left_out(result: Result) -> str:
    a, b, c, d = result.table
    absent = (a + b == 0) | (c + d == 0)
    silent = ~estimable(result.table, result.measure) & ~absent
    without_effect = ~result.included & ~silent & ~absent
    why = "had a zero cell, so no effect of {own}, and {were} left out"
    if result.options.center == "MH" and result.options.random:
        why += " of the mean, though not of the Mantel-Haenszel estimate"
    said = (
        _left(result, absent, "had no patients in an arm and {were} left out"),
        _left(result, silent, "had no events in either arm, or only events, and {were} left out"),
        _left(result, without_effect, why),
    )
    return " ".join(part for part in said if part)


def _left(result: Result, which: np.ndarray, why: str) -> str:
    one = which.sum() == 1
    why = why.format(were="was" if one else "were", own="its own" if one else "their own")
    return f"{_names(result, which)} {why}." if which.any() else ""


def _names(result: Result, which: np.ndarray) -> str:
    return listed([name for name, named in zip(result.study, which, strict=True) if named])


def listed(names: Sequence[str]) -> str:
    """Names as a list in words; of more than five the first five.

    Examples
    --------
    >>> listed(["A", "B", "C"])
    'A, B and C'
    """
    shown = names if len(names) <= 5 else (*names[:5], f"{len(names) - 5} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
