"""The result object and its JSON contract."""

import dataclasses
import json
import math

import numpy as np
import pytest
from twobytwo import Result, pool

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


def near(value):
    return pytest.approx(value, rel=1e-12, abs=0)


def nulls(content):
    return {name for name in POOLED if content[name] is None}


def test_the_keys_are_these_in_this_order():
    content = pool(*DEATHS).to_dict()
    assert list(content) == [*POOLED, "studies"]
    assert [list(study) for study in content["studies"]] == [STUDY] * 4


def test_pooled_holds_the_same_keys_without_the_studies():
    assert list(pool(*DEATHS).pooled()) == POOLED


def test_values_have_the_types_that_json_knows():
    content = pool(*DEATHS).to_dict()
    whole = {name for name in POOLED if type(content[name]) is int}
    words = {name for name in POOLED if type(content[name]) is str}
    assert whole == {"k", "q_df"}
    assert words == {"measure", "model", "method", "tau2_method", "interval", "method_sentence"}
    types = [type(value) for value in content["studies"][0].values()]
    assert types == [str, int, int, int, int, float, float, float, float, bool]


def test_numbers_keep_full_double_precision():
    result = pool(*DEATHS)
    content = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    for name in ("estimate", "ci_lower", "effect", "se", "p_value", "tau2", "q", "i2"):
        assert content[name] == getattr(result, name)


def test_ratios_are_natural_and_their_effect_is_the_logarithm():
    content = pool(*DEATHS).to_dict()
    z = 1.959963984540054
    assert math.log(content["estimate"]) == near(content["effect"])
    assert math.log(content["ci_upper"]) == near(content["effect"] + z * content["se"])
    assert content["statistic"] == near(content["effect"] / content["se"])


def test_a_risk_difference_has_one_scale():
    content = pool(*DEATHS, measure="RD").to_dict()
    assert content["estimate"] == content["effect"]
    assert -1 < content["ci_lower"] < content["estimate"] < content["ci_upper"] < 1


def test_a_random_effects_result_lacks_only_degrees_of_freedom_of_z():
    assert nulls(pool(*DEATHS).to_dict()) == {"df"}


def test_a_fixed_effect_result_has_no_tau2_and_no_prediction():
    assert nulls(pool(*DEATHS, model="fixed").to_dict()) == {
        "tau2_method", "df", "tau2", "i2_tau2", "tau2_lower", "tau2_upper",
        "prediction_lower", "prediction_upper",
    }  # fmt: skip


def test_with_two_studies_only_the_prediction_goes():
    content = pool(*(arm[:2] for arm in DEATHS)).to_dict()
    assert nulls(content) == {"df", "prediction_lower", "prediction_upper"}


def test_with_one_study_heterogeneity_goes():
    content = pool(*(arm[:1] for arm in DEATHS)).to_dict()
    assert nulls(content) == {
        "df", "q_p_value", "i2", "h2", "i2_tau2", "tau2_lower", "tau2_upper",
        "prediction_lower", "prediction_upper",
    }  # fmt: skip
    assert (content["k"], content["q"], content["q_df"]) == (1, 0, 0)
    study = content["studies"][0]
    assert [content[name] for name in ("estimate", "ci_lower", "ci_upper")] == [
        near(study[name]) for name in ("estimate", "ci_lower", "ci_upper")
    ]
    assert study["weight"] == 100


@pytest.mark.parametrize("model", ["random", "fixed"])
@pytest.mark.parametrize("method", ["MH", "IV"])
def test_with_no_study_all_that_is_pooled_is_null(model, method):
    content = pool([0, 9], [8, 9], [0, 9], [7, 9], model=model, method=method).to_dict()
    assert content["k"] == 0
    assert {name for name in POOLED if content[name] is not None} - SETTINGS <= {
        "k", "method_sentence",
    }  # fmt: skip
    assert "Nothing was pooled" in content["method_sentence"]


def test_a_study_without_information_is_listed_without_numbers():
    study = pool([3, 0, 4], [9, 9, 9], [5, 0, 5], [9, 7, 9]).to_dict()["studies"][1]
    assert study == dict(zip(STUDY, ("Study 2", 0, 9, 0, 7, *[None] * 4, False), strict=True))


def test_a_raw_zero_in_a_mantel_haenszel_sum_is_included_without_an_effect():
    result = pool([3, 0, 4], [9, 9, 9], [5, 5, 5], [9, 7, 9], model="fixed", zero_cells="none")
    study = result.to_dict()["studies"][1]
    assert [study[name] for name in ("estimate", "ci_lower", "ci_upper")] == [None] * 3
    assert study["included"] is True
    assert study["weight"] > 0


def test_a_result_that_the_sums_do_not_determine_is_null():
    content = pool([5, 3], [9, 9], [0, 0], [9, 9], model="fixed", zero_cells="none").to_dict()
    assert {"estimate", "ci_lower", "ci_upper", "effect", "se", "p_value"} <= nulls(content)


def test_weights_are_percent_of_those_included():
    weight = pool([3, 0, 4], [9, 9, 9], [5, 0, 5], [9, 7, 9]).weight
    assert np.nansum(weight) == near(100.0)
    assert np.isnan(weight).tolist() == [False, True, False]


@pytest.mark.parametrize("model", ["random", "fixed"])
def test_i2_and_h2_come_from_the_q_in_use(model):
    content = pool(*DEATHS, model=model).to_dict()
    q, df = content["q"], content["q_df"]
    assert content["i2"] == near(100 * (q - df) / q)
    assert content["h2"] == near(q / df)


def test_h2_is_not_truncated_where_i2_is():
    content = pool([3, 4, 5], [9, 9, 9], [5, 6, 7], [9, 9, 9]).to_dict()
    assert content["i2"] == 0
    assert content["h2"] == near(content["q"] / 2)
    assert content["h2"] < 1


def test_the_choices_are_stated():
    content = pool(*DEATHS, measure="RR", model="fixed", method="IV", level=0.9).to_dict()
    stated = {name: content[name] for name in SETTINGS}
    assert stated == {
        "measure": "RR", "model": "fixed", "method": "IV",
        "tau2_method": None, "interval": "wald", "level": 0.9,
    }  # fmt: skip


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Result)])
def test_a_result_is_frozen(name):
    result = pool(*DEATHS)
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(result, name, None)


def test_one_meta_analysis_has_plain_numbers():
    result = pool(*DEATHS)
    for name in ("effect", "se", "tau2", "q", "estimate", "ci_lower", "p_value", "i2", "h2"):
        assert type(getattr(result, name)) is float, name
    assert (type(result.k), type(result.q_df)) == (int, int)


def test_names_may_be_in_any_script():
    names = ["Łuczak", "王 2020", 'O\'Neil, "J"', "line\nbreak"]
    content = json.dumps(pool(*DEATHS, study=names).to_dict(), ensure_ascii=False)
    assert [study["study"] for study in json.loads(content)["studies"]] == names
