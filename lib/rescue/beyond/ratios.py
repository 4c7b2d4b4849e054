"""Ratios from several sources on one axis: those pooled here, and those that are printed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from metabook import data
from twobytwo import Result
from twobytwo.plots.forest import Forest, drawn
from twobytwo.plots.forest_layout import ESTIMATE, GROUP, LARGEST, SUBTOTAL, ForestTable, Row
from twobytwo.rounding import with_interval


def pooled(result: Result, source: str) -> Row:
    """What the book pooled: a diamond."""
    limits = float(result.estimate), float(result.ci_lower), float(result.ci_upper)
    return Row(SUBTOTAL, source, (), "", with_interval(*limits), *limits, 0.3 * LARGEST)


def printed(source: str, text: str, limits: tuple[float, float, float] | None) -> Row:
    """What a source prints: a square with point and limits, or words only."""
    size = 0.0 if limits is None else 0.3 * LARGEST
    return Row(ESTIMATE, source, (), "", text, *(limits or (math.nan,) * 3), size)


def heading(outcome: str, what: str = "") -> str:
    """An outcome, what is shown of it, and the side on which the stented did better.

    Examples
    --------
    >>> heading("mortality", "odds ratio")
    'Death, odds ratio (left is better)'
    """
    about = data.outcome(outcome)
    side = "right" if about["better"] == "more" else "left"
    return f"{', '.join(filter(None, (about['short'], what)))} ({side} is better)"


def figure(
    groups: Mapping[str, Sequence[Row]], opening: str, footnotes: Sequence[str] = ()
) -> Forest:
    """Draw rows below the headings of their groups; the alt text begins with the opening."""
    rows = [row for title, lines in groups.items() for row in (Row(GROUP, title), *lines)]
    table = ForestTable(
        heading=Row(GROUP, "Source", (), "", "Ratio [95 % CI]"),
        kind="OR",
        measure="Ratio",
        model="stent or rescue against control",
        rows=tuple(rows),
        k=len(rows),
        footnotes=tuple(footnotes),
    )
    return drawn(table, opening, narrow=False)
