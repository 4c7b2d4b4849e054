"""Tests of simulated counts: the moments of the model, its edges, its seed."""

import math

import numpy as np
import pytest
from twobytwo import pool
from twobytwo.checks.simulate import draw

N1, N2, RISK = [23, 48, 12, 66], [23, 100, 14, 66], [0.4, 0.2, 0.35, 0.45]


def test_shapes_and_sizes():
    drawn = draw(N1, N2, RISK, meta_analyses=7, seed=1)
    assert {counts.shape for counts in drawn} == {(7, 4)}
    assert (drawn.n_treatment == N1).all()
    assert (drawn.n_control == N2).all()
    assert all(counts.dtype == np.int64 for counts in drawn)
    assert draw(10.0, 10.0, 0.2, meta_analyses=1, seed=1).n_control.dtype == np.int64


def test_a_seed_draws_the_same_and_another_draws_others():
    random = np.random.default_rng(1)  # which goes on where it stood
    seeds = (1, 1, random, random, 2)
    first, *same, on, other = (draw(N1, N2, RISK, meta_analyses=50, seed=s) for s in seeds)
    for again in same:
        assert all((x == y).all() for x, y in zip(first, again, strict=True))
    for different in (on, other):
        assert (first.events_control != different.events_control).any()


def test_without_heterogeneity_both_arms_are_binomial():
    m, effect = 40_000, -0.7
    drawn = draw(N1, N2, RISK, effect, meta_analyses=m, seed=3)
    p = np.array(RISK)
    odds = math.exp(effect) * p / (1 - p)
    for events, n, risk in (
        (drawn.events_control, np.array(N2), p),
        (drawn.events_treatment, np.array(N1), odds / (1 + odds)),
    ):
        variance = n * risk * (1 - risk)
        assert events.mean(0) == pytest.approx(n * risk, abs=5 * math.sqrt(variance.max() / m))
        assert events.var(0) == pytest.approx(variance, rel=0.05)


def test_tau_is_the_standard_deviation_of_the_true_log_odds_ratios():
    """In huge arms the observed log odds ratios are the true ones."""
    drawn = draw([10**7] * 3, [10**7] * 3, 0.3, -0.4, 0.6, meta_analyses=20_000, seed=4)
    effect = pool(*drawn, model="fixed", method="IV").study_effect
    assert effect.mean() == pytest.approx(-0.4, abs=0.02)
    assert effect.std(0) == pytest.approx([0.6] * 3, rel=0.03)
    assert np.corrcoef(effect.T)[np.triu_indices(3, 1)] == pytest.approx([0] * 3, abs=0.04)


@pytest.mark.parametrize("tau", [0, 1])
def test_certain_risks_stay_certain(tau):
    drawn = draw(10, 20, [0.0, 1.0], 3, tau, meta_analyses=100, seed=6)
    assert (drawn.events_control == [0, 20]).all()
    assert (drawn.events_treatment == [0, 10]).all()
    overwhelming = draw(10, 10, [0.2, 0.2], [800.0, -800.0], tau, meta_analyses=20, seed=6)
    assert (overwhelming.events_treatment == [10, 0]).all()


def test_no_meta_analysis_and_no_patient():
    assert draw(N1, N2, RISK, meta_analyses=0, seed=1).events_control.shape == (0, 4)
    assert not draw(0, 0, 0.5, meta_analyses=5, seed=1).events_treatment.any()


@pytest.mark.parametrize(
    ("problem", "n1", "n2", "risk", "tau"),
    [
        *(("not from 0 to 1", 10, 10, risk, 0) for risk in (-0.1, 1.1, math.nan)),
        *(("tau is", 10, 10, 0.2, tau) for tau in (-0.1, math.inf, math.nan)),
        ("n < 0", -1, 10, 0.2, 0),
        ("whole numbers", 10, 10.5, 0.2, 0),
    ],
)
def test_it_is_refused(problem, n1, n2, risk, tau):
    with pytest.raises(ValueError, match=problem):
        draw(n1, n2, risk, 0, tau, meta_analyses=1, seed=1)
