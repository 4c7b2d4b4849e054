"""The tables of the chapter on how the arms were formed: what its figures show, in numbers."""

from __future__ import annotations

from metabook import data
from metabook.table import Table, table
from twobytwo.rounding import number

from rescue.beyond import chosen


def flow() -> Table:
    """What became of the patients, and in which group they are."""
    of = chosen.flow()
    return table(
        ("After the first failure", "Patients", "In a trial", "In the four studies"),
        [
            ("Stent, artery opened", of.opened, "stent", "stented group"),
            ("Stent, artery stayed closed", of.closed, "stent", "stented group"),
            ("No stent, artery opened later", "not known", "control", "in no group"),
            ("No stent, artery stayed closed", of.control_closed, "control", "control group"),
        ],
        name="table-arms",
        caption="Who is in which arm",
        notes=(
            f"Counts of {of.told} of {of.studies} studies; Peng 2019 does not say how many of "
            "the stented were reperfused. The 11 of 12 of Cornelissen 2018 are inferred from the "
            "highest share that the paper prints. In Baracchini 2017 three arteries opened with "
            "tirofiban alone; how many opened with more attempts is not said.",
        ),
        align="lrll",
    )


def balance() -> Table:
    """Each row of Table 1 that can be compared, by the size of its difference."""
    rows: list[str | tuple[str, ...]] = []
    for one in chosen.differences():
        if one.study not in rows:
            rows.append(one.study)
        rows.append((one.characteristic, one.stent, one.control, number(one.standardized)))
    return table(
        ("Characteristic", "Stent", "Control", "Standardized difference"),
        rows,
        name="table-balance",
        caption="The arms before treatment",
        notes=(
            "As printed; stent minus control. Ages and volumes: mean (SD, standard deviation). "
            "Scores printed as medians have no standardized difference; sites of occlusion that "
            "only one arm had are left out.",
            "IV-tPA: intravenous thrombolysis. M1: first segment of the middle cerebral artery.",
        ),
        align="lrrd",
    )


def confounding() -> Table:
    """What the known imbalances would need in order to explain the results away."""
    rows = [
        (
            one.study,
            one.characteristic,
            *one.printed,
            *(chosen.needed(one, outcome) for outcome in data.outcomes()),
            chosen.needed(one, chosen.MRS, chosen.limit(chosen.MRS)),
        )
        for one in chosen.unequal()
    ]
    return table(
        (
            "Study", "Unequal", "Stent", "Control",
            *(data.outcome(one)["short"] for one in data.outcomes()), "Independent, limit",
        ),
        rows,
        groups=(("", 4), ("It must multiply the risk by, to explain", 4)),
        name="table-confounding",
        caption="Strong enough to explain the result?",
        notes=(
            "At least, by the bound above, to explain the pooled risk ratio, were all studies so "
            "unequal; whichever direction it works in. Cannot: not even if it decided the "
            "outcome. Limit: to move the interval to no difference; for death and hemorrhage the "
            "interval of the risk ratio holds it as it is.",
        ),
        align="llrrrrrr",
    )  # fmt: skip
