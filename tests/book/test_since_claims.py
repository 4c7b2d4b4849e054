"""What the chapter on the evidence since the paper says, in words or by glue, holds."""

import math
import re
from fractions import Fraction

import numpy as np
import pytest
from metabook import data
from rescue.beyond import since
from running import run
from twobytwo import pool
from twobytwo.estimate.printed import is_symmetric
from twobytwo.estimate.tau2 import estimate
from twobytwo.rounding import half_up, prints_as

DEATHS, MRS3, SICH, POSTERIOR = "mortality", "mRS 0-3", "SICH", "posterior"
LATER = data.rows("later_counts.csv")
REPORTS = {row["study"]: row for row in data.rows("reports.csv")}
PAGE, WORDS = run("evidence-since")
SERIES = {DEATHS: PAGE["deaths"], MRS3: PAGE["able"], SICH: PAGE["bleeding"]}


def counts_of(row):
    keys = ("events_treatment", "n_treatment", "events_control", "n_control")
    return tuple(int(row[key]) for key in keys)


def limits(said):
    return [float(x) for x in re.findall(r"\d+\.\d+", said)][-2:]


# What is pooled, and what is not.


def test_nothing_pools_two_outcomes_or_two_circulations():
    for outcome, result in SERIES.items():
        rows = [row for row in LATER if row["outcome"] == outcome]
        assert set(result.study) == {r["study"] for r in rows if r["circulation"] == POSTERIOR}
    assert "mRS 0-2" not in {row["outcome"] for row in LATER if row["study"] == since.CATALONIA}
    assert PAGE["five"].study == (*data.counts(DEATHS).study, since.CATALONIA)


def test_the_deaths_with_and_without_attention_from_counts_typed_here():
    deaths = pool([15, 35, 28, 123], [81, 82, 65, 346], [7, 38, 35, 49], [12, 64, 54, 131])
    fewer = pool([15, 35, 28], [81, 82, 65], [7, 38, 35], [12, 64, 54])
    assert WORDS["deaths"] == deaths.text == "0.50 [0.27, 0.92]"
    assert WORDS["fewer-deaths"] == fewer.text == "0.39 [0.23, 0.66]"
    assert (WORDS["deaths-hksj"], WORDS["deaths-i2"]) == ("0.18 to 1.41", "67 %")
    assert PAGE["apart"]["apart-deaths"].labels[-1] == since.ATTENTION
    assert int(WORDS["attention-patients"]) == 346 + 131 > 81 + 82 + 65 + 12 + 64 + 54


@pytest.mark.parametrize("key", ["deaths-hksj", "adjusted-deaths-hksj", "adjusted-able-hksj"])
def test_the_safer_interval_includes_no_difference(key):
    lower, upper = limits(WORDS[key])
    assert lower < 1 < upper


def test_without_either_overlapping_study_only_the_mrs_differs():
    deaths, able = PAGE["apart"]["apart-deaths"], PAGE["apart"]["apart-able"]
    sharing = ["Mohammaden 2023", "PC-SEARCH 2024"]
    assert list(deaths.labels[1:3]) == list(able.labels[1:]) == sharing
    assert all(deaths[i].p_value > 0.05 > able[i].p_value for i in (1, 2))


def test_the_two_registries_point_opposite_ways_crude_and_adjusted():
    for result in (PAGE["bleeding"], PAGE["adjusted"](SICH)):
        first, second = result.study_estimate
        assert first < 1 < second
    assert PAGE["bleeding"].i2 > 75


def test_every_series_begins_with_one_of_the_largest_effects_and_comes_by_year():
    for result in (*SERIES.values(), PAGE["five"]):
        order = np.argsort(-np.abs(result.study_effect))
        assert 0 in order[:2]
        assert abs(result.effect) < abs(result.study_effect[0])
        years = [re.search(r"\d{4}$", study) for study in result.study]
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


def test_catalonia_moves_the_deaths_toward_no_difference_and_makes_them_surer():
    four = data.pooled(DEATHS)
    assert WORDS["controls"] == "528 or 530 or 532"
    for five in PAGE["joined"].values():
        assert four.estimate < five.estimate < 1
        assert five.se < four.se
    assert PAGE["five"].study[2] == "Cornelissen 2018"
    without = np.array([0, 1, 3, 4])
    assert WORDS["strict-deaths"] == pool(*(x[without] for x in _arms(PAGE["five"]))).text


def _arms(result):
    a, b, c, d = result.table
    return a, a + b, c, c + d


def test_no_arm_of_69_can_give_catalonia_s_adjusted_interval():
    least = min(1 / e + 1 / (69 - e) for e in range(1, 69))
    ratio = math.exp(2 * 1.959964 * math.sqrt(least))
    assert ratio == pytest.approx(float(WORDS["least-width"]), abs=0.05)
    assert float(WORDS["printed-width"]) < ratio - 0.5


def test_inferred_numbers_are_marked_in_the_forest_plots():
    marks = {"percentage of an inferred number": "a", since.RECOVERED: "b"}
    found = {row["study"]: marks[row["count_from"]] for row in LATER if row["count_from"] in marks}
    assert PAGE["inferred"] == found


# Adjusted estimates and reviews.


@pytest.mark.parametrize("outcome", [MRS3, DEATHS])
def test_adjusting_does_not_weaken_what_is_pooled(outcome):
    adjusted, crude = PAGE["adjusted"](outcome), SERIES[outcome]
    assert abs(adjusted.effect) > abs(crude.effect)
    assert adjusted.p_value < 0.05
    assert WORDS["adjusted-k"] == str(adjusted.k) == "3"
    own = dict(zip(crude.study, crude.study_effect, strict=True))
    fitted = dict(zip(adjusted.study, adjusted.study_effect, strict=True))
    both = own.keys() & fitted.keys()
    assert len(both) == 2
    assert all(fitted[study] / own[study] > 1 for study in both)


def test_the_adjusted_deaths_by_hand():
    printed = [(0.4, 0.17, 0.97), (0.27, 0.09, 0.8), (0.26, 0.09, 0.71)]
    y = np.log([row[0] for row in printed])
    se = np.array([math.log(high / low) / (2 * 1.959964) for _, low, high in printed])
    assert estimate(y, se**2, np.full(3, True), "PM") == 0
    mean = np.average(y, weights=se**-2.0)
    assert PAGE["adjusted"](DEATHS).effect == pytest.approx(mean, abs=1e-6)


def test_only_estimates_of_one_scale_are_pooled():
    for outcome in SERIES:
        pooled = PAGE["printed"][PAGE["printed"]["outcome"] == outcome]
        assert set(pooled["measure"]) == {"odds ratio"}
        assert pooled["favors_stent"].nunique() == 1
        assert pooled["study"].is_unique


def test_which_printed_intervals_are_not_symmetric():
    odd = {
        (row.get("study") or row["review"], row["outcome"])
        for file in ("adjusted.csv", "later_reviews.csv")
        for row in data.rows(file)
        if row["lower"] and not is_symmetric(row["estimate"], row["lower"], row["upper"])
    }
    assert odd == {
        ("Mohammaden 2023", "mRS shift"),
        ("unidentified study", "mRS 0-2"),
        ("Atwan 2025", "mRS 0-2"),
        ("Atwan 2025", "SICH"),
    }


def test_what_speaks_against_does_and_does_not_hide_what_speaks_for():
    against = [name for name, row in REPORTS.items() if row["speaks_against"] == "yes"]
    assert against == ["French 14-center cohort", "Alexandre"]
    for outcome in (DEATHS, "mRS 0-2"):
        a, n, c, m = counts_of(since.row("later_counts.csv", since.ATTENTION, outcome))
        alone = pool([a], [n], [c], [m])
        assert alone.ci_lower < 1 < alone.ci_upper
    low, high = limits(WORDS["aljbour-sich"])
    assert low > 1
    low, high = limits(WORDS["aljbour-able"])
    assert low < 1 < high
    assert float(WORDS["catalonia-shift-p"].removeprefix("p = ")) > 0.05
    french = since.row("adjusted.csv", "French 14-center cohort", "mRS shift")
    assert french["favors_stent"] == "below 1"
    assert float(french["upper"]) < 1
    for cut in (since.CATALONIAN, "mRS 0-1"):
        row = since.row("adjusted.csv", since.CATALONIA, cut)
        assert row["favors_stent"] == "above 1"
        assert float(row["lower"]) >= 1


def test_attention_is_the_largest_posterior_study():
    sizes = {
        row["study"]: sum(counts_of(row)[1::2]) for row in LATER if row["circulation"] == POSTERIOR
    }
    assert max(sizes, key=sizes.get) == "ATTENTION registry"
    other = [r for n, r in REPORTS.items() if r["circulation"] == POSTERIOR and n not in sizes]
    for row in other:
        assert int(row["n_treatment"]) + int(row["n_control"]) < sizes["ATTENTION registry"]


def test_misprints_are_marked_and_the_two_kinds_of_ratio_stand_apart():
    rows = {(r["review"], r["outcome"]): r for r in data.rows("later_reviews.csv")}
    wrong = {key: row["misprint"] for key, row in rows.items() if row["misprint"] != "no"}
    assert wrong == {("Atwan 2025", DEATHS): "p-value", ("Atwan 2025", SICH): "interval"}
    drawn = WORDS["since-reviews"].table.rows
    assert [one.label for one in drawn if one.effect.endswith("?")] == ["Atwan 2025"] * 2
    measure = ""
    for one in drawn:
        if one.kind == "subgroup":
            measure = "RR" if "risk ratio" in one.label else "OR"
        elif one.label != since.OURS:
            printed = {r["measure"] for (review, _), r in rows.items() if review == one.label}
            assert measure in printed


def test_half_up_is_how_catalonia_s_range_is_printed():
    by_hand = [pool([21], [69], [c], [m]).p_value for c, m in ((210, 528), (211, 530), (212, 532))]
    first, last = (half_up(float(x), 3) for x in (min(by_hand), max(by_hand)))
    assert WORDS["catalonia-deaths-p"] == f"{first} to {last}"
