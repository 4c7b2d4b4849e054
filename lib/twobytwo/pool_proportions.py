"""Pooling of proportions: from the counts of single arms to one result."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from . import heterogeneity, intervals
from .effects import BoolArray, FloatArray
from .likelihood import binomial_normal, common_proportion
from .proportion_result import ProportionOptions, ProportionResult, proportion_options
from .proportions import proportion_effects
from .tau2 import estimate


def pool_proportions(
    events: ArrayLike,
    n: ArrayLike,
    *,
    study: Sequence[str] | None = None,
    model: str | None = None,
    transform: str | None = None,
    method: str | None = None,
    tau2: str | None = None,
    interval: str | None = None,
    study_interval: str | None = None,
    level: float | None = None,
) -> ProportionResult:
    """Pool the proportions of single arms. Without options: a random-effects logistic GLMM.

    Parameters
    ----------
    events, n : array_like, shape (..., k)
        Counts; the last axis is the study. Leading axes are separate meta-analyses. A study
        with n = 0 is absent.
    study : sequence of str, optional
        k names; "Study 1", "Study 2", ... if left out.
    model, transform, method, tau2, interval, study_interval, level
        See `twobytwo.proportion_result.ProportionOptions`. None takes the default.

    Returns
    -------
    ProportionResult
        For one meta-analysis with floats, for a batch with arrays of shape ``(...)``.

    Raises
    ------
    OptionError
        If choices do not exist or exclude each other.
    ValueError
        If counts are not whole numbers with 0 <= events <= n.

    Notes
    -----
    GLMM: see `twobytwo.likelihood.binomial_normal`; Q is the likelihood-ratio statistic of
    a proportion per study against a common one, and nothing is added to any count. Where no
    patient of any study had the event (or every patient had), the estimate is exactly 0 (or
    1), the effect is infinite without a standard error, and the interval is Clopper and
    Pearson's of the summed counts. IV: see `proportion_effects`; then
    ``w = 1/(v + tau2)`` and ``effect = sum(w y)/sum(w)``. The estimate of logits taken back
    is the proportion of the median study, not the mean proportion.

    Examples
    --------
    >>> deaths = pool_proportions([1, 6, 0, 21], [23, 48, 12, 66])
    >>> round(deaths.estimate, 3), round(deaths.ci_lower, 3), round(deaths.ci_upper, 3)
    (0.107, 0.031, 0.307)
    """
    chosen = proportion_options(
        model=model, transform=transform, method=method, tau2=tau2, interval=interval,
        study_interval=study_interval, level=level,
    )  # fmt: skip
    x, patients = _counts(events, n)
    k = x.shape[-1]
    names = tuple(study) if study is not None else tuple(f"Study {i + 1}" for i in range(k))
    if len(names) != k:
        raise ValueError(f"{len(names)} study names for {k} studies")
    included = patients > 0
    effect, variance = proportion_effects(x, patients, chosen.transform)
    if chosen.method == "GLMM":
        numbers = _glmm(x, patients, chosen)
    else:
        numbers = _inverse_variance(effect, variance, included, chosen)
    return ProportionResult(
        options=chosen, study=names, events=x, patients=patients, included=included,
        study_effect=effect, study_variance=variance, **_tidy(numbers, included),
    )  # fmt: skip


def _counts(events: ArrayLike, n: ArrayLike) -> tuple[FloatArray, FloatArray]:
    x, n = np.broadcast_arrays(*(np.asarray(a, float) for a in (events, n)))
    if x.ndim == 0:
        raise ValueError("counts must be arrays with one entry per study: pass [8], not 8")
    sound = (x >= 0) & (x <= n) & (np.floor(x) == x) & (np.floor(n) == n) & np.isfinite(n)
    if not sound.all():
        at = tuple(int(i) for i in np.argwhere(~sound)[0])
        raise ValueError(
            f"study {at[-1] + 1}: events = {x[at]:g} of n = {n[at]:g}; "
            "counts must be whole numbers with 0 <= events <= n"
        )
    return x, n


def _glmm(x: FloatArray, n: FloatArray, chosen: ProportionOptions) -> dict[str, FloatArray]:
    fit = binomial_normal(x, n) if chosen.random else common_proportion(x, n)
    none = np.full(fit.mu.shape, np.nan)
    return {
        "effect": fit.mu, "se": fit.se, "wald_se": fit.se, "df": none,
        "tau2": fit.tau2 if chosen.random else none, "q": fit.deviance,
        "weights": np.full(x.shape, np.nan),
    }  # fmt: skip


def _inverse_variance(
    y: FloatArray, v: FloatArray, included: BoolArray, chosen: ProportionOptions
) -> dict[str, FloatArray]:
    effect, precision = np.where(included, y, 0.0), np.where(included, 1 / v, 0.0)

    def mean(w: FloatArray) -> tuple[FloatArray, FloatArray]:
        total = w.sum(-1)
        return (w * effect).sum(-1) / total, 1 / np.sqrt(total)

    with np.errstate(divide="ignore", invalid="ignore"):
        center, se = mean(precision)
        q = heterogeneity.cochran_q(effect, precision, center)
        q_df = np.maximum(included.sum(-1) - 1, 0)
        weights, tau2, df = precision, np.full(q.shape, np.nan), np.full(q.shape, np.nan)
        if chosen.random:
            if chosen.tau2 == "DL":
                tau2 = heterogeneity.dersimonian_laird(q, q_df, precision)
            else:
                tau2 = estimate(y, v, included, chosen.tau2)
            weights = precision / (1 + precision * tau2[..., None])
            center, se = mean(weights)
        wald_se = se
        if chosen.interval != "wald":
            # One study has no spread to estimate a standard error from: its own stands.
            truncated = chosen.interval == "hksj-truncated"
            hksj = intervals.hksj_standard_error(effect, weights, center, truncated=truncated)
            # Of equal effects it is 0, but for rounding: there it is undefined.
            hksj = np.where(hksj > 1e-12 * se, hksj, np.nan)
            df, se = np.where(q_df > 0, q_df, np.nan), np.where(q_df > 0, hksj, se)
    return {
        "effect": center, "se": se, "wald_se": wald_se, "df": df,
        "tau2": tau2, "q": q, "weights": weights,
    }  # fmt: skip


def _tidy(numbers: dict[str, FloatArray], included: BoolArray) -> dict[str, Any]:
    """Floats for one meta-analysis; without a study all undefined, with one Q is 0."""
    k = included.sum(-1)
    weights = numbers.pop("weights")
    numbers["q"] = np.where(k > 1, numbers["q"], 0.0)
    numbers["q_df"] = np.maximum(k - 1, 0)
    tidy: dict[str, Any] = {
        name: np.where(k > 0, value, np.nan) for name, value in numbers.items()
    } | {"k": k}
    if k.ndim == 0:
        tidy = {name: float(value) for name, value in tidy.items()} | {"k": int(k)}
        tidy["q_df"] = int(k) - 1 if k else np.nan
    return tidy | {"weights": weights}
