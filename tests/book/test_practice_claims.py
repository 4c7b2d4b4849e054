"""What the page says in words of other data stays true of the data."""

import pytest
from running import run


@pytest.fixture(scope="module")
def page():
    return run("exercises-pooling")[0]


def excludes(result):
    return not result.ci_lower <= 1 <= result.ci_upper


def pooled(page, name, **choices):
    return page["tt"].pool(page["sets"][name], **choices)


def test_the_vaccine_halves_the_risk_on_average_but_a_new_place_may_see_no_effect(page):
    result = page["bcg_careful"]
    assert 0.45 < result.estimate < 0.55
    assert result.prediction_lower < 0.2
    assert result.prediction_upper > 1


def test_splitting_by_latitude_leaves_heterogeneity(page):
    far, near = (
        page["tt"].pool(page["sets"]["bcg"].at(some), measure="RR", **page["careful"])
        for some in (page["far"], page["near"])
    )
    assert far.ci_upper < near.ci_lower
    assert min(far.i2, near.i2) > 50


def test_the_largest_trial_overturns_what_the_small_ones_say(page):
    assert page["slope"].p < 0.05
    for model in ("random", "fixed"):
        assert excludes(page["tt"].pool(page["others"], model=model))
    assert page["patients"][page["at"]] > sum(page["patients"]) / 2


def test_the_exact_likelihood_sees_more_effect_and_more_heterogeneity(page):
    corrected, every, peto, exact = (
        pooled(page, "catheters", **rule) for rule in page["rules"].values()
    )
    assert exact.estimate < corrected.estimate < every.estimate < 1
    assert exact.tau2 > corrected.tau2
    assert corrected.i2 < 10
    assert all(map(excludes, (corrected, every, peto, exact)))


def test_the_interval_decides_about_diuretics(page):
    usual, careful = page["diuretics"], page["diu_careful"]
    assert abs(usual.effect - careful.effect) < 0.01
    assert excludes(usual)
    assert not excludes(careful)
    assert len(page["decide"]) == 2
    assert careful.prediction_upper > 1
