"""The printed p-values: which test prints them, and what the chapter says of it."""

import re
from fractions import Fraction
from math import comb, erfc, sqrt
from pathlib import Path

import pytest
from metabook import data
from rescue.beyond import since
from rescue.numbers import p_values
from rescue.numbers.p_values import FISHER, PLAIN, YATES

CHAPTER = (Path(__file__).parents[2] / "chapters" / "p-values.md").read_text("utf-8")
ROWS = p_values.printed()
LATER = data.rows("later_counts.csv")

# Which tests print the digits. Told by hand; computed below by other code than the book's.
IDENTIFIED = {
    "Chang 2018, mRS 0-2": {FISHER},
    "Chang 2018, mortality": {FISHER},
    "Chang 2018, SICH": {FISHER},
    "Cornelissen 2018, mRS 0-2": {FISHER, PLAIN},
    "Cornelissen 2018, mortality": {FISHER, PLAIN},
    "Peng 2019, mRS 0-2": {PLAIN},
    "Peng 2019, mortality": {PLAIN},
    "Peng 2019, SICH": {PLAIN},
    "Luo 2021, mRS 0-3": {PLAIN},
    "Luo 2021, mortality": {FISHER},
    "ATTENTION registry, SICH": {PLAIN},
    "Catalonia registry, mortality": set(),
}


def by_hand(a, n, c, m):
    """The three p-values from their definitions, without scipy."""
    events, total = a + c, n + m

    def ways(x):
        return comb(n, x) * comb(m, events - x)

    tables = [ways(x) for x in range(max(0, events - m), min(n, events) + 1)]
    fisher = sum(w for w in tables if w <= ways(a)) / sum(tables)
    distance = abs(a * (m - c) - c * (n - a))
    scale = total / (n * m * events * (total - events))

    def tail(d):
        return erfc(sqrt(d * d * scale / 2))

    return {FISHER: fisher, PLAIN: tail(distance), YATES: tail(max(0, distance - total / 2))}


def prints(p, printed):
    if printed.startswith("<"):
        return p < float(printed[1:])
    return abs(p - float(printed)) < 0.5 * 10 ** -len(printed.partition(".")[2])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_the_test_is_identified(row):
    computed = by_hand(*row.counts)
    assert row.p == pytest.approx(computed, rel=1e-9)
    assert {t for t, p in computed.items() if prints(p, row.printed)} == IDENTIFIED[row.name]
    assert set(row.by) == IDENTIFIED[row.name]


def test_every_printed_p_value_has_its_row_once():
    assert [row.name for row in ROWS] == list(dict.fromkeys(row.name for row in ROWS))
    assert {row.name for row in ROWS} == set(IDENTIFIED)
    # A count recovered from a p-value cannot show which test printed it.
    counted = [row for row in LATER if row["count_from"] != since.RECOVERED]
    text = {(r["study"], r["outcome"]): r["printed"] for r in [*data.rows("counts.csv"), *counted]}
    found = {
        f"{study}, {outcome}": match[1].replace(" ", "")
        for (study, outcome), printed in text.items()
        if (match := re.search(r"[pP]\s?=?\s?(<?\s?0\.\d+)", printed))
    }
    assert {row.name: row.printed for row in ROWS} == found


def test_no_number_of_controls_in_catalonia_gives_its_p_value():
    for controls, deaths in ((528, 210), (530, 211), (532, 212)):
        assert round(100 * deaths / controls, 1) == 39.8
        assert not any(prints(p, "0.135") for p in by_hand(21, 69, deaths, controls).values())


# ---- the later counts


@pytest.mark.parametrize("row", LATER, ids=lambda row: f"{row['study']}, {row['outcome']}")
def test_later_count_prints_its_percentages_and_is_the_only_one(row):
    if row["count_from"] == since.RECOVERED:
        assert "%" not in row["printed"]  # test_totals recovers it anew
        return
    percents = re.findall(r"(\d+(?:\.(\d+))?)%", row["printed"])
    for (text, fraction), arm in zip(percents, ("treatment", "control"), strict=True):
        events, n = int(row[f"events_{arm}"]), int(row[f"n_{arm}"])
        scale = 10 ** len(fraction)
        printed = Fraction(text) * scale
        fits = [k for k in range(n + 1) if (200 * k * scale + n) // (2 * n) == printed]
        assert fits == [events], arm


def test_no_later_study_is_one_of_the_paper():
    studies = {row["study"] for row in data.rows("studies.csv")}
    assert {row["study"] for row in LATER} & studies == set()
    assert len(LATER) == 13


def test_uncertain_numbers_say_so():
    for row in LATER:
        plain = row["count_from"] == "percentage of all"
        recovered = row["count_from"] == since.RECOVERED and "split" in row["note"]
        assert plain or recovered or "fit" in row["note"]


# ---- what the chapter says


def test_numbers_of_the_prose():
    said = p_values.words()
    assert (said["p-values"], said["p-studies"]) == ("12", "6")
    keys = ("p-by-fisher", "p-by-plain", "p-by-more", "p-by-none")
    assert [said[key] for key in keys] == ["4", "5", "2", "1"]
    assert said["peng-printed"] == "0.033"
    assert (said["peng-fisher"], said["peng-yates"]) == ("0.052", "0.053")
    assert (said["peng-stent"], said["peng-control"]) == ("24 of 66", "13 of 66")
    assert said["p-crossing"] == "4 of 12"
    assert set(re.findall(r"\{glue:text\}`(?!trial-)(.*?)`", CHAPTER)) <= set(said)


def test_three_of_the_studies_are_the_papers():
    of_paper = {row["study"] for row in data.rows("studies.csv")}
    assert len({row.study for row in ROWS} & of_paper) == 3


def test_luo_follows_the_rule_of_five():
    of = {row.name: row for row in ROWS}
    assert of["Luo 2021, mortality"].least_expected < 5 <= of["Luo 2021, mRS 0-3"].least_expected
    assert of["Peng 2019, mRS 0-2"].least_expected == pytest.approx(18.5)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_least_expected_is_the_least_of_four(row):
    a, n, c, m = row.counts
    share = (a + c) / (n + m)
    expected = [n * share, n * (1 - share), m * share, m * (1 - share)]
    assert float(row.least_expected) == pytest.approx(min(expected))


def test_only_peng_crosses_by_fisher_and_plain():
    """Between the two tests that the studies used; Yates's crosses in other tables as well."""
    crossing = [r.name for r in ROWS if (r.p[FISHER] < 0.05) != (r.p[PLAIN] < 0.05)]
    assert crossing == ["Peng 2019, mRS 0-2"]


def test_fisher_is_cautious_and_yates_is_near_it():
    for row in ROWS:
        assert row.p[PLAIN] < row.p[FISHER]
        assert row.p[PLAIN] < row.p[YATES]
        assert abs(row.p[YATES] - row.p[FISHER]) < abs(row.p[PLAIN] - row.p[YATES])


@pytest.mark.parametrize(
    "part", ["**The question.**", "**You will learn**", "## How to report it", "## Take-away"]
)
def test_chapter_has_its_parts(part):
    assert part in CHAPTER


def test_table_and_picture_show_every_row():
    shown = [row for row in p_values.comparison().rows if not isinstance(row, str)]
    assert [row[0].text for row in shown] == [row.name for row in ROWS]
    assert [row[4].text for row in shown] == [row.printed for row in ROWS]
    verdicts = {row[0].text: row[-1].text for row in shown}
    assert verdicts["Peng 2019, SICH"] == "chi-square"
    assert verdicts["Cornelissen 2018, mortality"] == "Fisher or chi-square"
    assert verdicts["Catalonia registry, mortality"] == "none of them"
    alt = repr(p_values.dots("p-values-under-test"))
    assert "Peng 2019, mRS 0-2: printed 0.033; Fisher 0.052, chi-square 0.033, Yates 0.053." in alt
    assert all(f"{row.name}: printed {row.printed};" in alt for row in ROWS)
