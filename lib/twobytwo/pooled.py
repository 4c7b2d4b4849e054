"""What follows from a pooled effect, its standard error, Q and tau2, whatever the measure."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from twobytwo.estimate import heterogeneity, intervals
from twobytwo.estimate.effects import BoolArray, FloatArray
from twobytwo.estimate.intervals import Interval

# A float for one meta-analysis, an array for a batch.
Number = Any

POOLED = (
    "measure", "model", "method", "tau2_method", "interval", "level", "k",
    "estimate", "ci_lower", "ci_upper", "effect", "se", "statistic", "df", "p_value",
    "tau2", "q", "q_df", "q_p_value", "i2", "h2",
    "prediction_lower", "prediction_upper", "method_sentence",
)  # fmt: skip


class Choices(Protocol):
    """The choices that every analysis makes."""

    @property
    def measure(self) -> str:
        """OR, RR, RD or proportion."""

    @property
    def model(self) -> str:
        """``random`` or ``fixed``."""

    @property
    def method(self) -> str:
        """MH, IV, Peto or GLMM."""

    @property
    def tau2(self) -> str:
        """Estimator of the between-study variance."""

    @property
    def interval(self) -> str:
        """Kind of the interval of the pooled effect."""

    @property
    def level(self) -> float:
        """Confidence level."""

    @property
    def random(self) -> bool:
        """Whether the model is random effects."""


@dataclass(frozen=True)
class Pooled(ABC):
    """A pooled result, or a batch of them.

    For one meta-analysis the pooled numbers are floats; for a batch of shape ``(..., k)``
    they are arrays of shape ``(...)``. What is undefined is NaN here and null in JSON.

    Attributes
    ----------
    options : Choices
        How the studies were pooled.
    study : tuple of str
        Names, in the order of the counts.
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

    options: Choices
    study: tuple[str, ...]
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

    @abstractmethod
    def natural(self, effect: ArrayLike) -> Any:
        """From the scale of the effect to the natural scale."""

    @property
    @abstractmethod
    def method_sentence(self) -> str:
        """What was done, in a sentence or two ready for a methods section."""

    @property
    @abstractmethod
    def counts(self) -> dict[str, FloatArray]:
        """The counts of the studies by their JSON names."""

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
        """MH, IV, Peto or GLMM."""
        return self.options.method

    @property
    def tau2_method(self) -> str | None:
        """Estimator of the between-study variance, None for fixed effect."""
        return self.options.tau2 if self.options.random else None

    @property
    def interval(self) -> str:
        """Kind of the interval of the pooled effect."""
        return self.options.interval

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
        return as_number(intervals.p_value(self.statistic, self.df))

    @cached_property
    def limits(self) -> Interval:
        """Interval of the pooled effect, on the scale of the effect."""
        return intervals.t_interval(self.effect, self.se, self.df, self.level)

    @cached_property
    def q_p_value(self) -> Number:
        """Upper chi-square tail of Q."""
        return as_number(heterogeneity.q_p_value(self.q, self.q_df))

    @cached_property
    def i2(self) -> Number:
        """I2 in percent, from Q."""
        return as_number(heterogeneity.i_squared(self.q, self.q_df))

    @cached_property
    def h2(self) -> Number:
        """H2 = Q / df."""
        return as_number(heterogeneity.h_squared(self.q, self.q_df))

    @cached_property
    def prediction(self) -> Interval:
        """Interval for the effect of a new study, on the scale of the effect."""
        return intervals.prediction(self.effect, self.wald_se, self.tau2, self.k, self.level)

    @cached_property
    def weight(self) -> FloatArray:
        """Weights in percent, shape (..., k); NaN where a study is left out."""
        total = self.weights.sum(-1, keepdims=True)
        return np.where(self.included, 100 * self.weights / np.where(total > 0, total, 1), np.nan)

    @property
    def estimate(self) -> Any:
        """Pooled effect on the natural scale."""
        return self.natural(self.effect)

    @property
    def ci_lower(self) -> Any:
        """Lower limit on the natural scale."""
        return self.natural(self.limits.lower)

    @property
    def ci_upper(self) -> Any:
        """Upper limit on the natural scale."""
        return self.natural(self.limits.upper)

    @property
    def prediction_lower(self) -> Any:
        """Lower prediction limit on the natural scale."""
        return self.natural(self.prediction.lower)

    @property
    def prediction_upper(self) -> Any:
        """Upper prediction limit on the natural scale."""
        return self.natural(self.prediction.upper)

    @property
    def study_interval(self) -> Interval:
        """Wald interval of each study on the natural scale, arrays of shape (..., k)."""
        lower, upper = intervals.wald(self.study_effect, np.sqrt(self.study_variance), self.level)
        return Interval(self.natural(lower), self.natural(upper))

    @property
    def study_estimate(self) -> FloatArray:
        """Effect of each study on the natural scale, shape (..., k)."""
        estimate: FloatArray = self.natural(self.study_effect)
        return estimate

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
        return [
            {"study": name}
            | {key: int(column[i]) for key, column in self.counts.items()}
            | {key: _plain(column[i]) for key, column in numbers.items()}
            | {"included": bool(self.included[i])}
            for i, name in enumerate(self.study)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Everything that the command line prints with ``--json``."""
        return self.pooled() | {"studies": self.studies()}


def as_number(value: Any) -> Any:
    """A float for one meta-analysis, the array for a batch."""
    return float(value) if np.ndim(value) == 0 else value


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str):
        return value
    number = float(value)
    if not math.isfinite(number):
        return None
    return int(number) if isinstance(value, int | np.integer) else number
