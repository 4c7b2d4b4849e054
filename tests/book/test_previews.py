"""A link to the glossary carries the definition, a citation its reference."""

import pytest
from built import PAGES, soup


@pytest.fixture(scope="module")
def meanings():
    """What the glossary says, by the place of the term."""
    found = {}
    for term in soup("chapters/glossary").select("dl.glossary dt"):
        found[term["id"]] = " ".join(term.find_next_sibling("dd").text.split())
    return found


@pytest.fixture(scope="module")
def links():
    return [link for name in PAGES for link in soup(name).select("article a.internal[href]")]


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
