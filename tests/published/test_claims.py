"""The page that reads claims: each row complete, each number claim recomputed."""

import re
from math import erf, sqrt

import pytest
from metabook import data
from running import claims, run
from scipy.stats import chi2_contingency
from twobytwo.rounding import percent

PAGE, _ = run("claims")
TABLE = data.rows("claims.csv")
ROWS = {row["id"]: row for row in TABLE}
PUBLISHED = {row["id"]: row for row in data.rows("published.csv")}
VERDICTS = {
    "supported": "mortality complications",
    "not traceable": "outcome reocclusion minutes",
    "number doubtful": "odds-ratio",
    "leans on a retracted study": "recanalization sich drugs",
    "stretched": "recommended within-six-hours not-later anterior three-passes comparable",
    "contradicts itself": "tici",
}
# ---- the rows


def test_each_claim_has_its_verdict_and_no_claim_stands_twice():
    assert len({row["claim"] for row in TABLE}) == len(ROWS) == 16
    for verdict, wanted in VERDICTS.items():
        assert [key for key, row in ROWS.items() if row["verdict"] == verdict] == wanted.split()


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row["id"])
def test_a_claim_is_complete_and_its_number_is_the_printed_one(row):
    blank = [key for key, value in row.items() if not value and key != "published"]
    assert blank == []
    if row["published"]:
        one = PUBLISHED[row["published"]]
        assert one["source"] == "Clinical Q&A 2025"
        assert one["place"] == row["place"]
        number = re.search(r"[\d.]+", one["printed"])[0]
        assert number in row["says"] + row["source_says"]


# ---- the numbers


test_each_sentence_holds = claims({
    "claims": [
        "Of 16 claims in a web summary, 2 agreed > with a source that could be read; 3 could not "
        "be traced; > 1 had digits that do not go together; > 3 appear to rest on a retracted "
        "study (by > inference); 6 went beyond the source as quoted; > 1 contradicted another part",
        "96.5 % of 85 patients is 82 of 85, and 4.7 % is 4 of 85",
        ("all fit 64 patients", lambda _: (
            [percent(k, 64) for k in (33, 4, 5)] == ["51.6", "6.3", "7.8"])),
        ("the figures are those of the source: 15.2 % against 35.1 %", lambda _: (
            "15.2 % died with a stent, 35.1 % without; p = 0.03" in ROWS["mortality"]["says"]
            and PUBLISHED["qa-efficacy-mortality-p"]["printed"] == "0.03")),
    ],
})  # fmt: skip


def test_the_odds_ratio_is_not_in_the_middle_even_with_rounding():
    assert "2.11, interval 1.22 to 4.29" in ROWS["odds-ratio"]["says"]
    assert f"{sqrt(1.22 * 4.29):.2f}" == "2.29" != PAGE["odds_ratio"]
    assert sqrt(1.215 * 4.285) > 2.115
    assert "is 2.29, not 2.11" in ROWS["odds-ratio"]["why"]


def test_figures_that_fit_the_registered_study():
    assert [
        n
        for n in range(50, 151)
        if {"96.5", "4.7"} <= {percent(events, n) for events in range(n + 1)}
    ] == [85, 86]
    for name, pair in {"recanalization": "82 of 85", "sich": "4 of 85"}.items():
        assert pair in ROWS[name]["source_says"]


def test_the_possible_reocclusions_give_the_printed_p():
    p = chi2_contingency([[4, 60], [21, 99]], correction=False).pvalue
    assert f"{p:.2f}" == PUBLISHED["qa-efficacy-reocclusion-p"]["printed"] == "0.03"


def test_times_cannot_follow_a_normal_law():
    below = (1 + erf(-210 / 160 / sqrt(2))) / 2
    late = (1 - erf((360 - 210) / 160 / sqrt(2))) / 2
    shares = PAGE["times"].cdf(0), PAGE["times"].sf(360)
    assert shares == pytest.approx((below, late))
    assert [f"{100 * share:.0f} %" for share in shares] == ["9 %", "17 %"]


def test_comparable_is_said_without_a_rate_to_compare():
    safety = [row["id"] for row in PUBLISHED.values() if row["id"].startswith("qa-safety")]
    assert safety == ["qa-safety-sich-lowest", "qa-safety-sich-highest"]
