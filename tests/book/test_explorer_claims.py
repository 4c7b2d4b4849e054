"""What the explorer's page says, in words or by a link, holds for the counts."""

from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from metabook import data
from metabook.explorer import Analysis, analyses, includes_null
from rescue.teach.explorer import explorer
from twobytwo import pool

CHAPTER = (Path(__file__).parents[2] / "chapters" / "explorer.md").read_text()
SHOWN = explorer()
OWN, LATER = SHOWN.studies
WORDS = SHOWN.words()
TRIES = [(what, then) for what, then, _ in SHOWN.tries]
state = SHOWN.state


def tried(i):
    return state(**SHOWN.tries[i][2])


@pytest.mark.parametrize(
    "part", ["**The question.**", "**You will learn**", "## How to report it", "## Take-away"]
)
def test_it_has_the_parts_of_a_chapter(part):
    assert part in CHAPTER


def test_it_warns_and_names_the_trial():
    assert "To try analyses until one pleases is not evidence" in CHAPTER
    assert "{cite}`Gao2024`" in CHAPTER.split("## Take-away")[1]


def test_the_counts_of_analyses():
    assert WORDS["analyses"] == str(len(list(analyses())))
    for name, outcome in {"mrs": "mRS 0-2", "deaths": "mortality", "sich": "SICH"}.items():
        p = [
            pool(*data.counts(outcome).arms, **analysis.choices).p_value for analysis in analyses()
        ]
        assert WORDS[f"{name}-different"] == str(sum(value < 0.05 for value in p))


def test_independence_does_not_hang_on_the_analysis_and_death_does():
    assert WORDS["mrs-different"] == WORDS["analyses"]
    assert 0 < int(WORDS["deaths-different"]) < int(WORDS["analyses"])
    assert WORDS["sich-different"] == "0"


@pytest.mark.parametrize("i", range(len(TRIES)), ids=[what for what, _ in TRIES])
def test_each_link_names_an_analysis_that_there_is(i):
    pairs = dict(parse_qsl(SHOWN.link(**SHOWN.tries[i][2])[1:]))
    without, added = (pairs.pop(name, "").split(",") for name in ("without", "added"))
    assert set(without) <= {"", *OWN.values()}
    assert set(added) <= {"", *LATER.values()}
    assert pairs.pop("outcome") in SHOWN.outcomes.values()
    assert Analysis(**pairs) in set(analyses())


def test_without_chang_the_interval_for_death_includes_1():
    assert TRIES[0] == ("Leave out Chang 2018", "the interval for death then includes 1")
    assert includes_null(tried(0))
    assert not includes_null(state())


def test_hksj_keeps_the_estimate_and_loses_significance():
    assert TRIES[1][1] == "the same estimate, no longer significant"
    assert tried(1).estimate == state().estimate
    assert tried(1).p_value > 0.05 > state().p_value


def test_reml_finds_no_heterogeneity_and_moves_the_odds_ratio_up():
    assert TRIES[2][1] == "it becomes 0, and the OR moves up"
    assert tried(2).tau2 == 0
    assert tried(2).estimate > state().estimate


def test_the_interval_of_the_risk_ratio_of_death_includes_1():
    assert TRIES[3] == ("Take the risk ratio of death", "its interval includes 1")
    assert includes_null(tried(3))


def test_hksj_is_narrower_than_wald_for_sich():
    assert TRIES[4][1].startswith("it gets narrower than Wald's")
    wald, hksj = state("SICH").limits, tried(4).limits
    assert wald.lower < hksj.lower < hksj.upper < wald.upper
    assert state("SICH").q < state("SICH").q_df  # they agree more than chance would have it


def test_the_later_posterior_studies_keep_the_direction_and_differ():
    assert TRIES[5][1] == "for death the interval still leaves out 1, but the studies differ"
    of = "circulation == 'posterior' and outcome == 'mortality'"
    later = data.frame("later_counts.csv").query(of)
    assert SHOWN.tries[5][2]["added"] == tuple(study.split()[0] for study in later["study"])
    assert not includes_null(tried(5))
    assert tried(5).q_p_value < 0.1


def test_hksj_leaves_out_1_for_independence():
    assert TRIES[6] == ("Take HKSJ's interval for independence", "it still leaves out 1")
    assert not includes_null(tried(6))
