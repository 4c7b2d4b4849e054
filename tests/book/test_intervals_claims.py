"""What the chapter on intervals says, in words or by glue, holds for the simulations."""

import numpy as np
import pytest
from metabook import data
from rescue.beyond import intervals, intervals_shown
from rescue.beyond.intervals import (
    FIXED,
    HKSJ,
    METHODS,
    MODERATE,
    PETO,
    PLAIN,
    REVMAN,
    SICH,
    TAUS,
    TRUNCATED,
)
from rescue.paper.robustness import DEATHS, power
from twobytwo import pool
from twobytwo.checks.coverage import behavior
from twobytwo.checks.leading import conclusion
from twobytwo.checks.simulate import draw
from twobytwo.estimate.exact import exact_odds_ratio

WORDS = intervals.words()


def coverage(outcome, method, tau):
    return intervals.cell(outcome, tau).methods[method].coverage.value


def test_two_simulations_are_the_same():
    first = intervals.cell(SICH, MODERATE)
    intervals.cell.cache_clear()
    assert intervals.cell(SICH, MODERATE) == first


def test_a_rounding_error_in_a_risk_changes_no_count():
    of, effect = data.counts(DEATHS), data.pooled(DEATHS).effect
    risk = of.events_control / of.n_control
    drawn, nudged = (
        draw(of.n_treatment, of.n_control, p, e, MODERATE, meta_analyses=10_000, seed=2020)
        for p, e in ((risk, effect), (np.nextafter(risk, 1), np.nextafter(effect, 0)))
    )
    assert all((x == y).all() for x, y in zip(drawn, nudged, strict=True))


def test_shares_are_as_precise_as_the_tables_say():
    for outcome in data.outcomes():
        for tau in TAUS:
            for of in intervals.cell(outcome, tau).methods.values():
                assert max(of.coverage.se, of.power.se) <= 0.005
    assert "at most half a percent" in intervals_shown.SHARES


def test_the_cells_are_the_papers_arms_risks_and_odds_ratio():
    of = data.counts(DEATHS)
    drawn = intervals._drawn(DEATHS, data.pooled(DEATHS).effect, 0.0)
    assert (drawn.n_treatment == of.n_treatment).all()
    assert drawn.events_control.mean(0) == pytest.approx(of.events_control, rel=0.02)
    assert intervals.cell(DEATHS, 0.0).methods[FIXED].bias.value == pytest.approx(0, abs=0.02)


# What 95 % really is.


@pytest.mark.parametrize("outcome", data.outcomes())
def test_the_papers_interval_is_honest_if_the_studies_agree_and_else_too_short(outcome):
    shares = [coverage(outcome, REVMAN, tau) for tau in TAUS]
    assert shares[0] > 0.95 > 0.93 > shares[2]
    assert shares == sorted(shares, reverse=True)


@pytest.mark.parametrize("outcome", data.outcomes())
def test_it_is_about_90_percent_or_less_where_they_do_not(outcome):
    assert coverage(outcome, REVMAN, MODERATE) < 0.905


@pytest.mark.parametrize("tau", TAUS)
def test_other_estimators_do_not_mend_it(tau):
    for name in ("DL", "REML", "PM"):
        assert coverage(DEATHS, name, tau) == pytest.approx(coverage(DEATHS, REVMAN, tau), abs=0.01)


@pytest.mark.parametrize("outcome", data.outcomes())
@pytest.mark.parametrize("tau", TAUS[1:])
def test_a_fixed_effect_is_worse(outcome, tau):
    for name in (FIXED, PETO):
        assert coverage(outcome, name, tau) < coverage(outcome, REVMAN, tau) - 0.01


def test_tau_is_estimated_as_zero_for_the_other_outcomes():
    assert data.pooled("mRS 0-2").tau2 == data.pooled(SICH).tau2 == 0
    assert float(WORDS["paper-tau"]) ** 2 == pytest.approx(data.pooled(DEATHS).tau2, abs=0.01)


def test_most_is_95_percent_of_the_studies():
    theta = np.random.default_rng(1).normal(0, MODERATE, 100_000)
    times = float(WORDS["moderate-times"])
    assert np.mean(np.abs(theta) < np.log(times)) == pytest.approx(0.95, abs=0.01)


# Why it is wide, and when narrow.


@pytest.mark.parametrize("outcome", data.outcomes())
def test_hksj_comes_nearer_to_its_promise_where_studies_differ(outcome):
    for tau in TAUS[2:]:
        hksj, paper = (coverage(outcome, name, tau) for name in (HKSJ, REVMAN))
        assert abs(hksj - 0.95) < abs(paper - 0.95) - 0.02
    assert min(coverage(outcome, HKSJ, tau) for tau in TAUS) > 0.9


@pytest.mark.parametrize("tau", TAUS)
def test_it_comes_less_near_where_events_are_rarer(tau):
    hemorrhages = coverage(SICH, HKSJ, tau)
    assert hemorrhages < min(coverage(outcome, HKSJ, tau) for outcome in data.outcomes()[:2])


def test_truncation_is_paid_for_with_power():
    said = intervals.truncation_words()
    assert said["truncated-none"] == ">99 %"
    assert said["truncated-power"] < said["hksj-power-none"]


def test_it_costs_power():
    for outcome in data.outcomes():
        for tau in TAUS:
            of = intervals.cell(outcome, tau).methods
            assert of[TRUNCATED].power < of[HKSJ].power < of[REVMAN].power


def test_false_alarms():
    alarms = intervals.false_alarms(MODERATE)
    assert alarms[HKSJ].value < 0.07 < 0.09 < alarms[REVMAN].value < alarms[FIXED].value


@pytest.mark.parametrize("outcome", data.outcomes())
def test_truncated_it_is_never_narrower_and_holds_the_truth_nearly_always(outcome):
    drawn = intervals._drawn(outcome, data.pooled(outcome).effect, MODERATE)
    width = [intervals._width(pool(*drawn, **METHODS[name])) for name in (REVMAN, TRUNCATED)]
    assert (width[1] > width[0]).all()
    assert min(coverage(outcome, TRUNCATED, tau) for tau in TAUS) > 0.95


def test_prediction_intervals_are_too_wide_or_about_right():
    assert intervals.cell(DEATHS, 1.0).prediction.value == pytest.approx(0.94, abs=0.015)
    assert intervals.cell(DEATHS, 0.0).prediction.value > 0.99


# Few events, and small-study effects.


def test_few_events_pull_the_papers_odds_ratio_to_1_and_petos_hardly():
    rare = intervals.sparse(0.01)
    assert rare[REVMAN].coverage.value > 0.99
    assert rare[REVMAN].power.value < 0.005
    assert rare[REVMAN].bias.value > 0.2 > 0.05 > rare[PETO].bias.value
    assert rare[PLAIN].undefined.value > 0.4 > 0.05 > rare[REVMAN].undefined.value


WAYS = {
    "IV": {"method": "IV", "tau2": "REML", "interval": "hksj-truncated"},
    "RevMan": {},
    "0.5": {"model": "fixed"},
    "none": {"model": "fixed", "zero_cells": "none"},
    "Peto": {"model": "fixed", "method": "Peto"},
}


def test_in_unequal_arms_the_half_claims_harm_where_there_is_none():
    rare = draw([60] * 20, [600] * 20, 0.004, meta_analyses=2_000, seed=2020)
    more = {name: np.mean(pool(*rare, **of).ci_lower > 1) for name, of in WAYS.items()}
    assert min(more["IV"], more["RevMan"], more["0.5"]) > 0.75
    assert max(more["none"], more["Peto"], np.mean(exact_odds_ratio(*rare).ci_lower > 1)) < 0.05
    assert (conclusion(*rare).direction == 0).all()


def test_in_equal_arms_the_half_hides_a_benefit_and_invents_no_harm():
    def tried(effect):
        drawn = draw([100] * 20, [100] * 20, 0.01, effect, meta_analyses=2_000, seed=2020)
        return {name: behavior(pool(*drawn, **of), effect).power.value for name, of in WAYS.items()}

    found, alarms = tried(np.log(0.5)), tried(0.0)
    assert found["IV"] < 0.15 < 0.35 < found["none"]
    assert max(alarms.values()) < 0.07


def test_hemorrhages_are_the_fewest_events():
    events = {
        outcome: sum(int(arm.sum()) for arm in data.counts(outcome).arms[::2])
        for outcome in data.outcomes()
    }
    assert min(events, key=events.get) == SICH


def test_peto_errs_where_the_effect_is_large():
    of = intervals.cell(DEATHS, 0.0).methods
    assert of[PETO].bias.value > 0.05 > 0.02 > of[REVMAN].bias.value


def test_egger_misses_the_bias_more_than_four_times_in_five():
    assert intervals.noticed(4, 1.0).egger.value < 0.2


def test_egger_raises_false_alarms_on_counts_and_harbord_does_not():
    for k in intervals.NUMBERS_OF_STUDIES:
        none = intervals.noticed(k, 0.0)
        assert none.harbord.value < 0.065
        assert none.egger.value > none.harbord.value
    assert intervals.noticed(40, 0.0).egger.value > 0.2
    assert intervals.noticed(40, 1.0).egger.value > 0.95


def test_harbord_finds_what_the_formula_foretells():
    for k in intervals.NUMBERS_OF_STUDIES:
        found = intervals.noticed(k, 1.0)
        assert found.formula == power(data.pooled(DEATHS), copies=k / 4)
        assert found.harbord.value == pytest.approx(found.formula, abs=0.06)


# What is shown.


def test_the_alt_text_holds_the_numbers_of_the_table():
    alt = intervals_shown.coverage().alt
    for method in intervals_shown.PANELS:
        part = alt.split(f"{method}: ")[1].split(".")[0]
        for outcome in data.outcomes():
            shares = (intervals.in_hundred(coverage(outcome, method, tau)) for tau in TAUS)
            assert ", ".join(shares) in part
