"""The counts and the outcomes of the book, from ``data/counts.csv`` and ``data/outcomes.csv``."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
from twobytwo import Counts, Result, pool, read_counts

from metabook.frames import frame
from metabook.frames import path as path
from metabook.frames import rows as rows

# Bases in ``data/basis.csv`` that have consequences: a count that was solved from a printed
# result, and those that do not come from a printed percentage or result.
RECOVERED = "recovered by inversion"
READ = ("verbatim count", "stated in words")


def counts(outcome: str) -> Counts:
    """The 2x2 counts of the studies for one outcome.

    Examples
    --------
    >>> counts("mortality").events_treatment.tolist()
    [1, 6, 0, 21]
    >>> counts("mortality").events_treatment[0] = 2  # all who ask get the same
    Traceback (most recent call last):
    ValueError: assignment destination is read-only
    """
    file = path("counts.csv")
    return _counts(file, file.stat().st_mtime_ns, outcome)


@cache
def _counts(file: Path, changed: int, outcome: str) -> Counts:
    read = read_counts(file, outcome)
    for arm in read.arms:
        arm.flags.writeable = False  # whoever asks gets the same
    return read


def outcomes() -> tuple[str, ...]:
    """The outcomes that the book pools, in its order.

    Examples
    --------
    >>> outcomes()
    ('mRS 0-2', 'mortality', 'SICH')
    """
    every = frame("outcomes.csv")
    return tuple(every.loc[every["pooled"] == "yes", "outcome"])


def outcome(name: str) -> pd.Series[str]:
    """What an outcome is: its label, its definition, which direction is good.

    Raises
    ------
    LookupError
        If ``outcomes.csv`` has no such outcome.

    Examples
    --------
    >>> outcome("mortality")["better"]
    'fewer'
    """
    every = frame("outcomes.csv").set_index("outcome", drop=False)
    if name not in every.index:
        raise LookupError(f"outcomes.csv has no outcome {name!r}; it has {', '.join(every.index)}")
    return every.loc[name]


def basis(name: str) -> dict[str, str]:
    """How the counts of each study were obtained, for one outcome.

    Examples
    --------
    >>> basis("SICH")["Cornelissen 2018"]
    'recovered by inversion'
    """
    counted = frame("counts.csv").query("outcome == @name")
    return dict(zip(counted["study"], counted["basis"], strict=True))


def pooled(name: str, **choices: object) -> Result:
    """Pool one outcome; without choices by RevMan 5's rule.

    Examples
    --------
    >>> round(pooled("mortality").estimate, 2)
    0.39
    """
    studies = counts(name)
    return pool(*studies.arms, study=studies.study, **choices)  # type: ignore[arg-type]  # pool checks
