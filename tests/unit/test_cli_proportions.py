"""The command proportions: what it prints, draws and refuses."""

import json
import math
import subprocess
import sys
import warnings

import numpy as np
import pytest
from twobytwo import pool_proportions

STUDIES = ("Baracchini 2017", "Chang 2018", "Cornelissen 2018", "Peng 2019")
DEATHS = ([1, 6, 0, 21], [23, 48, 12, 66])


@pytest.fixture
def arms_file(counts_file):
    """Write a file of single arms."""

    def write(events, n, names=None):
        names = names or [f"S{i}" for i in range(len(n))]
        rows = [f"{name},{x},{of}" for name, x, of in zip(names, events, n, strict=True)]
        return counts_file(content="\n".join(["study,events,n", *rows]))

    return write


@pytest.mark.parametrize(
    "choices",
    [
        {}, {"model": "fixed"}, {"method": "IV", "tau2": "REML", "interval": "hksj"},
        {"transform": "raw", "study_interval": "clopper-pearson", "level": 0.9},
    ],
    ids=lambda choices: "-".join(map(str, choices.values())) or "default",
)  # fmt: skip
def test_the_options_are_those_of_the_function(run, arms_file, choices):
    options = [x for name, value in choices.items() for x in (f"--{name.replace('_', '-')}", value)]
    path = arms_file(*DEATHS, STUDIES)
    expected = pool_proportions(*DEATHS, study=STUDIES, **choices)
    done = run("proportions", path, "--json", *options)
    assert done.went_well()
    assert json.loads(done.out) == expected.to_dict()
    text = run("proportions", path, *options).out
    assert text.startswith(repr(expected))
    weighted = expected.to_dict()["studies"][0]["weight"] is not None
    assert (
        ("Weight" in text) is weighted is (choices.keys() >= {"method"} or "transform" in choices)
    )


def test_one_outcome_of_several(run, counts_file):
    path = counts_file(content="study,outcome,events,n\nA,death,1,4\nA,stroke,2,5\nB,death,3,9\n")
    done = run("proportions", path, "--outcome", "death", "--model", "fixed", "--json")
    assert json.loads(done.out)["estimate"] == pytest.approx(4 / 13)
    assert run("proportions", path).refused("holds 2 outcomes", "--outcome 'death'")


@pytest.mark.parametrize("share", [0, 1])
@pytest.mark.parametrize("k", [1, 2, 17, 70])
def test_no_event_anywhere_or_only_events(run, arms_file, share, k):
    n = [10**9 - i for i in range(k)]
    done = run("proportions", arms_file([share * of for of in n], n), "--json")
    found = json.loads(done.out)
    assert done.went_well()
    assert (found["estimate"], found["tau2"], found["k"]) == (share, 0, k)
    assert found["effect"] is found["p_value"] is found["prediction_lower"] is None
    assert 0 <= found["ci_lower"] <= found["ci_upper"] <= 1


@pytest.mark.parametrize("k", [2, 17, 70])
@pytest.mark.parametrize("options", [[], ["--method", "IV"], ["--transform", "raw"]])
def test_large_counts_agree_with_their_truth_without_a_warning(run, arms_file, k, options):
    rng = np.random.default_rng(k)
    logits = rng.normal(-1, 0.5, k)
    n = np.full(k, 10**9)
    x = np.round(n / (1 + np.exp(-logits))).astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = json.loads(run("proportions", arms_file(x, n), "--json", *options).out)
    # So large, each study is known: what is left is the spread between them.
    truth = np.mean(x / n) if "raw" in options else 1 / (1 + math.exp(-np.mean(logits)))
    assert found["estimate"] == pytest.approx(truth, rel=1e-6)
    if not options:
        assert found["tau2"] == pytest.approx(np.var(logits), rel=1e-6)


def test_ten_thousand_studies_in_any_order(run, arms_file):
    rng = np.random.default_rng(8)
    n = rng.integers(1, 200, 10_000)
    x = rng.binomial(n, 0.3)
    there = json.loads(run("proportions", arms_file(x, n), "--json").out)
    back = json.loads(run("proportions", arms_file(x[::-1], n[::-1]), "--json").out)
    for key in ("estimate", "ci_lower", "ci_upper", "tau2", "q"):
        assert back[key] == pytest.approx(there[key], rel=1e-9), key
    assert there["estimate"] == pytest.approx(0.3, abs=0.002)


def test_a_run_warns_of_nothing_but_what_it_says_itself(arms_file):
    command = [sys.executable, "-W", "default", "-m", "twobytwo", "proportions"]
    done = subprocess.run(
        [*command, arms_file([0, 10**9, 5], [10**9] * 3), "--json"],
        capture_output=True, check=True,
    )  # fmt: skip
    read, *cautions = done.stderr.decode().splitlines()
    assert read == "read counts.csv: 3 studies, 3,000,000,000 patients"
    assert [line[:17] for line in cautions] == ["caution: The prop", "caution: Few stud"]
    assert json.loads(done.stdout)["k"] == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("study,events\nA,1\n", ["row 1, column n: missing", "--columns n=NAME"]),
        ("study,events,n\nA,5,4\n", ["row 2, column events: '5'", "correct one of the two"]),
        ("study,events,n\nA,0,0\n", ["row 2, column n: '0'", "at least 1 patient"]),
        ("study,events,n\nA,1,2\nA,1,2\n", ["row 3, column study: 'A'", "make the names differ"]),
        ("", ["the file is empty; write the header study,events,n"]),
    ],
)
def test_a_bad_file_is_refused(run, counts_file, content, said):
    assert run("proportions", counts_file(content=content), "--json").refused("counts.csv", *said)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--method GLMM --tau2 DL", "tau2 DL needs method IV"),
        ("--plot plot.gif", "must end in .svg, .png, .pdf"),
        ("--leave-one-out", "unrecognized arguments"), ("--plot no/a.svg", "No such file"),
    ],
)  # fmt: skip
def test_a_choice_is_refused(run, arms_file, options, said):
    assert run("proportions", arms_file(*DEATHS), *options.split()).refused(said)


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_a_plot_is_written_alike_each_time(run, arms_file, tmp_path, kind):
    path, plot = arms_file(*DEATHS, STUDIES), tmp_path / f"plot.{kind}"
    assert run("proportions", path, "--plot", plot).went_well()
    once = plot.read_bytes()
    assert once.startswith({"svg": b"<?xml", "png": b"\x89PNG", "pdf": b"%PDF"}[kind])
    run("proportions", path, "--plot", plot)
    assert plot.read_bytes() == once
