"""What a result says: its table, and the method, what was corrected and what was dropped."""

import pytest
from twobytwo import pool

DEATHS = ([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
NAMES = ["Baracchini 2017", "Chang 2018", "Cornelissen 2018", "Peng 2019"]
IV, FIXED, RAW = {"method": "IV"}, {"model": "fixed"}, {"zero_cells": "none"}
PETO = FIXED | {"method": "Peto"}


def method_sentence(*arms, **choices):
    names = [f"S{i + 1}" for i in range(len(arms[0]))]
    return pool(*arms, study=names, **choices).method_sentence


def deaths(**choices):
    return pool(*DEATHS, study=NAMES, **choices).method_sentence


def test_the_sentence_of_the_default():
    assert deaths() == (
        "The odds ratios of 4 studies were pooled with random effects: each study is weighted by "
        "the inverse of its variance plus τ² (DerSimonian-Laird), with Q about the "
        "Mantel-Haenszel estimate. Mantel-Haenszel enters nowhere else: not in the weights, not "
        "in the pooled odds ratio. The 95 % interval is a Wald interval with the normal "
        "quantile. 0.5 was added to all four cells of Cornelissen 2018, for a zero cell."
    )


@pytest.mark.parametrize(
    ("choices", "part", "never"),
    [
        (IV, "random effects", "Mantel-Haenszel"),
        ({"q_center": "IV"}, "Q about the inverse-variance mean", "Mantel-Haenszel"),
        (FIXED, "fixed effect by the Mantel-Haenszel method (standard error of Robins, Breslow and "
                "Greenland)", "weighted"),
        (FIXED | {"measure": "RR"}, "standard error of Greenland and Robins", "odds"),
        (FIXED | IV, "by the inverse-variance method.", "Mantel-Haenszel"),
        (FIXED | IV | {"q_center": "MH"},
         "inverse-variance method, with Q about the Mantel-Haenszel estimate", "weighted"),
        (PETO, "by the Peto method", "Mantel-Haenszel"),
        (PETO, "with a fixed effect", "added"),
        ({"method": "exact"}, "with its exact interval: nothing was added to any cell", "Hartung"),
        ({"level": 0.999}, "The 99.9 % interval", "95"),
        ({"increment": 0.25}, "0.25 was added to all four cells of Cornelissen", "0.5"),
        ({"zero_cells": "all"}, "0.5 was added to all four cells of every study", "Cornelissen"),
        (FIXED | RAW, "Nothing was added to the zero cells of Cornelissen 2018", "left out"),
        (IV | RAW, "Cornelissen 2018 had a zero cell, so no effect of its own, and was left out.",
         "added"),
        # Its zero stays in the Mantel-Haenszel sum, and so moves Q.
        (RAW, "was left out of the mean, though not of the Mantel-Haenszel estimate", "added"),
        ({"measure": "RD"}, "risk differences", "added"),
    ],
)  # fmt: skip
def test_says_of_mortality(choices, part, never):
    sentence = deaths(**choices)
    assert part in sentence
    assert never not in sentence


@pytest.mark.parametrize(
    ("arms", "choices", "parts", "never"),
    [
        (([3, 4], [10] * 2, [5, 5], [10] * 2), {}, ["2 studies"], ["added", "left out"]),
        (([3, 4, 0], [10] * 3, [5, 5, 0], [10] * 3), {},
         ["S3 had no events in either arm, or only events, and was left out"], ["added"]),
        (([3, 4, 10], [10] * 3, [5, 5, 10], [10] * 3), {},
         ["S3 had no events in either arm, or only events, and was left out"], ["added"]),
        (([3, 4, 0], [10, 10, 0], [5, 5, 3], [10] * 3), {},
         ["S3 had no patients in an arm and was left out"], ["S3 had no events"]),
        (([3, 4, 0, 0], [10] * 4, [5, 5, 0, 0], [10] * 4), {}, ["S3 and S4 had no events"],
         ["was left out"]),
        (([0] * 7 + [3], [10] * 8, [2] * 7 + [5], [10] * 8), {},
         ["of S1, S2, S3, S4, S5 and 2 more, for a zero cell"], ["S6"]),
        (([3], [10], [5], [10]), {}, ["One study (S1) informs the odds ratio"], ["pooled"]),
        (([0, 3], [10] * 2, [0, 5], [10] * 2), {},
         ["One study (S2) informs the odds ratio", "S1 had no events in either arm"], ["pooled"]),
        (([0], [10], [0], [10]), {},
         ["Nothing was pooled: no study has an odds ratio", "S1 had no events"], ["interval"]),
        (([0, 3], [10] * 2, [0, 5], [10] * 2), PETO,
         ["(S2)", "the result is that study's own by the Peto method."], ["pooled"]),
        # Mantel-Haenszel's own standard error of a risk difference is corrected only if it is 0.
        (([3, 0, 0], [10] * 3, [5, 0, 2], [10] * 3), FIXED | {"measure": "RD"},
         ["of S2, where it would have been 0, but not in that of the pooled result."], []),
        (([0, 0], [10, 20], [0, 0], [10, 30]), FIXED | {"measure": "RD"},
         ["of S1 and S2, where it would have been 0."], ["pooled result"]),
        # A risk difference bears zero cells; without a standard error it has no weight.
        (([0, 3, 9], [10] * 3, [0, 5, 0], [9] * 3), FIXED | IV | RAW | {"measure": "RD"},
         ["S1 had a standard error of 0, so no weight, and was left out."],
         ["zero cell", "S3 had"]),
        (([5, 3], [10] * 2, [0, 0], [10] * 2), FIXED | RAW, ["do not determine a common one"],
         ["were pooled"]),
        (([5], [10], [0], [10]), FIXED | RAW, ["one study alone do not determine its odds ratio."],
         ["studies"]),
        *((([3, 0, 0], [10] * 3, [5, 0, 2], [10] * 3),
           IV | {"measure": "RD", "zero_cells": rule},
           ["0.5 was added to all four cells in the standard error, not the estimate, of S2, "
            "where it would have been 0."], ["S3"]) for rule in ("affected", "all")),
    ],
)  # fmt: skip
def test_says_of_other_studies(arms, choices, parts, never):
    sentence = method_sentence(*arms, **choices)
    assert [part for part in parts if part not in sentence] == []
    assert [part for part in never if part in sentence] == []


# The table.


def summary(*arms, **choices):
    return repr(pool(*arms, **choices)).splitlines()


def test_the_summary_of_mortality():
    result = pool(*DEATHS, study=NAMES)
    assert repr(result).splitlines() == [
        "Study             Treatment  Control   Weight       OR [95 % CI]",
        "Baracchini 2017        1/23     9/23   13.1 %  0.07 [0.01, 0.62]",
        "Chang 2018             6/48   19/100   34.9 %  0.61 [0.23, 1.64]",
        "Cornelissen 2018       0/12     5/14    7.6 %  0.07 [0.00, 1.41]",
        "Peng 2019             21/66    29/66   44.3 %  0.60 [0.29, 1.21]",
        "Total                28/149   62/203  100.0 %  0.39 [0.16, 0.93]",
        "",
        "Heterogeneity: tau2 = 0.33; Q = 5.29, df = 3 (p = 0.15); I2 = 43 %",
        "Overall effect: z = 2.11 (p = 0.03)",
        "Prediction interval for a new study: [0.02, 8.95]",
        "",
        result.method_sentence,
    ]


def test_a_fixed_effect_has_no_tau2_and_no_prediction_line():
    lines = summary(*DEATHS, model="fixed", level=0.999)
    assert lines[0].endswith("OR [99.9 % CI]")
    assert not [line for line in lines if "tau2 =" in line or line.startswith("Prediction")]


def test_what_cannot_be_said_of_one_study_or_none():
    one, none = summary([0, 3], [9, 9], [0, 5], [9, 9]), summary([0], [9], [0], [9])
    assert one[1].split() == ["Study", "1", "0/9", "0/9", "-", "not", "estimable"]
    assert none[2].split() == ["Total", "0/9", "0/9", "-", "not", "estimable"]
    assert "Heterogeneity: not applicable" in one
    assert "Prediction interval for a new study: undefined (it needs three studies)" in one
    assert {"Heterogeneity: not applicable", "Overall effect: not applicable"} <= {*none}
