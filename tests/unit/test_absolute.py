"""Control risks and what an effect makes of them."""

import pytest
from twobytwo.checks.absolute import can_hold, control_risks, in_thousand
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


def test_an_infinite_odds_ratio_is_a_risk_of_one():
    assert in_thousand((2.0, 1.0, float("inf")), 0.2).upper == 1000
