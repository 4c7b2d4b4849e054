"""The folded tables of the chapter on four studies: they show what its figures show."""

from __future__ import annotations

from metabook import data
from metabook.table import Table, table
from twobytwo.checks.grid import Analysis
from twobytwo.rounding import number, with_interval

from rescue.beyond.four_studies import Grids, Posteriors, favors, odds_ratios, percent
from rescue.beyond.four_studies_figures import INTERVALS

METHODS = {"MH": "M-H", "IV": "inverse variance", "Peto": "Peto", "exact": "exact"}


def method_name(one: Analysis) -> str:
    """Model and method in words."""
    if one.model == "fixed":
        return f"fixed, {METHODS[one.method]}"
    return "random, the paper's" if one.method == "MH" else f"random, {one.tau2}"


def every_analysis(grids: Grids) -> Table:
    """The grid in numbers."""
    rows = [
        (
            answers[0].analysis.measure,
            method_name(answers[0].analysis),
            INTERVALS.get(answers[0].analysis.interval, "exact").replace("\n", " "),
            answers[0].analysis.zero_cells,
            *(with_interval(a.estimate, a.ci_lower, a.ci_upper) for a in answers),
        )
        for answers in zip(*(answers for answers, _ in grids.values()), strict=True)
    ]
    return table(
        ("Measure", "Model", "Interval", "0.5 added to", *map(_label, grids)),
        rows,
        name="table-grid",
        caption="Every analysis of the grid: estimate [95 % CI]",
        notes=(
            "OR: odds ratio. RR: risk ratio. RD: risk difference. 0.5 added to: the studies with "
            "a zero cell (affected), all, or none; a dash where the method never adds anything.",
        ),
        align="llllrrr",
    )


def beliefs(posteriors: Posteriors) -> Table:
    """The posteriors in numbers."""
    rows: list[str | tuple[str, ...]] = []
    for outcome, by_prior in posteriors.items():
        rows.append(f"{_label(outcome)}: better is {data.outcome(outcome)['better']}")
        for prior, found in by_prior.items():
            mean, new = favors(outcome, found)
            median, lower, upper, low, high = odds_ratios(found)
            rows.append(
                (
                    prior.name,
                    with_interval(median, lower, upper),
                    percent(mean),
                    f"{number(low)} to {number(high)}",
                    percent(new),
                    f"{number(found.tau_median)} (below {number(found.tau_upper)})",
                )
            )
    return table(
        ("Prior", "Median OR [95 %]", "OR better", "95 %", "OR better", "τ"),
        rows,
        groups=(("", 1), ("Mean", 2), ("New study", 2), ("", 1)),
        name="table-beliefs",
        caption="Posteriors by prior",
        notes=(
            "OR: odds ratio. OR better: probability that it lies on the better side of 1, if the "
            "model holds and nothing is biased. τ: median (and what it is below with a "
            "probability of 95 %).",
        ),
        align="lrrrrr",
    )


def _label(outcome: str) -> str:
    return str(data.outcome(outcome)["label"])
