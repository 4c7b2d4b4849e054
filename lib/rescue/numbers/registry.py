"""The registry beside the paper: bare percentages, and two odds ratios with wide intervals."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import log

import pandas as pd
from metabook.frames import frame
from metabook.recompute import printed as in_the_ledger
from metabook.table import Table, table
from metabook.templates import capital
from metabook.words import span
from scipy.special import ndtri
from twobytwo.estimate.proportions import clopper_pearson, wilson
from twobytwo.rounding import half_up, number, p_text, percent, prints_as

from rescue.numbers.recompute import recompute

Z = float(ndtri(0.975))
SMALLEST = 50  # patients: no smaller denominator is tried
# The odds ratios of the registry, by the start of their ids in published.csv.
RATIOS = {
    "baek-open": "open stent: favorable outcome",
    "baek-inhibitor": "IIb/IIIa inhibitor: open stent",
}


def fitting(printed: str, largest: int, smallest: int = SMALLEST) -> list[tuple[int, int]]:
    """Every count and denominator that prints as this percentage.

    Examples
    --------
    >>> fitting("82.1%", 78)
    [(46, 56), (55, 67), (64, 78)]
    """
    digits = printed.removesuffix("%")
    return [
        (events, n)
        for n in range(smallest, largest + 1)
        for events in range(n + 1)
        if prints_as(Fraction(100 * events, n), digits)
    ]


def printed() -> pd.DataFrame:
    """The rates of the registry, each with the count taken for it."""
    return frame("companion_counts.csv")


def patients() -> int:
    """Patients in the registry."""
    return int(printed()["n"].max())


def rates() -> Table:
    """The rates of the registry with both intervals."""
    rows = []
    for row in printed().itertuples():
        events, n = int(row.events), int(row.n)
        rows.append(
            (
                capital(row.item),
                row.printed.replace("%", " %"),
                f"{events}/{n}",
                row.count_from,
                span(wilson(events, n)),
                span(clopper_pearson(events, n)),
            )
        )
    return table(
        ("Rate", "Printed", "Count", "Count from", "Wilson", "Clopper-Pearson"),
        rows,
        groups=(("", 4), ("95 % CI, percent", 2)),
        name="table-registry-rates",
        caption="The registry's rates with the intervals it does not print",
        align="lrrlrr",
    )


def denominators() -> Table:
    """Which counts print each percentage."""
    rows = []
    for row in printed().itertuples():
        found = fitting(row.printed, patients())
        pairs = [f"{events}/{n}" for events, n in reversed(found)]
        whole = [pair for pair in pairs if pair.endswith(f"/{patients()}")]
        rows.append(
            (
                capital(row.item),
                row.printed.replace("%", " %"),
                ", ".join(whole) or None,
                ", ".join(pair for pair in pairs if pair not in whole),
            )
        )
    return table(
        ("Rate", "Printed", "Of all patients", "Of fewer patients"),
        rows,
        name="table-registry-denominators",
        caption=f"Every count that prints the percentage, of {SMALLEST} to {patients()} patients",
        align="lrrl",
    )


@dataclass(frozen=True)
class Ratio:
    """A printed odds ratio, and what its interval implies."""

    name: str
    estimate: float
    lower: float
    upper: float
    middle: float
    p: float

    @property
    def se(self) -> float:
        """Standard error of the log odds ratio."""
        return (log(self.upper) - log(self.lower)) / (2 * Z)

    @property
    def smallest_cell(self) -> int:
        """The most patients that the smallest cell of a plain 2x2 table could hold.

        The squared standard error is the sum of the four cells' reciprocals, so at
        least one reciprocal is a quarter of it or more.
        """
        return int(4 / self.se**2)


def ratio(name: str) -> Ratio:
    """One of the registry's two odds ratios."""
    texts = in_the_ledger()
    limits = f"{name}-ci-lower, {name}-ci-upper"
    return Ratio(
        name=RATIOS[name],
        estimate=float(texts[f"{name}-or"]),
        lower=float(texts[f"{name}-ci-lower"]),
        upper=float(texts[f"{name}-ci-upper"]),
        middle=float(recompute(f"center({limits})").value),
        p=float(recompute(f"p_from_interval({name}-or, {limits})").value),
    )


def ratios() -> Table:
    """The two odds ratios, checked against their intervals."""
    texts = in_the_ledger()
    rows = []
    for name in RATIOS:
        one = ratio(name)
        said, low, high = (texts[f"{name}-{key}"] for key in ("or", "ci-lower", "ci-upper"))
        rows.append(
            (
                capital(one.name),
                f"{said} [{low}, {high}]",
                half_up(one.middle, len(said.partition(".")[2])),
                texts[f"{name}-p"],
                p_text(one.p, 3),
                number(one.upper / one.lower, 0),
                one.smallest_cell,
            )
        )
    return table(
        ("Odds ratio", "Printed", "Middle", "p printed", "p computed", "Upper / lower", "Cell"),
        rows,
        name="table-registry-ratios",
        caption="The registry's two odds ratios, checked against their intervals",
        notes=(
            "Middle: of the interval, on the log scale. Cell: in a plain 2x2 table with such "
            "an interval, the smallest cell would hold at most so many patients.",
        ),
        align="lrrrrrr",
    )


def words() -> dict[str, str]:
    """The numbers of the registry that the chapter's prose mentions."""
    rows = printed().set_index("id")
    rate = {key: (int(row["events"]), int(row["n"])) for key, row in rows.iterrows()}
    everyone = patients()
    deaths, followed = rate["baek-mortality"]
    open_ = ratio("baek-open")
    return {
        "registry-n": str(everyone),
        "registry-deaths": f"{deaths} of {followed}",
        "registry-deaths-percent": rows.loc["baek-mortality", "printed"].replace("%", " %"),
        "registry-deaths-ci": f"{span(wilson(deaths, followed))} %",
        "registry-below": f"{percent(deaths, everyone)} %",
        "registry-above": f"{percent(deaths + 1, everyone)} %",
        "registry-outcome-all": "{} of {}".format(*rate["baek-outcome"]),
        "registry-outcome-followed": f"{2 * followed // 3} of {followed}",
        "registry-followed": str(followed),
        "registry-missing": str(everyone - followed),
        "registry-outcome-ci": f"{span(wilson(*rate['baek-outcome']))} %",
        "open-or": number(open_.estimate, 1),
        "open-lower": number(open_.lower),
        "open-upper": f"{open_.upper:,.1f}",
        "open-span": number(open_.upper / open_.lower, 0),
        "open-cell": str(open_.smallest_cell),
    }
