"""A matplotlib figure on a page of the book: its name, its alt text, its inline SVG."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from matplotlib.figure import Figure as Drawing
from twobytwo.plots.drawn import Drawn
from twobytwo.plots.inline_svg import COLORS, inline


class Figure:
    """A drawing with a name and a description, shown as inline SVG.

    Parameters
    ----------
    drawing : matplotlib.figure.Figure
        The figure, made without pyplot.
    name : str
        Lower-case words joined by hyphens, unique in the whole book: it is the prefix
        of every id in the drawing.
    alt : str
        What the figure shows, made from the data it shows. It is read aloud in place
        of the drawing, and it is the ``repr``, so a notebook comparison sees the data.
    phone : matplotlib.figure.Figure, optional
        The same for a narrow screen.
    colors : mapping of str to str
        The page's color for each drawn one.
    """

    def __init__(
        self,
        drawing: Drawing,
        name: str,
        alt: str,
        phone: Drawing | None = None,
        colors: Mapping[str, str] = COLORS,
    ) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9-]*", name):
            raise ValueError(f"a figure's name is lower-case words joined by hyphens, not {name!r}")
        self.name = name
        self.alt = " ".join(alt.split())
        if not self.alt:
            raise ValueError(f"the figure {name!r} has no alt text")
        self._drawing = drawing
        if phone is None:
            self._svg = inline(drawing, name, self.alt, colors)
        else:
            both = Drawn(figure=drawing, alt=self.alt, title=name, numbers={}, phone=lambda: phone)
            self._svg = both.html(name, colors)

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        return self._svg

    def save(self, path: str | Path) -> None:
        """Write the drawing to a file, for a slide: .png, .svg or .pdf, by the name's end."""
        self._drawing.savefig(path, dpi=300)
