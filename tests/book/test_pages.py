"""What a reader gets: each page whole, light, readable without a network, no link that breaks."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from built import HTML, PAGES, file_of, parsed, soup, strings

MEGABYTE = 1_000_000
REMOTE = re.compile(r"(?:https?:)?//")
# In a style sheet or a script, what fetches from elsewhere; a comment or a link may name a site.
REMOTE_IN_CSS = re.compile(r"""(?:url\(\s*["']?|@import\s+["'])(?:https?:)?//""")
REMOTE_IN_JS = re.compile(
    r"""(?:fetch|import|importScripts|\.src\s*=)\s*\(?\s*["'`](?:https?:)?//"""
)
IMPORTED = re.compile(r"""@import\s+(?:url\()?["']?([^"')]+)""")
# What stays in a page when a role or a directive was not understood.
UNRESOLVED = re.compile(r"\{(?:glue|numref|ref|doc|eq|cite|term)[\w:]*\}|\]\{\.|:::|\{\{|%s")
FILE_NAME = re.compile(r"\S+\.(?:png|svg|jpe?g|gif|webp)|[0-9a-f]{16,}", re.IGNORECASE)


@cache
def ids(file: Path) -> set[str]:
    page = parsed(file)
    names = {tag["name"] for tag in page.find_all("a", attrs={"name": True})}
    return names | {tag["id"] for tag in page.find_all(id=True)}


@pytest.fixture(params=PAGES)
def file(request) -> Path:
    """The file of one page."""
    return file_of(request.param)


@pytest.fixture
def page(file) -> BeautifulSoup:
    return parsed(file)


@pytest.fixture
def article(page) -> Tag:
    return page.select_one("article")


@cache
def assets(file: Path) -> list[str]:
    """What a browser fetches for a page without being asked; a link is followed only by a click."""
    named = {"object": "data", "link": "href", "image": "href", "use": "href"}
    named |= dict.fromkeys(["script", "img", "iframe", "source", "video", "audio", "embed"], "src")
    found = []
    for tag in parsed(file).find_all([*named]):
        found += [tag.get(named[tag.name]), *(tag.get("srcset") or "").split()]
    return [*filter(None, found)]


def local(file: Path, address: str) -> Path:
    """The file that an address on a page means."""
    path = unquote(urlsplit(address).path)
    return (file.parent / path).resolve() if path else file


def test_it_has_one_heading_above_all_and_describes_itself(file, page):
    (heading,) = page("h1")
    assert heading.text.strip()
    meta = {tag.get("name") or tag.get("property"): tag.get("content") for tag in page("meta")}
    assert meta["description"].strip()
    # What a link to it shows elsewhere.
    assert meta["og:title"] in heading.text
    assert meta["og:description"]
    assert local(file, meta["og:image"]).exists()


def test_no_cell_failed_or_warned(article):
    assert not article(class_=["traceback", "stderr"])
    assert "Traceback (most recent call last)" not in article.text


def test_nothing_was_left_unresolved(article):
    assert not UNRESOLVED.findall("".join(strings(article, "pre", "code", "script", "style")))
    assert not article.select(".problematic, .system-message")
    assert not [tag.text for tag in article.select("span.xref") if not tag.find_parent("a")]


def test_every_image_is_described(article):
    images = article.select("img, svg:not([aria-hidden=true])")
    for image in images:
        alt = image.get("alt") if image.name == "img" else image.get("aria-label")
        assert image.name == "img" or image.get("role") == "img"
        assert (alt or "").strip(), image
        assert not FILE_NAME.fullmatch(alt.strip()), alt


def test_figures_and_tables_have_captions(article):
    assert all(
        figure.select_one("figcaption .caption-number") for figure in article.select("figure")
    )
    assert all(
        table.select_one("caption .caption-number") for table in article.select(".book-table")
    )


def test_nothing_is_fetched_from_elsewhere(file, page):
    assert not [address for address in assets(file) if REMOTE.match(address)]
    styles = [tag["style"] for tag in page(style=True)] + [tag.text for tag in page("style")]
    assert not [style for style in styles if REMOTE_IN_CSS.search(style)]
    assert not [tag.text for tag in page("script") if re.search(r"https?://", tag.text)]


def test_its_style_sheets_and_scripts_fetch_nothing_from_elsewhere(file):
    queue = [local(file, address) for address in assets(file) if urlsplit(address).scheme == ""]
    seen = set()
    while queue:
        asset = queue.pop()
        if asset in seen or asset.suffix not in (".css", ".js"):
            continue
        seen.add(asset)
        text = asset.read_text()
        assert not (REMOTE_IN_CSS if asset.suffix == ".css" else REMOTE_IN_JS).search(text), asset
        if asset.suffix == ".css":
            queue += [local(asset, address) for address in IMPORTED.findall(text)]
    assert {asset.suffix for asset in seen} == {".css", ".js"}


def test_what_it_loads_is_there(file):
    addresses = [address for address in assets(file) if not address.startswith(("#", "data:"))]
    assert not [address for address in addresses if not local(file, address).exists()]


def test_its_links_lead_somewhere(file, page):
    for link in page("a", href=True):
        address = urlsplit(link["href"])
        if address.scheme:
            continue
        target = local(file, link["href"])
        assert target.exists(), link["href"]
        if "=" in address.fragment:  # a state of the explorer: tests/browser
            continue
        if address.fragment and target.suffix == ".html":
            assert unquote(address.fragment) in ids(target), link["href"]


def test_no_id_of_a_figure_or_table_is_used_on_two_pages():
    """One printable page may hold them all; one form stands on several pages, with its signs."""
    every = [
        tag["id"]
        for name in PAGES
        for tag in soup(name).select("svg [id], .book-table")
        if not tag.find_parent(class_="hundred-symbols")
    ]
    assert len(every) == len(set(every)), {id_ for id_ in every if every.count(id_) > 1}


# ---- what a link to the glossary carries: a term its definition, a citation its reference


@pytest.fixture(scope="module")
def links() -> list[Tag]:
    return [link for name in PAGES for link in soup(name).select("article a.internal[href]")]


def test_a_term_carries_its_definition(links):
    places = soup("chapters/glossary").select("dl.glossary dt")
    definitions = {at["id"]: " ".join(at.find_next_sibling("dd").text.split()) for at in places}
    terms = [link for link in links if link.select_one(".std-term")]
    assert terms
    for link in terms:
        assert link["title"] == definitions[link["href"].partition("#")[2]]


def test_a_citation_carries_its_reference(links):
    cited = [link for link in links if "glossary.html#id" in link["href"]]
    assert cited
    for link in cited:
        assert any(year in link["title"] for year in link.text.split()), link


# ---- what a reader has to load


@cache
def loaded(file: Path) -> set[Path]:
    """The page and the files that it names."""
    page = parsed(file)
    named = [tag["src"] for tag in page(["script", "img"], src=True)]
    named += [link["href"] for link in page("link", rel=["stylesheet", "icon"])]
    return {file, *(local(file, address) for address in named)}


def test_a_page_with_all_it_loads_is_light(file):
    # Fonts are named by style sheets: that of the formulas, and that of the icons.
    fonts = [HTML / "_static" / "math.woff2", *HTML.glob("_static/**/fa-solid-900.woff2")]
    assert len(fonts) == 2
    assert sum(file.stat().st_size for file in {*loaded(file), *fonts}) < MEGABYTE


def test_what_single_pages_need_beside_the_others_is_light():
    """Scripts and style sheets, and the form that they work on, with the data that it reads."""
    files = {file: loaded(file) - {file} for file in map(file_of, PAGES)}
    everywhere = set.intersection(*files.values())
    added = {
        file.stem: sum(path.stat().st_size for path in some - everywhere)
        + sum(
            len(str(form).encode())
            for form in parsed(file).select("[data-own-counts], [data-hundred]")
        )
        for file, some in files.items()
    }
    assert added["your-own-counts"] > 50_000  # the measure sees the heaviest
    assert not {name: size for name, size in added.items() if size > 100_000}


def test_the_site_is_light():
    assert sum(file.stat().st_size for file in HTML.rglob("*") if file.is_file()) < 15 * MEGABYTE
