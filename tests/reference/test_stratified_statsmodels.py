"""Mantel-Haenszel against statsmodels, which shares neither code nor author with the library.

`StratifiedTable` adds nothing to any cell, so that only tables without a zero are compared.
"""

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable
from twobytwo import pool

PAPER = ([13, 19, 8, 24], [23, 48, 12, 66], [4, 22, 3, 13], [23, 100, 14, 66])


def drawn(seed):
    """Two to twelve studies without a zero cell, arms of 2 to 400 patients."""
    rng = np.random.default_rng(seed)
    n1, n2 = rng.integers(2, 400, (2, rng.integers(2, 13)))
    return rng.integers(1, n1), n1, rng.integers(1, n2), n2


CASES = [pytest.param(PAPER, id="paper")] + [
    pytest.param(drawn(seed), id=f"seed-{seed}") for seed in range(20)
]


@pytest.mark.parametrize("arms", CASES)
def test_odds_ratio_with_its_error_and_risk_ratio(arms):
    a, n1, c, n2 = map(np.asarray, arms)
    other = StratifiedTable(np.array([[a, n1 - a], [c, n2 - c]], dtype=float))
    result, ratio = pool(*arms, model="fixed"), pool(*arms, model="fixed", measure="RR")
    found = (result.estimate, result.se, result.ci_lower, result.ci_upper, ratio.estimate)
    limits = other.oddsratio_pooled_confint()
    assert found == pytest.approx(
        (other.oddsratio_pooled, other.logodds_pooled_se, *limits, other.riskratio_pooled),
        rel=1e-10, abs=0,
    )  # fmt: skip
