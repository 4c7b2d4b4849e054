"""Exact odds ratios against 40-digit arithmetic, and against R as far as R is exact."""

import pytest
from twobytwo.estimate.exact import exact_odds_ratio, fisher_p

OUTCOMES = ("mRS0_2", "mortality", "SICH")


def figures(block):
    """In the order of the fields of a result."""
    return (
        block["cond_mle"], *block["exact_CI"],
        block["p_minlik"], block["p_central"],
    )  # fmt: skip


def near(value):
    return pytest.approx(value, rel=1e-10, abs=0)


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_common_odds_ratio(reference, arms, outcome):
    expected = reference["outcomes"][outcome]["mpmath"]["exact_common_OR"]
    assert tuple(exact_odds_ratio(*arms(outcome))) == near(figures(expected))


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("i", range(4))
def test_odds_ratio_of_a_study(reference, arms, outcome, i):
    study = [arm[i] for arm in arms(outcome)]
    expected = reference["outcomes"][outcome]["mpmath"]["exact_study_OR"][i]
    assert tuple(exact_odds_ratio(*study)) == near(figures(expected))
    assert fisher_p(*study) == near(expected["p_minlik"])
