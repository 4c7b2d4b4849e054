"""The search works where the book was opened as a file: both spellings, numbers, excerpts."""

from pathlib import Path

import pytest
from built import HTML

PAGE = (HTML / "search.html").as_uri()


@pytest.fixture(scope="module")
def tab(browser):
    tab = browser.new_page()
    failed = []
    tab.on("requestfailed", lambda request: failed.append(request.url))
    tab.on("pageerror", lambda error: failed.append(str(error)))
    tab.goto(f"{PAGE}?q=hemorrhage")
    yield tab
    assert not failed
    tab.close()


def listed(tab):
    assert tab.locator("#search-results [role=status]").count() == 1
    return tab.eval_on_selector_all(
        ".search-list > li",
        """items => items.map(item =>
        [item.querySelector("a").getAttribute("href"), item.querySelector("p").innerText])""",
    )


@pytest.fixture(scope="module")
def search(tab):
    """Type a query, and read what is found."""
    asked = listed(tab)

    def results(query):
        tab.locator(".bd-search-container input[name=q]").fill(query)
        return listed(tab)

    assert results("hemorrhage") == asked  # by the address, and by typing
    return results


@pytest.mark.parametrize(
    ("one", "other"),
    [("haemorrhage", "hemorrhage"), ("randomised", "randomized"), ("Röver", "rover")],
)
def test_both_spellings_find_the_same(search, one, other):
    found = [address for address, _ in search(one)]
    assert found
    assert found == [address for address, _ in search(other)]


@pytest.mark.parametrize("number", ["0.39", "2.87"])
def test_a_number_of_the_first_page_is_found_as_it_is_printed(search, number):
    found = search(number)
    assert len(found) > 2
    assert all(number in excerpt for _, excerpt in found[:3])


@pytest.mark.parametrize(
    ("words", "page"),
    [
        ("time window", "what-it-means"),
        ("antiplatelet drugs", "what-it-means"),
        ("tirofiban", "results"),
        ("reocclusion", "what-it-means"),
        ("anaesthesia", "what-it-means"),
        ("basilar", "what-it-means"),
        ("tandem occlusion", "what-it-means"),
        ("balloon angioplasty", "results"),
        ("dissection", "evidence-since"),
        ("thrombectomy failed", "index"),
        ("guideline", "evidence-since"),
        ("number needed to treat", "robustness"),
        ("NNT", "robustness"),
        ("certainty of evidence", "what-it-means"),
    ],
)
def test_a_clinician_s_words_are_found_where_the_sources_are_told(search, words, page):
    pages = [Path(address.partition("#")[0]).stem for address, _ in search(words)]
    assert page in list(dict.fromkeys(pages))[:4]


def test_an_excerpt_shows_the_words_that_were_asked_for(search):
    _, excerpt = search("fragility index")[0]
    assert "fragility" in excerpt.lower()


def test_results_lead_to_sections_that_exist(search):
    for address, _ in search("prediction interval"):
        page, _, anchor = address.partition("#")
        html = (HTML / page).read_text()
        assert not anchor or f'id="{anchor}"' in html


def test_nothing_found_is_said(search):
    assert search("xylophone") == []
