"""What a chapter's prose may and may not say: its numbers come from code."""

import re

import pytest
from built import ROOT

PAGES = [ROOT / "index.md", *sorted((ROOT / "chapters").glob("*.md"))]

# What is not prose: front matter, cells, formulas, roles, directives and their options, links.
NOT_PROSE = [
    r"\A---\n.*?\n---\n",
    r"```\{(?:code-cell|math)\}.*?\n```",
    r"```\n.*?\n```",
    r"\$\$.*?\$\$",
    r"\$[^$]+\$",
    r"\{[a-z:]+\}`[^`]*`",
    r"`[^`]*`",
    r"^\s*[:`]{3,}[^\n]*$",
    r"^:[a-z-]+:[^\n]*$",
    r"^\.\. [a-z]+::[^\n]*$",
    r"\]\([^)]*\)",
]
# What is prose: the caption of a figure, for one.
DIRECTIVE = re.compile(r"^```\{(?!code-cell|math)[^\n]*\n(.*?)^```$", re.S | re.M)
# Digits that name a thing, and numbers that are rules rather than results.
NAMES = [
    r"mRS\)? (?:of )?0 ?(?:to|-) ?[23]|0 to 2|score of 0 to 2",
    r"mTICI[^.]*?2b|2b\b",
    r"2x2",
    r"RevMan\)? 5(?:\.3)?|Review Manager \(RevMan\) 5(?:\.3)?",
    r"(?:Figures?|Table|Step) \d(?: and \d)?",
    r"(?:Baracchini|Chang|Cornelissen|Mohammaden|Peng)\s(?:19|20)\d\d",
    r"\bfrom (?:19|20)\d\d\b|\bsince 2019\b",
    r"\bM[12]\b",
    r"1,000|\b100 patients",
    r"\b95 ?%",
    r"\b1\.96\b",
    r"\b0\.5\b",
    r"\b90 days",
    r"\b48 hours",
    r"\b(?:below|above) 1\b|\b(?:in|ex)cludes? 1\b|\bof 1\b|\bcloser to 1\b",
    r"first two are 1\b|the last is 0\b",
    r"^> .*Version \d+\.\d+\.\d+, 20\d\d|\bCC0\b",
    r"^\d\. ",
    r"(?:CC BY|BSD-)\S* ?\d(?:\.0)?",
]
# The glossary defines scales: there the numbers are the definitions.
TOLD = [page for page in PAGES if page.name != "glossary.md"]


def prose(text: str) -> str:
    """A page without what is not prose."""
    text = DIRECTIVE.sub(r"\1", text)
    for pattern in NOT_PROSE + NAMES:
        text = re.sub(pattern, " ", text, flags=re.S | re.M)
    return text


@pytest.mark.parametrize("page", TOLD, ids=lambda page: page.stem)
def test_no_number_in_prose_is_typed_by_hand(page):
    typed = [
        line.strip() for line in prose(page.read_text()).splitlines() if re.search(r"\d", line)
    ]
    assert not typed, "numbers typed by hand; take them from code by glue"


def test_the_search_for_typed_numbers_finds_one_also_in_and_after_a_directive():
    page = "Of 17 dead.\n```{glue:figure} forest\n:name: f\n\nOR 0.39 in Chang 2018.\n```\n\n"
    page += ":::{note}\n18\n:::\n19\n```{code-cell}\n20\n```\n\n21"
    assert re.findall(r"[\d.]*\d", prose(page)) == ["17", "0.39", "18", "19", "21"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_core_chapter_stays_short(page):
    words = re.findall(r"[A-Za-z]{2,}", prose(page.read_text()))
    assert len(words) <= 1800


CHAPTERS = ["methods", "counts", "by-hand", "results", "robustness", "delays", "limitations"]


PARTS = ["**The question.**", "**You will learn**", "## How to report it", "## Take-away"]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_chapter_has_the_parts_of_the_skeleton(chapter):
    text = (ROOT / "chapters" / f"{chapter}.md").read_text()
    assert not [part for part in PARTS if part not in text]


@pytest.mark.parametrize("page", ["index", "results", "limitations"])
def test_a_statement_of_benefit_names_the_randomized_trial(page):
    path = ROOT / ("index.md" if page == "index" else f"chapters/{page}.md")
    assert "ANGEL-REBOOT" in path.read_text() or "{cite}`Gao2024`" in path.read_text()
