"""Study effects by hand, in exact fractions."""

import math
from fractions import Fraction as F

import numpy as np
import pytest
from twobytwo.estimate.effects import (
    Cells,
    cells,
    corrected,
    estimable,
    has_zero_cell,
    log_odds_ratio,
    log_risk_ratio,
    peto_log_odds_ratio,
    risk_difference,
    study_effects,
)


def one(*counts):
    """The cells of one study."""
    return cells(*([x] for x in counts))


def exactly(fraction):
    return pytest.approx(float(fraction), rel=1e-14, abs=0)


def test_cells_are_events_and_non_events_of_each_arm():
    table = cells([8, 1], [12, 10], [3, 0], [14, 9])
    assert [cell.tolist() for cell in table] == [[8, 1], [4, 9], [3, 0], [11, 9]]


def test_cells_broadcast_to_a_batch():
    table = cells(np.zeros((5, 3)), [10, 20, 30], np.ones((5, 3)), [7])
    assert [cell.shape for cell in table] == [(5, 3)] * 4


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param((-1, 10, 1, 10), id="negative"),
        pytest.param((1.5, 10, 1, 10), id="half an event"),
        pytest.param((1, 10.5, 1, 10), id="half a patient"),
        pytest.param((11, 10, 1, 10), id="more events than treated"),
        pytest.param((1, 10, 11, 10), id="more events than controls"),
        pytest.param((math.nan, 10, 1, 10), id="events missing"),
        pytest.param((1, math.nan, 1, 10), id="n missing"),
        pytest.param((math.inf, math.inf, 1, 10), id="infinite events"),
        pytest.param((1, math.inf, 1, 10), id="infinite n"),
    ],
)
def test_impossible_counts_are_refused(counts):
    with pytest.raises(ValueError, match=r"study 1: .*whole numbers with 0 <= events <= n"):
        one(*counts)


def test_the_refusal_names_the_study_and_the_arm():
    with pytest.raises(ValueError, match="study 2: events_control = 9 of n_control = 8"):
        cells([1, 1], [8, 8], [1, 9], [8, 8])


def test_counts_without_a_study_axis_are_refused():
    with pytest.raises(ValueError, match=r"pass \[8\], not 8"):
        cells(8, 12, 3, 14)


@pytest.mark.parametrize(
    ("counts", "ratio", "difference"),
    [
        pytest.param((3, 10, 5, 10), True, True, id="events in both arms"),
        pytest.param((0, 10, 5, 10), True, True, id="no event when treated"),
        pytest.param((10, 10, 5, 10), True, True, id="only events when treated"),
        pytest.param((0, 10, 10, 10), True, True, id="none against all"),
        pytest.param((0, 10, 0, 10), False, True, id="no event at all"),
        pytest.param((10, 10, 10, 10), False, True, id="only events"),
        pytest.param((0, 0, 5, 10), False, False, id="nobody treated"),
        pytest.param((5, 10, 0, 0), False, False, id="no controls"),
        pytest.param((0, 0, 0, 0), False, False, id="nobody"),
        pytest.param((0, 1, 1, 1), True, True, id="one patient an arm"),
    ],
)
def test_a_study_is_estimable(counts, ratio, difference):
    found = [bool(estimable(one(*counts), measure)[0]) for measure in ("OR", "RR", "RD")]
    assert found == [ratio, ratio, difference]


@pytest.mark.parametrize(
    ("counts", "zero"),
    [
        ((1, 2, 1, 2), False),
        ((0, 2, 1, 2), True),
        ((2, 2, 1, 2), True),
        ((1, 2, 0, 2), True),
        ((1, 2, 2, 2), True),
    ],
)
def test_a_zero_in_any_of_the_four_cells_is_found(counts, zero):
    assert has_zero_cell(one(*counts)).tolist() == [zero]


@pytest.mark.parametrize(
    ("rule", "first", "second"),
    [
        ("affected", [1, 9, 2, 8], [0.25, 10.25, 3.25, 7.25]),
        ("all", [1.25, 9.25, 2.25, 8.25], [0.25, 10.25, 3.25, 7.25]),
        ("none", [1, 9, 2, 8], [0, 10, 3, 7]),
    ],
)
def test_the_zero_cell_rule_adds_the_increment_to_all_four_cells_of(rule, first, second):
    table = corrected(cells([1, 0], [10, 10], [2, 3], [10, 10]), rule, 0.25)
    assert [[float(cell[i]) for cell in table] for i in (0, 1)] == [first, second]


def test_a_zero_cell_in_one_meta_analysis_of_a_batch_changes_no_other():
    table = corrected(cells([[0], [1]], [10], [3], [10]))
    assert table.a.tolist() == [[0.5], [1.0]]


def test_log_odds_ratio():
    effect, variance = log_odds_ratio(one(8, 12, 3, 14))
    assert effect[0] == exactly(math.log(F(8 * 11, 4 * 3)))
    assert variance[0] == exactly(F(1, 8) + F(1, 4) + F(1, 3) + F(1, 11))


def test_log_risk_ratio():
    effect, variance = log_risk_ratio(one(8, 12, 3, 14))
    assert effect[0] == exactly(math.log(F(8, 12) / F(3, 14)))
    assert variance[0] == exactly(F(1, 8) - F(1, 12) + F(1, 3) - F(1, 14))


def test_risk_difference():
    effect, variance = risk_difference(one(8, 12, 3, 14))
    assert effect[0] == exactly(F(8, 12) - F(3, 14))
    assert variance[0] == exactly(F(8 * 4, 12**3) + F(3 * 11, 14**3))


def test_peto_log_odds_ratio():
    a, n1, c, n2 = 0, 12, 5, 14
    m, n = a + c, n1 + n2
    hypergeometric = F(n1 * n2 * m * (n - m), n**2 * (n - 1))
    effect, variance = peto_log_odds_ratio(one(a, n1, c, n2))
    assert effect[0] == exactly((a - F(n1 * m, n)) / hypergeometric)
    assert variance[0] == exactly(1 / hypergeometric)


def test_a_zero_cell_enlarges_n_of_the_risk_ratio_by_one():
    effect, variance = study_effects(one(0, 12, 5, 14), "RR")
    half = F(1, 2)
    assert effect[0] == exactly(math.log((half / 13) / (F(11, 2) / 15)))
    assert variance[0] == exactly(2 - F(1, 13) + F(2, 11) - F(1, 15))


def test_variance_of_the_risk_ratio_survives_cancellation():
    # All but one of a billion patients: 1/a - 1/n would keep no digit.
    n = 10**9
    _, variance = log_risk_ratio(one(n - 1, n, n - 2, n))
    assert variance[0] == exactly(F(1, n - 1) - F(1, n) + F(1, n - 2) - F(1, n))


@pytest.mark.parametrize("counts", [(0, 9, 3, 9), (3, 9, 0, 9), (9, 9, 3, 9), (3, 9, 9, 9)])
def test_without_a_correction_the_odds_ratio_of_a_zero_cell_is_not_finite(counts):
    with np.errstate(divide="ignore"):
        effect, variance = study_effects(one(*counts), "OR", "none")
    assert np.isinf(effect[0])
    assert np.isinf(variance[0])


@pytest.mark.parametrize("rule", ["affected", "all", "none"])
@pytest.mark.parametrize(
    "counts", [(0, 12, 5, 14), (12, 12, 5, 14), (3, 12, 0, 14), (3, 12, 5, 14)]
)
def test_a_risk_difference_with_a_variance_is_never_corrected(counts, rule):
    a, n1, c, n2 = counts
    effect, variance = study_effects(one(*counts), "RD", rule)
    assert effect[0] == exactly(F(a, n1) - F(c, n2))
    assert variance[0] == exactly(F(a * (n1 - a), n1**3) + F(c * (n2 - c), n2**3))


@pytest.mark.parametrize("rule", ["affected", "all"])
@pytest.mark.parametrize(
    "counts", [(0, 12, 0, 14), (12, 12, 14, 14), (0, 12, 14, 14), (12, 12, 0, 14), (0, 1, 0, 1)]
)
def test_a_risk_difference_without_a_variance_gets_it_from_corrected_cells(counts, rule):
    a, n1, c, n2 = counts
    h = F(1, 4)
    effect, variance = study_effects(one(*counts), "RD", rule, 0.25)
    assert effect[0] == float(F(a, n1) - F(c, n2))
    assert variance[0] == exactly(
        (a + h) * (n1 - a + h) / (n1 + 2 * h) ** 3 + (c + h) * (n2 - c + h) / (n2 + 2 * h) ** 3
    )


def test_with_the_rule_none_a_risk_difference_may_lack_a_variance():
    assert study_effects(one(0, 12, 0, 14), "RD", "none").variance.tolist() == [0.0]


def test_effects_of_a_batch_are_those_of_its_parts():
    arms = np.array([[[1, 0, 5]], [[9, 8, 7]], [[4, 3, 0]], [[9, 8, 7]]])
    arms = np.concatenate([arms, arms[:, :, ::-1]], axis=1)
    for measure in ("OR", "RR", "RD"):
        whole = study_effects(cells(*arms), measure)
        for i in (0, 1):
            part = study_effects(cells(*arms[:, i]), measure)
            assert np.array_equal(whole.effect[i], part.effect)
            assert np.array_equal(whole.variance[i], part.variance)


def test_raised_keeps_the_order_of_the_cells():
    assert Cells(*(np.array([x]) for x in (1.0, 2, 3, 4))).raised(0.5).d.tolist() == [4.5]


def test_half_is_added_to_the_affected_studies_unless_told():
    table = cells([0, 3], [12, 20], [5, 4], [14, 20])
    half = {"zero_cells": "affected", "increment": 0.5}
    assert np.array_equal(corrected(table), corrected(table, **half))
    for measure in ("OR", "RR", "RD"):
        told = study_effects(table, measure, **half)
        assert np.array_equal(study_effects(table, measure), told)
    # Of a study with no event in either arm only the correction gives the RD a variance.
    empty = cells([0], [12], [0], [14])
    told = risk_difference(empty, **half)
    assert np.array_equal(risk_difference(empty).variance, told.variance)
    assert told.variance[0] > 0


def test_what_a_bad_count_is_told():
    with pytest.raises(ValueError, match="counts") as told:
        cells([1, 7], [9, 6], [1, 1], [8, 8])
    assert str(told.value) == (
        "study 2: events_treatment = 7 of n_treatment = 6; "
        "counts must be whole numbers with 0 <= events <= n"
    )
    with pytest.raises(ValueError, match="counts") as told:
        cells(1, 9, 1, 8)
    assert str(told.value) == ("counts must be arrays with one entry per study: pass [8], not 8")
