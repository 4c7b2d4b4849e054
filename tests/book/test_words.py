"""Numbers and figures of the prose: each that a page tells is used, each used is told."""

import re
from pathlib import Path

import pytest
from jupyter_cache import get_cache
from jupyter_cache.readers import get_reader
from metabook import execute

ROOT = Path(__file__).parents[2]
USED = re.compile(r"\{glue:\w+\}\s*`?([\w-]+)")
# Pages that still tell what they do not say; one that is mended goes from this list.
UNMENDED: set[str] = set()


def told(page):
    """The names that the executed page has glued."""
    notebook = get_reader(execute.READER)(str(page))
    _, executed = get_cache(execute.cache_of(ROOT)).merge_match_into_notebook(notebook)
    outputs = [output for cell in execute.cells(executed) for output in cell.outputs]
    marked = [output.get("metadata", {}).get("scrapbook") for output in outputs]
    return [mark["name"] for mark in marked if mark]


@pytest.mark.parametrize("page", execute.pages(ROOT), ids=lambda page: page.stem)
def test_what_a_page_tells_is_what_it_says(page):
    names = told(page)
    assert len(names) == len(set(names)), "told twice"
    used = set(USED.findall(page.read_text("utf-8")))
    assert used <= set(names), "used and not told"
    assert (set(names) - used != set()) == (page.stem in UNMENDED), set(names) - used
