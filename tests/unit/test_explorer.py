"""Every state of the explorer is what the library says when it is asked for that state alone."""

import itertools
import json
import math
from functools import cache

import pytest
from metabook import data
from metabook.words import per_thousand_words
from rescue.teach import explorer, explorer_page
from twobytwo.checks.absolute import per_thousand
from twobytwo.checks.refits import of
from twobytwo.options import CHOICES, OptionError, options
from twobytwo.rounding import half_up, number, p_text

PACKED = explorer.packed()
ROWS = range(len(explorer.SETS))


@cache
def states(outcome):
    """The place of each state of an outcome, and its result, pooled one by one."""
    counts = data.counts(outcome)
    start = data.outcomes().index(outcome) * len(explorer.analyses()) * len(ROWS)
    found = []
    for a, analysis in enumerate(explorer.analyses()):
        for row in ROWS:
            inside = [i for i in range(len(counts)) if (row + 1) >> i & 1]
            place = start + a * len(ROWS) + row
            found.append((place, of(counts, inside, **analysis.choices)))
    return found


def printed(value, decimals=2):
    """A packed number as the page prints it."""
    return "-" if value is None else half_up(value, decimals)


def p_printed(p):
    return "-" if p is None else "< 0.001" if p == 0 else half_up(p, 3 if p < 0.01 else 2)


@pytest.mark.parametrize("outcome", data.outcomes())
def test_every_state_prints_as_the_library_does(outcome):
    for place, result in states(outcome):
        at = {name: column[place] for name, column in PACKED.items() if name != "sentences"}
        assert printed(at["estimate"]) == number(result.estimate)
        assert printed(at["lower"]) == number(result.ci_lower)
        assert printed(at["upper"]) == number(result.ci_upper)
        assert printed(at["statistic"]) == number(abs(result.statistic))
        assert p_printed(at["p"]) == p_text(result.p_value)
        assert printed(at["tau2"]) == number(result.tau2)
        assert printed(at["q"]) == number(result.q)
        assert at["q_df"] == result.q_df
        assert at["q_df"] == 0 or p_printed(at["q_p"]) == p_text(result.q_p_value)
        assert printed(at["i2"], 0) == number(result.i2, 0)
        assert [printed(weight, 1) for weight in at["weights"]] == [
            number(weight, 1) for weight in result.weight
        ]
        said = per_thousand_words(per_thousand(result))
        assert str(at["with"]) == said["with"]
        assert f"{at['with_lower']} to {at['with_upper']}" == said["with-ci"]
        sentence = ". ".join(PACKED["sentences"][i] for i in at["method"]) + "."
        assert sentence == result.method_sentence


@pytest.mark.parametrize("outcome", data.outcomes())
def test_every_state_is_drawn_where_the_library_puts_it(outcome):
    for place, result in states(outcome):
        for name, exact in (
            ("estimate", result.estimate),
            ("lower", result.ci_lower),
            ("upper", result.ci_upper),
        ):
            assert PACKED[name][place] == pytest.approx(exact, rel=1.1e-4, abs=1.1e-6)


@pytest.mark.parametrize("outcome", data.outcomes())
def test_what_is_cut_off_decides_no_difference(outcome):
    for place, result in states(outcome):
        null = 0 if result.measure == "RD" else 1
        includes = PACKED["lower"][place] <= null <= PACKED["upper"][place]
        assert includes == explorer_page.includes_null(result)


def test_there_is_one_place_for_each_state():
    wanted = len(data.outcomes()) * len(explorer.analyses()) * len(ROWS)
    assert {len(column) for name, column in PACKED.items() if name != "sentences"} == {wanted}
    for i, (outcome, analysis, result) in enumerate(explorer.states()):
        o, a = divmod(i // len(ROWS), len(explorer.analyses()))
        assert (data.outcomes()[o], explorer.analyses()[a]) == (outcome, analysis)
        assert result.k == len(result.study) == sum(explorer.SETS[i % len(ROWS)])


def test_nothing_is_undefined_that_the_page_would_have_to_draw():
    for name in ("estimate", "lower", "upper", "with", "with_lower", "with_upper"):
        assert None not in PACKED[name]


def accepted(choice):
    try:
        options(**choice)
    except OptionError:
        return False
    return True


def test_analyses_are_those_that_options_accepts_and_no_others():
    fields = ("measure", "model", "method", "tau2", "interval")
    wanted = set()
    for values in itertools.product(*(CHOICES[field] for field in fields)):
        choice = dict(zip(fields, values, strict=True))
        if accepted(choice):
            tau2 = choice["tau2"] if choice["model"] == "random" else explorer.NONE
            wanted.add((*values[:3], tau2, values[4]))
    assert set(explorer.analyses()) == wanted
    assert len(explorer.analyses()) == len(wanted)


def test_what_no_refused_beginning_stops_is_an_analysis():
    refused = set(explorer.refused())
    every = itertools.product(*(explorer.values(field) for field in explorer.Analysis._fields))
    left = {c for c in every if not any(c[:n] in refused for n in range(1, len(c) + 1))}
    assert left == set(explorer.analyses())


def test_a_refused_beginning_has_a_way_out_and_a_reason():
    for choice in explorer.refused():
        others = explorer.values(explorer.Analysis._fields[len(choice) - 1])
        assert any(explorer.allowed(*choice[:-1], other) for other in others)
        assert explorer_page.why(choice) or choice[-1] == explorer.NONE


def test_the_reasons_are_those_of_the_options():
    assert explorer_page.why(("OR", "random", "Peto")).startswith("Peto is for odds ratios")
    assert "DerSimonian-Laird" in explorer_page.why(("OR", "random", "MH", "PM"))
    assert "no τ²" in explorer_page.why(("OR", "fixed", "MH", "DL"))
    assert "random" in explorer_page.why(("OR", "fixed", "MH", "none", "hksj"))


def test_the_numbers_are_strict_json_under_500_kb():
    content = json.loads(explorer_page.as_json(), parse_constant=pytest.fail)
    assert len(explorer_page.Explorer()._repr_html_().encode()) < 500_000
    assert content["columns"]["p"] == PACKED["p"]
    assert "</" not in explorer_page.as_json()


def test_each_study_is_drawn_with_its_own_result():
    content = json.loads(explorer_page.as_json())
    for outcome, about in zip(data.outcomes(), content["outcomes"], strict=True):
        counts = data.counts(outcome)
        assert about["counts"] == [list(row) for row in zip(*counts.arms, strict=True)]
        for kind, rows in about["studies"].items():
            peto = {"method": "Peto", "model": "fixed"}
            result = data.pooled(outcome, **(peto if kind == "Peto" else {"measure": kind}))
            limits = result.study_interval
            exact = zip(result.study_estimate, limits.lower, limits.upper, strict=True)
            for row, values in zip(rows, exact, strict=True):
                assert [printed(x) for x in row] == [number(x) for x in values]


def test_every_estimate_lies_on_its_axis():
    content = json.loads(explorer_page.as_json())
    for place, (outcome, analysis, _) in enumerate(explorer.states()):
        axis = content["outcomes"][data.outcomes().index(outcome)]["axes"][analysis.measure]
        assert axis["low"] <= PACKED["estimate"][place] <= axis["high"]
        assert axis["ticks"][0] >= axis["low"]
        assert axis["null"] == (0 if analysis.measure == "RD" else 1)


@pytest.mark.parametrize("outcome", data.outcomes())
def test_control_risks_are_crude_sums_over_the_chosen_studies(outcome):
    about = json.loads(explorer_page.as_json())["outcomes"][data.outcomes().index(outcome)]
    _, _, events, n = data.counts(outcome).arms
    for row in ROWS:
        inside = [i for i in range(len(n)) if (row + 1) >> i & 1]
        risk = events[inside].sum() / n[inside].sum()
        assert about["risk"][row] == half_up(100 * risk, 1)
        assert about["without"][row] == int(half_up(1000 * risk, 0))


@pytest.mark.parametrize(
    ("value", "packed"),
    [(0.0, 0), (1e-9, 0), (0.00012345678, 0.000123), (-0.163459, -0.16345), (math.inf, None)],
)
def test_small_and_undefined_numbers_are_packed(value, packed):
    assert explorer.drawn(value) == packed
