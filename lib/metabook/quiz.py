"""Questions at the end of a chapter; a click on an option tells whether and why.

Each option unfolds its own answer (the browser's ``details``): no script, any keyboard.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any

from metabook import data
from metabook.parts import part
from metabook.words import result_words


@dataclass(frozen=True)
class Option:
    """What may be chosen, and what is said then."""

    text: str
    feedback: str
    right: bool


@dataclass(frozen=True)
class Question:
    """A question and its options, in the order of the alphabet."""

    ask: str
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Quiz:
    """The questions of one chapter."""

    chapter: str
    questions: tuple[Question, ...]

    def __repr__(self) -> str:
        return "\n\n".join(
            "\n".join([question.ask, *(f"- {option.text}" for option in question.options)])
            for question in self.questions
        )

    def _repr_html_(self) -> str:
        return part("quiz", chapter=self.chapter, questions=self.questions)


def quiz(chapter: str) -> Quiz:
    """The questions of a chapter, from ``data/quizzes/``; a name in braces becomes its number.

    Examples
    --------
    >>> quiz("results").questions[0].ask
    'The pooled odds ratio of death is 0.39. What does it say?'
    """
    with data.path(f"quizzes/{chapter}.toml").open("rb") as file:
        questions = tomllib.load(file)["question"]
    known = numbers()
    return Quiz(chapter, tuple(_question(one, known) for one in questions))


def numbers() -> dict[str, str]:
    """What a question may name: the pooled results, as ``deaths-or-ci``."""
    slugs = {outcome: data.outcome(outcome)["slug"] for outcome in data.outcomes()}
    return {
        f"{slug}-{key}": word
        for outcome, slug in slugs.items()
        for key, word in result_words(data.pooled(outcome)).items()
    }


def _question(written: dict[str, Any], known: dict[str, str]) -> Question:
    answers = [(written["right"], True), *((wrong, False) for wrong in written["wrong"])]
    options = [
        Option(text.format_map(known), feedback.format_map(known), right)
        for (text, feedback), right in answers
    ]
    ask = written["ask"].format_map(known)
    return Question(ask, tuple(sorted(options, key=lambda option: option.text)))
