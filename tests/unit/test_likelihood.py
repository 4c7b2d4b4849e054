"""The binomial-normal likelihood and its maximum, against brute force."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import expit
from twobytwo.estimate.binomial_normal import slopes
from twobytwo.estimate.likelihood import binomial_normal, common_proportion, near_separation
from twobytwo.estimate.mean import t_interval, wald

DEATHS = ([1, 6, 0, 21], [23, 48, 12, 66])


def near(value, rel=1e-10, absolute=0.0):
    return pytest.approx(value, rel=rel, abs=absolute, nan_ok=True)


def log_likelihood(x, n, mu, tau2):
    """Of all studies, less that of a proportion per study."""
    mu, tau2 = (np.asarray(a, float)[..., None] for a in (mu, tau2))
    arrays = np.broadcast_arrays(np.asarray(x, float), np.asarray(n, float), mu, tau2)
    return slopes(*arrays).height.sum(-1)


def brute_force(x, n, mu, tau2):
    """The log-likelihood of one study by adaptive quadrature between many break points."""
    own = sum(a * math.log(a / n) for a in (x, n - x) if a)
    tau = math.sqrt(tau2)

    def log(eta):
        return x * eta - n * np.logaddexp(0, eta) - (eta - mu) ** 2 / (2 * tau2) - own

    wide = np.geomspace(1e-3, 40, 30)
    bend = math.log((x + 0.5) / (n - x + 0.5))
    at = [mu + s * tau * wide for s in (-1, 1)] + [bend + s * wide for s in (-1, 1)]
    points = np.unique(np.concatenate([*at, np.linspace(mu, bend, 100)]))
    top = max(log(eta) for eta in points)
    total = math.fsum(
        quad(lambda eta: math.exp(log(eta) - top), *ends, epsabs=0, epsrel=1e-13)[0]
        for ends in itertools.pairwise(points)
        if max(map(log, ends)) > top - 60
    )
    return math.log(total / (tau * math.sqrt(2 * math.pi))) + top


CASES = [
    (x, n, mu, tau2)
    for x, n in [(0, 1), (1, 1), (1, 2), (0, 12), (13, 23), (48, 48), (0, 3000), (7, 3000)]
    for mu in (-6.0, -0.5)
    for tau2 in (0.01, 0.5, 4.0, 100.0, 1e6)
]


@pytest.mark.filterwarnings("ignore::scipy.integrate.IntegrationWarning")
@pytest.mark.parametrize(("x", "n", "mu", "tau2"), CASES)
def test_likelihood_against_brute_force(x, n, mu, tau2):
    found = float(log_likelihood([x], [n], mu, tau2))
    assert found == near(brute_force(x, n, mu, tau2), rel=1e-10, absolute=1e-10)


@given(n=st.integers(1, 60), mu=st.floats(-8, 8), tau2=st.floats(1e-6, 1e6, allow_subnormal=False))
def test_probabilities_of_all_outcomes_add_up_to_one(n, mu, tau2):
    x = np.arange(n + 1)
    own = [math.comb(n, a) * (a / n) ** a * (1 - a / n) ** (n - a) for a in range(n + 1)]
    p = own * np.exp(log_likelihood(x[:, None], np.full((n + 1, 1), n), mu, tau2))
    assert p.sum() == near(1, 1e-11)


def test_counts_of_a_billion():
    # Of a rare event the binomial law is Poisson's: rate and law scale together.
    many = log_likelihood([3.0], [1e9], -20.0, 1.0)
    more = log_likelihood([3.0], [2e9], -20.0 - math.log(2), 1.0)
    assert float(many) == near(float(more), 1e-8)
    # Of a common one the likelihood of the logit is normal: so is its integral.
    x, n, mu, tau2 = 3e8, 1e9, -0.5, 0.2
    own = 1 / x + 1 / (n - x)
    normal = -((math.log(3 / 7) - mu) ** 2) / (2 * (tau2 + own)) - math.log1p(tau2 / own) / 2
    assert float(log_likelihood([x], [n], mu, tau2)) == near(normal, 1e-7)


@pytest.mark.parametrize("tau2", [1e-3, 0.3, 5.0, 2000.0])
@pytest.mark.parametrize(("x", "n"), [(0.0, 12.0), (13.0, 23.0), (1.0, 1.0), (40.0, 5000.0)])
def test_derivatives_against_differences(x, n, tau2):
    mu = -0.7

    def at(mu, tau2):
        return slopes(*(np.array([a]) for a in (x, n, mu, tau2)))

    here, h, g = at(mu, tau2), 1e-4 * math.sqrt(1 + tau2), 1e-4 * tau2
    up, down, more, less = at(mu + h, tau2), at(mu - h, tau2), at(mu, tau2 + g), at(mu, tau2 - g)
    for name, by_mu, by_tau2 in [
        ("height", here.mu, here.tau2),
        ("mu", here.mu_mu, here.mu_tau2),
        ("tau2", here.mu_tau2, here.tau2_tau2),
    ]:
        u, d, m, s = (float(getattr(a, name)[0]) for a in (up, down, more, less))
        assert (u - d) / (2 * h) == near(float(by_mu[0]), 1e-5, 1e-9 / h)
        assert (m - s) / (2 * g) == near(float(by_tau2[0]), 1e-5, 1e-9 / g)


def test_common_proportion_by_hand():
    fit = common_proportion([1, 3], [4, 6])
    own = math.log(1 / 4) + 3 * math.log(3 / 4) + 6 * math.log(1 / 2)
    shared = 4 * math.log(0.4) + 6 * math.log(0.6)
    expected = [math.log(4 / 6), math.sqrt(1 / 4 + 1 / 6), 0, shared - own, 2 * (own - shared)]
    assert [float(x) for x in fit] == near(expected)


def summit(x, n, fit):
    """How much higher than the fit the likelihood is anywhere on a grid."""
    mu, tau2 = float(fit.effect), float(fit.tau2)
    fitted = log_likelihood(x, n, mu, tau2) if tau2 else -fit.deviance / 2
    assert float(fit.log_likelihood) == near(float(fitted), 1e-9, 1e-9)
    steps = np.geomspace(1e-3, 20, 5) * max(1, math.sqrt(tau2))
    means = mu + np.concatenate([-steps[::-1], [0], steps])
    grid = log_likelihood(x, n, means[:, None], np.geomspace(1e-6, 1e4, 16))
    return float(grid.max() - fitted)


@st.composite
def arms(draw):
    k = draw(st.integers(1, 6))
    n = draw(st.lists(st.integers(1, draw(st.sampled_from([3, 40, 2000]))), min_size=k, max_size=k))
    return np.array([draw(st.integers(0, a)) for a in n]), np.array(n)


@settings(max_examples=20)
@given(counts=arms())
def test_the_fit_is_the_summit(counts):
    x, n = counts
    fit = binomial_normal(x, n)
    assume(np.isfinite(fit.effect))
    assert summit(x, n, fit) < 1e-9
    assert fit.se > 0
    if fit.tau2 > 0:
        at = slopes(*np.broadcast_arrays(x * 1.0, n, fit.effect, fit.tau2))
        assert abs(at.mu.sum()) * fit.se < 1e-8
        assert abs(at.tau2.sum()) * fit.tau2 < 1e-8
    else:
        common = common_proportion(x, n)
        assert fit[:3] == common[:3]
        assert float(fit.log_likelihood) == near(float(common.log_likelihood), 1e-12, 1e-12)


def test_the_higher_of_two_summits():
    # Two large studies agree and hold tau2 at 0; a hundred small ones need it large.
    x, n = [500_000] * 2 + [0, 10] * 50, [1_000_000] * 2 + [10] * 100
    fit = binomial_normal(x, n)
    assert fit.tau2 > 1000
    assert float(log_likelihood(x, n, fit.effect, fit.tau2)) > -float(fit.deviance) / 2 + 500
    # One study alone among many that are all or none still tells a mean.
    fit = binomial_normal([5] + [0] * 500 + [10] * 500, [10] * 1001)
    assert fit.tau2 > 1e5
    assert fit.effect == near(0, absolute=1e-9)
    assert np.isfinite(fit.se)


@pytest.mark.parametrize(
    ("x", "n", "tau2"),
    [
        ([4, 6], [10, 10], 0),
        ([3, 7], [10, 10], None),  # 8 - 5 > 0
        ([5, 5, 5], [10, 10, 10], 0),
        ([52, 62], [100, 100], None),  # 50 - 49.02 > 0
        ([52, 61], [100, 100], 0),  # 40.5 - 49.155 < 0
        ([19_900, 20_100], [40_000, 40_000], 0),  # 20,000 - 20,000 = 0
        # Twice 101^2 less twice 10,000: tau2 is small, but it is there.
        ([20_000 - 101, 20_000 + 101], [40_000, 40_000], 201 / 10_000**2),
    ],
)
def test_the_derivative_decides_at_the_boundary(x, n, tau2):
    patients, p = np.array(n), sum(x) / sum(n)
    # The sum of squared residuals less its expectation, where one proportion fits all.
    excess = ((x - patients * p) ** 2 - patients * p * (1 - p)).sum()
    fit = binomial_normal(x, n)
    assert (excess > 0) == (fit.tau2 > 0) == (tau2 != 0)
    if tau2:
        assert fit.tau2 == near(tau2, 1e-2)
    if tau2 == 0:
        assert float(fit.effect) == math.log(sum(x) / (sum(n) - sum(x)))
    else:
        assert summit(x, n, fit) < 1e-9


@pytest.mark.parametrize(
    ("x", "n", "expected"),
    [
        # Studies of one patient say nothing of tau2.
        ([0, 1, 1, 0, 1], [1] * 5, [math.log(3 / 2), 0, math.sqrt(1 / 3 + 1 / 2), math.nan]),
        ([3], [10], [math.log(3 / 7), 0, math.sqrt(1 / 3 + 1 / 7), 0]),
        # There is no maximum.
        ([0, 5], [4, 5], [math.nan] * 3 + [2 * (4 * math.log(9 / 4) + 5 * math.log(9 / 5))]),
        ([], [], [math.nan] * 4),
        ([0, 0], [0, 0], [math.nan] * 4),
        *(
            (end * np.arange(1, k + 1), np.arange(1, k + 1), [mu, 0, math.nan, 0])
            for end, mu in ((0, -math.inf), (1, math.inf))
            for k in (1, 2, 70)
        ),
    ],
)
def test_what_has_a_closed_form(x, n, expected):
    fit = binomial_normal(x, n)
    found = [float(a) for a in (fit.effect, fit.tau2, fit.se, fit.deviance)]
    known = 3 if math.isnan(expected[3]) else 4
    assert found[:known] == near(expected[:known], absolute=1e-15)
    assert math.isnan(fit.log_likelihood) == (math.isnan(fit.effect) and sum(n) > 0)


def test_a_batch_is_its_rows():
    rng = np.random.default_rng(3)
    n = rng.integers(1, 60, (2, 3, 5))
    x = rng.binomial(n, expit(rng.normal(-2, 1.2, n.shape)))
    batch = binomial_normal(x, n)
    assert batch.effect.shape == (2, 3)
    for i in np.ndindex(2, 3):
        here = [float(a[i]) for a in batch]
        assert here == near([float(a) for a in binomial_normal(x[i], n[i])], 1e-9, 1e-12), i


def test_of_few_studies_the_t_interval_covers_and_the_normal_one_does_not():
    random, m, k = np.random.default_rng(1), 600, 4
    logit = np.log(0.2 / 0.8)
    events = random.binomial(100, expit(logit + 0.5 * random.standard_normal((m, k))))
    fit = binomial_normal(events, np.full((m, k), 100))
    limits = wald(fit.effect, fit.se), t_interval(fit.effect, fit.se, np.full(m, k - 1.0))
    normal, student = (((low <= logit) & (logit <= high)).mean() for low, high in limits)
    assert 0.8 < normal < 0.89
    assert 0.94 < student < 0.98


@pytest.mark.parametrize(
    ("events", "n", "near"),
    [
        ([0, 1, 30], [50, 40, 30], True), ([0, 1, 2, 1], [50, 40, 30, 20], False),
        ([0, 30], [50, 30], True),  # no maximum
        ([0, 0, 0], [50, 40, 30], False),  # one proportion, none
        ([1, 6, 0, 21], [23, 48, 12, 66], False), ([2, 10, 28], [50, 40, 30], False),
    ],
)  # fmt: skip
def test_near_separation_is_told(events, n, near):
    assert near_separation(events, n, binomial_normal(events, n).tau2) == near
