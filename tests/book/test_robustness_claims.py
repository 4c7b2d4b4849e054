"""What the chapter on robustness says, in words or by glue, holds for the counts."""

import numpy as np
import pytest
import twobytwo as tt
from metabook import data
from metabook.frames import frame
from rescue.beyond import chosen
from rescue.paper import robustness
from twobytwo.checks.absolute import crude_control_risk
from twobytwo.plots.baujat import contributions, influences

WORDS = robustness.words()
DEATHS, MRS, SICH = "mortality", "mRS 0-2", "SICH"
SMALL = {"Baracchini 2017", "Cornelissen 2018"}


def significant(results):
    return [result.p_value < 0.05 for result in results]


# Models and sets of studies.


def test_where_tau2_is_zero_both_models_agree_by_inverse_variance_only():
    random, weighted, mantel = (
        data.pooled(MRS, **choices)
        for choices in ({}, {"model": "fixed", "method": "IV"}, {"model": "fixed"})
    )
    assert random.tau2 == 0
    assert random.text == weighted.text != mantel.text


def test_for_death_the_p_value_of_a_fixed_effect_is_smaller():
    assert data.pooled(DEATHS, model="fixed").p_value < data.pooled(DEATHS).p_value < 0.05


@pytest.mark.parametrize(
    ("outcome", "left_out", "steps", "sets"),
    [
        (MRS, [1, 1, 1, 1], [1, 1, 1, 1], 15),
        (DEATHS, [1, 0, 0, 0], [1, 0, 0, 1], 4),
        (SICH, [0, 0, 0, 0], [0, 0, 0, 0], 0),
    ],
)
def test_which_refits_exclude_no_effect(outcome, left_out, steps, sets):
    result = data.pooled(outcome)
    assert significant(tt.leave_one_out(result)) == left_out
    assert significant(tt.cumulative(result)) == steps
    assert sum(significant(tt.subsets(result))) == sets
    assert len(tt.subsets(result)) == int(WORDS["subsets"])


def test_the_studies_come_in_the_order_of_their_years():
    years = [name.split()[-1] for name in data.counts(DEATHS).study]
    assert years == sorted(years)


def test_the_first_study_would_have_shown_a_far_larger_difference():
    first, *_, last = tt.cumulative(data.pooled(DEATHS))
    assert first.estimate < 0.2 * last.estimate


def test_a_harmful_hospital_is_excluded_for_independence_with_k_minus_1_only():
    for outcome in data.outcomes():
        result = data.pooled(outcome)
        assert result.prediction_lower < 1 < result.prediction_upper
    assert float(WORDS["mrs-prediction-other"].split(" to ")[0]) > 1


# Small studies.


@pytest.mark.parametrize("outcome", data.outcomes())
def test_each_test_has_two_degrees_of_freedom_and_a_warning(outcome):
    for run in (tt.egger, tt.harbord, tt.peters):
        test = run(data.pooled(outcome))
        assert (test.k, test.df) == (4, 2)
        assert "must not be read" in test.warning


def test_the_power_of_eggers_test_by_simulation():
    result = data.pooled(DEATHS)
    random = np.random.default_rng(5)
    for bias, copies in ((0, 1), (1, 1), (1, 10)):
        v = np.tile(result.study_variance, copies)
        effect = random.normal(bias * np.sqrt(v), np.sqrt(v), (20_000, len(v)))
        noticed = float((tt.egger(effect, v).p < 0.05).mean())
        assert noticed == pytest.approx(robustness.power(result, bias, copies), abs=0.01)


def test_one_standard_error_of_the_smallest_study():
    variance = data.pooled(DEATHS).study_variance
    assert data.pooled(DEATHS).study[int(np.argmax(variance))] == "Cornelissen 2018"
    assert WORDS["bias-times"] == f"{np.exp(np.sqrt(variance.max())):.1f}"


def test_the_two_small_studies_are_the_european_ones():
    country = {row["study"]: row["country"] for row in data.rows("studies.csv")}
    assert {s for s, where in country.items() if where in ("Italy", "Sweden")} == SMALL
    patients = {s: int(n) for s, n in zip(country, sum(data.pooled(MRS).table), strict=True)}
    assert set(sorted(patients, key=patients.get)[:2]) == SMALL


@pytest.mark.parametrize("outcome", [DEATHS, MRS])
def test_they_show_the_largest_differences_in_independence_and_death(outcome):
    result = data.pooled(outcome)
    far = np.argsort(-np.abs(result.study_effect))[:2]
    assert {result.study[i] for i in far} == SMALL


# L'Abbé and Baujat.


def test_large_studies_lie_above_the_curve_and_small_ones_below():
    result = data.pooled(DEATHS)
    for study, effect in zip(result.study, result.study_estimate, strict=True):
        assert (effect < result.estimate) == (study in SMALL)


def test_baracchini_makes_most_of_q_moves_the_result_most_and_differs_most_in_thrombolysis():
    result = data.pooled(DEATHS)
    at = result.study.index("Baracchini 2017")
    assert contributions(result).argmax() == influences(result).argmax() == at
    assert contributions(result)[at] > result.q / 2
    study, characteristic, stent, control = chosen.unequal()[0]
    assert (study, characteristic) == (result.study[at], "IV-tPA")
    assert (stent, control) == ((4, 23), (10, 23))


# What would overturn it.


def test_one_imbalance_exceeds_the_limits_e_value_and_hides_a_benefit():
    table = frame("baseline.csv").dropna(subset="events").fillna({"level": ""})
    table["share"] = table["events"] / table["n"]
    shares = table.pivot(index=["characteristic", "level", "study"], columns="arm", values="share")
    shares = shares.dropna()[lambda of: of.min(axis=1) < 1]
    ratios = (shares.max(axis=1) / shares.min(axis=1)).sort_values()
    limit = robustness.e_values(MRS)[1].limit
    assert ratios.iloc[-1] > limit > 1.25 * ratios.iloc[-2]
    assert ratios.index[-1][0] == "IV-tPA"
    assert shares.loc[ratios.index[-1]].idxmax() == "control"
    assert robustness.e_values(DEATHS)[1].limit == 1


def test_the_risk_ratios_of_death_differ_between_studies():
    assert robustness.e_values(DEATHS)[0].tau2 > 0 == robustness.e_values(MRS)[0].tau2


def test_closed_arteries_are_of_the_order_of_the_e_value_of_death():
    *_, closed = chosen.unequal()
    assert closed.control == (137, 137)
    ratio = closed.stent[1] / closed.stent[0]
    assert ratio == pytest.approx(robustness.e_values(DEATHS)[1].point, rel=0.05)


def test_one_more_death_is_enough():
    assert WORDS["deaths-fragility"] == "1"
    a, n1, c, n2 = (arm.copy() for arm in data.counts(DEATHS).arms)
    a[1] += 1
    assert tt.pool(a, n1, c, n2).p_value >= 0.05


def test_no_nine_events_in_one_arm_of_one_study_would_do_for_independence():
    assert WORDS["mrs-fragility"] == "10"
    for arm, sign in ((0, -1), (2, 1)):
        for study in range(4):
            arms = [of.copy() for of in data.counts(MRS).arms]
            room = arms[arm][study] if sign < 0 else arms[arm + 1][study] - arms[arm][study]
            arms[arm][study] += sign * min(9, room)
            assert tt.pool(*arms).p_value < 0.05


def test_numbers_needed_to_treat_follow_from_the_odds_ratio():
    result = data.pooled(DEATHS)
    for key, risk in (("deaths-nnt", crude_control_risk(result)), ("deaths-nnt-low", 0.1)):
        odds = result.estimate * risk / (1 - risk)
        assert WORDS[key] == str(int(np.ceil(1 / (risk - odds / (1 + odds)))))
