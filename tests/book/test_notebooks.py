"""The executed notebooks that nbval compares: one for each page, each with its outputs."""

from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    page
    for page in [ROOT / "index.md", *sorted((ROOT / "chapters").glob("*.md"))]
    if "{code-cell}" in page.read_text()
]
NOTEBOOKS = ROOT / "tests" / "notebooks"


def test_each_page_with_cells_has_a_notebook():
    committed = {path.stem for path in NOTEBOOKS.glob("*.ipynb")}
    assert committed == {page.stem for page in PAGES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_its_notebook_has_outputs_to_compare(page):
    # Without stored outputs nbval passes whatever the code prints.
    notebook = nbformat.read(NOTEBOOKS / f"{page.stem}.ipynb", 4)
    with_outputs = [cell for cell in notebook.cells if cell.outputs]
    assert with_outputs
    assert not [output for cell in notebook.cells for output in cell.outputs if "ename" in output]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_it_holds_is_no_drawing_but_its_words(page):
    assert "<path" not in (NOTEBOOKS / f"{page.stem}.ipynb").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_no_cell_is_kept_from_comparison(page):
    text = page.read_text()
    assert "NBVAL" not in text
    assert "nbval-" not in text
