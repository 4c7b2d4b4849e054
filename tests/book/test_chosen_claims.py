"""What the chapter on how the arms were formed says, in words or by glue, holds for the data."""

import re
from fractions import Fraction

import numpy as np
import pytest
from metabook import data
from metabook.show import show
from rescue.beyond import bias, chosen, chosen_figures
from running import run

PAGE, WORDS = run("limitations")
STUDIES = ["Baracchini 2017", "Chang 2018", "Cornelissen 2018", "Peng 2019"]


def baseline(characteristic):
    """The first number of each arm of each study, as printed."""
    found = {}
    for row in data.rows("baseline.csv"):
        if row["characteristic"] == characteristic:
            found.setdefault(row["study"], {})[row["arm"]] = float(row["printed"].split()[0])
    return found


def standardized(characteristic):
    """The standardized differences of one characteristic, by study."""
    found = chosen.differences()
    return found[found["characteristic"] == characteristic].set_index("study")["standardized"]


# The arms.


def test_no_control_was_reperfused_in_any_study():
    rows = [row for row in data.rows("counts.csv") if row["outcome"] == "reperfusion"]
    assert [row["events_control"] for row in rows] == ["0"] * 4
    assert {row["basis_control"] for row in rows} == {"by definition"}


def test_the_flow_counts_the_studies_that_tell():
    of = chosen.flow()
    assert (of.opened, of.closed, of.control_closed, of.control_opened) == (59, 24, 137, 0)
    assert (of.told, of.studies) == (3, 4)
    inferred = [
        row["study"]
        for row in data.rows("counts.csv")
        if row["outcome"] == "reperfusion" and row["basis_treatment"] == "percent x n"
    ]
    assert inferred == ["Cornelissen 2018"]
    assert "11 of 12 of Cornelissen 2018 are inferred" in repr(chosen.flow_table())
    alt = chosen_figures.flow("a").alt
    assert "artery opened later (not known): in no group" in alt
    for count in (of.opened, of.closed, of.control_closed):
        assert f"({count})" in alt
        assert str(count) in repr(chosen.flow_table())


def test_three_arteries_opened_with_tirofiban_alone():
    note = next(r["note"] for r in data.rows("studies.csv") if r["study"] == "Baracchini 2017")
    total, reperfused, tirofiban, stented, controls = map(
        int,
        re.search(
            r"(\d+) = (\d+) reperfused \+ (\d+) by tirofiban \+ (\d+) \+ (\d+)", note
        ).groups(),
    )
    assert reperfused + tirofiban + stented + controls == total
    assert tirofiban == 3
    assert "three arteries opened with tirofiban" in repr(chosen.flow_table())


# Risk of bias.


def test_every_study_is_judged_in_seven_domains_and_each_has_a_reason_and_a_source():
    found = bias.judgments()
    assert len(found) == 7 + 1
    for of in found.values():
        assert list(of) == STUDIES
    for row in data.rows("bias.csv"):
        assert row["reason"].endswith(".")
        assert row["source"]


def test_all_four_are_serious_for_two_reasons_and_overall_is_the_worst():
    found = bias.judgments()
    for domain in ("confounding", "selection of patients", bias.OVERALL):
        assert set(found[domain].values()) == {"serious"}
    everywhere = [d for d, of in found.items() if set(of.values()) == {"serious"}]
    assert everywhere == ["confounding", "selection of patients", bias.OVERALL]
    assert not any("critical" in of.values() for of in found.values())


def test_no_information_outweighs_nothing():
    assert bias.overall([bias.UNKNOWN, "low"]) == "low"
    assert bias.overall([bias.UNKNOWN]) == bias.UNKNOWN
    assert bias.overall(["critical", "serious"]) == "critical"


def test_lights_differ_in_sign():
    assert len({sign for *_, sign in bias.LIGHTS.values()}) == len(bias.LIGHTS)
    shown = {row["judgment"] for row in data.rows("bias.csv")}
    assert shown == {"serious", "moderate", bias.UNKNOWN}


def test_counts_in_the_reasons_are_those_of_the_data():
    """Each "a of b" in a reason stands in the data as events and patients of that study."""
    known = {("Peng 2019", 75, 207)}
    for file in ("baseline.csv", "interventions.csv"):
        for row in data.rows(file):
            if row["events"]:
                known.add((row["study"], int(row["events"]), int(row["n"])))
    seen = 0
    for row in data.rows("bias.csv"):
        for events, n in re.findall(r"(\d+) of (\d+)", row["reason"]):
            seen += 1
            assert (row["study"], int(events), int(n)) in known, row
    assert seen == 7
    assert WORDS["matched-lost"] == "75 of 207"


# Balance.


def test_thrombolysis_in_baracchini_by_hand():
    assert Fraction(10, 23) - Fraction(4, 23) == Fraction(6, 23)
    assert WORDS["tpa-points"] == "26"
    assert WORDS["tpa-ratio"] == "2.5"
    assert WORDS["tpa-p"] == "p = 0.11"
    assert (4 / 23 - 10 / 23) / np.sqrt((4 * 19 + 10 * 13) / 23**2 / 2) == pytest.approx(
        standardized("IV-tPA")["Baracchini 2017"]
    )


def test_rows_outside_the_band_are_the_filled_ones():
    found = chosen.differences()
    assert (len(found), sum(abs(found["standardized"]) > 0.1)) == (10, 7)
    assert (WORDS["rows"], WORDS["unbalanced"]) == ("10", "7")


def test_their_infarcts_were_larger_and_more_had_thrombolysis():
    (volume,) = baseline("infarct volume").values()
    assert volume["control"] > 2 * volume["stent"]
    tpa = standardized("IV-tPA")
    assert len(tpa) == 4
    assert (tpa < 0).all()


def test_the_stented_were_younger_in_all_four_and_never_more_severe():
    ages, severity = baseline("age"), baseline("NIHSS")
    assert list(ages) == list(severity) == STUDIES
    assert all(arms["stent"] < arms["control"] for arms in ages.values())
    assert all(arms["stent"] <= arms["control"] for arms in severity.values())


def test_the_pooled_difference_of_age_by_hand():
    y = [70 - 74, 63.7 - 68.0, 65.2 - 67.3]
    v = [16.9**2 / 23 + 8.3**2 / 23, 16.8**2 / 48 + 12.1**2 / 100, 13.9**2 / 12 + 9.5**2 / 14]
    mean, half = np.average(y, weights=np.divide(1, v)), 1.959964 / np.sum(np.divide(1, v)) ** 0.5
    assert (WORDS["age-apart"], WORDS["age-k"]) == (f"{-mean:.1f}", "3") == ("3.8", "3")
    assert WORDS["age-ci"] == f"{-mean - half:.1f} to {-mean + half:.1f}" == "-0.1 to 7.8"
    assert float(WORDS["age-if-double"]) == pytest.approx(2 ** (-mean / 10), abs=0.005)
    assert float(WORDS["age-mrs"]) == pytest.approx(2.87 ** (10 / -mean), rel=0.04)


# What would explain it.


def test_an_artery_alone_gives_back_both_risk_ratios():
    opened = Fraction(59, 83)
    for outcome, key in ((chosen.MRS, "mrs-artery"), ("mortality", "deaths-artery")):
        ratio = float(chosen.risk_ratio(outcome).estimate)
        g = float(WORDS[key]) ** (1 if ratio > 1 else -1)
        assert float(opened) * g + float(1 - opened) == pytest.approx(ratio, rel=0.02)


def test_what_the_table_calls_enough_is_enough():
    for one in chosen.unequal():
        for outcome in data.outcomes():
            ratio = float(chosen.risk_ratio(outcome).estimate)
            ratio, eu = max(ratio, 1 / ratio), chosen.seen(one, outcome)
            text = chosen.needed(one, outcome)
            if text == "cannot":
                assert eu <= ratio
            elif eu < float("inf"):
                ud = float(text)
                assert eu * ud / (eu + ud - 1) == pytest.approx(ratio, rel=0.05)


def test_thrombolysis_was_so_unequal_in_one_study_only():
    shares = standardized("IV-tPA")
    assert shares.idxmin() == "Baracchini 2017"
    assert sorted(shares)[1] > 0.7 * shares["Baracchini 2017"]


def test_only_the_artery_can_explain_independence():
    tpa, basilar, closed = chosen.unequal()
    assert chosen.needed(tpa, chosen.MRS) == chosen.needed(basilar, chosen.MRS) == "cannot"
    assert chosen.needed(closed, chosen.MRS) != "cannot"
    assert chosen.seen(closed, chosen.MRS) == float("inf")


def test_intervals_of_death_and_hemorrhage_hold_no_difference():
    assert chosen.limit("mortality") == chosen.limit("SICH") == 1
    assert chosen.limit(chosen.MRS) > 1


# Hemorrhage and drugs.


def test_one_time_and_no_definition():
    rows = data.rows("sich_definitions.csv")
    assert [row["study"] for row in rows] == STUDIES
    assert [row["definition"] for row in rows] == [""] * 4
    assert [row["within"] for row in rows if row["within"]] == ["48 hours"]
    assert repr(show("sich_definitions.csv")).count("not said") == 7


def test_three_ways_with_drugs_and_half_of_the_studies_silent():
    afterward = {
        row["study"]: row["printed"]
        for row in data.rows("antithrombotics.csv")
        if row["phase"] == "after stenting"
    }
    assert len(set(afterward.values())) == 4
    silent = [study for study, text in afterward.items() if text.startswith("Not available")]
    assert silent == ["Chang 2018", "Peng 2019"]
