"""What follows from a pooled effect, its standard error, Q and tau2, whatever the measure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from twobytwo.estimate import heterogeneity, intervals
from twobytwo.estimate.effects import BoolArray, FloatArray
from twobytwo.estimate.intervals import Interval
from twobytwo.estimate.tau2 import q_profile
from twobytwo.options import Options, ProportionOptions

# A float for one meta-analysis, an array for a batch.
Number = Any

# Names of the counts of each arm, by how many arms there are.
ARMS: dict[int, tuple[tuple[str, str], ...]] = {
    0: (),
    1: (("events", "n"),),
    2: (("events_treatment", "n_treatment"), ("events_control", "n_control")),
}


@dataclass(frozen=True, repr=False, eq=False)
class Pooled:
    """A pooled result, or a batch of them.

    For one meta-analysis the pooled numbers are floats; for a batch of shape ``(..., k)``
    they are arrays of shape ``(...)``. What is undefined is NaN here and null in JSON.

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

    def natural(self, effect: ArrayLike) -> Any:
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
        return as_number(intervals.p_value(self.statistic, self._df))

    @cached_property
    def limits(self) -> Interval:
        """Interval of the pooled effect, on the scale of the effect."""
        return intervals.t_interval(self.effect, self.se, self._df, self.level)

    @property
    def _df(self) -> Number:
        """Degrees of freedom; a single NaN where all are z, which saves a batch many quantiles."""
        return np.nan if self.interval == "wald" else self.df

    @cached_property
    def q_p_value(self) -> Number:
        """Upper chi-square tail of Q."""
        return as_number(heterogeneity.q_p_value(self.q, self.q_df))

    @cached_property
    def i2(self) -> Number:
        """I2 in percent, from Q."""
        return as_number(heterogeneity.i_squared(self.q, self.q_df))

    @cached_property
    def i2_tau2(self) -> Number:
        """I2 in percent, from tau2; NaN for fixed effect, and for GLMM, which has no weights."""
        has_effect = self._has_effect
        weights = np.where(has_effect, 1 / np.where(has_effect, self.study_variance, 1.0), 0.0)
        i2 = heterogeneity.i_squared_tau2(self._moment_tau2, weights)
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
        return as_number(heterogeneity.h_squared(self.q, self.q_df))

    @cached_property
    def prediction(self) -> Interval:
        """Interval for the effect of a new study, on the scale of the effect."""
        return intervals.prediction(
            self.effect, self.se, self.tau2, self.k, self.level, df=self.options.prediction_df
        )

    @cached_property
    def weight(self) -> FloatArray:
        """Weights in percent, shape (..., k); NaN where a study is left out."""
        total = self.weights.sum(-1, keepdims=True)
        return np.where(self.included, 100 * self.weights / np.where(total > 0, total, 1), np.nan)

    @cached_property
    def estimate(self) -> Any:
        """Pooled effect on the natural scale."""
        return self.natural(self.effect)

    @cached_property
    def ci_lower(self) -> Any:
        """Lower limit on the natural scale."""
        return self.natural(self.limits.lower)

    @cached_property
    def ci_upper(self) -> Any:
        """Upper limit on the natural scale."""
        return self.natural(self.limits.upper)

    @cached_property
    def prediction_lower(self) -> Any:
        """Lower prediction limit on the natural scale."""
        return self.natural(self.prediction.lower)

    @cached_property
    def prediction_upper(self) -> Any:
        """Upper prediction limit on the natural scale."""
        return self.natural(self.prediction.upper)

    @cached_property
    def study_interval(self) -> Interval:
        """Wald interval of each study on the natural scale, arrays of shape (..., k)."""
        lower, upper = intervals.wald(self.study_effect, np.sqrt(self.study_variance), self.level)
        return Interval(self.natural(lower), self.natural(upper))

    @cached_property
    def study_estimate(self) -> FloatArray:
        """Effect of each study on the natural scale, shape (..., k)."""
        estimate: FloatArray = self.natural(self.study_effect)
        return estimate


def as_number(value: Any) -> Any:
    """A float for one meta-analysis, the array for a batch."""
    return float(value) if np.ndim(value) == 0 else value
