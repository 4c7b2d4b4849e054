"""A result as plain text: what the command line prints, and the numbers as words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from twobytwo.pooled import Pooled
from twobytwo.proportion_result import ProportionResult
from twobytwo.result import Result
from twobytwo.rounding import half_up, p_text


def number(value: Any, decimals: int = 2) -> str:
    """A number half up, or a dash where it is undefined."""
    exact = value if isinstance(value, Fraction) else float(value)
    return half_up(exact, decimals) if math.isfinite(value) else "-"


def with_interval(estimate: Any, lower: Any, upper: Any, decimals: int = 2) -> str:
    """Estimate and interval as the field prints them.

    Examples
    --------
    >>> with_interval(0.38533, 0.15882, 0.93490)
    '0.39 [0.16, 0.93]'
    """
    if not math.isfinite(estimate):
        return "not estimable"
    return f"{number(estimate, decimals)} [{number(lower, decimals)}, {number(upper, decimals)}]"


def p_equals(p: float) -> str:
    """A p-value as an equation.

    Examples
    --------
    >>> p_equals(0.03496), p_equals(2e-5)
    ('p = 0.03', 'p < 0.001')
    """
    printed = p_text(p)
    return f"p {printed}" if printed.startswith("<") else f"p = {printed}"


def heterogeneity(result: Pooled) -> str:
    """The heterogeneity line of a forest plot."""
    if not result.q_df > 0:
        return "not applicable"
    q = f"Q = {number(result.q)}, df = {result.q_df} ({p_equals(result.q_p_value)})"
    parts = [q, f"I2 = {number(result.i2, 0)} %"]
    if result.options.random:
        parts.insert(0, f"tau2 = {number(result.tau2)}")
    return "; ".join(parts)


def overall(result: Pooled) -> str:
    """The line of the test for an overall effect."""
    if not np.isfinite(result.p_value):
        return "not applicable"
    name = "z" if math.isnan(result.df) else f"t({result.df:g})"
    return f"{name} = {number(abs(result.statistic))} ({p_equals(result.p_value)})"


def summary(result: Result) -> str:
    """A table of the studies, the pooled result and how it was obtained."""
    a, b, c, d = (cell.astype(np.int64) for cell in result.table)
    heading = f"{result.measure} [{100 * result.level:g} % CI]"
    rows = [("Study", "Treatment", "Control", "Weight", heading)]
    limits = result.study_interval
    for i, name in enumerate(result.study):
        effect = with_interval(result.study_estimate[i], limits.lower[i], limits.upper[i])
        arms = f"{a[i]}/{a[i] + b[i]}", f"{c[i]}/{c[i] + d[i]}"
        rows.append((name, *arms, share(result.weight[i]), effect))
    arms = f"{a.sum()}/{(a + b).sum()}", f"{c.sum()}/{(c + d).sum()}"
    effect = with_interval(result.estimate, result.ci_lower, result.ci_upper)
    rows.append(("Total", *arms, share(100 if result.k else np.nan), effect))
    lines = [f"Heterogeneity: {heterogeneity(result)}", f"Overall effect: {overall(result)}"]
    if np.isfinite(result.prediction_lower):
        limits_text = f"[{number(result.prediction_lower)}, {number(result.prediction_upper)}]"
        lines.append(f"Prediction interval for a new study: {limits_text}")
    return "\n".join([*columns(rows), "", *lines, "", result.method_sentence])


def proportion_summary(result: ProportionResult) -> str:
    """A table of the studies, the pooled proportion and how it was obtained, in percent."""
    rows: list[tuple[str, ...]] = [
        ("Study", "Events", "Weight", f"% [{100 * result.level:g} % CI]")
    ]
    for i, name in enumerate(result.study):
        events = f"{result.events[i]:.0f}/{result.patients[i]:.0f}"
        rows.append((name, events, share(result.weight[i]), study_percent(result, i)))
    weighted = np.isfinite(result.weight).any()
    events = f"{result.events.sum():.0f}/{result.patients.sum():.0f}"
    rows.append(("Total", events, share(100 if weighted else np.nan), pooled_percent(result)))
    if not weighted:
        rows = [(*row[:2], row[3]) for row in rows]
    lines = [f"Heterogeneity: {heterogeneity(result)}"]
    if np.isfinite(result.prediction_lower):
        limits = result.prediction_lower, result.prediction_upper
        lines.append(
            "Prediction interval for a new study: "
            f"[{', '.join(number(100 * limit, 1) for limit in limits)}] %"
        )
    return "\n".join([*columns(rows), "", *lines, "", result.method_sentence])


def study_percent(result: ProportionResult, i: int) -> str:
    """The percentage of a study, exact before it is rounded, with its interval."""
    events, n = int(result.events[i]), int(result.patients[i])
    lower, upper = result.study_interval
    exact = Fraction(100 * events, n) if n else np.nan
    return with_interval(exact, 100 * lower[i], 100 * upper[i], 1)


def pooled_percent(result: ProportionResult) -> str:
    """The pooled percentage with its interval."""
    return with_interval(100 * result.estimate, 100 * result.ci_lower, 100 * result.ci_upper, 1)


def share(weight: float) -> str:
    """A weight in percent, or a dash where there is none."""
    return f"{number(weight, 1)} %" if np.isfinite(weight) else "-"


def columns(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as lines of equally wide columns: the first to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]) for row in rows
    ]
