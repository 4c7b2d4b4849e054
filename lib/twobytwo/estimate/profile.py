"""The climb to the highest likelihood of a mean and a variance between studies."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

import numpy as np

from twobytwo.estimate.binomial_normal import Slopes
from twobytwo.estimate.effects import BoolArray, FloatArray, total
from twobytwo.estimate.mean import Mean
from twobytwo.estimate.roots import ascend


class Fit(NamedTuple):
    """Maximum-likelihood estimates: floats for one meta-analysis or arrays ``(...)`` for a batch.

    The effect is a mean log odds ratio, or a mean logit of proportions: infinite where every study
    has as few events (in one arm) as it can, or every study as many. The deviance is twice the
    log-likelihood ratio of an effect per study against a common one: the Q of these models, on
    k - 1 degrees of freedom.
    """

    effect: Any
    se: Any  # NaN where the effect is not finite
    tau2: Any  # variance between studies, exactly 0 on that boundary
    log_likelihood: Any  # its maximum; of proportions less that of a proportion per study
    deviance: Any

    def mean(self, included: BoolArray) -> Mean:
        """The pooled effect of the studies that are included: it has no weights."""
        k = total(included)
        unweighted = np.full(included.shape, np.nan)
        effect, se, tau2 = (np.asarray(x) for x in self[:3])
        q = np.where(k > 1, self.deviance, 0.0)
        return Mean(effect, se, unweighted, tau2, q, np.maximum(k - 1, 0))


class Profile(ABC):
    """Likelihoods of m meta-analyses, log-concave in mu for a given tau2; arrays of shape (m,)."""

    mu: FloatArray  # the best one at tau2 = 0
    height: FloatArray  # the log-likelihood there
    information: FloatArray  # minus its second derivative
    se: FloatArray  # one over the root of that
    deviance: FloatArray  # that of `Fit`
    excess: FloatArray  # the derivative by tau2 at 0, but for a positive factor
    first: FloatArray  # the smallest tau2 above 0 worth a look
    top: FloatArray  # one beyond any that can be the best

    @abstractmethod
    def slopes(self, mu: FloatArray, tau2: FloatArray) -> Slopes:
        """Log-likelihood of each meta-analysis and its derivatives, tau2 above 0."""

    def climb(self) -> Fit:
        """Find the highest point of each likelihood.

        Notes
        -----
        The profile over tau2 can have several summits: the highest of a ladder of values is
        refined between its neighbors. At tau2 = 0 the derivative by tau2 decides. The
        standard error comes from the observed information of (mu, tau2), or of mu alone on
        the boundary, as in lme4 and metafor.
        """
        start, height, at = self.mu, self.height, np.arange(len(self.mu))
        rising = start_rising = self.excess > 1e-10 * self.information  # less is rounding
        rungs, means, heights, tau2 = [np.zeros(len(at))], [start], [height], self.first
        while (tau2 < self.top).any() or rising.any():
            here = self._best(tau2, 1e-3)
            rungs, means = [*rungs, tau2], [*means, self.mu]
            heights, rising = [*heights, here.height], here.tau2 > 0
            tau2 = 4 * tau2
        ladder, every = np.array(rungs), np.array(heights)
        gain = every.max(0) - height
        level = ~start_rising & (gain <= 1e-9 + 1e-13 * np.abs(height))
        best = np.where(level, 0, every.argmax(0))
        none = ~start_rising & (best == 0)
        low = ladder[np.maximum(best - 1, 0), at]
        high = ladder[np.minimum(best + 1, len(ladder) - 1), at]

        def slope(tau2: FloatArray) -> tuple[FloatArray, FloatArray]:
            here = self._best(tau2, 1e-6)
            return here.tau2, here.tau2_tau2 - here.mu_tau2**2 / here.mu_mu

        self.mu = np.array(means)[best, at]
        begin = np.where(best > 0, ladder[best, at], high / 2)
        tau2 = ascend(slope, begin, low=low, high=high, done=none)
        self._best(tau2, 1e-6)
        end = self.slopes(self.mu, tau2)
        information = np.where(none, 1, end.mu_tau2**2 / end.tau2_tau2 - end.mu_mu)
        return Fit(
            np.where(none, start, self.mu), np.where(none, self.se, 1 / np.sqrt(information)),
            np.where(none, 0.0, tau2), np.where(none, height, end.height), self.deviance,
        )  # fmt: skip

    def _best(self, tau2: FloatArray, precision: float) -> Slopes:
        """Slopes at the best mu for each tau2, which is kept for the next start."""
        now: list[Slopes] = []

        def slope(mu: FloatArray) -> tuple[FloatArray, FloatArray]:
            now[:] = [self.slopes(mu, tau2)]
            return now[0].mu, now[0].mu_mu

        reach = 4 * (1 + np.sqrt(tau2))
        self.mu = ascend(slope, self.mu, reach=reach, precision=precision)
        # The last step is not evaluated but carried to first order.
        last = now[0]
        step = -last.mu / last.mu_mu
        return last._replace(
            height=last.height + last.mu * step / 2, tau2=last.tau2 + last.mu_tau2 * step
        )
