"""An Excel workbook is read as the CSV it would be saved as, with the same errors."""

import builtins
import io

import openpyxl
import pytest
from twobytwo import CountsError, read_counts

HEADER = ["study", "events_treatment", "n_treatment", "events_control", "n_control"]


def workbook(*rows):
    book = openpyxl.Workbook()
    for row in (HEADER, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(counts_file, *rows):
    return read_counts(counts_file(content=workbook(*rows), name="counts.xlsx"))


def test_counts_are_read(counts_file):
    counts = read(counts_file, ["Chang 2018", 6, 48.0, "19", 100], [], [2019, 1, 2, 1, 2])
    assert counts.study == ("Chang 2018", "2019")
    assert [arm.tolist() for arm in counts.arms] == [[6, 1], [48, 2], [19, 1], [100, 2]]


def test_blank_cells_beyond_the_header_do_not_matter(counts_file):
    assert len(read(counts_file, ["A", 1, 2, 1, 2, None, ""])) == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["B", 0.3, 10, 1, 10], "row 4, column events_treatment: '0.3'; not a whole number"),
        (["B", None, 10, 1, 10], "row 4, column events_treatment: ''; blank"),
        (["B", 11, 10, 1, 10], "row 4, column events_treatment: '11'; more events"),
        (["B", True, 10, 1, 10], "row 4, column events_treatment: 'True'; not a number"),
    ],
)
def test_errors_name_the_row_of_the_sheet(counts_file, row, said):
    with pytest.raises(CountsError, match=r"counts\.xlsx") as error:
        read(counts_file, ["A\nand a line break", 1, 2, 1, 2], [], row)
    assert said in str(error.value)


def test_without_openpyxl_it_says_what_to_install(counts_file, monkeypatch):
    content = workbook(["A", 1, 2, 1, 2])
    original = builtins.__import__

    def without(name, *rest):
        if name == "openpyxl":
            raise ImportError(name)
        return original(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(CountsError, match="pip install openpyxl"):
        read_counts(counts_file(content=content, name="counts.xlsx"))


def test_pool_and_report_take_it(counts_file, run):
    path = counts_file(content=workbook(["A", 1, 20, 4, 20], ["B", 2, 20, 5, 20]), name="c.xlsx")
    assert "Total" in run("pool", path).out
    assert run("report", path, "--out", path.with_name("r.html")).status == 0
    assert path.with_name("r.html").exists()
