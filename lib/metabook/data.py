"""Where the facts are: the only place that knows the paths of ``data/``."""

from __future__ import annotations

import csv
from pathlib import Path

from twobytwo import Counts, Result, pool, read_counts

DATA = Path(__file__).resolve().parents[2] / "data"
# The outcomes that the paper pools, in its order.
POOLED = ("mRS 0-2", "mortality", "SICH")


def rows(file: str) -> list[dict[str, str]]:
    """The rows of a file in ``data/``, every value as text.

    Examples
    --------
    >>> rows("outcomes.csv")[0]["outcome"]
    'mRS 0-2'
    """
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def counts(outcome: str) -> Counts:
    """The 2x2 counts of the four studies for one outcome.

    Examples
    --------
    >>> counts("mortality").events_treatment.tolist()
    [1, 6, 0, 21]
    """
    return read_counts(DATA / "counts.csv", outcome)


def teaching(name: str) -> Counts:
    """The counts of one of the sets to practice on.

    Examples
    --------
    >>> len(teaching("bcg"))
    13
    """
    return read_counts(DATA / "teaching" / f"{name}.csv")


def outcome(name: str) -> dict[str, str]:
    """What an outcome is: its label, its definition, which direction is good.

    Examples
    --------
    >>> outcome("mortality")["better"]
    'fewer'
    """
    return next(row for row in rows("outcomes.csv") if row["outcome"] == name)


def basis(name: str) -> dict[str, str]:
    """How the counts of each study were obtained, for one outcome.

    Examples
    --------
    >>> basis("SICH")["Cornelissen 2018"]
    'recovered by inversion'
    """
    return {row["study"]: row["basis"] for row in rows("counts.csv") if row["outcome"] == name}


def pooled(name: str, **choices: object) -> Result:
    """Pool one outcome; without choices as the paper did, by RevMan 5's rule.

    Examples
    --------
    >>> round(pooled("mortality").estimate, 2)
    0.39
    """
    of = counts(name)
    return pool(*of.arms, study=of.study, **choices)  # type: ignore[arg-type]  # pool checks
