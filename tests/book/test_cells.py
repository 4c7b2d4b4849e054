"""A cell that a page shows is whole: it runs after the page's first cell alone."""

import pytest
from running import CELL, CHAPTERS

# Where a cell goes on from the one before it.
IN_STEPS = {"by-hand", "library", "robustness"}
SHOWN = {
    page.stem: [
        cell for head, cell in CELL.findall(page.read_text("utf-8")) if "remove-input" not in head
    ]
    for page in sorted(CHAPTERS.glob("*.md"))
    if page.stem not in IN_STEPS
}


@pytest.mark.parametrize("page", [page for page, cells in SHOWN.items() if len(cells) > 1])
def test_each_cell_runs_after_the_first_one_alone(page, monkeypatch):
    monkeypatch.chdir(CHAPTERS)
    names, (first, *others) = {}, SHOWN[page]
    exec(compile(first, f"{page}.md", "exec"), names)
    for cell in others:
        exec(compile(cell, f"{page}.md", "exec"), dict(names))
