"""The sets to practice on: what others printed from these counts comes back, digit by digit."""

import pytest
from metabook import data
from rescue.teach import practice
from twobytwo import pool
from twobytwo.rounding import prints_as

SETS = [row["set"] for row in data.rows("teaching.csv")]
PRINTED = data.rows("teaching_results.csv")


@pytest.mark.parametrize(
    "row", PRINTED, ids=lambda row: "-".join((row["set"], row["rule"], row["quantity"]))
)
def test_printed_result_comes_back(row):
    found = practice.recomputed(row["set"], row["choices"], row["quantity"])
    assert prints_as(found, row["printed"])


def test_every_set_has_a_printed_result():
    assert {row["set"] for row in PRINTED} == set(SETS)
    assert len(SETS) == 4


def test_sets_have_what_they_are_there_for():
    """Heterogeneity, many trials, a large one against small ones, empty cells."""
    assert pool(data.path("teaching/bcg.csv"), measure="RR").i2 > 90
    magnesium, fixed = (
        pool(data.path("teaching/magnesium.csv"), model=model) for model in ("random", "fixed")
    )
    assert magnesium.k >= 20
    assert magnesium.ci_upper < 1 < fixed.ci_upper
    assert any(
        row["events_treatment"] == row["events_control"] == "0"
        for row in data.rows("teaching/catheters.csv")
    )
