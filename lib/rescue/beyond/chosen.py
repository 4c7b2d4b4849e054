"""How the arms of the four studies were formed: what its chapter computes, in numbers and words."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import pandas as pd
from metabook import data
from metabook.frames import frame, row
from metabook.table import Table, table
from metabook.templates import capital
from twobytwo import Result
from twobytwo.checks.balance import (
    standardized_difference_of_means,
    standardized_difference_of_shares,
)
from twobytwo.checks.confounding import with_outcome_needed, with_treatment_seen
from twobytwo.rounding import half_up, number, percent

BALANCED = 0.1  # the customary bound of a standardized difference
MRS = "mRS 0-2"
ARMS = ("stent", "control")
CELLS = ["events_treatment", "n_treatment", "events_control", "n_control"]


class Flow(NamedTuple):
    """Arteries open and closed at the end, and how many of the studies tell."""

    opened: int
    closed: int
    control_closed: int
    control_opened: int
    reported: int
    studies: int


def flow() -> Flow:
    """Counted over the studies that tell how many of the stented were reperfused.

    Examples
    --------
    >>> flow()
    Flow(opened=59, closed=24, control_closed=137, control_opened=0, reported=3, studies=4)
    """
    rows = frame("counts.csv").query("outcome == 'reperfusion'")
    reported = rows.dropna(subset="events_treatment")
    a, n1, c, n2 = map(int, reported[CELLS].sum())
    return Flow(a, n1 - a, n2 - c, c, len(reported), len(rows))


def flow_table() -> Table:
    """What became of the patients, and in which group they are."""
    arms = flow()
    return table(
        ("After the first failure", "Patients", "In a trial", "In the four studies"),
        [
            ("Stent, artery opened", arms.opened, "stent", "stented group"),
            ("Stent, artery stayed closed", arms.closed, "stent", "stented group"),
            ("No stent, artery opened later", "not known", "control", "in no group"),
            ("No stent, artery stayed closed", arms.control_closed, "control", "control group"),
        ],
        name="table-arms",
        caption="Who is in which arm",
        notes=(
            f"Counts of {arms.reported} of {arms.studies} studies; Peng 2019 does not say how many "
            "of the stented were reperfused. The 11 of 12 of Cornelissen 2018 are inferred from "
            "the highest share that the paper prints. In Baracchini 2017 three arteries opened "
            "with tirofiban alone; how many opened with more attempts is not said.",
        ),
        align="lrll",
    )


def differences() -> pd.DataFrame:
    """The rows of Table 1 that are a mean with its SD, or a count of some but not all.

    ``standardized`` is the difference of the arms, positive if the stented have more of it.
    """
    rows = frame("baseline.csv")
    rows["characteristic"] = rows["level"].fillna(rows["characteristic"].astype(str)).map(capital)
    rows["share"] = (rows["events"] / rows["n"]).astype(float)
    both = pd.merge(
        *(rows[rows["arm"] == arm] for arm in ARMS), on=["study", "characteristic"],
        suffixes=("", "_control"),
    )  # fmt: skip
    both = both[(both["statistic"] == "mean (SD)") | (both["share"] < 1)]
    both["standardized"] = both.apply(_apart, axis=1)
    both = both.rename(columns={"printed": "stent", "printed_control": "control"})
    return both[["study", "characteristic", *ARMS, "standardized"]]


def _apart(row: Any) -> float:
    if row["statistic"] == "mean (SD)":
        names = ("value", "spread", "value_control", "spread_control")
        return standardized_difference_of_means(*(row[name] for name in names))
    return standardized_difference_of_shares(row["share"], row["share_control"])


def balance_table() -> Table:
    """Each row of Table 1 that can be compared, by the size of its difference."""
    rows: list[str | tuple[str, ...]] = []
    for study, characteristic, *printed, standardized in differences().itertuples(index=False):
        if study not in rows:
            rows.append(study)
        rows.append((characteristic, *printed, number(standardized)))
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


class Unequal(NamedTuple):
    """A characteristic that differs between the arms: events and patients of each."""

    study: str
    characteristic: str
    stent: tuple[int, int]
    control: tuple[int, int]


def unequal() -> list[Unequal]:
    """Shares to measure the curves by: two of Table 1 far apart, and the closed arteries."""
    arms, wanted = flow(), {"study": "Cornelissen 2018", "level": "basilar"}
    tpa, basilar = (
        [(int(one["events"]), int(one["n"])) for one in (row("baseline.csv", arm=arm, **named)
                                                         for arm in ARMS)]
        for named in ({"study": "Baracchini 2017", "characteristic": "IV-tPA"}, wanted)
    )  # fmt: skip
    reporting = f"{arms.reported} of {arms.studies} studies"
    closed = (arms.closed, arms.opened + arms.closed), (arms.control_closed, arms.control_closed)
    return [
        Unequal("Baracchini 2017", "IV-tPA", *tpa),
        Unequal("Cornelissen 2018", "Occlusion site: basilar", *basilar),
        Unequal(reporting, "Artery still closed at the end", *closed),
    ]


def risk_ratio(outcome: str) -> Result:
    """The pooled risk ratio of an outcome."""
    return data.pooled(outcome, measure="RR")


def limit(outcome: str) -> float:
    """The limit of the pooled risk ratio nearer 1; 1 if the interval includes no difference."""
    ratio = risk_ratio(outcome)
    if not ratio.limits.excludes_null:
        return 1.0
    return float(ratio.ci_lower if ratio.estimate > 1 else 1 / ratio.ci_upper)


def seen(one: Unequal, outcome: str) -> float:
    """How strongly an imbalance goes with the treatment, in the direction of a result."""
    (a, n1), (c, n2) = one.stent, one.control
    return with_treatment_seen(a / n1, c / n2, float(risk_ratio(outcome).estimate))


def needed(one: Unequal, outcome: str, ratio: float | None = None) -> str:
    """How strongly it must go with the outcome to explain a risk ratio; by default the pooled."""
    ratio = float(risk_ratio(outcome).estimate) if ratio is None else ratio
    found = float(with_outcome_needed(ratio, seen(one, outcome)))
    return number(found, 1) if found < float("inf") else "cannot"


def confounding_table() -> Table:
    """What the known imbalances would need in order to explain the results away."""
    rows = [
        (
            one.study,
            one.characteristic,
            *("/".join(map(str, arm)) for arm in (one.stent, one.control)),
            *(needed(one, outcome) for outcome in data.outcomes()),
            needed(one, MRS, limit(MRS)),
        )
        for one in unequal()
    ]
    short = [data.outcome(one)["short"] for one in data.outcomes()]
    return table(
        ("Study", "Unequal", "Stent", "Control", *short, "Independent, limit"),
        rows,
        groups=(("", 4), ("To explain, times", len(short) + 1)),
        name="table-confounding",
        caption="Strong enough to explain the result?",
        notes=(
            "To explain: by how much it must multiply the risk, at least, by the bound above, to "
            "explain the pooled risk ratio, were all studies so unequal; in either direction. "
            "Cannot: not even if it decided the outcome. Limit: to move the interval to no "
            "difference; for death and hemorrhage the interval of the risk ratio includes it as it "
            "is.",
        ),
        align="llrr" + "r" * (len(short) + 1),
    )


def words() -> dict[str, object]:
    """What the chapter says of the arms and of how unequal they are."""
    arms, found, judged = flow(), differences(), frame("bias.csv")["judgment"]
    volume = found[found["characteristic"] == "Infarct volume"].iloc[0]
    stented = arms.opened + arms.closed
    (a, n1), (c, n2) = unequal()[0][2:]
    return {
        "stented": stented,
        "stented-opened": arms.opened,
        "stented-closed": arms.closed,
        "stented-closed-percent": f"{percent(arms.closed, stented, 0)} %",
        "controls-closed": f"{arms.control_closed} of {arms.control_closed + arms.control_opened}",
        "per-thousand-closed": half_up(Fraction(1000 * arms.closed, stented), 0),
        "judgments": len(judged),
        "unknown": sum(judged == "no information"),
        "rows": len(found),
        "unbalanced": sum(abs(found["standardized"]) > BALANCED),
        "tpa-stent": f"{a} of {n1}",
        "tpa-control": f"{c} of {n2}",
        "tpa-points": half_up(100 * (Fraction(c, n2) - Fraction(a, n1)), 0),
        "tpa-ratio": half_up(Fraction(c * n1, n2 * a), 1),
        "volume-stent": volume["stent"].split()[0],
        "volume-control": volume["control"].split()[0],
    }
