"""Trial sizes against statsmodels."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri
from statsmodels.stats.proportion import (
    power_proportions_2indep,
    samplesize_proportions_2indep_onetail,
)
from twobytwo.checks.trial_size import patients_per_arm, power_of_trial

RISKS = [(0.428, 0.207), (0.145, 0.305), (0.128, 0.177), (0.9, 0.5), (0.02, 0.05)]


@pytest.mark.parametrize("power", [0.8, 0.9])
@pytest.mark.parametrize("risks", RISKS)
def test_size_is_that_of_statsmodels(risks, power):
    risk, control = risks
    exact = samplesize_proportions_2indep_onetail(risk - control, control, power)
    assert patients_per_arm(risk, control, power) == math.ceil(exact)


@pytest.mark.parametrize("n", [20, 174, 1000])
@pytest.mark.parametrize("risks", RISKS)
def test_power_is_that_of_statsmodels_without_the_wrong_direction(risks, n):
    risk, control = risks
    found = power_proportions_2indep(risk - control, control, n)
    spread = math.sqrt(n) / found.std_alt
    wrong = ndtr(-spread * abs(risk - control) - ndtri(0.975) * found.std_null / found.std_alt)
    assert power_of_trial(n, risk, control) == pytest.approx(found.power - wrong, abs=1e-9)


@given(p=st.floats(0.02, 0.98), q=st.floats(0.02, 0.98), power=st.sampled_from([0.5, 0.8, 0.9]))
def test_the_size_found_has_the_power_asked_for_and_one_patient_fewer_has_not(p, q, power):
    assume(abs(p - q) > 0.01)
    n = patients_per_arm(p, q, power)
    assert power_of_trial(n, p, q) >= power - 1e-9
    assert power_of_trial(n - 1, p, q) < power
    assert n == patients_per_arm(q, p, power) == patients_per_arm(1 - p, 1 - q, power)


@pytest.mark.parametrize("risks", [(0, 0.5), (0.5, 1), (1.2, 0.3), (0.3, 0.3)])
def test_equal_risks_or_one_outside_0_and_1_are_refused(risks):
    with pytest.raises(ValueError, match="equal risks" if risks[0] == 0.3 else "between 0 and 1"):
        patients_per_arm(*risks)
