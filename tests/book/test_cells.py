"""The cells of the pages: each shown one is whole, what they tell is said, a notebook has all."""

import re

import nbformat
import pytest
from built import ROOT
from metabook import execute
from running import CHAPTERS, IN_STEPS, run

NOTEBOOKS = ROOT / "tests" / "notebooks"
USED = re.compile(r"\{glue:\w+\}\s*`?([\w-]+)")

every = pytest.mark.parametrize("page", execute.pages(ROOT), ids=lambda page: page.stem)


@pytest.mark.parametrize("page", sorted({page.stem for page in execute.pages(ROOT)} - IN_STEPS))
def test_each_shown_cell_runs_after_the_first_one_alone(page, monkeypatch):
    monkeypatch.chdir(CHAPTERS)
    run(page)


@every
def test_what_a_page_tells_is_what_it_says(page):
    outputs = [x for cell in execute.cells(execute.with_outputs(ROOT, page)) for x in cell.outputs]
    marked = [output.get("metadata", {}).get("scrapbook") for output in outputs]
    names = [mark["name"] for mark in marked if mark]
    assert len(names) == len(set(names)), "told twice"
    assert set(USED.findall(page.read_text("utf-8"))) == set(names), "told or used alone"


def test_each_page_with_cells_has_a_notebook():
    committed = {path.stem for path in NOTEBOOKS.glob("*.ipynb")}
    assert committed == {page.stem for page in execute.pages(ROOT)}


@every
def test_its_notebook_has_outputs_to_compare_and_words_for_drawings(page):
    # Without stored outputs nbval passes whatever the code prints.
    text = (NOTEBOOKS / f"{page.stem}.ipynb").read_text()
    outputs = [x for cell in nbformat.reads(text, 4).cells for x in cell.outputs]
    assert outputs
    assert not [output for output in outputs if "ename" in output]
    assert "<path" not in text
    assert not re.search("NBVAL|nbval-", page.read_text()), "a cell is kept from comparison"
