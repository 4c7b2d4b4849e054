"""The exercises: solutions are right, usual mistakes are told, no message gives the answer."""

import ast
import re
from pathlib import Path

import pytest
from metabook.checking import NOT_YET, ROUNDED, usual_mistakes
from metabook.exercise import EVERY, LEVELS, numbers
from rescue.teach.exercises import check

ROOT = Path(__file__).parents[2]
PAGES = {
    page.name: page.read_text()
    for page in sorted((ROOT / "chapters").glob("*.md"))
    if "rescue.teach.exercises" in page.read_text()
}
MODULES = sorted((ROOT / "lib" / "rescue" / "teach" / "exercises").glob("*.py"))
SHOWN = re.compile(r'^show\("([^"]+)"\)$', re.M)
# Names with digits in them, and numbers that are rules rather than results.
NAMES = (
    r"mRS 0(?:-| to )[23]|(?:Baracchini|Chang|Cornelissen|Peng|Mohammaden|PC-SEARCH) 20\d\d"
    r"|RevMan 5|1,000|95 %|90 %|1\.96|\b0\.05\b|\b0\.5\b|\b1\b"
    r"|\^2|n_[12]|[SE]_[12]|k - [12]|N - 1|1/v|²"
)

every = pytest.mark.parametrize("exercise", EVERY.values(), ids=EVERY)


def answer_to(exercise):
    right = exercise.solution()
    return exercise.answer()[0] if exercise.kind == "choice" else right


@every
def test_the_solution_is_right(exercise):
    assert check(exercise.name, answer_to(exercise)).right


@every
def test_the_answer_as_printed_is_right(exercise):
    if exercise.kind not in ("choice", "text"):
        printed = tuple(map(float, exercise.answer().split(" and ")))
        assert check(exercise.name, printed if len(printed) > 1 else printed[0]).right


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


def wrong_answers(exercise):
    """Pairs of a wrong answer and what `check` should say of it."""
    if exercise.kind == "choice":
        letters = dict(zip(exercise.options(), "ABCDEF", strict=False))
        return [(letters[wrong], why) for wrong, why in exercise.mistakes()]
    if exercise.kind == "text":
        return [
            (re.sub(pattern, "", exercise.solution(), flags=re.I), why)
            for pattern, why in exercise.mistakes()
            if not pattern.startswith("^(?!")
        ]
    return [
        (tuple(numbers(wrong)) if isinstance(wrong, tuple) else float(wrong), why)
        for wrong, why in usual_mistakes(exercise)
    ]


@every
def test_two_mistakes_or_more_are_told(exercise):
    wrong = wrong_answers(exercise)
    assert len(wrong) >= 2
    for answer, why in wrong:
        if isinstance(answer, tuple) and len(answer) == 1:
            (answer,) = answer
        verdict = check(exercise.name, answer)
        assert (verdict.right, verdict.why) == (False, why), answer


@every
def test_no_message_contains_the_answer(exercise):
    printed = exercise.answer()
    parts = [printed[3:]] if exercise.kind == "choice" else printed.split(" and ")
    for _, why in usual_mistakes(exercise):
        for part in parts:
            assert not re.search(rf"(?<![\w.]){re.escape(part)}(?![\w.])", why), why


@every
def test_the_task_and_the_hint_do_not_contain_the_answer(exercise):
    if exercise.kind in ("ratio", "percent", "p"):
        for part in exercise.answer().split(" and "):
            told = f"{exercise.task} {exercise.hint}"
            assert not re.search(rf"(?<![\w.]){re.escape(part)}(?![\w.])", told)


@every
def test_it_has_level_aim_lesson_and_hint(exercise):
    assert exercise.level in LEVELS
    assert re.fullmatch(r"[A-Z][^\n]{10,60}\.", exercise.aim)
    assert re.fullmatch(r"[^\n]{20,110}\.", exercise.lesson)
    assert len(exercise.hint) > 20


def test_no_two_teach_the_same():
    for taught in ("aim", "lesson"):
        said = [getattr(exercise, taught) for exercise in EVERY.values()]
        assert len(said) == len(set(said))


def test_each_is_on_one_page_and_no_page_shows_another():
    shown = [name for text in PAGES.values() for name in SHOWN.findall(text)]
    assert sorted(shown) == sorted(EVERY)


def test_the_levels_of_a_page_rise():
    for page, text in PAGES.items():
        levels = [EVERY[name].level for name in SHOWN.findall(text)]
        assert page == "capstone.md" or levels == sorted(levels), page


def test_answers_that_are_none_of_the_mistakes():
    right = EVERY["odds-ratio-by-hand"].solution()
    assert check("odds-ratio-by-hand", right * 1.02).why == ROUNDED
    assert check("odds-ratio-by-hand", right * 20).why == NOT_YET


def test_answers_of_another_kind_are_refused():
    with pytest.raises(ValueError, match="asks for a number"):
        check("odds-ratio-by-hand", "half")
    with pytest.raises(ValueError, match="2 numbers in parentheses"):
        check("wald-interval", 0.5)
    with pytest.raises(ValueError, match="one of A, B, C"):
        check("which-test", "Z")
    with pytest.raises(ValueError, match="did you mean 'zero-cell'"):
        check("zero-cel", 1)


def test_a_sentence_that_claims_an_effect_is_refused():
    exercise = EVERY["write-the-result"]
    verdict = check(exercise.name, exercise.solution() + " It reduces death.")
    assert not verdict.right
    assert "claims an effect" in verdict.why


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
