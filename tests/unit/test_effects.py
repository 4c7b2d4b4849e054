"""Effects of tables by hand, in exact fractions: each study's, and the one common to all."""

import math
import re
from fractions import Fraction as F

import numpy as np
import pytest
from twobytwo.estimate.effects import (
    cells,
    common_effect,
    corrected,
    estimable,
    has_zero_cell,
    log_odds_ratio,
    log_risk_ratio,
    risk_difference,
    spread_standard_error,
    study_effects,
)

MEASURES = ["OR", "RR", "RD"]
ARMS = ([8, 13, 19], [12, 23, 48], [3, 4, 22], [14, 23, 100])
ALL = np.full(3, True)
OWN = {"OR": log_odds_ratio, "RR": log_risk_ratio, "RD": risk_difference}
# Numerator and denominator of a table's part in the common effect.
PARTS = {
    "OR": lambda a, b, c, d: (F(a * d) / (a + b + c + d), F(b * c) / (a + b + c + d)),
    "RR": lambda a, b, c, d: (F(a * (c + d)) / (a + b + c + d), F(c * (a + b)) / (a + b + c + d)),
    "RD": lambda a, b, c, d: (
        F(a * (c + d) - c * (a + b)) / (a + b + c + d),
        F((a + b) * (c + d)) / (a + b + c + d),
    ),
}


def one(*counts):
    """The cells of one study."""
    return cells(*([x] for x in counts))


def exactly(fraction):
    return pytest.approx(float(fraction), rel=1e-14, abs=0)


# Counts.


def test_cells_are_events_and_non_events_of_each_arm():
    table = cells([8, 1], [12, 10], [3, 0], [14, 9])
    assert [cell.tolist() for cell in table] == [[8, 1], [4, 9], [3, 0], [11, 9]]
    assert [cell.tolist() for cell in table.raised(0.5)] == [
        [8.5, 1.5], [4.5, 9.5], [3.5, 0.5], [11.5, 9.5],
    ]  # fmt: skip
    for whole in ([4.0], [7]):  # numbers of every kind are brought to one shape
        batch = cells(np.zeros((5, 3)), [10, 20, 30], np.ones((5, 1), int), whole)
        assert [cell.shape for cell in batch] == [(5, 3)] * 4
    for short in ([0], [1], [2], [3], [0, 1]):  # and so is any one of the four, or an arm
        given = [np.full((1 if i in short else 5, 3), n) for i, n in enumerate((1, 10, 2, 20))]
        assert [cell.shape for cell in cells(*given)] == [(5, 3)] * 4


@pytest.mark.parametrize(
    "counts",
    [(-1, 10, 1, 10), (1.5, 10, 1, 10), (1, 10.5, 1, 10), (11, 10, 1, 10), (1, 10, 11, 10),
     (math.nan, 10, 1, 10), (1, math.nan, 1, 10), (math.inf, math.inf, 1, 10),
     (1, math.inf, 1, 10), (1.5, 10.0, 1.0, 10.0)],
)  # fmt: skip
def test_impossible_counts_are_refused_by_study_and_arm(counts):
    a, n1, c, n2 = counts
    where = f"control = {c:g} of n_control" if c > n2 else f"treatment = {a:g} of n_treatment"
    n = n2 if c > n2 else n1
    message = f"study 2: events_{where} = {n:g}; counts must be whole numbers with 0 <= events <= n"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        cells(*([5 + i, x] for i, x in zip((0, 3, 0, 3), counts, strict=True)))
    with pytest.raises(ValueError, match=r"one entry per study: pass \[8\], not 8$"):
        cells(1, 9, 1, 8)


@pytest.mark.parametrize(
    ("counts", "ratio", "difference"),
    [
        ((3, 10, 5, 10), True, True), ((0, 10, 5, 10), True, True), ((10, 10, 5, 10), True, True),
        ((0, 10, 10, 10), True, True), ((0, 10, 0, 10), False, True), ((0, 1, 1, 1), True, True),
        ((10, 10, 10, 10), False, True), ((0, 0, 5, 10), False, False),
        ((5, 10, 0, 0), False, False), ((0, 0, 0, 0), False, False),
    ],
)  # fmt: skip
def test_a_study_is_estimable(counts, ratio, difference):
    found = [bool(estimable(one(*counts), measure)[0]) for measure in MEASURES]
    assert found == [ratio, ratio, difference]


# Zero cells.


def test_a_zero_in_any_of_the_four_cells_is_found():
    table = cells([1, 0, 2, 1, 1], [2] * 5, [1, 1, 1, 0, 2], [2] * 5)
    assert has_zero_cell(table).tolist() == [False, True, True, True, True]


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


def test_half_is_added_to_the_affected_studies_unless_told():
    table, half = cells([0, 3, 0], [12, 20, 12], [5, 4, 0], [14, 20, 14]), ("affected", 0.5)
    assert corrected(table).a.tolist() == [0.5, 3, 0.5]
    for measure in MEASURES:
        assert np.array_equal(study_effects(table, measure), study_effects(table, measure, *half))
        raised = study_effects(table, measure, "all", 2.0)
        assert np.array_equal(raised[1], OWN[measure](table.raised(2.0))[1]) is (measure != "RD")
    assert np.array_equal(risk_difference(table), risk_difference(table, *half))
    with np.errstate(divide="ignore"):
        for counts in [(0, 9, 3, 9), (3, 9, 0, 9), (9, 9, 3, 9), (3, 9, 9, 9)]:
            assert np.isinf(study_effects(one(*counts), "OR", "none")).all()


# A study.


def test_effects_and_variances_by_hand():
    a, b, c, d, n1, n2 = map(F, (8, 4, 3, 11, 12, 14))
    expected = {
        "OR": (math.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d),
        "RR": (math.log(a / n1 / (c / n2)), 1 / a - 1 / n1 + 1 / c - 1 / n2),
        "RD": (a / n1 - c / n2, a * b / n1**3 + c * d / n2**3),
    }
    table = one(8, 12, 3, 14)
    for measure, (y, v) in expected.items():
        effect, variance = OWN[measure](table)
        assert (effect[0], variance[0]) == (exactly(y), exactly(v)), measure
        common = common_effect(table, ALL[:1], measure)  # of one study it is the study
        assert (common.effect, common.se) == (exactly(y), exactly(math.sqrt(v)))


def test_variance_of_the_risk_ratio_survives_cancellation():
    # All but one of a billion patients: 1/a - 1/n would keep no digit.
    n = 10**9
    _, variance = log_risk_ratio(one(n - 1, n, n - 2, n))
    assert variance[0] == exactly(F(1, n - 1) - F(1, n) + F(1, n - 2) - F(1, n))


@pytest.mark.parametrize("rule", ["affected", "all", "none"])
@pytest.mark.parametrize(
    "counts",
    [(0, 12, 5, 14), (12, 12, 5, 14), (3, 12, 0, 14), (3, 12, 5, 14), (0, 12, 0, 14),
     (12, 12, 14, 14), (0, 12, 14, 14), (12, 12, 0, 14), (0, 1, 0, 1)],
)  # fmt: skip
def test_a_risk_difference_is_corrected_only_where_it_would_lack_a_variance(counts, rule):
    a, n1, c, n2 = map(F, counts)
    effect, variance = study_effects(one(*counts), "RD", rule, 0.25)
    assert effect[0] == exactly(a / n1 - c / n2)
    raw = a * (n1 - a) / n1**3 + c * (n2 - c) / n2**3
    if raw == 0 and rule != "none":
        h = F(1, 4)
        raw = (a + h) * (n1 - a + h) / (n1 + 2 * h) ** 3
        raw += (c + h) * (n2 - c + h) / (n2 + 2 * h) ** 3
    assert variance[0] == exactly(raw)


# Mantel-Haenszel.


@pytest.mark.parametrize("measure", MEASURES)
def test_the_common_effect_is_the_quotient_of_two_sums_with_its_variance(measure):
    tables = [(a, n1 - a, c, n2 - c) for a, n1, c, n2 in zip(*ARMS, strict=True)]
    parts = [PARTS[measure](*table) for table in tables]
    r, s = (sum(some) for some in zip(*parts, strict=True))
    common = common_effect(cells(*ARMS), ALL, measure)
    assert common.effect == exactly(r / s if measure == "RD" else math.log(r / s))
    assert common.weights.tolist() == [exactly(part) for _, part in parts]
    spread = F(0)
    for (a, b, c, d), (ri, si) in zip(tables, parts, strict=True):
        n1, n2, n = a + b, c + d, a + b + c + d
        if measure == "OR":  # Robins, Breslow and Greenland
            p, q = F(a + d, n), F(b + c, n)
            spread += (p * ri / r**2 + (p * si + q * ri) / (r * s) + q * si / s**2) / 2
        elif measure == "RR":  # Greenland and Robins
            spread += F(n1 * n2 * (a + c) - a * c * n, n**2) / (r * s)
        else:
            spread += si**2 / s**2 * (F(a * b, n1**3) + F(c * d, n2**3))
    assert common.se**2 == exactly(spread)


@pytest.mark.parametrize("measure", ["OR", "RR"])
@pytest.mark.parametrize(
    ("rule", "first", "second"),
    [("affected", F(0), F(1, 4)), ("all", F(1, 4), F(1, 4)), ("none", F(0), F(0))],
)
def test_the_zero_cell_rule_reaches_the_sums(measure, rule, first, second):
    terms = [
        PARTS[measure](*(cell + first for cell in (8, 4, 3, 11))),
        PARTS[measure](*(cell + second for cell in (F(0), 10, 4, 6))),
    ]
    r, s = (sum(some) for some in zip(*terms, strict=True))
    table = cells([8, 0], [12, 10], [3, 4], [14, 10])
    common = common_effect(table, ALL[:2], measure, rule, 0.25)
    assert common.effect == exactly(math.log(r / s))
    assert np.isfinite(common.se)


def test_a_risk_difference_takes_the_increment_only_where_its_error_would_be_zero():
    table = cells([0, 0], [9, 9], [0, 0], [9, 9])
    for choices, h in (((), F(1, 2)), (("all", 0.25), F(1, 4))):
        study = 2 * h * (9 + h) / (9 + 2 * h) ** 3
        common = common_effect(table, ALL[:2], "RD", *choices)
        assert (common.effect, common.se**2) == (0, exactly(study / 2))
    assert common_effect(table, ALL[:2], "RD", "none").se == 0
    raw = common_effect(cells(*ARMS), ALL, "RD")
    assert common_effect(cells(*ARMS), ALL, "RD", "all", 5).se == raw.se
    with np.errstate(invalid="ignore"):  # a study without patients has no variance at all
        absent = cells([8, 0], [12, 0], [3, 1], [14, 9])
        found = common_effect(absent, np.array([True, False]), "RD", "none")
    assert found.se**2 == exactly(F(8 * 4, 12**3) + F(3 * 11, 14**3))
    # One study with a variance is enough: the other one stays without.
    common = common_effect(cells([0, 8], [9, 12], [0, 3], [9, 14]), ALL[:2], "RD")
    weights = F(81, 18), F(12 * 14, 26)
    variance = F(8 * 4, 12**3) + F(3 * 11, 14**3)
    assert common.se**2 == exactly(weights[1] ** 2 * variance / sum(weights) ** 2)


@pytest.mark.parametrize("measure", MEASURES)
def test_the_spread_is_how_far_the_effect_moves_without_each_study(measure):
    tables = [(a, n1 - a, c, n2 - c) for a, n1, c, n2 in zip(*ARMS, strict=True)]
    parts = [PARTS[measure](*table) for table in tables]

    def ratio(some):
        r, s = (sum(x) for x in zip(*some, strict=True))
        return r / s

    moves = [ratio(parts) - ratio(parts[:i] + parts[i + 1 :]) for i in range(3)]
    variance = F(2, 3) * sum(move**2 for move in moves)
    scale = 1 if measure == "RD" else float(ratio(parts))
    expected = exactly(math.sqrt(variance) / scale)
    assert spread_standard_error(cells(*ARMS), ALL, measure) == expected
    if measure == "OR":  # one study alone or none has no spread
        for some in (1, 0):
            found = spread_standard_error(cells(*ARMS), np.arange(3) < some, measure)
            assert not np.isfinite(found)
    with_more = cells(*(np.append(arm, more) for arm, more in zip(ARMS, (5, 9, 1, 8), strict=True)))
    assert spread_standard_error(with_more, np.arange(4) < 3, measure) == expected


@pytest.mark.parametrize("measure", MEASURES)
def test_a_batch_is_pooled_row_by_row_and_a_study_left_out_is_as_if_not_there(measure):
    rng = np.random.default_rng(1)
    n1, n2 = rng.integers(5, 50, (2, 6, 4))
    arms = rng.integers(1, n1), n1, rng.integers(1, n2), n2
    use = np.arange(4) < [[2], [3], [4], [2], [3], [4]]
    batch = common_effect(cells(*arms), use, measure)
    assert (batch.weights[~use] == 0).all()
    spread = spread_standard_error(cells(*arms), use, measure)
    for i in range(6):
        some = cells(*(arm[i][use[i]] for arm in arms))
        row, alone = common_effect(some, ALL[:1], measure), np.full(use[i].sum(), True)
        assert [batch.effect[i], batch.se[i]] == [exactly(row.effect), exactly(row.se)]
        assert spread[i] == exactly(spread_standard_error(some, alone, measure))
