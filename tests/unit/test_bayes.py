"""The Bayesian model against integrals in two dimensions, and at its limits."""

import math

import numpy as np
import pytest
from scipy.special import ndtr
from twobytwo.estimate.bayes import Mixture, posterior, skeptical_sd

Y = np.array([-2.649, -0.496, -1.974, -0.519])
V = np.array([1.23, 0.241, 2.373, 0.132])


def average(law):
    return law.weight @ law.mean


def plane(scale, prior_mean=0.0, prior_sd=math.inf, y=Y, v=V):
    """Posterior density on a fine grid of (mu, tau), by nothing but the definition."""
    mu, tau = np.linspace(-9, 7, 3201), np.linspace(0, 8 * scale, 601)
    log = -((tau / scale) ** 2) / 2 - (((mu - prior_mean) / prior_sd) ** 2 / 2)[:, None]
    for one, variance in zip(y, v, strict=True):
        total = variance + tau**2
        log = log - (one - mu[:, None]) ** 2 / (2 * total) - np.log(total) / 2
    p = np.exp(log - log.max())
    p[:, [0, -1]] /= 2  # trapezoid
    return mu, tau, p / p.sum()


@pytest.mark.parametrize(
    ("scale", "prior_mean", "prior_sd"),
    [(0.25, 0.0, math.inf), (1.0, 0.0, math.inf), (0.5, 0.0, 0.7073), (0.25, -0.5, 0.4)],
)
def test_the_posterior_by_an_integral_in_two_dimensions(scale, prior_mean, prior_sd):
    found = posterior(Y, V, tau_scale=scale, prior_mean=prior_mean, prior_sd=prior_sd)
    mu, tau, p = plane(scale, prior_mean, prior_sd)
    of_mu, of_tau = p.sum(1), p.sum(0)
    assert average(found.mean) == pytest.approx(mu @ of_mu, abs=1e-5)
    for x in (-2.0, -0.8, 0.0, 0.3):
        at = np.searchsorted(mu, x - 1e-9)
        expected = of_mu[:at].sum() + of_mu[at] / 2
        assert found.mean.below(x) == pytest.approx(expected, abs=1e-5)
        new = (p * ndtr((x - mu[:, None]) / np.maximum(tau, 1e-12))).sum()
        assert found.new.below(x) == pytest.approx(new, abs=2e-4)
    cumulative = np.cumsum(of_tau) - of_tau / 2
    assert found.tau_median == pytest.approx(np.interp(0.5, cumulative, tau), abs=1e-3)
    assert found.tau_upper == pytest.approx(np.interp(0.95, cumulative, tau), abs=2e-3)


def test_it_is_as_quick_and_right_where_one_study_has_a_billion_patients():
    # Panels of equal width would be 100,000 here, and a minute.
    v = [1e-9, 1.0]
    found = posterior([0.2, 1.0], v, tau_scale=0.5)
    assert found.mean.mean.size < 1000
    tau = np.geomspace(1e-9, 4.5, 400_001)
    w = 1 / (np.array(v) + tau[:, None] ** 2)
    center = w @ np.array([0.2, 1.0]) / w.sum(1)
    misfit = (w * (np.array([0.2, 1.0]) - center[:, None]) ** 2).sum(1)
    density = np.sqrt(w.prod(1) / w.sum(1)) * np.exp(-(misfit + (tau / 0.5) ** 2) / 2)
    assert average(found.mean) == pytest.approx(
        np.trapezoid(density * center, tau) / np.trapezoid(density, tau), rel=1e-7
    )


def test_without_variation_and_with_a_flat_prior_it_is_the_fixed_effect():
    found, fixed = posterior(Y, V, tau_scale=1e-6), (1 / V) @ Y / (1 / V).sum()
    half = 1.959963984540054 / math.sqrt((1 / V).sum())
    assert average(found.mean) == pytest.approx(fixed, abs=1e-9)
    assert tuple(found.mean.interval()) == pytest.approx((fixed - half, fixed + half), abs=1e-9)
    assert average(found.new) == average(found.mean)


def test_one_precise_study_says_nothing_of_tau():
    # With one study and a flat prior the likelihood of tau is flat: the prior remains.
    found = posterior([0.4], [0.01], tau_scale=0.5)
    assert found.tau_median == pytest.approx(0.6744897501960817 * 0.5, rel=1e-9)
    assert found.tau_upper == pytest.approx(1.959963984540054 * 0.5, rel=1e-9)
    assert found.mean.below(0.4) == pytest.approx(0.5)


def test_a_quantile_has_its_probability_below_it():
    law = Mixture(np.array([-1.0, 2.0]), np.array([0.3, 1.5]), np.array([0.4, 0.6]))
    for p in (0.001, 0.3, 0.5, 0.999):
        assert law.below(law.quantile(p)) == pytest.approx(p, abs=1e-12)
    skeptic = Mixture(np.zeros(1), np.array([skeptical_sd(4)]), np.ones(1))
    assert skeptic.below(math.log(4)) - skeptic.below(-math.log(4)) == pytest.approx(0.95)


def test_what_cannot_be_drops_out_or_is_refused():
    found = posterior([*Y, math.nan, 1.0], [*V, math.nan, math.inf], tau_scale=0.5)
    assert found.tau_median == posterior(Y, V, tau_scale=0.5).tau_median
    for y in ([], [math.nan]):
        with pytest.raises(ValueError, match="no study"):
            posterior(y, np.ones(len(y)), tau_scale=1)
    for scales in ({"tau_scale": 0}, {"tau_scale": 1, "prior_sd": 0}):
        with pytest.raises(ValueError, match="positive"):
            posterior([0], [1], **scales)
