"""A drawn figure with its words, and the file it is written to."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from os import PathLike
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from twobytwo.plots import palette


@dataclass(frozen=True, eq=False)
class Drawn:
    """A drawn figure.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        Made without pyplot, on no background.
    alt : str
        The figure in words.
    title : str
        What a file's metadata say.
    """

    figure: Figure
    alt: str
    title: str

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
        metadata: dict[str, dict[str, Any]] = {
            "svg": {"Date": None, "Title": self.title, "Description": self.alt},
            "pdf": {"CreationDate": None, "Title": self.title, "Subject": self.alt},
            "png": {"Title": self.title, "Description": self.alt},
        }
        dots = min(200.0, 60000 / max(self.figure.get_size_inches()))  # what a PNG can hold
        with mpl.rc_context(settings), warnings.catch_warnings():
            # In an SVG the reader's fonts have what this one lacks; elsewhere a box is drawn.
            warnings.filterwarnings("ignore", "Glyph .* missing")
            self.figure.savefig(
                path, format=kind, dpi=dots, facecolor=palette.PAPER, metadata=metadata.get(kind)
            )
