"""Rounding as in print: half up, decimals kept."""

import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twobytwo.rounding import half_up, p_text, percent, prints_as


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        # Halves that binary or half-to-even rounding gets wrong.
        (31.25, 1, "31.3"),
        (0.125, 2, "0.13"),
        (2.675, 2, "2.68"),
        (1.005, 2, "1.01"),
        (0.5, 0, "1"),
        (1.5, 0, "2"),
        (2.5, 0, "3"),
        (-0.5, 0, "-1"),
        (-2.5, 0, "-3"),
        (0.285, 2, "0.29"),
        (1.15, 1, "1.2"),
        # Just below a half.
        (0.49999999999999994, 0, "0"),
        (2.6749999, 2, "2.67"),
        # Carrying.
        (9.995, 2, "10.00"),
        (99.95, 1, "100.0"),
        # Zero has no sign; decimals are kept.
        (-0.004, 2, "0.00"),
        (-0.0, 2, "0.00"),
        (0.0, 0, "0"),
        (3.0, 3, "3.000"),
        (0.1, 2, "0.10"),
        # No exponent, however large or small.
        (1e-12, 2, "0.00"),
        (1e16, 2, "10000000000000000.00"),
        (123456789.987654321, 2, "123456789.99"),
        (1e22, 0, "10000000000000000000000"),
        (1e30, 2, "1" + "0" * 30 + ".00"),
        (1e300, 0, "1" + "0" * 300),
        # Exact fractions.
        (F(15, 48) * 100, 1, "31.3"),
        (F(8, 12) * 100, 1, "66.7"),
        (F(8, 12) * 100, 0, "67"),
        (F(1, 8), 2, "0.13"),
        (F(-1, 8), 2, "-0.13"),
        (F(-1, 1000), 2, "0.00"),
        (F(1, 3), 10, "0.3333333333"),
        (F(10**30 + 1), 1, f"{10**30 + 1}.0"),
        # Other kinds of number.
        (7, 2, "7.00"),
        (np.float64(2.675), 2, "2.68"),
        (np.int64(3), 1, "3.0"),
    ],
)
def test_half_up(value, decimals, printed):
    assert half_up(value, decimals) == printed


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_no_number_to_print(value):
    with pytest.raises(ValueError, match="cannot be printed as a number"):
        half_up(value)


@given(st.integers(-(10**9), 10**9), st.integers(0, 6), st.integers(0, 6))
def test_a_decimal_and_its_fraction_print_alike(digits, places, decimals):
    # A float of up to 10 digits prints as itself, so that both start from the same number.
    exact = Decimal(digits).scaleb(-places)
    expected = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    expected = f"{abs(expected) if expected == 0 else expected}"
    assert half_up(float(exact), decimals) == half_up(F(exact), decimals) == expected


@pytest.mark.parametrize(
    ("events", "n", "decimals", "printed"),
    [
        (15, 48, 1, "31.3"),
        (8, 12, 0, "67"),
        (21, 66, 1, "31.8"),
        (0, 12, 1, "0.0"),
        (12, 12, 1, "100.0"),
        (1, 8, 1, "12.5"),
        (1, 16, 1, "6.3"),
        (10**9, 3 * 10**9, 2, "33.33"),
    ],
)
def test_percent(events, n, decimals, printed):
    assert percent(events, n, decimals) == printed


def test_percent_takes_the_integers_of_arrays():
    assert percent(np.int64(15), np.int64(48)) == "31.3"


@pytest.mark.parametrize(
    ("p", "printed"),
    [
        (0.0, "< 0.001"),
        (0.000999999, "< 0.001"),
        (0.001, "0.001"),
        (0.0021419, "0.002"),
        (0.0015, "0.002"),
        (0.00999, "0.010"),
        (0.01, "0.01"),
        (0.034960, "0.03"),
        (0.045, "0.05"),
        (0.41, "0.41"),
        (1.0, "1.00"),
    ],
)
def test_p_values(p, printed):
    assert p_text(p) == printed


@pytest.mark.parametrize(
    ("value", "printed", "same"),
    [
        (0.385331, "0.39", True),
        (0.385331, "0.38", False),
        (0.385331, "0.385", True),
        (0.385331, "0.3853", True),
        (0.385331, "0.3854", False),
        (0.3849999, "0.39", False),
        (0.385, "0.39", True),
        (2.0, "2", True),
        (2.0, "2.0", True),
        (2.04, "2.0", True),
        (0.03496, ".03", True),
        (-0.39, "-0.39", True),
        (-0.39, "\u22120.39", True),
        (-0.39, "-.39", True),
        (-0.39, "0.39", False),
        (0.39, " 0.39 ", True),
        (43.338, "43", True),
        (F(15, 48) * 100, "31.3", True),
        (F(15, 48) * 100, "31.2", False),
        (2e-5, "<0.001", True),
        (2e-5, "< .001", True),
        (0.001, "<0.001", False),
        (0.002, "<0.001", False),
        (F(1, 2000), "<0.001", True),
        (F(1, 500), "<0.001", False),
    ],
)
def test_prints_as(value, printed, same):
    assert prints_as(value, printed) is same


def test_prints_as_knows_how_many_decimals_were_kept():
    assert not prints_as(0.1, "0.10000000000000001")
    assert prints_as(0.1, "0.10")


def test_two_decimals_unless_told():
    assert half_up(0.385) == "0.39"


def test_a_bound_does_not_print_the_number_it_excludes():
    assert prints_as(0.00099, "<0.001")
    assert not prints_as(0.25, "<0.25")
    assert prints_as(0.04, "< 0.05")
    assert prints_as(4.0, "<5")
