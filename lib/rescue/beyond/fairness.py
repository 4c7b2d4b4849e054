"""What the paper says of its controls, beside the control arms of the first trials."""

from __future__ import annotations

from metabook import data
from twobytwo.rounding import half_up

from rescue.beyond.randomized import SECOND_HAND

DEATHS, MRS = "mortality", "mRS 0-2"
POOLED = "all five, pooled"
NUMBERS = ("none", "one", "two", "three", "four", "five")


def rates(outcome: str) -> list[float]:
    """The rates of the trials' control arms, one by one, from the lowest.

    Examples
    --------
    >>> rates("mortality")
    [19.0, 20.0]
    """
    return sorted(
        float(row["percent"])
        for row in data.rows("trial_controls.csv")
        if row["outcome"] == outcome and row["trial"] != POOLED
    )


def paper_rates(outcome: str) -> tuple[str, str]:
    """The lowest and the highest rate of controls that the paper prints.

    Examples
    --------
    >>> paper_rates("mRS 0-2")
    ('17.4%', '22%')
    """
    name = {MRS: "mrs", DEATHS: "mortality"}[outcome]
    low, high = (_printed(f"premat-discussion-control-{name}-{x}") for x in ("lowest", "highest"))
    return low, high


def _printed(name: str) -> str:
    return next(row["printed"] for row in data.rows("published.csv") if row["id"] == name)


def _span(low: str, high: str) -> str:
    return f"{low} to {high}".replace("%", " %")


def words() -> dict[str, str]:
    """What the chapter on limitations says."""
    rows = data.rows("trial_controls.csv")
    (pooled,) = (row["percent"] for row in rows if row["trial"] == POOLED)
    able, dead = rates(MRS), rates(DEATHS)
    highest = float(paper_rates(DEATHS)[1].removesuffix("%"))
    return {
        "controls-able": _span(*paper_rates(MRS)),
        "controls-dead": _span(*paper_rates(DEATHS)),
        "controls-dead-times": half_up(highest / dead[-1], 1),
        "trials-able": f"{able[0]:g} to {able[-1]:g} %",
        "trials-able-all": f"{pooled} %",
        "trials-dead": f"{dead[0]:g} and {dead[-1]:g} %",
        "trials-dead-k": NUMBERS[len(dead)],
        "trials-basis": (
            "read at second hand"
            if any(row["basis"] == SECOND_HAND for row in rows)
            else "read in their reports"
        ),
        "passes": _printed("premat-discussion-passes"),
        "futile": _printed("premat-discussion-attempts-futile"),
        "hours": _printed("premat-discussion-window"),
    }
