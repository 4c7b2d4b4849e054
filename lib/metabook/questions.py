"""The questions of quizzes and exercises in plain text, and as a file that Moodle imports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from metabook import data
from metabook.checking import record
from metabook.exercise import Exercise
from metabook.quiz import Quiz, quiz

# Markup of a page, and the plain text that a platform shows.
PLAIN = (
    (r"\{\w+\}`([^`<]*?)\s*(?:<[^`]*>)?`", r"\1"),
    (r"\[([^\]]+)\]\([^)]*\)", r"\1"),
    (r"\$([^$]*)\$", lambda found: _formula(found[1])),
    (r"\*+|`", ""),
)
FORMULA = ((r"\\(?:left|right|,)|[{}]", ""), (r"\\tau", "τ"), (r"\^2", "²"), (r"\\(?=[a-z])", ""))
PLACES = 6  # more than asked for: an answer that was not rounded is as right


@dataclass(frozen=True)
class Answer:
    """An answer, whether it is right, and what is said to whoever gives it."""

    value: str | float
    right: bool
    why: str


@dataclass(frozen=True)
class Question:
    """One question in plain text."""

    name: str
    ask: str
    answers: tuple[Answer, ...]  # the right one first; none where a person reads what was written
    within: float = 0.0  # how far a number may lie from the answer; 0 for a choice
    lesson: str = ""  # said afterward, whatever was answered

    @property
    def reach(self) -> float:
        """As `within`, and the last decimal written, for an answer that lies just there."""
        return self.within + 10.0**-PLACES


def plain(text: str) -> str:
    r"""Text of a page without its markup.

    Examples
    --------
    >>> plain("The {term}`odds ratio` is *not* $\\tau^2$.")
    'The odds ratio is not τ².'
    """
    for pattern, replacement in PLAIN:
        text = re.sub(pattern, replacement, text)
    return " ".join(text.split())


def _formula(latex: str) -> str:
    for pattern, replacement in FORMULA:
        latex = re.sub(pattern, replacement, latex)
    return latex


def every(exercises: Iterable[Exercise]) -> list[Question]:
    """The questions of every quiz of the book, then those of its exercises."""
    chapters = sorted(file.stem for file in data.path("quizzes").glob("*.toml"))
    asked = [question for chapter in chapters for question in of_quiz(quiz(chapter))]
    return asked + [question for one in exercises for question in of_exercise(one)]


def of_quiz(given: Quiz) -> Iterator[Question]:
    """The questions of one quiz."""
    for i, question in enumerate(given.questions, 1):
        answers = (
            Answer(plain(one.text), one.right, plain(one.feedback)) for one in question.options
        )
        yield Question(f"{given.chapter}-{i}", plain(question.ask), _right_first(answers))


def of_exercise(given: Exercise) -> Iterator[Question]:
    """The question of an exercise; one that asks for several numbers becomes several."""
    ask, lesson, known = plain(given.task), plain(given.lesson), record(given.name)
    if given.kind == "text":
        yield Question(given.name, ask, (), lesson=lesson)
    elif given.kind == "choice":
        answers = [Answer(plain(str(wrong)), False, plain(why)) for wrong, why in given.mistakes()]
        right = Answer(plain(str(given.solution())), True, lesson)
        yield Question(given.name, ask, (right, *answers))
    else:
        unit = 0.5 / 10.0**given.decimals  # half of the last decimal, as the checker has it
        several = len(known["right"]) > 1
        for i, (value, field) in enumerate(zip(known["right"], given.fields, strict=True)):
            wrong = [
                Answer(values[i], False, plain(why))
                for values, _, why in known["known"]
                if abs(values[i] - value) > unit
            ]
            right = Answer(value, True, "")  # the lesson says it, to everyone
            name = f"{given.name}-{i + 1}" if several else given.name
            which = f" Give one number: {plain(field).lower()}." if several else ""
            yield Question(name, ask + which, (right, *wrong), unit, lesson)


def _right_first(answers: Iterable[Answer]) -> tuple[Answer, ...]:
    return tuple(sorted(answers, key=lambda answer: not answer.right))


def gift(questions: Iterable[Question], category: str) -> str:
    """Write questions in GIFT, which Moodle imports into a category of its question bank."""
    blocks = [f"// {category}\n\n$CATEGORY: {category}"]
    for one in questions:
        answers = "".join(f"\n  {_gift_answer(answer, one)}" for answer in one.answers)
        lesson = f"\n  ####{_escaped(one.lesson)}" if one.lesson else ""
        opening = "{#" if one.within else "{"
        title, ask = _escaped(one.name), _escaped(one.ask)
        blocks.append(f"::{title}::[plain]{ask}{opening}{answers}{lesson}\n}}")
    return "\n\n".join(blocks) + "\n"


def _gift_answer(answer: Answer, question: Question) -> str:
    why = f"#{_escaped(answer.why)}" if answer.why else ""
    if not question.within:
        return f"{'=' if answer.right else '~'}{_escaped(str(answer.value))}{why}"
    number = f"{exact(answer.value)}:{exact(question.reach)}"
    return f"=%{100 if answer.right else 0}%{number}{why}"


def exact(value: str | float) -> str:
    """A number with more decimals than any question asks for."""
    return f"{float(value):.{PLACES}f}"


def _escaped(text: str) -> str:
    return re.sub(r"([\\~=#{}:])", r"\\\1", text)
