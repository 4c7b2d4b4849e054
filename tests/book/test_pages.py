"""What a reader gets: each page whole, readable without a network, with no link that breaks."""

import re
from copy import copy
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from built import PAGES, file_of, parsed, soup

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
    return {tag.get("id") or tag.get("name") for tag in parsed(file).select("[id], a[name]")}


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


def assets(page: BeautifulSoup):
    """What a browser fetches for a page without being asked; a link is followed only by a click."""
    for tag in page.find_all(["script", "img", "iframe", "source", "video", "audio", "embed"]):
        yield from filter(None, [tag.get("src"), *(tag.get("srcset") or "").split()])
    yield from (tag["data"] for tag in page.find_all("object"))
    yield from (tag["href"] for tag in page.find_all(["link", "image", "use"]) if tag.get("href"))


def local(file: Path, address: str) -> Path:
    """The file that an address on a page means."""
    path = unquote(urlsplit(address).path)
    return (file.parent / path).resolve() if path else file


def test_it_has_a_language_a_title_and_one_heading_above_all(page):
    assert page.html["lang"] == "en"
    assert page.title.text.strip()
    assert len(page.select("h1")) == 1
    assert page.h1.text.strip()


def test_it_describes_itself(page):
    assert page.select_one('meta[name="description"]')["content"].strip()


def test_no_cell_failed_or_warned(article):
    assert not article.select(".output.traceback, .output.stderr, .stderr")
    assert "Traceback (most recent call last)" not in article.text


def test_nothing_was_left_unresolved(article):
    prose = copy(article)
    for code in prose.select("pre, code, script, style"):
        code.extract()
    assert not UNRESOLVED.findall(prose.text)
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


def test_no_id_is_given_twice(page):
    every = [tag["id"] for tag in page.select("[id]")]
    assert len(every) == len(set(every)), {id_ for id_ in every if every.count(id_) > 1}


def test_nothing_is_fetched_from_elsewhere(page):
    assert not [address for address in assets(page) if REMOTE.match(address)]
    styles = [tag["style"] for tag in page.select("[style]")] + [tag.text for tag in page("style")]
    assert not [style for style in styles if REMOTE_IN_CSS.search(style)]
    assert not [tag.text for tag in page("script") if re.search(r"https?://", tag.text)]


def test_its_style_sheets_and_scripts_fetch_nothing_from_elsewhere(file, page):
    queue = [local(file, address) for address in assets(page) if urlsplit(address).scheme == ""]
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


def test_what_it_loads_is_there(file, page):
    addresses = [address for address in assets(page) if not address.startswith(("#", "data:"))]
    assert not [address for address in addresses if not local(file, address).exists()]


def test_its_links_lead_somewhere(file, page):
    for link in page.select("a[href]"):
        address = urlsplit(link["href"])
        if address.scheme:
            continue
        target = local(file, link["href"])
        assert target.exists(), link["href"]
        if "=" in address.fragment:  # a state of the explorer: test_claims_choices.py
            continue
        if address.fragment and target.suffix == ".html":
            assert unquote(address.fragment) in ids(target), link["href"]


def test_no_id_of_a_figure_or_table_is_used_on_two_pages():
    """One printable page may hold them all; one form stands on several pages, with its signs."""
    pages = [soup(name) for name in PAGES]
    every = [
        tag["id"]
        for page in pages
        for tag in page.select("svg [id], .book-table")
        if not tag.find_parent(class_="hundred-symbols")
    ]
    assert len(every) == len(set(every)), {id_ for id_ in every if every.count(id_) > 1}
