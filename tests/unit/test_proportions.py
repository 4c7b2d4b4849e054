"""Proportions of single arms: intervals, pooling, words and files."""

import json
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit
from twobytwo import OptionError
from twobytwo.estimate.likelihood import binomial_normal, common_proportion
from twobytwo.estimate.mean import wald
from twobytwo.estimate.proportions import clopper_pearson, effective_size, wilson
from twobytwo.options import proportion_options
from twobytwo.proportions import pool_proportions
from twobytwo.results import POOLED

STUDIES = ("Baracchini 2017", "Chang 2018", "Cornelissen 2018", "Peng 2019")
DEATHS = ([1, 6, 0, 21], [23, 48, 12, 66])
Z95 = 1.959963984540054
STUDY_KEYS = ["study", "events", "n", "estimate", "ci_lower", "ci_upper", "weight", "included"]
WAYS = [
    pytest.param({}, id="GLMM"),
    pytest.param({"model": "fixed"}, id="common"),
    pytest.param({"method": "IV"}, id="logit"),
    pytest.param({"method": "IV", "model": "fixed"}, id="logit-fixed"),
    pytest.param({"transform": "raw"}, id="raw"),
    pytest.param({"tau2": "REML", "interval": "hksj-truncated"}, id="logit-REML-hksj"),
]


def near(value, rel=1e-10, absolute=0.0):
    return pytest.approx(value, rel=rel, abs=absolute, nan_ok=True)


@st.composite
def arms(draw):
    k = draw(st.integers(1, 6))
    n = draw(st.lists(st.integers(1, draw(st.sampled_from([5, 200]))), min_size=k, max_size=k))
    return np.array([draw(st.integers(0, a)) for a in n]), np.array(n)


# Intervals of studies.

counts = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts=counts, level=st.sampled_from([0.5, 0.95, 0.999]))
def test_clopper_pearson_leaves_its_tails(counts, level):
    x, n = counts

    def tail(p, values):
        p = Fraction(float(p))
        return float(sum(math.comb(n, i) * p**i * (1 - p) ** (n - i) for i in values))

    lower, upper = clopper_pearson(x, n, level)
    assert lower == 0 if x == 0 else tail(lower, range(x, n + 1)) == near((1 - level) / 2)
    assert upper == 1 if x == n else tail(upper, range(x + 1)) == near((1 - level) / 2)


@given(counts=counts)
def test_wilson_limits_are_where_the_score_test_stops_rejecting(counts):
    x, n = counts
    for limit, beyond in zip(wilson(x, n), (0, n), strict=True):
        if x == beyond:
            assert limit == beyond / n
        else:
            z = (x - n * limit) / math.sqrt(n * limit * (1 - limit))
            assert abs(z) == near(Z95)


@pytest.mark.parametrize("interval", [wilson, clopper_pearson])
def test_intervals_of_rare_events_keep_their_digits(interval):
    few, fewer = interval(3, 1e8), interval(3, 1e9)
    assert [10 * float(x) for x in fewer] == near([float(x) for x in few], 1e-7)
    assert interval(1e8 - 3, 1e8).upper == near(1 - few.lower, 1e-15)
    assert np.isnan(interval(0, 0)).all()


# Pooling.


@pytest.mark.parametrize("model", ["random", "fixed"])
def test_the_default_is_the_binomial_normal_model(model):
    result = pool_proportions(*DEATHS, model=model)
    fit = {"random": binomial_normal, "fixed": common_proportion}[model](*DEATHS)
    assert (result.method, result.model) == ("GLMM", model)
    assert [result.effect, result.se, result.q] == [fit.effect, fit.se, fit.deviance]
    assert result.ci_lower == near(expit(result.effect - Z95 * result.se))
    assert np.isnan(result.weight).all()
    if model == "fixed":
        assert np.isnan([result.tau2, *result.prediction]).all()
    else:
        assert (result.tau2_method, result.tau2) == ("ML", fit.tau2)
        t = 0.95 * math.sqrt(2 / (1 - 0.95**2))  # on 2 degrees of freedom
        half = t * math.sqrt(result.tau2 + result.se**2)
        assert result.prediction.upper == near(result.effect + half)
        wide = pool_proportions(*DEATHS, interval="t")
        assert (wide.df, wide.se) == (3, result.se)
        assert wide.ci_upper == near(expit(wide.effect + 3.182446305284263 * wide.se))


@pytest.mark.parametrize(("share", "end"), [(0, 0.0), (1, 1.0)])
@pytest.mark.parametrize("model", ["random", "fixed"])
def test_no_event_or_only_events_anywhere(share, end, model):
    n = np.array([23, 48, 12])
    result = pool_proportions(share * n, n, model=model, level=0.9)
    assert result.estimate == end
    far = 0.05 ** (1 / 83)  # (1 - p)^83 = 0.05
    assert (result.ci_lower, result.ci_upper) == near((far, 1) if share else (0, 1 - far), 1e-12)
    printed = result.to_dict()
    for key in ("effect", "se", "statistic", "p_value", "prediction_lower", "prediction_upper"):
        assert printed[key] is None, key
    assert (printed["q"], printed["i2"]) == (0, 0)
    assert "Clopper and Pearson's exact one of the summed counts" in result.method_sentence


def test_a_likelihood_without_a_maximum_gives_no_estimate():
    result = pool_proportions([0, 5], [4, 5])
    undefined = ("estimate", "ci_lower", "se", "tau2", "p_value")
    assert np.isnan([getattr(result, name) for name in undefined]).all()
    assert (result.k, result.q_df) == (2, 1)
    assert "there is no estimate" in result.method_sentence
    assert "not estimable" in repr(result)


@pytest.mark.parametrize("way", WAYS)
def test_one_study_is_the_result(way):
    result = pool_proportions([6, 0], [48, 0], **way)
    assert result.estimate == near(1 / 8)
    assert (result.ci_lower, result.ci_upper) == near(wilson(6, 48))
    assert (result.k, result.q, result.q_df) == (1, 0, 0)
    printed = result.to_dict()
    assert printed["i2"] is printed["h2"] is printed["q_p_value"] is None
    assert [study["included"] for study in printed["studies"]] == [True, False]
    assert printed["studies"][1]["estimate"] is None
    assert "(Study 1)" in result.method_sentence


@pytest.mark.parametrize("x", [0, 6, 48])
@pytest.mark.parametrize(
    ("name", "own"), [("wilson", wilson), ("clopper-pearson", clopper_pearson)]
)
def test_a_study_has_the_interval_that_was_chosen_and_alone_keeps_it(x, name, own):
    result = pool_proportions([x], [48], study_interval=name, level=0.8)
    limits = [float(limit) for limit in own(x, 48, 0.8)]
    assert [result.ci_lower, result.ci_upper] == near(limits, 1e-12)
    study = result.studies()[0]
    assert [study[end] for end in ("estimate", "ci_lower", "ci_upper")] == [x / 48, *limits]
    assert ("Wilson" in result.method_sentence) == (name == "wilson")
    batch = pool_proportions([[x, 3], [x, 0]], [[48, 9], [48, 0]], study_interval=name)
    both = [pool_proportions([x, 3], [48, 9]).ci_upper, float(own(x, 48).upper)]
    assert batch.ci_upper == near(both, 1e-12)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("counts", [([], []), ([0, 0], [0, 0])])
def test_no_study_leaves_everything_undefined(way, counts):
    result = pool_proportions(*counts, **way)
    printed = result.to_dict()
    numbers = POOLED[POOLED.index("estimate") : POOLED.index("method_sentence")]
    assert {printed[key] for key in numbers} == {None}
    assert printed["k"] == 0
    assert "Nothing was pooled" in repr(result)


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=15)
@given(counts=arms(), data=st.data())
def test_order_absent_studies_others_in_the_batch_and_what_is_counted_do_not_matter(
    way, counts, data
):
    x, n = counts
    order = data.draw(st.permutations(range(len(x))))
    batch = [[0, *x[order]], [1, *x], [0, *(n - x)]], [[0, *n[order]], [9, *n], [0, *n]]
    here, there = pool_proportions(x, n, **way), pool_proportions(*batch, **way)
    assert there.k.tolist() == [len(x), len(x) + 1, len(x)]
    turned = ("estimate", "ci_lower", "ci_upper", "p_value")
    for name in ("se", "tau2", "q", "i2", *turned):
        value, found = near(getattr(here, name), 1e-8, 1e-8), getattr(there, name)
        assert found[0] == value, name
        assert found[2] == value or name in turned, name
    assert there.estimate[2] == near(1 - here.estimate, 1e-8, 1e-12)
    assert there.ci_lower[2] == near(1 - here.ci_upper, 1e-8, 1e-8)


# What a result says.


def test_json_has_the_keys_of_a_pooled_result_in_their_order():
    printed = pool_proportions(*DEATHS, study=STUDIES).to_dict()
    assert list(printed) == [*POOLED, "studies"]
    assert [list(study) for study in printed["studies"]] == [STUDY_KEYS] * 4
    assert printed["measure"] == "proportion"
    assert [study["events"] for study in printed["studies"]] == DEATHS[0]
    json.dumps(printed, allow_nan=False)


def test_what_is_printed_is_in_percent():
    lines = repr(pool_proportions(*DEATHS, study=STUDIES, method="IV")).splitlines()
    assert lines[0].split() == ["Study", "Events", "Weight", "%", "[95", "%", "CI]"]
    assert lines[3:6] == [
        "Cornelissen 2018    0/12   11.5 %    0.0 [0.0, 24.2]",
        "Peng 2019          21/66   37.6 %  31.8 [21.8, 43.8]",
        "Total             28/149  100.0 %   13.6 [4.8, 32.7]",
    ]
    assert lines[8] == "Prediction interval for a new study: [0.2, 94.0] %"


@pytest.mark.parametrize(
    ("choices", "parts", "never"),
    [
        ({}, ["binomial-normal", "maximum likelihood", "likelihood-ratio", "Wald"], "0.5"),
        ({"model": "fixed"}, ["common to 4 studies", "all events over all patients"], "0.5"),
        ({"tau2": "PM"}, ["logits", "Paule-Mandel", "0.5 was added", "of Cornelissen 2018,"],
         "beyond"),
        ({"method": "IV", "model": "fixed"}, ["logits", "fixed effect", "inverse-variance"], "τ²"),
        ({"transform": "raw"},
         ["The proportions of 4", "standard error, not the estimate", "reaches beyond 0 or 1"],
         "logits of"),
        ({"interval": "hksj"}, ["DerSimonian-Laird", "Knapp", "t on 3"], "Wald"),
    ],
)  # fmt: skip
def test_the_sentence_states_the_method(choices, parts, never):
    sentence = pool_proportions(*DEATHS, study=STUDIES, **choices).method_sentence
    assert [part for part in parts if part not in sentence] == []
    assert never not in sentence
    equal = pool_proportions([6, 6, 12], [48, 48, 96], tau2="DL", interval="hksj")
    assert equal.to_dict()["ci_lower"] is None
    assert "proportions are equal: choose hksj-truncated" in equal.method_sentence


# Choices.


@pytest.mark.parametrize(
    ("choices", "method", "tau2"),
    [
        ({}, "GLMM", "ML"), ({"tau2": "ML"}, "GLMM", "ML"), ({"method": "IV"}, "IV", "DL"),
        ({"method": "IV", "tau2": "ML"}, "IV", "ML"), ({"tau2": "DL"}, "IV", "DL"),
        ({"transform": "raw"}, "IV", "DL"), ({"interval": "hksj"}, "IV", "DL"),
        ({"model": "fixed", "level": None}, "GLMM", "ML"),
    ],
)  # fmt: skip
def test_the_method_follows_from_the_other_choices(choices, method, tau2):
    chosen = proportion_options(**choices)
    assert (chosen.method, chosen.tau2) == (method, tau2)


@pytest.mark.parametrize(
    ("choices", "problem"),
    [
        ({"model": "mixed"}, "model 'mixed' is not one of random, fixed"),
        ({"transform": "PFT"}, "transform 'PFT' is not one of logit, raw"),
        ({"study_interval": "wald"}, "study_interval 'wald' is not one of wilson"),
        ({"method": "GLMM", "transform": "raw"}, "transform raw needs method IV"),
        ({"method": "GLMM", "tau2": "DL"}, "tau2 DL needs method IV"),
        ({"method": "GLMM", "interval": "hksj"}, "interval hksj needs method IV"),
        ({"method": "IV", "interval": "t"}, "with IV choose hksj-truncated"),
        ({"model": "fixed", "interval": "hksj"}, "for random effects"),
        ({"level": math.nan}, "between 0 and 1"),
    ],
)
def test_choices_and_counts_that_do_not_go_together(choices, problem):
    with pytest.raises(OptionError, match=problem):
        pool_proportions(*DEATHS, **choices)
    with pytest.raises(ValueError, match=r"^study 2: events = 5 of n = 4; counts must be whole"):
        pool_proportions([1, 5], [4, 4])


@pytest.mark.parametrize("p", [0.02, 0.3, 0.9])
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_a_homogeneous_group_is_worth_its_patients(p, level):
    center, se = math.log(p / (1 - p)), 1 / math.sqrt(250 * p * (1 - p))
    lower, upper = (1 / (1 + math.exp(-x)) for x in wald(center, se, level))
    assert effective_size(p, lower, upper, level) == pytest.approx(250)
