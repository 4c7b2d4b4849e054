"""What the chapter on a reader's own counts says holds for its template and its files."""

import ast
import csv
import re

import openpyxl
import pytest
from built import ROOT
from metabook import data
from twobytwo import read_counts

CHAPTER = (ROOT / "chapters" / "your-own-counts.md").read_text()
TEMPLATE = read_counts(data.path("template.csv"))
FILES = ast.literal_eval(re.search(r"^files = (\{.*?^\})", CHAPTER, re.DOTALL | re.MULTILINE)[1])


def test_the_workbook_says_what_the_csv_file_says():
    with (data.path("template.csv")).open(encoding="utf-8", newline="") as file:
        rows = [[int(cell) if cell.isdigit() else cell for cell in row] for row in csv.reader(file)]
    sheet = openpyxl.load_workbook(data.path("template.xlsx")).active
    assert [list(row) for row in sheet.values] == rows
    assert read_counts(data.path("template.xlsx")).study == TEMPLATE.study


@pytest.mark.parametrize("kind", FILES)
def test_each_file_is_refused_or_cautioned_in_a_line(kind):
    text = FILES[kind].encode()
    if "shared" in kind:
        assert "same control arm" in read_counts(text).reading.lines[-1]
        return
    with pytest.raises(ValueError, match=r"the bytes, row \d, column .*\.$") as refusal:
        read_counts(text)
    assert "\n" not in str(refusal.value)
