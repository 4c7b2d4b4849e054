"""Pooling: from the counts of k studies, or from printed effects, to one result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from twobytwo.counts import Proportions, as_counts, read_proportions
from twobytwo.estimate import effects, mantel_haenszel
from twobytwo.estimate.effects import BoolArray, Cells, Effects, FloatArray
from twobytwo.estimate.exact import exact_odds_ratio
from twobytwo.estimate.hypergeometric_normal import hypergeometric_normal
from twobytwo.estimate.inverse_variance import Mean, inverse_variance, spread
from twobytwo.estimate.likelihood import binomial_normal, common_proportion
from twobytwo.estimate.proportions import proportion_effects
from twobytwo.options import (
    OF_COUNTS,
    OptionError,
    Options,
    ProportionOptions,
    options,
    proportion_options,
)
from twobytwo.results import Analysis, EffectsResult, ProportionResult, Result

Kind = TypeVar("Kind", bound=Analysis)


class About(NamedTuple):
    """What is known of the studies beside their numbers."""

    study: tuple[str, ...]
    outcome: str | None = None
    extra: Mapping[str, Sequence[Any]] = MappingProxyType({})


def pool(
    source: Any,
    n_treatment: ArrayLike | None = None,
    events_control: ArrayLike | None = None,
    n_control: ArrayLike | None = None,
    *,
    outcome: str | None = None,
    study: Sequence[str] | None = None,
    subgroup: str | Sequence[str] | None = None,
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
    prediction_df: str | None = None,
) -> Result:
    """Pool 2x2 tables. Without options: RevMan 5's "M-H, Random" on the odds ratio.

    Parameters
    ----------
    source : str, Path, DataFrame, Counts or array_like, shape (..., k)
        A file or a pandas frame as `twobytwo.read_counts` takes it; counts; or the patients
        with the event in the treatment arm, with the three arrays below.
    n_treatment, events_control, n_control : array_like, shape (..., k)
        Counts; the last axis is the study. Leading axes are separate meta-analyses, all
        pooled in this one call. A study with n = 0 in an arm is absent.
    outcome : str, optional
        The event. Chooses the rows of a file or frame that holds several.
    study : sequence of str, optional
        k names for the four arrays; "Study 1", "Study 2", ... if left out.
    subgroup : str, or sequence of str of shape (k,), optional
        A column of the counts, or the subgroup of each study: each subgroup is pooled too, with a
        tau2 of its own. See `subgroups` and `between` of `Result`.
    preset, measure, model, method, tau2, q_center, interval, zero_cells, increment, level, \
prediction_df
        See `twobytwo.Options`. None takes the preset's choice.

    Returns
    -------
    Result
        For one meta-analysis with floats, for a batch with arrays of shape ``(...)``.

    Raises
    ------
    OptionError
        If choices do not exist or exclude each other; if a subgroup is not known; if counts are
        too many for an exact method.
    CountsError
        If a file or a frame cannot be used.
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
    >>> deaths.text
    '0.39 [0.16, 0.93]'
    >>> round(deaths.estimate, 4), round(deaths.ci_lower, 4), round(deaths.ci_upper, 4)
    (0.3853, 0.1588, 0.9349)
    """
    chosen = options(
        preset, measure=measure, model=model, method=method, tau2=tau2, q_center=q_center,
        interval=interval, zero_cells=zero_cells, increment=increment, level=level,
        prediction_df=prediction_df,
    )  # fmt: skip
    if n_treatment is None or events_control is None or n_control is None:
        if not (n_treatment is events_control is n_control is study is None):
            raise TypeError("pool takes a file, a DataFrame or Counts, or all four arrays")
        counts = as_counts(source, outcome)
        table, about = effects.cells(*counts.arms), About(counts.study, outcome, counts.extra)
    else:
        table = effects.cells(source, n_treatment, events_control, n_control)
        about = About(study_names(study, table.a.shape[-1]), outcome)
    result = _tables(table, about, chosen)
    if subgroup is None:
        return result
    groups = grouped(subgroup, about.study, about.extra)
    return replace(
        result, subgroups=tuple((name, refit(result, at)) for name, at in groups.items())
    )


def pool_proportions(
    source: Any,
    n: ArrayLike | None = None,
    *,
    outcome: str | None = None,
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
    source : str, Path, Proportions or array_like, shape (..., k)
        A file as `twobytwo.read_proportions` takes it, its counts, or the patients with the
        event.
    n : array_like, shape (..., k)
        All patients; the last axis is the study. Leading axes are separate meta-analyses. A
        study with n = 0 is absent.
    outcome : str, optional
        The event. Chooses the rows of a file that holds several.
    study : sequence of str, optional
        k names for the two arrays; "Study 1", "Study 2", ... if left out.
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
    CountsError
        If a file cannot be used.
    ValueError
        If counts are not whole numbers with 0 <= events <= n.

    Notes
    -----
    GLMM: see `twobytwo.estimate.likelihood.binomial_normal`; Q is the likelihood-ratio
    statistic of a proportion per study against a common one, and nothing is added to any
    count. Where no patient of any study had the event (or every patient had), the estimate is
    exactly 0 (or 1), the effect is infinite without a standard error, and the interval is
    Clopper and Pearson's of the summed counts. A study alone keeps its own interval.

    IV: see `proportion_effects`; then ``w = 1/(v + tau2)`` and ``effect = sum(w y)/sum(w)``.
    The estimate of logits taken back is the proportion of the median study, not the mean
    proportion.

    Examples
    --------
    >>> deaths = pool_proportions([1, 6, 0, 21], [23, 48, 12, 66])
    >>> deaths.text
    '10.7 [3.1, 30.7]'
    """
    chosen = proportion_options(
        model=model, transform=transform, method=method, tau2=tau2, interval=interval,
        study_interval=study_interval, level=level,
    )  # fmt: skip
    if n is None:
        counts = source
        if not isinstance(source, Proportions):
            counts = read_proportions(source, outcome)
        source, n, study = counts.events, counts.n, counts.study
    events, patients = _arm(source, n)
    about = About(study_names(study, events.shape[-1]), outcome)
    return _proportions(events, patients, about, chosen)


def pool_effects(
    effect: ArrayLike,
    se: ArrayLike,
    *,
    outcome: str | None = None,
    study: Sequence[str] | None = None,
    measure: str | None = None,
    model: str | None = None,
    tau2: str | None = None,
    interval: str | None = None,
    level: float | None = None,
) -> EffectsResult:
    """Pool printed effects by generic inverse variance. Without options: random effects, DL.

    Parameters
    ----------
    effect, se : array_like, shape (..., k)
        Effects (logarithms of OR or RR, or RD) and their standard errors; the last axis is
        the study. Leading axes are separate meta-analyses.
    outcome : str, optional
        The event.
    study : sequence of str, optional
        k names; "Study 1", "Study 2", ... if left out.
    measure, model, tau2, interval, level
        See `twobytwo.Options`. None takes the default.

    Returns
    -------
    EffectsResult
        For one meta-analysis with floats, for a batch with arrays of shape ``(...)``.

    Raises
    ------
    OptionError
        If choices do not exist or exclude each other.
    ValueError
        If an effect is not finite, or a standard error not finite and positive.

    Notes
    -----
    See `twobytwo.estimate.inverse_variance.inverse_variance`, and
    `twobytwo.estimate.printed.log_effect` for ratios printed with their intervals.

    References
    ----------
    .. [1] DerSimonian R, Laird N. Control Clin Trials 1986;7:177.

    Examples
    --------
    >>> from twobytwo.estimate.printed import log_effect
    >>> pool_effects(*log_effect([3.13, 7.57], [1.08, 1.91], [9.1, 30.12])).text
    '4.35 [1.87, 10.12]'
    """
    chosen = options(
        measure=measure, model=model, method="IV", tau2=tau2, interval=interval, level=level
    )
    y, error = np.broadcast_arrays(np.asarray(effect, float), np.asarray(se, float))
    if y.ndim == 0:
        raise ValueError("effects must be arrays with one entry per study: pass [0.5], not 0.5")
    if not np.all(np.isfinite(y) & np.isfinite(error) & (error > 0)):
        raise ValueError("effects must be finite, and standard errors finite and positive")
    return _effects(y, error**2, About(study_names(study, y.shape[-1]), outcome), chosen)


def refit(result: Kind, at: Sequence[int]) -> Kind:
    """The same analysis of some of the studies.

    Parameters
    ----------
    result : Result, ProportionResult or EffectsResult
    at : sequence of int
        Positions of the studies, in the order wanted.

    Returns
    -------
    Result, ProportionResult or EffectsResult
        As `result`.

    Examples
    --------
    >>> deaths = pool([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
    >>> refit(deaths, [0, 1]).text
    '0.26 [0.03, 2.09]'
    """
    at = list(at)
    extra = {name: tuple(values[i] for i in at) for name, values in result.extra.items()}
    about = About(tuple(result.study[i] for i in at), result.outcome, extra)
    some = tuple(cell[..., at] for cell in result.table)
    again: Any
    if isinstance(result, Result):
        again = _tables(Cells(*some), about, result.options)
    elif isinstance(result, ProportionResult):
        again = _proportions(some[0], some[0] + some[1], about, result.options)
    elif isinstance(result, EffectsResult):
        y, v = result.study_effect[..., at], result.study_variance[..., at]
        again = _effects(y, v, about, result.options)
    kind: Kind = again
    return kind


def grouped(
    subgroup: str | Sequence[str], study: Sequence[str], extra: Mapping[str, Sequence[Any]]
) -> dict[str, list[int]]:
    """Positions of the studies of each subgroup, by its name, in the order of the studies.

    Parameters
    ----------
    subgroup : str, or sequence of str of shape (k,)
        A column of `extra`, or a name for each study. Capitals and spaces at the ends make no
        other subgroup.
    study : sequence of str
        k names.
    extra : mapping of str to sequence of shape (k,)

    Returns
    -------
    dict of str to list of int

    Raises
    ------
    OptionError
        If there is no such column, or a study is in no subgroup.

    Examples
    --------
    >>> grouped("age", ["A", "B", "C"], {"age": ["adults", "children", "Adults "]})
    {'adults': [0, 2], 'children': [1]}
    """
    named, values = "subgroup", subgroup
    if isinstance(subgroup, str):
        named = f"subgroup {subgroup!r}"
        if subgroup not in extra:
            known = ", ".join(map(repr, extra)) or "none"
            raise OptionError(f"{named} is no column; beside the counts there is {known}")
        values = extra[subgroup]
    if len(values) != len(study):
        raise OptionError(f"{named} has {len(values)} values for {len(study)} studies")
    groups: dict[str, tuple[str, list[int]]] = {}
    for i, (one, value) in enumerate(zip(study, values, strict=True)):
        name = " ".join(str(value).split())
        if not name:
            raise OptionError(f"{named}: study {one!r} has none; write the subgroup it belongs to")
        groups.setdefault(name.casefold(), (name, []))[1].append(i)
    return dict(groups.values())


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


def _tables(table: Cells, about: About, chosen: Options) -> Result:
    if chosen.method in OF_COUNTS:
        return _counts(table, about, chosen)
    estimable = effects.estimable(table, chosen.measure)
    used = effects.corrected(table, chosen.zero_cells, chosen.increment)
    with np.errstate(divide="ignore", invalid="ignore"):
        y, v = _study_effects(table, used, chosen)
        # A zero cell that nothing was added to makes v infinite (OR, RR) or 0 (RD).
        included = estimable & (v > 0) & (v < np.inf)
        center = None
        if chosen.center == "MH":
            sums = table if chosen.measure == "RD" else used
            center = mantel_haenszel.center(sums, estimable, chosen.measure)
        mean = inverse_variance(y, v, included, chosen.tau2 if chosen.random else None, center)
        if not included.all():
            y, v = np.where(included, y, np.nan), np.where(included, v, np.nan)
        if chosen.method == "MH" and not chosen.random:
            included = estimable
            common = mantel_haenszel.common_effect(
                table, estimable, chosen.measure, chosen.zero_cells, chosen.increment
            )
            # Sums of zero cells that nothing was added to do not determine a common effect.
            known = np.isfinite(common.effect) & (common.se > 0) & (common.se < np.inf)
            effect, se = (np.where(known, x, np.nan) for x in (common.effect, common.se))
            mean = mean._replace(effect=effect, se=se, weights=common.weights)
    return _result(Result, chosen, about, table, Effects(y, v), included, mean)


def _counts(table: Cells, about: About, chosen: Options) -> Result:
    """The methods that see the counts alone. A study's own effect is shown, and enters nowhere."""
    included = effects.estimable(table, "OR")
    k = included @ np.ones(included.shape[-1])
    a, b, c, d = (np.where(included, cell, 0.0) for cell in table)
    none = np.full(k.shape, np.nan)
    exact = None
    try:
        with np.errstate(divide="ignore", invalid="ignore"):
            y, v = effects.log_odds_ratio(table)
            if chosen.method == "exact":
                exact = exact_odds_ratio(a, a + b, c, c + d, level=chosen.level)
                mean = Mean(np.log(exact.estimate), none, np.full(y.shape, np.nan), *(none,) * 3)
            else:
                fit = hypergeometric_normal(a, a + b, c, c + d)
                mean = Mean(
                    *map(np.asarray, (fit.effect, fit.se)), np.full(y.shape, np.nan),
                    np.asarray(fit.tau2), np.where(k > 1, fit.deviance, 0.0), np.maximum(k - 1, 0),
                )  # fmt: skip
    except ValueError as error:
        raise OptionError(f"method {chosen.method}: {error}") from None
    shown = included & (v < np.inf)
    own = Effects(np.where(shown, y, np.nan), np.where(shown, v, np.nan))
    result = _result(Result, chosen, about, table, own, included, mean)
    return replace(result, exact=exact)


def _study_effects(table: Cells, used: Cells, chosen: Options) -> Effects:
    if chosen.method == "Peto":
        return effects.peto_log_odds_ratio(table)
    if chosen.measure == "RD":
        return effects.risk_difference(table, chosen.zero_cells, chosen.increment)
    one = {"OR": effects.log_odds_ratio, "RR": effects.log_risk_ratio}[chosen.measure]
    return one(used)


def _proportions(
    events: FloatArray, n: FloatArray, about: About, chosen: ProportionOptions
) -> ProportionResult:
    included = n > 0
    y, v = proportion_effects(events, n, chosen.transform)
    if chosen.method == "GLMM":
        fit = binomial_normal(events, n) if chosen.random else common_proportion(events, n)
        none = np.full(fit.mu.shape, np.nan)
        q_df = np.maximum(included @ np.ones(n.shape[-1]) - 1, 0)
        mean = Mean(
            effect=fit.mu, se=fit.se, weights=np.full(n.shape, np.nan),
            tau2=fit.tau2 if chosen.random else none,
            q=np.where(q_df > 0, fit.deviance, 0.0), q_df=q_df,
        )  # fmt: skip
    else:
        mean = inverse_variance(y, v, included, chosen.tau2 if chosen.random else None)
    arm = events, n - events
    return _result(ProportionResult, chosen, about, arm, Effects(y, v), included, mean)


def _effects(y: FloatArray, v: FloatArray, about: About, chosen: Options) -> EffectsResult:
    included = np.full(y.shape, True)
    mean = inverse_variance(y, v, included, chosen.tau2 if chosen.random else None)
    return _result(EffectsResult, chosen, about, (), Effects(y, v), included, mean)


def _result(
    kind: type[Kind],
    chosen: Options | ProportionOptions,
    about: About,
    table: tuple[FloatArray, ...],
    each: Effects,
    included: BoolArray,
    mean: Mean,
) -> Kind:
    """What every pooling ends with, whatever its mean: the interval, and plain numbers."""
    wide = spread(each.effect, mean, chosen.interval)
    k = included @ np.ones(included.shape[-1])
    numbers = {
        "effect": mean.effect, "se": wide.se, "wald_se": mean.se, "df": wide.df,
        "tau2": mean.tau2, "q": mean.q, "q_df": mean.q_df,
    }  # fmt: skip
    some = k > 0
    if not some.all():  # of no study at all even Q and tau2 are undefined; of one they are 0
        numbers = {name: np.where(some, number, np.nan) for name, number in numbers.items()}
    plain: dict[str, Any] = {**numbers, "k": k}
    if k.ndim == 0:
        plain = {name: float(number) for name, number in plain.items()} | {"k": int(k)}
        plain["q_df"] = int(mean.q_df) if k and not np.isnan(mean.q_df) else np.nan
    return kind(
        options=chosen, **about._asdict(), table=table, included=included,
        study_effect=each.effect, study_variance=each.variance, weights=mean.weights, **plain,
    )  # fmt: skip


def _arm(events: ArrayLike, n: ArrayLike) -> tuple[FloatArray, FloatArray]:
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
