"""Pooling: from the counts of k studies, or from printed effects, to one result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from twobytwo import sentence
from twobytwo.counts import as_counts
from twobytwo.estimate import effects
from twobytwo.estimate.effects import Cells, Effects, FloatArray, Interval, as_number
from twobytwo.estimate.exact import ExactOddsRatio, exact_odds_ratio
from twobytwo.estimate.hypergeometric_normal import hypergeometric_normal
from twobytwo.estimate.mean import Mean, inverse_variance, q_p_value
from twobytwo.options import OF_COUNTS, OptionError, Options, options
from twobytwo.results import About, Number, Pooled, finished, plain, study_names
from twobytwo.study_table import study_table
from twobytwo.table import Table

if TYPE_CHECKING:
    from twobytwo.plots.forest import Forest


class Between(NamedTuple):
    """The test for subgroup differences; NaN where a subgroup has no effect and standard error."""

    q: Number
    df: Number
    p_value: Number


@dataclass(frozen=True, repr=False, eq=False)
class Result(Pooled):
    """A pooled odds ratio, risk ratio or risk difference, or a batch of them.

    Attributes
    ----------
    exact : ExactOddsRatio or None
        What the method ``exact`` found.
    subgroups : tuple of (str, Result)
        Each subgroup pooled as the whole, with a tau2 of its own; none unless asked for.
    options, table, ...
        As of `twobytwo.results.Pooled`.

    Examples
    --------
    >>> two = pool([1, 6], [23, 48], [9, 19], [23, 100], study=["Baracchini", "Chang"])
    >>> two  # doctest: +ELLIPSIS
    Study       Treatment  Control   Weight       OR [95 % CI]
    Baracchini       1/23     9/23   39.8 %  0.07 [0.01, 0.62]
    Chang            6/48   19/100   60.2 %  0.61 [0.23, 1.64]
    Total            7/71   28/123  100.0 %  0.26 [0.03, 2.09]
    <BLANKLINE>
    ...
    """

    options: Options
    table: Cells
    exact: ExactOddsRatio | None = None
    subgroups: tuple[tuple[str, Result], ...] = ()

    @cached_property
    def limits(self) -> Interval:
        """Interval of the pooled effect, on the scale of the effect."""
        if self.exact is None:
            return super().limits
        some = np.asarray(self.k) > 0
        with np.errstate(divide="ignore"):
            limits = (np.log(limit) for limit in (self.exact.ci_lower, self.exact.ci_upper))
            return Interval(*(np.where(some, limit, np.nan) for limit in limits))

    @cached_property
    def p_value(self) -> Number:
        """Two-sided p-value of an effect of 0; of the method ``exact`` as Fisher's test has it."""
        if self.exact is None:
            return super().p_value
        return as_number(np.where(np.asarray(self.k) > 0, self.exact.p_value, np.nan))

    @property
    def shown(self) -> Table:
        """The studies and the pooled result, by subgroup where there are some."""
        return self.table_of()

    @property
    def method_sentence(self) -> str:
        """What was done, in a few sentences ready for a methods section."""
        return sentence.tables(self, self.options)

    def refit(self, at: Sequence[int]) -> Result:
        """The same analysis of some of the studies, by their positions, in the order wanted.

        Examples
        --------
        >>> deaths = pool([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
        >>> deaths.refit([0, 1]).text
        '0.26 [0.03, 2.09]'
        """
        at = list(at)
        some = Cells(*(cell[..., at] for cell in self.table))
        return _tables(some, self.about(at), self.options)

    def table_of(self, arms: Sequence[str] | None = None, *, digits: int | None = None) -> Table:
        """The same with the names of the arms and the decimals of effects chosen."""
        between = self.between if self.subgroups else None
        return study_table(self, arms, digits=digits, subgroups=self.subgroups, between=between)

    @cached_property
    def between(self) -> Between:
        """The test for subgroup differences.

        Notes
        -----
        ``Q = sum(w (y - sum(w y)/sum(w))^2)`` over the pooled effects of the subgroups, with
        ``w = 1/se^2`` of their Wald standard errors, as RevMan 5 has it.
        """
        y, se = (
            np.stack([np.asarray(getattr(one, name)) for _, one in self.subgroups], -1)
            for name in ("effect", "wald_se")
        )
        known = np.isfinite(y) & np.isfinite(se) & (se > 0)
        found = inverse_variance(y, se * se, known)
        df = np.where(known.all(-1), found.q_df, 0.0)
        q = np.where(df > 0, found.q, np.nan)
        p = q_p_value(q, df)
        return Between(*(as_number(x) for x in (q, np.where(df > 0, df, np.nan), p)))

    def to_dict(self) -> dict[str, Any]:
        """Everything that the command line prints with ``--json``."""
        if not self.subgroups:
            return super().to_dict()
        q, df, p = map(plain, self.between)
        return super().to_dict() | {
            "subgroups": [{"name": name} | one.pooled() for name, one in self.subgroups],
            "q_between": q,
            "q_between_df": None if df is None else int(df),
            "q_between_p_value": p,
        }

    def forest(self, **choices: Any) -> Forest:
        """Draw a forest plot; see `twobytwo.plots.forest.forest`."""
        from twobytwo.plots.forest import forest  # matplotlib takes a second to import

        known = self.subgroups and np.isfinite(self.between.q)
        between = {"between": self.between} if known else {}
        drawn = {"outcome": self.outcome, "subgroups": self.subgroups, **between}
        return forest(self, **{**drawn, **choices})


@dataclass(frozen=True, repr=False, eq=False)
class EffectsResult(Pooled):
    """Pooled printed effects, or a batch of them; see `twobytwo.results.Pooled`."""

    options: Options

    @property
    def shown(self) -> Table:
        """The studies and the pooled result."""
        return study_table(self)

    @property
    def method_sentence(self) -> str:
        """What was done, in a few sentences ready for a methods section."""
        return sentence.printed(self, self.options)

    def refit(self, at: Sequence[int]) -> EffectsResult:
        """The same analysis of some of the studies."""
        at = list(at)
        y, v = self.study_effect[..., at], self.study_variance[..., at]
        return _effects(y, v, self.about(at), self.options)

    def forest(self, **choices: Any) -> Forest:
        """Draw a forest plot without counts; see `twobytwo.plots.forest.forest`."""
        from twobytwo.plots.forest import forest  # matplotlib, as above

        return forest(self, **{"outcome": self.outcome, **choices})


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
    place = ""
    if n_treatment is None or events_control is None or n_control is None:
        if not (n_treatment is events_control is n_control is study is None):
            raise TypeError("pool takes a file, a DataFrame or Counts, or all four arrays")
        counts = as_counts(source, outcome)
        table, about = effects.cells(*counts.arms), About(counts.study, outcome, counts.extra)
        place = f"{counts.reading.source}, " if counts.reading else ""
    else:
        table = effects.cells(source, n_treatment, events_control, n_control)
        about = About(study_names(study, table.a.shape[-1]), outcome)
    result = _tables(table, about, chosen)
    if subgroup is None:
        return result
    groups = _grouped(subgroup, about.study, about.extra, place)
    return replace(result, subgroups=tuple((name, result.refit(at)) for name, at in groups.items()))


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
        Effects (logarithms of OR or RR, or RD) and their standard errors.
    outcome, study, measure, model, tau2, interval, level
        As of `pool`.

    Returns
    -------
    EffectsResult

    Raises
    ------
    OptionError
        If choices do not exist or exclude each other.
    ValueError
        If an effect is not finite, or a standard error not finite and positive.

    Notes
    -----
    See `twobytwo.estimate.mean.inverse_variance`, and
    `twobytwo.estimate.printed.log_effect` for ratios printed with their intervals.

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


def _grouped(
    subgroup: str | Sequence[str],
    study: Sequence[str],
    extra: Mapping[str, Sequence[Any]],
    place: str,
) -> dict[str, list[int]]:
    """Positions of the studies of each subgroup; capitals and spaces make no other subgroup."""
    named, values = f"{place}subgroup", subgroup
    if isinstance(subgroup, str):
        named += f" {subgroup!r}"
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


def _tables(table: Cells, about: About, chosen: Options) -> Result:
    if chosen.method in OF_COUNTS:
        return _counts(table, about, chosen)
    estimable = effects.estimable(table, chosen.measure)
    used, rule = table, chosen.zero_cells  # a risk difference is that of the raw counts
    if chosen.measure != "RD":  # cells are corrected once
        used, rule = effects.corrected(table, rule, chosen.increment), "none"
    with np.errstate(divide="ignore", invalid="ignore"):
        if chosen.method == "Peto":
            y, v = effects.peto_log_odds_ratio(table)
        else:
            y, v = effects.study_effects(used, chosen.measure, rule, chosen.increment)
        # A zero cell that nothing was added to makes v infinite (OR, RR) or 0 (RD).
        included = estimable & (v > 0) & (v < np.inf)
        about_mh = chosen.center == "MH"
        center = effects.center(used, estimable, chosen.measure) if about_mh else None
        mean = inverse_variance(y, v, included, chosen.tau2 if chosen.random else None, center)
        if not included.all():
            y, v = np.where(included, y, np.nan), np.where(included, v, np.nan)
        if chosen.method == "MH" and not chosen.random:
            included = estimable
            common = effects.common_effect(used, estimable, chosen.measure, rule, chosen.increment)
            # Sums of zero cells that nothing was added to do not determine a common effect.
            known = np.isfinite(common.effect) & (common.se > 0) & (common.se < np.inf)
            effect, se = (np.where(known, x, np.nan) for x in (common.effect, common.se))
            mean = mean._replace(effect=effect, se=se, weights=common.weights)
    return finished(Result, chosen, about, table, Effects(y, v), included, mean)


def _counts(table: Cells, about: About, chosen: Options) -> Result:
    """The methods that see the counts alone. A study's own effect is shown, and enters nowhere."""
    included = effects.estimable(table, "OR")
    arms = Cells(*(np.where(included, cell, 0.0) for cell in table)).arms
    exact = None
    try:
        with np.errstate(divide="ignore", invalid="ignore"):
            y, v = effects.log_odds_ratio(table)
            if chosen.method == "exact":
                exact = exact_odds_ratio(*arms, level=chosen.level)
                effect, unweighted = np.log(exact.estimate), np.full(table.a.shape, np.nan)
                none = np.full(effect.shape, np.nan)
                mean = Mean(effect, none, unweighted, none, none, none)
            else:
                mean = hypergeometric_normal(*arms).mean(included)
    except ValueError as error:
        raise OptionError(f"method {chosen.method}: {error}") from None
    shown = included & (v < np.inf)
    own = Effects(np.where(shown, y, np.nan), np.where(shown, v, np.nan))
    result = finished(Result, chosen, about, table, own, included, mean)
    return replace(result, exact=exact)


def _effects(y: FloatArray, v: FloatArray, about: About, chosen: Options) -> EffectsResult:
    included = np.full(y.shape, True)
    mean = inverse_variance(y, v, included, chosen.tau2 if chosen.random else None)
    return finished(EffectsResult, chosen, about, (), Effects(y, v), included, mean)
