"""What the chapter on the four studies says, in words or by glue, holds for the counts."""

import re
from pathlib import Path

import numpy as np
import pytest
from metabook import data
from rescue.beyond import four_studies, four_studies_figures, four_studies_tables
from rescue.beyond.four_studies import (
    DEATHS,
    MRS,
    PRIORS,
    SICH,
    belief,
    control_risk,
    grid,
    nearer_end,
)
from scipy.special import chdtrc, ndtri
from twobytwo.checks.refits import leave_one_out
from twobytwo.estimate.hypergeometric import laws
from twobytwo.estimate.hypergeometric_normal import log_likelihood

CHAPTER = (Path(__file__).parents[2] / "chapters" / "four-studies.md").read_text()
WORDS = four_studies.words()


def significant(outcome, **choices):
    return [
        one.excludes_none
        for one in grid(outcome)
        if all(getattr(one.analysis, name) == value for name, value in choices.items())
    ]


@pytest.mark.parametrize(
    "part", ["**The question.**", "**You will learn**", "## How to report it", "## Take-away"]
)
def test_it_has_the_parts_of_a_chapter(part):
    assert part in CHAPTER


def test_each_figure_is_followed_by_its_table():
    shown = re.findall(r"\{glue:figure\} (\w+)", CHAPTER)
    assert shown == ["every_analysis", "heat_map", "beliefs"]
    after = re.split(r"\{glue:figure\} \w+", CHAPTER)[1:]
    for name, text in zip(shown, after, strict=True):
        assert f"Folded(four_studies_tables.{name}(" in text.split("##")[0]


@pytest.mark.parametrize("part", ["**The question.**", "## Take-away"])
def test_the_trial_is_named_where_the_answer_is(part):
    assert "{cite}`Gao2024`" in CHAPTER.split(part)[1].split("\n## ")[0]


# The grid.


def test_independence_holds_in_every_analysis_and_hemorrhage_in_none():
    assert all(significant(MRS))
    assert not any(significant(SICH))
    assert len(set(significant(DEATHS))) == 2


@pytest.mark.parametrize("outcome", data.outcomes())
def test_every_estimate_has_the_same_direction(outcome):
    signs = {np.sign(one.per_thousand(control_risk(outcome))[0]) for one in grid(outcome)}
    assert signs == {1.0 if outcome == MRS else -1.0}


def test_with_hksj_no_analysis_of_deaths_leaves_out_no_difference():
    for interval in ("hksj", "hksj-truncated"):
        assert not any(significant(DEATHS, interval=interval))


def test_the_measure_decides_between_the_papers_analysis_and_its_risk_ratio():
    assert data.pooled(DEATHS).p_value < 0.05 < data.pooled(DEATHS, measure="RR").p_value


def test_more_variance_moves_the_estimate_away_while_the_interval_comes_to_include_1():
    found = [data.pooled(DEATHS, method="IV", tau2=name) for name in ("REML", "DL", "PM", "SJ")]
    assert found[0].tau2 == 0
    assert sorted(one.tau2 for one in found) == [one.tau2 for one in found]
    assert sorted((one.estimate for one in found), reverse=True) == [one.estimate for one in found]
    assert found[0].ci_upper < 1 < found[-1].ci_upper
    small = [found[0].study.index(s) for s in ("Baracchini 2017", "Cornelissen 2018")]
    assert found[-1].weight[small].sum() > 1.5 * found[0].weight[small].sum()


def test_reml_and_ml_are_the_fixed_effect():
    fixed = data.pooled(DEATHS, method="IV", model="fixed")
    for name in ("REML", "ML"):
        assert data.pooled(DEATHS, method="IV", tau2=name).estimate == fixed.estimate


def test_without_one_of_three_studies_death_is_not_significant():
    assert sum(one.p_value >= 0.05 for one in leave_one_out(data.counts(DEATHS))) == 3


@pytest.mark.parametrize("make", [four_studies_figures.every_analysis, lambda _: CHAPTER])
def test_the_figure_counts_no_analyses(make):
    said = str(make("a")).lower()
    assert not re.search(r"\d+ of (the )?(205|analyses)|\d+ % of (the )?analyses", said)


def test_the_lines_are_in_the_order_of_their_ends():
    answers = four_studies_figures.by_clearance(DEATHS)
    ends = [nearer_end(one, control_risk(DEATHS)) for one in answers]
    assert ends == sorted(ends)
    blue = [one.excludes_none for one in answers]
    assert blue == sorted(blue, reverse=True)


def test_the_heat_map_holds_each_method_once_and_its_signs_are_the_intervals():
    shown = four_studies_figures.cells(DEATHS)
    assert len(shown) == 2 * 3 + 2 + 9 * 9
    for answer in shown.values():
        end = four_studies_figures.signed(nearer_end(answer, control_risk(DEATHS)))
        assert end.startswith("−") == answer.excludes_none


# The trap.


def test_hksj_is_narrower_than_wald_for_hemorrhage_only_and_truncation_mends_it():
    def width(outcome, interval):
        result = data.pooled(outcome, interval=interval)
        return result.limits.upper - result.limits.lower

    assert width(SICH, "hksj") < width(SICH, "wald") < width(SICH, "hksj-truncated")
    for outcome in (MRS, DEATHS):
        assert width(outcome, "hksj") > width(outcome, "wald")
    result = data.pooled(SICH)
    assert result.tau2 == 0
    factor = data.pooled(SICH, interval="hksj").se / result.se
    assert WORDS["sich-factor"] == f"{factor:.2f}"


# Prediction.


def test_the_convention_decides_whether_the_prediction_interval_includes_1():
    result = data.pooled(MRS)
    few, more = (four_studies.prediction(result, df) for df in (2, 3))
    assert few == pytest.approx((result.prediction_lower, result.prediction_upper))
    assert few[0] < 1 < more[0]


# Likelihood.


def test_only_for_death_do_the_counts_see_variation():
    for outcome in data.outcomes():
        normal = data.pooled(outcome, method="IV", tau2="ML")
        assert (four_studies.exact(outcome).varying.tau2 > 0) == (outcome == DEATHS)
        assert normal.tau2 == 0
    assert four_studies.exact(DEATHS).ci_upper > 1


def test_wald_and_the_likelihood_ratio_disagree_on_the_deaths():
    found, arms = four_studies.exact(DEATHS), data.counts(DEATHS).arms
    null = max(log_likelihood(*arms, 0.0, tau2) for tau2 in np.linspace(0.05, 5, 400))
    ratio = 2 * (found.varying.log_likelihood - null)
    assert chdtrc(1, ratio) == pytest.approx(four_studies.ratio_p(DEATHS), abs=1e-4)
    assert four_studies.ratio_p(DEATHS) < 0.05 < found.p_value


def test_the_study_without_a_death_makes_most_of_the_difference_between_the_tests():
    counts, found = data.counts(DEATHS), four_studies.exact(DEATHS)
    fixed = data.pooled(DEATHS, method="IV", model="fixed")
    at = counts.study.index("Cornelissen 2018")
    assert counts.events_treatment[at] == 0
    study = laws(*([arm[at]] for arm in counts.arms))
    common = np.log(found.common.estimate)
    # At an end of what the margins allow a study's own likelihood is 1.
    exact = -2 * study.log_probability(np.array([[common]])).item()
    normal = (fixed.study_effect[at] - fixed.effect) ** 2 / fixed.study_variance[at]
    assert exact - normal > 0.5 * (found.varying.deviance - fixed.q) > 0


# Bayes.


@pytest.mark.parametrize("outcome", data.outcomes())
def test_the_skeptic_is_nearer_to_no_difference(outcome):
    for flat, skeptical in zip(PRIORS[:3], PRIORS[3:], strict=True):
        assert flat.tau_scale == skeptical.tau_scale
        ends = (abs(np.log(belief(outcome, prior).median)) for prior in (skeptical, flat))
        assert next(ends) < next(ends)


def test_tau_of_death_follows_its_prior():
    median = ndtri(0.75)
    for prior in PRIORS[:3]:
        found = four_studies.bayes(DEATHS, prior).tau_median / (median * prior.tau_scale)
        assert found == pytest.approx(1, abs=0.15)


def test_probabilities_are_those_of_the_better_side():
    assert belief(MRS, PRIORS[0]).favors > 0.99
    assert belief(DEATHS, PRIORS[0]).favors > 0.95
    for outcome in data.outcomes():
        for prior in PRIORS:
            found = belief(outcome, prior)
            assert found.new_favors < found.favors


def test_the_tables_have_every_row():
    assert len(four_studies_tables.every_analysis().rows) == len(grid(MRS))
    assert len(four_studies_tables.beliefs().rows) == 3 * (1 + len(PRIORS))
