"""The site carries only what its pages use: no rule, font, map or tag that nothing asks for."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

UNASKED = ("*.map", "*.ttf", "all.min.js", "fa-regular-400.woff2", "fa-brands-400.woff2")
SIGNATURE = re.compile(r'(?s)<dt class="sig .*?</dt>')
INNERMOST = re.compile(r'<span class="pre">([^<]*)</span>')
RULE = re.compile(r"([^{}]+)\{[^{}]*\}")
CLASS = re.compile(r"\.(-?[A-Za-z_][\w-]*)")
OURS = Path(__file__).parent / "static"
WORD = re.compile(r"[\w-]+")
# Comments that have their lines to themselves; what starts with ``/*!`` is a license.
COMMENT = re.compile(r"(?ms)^[ \t]*(?://[^\n]*|/\*(?!!).*?\*/[ \t]*)\n")
# A comment beside code: within a text, a quotation mark would follow.
BESIDE_CODE = re.compile(r"""(?m)[ \t]+// [^\n"'`]*$""")


def setup(app: Sphinx) -> dict[str, bool]:
    """Clean up each page, and the site when all stand."""
    app.connect("html-page-context", thin_signatures)
    app.connect("build-finished", clean)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def thin_signatures(
    app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Take out the innermost of the three tags around each word of a function's signature."""
    if "body" in context:
        context["body"] = SIGNATURE.sub(
            lambda signature: INNERMOST.sub(r"\1", signature[0]), context["body"]
        )


def clean(app: Sphinx, error: Exception | None) -> None:
    """Remove what the theme brings and no page loads."""
    if error or app.builder.format != "html":
        return
    site = Path(app.outdir)
    for pattern in UNASKED:
        for file in site.glob(f"_static/**/{pattern}"):
            file.unlink()
    ours = [site / "_static" / file.name for file in OURS.iterdir()]
    read = "".join(file.read_text() for file in site.rglob("*.html"))
    for file in ours:  # a style sheet or a script that only another book's page loads
        if file.suffix in (".css", ".js") and f"/{file.name}" not in read:
            file.unlink(missing_ok=True)
    for script in (file for file in ours if file.suffix == ".js" and file.exists()):
        script.write_text(without_comments(script.read_text()))
    texts = [*site.rglob("*.html"), *site.glob("_static/**/*.js")]
    words = {word for file in texts for word in WORD.findall(file.read_text())}
    for sheet in site.glob("_static/**/*.css"):
        sheet.write_text(used_rules(sheet.read_text(), words))


def without_comments(script: str) -> str:
    r"""Drop comments, indents and empty lines of a script: it is read where it is written.

    Examples
    --------
    >>> without_comments("/** Adds. */\nlet c = a + b; // goes\n  // goes\n\nlet d = 'a // b';\n")
    "let c = a + b;\nlet d = 'a // b';\n"
    """
    # Where a text in backticks goes on in a new line, it does so within ``${``.
    return re.sub(r"(?m)^\s+", "", BESIDE_CODE.sub("", COMMENT.sub("", script)))


def used_rules(css: str, words: set[str]) -> str:
    """Drop the rules for classes that are not among the words of pages and scripts."""
    css = re.sub(r"(?s)/\*(?!!).*?\*/", "", css)
    used = RULE.sub(lambda rule: rule[0] if is_used(rule[1], words) else "", css)
    return re.sub(r"\s*\n\s*", "\n", used)


def is_used(selectors: str, words: set[str]) -> bool:
    """Tell whether one of the selectors may find something."""
    if "(" in selectors or ";" in selectors:  # it may say what a class is not
        return True
    return any(set(CLASS.findall(one)) <= words for one in selectors.split(","))
