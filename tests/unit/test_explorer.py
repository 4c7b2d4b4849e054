"""What the explorer offers and embeds: analyses that go together, counts, one axis a measure."""

import itertools
import json

import numpy as np
import pytest
from metabook import data
from rescue.teach import explorer
from twobytwo.options import CHOICES, OptionError, options

CONTENT = json.loads(explorer.as_json(), parse_constant=pytest.fail)


def accepted(choice):
    try:
        options(**choice)
    except OptionError:
        return False
    return True


def test_analyses_are_those_that_options_accepts_and_no_others():
    fields = ("measure", "model", "method", "tau2", "interval")
    offered = {**CHOICES, "method": ("MH", "IV", "Peto")}
    wanted = set()
    for values in itertools.product(*(offered[field] for field in fields)):
        choice = dict(zip(fields, values, strict=True))
        if accepted(choice):
            tau2 = choice["tau2"] if choice["model"] == "random" else explorer.NONE
            wanted.add((*values[:3], tau2, values[4]))
    analyses = list(explorer.analyses())
    assert set(analyses) == wanted
    assert len(analyses) == len(wanted)


@pytest.mark.parametrize("outcome", explorer.KEYS)
def test_the_page_has_the_counts(outcome):
    embedded, counts = CONTENT["outcomes"][explorer.KEYS[outcome]]["counts"], data.counts(outcome)
    assert [embedded[author] for author in explorer.AUTHORS] == np.array(counts.arms).T.tolist()
    later = explorer.LATER[explorer.LATER["outcome"] == outcome]
    assert [*embedded][4:] == [study.split()[0] for study in later["study"]]


@pytest.mark.parametrize("outcome", explorer.KEYS)
@pytest.mark.parametrize("measure", CHOICES["measure"])
def test_every_estimate_lies_on_its_axis(outcome, measure):
    axis = CONTENT["outcomes"][explorer.KEYS[outcome]]["axes"][measure]
    assert axis["null"] == (0 if measure == "RD" else 1)
    assert axis["low"] <= axis["ticks"][0] <= axis["ticks"][-1] <= axis["high"]
    for n in range(4):
        for without in itertools.combinations(explorer.AUTHORS, n):
            estimate = explorer.state(outcome, without, measure=measure).estimate
            assert axis["low"] <= estimate <= axis["high"]


def test_what_is_embedded_is_small_and_closes_no_script():
    assert len(explorer.as_json().encode()) < 10_000
    assert "</" not in explorer.as_json()
