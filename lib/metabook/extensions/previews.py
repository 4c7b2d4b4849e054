"""A word that leads to the glossary carries its definition, as a citation its reference.

Both stand in the link's title, which every browser shows; ``static/previews.js`` shows it
to the keyboard too.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the definitions when links are resolved; the settings name the glossary's page."""
    app.add_config_value("metabook_glossary", "chapters/glossary", "env", str)
    app.connect("doctree-resolved", define)
    app.add_js_file("previews.js", loading_method="defer")
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def define(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Give each link to a term the definition as its title."""
    glossary = app.config.metabook_glossary
    if glossary not in app.env.found_docs:
        return
    defined = definitions(app.env.get_doctree(glossary))
    for link in doctree.findall(nodes.reference):
        if any("std-term" in text["classes"] for text in link.findall(nodes.inline)):
            target = link.get("refid") or link["refuri"].partition("#")[2]
            link["reftitle"] = defined[target]


def definitions(glossary: nodes.document) -> dict[str, str]:
    """What each term means, by the term's anchor."""
    return {
        anchor: " ".join(meaning.astext().split())
        for item in glossary.findall(nodes.definition_list_item)
        for meaning in item.findall(nodes.definition)
        for term in item.findall(nodes.term)
        for anchor in term["ids"]
    }
