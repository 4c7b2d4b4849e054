"""The result of pooling proportions: its numbers, words and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from twobytwo import proportion_sentence
from twobytwo.estimate.effects import FloatArray
from twobytwo.estimate.intervals import Interval
from twobytwo.estimate.proportions import STUDY_INTERVALS, clopper_pearson
from twobytwo.pooled import Pooled, as_number
from twobytwo.proportion_options import ProportionOptions


@dataclass(frozen=True)
class ProportionResult(Pooled):
    """A pooled proportion, or a batch of them.

    What `twobytwo.pooled.Pooled` says of effects is said here of logits, or of proportions
    if these are pooled as they are. The statistic and its p-value are those of an effect of
    0: of a proportion of one half on the logit scale.

    Attributes
    ----------
    options : ProportionOptions
        How the studies were pooled.
    events, patients : ndarray, shape (..., k)
        The counts.
    """

    options: ProportionOptions
    events: FloatArray
    patients: FloatArray

    def natural(self, effect: ArrayLike) -> Any:
        """From the scale of the effect to proportions."""
        value = np.asarray(effect, float)
        return as_number(expit(value) if self.options.transform == "logit" else value)

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

    @property
    def counts(self) -> dict[str, FloatArray]:
        """Events and patients of each study."""
        return {"events": self.events, "n": self.patients}

    @property
    def study_estimate(self) -> FloatArray:
        """Proportion of each study, NaN where it has no patients."""
        some = np.where(self.patients > 0, self.patients, np.nan)
        proportion: FloatArray = self.events / some
        return proportion

    @property
    def study_interval(self) -> Interval:
        """Interval of each study's proportion."""
        interval = STUDY_INTERVALS[self.options.study_interval]
        return interval(self.events, self.patients, self.level)

    @property
    def method_sentence(self) -> str:
        """What was done, in a sentence or two ready for a methods section."""
        return proportion_sentence.method(self)
