"""Every page in a browser: open to everyone, whole without a network, fit for a phone."""

from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from sphinx_external_toc.parsing import parse_toc_yaml

ROOT = Path(__file__).parents[2]
PAGES = list(parse_toc_yaml(ROOT / "_toc.yml"))

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# In the dark only colors change.
COLORS = ["color-contrast"]
# preload: false, because a page opened as a file may not fetch its own style sheets.
AXE = """rules => axe.run(document, {runOnly: rules, preload: false, resultTypes: ["violations"]})
    .then(found => found.violations.map(v => [v.id, v.nodes.map(node => node.html)]))"""

# The book's own files; and the theme logs its steps.
EXPECTED = ("file:", "data:", "log:", "debug:", "info:")


@pytest.fixture(scope="class")
def tab(browser):
    """One tab that opens page after page, and notes what it should not see."""
    tab = browser.new_page(reduced_motion="reduce")
    tab.noted = []
    tab.add_init_script(AXE_SCRIPT)
    tab.on("console", lambda said: tab.noted.append(f"{said.type}: {said.text}"))
    tab.on("pageerror", lambda error: tab.noted.append(str(error)))
    tab.on("request", lambda request: tab.noted.append(request.url))
    yield tab
    tab.close()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
class TestPage:
    """Each page is opened once, in light, and then it gets dark."""

    def test_is_open_to_everyone_and_whole(self, tab, name, width):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(color_scheme="light")
        tab.noted.clear()
        tab.goto((ROOT / "_build" / "html" / f"{name}.html").as_uri())
        for scheme, rules in (("light", RULES), ("dark", COLORS)):
            tab.emulate_media(color_scheme=scheme)
            tab.wait_for_function(f"document.documentElement.dataset.theme === '{scheme}'")
            assert tab.evaluate("document.documentElement.scrollWidth") <= width
            assert not tab.evaluate(AXE, rules), scheme
        assert not [noted for noted in tab.noted if not noted.startswith(EXPECTED)]
