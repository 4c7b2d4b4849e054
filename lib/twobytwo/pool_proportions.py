"""Pooling of proportions: from the counts of single arms to one result."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from twobytwo.estimate.effects import FloatArray
from twobytwo.estimate.inverse_variance import inverse_variance, tidy
from twobytwo.estimate.likelihood import binomial_normal, common_proportion
from twobytwo.estimate.proportions import proportion_effects
from twobytwo.pool import study_names
from twobytwo.proportion_options import ProportionOptions, proportion_options
from twobytwo.proportion_result import ProportionResult


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
        See `twobytwo.ProportionOptions`. None takes the default.

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
    GLMM: see `twobytwo.estimate.likelihood.binomial_normal`; Q is the likelihood-ratio statistic of
    a proportion per study against a common one, and nothing is added to any count. Where no
    patient of any study had the event (or every patient had), the estimate is exactly 0 (or
    1), the effect is infinite without a standard error, and the interval is Clopper and
    Pearson's of the summed counts. A study alone keeps its own interval.

    IV: see `proportion_effects`; then ``w = 1/(v + tau2)`` and ``effect = sum(w y)/sum(w)``.
    The estimate of logits taken back is the proportion of the median study, not the mean
    proportion.

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
    names = study_names(study, x.shape[-1])
    included = patients > 0
    effect, variance = proportion_effects(x, patients, chosen.transform)
    if chosen.method == "GLMM":
        numbers = _glmm(x, patients, chosen)
    else:
        numbers = inverse_variance(effect, variance, included, chosen)
    return ProportionResult(
        options=chosen, study=names, events=x, patients=patients, included=included,
        study_effect=effect, study_variance=variance, **tidy(numbers, included),
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
