"""The tables of the chapter on intervals."""

from __future__ import annotations

import math

from metabook import data
from metabook.table import Table, table
from twobytwo.checks.coverage import Behavior
from twobytwo.rounding import half_up

from rescue.beyond import intervals
from rescue.beyond.intervals import in_hundred
from rescue.paper.robustness import DEATHS

SHARES = (
    f"Each share is of {intervals.META_ANALYSES:,} simulated meta-analyses: its Monte Carlo "
    "standard error is at most half a percent."
)
HKSJ = "HKSJ: Hartung, Knapp, Sidik and Jonkman."
ESTIMATORS = (
    "DL, REML, PM: inverse variance with the between-study variance of DerSimonian and Laird, "
    "by restricted maximum likelihood, of Paule and Mandel."
)


def coverage() -> Table:
    """How many intervals hold the truth; the last row of each outcome is of new studies."""
    rows: list[str | tuple[str, ...]] = []
    for outcome in data.outcomes():
        rows.append(data.outcome(outcome)["label"])
        cells = [intervals.cell(outcome, tau) for tau in intervals.TAUS]
        rows += [
            (name, *(in_hundred(one.methods[name].coverage.value) for one in cells))
            for name in cells[0].methods
        ]
        rows.append(("Prediction interval", *(in_hundred(one.prediction.value) for one in cells)))
    return table(
        ("Interval", *(f"τ = {tau:g}" for tau in intervals.TAUS)),
        rows,
        name="table-coverage",
        caption="Coverage of 95 % intervals",
        notes=(
            SHARES,
            HKSJ,
            ESTIMATORS,
            "Prediction interval: the paper's method; how many new studies have their true "
            "effect in it.",
        ),
    )


def methods() -> Table:
    """What coverage costs, for deaths."""
    rows: list[str | tuple[str, ...]] = []
    for tau in (0.0, intervals.MODERATE):
        rows.append(f"τ = {tau:g}")
        rows += [(name, *_row(of)) for name, of in intervals.cell(DEATHS, tau).methods.items()]
    return table(
        ("Method", "Coverage", "Width", "Power", "Bias"),
        rows,
        name="table-intervals",
        caption="Mortality: how the methods behave",
        notes=(
            "Width: median of the upper limit over the lower. Power: share with p below 0.05. "
            "Bias: geometric mean of the estimated odds ratios over the true one; above 1 is "
            "too near no effect.",
            SHARES,
            HKSJ,
            ESTIMATORS,
        ),
    )


def _row(of: Behavior) -> tuple[str, ...]:
    return (
        in_hundred(of.coverage.value),
        half_up(math.exp(of.median_width.value), 1),
        in_hundred(of.power.value),
        half_up(math.exp(of.bias.value), 2),
    )


def false_alarms() -> Table:
    """How often nothing looks like something."""
    taus = (0.0, intervals.MODERATE, 1.0)
    columns = [intervals.false_alarms(tau) for tau in taus]
    return table(
        ("Method", *(f"τ = {tau:g}" for tau in taus)),
        [(name, *(in_hundred(of[name].value) for of in columns)) for name in columns[0]],
        name="table-false-alarms",
        caption="Mortality: significant results if the odds ratio is 1 on average",
        notes=(SHARES,),
    )


def sparse() -> Table:
    """The same arms with ever fewer events."""
    rows: list[str | tuple[str, ...]] = []
    for risk in intervals.SPARSE_RISKS:
        cells = intervals.sparse(risk)
        undefined = in_hundred(cells[intervals.REVMAN].undefined.value)
        rows.append(f"Risk {in_hundred(risk)} (no result at all in {undefined})")
        for name, of in cells.items():
            coverage, _, power, bias = _row(of)
            rows.append((name, coverage, power, bias))
    return table(
        ("Method", "Coverage", "Power", "Bias"),
        rows,
        name="table-sparse",
        caption="The same arms at lower risks, without heterogeneity",
        notes=(
            "Risk: of the controls, the same in each study. The true odds ratio is the pooled "
            "one of hemorrhage (SICH). Columns as above.",
            SHARES,
        ),
    )


def small_studies() -> Table:
    """How often the tests of small-study effects are significant."""
    rows = []
    for k in intervals.NUMBERS_OF_STUDIES:
        found = [intervals.noticed(k, bias) for bias in (0.0, 1.0)]
        rows.append(
            (
                str(k),
                *(in_hundred(one.formula) for one in found),
                *(in_hundred(one.egger.value) for one in found),
                *(in_hundred(one.harbord.value) for one in found),
            )
        )
    return table(
        ("Studies", *("None", "Bias") * 3),
        rows,
        groups=(("", 1), ("Egger, by formula", 2), ("Egger, on counts", 2), ("Harbord", 2)),
        name="table-small-studies",
        caption="How often a test for small-study effects is significant",
        notes=(
            "None: no bias, so that each is a false alarm. Bias: each study errs by one of its "
            "own standard errors. By formula: if study effects were normal. No heterogeneity. "
            "More than four studies: the paper's four, again and again.",
            SHARES,
        ),
    )
