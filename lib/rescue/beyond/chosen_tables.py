"""The tables of the chapter on how the arms were formed: what its figures show, in numbers."""

from __future__ import annotations

from dataclasses import replace

from metabook import data
from metabook.show import show
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


def on_arrival() -> Table:
    """Age and severity of both arms, study by study."""
    return table(
        ("Study", "Stent", "Control", "Stent", "Control"),
        [(one.study, *one.age, *one.nihss) for one in chosen.on_arrival()],
        groups=(("", 1), ("Age, years", 2), ("NIHSS, points", 2)),
        name="table-on-arrival",
        caption="Age and severity on arrival, as Table 1 prints them",
        notes=(
            "Ages: mean (SD, standard deviation); in Peng 2019 median (quartiles). NIHSS, the "
            "National Institutes of Health Stroke Scale: median (range, width of the quartiles, "
            "or quartiles). Higher is worse.",
        ),
        align="lrrrr",
    )


def confounding() -> Table:
    """What the known imbalances would need in order to explain the results away."""
    rows = [
        (
            one.study,
            one.characteristic,
            one.stent,
            one.control,
            *(chosen.needed(one, outcome) for outcome in data.outcomes()),
            chosen.needed(one, chosen.MRS, chosen.limit(chosen.MRS)),
        )
        for one in chosen.known_imbalances()
    ]
    return table(
        (
            "Study", "Unequal", "Stent", "Control",
            "Independence", "Death", "Hemorrhage", "Independence, limit",
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


def regimens() -> Table:
    """The drugs of Table 2, as the chapter on results has them."""
    return replace(
        show("antithrombotics.csv"),
        name="table-regimens",
        caption="Antithrombotic drugs of the stented",
    )
