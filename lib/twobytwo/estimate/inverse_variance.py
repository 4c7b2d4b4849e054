"""The inverse-variance mean of effects: with one variance each, fixed or random effects."""

from __future__ import annotations

from typing import Any

import numpy as np

from twobytwo.estimate import heterogeneity, intervals
from twobytwo.estimate.effects import BoolArray, FloatArray
from twobytwo.estimate.tau2 import estimate
from twobytwo.pooled import Choices


def inverse_variance(
    y: FloatArray, v: FloatArray, included: BoolArray, chosen: Choices
) -> dict[str, FloatArray]:
    """Pool effects whatever they are.

    Parameters
    ----------
    y, v : ndarray, shape (..., k)
        Effects and their variances.
    included : ndarray of bool, shape (..., k)
        The studies to use; the others may hold anything.
    chosen : Choices

    Returns
    -------
    dict of ndarray, shape (...)
        The numbers of `twobytwo.pooled.Pooled`; see `tidy`.

    Notes
    -----
    ``w = 1/(v + tau2)``, ``effect = sum(w y)/sum(w)``, ``se = 1/sqrt(sum(w))``.
    """
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
            df, se = np.where(q_df > 0, q_df, np.nan), np.where(q_df > 0, hksj, se)
    return {
        "effect": center, "se": se, "wald_se": wald_se, "df": df,
        "tau2": tau2, "q": q, "weights": weights,
    }  # fmt: skip


def tidy(numbers: dict[str, FloatArray], included: BoolArray) -> dict[str, Any]:
    """Floats for one meta-analysis; without a study all undefined, with one Q is 0."""
    k = included.sum(-1)
    weights = numbers.pop("weights")
    numbers["q"] = np.where(k > 1, numbers["q"], 0.0)
    numbers["q_df"] = np.maximum(k - 1, 0)
    tidied: dict[str, Any] = {
        name: np.where(k > 0, value, np.nan) for name, value in numbers.items()
    } | {"k": k}
    if k.ndim == 0:
        tidied = {name: float(value) for name, value in tidied.items()} | {"k": int(k)}
        tidied["q_df"] = int(k) - 1 if k else np.nan
    return tidied | {"weights": weights}
