"""What the chapter on the meaning of the numbers says, in words or by glue, holds for the data."""

import re
from fractions import Fraction
from pathlib import Path

import pytest
from metabook import data
from rescue.beyond import meaning, meaning_figures, meaning_tables
from twobytwo import pool
from twobytwo.checks.absolute import crude_control_risk, per_thousand

CHAPTER = (Path(__file__).parents[2] / "chapters" / "what-it-means.md").read_text()
WORDS = meaning.words()
ANGEL, PISTAR = 348, 346


def says(text):
    return " ".join(text.split()) in " ".join(CHAPTER.split())


@pytest.mark.parametrize(
    "part",
    ["**The question.**", "**You will learn**", "## How to report it", "## Take-away"],
)
def test_it_has_the_parts_of_a_chapter(part):
    assert part in CHAPTER


def test_the_randomized_trial_comes_first_and_last():
    opening = CHAPTER.split("**The question.**")[0]
    assert "ANGEL-REBOOT {cite}`Gao2024`" in opening
    assert "{cite}`Gao2024`" in CHAPTER.split("## Take-away")[1]
    assert "ANGEL-REBOOT" in repr(meaning_tables.summary_of_findings())


def test_the_first_screen_has_the_answer():
    first = CHAPTER.split("\n## ")[0]
    for key in ("mrs", "deaths", "sich"):
        for part in ("without", "with", "difference", "difference-ci"):
            assert f"{{glue:text}}`{key}-{part}`" in first


# Per 1,000.


@pytest.mark.parametrize("outcome", data.outcomes())
def test_low_and_high_are_the_ends_of_the_four_studies(outcome):
    of = data.counts(outcome)
    risks = [Fraction(int(e), int(n)) for e, n in zip(of.events_control, of.n_control, strict=True)]
    (_, low), (_, middle), (_, high) = meaning.baseline_risks(outcome)
    assert (low, high) == (float(min(risks)), float(max(risks)))
    assert middle == crude_control_risk(data.pooled(outcome))
    assert low < middle < high


def test_differences_follow_from_the_odds_ratio():
    result = data.pooled("mortality")
    for key, p in (("deaths-low", 19 / 100), ("deaths-high", 29 / 66)):
        odds = result.estimate * p / (1 - p)
        fewer = round(1000 * p) - round(1000 * odds / (1 + odds))
        assert WORDS[key] == f"{fewer} fewer"


def test_hemorrhage_excludes_neither_harm_nor_benefit():
    assert re.fullmatch(r"\d+ fewer to \d+ more", WORDS["sich-difference-ci"])


def test_the_icons_are_100_patients_and_their_table_says_the_same():
    alt, shown = meaning_figures.icons("a").alt, repr(meaning_tables.hundred())
    parts = re.findall(r"(\d+) either way, (\d+) only (\w+), (\d+) neither way", alt)
    assert [only for _, _, only, _ in parts] == ["with", "without", "without"]
    for both, changed, _, neither in parts:
        assert int(both) + int(changed) + int(neither) == 100
    for outcome in data.outcomes():
        of = meaning.hundred(outcome)
        assert re.search(rf"{meaning.SHORT[outcome]} +{of.without} +{of.with_} ", shown)


@pytest.mark.parametrize("outcome", data.outcomes())
def test_differences_in_100_are_those_in_1000(outcome):
    of, exact = meaning.hundred(outcome), per_thousand(data.pooled(outcome))
    for events, shown in zip(exact[1:], of[1:], strict=True):
        assert shown - of.without == round((events - exact.control) / 10)


# Certainty.


def test_each_outcome_is_judged_in_five_domains_each_with_a_reason():
    rows = data.rows("certainty.csv")
    domains = [row["domain"] for row in rows if row["outcome"] == "SICH"]
    assert len(set(domains)) == 5
    for outcome in data.outcomes():
        assert [row["domain"] for row in rows if row["outcome"] == outcome] == domains
    assert all(row["reason"].endswith(".") for row in rows)
    assert all(row["source"].startswith("The book's own judgment") for row in rows)


def test_levels_are_those_of_their_words():
    levels = {"not serious": "0", "cannot be judged": "0", "serious": "1", "very serious": "2"}
    for row in data.rows("certainty.csv"):
        assert row["levels"] == levels[row["judgment"]]


def test_all_are_very_low_and_bias_alone_leads_to_low():
    assert {meaning.certainty(outcome) for outcome in data.outcomes()} == {"very low"}
    rows = [row for row in data.rows("certainty.csv") if row["domain"] == "risk of bias"]
    assert {meaning.CERTAINTY[3 - int(row["levels"])] for row in rows} == {"low"}
    assert repr(meaning_tables.summary_of_findings()).count("⊕◯◯◯ very low") == 3


def test_the_reasons_hold():
    studies = {outcome: data.pooled(outcome).study_effect for outcome in data.outcomes()}
    assert (studies["mRS 0-2"] > 0).all()
    assert (studies["mortality"] < 0).all()
    baracchini, chang, cornelissen, peng = studies["mortality"]
    assert max(baracchini, cornelissen) < 2 * min(chang, peng)
    stented, n, controls, m = data.counts("mortality").arms
    at = data.counts("mortality").study.index("Chang 2018")
    more = [x + (i == at) for i, x in enumerate(stented)]
    assert pool(stented, n, controls, m).p_value < 0.05 < pool(more, n, controls, m).p_value
    assert data.pooled("mRS 0-2").ci_lower > 1
    assert data.pooled("SICH").q_p_value > 0.1
    assert data.pooled("SICH").ci_lower < 1 < data.pooled("SICH").ci_upper
    sizes = {row["country"]: 0 for row in data.rows("studies.csv")}
    for row in data.rows("studies.csv"):
        sizes[row["country"]] += int(row["n_treatment"]) + int(row["n_control"])
    assert sizes["South Korea"] + sizes["China"] > sum(sizes.values()) / 2


# Trials.


def test_the_two_trials():
    trials = meaning.trials()
    assert {name: int(row["patients"]) for name, row in trials.items()} == {
        "ANGEL-REBOOT": ANGEL,
        "PISTAR": PISTAR,
    }
    angel = trials["ANGEL-REBOOT"]
    assert int(angel["screened"]) > ANGEL
    assert int(angel["n_treatment"]) + int(angel["n_control"]) == ANGEL
    assert (ANGEL + PISTAR) / int(WORDS["pooled-patients"]) == pytest.approx(2, rel=0.05)


def test_half_the_effect_is_half_on_the_log_scale():
    for outcome in data.outcomes():
        whole, half = (meaning.planned(outcome, share).odds_ratio for share in (1, 0.5))
        assert half**2 == pytest.approx(whole)


def test_a_trial_of_this_size_finds_the_pooled_effect_but_half_of_it_like_a_coin():
    for outcome in ("mRS 0-2", "mortality"):
        assert meaning.planned(outcome).patients[1] < PISTAR
        assert meaning.planned(outcome).power(PISTAR) > 0.94
        assert 0.4 < meaning.planned(outcome, 0.5).power(ANGEL) < 0.6
        assert meaning.planned(outcome, 0.5).patients[0] > ANGEL + 200


def test_no_such_trial_is_large_enough_for_hemorrhage():
    assert meaning.planned("SICH").patients[0] > 4 * ANGEL
    assert meaning.planned("SICH").power(ANGEL) < 0.3


def test_the_power_figure_says_what_the_table_says():
    alt, shown = meaning_figures.power("a").alt, repr(meaning_tables.trial_sizes())
    for share in re.findall(r"(\d+ %) with 348", alt):
        assert share in shown
