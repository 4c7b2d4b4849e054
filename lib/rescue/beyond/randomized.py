"""The randomized trials: one file of counts, and what the book says of them, blank or filled."""

from __future__ import annotations

from typing import NamedTuple

from metabook import data
from metabook.table import Cell, Table, table
from twobytwo import Result, pool
from twobytwo.rounding import with_interval

from rescue.paper.sources import linked

FILE = "randomized.csv"
NOT_AVAILABLE = "not available"


class Randomized(NamedTuple):
    """One outcome of one randomized trial.

    Attributes
    ----------
    outcome, study, id : str
    stent, control : str
        Events and patients, such as "9/100", with a question mark for unknown events.
    result : Result or None
        Of this trial alone; None while its counts are blank.
    """

    outcome: str
    study: str
    id: str
    stent: str
    control: str
    result: Result | None

    @property
    def odds_ratio(self) -> str:
        """The odds ratio with its interval, or that it is not available."""
        of = self.result
        return with_interval(of.estimate, of.ci_lower, of.ci_upper) if of else NOT_AVAILABLE

    @property
    def said(self) -> str:
        """The odds ratio with the counts it is from."""
        counts = f" ({self.stent} against {self.control})" if self.result else ""
        return f"{self.odds_ratio}{counts}"


def trials(outcome: str) -> list[Randomized]:
    """What each randomized trial found for one outcome.

    Examples
    --------
    >>> [(trial.study, trial.stent, trial.control) for trial in trials("mortality")]
    [('ANGEL-REBOOT', '?/176', '?/172')]
    """
    return [_read(row) for row in data.rows(FILE) if row["outcome"] == outcome]


def by_study() -> dict[str, list[Randomized]]:
    """Every outcome of each randomized trial."""
    found: dict[str, list[Randomized]] = {}
    for row in data.rows(FILE):
        found.setdefault(row["study"], []).append(_read(row))
    return found


def _read(row: dict[str, str]) -> Randomized:
    arms = [row[f"{what}_{arm}"] for arm in ("treatment", "control") for what in ("events", "n")]
    e1, n1, e2, n2 = arms
    result = pool(*([int(n)] for n in arms), study=[row["study"]]) if e1 and e2 else None
    stent, control = f"{e1 or '?'}/{n1}", f"{e2 or '?'}/{n2}"
    return Randomized(row["outcome"], row["study"], row["id"], stent, control, result)


def table_of_trials() -> Table:
    """Every randomized trial and outcome, whether its counts are known or not."""
    rows: list[str | tuple[str | Cell, ...]] = []
    for outcome in data.outcomes():
        rows.append(data.outcome(outcome)["label"])
        rows += [
            (linked(trial.study, trial.id), trial.stent, trial.control, trial.odds_ratio)
            for trial in trials(outcome)
        ]
    return table(
        ("Randomized trial", "Stent", "Control", "Odds ratio [95 % CI]"),
        rows,
        name="table-randomized",
        caption="What was compared by lot: it outranks every other table of this book",
        notes=("?: the count was in nothing that could be read. Stent: angioplasty or stenting.",),
        align="lrrr",
    )


def words() -> dict[str, str]:
    """What the prose says of the trials."""
    first = data.rows(FILE)[0]
    stent, control = first["n_treatment"], first["n_control"]
    every = [trial for outcome in data.outcomes() for trial in trials(outcome)]
    known = any(trial.result for trial in every)
    said = {
        f"trial-{name}": "; ".join(
            trial.said if trial.study == first["study"] else f"{trial.study} {trial.said}"
            for trial in trials(outcome)
        )
        for name, outcome in {"mrs": "mRS 0-2", "deaths": "mortality", "sich": "SICH"}.items()
    }
    return said | {
        "trial-patients": str(int(stent) + int(control)),
        "trial-stent-n": stent,
        "trial-control-n": control,
        "trial-counts": (
            "The counts of its outcomes that could be read are in this book"
            if known
            else "Its counts of outcomes are not available here"
        ),
    }
