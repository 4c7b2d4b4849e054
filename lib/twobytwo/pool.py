"""Pooling: from the counts of k studies to one result."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from twobytwo.estimate import effects, heterogeneity, intervals
from twobytwo.estimate.effects import Cells, FloatArray
from twobytwo.estimate.mantel_haenszel import Common, common_effect
from twobytwo.estimate.tau2 import estimate
from twobytwo.options import Options, options
from twobytwo.result import Result


def pool(
    events_treatment: ArrayLike,
    n_treatment: ArrayLike,
    events_control: ArrayLike,
    n_control: ArrayLike,
    *,
    study: Sequence[str] | None = None,
    preset: str | None = None,
    measure: str | None = None,
    model: str | None = None,
    method: str | None = None,
    tau2: str | None = None,
    q_center: str | None = None,
    interval: str | None = None,
    zero_cells: str | None = None,
    increment: float | None = None,
    level: float | None = None,
) -> Result:
    """Pool 2x2 tables. Without options: RevMan 5's "M-H, Random" on the odds ratio.

    Parameters
    ----------
    events_treatment, n_treatment, events_control, n_control : array_like, shape (..., k)
        Counts; the last axis is the study. Leading axes are separate meta-analyses, all
        pooled in this one call. A study with n = 0 in an arm is absent.
    study : sequence of str, optional
        k names; "Study 1", "Study 2", ... if left out.
    preset, measure, model, method, tau2, q_center, interval, zero_cells, increment, level
        See `twobytwo.options.Options`. None takes the preset's choice.

    Returns
    -------
    Result
        For one meta-analysis with floats, for a batch with arrays of shape ``(...)``.

    Raises
    ------
    OptionError
        If choices do not exist or exclude each other.
    ValueError
        If counts are not whole numbers with 0 <= events <= n.

    Notes
    -----
    RevMan 5, with a, b, c, d the cells of a study and N its patients: 0.5 is added to all
    cells of a study with a zero cell; ``y = ln(ad/bc)``, ``v = 1/a + 1/b + 1/c + 1/d``;
    ``Q = sum((y - ln OR_MH)^2 / v)``; tau2 by DerSimonian-Laird from this Q; then
    ``w = 1/(v + tau2)``, ``effect = sum(w y)/sum(w)``, ``se = 1/sqrt(sum(w))``.

    References
    ----------
    .. [1] Deeks JJ, Higgins JPT. Statistical algorithms in Review Manager 5. 2010.

    Examples
    --------
    >>> deaths = pool([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
    >>> round(deaths.estimate, 4), round(deaths.ci_lower, 4), round(deaths.ci_upper, 4)
    (0.3853, 0.1588, 0.9349)
    """
    chosen = options(
        preset, measure=measure, model=model, method=method, tau2=tau2, q_center=q_center,
        interval=interval, zero_cells=zero_cells, increment=increment, level=level,
    )  # fmt: skip
    table = effects.cells(events_treatment, n_treatment, events_control, n_control)
    names = study_names(study, table.a.shape[-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        return _result(table, names, chosen)


def study_names(study: Sequence[str] | None, k: int) -> tuple[str, ...]:
    """Names of k studies, as given or numbered.

    Parameters
    ----------
    study : sequence of str or None
    k : int

    Returns
    -------
    tuple of str

    Raises
    ------
    ValueError
        If there are not k names.

    Examples
    --------
    >>> study_names(None, 2)
    ('Study 1', 'Study 2')
    """
    names = tuple(study) if study is not None else tuple(f"Study {i + 1}" for i in range(k))
    if len(names) != k:
        raise ValueError(f"{len(names)} study names for {k} studies")
    return names


def _result(table: Cells, study: tuple[str, ...], chosen: Options) -> Result:
    estimable = effects.estimable(table, chosen.measure)
    if chosen.method == "Peto":
        y, v = effects.peto_log_odds_ratio(table)
    else:
        y, v = effects.study_effects(table, chosen.measure, chosen.zero_cells, chosen.increment)
    # A zero cell that nothing was added to makes v infinite (OR, RR) or 0 (RD).
    has_effect = estimable & (v > 0) & (v < np.inf)
    effect = np.where(has_effect, y, 0.0)
    precision = np.where(has_effect, 1 / v, 0.0)
    ones = np.ones(effect.shape[-1])

    total = precision @ ones
    common = Common(precision * effect @ ones / total, 1 / np.sqrt(total), precision)
    included = has_effect
    if chosen.center == "MH" or chosen.method == "MH":
        mantel_haenszel = common_effect(
            table, estimable, chosen.measure, chosen.zero_cells, chosen.increment
        )
    center = mantel_haenszel if chosen.center == "MH" else common
    q_df = np.maximum(has_effect @ ones - 1, 0)
    q = np.where(q_df > 0, heterogeneity.cochran_q(effect, precision, center.effect), 0.0)

    tau2 = np.full(q.shape, np.nan)
    if chosen.random:
        if chosen.tau2 == "DL":
            tau2 = heterogeneity.dersimonian_laird(q, q_df, precision)
        else:
            tau2 = estimate(y, v, has_effect, chosen.tau2)
        weights = precision / (1 + precision * tau2[..., None])
        total = weights @ ones
        common = Common(weights * effect @ ones / total, 1 / np.sqrt(total), weights)
    elif chosen.method == "MH":
        common, included = mantel_haenszel, estimable
    se, df = common.se, np.full(q.shape, np.nan)
    if chosen.interval != "wald":
        # One study has no spread to estimate a standard error from: its own stands.
        truncated = chosen.interval == "hksj-truncated"
        hksj = intervals.hksj_standard_error(
            effect, common.weights, common.effect, truncated=truncated
        )
        df = np.where(q_df > 0, q_df, np.nan)
        se = np.where(q_df > 0, hksj, se)
    determined = np.isfinite(common.effect) & (common.se > 0) & (common.se < np.inf)
    # Of no study at all even Q and tau2 are undefined; of one they are 0.
    k = included @ ones
    q, q_df, tau2 = (np.where(k > 0, number, np.nan) for number in (q, q_df, tau2))
    return Result(
        options=chosen,
        study=study,
        table=table,
        included=included,
        study_effect=np.where(has_effect, y, np.nan),
        study_variance=np.where(has_effect, v, np.nan),
        weights=common.weights,
        k=_count(k),
        effect=_number(np.where(determined, common.effect, np.nan)),
        se=_number(np.where(determined, se, np.nan)),
        wald_se=_number(np.where(determined, common.se, np.nan)),
        df=_number(np.where(determined, df, np.nan)),
        tau2=_number(tau2),
        q=_number(q),
        q_df=_count(q_df) if q.ndim or k else np.nan,
    )


def _number(value: FloatArray) -> float | FloatArray:
    """A float for one meta-analysis, the array for a batch."""
    return float(value) if value.ndim == 0 else value


def _count(value: FloatArray) -> int | FloatArray:
    return int(value) if value.ndim == 0 else value
