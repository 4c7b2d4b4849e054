"""Pooling by hand, and at its edges."""

import json
import math

import numpy as np
import pandas as pd
import pytest
from twobytwo import Counts, OptionError, pool
from twobytwo.estimate.exact import exact_odds_ratio
from twobytwo.estimate.hypergeometric_normal import hypergeometric_normal
from twobytwo.estimate.tau2 import q_profile
from twobytwo.options import CHOICES
from twobytwo.results import POOLED

MRS = ([13, 19, 8, 24], [23, 48, 12, 66], [4, 22, 3, 13], [23, 100, 14, 66])
DEATHS = ([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])

EVERY_METHOD = [
    pytest.param({"measure": x, "model": model, "method": method}, id=f"{x}-{method}-{model}")
    for x in ("OR", "RR", "RD") for model in ("random", "fixed") for method in ("MH", "IV")
] + [pytest.param({"model": "fixed", "method": "Peto"}, id="OR-Peto-fixed")]  # fmt: skip

EVERY_RANDOM = [
    pytest.param({"method": "IV", "tau2": tau2, "interval": interval}, id=f"{tau2}-{interval}")
    for tau2 in CHOICES["tau2"]
    for interval in CHOICES["interval"]
]


def near(value, rel=1e-12):
    return pytest.approx(value, rel=rel, abs=0)


@pytest.mark.parametrize("choices", EVERY_METHOD)
def test_identical_studies_pool_to_the_study_and_are_not_heterogeneous(choices):
    result = pool([3] * 5, [10] * 5, [5] * 5, [12] * 5, **choices)
    assert result.effect == near(result.study_effect[0], rel=1e-10)
    assert result.weight.tolist() == [near(20.0)] * 5
    assert result.q == pytest.approx(0, abs=1e-25)
    assert (result.q_df, result.i2, result.q_p_value) == (4, 0, near(1.0))
    assert result.tau2 == 0 or choices["model"] == "fixed"


@pytest.mark.parametrize("choices", [*EVERY_METHOD, *EVERY_RANDOM])
@pytest.mark.parametrize(
    "study", [(3, 10, 5, 12), (0, 12, 5, 14), (12, 12, 5, 14), (0, 12, 14, 14), (0, 1, 1, 1)]
)
def test_one_study_is_its_own_pooled_result_with_its_normal_interval(study, choices):
    for increment in (0.1, 0.5):
        result = pool(*([x, 0] for x in study), increment=increment, **choices)
        assert result.effect == near(result.study_effect[0])
        assert result.se == near(math.sqrt(result.study_variance[0]))
        assert result.ci_upper == near(result.study_interval.upper[0])
        assert (result.k, result.q, result.q_df) == (1, 0, 0)
        undefined = (result.i2, result.h2, result.q_p_value, result.df, *result.prediction)
        assert np.isnan(undefined).all()


@pytest.mark.parametrize("choices", [*EVERY_METHOD, *EVERY_RANDOM])
@pytest.mark.parametrize("arms", [([], [], [], []), ([0, 0], [0, 0], [1, 2], [3, 4])])
def test_without_a_study_nothing_is_pooled(arms, choices):
    result = pool(*arms, **choices)
    assert result.k == 0
    undefined = (result.effect, result.se, result.p_value, result.ci_lower, result.tau2, result.df)
    assert np.isnan(undefined).all()


@pytest.mark.parametrize("events", [0, 10], ids=["no events at all", "only events"])
def test_of_these_a_ratio_cannot_come_and_the_risk_difference_is_zero(events):
    arms = [events] * 3, [10] * 3, [events] * 3, [10] * 3
    for choices in ({}, {"measure": "RR"}, {"method": "Peto", "model": "fixed"}):
        result = pool(*arms, **choices)
        assert (result.k, result.included.any()) == (0, False)
        assert math.isnan(result.estimate)
    result = pool(*arms, measure="RD")
    assert (result.k, result.estimate) == (3, 0)
    assert result.ci_lower < 0 < result.ci_upper
    for increment in (0.1, 1.0):
        one = pool(*(arm[:1] for arm in arms), measure="RD", increment=increment)
        assert one.se == near(math.sqrt(one.study_variance[0]))
    assert math.isnan(pool(*arms, measure="RD", model="fixed", zero_cells="none").se)


@pytest.mark.parametrize("choices", EVERY_METHOD)
def test_counts_of_a_billion(choices):
    arms = np.array([[100, 200], [1000, 1000], [150, 210], [1000, 1000]])
    small, large = pool(*arms, **choices), pool(*arms * 10**6, **choices)
    if choices["model"] == "random":
        # Sampling error is gone, so that both studies weigh the same.
        assert large.effect == near(large.study_effect.mean(), rel=1e-5)
        assert large.weight.tolist() == [near(50.0, rel=1e-3)] * 2
    elif choices["method"] == "Peto":
        assert large.effect == near(small.effect, rel=1e-3)  # its variance has N - 1
    else:
        assert large.effect == near(small.effect, rel=1e-10)
        assert large.se == near(small.se / 1000, rel=1e-10)


@pytest.mark.parametrize(
    ("choices", "counts"),
    [
        ({}, True),
        ({"zero_cells": "all"}, True),
        ({"zero_cells": "none"}, False),
        ({"zero_cells": "none", "model": "fixed"}, True),
        ({"zero_cells": "none", "model": "fixed", "method": "IV"}, False),
        ({"method": "Peto", "model": "fixed"}, True),
    ],
)
def test_a_study_with_a_zero_cell_counts_under_the_rule(choices, counts):
    arms = [3, 4, 0], [10, 10, 10], [5, 5, 5], [10, 10, 10]
    result = pool(*arms, **choices)
    assert (result.k, result.included.tolist()) == (2 + counts, [True, True, counts])
    if not counts and "method" not in choices:  # it moves the center of Q all the same
        without = pool(*(arm[:2] for arm in arms), **choices)
        assert result.q_df == without.q_df == 1
        assert result.q > without.q


@pytest.mark.parametrize(
    "choices", [*EVERY_METHOD, *EVERY_RANDOM, {"method": "exact"}, {"method": "GLMM"}]
)
def test_a_batch_is_its_meta_analyses_and_an_absent_study_is_as_if_it_were_not_there(choices):
    rng = np.random.default_rng(3)
    n = rng.integers(5, 40, (2, 2, 2, 5)) * (rng.random((2, 2, 2, 5)) < 0.85)
    x = rng.binomial(n, 0.15)
    arms = x[0], n[0], x[1], n[1]
    batch = pool(*arms, **choices)
    for at in np.ndindex(2, 2):
        there = (n[:, *at] > 0).all(0)
        one = pool(*(arm[at][there] for arm in arms), **choices)
        for name in {*POOLED[POOLED.index("k") : -1]} | {"wald_se"}:
            found, alone = getattr(batch, name), getattr(one, name)
            assert found.shape == (2, 2), name
            assert found[at] == pytest.approx(alone, rel=1e-6, abs=1e-9, nan_ok=True), name
        assert batch.weight[at][there] == pytest.approx(one.weight, nan_ok=True)
        assert not batch.included[at][~there].any()


def test_leading_axes_broadcast_and_the_callers_arrays_stay_as_they_are():
    arms = [np.array(arm, float) for arm in DEATHS]
    assert pool(np.stack([arms[0], arms[0]]), *arms[1:]).effect.tolist() == [pool(*arms).effect] * 2
    assert [arm.tolist() for arm in arms] == [list(arm) for arm in DEATHS]
    assert pool(*np.zeros((4, 0, 4))).effect.shape == (0,)


@pytest.mark.parametrize("method", ["MH", "exact", "GLMM"])
def test_a_wider_level_widens_every_interval(method):
    narrow, wide = (pool(*DEATHS, level=level, method=method) for level in (0.9, 0.99))
    assert wide.ci_lower < narrow.ci_lower < narrow.ci_upper < wide.ci_upper
    assert wide.prediction_lower < narrow.prediction_lower or method == "exact"
    assert (wide.study_interval.upper > narrow.study_interval.upper)[[0, 1, 3]].all()
    assert wide.p_value == narrow.p_value


def test_a_large_increment_pulls_the_study_with_a_zero_cell_to_no_effect():
    effects = [pool(*DEATHS, increment=x).study_effect for x in (0.01, 0.5, 100)]
    assert effects[0][2] < effects[1][2] < effects[2][2] < 0
    assert effects[0][1] == effects[2][1]


@pytest.mark.parametrize("choices", [{}, {"level": 0.999}, {"increment": 0.001}])
def test_limits_beyond_what_a_double_holds_raise_no_warning(choices):
    # All against none, and back. Warnings are errors in these tests.
    result = pool([0, 100, 50], [100] * 3, [100, 0, 50], [100] * 3, **choices).to_dict()
    assert result["ci_lower"] < result["estimate"] < result["ci_upper"]
    assert json.dumps(result, allow_nan=False)  # infinity has become null
    assert result["prediction_lower"] < result["ci_lower"]
    assert result["prediction_upper"] is None or result["prediction_upper"] > result["ci_upper"]


@pytest.mark.parametrize("choices", EVERY_RANDOM)
def test_the_prediction_interval_holds_the_interval_of_the_mean(choices):
    rng = np.random.default_rng(11)
    sizes = rng.integers(5, 300, (2, 2_000, 5))
    sizes[0, :, 3:] *= rng.integers(0, 2, (2_000, 2))  # absent studies: k from 3 to 5
    events = rng.binomial(sizes, rng.beta(1, 4, sizes.shape))
    for df in ("k-2", "k-1"):
        result = pool(events[0], sizes[0], events[1], sizes[1], **choices, prediction_df=df)
        (inner, outer), new = result.limits, result.prediction
        known = np.isfinite(inner) & (result.k > int(df[-1]))
        assert known.sum() > 1800
        assert (new.lower[known] <= inner[known]).all()
        assert (new.upper[known] >= outer[known]).all()


def test_the_degrees_of_freedom_of_the_prediction_are_a_choice():
    two = pool([3, 1], [10, 10], [5, 6], [12, 12])
    assert two.ci_lower < two.estimate < two.ci_upper
    assert np.isnan(two.prediction).all()
    assert math.isfinite(pool(*(two.arms[0] + two.arms[1]), prediction_df="k-1").prediction_lower)
    printed = [
        [f"{x:.2f}" for x in (result.prediction_lower, result.prediction_upper)]
        for result in (pool(*MRS), pool(*MRS, prediction_df="k-1"))
    ]
    assert printed == [["0.99", "8.31"], ["1.31", "6.30"]]


def test_exact_and_glmm_are_what_their_likelihoods_say_and_correct_nothing():
    arms = np.array(DEATHS)
    result = pool(*arms, method="exact")
    wanted = exact_odds_ratio(*arms)
    assert (result.model, result.tau2_method, result.interval) == ("fixed", None, "exact")
    assert (result.estimate, result.p_value) == (near(wanted.estimate), wanted.p_value)
    assert (result.ci_lower, result.ci_upper) == (near(wanted.ci_lower), near(wanted.ci_upper))
    undefined = ("se", "tau2", "q", "q_df", "i2", "h2", "prediction_lower", "i2_tau2")
    assert all(math.isnan(getattr(result, name)) for name in undefined)
    glmm = pool(*arms, method="GLMM")
    fit = hypergeometric_normal(*arms)
    assert (glmm.model, glmm.tau2_method, glmm.q_df) == ("random", "ML", 3)
    assert (glmm.effect, glmm.se, glmm.tau2, glmm.q) == (fit.effect, fit.se, fit.tau2, fit.deviance)
    for one in (result, glmm):
        assert "nothing was added to any cell" in one.method_sentence
        assert np.isnan(one.study_estimate[2])  # 0 of 12, as it is


def test_a_subgroup_has_a_tau2_of_its_own_and_is_tested_against_the_others():
    arms = [5, 8, 20, 18], [50, 60, 60, 60], [10, 15, 11, 10], [50, 62, 60, 60]
    age = ["Young  adults", "young adults ", "Children", "Children"]
    result = pool(*arms, subgroup=age)
    assert [(name, one.text) for name, one in result.subgroups] == [
        ("Young adults", "0.47 [0.22, 0.97]"), ("Children", "2.19 [1.19, 4.02]"),
    ]  # fmt: skip
    assert tuple(round(x, 4) for x in result.between) == (10.1299, 1.0, 0.0015)
    assert result.text == pool(*arms).text
    content = result.to_dict()
    assert [one["name"] for one in content["subgroups"]] == ["Young adults", "Children"]
    assert (content["q_between_df"], round(content["q_between_p_value"], 4)) == (1, 0.0015)
    *_, subtotal, _total = result.shown.rows
    assert subtotal == ("Subtotal", "Children", "38/120", "21/120", "52.9 %", "2.19 [1.19, 4.02]")
    # With one fixed effect by inverse variance the parts of Q add up.
    fixed = pool(*arms, subgroup=age, model="fixed", method="IV")
    assert fixed.between.q == near(fixed.q - sum(one.q for _, one in fixed.subgroups))


@pytest.mark.parametrize(
    ("subgroup", "problem"),
    [(["x"], r"^subgroup has 1 values for 4 studies"),
     (["a", "b", "c", " "], r"^subgroup: study 'd' has none"),
     ("year", r"'year' is no column; beside the counts there is 'age', 'sex'$")],
)  # fmt: skip
def test_a_subgroup_that_is_not_known_is_refused(subgroup, problem):
    extra = {"age": [1] * 4, "sex": [2] * 4}
    with pytest.raises(OptionError, match=problem):
        pool(Counts(tuple("abcd"), *map(np.array, DEATHS), extra=extra), subgroup=subgroup)
    with pytest.raises(OptionError, match=r"^subgroup 'year' is no column.* there is none$"):
        pool(*DEATHS, subgroup="year")


def test_a_subgroup_without_an_effect_leaves_the_test_undefined():
    result = pool([1, 0], [9, 9], [3, 0], [9, 9], subgroup=["a", "b"])
    assert result.to_dict()["q_between"] is None
    assert "Subgroup differences: undefined" in repr(result)
    without_error = pool(*DEATHS, subgroup=["a", "a", "b", "b"], method="exact")
    assert np.isnan(without_error.between).all()


@pytest.mark.parametrize("tau2", ["DL", "REML"])
def test_i2_of_tau2_and_the_limits_of_tau2_stand_beside_i2(tau2):
    result = pool(*DEATHS, method="IV", tau2=tau2)
    lower, upper = q_profile(result.study_effect, result.study_variance, result.included)
    assert (result.tau2_lower, result.tau2_upper) == (near(lower), near(upper))
    same = result.i2_tau2 == near(result.i2)
    assert same == (tau2 == "DL")
    assert ("(from Q)" in repr(result)) != same
    alike = pool([10, 20, 30], [50, 100, 150], [20, 40, 60], [50, 100, 150])
    assert math.isnan(alike.tau2_lower)
    assert alike.to_dict()["tau2_upper"] is None


@pytest.mark.parametrize("counts", [(1, 23, 9, 23), (33, 61, 83, 96), (5, 7000, 3, 9)])
@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
@pytest.mark.parametrize("k", [2, 3, 7])
def test_equal_effects_leave_hksj_undefined_and_its_truncated_form_walds(counts, measure, k):
    arms = [[x] * k for x in counts]
    result = pool(*arms, measure=measure, method="IV", interval="hksj")
    assert np.isnan([result.se, result.p_value]).all()
    truncated = pool(*arms, measure=measure, method="IV", interval="hksj-truncated")
    assert truncated.se == pytest.approx(truncated.wald_se, rel=1e-15)


def test_the_outcome_is_told_and_chooses_rows():
    names = ("events_treatment", "n_treatment", "events_control", "n_control")
    arms = {name: [*some, *more] for name, some, more in zip(names, MRS, DEATHS, strict=True)}
    frame = pd.DataFrame(arms | {"study": [*"abcdabcd"], "outcome": ["mRS"] * 4 + ["death"] * 4})
    counts = Counts(("a", "b", "c", "d"), *map(np.array, DEATHS))
    for source in ((frame,), (counts,), DEATHS):
        result = pool(*source, outcome="death")
        assert (result.outcome, result.text) == ("death", pool(*DEATHS).text)


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_three_arrays_or_a_preset_that_is_none_are_refused(missing):
    with pytest.raises(TypeError, match=r"^pool takes a file, a DataFrame or Counts, or all four"):
        pool(*(None if i == missing else arm for i, arm in enumerate(DEATHS)))
    with pytest.raises(OptionError, match="preset 'revman' is not one of revman5"):
        pool(*DEATHS, preset="revman")


def test_a_variance_of_zero_that_may_not_be_mended_leaves_a_study_out():
    arms = [0, 1, 3], [10, 10, 12], [0, 2, 5], [10, 10, 12]
    some = [arm[1:] for arm in arms]
    for method in ("IV", "MH"):
        choices = {"measure": "RD", "zero_cells": "none", "method": method}
        result, others = pool(*arms, **choices), pool(*some, **choices)
        assert (result.k, result.included.tolist()) == (2, [False, True, True])
        assert (method, result.se) == (method, others.se)
        assert np.isnan([result.study_effect[0], result.study_variance[0]]).all()


@pytest.mark.parametrize("method", ["exact", "GLMM"])
def test_what_says_nothing_of_an_odds_ratio_enters_no_likelihood(method):
    arms = [arm + more for arm, more in zip(DEATHS, ([0], [9], [0], [9]), strict=True)]
    result, without = pool(*arms, method=method), pool(*DEATHS, method=method)
    assert (result.effect, result.p_value, result.k) == (without.effect, without.p_value, 4)
    # A study with a zero cell counts, and has no effect of its own to show.
    shown = [True, True, False, True, False]
    assert np.isfinite(result.study_effect).tolist() == shown
    assert np.isfinite(result.study_variance).tolist() == shown
    assert result.study_effect[0] == near(math.log(1 * 14 / (22 * 9)))


def test_the_edges_of_the_likelihoods():
    two, one, none = (pool(*(arm[:k] for arm in DEATHS), method="GLMM") for k in (2, 1, 0))
    assert two.q == hypergeometric_normal(*(arm[:2] for arm in DEATHS)).deviance > 0
    assert (two.q_df, one.q, one.q_df) == (1, 0, 0)
    assert math.isnan(none.q)
    # All events are treated in one study and controls in the other, so that tau2 has no end.
    endless = pool([0, 2], [15, 13], [2, 0], [13, 15], method="GLMM")
    assert math.isnan(endless.estimate)
    assert "Heterogeneity: not estimable" in repr(endless)
    with pytest.raises(OptionError, match=r"^method exact: the margins allow"):
        pool([10**7], [10**8], [10**7], [10**8], method="exact")
