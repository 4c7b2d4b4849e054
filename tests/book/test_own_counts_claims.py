"""What the chapter on a reader's own counts says holds for its template."""

import csv

import openpyxl
import pytest
from metabook import data
from rescue.teach import own_counts
from twobytwo import read_counts
from twobytwo.reporting.findings import excludes_null


def test_the_workbook_says_what_the_csv_file_says():
    with (data.path("template.csv")).open(encoding="utf-8", newline="") as file:
        told = [[int(cell) if cell.isdigit() else cell for cell in row] for row in csv.reader(file)]
    sheet = openpyxl.load_workbook(data.path("template.xlsx")).active
    assert [list(row) for row in sheet.values] == told
    assert read_counts(data.path("template.xlsx")).study == own_counts.made().counts.study


@pytest.mark.parametrize("mistake", own_counts.MISTAKES)
def test_each_mistake_is_refused_in_a_line(mistake):
    said = own_counts.message(own_counts.MISTAKES[mistake])
    assert said.startswith("template.csv, row ")
    assert "column" in said


def test_an_unchanged_template_is_taken():
    assert own_counts.message(lambda text: text) == ""


def test_the_rules_agree_on_the_size_and_not_on_the_certainty():
    today, revman5 = own_counts.made().recommended, own_counts.made().revman5
    assert today.estimate == pytest.approx(revman5.estimate, rel=0.02)
    assert excludes_null(revman5)
    assert not excludes_null(today)


def test_its_studies_agree_by_luck():
    made = own_counts.made()
    assert made.untruncated.se < made.recommended.wald_se
    assert made.recommended.i2 == 0
    assert made.i2_limits.upper > 50
    assert not made.funnel
