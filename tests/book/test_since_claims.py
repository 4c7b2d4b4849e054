"""What the chapter on the evidence since the paper says, in words or by glue, holds."""

import math
import re
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from metabook import data
from rescue.beyond import since, since_figures, since_reviews, since_tables, since_words
from rescue.beyond.since import ANTERIOR, DEATHS, MRS3, POSTERIOR, SICH
from twobytwo import pool
from twobytwo.cli import main
from twobytwo.estimate.tau2 import estimate
from twobytwo.rounding import half_up, prints_as

CHAPTER = (Path(__file__).parents[2] / "chapters" / "evidence-since.md").read_text()
WORDS = since_words.words()
LATER = data.rows("later_counts.csv")
REPORTS = {row["study"]: row for row in data.rows("reports.csv")}


def counts_of(row):
    keys = ("events_treatment", "n_treatment", "events_control", "n_control")
    return tuple(int(row[key]) for key in keys)


@pytest.mark.parametrize(
    "part", ["**The question.**", "**You will learn**", "## How to report it", "## Take-away"]
)
def test_it_has_the_parts_of_a_chapter(part):
    assert part in CHAPTER


def test_each_figure_is_followed_by_its_table():
    after = re.split(r"\{glue:figure\} [\w-]+", CHAPTER)[1:]
    assert len(after) == 6
    assert "confrontation.results()" in after[0]
    for text in after[1:]:
        assert "Folded(since_tables." in text.split("##")[0].split("{glue:figure}")[0]


# What is pooled, and what is not.


def test_nothing_pools_two_outcomes_or_two_circulations():
    for outcome, circulation in since.SERIES:
        for study in since.later(outcome, circulation).study:
            (row,) = [r for r in LATER if (r["study"], r["outcome"]) == (study, outcome)]
            assert row["circulation"] == circulation
    catalonia = {row["outcome"] for row in LATER if row["study"] == since.CATALONIA}
    assert "mRS 0-2" not in catalonia
    assert (MRS3, ANTERIOR) not in since.SERIES


def test_the_posterior_results_by_the_paper_s_rule():
    deaths = pool([15, 35, 28, 123], [81, 82, 65, 346], [7, 38, 35, 49], [12, 64, 54, 131])
    assert WORDS["deaths-or"] == f"{deaths.estimate:.2f}"
    assert WORDS["deaths-ci"] == f"{deaths.ci_lower:.2f} to {deaths.ci_upper:.2f}"
    others = 81 + 82 + 65 + 12 + 64 + 54
    assert int(WORDS["attention-patients"]) == 346 + 131 > others


def test_attention_moves_the_deaths_and_both_are_told():
    fewer = pool([15, 35, 28], [81, 82, 65], [7, 38, 35], [12, 64, 54])
    assert WORDS["fewer-deaths"] == "0.39 [0.23, 0.66]"
    assert WORDS["fewer-deaths"].startswith(f"{fewer.estimate:.2f}")
    assert (WORDS["deaths-or"], WORDS["deaths-ci"]) == ("0.50", "0.27 to 0.92")
    assert (WORDS["deaths-hksj"], WORDS["deaths-i2"]) == ("0.18 to 1.41", "67 %")
    shown = repr(since_tables.with_and_without())
    for said in (WORDS["fewer-deaths"], "0.50 [0.27, 0.92]", "0.18 to 1.41"):
        assert said in shown


def test_the_safer_interval_of_the_deaths_includes_no_difference():
    lower, upper = map(float, WORDS["deaths-hksj"].split(" to "))
    assert lower < 1 < upper
    for key in ("adjusted-deaths-hksj", "adjusted-able-hksj"):
        _, lower, upper = map(float, re.findall(r"\d+\.\d+", WORDS[key]))
        assert lower < 1 < upper


@pytest.mark.parametrize("outcome", [MRS3, DEATHS])
def test_either_of_the_overlapping_studies_can_go(outcome):
    results = since.without_overlap(outcome)
    sizes = {MRS3: [3, 2, 2], DEATHS: [4, 3, 3]}
    assert [len(result.study) for result in results.values()] == sizes[outcome]
    for name, result in results.items():
        assert not set(since.SHARING) <= set(result.study) or name == "both"
        # The chapter says it: without either the interval for death includes no difference.
        assert (result.p_value < 0.05) == (outcome == MRS3 or name == "both")


def test_the_two_registries_point_opposite_ways_on_bleeding():
    first, second = since.crude(SICH, POSTERIOR).study_estimate
    assert first < 1 < second
    assert since.crude(SICH, POSTERIOR).i2 > 75


def test_every_series_begins_with_one_of_the_largest_effects():
    for outcome, circulation in since.SERIES:
        result = since.crude(outcome, circulation)
        order = np.argsort(-np.abs(result.study_effect))
        assert 0 in order[:2]
        assert abs(result.effect) < abs(result.study_effect[0])


def test_the_series_come_by_year():
    for outcome, circulation in since.SERIES:
        years = [re.search(r"\d{4}$", s) for s in since.series(outcome, circulation).study]
        known = [match[0] for match in years if match]
        assert known == sorted(known)
        assert None not in years[: len(known)]


# Uncertain counts.


def test_catalonia_s_possible_counts_print_its_percentages():
    printed = {
        row["outcome"]: re.findall(r"([\d.]+)%", row["printed"])
        for row in LATER
        if row["study"] == since.CATALONIA
    }
    rows = data.rows("possible_counts.csv")
    assert len(rows) == 6
    for row in rows:
        a, n, c, m = counts_of(row)
        stent, control = printed[row["outcome"]]
        assert prints_as(Fraction(100 * a, n), stent)
        assert prints_as(Fraction(100 * c, m), control)
        sich = any(prints_as(Fraction(100 * e, m), "7.4") for e in range(m))
        assert sich == (m != 532) == row["note"].startswith("Fits every")


def test_catalonia_s_range_is_that_of_all_its_counts():
    a, n = 21, 69
    by_hand = [a * (m - c) / ((n - a) * c) for c, m in ((210, 528), (211, 530), (212, 532))]
    assert WORDS["catalonia-deaths"] == f"{half_up(min(by_hand), 3)} to {half_up(max(by_hand), 3)}"


def test_catalonia_moves_the_deaths_toward_no_difference_and_makes_them_surer():
    four = data.pooled(DEATHS)
    for five in since.possible_results(DEATHS, data.counts(DEATHS)):
        assert four.estimate < five.estimate < 1
        assert five.se < four.se


def test_no_arm_of_69_can_give_catalonia_s_adjusted_interval():
    least = min(1 / e + 1 / (69 - e) for e in range(1, 69))
    ratio = math.exp(2 * 1.959964 * math.sqrt(least))
    assert ratio == pytest.approx(float(WORDS["least-width"]), abs=0.05)
    assert float(WORDS["printed-width"]) < ratio - 0.5


def test_inferred_numbers_are_marked_in_the_forest_plots():
    assert since.marked(DEATHS) == {"Mohammaden 2023": "a", since.ATTENTION: "b"}
    for study in ("Mohammaden 2023 a", "ATTENTION registry b"):
        assert study in since_figures.forest(DEATHS, "a").alt
    assert "Recovered from the printed total" in repr(since_tables.forest(DEATHS))


# Adjusted estimates and reviews.


@pytest.mark.parametrize("outcome", [MRS3, DEATHS])
def test_adjusting_does_not_weaken_what_is_pooled(outcome):
    adjusted = since.pooled_adjusted(outcome)
    assert abs(adjusted.effect) > abs(since.crude(outcome, POSTERIOR).effect)
    assert adjusted.p_value < 0.05
    assert adjusted.k == 3


@pytest.mark.parametrize("outcome", [MRS3, DEATHS])
def test_where_a_study_prints_both_the_adjusted_is_farther_from_1(outcome):
    crude = since.crude(outcome, POSTERIOR)
    own = dict(zip(since.later(outcome, POSTERIOR).study, crude.study_effect, strict=True))
    both = [row for row in since.adjusted(outcome) if row["study"] in own]
    assert len(both) == 2
    for row in both:
        assert math.log(float(row["estimate"])) / own[row["study"]] > 1


def test_what_speaks_against_does_not_hide_what_speaks_for():
    rows = {(row["study"], row["outcome"]): row for row in data.rows("adjusted.csv")}
    french = rows["French 14-center cohort", "mRS shift"]
    assert french["favors_stent"] == "below 1"
    assert float(french["upper"]) < 1
    for cut in (since_words.CATALONIAN, "mRS 0-1"):
        assert rows[since.CATALONIA, cut]["favors_stent"] == "above 1"
        assert float(rows[since.CATALONIA, cut]["lower"]) >= 1


def test_catalonia_s_last_number_is_what_is_left_and_does_not_fit():
    row = next(r for r in LATER if r["study"] == since.CATALONIA)
    total = int(re.match(r"(\d+) patients in all", row["note"]).group(1))
    left = total - int(row["n_treatment"])
    assert WORDS["controls"].endswith(f" or {left}")
    for n in map(int, re.findall(r"\d+", WORDS["controls"])):
        bled = any(half_up(100 * Fraction(x, n), 1) == "7.4" for x in range(n))
        assert bled == (n != left)


def test_the_adjusted_deaths_by_hand():
    printed = [(0.4, 0.17, 0.97), (0.27, 0.09, 0.8), (0.26, 0.09, 0.71)]
    y = np.log([row[0] for row in printed])
    se = np.array([math.log(high / low) / (2 * 1.959964) for _, low, high in printed])
    assert estimate(y, se**2, np.full(3, True), "PM") == 0
    mean = np.average(y, weights=se**-2.0)
    assert since.pooled_adjusted(DEATHS).effect == pytest.approx(mean, abs=1e-6)


def test_only_estimates_of_one_scale_are_pooled():
    for outcome in (MRS3, DEATHS, SICH):
        rows = since.adjusted(outcome)
        assert {row["measure"] for row in rows} == {"odds ratio"}
        assert len({row["favors_stent"] for row in rows}) == 1
        assert len({row["study"] for row in rows}) == len(rows)


def test_which_printed_intervals_are_not_symmetric():
    odd = {
        (row.get("study") or row["review"], row["outcome"])
        for file in ("adjusted.csv", "later_reviews.csv")
        for row in data.rows(file)
        if not since.symmetric(row)
    }
    assert odd == {
        ("Mohammaden 2023", "mRS shift"),
        ("unidentified study", "mRS 0-2"),
        ("Atwan 2025", "mRS 0-2"),
        ("Atwan 2025", "SICH"),
    }


def test_what_speaks_against_does():
    against = [name for name, row in REPORTS.items() if row["speaks_against"] == "yes"]
    assert against == ["French 14-center cohort", "Alexandre"]
    for outcome in (DEATHS, "mRS 0-2"):
        of = since.crude(outcome, POSTERIOR)
        alone = of.study_interval
        i = of.study.index(since.ATTENTION)
        assert alone.lower[i] < 1 < alone.upper[i]
    (bleeding,) = [r for r in since_reviews.reviews(SICH, "OR") if r.name == "Aljbour"]
    (able,) = [r for r in since_reviews.reviews("mRS 0-2", "OR") if r.name == "Aljbour"]
    assert bleeding.lower > 1
    assert able.lower < 1 < able.upper
    shift = float(WORDS["catalonia-shift-p"].removeprefix("p = "))
    assert shift > 0.05


def test_attention_is_the_largest_posterior_study():
    sizes = {
        row["study"]: sum(counts_of(row)[1::2]) for row in LATER if row["circulation"] == POSTERIOR
    }
    assert max(sizes, key=sizes.get) == "ATTENTION registry"
    other = [r for n, r in REPORTS.items() if r["circulation"] == POSTERIOR and n not in sizes]
    for row in other:
        assert int(row["n_treatment"]) + int(row["n_control"]) < sizes["ATTENTION registry"]


def test_misprints_are_marked():
    wrong = {(r["review"], r["outcome"]): r["misprint"] for r in data.rows("later_reviews.csv")}
    marked = {key: value for key, value in wrong.items() if value != "no"}
    assert marked == {("Atwan 2025", DEATHS): "p-value", ("Atwan 2025", SICH): "interval"}
    drawn = since_figures.reviews("a")._repr_html_()
    assert ">p-value?</text>" in drawn
    assert ">interval?</text>" in drawn


def test_odds_ratios_and_risk_ratios_stand_apart():
    for outcome, measure in since_reviews.SHOWN:
        ours, *others = since_reviews.reviews(outcome, measure)
        assert ours.estimate == data.pooled(outcome, measure=measure).estimate
        names = {r["review"] for r in data.rows("later_reviews.csv") if r["measure"] == measure}
        assert {one.name for one in others} <= names


@pytest.mark.parametrize("outcome", [MRS3, DEATHS, SICH])
def test_the_command_line_reads_the_later_counts(outcome, capsys):
    path = data.path("later_counts.csv")
    assert main(["pool", str(path), "--outcome", outcome]) == 0
    assert "Total" in capsys.readouterr().out
