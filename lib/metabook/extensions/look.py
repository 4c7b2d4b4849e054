"""How pages look and what they load: the style sheet, the templates, the description.

The templates replace pieces of the theme, so that every page is complete without a
network, loads no script it can do without, and names its parts for screen readers.

The book says in its settings what is its own: in ``metabook_card`` the picture that a link to
the book shows, in ``metabook_card_alt`` what is seen in it.
"""

from __future__ import annotations

import re
from html import escape
from pathlib import Path
from typing import Any, cast

from bs4 import BeautifulSoup, Tag
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

HERE = Path(__file__).parent

# What stands on a page, and what the page loads for it.
NEEDS: dict[str, tuple[str, ...]] = {
    "data-own-counts": (
        "twobytwo.js", "numbers.js", "forest-plot.js", "forest-axis.js", "column-names.js",
        "counts-table.js", "own-counts.js", "explorer.css", "own-counts.css",
    ),
    "data-exercise": ("exercises.js", "exercises.css"),
    "data-explorer": (
        "twobytwo.js", "numbers.js", "forest-plot.js", "explorer.js", "explorer.css",
    ),
    "data-hundred": ("hundred.js", "hundred.css"),
    'class="ledger-filter': ("ledger.js",),
}  # fmt: skip

IN_SIGHT = 18  # entries of the list of contents; of more, the parts are folded

# In the body of a page, what fails a check of accessibility or of HTML, and what passes.
MENDS = (
    (r'<div role="list" class="citation-list">', '<div class="citation-list">'),
    (r' role="doc-biblioentry"', ""),
    # What a drawing or a frame of pandas brings along for a notebook; here book.css has it.
    (r' style="container-type:inline-size"', ""),
    (r"(?s)<style scoped>.*?</style>\s*", ""),
    (r'(<t[hd][^>]*) halign="\w+"', r"\1"),
    (r"<th(?![^>]*data-own)([^>]*)>\s*(?:<p>\s*</p>)?\s*</th>", r"<td\1></td>"),
)
CITATION = re.compile(r'(<span class="bibtex-citation") id="(id\d+)"')


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the book's own files and mends to what the theme does."""
    app.add_config_value("metabook_card", "", "html", str)
    app.add_config_value("metabook_card_alt", "", "html", str)
    app.connect("config-inited", add_paths)
    app.add_css_file("book.css", priority=900)
    app.add_js_file("book.js", loading_method="defer")
    app.connect("html-page-context", load_own_files)
    app.connect("html-page-context", mend_body)
    app.connect("html-page-context", describe)
    app.connect("html-page-context", fold_parts, priority=600)  # after the theme's contents
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def add_paths(app: Sphinx, config: Config) -> None:
    """Let the book's files come before the theme's."""
    config.templates_path.insert(0, str(HERE / "templates"))
    config.html_static_path.append(str(HERE / "static"))
    if config.metabook_card:
        config.html_static_path.append(config.metabook_card)


def load_own_files(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Load what this page alone needs: files added in this event are added to one page."""
    needed = (
        file for mark, files in NEEDS.items() if mark in context.get("body", "") for file in files
    )
    for file in needed:
        if file.endswith(".css"):
            app.add_css_file(file, priority=901)
        else:
            app.add_js_file(file, loading_method="defer")


def mend_body(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Mend what docutils writes about roles and headers."""
    if "body" in context:
        for wrong, right in MENDS:
            context["body"] = re.sub(wrong, right, context["body"])
        context["body"] = without_idle_ids(context["body"])


def without_idle_ids(body: str) -> str:
    """Drop the ids of citations that nothing leads to: a function's docstring may give them too.

    Examples
    --------
    >>> without_idle_ids('<span class="bibtex-citation" id="id1"><a href="#r1" id="id1">')
    '<span class="bibtex-citation"><a href="#r1" id="id1">'
    """
    return CITATION.sub(lambda found: found[0] if f'href="#{found[2]}"' in body else found[1], body)


def fold_parts(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Fold the parts of a long list of contents, except the one that the page is in."""
    contents = context.get("generate_toctree_html")
    if contents is None:
        return

    def folded(*arguments: Any, **choices: Any) -> Any:
        made = contents(*arguments, **choices)
        if isinstance(made, BeautifulSoup) and len(made.select("li")) > IN_SIGHT:
            for i, caption in enumerate(made.select("p.caption")):
                pages = cast(Tag, caption.find_next_sibling("ul"))
                part = made.new_tag("details", attrs={"class": "part"})
                if pages.select(".current") or (i == 0 and not made.select("li.current")):
                    part["open"] = ""
                caption.name = "span"
                caption.wrap(made.new_tag("summary")).wrap(part)
                part.append(pages)
        return made

    context["generate_toctree_html"] = folded


def describe(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Describe the page by its first paragraph, and name what a link to it shows."""
    if doctree is None:
        return
    first = next((p.astext() for p in doctree.findall(nodes.paragraph)), "")
    text = escape(" ".join(first.split())[:160])
    tags = {
        'name="description"': text,
        'property="og:type"': "article",
        'property="og:site_name"': escape(app.config.html_title or app.config.project),
        'property="og:title"': escape(re.sub("<[^>]+>", "", context["title"]), quote=True),
        'property="og:description"': text,
    }
    if card := app.config.metabook_card:
        tags |= {
            'property="og:image"': context["pathto"](f"_static/{Path(card).name}", 1),
            'property="og:image:alt"': escape(app.config.metabook_card_alt),
            'name="twitter:card"': "summary_large_image",
        }
    for name, content in tags.items():
        if name not in context["metatags"]:
            context["metatags"] += f'<meta {name} content="{content}" />\n'
