"""What the chapter on robustness says, in words or by glue, holds for the counts."""

import re
from pathlib import Path

import numpy as np
import pytest
from metabook import data
from rescue.paper import robustness, robustness_figures, robustness_tables
from twobytwo import pool
from twobytwo.checks.absolute import crude_control_risk, e_value
from twobytwo.checks.refits import cumulative, subsets
from twobytwo.checks.small_studies import egger
from twobytwo.plots.baujat import contributions, influences

CHAPTER = (Path(__file__).parents[2] / "chapters" / "robustness.md").read_text()
WORDS = robustness.words()
DEATHS, MRS = "mortality", "mRS 0-2"
SMALL = {"Baracchini 2017", "Cornelissen 2018"}


def says(text):
    return " ".join(text.split()) in " ".join(CHAPTER.split())


def p_values(results):
    return [result.p_value for result in results]


@pytest.mark.parametrize(
    "part", ["**The question.**", "**You will learn**", "## How to report it", "## Take-away"]
)
def test_it_has_the_parts_of_a_chapter(part):
    assert part in CHAPTER


def test_each_figure_is_followed_by_its_table():
    shown = re.findall(r"\{glue:figure\} (\w+)", CHAPTER)
    assert shown == ["funnel", "labbe", "baujat", "cumulative", "subsets"]
    after = re.split(r"\{glue:figure\} \w+", CHAPTER)[1:]
    for name, text in zip(shown, after, strict=True):
        assert f"Folded(robustness_tables.{name}(" in text.split("##")[0]


def test_the_trial_is_named_where_benefit_is_stated():
    for part in ("## How many to treat?", "## Take-away"):
        assert "{cite}`Gao2024`" in CHAPTER.split(part)[1].split("\n## ")[0]
    assert "randomized trial" in repr(robustness_tables.needed_to_treat())


# Small studies.


@pytest.mark.parametrize("outcome", data.outcomes())
def test_each_test_has_two_degrees_of_freedom_and_a_warning(outcome):
    for test in robustness.asymmetry(outcome).values():
        assert (test.k, test.df) == (4, 2)
        assert "must not be read" in test.warning


def test_the_power_of_eggers_test_by_simulation():
    result = data.pooled(DEATHS)
    random = np.random.default_rng(5)
    for bias, copies in ((0, 1), (1, 1), (1, 10)):
        v = np.tile(result.study_variance, copies)
        effect = random.normal(bias * np.sqrt(v), np.sqrt(v), (20_000, len(v)))
        noticed = float((egger(effect, v).p < 0.05).mean())
        assert noticed == pytest.approx(robustness.power(result, bias, copies), abs=0.01)


def test_the_power_is_hardly_more_than_the_alarm_without_bias():
    result = data.pooled(DEATHS)
    assert robustness.power(result) < 2 * robustness.power(result, 0)
    assert robustness.power(result, copies=10) > 0.8


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
def test_they_show_the_largest_effects_on_independence_and_death(outcome):
    result = data.pooled(outcome)
    far = np.argsort(-np.abs(result.study_effect))[:2]
    assert {result.study[i] for i in far} == SMALL


# L'Abbé and Baujat.


def test_large_studies_lie_above_the_curve_and_small_ones_below():
    result = data.pooled(DEATHS)
    for study, effect in zip(result.study, result.study_estimate, strict=True):
        assert (effect < result.estimate) == (study in SMALL)


def test_baracchini_makes_most_of_q_and_moves_the_result_most():
    result = data.pooled(DEATHS)
    at = result.study.index("Baracchini 2017")
    assert contributions(result).argmax() == influences(result).argmax() == at
    assert contributions(result)[at] > result.q / 2


def test_it_is_where_the_arms_differ_most_in_thrombolysis():
    tpa = [one for one in robustness.imbalances() if one.characteristic == "IV-tPA"]
    assert len(tpa) == 4
    assert tpa[0].study == "Baracchini 2017"
    assert (tpa[0].stent, tpa[0].control) == ("4/23", "10/23")


# Other sets of studies.


def test_the_studies_come_in_the_order_of_their_years():
    years = [name.split()[-1] for name in data.counts(DEATHS).study]
    assert years == sorted(years)


def test_step_by_step_independence_is_significant_and_more_and_more_precise():
    steps = cumulative(data.counts(MRS))
    assert max(p_values(steps)) < 0.05
    assert sorted((step.se for step in steps), reverse=True) == [step.se for step in steps]


def test_step_by_step_death_is_significant_first_and_last():
    steps = cumulative(data.counts(DEATHS))
    assert [p < 0.05 for p in p_values(steps)] == [True, False, False, True]
    assert steps[0].estimate < 0.2 * steps[-1].estimate


def test_every_set_of_studies():
    counted = {o: sum(p < 0.05 for p in p_values(subsets(data.counts(o)))) for o in data.outcomes()}
    assert counted == {MRS: 15, DEATHS: 4, "SICH": 0}
    assert WORDS["deaths-subsets"] == "15"


def test_filled_dots_are_the_sets_whose_interval_leaves_out_1():
    for result in (one for o in data.outcomes() for one in subsets(data.counts(o))):
        assert (result.p_value < 0.05) == (not result.ci_lower <= 1 <= result.ci_upper)


@pytest.mark.parametrize("make", [robustness_figures.cumulative, robustness_figures.subsets])
def test_the_words_of_a_figure_hold_every_estimate(make):
    alt = make("a").alt
    refit = cumulative if make is robustness_figures.cumulative else subsets
    for outcome in data.outcomes():
        part = alt.split(data.outcome(outcome)["label"] + ": ")[1]
        for result in refit(data.counts(outcome)):
            assert f"{result.estimate:.2f}" in part


def test_no_dot_of_a_row_hides_another():
    for outcome in data.outcomes():
        for size in (1, 2, 3):
            row = [one for one in subsets(data.counts(outcome)) if len(one.study) == size]
            row.sort(key=lambda one: one.effect)
            places = list(
                zip((one.effect for one in row), robustness_figures._lifts(row), strict=True)
            )
            for i, (x, y) in enumerate(places):
                assert all(abs(x - x2) > 0.02 or y != y2 for x2, y2 in places[i + 1 :])


# What would overturn it.


def test_e_values_are_those_of_the_risk_ratio():
    for name, outcome in {"mrs": MRS, "deaths": DEATHS}.items():
        ratio = pool(*data.counts(outcome).arms, measure="RR")
        needed = e_value(ratio.estimate, ratio.ci_lower, ratio.ci_upper)
        assert WORDS[f"{name}-e"] == f"{needed.point:.1f}"
        assert WORDS[f"{name}-e-limit"] == f"{needed.limit:.1f}"
    assert robustness.e_values(DEATHS)[1].limit == 1


def test_which_imbalances_are_of_the_order_of_the_limits_e_value():
    limit = robustness.e_values(MRS)[1].limit
    first, second, *others = robustness.imbalances()
    assert first.ratio > limit > second.ratio > 0.85 * limit
    assert (second.study, second.characteristic) == ("Cornelissen 2018", "Mean infarct volume")
    assert first.more == second.more == "control"
    assert all(one.ratio < 0.8 * limit for one in others)


def test_closed_arteries_are_of_the_order_of_the_e_value_of_death():
    closed = robustness.closed_arteries()
    assert closed.control == "137/137"
    assert float(closed.ratio) == pytest.approx(robustness.e_values(DEATHS)[1].point, rel=0.05)


def test_one_more_death_is_enough():
    assert WORDS["deaths-fragility"] == "1"
    a, n1, c, n2 = (arm.copy() for arm in data.counts(DEATHS).arms)
    a[1] += 1
    assert pool(a, n1, c, n2).p_value >= 0.05
    assert says("one more death among the")


def test_no_nine_events_in_one_arm_of_one_study_would_do_for_independence():
    assert WORDS["mrs-fragility"] == "10"
    for arm, sign in ((0, -1), (2, 1)):
        for study in range(4):
            arms = [of.copy() for of in data.counts(MRS).arms]
            room = arms[arm][study] if sign < 0 else arms[arm + 1][study] - arms[arm][study]
            arms[arm][study] += sign * min(9, room)
            assert pool(*arms).p_value < 0.05


def test_numbers_needed_to_treat_follow_from_the_odds_ratio():
    result = data.pooled(DEATHS)
    for key, risk in (("deaths-nnt", crude_control_risk(result)), ("deaths-nnt-low", 0.1)):
        odds = result.estimate * risk / (1 - risk)
        assert WORDS[key] == str(int(np.ceil(1 / (risk - odds / (1 + odds)))))
