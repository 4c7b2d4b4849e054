"""The glossary holds every abbreviation of the book, and is a click away where a word is new."""

import re
from functools import cache

import pytest
from built import PAGES, ROOT, soup, strings

# The list of references has other people's words, and so has the list of functions.
OWN = [page for page in PAGES if page != "chapters/library"]
# What a student reads one after the other.
LADDER = ["index", *(f"chapters/{name}" for name in (
    "methods", "counts", "by-hand", "results", "robustness", "delays", "limitations",
))]  # fmt: skip

ABBREVIATION = re.compile(r"\b([A-Z]{2,6})s?\b")
# What a reader does not need spelt out: places, files, journals, misprints, numerals.
PLAIN = {"USA", "UK", "JAMA", "ASPECT", "README", "II", "III", "IIB", "CC", "BY", "TRUE"}
# Parts of identifiers and of a guideline's grades.
PLAIN |= {"PMID", "STR", "NR"}
# Parts of the names of studies, drugs' doses and registries, which the pages themselves explain.
NAMES = {"ANGEL", "REBOOT", "PISTAR", "SAINT", "PC", "SEARCH", "RESCUE", "ICAS", "ETIS", "GSR"}
NAMES |= {"RISIS", "MR", "CLEAN", "ESCAPE", "EXTEND", "SWIFT", "PRIME", "REVASCAT"}
# Societies that write guidelines, by the names they are known by.
NAMES |= {"AHA", "ASA", "ESO", "ESMINT"}
NAMES |= {"SVIN", "ECASS", "ISIS", "MAGIC", "TPT"}
# Examples of what the library says.
NAMES |= {"ALDER", "NAME"}
# The processor on which the speed was measured.
NAMES |= {"AMD", "EPYC"}
# Words that a page teaches in so many words.
TAUGHT = {
    # Within "odds ratio", spelt out beside mRS, in the title of a page.
    "index": {"odds", "modified Rankin Scale", "arm"},
    "chapters/methods": {"reperfusion", "arm", "modified Rankin Scale"},
    "chapters/counts": {"2x2 table", "basis", "recovered by inversion"},
    "chapters/by-hand": {
        "log scale",
        "variance",
        "zero cell",
        "weight",
        "odds",
        "prediction interval",
    },  # only under a printed table
    "chapters/results": {"standard deviation"},  # only in the note that spells SD out
    "chapters/robustness": {
        "leave-one-out",
        "prediction interval",
        "funnel plot",
        "E-value",
        "fragility index",
    },
    "chapters/limitations": {
        "target trial",
        "ROBINS-I",
        "standardized difference",
        "Fisher’s exact test",
    },
}
OTHER = ["pre", "code", "script", "style", "svg", "math", ".sig", ".take-away", ".citation"]
OTHER += ["#how-to-cite", "#every-file-of-data"]


def article(page):
    return soup(page).select_one("article")


@cache
def words(page):
    """What a page says, without code, formulas, drawings and the names of its files."""
    return " ".join(" ".join(strings(article(page), *OTHER)).split())


@cache
def terms():
    """The glossary's terms, by their places in it."""
    entries = article("chapters/glossary").select("dl.glossary > dt")
    return {entry["id"]: entry.get_text(strip=True).rstrip("#") for entry in entries}


def linked(page):
    """The glossary's terms that a page links to."""
    links = article(page).select("a[href*='glossary.html#term-']")
    return {terms()[link["href"].split("#")[1]] for link in links}


def known():
    return {part for term in terms().values() for part in re.findall(r"[A-Z]{2,}", term)}


@pytest.mark.parametrize("page", OWN)
def test_each_abbreviation_is_in_the_glossary(page):
    unknown = set(ABBREVIATION.findall(words(page))) - known() - PLAIN - NAMES
    assert not unknown, "add them to chapters/glossary.md"


def test_the_search_finds_an_abbreviation_and_its_plural():
    assert ABBREVIATION.findall("Two RCTs of an XYZ, not IoT.") == ["RCT", "XYZ"]


def test_no_exception_is_in_the_glossary_too():
    assert not (PLAIN | NAMES) & known()


def test_the_glossary_is_in_the_order_of_the_alphabet():
    page = (ROOT / "chapters" / "glossary.md").read_text()
    entries = page.split(":::{glossary}\n")[1].split("\n:::")[0]
    heads = re.findall(r"(?:\A|\n\n)(.+)\n", entries)
    letters = [re.sub(r"[^a-z0-9τ]", "", head.lower()) for head in heads]
    assert letters == sorted(letters)


def use(term):
    """A term in a text, also in the plural or with a hyphen."""
    pattern = re.escape(term).replace(r"\ ", "[ -]")
    return re.compile(rf"\b{pattern}s?\b", re.IGNORECASE if term.islower() else 0)


def spelt_out(term, page):
    """Whether a page says what an abbreviation means: "… (SICH)" or "SICH: …"."""
    return f"({term})" in words(page) or f" {term}: " in words(page)


def new_on(page):
    """The glossary's terms that no page of the first part used before this one."""
    before = " ".join(words(earlier) for earlier in LADDER[: LADDER.index(page)])
    return {
        term
        for term in terms().values()
        if len(term) > 2 and use(term).search(words(page)) and not use(term).search(before)
    }


@pytest.mark.parametrize("page", LADDER)
def test_a_word_of_the_field_is_explained_where_it_is_first_used(page):
    explained = linked(page) | TAUGHT.get(page, set())
    assert not {term for term in new_on(page) - explained if not spelt_out(term, page)}
