"""What an unmeasured confounder can do, by hand and by construction."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twobytwo.checks.absolute import e_value
from twobytwo.checks.balance import (
    standardized_difference_of_means,
    standardized_difference_of_shares,
)
from twobytwo.checks.confounding import alone_needed, with_outcome_needed, with_treatment_seen

ratios = st.floats(1.01, 50)
shares = st.floats(0, 1)


def bias_factor(eu, ud):
    """The most by which a confounder can multiply a risk ratio (Ding and VanderWeele 2016)."""
    return eu * ud / (eu + ud - 1)


@given(risk_ratio=ratios, above=st.floats(1.001, 20))
def test_what_is_needed_gives_back_the_risk_ratio(risk_ratio, above):
    eu = risk_ratio * above
    assert bias_factor(eu, with_outcome_needed(risk_ratio, eu)) == pytest.approx(risk_ratio)


@given(risk_ratio=ratios)
def test_where_both_are_equal_they_are_the_e_value(risk_ratio):
    e = e_value(risk_ratio, 1.0, 99.0).point
    assert with_outcome_needed(risk_ratio, e).item() == pytest.approx(e)
    assert with_outcome_needed(1 / risk_ratio, e).item() == pytest.approx(e)


def test_the_weakest_association_with_treatment_never_suffices_the_strongest_needs_the_ratio():
    assert with_outcome_needed(2.0, [1.0, 1.5, 2.0]).tolist() == [np.inf] * 3
    assert with_outcome_needed(2.0, np.inf).item() == 2
    assert with_outcome_needed(1.0, [1.0, 3.0]).tolist() == [1, 1]


@given(
    share=shares, share_control=st.floats(0.01, 0.99), risk=st.floats(0.01, 0.2), ud=st.floats(1, 5)
)
def test_no_confounder_of_known_shares_exceeds_the_bound(share, share_control, risk, ud):
    """Crude risk ratio made by a binary cause alone, against what the bound allows."""
    crude = (share * ud * risk + (1 - share) * risk) / (
        share_control * ud * risk + (1 - share_control) * risk
    )
    eu = with_treatment_seen(share, share_control, risk_ratio=crude)
    bound = bias_factor(eu, ud) if np.isfinite(eu) else ud
    assert max(crude, 1 / crude) <= bound * (1 + 1e-9)


def test_the_state_that_counts_depends_on_the_direction():
    assert with_treatment_seen(0.2, 0.6, risk_ratio=0.5) == pytest.approx(3)
    assert with_treatment_seen(0.2, 0.6, risk_ratio=2.0) == pytest.approx(2)


def test_standardized_differences_by_hand():
    assert standardized_difference_of_means(3, 2, 1, 2) == 1
    assert standardized_difference_of_means(1, 1, 3, 7) == pytest.approx(-2 / 5)
    assert standardized_difference_of_shares(0.5, 0.5) == 0
    assert standardized_difference_of_shares(0.8, 0.2) == pytest.approx(0.6 / 0.4)


@given(p=st.floats(0.01, 0.99), q=st.floats(0.01, 0.99))
def test_a_standardized_difference_of_shares_turns_its_sign_with_the_arms(p, q):
    forth, back = standardized_difference_of_shares(p, q), standardized_difference_of_shares(q, p)
    assert forth == pytest.approx(-back)
    assert forth == pytest.approx(-standardized_difference_of_shares(1 - p, 1 - q), abs=1e-12)


@pytest.mark.parametrize("share", [0.1, 0.5, 1.0])
@pytest.mark.parametrize("g", [0.2, 1.0, 5.0])
def test_a_trait_of_the_treated_alone(share, g):
    assert alone_needed(share * g + 1 - share, share) == pytest.approx(max(g, 1 / g))


def test_what_a_trait_of_few_cannot_explain():
    assert alone_needed(0.5, 0.5) == math.inf
    assert math.isnan(alone_needed(0.4, 0.5))
