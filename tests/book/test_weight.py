"""What a reader has to load: a page with all it needs, and the whole site."""

from urllib.parse import urlsplit

import pytest
from built import HTML, PAGES, file_of, parsed

MEGABYTE = 1_000_000


def loaded(page):
    """The page and the files that it names."""
    found = parsed(page)
    named = [tag["src"] for tag in found.select("script[src], img[src]")]
    named += [tag["href"] for tag in found.select("link[rel=stylesheet], link[rel=icon]")]
    return {page, *((page.parent / urlsplit(address).path).resolve() for address in named)}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_all_it_loads_is_light(name):
    files = loaded(file_of(name))
    # Fonts are named by style sheets: that of the formulas, and that of the icons.
    fonts = [HTML / "_static" / "math.woff2", *HTML.glob("_static/**/fa-solid-900.woff2")]
    assert len(fonts) == 2
    assert sum(file.stat().st_size for file in {*files, *fonts}) < MEGABYTE


def test_what_single_pages_need_beside_the_others_is_light():
    """Scripts and style sheets, and the form that they work on."""
    files = {page: loaded(page) - {page} for page in map(file_of, PAGES)}
    everywhere = set.intersection(*files.values())
    added = {
        page.stem: sum(file.stat().st_size for file in some - everywhere)
        + sum(len(str(form).encode()) for form in forms(page))
        for page, some in files.items()
    }
    assert added["your-own-counts"] > 50_000  # the measure sees the heaviest
    assert not {name: size for name, size in added.items() if size > 100_000}


def forms(page):
    """What a script works on, with the data that it reads."""
    return parsed(page).select("[data-own-counts], [data-hundred]")


def test_the_site_is_light():
    assert sum(file.stat().st_size for file in HTML.rglob("*") if file.is_file()) < 15 * MEGABYTE
