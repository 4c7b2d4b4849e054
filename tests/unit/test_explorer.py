"""What the explorer offers and embeds: analyses that go together, counts, one axis a measure."""

import itertools
import json

import numpy as np
import pytest
from metabook import data
from metabook.explorer import NONE, analyses, keys
from rescue.teach.explorer import explorer
from twobytwo.checks import grid
from twobytwo.options import CHOICES

SHOWN = explorer()
OWN, LATER = (tuple(words.values()) for words in SHOWN.studies)
EMBEDDED = SHOWN._repr_html_().partition('id="explorer-data">')[2].partition("</script>")[0]
CONTENT = json.loads(EMBEDDED, parse_constant=pytest.fail)


def test_analyses_are_those_of_the_grid_but_the_exact_one():
    every = list(analyses())
    assert set(every) == {
        (one.measure, one.model, one.method, one.tau2 or NONE, one.interval)
        for one in grid.analyses()
        if one.method != "exact"
    }
    assert len(set(every)) == len(every)


@pytest.mark.parametrize("outcome", SHOWN.outcomes)
def test_the_page_has_the_counts(outcome):
    embedded, counts = CONTENT["outcomes"][SHOWN.outcomes[outcome]]["counts"], data.counts(outcome)
    assert [embedded[author] for author in OWN] == np.array(counts.arms).T.tolist()
    later = data.frame("later_counts.csv").query("outcome == @outcome")
    assert [*embedded][4:] == [study.split()[0] for study in later["study"]]


@pytest.mark.parametrize("outcome", SHOWN.outcomes)
@pytest.mark.parametrize("measure", CHOICES["measure"])
def test_every_estimate_lies_on_its_axis(outcome, measure):
    axis = CONTENT["outcomes"][SHOWN.outcomes[outcome]]["axes"][measure]
    assert axis["null"] == (0 if measure == "RD" else 1)
    assert axis["low"] <= axis["ticks"][0] <= axis["ticks"][-1] <= axis["high"]
    for n in range(4):
        for without in itertools.combinations(OWN, n):
            estimate = SHOWN.state(outcome, without, measure=measure).estimate
            assert axis["low"] <= estimate <= axis["high"]


def test_what_is_embedded_is_small_and_closes_no_script():
    assert len(EMBEDDED.encode()) < 10_000
    assert "<" not in EMBEDDED


def test_each_name_has_a_word_of_its_own():
    names = ["Study 1", "Study-1", "研究 一", "<b>", "&", "Lee, 2001", "Lee 2002"]
    words = list(keys(names).values())
    assert len(set(words)) == len(names)
    assert not any(sign in word for word in words for sign in ' ,<&"')
