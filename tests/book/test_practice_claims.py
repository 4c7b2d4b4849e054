"""What the chapter on other data says in words stays true of the data."""

from metabook import data
from rescue.teach import practice
from twobytwo.checks.small_studies import egger


def test_the_average_halves_the_risk_but_a_new_place_may_see_no_effect():
    result = practice.pooled("bcg", **practice.CAUTIOUS)
    assert 0.45 < result.estimate < 0.55
    assert result.prediction_lower < 0.2
    assert result.prediction_upper > 1


def test_splitting_by_latitude_leaves_heterogeneity():
    far, near = practice.by_latitude(True), practice.by_latitude(False)
    assert far.ci_upper < near.ci_lower
    assert min(far.i2, near.i2) > 50


def test_the_largest_trial_overturns_what_the_small_ones_say():
    result = practice.pooled("magnesium")
    assert egger(result.study_effect, result.study_variance).p < 0.05
    assert practice.significant(practice.without("magnesium", practice.MEGATRIAL))
    assert practice.significant(practice.without("magnesium", practice.MEGATRIAL, model="fixed"))
    sizes = sum(data.teaching("magnesium").arms[1::2])
    largest = result.study.index(practice.MEGATRIAL)
    assert sizes[largest] > sizes.sum() / 2


def test_the_exact_likelihood_sees_more_effect_and_more_heterogeneity():
    exact, corrected = practice.exact("catheters"), practice.pooled("catheters")
    assert exact["estimate"] < corrected.estimate
    assert exact["tau"] > corrected.tau2**0.5
    assert corrected.i2 < 10
    every = practice.pooled("catheters", zero_cells="all")
    assert corrected.estimate < every.estimate < 1
    assert all(
        practice.significant(result)
        for result in (corrected, every, practice.pooled("catheters", model="fixed", method="Peto"))
    )
    assert exact["ci_upper"] < 1


def test_the_interval_decides_about_diuretics():
    usual, cautious = (practice.pooled("diuretics", **c) for c in ({}, practice.CAUTIOUS))
    assert abs(usual.effect - cautious.effect) < 0.01
    assert practice.significant(usual)
    assert not practice.significant(cautious)
    words = practice.words()
    assert words["diu_decide"] == 2
    assert cautious.prediction_upper > 1
