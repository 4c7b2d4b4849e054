"""The face of the library: one import, and everything shows itself."""

import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import twobytwo as tt
from drawings import DEATHS, NAMES

COLUMNS = ("events_treatment", "n_treatment", "events_control", "n_control")
FRAME = pd.DataFrame({"study": NAMES, **dict(zip(COLUMNS, DEATHS, strict=True)), "year": 2018})
COUNTS = tt.Counts(NAMES, *map(np.array, DEATHS))
RESULT = tt.pool(*DEATHS, study=NAMES, outcome="death")

SHOWN = {
    "result": RESULT,
    "fixed": tt.pool(COUNTS, model="fixed", measure="RD"),
    "one study": tt.pool([3], [9], [5], [9]),
    "no study": tt.pool([0], [9], [0], [9]),
    "effects": tt.pool_effects([0.1, 0.5], [0.2, 0.3]),
    "proportions": tt.pool_proportions([1, 6, 0, 21], [23, 48, 12, 66], study=NAMES),
    "proportions, weighted": tt.pool_proportions([1, 6, 0, 21], [23, 48, 12, 66], method="IV"),
    "leave one out": tt.leave_one_out(RESULT),
    "cumulative": tt.cumulative(RESULT),
    "subsets": tt.subsets(RESULT),
    "compare": tt.compare(RESULT, {"OR": {}, "RR": {"measure": "RR"}}),
    "egger": tt.egger(RESULT),
    "harbord": tt.harbord(RESULT),
    "peters": tt.peters(RESULT),
    "per 1,000": tt.per_thousand(RESULT, risk=0.3),
    "e-value": tt.e_value(RESULT),
    "fragility": tt.fragility(RESULT),
}


@pytest.mark.parametrize("name", tt.__all__)
def test_every_name_is_there(name):
    assert name in dir(tt)
    assert callable(getattr(tt, name))


def test_an_import_loads_nothing_heavy_and_leaves_pool_a_function():
    program = """
import sys, twobytwo.cli, twobytwo.checks.refits, twobytwo.pool
print("matplotlib" in sys.modules)
import metabook.figure, twobytwo.plots.estimates, twobytwo.plots.baujat
heavy = {"matplotlib.pyplot", "pandas", "scipy.optimize", "scipy.stats", "seaborn"}
print(heavy & sys.modules.keys(), callable(twobytwo.pool))
"""
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert run.stdout == "False\nset() True\n"


def test_a_file_a_frame_and_counts_pool_alike(tmp_path):
    path = tmp_path / "counts.csv"
    FRAME.to_csv(path, index=False)
    for source in (path, str(path), FRAME, COUNTS, tt.read_counts(path)):
        assert tt.pool(source).to_dict() == RESULT.to_dict()


def test_an_outcome_chooses_rows_and_a_frame_meets_the_checks_of_a_file():
    both = pd.concat([FRAME.assign(outcome="death"), FRAME.iloc[:2].assign(outcome="bleeding")])
    assert tt.pool(both, outcome="bleeding").study == NAMES[:2]
    assert tt.pool(both, outcome="death").shown.caption.startswith("death: ")
    with pytest.raises(tt.CountsError, match="choose one"):
        tt.pool(both)
    with pytest.raises(tt.CountsError, match="row 1, column events_control: '190'"):
        tt.pool(FRAME.assign(events_control=[9, 190, 5, 29]))


@pytest.mark.parametrize("arguments", [(3,), ([1], [9]), (COUNTS, [9]), ({"a": 1},)])
def test_what_holds_no_counts_is_refused(arguments):
    with pytest.raises(TypeError):
        tt.pool(*arguments)


BATCH = tt.pool(*([arm, arm] for arm in DEATHS))


@pytest.mark.parametrize(
    "use",
    [tt.per_thousand, tt.e_value, tt.fragility, tt.leave_one_out, tt.subsets, tt.cumulative,
     tt.Result.to_frame, tt.Result.to_dict, lambda batch: batch.text],
)  # fmt: skip
def test_what_is_of_one_meta_analysis_refuses_a_batch(use):
    with pytest.raises(ValueError, match="not a batch"):
        use(BATCH)


@pytest.mark.parametrize(
    "use",
    [tt.labbe, tt.baujat, tt.per_thousand, tt.harbord, tt.peters,
     lambda result: tt.compare(result, {"fixed": {"model": "fixed"}})],
)  # fmt: skip
def test_what_needs_counts_refuses_printed_effects(use):
    with pytest.raises(ValueError, match="needs the counts of both arms"):
        use(SHOWN["effects"])


@pytest.mark.parametrize(
    "use",
    [tt.funnel, tt.labbe, tt.baujat, tt.e_value, lambda result: tt.per_thousand(result, risk=0.3)],
)
def test_what_compares_arms_refuses_proportions(use):
    with pytest.raises((ValueError, TypeError), match=r"of one|both arms"):
        use(SHOWN["proportions"])


def test_numbers_that_cannot_be_are_refused():
    with pytest.raises(ValueError, match=r"risk 30 is not from 0 to 1; 30 % is 0\.3"):
        tt.per_thousand(RESULT, risk=30)
    with pytest.raises(ValueError, match="risk ratio -1 is not above 0"):
        tt.e_value(-1, 0.1, 0.2)
    with pytest.raises(ValueError, match="name analyses"):
        tt.compare(RESULT, {})


@pytest.mark.parametrize("source", [[1, 6], COUNTS])
def test_what_holds_no_proportions_is_refused(source):
    with pytest.raises(TypeError, match="no file, DataFrame or Proportions"):
        tt.pool_proportions(source)


def text_of(element):
    return " ".join("".join(element.itertext()).split())


@pytest.mark.parametrize("name", SHOWN)
def test_text_html_and_frame_show_the_same_rows(name):
    shown = SHOWN[name]
    rows, lines = shown.shown.rows, repr(shown).splitlines()
    page = ElementTree.fromstring(shown._repr_html_())
    assert len(shown.to_frame()) == len(rows)
    for row, line, of_page in zip(rows, lines[1:], list(page.iter("tr"))[1:], strict=False):
        assert line.split() == " ".join(row).split()
        cells = [text_of(cell).replace("−", "-").replace("–", "-") for cell in of_page]
        assert cells == [" ".join(cell.split()) for cell in row]
        assert (of_page[0].tag, of_page[0].get("scope")) == ("th", "row")
    assert {cell.get("scope") for cell in page.find(".//thead/tr")} == {"col"}
    assert text_of(page.find(".//caption"))


def test_the_frame_holds_the_numbers_the_pooled_row_last():
    frame = RESULT.to_frame()
    assert list(frame) == ["study", *COLUMNS, "weight", "estimate", "ci_lower", "ci_upper"]
    assert frame.iloc[:4].drop(columns="study").to_dict("list") == {
        name: [study[name] for study in RESULT.studies()] for name in list(frame)[1:]
    }
    assert frame.iloc[-1].to_list() == [
        "Total", 28, 149, 62, 203, 100, RESULT.estimate, RESULT.ci_lower, RESULT.ci_upper,
    ]  # fmt: skip


def test_a_batch_says_what_it_is():
    assert repr(BATCH).startswith("<2 meta-analyses of 4 studies")
    assert BATCH._repr_html_() is None


def test_checks_of_a_result_keep_its_choices():
    fixed = tt.pool(COUNTS, model="fixed", measure="RR")
    assert [refit.to_dict() for refit in tt.leave_one_out(fixed)] == [
        refit.to_dict() for refit in tt.leave_one_out(COUNTS, model="fixed", measure="RR")
    ]
    assert tt.fragility(fixed) == tt.fragility(COUNTS, model="fixed", measure="RR")
    assert tt.fragility(RESULT) == tt.fragility(COUNTS)
    ratio = tt.pool(COUNTS, measure="RR")
    assert tt.e_value(RESULT) == tt.e_value(ratio.estimate, ratio.ci_lower, ratio.ci_upper)
    with pytest.raises(TypeError, match="has its choices"):
        tt.leave_one_out(fixed, model="random")


def test_refits_are_a_sequence():
    for kind in ("result", "proportions", "effects"):
        without = tt.leave_one_out(SHOWN[kind])
        assert without.labels == SHOWN[kind].study
        assert [len(refit.study) for refit in without] == [len(without) - 1] * len(without)
    refits = tt.cumulative(RESULT, by=[2019, 2018, 2017, 2016])
    assert refits.labels == NAMES[::-1]
    assert (len(refits), refits[-1].to_dict()["k"], refits[0].study) == (4, 4, NAMES[-1:])
    with pytest.raises(ValueError, match="one value for each of 4 studies"):
        tt.cumulative(RESULT, by=[1, 2])


def test_a_column_of_the_counts_sorts_the_studies_and_stays_with_them():
    year = ("2017", "2019", "998", "2016")
    dated = tt.Counts(NAMES, *map(np.array, DEATHS), extra={"year": year})
    order = [2, 3, 0, 1]
    refits = tt.cumulative(tt.pool(dated), by="year")
    assert refits.labels == tuple(NAMES[i] for i in order)
    assert refits[-1].extra["year"] == tuple(year[i] for i in order)
    with pytest.raises(ValueError, match="no column 'age'; beside the counts there is 'year'"):
        tt.cumulative(tt.pool(dated), by="age")


def test_compare_says_which_measure_where_they_differ():
    both = tt.compare(COUNTS, {"a": {}, "b": {"measure": "RR"}}, model="fixed")
    assert [row[2] for row in both.shown.rows] == ["OR 0.44 [0.26, 0.74]", "RR 0.55 [0.38, 0.81]"]


def test_a_page_has_the_method_and_a_plot_the_name_of_the_outcome():
    text = text_of(ElementTree.fromstring(RESULT._repr_html_()))
    assert "τ² = 0.33; Q = 5.29, df = 3 (p = 0.15); I² = 43 %." in text
    assert RESULT.method_sentence in text
    page = tt.pool([3], [9], [5], [9], study=["<b>A & B"])._repr_html_()
    assert text_of(ElementTree.fromstring(page).find(".//tbody/tr/th")) == "<b>A & B"
    assert RESULT.forest(better="fewer").title == "death"
    assert SHOWN["proportions"].forest(outcome="dead").title == "dead"
    assert "Total, 2 of 2 studies" in SHOWN["effects"].forest(better="fewer").alt


@pytest.mark.parametrize(
    ("name", "before"),
    [("leave one out", "Without "), ("cumulative", "Up to "), ("subsets", ""), ("compare", "")],
)
def test_a_forest_of_refits_draws_each_row_of_their_table(name, before):
    drawn, shown = SHOWN[name].forest(better="fewer").to_frame(), SHOWN[name].to_frame()
    rows = [row if row == "All studies" else before + row for row in shown.iloc[:, 0]]
    assert drawn["label"].to_list() == rows
    for column in ("estimate", "ci_lower", "ci_upper"):
        assert drawn[column.removeprefix("ci_")].to_list() == shown[column].to_list()


def test_a_report_shows_itself(tmp_path):
    made = tt.report(COUNTS, outcome="death")
    made.save(tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text("utf-8") == made.html
    assert repr(made).startswith("death: ")
    srcdoc = ElementTree.fromstring(made._repr_html_()).get("srcdoc")
    assert srcdoc.split() == made.html.split()
    assert len(made.to_frame()) == 5
