"""Several pooled estimates in one plot: without each study, after each study, by each method."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from twobytwo.plots.drawn import one_line
from twobytwo.plots.forest import MEASURE, MODEL, Forest, drawn, favors, pooled_row
from twobytwo.plots.forest_layout import ESTIMATE, GROUP, LARGEST, ForestTable, Row
from twobytwo.results import Pooled, check_one

SHARE = 0.3 * LARGEST  # all squares are alike, and smaller than a heavy study's


def estimates(
    labels: Sequence[str],
    results: Sequence[Pooled],
    *,
    treatment: str = "Treatment",
    control: str = "Control",
    better: str | None = None,
    title: str | None = None,
    outcome: str | None = None,
    narrow: bool = False,
) -> Forest:
    """Draw pooled estimates below each other, each with its interval.

    Parameters
    ----------
    labels : sequence of str
        What tells the analyses apart, such as "without Chang 2018".
    results : sequence of Pooled
        One for each label, each of one meta-analysis, all of the same kind of measure.
    treatment, control, better, title, outcome, narrow
        As for `twobytwo.plots.forest.forest`.

    Returns
    -------
    Forest
        Its squares are alike: weights of analyses that share studies mean nothing.

    Raises
    ------
    ValueError
        If there is nothing to draw, a result is a batch, or the measures have no common axis.

    Examples
    --------
    >>> from twobytwo import pool
    >>> deaths = [1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66]
    >>> both = [pool(*deaths), pool(*deaths, model="fixed")]
    >>> plot = estimates(["random effects", "fixed effect"], both, better="fewer")
    >>> [row.effect for row in plot.table.rows]
    ['0.39 [0.16, 0.93]', '0.44 [0.26, 0.74]']
    """
    if not results:
        raise ValueError("there is no estimate to draw")
    for result in results:
        check_one(result, "each estimate")
    measures = list(dict.fromkeys(result.measure for result in results))
    if len({"ratio" if one in ("OR", "RR") else one for one in measures}) > 1:
        raise ValueError(f"{' and '.join(measures)} have no common axis")
    percent = measures[0] == "proportion"
    sides = (one_line(treatment), one_line(control))
    levels = dict.fromkeys(f"{100 * result.level:g} %" for result in results)
    measure = "Proportion, %" if percent else " or ".join(MEASURE.get(m, m) for m in measures)
    models = list(dict.fromkeys(MODEL[result.model] for result in results))
    table = ForestTable(
        title=one_line((outcome or "") if title is None else title),
        heading=Row(
            GROUP, "Analysis", (), "Studies",
            f"{'%' if percent else '/'.join(measures)} [{', '.join(levels)} CI]",
        ),
        kind=measures[0],
        measure=measure,
        model=models[0] if len(models) == 1 else "",
        rows=tuple(
            _row(label, result) for label, result in zip(labels, results, strict=True)
        ),
        k=len(results),
        favors=() if percent else favors(sides, better),
    )  # fmt: skip
    plot = f"Pooled estimates of {one_line(outcome)}" if outcome else "Pooled estimates"
    against = "" if percent else f", {' against '.join(sides)}"
    opening = f"{plot}: {measure.lower()}{against}, {', '.join(levels)} intervals."
    return drawn(table, opening, narrow)


def _row(label: str, result: Pooled) -> Row:
    row = pooled_row(result, one_line(label), ESTIMATE)
    size = SHARE if math.isfinite(row.estimate) else 0.0
    return replace(row, arms=(), weight=str(int(result.k)), size=size)
