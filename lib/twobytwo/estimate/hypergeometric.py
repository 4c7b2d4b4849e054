"""The law of a 2x2 table whose margins are given: Fisher's noncentral hypergeometric."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from twobytwo.estimate.effects import BoolArray, FloatArray, IntArray, cells
from twobytwo.estimate.roots import ascend

# More possible values of the free cells than this are no tables of clinical studies.
LARGEST = 10_000_000
# Logarithm of a share of a law that is 0 for every purpose.
NOTHING = -60.0


@dataclass(frozen=True)
class Laws:
    """Laws of n free cells, one after the other in flat arrays; each counted from what was seen."""

    step: FloatArray  # the possible values less the observed one, ascending within each law
    log: FloatArray  # logarithms of their probabilities over that of the observed value
    size: IntArray  # how many values each law has, at least 1: shape (n,)

    @property
    def start(self) -> IntArray:
        """Where each law begins."""
        return np.cumsum(self.size) - self.size

    @property
    def least(self) -> FloatArray:
        """The smallest value of each law less the observed one."""
        return self.step[self.start]

    @property
    def most(self) -> FloatArray:
        """The largest value of each law less the observed one."""
        most: FloatArray = self.step[self.start + self.size - 1]
        return most

    def spread(self, each: FloatArray) -> FloatArray:
        """A number of each law, shape (n,) or (n, q), repeated for each of its values."""
        return np.repeat(each, self.size, axis=0)

    def total(self, each: FloatArray) -> FloatArray:
        """Sum over the values of each law, shape (values,) or (values, q)."""
        return np.add.reduceat(each, self.start, axis=0)

    def tilted(self, theta: FloatArray) -> FloatArray:
        """Probabilities when the log odds ratio of each law grows by theta, shape (n,)."""
        log = self.log + self.spread(theta) * self.step
        p = np.exp(log - self.spread(np.maximum.reduceat(log, self.start)))
        return p / self.spread(self.total(p))

    def slope(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """First and second derivatives of the log-likelihoods by theta, shape (n,).

        The first is what was seen less what is expected, the second less the variance.
        """
        p = self.tilted(theta)
        mean = self.total(p * self.step)
        return -mean, -self.total(p * (self.step - self.spread(mean)) ** 2)

    def highest(self, precision: float = 1e-6) -> FloatArray:
        """Log of the probability of what was seen at the theta of each law that makes it most."""
        end = (self.least == 0) | (self.most == 0)  # there it grows towards 1
        own = ascend(self.slope, np.zeros(len(end)), reach=2.0, done=end, precision=precision)
        return np.where(end, 0.0, self.log_probability(own[:, None])[:, 0])

    def log_probability(self, theta: FloatArray) -> FloatArray:
        """Log of the probability of what was seen, theta and result of shape (n, q)."""
        log = self.log[:, None] + self.spread(theta) * self.step[:, None]
        top = np.maximum.reduceat(log, self.start, axis=0)
        log -= self.spread(top)
        minus: FloatArray = np.log(self.total(np.exp(log, out=log))) + top
        return -minus

    def tails(self, theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Probabilities of no more and of no less than was seen."""
        p = self.tilted(theta)
        return self.total(p * (self.step <= 0)), self.total(p * (self.step >= 0))

    def take(self, which: BoolArray) -> Laws:
        """Some of the laws: which has shape (n,)."""
        values = np.repeat(which, self.size)
        return Laws(self.step[values], self.log[values], self.size[which])

    def between(self, low: FloatArray, high: FloatArray) -> Laws:
        """Without the values that count for nothing at any theta from low to high, shape (n,)."""
        at_low, at_high = (self.log + self.spread(theta) * self.step for theta in (low, high))
        far = self.spread(np.maximum.reduceat(at_low, self.start)) + NOTHING
        first = np.minimum.reduceat(np.where(at_low > far, self.step, np.inf), self.start)
        far = self.spread(np.maximum.reduceat(at_high, self.start)) + NOTHING
        last = np.maximum.reduceat(np.where(at_high > far, self.step, -np.inf), self.start)
        kept = (self.step >= self.spread(first)) & (self.step <= self.spread(last))
        return Laws(
            self.step[kept], self.log[kept], self.total(kept.astype(float)).astype(np.int64)
        )


def laws(
    events_treatment: ArrayLike, n_treatment: ArrayLike, events_control: ArrayLike,
    n_control: ArrayLike,
) -> Laws:  # fmt: skip
    """Laws of the treated events of all studies of all meta-analyses when the odds ratio is 1.

    A ValueError if the counts are no counts, or far too large to list what is possible.

    Notes
    -----
    With m events in a study, s of them treated, the probability of s is proportional to
    ``C(n1, s) C(n2, m - s)``. Its logarithm is summed from the ratios of neighbors: a
    difference of log factorials would cancel in large arms.

    Examples
    --------
    >>> tea = laws(3, 4, 1, 4)
    >>> tea.step.tolist(), [round(70 * float(p)) for p in tea.tilted(np.zeros(1))]
    ([-3.0, -2.0, -1.0, 0.0, 1.0], [1, 16, 36, 16, 1])
    """
    arrays = (events_treatment, n_treatment, events_control, n_control)
    table = cells(*(np.atleast_1d(np.asarray(x, float)) for x in arrays))
    a, b, c, d = (x.ravel() for x in table)
    below, above = np.minimum(a, d), np.minimum(b, c)
    values = (below + above).sum() + len(a)
    if values > LARGEST:
        raise ValueError(
            f"the margins allow {values:g} tables, which is too many for an exact method; "
            "use Mantel-Haenszel"
        )
    size = (below + above).astype(np.int64) + 1
    blank = Laws(np.empty(0), np.empty(0), size)
    step = np.arange(size.sum()) - np.repeat(blank.start + below, size)
    a, b, c, d = (blank.spread(x) for x in (a, b, c, d))
    # The ratio of each probability to the one a step below.
    s = step - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.log((b - s) * (c - s)) - np.log((a + s + 1) * (d + s + 1))
    ratio[blank.start] = 0.0
    log = np.empty(len(step))
    for length in np.unique(size):  # laws of one size are summed together
        block = blank.start[size == length][:, None] + np.arange(length)
        log[block] = np.cumsum(ratio[block], axis=1)
    seen = log[blank.start + below.astype(np.int64)]
    return Laws(step, log - blank.spread(seen), size)
