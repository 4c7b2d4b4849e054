"""Pooling the proportions of single arms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import logit

from twobytwo import sentence
from twobytwo.counts import as_proportions
from twobytwo.estimate.effects import Effects, FloatArray, Interval, counted
from twobytwo.estimate.likelihood import binomial_normal, common_proportion
from twobytwo.estimate.mean import inverse_variance
from twobytwo.estimate.proportions import STUDY_INTERVALS, clopper_pearson, proportion_effects
from twobytwo.options import ProportionOptions, proportion_options
from twobytwo.results import About, Pooled, finished, study_names
from twobytwo.study_table import study_table
from twobytwo.table import Table

if TYPE_CHECKING:
    from twobytwo.plots.forest import Forest


@dataclass(frozen=True, repr=False, eq=False)
class ProportionResult(Pooled):
    """A pooled proportion, or a batch of them.

    What `twobytwo.results.Pooled` says of effects is said here of logits, or of proportions
    if these are pooled as they are. The statistic and its p-value are those of an effect of
    0: of a proportion of one half on the logit scale.
    """

    options: ProportionOptions

    @property
    def shown(self) -> Table:
        """The studies and the pooled result."""
        return study_table(self)

    @property
    def method_sentence(self) -> str:
        """What was done, in a few sentences ready for a methods section."""
        return sentence.proportions(self, self.options)

    def refit(self, at: Sequence[int]) -> ProportionResult:
        """The same analysis of some of the studies."""
        at = list(at)
        return _pooled(self.events[..., at], self.patients[..., at], self.about(at), self.options)

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
        scale = logit if self.options.transform == "logit" else np.asarray
        limits = (scale(np.where(alone, *one)) for one in zip(own, exact, strict=True))
        both = zip(limits, wald, strict=True)
        return Interval(*(np.where(alone | extreme, *one) for one in both))

    @cached_property
    def study_estimate(self) -> FloatArray:
        """Proportion of each study, NaN where it has no patients."""
        return self.events / np.where(self.patients > 0, self.patients, np.nan)

    @cached_property
    def study_interval(self) -> Interval:
        """Interval of each study's proportion."""
        interval = STUDY_INTERVALS[self.options.study_interval]
        return interval(self.events, self.patients, self.level)

    def forest(self, **choices: Any) -> Forest:
        """Draw a forest plot; see `twobytwo.plots.forest.proportion_forest`."""
        from twobytwo.plots.forest import proportion_forest  # matplotlib, as above

        return proportion_forest(self, **{"outcome": self.outcome, **choices})


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
    source : str, Path, DataFrame, Proportions or array_like, shape (..., k)
        A file or a pandas frame as `twobytwo.read_proportions` takes it; its counts; or the
        patients with the event, with the array below.
    n : array_like, shape (..., k)
        All patients; a study with n = 0 is absent.
    outcome, study
        As of `twobytwo.pool`.
    model, transform, method, tau2, interval, study_interval, level
        See `twobytwo.ProportionOptions`. None takes the default.

    Returns
    -------
    ProportionResult

    Raises
    ------
    OptionError, CountsError, ValueError
        As of `twobytwo.pool`.

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
        counts = as_proportions(source, outcome)
        source, n, study = counts.events, counts.n, counts.study
    events, patients = counted(source, n)
    about = About(study_names(study, events.shape[-1]), outcome)
    return _pooled(events, patients, about, chosen)


def _pooled(
    events: FloatArray, n: FloatArray, about: About, chosen: ProportionOptions
) -> ProportionResult:
    included = n > 0
    y, v = proportion_effects(events, n, chosen.transform)
    if chosen.method == "GLMM":
        fit = binomial_normal(events, n) if chosen.random else common_proportion(events, n)
        mean = fit.mean(included)
        if not chosen.random:
            mean = mean._replace(tau2=np.full(fit.tau2.shape, np.nan))
    else:
        mean = inverse_variance(y, v, included, chosen.tau2 if chosen.random else None)
    arm = events, n - events
    return finished(ProportionResult, chosen, about, arm, Effects(y, v), included, mean)
