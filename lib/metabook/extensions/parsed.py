"""A built page, parsed once for all that read its words, its drawings set aside.

Of a page most tags are in its drawings, and none of its words.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bs4 import BeautifulSoup

DRAWING = re.compile(r"(?s)(<svg\b[^>]*)>.*?</svg>")


@lru_cache(maxsize=1)
def parsed(body: str) -> tuple[BeautifulSoup, list[str]]:
    """A page whose drawings are empty and numbered, and the drawings; copy it to change it.

    Examples
    --------
    >>> page, drawings = parsed('<p>Deaths <svg role="img"><path/></svg></p>')
    >>> print(page)
    <p>Deaths <svg data-drawing="0" role="img"></svg></p>
    >>> drawings
    ['<svg role="img"><path/></svg>']
    """
    drawings: list[str] = []

    def emptied(drawing: re.Match[str]) -> str:
        drawings.append(drawing[0])
        return f'{drawing[1]} data-drawing="{len(drawings) - 1}"></svg>'

    return BeautifulSoup(DRAWING.sub(emptied, body), "html.parser"), drawings
