"""Every page in a browser: open to everyone, whole without a network, fit for a phone."""

import pytest
from axe import COLORS, broken
from built import PAGES, file_of

PHONE, SMALLEST = 390, 10  # px
# Of each figure in sight: its edges, and the size of its smallest words.
DRAWN = """() => [...document.querySelectorAll("svg.figure")]
    .filter(e => e.getClientRects().length).map(drawing => {
        const {left, right, width} = drawing.getBoundingClientRect();
        const scale = width / drawing.viewBox.baseVal.width;
        const sizes = [...drawing.querySelectorAll("text")].filter(t => t.textContent.trim())
            .map(t => parseFloat(getComputedStyle(t).fontSize) * scale);
        return [drawing.ariaLabel.slice(0, 60), left, right, Math.min(...sizes)];
    })"""


# The tables that have more columns than room.
SCROLLING = """() => [...document.querySelectorAll(".bd-article table")].filter(table => {
        const room = table.closest("div");
        return room.scrollWidth > room.clientWidth + 1;
    }).map(table => table.textContent.trim().slice(0, 60))"""


@pytest.mark.parametrize("name", PAGES)
def test_it_is_open_to_everyone_and_whole(tab, name):
    """Each page is opened once, on a phone, with every fold open, and is then made wide."""
    tab.noted.clear()
    tab.set_viewport_size({"width": PHONE, "height": 900})
    tab.emulate_media(color_scheme="light")
    tab.goto(file_of(name).as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    tab.evaluate("document.fonts.ready")
    for alt, left, right, smallest in tab.evaluate(DRAWN):
        assert left >= 0, alt
        assert right <= PHONE, alt
        assert smallest >= SMALLEST, alt
    for width in (PHONE, 1280):
        tab.set_viewport_size({"width": width, "height": 900})
        assert width == PHONE or not tab.evaluate(SCROLLING)
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        assert not broken(tab), width
    tab.emulate_media(color_scheme="dark")
    tab.wait_for_function("document.documentElement.dataset.theme === 'dark'")
    for width in (1280, PHONE):
        tab.set_viewport_size({"width": width, "height": 900})
        assert not broken(tab, COLORS), width
    assert not tab.noted
