"""The same analysis on other sets of studies."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any

from twobytwo.counts import Counts
from twobytwo.pool import pool
from twobytwo.result import Result


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
    >>> import numpy as np
    >>> arms = np.array([[1, 6, 21], [23, 48, 66], [9, 19, 29], [23, 100, 66]])
    >>> deaths = Counts(("A", "B", "C"), *arms)
    >>> [round(result.estimate, 2) for result in leave_one_out(deaths)]
    [0.6, 0.26, 0.26]
    """
    k = len(counts)
    return [of(counts, [j for j in range(k) if j != i], **choices) for i in range(k)]


def cumulative(counts: Counts, **choices: Any) -> list[Result]:
    """Pool the first study, the first two, and so on, in the order given.

    Parameters
    ----------
    counts : Counts
        k studies, for example by year.
    **choices
        As for `twobytwo.pool`.

    Returns
    -------
    list of Result
        The i-th is of the studies up to study i.

    Examples
    --------
    >>> import numpy as np
    >>> arms = np.array([[1, 6, 21], [23, 48, 66], [9, 19, 29], [23, 100, 66]])
    >>> deaths = Counts(("A", "B", "C"), *arms)
    >>> [round(result.estimate, 2) for result in cumulative(deaths)]
    [0.07, 0.26, 0.46]
    """
    k = len(counts)
    return [of(counts, range(i + 1), **choices) for i in range(k)]


def subsets(counts: Counts, **choices: Any) -> list[Result]:
    """Pool every subset of the studies, the smallest first.

    Parameters
    ----------
    counts : Counts
        k studies, 12 at most: there are 2^k - 1 subsets.
    **choices
        As for `twobytwo.pool`.

    Returns
    -------
    list of Result
        Its `study` says which studies a subset holds.

    Raises
    ------
    ValueError
        Above 12 studies.

    Examples
    --------
    >>> import numpy as np
    >>> arms = np.array([[1, 6], [23, 48], [9, 19], [23, 100]])
    >>> [result.study for result in subsets(Counts(("A", "B"), *arms))]
    [('A',), ('B',), ('A', 'B')]
    """
    k = len(counts)
    if k > 12:
        raise ValueError(f"{k} studies have {2**k - 1} subsets; pool 12 studies at most")
    sizes = range(1, k + 1)
    return [of(counts, chosen, **choices) for n in sizes for chosen in combinations(range(k), n)]


def of(counts: Counts, chosen: Iterable[int], **choices: Any) -> Result:
    """Pool some of the studies, by their positions."""
    at = list(chosen)
    study = tuple(counts.study[i] for i in at)
    return pool(*(arm[at] for arm in counts.arms), study=study, **choices)
