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
from typing import Any

from bs4 import BeautifulSoup, Tag
from docutils import nodes
from sphinx.application import Sphinx

TEXT = "search-text.js"
# What is no prose of a page: code, drawings (whose numbers stand in a table), what a click does.
SILENT = (
    "details.code, .cell_input, svg, script, style, .headerlink, .take-away, .pad, "
    "[data-exercise] details"
)
# What ends with a space when its tags go.
BLOCKS = ("p", "li", "dt", "dd", "td", "th", "caption", "figcaption", "summary", "div", "pre")


def setup(app: Sphinx) -> dict[str, bool]:
    """Collect the words of each page, and write them when all pages stand."""
    app.connect("html-page-context", collect, priority=900)  # after what mends the body
    app.connect("build-finished", write)
    app.connect("env-purge-doc", lambda app, env, page: _texts(app).pop(page, None))
    # A page that is not built anew keeps its words; with them the environment is pickled.
    return {"parallel_read_safe": True, "parallel_write_safe": False}


def _texts(app: Sphinx) -> dict[str, list[dict[str, str]]]:
    env: Any = app.env
    if not hasattr(env, "search_texts"):
        env.search_texts = {}
    texts: dict[str, list[dict[str, str]]] = env.search_texts
    return texts


def collect(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Keep the sections of a page."""
    if doctree is not None and app.builder.format == "html":
        _texts(app)[page] = sections(context["body"])


def sections(body: str) -> list[dict[str, str]]:
    """The sections of a page, each with its own words only.

    Parameters
    ----------
    body : str
        HTML.

    Returns
    -------
    list of dict
        ``id``, ``title`` and ``text``; the first is the page itself.

    Examples
    --------
    >>> inner = '<section id="b"><h2>Two</h2>y</section>'
    >>> sections(f'<section id="a"><h1>One</h1><p>x</p>{inner}</section>')
    [{'id': 'a', 'title': 'One', 'text': 'x'}, {'id': 'b', 'title': 'Two', 'text': 'y'}]
    """
    soup = BeautifulSoup(body, "html.parser")
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
    texts = _texts(app)
    entries = [
        {"page": page, "of": texts[page][0]["title"], **section}
        for page in app.env.collect_relations()
        if page in texts
        for section in texts[page]
    ]
    script = f"const searchTexts = {json.dumps(entries, ensure_ascii=False)};\n"
    out = Path(app.outdir)
    (out / "_static" / TEXT).write_text(script.replace("</", "<\\/"), "utf-8")
    for unused in ("searchindex.js", "_static/searchtools.js", "_static/language_data.js"):
        (out / unused).unlink(missing_ok=True)
