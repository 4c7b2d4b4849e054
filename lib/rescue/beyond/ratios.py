"""Ratios from several sources on one axis: those pooled here, and those that are printed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from metabook import data
from twobytwo import Result
from twobytwo.plots.forest import Forest, drawn
from twobytwo.plots.forest_layout import ESTIMATE, GROUP, LARGEST, SUBTOTAL, Row, Table
from twobytwo.rounding import with_interval


class Ratio(NamedTuple):
    """A line of the figure.

    Attributes
    ----------
    source, said : str
        Whose it is, and the ratio with its interval in figures.
    limits : (float, float, float) or None
        Point, lower and upper limit; None for a line of words only.
    pooled : bool
        Whether the book pooled it: then it is a diamond.
    """

    source: str
    said: str
    limits: tuple[float, float, float] | None
    pooled: bool = False


def of(result: Result, source: str) -> Ratio:
    """A result as a line of the figure."""
    limits = float(result.estimate), float(result.ci_lower), float(result.ci_upper)
    return Ratio(source, with_interval(*limits), limits, pooled=True)


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
    groups: Mapping[str, Sequence[Ratio]], opening: str, footnotes: Sequence[str] = ()
) -> Forest:
    """Draw ratios below the headings of their groups.

    Parameters
    ----------
    groups : mapping from headings to sequences of Ratio
    opening : str
        The first sentence of the alt text.
    footnotes : sequence of str

    Returns
    -------
    Forest
    """
    rows: list[Row] = []
    for title, lines in groups.items():
        rows += [Row(GROUP, title), *map(_row, lines)]
    table = Table(
        title="",
        arms=(),
        heading=Row(GROUP, "Source", (), "", "Ratio [95 % CI]"),
        measure="Ratio",
        model="stent or rescue against control",
        rows=tuple(rows),
        k=len(rows),
        lines=(),
        favors=(),
        footnotes=tuple(footnotes),
    )
    return drawn(table, opening, "OR", narrow=False)


def _row(one: Ratio) -> Row:
    limits = one.limits or (math.nan,) * 3
    kind = SUBTOTAL if one.pooled else ESTIMATE
    size = 0.0 if one.limits is None else 0.3 * LARGEST
    return Row(kind, one.source, (), "", one.said, *limits, size)
