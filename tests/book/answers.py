"""What students answer to an exercise: the right thing, each known mistake, and slips."""

import re

from metabook.checking import record
from metabook.exercise import numbers


def typed(value):
    """A number, or numbers, as one types them."""
    return [repr(x).removesuffix(".0") for x in numbers(value)]


def right(exercise):
    """Right answers in all the ways that they may be written."""
    solution = exercise.solution()
    if exercise.kind == "text":
        return [[solution], [re.sub(r"(\d)\.(\d)", r"\1,\2", solution)]]
    if exercise.kind == "choice":
        return [[exercise.answer()[0]], [exercise.answer()[0].lower() + " "]]
    exact, printed = typed(solution), exercise.answer().split(" and ")
    comma = [part.replace(".", ",") for part in printed]
    minus = [part.replace("-", "−") for part in printed]
    in_one_field = [f"[{', '.join(printed)}]"] + [""] * (len(printed) - 1)
    return [exact, printed, comma, minus, in_one_field]


def wrong(exercise):
    """Known mistakes, each with what is said of it."""
    if exercise.kind == "text":
        needs = [need for need in record(exercise.name)["needs"] if not need[0].startswith("^(?!")]
        return [([re.sub(need, "", exercise.solution(), flags=re.I)], why) for need, why in needs]
    known_answers = record(exercise.name)
    if exercise.kind == "choice":
        return [([letter], why) for letter, why in known_answers["known"]]
    return [
        (typed(values), why)
        for values, _, why in [*known_answers["known"], *known_answers["elsewhere"]]
    ]


def slips(exercise):
    """Answers that are nearly right, or no answers; what is said depends on the numbers."""
    if exercise.kind in ("choice", "text"):
        return [[""], ["Z"], ["It reduces death."], ["|(["]]
    values = numbers(exercise.solution())
    several = [
        [f"{factor * x:.{places}f}" for x in values]
        for factor in (1, 1.02, -1, 20, 0.1, 0.001)
        for places in (0, 1, 2, 3)
    ]
    cut = [[str(int(x * 10**2) / 10**2) for x in values]]
    one = [[f"{values[0]:.9g}", "7"], [f"{values[0]:.9g}"], [f"about {values[0]:.9g}"]]
    odd = ["", "half", "1.2.3", "0,61,0,7", "1e-2", "1e999", "12-13", "160 fewer", ".5", "3/4"]
    return [*several, *cut, *one, *([text] for text in odd)]
