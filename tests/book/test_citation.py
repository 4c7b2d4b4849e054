"""How to cite the book."""

import pytest
import twobytwo
import yaml
from built import ROOT, soup


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
