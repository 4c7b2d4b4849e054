"""The law of a 2x2 table whose margins are given: Fisher's noncentral hypergeometric."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from twobytwo.estimate.effects import FloatArray, cells

# More possible values of the free cell than this are no table of a clinical study.
LARGEST = 10_000_000


class Law(NamedTuple):
    """Logarithms of the probabilities of first, first + 1, ..., up to a constant."""

    first: int
    log: FloatArray

    @property
    def last(self) -> int:
        """The largest value."""
        return self.first + len(self.log) - 1

    def tilted(self, theta: float) -> FloatArray:
        """Probabilities when the log odds ratio grows by theta."""
        log = self.log + theta * np.arange(len(self.log))
        w = np.exp(log - log.max())
        p: FloatArray = w / w.sum()
        return p

    def mean(self, theta: float) -> float:
        """Expectation when the log odds ratio grows by theta."""
        return self.first + float(self.tilted(theta) @ np.arange(len(self.log)))

    def variance(self, theta: float) -> float:
        """Variance when the log odds ratio grows by theta."""
        p, steps = self.tilted(theta), np.arange(len(self.log))
        return float(p @ (steps - p @ steps) ** 2)

    def log_probability(self, observed: int, theta: FloatArray) -> FloatArray:
        """Log of the probability of observed at each theta, shape (q,)."""
        at = observed - self.first
        # Relative to what was observed, nothing large cancels.
        log = self.log - self.log[at] + theta[:, None] * (np.arange(len(self.log)) - at)
        top = log.max(-1)
        minus: FloatArray = np.log(np.exp(log - top[:, None]).sum(-1)) + top
        return -minus

    def tails(self, observed: int, theta: float = 0.0, share: float = 1.0) -> tuple[float, float]:
        """Probabilities of less and of more than observed, each with a share of that itself."""
        p, at = self.tilted(theta), observed - self.first
        return float(p[:at].sum() + share * p[at]), float(p[at + 1 :].sum() + share * p[at])


def laws(
    events_treatment: ArrayLike, n_treatment: ArrayLike, events_control: ArrayLike,
    n_control: ArrayLike,
) -> tuple[list[Law], list[int]]:  # fmt: skip
    """Laws of the treated events of each study when the odds ratio is 1.

    Parameters
    ----------
    events_treatment, n_treatment, events_control, n_control : array_like, shape (k,) or ()
        Counts.

    Returns
    -------
    laws : list of Law
    observed : list of int
        The treated events that each study has.

    Raises
    ------
    ValueError
        If the counts are no counts, or far too large to list what is possible.

    Examples
    --------
    >>> (tea,), observed = laws(3, 4, 1, 4)
    >>> tea.first, tea.last, observed, [round(70 * float(p)) for p in tea.tilted(0.0)]
    (0, 4, [3], [1, 16, 36, 16, 1])
    """
    arrays = (events_treatment, n_treatment, events_control, n_control)
    a, b, c, d = cells(*(np.atleast_1d(np.asarray(x, float)) for x in arrays))
    if a.ndim > 1:
        raise ValueError("exact methods take one meta-analysis: arrays of shape (k,)")
    size = np.minimum(a + b, a + c) - np.maximum(0, a - d)
    if size.sum() > LARGEST:
        raise ValueError(
            f"the margins allow {size.sum():g} tables, which is too many for an exact method; "
            "use Mantel-Haenszel"
        )
    each = [_law(*(int(x) for x in study)) for study in zip(a, b, c, d, strict=True)]
    return each, [int(x) for x in a]


def _law(a: int, b: int, c: int, d: int) -> Law:
    first, last = max(0, a - d), min(a + b, a + c)
    s = np.arange(first, last, dtype=float)
    # The ratio of each probability to the one before.
    log = np.log((a + b - s) * (a + c - s)) - np.log((s + 1) * (d - a + s + 1))
    return Law(first, np.concatenate([[0.0], np.cumsum(log)]))
