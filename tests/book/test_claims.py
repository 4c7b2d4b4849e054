"""What the prose says in words, without a number, holds for the counts."""

import numpy as np
import pytest
from metabook import data
from twobytwo.checks.refits import leave_one_out
from twobytwo.plots.baujat import contributions


def omissions_that_lose_significance(outcome):
    counts = data.counts(outcome)
    refits = zip(counts.study, leave_one_out(counts), strict=True)
    return {study for study, result in refits if result.p_value >= 0.05}


def test_all_four_studies_favor_the_stent_for_independence():
    assert (data.pooled("mRS 0-2").study_estimate > 1).all()


def test_independence_holds_whichever_study_goes():
    assert omissions_that_lose_significance("mRS 0-2") == set()


def test_death_loses_significance_without_any_of_three_studies():
    lost = omissions_that_lose_significance("mortality")
    assert lost == {"Chang 2018", "Cornelissen 2018", "Peng 2019"}


def test_hemorrhage_is_never_significant_with_one_study_left_out():
    assert len(omissions_that_lose_significance("SICH")) == 4


def test_the_two_small_studies_show_the_largest_effects_on_death():
    result = data.pooled("mortality")
    patients = sum(result.table)
    small = np.argsort(patients)[:2]
    assert set(np.argsort(result.study_estimate)[:2]) == set(small)


def test_baracchini_adds_most_to_q_and_is_not_the_farthest():
    result = data.pooled("mortality")
    distance = np.abs(result.study_effect - data.pooled("mortality", model="fixed").effect)
    variance = dict(zip(result.study, result.study_variance, strict=True))
    assert result.study[contributions(result).argmax()] == "Baracchini 2017"
    assert result.study[distance.argmax()] == "Cornelissen 2018"
    assert variance["Cornelissen 2018"] / variance["Baracchini 2017"] == pytest.approx(2, rel=0.05)


def test_peng_gains_most_if_tau2_is_set_to_zero():
    fixed = data.pooled("mortality", model="fixed", method="IV")
    gained = fixed.weight - data.pooled("mortality").weight
    assert fixed.study[int(np.argmax(gained))] == "Peng 2019"


def test_fixed_and_random_effects_agree_in_direction_and_significance_for_death():
    for choices in ({}, {"model": "fixed"}, {"model": "fixed", "method": "IV"}):
        result = data.pooled("mortality", **choices)
        assert result.estimate < 1
        assert result.p_value < 0.05
    assert data.pooled("mortality", model="fixed").p_value < data.pooled("mortality").p_value


@pytest.mark.parametrize("outcome", data.outcomes())
def test_no_prediction_interval_excludes_harm(outcome):
    result = data.pooled(outcome)
    assert result.prediction_lower < 1 < result.prediction_upper


def test_only_the_rule_of_revman_prints_both_digits_of_mortality():
    printed = {
        rule: data.pooled("mortality", **choices)
        for rule, choices in {
            "revman": {},
            "inverse variance": {"q_center": "IV"},
        }.items()
    }
    i2 = {rule: f"{result.i2:.0f}" for rule, result in printed.items()}
    assert i2 == {"revman": "43", "inverse variance": "42"}


def test_eleven_of_the_twelve_pooled_rows_were_read():
    rows = [row for row in data.rows("counts.csv") if row["outcome"] in data.outcomes()]
    recovered = [row for row in rows if row["basis"] == "recovered by inversion"]
    assert (len(rows), len(recovered)) == (12, 1)
    assert len(data.rows("counts.csv")) == 16


def test_the_controls_of_cornelissen_had_twice_the_infarct_volume():
    volume = {
        row["arm"]: float(row["value"])
        for row in data.rows("baseline.csv")
        if (row["study"], row["characteristic"]) == ("Cornelissen 2018", "infarct volume")
    }
    assert round(volume["control"] / volume["stent"]) == 2


def test_controls_are_never_reperfused():
    rows = [row for row in data.rows("counts.csv") if row["outcome"] == "reperfusion"]
    assert {row["events_control"] for row in rows} == {"0"}
