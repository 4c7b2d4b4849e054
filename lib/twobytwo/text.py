"""A result as plain text: what the command line prints, and the numbers as words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .result import Result
from .rounding import half_up, p_text


def number(value: Any, decimals: int = 2) -> str:
    """A number half up, or a dash where it is undefined."""
    return half_up(float(value), decimals) if np.isfinite(value) else "-"


def with_interval(estimate: Any, lower: Any, upper: Any, decimals: int = 2) -> str:
    """Estimate and interval as the field prints them.

    Examples
    --------
    >>> with_interval(0.38533, 0.15882, 0.93490)
    '0.39 [0.16, 0.93]'
    """
    if not np.isfinite(estimate):
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


def heterogeneity(result: Result) -> str:
    """The heterogeneity line of a forest plot."""
    if not result.q_df > 0:
        return "not applicable"
    q = f"Q = {number(result.q)}, df = {result.q_df} ({p_equals(result.q_p_value)})"
    parts = [q, f"I2 = {number(result.i2, 0)} %"]
    if result.options.random:
        parts.insert(0, f"tau2 = {number(result.tau2)}")
    return "; ".join(parts)


def overall(result: Result) -> str:
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
        weight = f"{number(result.weight[i], 1)} %" if result.included[i] else "-"
        effect = with_interval(result.study_estimate[i], limits.lower[i], limits.upper[i])
        rows.append((name, f"{a[i]}/{a[i] + b[i]}", f"{c[i]}/{c[i] + d[i]}", weight, effect))
    rows.append(
        (
            "Total",
            f"{a.sum()}/{(a + b).sum()}",
            f"{c.sum()}/{(c + d).sum()}",
            "100.0 %" if result.k else "-",
            with_interval(result.estimate, result.ci_lower, result.ci_upper),
        )
    )
    widths = [max(len(row[j]) for row in rows) for j in range(5)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(row[j].rjust(widths[j]) for j in range(1, 5))])
        for row in rows
    ]
    lines += ["", f"Heterogeneity: {heterogeneity(result)}", f"Overall effect: {overall(result)}"]
    if np.isfinite(result.prediction_lower):
        limits_text = f"[{number(result.prediction_lower)}, {number(result.prediction_upper)}]"
        lines.append(f"Prediction interval for a new study: {limits_text}")
    return "\n".join([*lines, "", result.method_sentence])
