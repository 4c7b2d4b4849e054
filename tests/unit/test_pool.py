"""Pooling by hand, and at its edges."""

import json
import math
from dataclasses import replace
from fractions import Fraction as F

import numpy as np
import pandas as pd
import pytest
from twobytwo import Counts, OptionError, pool
from twobytwo.estimate.exact import exact_odds_ratio
from twobytwo.estimate.hypergeometric_normal import hypergeometric_normal
from twobytwo.estimate.tau2 import q_profile
from twobytwo.options import CHOICES
from twobytwo.rounding import prints_as

MRS = ([13, 19, 8, 24], [23, 48, 12, 66], [4, 22, 3, 13], [23, 100, 14, 66])
DEATHS = ([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
BLEEDING = ([1, 8, 0, 9], [23, 48, 12, 66], [1, 20, 1, 14], [23, 100, 14, 66])

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


@pytest.mark.parametrize(
    ("arms", "printed"),
    [
        pytest.param(MRS, "2.87 1.77 4.66 0 0.41 0.00 <0.001", id="mRS 0-2"),
        pytest.param(DEATHS, "0.39 0.16 0.93 43 - - 0.03", id="mortality"),
        pytest.param(BLEEDING, "0.68 0.37 1.27 0 - - 0.23", id="SICH"),
    ],
)
def test_the_paper_prints(arms, printed):
    result = pool(*arms)
    names = ("estimate", "ci_lower", "ci_upper", "i2", "q_p_value", "tau2", "p_value")
    for name, digits in zip(names, printed.split(), strict=True):
        assert digits == "-" or prints_as(getattr(result, name), digits), name


def two_studies():
    """Effects (as odds) and variances of 2/4 v 1/4 and 1/5 v 3/5, and their M-H odds ratio."""
    odds = [F(2 * 3, 2 * 1), F(1 * 2, 4 * 3)]
    variances = [F(1, 2) + F(1, 2) + 1 + F(1, 3), 1 + F(1, 4) + F(1, 3) + F(1, 2)]
    common = (F(6, 8) + F(2, 10)) / (F(2, 8) + F(12, 10))
    return odds, variances, common


def test_the_default_is_revman_random_by_hand():
    odds, v, common = two_studies()
    y = [math.log(x) for x in odds]
    w = [1 / x for x in v]
    q = sum(float(wi) * (yi - math.log(common)) ** 2 for wi, yi in zip(w, y, strict=True))
    s1, s2 = sum(w), sum(x * x for x in w)
    tau2 = max(0.0, (q - 1) / float(s1 - s2 / s1))
    assert tau2 > 0  # or the example would not show the random part
    weights = [1 / (float(x) + tau2) for x in v]
    effect = sum(wi * yi for wi, yi in zip(weights, y, strict=True)) / sum(weights)
    result = pool([2, 1], [4, 5], [1, 3], [4, 5])
    assert result.q == near(q)
    assert result.tau2 == near(tau2)
    assert result.effect == near(effect)
    assert result.se == near(1 / math.sqrt(sum(weights)))
    assert result.weight.tolist() == [near(100 * x / sum(weights)) for x in weights]


def test_mantel_haenszel_fixed_by_hand():
    _, _, common = two_studies()
    result = pool([2, 1], [4, 5], [1, 3], [4, 5], model="fixed")
    assert result.estimate == near(float(common))
    assert result.weight.tolist() == [near(100 * 0.25 / 1.45), near(100 * 1.2 / 1.45)]


def test_mantel_haenszel_fixed_counts_the_half_that_was_added_or_keeps_the_raw_zero():
    # 0/4 v 2/4 becomes 0.5, 4.5, 2.5, 2.5 in the sum; the other study is untouched.
    arms = [2, 0], [4, 4], [1, 2], [4, 4]
    r, s = F(6, 8) + F(1, 2) * F(5, 2) / 10, F(2, 8) + F(9, 2) * F(5, 2) / 10
    assert pool(*arms, model="fixed").estimate == near(float(r / s))
    raw = pool(*arms, model="fixed", zero_cells="none")
    assert (raw.estimate, raw.k, raw.q_df) == (near(float(F(6, 8) / (F(2, 8) + F(8, 8)))), 2, 0)


def test_inverse_variance_fixed_by_hand():
    odds, v, _ = two_studies()
    w = [float(1 / x) for x in v]
    effect = sum(wi * math.log(x) for wi, x in zip(w, odds, strict=True)) / sum(w)
    result = pool([2, 1], [4, 5], [1, 3], [4, 5], model="fixed", method="IV")
    assert result.effect == near(effect)
    assert result.se == near(1 / math.sqrt(sum(w)))


def test_peto_by_hand():
    # O - E and V of 0/4 v 2/4 and 1/5 v 3/5; nothing is added to the zero.
    o_e = [0 - F(4 * 2, 8), 1 - F(5 * 4, 10)]
    v = [F(4 * 4 * 2 * 6, 64 * 7), F(5 * 5 * 4 * 6, 100 * 9)]
    result = pool([0, 1], [4, 5], [2, 3], [4, 5], model="fixed", method="Peto")
    assert result.effect == near(float(sum(o_e) / sum(v)))
    assert result.se == near(1 / math.sqrt(sum(v)))


@pytest.mark.parametrize("choices", EVERY_METHOD)
def test_identical_studies_pool_to_the_study_and_are_not_heterogeneous(choices):
    result = pool([3] * 5, [10] * 5, [5] * 5, [12] * 5, **choices)
    assert result.effect == near(result.study_effect[0], rel=1e-10)
    assert result.weight.tolist() == [near(20.0)] * 5
    assert result.q == pytest.approx(0, abs=1e-25)
    assert (result.q_df, result.i2, result.q_p_value) == (4, 0, near(1.0))
    assert result.tau2 == 0 or choices["model"] == "fixed"


@pytest.mark.parametrize("choices", EVERY_METHOD)
@pytest.mark.parametrize(
    "study", [(3, 10, 5, 12), (0, 12, 5, 14), (12, 12, 5, 14), (0, 12, 14, 14), (0, 1, 1, 1)]
)
def test_one_study_is_its_own_pooled_result(study, choices):
    result = pool(*([x] for x in study), **choices)
    assert result.effect == near(result.study_effect[0])
    assert result.se == near(math.sqrt(result.study_variance[0]))
    assert (result.k, result.q, result.q_df) == (1, 0, 0)
    undefined = (result.i2, result.h2, result.q_p_value, *result.prediction)
    assert np.isnan(undefined).all()


@pytest.mark.parametrize("choices", EVERY_METHOD)
@pytest.mark.parametrize("increment", [0.1, 1.0])
def test_one_study_without_events_has_one_standard_error(choices, increment):
    if choices.get("measure") != "RD":
        assert pool([0], [12], [0], [14], increment=increment, **choices).k == 0
        return
    result = pool([0], [12], [0], [14], increment=increment, **choices)
    assert result.se == near(math.sqrt(result.study_variance[0]))


def test_a_risk_difference_that_nothing_may_be_added_to_has_no_standard_error():
    result = pool([0, 0], [12, 9], [0, 0], [14, 9], measure="RD", model="fixed", zero_cells="none")
    assert math.isnan(result.se)


@pytest.mark.parametrize("choices", [*EVERY_METHOD, *EVERY_RANDOM])
@pytest.mark.parametrize("arms", [([], [], [], []), ([0, 0], [0, 0], [1, 2], [3, 4])])
def test_without_a_study_nothing_is_pooled(arms, choices):
    result = pool(*arms, **choices)
    assert result.k == 0
    undefined = (result.effect, result.se, result.p_value, result.ci_lower, result.tau2, result.df)
    assert np.isnan(undefined).all()


@pytest.mark.parametrize("events", [0, 10], ids=["no events at all", "only events"])
def test_of_these_a_ratio_cannot_come_and_the_risk_difference_is_zero(events):
    for measure in ("OR", "RR"):
        result = pool([events] * 3, [10] * 3, [events] * 3, [10] * 3, measure=measure)
        assert (result.k, result.included.any()) == (0, False)
        assert math.isnan(result.estimate)
    result = pool([events] * 3, [10] * 3, [events] * 3, [10] * 3, measure="RD")
    assert (result.k, result.estimate) == (3, 0)
    assert result.ci_lower < 0 < result.ci_upper


@pytest.mark.parametrize("k", [3, 17, 70, 10_000])
@pytest.mark.parametrize("choices", EVERY_METHOD)
def test_many_studies(k, choices):
    rng = np.random.default_rng(k)
    n1, n2 = rng.integers(1, 60, (2, k))
    result = pool(rng.binomial(n1, 0.2), n1, rng.binomial(n2, 0.3), n2, **choices)
    assert result.k == result.included.sum()
    assert result.q_df == result.k - 1
    assert result.weight[result.included].sum() == near(100.0)
    assert result.ci_lower < result.estimate < result.ci_upper
    assert 0 <= result.p_value <= 1
    assert 0 <= result.i2 <= 100


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
    ("choices", "k", "included"),
    [
        pytest.param({}, 3, [True, True, True], id="affected"),
        pytest.param({"zero_cells": "all"}, 3, [True, True, True], id="all"),
        pytest.param({"zero_cells": "none"}, 2, [True, True, False], id="none"),
        pytest.param(
            {"zero_cells": "none", "model": "fixed"}, 3, [True, True, True], id="none, M-H fixed"
        ),
        pytest.param(
            {"zero_cells": "none", "model": "fixed", "method": "IV"},
            2, [True, True, False], id="none, IV fixed",
        ),
        pytest.param(
            {"method": "Peto", "model": "fixed"}, 3, [True, True, True], id="Peto"
        ),
    ],
)  # fmt: skip
def test_a_study_with_a_zero_cell_counts_under_the_rule(choices, k, included):
    result = pool([3, 4, 0], [10, 10, 10], [5, 5, 5], [10, 10, 10], **choices)
    assert result.k == k
    assert result.included.tolist() == included


def test_a_study_with_a_zero_cell_moves_the_center_of_q_though_nothing_was_added():
    arms = ([3, 4, 0], [10, 10, 10], [5, 5, 5], [10, 10, 10])
    with_it = pool(*arms, zero_cells="none")
    without = pool(*(arm[:2] for arm in arms), zero_cells="none")
    assert with_it.q_df == without.q_df == 1
    assert with_it.q > without.q


@pytest.mark.parametrize("choices", [*EVERY_METHOD, *EVERY_RANDOM])
def test_an_absent_study_in_a_batch_is_as_if_it_were_not_there(choices):
    batch = pool(
        [[3, 4, 0], [3, 4, 2]], [[10, 10, 0], [10, 10, 9]],
        [[5, 2, 1], [5, 2, 0]], [[10, 10, 8], [10, 10, 0]], **choices,
    )  # fmt: skip
    two = pool([3, 4], [10, 10], [5, 2], [10, 10], **choices)
    assert batch.k.tolist() == [2, 2]
    for name in ("effect", "se", "tau2", "df", "q", "p_value"):
        assert getattr(batch, name) == pytest.approx([getattr(two, name)] * 2, nan_ok=True), name


@pytest.mark.parametrize("choices", EVERY_METHOD)
def test_a_batch_of_any_shape_has_results_of_that_shape(choices):
    n = np.full((2, 3, 4), 20)
    events = np.random.default_rng(0).binomial(n, 0.4)
    result = pool(events, n, events[::-1], n, **choices)
    for name in ("k", "effect", "se", "tau2", "q", "q_df", "estimate", "ci_lower", "p_value",
                 "i2", "h2", "q_p_value", "prediction_lower", "statistic"):  # fmt: skip
        assert np.shape(getattr(result, name)) == (2, 3), name
    for name in ("weights", "included", "study_effect", "weight", "study_estimate"):
        assert np.shape(getattr(result, name)) == (2, 3, 4), name


def test_leading_axes_broadcast_and_the_callers_arrays_stay_as_they_are():
    result = pool([[3, 4], [5, 6]], [10, 10], [2, 2], [10, 12])
    assert result.effect.shape == (2,)
    assert result.effect[1] == near(pool([5, 6], [10, 10], [2, 2], [10, 12]).effect)
    none = np.zeros((0, 4))
    assert pool(none, none, none, none).effect.shape == (0,)
    arms = [np.array(arm) for arm in DEATHS]
    pool(*arms)
    assert [arm.tolist() for arm in arms] == [list(arm) for arm in DEATHS]


def test_study_names_are_kept_or_made_and_as_many_as_studies():
    assert pool(*MRS).study == ("Study 1", "Study 2", "Study 3", "Study 4")
    assert pool(*MRS, study=list("abcd")).study == ("a", "b", "c", "d")
    with pytest.raises(ValueError, match="3 study names for 4 studies"):
        pool(*MRS, study=["a", "b", "c"])


def test_a_preset_is_beaten_by_what_is_asked_for():
    assert pool(*DEATHS, preset="revman5").effect == pool(*DEATHS).effect
    assert pool(*DEATHS, preset="revman5", method="IV").tau2 == pool(*DEATHS, method="IV").tau2


def test_a_wider_level_widens_every_interval():
    narrow, wide = pool(*DEATHS, level=0.9), pool(*DEATHS, level=0.99)
    assert wide.ci_lower < narrow.ci_lower < narrow.ci_upper < wide.ci_upper
    assert wide.prediction_lower < narrow.prediction_lower
    assert (wide.study_interval.upper > narrow.study_interval.upper).all()
    assert wide.p_value == narrow.p_value


def test_a_large_increment_pulls_the_study_with_a_zero_cell_to_no_effect():
    effects = [pool(*DEATHS, increment=x).study_effect for x in (0.01, 0.5, 100)]
    assert effects[0][2] < effects[1][2] < effects[2][2] < 0
    assert effects[0][1] == effects[2][1]


@pytest.mark.parametrize("measure", ["OR", "RR"])
def test_a_ratio_that_the_sums_do_not_determine_is_undefined(measure):
    result = pool([5, 3], [10, 10], [0, 0], [10, 10],
                  measure=measure, model="fixed", zero_cells="none")  # fmt: skip
    assert np.isnan([result.estimate, result.se, result.p_value]).all()


@pytest.mark.parametrize("choices", [{}, {"level": 0.999}, {"increment": 0.001}])
def test_limits_beyond_what_a_double_holds_raise_no_warning(choices):
    # All against none, and back. Warnings are errors in these tests.
    result = pool([0, 100, 50], [100] * 3, [100, 0, 50], [100] * 3, **choices).to_dict()
    assert result["ci_lower"] < result["estimate"] < result["ci_upper"]
    assert json.dumps(result, allow_nan=False)  # infinity has become null
    assert result["prediction_lower"] < result["ci_lower"]
    assert result["prediction_upper"] is None or result["prediction_upper"] > result["ci_upper"]


@pytest.mark.parametrize("choices", EVERY_RANDOM)
def test_one_study_under_any_estimator_is_itself_with_its_normal_interval(choices):
    result = pool([3, 0], [10, 9], [5, 0], [12, 9], **choices)
    assert (result.k, result.tau2) == (1, 0)
    assert result.se == near(math.sqrt(result.study_variance[0]))
    assert math.isnan(result.df)
    assert result.ci_upper == near(result.study_interval.upper[0])


@pytest.mark.parametrize("choices", [*EVERY_METHOD, *EVERY_RANDOM])
def test_two_studies_have_an_interval_and_no_prediction(choices):
    result = pool([3, 1], [10, 10], [5, 6], [12, 12], **choices)
    assert (result.k, result.q_df) == (2, 1)
    assert result.ci_lower < result.estimate < result.ci_upper
    assert np.isnan(result.prediction).all()


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
    two = [3, 1], [10, 10], [5, 6], [12, 12]
    assert math.isnan(pool(*two).prediction_lower)
    assert math.isfinite(pool(*two, prediction_df="k-1").prediction_lower)
    printed = [
        [f"{x:.2f}" for x in (of.prediction_lower, of.prediction_upper)]
        for of in (pool(*MRS), pool(*MRS, prediction_df="k-1"))
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


@pytest.mark.parametrize("method", ["exact", "GLMM"])
def test_exact_and_glmm_pool_batches(method):
    rng = np.random.default_rng(3)
    n = rng.integers(10, 60, (2, 20, 4))
    x = rng.binomial(n, 0.05)
    batch = pool(x[0], n[0], x[1], n[1], method=method)
    for i in range(20):
        one = pool(x[0, i], n[0, i], x[1, i], n[1, i], method=method)
        for name in ("effect", "ci_lower", "ci_upper", "p_value", "q", "k"):
            found = getattr(batch, name)[i]
            assert found == pytest.approx(getattr(one, name), rel=1e-6, abs=1e-9, nan_ok=True)


def test_a_subgroup_has_a_tau2_of_its_own_and_is_tested_against_the_others():
    arms = [5, 8, 20, 18], [50, 60, 60, 60], [10, 15, 11, 10], [50, 62, 60, 60]
    age = ["Adults", "adults ", "Children", "Children"]
    result = pool(*arms, subgroup=age)
    assert [(name, one.text) for name, one in result.subgroups] == [
        ("Adults", "0.47 [0.22, 0.97]"), ("Children", "2.19 [1.19, 4.02]"),
    ]  # fmt: skip
    assert tuple(round(x, 4) for x in result.between) == (10.1299, 1.0, 0.0015)
    assert result.text == pool(*arms).text
    content = result.to_dict()
    assert [one["name"] for one in content["subgroups"]] == ["Adults", "Children"]
    assert (content["q_between_df"], round(content["q_between_p_value"], 4)) == (1, 0.0015)
    *_, subtotal, _total = result.shown.rows
    assert subtotal == ("Subtotal", "Children", "38/120", "21/120", "52.9 %", "2.19 [1.19, 4.02]")
    # With one fixed effect by inverse variance the parts of Q add up.
    fixed = pool(*arms, subgroup=age, model="fixed", method="IV")
    assert fixed.between.q == near(fixed.q - sum(one.q for _, one in fixed.subgroups))


@pytest.mark.parametrize(
    ("subgroup", "said"),
    [("age", "is no column; beside the counts there is none"), (["a"], "1 values for 2 studies"),
     (["a", " "], "study 'Study 2' has none")],
)  # fmt: skip
def test_a_subgroup_that_is_not_known_is_refused(subgroup, said):
    with pytest.raises(OptionError, match=said):
        pool([1, 2], [9, 9], [3, 4], [9, 9], subgroup=subgroup)


def test_a_subgroup_without_an_effect_leaves_the_test_undefined():
    result = pool([1, 0], [9, 9], [3, 0], [9, 9], subgroup=["a", "b"])
    assert result.to_dict()["q_between"] is None
    assert "Subgroup differences: undefined" in repr(result)


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


@pytest.mark.parametrize("interval", ["hksj", "hksj-truncated"])
def test_hksj_has_t_with_one_degree_less_than_studies(interval):
    result = pool(*DEATHS, interval=interval)
    assert result.df == 3
    assert result.limits.upper == near(result.effect + 3.182446305284263 * result.se)
    assert result.statistic == near(result.effect / result.se)


def test_hksj_makes_bleeding_narrower_than_wald_unless_truncated():
    printed = [
        (prints_as(result.ci_lower, lower), prints_as(result.ci_upper, upper))
        for result, lower, upper in (
            (pool(*BLEEDING), "0.37", "1.27"),
            (pool(*BLEEDING, interval="hksj"), "0.47", "1.00"),
        )
    ]
    assert printed == [(True, True)] * 2
    truncated = pool(*BLEEDING, interval="hksj-truncated")
    assert truncated.se == near(pool(*BLEEDING).se)


@pytest.mark.parametrize(
    "counts", [(1, 23, 9, 23), (33, 61, 83, 96), (7, 9, 7, 9), (5, 7000, 3, 9)]
)
@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
@pytest.mark.parametrize("k", [2, 3, 5, 7])
def test_equal_effects_leave_hksj_undefined_and_its_truncated_form_walds(counts, measure, k):
    arms = [[x] * k for x in counts]
    result = pool(*arms, measure=measure, method="IV", interval="hksj")
    assert math.isnan(result.se)
    assert math.isnan(result.p_value)
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


def test_what_is_said_of_a_subgroup():
    with pytest.raises(OptionError, match=r"^subgroup has 1 values for 4 studies"):
        pool(*DEATHS, subgroup=["x"])
    counts = Counts(("a", "b", "c", "d"), *map(np.array, DEATHS))
    counts = replace(counts, extra={"age": [1] * 4, "sex": [2] * 4})
    with pytest.raises(OptionError, match=r"beside the counts there is 'age', 'sex'$"):
        pool(counts, subgroup="year")
    spaced = pool(*DEATHS, subgroup=["old  men", "Old men", "x", "x"])
    assert [name for name, _ in spaced.subgroups] == ["old men", "x"]


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
    wide = pool(*DEATHS, method=method, level=0.99)
    assert wide.ci_lower < without.ci_lower < without.ci_upper < wide.ci_upper


def test_glmm_of_two_studies_has_a_q_and_of_fewer_none():
    two, one, none = (pool(*(arm[:k] for arm in DEATHS), method="GLMM") for k in (2, 1, 0))
    assert two.q == hypergeometric_normal(*(arm[:2] for arm in DEATHS)).deviance > 0
    assert (two.q_df, one.q, one.q_df) == (1, 0, 0)
    assert math.isnan(none.q)


def test_too_many_tables_for_an_exact_method_are_refused_by_its_name():
    many = [10**7], [10**8], [10**7], [10**8]
    with pytest.raises(OptionError, match=r"^method exact: the margins allow"):
        pool(*many, method="exact")


def test_a_likelihood_without_a_maximum_is_printed_as_not_estimable():
    # All events are treated in one study and controls in the other, so that tau2 has no end.
    result = pool([0, 2], [15, 13], [2, 0], [13, 15], method="GLMM")
    assert math.isnan(result.estimate)
    assert "Heterogeneity: not estimable" in repr(result)
