"""What pooling returns: the numbers of a result, how these are printed, its JSON."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple, Self, TypeVar

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from twobytwo import rounding
from twobytwo.estimate import mean
from twobytwo.estimate.effects import (
    BoolArray,
    Cells,
    Effects,
    FloatArray,
    Interval,
    as_number,
    total,
)
from twobytwo.estimate.tau2 import q_profile
from twobytwo.options import OF_COUNTS, Options, ProportionOptions
from twobytwo.rounding import Ratios, exact_ratios, half_up_many, number, p_equals
from twobytwo.table import Shown

# A float for one meta-analysis, an array for a batch.
Number = Any

# Names of the counts of each arm, by how many arms there are.
ARMS: dict[int, tuple[tuple[str, str], ...]] = {
    0: (),
    1: (("events", "n"),),
    2: (("events_treatment", "n_treatment"), ("events_control", "n_control")),
}

POOLED = (
    "measure", "model", "method", "tau2_method", "interval", "level", "k",
    "estimate", "ci_lower", "ci_upper", "effect", "se", "statistic", "df", "p_value",
    "tau2", "q", "q_df", "q_p_value", "i2", "h2", "i2_tau2", "tau2_lower", "tau2_upper",
    "prediction_lower", "prediction_upper", "method_sentence",
)  # fmt: skip

RATIOS = ("OR", "RR")
MOST = 5  # decimals of a ratio, beyond which its bound is told


class About(NamedTuple):
    """What is known of the studies beside their numbers."""

    study: tuple[str, ...]
    outcome: str | None = None
    extra: Mapping[str, Sequence[Any]] = MappingProxyType({})


@dataclass(frozen=True, repr=False, eq=False)
class Pooled(Shown):
    """A pooled result that shows itself, or a batch of them.

    Printed it is what the command line prints; in a notebook it is a table; `to_frame` gives one
    row a study, the pooled one last. For one meta-analysis the pooled numbers are floats; for a
    batch of shape ``(..., k)`` they are arrays of shape ``(...)``. What is undefined is NaN here
    and null in JSON.

    Attributes
    ----------
    options : Options or ProportionOptions
        How the studies were pooled.
    study : tuple of str
        Names, in the order of the counts.
    outcome : str or None
        The event, if it was named.
    extra : mapping of str to sequence, each of length k
        What else is known of the studies, by the columns of the counts.
    table : tuple of ndarray, shape (..., k)
        Raw counts of patients with and without the event, arm by arm: `Cells` of two arms,
        two arrays of single arms, none where effects were pooled as printed.
    included : ndarray of bool, shape (..., k)
        The studies that contribute.
    study_effect, study_variance : ndarray, shape (..., k)
        On the scale that the studies are pooled on; NaN where a study has no effect of its
        own.
    weights : ndarray, shape (..., k)
        Not normalized; 0 where a study is left out.
    k
        Number of studies that contribute.
    effect, se
        Pooled effect and its standard error, on the scale of `study_effect`.
    wald_se
        The same without the adjustment of Hartung, Knapp, Sidik and Jonkman.
    df
        Degrees of freedom of t; NaN for z.
    tau2
        Between-study variance; NaN for fixed effect.
    q, q_df
        Cochran's Q and its degrees of freedom.
    """

    options: Options | ProportionOptions
    study: tuple[str, ...]
    outcome: str | None
    extra: Mapping[str, Sequence[Any]]
    table: tuple[FloatArray, ...]
    included: BoolArray
    study_effect: FloatArray
    study_variance: FloatArray
    weights: FloatArray
    k: Number
    effect: Number
    se: Number
    wald_se: Number
    df: Number
    tau2: Number
    q: Number
    q_df: Number

    def natural(self, effect: ArrayLike) -> Number:
        """From the scale of the effect to the natural scale: exp for OR and RR."""
        value = np.asarray(effect, float)
        if self.options.scale == "log":
            with np.errstate(over="ignore"):  # a limit too large for a double is infinite
                return as_number(np.exp(value))
        return as_number(expit(value) if self.options.scale == "logit" else value)

    @cached_property
    def arms(self) -> tuple[tuple[FloatArray, FloatArray], ...]:
        """Events and patients of each arm: two arms, one, or none."""
        events, others = self.table[::2], self.table[1::2]
        return tuple((x, x + y) for x, y in zip(events, others, strict=True))

    @property
    def counts(self) -> dict[str, FloatArray]:
        """The counts of the studies by their JSON names."""
        names = ARMS[len(self.arms)]
        return {
            name: count
            for arm, counts in zip(names, self.arms, strict=True)
            for name, count in zip(arm, counts, strict=True)
        }

    @property
    def measure(self) -> str:
        """OR, RR, RD or proportion."""
        return self.options.measure

    @property
    def model(self) -> str:
        """``random`` or ``fixed``."""
        return self.options.model

    @property
    def method(self) -> str:
        """MH, IV, Peto, exact or GLMM."""
        return self.options.method

    @property
    def tau2_method(self) -> str | None:
        """Estimator of the between-study variance, None for fixed effect."""
        return self.options.tau2 if self.options.random else None

    @property
    def interval(self) -> str:
        """Kind of the interval of the pooled effect."""
        return "exact" if self.method == "exact" else self.options.interval

    @property
    def level(self) -> float:
        """Confidence level."""
        return self.options.level

    @cached_property
    def statistic(self) -> Number:
        """The pooled effect in standard errors: z, or t where df is given."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return as_number(np.divide(self.effect, self.se))

    @cached_property
    def p_value(self) -> Number:
        """Two-sided p-value of an effect of 0."""
        return as_number(mean.p_value(self.statistic, self._df))

    @cached_property
    def limits(self) -> Interval:
        """Interval of the pooled effect, on the scale of the effect."""
        if self._df is None:
            return mean.wald(self.effect, self.se, self.level)
        return mean.t_interval(self.effect, self.se, self._df, self.level)

    @property
    def _df(self) -> Number:
        """Degrees of freedom, None where all are z."""
        return None if self.interval == "wald" else self.df

    @cached_property
    def q_p_value(self) -> Number:
        """Upper chi-square tail of Q."""
        return as_number(mean.q_p_value(self.q, self.q_df))

    @cached_property
    def i2(self) -> Number:
        """I2 in percent, from Q."""
        return as_number(mean.i_squared(self.q, self.q_df))

    @cached_property
    def i2_tau2(self) -> Number:
        """I2 in percent, from tau2; NaN for fixed effect, and for GLMM, which has no weights."""
        has_effect = self._has_effect
        weights = np.where(has_effect, 1 / np.where(has_effect, self.study_variance, 1.0), 0.0)
        i2 = mean.i_squared_tau2(self._moment_tau2, weights)
        return as_number(i2)

    @cached_property
    def tau2_limits(self) -> Interval:
        """Q-profile interval of tau2: NaN for fixed effect and GLMM, and of an empty set."""
        if not self.options.random or self.method == "GLMM":
            return Interval(self._moment_tau2, self._moment_tau2)
        limits = q_profile(self.study_effect, self.study_variance, self._has_effect, self.level)
        return Interval(*map(as_number, limits))

    @property
    def tau2_lower(self) -> Number:
        """Lower limit of tau2."""
        return self.tau2_limits.lower

    @property
    def tau2_upper(self) -> Number:
        """Upper limit of tau2."""
        return self.tau2_limits.upper

    @property
    def _has_effect(self) -> BoolArray:
        """The studies with an effect of their own that contribute."""
        has_effect: BoolArray = self.included & np.isfinite(self.study_variance)
        return has_effect

    @property
    def _moment_tau2(self) -> Number:
        """The variance between studies beside those within them; NaN where there are none."""
        return self.tau2 if self.method != "GLMM" else as_number(np.full_like(self.tau2, np.nan))

    @cached_property
    def h2(self) -> Number:
        """H2 = Q / df."""
        return as_number(mean.h_squared(self.q, self.q_df))

    @cached_property
    def prediction(self) -> Interval:
        """Interval for the effect of a new study, on the scale of the effect."""
        return mean.prediction(
            self.effect, self.se, self.tau2, self.k, self.level, df=self.options.prediction_df
        )

    @cached_property
    def weight(self) -> FloatArray:
        """Weights in percent, shape (..., k); NaN where a study is left out."""
        total = self.weights.sum(-1, keepdims=True)
        return np.where(self.included, 100 * self.weights / np.where(total > 0, total, 1), np.nan)

    @cached_property
    def estimate(self) -> Number:
        """Pooled effect on the natural scale."""
        return self.natural(self.effect)

    @cached_property
    def ci_lower(self) -> Number:
        """Lower limit on the natural scale."""
        return self.natural(self.limits.lower)

    @cached_property
    def ci_upper(self) -> Number:
        """Upper limit on the natural scale."""
        return self.natural(self.limits.upper)

    @cached_property
    def prediction_lower(self) -> Number:
        """Lower prediction limit on the natural scale."""
        return self.natural(self.prediction.lower)

    @cached_property
    def prediction_upper(self) -> Number:
        """Upper prediction limit on the natural scale."""
        return self.natural(self.prediction.upper)

    @cached_property
    def study_interval(self) -> Interval:
        """Wald interval of each study on the natural scale, arrays of shape (..., k)."""
        lower, upper = mean.wald(self.study_effect, np.sqrt(self.study_variance), self.level)
        return Interval(self.natural(lower), self.natural(upper))

    @cached_property
    def study_estimate(self) -> FloatArray:
        """Effect of each study on the natural scale, shape (..., k)."""
        estimate: FloatArray = self.natural(self.study_effect)
        return estimate

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
    @abstractmethod
    def method_sentence(self) -> str:
        """What was done, in a few sentences ready for a methods section."""

    @abstractmethod
    def refit(self, at: Sequence[int]) -> Self:
        """The same analysis of some of the studies, by their positions, in the order wanted."""

    def about(self, at: Sequence[int]) -> About:
        """What is known of some of the studies beside their numbers."""
        extra = {name: tuple(values[i] for i in at) for name, values in self.extra.items()}
        return About(tuple(self.study[i] for i in at), self.outcome, extra)

    def pooled(self) -> dict[str, Any]:
        """The pooled numbers by their JSON names, undefined ones as None.

        Raises
        ------
        ValueError
            If this is a batch.
        """
        check_one(self, "JSON")
        return {name: plain(getattr(self, name)) for name in POOLED}

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
            **{
                name: [x if math.isfinite(x) else None for x in column.tolist()]
                for name, column in numbers.items()
            },
            "included": self.included.tolist(),
        }
        names = tuple(columns)
        return [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]

    def to_dict(self) -> dict[str, Any]:
        """Everything that the command line prints with ``--json``."""
        return self.pooled() | {"studies": self.studies()}


Kind = TypeVar("Kind", bound=Pooled)


def finished(
    kind: type[Kind],
    chosen: Options | ProportionOptions,
    about: About,
    table: tuple[FloatArray, ...],
    each: Effects,
    included: BoolArray,
    found: mean.Mean,
) -> Kind:
    """What every pooling ends with, whatever its mean: the interval, and plain numbers."""
    wide = mean.spread(each.effect, found, chosen.interval)
    k = total(included)
    numbers = {
        "effect": found.effect, "se": wide.se, "wald_se": found.se, "df": wide.df,
        "tau2": found.tau2, "q": found.q, "q_df": found.q_df,
    }  # fmt: skip
    some = k > 0
    if not some.all():  # of no study at all even Q and tau2 are undefined; of one they are 0
        numbers = {name: np.where(some, number, np.nan) for name, number in numbers.items()}
    scalars: dict[str, Any] = {**numbers, "k": k}
    if k.ndim == 0:
        scalars = {name: float(number) for name, number in scalars.items()} | {"k": int(k)}
        scalars["q_df"] = int(found.q_df) if k and not np.isnan(found.q_df) else np.nan
    return kind(
        options=chosen, **about._asdict(), table=table, included=included,
        study_effect=each.effect, study_variance=each.variance, weights=found.weights, **scalars,
    )  # fmt: skip


def study_names(study: Sequence[str] | None, k: int) -> tuple[str, ...]:
    """Names of k studies, as given or numbered."""
    names = tuple(study) if study is not None else tuple(f"Study {i + 1}" for i in range(k))
    if len(names) != k:
        raise ValueError(f"{len(names)} study names for {k} studies")
    return names


def check_one(result: Pooled, what: str) -> None:
    """Refuse a batch where one meta-analysis is shown or asked about."""
    if np.ndim(result.effect):
        raise ValueError(f"{what} is of one meta-analysis, not a batch: pool counts of shape (k,)")


def both_arms(result: Pooled, what: str) -> Cells:
    """The counts of both arms; a ValueError where a result has those of one arm, or none."""
    if len(result.arms) != 2:
        raise ValueError(f"{what} needs the counts of both arms, which this result has not")
    return Cells(*result.table)


def plain(value: Any) -> Any:
    """What JSON can hold: None for what is undefined."""
    if value is None or isinstance(value, str):
        return value
    number = float(value)
    if not math.isfinite(number):
        return None
    return int(number) if isinstance(value, int | np.integer) else number


# How it is printed.


def pooled_text(result: Pooled, digits: int | None = None) -> str:
    """The pooled estimate with its interval; a proportion in percent."""
    check_one(result, "the text")
    pooled = result.estimate, result.ci_lower, result.ci_upper
    own = result.k == 1 and result.method not in OF_COUNTS  # a study alone is the result
    only = int(np.flatnonzero(result.included)[0]) if own else None
    return effect_text(result, pooled, digits, only)


def effect_text(
    result: Pooled,
    effect: Sequence[float],
    digits: int | None = None,
    study: int | None = None,
) -> str:
    """An estimate with its limits, on the natural scale, as this result's are printed.

    It has the decimals asked for, or as many as it needs; of the study at a position the
    estimate is exact before it is rounded.

    Examples
    --------
    >>> from twobytwo import pool
    >>> few = pool([40, 35], [100_000] * 2, [80, 75], [100_000] * 2, measure="RD")
    >>> pooled_text(few), pooled_text(few, 2)
    ('-0.00040 [-0.00055, -0.00025]', '0.00 [0.00, 0.00]')
    """
    columns = [[_scale(result) * x] for x in effect]
    decimals = _decimals(result, effect, digits)
    exact = None if study is None else _exact(result)
    return _printed(result, columns, decimals, exact, [study])[0]


def prediction_text(result: Pooled, digits: int | None = None) -> str:
    """The prediction interval in brackets; empty where it is undefined."""
    limits = result.prediction_lower, result.prediction_upper
    _, bracket, interval = effect_text(result, (result.estimate, *limits), digits).partition("[")
    return bracket + interval if np.isfinite(limits[0]) else ""


def study_texts(result: Pooled, digits: int | None = None) -> list[str]:
    """The effect of each study with its interval as printed; see `effect_text`.

    Where a study needs more decimals than the pooled effect it has them.
    """
    scale = _scale(result)
    columns = [scale * x for x in (result.study_estimate, *result.study_interval)]
    pooled = result.estimate, result.ci_lower, result.ci_upper
    decimals = _decimals(result, pooled, digits)
    exact = _exact(result)
    texts = _printed(result, columns, decimals, exact, slice(None))
    if digits is None:
        lost = (columns[0] != 0) & (np.abs(columns[0]) < 0.5 / 10**decimals)
        for i in np.flatnonzero(lost).tolist():
            needed = _decimals(result, [x[i] / scale for x in columns], None)
            one = [x[[i]] for x in columns]
            texts[i] = _printed(result, one, max(needed, decimals), exact, [i])[0]
    return texts


def _printed(
    result: Pooled, columns: Sequence[Any], decimals: int, exact: Ratios | None, at: Any
) -> list[str]:
    """Estimates with their limits; of the studies at some positions exact before rounding."""
    own = None if exact is None else half_up_many(Ratios(*(x[at] for x in exact)), decimals)
    estimate, lower, upper = columns
    ratio = result.measure in RATIOS
    return rounding.with_intervals(estimate, lower, upper, decimals, exact=own, ratio=ratio)


def _decimals(result: Pooled, effect: Sequence[float], digits: int | None) -> int:
    """As many as an effect needs, if it says anything that small."""
    if digits is not None:
        return digits
    estimate, lower, upper = effect
    null = 1.0 if result.measure in RATIOS else 0.0
    if result.measure == "proportion":
        away = 100 * min(estimate, 1 - estimate)
        return min(12, 1 - math.floor(math.log10(away))) if 0 < away < 0.05 else 1
    excludes = lower > null or upper < null
    if not (excludes or max(abs(lower), abs(upper)) < 0.05):
        return 2
    if excludes and result.measure not in RATIOS:
        return rounding.decimals_for(estimate, lower, upper, null=null)
    needed = min(rounding.decimals_for(estimate, math.nan, math.nan, null=null), MOST)
    bounded = result.measure in RATIOS and estimate < 0.5 / 10**needed
    return 2 if bounded else needed


def _scale(result: Pooled) -> int:
    return 100 if result.measure == "proportion" else 1


def _exact(result: Pooled) -> Ratios | None:
    """The studies' effects as ratios of whole numbers, where they are such."""
    options = result.options
    if isinstance(options, Options):
        # Peto's odds ratio is no ratio of whole numbers.
        if not result.table or options.method == "Peto":
            return None
        added = "none" if options.method in OF_COUNTS else options.zero_cells
        return exact_ratios(Cells(*result.table), options.measure, added, options.increment)
    events, n = (x.astype(np.int64) for x in result.arms[0])
    return Ratios(100 * events, n)


def heterogeneity(result: Pooled) -> str:
    """The heterogeneity line of a forest plot."""
    if result.method == "exact" and result.k > 1:
        return "not measured by the exact method"
    if not result.q_df > 0:
        return "not applicable"
    if not np.isfinite(result.q):  # a likelihood whose maximum is at no finite effect
        return "not estimable"
    q = f"Q = {number(result.q)}, df = {result.q_df} ({p_equals(result.q_p_value)})"
    i2, i2_tau2 = number(result.i2, 0), number(result.i2_tau2, 0)
    both = i2_tau2 not in ("-", i2)
    parts = [q, f"I2 = {i2} % (from Q), {i2_tau2} % (from tau2)" if both else f"I2 = {i2} %"]
    if result.options.random:
        parts.insert(0, f"tau2 = {number(result.tau2)}")
    return "; ".join(parts)


def differences(q: float, df: float, p: float) -> str:
    """The line of the test for subgroup differences."""
    if not np.isfinite(q):
        return "undefined (each of two subgroups or more needs an effect and a standard error)"
    return f"Q = {number(q)}, df = {df:g} ({p_equals(p)})"


def overall(result: Pooled) -> str:
    """The line of the test for an overall effect."""
    if not np.isfinite(result.p_value):
        return "not applicable"
    if not np.isfinite(result.statistic):
        return p_equals(result.p_value)
    name = "z" if math.isnan(result.df) else f"t({result.df:g})"
    return f"{name} = {number(abs(result.statistic))} ({p_equals(result.p_value)})"
