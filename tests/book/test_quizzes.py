"""The questions at the end of the chapters: one right option, all with feedback, all shown."""

import re

import pytest
from built import ROOT
from metabook.data import path
from metabook.quiz import numbers, quiz

CHAPTERS = ROOT / "chapters"
FILES = sorted(path("quizzes").glob("*.toml"))
# Digits that name a thing, or are a rule.
NAMES = r"(?:Baracchini|Chang|Cornelissen|Peng) 20\d\d|\b0\.5\b|mRS 0-2"

every = pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)


@every
def test_two_to_four_questions_before_the_report(file):
    page = (CHAPTERS / f"{file.stem}.md").read_text()
    without_marks = re.sub(r"(?m)^% .*\n\n", "", page)
    shown = re.search(
        r'## Check yourself\n.*?\nquiz\("([^"]+)"\)\n```\n\n## How to report it',
        without_marks,
        re.S,
    )
    assert shown[1] == file.stem
    assert 2 <= len(quiz(file.stem).questions) <= 4


@every
def test_exactly_one_option_is_right_and_each_has_its_feedback(file):
    for question in quiz(file.stem).questions:
        assert sum(option.right for option in question.options) == 1
        assert len(question.options) >= 3
        feedback = [option.feedback for option in question.options]
        assert len(set(feedback)) == len(feedback)
        assert all(len(text) > 15 for text in feedback)
        assert not [option.text for option in question.options if option.text == option.feedback]


@every
def test_its_numbers_come_from_code(file):
    text = re.sub(NAMES, "", file.read_text())
    assert not re.findall(r".*\d.*", text)
    assert set(re.findall(r"\{([^}]*)\}", text)) <= set(numbers())


def test_the_right_option_is_not_always_at_one_place():
    places = [
        [option.right for option in question.options].index(True)
        for file in FILES
        for question in quiz(file.stem).questions
    ]
    assert {places.count(place) > len(places) / 6 for place in (0, 1, 2)} == {True}


def test_a_page_is_plain_html_that_needs_no_script():
    html = quiz("by-hand")._repr_html_()
    assert html.count("<details name=") == sum(len(q.options) for q in quiz("by-hand").questions)
    assert "<script" not in html
