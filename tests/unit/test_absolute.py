"""Control risks and what an effect makes of them."""

import math

import pytest
from twobytwo import fragility, pool
from twobytwo.checks.absolute import can_hold, control_risks, e_value, in_thousand, per_thousand
from twobytwo.estimate.effects import cells


def risks(events, patients):
    ones = [1] * len(events)
    return control_risks(
        [f"S{i}" for i in range(len(events))], cells(ones, patients, events, patients)
    )


def test_no_single_small_arm_decides():
    found = risks([0, 9, 30, 30, 5], [10, 90, 150, 150, 6])
    assert [one.name for one in found] == ["all", "lowest", "highest"]
    assert all(len(one.studies) >= 2 for one in found)
    assert found[1].risk == pytest.approx(39 / 250)
    assert found[2].risk == pytest.approx(35 / 156)


@pytest.mark.parametrize("events", [[0, 0, 0], [20, 20, 20]])
def test_arms_that_are_all_alike_show_no_risk(events):
    assert risks(events, [20, 20, 20]) == ()


def test_lowest_and_highest_share_no_study():
    assert [one.name for one in risks([2, 5, 9], [40, 40, 40])] == ["all"]


def test_a_ratio_that_makes_more_than_everybody_cannot_hold():
    assert not can_hold(1.2, 0.9, "RR")
    assert can_hold(50, 0.9, "OR")
    assert in_thousand((1.2, 1.0, 1.3), 0.9, "RR").treatment == 1000


def test_what_is_not_estimable_or_has_no_interval_is_said_in_words():
    alone = per_thousand(pool([0, 0, 1], [10, 60, 40], [0] * 3, [10, 62, 40], method="GLMM"), 0.1)
    assert [row[1] for row in alone.shown.rows] == ["100", "1000 [undefined]", "900 [undefined]"]
    nothing = per_thousand(pool([0], [10], [0], [10]), 0.1)
    assert [row[1] for row in nothing.shown.rows] == ["100", "not estimable", "not estimable"]


def test_a_risk_changes_nothing_where_no_effect_is_pooled(run, counts_file):
    path = counts_file("A,1,40,0,40")
    choices = ("--model", "fixed", "--zero-cells", "none", "--risk", "0.1")
    done = run("pool", path, *choices)
    assert done.went_well()
    assert "caution: --risk changes nothing: no effect is pooled" in done.err
    assert "per_thousand" not in run("pool", path, *choices, "--json").out


def test_fragility_of_what_has_no_interval_is_refused():
    with pytest.raises(ValueError, match="no conclusion to turn"):
        fragility(pool([12, 15], [100] * 2, [0] * 2, [100] * 2, method="GLMM"))


def test_an_odds_ratio_by_a_method_of_its_own_has_the_e_value_of_the_risk_ratio():
    arms = [5, 8], [50, 60], [10, 15], [50, 62]
    for method, model in [("exact", "fixed"), ("GLMM", "random"), ("Peto", "fixed")]:
        odds = pool(*arms, method=method, model=model)
        assert e_value(odds) == e_value(pool(*arms, measure="RR", model=model))


def test_no_risk_ratio_has_no_e_value():
    found = e_value(pool([0], [10], [0], [10]))
    assert math.isnan(found.point)
    assert math.isnan(found.limit)
    assert [row[1] for row in found.shown.rows] == ["-", "-"]


def test_an_infinite_odds_ratio_is_a_risk_of_one():
    assert in_thousand((2.0, 1.0, float("inf")), 0.2).upper == 1000
