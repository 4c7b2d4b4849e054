"""Search that works from a file: every section's words in one script, found with excerpts.

Sphinx's own search fetches each page for its excerpts, which a browser refuses where the book
was opened as a file, and splits numbers at their decimal point. Here the words of each section
are written to ``_static/search-text.js``; ``static/search.js`` searches them with MiniSearch.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import copy
from pathlib import Path
from typing import Any, cast

from bs4 import Tag
from docutils import nodes
from sphinx.application import Sphinx

from metabook.extensions.parsed import parsed

TEXT = "search-text.js"
START = "const searchTexts = "
# What is no prose of a page: code, what a click does.
SILENT = (
    "details.code, .cell_input, script, style, .headerlink, .take-away, .pad, "
    "[data-exercise] details"
)
# What ends with a space when its tags go.
BLOCKS = ("p", "li", "dt", "dd", "td", "th", "caption", "figcaption", "summary", "div", "pre")


def setup(app: Sphinx) -> dict[str, bool]:
    """Collect the words of each page, and write them when all pages stand."""
    app.connect("builder-inited", replace_index)
    app.connect("html-collect-pages", lambda app: [("search", {}, "search.html")])
    app.connect("html-page-context", collect, priority=900)  # after what mends the body
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": False}


def replace_index(app: Sphinx) -> None:
    """Make none of Sphinx's own index; a page that is not written anew keeps its words."""
    builder: Any = app.builder
    builder.search, builder.search_texts = False, {}
    written = Path(app.outdir) / "_static" / TEXT
    if written.exists():
        for entry in json.loads(written.read_text("utf-8").removeprefix(START).rstrip(";\n")):
            builder.search_texts.setdefault(entry["page"], []).append(entry)


def collect(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Keep the sections of a page."""
    if doctree is not None and app.builder.format == "html":
        found, builder = sections(context["body"]), cast(Any, app.builder)
        builder.search_texts[page] = [
            {"page": page, "of": found[0]["title"], **one} for one in found
        ]


def sections(body: str) -> list[dict[str, str]]:
    """The sections of a page, each with its own words only; the first is the page itself.

    Examples
    --------
    >>> inner = '<section id="b"><h2>Two</h2>y</section>'
    >>> sections(f'<section id="a"><h1>One</h1><p>x</p>{inner}</section>')
    [{'id': 'a', 'title': 'One', 'text': 'x'}, {'id': 'b', 'title': 'Two', 'text': 'y'}]
    """
    soup = copy(parsed(body)[0])
    for silent in soup.select(SILENT):
        silent.decompose()
    for block in soup.find_all(BLOCKS):
        block.append(" ")
    found = []
    for section in soup.find_all("section"):
        heading = section.find(["h1", "h2", "h3", "h4"], recursive=False)
        if heading is None:
            continue
        own = " ".join(_own(section, heading))
        found.append(
            {
                "id": str(section.get("id", "")),
                "title": " ".join(heading.get_text().split()),
                "text": " ".join(own.split()),
            }
        )
    return found


def _own(section: Tag, heading: Tag) -> Iterator[str]:
    """The words of a section without those of its heading and of sections in it."""
    for child in section.children:
        if child is heading or (isinstance(child, Tag) and child.name == "section"):
            continue
        if isinstance(child, Tag) and child.find("section"):
            within = copy(child)
            for inner in within.find_all("section"):
                inner.decompose()
            yield within.get_text()
        else:
            yield child.get_text()


def write(app: Sphinx, error: Exception | None) -> None:
    """Write the words of all pages, in the order of the book."""
    if error or app.builder.format != "html":
        return
    texts = cast(Any, app.builder).search_texts
    entries = [one for page in app.env.collect_relations() for one in texts.get(page, ())]
    script = f"{START}{json.dumps(entries, ensure_ascii=False)};\n"
    (Path(app.outdir) / "_static" / TEXT).write_text(script.replace("</", "<\\/"), "utf-8")
    for unused in ("searchtools.js", "language_data.js"):
        (Path(app.outdir) / "_static" / unused).unlink(missing_ok=True)
