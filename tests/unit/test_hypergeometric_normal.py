"""The hypergeometric-normal model against brute force, limits and symmetries."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from twobytwo.estimate import hypergeometric_normal as module
from twobytwo.estimate.effects import cells, log_odds_ratio
from twobytwo.estimate.exact import exact_odds_ratio
from twobytwo.estimate.hypergeometric_normal import hypergeometric_normal, log_likelihood
from twobytwo.estimate.tau2 import estimate

DEATHS = ([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
VARIED = ([10, 2, 30, 15], [30, 30, 60, 40], [3, 9, 10, 14], [30, 30, 60, 40])

LARGE = ([900, 40], [3000, 1000], [700, 70], [3000, 1000])

tables = st.tuples(*[st.integers(2, 30)] * 2).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)
some = st.lists(tables, min_size=1, max_size=4).map(lambda t: [*map(list, zip(*t, strict=True))])


def by_quadrature(arms, theta, tau2):
    """The log-likelihood with whole-number binomials and an adaptive integral."""
    total = 0.0
    for a, n1, c, n2 in zip(*arms, strict=True):
        m = a + c
        values = range(max(0, m - n2), min(n1, m) + 1)
        weights = {s: math.comb(n1, s) * math.comb(n2, m - s) for s in values}

        def integrand(u, a=a, weights=weights):
            x = theta + math.sqrt(tau2) * u
            every = sum(w * math.exp((s - a) * x) for s, w in weights.items())
            return weights[a] / every * math.exp(-u * u / 2) / math.sqrt(2 * math.pi)

        total += math.log(quad(integrand, -12, 12, epsabs=0, epsrel=1e-12, limit=500)[0])
    return total


@pytest.mark.parametrize("theta", [-2.0, -0.8, 0.5])
@pytest.mark.parametrize("tau2", [1e-4, 0.1, 0.34, 3.0])
def test_the_likelihood_by_an_adaptive_integral(theta, tau2):
    expected = by_quadrature(DEATHS, theta, tau2)
    assert log_likelihood(*DEATHS, theta, tau2) == pytest.approx(expected, abs=1e-9)


@given(arms=some, theta=st.floats(-3, 3), tau=st.floats(0.001, 30))
@example(arms=LARGE, theta=0.1, tau=0.03)
@example(arms=LARGE, theta=0.1, tau=1.4)
def test_more_nodes_change_nothing(arms, theta, tau):
    coarse = log_likelihood(*arms, theta, tau * tau)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "STEP", module.STEP / 2)
        fine = log_likelihood(*arms, theta, tau * tau)
    assert coarse == pytest.approx(fine, abs=1e-8 if arms is LARGE else 1e-10)


@pytest.mark.parametrize("arms", [DEATHS, VARIED])
def test_no_point_near_or_far_is_higher(arms):
    fit = hypergeometric_normal(*arms)
    assert fit.tau2 > 0
    assert log_likelihood(*arms, fit.effect, fit.tau2) == pytest.approx(fit.log_likelihood)
    for d_theta, d_tau2 in ((0.01, 0), (-0.01, 0), (0, 0.01), (0, -0.01), (0.01, 0.01)):
        assert log_likelihood(*arms, fit.effect + d_theta, fit.tau2 + d_tau2) < fit.log_likelihood
    for theta in np.linspace(-4, 4, 9):
        for tau2 in (1e-6, 0.1, 1, 10, 100):
            assert log_likelihood(*arms, theta, tau2) <= fit.log_likelihood + 1e-12


@pytest.mark.parametrize("arms", [DEATHS, VARIED])
def test_the_standard_error_is_that_of_the_curvature(arms):
    fit, h = hypergeometric_normal(*arms), 1e-3

    def height(i, j):
        return log_likelihood(*arms, fit.effect + i * h, fit.tau2 + j * h)

    theta = (height(1, 0) - 2 * height(0, 0) + height(-1, 0)) / h**2
    tau2 = (height(0, 1) - 2 * height(0, 0) + height(0, -1)) / h**2
    both = (height(1, 1) - height(1, -1) - height(-1, 1) + height(-1, -1)) / (4 * h * h)
    variance = np.linalg.inv(-np.array([[theta, both], [both, tau2]]))[0, 0]
    assert fit.se == pytest.approx(math.sqrt(variance), rel=1e-4)


@settings(max_examples=20)
@given(arms=some)
def test_a_fit_is_no_lower_than_the_conditional_odds_ratio_which_is_the_boundary(arms):
    fit, exact = hypergeometric_normal(*arms), exact_odds_ratio(*arms)
    if math.isfinite(fit.effect):
        near = log_likelihood(*arms, math.log(exact.estimate), 1e-8)
        assert fit.log_likelihood >= near - 1e-6
        assert fit.se > 0
        assert fit.deviance >= -1e-9
        if fit.tau2 == 0:
            assert fit.log_likelihood == pytest.approx(near, abs=1e-6)
            assert math.exp(fit.effect) == pytest.approx(exact.estimate, rel=1e-8)


def test_the_order_the_arms_and_studies_without_information_do_not_matter():
    a, n1, c, n2 = np.transpose([[x[i] for x in DEATHS] for i in (3, 1, 0, 2)])
    a, n1, c, n2 = ([*x, none, full] for x, none, full in zip(
        (a, n1, c, n2), (0, 9, 0, 7), (5, 5, 5, 5), strict=True))  # fmt: skip
    here, there = hypergeometric_normal(*DEATHS), hypergeometric_normal(c, n2, a, n1)
    assert hypergeometric_normal(a, n1, c, n2) == pytest.approx(here, rel=1e-7)
    assert (-there.effect, *there[1:]) == pytest.approx(here, rel=1e-6)


def test_at_the_ends_of_what_the_margins_allow():
    fit = hypergeometric_normal([0, 0], [10, 20], [3, 5], [10, 20])  # as few events as possible
    assert (fit.effect, fit.tau2) == (-math.inf, 0)
    assert math.isnan(fit.se)
    assert hypergeometric_normal([3, 5], [10, 20], [0, 0], [10, 20]).effect == math.inf
    # The ends of both sides, which leave no maximum; and no study that says anything.
    for arms in (([0, 5], [10, 20], [3, 0], [10, 20]), ([0, 5], [10, 5], [0, 8], [9, 8])):
        assert all(math.isnan(x) for x in hypergeometric_normal(*arms))


@pytest.mark.parametrize("chunk", [1, 30, 20_000])
def test_a_batch_is_its_meta_analyses(monkeypatch, chunk):
    monkeypatch.setattr(module, "CHUNK", chunk)
    random = np.random.default_rng(3)
    n1, n2 = random.integers(5, 60, (2, 2, 3, 6))
    a, c = random.binomial(n1, 0.1), random.binomial(n2, random.uniform(0.05, 0.3, n2.shape))
    a[0, 0], c[0, 1] = 0, 0
    batch = hypergeometric_normal(a, n1, c, n2)
    assert batch.effect.shape == (2, 3)
    assert batch.effect[0, :2].tolist() == [-math.inf, math.inf]
    assert {0} < set(batch.tau2.ravel().tolist())
    for at in np.ndindex(2, 3):
        alone = hypergeometric_normal(a[at], n1[at], c[at], n2[at])
        assert [float(x[at]) for x in batch] == pytest.approx(list(alone), rel=1e-7, nan_ok=True)


def test_arms_of_a_hundred_thousand():
    # So many events that the log odds ratios are normal for every purpose.
    a, c, n = np.array([1000, 1300, 900]), np.array([1100, 1000, 1200]), np.full(3, 100_000)
    fit = hypergeometric_normal(a, n, c, n)
    y, v = log_odds_ratio(cells(a, n, c, n))
    tau2 = estimate(y, v, np.full(3, True), "ML")
    mean = (y / (v + tau2)).sum() / (1 / (v + tau2)).sum()
    assert fit.tau2 == pytest.approx(float(tau2), rel=1e-3)
    assert fit.effect == pytest.approx(mean, abs=1e-4)
