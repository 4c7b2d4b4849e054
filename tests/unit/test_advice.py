"""What the command says beside its numbers: sparse counts, options that change nothing, plots."""

import json
import re

import pytest
from twobytwo import pool, pool_proportions
from twobytwo.checks.advice import advice, proportions_advice, without_effect

RARE = ([0, 2, 1, 1], [40] * 4, [4, 5, 2, 6], [400] * 4)
SMALL = ([3, 4, 2, 4], [300] * 4, [15, 12, 14, 17], [300] * 4)
PLAIN = ([20, 30], [100, 90], [25, 41], [100, 95])
GROUPS = """study,events_treatment,n_treatment,events_control,n_control,subgroup
Ash 2011,5,50,9,50,old
Elm 2003,8,60,15,62,old
Oak 1999,20,60,11,60,young
"""


@pytest.mark.parametrize(
    ("arms", "choices", "leads"),
    [
        (RARE, {}, "--method exact"),
        (RARE, {"model": "fixed"}, "--method exact"),
        (RARE, {"method": "exact"}, None),
        (RARE, {"measure": "RR"}, "--model fixed --method MH --zero-cells none"),
        (RARE, {"measure": "RD"}, "--model fixed --method MH."),
        (RARE, {"measure": "RD", "model": "fixed"}, None),
        (SMALL, {}, "--model fixed --method MH --zero-cells none"),
        (SMALL, {"model": "fixed"}, None),
        (PLAIN, {}, None),
        (([3], [9], [0], [9]), {"measure": "RR"}, "a risk ratio undefined"),
    ],
)
def test_of_sparse_counts_a_line_says_what_leads(arms, choices, leads):
    cautions = advice(pool(*arms, **choices))
    assert len(cautions) == (leads is not None)
    assert leads is None or leads in cautions[0]
    by_approximation = leads is not None and "--method MH" in leads
    assert not (by_approximation and "any approximation" in cautions[0])


@pytest.mark.parametrize(
    ("arms", "wrong"),
    [
        (([4, 3], [50, 40], [20, 15], [2500, 2000]), ["twice as large", "effect is large"]),
        (([2, 9, 8], [900] * 3, [12, 30, 25], [900] * 3), ["effect is large"]),
        (([8, 9, 7], [900] * 3, [10, 9, 9], [900] * 3), []),
    ],
)
def test_petos_odds_ratio_is_doubted_where_its_conditions_fail(arms, wrong):
    doubts = [line for line in advice(pool(*arms, method="Peto", model="fixed")) if "Peto" in line]
    assert len(doubts) == bool(wrong)
    assert all(word in doubts[0] for word in wrong)


@pytest.mark.parametrize(
    ("arms", "choices", "names"),
    [
        (PLAIN, {"model": "fixed", "tau2": "REML"}, ["tau2"]),
        (PLAIN, {"model": "fixed", "prediction_df": "k-1"}, ["prediction_df"]),
        (PLAIN, {"zero_cells": "none"}, ["zero_cells"]),
        (PLAIN, {"zero_cells": "all"}, []),
        (RARE, {"zero_cells": "none"}, []),
        (RARE, {"zero_cells": "none", "increment": 0.1}, ["increment"]),
        (RARE, {"zero_cells": "all", "method": "exact"}, ["zero_cells"]),
        (RARE, {"increment": 0.1, "method": "Peto", "model": "fixed"}, ["increment"]),
        (RARE, {"interval": "wald", "method": "exact"}, ["interval"]),
        (RARE, {"measure": "RD", "zero_cells": "all"}, ["zero_cells"]),
        (([0, 3], [9, 9], [0, 4], [9, 9]), {"measure": "RD", "zero_cells": "none"}, []),
        (([4], [9], [3], [9]), {"interval": "hksj"}, ["interval"]),
    ],
)
def test_a_choice_that_changes_nothing_is_told(arms, choices, names):
    result = pool(*arms, **choices)
    assert [line.split()[0] for line in without_effect(choices, result)] == names


def test_an_interval_of_impossible_risk_differences_is_told():
    cautions = advice(pool([9, 11], [9, 11], [0, 0], [9, 10], measure="RD", zero_cells="none"))
    assert not any("beyond" in line for line in cautions)
    assert "beyond -1 or 1" in advice(pool([8, 6], [8, 9], [1, 0], [9, 9], measure="RD",
                                           interval="hksj", method="IV"))[-1]  # fmt: skip


def test_separation_and_few_studies_are_told_of_proportions():
    apart = proportions_advice(pool_proportions([0, 2, 25], [40, 45, 25]))
    assert [line.split()[0] for line in apart] == ["The", "Few"]
    few = [3, 7, 5], [50, 60, 55]
    assert [line[-19:] for line in proportions_advice(pool_proportions(*few))] == [
        " Choose interval t."
    ]
    assert not proportions_advice(pool_proportions(*few, interval="t"))


def test_sparse_counts_are_told_in_the_text_and_beside_json(run, counts_file):
    path = counts_file("Ash,0,40,4,400", "Elm,2,40,5,400")
    _, printed, beside = run("pool", path)
    assert "Sparse counts" in printed
    assert "Sparse" not in beside
    _, printed, beside = run("pool", path, "--json")
    assert json.loads(printed)["k"] == 2
    assert "caution: Sparse counts" in beside


def test_subgroups_are_pooled_and_an_unused_column_is_told(run, counts_file):
    path = counts_file(content=GROUPS)
    assert "caution: the column subgroup is not used" in run("pool", path).err
    _, printed, beside = run("pool", path, "--subgroup", "subgroup", "--json")
    content = json.loads(printed)
    assert "not used" not in beside
    assert [(one["name"], one["k"]) for one in content["subgroups"]] == [("old", 2), ("young", 1)]


def test_a_plot_has_names_a_direction_an_order_and_the_prediction(run, counts_file, tmp_path):
    path, plot = counts_file(content=GROUPS), tmp_path / "forest.svg"
    options = ("--plot", plot, "--treatment", "drug", "--control", "placebo", "--better", "fewer",
               "--sort", "year", "--subgroup", "subgroup", "--digits", "3")  # fmt: skip
    printed = run("pool", path, *options).out
    drawn = plot.read_text()
    (total,) = re.findall(r"^Total.* (\d\.\d{3} \[)", printed, re.MULTILINE)
    for word in ("drug", "placebo", "Favors drug", "Subtotal", "Prediction interval", total):
        assert word in drawn, word
    assert drawn.index("Elm 2003") < drawn.index("Ash 2011")
    assert "drug  placebo" in printed
    beside = run("pool", path, "--better", "fewer", "--sort", "year").err
    assert beside.count("changes nothing without --plot") == 2
    status, _, beside = run("pool", counts_file("Ash,5,50,9,50"), "--plot", plot, "--sort", "year")
    assert (status, beside.splitlines()[-1][:20]) == (2, "--plot: sort by year")


@pytest.mark.parametrize("method", ["exact", "GLMM"])
@pytest.mark.parametrize(
    "arms", [([0, 0], [9, 8], [4, 3], [9, 9]), ([4, 3], [9, 9], [0, 0], [9, 8])]
)
def test_without_an_event_in_an_arm_there_is_a_plot_all_the_same(method, arms):
    result = pool(*arms, method=method)
    assert result.text.startswith("0.00" if arms[0][0] == 0 else "∞")
    assert "Total" in result.forest().alt


@pytest.mark.parametrize(
    ("arms", "choices", "study", "total"),
    [
        (([3], [4], [8], [25]), {}, "6.38 [0.57, 71.27]", "6.38 [0.57, 71.27]"),  # exactly 6.375
        (([13], [40], [1], [25]), {"measure": "RR"}, "8.13", "8.13"),  # exactly 8.125
        (([30], [90_000], [60], [90_000]), {"measure": "RD"}, "-0.00033 [", "-0.00033 ["),
        (([1, 2], [10**5] * 2, [99_990, 99_980], [10**5] * 2), {}, "< 0.001 [", "< 0.001 ["),
        # No limit seems to lie beyond its estimate; a difference near 0 keeps its digits.
        (([1, 3], [10**5, 50_000], [99_999, 49_990], [10**5, 50_000]), {"measure": "RR"},
         "0.00001 [< 0.00001, 0.00007]", "0.00003 [< 0.00001, 0.00019]"),
        (([30], [90_000], [36], [90_000]), {"measure": "RD"}, "-0.00007 [", "-0.00007 ["),
        (([99_990, 99_980], [10**5] * 2, [1, 2], [10**5] * 2), {}, "> 1,000 [", "> 1,000 ["),
    ],
)  # fmt: skip
def test_digits_are_exact_enough_and_few(arms, choices, study, total):
    rows = pool(*arms, **choices).shown.rows
    assert rows[0][-1].startswith(study)
    assert rows[-1][-1].startswith(total)


def test_a_rare_proportion_keeps_two_digits():
    result = pool_proportions([22, 20], [100_000, 90_000])
    assert result.shown.rows[0][-1] == "0.022 [0.015, 0.033]"
    assert pool_proportions([1, 2], [10**5] * 2).text == "0.0015 [0.0005, 0.0047]"
    assert pool_proportions([99_998, 99_999], [10**5] * 2).text == "99.9985 [99.9953, 99.9995]"
