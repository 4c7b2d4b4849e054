"""The result object and its JSON contract."""

import dataclasses
import json
import math

import pytest
from twobytwo import Result, pool, pool_effects, pool_proportions

DEATHS = ([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
POOLED = [
    "measure", "model", "method", "tau2_method", "interval", "level", "k",
    "estimate", "ci_lower", "ci_upper", "effect", "se", "statistic", "df", "p_value",
    "tau2", "q", "q_df", "q_p_value", "i2", "h2", "i2_tau2", "tau2_lower", "tau2_upper",
    "prediction_lower", "prediction_upper", "method_sentence",
]  # fmt: skip
STUDY = [
    "study", "events_treatment", "n_treatment", "events_control", "n_control",
    "estimate", "ci_lower", "ci_upper", "weight", "included",
]  # fmt: skip
SETTINGS = {"measure", "model", "method", "tau2_method", "interval", "level"}
THREE = ("estimate", "ci_lower", "ci_upper")
PREDICTION = {"prediction_lower", "prediction_upper"}
OF_TAU2 = {"i2_tau2", "tau2_lower", "tau2_upper"}


def test_the_keys_are_these_in_this_order_and_of_the_types_that_json_knows():
    result = pool(*DEATHS)
    content = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert list(content) == [*POOLED, "studies"]
    assert list(result.pooled()) == POOLED
    assert [list(study) for study in content["studies"]] == [STUDY] * 4
    assert {name for name in POOLED if type(content[name]) is int} == {"k", "q_df"}
    words = {name for name in POOLED if type(content[name]) is str}
    assert words == SETTINGS - {"level"} | {"method_sentence"}
    types = [type(value) for value in content["studies"][0].values()]
    assert types == [str, int, int, int, int, float, float, float, float, bool]
    numbers = {"effect", "se", "tau2", "q", "p_value", "i2", "h2", "statistic", *THREE}
    for name in numbers:  # full double precision, plain numbers
        assert content[name] == getattr(result, name)
        assert type(getattr(result, name)) is float, name
    assert (type(result.k), type(result.q_df)) == (int, int)
    # Ratios are natural and their effect is the logarithm; a difference has one scale.
    assert math.log(result.estimate) == pytest.approx(result.effect, rel=1e-12, abs=0)
    difference = pool(*DEATHS, measure="RD")
    assert difference.estimate == difference.effect


@pytest.mark.parametrize(
    ("arms", "choices", "missing"),
    [
        (DEATHS, {}, {"df"}),
        (DEATHS, {"model": "fixed"}, {"df", "tau2_method", "tau2"} | OF_TAU2 | PREDICTION),
        ([arm[:2] for arm in DEATHS], {}, {"df"} | PREDICTION),
        ([arm[:1] for arm in DEATHS], {}, {"df", "q_p_value", "i2", "h2"} | OF_TAU2 | PREDICTION),
        (([0, 9], [8, 9], [0, 9], [7, 9]), {}, {*POOLED} - SETTINGS - {"k", "method_sentence"}),
        (([5, 3], [9, 9], [0, 0], [9, 9]), {"model": "fixed", "zero_cells": "none"},
         {*THREE, "tau2_method", "effect", "se", "statistic", "df", "p_value", "tau2", "q_p_value",
          "i2", "h2"} | OF_TAU2 | PREDICTION),
    ],
)  # fmt: skip
def test_what_is_undefined_is_null(arms, choices, missing):
    content = pool(*arms, **choices).to_dict()
    assert {name for name in POOLED if content[name] is None} == missing


def test_a_study_without_information_or_without_an_effect_is_listed():
    arms = [3, 0, 4], [9, 9, 9], [5, 0, 5], [9, 7, 9]
    study = pool(*arms).to_dict()["studies"][1]
    assert study == dict(zip(STUDY, ("Study 2", 0, 9, 0, 7, *[None] * 4, False), strict=True))
    # A raw zero in a Mantel-Haenszel sum is included, though it has no effect of its own.
    arms[2][1] = 5
    study = pool(*arms, model="fixed", zero_cells="none").to_dict()["studies"][1]
    assert [study[name] for name in THREE] == [None] * 3
    assert study["included"] is True
    assert study["weight"] > 0


def test_the_choices_are_stated():
    content = pool(*DEATHS, measure="RR", model="fixed", method="IV", level=0.9).to_dict()
    stated = {name: content[name] for name in SETTINGS}
    assert stated == {
        "measure": "RR", "model": "fixed", "method": "IV",
        "tau2_method": None, "interval": "wald", "level": 0.9,
    }  # fmt: skip


def test_a_result_is_frozen():
    result = pool(*DEATHS)
    for field in dataclasses.fields(Result):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(result, field.name, None)


def test_names_may_be_in_any_script_and_are_as_many_as_studies():
    names = ["Łuczak", "王 2020", 'O\'Neil, "J"', "line\nbreak"]
    content = json.dumps(pool(*DEATHS, study=names).to_dict(), ensure_ascii=False)
    assert [study["study"] for study in json.loads(content)["studies"]] == names
    for pooled, given in (
        (pool, DEATHS),
        (pool_proportions, DEATHS[:2]),
        (pool_effects, DEATHS[2:]),
    ):
        assert pooled(*given).study == ("Study 1", "Study 2", "Study 3", "Study 4")
        with pytest.raises(ValueError, match="3 study names for 4 studies"):
            pooled(*given, study=names[:3])
