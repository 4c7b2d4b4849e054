"""The evidence as it was first noted from the sources, beside what ``data/`` says of it.

The files of ``noted/`` were written from the sources apart from ``data/``, in other columns and
words. A year, a count or a digit that was changed in one of the two no longer agrees.
"""

import csv
import re
from pathlib import Path

import pytest
from metabook import data

NOTED = {
    path.stem: list(csv.DictReader(path.read_text("utf-8").splitlines()))
    for path in sorted((Path(__file__).parent / "noted").glob("*.csv"))
}
# Phrases that turn the sense of a text: "not", "fewer", "inferred". Each stands in its cell.
PHRASES = NOTED.pop("said")
FILES = (
    "later_counts", "possible_counts", "printed_totals", "adjusted", "later_reviews", "reports",
    "p_values", "companions", "companion_counts", "randomized_results", "trials",
)  # fmt: skip
ROWS = {file: data.rows(f"{file}.csv") for file in (*FILES, "counts", "guidelines", "sources")}
SOURCES = {row["id"]: row for row in ROWS["sources"]}
ARMS = ("events_treatment", "n_treatment", "events_control", "n_control")
STENT = ("events_stent", "n_stent", "events_control", "n_control")
RESCUE = ("events_rescue", "n_rescue", "events_control", "n_control")


def name(row):
    keys = ("study", "review", "series", "trial", "guideline", "id")
    return next(row[key] for key in keys if row.get(key))


def label(row):
    return ", ".join(filter(None, (name(row), row.get("outcome") or row.get("item"))))


def noted(row, *files):
    """What was noted of the study or trial of a row of ``data/``: found by its first word."""
    first = name(row).split()[0].rstrip(",")
    return [r for file in files for r in NOTED[file] if first in name(r)]


def same(text):
    """An outcome in the words that both have."""
    text = re.sub(r" (?:at )?90 d$| or 3 as before$| \(or 3 .*| at \d months$", "", text.lower())
    return {
        "recanalisation": "recanalization",
        "mrs, every grade": "mrs shift",
        "another stroke from the treated artery": "recurrent ischemic stroke in the territory of "
        "the treated artery",
    }.get(text, text)


def the_one(row, *files):
    found = [r for r in noted(row, *files) if same(r["outcome"]) == same(row["outcome"])]
    assert found, f"nothing was noted of {label(row)}"
    return found[0]


def digits(text):
    """The numbers in a text: 9.10 as 9.1, and 1,595 as 1595."""
    found = re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", text)
    return [re.sub(r"(\.\d*?)0+$", r"\1", n.replace(",", "")).rstrip(".") for n in found]


def in_order(some, every):
    """Whether some numbers stand among all in the same order."""
    rest = iter(every)
    return all(number in rest for number in some)


def digits_in(row, columns):
    return ["".join(digits(row[column])) for column in columns]


def check(pairs):
    assert pairs
    return [pytest.param(*pair, id=f"{label(pair[0])}") for pair in pairs]


COUNTED = [(r, the_one(r, "comparative_counts", "recovered_counts")) for r in ROWS["later_counts"]]
COUNTED += [
    (row, one)
    for row in ROWS["counts"]
    for one in noted(row, "comparative_counts")
    if same(one["outcome"]).startswith(same(row["outcome"]))
]


@pytest.mark.parametrize(("row", "one"), check(COUNTED))
def test_counts_are_those_that_were_noted(row, one):
    assert digits_in(row, ARMS) == digits_in(one, STENT)
    if row["outcome"] != "reperfusion":  # the paper and the abstracts print it in two ways
        assert in_order(digits(row["printed"]), digits(one.get("p_printed") or one["printed"]))


COUNT_FROM = {
    "percent x n": "percentage of all",
    "percent x inferred n": "percentage of an inferred number",
    "percent x uncertain n": "percentage of an uncertain number",
    "recovered": "recovered from the total and the p-value",
}


@pytest.mark.parametrize("row", ROWS["later_counts"], ids=label)
def test_a_later_study_is_as_noted(row):
    one = noted(row, "comparative_counts")[0]
    for key in ("year", "circulation", "id", "design"):
        assert row[key] == one[key], key
    count = the_one(row, "comparative_counts", "recovered_counts")
    assert row["count_from"] == COUNT_FROM[count.get("basis", "recovered")]


@pytest.mark.parametrize(
    ("row", "one"), check([(r, the_one(r, "adjusted_estimates")) for r in ROWS["adjusted"]])
)
def test_adjusted_ratios_are_those_that_were_noted(row, one):
    numbers = ("estimate", "lower", "upper", "p")
    assert digits_in(row, numbers) == digits_in(one, numbers)
    # The year of PC-SEARCH was inferred later from the number of its record.
    assert row["year"] == (one["year"] or "2024" * ("inferred" in row["note"]))
    assert row["p"].startswith("<") == one["p"].startswith("<")
    assert row["circulation"] == one["circulation"].replace("ICAD", "not stated")
    assert set(digits(row["id"])) <= set(digits(one["source"]))
    assert ("common" in row["measure"]) == (one["outcome"] == "mRS shift")
    how = {
        "adjusted": "is not in the record read",
        "PSM/IPW": "matching or",
        "IPTW": "inverse",
        "PSM": "matching",
    }
    assert how[one["adjustment"]] in row["adjustment"]
    # More of the scale is better, fewer events are, and what is printed the other way is noted.
    better = "above 1" if row["outcome"].startswith("mRS") else "below 1"
    if "does not say which direction" in row["note"]:
        better = "not stated"
    if "<1 favours" in one["measure"]:
        better = "below 1"
    assert row["favors_stent"] == better
    assert ("below 1 favors the stent" in row["note"]) == ("<1 favours" in one["measure"])


@pytest.mark.parametrize(
    ("row", "one"), check([(r, the_one(r, "published_pooled")) for r in ROWS["later_reviews"]])
)
def test_later_reviews_are_as_noted(row, one):
    pairs = {"n_treatment": "n_stent", "n_control": "n_control", "studies": "k", "year": "year"}
    assert [row[ours] for ours in pairs] == [one[theirs] for theirs in pairs.values()]
    for key in ("estimate", "lower", "upper"):
        assert digits(row[key]) == digits(one[key])
    assert row["measure"][:2] == one["measure"].replace("proportion", "proportions")[:2]
    assert row["p"] == one["p"] or row["p"].lstrip(">") in one["note"]
    assert in_order(digits(row["printed"]), digits(one["note"]))
    assert row["id"] in one["source"]
    assert row["comparison"].startswith("rescue stent")
    assert ("posterior" in row["comparison"]) == ("posterior" in one["comparison"])
    assert ("against none" in row["comparison"]) == ("no RS" in one["comparison"])
    assert ("atherosclerotic" in row["comparison"]) == ("ICAD" in one["comparison"])
    wrong = "interval" * (row["lower"] == row["estimate"] != "") or "p-value" * (">" in row["p"])
    assert row["misprint"] == (wrong or "no")
    if row["lower"] and wrong != "interval":
        assert float(row["lower"]) < float(row["estimate"]) < float(row["upper"])


DESIGNS = {
    "randomized trial": "^randomised trial", "after failed": "after failed",
    "retrospective": "retrospective", "prospective ": r"\bprospective ", "weighted": "IPTW|IPW",
    "matched": "PSM|matched", "single arm": "single arm", "single-center": "single-centre",
    "multicenter": "multicentre", "two national registries": "two national registries",
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS["reports"], ids=label)
def test_reports_are_as_noted(row):
    one = noted(row, "reports_without_counts")[0]
    assert row["year"] == one["year"]
    assert [row["n_treatment"], row["n_control"]] == [one["n_stent"], one["n_control"]]
    assert row["circulation"] == (one["circulation"] or "not stated")
    assert row["basis"] == ("transcribed" if row["printed"] else "not available")
    assert set(digits(row["id"])) <= set(digits(" ".join(one.values())))
    assert in_order(digits(row["printed"]), digits(one["what_is_printed"]))
    for word, theirs in DESIGNS.items():
        assert (word in row["design"]) == bool(re.search(theirs, one["design"])), word


@pytest.mark.parametrize("row", ROWS["p_values"], ids=label)
def test_p_values_are_as_noted(row):
    if row["study"] == "Catalonia registry":
        assert f"p={row['printed']}" in the_one(row, "comparative_counts")["printed"]
    else:
        assert row["printed"] == the_one(row, "printed_p_values")["printed_p"]


@pytest.mark.parametrize("row", ROWS["randomized_results"], ids=label)
def test_the_trial_s_results_are_as_noted(row):
    (one,) = (
        r
        for r in noted(row, "randomized_results")
        if r["time"].replace(" d", " days") == row["time"]
        and same(r["outcome"].replace(" (primary)", "").replace("distribution", "shift"))
        == same(row["outcome"])
    )
    assert digits_in(row, ARMS) == digits_in(one, RESCUE)
    for key in ("estimate", "lower", "upper", "source"):
        assert row[key] == one[key]
    assert row["p"] == (one["p"] or ("not significant" if one["estimate"] else ""))
    assert row["measure"] == one["measure"].split(" (")[0]
    assert row["basis"] == one["basis"].replace("transcribed at ", "")
    percents = [row["percent_treatment"], row["percent_control"]]
    if any(percents):
        assert re.search(rf"\b{percents[0]} % against {percents[1]} %", one["direction"])
    else:
        assert "%" not in one["direction"]
    if row["estimate"]:
        harm = row["outcome"] in ("mortality", "another stroke from the treated artery")
        assert row["favors_rescue"] == ("below 1" if harm else "above 1")
        assert ("above 1 favors rescue" in one["measure"]) == (not harm)
    beside = "mRS 0-2" if row["outcome"].startswith("mRS") else row["outcome"]
    assert row["beside"] == (beside if beside in data.outcomes() else "")
    assert (row["basis"] == "not available") == ("nothing that could be read" in row["note"])
    assert ("The primary outcome" in row["note"]) == ("(primary)" in one["outcome"])
    assert (row["kind"] == "percentages") == row["note"].startswith("Whole percentages")
    bare = row["estimate"] and not row["lower"]
    assert bool(bare) == row["note"].startswith("No interval was in what could be read")


@pytest.mark.parametrize("row", ROWS["trials"], ids=label)
def test_the_design_of_a_trial_is_as_noted(row):
    (one,) = noted(row, "trials")
    for key in ("registration", "patients", "screened", "drugs", "source", "controls"):
        assert row[key] == one[key], key
    assert " and ".join(filter(None, (row["n_treatment"], row["n_control"]))) == one["arms"]
    assert f"{row['centers']} in {row['country']}" == (one["hospitals"] or " in ")
    for key, phrases in {"enrolled": "enrolled", "rescue": "rescue", "note": "how"}.items():
        assert [p for p in one[phrases].split("; ") if p not in row[key]] == [], key


# What is said in notes of a number that was not noted of the study itself.
OTHERWISE = {
    "later_counts": {"2023", "2024"},  # the name of the study that may share patients
    "adjusted": {"1", "2023", "2024"},
    "later_reviews": {"1.88"},  # the middle of Atwan's interval
    "companions": {"0", "2"},
    "trials": {"2024"},  # the key in the references
}  # fmt: skip
EVERY = [(file, row) for file in FILES for row in ROWS[file]]


@pytest.mark.parametrize(("file", "row"), EVERY, ids=[f"{f}: {label(r)}" for f, r in EVERY])
def test_every_number_was_noted_of_this_study(file, row):
    known = {n for one in noted(row, *NOTED) for n in digits(" ".join(one.values()))}
    written = {n for text in row.values() for n in digits(text)}
    assert written <= known | OTHERWISE.get(file, set())


def test_the_middle_of_atwan_s_interval():
    (row,) = (r for r in ROWS["later_reviews"] if "1.88" in r["note"])
    assert f"{(float(row['lower']) * float(row['upper'])) ** 0.5:.2f}" == "1.88"


@pytest.mark.parametrize("one", NOTED["sources"], ids=lambda one: one["id"])
def test_a_source_is_as_noted(one):
    row = SOURCES[one["id"]]
    text = " ".join(row.values())
    assert set(digits(text)) <= set(digits(" ".join(one.values())))
    assert [phrase for phrase in one["must_say"].split("; ") if phrase not in text] == []
    assert (row["basis"] == "second hand") == (one["id"] not in ("S3", "S5"))


def test_every_source_was_noted():
    assert [one["id"] for one in NOTED["sources"]] == list(SOURCES)


def test_a_source_is_of_the_trial_the_time_or_the_year_of_its_rows():
    for row in ROWS["randomized_results"]:
        if row["source"]:
            what = SOURCES[row["source"]]["what"]
            assert row["trial"] in what
            assert ("one year" in what) == (row["time"] == "1 year")
    for row in ROWS["trials"]:
        assert SOURCES[row["source"]]["what"].startswith(row["trial"])
        assert "90 days" in SOURCES[row["source"]]["what"] or row["status"] == "no results read"
    for row in data.rows("trial_controls.csv"):
        what = SOURCES[row["source"]]["what"]
        assert ("one by one" in what) == ("pooled" not in row["trial"])
        assert row["trial"] in what or "first five trials" in what
    for row in ROWS["guidelines"]:
        assert row["year"] in SOURCES[row["source"]]["what"]


@pytest.mark.parametrize("row", ROWS["guidelines"], ids=name)
def test_a_guideline_is_as_noted(row):
    (one,) = (r for r in NOTED["guidelines"] if r["year"] == row["year"])
    for key in ("class", "level", "source"):
        assert row[key] == one[key]
    assert row["section"].replace(",", "") == one["section"]
    assert row["id"] in one["id"]
    assert bool(row["id"]) == bool(one["id"])
    assert row["guideline"].split(",")[0] in one["guideline"]
    text = f"{row['about']}; {row['says']}"
    assert [phrase for phrase in one["must_say"].split("; ") if phrase not in text] == []


def test_studies_that_may_share_patients_name_each_other():
    pairs = {
        (row["study"], match[1])
        for file in ("later_counts", "adjusted")
        for row in ROWS[file]
        if (match := re.search(r"may overlap with those of ([\w-]+ \d{4})", row["note"]))
    }
    assert {(b, a) for a, b in pairs} >= {
        (a, b) for a, b in pairs if a in {r["study"] for r in ROWS["adjusted"]}
    }
    assert {name for pair in pairs for name in pair} == {"Mohammaden 2023", "PC-SEARCH 2024"}
    for row in ROWS["later_counts"]:
        assert ("not adjusted" in row["note"]) == ("unadjusted" in row["design"])
        assert ("year is not in the record" in row["note"]) == (not row["year"])


SENSE = [
    pytest.param(one, row, id=f"{one['file']}, {label(row)}, {one['column']}")
    for one in PHRASES
    for row in ROWS[one["file"]]
    if name(row).startswith(one["about"])
    if not one["outcome"] or same(row.get("outcome") or row["item"]) == same(one["outcome"])
]


@pytest.mark.parametrize(("one", "row"), SENSE)
def test_what_turns_the_sense_of_a_text_stands_in_it(one, row):
    text = row[one["column"]]
    assert [phrase for phrase in one["must_say"].split("; ") if phrase not in text] == []


def test_every_text_has_such_a_phrase():
    found = {(case.values[0]["column"], *case.values[1].values()) for case in SENSE}
    for file in FILES:
        for row in ROWS[file]:
            for column in {"note", "why_not_pooled"} & row.keys():
                if row[column] and file != "trials":
                    assert (column, *row.values()) in found, f"{file}: {label(row)}"


def test_a_possible_number_of_controls_fits_every_percentage_or_is_what_is_left():
    for row in ROWS["possible_counts"]:
        left = row["n_control"] == str(601 - 69)
        assert row["note"].startswith("All patients less the stented; does not" if left else "Fits")


def test_only_these_records_have_no_identifier():
    without = {name(row) for file in FILES for row in ROWS[file] if row.get("id") == ""}
    assert without == {
        "unidentified study", "Brake", "Aljbour", "RESCUE-ICAS", "Sweid", "Alexandre",
        "SVIN abstract 154",
    }  # fmt: skip
