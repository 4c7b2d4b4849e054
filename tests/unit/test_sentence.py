"""The method sentence: where Mantel-Haenszel enters, what was corrected, what was dropped."""

import pytest
from twobytwo import pool

DEATHS = ([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
NAMES = ["Baracchini 2017", "Chang 2018", "Cornelissen 2018", "Peng 2019"]


def said(*arms, **choices):
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
    ("choices", "parts"),
    [
        pytest.param(
            {"method": "IV"}, ["random effects", "Q about the inverse-variance mean"], id="IV"
        ),
        pytest.param(
            {"q_center": "IV"}, ["random effects", "Q about the inverse-variance mean"], id="Q IV"
        ),
        pytest.param(
            {"model": "fixed"},
            ["fixed effect by the Mantel-Haenszel method", "Robins, Breslow and Greenland"],
            id="M-H fixed",
        ),
        pytest.param(
            {"model": "fixed", "measure": "RR"},
            ["The risk ratios of 4 studies", "standard error of Greenland and Robins"],
            id="M-H fixed RR",
        ),
        pytest.param(
            {"model": "fixed", "method": "IV"}, ["by the inverse-variance method."], id="IV fixed"
        ),
        pytest.param(
            {"model": "fixed", "method": "IV", "q_center": "MH"},
            ["inverse-variance method, with Q about the Mantel-Haenszel estimate"],
            id="IV fixed, Q M-H",
        ),
        pytest.param({"model": "fixed", "method": "Peto"}, ["by the Peto method"], id="Peto"),
        pytest.param({"level": 0.999}, ["The 99.9 % interval"], id="level"),
        pytest.param({"increment": 0.25}, ["0.25 was added to all four cells of"], id="increment"),
        pytest.param(
            {"zero_cells": "all"}, ["0.5 was added to all four cells of every study"], id="all"
        ),
    ],
)
def test_says(choices, parts):
    sentence = deaths(**choices)
    assert [part for part in parts if part not in sentence] == []


@pytest.mark.parametrize(
    "choices",
    [{"method": "IV"}, {"q_center": "IV"}, {"model": "fixed", "method": "IV"},
     {"model": "fixed", "method": "Peto"}],
)  # fmt: skip
def test_mantel_haenszel_is_not_named_where_it_does_not_enter(choices):
    assert "Mantel-Haenszel" not in deaths(**choices)


def test_nothing_is_said_of_zero_cells_where_there_are_none():
    sentence = said([3, 4], [10, 10], [5, 5], [10, 10])
    assert "added" not in sentence
    assert "left out" not in sentence


def test_peto_adds_nothing_and_says_nothing_of_it():
    assert "added" not in deaths(method="Peto", model="fixed")


def test_without_a_correction_the_sum_keeps_the_zero():
    sentence = deaths(model="fixed", zero_cells="none")
    assert "Nothing was added to the zero cells of Cornelissen 2018" in sentence


def test_without_a_correction_the_study_with_a_zero_is_left_out():
    sentence = deaths(method="IV", zero_cells="none")
    assert "Cornelissen 2018 had a zero cell, so no effect of its own, and was left out" in sentence


def test_a_study_left_out_of_the_mean_may_still_be_in_the_center_of_q():
    sentence = deaths(zero_cells="none")
    assert "Cornelissen 2018" in sentence
    # Its zero stays in the Mantel-Haenszel sum, and so moves Q.
    after = sentence[sentence.index("Cornelissen 2018") :]
    assert "Mantel-Haenszel" in after


@pytest.mark.parametrize("events", [0, 10], ids=["no events", "only events"])
def test_a_study_without_information_is_left_out(events):
    sentence = said([3, 4, events], [10, 10, 10], [5, 5, events], [10, 10, 10])
    assert "S3 had no events in either arm, or only events, and was left out" in sentence
    assert "added" not in sentence


def test_an_absent_study_is_not_said_to_be_without_events():
    sentence = said([3, 4, 0], [10, 10, 0], [5, 5, 3], [10, 10, 10])
    assert "S3 had no events in either arm" not in sentence
    assert "S3" in sentence


def test_several_studies_are_left_out_in_the_plural():
    sentence = said([3, 4, 0, 0], [10] * 4, [5, 5, 0, 0], [10] * 4)
    assert "S3 and S4 had no events" in sentence
    assert "was left out" not in sentence


def test_more_than_five_studies_are_counted_not_listed():
    sentence = said([0] * 7 + [3], [10] * 8, [2] * 7 + [5], [10] * 8)
    assert "of S1, S2, S3, S4, S5 and 2 more, for a zero cell" in sentence


def test_one_study_is_not_pooled():
    sentence = said([3], [10], [5], [10])
    assert "One study (S1) informs the odds ratio" in sentence
    assert "pooled" not in sentence


def test_one_study_beside_others_without_information_is_named():
    sentence = said([0, 3], [10, 10], [0, 5], [10, 10])
    assert "One study (S2) informs the odds ratio" in sentence
    assert "S1 had no events in either arm" in sentence


def test_no_study_says_why():
    sentence = said([0], [10], [0], [10])
    assert sentence.startswith("Nothing was pooled: no study has an odds ratio")
    assert "S1 had no events in either arm" in sentence
    assert "interval" not in sentence


def test_a_result_that_the_sums_do_not_determine_is_not_called_pooled():
    sentence = said([5, 3], [10, 10], [0, 0], [10, 10], model="fixed", zero_cells="none")
    assert "were pooled" not in sentence


@pytest.mark.parametrize("zero_cells", ["affected", "all"])
def test_a_risk_difference_says_what_was_corrected_in_the_standard_error_alone(zero_cells):
    sentence = said(
        [3, 0, 0], [10] * 3, [5, 0, 2], [10] * 3, measure="RD", method="IV", zero_cells=zero_cells
    )
    assert (
        "0.5 was added to all four cells in the standard error, not the estimate, of S2, "
        "where it would have been 0." in sentence
    )


def test_a_risk_difference_with_a_variance_of_its_own_is_not_said_to_be_corrected():
    assert "added" not in deaths(measure="RD")
