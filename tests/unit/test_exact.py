"""Exact odds ratios and p-values, against fractions and brute force."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from twobytwo.estimate import exact
from twobytwo.estimate.exact import exact_odds_ratio, fisher_p

DEATHS = ([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])


def near(value, rel=1e-10):
    return pytest.approx(value, rel=rel, abs=0, nan_ok=True)


def law(arms, psi=Fraction(1)):
    """Probability of each sum of treated events, given the margins of each study."""
    total = {0: Fraction(1)}
    for a, n1, c, n2 in zip(*arms, strict=True):
        m = a + c
        weight = {
            s: math.comb(n1, s) * math.comb(n2, m - s) * psi**s
            for s in range(max(0, m - n2), min(n1, m) + 1)
        }
        pairs, total = itertools.product(total.items(), weight.items()), {}
        for (s, p), (t, w) in pairs:
            total[s + t] = total.get(s + t, 0) + p * w / sum(weight.values())
    return total


def tails(arms, psi):
    """Probability of no more and of no less than was observed."""
    observed, p = sum(arms[0]), law(arms, Fraction(psi))
    return (
        sum(q for s, q in p.items() if s <= observed),
        sum(q for s, q in p.items() if s >= observed),
    )


tables = st.tuples(*[st.integers(1, 12)] * 2).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)
some = st.lists(tables, min_size=1, max_size=3).map(lambda t: [*map(list, zip(*t, strict=True))])


@given(table=tables)
@example(table=(4, 4, 0, 4))  # of the lady tasting tea
@example(table=(21, 66, 45, 66))  # tails that rounding parts are as likely
def test_fisher_sums_what_is_no_more_likely(table):
    p = law([[x] for x in table])
    assert fisher_p(*table) == near(float(sum(q for q in p.values() if q <= p[table[0]])))


@given(arms=some, level=st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_it_is_what_the_law_of_the_sum_says(arms, level):
    p, observed = law(arms), sum(arms[0])
    result, tail = exact_odds_ratio(*arms, level=level), near((1 - level) / 2)
    assert result.p_value == near(float(sum(q for q in p.values() if q <= p[observed])))
    assert result.p_central == near(float(min(1, 2 * min(tails(arms, 1)))))
    if observed == min(p):
        assert result.ci_lower == 0
    else:
        assert float(tails(arms, result.ci_lower)[1]) == tail
    if observed == max(p):
        assert result.ci_upper == math.inf
    else:
        assert float(tails(arms, result.ci_upper)[0]) == tail
    if min(p) == max(p):
        assert math.isnan(result.estimate)
    elif observed in (min(p), max(p)):
        assert result.estimate == (0 if observed == min(p) else math.inf)
    else:
        expected = sum(s * q for s, q in law(arms, Fraction(result.estimate)).items())
        assert float(expected) == near(observed)


@settings(max_examples=15)
@given(arms=some, n=st.integers(1, 50), full=st.booleans(), data=st.data())
def test_swapping_inverts_it_and_neither_order_nor_no_information_matters(arms, n, full, data):
    a, n1, c, n2 = map(np.array, arms)
    here = exact_odds_ratio(*arms)
    with np.errstate(divide="ignore"):
        inverse = [float(1 / np.float64(x)) for x in here[:3]]
    for there in (exact_odds_ratio(c, n2, a, n1), exact_odds_ratio(n1 - a, n1, n2 - c, n2)):
        assert [there[i] for i in (0, 2, 1)] == [near(x) for x in inverse]
        assert there[3:] == near(here[3:])
    events = n if full else 0
    more = [[*arm, x] for arm, x in zip(arms, (events, n, events, n), strict=True)]
    order = data.draw(st.permutations(range(len(more[0]))))
    assert exact_odds_ratio(*([arm[i] for i in order] for arm in more)) == near(here)


@pytest.mark.parametrize("chunk", [1, 10, 10_000])
def test_a_batch_is_its_meta_analyses(monkeypatch, chunk):
    monkeypatch.setattr(exact, "CHUNK", chunk)
    random = np.random.default_rng(3)
    n1, n2 = random.integers(1, 40, (2, 2, 3, 4))
    a, c = random.binomial(n1, 0.1), random.binomial(n2, 0.2)
    batch = exact_odds_ratio(a, n1, c, n2)
    assert batch.estimate.shape == (2, 3)
    for at in np.ndindex(2, 3):
        alone = exact_odds_ratio(a[at], n1[at], c[at], n2[at])
        assert [float(x[at]) for x in batch] == [near(x) for x in alone]


def test_no_information_no_study_and_no_meta_analysis():
    for none in (([0, 5], [10, 5], [0, 8], [9, 8]), ([], [], [], [])):
        result = exact_odds_ratio(*none)
        assert math.isnan(result.estimate)
        assert result[1:] == (0, math.inf, 1, 1)
    assert exact_odds_ratio(*np.ones((4, 0, 3))).estimate.shape == (0,)


def test_arms_of_a_hundred_thousand():
    a, c, n = [1000, 990, 40], [1100, 1080, 52], [100_000, 90_000, 5_000]
    result = exact_odds_ratio(a, n, c, n)
    r = sum(x * (m - y) / (2 * m) for x, y, m in zip(a, c, n, strict=True))
    s = sum(y * (m - x) / (2 * m) for x, y, m in zip(a, c, n, strict=True))
    assert result.estimate == near(r / s, 1e-6)
    assert result.ci_lower < r / s < result.ci_upper < 1


def test_the_far_end_of_the_odds():
    result = exact_odds_ratio(4000, 4000, 0, 4000)
    assert result.estimate == result.ci_upper == math.inf
    # i fewer treated events are C(4000, i)^2 / psi^i times as likely as all of them.
    assert result.ci_lower == near(2171261.92219, 1e-10)
    total = sum(
        math.exp(2 * sum(math.log((4000 - j) / (j + 1)) for j in range(i))) * result.ci_lower**-i
        for i in range(40)
    )
    assert 1 / total == near(0.025, 1e-9)
    assert result.p_value == 0  # less than a double can hold


def test_counts_and_levels_that_are_none():
    for level in (0.0, 1.0, 95, math.nan):
        with pytest.raises(ValueError, match="between 0 and 1"):
            exact_odds_ratio(*DEATHS, level=level)
    with pytest.raises(ValueError, match="0 <= events <= n"):
        fisher_p(5, 4, 1, 4)
    with pytest.raises(ValueError, match="Mantel-Haenszel"):
        exact_odds_ratio(10**8, 10**9, 10**8, 10**9)
