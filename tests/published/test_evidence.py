"""The evidence since the paper: each row agrees with its own digits, names and other files."""

import re
from pathlib import Path

import pytest
from metabook import data
from rescue.beyond import fairness, randomized
from twobytwo.rounding import percent

ROOT = Path(__file__).parents[2]
BIB = (ROOT / "references.bib").read_text()
SOURCES = {row["id"]: row for row in data.rows("sources.csv")}
SOURCED = ("randomized_results", "guidelines", "printed_totals", "trial_controls", "trials")
# The claims' texts are short; a number in one is the summary's, a count that fits, or a rule.
CLAIMS = data.rows("claims.csv")
PUBLISHED = {row["id"]: row["printed"] for row in data.rows("published.csv")}


def test_the_trial_and_the_five_trials_have_the_year_volume_and_pages_of_the_references():
    for key, source in (("Gao2024", "S1"), ("Goyal2016", "S7")):
        entry = re.search(rf"@article\{{{key},.*?\n\}}", BIB, re.S)[0]
        fields = dict(re.findall(r"(\w+)\s*= \{(.*?)\},?\n", entry))
        pages = fields["pages"].replace("--", "-")
        assert f"{fields['year']};{fields['volume']}:{pages}" in SOURCES[source]["what"]
    (row,) = (r for r in data.rows("trials.csv") if r["status"] == "published")
    assert row["key"] == "Gao2024"
    assert re.search(rf"@article\{{Gao2024,.*?{row['registration']}", BIB, re.S)


# ---- sources


def test_every_source_is_listed_and_every_listed_one_is_used():
    used = {row["source"] for file in SOURCED for row in data.rows(f"{file}.csv")} - {""}
    assert used == set(SOURCES)


@pytest.mark.parametrize("file", [f for f in SOURCED if f not in ("trials", "printed_totals")])
def test_a_row_is_as_sure_as_its_source(file):
    for row in data.rows(f"{file}.csv"):
        if row["basis"] == "not available":
            assert not row["source"]
            continue
        assert row["basis"] == SOURCES[row["source"]]["basis"]


def test_a_row_of_a_registered_study_names_its_register_or_its_abstract():
    for file in ("later_counts", "reports", "adjusted", "later_reviews"):
        for row in data.rows(f"{file}.csv"):
            short = re.sub(r" \(.*", "", row.get("study") or row["review"])
            assert row["source"].startswith((short, "Summary of clinical advice")), row


# ---- counts and digits


def test_two_percentages_of_one_arm_are_not_more_than_all():
    for row in data.rows("reports.csv"):
        two = r"([\d.]+)% vs ([\d.]+)%"
        if rates := re.search(rf"mRS 0-2 {two}.*?mortality {two}", row["printed"]):
            a, b, c, d = map(float, rates.groups())
            contradicts = max(a + c, b + d) > 100
            assert contradicts == ("contradict" in row["why_not_pooled"])


def test_no_count_prints_the_percentage_that_sweid_prints():
    (row,) = (r for r in data.rows("reports.csv") if r["study"] == "Sweid")
    printed = re.search(r"(\d+) patients are printed as (\d+\.\d) %", row["why_not_pooled"])
    assert printed[2] not in {percent(int(printed[1]), n) for n in range(int(printed[1]), 200)}


# ---- texts


def numbers(text):
    text = re.sub(r"NCT\d+|2b/3|0 to 2a|0 to 2|[Rr]eference \d", " ", text)
    return re.findall(r"\d+(?:\.\d+)?", text)


def explained(row):
    """The numbers that a claim's texts may hold: printed in the summary, or fitting what is."""
    allowed = {m for key, text in PUBLISHED.items() if key.startswith("qa-") for m in numbers(text)}
    allowed |= {"2026", *(r["year"] for r in data.rows("guidelines.csv"))}
    fits = re.findall(r"(\d+) of (\d+)", row["why"] + row["source_says"])
    percents = re.findall(r"([\d.]+) %", row["says"] + row["source_says"])
    for events, n in fits:
        assert percent(int(events), int(n)) in percents, f"{events} of {n}"
        allowed |= {events, n}
    return allowed


@pytest.mark.parametrize("row", CLAIMS, ids=lambda row: row["id"])
def test_every_number_in_a_claim_s_texts_is_accounted_for(row):
    known = explained(row)
    for key in ("says", "source_says"):
        assert set(numbers(row[key])) <= known | {"82", "4", "85", "2.29"}, key
    assert set(numbers(row["why"])) <= known | {"2.29", "4", "85", "86", "64"}


@pytest.mark.parametrize("row", CLAIMS, ids=lambda row: row["id"])
def test_a_verdict_says_what_its_texts_say(row):
    """A text turned into its opposite no longer goes with its verdict."""
    read, source = row["source_says"], row["source"]
    must = {
        "supported": r"prints the same|reports no significant difference",
        "not traceable": r"^No study with these figures was found",
        "number doubtful": r"^No study with these figures was found",
        "leans on a retracted study": r"not found|Neither study was found",
        "stretched": r"as (?:the summary )?quote[sd]|As quoted|in its definition|No rate without",
        "contradicts itself": r"The summary itself",
    }[row["verdict"]]
    assert re.search(must, read), read
    if row["verdict"] == "leans on a retracted study":
        assert re.search(r"inferred", row["why"])
        assert "5" in row["reference"].split(", ")
    if row["verdict"] == "stretched":
        assert re.search(r"\bbecame\b|without a source|needs two groups", row["why"])
    if row["reference"] == "1":
        assert source == "Reference 1 of the summary, the overview of its own website"
    elif "Sweid" in read:
        assert row["reference"] == "2"
        assert source == "Abstract of Sweid and others"
    if row["verdict"] in ("not traceable", "number doubtful"):
        assert source == "The study was not found."


def test_what_is_quoted_of_a_guideline_is_what_the_list_of_guidelines_says():
    says = " ".join(
        row["says"] + row["class"] + row["level"] for row in data.rows("guidelines.csv")
    )
    quoted = [
        text
        for row in CLAIMS
        if row["reference"] == "1"
        for text in re.findall("“(.*?)”", row["source_says"])
    ]
    assert quoted
    assert all(text in says for text in quoted)
    (recommended,) = (row["source_says"] for row in CLAIMS if row["id"] == "recommended")
    assert re.search(r"Class (\w+)", recommended)[1] in says


def test_what_the_abstract_of_sweid_says_is_the_same_in_both_files():
    (report,) = (r for r in data.rows("reports.csv") if r["study"] == "Sweid")
    claims = {row["id"]: row for row in CLAIMS}
    for words in ("three passes", "did not differ significantly"):
        assert words in report["why_not_pooled"]
    assert "3 passes" in claims["three-passes"]["source_says"]
    assert "no significant difference in complications" in claims["complications"]["source_says"]
    printed = re.search(r"mortality ([\d.]+)% vs ([\d.]+)% \(p=([\d.]+)\)", report["printed"])
    assert [*printed.groups()] == numbers(claims["mortality"]["says"])


def test_speaking_against_a_benefit_is_what_is_printed():
    for row in data.rows("reports.csv"):
        against = "more SICH" in row["printed"] or (
            (p := re.search(r"mRS 0-2 .*?\(P=([\d.]+)\)", row["printed"])) and float(p[1]) > 0.05
        )
        assert (row["speaks_against"] == "yes") == bool(against), row["study"]


# ---- what the chapter on limitations says of the control rates


def test_the_controls_of_the_paper_do_worse_than_those_of_the_trials():
    words = fairness.words()
    rates = {
        (r["trial"], r["outcome"]): float(r["percent"]) for r in data.rows("trial_controls.csv")
    }
    able = [rate for (t, o), rate in rates.items() if o == "mRS 0-2" and t != fairness.POOLED]
    dead = [rate for (_, o), rate in rates.items() if o == "mortality"]
    assert len(able) == int(PUBLISHED["premat-discussion-first-trials"]) == 5
    assert min(able) < rates[fairness.POOLED, "mRS 0-2"] < max(able)
    low, high = (float(x.rstrip("%")) for x in fairness.paper_rates("mRS 0-2"))
    assert high < rates[fairness.POOLED, "mRS 0-2"]
    assert low < min(able) < high
    low, high = (float(x.rstrip("%")) for x in fairness.paper_rates("mortality"))
    assert low <= min(dead)
    assert words["controls-dead-times"] == f"{high / max(dead):.1f}"


def test_the_rates_of_the_trials_as_transcribed_a_second_time():
    able = {"MR CLEAN": 19, "ESCAPE": 29, "EXTEND-IA": 40, "SWIFT PRIME": 36, "REVASCAT": 28}
    second = {(trial, "mRS 0-2"): rate for trial, rate in able.items()}
    second |= {("ESCAPE", "mortality"): 19, ("EXTEND-IA", "mortality"): 20}
    second |= {(fairness.POOLED, "mRS 0-2"): 26.5}
    rows = data.rows("trial_controls.csv")
    assert {(row["trial"], row["outcome"]): float(row["percent"]) for row in rows} == second


# ---- the trial that waits


def test_the_trial_without_results_is_the_same_in_both_files():
    waiting = randomized.waiting()
    (row,) = (r for r in data.rows("reports.csv") if r["study"] == waiting["trial"])
    assert row["circulation"] == waiting["circulation"] == "mixed"
    assert row["id"] == waiting["registration"]
    assert f"{waiting['patients']} patients" in row["why_not_pooled"]
    for text in (row["why_not_pooled"], waiting["note"]):
        assert "active and no longer recruits" in text
