"""On a phone every figure is whole, and its words are large enough to read."""

from pathlib import Path

import pytest
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).parents[2]
PHONE, SMALLEST = 390, 10  # px
# Of each figure in sight: its edges, and the size of its smallest words.
DRAWN = """() => {
    document.querySelectorAll("details").forEach(fold => { fold.open = true; });
    return [...document.querySelectorAll("svg.figure")].filter(e => e.getClientRects().length)
        .map(drawing => {
            const {left, right, width} = drawing.getBoundingClientRect();
            const scale = width / drawing.viewBox.baseVal.width;
            const sizes = [...drawing.querySelectorAll("text")].filter(t => t.textContent.trim())
                .map(t => parseFloat(getComputedStyle(t).fontSize) * scale);
            return [drawing.ariaLabel.slice(0, 60), left, right, Math.min(...sizes)];
        });
}"""


@pytest.fixture(scope="module")
def tab(browser):
    tab = browser.new_page(viewport={"width": PHONE, "height": 844})
    yield tab
    tab.close()


@pytest.mark.parametrize("name", list(parse_toc_yaml(ROOT / "_toc.yml")))
def test_every_figure_is_whole_on_a_phone(tab, name):
    tab.goto((ROOT / "_build" / "html" / f"{name}.html").as_uri())
    tab.evaluate("document.fonts.ready")
    for alt, left, right, smallest in tab.evaluate(DRAWN):
        assert left >= 0, alt
        assert right <= PHONE, alt
        assert smallest >= SMALLEST, alt
