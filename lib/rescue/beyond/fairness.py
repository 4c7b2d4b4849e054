"""What the paper says of its limits, with the counts; its controls beside those of the trials."""

from __future__ import annotations

from metabook import data
from metabook.frames import row
from twobytwo.rounding import half_up, percent

from rescue.beyond.randomized import how_read

MRS = "mRS 0-2"
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


def paper_rates(outcome: str) -> list[str]:
    """The lowest and the highest rate of controls that the paper prints.

    Examples
    --------
    >>> paper_rates("mRS 0-2")
    ['17.4%', '22%']
    """
    name = outcome.partition(" ")[0].lower()
    return [_printed(f"control-{name}-{end}") for end in ("lowest", "highest")]


def _printed(name: str) -> str:
    return str(row("published.csv", id=f"premat-discussion-{name}")["printed"])


def words() -> dict[str, str]:
    """What the chapter on limitations says of what the paper says."""
    counts = data.counts(MRS)
    sizes = counts.n_treatment + counts.n_control
    asian = [study in ("Chang 2018", "Peng 2019") for study in counts.study]
    reperfused = row("counts.csv", study="Chang 2018", outcome="reperfusion")
    balloon = row(
        "interventions.csv", study="Peng 2019", intervention="balloon angioplasty", arm="control"
    )
    peng = row("studies.csv", study="Peng 2019")
    matched = peng["n_treatment"] + peng["n_control"]
    before = peng["n_treatment_before_matching"] + peng["n_control_before_matching"]
    controls = data.rows("trial_controls.csv")
    able, dead, dead_here = rates(MRS), rates("mortality"), paper_rates("mortality")
    return {
        "chang-reperfused": f"{reperfused['events_treatment']} of {reperfused['n_treatment']}",
        "stent-n": str(int(counts.n_treatment.sum())),
        "control-n": str(int(counts.n_control.sum())),
        "balloon-control": f"{balloon['events']} of {balloon['n']}",
        "asian-percent": f"{percent(int(sizes[asian].sum()), int(sizes.sum()), 0)} %",
        "smallest": str(int(sizes.min())),
        "matched-lost": f"{before - matched} of {before}",
        "controls-able": " to ".join(paper_rates(MRS)).replace("%", " %"),
        "controls-dead": " to ".join(dead_here).replace("%", " %"),
        "controls-dead-times": half_up(float(dead_here[1].removesuffix("%")) / dead[-1], 1),
        "trials-able": f"{able[0]:g} to {able[-1]:g} %",
        "trials-able-all": f"{row('trial_controls.csv', trial=POOLED)['percent']} %",
        "trials-dead": f"{dead[0]:g} and {dead[-1]:g} %",
        "trials-dead-k": NUMBERS[len(dead)],
        "trials-basis": how_read({row["basis"] for row in controls}, "in their reports"),
        "passes": _printed("passes"),
        "futile": _printed("attempts-futile"),
        "hours": _printed("window"),
    }
