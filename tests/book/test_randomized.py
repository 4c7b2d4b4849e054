"""The randomized trial: every word about it comes from ``data/``, and both of its directions."""

import ast
import csv
import re
import shutil
from fractions import Fraction
from itertools import product

import pytest
from built import ROOT
from metabook import data
from rescue.beyond import certainty, confrontation, randomized, since
from twobytwo.rounding import prints_as

PAGES = {p.stem: p.read_text() for p in [ROOT / "index.md", *(ROOT / "chapters").glob("*.md")]}
NAME = re.compile(r"\{glue:text\}`(trial-[a-z0-9-]+|guideline-[a-z0-9-]+|waiting-[a-z0-9-]+)`")
TAKEN = {page: set(NAME.findall(text)) for page, text in PAGES.items() if NAME.search(text)}
SOURCES = {row["id"]: row for row in data.rows("sources.csv")}
# Where a page's first cell has its words about the trial from.
TELLERS = {
    "randomized.words()": randomized.words,
    "randomized.account()": randomized.account,
    "confrontation.guideline_words()": confrontation.guideline_words,
}


def shown(what):
    """The figure or the table of the four studies and the trial."""
    return what({outcome: data.pooled(outcome) for outcome in data.outcomes()}, randomized.found())


def words_by_page():
    """For each page the words that its cells glue, by what each teller says now."""
    words = {call: teller() for call, teller in TELLERS.items()}
    found = {page: {} for page in TAKEN}
    for page, (call, teller_words) in product(found, words.items()):
        if re.search(rf"tell\(\s*{re.escape(call)}", PAGES[page]):
            found[page] |= teller_words
    return found


def texts():
    """For each page its words about the trial; then all its figures and tables."""
    pages = {
        page: " ".join(word for name, word in sorted(words.items()) if name in TAKEN[page])
        for page, words in words_by_page().items()
    }
    drawn = {
        "table: confrontation": repr(shown(confrontation.results)),
        "table: summary of findings": repr(certainty.summary_of_findings()),
        "figure: confrontation": shown(confrontation.figure).alt,
    }
    return pages | drawn


def plain(interval):
    """An interval as the words of a figure have it."""
    return interval.replace(", ", " to ").replace("[", "(").replace("]", ")")


def changed(before, after):
    return {key for key in before if before[key] != after[key]}


@pytest.fixture
def copied(tmp_path, monkeypatch):
    """A copy of the data, and a way to change one cell of the trial's results."""
    shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.setenv("METABOOK_ROOT", str(tmp_path))
    path = tmp_path / "data" / randomized.RESULTS

    def write(outcome, time, **cells):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        (row,) = (r for r in rows if (r["outcome"], r["time"]) == (outcome, time))
        row |= cells
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0])
            writer.writeheader()
            writer.writerows(rows)

    return write


# ---- what changes with a row


def test_one_number_changes_the_pages_that_tell_it_a_figure_and_a_table(copied):
    before, own, others = texts(), randomized.account(), since.words()
    copied("SICH", "90 days", events_treatment="9")
    seen = changed(before, texts())
    assert seen >= {
        "index", "evidence-since", "limitations", "what-it-means", "other-numbers",
        "table: confrontation", "table: summary of findings",
        "figure: confrontation",
    }  # fmt: skip
    assert changed(own, randomized.account()) >= {"trial-found", "trial-sich", "trial-sich-p"}
    assert changed(others, since.words()) == set()


def test_a_change_of_direction_changes_every_page_that_names_the_trial_s_result(copied):
    before = texts()
    copied(randomized.WHOLE_SCALE, "90 days", estimate="1.46", lower="1.05", upper="2.03")
    seen = changed(before, texts())
    results = {"trial-found", "trial-short"}
    assert {page for page in TAKEN if TAKEN[page] & results} <= seen
    assert len(seen) >= 10
    assert "a better mRS after rescue at 90 days" not in before["teachers"]
    assert "a better mRS after rescue and" in texts()["teachers"]


def test_nothing_but_the_trial_s_words_depends_on_its_file(copied):
    pooled = [data.pooled(outcome).effect for outcome in data.outcomes()]
    copied("SICH", "90 days", events_treatment="9")
    assert [data.pooled(outcome).effect for outcome in data.outcomes()] == pooled
    readers = {
        path.stem
        for path in (ROOT / "lib").rglob("*.py")
        if "randomized_results.csv" in path.read_text()
    }
    assert readers == {"randomized"}


def test_the_missing_row_filled_in_is_shown_and_no_longer_called_missing(copied):
    assert "Missing: the mRS 0-2 of each arm" in randomized.words()["trial-missing"]
    copied("mRS 0-2", "90 days", events_treatment="66", events_control="70", basis="verbatim count")
    assert randomized.words()["trial-missing"] == "Nothing is missing"
    interval = randomized.finding("mRS 0-2").text
    assert interval in texts()["table: confrontation"]
    assert plain(interval) in texts()["figure: confrontation"]


def test_what_is_said_of_the_interval_and_the_exact_test_follows_the_counts(copied):
    names = "trial-sich-lower", "trial-sich-includes", "trial-sich-p"
    assert [randomized.account()[name] for name in names] == ["0.996", "includes 1", "0.037"]
    copied("SICH", "90 days", events_treatment="9")
    assert [randomized.account()[name] for name in names] == ["1.141", "excludes 1", "0.020"]


def test_counts_read_in_the_paper_replace_the_percentages(copied):
    copied("mortality", "90 days", events_treatment="19", events_control="18")
    assert "19 of 176 against 18 of 172" in randomized.words()["trial-found"]
    assert len(randomized.finding("mortality").results) == 1


def test_with_every_row_read_no_page_says_second_hand(copied):
    for one in randomized.found():
        copied(one.row["outcome"], one.row["time"], basis="transcribed")
    assert "second hand" not in " ".join(texts().values()).replace("Second hand:", "").replace(
        "(second hand)", ""
    ).replace(confrontation.guideline_words()["guideline-basis"], "")


# ---- both directions, and what the counts say


def test_a_page_that_tells_the_result_tells_both_directions():
    for page, words in words_by_page().items():
        if TAKEN[page] & {"trial-found", "trial-short"}:
            text = " ".join(words[name] for name in TAKEN[page])
            assert all(word in text for word in ("90 days", "one year", "hemorrhage")), page


def test_a_percentage_stands_for_every_count_that_prints_it():
    died = randomized.finding("mortality")
    assert len(died.results) == 4
    for percent, n, counts in (("11", 176, (19, 20)), ("10", 172, (17, 18))):
        assert randomized.possible_counts(percent, n) == counts
        assert all(prints_as(Fraction(100 * x, n), percent) for x in counts)
    assert died.text == "1.04 to 1.17"


# ---- no page says it on its own

ABOUT = re.compile(r"ANGEL-REBOOT|Gao2024|[Rr]andomized trial|\bthe trial\b|\bThe trial\b")
RESULT = re.compile(
    r"could not be read|not available|benefit|favou?r(?:s|ed)|better|worse|more (?:symp|hem)|"
    r"fewer|no (?:significant )?difference|hemorrhages? (?:was|were)|\bdied\b|outcome counts|blank"
)
ELSEWHERE = {"exercises-pooling"}  # its trials are others
NUMBERS = ("estimate", "lower", "upper", "events_treatment", "n_treatment", "n_control")


def sentences(text):
    """The prose of a page without its glued words, sentence by sentence."""
    text = re.sub(r"\A---\n.*?\n---\n", " ", text, flags=re.S)
    text = re.sub(r"```\{(?:code-cell|math)\}.*?\n```", " ", text, flags=re.S)
    text = re.sub(r"\{glue:text\}`[^`]*`", "…", text)
    return re.split(r"(?<=[.:;?])\s+|\n\s*\n|^- |\n- ", " ".join(text.splitlines()))


def hard_coded(text):
    about = [one for one in sentences(text) if ABOUT.search(one)]
    return [one for one in about if RESULT.search(one) or NUMBER.search(one)] + unnamed(text)


def in_text(numbers):
    """A pattern that finds one of these, each a pattern, where it is no part of another number."""
    return re.compile(rf"(?<![\w.])(?:{'|'.join(numbers)})(?!\w|\.\d)")


def pairs():
    """Patterns of any two numbers of the trial that stand side by side in its results."""
    word = r"[\s,/\[\](–-]*(?:of|to|in|among|v|and|against|95 % CI)?[\s,\[(]*"
    share = r"\s?\\?\u00a0?%"
    for row in data.rows(randomized.RESULTS):
        together = [(f"events_{arm}", f"n_{arm}", "") for arm in randomized.ARMS]
        together += [("estimate", "lower", ""), ("lower", "upper", "")]
        for a, b, unit in [*together, ("percent_treatment", "percent_control", share)]:
            if row[a] and row[b]:
                yield f"{re.escape(row[a])}{unit}{word}{re.escape(row[b])}"


NUMBER = in_text(re.escape(row[key]) for row in data.rows(randomized.RESULTS) for key in NUMBERS
                 if row[key])  # fmt: skip
PAIR = in_text(pairs())


def unnamed(text):
    """Results that betray the trial though a sentence does not name it: pairs of its numbers."""
    return PAIR.findall(text)


@pytest.mark.parametrize("page", sorted(set(PAGES) - ELSEWHERE))
def test_no_page_says_in_its_own_words_what_the_trial_found_or_did_not(page):
    assert hard_coded(PAGES[page]) == []


def test_no_quiz_has_a_number_of_the_trial():
    quizzes = [*(ROOT / "data" / "quizzes").glob("*.toml")]
    assert quizzes
    assert not [quiz.name for quiz in quizzes if unnamed(quiz.read_text())]


@pytest.mark.parametrize(
    "planted",
    [
        "ANGEL-REBOOT showed no benefit.",
        "The randomized trial had 8 hemorrhages among 175 patients.",
        "Its counts of outcomes could not be read: the randomized trial {cite}`Gao2024` is blank.",
        "In the trial more hemorrhages were seen: 0.86 on the mRS of the trial.",
        "The trial {cite}`Gao2024` has a common odds ratio of 0.86.",
        "Elsewhere 8 of 175 bled, not 8/352.",
        "Bleeding was found in 1/169 there.",
        "Its odds ratio was 0.86 [0.59, 1.24].",
        "Death: 11\u00a0% against 10\u00a0%.",
        "With rescue 4 % v 13 % had another stroke.",
        "tt.pool([8], [175], [1], [169])",
    ],
)
def test_the_search_finds_what_is_planted(planted):
    assert hard_coded(planted)


def test_the_code_names_no_trial_and_none_of_its_results():
    """Its name, its counts and its ratios are in ``data/`` and nowhere in the code."""
    for path in (ROOT / "lib" / "rescue").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                text = re.sub(r"\n +>>> .*?(?:\n\n|\Z)", "\n", node.value, flags=re.S)
                text = re.sub(r'such as ".*?"', "", text)
                assert "ANGEL-REBOOT" not in text, path.name
                assert "PISTAR" not in text, path.name
                assert unnamed(text) == [], path.name


def test_every_word_taken_is_told_on_its_page_and_every_word_told_is_taken_somewhere():
    pages = words_by_page()
    assert not {page: names for page, names in TAKEN.items() if not names <= set(pages[page])}
    names = set().union(*pages.values())
    assert {name for name in names if NAME.match(f"{{glue:text}}`{name}`")} == set().union(
        *TAKEN.values()
    )


def test_the_trial_stands_before_everything_else_on_its_page():
    first = PAGES["evidence-since"].split("## ")[0]
    assert first.index("ANGEL-REBOOT") < first.index("posterior")


# ---- how it was read


def test_a_row_read_at_second_hand_says_so_in_words_and_looks_different():
    html = shown(confrontation.results)._repr_html_()
    assert '<span class="tag second-hand">second hand</span>' in html
    assert '<span class="tag read">read</span>' in html
    css = (ROOT / "lib" / "metabook" / "extensions" / "static" / "book.css").read_text()
    assert re.search(r"\.tag\.second-hand \{[^}]*dashed", css)
    rows = [row for row in data.rows(randomized.RESULTS) if row["basis"] == "second hand"]
    assert html.count(">second hand</span>") == len(rows)


def test_the_figure_says_what_the_table_says():
    alt, rows = shown(confrontation.figure).alt, repr(shown(confrontation.results))
    for outcome in data.outcomes():
        for one in randomized.beside(outcome):
            assert plain(one.text) in alt
            assert one.text in rows
