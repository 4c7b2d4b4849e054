"""On paper every question shows its right answer with the reason, and no wrong one."""

from pathlib import Path

CHAPTERS = Path(__file__).parents[2] / "_build" / "html" / "chapters"
STATE = """() => [...document.querySelectorAll("ol.quiz details")].map(
    (box) => [box.classList.contains("right"), box.open, box.getAttribute("name")])"""


def test_printed_questions_show_the_right_answers(browser):
    page = browser.new_page()
    page.goto((CHAPTERS / "results.html").as_uri())
    before = page.evaluate(STATE)
    assert sum(right for right, *_ in before) > 1
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert all(right == opened for right, opened, _ in page.evaluate(STATE))
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(STATE) == before
    page.close()


def test_of_all_analyses_the_summary_is_printed(browser):
    page = browser.new_page()
    page.goto((CHAPTERS / "four-studies.html").as_uri())
    page.emulate_media(media="print")
    assert page.locator("#table-grid-short").is_visible()
    assert not page.locator(".tag_on-screen").is_visible()
    page.close()
