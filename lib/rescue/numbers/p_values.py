"""The p-values that the studies print, beside what three tests make of the same counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

import pandas as pd
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
from metabook.drawing import NARROW, SIZE, canvas, label, row_labels, vertical_grid
from metabook.figure import Figure
from metabook.frames import frame
from metabook.table import Cell, Table, Value, table
from twobytwo.checks.p_values import FISHER, PLAIN, YATES, by_test
from twobytwo.plots.palette import CONTROL, INK, MUTED, THIRD, TREATMENT
from twobytwo.rounding import half_up, prints_as

# Each with the color, the shape and the size of its mark.
MARKS = {FISHER: (TREATMENT, "o", 7.0), PLAIN: (CONTROL, "s", 6.0), YATES: (THIRD, "^", 6.5)}
APART = 0.14  # of a row: marks of nearly the same p-value stay apart
LEVEL = 0.05
TICKS = (0.001, 0.01, 0.1, 1)
Counts = tuple[int, int, int, int]
NAMED = ["study", "outcome"]
CELLS = ["events_treatment", "n_treatment", "events_control", "n_control"]


@dataclass(frozen=True)
class Printed:
    """One printed p-value: a row of ``data/p_values.csv`` with its counts."""

    study: str
    outcome: str
    printed: str
    source: str
    note: str
    counts: Counts

    @property
    def name(self) -> str:
        """Study and outcome."""
        return f"{self.study}, {self.outcome}"

    @property
    def p(self) -> dict[str, float]:
        """What each test gives."""
        return by_test(*self.counts)

    @property
    def by(self) -> tuple[str, ...]:
        """The tests that print these digits."""
        return tuple(test for test, p in self.p.items() if prints_as(p, self.printed))

    @property
    def crosses(self) -> bool:
        """Whether the tests disagree about 0.05."""
        return len({p < LEVEL for p in self.p.values()}) > 1

    @property
    def least_expected(self) -> Fraction:
        """The smallest of the four counts that one would expect if the arms did not differ."""
        a, n, c, m = self.counts
        events = a + c
        return Fraction(min(n, m) * min(events, n + m - events), n + m)

    def as_printed(self, p: float) -> str:
        """A p-value with the decimals of the printed one; three beside a bound."""
        bound = self.printed.startswith("<")
        return half_up(p, 3 if bound else len(self.printed.partition(".")[2]))


@cache
def printed() -> tuple[Printed, ...]:
    """The printed p-values that have counts, in the order of the file."""
    counts = pd.concat([frame("counts.csv"), frame("later_counts.csv")])[[*NAMED, *CELLS]]
    printed = frame("p_values.csv").fillna({"note": ""})
    every = printed.merge(counts, on=NAMED, how="left", validate="1:1")
    found = []
    for _, row in every.iterrows():
        a, n, c, m = map(int, row[CELLS])
        found.append(Printed(**row[printed.columns], counts=(a, n, c, m)))
    return tuple(found)


def words() -> dict[str, str]:
    """The numbers that the chapter's prose mentions."""
    by = Counter(row.by for row in printed())
    peng = next(row for row in printed() if row.name == "Peng 2019, mRS 0-2")
    a, n, c, m = peng.counts
    values = len(printed())
    return {
        "p-values": str(values),
        "p-studies": str(len({row.study for row in printed()})),
        "p-by-fisher": str(by[(FISHER,)]),
        "p-by-plain": str(by[(PLAIN,)]),
        "p-by-more": str(sum(count for which, count in by.items() if len(which) > 1)),
        "p-by-none": str(by[()]),
        "p-crossing": f"{sum(row.crosses for row in printed())} of {values}",
        "peng-stent": f"{a} of {n}",
        "peng-control": f"{c} of {m}",
        "peng-printed": peng.printed,
        "peng-fisher": peng.as_printed(peng.p[FISHER]),
        "peng-yates": peng.as_printed(peng.p[YATES]),
        "peng-expected": half_up(peng.least_expected, 1),
        "p-level": str(LEVEL),
    }


def _verdict(row: Printed) -> Cell:
    if not row.by:
        return Cell("none of them", badge="differs")
    if len(row.by) > 1:
        return Cell(" or ".join(row.by), badge="ambiguous")
    return Cell(row.by[0], badge="matches")


def comparison() -> Table:
    """Every printed p-value, the counts, the three tests, and which of them prints it."""
    rows: list[tuple[Value, ...]] = []
    for row in printed():
        a, n, c, m = row.counts
        rows.append(
            (
                row.name,
                f"{a}/{n}",
                f"{c}/{m}",
                half_up(row.least_expected, 1),
                row.printed,
                *(row.as_printed(p) for p in row.p.values()),
                _verdict(row),
            )
        )
    return table(
        ("Study, outcome", "Stent", "Control", "Least expected", "Printed", *MARKS, "Printed by"),
        rows,
        groups=(("", 5), ("Computed", len(MARKS)), ("", 1)),
        name="table-p-values",
        caption="Printed p-values and the tests that print them",
        notes=(
            "Least expected: the smallest of the table's four counts if the arms did not differ. "
            "Chi-square: without correction. Yates: chi-square with Yates's correction.",
            *(f"{row.name}: {row.note}" for row in printed() if not row.by),
        ),
        align="lrrrrrrrl",
    )


def dots(name: str) -> Figure:
    """The three p-values of each table on one axis, with the printed one marked."""
    figure, (axes,) = canvas(0.44 * len(printed()) + 1.1, width=NARROW)
    axes.set_xscale("log")
    axes.set_xlim(TICKS[0], TICKS[-1])
    said = []
    for i, row in enumerate(printed()):
        value = float(row.printed.lstrip("<"))
        if row.printed.startswith("<"):
            axes.plot([TICKS[0], value], [i, i], color=INK, linewidth=1.4)
        axes.plot(value, i, "|", color=INK, markersize=15, markeredgewidth=1.8)
        for step, (test, p) in enumerate(row.p.items(), start=-1):
            color, shape, size = MARKS[test]
            axes.plot(p, i + APART * step, shape, color=color, markersize=size)
        told = ", ".join(f"{test} {row.as_printed(p)}" for test, p in row.p.items())
        said.append(f"{row.name}: printed {row.printed}; {told}.")
    for test, (color, shape, size) in MARKS.items():
        axes.plot([], [], shape, color=color, markersize=size, label=test)
    axes.plot([], [], "|", color=INK, markersize=12, markeredgewidth=1.8, label="printed")
    axes.axvline(LEVEL, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
    row_labels(axes, [row.name for row in printed()])
    label(axes, f"{LEVEL}", LEVEL, -0.62, (4, 0), MUTED)
    axes.xaxis.set_major_locator(FixedLocator(TICKS))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    axes.set_xlabel("p-value, two-sided", fontsize=SIZE)
    vertical_grid(axes)
    figure.legend(
        loc="outside lower left", ncols=4, frameon=False, fontsize=SIZE,
        handlelength=1, columnspacing=1.2,
    )  # fmt: skip
    return Figure(figure, name, f"P-values by three tests; a line at {LEVEL}. {' '.join(said)}")
