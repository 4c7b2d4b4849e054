"""What the page on the four studies says, in words or by glue, holds for the counts."""

import numpy as np
import pytest
from metabook import data
from rescue.beyond import beliefs, grids
from rescue.beyond.beliefs import favors
from rescue.beyond.grids import band, nearer_end
from running import run
from scipy.special import chdtr, chdtrc
from twobytwo.checks.refits import leave_one_out
from twobytwo.estimate.bayes import posterior, skeptical_sd
from twobytwo.estimate.equal_odds import equal_odds
from twobytwo.estimate.exact import exact_odds_ratio
from twobytwo.estimate.hypergeometric import laws
from twobytwo.estimate.hypergeometric_normal import (
    hypergeometric_normal,
    likelihood_ratio_p,
    log_likelihood,
)
from twobytwo.estimate.mean import p_value

DEATHS, MRS, SICH = "mortality", "mRS 0-2", "SICH"
PAGE, WORDS = run("four-studies")
GRIDS = PAGE["every"]


def significant(outcome, **choices):
    return [
        one.excludes_none
        for one in GRIDS[outcome][0]
        if all(getattr(one.analysis, name) == value for name, value in choices.items())
    ]


# The grid.


def test_independence_holds_in_every_analysis_and_hemorrhage_in_none():
    assert all(significant(MRS))
    assert not any(significant(SICH))
    assert len(set(significant(DEATHS))) == 2


@pytest.mark.parametrize("outcome", data.outcomes())
def test_every_estimate_has_the_same_direction(outcome):
    answers, risk = GRIDS[outcome]
    assert {np.sign(one.per_thousand(risk)[0]) for one in answers} == {
        1.0 if outcome == MRS else -1.0
    }


def test_the_interval_the_measure_and_tau2_each_decide_for_death():
    for interval in ("hksj", "hksj-truncated"):
        assert not any(significant(DEATHS, interval=interval))
    assert data.pooled(DEATHS).p_value < 0.05 < data.pooled(DEATHS, measure="RR").p_value
    found = [data.pooled(DEATHS, method="IV", tau2=name) for name in ("REML", "DL", "PM", "SJ")]
    assert found[0].tau2 == data.pooled(DEATHS, method="IV", tau2="ML").tau2 == 0
    assert sorted(one.tau2 for one in found) == [one.tau2 for one in found]
    assert sorted((one.estimate for one in found), reverse=True) == [one.estimate for one in found]
    assert found[0].ci_upper < 1 < found[-1].ci_upper
    small = [found[0].study.index(s) for s in ("Baracchini 2017", "Cornelissen 2018")]
    assert found[-1].weight[small].sum() > 1.5 * found[0].weight[small].sum()


def test_p_of_death_runs_over_the_whole_grid():
    p = sorted(one.p_value for one in GRIDS[DEATHS][0])
    assert (p[0] < 0.01, p[-1] > 0.3) == (True, True)
    assert WORDS["deaths-p-most"] == f"p = {p[-1]:.2f}"
    assert sum(one.p_value >= 0.05 for one in leave_one_out(data.counts(DEATHS))) == 3


def test_nothing_is_added_for_risk_differences():
    assert {
        one.analysis.zero_cells for one in GRIDS[DEATHS][0] if one.analysis.measure == "RD"
    } == {None}


@pytest.mark.parametrize("outcome", data.outcomes())
def test_the_figure_draws_each_answer_once_and_keeps_the_papers(outcome):
    answers, risk = GRIDS[outcome]
    drawn = grids.in_order(answers, risk)
    rounded = [(band(a), *(round(x) for x in a.per_thousand(risk))) for a in drawn]
    assert len(set(rounded)) == len(rounded)
    assert set(rounded) == {(band(a), *(round(x) for x in a.per_thousand(risk))) for a in answers}
    assert sum(map(grids.is_papers, drawn)) == 1
    wald = [nearer_end(a, risk) for a in drawn if band(a) == 0]
    assert sorted(wald, reverse=outcome == MRS) == wald


# The trap, and prediction.


def test_hksj_is_narrower_than_wald_for_hemorrhage_only_and_truncation_mends_it():
    def width(outcome, interval):
        result = data.pooled(outcome, interval=interval)
        return result.limits.upper - result.limits.lower

    assert width(SICH, "hksj") < width(SICH, "wald") < width(SICH, "hksj-truncated")
    for outcome in (MRS, DEATHS):
        assert width(outcome, "hksj") > width(outcome, "wald")
    result = data.pooled(SICH)
    assert result.tau2 == 0
    assert WORDS["sich-factor"] == f"{data.pooled(SICH, interval='hksj').se / result.se:.2f}"
    assert float(WORDS["sich-luck"]) == pytest.approx(1 / chdtr(3, result.q), abs=0.5)


def test_the_convention_decides_whether_the_prediction_interval_includes_1():
    few, more = (data.pooled(MRS, prediction_df=df) for df in ("k-2", "k-1"))
    assert few.prediction_lower < 1 < more.prediction_lower


# Likelihood.


def test_only_for_death_do_the_counts_see_variation():
    for outcome in data.outcomes():
        fit = hypergeometric_normal(*data.counts(outcome).arms)
        assert (fit.tau2 > 0) == (outcome == DEATHS)
        assert data.pooled(outcome, method="IV", tau2="ML").tau2 == 0


def test_wald_and_the_likelihood_ratio_disagree_on_the_deaths():
    arms = data.counts(DEATHS).arms
    fit = hypergeometric_normal(*arms)
    null = max(log_likelihood(*arms, 0.0, tau2) for tau2 in np.linspace(0.05, 5, 400))
    ratio = likelihood_ratio_p(*arms)
    assert chdtrc(1, 2 * (fit.log_likelihood - null)) == pytest.approx(ratio, abs=1e-4)
    assert ratio < 0.05 < p_value(fit.effect / fit.se)
    assert fit.effect + 1.96 * fit.se > 0


def test_the_study_without_a_death_makes_most_of_the_difference_between_the_tests():
    counts = data.counts(DEATHS)
    equal, fit = equal_odds(*counts.arms), hypergeometric_normal(*counts.arms)
    fixed = data.pooled(DEATHS, method="IV", model="fixed")
    assert equal.deviance < 0.05 < equal.zelen < fixed.q_p_value
    at = counts.study.index("Cornelissen 2018")
    assert counts.events_treatment[at] == 0
    study = laws(*([arm[at]] for arm in counts.arms))
    # At an end of what the margins allow a study's own likelihood is 1.
    common = np.log(exact_odds_ratio(*counts.arms).estimate)
    exact = -2 * study.log_probability(np.array([[common]])).item()
    normal = (fixed.study_effect[at] - fixed.effect) ** 2 / fixed.study_variance[at]
    assert exact - normal > 0.5 * (fit.deviance - fixed.q) > 0


# Bayes.


@pytest.mark.parametrize("outcome", data.outcomes())
@pytest.mark.parametrize("scale", [0.25, 0.5, 1.0])
def test_the_skeptic_is_nearer_to_no_difference_and_a_new_study_less_sure(outcome, scale):
    result = data.pooled(outcome, method="IV")
    flat, skeptic = (
        posterior(result.study_effect, result.study_variance, tau_scale=scale, prior_sd=sd)
        for sd in (np.inf, skeptical_sd(beliefs.SKEPTICAL))
    )
    assert abs(skeptic.mean.quantile(0.5)) < abs(flat.mean.quantile(0.5))
    for found in (flat, skeptic):
        mean, new = favors(outcome, found)
        assert 0.5 < new < mean
    if outcome == DEATHS:
        prior = beliefs.MEDIAN * scale
        assert flat.tau_median == pytest.approx(prior, rel=0.15)
