"""What pages take from one another: when it changes every page is written anew.

Sphinx reads a changed page and writes it, and so does `metabook.build`. But other pages show
its title, the numbers of its figures, the definitions of its words, its references. All of that
is compared with what it was at the last build.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

from metabook.extensions.previews import definitions

NAME = "shared"  # in the folder of the environment; without it a build starts from nothing


def setup(app: Sphinx) -> dict[str, bool]:
    """Compare when all changed pages are read."""
    app.setup_extension("metabook.extensions.previews")
    app.connect("env-get-updated", pages_to_write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def pages_to_write(app: Sphinx, env: BuildEnvironment) -> Iterable[str]:
    """Every page if anything that pages share has changed, otherwise none more."""
    stamp, now = Path(app.doctreedir) / NAME, shared(app, env)
    before = stamp.read_text() if stamp.exists() else ""
    stamp.write_text(now)
    return () if now == before else env.found_docs


def shared(app: Sphinx, env: BuildEnvironment) -> str:
    """A checksum of titles, sections, numbers, labels, references and definitions."""
    glossary, domains = app.config.metabook_glossary, vars(env)["domaindata"]
    facts: list[dict[Any, Any]] = [
        {page: title.astext() for page, title in env.titles.items()},
        {page: toc.pformat() for page, toc in env.tocs.items()},
        env.toc_secnumbers,
        env.toc_fignumbers,
        *(objects for objects in domains["std"].values() if isinstance(objects, dict)),
        domains["math"]["objects"],
        {
            (ref.docname, *ref.targets): ""
            for ref in domains.get("cite", {}).get("citation_refs", ())
        },
        definitions(env.get_doctree(glossary)) if glossary in env.found_docs else {},
    ]
    text = "\n".join(line for one in facts for line in sorted(map(repr, one.items())))
    return hashlib.sha256(text.encode()).hexdigest()
