"""Sections that the pages of a book share with the template: ``python -m metabook.new.shared``.

Such a section stands between two comments, ``% template: page/block outcome`` and ``% end``. What
is between them is the block of the template's page, filled with the facts of the book in whose
folder this is run. The outcome, by its slug in ``data/outcomes.csv``, is named where a block is
about one. ``--check`` only compares.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import Any

from metabook import data, frames
from metabook.new.facts import Outcome
from metabook.new.write import filler, pages

SECTION = re.compile(r"(?ms)^(% template: ([\w-]+)/(\w+)(?: ([\w-]+))?\n).*?^% end$")
EDGE = re.compile(r"(?m)^% (?:template: |end$)")


def facts() -> dict[str, Any]:
    """What the template is filled with, from the book's ``data/``."""
    about = {name: data.outcome(name) for name in data.outcomes()}
    outcomes = [
        Outcome(name, o["slug"], o["label"], o["better"], data.counts(name), data.pooled(name))
        for name, o in about.items()
    ]
    tables = {file: frames.frame(file) for file in ("counts.csv", "published.csv")}
    return pages(outcomes, frames.arms(), tables)


def filled(text: str, known: Mapping[str, Any]) -> str:
    """The text of a page, its shared sections as the template has them.

    Parameters
    ----------
    text : str
        The page.
    known : mapping
        As `facts` gives it.

    Raises
    ------
    LookupError
        If a comment names no block or no outcome, or a section has no end.
    """
    fill = filler(glossary=True)
    outcomes = {one.slug: one for one in known["outcomes"]}

    def section(found: re.Match[str]) -> str:
        mark, page, name, slug = found.groups()
        template = fill.get_template(f"chapters/{page}.md.jinja")
        if name not in template.blocks or slug not in {None, *outcomes}:
            raise LookupError(f"{mark.strip()}: no such block, or no such outcome")
        context = template.new_context({**known, "o": outcomes.get(slug)})
        made = "".join(template.blocks[name](context)).strip()
        made = re.sub(r"\n{3,}", "\n\n", made)
        return f"{mark}\n{made}\n\n% end"

    made, sections = SECTION.subn(section, text)
    if len(EDGE.findall(text)) != 2 * sections:
        raise LookupError("a section between % template: and % end has no beginning or no end")
    return made


def main() -> int:
    """Renew the pages; 1 if one is not as it should be, and must not be changed."""
    known, stale = facts(), []
    for path in sorted(frames.root().glob("chapters/*.md")):
        text = path.read_text("utf-8")
        if (made := filled(text, known)) != text:
            stale.append(path.name)
            if "--check" not in sys.argv:
                path.write_text(made, "utf-8")
    if stale:
        print(f"Renewed: {', '.join(stale)}" if "--check" not in sys.argv else
              f"{', '.join(stale)}: not as the template has it; run: make shared")  # fmt: skip
    return int(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    sys.exit(main())
