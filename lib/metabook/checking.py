"""Tell an answer right or wrong, and why, without telling the answer."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

from metabook.exercise import EVERY, Answer, Exercise, Mistake, numbers
from metabook.frames import arms

EARLY = 0.03  # an answer this near, as a share of the right one, was rounded on the way
ROUNDED = "Nearly. Some number was rounded on the way: keep all digits until the end."
NOT_YET = "Not yet. This is none of the usual mistakes; open the hint and try again."


@dataclass(frozen=True)
class Verdict:
    """What `check` says of an answer."""

    right: bool
    why: str

    def __repr__(self) -> str:
        return f"{'Right' if self.right else 'Not right'}. {self.why}"


def check(name: str, answer: Answer) -> Verdict:
    """Check the answer to an exercise.

    Parameters
    ----------
    name : str
        As the exercise gives it.
    answer : float, tuple of float, or str
        A number or numbers, rounded as asked or not at all; a choice's letter; a sentence.

    Returns
    -------
    Verdict
        Right or not, and why; never the answer.

    Raises
    ------
    ValueError
        If there is no such exercise, or the answer is of another kind than asked for.
    """
    if name not in EVERY:
        near = difflib.get_close_matches(name, EVERY, n=1)
        raise ValueError(f"no exercise {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    exercise = EVERY[name]
    if exercise.kind == "text":
        return _text(exercise, str(answer))
    if exercise.kind == "choice":
        return _choice(exercise, str(answer))
    return _number(exercise, answer)


def usual_mistakes(exercise: Exercise) -> Iterator[Mistake]:
    """The wrong answers that are recognized: the exercise's own, then those of its kind."""
    yield from exercise.mistakes()
    if exercise.kind in ("choice", "text"):
        return
    right = numbers(exercise.solution())
    if exercise.kind == "ratio":
        yield (
            tuple(1 / x for x in reversed(right)),
            f"That is upside down: {arms().treatment} belongs on top, {arms().control} below.",
        )
        yield tuple(map(math.log, right)), "That is on the log scale; take the exponential."
    if exercise.kind == "percent":
        yield tuple(x / 100 for x in right), "That is a proportion; the question asks for percent."
    if exercise.kind == "p":
        yield tuple(x / 2 for x in right), "That is one-sided; a difference may go either way."
        yield tuple(1 - x for x in right), "That is the other tail: one minus p."


def _number(exercise: Exercise, answer: Answer) -> Verdict:
    right = numbers(exercise.solution())
    try:
        given = numbers(answer)
    except (TypeError, ValueError):
        given = ()
    if len(given) != len(right) or not all(map(math.isfinite, given)):
        wanted = "a number" if len(right) == 1 else f"{len(right)} numbers in parentheses"
        raise ValueError(f"{exercise.name!r} asks for {wanted}")
    if _same(given, right, exercise.decimals):
        return Verdict(True, exercise.lesson)
    for wrong, why in usual_mistakes(exercise):
        if _same(given, numbers(wrong), exercise.decimals):
            return Verdict(False, why)
    near = all(abs(x - y) <= EARLY * abs(y) for x, y in zip(given, right, strict=True))
    return Verdict(False, ROUNDED if near else NOT_YET)


def _same(given: tuple[float, ...], other: tuple[float, ...], decimals: int) -> bool:
    """Equal at the decimals asked for; half a unit more for what was rounded half to even."""
    unit = 0.5 * 10**-decimals * (1 + 1e-9)
    return all(abs(x - y) <= unit for x, y in zip(given, other, strict=True))


def _choice(exercise: Exercise, letter: str) -> Verdict:
    options = dict(zip("ABCDEF", exercise.options(), strict=False))
    chosen = options.get(letter.strip().upper())
    if chosen is None:
        raise ValueError(f"{exercise.name!r} asks for one of {', '.join(options)}")
    for wrong, why in exercise.mistakes():
        if wrong == chosen:
            return Verdict(False, why)
    return Verdict(True, exercise.lesson)


def _text(exercise: Exercise, text: str) -> Verdict:
    for pattern, why in exercise.mistakes():
        if not re.search(str(pattern), text, re.IGNORECASE | re.DOTALL):
            return Verdict(False, why)
    return Verdict(True, exercise.lesson)
