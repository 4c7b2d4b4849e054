"""P-values of a 2x2 table, against scipy and fractions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, fisher_exact
from twobytwo.checks.p_values import FISHER, PLAIN, YATES, by_test, chi_square_p

arms = st.integers(2, 300).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n)))


@given(treated=arms, controls=arms)
def test_scipy_agrees(treated, controls):
    (a, n1), (c, n2) = treated, controls
    table = [[a, n1 - a], [c, n2 - c]]
    found = by_test(a, n1, c, n2)
    assert found[FISHER] == pytest.approx(fisher_exact(table).pvalue, rel=1e-8)
    for name, correction in ((PLAIN, False), (YATES, True)):
        expected = chi2_contingency(table, correction=correction).pvalue
        assert found[name] == pytest.approx(expected, rel=1e-10)


def test_equal_shares_and_no_events():
    p = chi_square_p([[5, 0]], [[10, 10]], [[10, 0]], [[20, 9]])
    assert p.shape == (1, 2)
    assert p[0, 0] == 1
    assert np.isnan(p[0, 1])
