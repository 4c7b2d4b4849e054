"""The keyboard alone reaches everything, in the order of the page, and shows where it is."""

import pytest
from built import HTML

# What can take the focus, in the order of the page.
LISTED = """() => {
    window.stops = [...document.querySelectorAll(
        "a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex^='-'])"
    )].filter(e => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length)
        .filter(e => e.type != "radio" || e.checked);  // a group of them is one stop
    return stops.length;
}"""
# Where the focus is, and what hides it.
FOCUS = """() => {
    const e = document.activeElement, style = getComputedStyle(e), [box] = e.getClientRects();
    // The middle of what is on the screen of it.
    const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2;
    const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2;
    const at = document.elementFromPoint(x, y);
    const wrong = [];
    if ((style.outlineStyle == "none" || style.outlineWidth == "0px") && style.boxShadow == "none")
        wrong.push("no mark");
    if (!at || !(e.contains(at) || at.contains(e))) wrong.push("out of sight");
    return [stops.indexOf(e), wrong.join(), e.outerHTML.slice(0, 120)];
}"""
UNREACHED = """reached => [...document.querySelectorAll("main *")]
    .filter(e => e.scrollWidth > e.clientWidth + 1 && e.checkVisibility()
        && ["auto", "scroll"].includes(getComputedStyle(e).overflowX)
        && !reached.some(i => e.contains(stops[i])))
    .map(e => e.outerHTML.slice(0, 120))"""


@pytest.fixture(params=[1280, 390])
def narrow_and_wide(request, tab):
    tab.set_viewport_size({"width": request.param, "height": 900})


@pytest.mark.parametrize("name", ["index", "chapters/counts", "chapters/by-hand"])
def test_tab_goes_through_all_in_order_and_out_again(tab, narrow_and_wide, name):
    tab.goto((HTML / f"{name}.html").as_uri())
    tab.evaluate("document.fonts.ready")
    count = tab.evaluate(LISTED)
    reached = []
    for _ in range(count):
        tab.keyboard.press("Tab")
        position, wrong, element = tab.evaluate(FOCUS)
        assert not wrong, element
        reached.append(position)
    assert reached == list(range(count))
    assert not tab.evaluate(UNREACHED, reached)
    tab.keyboard.press("Tab")
    # Out of the page, or at its start again: no trap.
    assert tab.evaluate("stops.indexOf(document.activeElement)") in (-1, 0)


def test_the_contents_open_on_a_phone(tab):
    tab.set_viewport_size({"width": 390, "height": 900})
    tab.goto((HTML / "index.html").as_uri())
    chapter = tab.locator(".bd-sidebar-primary").get_by_text("Limitations")
    assert not chapter.is_visible()
    tab.locator(".primary-toggle").focus()
    tab.keyboard.press("Enter")
    chapter.wait_for(state="visible")


@pytest.mark.parametrize("name", ["index", "chapters/results", "chapters/counts", "search"])
def test_few_of_the_contents_are_in_sight_and_the_page_s_own_part(tab, name):
    tab.set_viewport_size({"width": 1280, "height": 900})
    tab.goto((HTML / f"{name}.html").as_uri())
    seen = tab.evaluate("""() => [...document.querySelectorAll("nav.bd-links :is(a, summary)")]
        .filter(e => e.checkVisibility()).map(e => e.className)""")
    assert 6 <= len(seen) <= 18
    assert name.startswith(("index", "search")) or any("current" in one for one in seen)


def test_one_key_opens_all_code_and_the_next_page_remembers(tab):
    folded = "[...document.querySelectorAll('details.code')].map(fold => fold.open)"
    tab.set_viewport_size({"width": 1280, "height": 900})
    for page, key, opened in [("counts", "Enter", True), ("results", "Space", False)]:
        tab.goto((HTML / "chapters" / f"{page}.html").as_uri())
        assert set(tab.evaluate(folded)) == {not opened}
        button = tab.locator(".btn-code-button")
        button.press(key)
        assert set(tab.evaluate(folded)) == {opened}
        assert button.get_attribute("aria-pressed") == str(opened).lower()
    tab.goto((HTML / "chapters" / "by-hand.html").as_uri())
    assert set(tab.evaluate(folded)) == {False}
