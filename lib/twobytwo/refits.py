"""The same analysis on other sets of studies."""

from __future__ import annotations

from typing import Any

import numpy as np

from .counts import Counts
from .pool import pool
from .result import Result


def leave_one_out(counts: Counts, **choices: Any) -> list[Result]:
    """Pool k times, each time without one study.

    Parameters
    ----------
    counts : Counts
        k studies.
    **choices
        As for `twobytwo.pool`.

    Returns
    -------
    list of Result
        The i-th is without study i.

    Examples
    --------
    >>> arms = np.array([[1, 6, 21], [23, 48, 66], [9, 19, 29], [23, 100, 66]])
    >>> deaths = Counts(("A", "B", "C"), *arms)
    >>> [round(result.estimate, 2) for result in leave_one_out(deaths)]
    [0.6, 0.26, 0.26]
    """
    return [_without(counts, i, choices) for i in range(len(counts))]


def _without(counts: Counts, i: int, choices: dict[str, Any]) -> Result:
    study = counts.study[:i] + counts.study[i + 1 :]
    return pool(*(np.delete(arm, i) for arm in counts.arms), study=study, **choices)
