"""How to cite the book, and what a link to it shows."""

import pytest
import twobytwo
import yaml
from built import PAGES, ROOT, file_of, soup


@pytest.fixture
def citation():
    return yaml.safe_load((ROOT / "CITATION.cff").read_text())


def test_it_has_what_the_format_requires(citation):
    assert citation["cff-version"] == "1.2.0"
    assert all(citation[key] for key in ("message", "title", "authors"))


def test_it_names_this_version_and_the_paper(citation):
    assert citation["version"] == twobytwo.__version__
    said = " ".join(soup("chapters/glossary").select_one("#how-to-cite").text.split())
    assert citation["title"] in said
    assert f"Version {twobytwo.__version__}" in said
    (paper,) = citation["references"]
    assert paper["doi"] in (ROOT / "references.bib").read_text()


@pytest.mark.parametrize("name", PAGES)
def test_a_link_to_a_page_shows_its_title_words_and_a_picture(name):
    page = soup(name)
    card = {tag["property"]: tag["content"] for tag in page.select("meta[property^='og:']")}
    assert card["og:title"] in page.h1.text
    assert card["og:description"]
    assert (file_of(name).parent / card["og:image"]).resolve().exists()
