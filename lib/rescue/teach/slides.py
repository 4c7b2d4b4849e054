"""Ten slides with notes, each about a figure; their words are in ``data/slides.csv``."""

from __future__ import annotations

from collections.abc import Callable

from metabook import data
from metabook.quiz import numbers

from rescue.beyond import randomized
from rescue.teach.handouts import page


def slides(drawing: Callable[[str], str]) -> str:
    """The slides as one page that needs nothing else; `drawing` gives a figure's SVG."""
    words = numbers() | randomized.words()
    rows = [
        {key: text.format_map(words) for key, text in row.items()}
        | {"drawing": drawing(row["figure"])}
        for row in data.rows("slides.csv")
    ]
    return page("slides.html", slides=rows)
