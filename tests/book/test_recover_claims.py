"""What the page on recovered counts says, in words or by glue, is so."""

import math
import re

import numpy as np
import pytest
from metabook import data
from metabook.recompute import digits
from rescue.numbers import figures
from running import run
from twobytwo import pool
from twobytwo.checks.recover import Printed, analysis, recover
from twobytwo.options import CHOICES
from twobytwo.rounding import percent

PAGE, WORDS = run("recover")
FOUND, PRINTED, RULES, OR_CI = (PAGE[name] for name in ("found", "printed", "rules", "or_ci"))
NO_HALF = PAGE["nothing_in_the_sum"]
KNOWN = list(zip(PAGE["known"].to_dict("records"), PAGE["searches"], PAGE["hidden"], strict=True))
PAIR, RIVAL = (0, 1), (1, 2)
STUDY, REVMAN = "Cornelissen 2018", "RevMan 5"


def test_the_numbers_that_the_page_tells():
    told = {
        "stent-n": "12", "control-n": "14", "tried": "195", "alone": "173", "or": "0.68",
        "ci": "0.37 to 1.27", "fit-or": "8", "fit-limits": "2", "pair": "0/12 versus 1/14",
        "near": "1/12 versus 2/14", "near-result": "0.69 [0.37, 1.27]", "known": "8",
        "known-right": "8", "known-unique": "3", "known-two": "5", "known-mirrors": "4",
        "mrs-pair": "8/12 versus 3/14", "deaths-pair": "0/12 versus 5/14", "rules": "16",
        "rules-same": "10", "rules-none": "6", "wrong-rule": "5/12 versus 1/14",
        "wrong-rule-q-p": "0.43", "mrs-q-p": "0.41", "deaths-i2": "43 %", "methods-or": "2",
        "methods-all": REVMAN, "peng-moved": "none", "one-decimal": "23",
        "one-decimal-large": "109", "tried-large": "4,489", "moved": "12", "moved-none": "9",
        "moved-other": "3", "misprints": "6", "misprints-none": "5", "totals-patients": "477",
        "totals-dead": "172", "totals-p": "0.706", "totals-splits": "132",
        "totals-deaths": "123/346, 49/131", "totals-beside": "0.555 and 0.870",
        "totals-able-split": "117/346, 50/131", "totals-other": "none",
        "totals-bled": "22/346, 2/131",
    }  # fmt: skip
    assert {name: WORDS[name] for name in told} == told


@pytest.mark.parametrize("outcome", data.outcomes())
def test_the_digits_are_those_of_the_paper_each_time_it_prints_them(outcome):
    of = PRINTED[outcome].digits
    rows = [
        row
        for row in data.rows("published.csv")
        if row["source"] == "Premat 2020" and row["computed_by"].startswith(f"pooled({outcome}, ")
    ]
    assert {row["place"].partition(",")[0] for row in rows} >= {"Abstract", "Results"}
    for row in rows:
        name = re.search(r", (\w+)\)", row["computed_by"])[1]
        assert of[name] == digits(row["printed"]), row["id"]
    assert set(of) >= {"estimate", "ci_lower", "ci_upper", "p_value", "i2"}


# ---- where the answer is known


@pytest.mark.parametrize(
    ("of", "found", "pair"), KNOWN, ids=[f"{of['outcome']}-{of['study']}" for of, _, _ in KNOWN]
)
def test_a_hidden_pair_is_found_and_a_second_one_is_no_rival(of, found, pair):
    """It is a mirror image, but for one neighbor; the abstract's percentages exclude it."""
    n1, n2 = found.n_treatment, found.n_control
    assert pair in found.pairs()
    shares = re.findall(r"([\d.]+)%", of["printed"])
    for other in set(found.pairs()) - {pair}:
        assert len(shares) == 2
        assert not {percent(other[0], n1), percent(other[1], n2)} & set(shares)
        if n1 == n2:
            assert other == (n2 - pair[1], n1 - pair[0])
            here, there = (pool([a], [n1], [c], [n2]) for a, c in (pair, other))
            assert [there.effect, there.se] == pytest.approx([here.effect, here.se])
        else:
            assert (of["outcome"], of["study"], other) == ("mortality", "Chang 2018", (7, 22))


def test_cornelissen_is_the_smallest_and_has_arms_of_unequal_size():
    of = data.counts("mortality")
    assert of.study[int(np.argmin(of.n_treatment + of.n_control))] == STUDY
    abstract = [row["printed"] for row in data.rows("counts.csv") if row["study"] == STUDY]
    assert abstract[0].startswith("8/12 (66%) vs. 3/14")
    assert abstract[1].startswith("0% vs. 5 (36%)")


# ---- the count that no text gives


def test_it_is_the_pair_that_the_counts_have_and_its_rival_differs_in_one_digit():
    of = data.counts("SICH")
    at = of.study.index(STUDY)
    assert FOUND.pairs() == [PAIR] == [(of.events_treatment[at], of.events_control[at])]
    assert FOUND.pairs("ci_lower", "ci_upper") == [PAIR, RIVAL]


def test_most_pairs_print_what_no_other_prints():
    printed = {}
    for a in range(13):
        for c in range(15):
            result = pool([1, 8, a, 9], [23, 48, 12, 66], [1, 20, c, 14], [23, 100, 14, 66])
            printed.setdefault(result.text, []).append((a, c))
    assert sum(len(pairs) == 1 for pairs in printed.values()) == 173


def test_the_figure_has_each_pair_that_prints_something_and_one_ring():
    from matplotlib.patches import Circle, Rectangle

    alt = repr(WORDS["grid"])
    for name, meaning in {"estimate": "Odds ratio 0.68", "ci_upper": "Upper limit 1.27"}.items():
        pairs = FOUND.pairs(name)
        which = ", ".join(f"{a} and {c}" for a, c in pairs)
        assert f"{meaning} in {len(pairs)} pairs: {which}." in alt
    assert alt.endswith("All three only in 0/12 versus 1/14.")
    _, (axes,) = figures.canvas(5)
    figures._cells(axes, FOUND)
    cells = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    rings = [patch.center for patch in axes.patches if isinstance(patch, Circle)]
    assert (len(cells), rings) == (19, [(1, 0)])  # controls across, stented upward
    shades = {}
    for cell in cells:
        x, y = (int(v + 0.5) for v in cell.get_xy())
        hits = sum(int(FOUND.fits[name][y, x]) for name in OR_CI)
        shades.setdefault(hits, set()).add(sum(cell.get_facecolor()[:3]))
    assert [len(shades[hits]) for hits in (1, 2, 3)] == [1, 1, 1]
    assert max(shades[3]) < max(shades[2]) < max(shades[1])  # told apart in gray


# ---- rules


def test_ten_rules_agree_six_find_nothing_and_none_finds_another_pair():
    assert (PAGE["by_rule"].count([PAIR]), PAGE["by_rule"].count([])) == (10, 6)
    assert {choices.get("tau2", "DL") for choices in RULES.values()} == set(CHOICES["tau2"])


def test_most_of_the_agreeing_rules_are_one_sum():
    agree = [
        choices for choices, pairs in zip(RULES.values(), PAGE["by_rule"], strict=True) if pairs
    ]
    results = [analysis(data.counts("SICH"), **choices) for choices in agree]
    assert {result.tau2 for result in results if result.model == "random"} == {0}
    for result in results:
        assert [result.effect, result.se] == pytest.approx([results[0].effect, results[0].se])


def test_a_wrong_rule_gives_a_wrong_count_which_the_p_of_q_betrays():
    fixed = recover(data.counts("mRS 0-2"), STUDY, PRINTED["mRS 0-2"], model="fixed")
    assert fixed.pairs(*OR_CI) == fixed.pairs(*OR_CI, "p_value", "i2") == [(5, 1)]
    assert not fixed.fits["q_p_value"][5, 1]


def test_only_revman_prints_all_digits_of_death():
    as_printed = [name for name, one in PAGE["pooled"].items() if one.text == "0.39 [0.16, 0.93]"]
    assert as_printed == [REVMAN, "Q about the inverse-variance mean"]
    i2 = [f"{PAGE['pooled'][name].i2:.0f}" for name in (*as_printed, list(RULES)[2])]
    assert i2 == ["43", "42", "44"]
    assert PAGE["right"] == [REVMAN]


@pytest.mark.parametrize("outcome", ["mRS 0-2", "SICH"])
def test_the_rule_made_here_differs_from_revmans_at_zero_cells_only(outcome):
    of = data.counts(outcome)
    zero = (of.events_treatment * of.events_control == 0).any()
    ours, theirs = analysis(of, rule=NO_HALF), analysis(of)
    assert (ours.q == pytest.approx(theirs.q, rel=1e-12)) != zero


def test_the_rule_made_here_is_worked_out_by_hand():
    a, n1, c, n2 = (np.array(arm, float) for arm in data.counts("mortality").arms)
    b, d, n = n1 - a, n2 - c, n1 + n2
    center = np.log((a * d / n).sum() / (b * c / n).sum())
    half = np.where(a * b * c * d == 0, 0.5, 0)
    a, b, c, d = a + half, b + half, c + half, d + half
    y, w = np.log(a * d / (b * c)), 1 / (1 / a + 1 / b + 1 / c + 1 / d)
    q = (w * (y - center) ** 2).sum()
    tau2 = (q - 3) / (w.sum() - (w**2).sum() / w.sum())
    w = 1 / (1 / w + tau2)
    result = analysis(data.counts("mortality"), rule=NO_HALF)
    assert [result.q, result.tau2] == pytest.approx([q, tau2])
    assert [result.effect, result.se] == pytest.approx([(w * y).sum() / w.sum(), w.sum() ** -0.5])


def test_no_rule_prints_the_result_of_death_with_another_count_of_peng():
    for events in (20, 22):
        result = pool([1, 6, 0, events], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
        assert result.text != WORDS["deaths-printed"]


def test_what_the_paper_says_of_its_method():
    rows = {row["id"]: row["printed"] for row in data.rows("published.csv")}
    assert rows["premat-methods-revman"] == "5.3"
    assert rows["premat-methods-correction"] == "0.5"


# ---- what it cannot do


def test_fewer_decimals_leave_many_pairs():
    one = recover(data.counts("SICH"), STUDY, Printed("0.7", "0.4", "1.3"))
    large = recover(data.counts("mortality"), "Peng 2019", Printed("0.4", "0.2", "0.9"))
    assert (len(one.pairs()), len(large.pairs())) == (23, 109)


def test_a_moved_count_or_digit_leaves_no_pair_or_a_different_one():
    assert [found for found in PAGE["moved"].values() if found] == [[(1, 1)], [(10, 14)], [(0, 3)]]
    assert [found for found in PAGE["misprints"].values() if found] == [[RIVAL]]


# ---- arms from a total and a p-value


def p_of(a, n, c, m):
    """Chi-square without correction, by the difference of two shares."""
    share = (a + c) / (n + m)
    z = (a / n - c / m) / math.sqrt(share * (1 - share) * (1 / n + 1 / m))
    return math.erfc(abs(z) / math.sqrt(2))


@pytest.mark.parametrize("row", data.rows("printed_totals.csv"), ids=lambda row: row["outcome"])
def test_one_split_of_a_printed_total_prints_its_p_value(row):
    total, n, m = (int(row[key]) for key in ("total", "n_treatment", "n_control"))
    assert f"{100 * total / (n + m):.1f}" == row["percent"]
    every = {a: f"{p_of(a, n, total - a, m):.3f}" for a in range(n + 1) if 0 <= total - a <= m}
    (events,) = [a for a, p in every.items() if p == row["p"]]
    assert PAGE["splits"](total, n, m, row["p"]).index.tolist() == [
        f"{events}/{n} v {total - events}/{m}"
    ]
    (later,) = (
        r
        for r in data.rows("later_counts.csv")
        if (r["study"], r["outcome"]) == (row["study"], row["outcome"])
    )
    counts = [
        int(later[f"{what}_{arm}"]) for arm in ("treatment", "control") for what in ("events", "n")
    ]
    assert counts == [events, n, total - events, m]
    if row["outcome"] == "SICH":  # which the percentages of each arm give as well
        assert later["printed"].startswith("6.4% vs 1.5%")
        assert (round(100 * events / n, 1), round(100 * (total - events) / m, 1)) == (6.4, 1.5)
    # No other test gives it, and no other printed p-value has a split.
    tests = PAGE["splits"](total, n, m, row["p"]).iloc[0]
    assert [f"{tests[test]:.3f}" == row["p"] for test in ("chi-square", "Fisher", "Yates")] == [
        True, False, False,
    ]  # fmt: skip
    assert not set(filter(None, row["other_p"].split("; "))) & set(every.values())
