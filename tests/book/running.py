"""Run the cells of a page, and see what it computes and what it tells."""

import re
from functools import cache
from pathlib import Path
from unittest.mock import patch

CHAPTERS = Path(__file__).parents[2] / "chapters"
HEAD = r"(?:---\n.*?\n---\n|:[^\n]*\n)*"  # of a cell: what is to become of it
CELL = re.compile(rf"^```\{{code-cell\}}[^\n]*\n({HEAD})(.*?)^```$", re.S | re.M)


@cache
def run(page):
    """The variables of a page after its last cell, and its words by name."""
    told, names = {}, {}
    cells = CELL.findall((CHAPTERS / f"{page}.md").read_text())
    source = "\n".join(cell for _, cell in cells)
    with patch("metabook.words.glue", lambda name, value, **_: told.__setitem__(name, value)):
        exec(compile(source, f"{page}.md", "exec"), names)
    words = {key: v.replace("\u00a0", " ") for key, v in told.items() if isinstance(v, str)}
    return names, words | {key: v for key, v in told.items() if not isinstance(v, str)}
