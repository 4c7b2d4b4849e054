"""The library in the page gives the numbers of the library: on random counts and the paper's."""

import itertools
import json
import shutil
import subprocess

import numpy as np
import pytest
from metabook import data
from twobytwo import OptionError, pool
from twobytwo.checks.leading import conclusion
from twobytwo.options import CHOICES, options
from twobytwo.results import POOLED, prediction_text, study_texts

from .conftest import STATIC, need

SCRIPT = STATIC / "twobytwo.js"
SETS = 20_000
WORDS = ("measure", "model", "method", "tau2_method", "interval", "method_sentence")
NUMBERS = [name for name in POOLED if name not in WORDS]
# The page has no likelihood of the counts with random effects.
METHODS = [method for method in CHOICES["method"] if method != "GLMM"]
OWN = ("estimate", "ci_lower", "ci_upper", "weight", "included")
ARMS = ("events_treatment", "n_treatment", "events_control", "n_control")
# In the page: of each (choices, sets) the numbers of every set, its studies' and its sentence.
RUN = f"""(cases) => cases.map(({{choices, sets}}) => sets.map((counts) => {{
    const result = twobytwo.pool(counts, choices);
    const own = {json.dumps(OWN)}.map((name) => result.studies.map((study) => study[name]));
    return [{json.dumps(NUMBERS)}.map((name) => result[name]), own, result.method_sentence];
}}))"""
NODE = """const fs = require("fs"), cases = JSON.parse(fs.readFileSync(0));
for (const script of process.argv.slice(1))
    require("vm").runInThisContext(fs.readFileSync(script, "utf8"));
process.stdout.write(JSON.stringify(({run})(cases)))"""


def in_node(run, given, *beside):
    """What a function of the page's library, or of a script beside it, returns in Node."""
    need(shutil.which("node"), "no node found; on Debian: apt-get install nodejs")
    done = subprocess.run(
        ["node", "-e", NODE.replace("{run}", run), str(SCRIPT), *map(str, beside)],
        input=json.dumps(given), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def legal():
    """Every analysis whose choices go together."""
    names = [name for name in CHOICES if name not in ("q_center", "prediction_df", "method")]
    each = (*(CHOICES[name] for name in names), METHODS, (None, "MH", "IV"))
    for values in itertools.product(*each):
        choices = dict(zip((*names, "method", "q_center"), values, strict=True))
        if choices["method"] == "exact" and choices["zero_cells"] != "none":
            continue  # adds nothing to any cell
        if choices["model"] == "fixed" and choices["tau2"] != "DL":
            continue  # a fixed effect has no tau2
        try:
            options(**choices)
        except OptionError:
            continue
        yield choices


def random_counts(rng, n, k):
    """n sets of k studies: rare and common events, no events, only events, empty arms."""
    most = rng.choice([12, 60, 400, 1_000_000], (n, 1))
    sizes = rng.integers(1, np.broadcast_to(most, (n, k)) + 1, (2, n, k))
    sizes[rng.random(sizes.shape) < 0.01] = 0
    # Both arms at one risk now and then, so that studies without a difference come up.
    risk = rng.choice([0, 0.003, 0.03, 0.2, 0.5, 0.9, 1], (2, n, k), p=[0.1, *[0.17] * 5, 0.05])
    risk[1] = np.where(rng.random((n, k)) < 0.5, risk[0], risk[1])
    events = rng.binomial(sizes, risk)
    arms = np.array([events[0], sizes[0], events[1], sizes[1]])
    # Now and then all studies have the same risks: what is left of Q is rounding.
    equal = rng.random(n) < 0.05
    arms[:, equal] = arms[:, equal, :1] * rng.integers(1, 5, (equal.sum(), k))
    return tuple(arms)


def cases():
    """Batches of sets: (choices, arms), all legal analyses in turn, one to twelve studies."""
    rng = np.random.default_rng(17)
    every = list(legal())
    each = -(-SETS // len(every))
    for i, choices in enumerate(every):
        level = [0.95, 0.9, 0.99, 0.5][i % 4]
        increment = [0.5, 0.5, 0.01, 1.5][i % 4]
        k = 1 + i % 12
        more = {"level": level, "increment": increment, "prediction_df": ["k-2", "k-1"][i % 2]}
        yield {**choices, **more}, random_counts(rng, each, k)


def as_sets(arms):
    return [
        dict(zip(ARMS, (arm.tolist() for arm in one), strict=True))
        for one in zip(*arms, strict=True)
    ]


def finite(x):
    """Undefined and infinite are one in JSON."""
    x = np.array(x, float)
    return np.where(np.isfinite(x), x, np.nan)


def agree(found, wanted, choices, name):
    """Relative 1e-9; 1e-7 where a tau2 was iterated, and for p below 1e-12.

    What is 0 but for rounding (a Q of equal effects, a log odds ratio of 1) has no relative
    error: there 1e-12 is the limit.
    """
    found, wanted = finite(found), finite(wanted)
    iterated = choices["model"] == "random" and choices["tau2"] in ("PM", "EB", "ML", "REML")
    relative = np.where(iterated or name in ("tau2_lower", "tau2_upper"), 1e-7, 1e-9)
    floor = 1e-12
    if name.endswith("p_value"):
        relative, floor = np.where(wanted < 1e-12, 1e-7, relative), 1e-300
    same = np.abs(found - wanted) <= relative * np.abs(wanted) + floor
    same |= np.isnan(found) & np.isnan(wanted)
    assert same.all(), (name, choices, np.argwhere(~same)[:3], found[~same][:3], wanted[~same][:3])


def compare(given, answers):
    for (choices, arms), answer in zip(given, answers, strict=True):
        result = pool(*arms, **choices)
        numbers, own, _ = zip(*answer, strict=True)
        for name, column in zip(NUMBERS, zip(*numbers, strict=True), strict=True):
            agree(column, np.broadcast_to(getattr(result, name), len(column)), choices, name)
        mine = (result.study_estimate, *result.study_interval, result.weight, result.included)
        for name, column, values in zip(OWN, zip(*own, strict=True), mine, strict=True):
            agree(column, values, choices, name)


@pytest.fixture(scope="module")
def given():
    return list(cases())


@pytest.fixture(scope="module")
def answers(given):
    return in_node(RUN, [{"choices": c, "sets": as_sets(arms)} for c, arms in given])


def test_twenty_thousand_random_sets_agree(given, answers):
    assert sum(map(len, answers)) >= SETS
    compare(given, answers)


def test_methods_are_told_in_the_same_words(given, answers):
    for (choices, arms), answer in zip(given, answers, strict=True):
        for i, (_, _, sentence) in enumerate(answer[:2]):
            assert sentence == pool(*(arm[i] for arm in arms), **choices).method_sentence


def test_a_browser_agrees_on_a_page_from_a_file(browser, given, tmp_path):
    page = tmp_path / "page.html"
    page.write_text(f'<!doctype html><script src="{SCRIPT.as_uri()}"></script>')
    tab = browser.new_page()
    tab.goto(page.as_uri())
    some = [(choices, [arm[:2] for arm in arms]) for choices, arms in given[::10]]
    found = tab.evaluate(RUN, [{"choices": c, "sets": as_sets(arms)} for c, arms in some])
    tab.close()
    compare(some, found)


def test_the_exact_odds_ratio_of_large_arms_agrees():
    arms = [3, 0], [900_000, 40], [11, 2], [800_000, 50]
    run = """(counts) => twobytwo.pool(counts, {method: "exact", level: 0.8})"""
    found = in_node(run, dict(zip(ARMS, arms, strict=True)))
    wanted = pool(*arms, method="exact", level=0.8).to_dict()
    assert set(found) == set(wanted)
    studies = zip(found.pop("studies"), wanted.pop("studies"), strict=True)
    for mine, other in [(found, wanted), *studies]:
        for name, value in other.items():
            number = isinstance(value, float)
            close = pytest.approx(value, rel=1e-9, abs=0) if number else value
            assert mine[name] == close, name


@pytest.mark.parametrize("measure", CHOICES["measure"])
def test_the_same_analysis_leads_and_claims_the_same(measure):
    rng = np.random.default_rng(21)
    run = f"""(sets) => sets.map((counts) => {{
        const leading = twobytwo.conclusion(counts, "{measure}");
        const one = leading.result ?? {{ estimate: null, ci_lower: null, ci_upper: null }};
        return [leading.method, leading.reason, leading.because, leading.direction,
            one.estimate, one.ci_lower, one.ci_upper];
    }})"""
    drawn = []
    for k, most in itertools.product([1, 2, 3, 5, 12], [40, 300, 3000]):
        sizes = rng.integers(1, most, (2, 60, k))
        risk = rng.choice([0, 0.01, 0.1, 0.3, 0.7, 1], (60, 1)) * [[[1]], [[0.4]]]
        if k == 12:  # events few enough for an empty cell here and there, and many enough to claim
            sizes[:, :30], risk[:, :30] = 200, [[[0.02]], [[0.008]]]
        events = rng.binomial(sizes, risk)
        drawn.append((events[0], sizes[0], events[1], sizes[1]))
    answers = in_node(run, [one for arms in drawn for one in as_sets(arms)])
    seen = set()
    for i, arms in enumerate(drawn):
        wanted = conclusion(*arms, measure, likelihood=False)
        words = zip(wanted.method, wanted.reason, wanted.because, wanted.direction, strict=True)
        natural = (lambda x: x) if measure == "RD" else np.exp
        with np.errstate(over="ignore"):
            numbers = np.array([finite(natural(x)) for x in wanted[2:5]]).T
        for found, wording, own in zip(answers[60 * i : 60 * (i + 1)], words, numbers, strict=True):
            assert found[:4] == [*map(str, wording[:3]), wording[3]]
            own = np.where(wording[0] == "none", np.nan, own)
            assert finite(found[4:]) == pytest.approx(own, rel=1e-7, abs=1e-9, nan_ok=True)
            seen.add(str(wording[2]))
    assert len(seen) > 4
    assert ("correction" in seen) == (measure != "RD")


def told_in_page(choices, sets):
    """Effect, prediction interval and the effects of the studies, as the page says them."""
    run = """([choices, sets]) => sets.map((counts) => {
        const one = twobytwo.pool(counts, choices);
        const studies = one.studies.map((study) => studyText(study, one));
        return [effectText(one), predictionText(one), studies];
    })"""
    told = in_node(run, [choices, sets], STATIC / "numbers.js")
    return json.loads(json.dumps(told, ensure_ascii=False).replace("−", "-"))


@pytest.mark.parametrize(
    ("choices", "largest"),
    [*(({"measure": measure, **how}, 10**6) for measure in CHOICES["measure"]
       for how in ({}, {"model": "fixed", "zero_cells": "none"})), ({"method": "exact"}, 200)],
)  # fmt: skip
def test_an_effect_is_printed_as_the_library_prints_it(choices, largest):
    rng = np.random.default_rng(8)
    sets = []
    for k, most, risk in itertools.product([1, 3, 6], [12, 90, largest], [1e-4, 0.02, 0.4, 1]):
        sizes = rng.integers(1, most, (2, 6, k))
        events = rng.binomial(sizes, np.minimum(risk * rng.choice([0, 0.3, 1, 2], (2, 6, 1)), 1))
        sets += as_sets((events[0], sizes[0], events[1], sizes[1]))
    # Exactly 6.375, 8.125 and 0.275; and few among many, whose difference is less than 0.005.
    sets += as_sets(np.array([[[15], [13], [6]], [[20]] * 3, [[16], [4], [1]], [[50], [50], [40]]]))
    sets += as_sets(np.array([[[40, 35]], [[10**5] * 2], [[80, 75]], [[10**5] * 2]]))
    for counts, (text, ahead, studies) in zip(sets, told_in_page(choices, sets), strict=True):
        result = pool(*counts.values(), **choices)
        assert text == result.text, counts
        assert ahead == prediction_text(result), counts
        assert studies == study_texts(result), counts


def refusal(choices):
    """What the library says of choices that exclude each other; nothing where they do not."""
    try:
        options(**choices)
    except OptionError as error:
        return str(error)
    return None


def test_choices_that_exclude_each_other_are_refused_in_the_same_words():
    names = ("measure", "model", "method", "tau2", "interval")
    each = [METHODS if name == "method" else CHOICES[name] for name in names]
    every = [
        {**dict(zip(names, values, strict=True)), "q_center": center}
        for values in itertools.product(*each)
        for center in (None, *CHOICES["q_center"])
    ]
    every += [{"measure": "HR"}, {"tau2": "dl"}, {"level": 95}, {"increment": 0}, {"levels": 0.9}]
    run = """(every) => every.map((choices) => {
        try { twobytwo.options(choices); return null; } catch (error) { return error.message; }
    })"""
    assert in_node(run, every) == [refusal(choices) for choices in every]


@pytest.mark.parametrize(
    ("events", "n", "word"),
    [
        ([3, 5], [2, 9], "study 1: events_treatment = 3 of n_treatment = 2; counts must be whole"),
        ([1, 1.5], [2, 9], "study 2: events_treatment = 1.5"),
        ([1, None], [2, 9], "study 2: events_treatment = null"),
        (1, [2, 9], "pass [8], not 8"),
    ],
)
def test_what_is_no_count_is_refused_and_named(events, n, word):
    run = (
        """(counts) => { try { twobytwo.pool(counts); } catch (error) { return error.message; } }"""
    )
    arms = dict(zip(ARMS, (events, n, [1, 1], [2, 2]), strict=True))
    assert word in in_node(run, arms)


def test_the_papers_numbers_agree_to_ten_digits():
    """The library's own are held to 40 digits by tests/reference, in every analysis."""
    arms = np.stack([data.counts(outcome).arms for outcome in data.outcomes()], axis=1)
    every, sets = list(legal()), as_sets(arms)
    answers = in_node(RUN, [{"choices": choices, "sets": sets} for choices in every])
    for choices, answer in zip(every, answers, strict=True):
        result = pool(*arms, **choices)
        wanted = [finite(np.broadcast_to(getattr(result, name), len(sets))) for name in NUMBERS]
        found = finite([numbers for numbers, _, _ in answer]).T
        assert found == pytest.approx(np.array(wanted), rel=1e-10, abs=0, nan_ok=True), choices
