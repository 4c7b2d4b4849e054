"""The hypergeometric-normal model against metafor, whose optimizer stops a little early.

For mRS 0-2 metafor's fit with variation does not converge; for SICH it stops above tau2 = 0.
Its standard errors are from numerical derivatives: they are right to three digits.
"""

import numpy as np
import pytest
from twobytwo.estimate.exact import exact_odds_ratio
from twobytwo.estimate.hypergeometric_normal import hypergeometric_normal

COMMON, VARYING = "glmm.metafor.OR.CM.EL.EE", "glmm.metafor.OR.CM.EL.ML"


def agree(fit, out):
    assert fit.effect == pytest.approx(out["beta"], rel=1e-6)
    assert fit.se == pytest.approx(out["se"], rel=1e-3)
    assert fit.deviance == pytest.approx(out["QE_LRT"], rel=1e-6)


@pytest.mark.parametrize("outcome", ["mRS0_2", "mortality", "SICH"])
def test_the_common_odds_ratio(arms, out, outcome):
    expected = out(outcome, COMMON)
    found = exact_odds_ratio(*arms(outcome))
    assert np.log(found.estimate) == pytest.approx(expected["beta"], rel=1e-6)
    if outcome != "mortality":  # without variation the varying model is the common one
        agree(hypergeometric_normal(*arms(outcome)), expected)


def test_odds_ratios_of_death_vary(arms, out):
    fit, expected = hypergeometric_normal(*arms("mortality")), out("mortality", VARYING)
    agree(fit, expected)
    assert fit.tau2 == pytest.approx(expected["tau2"], rel=1e-6)
    assert fit.log_likelihood == pytest.approx(expected["logLik"], rel=1e-8)


def test_where_metafor_stops_above_zero_the_boundary_is_higher(arms, out):
    fit, expected = hypergeometric_normal(*arms("SICH")), out("SICH", VARYING)
    agree(fit, expected)
    assert (fit.tau2, round(expected["tau2"], 3)) == (0, 0)
    assert fit.log_likelihood > expected["logLik"]


def test_where_metafor_does_not_converge_the_boundary_is_found(reference, arms):
    assert "error" in reference["outcomes"]["mRS0_2"]["analyses"][VARYING]
    assert hypergeometric_normal(*arms("mRS0_2")).tau2 == 0
