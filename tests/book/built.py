"""The built pages: each is parsed once, whichever tests ask."""

from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
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
