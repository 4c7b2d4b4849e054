"""On paper every question shows its right answer with the reason, and no wrong one."""

from built import HTML

STATE = """() => [...document.querySelectorAll("ol.quiz details")].map(
    (box) => [box.classList.contains("right"), box.open, box.getAttribute("name")])"""


def test_printed_questions_show_the_right_answers(tab):
    tab.goto((HTML / "chapters" / "results.html").as_uri())
    before = tab.evaluate(STATE)
    assert sum(right for right, *_ in before) > 1
    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert all(right == opened for right, opened, _ in tab.evaluate(STATE))
    tab.evaluate("dispatchEvent(new Event('afterprint'))")
    assert tab.evaluate(STATE) == before


def test_of_all_analyses_the_summary_is_printed(tab):
    tab.goto((HTML / "chapters" / "four-studies.html").as_uri())
    tab.emulate_media(media="print")
    assert tab.locator("#table-grid-short").is_visible()
    assert not tab.locator(".tag_on-screen").is_visible()
