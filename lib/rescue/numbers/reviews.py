"""A review that pools single arms: what its printed intervals are worth."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

from metabook.drawing import NARROW, SIZE, canvas, row_labels, vertical_grid
from metabook.figure import Figure
from metabook.frames import frame
from metabook.table import Table, table
from metabook.templates import capital
from metabook.words import span
from scipy.special import expit, logit
from twobytwo.estimate.proportions import effective_size
from twobytwo.plots.palette import INK, PAPER, SECOND, TREATMENT
from twobytwo.rounding import half_up, number

from rescue.numbers.registry import Z

Limits = tuple[float, float]


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
        return effective_size(self.percent / 100, lower, upper)

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
    every = frame("companions.csv").query("review == 'Wareham 2019'").dropna(subset="lower")
    columns = ["percent", "lower", "upper", "n_patients"]
    return [
        Pooled(item, *map(int, numbers))
        for item, *numbers in every[["item", *columns]].itertuples(index=False)
    ]


def effective_sizes() -> Table:
    """How many patients each of the review's intervals is worth."""
    rows = [
        (
            capital(one.item),
            f"{one.percent} [{one.lower}, {one.upper}]",
            span((one.alone[0] / 100, one.alone[1] / 100), 0),
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
    row_labels(axes, [capital(one.item) for one in pooled()])
    axes.set_xlim(0, 100)
    axes.set_xlabel(
        f"Percent. Dot: as printed. Diamond: if {n} patients were one group", fontsize=SIZE
    )
    vertical_grid(axes)
    alt = f"Pooled proportions with 95 % intervals, and those {n} patients alone would give. "
    return Figure(figure, name, alt + " ".join(said))


def words() -> dict[str, str]:
    """The numbers of the review that the chapter's prose mentions."""
    by_item = {one.item: one for one in pooled()}
    died, opened = by_item["mortality"], by_item["successful recanalization"]
    solitaire = by_item["Solitaire stent used"]
    return {
        "review-n": str(died.n),
        "review-death-worth": number(died.effective(), 0),
        "review-death-design": number(died.design_effect, 1),
        "review-opened-worth": number(opened.effective(), 0),
        "review-solitaire-worth": number(solitaire.effective(), 0),
        "review-fewer": str(sum(one.verdict.startswith("fewer") for one in pooled())),
        "review-intervals": str(len(pooled())),
        "review-death": f"{died.percent} % ({died.lower} to {died.upper} %)",
    }
