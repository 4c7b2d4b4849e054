"""The forest plot: every study, its weight, and the pooled effect, drawn from one result.

The squares' areas are proportional to the weights, and the diamond spans the pooled
interval. The words are written by `forest_words`, the stretch of the axis is chosen by
`forest_axis`, everything gets its place from `forest_layout` and is drawn by `forest_draw`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from twobytwo.plots import forest_draw, forest_words
from twobytwo.plots.drawn import Drawn
from twobytwo.plots.forest_axis import Axis, axis
from twobytwo.plots.forest_draw import Row
from twobytwo.plots.forest_layout import PLOT, SMALL, Layout, arrange
from twobytwo.plots.forest_words import Words
from twobytwo.pooled import Pooled


@dataclass(frozen=True, eq=False)
class Forest(Drawn):
    """A drawn forest plot.

    Attributes
    ----------
    rows : tuple of Row
        The studies.
    total : Row
    prediction : Row or None
    diamond : tuple of (float, float)
        Its four corners (natural scale, points below the top edge); empty if nothing was
        pooled.
    axis : Axis
        Limits and ticks.
    words : Words
        All that is written.
    layout : Layout
        Where it is written.
    """

    rows: tuple[Row, ...]
    total: Row
    prediction: Row | None
    diamond: tuple[tuple[float, float], ...]
    axis: Axis
    words: Words
    layout: Layout


def forest(
    result: Pooled,
    *,
    treatment: str = "Treatment",
    control: str = "Control",
    outcome: str | None = None,
    better: str | None = None,
    title: str | None = None,
    prediction: bool = False,
    marks: Mapping[str, str] | None = None,
    footnotes: Sequence[str] = (),
) -> Forest:
    """Draw a forest plot.

    Parameters
    ----------
    result : Pooled
        Of one meta-analysis.
    treatment, control : str
        What the arms are called.
    outcome : str, optional
        The event; named in the alt text, and the title unless there is one.
    better : {"more", "fewer"}, optional
        Whether the event is wanted. Decides which side favors which arm; without it the
        sides say only where there are more events.
    title : str, optional
        Above the plot; "" for none.
    prediction : bool
        Add the prediction interval.
    marks : mapping of str to str, optional
        A footnote mark for a study, by its name.
    footnotes : sequence of str
        Below the plot.

    Returns
    -------
    Forest

    Raises
    ------
    ValueError
        If the result is a batch, `better` is none of these, or a marked study is not there.

    Examples
    --------
    >>> from twobytwo import pool
    >>> result = pool([13, 19, 8, 24], [23, 48, 12, 66], [4, 22, 3, 13], [23, 100, 14, 66])
    >>> plot = forest(result, treatment="stent", better="more")
    >>> plot.words.favors, plot.axis.labels
    (('Favors Control', 'Favors stent'), ('0.2', '0.5', '1', '2', '5', '10', '20', '50'))
    """
    check(result, marks)
    written = forest_words.words(
        result,
        (treatment, control),
        title=(outcome or "") if title is None else title,
        better=better,
        prediction=prediction,
        marks=marks,
        footnotes=footnotes,
    )
    shown = axis(result, PLOT, SMALL, prediction)
    place = arrange(written, shown)
    rows, total, interval = forest_draw.marks(result, written, shown, place)
    return Forest(
        figure=forest_draw.draw(rows, total, interval, shown, place),
        alt=forest_words.alt(result, written, shown, outcome),
        title=written.title or f"Forest plot: {written.measure.lower()}",
        rows=rows,
        total=total,
        prediction=interval,
        diamond=forest_draw.diamond(total),
        axis=shown,
        words=written,
        layout=place,
    )


def check(result: Pooled, marks: Mapping[str, str] | None) -> None:
    """Refuse a batch, and a mark for a study that is not there."""
    if np.ndim(result.effect):
        raise ValueError("a forest plot shows one meta-analysis, not a batch of them")
    unknown = sorted(set(marks or {}) - set(result.study))
    if unknown:
        raise ValueError(f"there is no study {unknown[0]!r} to mark")
