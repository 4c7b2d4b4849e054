"""What the chapter on the meaning of the numbers says, in words or by glue, holds for the data."""

import math
import re

import pytest
from metabook import data, hundred
from rescue.beyond import certainty, meaning, randomized, trial_sizes
from twobytwo import pool
from twobytwo.checks.absolute import crude_control_risk, per_thousand

WORDS = meaning.words() | certainty.words()
ANGEL, PISTAR = 348, 346


# Per 1,000, and per 100.


@pytest.mark.parametrize("outcome", data.outcomes())
def test_the_places_of_the_slider_are_the_ends_and_the_middle_of_the_four_studies(outcome):
    of = data.counts(outcome)
    each = 100 * of.events_control / of.n_control
    low, middle, high = hundred.risks(outcome)
    assert (low.percent, high.percent) == (int(each.min() + 0.5), int(each.max() + 0.5))
    assert middle.percent == int(100 * crude_control_risk(data.pooled(outcome)) + 0.5)


def test_differences_follow_from_the_odds_ratio():
    result = data.pooled("mortality")
    for key, p in (("deaths-low", 19 / 100), ("deaths-high", 29 / 66)):
        odds = result.estimate * p / (1 - p)
        fewer = round(1000 * p) - round(1000 * odds / (1 + odds))
        assert WORDS[key] == f"{fewer} fewer"


@pytest.mark.parametrize("outcome", data.outcomes())
def test_all_of_the_association_is_the_pooled_result_and_none_of_it_is_no_effect(outcome):
    result, (_, middle, _) = data.pooled(outcome), hundred.risks(outcome)
    exact = [x / 10 for x in per_thousand(result, middle.percent / 100)]
    assert hundred.patients(result, middle.percent) == tuple(int(x + 0.5) for x in exact)
    none = hundred.patients(result, middle.percent, share=0)
    assert none.difference == 0
    assert none.lower < middle.percent < none.upper


@pytest.mark.parametrize("outcome", data.outcomes())
def test_the_interval_keeps_its_width_on_the_log_scale(outcome):
    result = data.pooled(outcome)
    half = hundred.patients(result, 50, share=0.5)
    lower, upper = (math.exp(float(limit) - float(result.effect) / 2) for limit in result.limits)
    assert half[2:] == tuple(int(100 * x / (1 + x) + 0.5) for x in (lower, upper))


def test_where_the_trial_lies_is_where_its_counts_put_it():
    said = meaning.beside()
    for one in randomized.of("mortality").results:
        assert abs(one.effect / data.pooled("mortality").effect) < meaning.NEAR
    assert "11 of 100 with rescue, 10 without. That lies near" in said["mortality"]
    (bled,) = randomized.of("SICH").results
    assert bled.effect * data.pooled("SICH").effect < 0
    assert "5 of 100 with rescue, 1 without. That lies beyond" in said["SICH"]
    assert "another scale" in said["mRS 0-2"]


def test_one_study_mixes_anterior_and_posterior_and_the_others_are_anterior():
    assert [row["circulation"] for row in data.rows("studies.csv")].count("mixed") == 1
    assert (WORDS["anterior"], WORDS["studies"]) == ("3", "4")
    assert randomized.trial()["circulation"] == "mixed"


# Certainty.


def test_each_outcome_is_judged_in_five_domains_each_with_a_reason():
    rows = data.rows("certainty.csv")
    domains = [row["domain"] for row in rows if row["outcome"] == "SICH"]
    assert len(set(domains)) == 5
    for outcome in data.outcomes():
        assert [row["domain"] for row in rows if row["outcome"] == outcome] == domains
    assert all(row["reason"].endswith(".") for row in rows)
    assert all(row["source"].startswith("The book's own judgment") for row in rows)


def test_levels_are_those_of_their_words():
    levels = {"not serious": "0", "cannot be judged": "0", "serious": "1", "very serious": "2"}
    for row in data.rows("certainty.csv"):
        assert row["levels"] == levels[row["judgment"]]


def test_all_are_very_low_and_bias_alone_leads_to_low():
    assert {certainty.certainty(outcome) for outcome in data.outcomes()} == {"very low"}
    rows = [row for row in data.rows("certainty.csv") if row["domain"] == "risk of bias"]
    assert {certainty.CERTAINTY[3 - int(row["levels"])] for row in rows} == {"low"}
    assert repr(certainty.summary_of_findings()).count("⊕◯◯◯ very low") == 3


def test_the_reasons_hold():
    studies = {outcome: data.pooled(outcome).study_effect for outcome in data.outcomes()}
    assert (studies["mRS 0-2"] > 0).all()
    assert (studies["mortality"] < 0).all()
    baracchini, chang, cornelissen, peng = studies["mortality"]
    assert max(baracchini, cornelissen) < 2 * min(chang, peng)
    stented, n, controls, m = data.counts("mortality").arms
    at = data.counts("mortality").study.index("Chang 2018")
    more = [x + (i == at) for i, x in enumerate(stented)]
    assert pool(stented, n, controls, m).p_value < 0.05 < pool(more, n, controls, m).p_value
    assert data.pooled("mRS 0-2").ci_lower > 1
    assert data.pooled("SICH").q_p_value > 0.1
    assert data.pooled("SICH").ci_lower < 1 < data.pooled("SICH").ci_upper
    sizes = {row["country"]: 0 for row in data.rows("studies.csv")}
    for row in data.rows("studies.csv"):
        sizes[row["country"]] += int(row["n_treatment"]) + int(row["n_control"])
    assert sizes["South Korea"] + sizes["China"] > sum(sizes.values()) / 2


# Trials.


def test_the_two_trials():
    assert trial_sizes.sizes() == {"ANGEL-REBOOT": ANGEL, "PISTAR": PISTAR}
    angel = randomized.trial()
    assert int(angel["screened"]) > ANGEL
    assert int(angel["n_treatment"]) + int(angel["n_control"]) == ANGEL
    assert (ANGEL + PISTAR) / int(WORDS["pooled-patients"]) == pytest.approx(2, rel=0.05)


def test_half_the_effect_is_half_on_the_log_scale():
    for outcome in data.outcomes():
        whole, half = (trial_sizes.planned(outcome, share).odds_ratio for share in (1, 0.5))
        assert half**2 == pytest.approx(whole)


def test_a_trial_of_this_size_finds_the_pooled_effect_but_half_of_it_like_a_coin():
    for outcome in ("mRS 0-2", "mortality"):
        assert trial_sizes.planned(outcome).patients[1] < PISTAR
        assert trial_sizes.planned(outcome).power(PISTAR) > 0.94
        assert 0.4 < trial_sizes.planned(outcome, 0.5).power(ANGEL) < 0.6
        assert trial_sizes.planned(outcome, 0.5).patients[0] > ANGEL + 200


def test_no_such_trial_is_large_enough_for_hemorrhage():
    assert trial_sizes.planned("SICH").patients[0] > 4 * ANGEL
    assert trial_sizes.planned("SICH").power(ANGEL) < 0.3


def test_the_power_figure_says_what_the_table_says():
    alt, shown = trial_sizes.power("a").alt, repr(trial_sizes.trial_sizes())
    for share in re.findall(r"(\d+ %) with 348", alt):
        assert share in shown
