"""The randomized trials: first on the page, blank for now, and everywhere once counts are known."""

import csv
import shutil
from pathlib import Path

import pytest
from metabook import data
from rescue.beyond import randomized, since, since_figures, since_tables, since_words
from rescue.beyond.since import DEATHS

CHAPTER = (Path(__file__).parents[2] / "chapters" / "evidence-since.md").read_text()
WORDS = since_words.words()


def test_the_trial_stands_at_the_top_in_words_and_in_every_list():
    first = CHAPTER.split("```{code-cell}")[1]
    assert "ANGEL-REBOOT {cite}`Gao2024`" in first
    assert first.index("ANGEL-REBOOT") < first.index("posterior")
    assert "table_of_trials()" in CHAPTER.split("**You will learn**")[0]
    for shown in (since_tables.counts(), since_tables.cumulative()):
        assert shown.rows[0] == "Randomized"
    assert since_figures.cumulative("a").alt.split(". ")[1].startswith("ANGEL-REBOOT")


def test_for_now_its_counts_are_not_available():
    assert WORDS["trial-patients"] == "348"
    assert WORDS["trial-counts"].endswith("not available here")
    for name in ("mrs", "deaths", "sich"):
        assert WORDS[f"trial-{name}"] == "not available"


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the data, and a way to write its file of randomized trials anew."""
    shutil.copytree(data.path("."), tmp_path / "data")
    monkeypatch.setenv("METABOOK_ROOT", str(tmp_path))
    path = tmp_path / "data" / "randomized.csv"

    def write(change):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(change(rows))

    return write


def everywhere():
    """All tables and figures that show the trials, as text."""
    return [
        repr(randomized.table_of_trials()),
        repr(since_tables.counts()),
        repr(since_tables.cumulative()),
        since_figures.cumulative("a").alt,
    ]


def test_a_made_up_trial_added_to_the_file_is_seen_everywhere(copied):
    made_up = {
        "outcome": DEATHS, "study": "MADE-UP", "events_treatment": "10", "n_treatment": "100",
        "events_control": "20", "n_control": "100", "basis": "verbatim count",
        "source": "nowhere", "year": "2030", "circulation": "mixed",
    }  # fmt: skip
    before, drawn = everywhere(), since_figures.cumulative("a")._repr_html_()
    copied(lambda rows: [*rows, made_up])
    odds_ratio = "0.44 [0.20, 1.01]"
    for was, shown in zip(before, everywhere(), strict=True):
        assert "MADE-UP" not in was
        assert "MADE-UP" in shown
        assert odds_ratio in shown
    now = since_figures.cumulative("a")._repr_html_()
    assert ">MADE-UP, randomized</text>" in now
    assert now.count("<path") > drawn.count("<path")
    said = since_words.words()
    assert said["trial-deaths"] == f"not available; MADE-UP {odds_ratio} (10/100 against 20/100)"
    assert said["trial-sich"] == "not available"


def test_counts_filled_in_change_the_words_from_not_available_to_the_number(copied):
    def fill(rows):
        return [
            row | {"events_treatment": "20", "events_control": "30"}
            if row["outcome"] == DEATHS
            else row
            for row in rows
        ]

    pooled = {pair: since.crude(*pair).effect for pair in since.SERIES}
    copied(fill)
    (trial,) = randomized.trials(DEATHS)
    assert trial.result.estimate == pytest.approx(20 * 142 / (156 * 30))
    said = since_words.words()
    assert said["trial-deaths"] == f"{trial.odds_ratio} (20/176 against 30/172)"
    assert "that could be read are in this book" in said["trial-counts"]
    assert set(said) == set(WORDS)
    assert all(trial.odds_ratio in shown for shown in everywhere())
    # With the others it is never pooled.
    assert {pair: since.crude(*pair).effect for pair in since.SERIES} == pooled
