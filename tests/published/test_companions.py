"""The chapter on the companions: its data, its numbers, and what it says in words."""

import re
from fractions import Fraction
from math import exp, log, sqrt
from pathlib import Path

import pytest
from metabook import data
from metabook.recompute import digits
from rescue.numbers import companions, registry, reviews, single_arms
from twobytwo import pool_proportions
from twobytwo.estimate.proportions import clopper_pearson, wilson

CHAPTER = (Path(__file__).parents[2] / "chapters" / "companions.md").read_text()
WORDS = companions.words()
PUBLISHED = {row["id"]: row for row in data.rows("published.csv")}
POOLED = {one.item: one for one in reviews.pooled()}
COUNTS = {row["item"]: row for row in data.rows("companion_counts.csv")}
Z = 1.959963984540054


def says(text):
    return " ".join(text.split()) in " ".join(CHAPTER.split())


def test_every_number_that_the_chapter_takes_is_told():
    assert set(re.findall(r"\{glue:text\}`(?!trial-)([a-z0-9-]+)`", CHAPTER)) <= set(WORDS)


@pytest.mark.parametrize(
    "part", ["**The question.**", "**You will learn**", "## How to report it", "## Take-away"]
)
def test_it_has_the_parts_of_a_chapter(part):
    assert part in CHAPTER


def test_the_randomized_trial_outranks_them():
    assert "{cite}`Gao2024`" in CHAPTER


# ---- the data are the printed numbers


@pytest.mark.parametrize("row", data.rows("companions.csv"), ids=lambda row: row["id"])
def test_pooled_percentages_are_the_printed_ones(row):
    one = PUBLISHED[row["published"]]
    assert one["source"] == row["review"]
    assert digits(one["printed"]) == row["percent"]
    for end in ("lower", "upper"):
        limit = PUBLISHED.get(f"{row['published']}-ci-{end}")
        assert row[end] == (digits(limit["printed"]) if limit else "")
    if row["n_patients"]:
        assert row["n_patients"] == PUBLISHED["wareham-results-patients"]["printed"]


def test_every_pooled_percentage_is_there():
    taken = {row["published"] for row in data.rows("companions.csv")}
    printed = {
        key
        for key, row in PUBLISHED.items()
        if row["kind"] == "percent" and row["source"] in ("Wareham 2019", "Maingard 2019")
    }
    assert taken == printed


@pytest.mark.parametrize("row", data.rows("companion_counts.csv"), ids=lambda row: row["id"])
def test_the_registry_counts_print_the_percentage(row):
    assert PUBLISHED[row["published"]]["printed"] == row["printed"]
    share = Fraction(1000 * int(row["events"]), int(row["n"]))
    assert f"{int(share + Fraction(1, 2)) / 10:.1f}%" == row["printed"]


def test_every_percentage_of_the_registry_is_there():
    printed = {
        key
        for key, row in PUBLISHED.items()
        if row["source"] == "Baek 2022" and row["kind"] == "percent"
    }
    assert {row["published"] for row in data.rows("companion_counts.csv")} == printed


# ---- which counts print a percentage


def test_no_count_of_all_patients_prints_the_mortality():
    assert registry.fitting("4.0%", 78) == [(2, 50), (3, 75)]
    assert registry.fitting("4.0%", 78, 60) == [(3, 75)]
    assert (WORDS["registry-below"], WORDS["registry-above"]) == ("3.8 %", "5.1 %")
    inferred = [i for i, row in COUNTS.items() if row["count_from"] == "denominator inferred"]
    assert inferred == ["mortality"]


def test_the_other_percentages_can_be_of_all_patients():
    for item, row in COUNTS.items():
        found = registry.fitting(row["printed"], 78)
        assert (int(row["events"]), int(row["n"])) in found
        assert (78 in {n for _, n in found}) == (item != "mortality")


def test_favorable_outcome_and_patency_have_rivals():
    assert {(50, 75), (52, 78)} <= set(registry.fitting("66.7%", 78))
    assert registry.fitting("82.1%", 78) == [(46, 56), (55, 67), (64, 78)]
    assert WORDS["registry-outcome-followed"] == "50 of 75"
    assert says("three denominators fit")


# ---- intervals


def test_the_rates_carry_both_intervals():
    printed = repr(registry.rates())
    for row in data.rows("companion_counts.csv"):
        for interval in (wilson, clopper_pearson):
            lower, upper = (100 * limit for limit in interval(int(row["events"]), int(row["n"])))
            assert f"{lower:.1f} to {upper:.1f}" in printed


# ---- the odds ratios


@pytest.mark.parametrize(
    ("name", "printed", "p", "cell"),
    [("baek-open", "87.6", "0.003", 1), ("baek-inhibitor", "5.72", "0.013", 8)],
)
def test_odds_ratios_go_with_their_intervals(name, printed, p, cell):
    one = registry.ratio(name)
    assert PUBLISHED[f"{name}-or"]["printed"] == printed
    assert PUBLISHED[f"{name}-p"]["printed"] == p
    assert f"{sqrt(one.lower * one.upper):.{len(printed.partition('.')[2])}f}" == printed
    assert f"{one.p:.3f}" == p
    assert one.smallest_cell == cell


def test_the_wide_interval_needs_a_cell_of_one_patient():
    """With two patients in every cell the standard error could not be as large."""
    assert registry.ratio("baek-open").se ** 2 > 4 * (1 / 2)
    assert says("needs a cell with {glue:text}`open-cell` patient at most")


# ---- what the review's intervals are worth


@pytest.mark.parametrize("one", reviews.pooled(), ids=lambda one: one.item)
def test_worth_gives_the_printed_width_back(one):
    p = one.percent / 100
    half = Z / sqrt(one.effective() * p * (1 - p))
    low, high = one.lower / 100, one.upper / 100
    assert 2 * half == pytest.approx(log(high / (1 - high)) - log(low / (1 - low)))


@pytest.mark.parametrize("one", reviews.pooled(), ids=lambda one: one.item)
def test_printed_intervals_are_symmetric_on_the_logit_scale_within_rounding(one):
    """Else the worth would mean nothing."""

    def middle(shift):
        ends = [(x + shift) / 100 for x in (one.lower, one.upper)]
        log_odds = sum(log(x / (1 - x)) for x in ends) / 2
        return 100 / (1 + exp(-log_odds))

    assert middle(-0.5) - 0.5 <= one.percent <= middle(0.5) + 0.5


def test_all_but_recanalization_are_worth_less_than_the_patients():
    below = {item for item, one in POOLED.items() if one.rounding[1] < one.n}
    assert set(POOLED) - below == {"successful recanalization"}
    assert (WORDS["review-fewer"], WORDS["review-intervals"]) == ("6", "7")
    least, most = POOLED["successful recanalization"].rounding
    assert least < 160 < most


def test_worth_of_death_and_of_the_stent():
    assert round(POOLED["mortality"].effective()) == 65
    assert round(POOLED["Solitaire stent used"].effective()) == 8
    assert WORDS["review-death-design"] == "2.5"


# ---- two arms that never met


def test_crossing_the_arms_by_hand():
    """Stented of the first two studies against controls of the last two, one of six."""
    of = data.counts("mRS 0-2")
    a, b = sum(of.events_treatment[:2]), sum(of.n_treatment[:2])
    c, d = sum(of.events_control[2:]), sum(of.n_control[2:])
    found = single_arms.crossed("mRS 0-2")
    assert len(found) == 6 == int(WORDS["crossed-ways"])
    assert any(x == pytest.approx(a * (d - c) / ((b - a) * c)) for x in found)
    assert (WORDS["crossed-low"], WORDS["crossed-high"]) == ("2.53", "5.61")
    assert WORDS["crossed-within"] == "2.87"


@pytest.mark.parametrize("outcome", data.outcomes())
def test_arms_are_those_of_the_four_studies(outcome):
    of = data.counts(outcome)
    for group, events, n in (
        ("stent", of.events_treatment, of.n_treatment),
        ("control", of.events_control, of.n_control),
    ):
        one = single_arms.arm(outcome, group)
        assert one.estimate == pool_proportions(events, n).estimate
        assert one.method == "GLMM"
        assert single_arms.crude(outcome, group) == (sum(events), sum(n))


def test_what_the_reviews_print_is_beside_them():
    assert single_arms.review("Wareham 2019", "mortality", "stent") == "21 [13, 33]"
    assert single_arms.review("Maingard 2019", "SICH", "control") == "14.1"
    assert single_arms.review("Wareham 2019", "mortality", "control") is None


def test_the_deaths_differ_so_that_the_pooled_share_is_below_the_summed():
    deaths = single_arms.arm("mortality", "stent")
    assert (WORDS["deaths-pooled"], WORDS["deaths-crude"]) == ("10.7 %", "18.8 %")
    assert deaths.q_p_value < 0.001
    # Peng's patients are nearly half of all, and died far more often.
    assert deaths.study[-1] == "Peng 2019"
    assert deaths.study_estimate[-1] == max(deaths.study_estimate)
    assert max(deaths.patients) == deaths.patients[-1]
    assert says("a large study counts for less than its size")


def test_most_arms_are_close_to_their_sum_and_not_far_from_the_reviews():
    moves = {
        (outcome, group): abs(
            single_arms.arm(outcome, group).estimate
            - single_arms.crude(outcome, group)[0] / single_arms.crude(outcome, group)[1]
        )
        for outcome in data.outcomes()
        for group in single_arms.ARMS
    }
    assert [arm for arm, move in moves.items() if move > 0.025] == [("mortality", "stent")]
    for row in data.rows("companions.csv"):
        key = (row["item"], row["group"])
        if key in moves and key != ("mortality", "stent"):
            assert abs(float(row["percent"]) - 100 * single_arms.arm(*key).estimate) < 5


def test_the_printed_intervals_of_wareham_and_of_the_four_studies_overlap():
    printed = {one.item: one for one in reviews.pooled()}
    for outcome in data.outcomes():
        one = single_arms.arm(outcome, "stent")
        assert 100 * one.ci_lower < printed[outcome].upper
        assert 100 * one.ci_upper > printed[outcome].lower


def test_the_double_arcsine_leaves_the_range_of_its_studies():
    """10 % and 1 % pool to less than 1 %, and another 10 % brings it down: not so the model."""
    two = single_arms.freeman_tukey(*single_arms.APART)
    three = single_arms.freeman_tukey(*single_arms.ONE_MORE)
    assert three < two < 0.01
    ours = [pool_proportions(*c).estimate for c in (single_arms.APART, single_arms.ONE_MORE)]
    assert 0.01 < ours[0] < ours[1] < 0.1
    assert (WORDS["ft-two"], WORDS["ft-three"]) == ("0.78 %", "0.01 %")


def test_hemorrhage_was_rarer_by_the_printed_p():
    assert float(PUBLISHED["maingard-results-sich-p"]["printed"]) < 0.05
    assert float(WORDS["maingard-sich-stent"][:-2]) < float(WORDS["maingard-sich-control"][:-2])
    assert says("By their test it would be a decrease")


def test_the_figure_says_what_it_shows():
    alt = repr(reviews.intervals("test-worth"))
    assert "mortality 21 %, 13 to 33; alone 15 to 28." in alt
    assert alt.count("alone") == len(POOLED) + (" alone would" in alt)
