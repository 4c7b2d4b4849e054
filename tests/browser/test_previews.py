"""What a link leads to, shown beside it: by pointer, by keyboard, away with Escape."""

import pytest
from built import HTML

PAGE = (HTML / "chapters" / "methods.html").as_uri()
SHOWN = ".preview:popover-open"
PLACES = """[...document.querySelectorAll("article *")]
    .map(e => JSON.stringify(e.getBoundingClientRect()))"""
PATIENCE = 400  # milliseconds: longer than a preview waits


@pytest.fixture
def link(tab):
    tab.mouse.move(0, 0)
    tab.goto(PAGE)
    link = tab.locator("article a[aria-describedby]").first
    link.scroll_into_view_if_needed()
    return link


def test_hover_shows_it_and_moves_nothing(tab, link):
    before = tab.evaluate(PLACES)
    link.hover()
    tab.wait_for_selector(SHOWN)
    assert tab.evaluate(PLACES) == before
    assert "Protocol" in tab.locator(SHOWN).inner_text()


def test_it_stays_in_sight_and_does_not_cover_its_link(tab, link):
    link.hover()
    box, line = tab.wait_for_selector(SHOWN).bounding_box(), link.bounding_box()
    assert 0 <= box["x"] <= 1280 - box["width"]
    assert 0 <= box["y"] <= 900 - box["height"]
    assert box["y"] + box["height"] <= line["y"] or line["y"] + line["height"] <= box["y"]


def test_the_pointer_may_enter_it_and_ends_it_by_leaving(tab, link):
    link.hover()
    tab.locator(SHOWN).hover()
    tab.wait_for_timeout(PATIENCE)
    assert tab.locator(SHOWN).count() == 1
    tab.mouse.move(0, 0)
    tab.wait_for_selector(SHOWN, state="hidden")


def test_keyboard_focus_shows_it_until_the_focus_moves_on(tab, link):
    described = link.get_attribute("aria-describedby")
    tab.keyboard.press("Tab")  # from here on the focus is seen
    link.focus()
    assert tab.locator(SHOWN).get_attribute("id") == described
    assert tab.locator(SHOWN).get_attribute("role") == "tooltip"
    link.blur()
    assert tab.locator(SHOWN).count() == 0


@pytest.mark.parametrize("by", ["hover", "focus"])
def test_escape_sends_it_away(tab, link, by):
    tab.keyboard.press("Tab")
    getattr(link, by)()
    tab.wait_for_selector(SHOWN)
    tab.keyboard.press("Escape")
    assert tab.locator(SHOWN).count() == 0


def test_a_touch_shows_nothing(tab, link):
    link.dispatch_event("pointerenter", {"pointerType": "touch"})
    tab.wait_for_timeout(PATIENCE)
    assert tab.locator(SHOWN).count() == 0
