"""What an exercise is: its solution, and all that a page or a handout says of it."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from jinja2 import Environment, StrictUndefined
from twobytwo.rounding import half_up, number, percent

from metabook import data

Answer = float | tuple[float, ...] | str
Kind = Literal["ratio", "percent", "p", "per 1,000", "number", "choice", "text"]
# A wrong answer, and why it is wrong. For a text: a pattern that it needs, and what is missing.
Mistake = tuple[Answer, str]

LETTERS = "ABCDEF"
LEVELS = {1: "★☆☆ first steps", 2: "★★☆ by hand", 3: "★★★ to think about"}
EVERY: dict[str, Exercise] = {}
# What the texts of the book's exercises may name.
GIVEN: dict[str, Any] = {"number": number, "percent": percent}
TEMPLATES = Environment(undefined=StrictUndefined)


@dataclass
class Exercise:
    """A task with its solution; made by `exercise`.

    Parameters
    ----------
    name : str
        What `check` calls it.
    solution : callable
        Takes nothing, returns the answer; its docstring is the lesson, told with the answer.
    aim : str
        What one learns to do; gives nothing away.
    level : int
        1, 2 or 3.
    kind : {"ratio", "percent", "p", "per 1,000", "number", "choice", "text"}
        What the answer is; `check` knows the usual mistakes of each kind.
    task, hint : str
        In MyST Markdown, their numbers filled in from the data.
    decimals : int
        To how many decimals the answer is asked for.
    fields : sequence of str
        What each number of the answer is called.
    wrong : sequence of pairs
        The wrong options of a choice, each with why it is wrong.

    Notes
    -----
    All but the name and the solution stand in ``data/exercises/``. What its texts hold in braces
    is a Jinja expression of what `GIVEN` names.
    """

    name: str
    solution: Callable[[], Answer]
    aim: str
    level: int
    kind: Kind
    task: str
    hint: str
    decimals: int = 2
    fields: Sequence[str] = ("Your answer",)
    wrong: Sequence[tuple[str, str]] = ()
    computed: Callable[[], Iterable[Mistake]] = tuple

    def mistaken(self, computed: Callable[[], Iterable[Mistake]]) -> None:
        """Decorate the function that computes this exercise's own wrong answers."""
        self.computed = computed

    def mistakes(self) -> list[Mistake]:
        """Its own wrong answers, each with why it is wrong."""
        return [*self.wrong, *self.computed()]

    @property
    def about(self) -> dict[str, str]:
        """Its row in ``exercises.csv``: page, objective, minutes, and where it is taught."""
        return next(row for row in data.rows("exercises.csv") if row["exercise"] == self.name)

    @property
    def taught(self) -> str:
        """Links, in Markdown, from its page to where it is taught."""
        chapter, section = self.about["chapter"], self.about["section"]
        words = section.replace("\\tau", "τ").replace("^2", "²").replace("$", "")
        anchor = re.sub(r"[^a-z0-9]+", "-", re.sub(r"[$\\]", "", section.lower()))
        return f'{{doc}}`{chapter}`: <a href="{chapter}.html#{anchor.strip("-")}">{words}</a>'

    @property
    def lesson(self) -> str:
        """What one has learned."""
        return inspect.getdoc(self.solution) or ""

    def options(self) -> list[str]:
        """The options of a choice, in the order of the alphabet."""
        return sorted(str(option) for option in (self.solution(), *(w for w, _ in self.mistakes())))

    def answer(self) -> str:
        """The answer as a page prints it."""
        right = self.solution()
        if isinstance(right, str):
            letter = f"{LETTERS[self.options().index(right)]}. " if self.kind == "choice" else ""
            return letter + right
        return " and ".join(half_up(x, self.decimals) for x in numbers(right))

    def code(self) -> str:
        """The body of the solution."""
        source = textwrap.dedent(inspect.getsource(self.solution))
        (function,) = ast.parse(source).body
        first = function.body[1]  # type: ignore[attr-defined]  # after the docstring
        lines = source.splitlines()[first.lineno - 1 :]
        return textwrap.dedent("\n".join(lines)).replace("return ", "answer = ")

    def on_the_way(self) -> str:
        """The numbers that the solution starts from; where it counts, they would tell it."""
        if self.kind in ("choice", "text") or (self.kind, self.decimals) == ("number", 0):
            return ""
        names: dict[str, Any] = dict(self._globals)
        shown: dict[str, Any] = {}
        for line in ast.parse(self.code()).body[:-1]:
            if not isinstance(line, ast.Assign | ast.Import | ast.ImportFrom):
                break
            before = set(names)
            exec(compile(ast.Module([line], []), self.name, "exec"), names)
            shown |= {name: names[name] for name in names if name not in before}
        answer = self.answer().split(" and ")
        steps = {
            name: [f"{number:.4g}".replace("-", "−") for number in np.ravel(value)]
            for name, value in shown.items()
            if isinstance(value, int | float | np.ndarray | np.generic) and np.size(value) <= 4
            and not {half_up(float(x), self.decimals) for x in np.ravel(value)} & {*answer}
        }  # fmt: skip
        return "; ".join(f"`{name}` = {', '.join(values)}" for name, values in steps.items())

    def elsewhere(self) -> Iterator[Mistake]:
        """What the same sum gives for another outcome, or another study."""
        if self.kind in ("choice", "text"):
            return
        outcomes = {name: data.outcome(name)["label"] for name in data.outcomes()}
        studies = {name: name for name in data.counts(data.outcomes()[0]).study}
        for called in (outcomes, studies):
            here = [name for name in called if f'"{name}"' in self.code()]
            for other in called if len(here) == 1 else ():
                code = self.code().replace(f'"{here[0]}"', f'"{other}"')
                names = dict(self._globals)
                # The other counts may have a zero, or be of no use here.
                with suppress(ArithmeticError, LookupError, ValueError, StopIteration):
                    exec(code, names)
                    if other not in here and all(map(np.isfinite, numbers(names["answer"]))):
                        asked = f"“{called[here[0]]}” is asked for"
                        yield names["answer"], f"That is right for “{called[other]}”; {asked}."

    @property
    def _globals(self) -> dict[str, Any]:
        found: dict[str, Any] = self.solution.__globals__
        return found


def exercise(solution: Callable[[], Answer]) -> Exercise:
    """Make a solution an exercise, named like the function with hyphens."""
    name = solution.__name__.replace("_", "-")
    if name in EVERY:
        raise ValueError(f"there are two exercises {name!r}")
    fields = _filled(_written(data.path("exercises"))[name])
    EVERY[name] = Exercise(name, solution, **fields)
    return EVERY[name]


@cache
def _written(folder: Path) -> dict[str, dict[str, Any]]:
    """What the files say of each exercise."""
    texts = (file.read_text("utf-8") for file in sorted(folder.glob("*.toml")))
    return {name: fields for text in texts for name, fields in tomllib.loads(text).items()}


def _filled(content: Any) -> Any:
    """What a file says, its texts filled in."""
    if isinstance(content, dict):
        return {key: _filled(value) for key, value in content.items()}
    if isinstance(content, list):
        return [_filled(item) for item in content]
    return TEMPLATES.from_string(content).render(GIVEN) if isinstance(content, str) else content


def numbers(answer: Any) -> tuple[float, ...]:
    """An answer in numbers as a tuple."""
    return tuple(float(x) for x in np.ravel(answer))
