"""Transcription tables: what the descriptor says of them is what is shown."""

import json

import pytest
from metabook.frames import as_written, descriptor
from metabook.show import show
from metabook.templates import capital, slug

SHOWN = [one["path"] for one in descriptor()["resources"] if "show" in one]
BARE = {"name": "t", "caption": "T"}


@pytest.fixture
def shown(tmp_path, monkeypatch):
    """Show two files: arms of studies, and what a study is called."""
    monkeypatch.setenv("METABOOK_ROOT", str(tmp_path))
    (tmp_path / "data").mkdir()
    rows = ["study,arm,n,events,note", "a,new,1200,30,", "a,old,7,,late", "b,new,8,1,", "c,new,3,,"]
    (tmp_path / "data" / "arms.csv").write_text("\n".join(rows) + "\n")
    (tmp_path / "data" / "studies.csv").write_text("study,label\na,Alpha 2001\nb,Beta\nc,Gamma\n")

    def write(**view):
        fields = [{"name": name, "title": name.capitalize()} for name in rows[0].split(",")]
        fields[1]["constraints"] = {"enum": ["new", "old"]}
        keys = [{"fields": "study", "reference": {"resource": "studies", "fields": "study"}}]
        other = [{"name": "study"}, {"name": "label"}]
        resources = [
            {"name": "arms", "path": "arms.csv", "show": BARE | view,
             "schema": {"fields": fields, "foreignKeys": keys}},
            {"name": "studies", "path": "studies.csv", "schema": {"fields": other}},
        ]  # fmt: skip
        path = tmp_path / "data" / "datapackage.json"
        path.write_text(json.dumps({"resources": resources}))
        return lambda **only: show("arms.csv", **only)

    return write


def lines(made):
    return [row if isinstance(row, str) else [cell.text for cell in row] for row in made.rows]


def test_columns_take_their_headers_and_texts(shown):
    made = shown(columns=["study", {"title": "Size", "text": "{n:,}"}], total=["n"])()
    assert made.columns == ("Study", "Size")
    assert lines(made)[:2] == [["a", "1,200"], ["a", "7"]]
    made = shown(columns=["study", "n"], total=["n"])()
    assert [cell.text for cell in made.totals[0]] == ["Total", "1218"]


def test_the_first_text_whose_fields_are_known_is_said(shown):
    none = {"text": "none", "where": {"study": "c"}}
    texts = [none, "{events}/{n} ({events:percent of n} %)", "?/{n}"]
    made = shown(columns=["study", {"title": "", "text": texts}, "note"])()
    cells = [row[1] for row in lines(made)]
    assert cells == ["30/1200 (2.5 %)", "?/7", "1/8 (12.5 %)", "none"]
    assert [row[2] for row in lines(made)] == ["–", "late", "–", "–"]


def test_arms_stand_side_by_side_below_their_study(shown):
    across = {"across": "arm", "text": "{n}", "otherwise": "no arm"}
    note = {"mark": "a", "text": "Few.", "where": {"n": "7"}}
    made = shown(
        columns=[{"title": "", "text": "size"}, across], group="{study.label}", notes=[note]
    )()
    assert made.columns == ("", "New", "Old")
    assert lines(made) == [
        "Alpha 2001", ["size", "1200", "7"], "Beta", ["size", "8", "no arm"],
        "Gamma", ["size", "3", "no arm"],
    ]  # fmt: skip
    assert [cell.mark for cell in made.rows[1]] == ["", "", "a"]


def test_rows_that_agree_are_gathered(shown):
    gathered = {"title": "Sizes", "text": "{n}", "gather": "; "}
    assert lines(shown(columns=["study", gathered])())[0] == ["a", "1200; 7"]


def test_labels_badges_and_notes_of_rows(shown):
    column = {"title": "", "text": "{arm:capital}", "badges": {"Young": "basis"}}
    view = {"columns": [column, "study"], "labels": {"arm": {"new": "young"}}}
    called = {"name": "t-{study:slug}", "caption": "{study.label}"}
    made = shown(**view, **called, notes=["{study}: {note}", "All."])(study="a")
    assert [row[0].text for row in made.rows] == ["Young", "Old"]
    assert [row[0].badge for row in made.rows] == ["basis", ""]
    assert [note.text for note in made.notes] == ["a: late", "All."]
    assert (made.name, made.caption) == ("t-a", "Alpha 2001")


def test_what_cannot_be_shown_is_refused(shown):
    with pytest.raises(LookupError, match=r"no row with \{'study': 'z'\}"):
        shown(columns=["study"])(study="z")
    with pytest.raises(LookupError, match="cannot hold ordr, txt"):
        shown(columns=[{"title": "", "text": "", "txt": ""}], ordr=1)()
    with pytest.raises(LookupError, match="names 'stduy'; it may name study, arm, n, events"):
        shown(columns=["study", {"title": "", "text": "{stduy}"}])()
    with pytest.raises(LookupError, match="names 'study'; it may name nothing"):
        shown(columns=["study"], caption="{study}")()
    with pytest.raises(ValueError, match="a template cannot say 'upper'"):
        shown(columns=["study", {"title": "", "text": "{study:upper}"}])()
    with pytest.raises(LookupError, match='has no "show" for'):
        show("studies.csv")


@pytest.mark.parametrize("file", SHOWN)
def test_each_table_of_the_book_shows_every_row(file):
    """A value that no template says would vanish unseen."""
    rows = as_written(file)
    part = {"counts.csv": "outcome", "claims.csv": "verdict", "options.csv": "function"}.get(file)
    tables = [show(file, **{part: one}) for one in rows[part].unique()] if part else [show(file)]
    text = " ".join(map(repr, tables))
    first = {
        "search.csv": "value", "selection.csv": "stage", "eligibility.csv": "criterion",
        "claims.csv": "claim", "later_reviews.csv": "review", "sources.csv": "what",
        "guidelines.csv": "guideline", "certainty.csv": "reason", "discrepancies.csv": "about",
        "mutants.csv": "file", "rubric.csv": "step", "misconceptions.csv": "says",
        "options.csv": "meaning",
    }  # fmt: skip
    for value in rows[first.get(file, "study")].dropna():
        assert capital(value) in text or value in text


def test_capital_and_slug():
    assert capital("NIHSS score") == "NIHSS score"
    assert slug("Clinical Q&A 2025") == "clinical-q-a-2025"
