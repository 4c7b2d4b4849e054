"""A drawing: letters and marks in points, the words and numbers it shows, its file, its HTML.

Places count in points from the left and from the top edge. There is no Axes: setting one up
takes longer than drawing a forest plot, and every place is known before anything is drawn.
"""

from __future__ import annotations

import hashlib
import re
import textwrap
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib as mpl
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, findSystemFonts, fontManager, get_font
from matplotlib.ft2font import LoadFlags
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Transform

from twobytwo.plots import palette
from twobytwo.plots.inline_svg import COLORS, REPRODUCIBLE, inline

if TYPE_CHECKING:
    import pandas as pd

SIZE = 9.0  # points, of the text in a figure
DASHES: Any = (0, (4, 3))
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
SHRINKS = 0.885  # of its width, to which a wide drawing may shrink: its text is 10 px high then

Point = tuple[float, float]


# Letters.


@cache
def _advance(character: str, bold: bool) -> float:
    """How far a character moves the pen, in ems."""
    font = get_font(findfont(FontProperties(size=SIZE, weight="bold" if bold else "normal")))
    code = ord(character)
    if font.get_char_index(code) == 0:
        return 1.0  # another font will draw it: as wide as the widest scripts
    font.set_size(100, 72)
    return float(font.load_char(code, flags=LoadFlags.NO_HINTING).linearHoriAdvance) / 65536 / 100


def width(text: str, size: float = SIZE, bold: bool = False) -> float:
    """Width of a line of text in points, without drawing it."""
    return size * sum(_advance(character, bold) for character in text)


def wrap(text: str, limit: float, size: float = SIZE, bold: bool = False) -> list[str]:
    """Break a text into lines no wider than the limit; a word only if it must be.

    Examples
    --------
    >>> wrap("Recurrent intestinal bleeding", 100)
    ['Recurrent intestinal', 'bleeding']
    """
    lines = [""]
    for word in text.split(" "):
        line = f"{lines[-1]} {word}".strip(" ")
        if width(line, size, bold) <= limit:
            lines[-1] = line
            continue
        if lines[-1]:
            lines.append("")
        for character in word:
            if lines[-1] and width(lines[-1] + character, size, bold) > limit:
                lines.append("")
            lines[-1] += character
    return lines


def one_line(text: str) -> str:
    """A text without line breaks, and without what an SVG cannot hold."""
    return UNPRINTABLE.sub("\ufffd", " ".join(text.split()))


def _usual() -> str:
    return str(get_font(findfont(FontProperties())).family_name)


@cache
def _has(path: str, character: str) -> bool:
    return bool(get_font(path).get_char_index(ord(character)))


@cache
def _add_installed() -> None:
    """Tell matplotlib of fonts that were installed since it last looked for them."""
    known = {font.fname for font in fontManager.ttflist}
    for path in sorted(set(findSystemFonts()) - known):
        with suppress(RuntimeError, OSError, ValueError):  # a font that it cannot read
            fontManager.addfont(path)


def _substitute(character: str) -> str | None:
    """An installed sans serif that has a character, the first by name."""
    _add_installed()
    some = {(font.name, font.fname) for font in fontManager.ttflist if "Sans" in font.name}
    return next((name for name, path in sorted(some) if _has(path, character)), None)


@cache
def fonts(text: str) -> tuple[list[str], str]:
    """The fonts that a text needs, and the characters that none of them has.

    The usual font comes first, then the installed ones that have what it lacks; for a missing
    character a PNG or PDF shows a box.

    Examples
    --------
    >>> fonts("Öğretmenoğlu 2018")
    (['DejaVu Sans'], '')
    """
    families, missing = [_usual()], ""
    for character in dict.fromkeys(text):
        if character.isspace() or any(_has(findfont(name), character) for name in families):
            continue
        name = _substitute(character)
        if name is None:
            missing += character
        else:
            families.append(name)
    return families, missing


# Ink.


class Label(NamedTuple):
    """A line of text on its baseline."""

    x: float
    y: float
    text: str
    size: float = SIZE
    bold: bool = False
    color: str = palette.INK
    align: str = "left"


class Lines(NamedTuple):
    """Straight lines of one kind."""

    name: str
    ends: Sequence[tuple[Point, Point]]
    color: str
    width: float
    dashed: bool = False


class Shapes(NamedTuple):
    """Filled shapes of one kind, by their corners."""

    name: str
    corners: Sequence[Sequence[Point]]
    color: str


Ink = Label | Lines | Shapes


def blank(wide: float, high: float) -> tuple[Figure, Transform]:
    """A figure without a background, and where points from its left and top edge are."""
    figure = Figure(figsize=(wide / 72, high / 72), facecolor="none")
    flip = Affine2D().scale(1 / 72, -1 / 72).translate(0, high / 72)
    return figure, flip + figure.dpi_scale_trans


def draw(wide: float, high: float, ink: Iterable[Ink]) -> Figure:
    """Draw from the back to the front; width and height in points."""
    figure, points = blank(wide, high)
    for mark in ink:
        if isinstance(mark, Label):
            # A study's name is a name, not a formula.
            figure.text(
                mark.x, mark.y, mark.text, transform=points, size=mark.size, color=mark.color,
                weight="bold" if mark.bold else "normal", ha=mark.align, va="baseline",
                parse_math=False,
            )  # fmt: skip
        elif isinstance(mark, Lines) and mark.ends:
            style: Any = {"linestyles": [DASHES]} if mark.dashed else {}
            lines = LineCollection(mark.ends, transform=points, colors=mark.color, **style)
            lines.set(linewidths=mark.width, gid=mark.name, zorder=1)
            figure.add_artist(lines)
        elif isinstance(mark, Shapes) and mark.corners:
            # Exact to a fraction of a pixel.
            shapes = PolyCollection(mark.corners, snap=False, facecolors=mark.color, linewidths=0)
            shapes.set(transform=points, gid=mark.name, zorder=1)
            figure.add_artist(shapes)
    return figure


# The drawing.


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Drawn:
    """A drawing that shows itself: in a terminal its words, in a notebook the figure.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        Made without pyplot, on no background.
    alt : str
        The figure in words.
    title : str
        What a file's metadata say.
    numbers : mapping of str to array_like
        The columns of `to_frame`.
    phone : callable or None
        Draws the same for a narrow screen, where there is another way to.
    """

    figure: Figure
    alt: str
    title: str
    numbers: Mapping[str, Any]
    phone: Callable[[], Figure] | None = None

    def __repr__(self) -> str:
        return f"{self.title}\n\n{textwrap.fill(self.alt, 88)}"

    def _repr_html_(self) -> str:
        return self.html()

    def html(self, name: str = "", colors: Mapping[str, str] = COLORS) -> str:
        """The drawing as inline SVG; where it has a narrow form, CSS shows the one that fits.

        Parameters
        ----------
        name : str
            Unique on the page: the prefix of every id. By default made from the alt text.
        colors : mapping of str to str
            The page's color for each drawn one.

        Returns
        -------
        str
            An element that may stand in a ``<figure>``; the same bytes on every run. Of the
            two forms exactly one is displayed, and so read aloud; on paper the wide one.
        """
        name = name or f"figure-{hashlib.sha256(self.alt.encode()).hexdigest()[:10]}"
        if self.phone is None:
            return inline(self.figure, name, self.alt, colors, shrink=True)
        least = int(self.figure.get_figwidth() * 96 * SHRINKS)
        style = (
            f".{name}-narrow{{display:none}}"
            f"@container (max-width:{least}px){{"
            f".{name}-narrow{{display:block}}.{name}-wide{{display:none}}}}"
            f"@media print{{.{name}-narrow{{display:none!important}}"
            f".{name}-wide{{display:block!important}}}}"
        )
        # A style sheet is allowed inside an SVG element, and not in the body around it.
        wide = inline(self.figure, name, self.alt, colors, shrink=True, style=style)
        narrow = inline(self.phone(), f"{name}-n", self.alt, colors, shrink=True)
        return (
            '<div class="figure-fits" style="container-type:inline-size">'
            f'<div class="{name}-wide">{wide}</div><div class="{name}-narrow">{narrow}</div></div>'
        )

    def to_frame(self) -> pd.DataFrame:
        """The numbers drawn, a pandas DataFrame."""
        import pandas as pd  # half a second, for those who ask

        return pd.DataFrame(dict(self.numbers))

    @property
    def missing(self) -> str:
        """The characters that no installed font has: a PNG or PDF shows boxes for them."""
        return fonts("".join(text.get_text() for text in self.figure.findobj(Text)))[1]

    def save(self, path: str | PathLike[str]) -> None:
        """Write a file that stands alone: on paper white, with the alt text inside.

        Its name ends in ``.svg``, ``.png`` or ``.pdf``. The same result gives the same bytes; text
        stays text.
        """
        kind = str(path).rpartition(".")[2].lower()
        settings = REPRODUCIBLE | {"pdf.fonttype": 42}
        metadata: dict[str, dict[str, Any]] = {
            "svg": {"Date": None, "Title": self.title, "Description": self.alt},
            "pdf": {"CreationDate": None, "Title": self.title, "Subject": self.alt},
            "png": {"Title": self.title, "Description": self.alt},
        }
        dots = min(200.0, 60000 / max(self.figure.get_size_inches()))  # what a PNG can hold
        # In an SVG the reader's own fonts have what this one lacks.
        texts = [] if kind == "svg" else self.figure.findobj(Text)
        with mpl.rc_context(settings), warnings.catch_warnings(), _with_substitutes(texts):
            warnings.filterwarnings("ignore", "Glyph .* missing")  # told by `missing`
            self.figure.savefig(
                path, format=kind, dpi=dots, facecolor=palette.PAPER, metadata=metadata.get(kind)
            )


@contextmanager
def _with_substitutes(texts: Iterable[Text]) -> Iterator[None]:
    """While a file is written, letters that the usual font lacks come from another one."""
    needy = {text: families for text in texts if len(families := fonts(text.get_text())[0]) > 1}
    before = [text.get_fontfamily() for text in needy]
    for text, families in needy.items():
        text.set_fontfamily(families)
    try:
        yield
    finally:
        for text, family in zip(needy, before, strict=True):
            text.set_fontfamily(family)
