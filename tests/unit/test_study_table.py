"""The table of the studies and the pooled result, and what a result prints."""

import math

import numpy as np
import pytest
from twobytwo import pool, results, rounding

DEATHS = ([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
NAMES = ["Baracchini 2017", "Chang 2018", "Cornelissen 2018", "Peng 2019"]


def summary(*arms, **choices):
    return repr(pool(*arms, **choices)).splitlines()


@pytest.mark.parametrize(
    ("value", "decimals", "printed"),
    [
        (0.125, 2, "0.13"),
        (-0.125, 2, "-0.13"),
        (-0.001, 2, "0.00"),
        (2.0, 2, "2.00"),
        (43.338, 0, "43"),
        (math.nan, 2, "-"),
        (math.inf, 2, "-"),
        (np.float64(0.5), 0, "1"),
    ],
)
def test_number(value, decimals, printed):
    assert rounding.number(value, decimals) == printed


def test_an_undefined_estimate_is_not_estimable():
    assert rounding.with_interval(math.nan, math.nan, math.nan) == "not estimable"


@pytest.mark.parametrize("huge", [1e26, 1e30, 1e300])
def test_a_huge_limit_is_printed(huge):
    assert rounding.with_interval(1.0, 0.0, huge).startswith("1.00 [0.00, ")


@pytest.mark.parametrize(
    ("p", "printed"), [(0.0349, "p = 0.03"), (0.00214, "p = 0.002"), (2e-5, "p < 0.001")]
)
def test_p_is_an_equation(p, printed):
    assert rounding.p_equals(p) == printed


def test_the_summary_of_mortality():
    assert repr(pool(*DEATHS, study=NAMES)).splitlines()[:-2] == [
        "Study             Treatment  Control   Weight       OR [95 % CI]",
        "Baracchini 2017        1/23     9/23   13.1 %  0.07 [0.01, 0.62]",
        "Chang 2018             6/48   19/100   34.9 %  0.61 [0.23, 1.64]",
        "Cornelissen 2018       0/12     5/14    7.6 %  0.07 [0.00, 1.41]",
        "Peng 2019             21/66    29/66   44.3 %  0.60 [0.29, 1.21]",
        "Total                28/149   62/203  100.0 %  0.39 [0.16, 0.93]",
        "",
        "Heterogeneity: tau2 = 0.33; Q = 5.29, df = 3 (p = 0.15); I2 = 43 %",
        "Overall effect: z = 2.11 (p = 0.03)",
        "Prediction interval for a new study: [0.02, 8.95]",
    ]


def test_the_summary_closes_with_the_method():
    result = pool(*DEATHS, study=NAMES)
    assert repr(result).endswith(f"\n\n{result.method_sentence}")


def test_a_study_without_information_has_dashes():
    line = summary([3, 0, 4], [9, 9, 9], [5, 0, 5], [9, 7, 9])[2]
    assert line.split() == ["Study", "2", "0/9", "0/7", "-", "not", "estimable"]


def test_a_fixed_effect_has_no_tau2_and_no_prediction_line():
    lines = summary(*DEATHS, model="fixed")
    assert not [line for line in lines if "tau2 =" in line or line.startswith("Prediction")]


def test_one_study_has_no_heterogeneity_line_to_fill():
    lines = summary([3], [9], [5], [9], model="fixed")
    assert "Heterogeneity: not applicable" in lines


def test_without_a_study_the_total_is_not_estimable():
    lines = summary([0], [9], [0], [9])
    assert lines[2].split() == ["Total", "0/9", "0/9", "-", "not", "estimable"]
    assert "Overall effect: not applicable" in lines


def test_without_a_study_heterogeneity_is_not_applicable():
    assert "Heterogeneity: not applicable" in summary([0], [9], [0], [9])


def test_z_is_printed_without_its_sign():
    assert results.overall(pool(*DEATHS)) == "z = 2.11 (p = 0.03)"


@pytest.mark.parametrize("choices", [{}, {"level": 0.999}, {"increment": 0.001}])
def test_studies_that_could_not_differ_more_still_print(choices):
    lines = summary([0, 100, 50], [100] * 3, [100, 0, 50], [100] * 3, **choices)
    assert lines[4].startswith("Total")


@pytest.mark.parametrize("level", [0.9, 0.95, 0.99, 0.999, 0.68])
def test_the_heading_states_the_level(level):
    assert f"OR [{100 * level:g} % CI]" in summary(*DEATHS, level=level)[0]
