"""Frames: typed as the descriptor says, found from where one is, clear about what is wrong."""

import json

import pandas as pd
import pytest
from metabook import data, frames

FIELDS = [
    {"name": "study", "type": "string", "constraints": {"required": True, "unique": True}},
    {"name": "year", "type": "year", "constraints": {"minimum": 1990, "maximum": 2030}},
    {"name": "events", "type": "integer", "constraints": {"minimum": 0}},
    {"name": "mean", "type": "number"},
    {"name": "blinded", "type": "boolean"},
    {"name": "arm", "type": "string", "constraints": {"enum": ["treated", "control"]}},
    {"name": "from", "type": "yearmonth"},
    {"name": "read", "type": "date"},
    {"name": "key", "type": "string", "constraints": {"pattern": "[a-z]+"}},
]
GOOD = {
    "study": "A", "year": "1999", "events": "3", "mean": "68.0", "blinded": "true",
    "arm": "control", "from": "2018-09", "read": "2018-09-01", "key": "a",
}  # fmt: skip


@pytest.fixture
def book(tmp_path, monkeypatch):
    """Write a book of one file with these rows; the working directory is a folder in it."""
    monkeypatch.chdir(tmp_path)

    def write(*rows, fields=FIELDS, **more):
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "chapters").mkdir(exist_ok=True)
        schema = {"fields": fields, "missingValues": ["", "NR"]}
        descriptor = {"resources": [{"name": "one", "path": "one.csv", "schema": schema}], **more}
        (tmp_path / "data" / "datapackage.json").write_text(json.dumps(descriptor))
        lines = [",".join(GOOD), *(",".join((GOOD | row).values()) for row in rows)]
        (tmp_path / "data" / "one.csv").write_text("\n".join(lines) + "\n")
        monkeypatch.chdir(tmp_path / "chapters")
        return tmp_path

    return write


def test_types_and_missing_values_are_those_of_the_descriptor(book):
    book({}, {"study": "B", "events": "", "mean": "NR", "arm": "", "from": "", "blinded": ""})
    made = frames.frame("one.csv")
    assert {name: str(kind) for name, kind in made.dtypes.items()} == {
        "study": "str", "year": "Int64", "events": "Int64", "mean": "float64",
        "blinded": "boolean", "arm": "category", "from": "period[M]",
        "read": str(made["read"].dtype), "key": "str",
    }  # fmt: skip
    assert made.loc[0, "read"] == pd.Timestamp("2018-09-01")
    assert list(made["arm"].cat.categories) == ["treated", "control"]
    missing = made.columns[made.loc[1].isna()]
    assert list(missing) == ["events", "mean", "blinded", "arm", "from"]
    assert frames.as_written("one.csv").loc[0, "mean"] == "68.0"


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("study", "", "a blank stands where a value is required"),
        ("study", "A", "'A' stands in the file twice"),
        ("year", "1989", "'1989' is below 1990"),
        ("year", "2031", "'2031' is above 2030"),
        ("events", "3.5", "'3.5' is no whole number"),
        ("events", "-1", "'-1' is below 0"),
        ("mean", "sixty", "'sixty' is no number"),
        ("blinded", "perhaps", "'perhaps' is neither true nor false"),
        ("arm", "stent", "'stent' must be one of"),
        ("from", "2018", "'2018' is not written as %Y-%m"),
        ("read", "2018-13-01", "'2018-13-01' is not written as %Y-%m-%d"),
        ("key", "A1", "'A1' must fit the pattern"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(book, column, value, why):
    book({}, {"study": "B", column: value})
    with pytest.raises(ValueError, match=rf"^one\.csv, row 3, column {column}: ") as error:
        frames.frame("one.csv")
    assert why in str(error.value)


def test_a_file_whose_columns_differ_is_refused(book):
    book({}, fields=FIELDS[:-1])
    with pytest.raises(ValueError, match=r"not those of data/datapackage\.json \(key\)"):
        frames.frame("one.csv")


def test_a_frame_is_a_copy_and_an_edited_file_is_read_again(book):
    place = book({})
    mine = frames.frame("one.csv")
    mine.loc[0, "events"] = 99
    assert frames.frame("one.csv").loc[0, "events"] == 3
    text = (place / "data" / "one.csv").read_text()
    (place / "data" / "one.csv").write_text(text.replace(",3,", ",4,"))
    assert frames.frame("one.csv").loc[0, "events"] == 4


def test_the_book_is_the_nearest_or_the_one_that_is_named(book, monkeypatch, tmp_path_factory):
    place = book({}, arms={"treatment": "vaccine"})
    assert frames.root() == place
    assert (frames.arms().treatment, frames.arms().control) == ("vaccine", "control")
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.chdir(elsewhere)
    with pytest.raises(FileNotFoundError, match="run this inside a book, or set METABOOK_ROOT"):
        frames.root()
    monkeypatch.setenv("METABOOK_ROOT", str(place))
    assert len(frames.frame("one.csv")) == 1


def test_what_is_not_there_or_not_once_is_refused():
    wanted = {"study": "Chang 2018", "characteristic": "age"}
    assert frames.row("baseline.csv", arm="stent", level="", **wanted)["value"] == 63.7
    for odd in ({}, {"arm": "stent", "level": "M1"}):
        with pytest.raises(LookupError, match=r"baseline\.csv has [02] rows with study 'Chang"):
            frames.row("baseline.csv", **wanted, **odd)
    with pytest.raises(LookupError, match=r"did you mean 'counts\.csv'"):
        frames.frame("count.csv")
    with pytest.raises(LookupError, match="no outcome 'death'; it has mRS 0-2, mortality"):
        data.outcome("death")
