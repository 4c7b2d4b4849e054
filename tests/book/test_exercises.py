"""The exercises: solutions are right, usual mistakes are told, no message gives the answer."""

import ast
import re

import pytest
from answers import right, wrong
from built import ROOT
from metabook import data
from metabook.checking import REPLIES
from metabook.exercise import EVERY, LEVELS, numbers
from metabook.exercise_box import show
from rescue.teach.exercises import check

PAGES = {path.stem: path.read_text() for path in (ROOT / "chapters").glob("exercises-*.md")}
MODULES = sorted((ROOT / "lib" / "rescue" / "teach" / "exercises").glob("*.py"))
SHOWN = re.compile(r'^show\("([^"]+)"\)$', re.M)
# Names with digits in them, and numbers that are rules rather than results.
NAMES = (
    r"mRS 0(?:-| to )[23]|(?:Baracchini|Chang|Cornelissen|Peng|Mohammaden|PC-SEARCH) 20\d\d"
    r"|RevMan 5|1,000|95 %|90 %|1\.96|\b0\.05\b|\b0\.5\b|\b1\b"
    r"|\^2|n_[12]|[SE]_[12]|k - [12]|N - 1|1/v|²"
)

every = pytest.mark.parametrize("exercise", EVERY.values(), ids=EVERY)


@every
def test_the_solution_is_right_however_it_is_written(exercise):
    solution = exercise.answer()[0] if exercise.kind == "choice" else exercise.solution()
    assert check(exercise.name, solution).right
    for texts in right(exercise):
        assert check(exercise.name, *texts) == check(exercise.name, solution), texts


@every
def test_the_solution_that_is_shown_runs_and_gives_the_answer(exercise):
    """With nothing but what the page's first cell imports."""
    (page,) = (text for text in PAGES.values() if exercise.name in SHOWN.findall(text))
    names = {}
    exec(re.search(r"```\{code-cell\}[^\n]*\n((?::[^\n]*\n)*)(.*?)```", page, re.S)[2], names)
    exec(exercise.code(), names)
    if exercise.kind in ("choice", "text"):
        assert names["answer"] == exercise.solution()
    else:
        assert numbers(names["answer"]) == pytest.approx(numbers(exercise.solution()))
        assert len(numbers(names["answer"])) == len(exercise.fields)


@every
def test_two_mistakes_or_more_are_told(exercise):
    assert len(wrong(exercise)) >= 2
    for texts, why in wrong(exercise):
        verdict = check(exercise.name, *texts)
        assert (verdict.right, verdict.why) == (False, why), texts
    reasons = [why for _, why in wrong(exercise)]
    assert exercise.kind == "text" or {why for _, why in exercise.mistakes()} <= {*reasons}


@every
def test_nothing_gives_the_answer_before_the_solution(exercise):
    printed = exercise.answer()
    parts = [printed[3:]] if exercise.kind == "choice" else printed.split(" and ")
    texts = [why for _, why in wrong(exercise)] + [exercise.on_the_way()]
    if exercise.kind in ("ratio", "percent", "p"):
        texts += [exercise.task, exercise.hint]
    for part in parts:
        assert not [s for s in texts if re.search(rf"(?<![\w.]){re.escape(part)}(?![\w.])", s)]


@every
def test_it_has_level_aim_lesson_and_hint(exercise):
    assert exercise.level in LEVELS
    assert re.fullmatch(r"[A-Z][^\n]{10,60}\.", exercise.aim)
    assert re.fullmatch(r"[^\n*`_]{20,110}\.", exercise.lesson), "plain words: a script says them"
    assert len(exercise.hint) > 20
    assert not [why for _, why in exercise.mistakes() if re.search("[*`]", why)]


@every
def test_it_is_taught_where_its_hint_says(exercise):
    chapter, section = exercise.about["chapter"], exercise.about["section"]
    text = (ROOT / "chapters" / f"{chapter}.md").read_text()
    assert re.search(rf"^##+ {re.escape(section)}$", text, re.M)
    assert f'<a href="{chapter}.html#' in show(exercise.name)._repr_markdown_()


def test_no_two_teach_the_same():
    for taught in ("aim", "lesson"):
        texts = [getattr(exercise, taught) for exercise in EVERY.values()]
        assert len(texts) == len(set(texts))


def test_each_is_on_its_page_and_its_levels_rise():
    shown = [(name, page) for page, text in PAGES.items() for name in SHOWN.findall(text)]
    assert sorted(shown) == sorted((name, one.about["page"]) for name, one in EVERY.items())
    assert len(data.rows("exercises.csv")) == len(EVERY)
    for page, text in PAGES.items():
        levels = [EVERY[name].level for name in SHOWN.findall(text.split("(capstone)=")[0])]
        assert levels == sorted(levels), page
        assert f'progress("{page}")' in text


@pytest.mark.parametrize(
    ("name", "answer", "kind"),
    [
        ("odds-ratio-by-hand", 0.6, "far"),  # of 0.6090
        ("swapped-outcome", 1.21, "cut"),  # of 1.2162
        ("odds-ratio-by-hand", 0.62, "early"),
        ("odds-ratio-by-hand", 12, "not yet"),
        ("odds-ratio-by-hand", "half", "number"),
        ("odds-ratio-by-hand", (0, 61), "number"),
        ("odds-ratio-by-hand", float("nan"), "number"),
        ("wald-interval", (0.2, 1.6), "far"),  # of 0.226 and 1.640
        ("wald-interval", [1.64, 0.23], "order"),
        ("wald-interval", (0.23, 9), "part"),
        ("wald-interval", 0.5, "numbers"),
        ("which-test", "Z", "letter"),
        ("write-the-result", " ", "text"),
        ("difference-per-thousand", 0, "not yet"),  # no small proportion
    ],
)
def test_slips_are_told_apart(name, answer, kind):
    words = re.sub(r"\\\{\w+\\\}", ".+", re.escape(REPLIES[kind]))
    verdict = check(name, answer)
    assert not verdict.right
    assert re.fullmatch(words, verdict.why)


@pytest.mark.parametrize(
    ("name", "answer", "word"),
    [
        ("difference-per-thousand", -0.12, "proportion"),
        ("difference-per-thousand", "12 fewer", "percent"),
        ("difference-per-thousand", 121, "other way round"),
        ("i2-by-hand", 0.45, "proportion"),
        ("random-effects", 2.874, "Independent"),  # the right number of the wrong outcome
        ("odds-ratio-by-hand", 0.595, "Peng 2019"),
        (
            "write-the-result",
            EVERY["write-the-result"].solution() + " It reduces death.",
            "claims an effect",
        ),
    ],
)
def test_a_slip_of_scale_sign_place_or_words_is_named(name, answer, word):
    verdict = check(name, answer)
    assert not verdict.right
    assert word in verdict.why


def test_an_unknown_exercise_is_refused():
    with pytest.raises(ValueError, match="did you mean 'zero-cell'"):
        check("zero-cel", 1)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_no_task_has_a_number_typed_by_hand(module):
    typed = []
    for call in ast.walk(ast.parse(module.read_text())):
        for keyword in getattr(call, "keywords", []):
            if keyword.arg in ("task", "hint"):
                words = [n.value for n in ast.walk(keyword.value) if isinstance(n, ast.Constant)]
                text = re.sub(NAMES, " ", " ".join(w for w in words if isinstance(w, str)))
                typed += re.findall(r"[^ ]*\d[^ ]*", re.sub(r"`[^`]*`|\$[^$]*\$", " ", text))
    assert not typed
