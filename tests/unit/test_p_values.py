"""P-values of a 2x2 table, against scipy and fractions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency, fisher_exact
from twobytwo.checks.p_values import FISHER, PLAIN, YATES, by_test

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


def test_equal_shares():
    assert by_test(5, 10, 10, 20) == pytest.approx({FISHER: 1, PLAIN: 1, YATES: 1})
