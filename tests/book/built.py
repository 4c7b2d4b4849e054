"""The built pages: each is parsed once, whichever tests ask."""

from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, NavigableString, Tag
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"
PAGES = list(parse_toc_yaml(ROOT / "_toc.yml"))


def file_of(page):
    file = HTML / f"{page}.html"
    if not file.exists():
        pytest.fail(f"{page} is not built: run `make book` first", pytrace=False)
    return file


@cache
def parsed(file):
    """A file's tree, which nobody may change."""
    return BeautifulSoup(file.read_text(), "html.parser")


def soup(page):
    return parsed(file_of(page))


def strings(tag, *without):
    """What a tag says, but for some within it: by name, or by `.class` or `#id`."""
    for one in tag.children:
        if type(one) is NavigableString:
            yield one
        elif isinstance(one, Tag):
            marks = {one.name, f"#{one.get('id')}", *(f".{name}" for name in one.get("class", ()))}
            if marks.isdisjoint(without):
                yield from strings(one, *without)
