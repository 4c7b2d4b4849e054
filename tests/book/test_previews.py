"""A link to the glossary carries the definition, a citation its reference."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).parents[2]
HTML = ROOT / "_build" / "html"


def soup(name):
    return BeautifulSoup((HTML / f"{name}.html").read_text(), "html.parser")


@pytest.fixture(scope="module")
def meanings():
    """What the glossary says, by the place of the term."""
    found = {}
    for term in soup("chapters/glossary").select("dl.glossary dt"):
        found[term["id"]] = " ".join(term.find_next_sibling("dd").text.split())
    return found


@pytest.fixture(scope="module")
def links():
    pages = [soup(name) for name in parse_toc_yaml(ROOT / "_toc.yml")]
    return [link for page in pages for link in page.select("article a.internal[href]")]


def test_a_term_carries_its_definition(links, meanings):
    terms = [link for link in links if link.select_one(".std-term")]
    assert terms
    for link in terms:
        assert link["title"] == meanings[link["href"].partition("#")[2]]


def test_a_citation_carries_its_reference(links):
    cited = [link for link in links if "glossary.html#id" in link["href"]]
    assert cited
    for link in cited:
        assert any(year in link["title"] for year in link.text.split()), link
