"""What the paper says of its limits, with the counts; its controls beside those of the trials."""

from __future__ import annotations

from metabook import data
from metabook.frames import row
from twobytwo.rounding import half_up, percent

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
    """What the chapter on limitations says of what the paper says."""
    return _patients() | _controls()


def _patients() -> dict[str, str]:
    of = data.counts(MRS)
    sizes = of.n_treatment + of.n_control
    asian = [study in ("Chang 2018", "Peng 2019") for study in of.study]
    reperfused = row("counts.csv", study="Chang 2018", outcome="reperfusion")
    balloon = row(
        "interventions.csv", study="Peng 2019", intervention="balloon angioplasty", arm="control"
    )
    peng = row("studies.csv", study="Peng 2019")
    before, after = (
        int(peng[f"n_treatment{when}"] + peng[f"n_control{when}"])
        for when in ("_before_matching", "")
    )
    return {
        "chang-reperfused": f"{reperfused['events_treatment']} of {reperfused['n_treatment']}",
        "stent-n": str(int(of.n_treatment.sum())),
        "control-n": str(int(of.n_control.sum())),
        "balloon-control": f"{balloon['events']} of {balloon['n']}",
        "asian-percent": f"{percent(int(sizes[asian].sum()), int(sizes.sum()), 0)} %",
        "smallest": str(int(sizes.min())),
        "matched-lost": f"{before - after} of {before}",
    }


def _controls() -> dict[str, str]:
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
