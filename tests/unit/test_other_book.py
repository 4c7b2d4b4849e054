"""What `metabook` makes of another book's data speaks of that book alone."""

import json
import re

import pandas as pd
import pytest
from metabook import data, dictionary, figures, frames
from metabook.explorer import Explorer, Try
from metabook.ledger import Ledger
from metabook.quiz import numbers
from metabook.words import result_words

CELLS = ["study", "events_treatment", "n_treatment", "events_control", "n_control"]
ARMS = {
    "treatment": "vaccine", "control": "none",
    "with_treatment": "with the vaccine", "without_treatment": "without the vaccine",
}  # fmt: skip
PRINTED = [
    ("a-k", "13", "count", "number_of(studies)", "matches"),
    ("a-n", "191064", "total", "total(vaccine)", "matches"),
    ("a-or", "0.47", "estimate", "pooled(tuberculosis, estimate)", "matches"),
]


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Thirteen trials of a vaccine, as a book's data."""
    trials = data.frame("teaching/bcg.csv")[CELLS]
    files = {
        "counts.csv": trials.assign(
            outcome="tuberculosis", basis="verbatim count",
            basis_treatment="verbatim count", basis_control="verbatim count",
        ),
        "studies.csv": trials[["study", "n_treatment", "n_control"]],
        "outcomes.csv": pd.DataFrame(
            [["tuberculosis", "Tuberculosis", "TB", "tb", "fall ill", "fewer", "yes"]],
            columns=["outcome", "label", "short", "slug", "verb", "better", "pooled"],
        ),
        "published.csv": pd.DataFrame(
            [(a, "Colditz 1994", "Abstract", a, b, c, d, e, "") for a, b, c, d, e in PRINTED],
            columns=["id", "source", "place", "statement", "printed", "kind", "computed_by",
                     "verdict", "explanation"],
        ),
    }  # fmt: skip
    (tmp_path / "data").mkdir()
    resources = []
    for path, frame in files.items():
        frame.to_csv(tmp_path / "data" / path, index=False)
        kinds = {c: "integer" if c.startswith(("n_", "events_")) else "string" for c in frame}
        fields = [{"name": c, "type": kind, "description": ""} for c, kind in kinds.items()]
        resources.append(
            {"name": path[:-4], "path": path, "description": "", "schema": {"fields": fields}}
        )
    descriptor = json.dumps({"arms": ARMS, "resources": resources})
    (tmp_path / "data" / "datapackage.json").write_text(descriptor)
    monkeypatch.setenv("METABOOK_ROOT", str(tmp_path))


@pytest.mark.usefixtures("book")
def test_figures_tables_and_words_are_of_that_book():
    ledger = Ledger()
    explorer = Explorer(tries=[Try("Take HKSJ's interval", "it is wider", {"interval": "hksj"})])
    drawn = [figures.forest("tuberculosis"), figures.risks("a"), explorer]
    made = [
        *drawn, dictionary.columns(),
        ledger.bars("c"), ledger.compare(frames.frame("published.csv")), ledger.pooled(), numbers(),
    ]  # fmt: skip
    text = " ".join(map(repr, made)) + "".join(one._repr_html_() for one in drawn)
    assert not re.search(r"stent|mRS|SICH|mortality|Premat|four stud", text, re.IGNORECASE)
    assert "with the vaccine" in repr(drawn[1])
    assert "{verb} with the vaccine" in explorer.content()["patients"]
    assert explorer.words()["analyses"] == "88"


@pytest.mark.usefixtures("book")
def test_its_ledger_recomputes_what_was_printed():
    entries = Ledger().entries
    assert [entry.follows for entry in entries] == ["matches"] * len(PRINTED)
    assert frames.arms().treatment == "vaccine"
    words = result_words(data.pooled("tuberculosis"))
    assert (words["treatment-n"], words["control-n"]) == ("191064", "166283")
