"""The discrepancy log: complete, and each number in it computed anew."""

import re
from math import erfc, sqrt

import pytest
from metabook import data
from metabook.show import show
from rescue.numbers.recompute import HERMES_SICH
from running import run
from twobytwo.checks.p_values import by_test
from twobytwo.checks.recover import Printed, recover
from twobytwo.rounding import half_up, p_equals, percent, with_interval

ROWS = data.rows("discrepancies.csv")
BY_ID = {row["id"]: row for row in ROWS}


def find(file, **wanted):
    (row,) = [r for r in data.rows(file) if wanted.items() <= r.items()]
    return row


def arm(study, what, which):
    """Patients of an arm with an intervention or at baseline, as the log writes them."""
    rows = [*data.rows("interventions.csv"), *data.rows("baseline.csv")]
    found = [r for r in rows if what in (r.get("intervention"), r.get("characteristic"))]
    (row,) = (r for r in found if [study, which] == [r["study"], r["arm"]])
    return f"{row['events']} of {row['n']}"


# ---- the rows


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_row_is_complete(row):
    assert [column for column, value in row.items() if not value] == []
    for column in ("one_place_says", "another_says", "why"):
        assert row[column].endswith("."), column
    assert row["why"].count(". ") == 0, "one sentence"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_who_disagrees_fits_the_places(row):
    one, another = row["one_place"], row["another_place"]
    same = one.split(",")[0] == another.split(",")[0]
    recomputed = another.startswith("recomputation")
    assert row["between"].split()[-1] == (
        "recomputation" if recomputed else "itself" if same else "source"
    )
    assert row["between"].startswith("the paper") == ("Premat 2020" in one + another)


@pytest.mark.parametrize("file", ["discrepancies.csv", "claims.csv"])
def test_quotations_are_short(file):
    quoted = re.findall("“(.*?)”", " ".join(v for row in data.rows(file) for v in row.values()))
    assert quoted
    assert [words for words in quoted if len(words.split()) > 6] == []


# ---- the numbers


def test_interventions_of_the_controls():
    balloon, says = "balloon angioplasty", BY_ID["control-interventions"]["another_says"]
    assert f"{arm('Peng 2019', balloon, 'control')} of Peng's controls" in says
    assert f"({arm('Peng 2019', balloon, 'stent')} stented)" in says
    chang = [
        arm("Chang 2018", what, "control")
        for what in (balloon, "IA glycoprotein IIb/IIIa inhibitor", "IA thrombolytic")
    ]
    assert chang == ["4 of 100", "14 of 100", "16 of 100"]
    assert f"{chang[0]} of Chang's" in says
    numbers = re.findall(r"\d+", BY_ID["chang-controls"]["another_says"])
    assert numbers == ["2", "4", "14", "16", "100"]


def test_imbalance_at_baseline():
    row = BY_ID["baseline-similar"]
    baracchini, cornelissen = (
        [arm(study, "IV-tPA", which) for which in ("stent", "control")]
        for study in ("Baracchini 2017", "Cornelissen 2018")
    )
    assert "{} stented and {} controls (Baracchini)".format(*baracchini) in row["another_says"]
    assert "{} and {} (Cornelissen)".format(*cornelissen) in row["another_says"]
    counts = data.counts("mortality")  # of which these are the two smallest studies
    assert (counts.n_treatment + counts.n_control).argsort()[:2].tolist() == [2, 0]
    volumes = [r for r in data.rows("baseline.csv") if "volume" in r["characteristic"]]
    assert {r["study"] for r in volumes} == {"Cornelissen 2018"}
    assert "{} against {} mL".format(*(r["value"] for r in volumes)) in row["another_says"]
    for pair, printed in ((baracchini, "p = 0.11"), (cornelissen, "")):
        treated, n1, control, n2 = (int(number) for text in pair for number in text.split(" of "))
        p = by_test(treated, n1, control, n2)["Fisher"]
        assert p > 0.05
        assert treated / n1 < control / n2
        assert printed in ("", p_equals(p))
        assert printed in row["why"]


def test_share_of_late_patients():
    row = find("delays.csv", id="onset-highest")
    mean, sd = float(row["mean_min"]), float(row["sd_min"])
    late = erfc((360 - mean) / sd / sqrt(2)) / 2
    says = BY_ID["window"]["another_says"]
    assert f"mean of {row['mean_min']} minutes with an SD of {row['sd_min']}" in says
    assert f"about {half_up(100 * late, 0)} %" in says


def test_fixed_effect():
    result = data.pooled("mortality", model="fixed")
    says = BY_ID["fixed-effect"]["another_says"]
    assert with_interval(result.estimate, result.ci_lower, result.ci_upper) in says
    assert p_equals(result.p_value) in says
    assert result.p_value < 0.05
    assert (result.estimate < 1) == (data.pooled("mortality").estimate < 1)


def test_designs_and_years():
    chang = find("studies.csv", study="Chang 2018")
    assert "Prospective" in chang["design_table"]
    assert "retrospective" in chang["design_abstract"]
    assert "16" in chang["design_abstract"]
    assert chang["included_from"] in BY_ID["era"]["another_says"]
    peng = find("studies.csv", study="Peng 2019")
    assert "case-control" in peng["design_table"]
    assert "cohort" in peng["design_text"]
    cornelissen = find("studies.csv", study="Cornelissen 2018")
    assert cornelissen["year"] in BY_ID["cornelissen-year"]["one_place_says"]
    assert "the volume is of 2019" in cornelissen["note"]


def test_antithrombotics_of_cornelissen():
    rows = [r for r in data.rows("antithrombotics.csv") if r["study"] == "Cornelissen 2018"]
    before = [r for r in rows if r["phase"] == "before stenting"]
    assert [r["drug"] for r in before] == ["abciximab", "aspirin"]
    says = BY_ID["timing-cornelissen"]["another_says"]
    five, twelve, six, one = map(int, re.findall(r"\d+", says))
    patients = int(find("studies.csv", key="Cornelissen2018")["n_treatment"])
    assert five + six + one == twelve == patients


def test_peng():
    page, _ = run("other-numbers")
    found = page["printed_p"].assign(by=page["by"]).set_index(["study", "outcome"])["by"]
    assert found["Peng 2019", "mRS 0-2"] == ["chi-square"]
    assert [found["Chang 2018", outcome] for outcome in data.outcomes()] == [["Fisher"]] * 3
    assert "p = 0.033" in BY_ID["peng-p"]["one_place_says"]
    fisher = half_up(by_test(24, 66, 13, 66)["Fisher"], 3)
    assert f"p = {fisher};" in BY_ID["peng-p"]["another_says"]


def test_only_21_deaths_give_back_p_and_pooled_result():
    printed = Printed("0.39", "0.16", "0.93")
    pairs = recover(data.counts("mortality"), "Peng 2019", printed).pairs()
    p = {a: half_up(by_test(a, 66, c, 66)["chi-square"], 3) for a, c in pairs if c == 29}
    assert [a for a in p if p[a] == "0.151"] == [21]
    assert {percent(k, 66) for k in (21, 22)} == {"31.8", "33.3"}
    assert "31.9" not in {percent(k, 66) for k in range(67)}


def test_three_fold():
    e1, n1, e2, n2 = (int(arm.sum()) for arm in data.counts("SICH").arms)
    events, n = e1 + e2, n1 + n2
    says = BY_ID["three-fold"]["another_says"]
    times = half_up(100 * events / n / float(HERMES_SICH), 1)
    assert f"{events} of {n} is {percent(events, n)} %, which is {times} times" in says
    assert f"{half_up(HERMES_SICH, 1)} % of the pooled trials" in says


def test_numbers_of_other_texts_are_those_of_the_ledger():
    printed = {(row["source"], row["printed"].rstrip("%")) for row in data.rows("published.csv")}
    for number in ("9.7", "14.1", "0.04"):
        assert ("Maingard 2019", number) in printed
        assert number in BY_ID["maingard-sich"]["another_says"]


# ---- the page


def test_what_is_told_of_the_log():
    _, words = run("ledger")
    keys = ("all", "paper", "itself", "source", "recomputed", "other", "yes", "trust", "no")
    assert [words[f"log-{key}"] for key in keys] == ["16", "12", "5", "4", "3", "4", "3", "6", "7"]
    headings = [row for row in show("discrepancies.csv").rows if isinstance(row, str)]
    assert [heading.split()[1] for heading in headings] == ["matters", "matters", "does"]
    assert {row["id"] for row in ROWS if row["matters"] == "yes"} == {
        "control-interventions", "chang-controls", "baseline-similar",
    }  # fmt: skip
