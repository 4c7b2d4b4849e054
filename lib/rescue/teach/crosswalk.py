"""The same analyses in other programs: what they are told and print, and the library's numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping

from metabook import data
from twobytwo import pool_proportions
from twobytwo.checks.small_studies import egger
from twobytwo.estimate.hypergeometric_normal import hypergeometric_normal
from twobytwo.estimate.mean import p_value, wald
from twobytwo.rounding import half_up

OUTCOME = "mortality"
DIGITS = {"estimate": 4, "lower": 4, "upper": 4, "tau2": 4, "i2": 2, "p": 4}


def analysis(name: str) -> dict[str, str]:
    """An analysis: its title, measure, the choices that make it, and what is shown of it."""
    return next(row for row in data.rows("crosswalk_analyses.csv") if row["analysis"] == name)


def others(name: str) -> list[dict[str, str]]:
    """What other programs are told and, where they were run, print."""
    return [row for row in data.rows("crosswalk.csv") if row["analysis"] == name]


def ours(name: str) -> dict[str, str]:
    """The library's numbers for an analysis, printed.

    Examples
    --------
    >>> ours("mh-fixed")
    {'estimate': '0.4376', 'lower': '0.2582', 'upper': '0.7417', 'i2': '43.34', 'p': '0.0021'}
    """
    about = analysis(name)
    special = {"exact": _exact, "egger": _egger, "proportion": _one_arm}
    if about["choices"] in special:
        values = special[about["choices"]]()
    else:
        choices = dict(choice.split("=") for choice in about["choices"].split() if "=" in choice)
        values = _study() if "study" in choices else _pooled(choices)
    return {key: half_up(values[key], DIGITS[key]) for key in about["shown"].split()}


def other(name: str, program: str) -> dict[str, str]:
    """What one program prints for an analysis."""
    return next(row for row in others(name) if row["program"] == program)


def _pooled(choices: Mapping[str, str]) -> dict[str, float]:
    result = data.pooled(OUTCOME, **choices)
    return {
        "estimate": result.estimate,
        "lower": result.ci_lower,
        "upper": result.ci_upper,
        "tau2": result.tau2,
        "i2": result.i2,
        "p": result.p_value,
    }


def _study() -> dict[str, float]:
    """The risk ratio of the study with an empty cell."""
    result = data.pooled(OUTCOME, measure="RR")
    i = result.study.index("Cornelissen 2018")
    lower, upper = result.study_interval
    return {"estimate": result.study_estimate[i], "lower": lower[i], "upper": upper[i]}


def _exact() -> dict[str, float]:
    fit = hypergeometric_normal(*data.counts(OUTCOME).arms)
    lower, upper = wald(fit.effect, fit.se)
    return {
        "estimate": math.exp(fit.effect),
        "lower": math.exp(lower),
        "upper": math.exp(upper),
        "tau2": float(fit.tau2),
        "p": float(p_value(fit.effect / fit.se)),
    }


def _egger() -> dict[str, float]:
    result = data.pooled(OUTCOME)
    found = egger(result.study_effect, result.study_variance)
    return {"estimate": float(found.bias), "p": float(found.p)}


def _one_arm() -> dict[str, float]:
    counts = data.counts(OUTCOME)
    result = pool_proportions(counts.events_treatment, counts.n_treatment)
    return {
        "estimate": result.estimate,
        "lower": result.ci_lower,
        "upper": result.ci_upper,
        "tau2": result.tau2,
    }


def ratio(numbers: Mapping[str, str]) -> str:
    """Estimate and interval of an analysis as one text."""
    if not numbers.get("lower"):
        return numbers["estimate"]
    return "{estimate} [{lower}, {upper}]".format(**numbers)


def words() -> dict[str, object]:
    """Every number that the chapter's prose says."""
    run = [row for row in data.rows("crosswalk.csv") if row["entry"]]
    printed = {row["id"]: row["printed"] for row in data.rows("published.csv")}
    place = "premat-abstract-mortality-"
    return {
        "crosswalk_analyses": len(data.rows("crosswalk_analyses.csv")),
        "crosswalk_run": len(run),
        "crosswalk_same": sum(not row["differs"] for row in run),
        "crosswalk_differ": sum(bool(row["differs"]) for row in run),
        "revman_or": "{} [{}, {}]".format(
            *(printed[place + part] for part in ("or", "ci-lower", "ci-upper"))
        ),
        "revman_i2": printed[place + "i2"].replace("%", " %"),
    }
