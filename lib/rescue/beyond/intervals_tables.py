"""The tables of the chapter on intervals."""

from __future__ import annotations

import math

from metabook import data
from metabook.table import Table, table
from twobytwo.rounding import half_up

from rescue.beyond import intervals
from rescue.beyond.intervals import in_hundred

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


def sparse() -> Table:
    """The same arms with ever fewer events."""
    rows: list[str | tuple[str, ...]] = []
    for risk in intervals.SPARSE_RISKS:
        rows.append(f"Risk {in_hundred(risk)}")
        for name, of in intervals.sparse(risk).items():
            shares = (of.coverage, of.power, of.undefined)
            percent = [in_hundred(share.value) for share in shares]
            rows.append((name, *percent, half_up(math.exp(of.bias.value), 2)))
    return table(
        ("Method", "Coverage", "Power", "No result", "Bias"),
        rows,
        name="table-sparse",
        caption="The same arms at lower risks, without heterogeneity",
        notes=(
            "Risk: of the controls, the same in each study. The true odds ratio is the pooled "
            "one of hemorrhage (SICH). No result: share without an estimate and interval; the "
            "other columns are of those that have one. Power: share with p below 0.05. Bias: "
            "geometric mean of the estimated odds ratios over the true one; above 1 is too near "
            "no effect.",
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
