"""Tell an answer right or wrong, and why, without telling the answer.

What is right, what is a known mistake and what is said of it is a record of plain values. Python
judges an answer by it here; on a page, ``exercises.js`` judges by the same record.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from metabook.exercise import EVERY, LETTERS, Answer, Exercise, numbers
from metabook.frames import arms

EARLY = 0.03  # an answer this near, as a share of the right one, was rounded on the way
# What is said of any exercise.
REPLIES = {
    "number": "One number is asked for; write its decimals after a point or a comma.",
    "numbers": "{n} numbers are asked for, in this order: {fields}.",
    "letter": "Choose one of {letters}.",
    "text": "Write a sentence.",
    "order": "Those are the right numbers in the wrong order: first {first}, then {second}.",
    "far": "Nearly. That is rounded too far at the end: {places} asked for.",
    "cut": "Nearly. The digits after it were cut off: round to the nearest.",
    "early": "Nearly. Some number was rounded on the way: keep all digits until the end.",
    "part": "One of the two is right: {right}. Look at the other again.",
    "not yet": "This is none of the usual mistakes; open the hint and try again.",
}
PLACES = ("a whole number is", "one decimal is", "two decimals are", "three decimals are")
Known = tuple[list[float], int, str]


@dataclass(frozen=True)
class Verdict:
    """What `check` says of an answer."""

    right: bool
    why: str

    def __repr__(self) -> str:
        return f"{'Right' if self.right else 'Not right'}. {self.why}"


def check(name: str, *answer: Any) -> Verdict:
    """Check the answer to an exercise.

    Parameters
    ----------
    name : str
        As the exercise gives it.
    *answer : float, tuple or list of float, or str
        A number or numbers, rounded as asked or not at all, or their text; a choice's letter;
        a sentence.

    Returns
    -------
    Verdict
        Right or not, and why; never the answer.

    Raises
    ------
    ValueError
        If there is no such exercise.
    """
    if name not in EVERY:
        near = difflib.get_close_matches(name, EVERY, n=1)
        raise ValueError(f"no exercise {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    return judge(record(name), list(_texts(answer)))


def _texts(answer: Any) -> Iterator[str]:
    """An answer as it would be typed."""
    if isinstance(answer, str):
        yield answer
    elif hasattr(answer, "__iter__"):
        for part in answer:
            yield from _texts(part)
    elif answer is not None:
        yield repr(float(answer)).removesuffix(".0")


@cache
def record(name: str) -> dict[str, Any]:
    """All that is needed to judge an answer, as values that JSON can hold."""
    exercise = EVERY[name]
    made: dict[str, Any] = {"kind": exercise.kind, "lesson": exercise.lesson}
    if exercise.kind == "text":
        return made | {"needs": [list(need) for need in exercise.mistakes()]}
    if exercise.kind == "choice":
        letter = dict(zip(exercise.options(), LETTERS, strict=False))
        known = [[letter[str(wrong)], why] for wrong, why in exercise.mistakes()]
        return made | {"right": letter[str(exercise.solution())], "known": known}
    right = [_short(x) for x in numbers(exercise.solution())]
    return made | {
        "right": right,
        "decimals": exercise.decimals,
        "fields": list(exercise.fields),
        **{name: list(map(list, some)) for name, some in mistakes(exercise, right).items()},
    }


def _short(x: float) -> float:
    """Digits enough to judge by."""
    return float(f"{x:.10g}")


def mistakes(exercise: Exercise, right: list[float]) -> dict[str, list[Known]]:
    """The wrong answers that are recognized, each with the decimals to compare it at."""
    at = exercise.decimals
    known = [(wrong, at, why) for wrong, why in exercise.mistakes()]
    known += _usual_mistakes(exercise, tuple(right))
    elsewhere = [(wrong, at, why) for wrong, why in exercise.elsewhere()]
    # A mistake that happens to give the right answer, or that of one before it, says nothing.
    kept: dict[str, list[Known]] = {}
    seen = [right]
    for name, some in (("known", known), ("elsewhere", elsewhere)):
        kept[name] = []
        for wrong, decimals, why in some:
            values = [_short(x) for x in numbers(wrong)]
            if not any(_same(values, other, max(decimals, at)) for other in seen):
                kept[name].append((values, decimals, why))
                seen.append(values)
    return kept


def _usual_mistakes(
    exercise: Exercise, right: tuple[float, ...]
) -> Iterator[tuple[Answer, int, str]]:
    """Those of the kind of answer, a proportion at the two decimals it may be rounded to."""
    decimals, kind = exercise.decimals, exercise.kind
    share = tuple(x / {"percent": 100, "per 1,000": 1000}.get(kind, 1) for x in right)
    if kind == "ratio":
        upside_down = f"That is upside down: {arms().treatment} belongs on top, {arms().control}"
        yield tuple(1 / x for x in reversed(right)), decimals, f"{upside_down} below."
        logs = tuple(map(math.log, right))
        yield logs, decimals, "That is on the log scale; take the exponential."
    if kind == "percent":
        yield share, 2, "That is a proportion; the question asks for percent."
        yield tuple(1000 * x for x in share), 0, "That is per 1,000; the question asks for percent."
    if kind == "per 1,000":
        yield share, 2, "That is a proportion; the question asks for patients in 1,000."
        yield tuple(100 * x for x in share), 0, "That is in percent; patients in 1,000 are asked."
    if kind == "p":
        yield tuple(x / 2 for x in right), decimals, "That is one-sided; it may go either way."
        yield tuple(1 - x for x in right), decimals, "That is the other tail: one minus p."
        yield tuple(100 * x for x in right), 1, "That is in percent; a p-value is a proportion."
    if len(right) == 2:
        first, second = (name.lower() for name in exercise.fields)
        yield right[::-1], decimals, REPLIES["order"].format(first=first, second=second)


def judge(record: dict[str, Any], texts: list[str]) -> Verdict:
    """Judge what was typed into the fields of an exercise."""
    typed = " ".join(texts).strip()
    if record["kind"] == "text":
        return _text(record, typed)
    if record["kind"] == "choice":
        return _choice(record, typed.upper())
    return _number(record, " ; ".join(texts))


def _text(record: dict[str, Any], typed: str) -> Verdict:
    if not typed:
        return Verdict(False, REPLIES["text"])
    plain = re.sub("([0-9])[,·](?=[0-9])", r"\1.", typed)
    for pattern, why in record["needs"]:
        if not re.search(pattern, plain, re.IGNORECASE | re.DOTALL):
            return Verdict(False, why)
    return Verdict(True, record["lesson"])


def _choice(record: dict[str, Any], letter: str) -> Verdict:
    known = dict(record["known"])
    if letter == record["right"]:
        return Verdict(True, record["lesson"])
    letters = ", ".join(sorted([record["right"], *known]))
    return Verdict(False, known.get(letter, REPLIES["letter"].format(letters=letters)))


def _number(record: dict[str, Any], typed: str) -> Verdict:
    right, decimals, fields = record["right"], record["decimals"], record["fields"]
    found = typed_numbers(typed, len(right))
    if len(found) != len(right):
        order = REPLIES["numbers"].format(n=len(right), fields=", ".join(fields).lower())
        return Verdict(False, REPLIES["number"] if len(right) == 1 else order)
    given = [value for value, _ in found]
    if _same(given, right, decimals):
        return Verdict(True, record["lesson"])
    for wrong, at, why in record["known"]:
        if _same(given, wrong, at):
            return Verdict(False, why)
    if any(given) and all(
        _near(x, y, min(places, decimals)) for (x, places), y in zip(found, right, strict=True)
    ):
        return Verdict(False, REPLIES["far"].format(places=PLACES[decimals]))
    for wrong, at, why in record["elsewhere"]:
        if _same(given, wrong, at):
            return Verdict(False, why)
    each = list(zip(given, right, strict=True))
    cut = (0 <= (y - x) * (1 if y > 0 else -1) < 10.0**-decimals for x, y in each)
    if all(cut) and all(places <= decimals for _, places in found):
        return Verdict(False, REPLIES["cut"])
    if all(abs(x - y) <= EARLY * abs(y) for x, y in each):
        return Verdict(False, REPLIES["early"])
    fit = [name for name, (x, y) in zip(fields, each, strict=True) if _near(x, y, decimals)]
    if fit:
        return Verdict(False, REPLIES["part"].format(right=fit[0].lower()))
    return Verdict(False, REPLIES["not yet"])


def typed_numbers(typed: str, wanted: int) -> list[tuple[float, int]]:
    """The numbers in a text, each with its decimals; one comma is a decimal comma.

    Examples
    --------
    >>> typed_numbers("0,16 to 0.930", 2), typed_numbers("160 fewer", 1), typed_numbers("8,5", 2)
    ([(0.16, 2), (0.93, 3)], [(-160.0, 0)], [(8.0, 0), (5.0, 0)])
    """
    plain = re.sub("[−–]", "-", typed)
    plain = re.sub("([0-9])-(?=[0-9.,])", r"\1 ", plain)
    tokens = re.findall("[-+]?(?:[0-9]+(?:[.,][0-9]+)*|[.,][0-9]+)(?:e[-+]?[0-9]+)?", plain, re.I)
    if len(tokens) != wanted:  # then a comma stands between numbers
        tokens = [part for token in tokens for part in token.split(",")]
    fewer = re.search("fewer|less", typed, re.I)
    found = []
    for token in (token.replace(",", ".") for token in tokens):
        if not re.fullmatch("[-+]?[0-9]*[.]?[0-9]+(?:e[-+]?[0-9]+)?", token, re.I):
            return []
        value = float(token)
        places = len(token.split(".")[1]) if "." in token else 0
        found.append((-abs(value) if fewer else value, 99 if "e" in token.lower() else places))
    return found if all(math.isfinite(value) for value, _ in found) else []


def _near(x: float, y: float, decimals: int) -> bool:
    """Equal at some decimals; half a unit more for what was rounded half to even."""
    return abs(x - y) <= 0.5 * 10.0**-decimals * (1 + 1e-9)


def _same(given: list[float], other: list[float], decimals: int) -> bool:
    return all(_near(x, y, decimals) for x, y in zip(given, other, strict=True))
