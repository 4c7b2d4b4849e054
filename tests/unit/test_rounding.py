"""Rounding as in print: half up, decimals kept."""

import math
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction as F

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from twobytwo.estimate.effects import cells
from twobytwo.rounding import (
    Ratios,
    decimals_for,
    exact_ratios,
    half_up,
    half_up_many,
    magnitude,
    number,
    numbers,
    p_equals,
    p_text,
    percent,
    prints_as,
    scale_for,
    shares,
    signs,
    with_interval,
    with_intervals,
)


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        # Halves that binary or half-to-even rounding gets wrong, and what is just below one.
        (31.25, 1, "31.3"), (2.675, 2, "2.68"), (1.005, 2, "1.01"), (2.5, 0, "3"), (-2.5, 0, "-3"),
        (0.5, 0, "1"), (1.15, 1, "1.2"), (0.49999999999999994, 0, "0"), (2.6749999, 2, "2.67"),
        # Carrying; zero has no sign; decimals are kept.
        (9.995, 2, "10.00"), (99.95, 1, "100.0"), (-0.004, 2, "0.00"), (-0.0, 2, "0.00"),
        (0.0, 0, "0"), (3.0, 3, "3.000"), (0.1, 2, "0.10"),
        # No exponent, however large or small.
        (1e-12, 2, "0.00"), (1e16, 2, "10000000000000000.00"), (1e300, 0, "1" + "0" * 300),
        (123456789.987654321, 2, "123456789.99"),
        # Exact fractions, and other kinds of number.
        (F(8, 12) * 100, 1, "66.7"), (F(8, 12) * 100, 0, "67"), (F(-1, 8), 2, "-0.13"),
        (F(-1, 1000), 2, "0.00"), (F(1, 3), 10, "0.3333333333"), (7, 2, "7.00"),
        (F(10**30 + 1), 1, f"{10**30 + 1}.0"), (np.float64(2.675), 2, "2.68"),
    ],
)  # fmt: skip
def test_half_up(value, decimals, printed):
    assert half_up(value, decimals) == printed


@given(st.integers(-(10**9), 10**9), st.integers(0, 6), st.integers(0, 6))
def test_a_decimal_and_its_fraction_print_alike(digits, places, decimals):
    # A float of up to 10 digits prints as itself, so that both start from the same number.
    exact = Decimal(digits).scaleb(-places)
    expected = exact.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    expected = f"{abs(expected) if expected == 0 else expected}"
    assert half_up(float(exact), decimals) == half_up(F(exact), decimals) == expected


def test_what_is_undefined_has_a_dash_or_is_not_estimable():
    printed = [number(x) for x in (math.nan, math.inf, 0.125, np.float64(-0.125), -0.001)]
    assert printed == ["-", "-", "0.13", "-0.13", "0.00"]
    assert with_interval(math.nan, math.nan, math.nan) == "not estimable"
    assert shares([12.25, math.nan, 100]) == ["12.3 %", "-", "100.0 %"]
    assert with_interval(1.0, 0.0, 1e300) == f"1.00 [0.00, 1{'0' * 300}.00]"
    for value in (math.nan, math.inf, -math.inf):
        with pytest.raises(ValueError, match="cannot be printed as a number"):
            half_up(value)


@pytest.mark.parametrize(
    ("events", "n", "decimals", "printed"),
    [(15, 48, 1, "31.3"), (8, 12, 0, "67"), (0, 12, 1, "0.0"), (12, 12, 1, "100.0"),
     (1, 16, 1, "6.3"), (10**9, 3 * 10**9, 2, "33.33")],
)  # fmt: skip
def test_percent(events, n, decimals, printed):
    assert percent(events, n, decimals) == printed
    assert percent(np.int64(events), np.int64(n), decimals) == printed
    assert percent(events, n) == percent(events, n, 1)


@pytest.mark.parametrize(
    ("p", "printed"),
    [(0.0, "< 0.001"), (0.000999999, "< 0.001"), (0.001, "0.001"), (0.0021419, "0.002"),
     (0.0015, "0.002"), (0.00999, "0.010"), (0.01, "0.01"), (0.034960, "0.03"), (0.045, "0.05"),
     (1.0, "1.00")],
)  # fmt: skip
def test_p_values(p, printed):
    assert p_text(p) == printed
    assert p_equals(p) == (f"p {printed}" if printed[0] == "<" else f"p = {printed}")


@pytest.mark.parametrize(
    ("value", "same", "other"),
    [
        (0.385331, "0.39 0.385 0.3853", "0.38 0.3854"), (0.3849999, "0.38", "0.39"),
        (2.0, "2 2.0", "2.1"), (2.04, "2.0", "2.05"), (0.03496, ".03", ".04"),
        (-0.39, "-0.39 \u22120.39 -.39", "0.39"), (43.338, "43", "44"),
        (0.1, "0.10", "0.10000000000000001"), (F(15, 48) * 100, "31.3", "31.2"),
        # A bound does not print the number that it excludes.
        (2e-5, "<0.001 <.001", "<0.00002 0.001"), (0.00099, "<0.001", "<0.0009"),
        (0.001, "<0.01", "<0.001"), (0.04, "<0.05", "<0.04"), (4.0, "<5", "<4"),
        (F(1, 2000), "<0.001", "<0.0005"), (F(1, 500), "0.002", "<0.001"),
    ],
)  # fmt: skip
def test_prints_as(value, same, other):
    assert [text for text in same.split() if not prints_as(value, text)] == []
    assert [text for text in other.split() if prints_as(value, text)] == []
    assert prints_as(value, f" {same.split()[0].replace('<', '< ')} ")


def test_two_decimals_unless_told():
    bare = [half_up(0.385), number(0.385), magnitude(0.385), *numbers([0.385])]
    assert [*bare, *half_up_many(Ratios(np.array([385]), np.array([1000])))] == ["0.39"] * 5
    assert with_interval(0.385, 0.1, 0.9) == "0.39 [0.10, 0.90]"
    assert with_interval(0.385, 0.1, 0.9, 1) == "0.4 [0.1, 0.9]"
    assert with_intervals([0.385], [0.1], [0.9]) == ["0.39 [0.10, 0.90]"]


@pytest.mark.parametrize(
    ("text", "signed"),
    [("-", "–"), ("tau2 = 0.33; I2 = 43 %", "τ² = 0.33; I² = 43 %"), ("a -1x", "a −1x"),
     ("mTICI2b, TIMI2, tau2x", "mTICI2b, TIMI2, tau2x"),
     ("-0.10 [-0.20, 0.01] (-3)", "−0.10 [−0.20, 0.01] (−3)"), ("1 2-", "1 2-"),
     ("M-H of 2-3 - or -x, 1-", "M-H of 2-3 - or -x, 1-")],
)  # fmt: skip
def test_signs_that_plain_text_lacks(text, signed):
    assert signs(text) == signed


def test_an_interval_is_bounded_or_called_undefined():
    nan, inf = math.nan, math.inf
    columns = [0.07, 4e7, 1000.0, 0.0, 0.0005, nan, 2.0], [0.0034, 2e3, 0.001, 0.0, 1e-9, nan, nan]
    upper = [1.41, inf, 1001.0, nan, 0.001, nan, nan]
    assert with_intervals(*columns, upper, ratio=True) == [
        "0.07 [0.00, 1.41]",
        "> 1,000 [> 1,000, ∞]",
        "1000.00 [0.00, > 1,000]",
        "0.00 [0.00, -]",
        "< 0.001 [< 0.001, 0.00]",
        "not estimable",
        "2.00 [undefined]",
    ]
    # What shows in the decimals at hand needs no bound; of what is no ratio none is told.
    assert with_intervals([0.0006], [0.00005], [0.0004], 4, ratio=True) == [
        "0.0006 [0.0001, 0.0004]"
    ]
    assert with_intervals([0.0006], [0.00004], [2e3], 4, ratio=True) == [
        "0.0006 [< 0.0001, > 1,000]"
    ]
    # The bound of a limit below 0.00003 is no larger than 0.00003.
    assert with_intervals([3e-5], [4e-6], [1.9e-4], 5, ratio=True) == [
        "0.00003 [< 0.00001, 0.00019]"
    ]
    assert with_intervals([3e-8], [1e-9], [0.5], 8, ratio=True) == [
        "0.00000003 [< 0.00000001, 0.50000000]"
    ]
    assert with_intervals([0.0004], [-3.0], [2e3]) == ["0.00 [-3.00, 2000.00]"]


def test_an_estimate_of_whole_numbers_is_printed_as_these_round():
    exact = with_intervals(
        [0.275, math.nan, 1.0], [0.1] * 3, [0.5] * 3, exact=["0.28", "1.00", None]
    )
    assert exact == ["0.28 [0.10, 0.50]", "not estimable", "1.00 [0.10, 0.50]"]


sizes = st.integers(1, 60) | st.integers(1, 10**8)
studies = st.tuples(sizes, sizes).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)


@given(
    tables=st.lists(studies, min_size=1, max_size=4),
    measure=st.sampled_from(["OR", "RR", "RD"]),
    rule=st.sampled_from(["affected", "all", "none"]),
    increment=st.sampled_from([0.5, 0.01, 1.0]),
    decimals=st.integers(0, 9),
)
def test_study_effects_are_rounded_from_exact_fractions(tables, measure, rule, increment, decimals):
    table = cells(*zip(*tables, strict=True))
    printed = half_up_many(exact_ratios(table, measure, rule, increment), decimals)
    for (a, n1, c, n2), text in zip(tables, printed, strict=True):
        zero = 0 in (a, n1 - a, c, n2 - c)
        h = F(str(increment)) if rule == "all" or (rule == "affected" and zero) else F(0)
        x, y, z, w = a + h, n1 - a + h, c + h, n2 - c + h
        top, bottom = (x * w, y * z) if measure == "OR" else (x * (z + w), z * (x + y))
        if measure == "RD":
            top, bottom = F(a, n1) - F(c, n2), F(1)
        assert text == (half_up(top / bottom, decimals) if bottom else None)


def test_half_is_added_where_the_rule_says():
    table = cells([0, 6], [12, 20], [5, 1], [14, 40])
    rules = ((), ("none",), ("all",), ("affected", 1))
    found = [half_up_many(exact_ratios(table, "OR", *rule)) for rule in rules]
    assert found == [["0.07", "16.71"], ["0.00", "16.71"], ["0.07", "11.80"], ["0.13", "16.71"]]


def test_ties_that_floats_round_down_and_numbers_too_long_for_64_bits():
    # 6/20 less 1/40 is 0.275; the float nearest to the difference is a little less.
    assert half_up(6 / 20 - 1 / 40) == "0.27"
    assert half_up_many(exact_ratios(cells([6], [20], [1], [40]), "RD")) == ["0.28"]
    assert half_up_many(exact_ratios(cells([17], [25], [8], [32]), "OR")) == ["6.38"]
    top, bottom = [10**18 + 5, 5], [10**17, 10**18]
    expected = [half_up(F(x, y), 20) for x, y in zip(top, bottom, strict=True)]
    assert half_up_many(Ratios(np.array(top), np.array(bottom)), 20) == expected


@pytest.mark.parametrize(
    ("numbers", "null", "decimals"),
    [
        ((0.39, 0.16, 0.93), 1, 2), ((1.0, 1.0, 1.0), 1, 2), ((0.0, -0.01, 0.01), 0, 2),
        ((0.0691, 0.0034, 1.41), 1, 2),  # the paper prints this limit as 0.00
        ((-0.000415, -0.000558, -0.000273), 0, 5), ((0.0049, -0.2, 0.2), 0, 4),
        ((0.005, -0.2, 0.2), 0, 2), ((0.30, 0.0004, 0.6), 0, 4), ((0.60, 0.40, 0.998), 1, 3),
        ((0.60, 0.40, 0.99501), 1, 3), ((1e-30, 0.0, 1.0), 0, 12), ((0.5, 0.3, 1.0049), 1, 3),
        ((0.5, 0.3, 1.005), 1, 2),  # prints as 1.01
        ((0.5, 0.01, 2.0), 0, 2), ((math.nan, math.nan, math.inf), 1, 2),
    ],
)  # fmt: skip
def test_decimals_that_keep_the_message(numbers, null, decimals):
    assert decimals_for(*numbers, null=null) == decimals


@given(value=st.floats(0, allow_infinity=True, allow_nan=False))
def test_a_magnitude_is_short_and_true(value):
    text = magnitude(value)
    assert len(text) <= len("more than 1,000")
    if text.startswith("more"):
        assert value > 1000
    elif text.startswith("less"):
        assert 0 < value < 0.001
    else:
        assert abs(float(text) - value) <= 0.005 + 1e-12


def test_a_magnitude_at_its_bounds():
    assert [magnitude(x) for x in (1000.0, 1000.01, 0.001, 0.00099, 0.0)] == [
        "1000.00", "more than 1,000", "0.00", "less than 0.001", "0.00"
    ]  # fmt: skip
    # With decimals that show it, a small number needs no bound.
    assert [magnitude(x, 5) for x in (0.00042, 0.000005, 0.0000049)] == [
        "0.00042", "0.00001", "less than 0.001"
    ]  # fmt: skip
    with pytest.raises(ValueError, match="nan"):
        magnitude(math.nan)
    assert [scale_for(x) for x in (0.0, 0.001, -0.0009, 1.0)] == [1000, 1000, 100_000, 1000]


@pytest.mark.parametrize("decimals", [0, 1, 2, 5])
def test_many_numbers_are_rounded_as_each_alone(decimals):
    rng = np.random.default_rng(8)
    digits = rng.integers(-2_000_000, 2_000_000, 3000)
    halves = (digits + 0.5) / 10**decimals  # the doubles next to them, above or below
    odd = [0.0, -0.0, -1e-9, 1e9 + 0.5, 3e15, 1e307, -math.inf, math.nan]
    values = [*halves, *rng.normal(0, 3, 500), *odd]
    assert numbers(values, decimals) == [number(x, decimals) for x in values]
