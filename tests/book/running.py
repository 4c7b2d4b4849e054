"""Run the cells of a page, and see what it computes, what it tells and what it says."""

import re
import warnings
from functools import cache
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from built import ROOT

CHAPTERS = ROOT / "chapters"
HEAD = r"(?:---\n.*?\n---\n|:[^\n]*\n)*"  # of a cell: what is to become of it
CELL = re.compile(rf"^```\{{code-cell\}}[^\n]*\n({HEAD})(.*?)^```$", re.S | re.M)
GLUED = re.compile(r"\{glue:text\}`([\w-]+)`")
MRS, DEATHS, SICH = OUTCOMES = "mRS 0-2", "mortality", "SICH"
STUDIES = ["Baracchini 2017", "Chang 2018", "Cornelissen 2018", "Peng 2019"]
SMALL = {"Baracchini 2017", "Cornelissen 2018"}
# Where a cell goes on from the one before it.
IN_STEPS = {"by-hand", "library", "robustness"}


@cache
def source(page):
    """The text of a page."""
    return ((ROOT if page == "index" else CHAPTERS) / f"{page}.md").read_text()


@cache
def run(page):
    """The variables of a page after its last cell, and its words by name.

    A cell that the page shows is whole: it runs after the first of them alone.
    """
    glued, names, first = {}, {}, {}
    glue = patch("metabook.words.glue", lambda name, value, **_: glued.__setitem__(name, value))
    with glue, warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # as a kernel does
        for head, cell in CELL.findall(source(page)):
            whole = page not in IN_STEPS and "remove-input" not in head
            known = dict(first) if whole else names
            exec(compile(cell, f"{page}.md", "exec"), known)
            names |= known
            first = first or (known if whole else {})
    words = {key: v.replace("\u00a0", " ") for key, v in glued.items() if isinstance(v, str)}
    return names, words | {key: v for key, v in glued.items() if not isinstance(v, str)}


@cache
def prose(page):
    """What a page says in one long line: its text without cells, its words in their places."""
    _, words = run(page)
    return " ".join(GLUED.sub(lambda match: words[match[1]], CELL.sub("", source(page))).split())


def excludes(*results):
    """Whether all of these leave out no effect."""
    return all(not one.ci_lower <= 1 <= one.ci_upper for one in results)


def claims(table):
    """A test of sentences: each stands on its page, word by word, and its check holds.

    The table has a list for each page: a sentence alone, whose numbers are typed a second time
    and so held to what is told; or with a check, a function of the variables of the page, where
    its sense can be had from something else than what the page computes.
    """
    rows = [
        pytest.param(page, *((one, None) if isinstance(one, str) else one), id=f"{page}-{i}")
        for page, sentences in table.items()
        for i, one in enumerate(sentences)
    ]

    @pytest.mark.parametrize(("page", "sentence", "check"), rows)
    def test(page, sentence, check):
        assert sentence in prose(page), f"{page} does not say: {sentence}"
        holds = check is None or check(SimpleNamespace(**run(page)[0]))
        assert holds, f"{page} says, and it is not so: {sentence}"

    return test
