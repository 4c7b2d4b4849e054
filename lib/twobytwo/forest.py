"""The forest plot: every study, its weight, and the pooled effect, drawn from one result.

The squares' areas are proportional to the weights, and the diamond spans the pooled
interval. The words are written by `forest_words`, the stretch of the axis is chosen by
`forest_axis`, everything gets its place from `forest_layout` and is drawn by `forest_draw`.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from . import forest_draw, forest_words, palette
from .forest_axis import Axis, axis
from .forest_draw import Row
from .forest_layout import PLOT, SMALL, Layout, arrange
from .forest_words import Words
from .result import Result


@dataclass(frozen=True, eq=False)
class Forest:
    """A drawn forest plot.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
    alt : str
        The plot in words.
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

    figure: Figure
    alt: str
    rows: tuple[Row, ...]
    total: Row
    prediction: Row | None
    diamond: tuple[tuple[float, float], ...]
    axis: Axis
    words: Words
    layout: Layout

    def save(self, path: str | PathLike[str]) -> None:
        """Write a file that stands alone: on paper white, with the alt text inside.

        Parameters
        ----------
        path : str or path-like
            Ends in ``.svg``, ``.png`` or ``.pdf``. The same result gives the same bytes.
            Text stays text.
        """
        kind = str(path).rpartition(".")[2].lower()
        settings: Any = {
            "svg.fonttype": "none",
            "svg.hashsalt": "twobytwo",
            "pdf.fonttype": 42,
        }
        title = self.words.title or f"Forest plot: {self.words.measure.lower()}"
        metadata: dict[str, dict[str, Any]] = {
            "svg": {"Date": None, "Title": title, "Description": self.alt},
            "pdf": {"CreationDate": None, "Title": title, "Subject": self.alt},
            "png": {"Title": title, "Description": self.alt},
        }
        dots = min(200.0, 60000 / max(self.figure.get_size_inches()))  # what a PNG can hold
        with mpl.rc_context(settings), warnings.catch_warnings():
            # In an SVG the reader's fonts have what this one lacks; elsewhere a box is drawn.
            warnings.filterwarnings("ignore", "Glyph .* missing")
            self.figure.savefig(
                path, format=kind, dpi=dots, facecolor=palette.PAPER, metadata=metadata.get(kind)
            )


def forest(
    result: Result,
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
    result : Result
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
    if np.ndim(result.effect):
        raise ValueError("a forest plot shows one meta-analysis, not a batch of them")
    unknown = sorted(set(marks or {}) - set(result.study))
    if unknown:
        raise ValueError(f"there is no study {unknown[0]!r} to mark")
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
        rows=rows,
        total=total,
        prediction=interval,
        diamond=forest_draw.diamond(total),
        axis=shown,
        words=written,
        layout=place,
    )
