"""The companions of the paper: a registry, and two reviews that pool single arms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import log, sqrt

from scipy.special import betaincinv, expit, logit, ndtri
from twobytwo.palette import INK, PAPER, SECOND, TREATMENT
from twobytwo.rounding import half_up, p_text, percent, prints_as
from twobytwo.text import number

from book import data
from book.drawing import NARROW, SIZE, canvas, row_labels, vertical_grid
from book.figure import Figure
from book.recompute import recompute
from book.table import Table, table

Limits = tuple[float, float]
Z = float(ndtri(0.975))
SMALLEST = 50  # patients: no smaller denominator is tried
# The odds ratios of the registry, by the start of their ids in published.csv.
RATIOS = {
    "baek-open": "open stent: favorable outcome",
    "baek-inhibitor": "IIb/IIIa inhibitor: open stent",
}


def wilson(events: int, n: int) -> Limits:
    """Wilson's 95 % interval of a proportion.

    Examples
    --------
    >>> [round(limit, 4) for limit in wilson(3, 75)]
    [0.0137, 0.1111]
    """
    p, half = events / n, Z * sqrt(events * (n - events) / n + Z**2 / 4)
    middle = n * p + Z**2 / 2
    return (middle - half) / (n + Z**2), (middle + half) / (n + Z**2)


def clopper_pearson(events: int, n: int) -> Limits:
    """The exact 95 % interval of a proportion.

    Examples
    --------
    >>> [round(limit, 4) for limit in clopper_pearson(3, 75)]
    [0.0083, 0.1125]
    """
    lower = float(betaincinv(events, n - events + 1, 0.025)) if events else 0.0
    upper = float(betaincinv(events + 1, n - events, 0.975)) if events < n else 1.0
    return lower, upper


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


# ---- the registry


def registry() -> list[dict[str, str]]:
    """The rates of the registry, each with the count taken for it."""
    return data.rows("companion_counts.csv")


def patients() -> int:
    """Patients in the registry."""
    return max(int(row["n"]) for row in registry())


def _interval(limits: Limits, decimals: int = 1) -> str:
    lower, upper = (half_up(100 * limit, decimals) for limit in limits)
    return f"{lower} to {upper}"


def rates() -> Table:
    """The rates of the registry with both intervals."""
    rows = []
    for row in registry():
        events, n = int(row["events"]), int(row["n"])
        rows.append(
            (
                _capital(row["item"]),
                row["printed"].replace("%", " %"),
                f"{events}/{n}",
                row["count_from"],
                _interval(wilson(events, n)),
                _interval(clopper_pearson(events, n)),
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
    for row in registry():
        found = fitting(row["printed"], patients())
        pairs = [f"{events}/{n}" for events, n in reversed(found)]
        whole = [pair for pair in pairs if pair.endswith(f"/{patients()}")]
        rows.append(
            (
                _capital(row["item"]),
                row["printed"].replace("%", " %"),
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
    printed = {row["id"]: row["printed"] for row in data.rows("published.csv")}
    limits = f"{name}-ci-lower, {name}-ci-upper"
    return Ratio(
        name=RATIOS[name],
        estimate=float(printed[f"{name}-or"]),
        lower=float(printed[f"{name}-ci-lower"]),
        upper=float(printed[f"{name}-ci-upper"]),
        middle=float(recompute(f"center({limits})").value),
        p=float(recompute(f"p_from_interval({name}-or, {limits})").value),
    )


def ratios() -> Table:
    """The two odds ratios, checked against their intervals."""
    printed = {row["id"]: row["printed"] for row in data.rows("published.csv")}
    rows = []
    for name in RATIOS:
        one = ratio(name)
        said, low, high = (printed[f"{name}-{key}"] for key in ("or", "ci-lower", "ci-upper"))
        rows.append(
            (
                _capital(one.name),
                f"{said} [{low}, {high}]",
                half_up(one.middle, len(said.partition(".")[2])),
                printed[f"{name}-p"],
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


# ---- pooled proportions


@dataclass(frozen=True)
class Pooled:
    """A pooled proportion with its interval, as printed in percent."""

    item: str
    percent: int
    lower: int
    upper: int
    n: int

    def effective(self, narrower: float = 0) -> float:
        """Patients of one homogeneous group that would give this interval.

        Parameters
        ----------
        narrower : float
            Percentage points to move each limit inwards, for what rounding may hide.
        """
        lower, upper = (self.lower + narrower) / 100, (self.upper - narrower) / 100
        se = float(logit(upper) - logit(lower)) / (2 * Z)
        p = self.percent / 100
        return 1 / (se**2 * p * (1 - p))

    @property
    def rounding(self) -> Limits:
        """The least and the most effective patients that the rounded limits allow."""
        return self.effective(-0.5), self.effective(0.5)

    @property
    def design_effect(self) -> float:
        """How many patients of the review count for one."""
        return self.n / self.effective()

    @property
    def alone(self) -> Limits:
        """The interval, in percent, that the patients alone would give on the same scale."""
        p = self.percent / 100
        half = Z / sqrt(self.n * p * (1 - p))
        lower, upper = (100 * float(expit(logit(p) + side * half)) for side in (-1, 1))
        return lower, upper

    @property
    def verdict(self) -> str:
        """What the effective patients say, given the rounding."""
        least, most = self.rounding
        if most < self.n:
            return "fewer than were pooled"
        return "more than were pooled" if least > self.n else "cannot be told from all"


def pooled() -> list[Pooled]:
    """The proportions that Wareham's review prints with an interval."""
    return [
        Pooled(row["item"], *(int(row[key]) for key in ("percent", "lower", "upper", "n_patients")))
        for row in data.rows("companions.csv")
        if row["review"] == "Wareham 2019" and row["lower"]
    ]


def effective_sizes() -> Table:
    """How many patients each of the review's intervals is worth."""
    rows = [
        (
            _capital(one.item),
            f"{one.percent} [{one.lower}, {one.upper}]",
            _interval((one.alone[0] / 100, one.alone[1] / 100), 0),
            number(one.effective(), 0),
            f"{number(one.rounding[0], 0)} to {number(one.rounding[1], 0)}",
            number(one.design_effect, 1),
        )
        for one in pooled()
    ]
    n = pooled()[0].n
    return table(
        ("Proportion", "Printed, %", f"{n} alone, %", "Worth", "Rounding", "Design effect"),
        rows,
        name="table-effective-sizes",
        caption="What the review's intervals are worth, in patients of one group",
        notes=(
            f"{n} alone: the 95 % CI that {n} patients of one group would give. Rounding: "
            "what the rounded limits allow. Design effect: patients pooled for each patient "
            "that the interval is worth.",
        ),
        align="lrrrrr",
    )


def intervals(name: str) -> Figure:
    """The review's intervals beside what its patients alone would give."""
    figure, (axes,) = canvas(5.2, width=NARROW)
    said = []
    for i, one in enumerate(pooled()):
        low, high = one.alone
        axes.plot([one.lower, one.upper], [i - 0.08] * 2, color=INK, linewidth=1.4)
        axes.plot(one.percent, i - 0.08, "o", color=TREATMENT, markersize=6)
        axes.plot([low, high], [i + 0.16] * 2, color=SECOND, linewidth=1.4)
        axes.plot(one.percent, i + 0.16, "D", color=SECOND, markerfacecolor=PAPER, markersize=5)
        said.append(
            f"{one.item} {one.percent} %, {one.lower} to {one.upper}; "
            f"alone {half_up(low, 0)} to {half_up(high, 0)}."
        )
    n = pooled()[0].n
    row_labels(axes, [_capital(one.item) for one in pooled()])
    axes.set_xlim(0, 100)
    axes.set_xlabel(
        f"Percent. Dot: as printed. Diamond: if {n} patients were one group", fontsize=SIZE
    )
    vertical_grid(axes)
    alt = f"Pooled proportions with 95 % intervals, and those {n} patients alone would give. "
    return Figure(figure, name, alt + " ".join(said))


# ---- two arms that never met


def _arms(outcome: str) -> Iterator[tuple[str, int, int]]:
    of = data.counts(outcome)
    yield "stent", int(of.events_treatment.sum()), int(of.n_treatment.sum())
    yield "control", int(of.events_control.sum()), int(of.n_control.sum())


def beside() -> Table:
    """Maingard's two pooled arms beside the crude arms of the paper."""
    printed = {
        (row["item"], row["group"]): row["percent"]
        for row in data.rows("companions.csv")
        if row["review"] == "Maingard 2019"
    }
    rows = [
        (
            data.outcome(outcome)["label"],
            group,
            f"{printed[outcome, group]} %",
            f"{percent(events, n)} %",
            f"{events}/{n}",
        )
        for outcome in ("mRS 0-2", "SICH")
        for group, events, n in _arms(outcome)
    ]
    return table(
        ("Outcome", "Arm", "Maingard", "Four studies", "Count"),
        rows,
        name="table-single-arms",
        caption="Maingard's pooled arms beside the summed arms of the four studies",
        align="llrrr",
    )


def crossed(outcome: str) -> list[float]:
    """Crude odds ratios of stented patients of two studies against controls of the others."""
    of = data.counts(outcome)
    e1, n1, e2, n2 = (arm.astype(int).tolist() for arm in of.arms)
    found = []
    for chosen in combinations(range(len(e1)), 2):
        others = [i for i in range(len(e1)) if i not in chosen]
        a, c = sum(e1[i] for i in chosen), sum(e2[i] for i in others)
        b, d = sum(n1[i] for i in chosen) - a, sum(n2[i] for i in others) - c
        found.append(a * d / (b * c))
    return sorted(found)


def _capital(text: str) -> str:
    if text.startswith("mRS"):
        return text
    return text[0].upper() + text[1:]


def words() -> dict[str, str]:
    """The numbers that the chapter's prose mentions."""
    rows = {row["id"]: row for row in registry()}
    rate = {key: (int(row["events"]), int(row["n"])) for key, row in rows.items()}
    everyone = patients()
    deaths, followed = rate["baek-mortality"]
    open_, inhibitor = (ratio(name) for name in RATIOS)
    by_item = {one.item: one for one in pooled()}
    died, opened = by_item["mortality"], by_item["successful recanalization"]
    solitaire = by_item["Solitaire stent used"]
    mrs = crossed("mRS 0-2")
    shares = {row["id"]: f"{row['percent']} %" for row in data.rows("companions.csv")}
    return {
        "registry-n": str(everyone),
        "registry-deaths": f"{deaths} of {followed}",
        "registry-deaths-percent": rows["baek-mortality"]["printed"].replace("%", " %"),
        "registry-deaths-ci": f"{_interval(wilson(deaths, followed))} %",
        "registry-deaths-exact": f"{_interval(clopper_pearson(deaths, followed))} %",
        "registry-below": f"{percent(deaths, everyone)} %",
        "registry-above": f"{percent(deaths + 1, everyone)} %",
        "registry-outcome-all": "{} of {}".format(*rate["baek-outcome"]),
        "registry-outcome-followed": f"{2 * followed // 3} of {followed}",
        "registry-followed": str(followed),
        "registry-missing": str(everyone - followed),
        "registry-outcome-ci": f"{_interval(wilson(*rate['baek-outcome']))} %",
        "open-or": number(open_.estimate, 1),
        "open-lower": number(open_.lower),
        "open-upper": f"{open_.upper:,.1f}",
        "open-span": number(open_.upper / open_.lower, 0),
        "open-cell": str(open_.smallest_cell),
        "inhibitor-cell": str(inhibitor.smallest_cell),
        "review-n": str(died.n),
        "review-death-worth": number(died.effective(), 0),
        "review-death-design": number(died.design_effect, 1),
        "review-opened-worth": number(opened.effective(), 0),
        "review-solitaire-worth": number(solitaire.effective(), 0),
        "review-fewer": str(sum(one.verdict.startswith("fewer") for one in pooled())),
        "review-intervals": str(len(pooled())),
        "review-death": f"{died.percent} % ({died.lower} to {died.upper} %)",
        "maingard-mrs-stent": shares["maingard-outcome-stent"],
        "maingard-mrs-control": shares["maingard-outcome-control"],
        "maingard-sich-stent": shares["maingard-sich-stent"],
        "maingard-sich-control": shares["maingard-sich-control"],
        "crossed-ways": str(len(mrs)),
        "crossed-low": number(mrs[0]),
        "crossed-high": number(mrs[-1]),
        "crossed-within": number(data.pooled("mRS 0-2").estimate),
    }
