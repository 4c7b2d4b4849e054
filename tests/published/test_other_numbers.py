"""Printed p-values, percentages, ratios and intervals: what the page finds behind them."""

import re
from math import exp, log, sqrt

import pytest
from metabook import data
from metabook.recompute import digits
from rescue.beyond import since
from running import claims, run
from twobytwo.checks.p_values import FISHER, PLAIN, YATES, by_test
from twobytwo.estimate.proportions import clopper_pearson, effective_size, wilson
from twobytwo.rounding import percent, prints_as

PAGE, WORDS = run("other-numbers")
PUBLISHED = {row["id"]: row for row in data.rows("published.csv")}
LATER = data.rows("later_counts.csv")
COMPANIONS = data.rows("companions.csv")
RATES = data.rows("companion_counts.csv")
OF_PAPER = {row["study"] for row in data.rows("studies.csv")}
ROWS = {f"{row['study']}, {row['outcome']}": row for _, row in PAGE["printed_p"].iterrows()}
P = dict(zip(ROWS, PAGE["tests"].to_dict("records"), strict=True))
BY = dict(zip(ROWS, PAGE["by"], strict=True))


def counts(name):
    return [int(ROWS[name][cell]) for cell in PAGE["cells"]]


# ---- p-values


@pytest.mark.parametrize("name", ROWS)
def test_the_test_is_identified(name):
    computed = by_test(*counts(name))
    assert P[name] == computed
    assert BY[name] == [test for test, p in computed.items() if prints_as(p, ROWS[name]["printed"])]
    # Fisher's test is cautious, and Yates's correction is near it.
    assert computed[PLAIN] < min(computed[FISHER], computed[YATES])
    assert computed[YATES] - computed[FISHER] < computed[YATES] - computed[PLAIN]


def test_every_printed_p_value_has_its_row_once():
    # A count recovered from a p-value cannot show which test printed it.
    counted = [row for row in LATER if row["count_from"] != since.RECOVERED]
    text = {(r["study"], r["outcome"]): r["printed"] for r in [*data.rows("counts.csv"), *counted]}
    found = {
        f"{study}, {outcome}": match[1].replace(" ", "")
        for (study, outcome), printed in text.items()
        if (match := re.search(r"[pP]\s?=?\s?(<?\s?0\.\d+)", printed))
    }
    assert {name: row["printed"] for name, row in ROWS.items()} == found
    assert len({row["study"] for row in ROWS.values()} & OF_PAPER) == 3


def test_no_number_of_controls_in_catalonia_gives_its_p_value():
    for controls, deaths in ((528, 210), (530, 211), (532, 212)):
        assert round(100 * deaths / controls, 1) == 39.8
        assert not any(prints_as(p, "0.135") for p in by_test(21, 69, deaths, controls).values())


def test_luo_follows_the_rule_of_five():
    def least(a, n, c, m):
        return min(x * y / (n + m) for x in (n, m) for y in (a + c, n + m - a - c))

    assert least(*counts("Luo 2021, mortality")) < 5 <= least(*counts("Luo 2021, mRS 0-3"))


def fits_three_groups(_):
    """The later angiography: 82.1 % of so many patients."""
    sizes = {n for n in range(50, 79) for k in range(n + 1) if f"{100 * k / n:.1f}" == "82.1"}
    return sizes == {56, 67, 78}


test_each_sentence_holds = claims({
    "other-numbers": [
        "12 of them, from 6 studies",
        "4 agreed with Fisher's test > only, 5 with the uncorrected chi-square only, 2 with > more "
        "than one test and 1 with none",
        ("24 of 66 stented patients and 13 of 66 controls lived independently. The abstract prints "
         "p = 0.033", lambda _: [name for name, p in P.items() if (p[FISHER] < 0.05)
                                 != (p[PLAIN] < 0.05)] == ["Peng 2019, mRS 0-2"]),
        "The least expected count is 18.5", "in 4 of 12 tables the three tests do not agree",
        "three deaths print 3.8 % and four 5.1 %; no count prints 4.0 %",
        ("has 3 of 75 dead: then 3 patients had no follow-up", fits_three_groups),
        "The favorable outcome fits 52 of 78, but 50 of 75 as well",
        ("it fits 3 of 75, 95 % CI > 1.4 to 11.1 % (Wilson)", lambda _: clopper_pearson(3, 75)[0]
         < wilson(3, 75)[0]),
        "**Recanalization** is worth 163 patients",
        "**Death** is worth 65: the studies differ, and it takes 2.5 of the review's patients",
        "In 6 of 7 proportions the worth stays below 160",
        "10.7 %, 95 % CI 3.1 to 30.7 %", "The double arcsine pools them to 0.78 %, below both",
        "it falls to 0.01 %", "The model gives 3.0 %, then 3.6 %",
        "There are 6 ways: The OR for independence comes out anywhere between 2.53 and 5.61; "
        "pooled within studies it is 2.87",
        ("SICH was 9.7 % against 14.1 %, with a p-value below the usual limit",
         lambda _: float(PUBLISHED["maingard-results-sich-p"]["printed"]) < 0.05),
    ],
})  # fmt: skip


def test_the_figure_tells_every_row():
    alt = repr(WORDS["dots"])
    assert "Peng 2019, Independent: printed 0.033; Fisher 0.052, chi-square 0.033, Yates" in alt
    assert alt.count(": printed ") == len(ROWS)


# ---- the later counts


@pytest.mark.parametrize("row", LATER, ids=lambda row: f"{row['study']}, {row['outcome']}")
def test_later_count_prints_its_percentages_and_is_the_only_one(row):
    recovered = row["count_from"] == since.RECOVERED
    assert row["study"] not in OF_PAPER
    assert (
        row["count_from"] == "percentage of all" or ("split" if recovered else "fit") in row["note"]
    )
    if recovered:
        assert "%" not in row["printed"]  # the page on recovered counts finds it anew
        return
    percents = re.findall(r"(\d+(?:\.(\d+))?)%", row["printed"])
    for (text, fraction), arm in zip(percents, ("treatment", "control"), strict=True):
        events, n = int(row[f"events_{arm}"]), int(row[f"n_{arm}"])
        assert [k for k in range(n + 1) if percent(k, n, len(fraction)) == text] == [events], arm


# ---- the registry


@pytest.mark.parametrize("row", COMPANIONS, ids=lambda row: row["id"])
def test_pooled_percentages_are_the_printed_ones(row):
    one = PUBLISHED[row["published"]]
    assert (one["source"], digits(one["printed"])) == (row["review"], row["percent"])
    for end in ("lower", "upper"):
        limit = PUBLISHED.get(f"{row['published']}-ci-{end}")
        assert row[end] == (digits(limit["printed"]) if limit else "")
    if row["n_patients"]:
        assert row["n_patients"] == PUBLISHED["wareham-results-patients"]["printed"]


@pytest.mark.parametrize(
    ("rows", "sources"),
    [(COMPANIONS, {"Wareham 2019", "Maingard 2019"}), (RATES, {"Baek 2022"})],
    ids=["reviews", "registry"],
)
def test_every_percentage_is_there(rows, sources):
    percents = {
        k for k, r in PUBLISHED.items() if r["kind"] == "percent" and r["source"] in sources
    }
    assert {row["published"] for row in rows} == percents


@pytest.mark.parametrize("row", RATES, ids=lambda row: row["id"])
def test_the_registry_counts_print_the_percentage(row):
    printed = digits(row["printed"])
    assert PUBLISHED[row["published"]]["printed"] == row["printed"] == f"{printed}%"
    assert percent(int(row["events"]), int(row["n"])) == printed
    inferred = row["count_from"] == "denominator inferred"
    assert inferred == (printed not in {percent(k, 78) for k in range(79)})
    assert inferred == (row["item"] == "mortality")


@pytest.mark.parametrize(
    ("name", "printed", "p", "cell"),
    [("baek-open", "87.6", "0.003", 1), ("baek-inhibitor", "5.72", "0.013", 8)],
)
def test_odds_ratios_go_with_their_intervals(name, printed, p, cell):
    i = list(PAGE["rows"].values()).index(name)
    low, high = PAGE["ratios"].iloc[i][["lower", "upper"]]
    assert (PUBLISHED[f"{name}-or"]["printed"], PUBLISHED[f"{name}-p"]["printed"]) == (printed, p)
    assert f"{sqrt(low * high):.{len(printed.partition('.')[2])}f}" == printed
    assert f"{PAGE['checked']['p computed'][i]:.3f}" == p
    assert PAGE["checked"]["cell"][i] == cell
    # With one patient more in every cell the standard error could not be as large.
    se = log(high / low) / (2 * 1.959963984540054)
    assert 4 / (cell + 1) < se**2 <= 4 / cell


# ---- what the review's intervals are worth


@pytest.mark.parametrize("item", PAGE["wareham"].index)
def test_an_interval_is_symmetric_on_the_logit_scale_and_its_worth_gives_it_back(item):
    printed, worth = PAGE["wareham"].loc[item], PAGE["worth"].loc[item]
    p, low, high = (printed[key] / 100 for key in ("percent", "lower", "upper"))
    half = 1.959963984540054 / sqrt(worth["worth"] * p * (1 - p))
    assert 2 * half == pytest.approx(log(high / (1 - high)) - log(low / (1 - low)))
    assert worth["least"] == effective_size(p, low - 0.005, high + 0.005) < worth["worth"]

    def middle(shift):
        log_odds = sum(log((x + shift) / (1 - x - shift)) for x in (low, high)) / 2
        return 1 / (1 + exp(-log_odds))

    assert middle(-0.005) - 0.005 <= p <= middle(0.005) + 0.005
    # All but recanalization are worth less than the patients, whatever rounding hides.
    assert (worth["most"] < 160) == (item != "successful recanalization")


# ---- two arms that may never have met


def test_crossing_the_arms_by_hand():
    """Stented of the first two studies against controls of the last two, one of six."""
    counts = data.counts("mRS 0-2")
    a, b = sum(counts.events_treatment[:2]), sum(counts.n_treatment[:2])
    c, d = sum(counts.events_control[2:]), sum(counts.n_control[2:])
    assert len(PAGE["crossed"]) == 6
    assert any(x == pytest.approx(a * (d - c) / ((b - a) * c)) for x in PAGE["crossed"])


def test_the_deaths_after_a_stent_are_the_exception():
    pooled = {key: PAGE["tt"].pool_proportions(*arms) for key, arms in PAGE["arms"].items()}
    summed = {key: events.sum() / n.sum() for key, (events, n) in PAGE["arms"].items()}
    moved = [key for key in pooled if abs(pooled[key].estimate - summed[key]) > 0.025]
    assert moved == [("mortality", "stent")]
    for row in COMPANIONS:
        key = (row["item"], row["group"])
        if key in pooled and key != ("mortality", "stent"):
            assert abs(float(row["percent"]) - 100 * pooled[key].estimate) < 5
        if key in pooled and row["lower"]:
            assert 100 * pooled[key].ci_lower < float(row["upper"])
            assert 100 * pooled[key].ci_upper > float(row["lower"])
    deaths = PAGE["deaths"]
    assert deaths.q_p_value < 0.001
    assert deaths.study_estimate.argmax() == deaths.patients.argmax() == 3
