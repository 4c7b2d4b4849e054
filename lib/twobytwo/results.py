"""What pooling returns: a result that shows itself, its JSON, its forest plot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from scipy.special import logit

from twobytwo import sentence
from twobytwo.estimate import heterogeneity
from twobytwo.estimate.effects import Cells, FloatArray
from twobytwo.estimate.exact import ExactOddsRatio
from twobytwo.estimate.intervals import Interval
from twobytwo.estimate.inverse_variance import inverse_variance
from twobytwo.estimate.proportions import STUDY_INTERVALS, clopper_pearson
from twobytwo.options import Options, ProportionOptions
from twobytwo.pooled import Number, Pooled, as_number
from twobytwo.study_table import pooled_text, study_table
from twobytwo.table import Shown, Table

if TYPE_CHECKING:
    from twobytwo.plots.forest import Forest

POOLED = (
    "measure", "model", "method", "tau2_method", "interval", "level", "k",
    "estimate", "ci_lower", "ci_upper", "effect", "se", "statistic", "df", "p_value",
    "tau2", "q", "q_df", "q_p_value", "i2", "h2", "i2_tau2", "tau2_lower", "tau2_upper",
    "prediction_lower", "prediction_upper", "method_sentence",
)  # fmt: skip


@dataclass(frozen=True, repr=False, eq=False)
class Analysis(Pooled, Shown):
    """A pooled result that shows itself, or a batch of them.

    Its numbers are described in `twobytwo.pooled.Pooled`. Printed it is what the command line
    prints; in a notebook it is a table; `to_frame` gives one row a study, the pooled one last.
    """

    @property
    def shown(self) -> Table:
        """The studies and the pooled result."""
        return study_table(self)

    def __repr__(self) -> str:
        if not np.ndim(self.effect):
            return super().__repr__()
        shape = " x ".join(f"{size:,}" for size in np.shape(self.effect))
        return (
            f"<{shape} meta-analyses of {len(self.study)} studies: estimate, ci_lower, p_value "
            f"and the like are arrays of shape {np.shape(self.effect)}>"
        )

    def _repr_html_(self) -> str | None:  # type: ignore[override]  # a batch has its repr alone
        return None if np.ndim(self.effect) else super()._repr_html_()

    @property
    def text(self) -> str:
        """The pooled estimate and its interval as printed, such as ``0.39 [0.16, 0.93]``."""
        return pooled_text(self)

    @property
    def method_sentence(self) -> str:
        """What was done, in a few sentences ready for a methods section."""
        return sentence.method(self)

    def pooled(self) -> dict[str, Any]:
        """The pooled numbers by their JSON names, undefined ones as None.

        Raises
        ------
        ValueError
            If this is a batch: JSON describes one meta-analysis.
        """
        if np.ndim(self.effect):
            raise ValueError("a batch has no JSON: pool one meta-analysis, counts of shape (k,)")
        return {name: _plain(getattr(self, name)) for name in POOLED}

    def studies(self) -> list[dict[str, Any]]:
        """One record per study, in the order given."""
        numbers = {
            "estimate": self.study_estimate,
            "ci_lower": self.study_interval.lower,
            "ci_upper": self.study_interval.upper,
            "weight": self.weight,
        }
        columns: dict[str, Sequence[Any]] = {
            "study": self.study,
            **{name: count.astype(np.int64).tolist() for name, count in self.counts.items()},
            **{name: _plain_list(column) for name, column in numbers.items()},
            "included": self.included.tolist(),
        }
        names = tuple(columns)
        return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def to_dict(self) -> dict[str, Any]:
        """Everything that the command line prints with ``--json``."""
        return self.pooled() | {"studies": self.studies()}


class Between(NamedTuple):
    """The test for subgroup differences; NaN where a subgroup has no effect and standard error.

    Attributes
    ----------
    q, df, p_value
        Floats for one meta-analysis, arrays of shape ``(...)`` for a batch.
    """

    q: Number
    df: Number
    p_value: Number


@dataclass(frozen=True, repr=False, eq=False)
class Result(Analysis):
    """A pooled odds ratio, risk ratio or risk difference, or a batch of them.

    Attributes
    ----------
    options : Options
        How the studies were pooled.
    table : Cells
        The raw counts.
    exact : ExactOddsRatio or None
        What the method ``exact`` found.
    subgroups : tuple of (str, Result)
        Each subgroup pooled as the whole, with a tau2 of its own; none unless asked for.

    Examples
    --------
    >>> from twobytwo import pool
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
        p = heterogeneity.q_p_value(q, df)
        return Between(*(as_number(x) for x in (q, np.where(df > 0, df, np.nan), p)))

    def to_dict(self) -> dict[str, Any]:
        """Everything that the command line prints with ``--json``."""
        if not self.subgroups:
            return super().to_dict()
        q, df, p = map(_plain, self.between)
        return super().to_dict() | {
            "subgroups": [{"name": name} | one.pooled() for name, one in self.subgroups],
            "q_between": q,
            "q_between_df": None if df is None else int(df),
            "q_between_p_value": p,
        }

    def forest(self, **choices: Any) -> Forest:
        """Draw a forest plot; see `twobytwo.plots.forest.forest`."""
        from twobytwo.plots.forest import forest  # matplotlib takes a second to import

        drawn = {"outcome": self.outcome, "subgroups": self.subgroups}
        if self.subgroups and np.isfinite(self.between.q):
            drawn["between"] = self.between
        return forest(self, **{**drawn, **choices})


@dataclass(frozen=True, repr=False, eq=False)
class EffectsResult(Analysis):
    """Pooled printed effects, or a batch of them.

    Attributes
    ----------
    options : Options
        How the effects were pooled.
    """

    options: Options

    def forest(self, **choices: Any) -> Forest:
        """Draw a forest plot without counts; see `twobytwo.plots.forest.forest`."""
        from twobytwo.plots.forest import forest  # matplotlib, as above

        return forest(self, **{"outcome": self.outcome, **choices})


@dataclass(frozen=True, repr=False, eq=False)
class ProportionResult(Analysis):
    """A pooled proportion, or a batch of them.

    What `twobytwo.pooled.Pooled` says of effects is said here of logits, or of proportions
    if these are pooled as they are. The statistic and its p-value are those of an effect of
    0: of a proportion of one half on the logit scale.

    Attributes
    ----------
    options : ProportionOptions
        How the studies were pooled.
    """

    options: ProportionOptions

    @property
    def events(self) -> FloatArray:
        """Patients with the event, shape (..., k)."""
        return self.arms[0][0]

    @property
    def patients(self) -> FloatArray:
        """All patients, shape (..., k)."""
        return self.arms[0][1]

    @cached_property
    def limits(self) -> Interval:
        """Interval of the pooled effect: a study's own if it is alone, exact at 0 and 1."""
        wald = super().limits
        alone, extreme = np.equal(self.k, 1), np.isinf(self.effect)
        if not np.any(alone | extreme):
            return wald
        summed = self.events.sum(-1), self.patients.sum(-1)
        own = STUDY_INTERVALS[self.options.study_interval](*summed, self.level)
        exact = clopper_pearson(*summed, self.level)
        limits = []
        for lone, all_or_none, other in zip(own, exact, wald, strict=True):
            proportion = np.where(alone, lone, all_or_none)
            scaled = logit(proportion) if self.options.transform == "logit" else proportion
            limits.append(np.where(alone | extreme, scaled, other))
        return Interval(*limits)

    @cached_property
    def study_estimate(self) -> FloatArray:
        """Proportion of each study, NaN where it has no patients."""
        some = np.where(self.patients > 0, self.patients, np.nan)
        proportion: FloatArray = self.events / some
        return proportion

    @cached_property
    def study_interval(self) -> Interval:
        """Interval of each study's proportion."""
        interval = STUDY_INTERVALS[self.options.study_interval]
        return interval(self.events, self.patients, self.level)

    def forest(self, **choices: Any) -> Forest:
        """Draw a forest plot; see `twobytwo.plots.forest.proportion_forest`."""
        from twobytwo.plots.forest import proportion_forest  # matplotlib, as above

        return proportion_forest(self, **{"outcome": self.outcome, **choices})


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    number = float(value)
    if not math.isfinite(number):
        return None
    return int(number) if isinstance(value, int | np.integer) else number


def _plain_list(column: FloatArray) -> list[float | None]:
    return [x if math.isfinite(x) else None for x in column.tolist()]
