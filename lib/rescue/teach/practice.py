"""Other data to practice on: what their chapter computes, and says in words."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from metabook import data
from twobytwo import Result, pool
from twobytwo.checks.refits import leave_one_out, of
from twobytwo.checks.small_studies import egger
from twobytwo.estimate.hypergeometric_normal import hypergeometric_normal
from twobytwo.estimate.mean import wald
from twobytwo.rounding import half_up, number, p_equals, prints_as, with_interval

CAUTIOUS: dict[str, Any] = {"method": "IV", "tau2": "REML", "interval": "hksj"}
ANALYSES: dict[str, dict[str, Any]] = {
    "RevMan: M-H, random": {},
    "M-H, fixed": {"model": "fixed"},
    "REML with HKSJ": CAUTIOUS,
}
FAR = 40  # degrees of latitude
BASELINE = 10  # of 1,000 not vaccinated
MEGATRIAL = "ISIS-4 1995"


def about(name: str) -> dict[str, str]:
    """What a set is: its question, arms, outcome, measure and source."""
    return next(row for row in data.rows("teaching.csv") if row["set"] == name)


def pooled(name: str, **choices: Any) -> Result:
    """Pool a set on its measure; by default by RevMan's rule.

    Examples
    --------
    >>> round(pooled("magnesium").estimate, 2)
    0.66
    """
    counts = data.teaching(name)
    return pool(*counts.arms, study=counts.study, **{"measure": about(name)["measure"]} | choices)


def without(name: str, study: str, **choices: Any) -> Result:
    """A set pooled without one of its studies."""
    counts = data.teaching(name)
    kept = [i for i, other in enumerate(counts.study) if other != study]
    return of(counts, kept, measure=about(name)["measure"], **choices)


def by_latitude(far: bool) -> Result:
    """The vaccine far from the equator, or near it."""
    rows = data.rows("teaching/bcg.csv")
    chosen = [i for i, row in enumerate(rows) if (int(row["latitude"]) >= FAR) == far]
    return of(data.teaching("bcg"), chosen, measure="RR", **CAUTIOUS)


def exact(name: str) -> dict[str, float]:
    """The odds ratio of a set by its exact likelihood, with a Wald interval."""
    fit = hypergeometric_normal(*data.teaching(name).arms)
    lower, upper = wald(fit.effect, fit.se)
    return {
        "effect": float(fit.effect),
        "se": float(fit.se),
        "tau": math.sqrt(fit.tau2),
        "estimate": math.exp(fit.effect),
        "ci_lower": math.exp(lower),
        "ci_upper": math.exp(upper),
    }


def recomputed(row: dict[str, str]) -> float:
    """What the library finds for a row of ``teaching_results.csv``.

    Examples
    --------
    >>> row = {"set": "bcg", "choices": "method=IV tau2=DL", "quantity": "tau2"}
    >>> round(recomputed(row), 4)
    0.3088
    """
    if row["choices"] == "exact":
        return exact(row["set"])[row["quantity"]]
    result = pooled(row["set"], **dict(choice.split("=") for choice in row["choices"].split()))
    if row["quantity"] == "tau":
        return math.sqrt(result.tau2)
    return float(getattr(result, row["quantity"]))


def significant(result: Result) -> bool:
    """Whether the interval leaves out no effect."""
    return not result.ci_lower <= 1 <= result.ci_upper


def words() -> dict[str, object]:
    """Every number that the chapter's prose says."""
    printed = data.rows("teaching_results.csv")
    return {
        "practice_printed": len(printed),
        "practice_same": sum(prints_as(recomputed(row), row["printed"]) for row in printed),
        **_bcg(),
        **_magnesium(),
        **_catheters(),
        **_diuretics(),
    }


def _said(result: Result) -> str:
    return with_interval(result.estimate, result.ci_lower, result.ci_upper)


def _prediction(result: Result) -> str:
    return f"{number(result.prediction_lower)} to {number(result.prediction_upper)}"


def _percent(share: float) -> str:
    return f"{half_up(share, 0)} %"


def _bcg() -> dict[str, object]:
    result, far, near = pooled("bcg", **CAUTIOUS), by_latitude(True), by_latitude(False)
    lowest, highest = min(result.study_estimate), max(result.study_estimate)
    return {
        "bcg_k": result.k,
        "bcg_i2": _percent(result.i2),
        "bcg_range": f"{number(lowest)} to {number(highest)}",
        "bcg_prediction": _prediction(result),
        "bcg_with": int(half_up(BASELINE * result.estimate, 0)),
        "bcg_without": BASELINE,
        "bcg_degrees": FAR,
        "bcg_far": _said(far),
        "bcg_far_k": far.k,
        "bcg_far_i2": _percent(far.i2),
        "bcg_near": _said(near),
        "bcg_near_k": near.k,
        "bcg_near_i2": _percent(near.i2),
        "bcg_fixed": _said(pooled("bcg", model="fixed")),
    }


def _magnesium() -> dict[str, object]:
    random, fixed = pooled("magnesium"), pooled("magnesium", model="fixed")
    largest = random.study.index(MEGATRIAL)
    patients = sum(arm[largest] for arm in data.teaching("magnesium").arms[1::2])
    everybody = sum(arm.sum() for arm in data.teaching("magnesium").arms[1::2])
    slope = egger(random.study_effect, random.study_variance)
    return {
        "mg_isis_name": MEGATRIAL.split()[0],
        "mg_k": random.k,
        "mg_random": _said(random),
        "mg_fixed": _said(fixed),
        "mg_patients": f"{int(patients):,}",
        "mg_everybody": f"{int(everybody):,}",
        "mg_weight_random": _percent(random.weight[largest]),
        "mg_weight_fixed": _percent(fixed.weight[largest]),
        "mg_isis": with_interval(
            random.study_estimate[largest],
            *(limit[largest] for limit in random.study_interval),
        ),
        "mg_egger": p_equals(slope.p),
        "mg_intercept": number(math.exp(slope.intercept)),
        "mg_without_random": _said(without("magnesium", MEGATRIAL)),
        "mg_without_fixed": _said(without("magnesium", MEGATRIAL, model="fixed")),
    }


def _catheters() -> dict[str, object]:
    result, likelihood = pooled("catheters"), exact("catheters")
    events, _, other, _ = data.teaching("catheters").arms
    return {
        "cath_k": len(events),
        "cath_zero": int(np.sum((events == 0) | (other == 0))),
        "cath_double": int(np.sum((events == 0) & (other == 0))),
        "cath_used": result.k,
        "cath_or": _said(result),
        "cath_all": _said(pooled("catheters", zero_cells="all")),
        "cath_peto": _said(pooled("catheters", model="fixed", method="Peto")),
        "cath_exact": with_interval(
            likelihood["estimate"], likelihood["ci_lower"], likelihood["ci_upper"]
        ),
        "cath_tau_exact": number(likelihood["tau"]),
        "cath_tau": number(math.sqrt(result.tau2)),
        "cath_rd_k": pooled("catheters", measure="RD").k,
    }


def _diuretics() -> dict[str, object]:
    wald, cautious = pooled("diuretics"), pooled("diuretics", **CAUTIOUS)
    refits = leave_one_out(data.teaching("diuretics"), **CAUTIOUS)
    decide = [
        name
        for name, result in zip(wald.study, refits, strict=True)
        if significant(result) != significant(cautious)
    ]
    tau2 = {t: pooled("diuretics", method="IV", tau2=t).tau2 for t in ("DL", "ML", "REML", "SJ")}
    return {
        "diu_k": wald.k,
        "diu_or": _said(wald),
        "diu_cautious": _said(cautious),
        "diu_p": p_equals(cautious.p_value),
        "diu_prediction": _prediction(cautious),
        "diu_decide": len(decide),
        "diu_decide_names": " and ".join(decide) if len(decide) < 3 else ", ".join(decide),
        "diu_tau2_low": number(min(tau2.values())),
        "diu_tau2_high": number(max(tau2.values())),
    }
