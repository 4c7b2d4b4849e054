"""The width of a line of text before it is drawn, and its breaking into lines.

Advances come straight from the font: measuring by drawing would cost as much again as the
drawing itself.
"""

from __future__ import annotations

import re
from functools import cache

from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags

SIZE = 9.0  # points, of the text in a figure
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


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
    """Width of a line of text in points."""
    return size * sum(_advance(character, bold) for character in text)


def wrap(text: str, limit: float, size: float = SIZE, bold: bool = False) -> list[str]:
    """Break a text into lines no wider than the limit; a word only if it must be.

    Examples
    --------
    >>> wrap("Permanent intracranial stenting", 100)
    ['Permanent', 'intracranial stenting']
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
