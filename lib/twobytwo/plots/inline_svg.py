"""A matplotlib figure as inline SVG that belongs to an HTML page.

The words stay text, in the page's font and ink; the palette follows the light and the
dark mode; the bytes are the same on every run, so an executed notebook can be compared.
"""

from __future__ import annotations

import io
import re
import warnings
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from html import escape
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from twobytwo.plots import palette

SVG = "http://www.w3.org/2000/svg"
XLINK_HREF = "{http://www.w3.org/1999/xlink}href"

# What the page's style sheet may change, with the drawn color where there is none.
COLORS = {
    palette.INK: "currentColor",
    "#000000": "currentColor",
    palette.MUTED: f"var(--muted,{palette.MUTED})",
    palette.GRID: f"var(--grid,{palette.GRID})",
    palette.PAPER: f"var(--paper,{palette.PAPER})",
    palette.TREATMENT: f"var(--treatment,{palette.TREATMENT})",
    palette.CONTROL: f"var(--control,{palette.CONTROL})",
    palette.POOLED: f"var(--pooled,{palette.POOLED})",
    palette.PREDICTION: f"var(--prediction,{palette.PREDICTION})",
    palette.SECOND: f"var(--second,{palette.SECOND})",
    palette.THIRD: f"var(--third,{palette.THIRD})",
}

# Text as text; ids from a fixed salt; no date: identical bytes on every run.
REPRODUCIBLE: Any = {"svg.fonttype": "none", "svg.hashsalt": "twobytwo"}
NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}

# The ids that something refers to are hashes; the others (figure_1, a `gid`) repeat.
HASHED_ID = re.compile(r"[a-z]+[0-9a-f]{10}")


def inline(
    drawing: Figure,
    name: str,
    alt: str,
    colors: Mapping[str, str] = COLORS,
    *,
    shrink: bool = False,
    style: str = "",
) -> str:
    """Write a figure as an SVG element for an HTML page.

    Parameters
    ----------
    drawing : matplotlib.figure.Figure
        Made without pyplot.
    name : str
        Unique on the page: the prefix of every id in the drawing.
    alt : str
        Read aloud in place of the drawing.
    colors : mapping of str to str
        The page's color for each drawn one; the palette's custom properties by default.
    shrink : bool
        Never wider than its place, whatever the page's style sheet says of figures.
    style : str
        Rules that the drawing brings along; they hold in the whole page.

    Returns
    -------
    str
        Well-formed; the same on every run.

    Examples
    --------
    >>> svg = inline(Figure(figsize=(1, 1)), "empty", "An <empty> figure.")
    >>> 'aria-label="An &lt;empty&gt; figure."' in svg
    True
    """
    return _inline(_draw(drawing), name, alt, colors, shrink, style)


def _draw(drawing: Figure) -> ET.Element:
    """Let matplotlib write the SVG, and parse it."""
    out = io.StringIO()
    with mpl.rc_context(REPRODUCIBLE), warnings.catch_warnings():
        # The reader's fonts have what this one lacks.
        warnings.filterwarnings("ignore", "Glyph .* missing")
        drawing.savefig(out, format="svg", transparent=True, metadata=NO_METADATA)
    return ET.fromstring(out.getvalue())


def _inline(
    svg: ET.Element, name: str, alt: str, colors: Mapping[str, str], shrink: bool, style: str
) -> str:
    """Fit the SVG into a page: its ids, its colors, its fonts, its size."""
    for defs in svg.findall(f"{{{SVG}}}defs"):
        if defs.find(f"{{{SVG}}}style") is not None:
            svg.remove(defs)  # it would style the whole page
    for element in svg.iter():
        element.text = _without_blank(element.text)
        element.tail = _without_blank(element.tail)
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
        old = dict(element.attrib)
        element.attrib.clear()
        for key, value in old.items():
            _set(element, key, value, name, colors)
    width, height = svg.attrib["viewBox"].split()[2:]
    svg.attrib.clear()
    fit = ' style="max-width:100%;height:auto"' if shrink else ""
    root = (
        '<div class="figure-scroll">'
        f'<svg xmlns="{SVG}" class="figure" role="img" aria-label="{escape(alt)}"'
        f' width="{width}pt" viewBox="0 0 {width} {height}"{fit}'
        ' font-family="sans-serif" fill="currentColor" stroke-linejoin="round">'
    )
    rules = f"<style>{style}</style>" if style else ""
    children = (ET.tostring(child, encoding="unicode") for child in svg)
    return root + rules + "".join(children) + "</svg></div>"


def _set(element: ET.Element, key: str, value: str, name: str, colors: Mapping[str, str]) -> None:
    """Set one attribute as the page wants it, or leave it out."""
    if key == "id":
        if HASHED_ID.fullmatch(value):
            element.set("id", f"{name}-{value}")
        return
    if key == XLINK_HREF:
        element.set("href", value.replace("#", f"#{name}-"))
        return
    if key == "style":
        value = _page_style(value, colors)
    if not value.startswith("rotate(-0 "):
        short = _short(" ".join(value.split()))
        element.set(key, short.replace("url(#", f"url(#{name}-"))


def _page_style(style: str, colors: Mapping[str, str]) -> str:
    """The page's colors for the drawn ones; the page's font, so none of its own."""
    rules = [rule for rule in style.split("; ") if not rule.startswith("font-family")]
    return re.sub(r"#[0-9a-f]{6}", lambda color: colors.get(color[0], color[0]), "; ".join(rules))


def _short(value: str) -> str:
    """A hundredth of a point is finer than any screen."""
    return re.sub(r"-?\d+\.\d+", lambda number: f"{round(float(number[0]), 2):g}", value)


def _without_blank(text: str | None) -> str | None:
    return text if text and text.strip() else None
