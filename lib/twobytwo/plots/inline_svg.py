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
    color: f"var(--{name.lower()},{color})"
    for name, color in vars(palette).items()
    if name.isupper()
} | dict.fromkeys((palette.INK, "#000000"), "currentColor")

# Text as text; ids from a fixed salt; no date: identical bytes on every run.
REPRODUCIBLE: Any = {"svg.fonttype": "none", "svg.hashsalt": "twobytwo"}
NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}

# The ids that something refers to are hashes; the others (figure_1, a `gid`) repeat.
HASHED_ID = re.compile(r"[a-z]+[0-9a-f]{10}")
DECIMAL = re.compile(r"-?\d+\.\d+")  # a hundredth of a point is finer than any screen


def inline(
    drawing: Figure,
    name: str,
    alt: str,
    colors: Mapping[str, str] = COLORS,
    *,
    shrink: bool = False,
    style: str = "",
) -> str:
    """Write a figure, made without pyplot, as a well-formed SVG element for an HTML page.

    It is the same on every run. Its name, unique on the page, is the prefix of every id in it; its
    alt text is read aloud in place of it; `colors` are the page's for the drawn ones, by default
    the palette's custom properties. If it may `shrink` it is never wider than its place, whatever
    the page's style sheet says of figures. The rules of `style` hold in the whole page.

    Examples
    --------
    >>> svg = inline(Figure(figsize=(1, 1)), "empty", "An <empty> figure.")
    >>> 'aria-label="An &lt;empty&gt; figure."' in svg
    True
    """
    svg = _parsed(drawing)
    for defs in svg.findall(f"{{{SVG}}}defs"):
        if defs.find(f"{{{SVG}}}style") is not None:
            svg.remove(defs)  # it would style the whole page
    for element in svg.iter():
        element.text = element.text if (element.text or "").strip() else None
        element.tail = element.tail if (element.tail or "").strip() else None
        element.tag = element.tag.removeprefix(f"{{{SVG}}}")
        old = dict(element.attrib)
        element.attrib.clear()
        for key, value in old.items():
            _set(element, key, value, name, colors)
    width, height = svg.attrib["viewBox"].split()[2:]
    fit = ' style="max-width:100%;height:auto"' if shrink else ""
    rules = f"<style>{style}</style>" if style else ""
    children = "".join(ET.tostring(child, encoding="unicode") for child in svg)
    return (
        '<div class="figure-scroll">'
        f'<svg xmlns="{SVG}" class="figure" role="img" aria-label="{escape(alt)}"'
        f' width="{width}pt" viewBox="0 0 {width} {height}"{fit}'
        ' font-family="sans-serif" fill="currentColor" stroke-linejoin="round">'
        f"{rules}{children}</svg></div>"
    )


def _parsed(drawing: Figure) -> ET.Element:
    """What matplotlib writes."""
    out = io.StringIO()
    with mpl.rc_context(REPRODUCIBLE), warnings.catch_warnings():
        # The reader's fonts have what this one lacks.
        warnings.filterwarnings("ignore", "Glyph .* missing")
        drawing.savefig(out, format="svg", transparent=True, metadata=NO_METADATA)
    return ET.fromstring(out.getvalue())


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
        # The page's colors for the drawn ones; the page's font, so none of its own.
        rules = [rule for rule in value.split("; ") if not rule.startswith("font-family")]
        value = re.sub("#[0-9a-f]{6}", lambda one: colors.get(one[0], one[0]), "; ".join(rules))
    if not value.startswith("rotate(-0 "):
        short = DECIMAL.sub(lambda one: f"{round(float(one[0]), 2):g}", " ".join(value.split()))
        element.set(key, short.replace("url(#", f"url(#{name}-"))
