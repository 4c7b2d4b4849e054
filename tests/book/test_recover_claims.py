"""What the chapter on recovered counts says, in words or by glue, holds."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from metabook import data
from metabook.recompute import digits
from rescue.numbers import recovery, recovery_views, totals
from twobytwo import pool
from twobytwo.checks.recover import Printed, analysis, recover
from twobytwo.rounding import percent, prints_as

CHAPTER = (Path(__file__).parents[2] / "chapters" / "recover.md").read_text()
WORDS = recovery.words() | totals.words()
FOUND = recovery.missing()
PAIR, RIVAL = (0, 1), (1, 2)
REVMAN = "RevMan 5"


def says(text):
    return " ".join(text.split()) in " ".join(CHAPTER.split())


def test_every_number_that_the_chapter_takes_is_told_and_each_told_is_taken():
    assert set(re.findall(r"\{glue:text\}`(?!trial-)([a-z0-9-]+)`", CHAPTER)) == set(WORDS)


@pytest.mark.parametrize(
    "part", ["**The question.**", "**You will learn**", "## How to report it", "## Take-away"]
)
def test_it_has_the_parts_of_a_chapter(part):
    assert part in CHAPTER


# ---- the digits that are compared


@pytest.mark.parametrize("outcome", data.outcomes())
def test_the_digits_are_those_of_the_paper_each_time_it_prints_them(outcome):
    of = recovery.printed(outcome).digits
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


def test_the_hidden_pair_is_found_in_all_eight_searches():
    searches = recovery.known()
    assert len(searches) == 8
    assert all(one.pair in one.found.pairs() for one in searches)
    assert (WORDS["known"], WORDS["known-right"]) == ("8", "8")


def test_three_are_unique_and_five_leave_two():
    sizes = [len(one.found.pairs()) for one in recovery.known()]
    assert (sizes.count(1), sizes.count(2)) == (3, 5)
    assert (WORDS["known-unique"], WORDS["known-two"]) == ("3", "5")


def test_four_of_the_five_are_mirrors_and_one_a_neighbor():
    others = {
        (s.outcome, s.study): (s.others[0], recovery.mirror(s.found, s.pair))
        for s in recovery.known()
        if s.others
    }
    neighbors = [key for key, (other, image) in others.items() if other != image]
    assert neighbors == [("mortality", "Chang 2018")]
    assert others[neighbors[0]][0] == (7, 22)
    assert WORDS["known-mirrors"] == "4"


@pytest.mark.parametrize("one", recovery.known(), ids=lambda one: f"{one.outcome}-{one.study}")
def test_a_mirror_keeps_odds_ratio_and_variance(one):
    image = recovery.mirror(one.found, one.pair)
    n1, n2 = one.found.n_treatment, one.found.n_control
    assert (image is None) == (n1 != n2)
    if image:
        here, there = (pool([a], [n1], [c], [n2]) for a, c in (one.pair, image))
        assert [there.effect, there.se] == pytest.approx([here.effect, here.se])


@pytest.mark.parametrize("one", recovery.known(), ids=lambda one: f"{one.outcome}-{one.study}")
def test_the_abstracts_percentages_exclude_the_second_pair(one):
    row = next(
        row
        for row in data.rows("counts.csv")
        if (row["outcome"], row["study"]) == (one.outcome, one.study)
    )
    shares = re.findall(r"([\d.]+)%", row["printed"])
    for a, c in one.others:
        ours = percent(a, one.found.n_treatment), percent(c, one.found.n_control)
        assert len(shares) == 2
        assert not set(ours) & set(shares)


def test_cornelissen_has_small_arms_of_unequal_size_and_is_unique_both_times():
    of = data.counts("mortality")
    smallest = of.study[int(np.argmin(of.n_treatment + of.n_control))]
    assert smallest == recovery.STUDY
    assert FOUND.n_treatment != FOUND.n_control
    mine = [one for one in recovery.known() if one.study == recovery.STUDY]
    assert [one.found.pairs() for one in mine] == [[(8, 3)], [(0, 5)]]
    assert (WORDS["mrs-pair"], WORDS["deaths-pair"]) == ("8/12 versus 3/14", "0/12 versus 5/14")
    abstract = [row["printed"] for row in data.rows("counts.csv") if row["study"] == recovery.STUDY]
    assert abstract[0].startswith("8/12 (66%) vs. 3/14")
    assert abstract[1].startswith("0% vs. 5 (36%)")


def test_the_table_shows_all_eight():
    rows = [row for row in recovery_views.validation().rows if not isinstance(row, str)]
    assert [row[-2].text for row in rows] == ["yes"] * 8
    assert {row[0].text: row[5].mark for row in rows if row[5].mark} == {
        "Cornelissen 2018": "a",  # a verbatim count
        "Peng 2019": "b",  # the nearest count
    }
    assert [row[-1].mark for row in rows] == ["c", "", "", "c", "c", "", "", "c"]


# ---- the count that no text gives


def test_one_pair_of_195_prints_the_pooled_result_of_sich():
    assert FOUND.tried == 195
    assert FOUND.pairs() == [PAIR]
    assert FOUND.pairs(*recovery.ESTIMATE_AND_CI) == [PAIR]
    assert (WORDS["tried"], WORDS["pair"]) == ("195", "0/12 versus 1/14")
    assert (WORDS["fit-or"], WORDS["fit-limits"]) == ("8", "2")


def test_it_is_the_pair_that_the_counts_hold():
    of = data.counts("SICH")
    at = of.study.index(recovery.STUDY)
    assert (of.events_treatment[at], of.events_control[at]) == PAIR


def test_its_rival_differs_in_one_last_digit():
    assert FOUND.pairs("ci_lower", "ci_upper") == [PAIR, RIVAL]
    assert WORDS["near"] == "1/12 versus 2/14"
    assert WORDS["near-result"] == "0.69 [0.37, 1.27]"
    assert recovery.as_printed("SICH") == "0.68 [0.37, 1.27]"


def test_most_pairs_print_what_no_other_prints():
    printed = {}
    for a in range(13):
        for c in range(15):
            result = pool([1, 8, a, 9], [23, 48, 12, 66], [1, 20, c, 14], [23, 100, 14, 66])
            printed.setdefault(recovery.estimate_and_ci(result), []).append((a, c))
    alone = sum(len(pairs) == 1 for pairs in printed.values())
    assert alone == recovery.alone(FOUND) == 173
    assert alone / 195 > 0.85  # "hardly ever alike"


def test_the_table_and_the_figure_show_every_pair_that_prints_something():
    table, figure = recovery_views.candidates(), recovery_views.grid("grid")
    some = np.logical_or.reduce([FOUND.grid(name) for name in recovery.ESTIMATE_AND_CI])
    assert len(table.rows) == some.sum() == 19
    assert table.notes[0].text.startswith(f"The other {195 - 19} pairs")
    assert [cell.text for cell in table.rows[0]] == [
        "0/12,\u00a01/14", "0.68 [0.37, 1.27]", "yes", "yes", "yes",
    ]  # fmt: skip
    assert sum([cell.text for cell in row[2:]] == ["yes"] * 3 for row in table.rows) == 1
    for name, meaning in {"estimate": "Odds ratio 0.68", "ci_upper": "Upper limit 1.27"}.items():
        pairs = FOUND.pairs(name)
        which = ", ".join(f"{a} and {c}" for a, c in pairs)
        assert f"{meaning} in {len(pairs)} pairs: {which}." in figure.alt
    assert figure.alt.endswith("All three only in 0/12 versus 1/14.")


def test_the_grid_has_a_cell_for_each_and_one_ring():
    from matplotlib.patches import Circle, Rectangle

    drawn = []
    original = recovery_views.Figure
    try:
        recovery_views.Figure = lambda drawing, name, alt: drawn.append(drawing)
        recovery_views.grid("grid")
    finally:
        recovery_views.Figure = original
    (axes,) = drawn[0].axes
    cells = [patch for patch in axes.patches if isinstance(patch, Rectangle)]
    rings = [patch for patch in axes.patches if isinstance(patch, Circle)]
    assert len(cells) == 19 + 3  # and three of the key
    assert [ring.center for ring in rings] == [(1, 0)]  # controls across, stented upward
    signs = {"left": 0, "dot": 0, "right": 0}
    for line in axes.lines:
        x = line.get_xdata()
        side = "dot" if len(x) == 1 else "left" if x[1] < x[0] else "right"
        signs[side] += 1
    fitting = [len(FOUND.pairs(name)) + 1 for name in ("ci_lower", "estimate", "ci_upper")]
    assert list(signs.values()) == fitting  # and one of each in the key
    shades = {}
    for cell in cells:
        x, y = (int(v + 0.5) for v in cell.get_xy())
        if y < 13:
            hits = sum(int(FOUND.fits[name][y, x]) for name in recovery.ESTIMATE_AND_CI)
            shades.setdefault(hits, set()).add(sum(cell.get_facecolor()[:3]))
    assert [len(shades[hits]) for hits in (1, 2, 3)] == [1, 1, 1]
    assert max(shades[3]) < max(shades[2]) < max(shades[1])  # told apart in gray


# ---- does the rule matter?


def test_ten_rules_agree_six_find_nothing_and_none_finds_another_pair():
    pairs = list(recovery.recover_by_rule().values())
    assert len(pairs) == 16
    assert (pairs.count([PAIR]), pairs.count([])) == (10, 6)
    assert (WORDS["rules"], WORDS["rules-same"], WORDS["rules-none"]) == ("16", "10", "6")


def test_every_estimator_of_tau2_is_among_the_rules():
    from twobytwo.options import CHOICES

    tried = {choices.get("tau2", "DL") for choices in recovery.RULES["Random effects"].values()}
    assert tried == set(CHOICES["tau2"])


def test_most_of_the_agreeing_rules_are_one_sum():
    of = data.counts("SICH")
    results = {
        rule: analysis(of, **recovery.EVERY_RULE[rule])
        for rule, pairs in recovery.recover_by_rule().items()
        if pairs
    }
    assert {result.tau2 for rule, result in results.items() if result.model == "random"} == {0}
    first = results[REVMAN]
    for result in results.values():
        assert [result.effect, result.se] == pytest.approx([first.effect, first.se])


def test_a_wrong_rule_gives_a_wrong_count_which_the_p_of_q_betrays():
    of, wanted = data.counts("mRS 0-2"), recovery.printed("mRS 0-2")
    or_ci = recovery.printed_or("mRS 0-2")
    assert recover(of, recovery.STUDY, or_ci, model="fixed").pairs() == [(5, 1)]
    fixed = recover(of, recovery.STUDY, wanted, model="fixed")
    assert not fixed.fits["q_p_value"][5, 1]
    assert fixed.fits["p_value"][5, 1]
    assert fixed.fits["i2"][5, 1]
    assert WORDS["wrong-rule"] == "5/12 versus 1/14"
    assert prints_as(fixed.result.q_p_value[5, 1], WORDS["wrong-rule-q-p"])
    assert WORDS["mrs-q-p"] == "0.41" != WORDS["wrong-rule-q-p"]


# ---- methods


def test_only_revman_prints_all_digits_of_death():
    rows = [row for row in recovery_views.methods().rows if not isinstance(row, str)]
    assert [row[0].text for row in rows if row[-1].text == "yes"] == [REVMAN]
    assert WORDS["methods-all"] == REVMAN
    as_printed = [row[0].text for row in rows if row[1].text == "0.39 [0.16, 0.93]"]
    assert as_printed == [REVMAN, "Q about the inverse-variance mean"]
    assert (WORDS["methods-or"], WORDS["deaths-i2"]) == ("2", "43 %")
    i2 = {row[0].text: row[3].text for row in rows}
    assert i2["Q about the inverse-variance mean"] == "42 %"
    assert i2["no 0.5 in the Mantel-Haenszel sum"] == "44 %"


def test_without_the_half_in_the_sum_death_prints_other_digits():
    result = analysis(data.counts("mortality"), rule=recovery.nothing_in_the_sum)
    assert recovery.estimate_and_ci(result) == "0.38 [0.16, 0.94]"


@pytest.mark.parametrize("outcome", ["mRS 0-2", "SICH"])
def test_the_rule_made_here_differs_from_revmans_at_zero_cells_only(outcome):
    of = data.counts(outcome)
    zero = (of.events_treatment * of.events_control == 0).any()
    ours, theirs = analysis(of, rule=recovery.nothing_in_the_sum), analysis(of)
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
    result = analysis(data.counts("mortality"), rule=recovery.nothing_in_the_sum)
    assert [result.q, result.tau2] == pytest.approx([q, tau2])
    assert [result.effect, result.se] == pytest.approx([(w * y).sum() / w.sum(), w.sum() ** -0.5])


def test_no_rule_prints_the_result_of_death_with_another_count_of_peng():
    assert recovery.rules_for_moved_deaths() == set()
    assert WORDS["peng-moved"] == "none"
    for events in (20, 22):
        result = pool([1, 6, 0, events], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
        assert recovery.estimate_and_ci(result) != recovery.as_printed("mortality")


def test_what_the_paper_says_of_its_method_is_told_as_it_says_it():
    assert says('0.5 was added "to calculate odds ratios"')
    rows = {row["id"]: row["printed"] for row in data.rows("published.csv")}
    assert rows["premat-methods-revman"] == "5.3"
    assert rows["premat-methods-correction"] == "0.5"


# ---- what it cannot do


def test_fewer_decimals_leave_many_pairs():
    one = recover(data.counts("SICH"), recovery.STUDY, Printed("0.7", "0.4", "1.3"))
    assert WORDS["one-decimal"] == str(len(one.pairs())) == "23"
    large = recover(data.counts("mortality"), "Peng 2019", Printed("0.4", "0.2", "0.9"))
    assert WORDS["one-decimal-large"] == str(len(large.pairs())) == "109"
    assert WORDS["tried-large"] == "4,489"


def test_another_count_moved_by_one_leaves_no_pair_or_a_different_one():
    pairs = recovery.other_counts_moved()
    assert len(pairs) == 12
    assert sum(not found for found in pairs) == 9
    assert [found for found in pairs if found] == [[(1, 1)], [(10, 14)], [(0, 3)]]
    assert [WORDS[key] for key in ("moved", "moved-none", "moved-other")] == ["12", "9", "3"]


def test_of_six_misprints_five_leave_no_pair_and_one_the_rival():
    pairs = recovery.misprinted()
    assert (len(pairs), pairs.count([]), pairs.count([RIVAL])) == (6, 5, 1)
    assert (WORDS["misprints"], WORDS["misprints-none"]) == ("6", "5")


def test_the_result_of_sich_is_never_counted_as_a_match():
    verdicts = {
        row["verdict"]
        for row in data.rows("published.csv")
        if row["computed_by"].startswith("pooled(SICH, ")
    }
    assert verdicts == {"by construction"}


# Arms from a total and a p-value.


def p_of(a, n, c, m):
    """Chi-square without correction, by the difference of two shares."""
    share = (a + c) / (n + m)
    z = (a / n - c / m) / math.sqrt(share * (1 - share) * (1 / n + 1 / m))
    return math.erfc(abs(z) / math.sqrt(2))


@pytest.mark.parametrize("of", totals.totals(), ids=lambda of: of.outcome)
def test_one_split_of_a_printed_total_prints_its_p_value(of):
    n, m = of.n_treatment, of.n_control
    every = [(a, of.total - a) for a in range(n + 1) if 0 <= of.total - a <= m]
    found = [(a, c) for a, c in every if f"{p_of(a, n, c, m):.3f}" == of.p]
    assert found == totals.recovered(of)
    assert len(found) == 1
    (row,) = (
        r
        for r in data.rows("later_counts.csv")
        if (r["study"], r["outcome"]) == (of.study, of.outcome)
    )
    counts = tuple(int(row[f"events_{arm}"]) for arm in ("treatment", "control"))
    assert counts == found[0]
    assert (int(row["n_treatment"]), int(row["n_control"])) == (n, m)


def test_the_totals_are_their_printed_percentages():
    for row, of in zip(data.rows("printed_totals.csv"), totals.totals(), strict=True):
        assert f"{100 * of.total / (of.n_treatment + of.n_control):.1f}" == row["percent"]


def test_the_search_finds_the_hemorrhages_that_percentages_give():
    (row,) = (
        r
        for r in data.rows("later_counts.csv")
        if (r["study"], r["outcome"]) == ("ATTENTION registry", "SICH")
    )
    assert row["printed"].startswith("6.4% vs 1.5%")
    assert (round(100 * 22 / 346, 1), round(100 * 2 / 131, 1)) == (6.4, 1.5)
    (bled,) = (of for of in totals.totals() if of.outcome == "SICH")
    assert totals.recovered(bled) == [(22, 2)]


def test_no_other_test_and_no_other_p_value_fits():
    for of in totals.totals():
        plain, *others = totals.by_test(of).values()
        assert plain
        assert others == [[], []]
        assert all(totals.recovered(of, p) == [] for p in of.other_p)
    assert WORDS["totals-other"] == "none"
