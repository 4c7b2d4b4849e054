"""What an exercise is, and how a page shows it."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from twobytwo.rounding import half_up

Answer = float | tuple[float, ...] | str
Kind = Literal["ratio", "percent", "p", "number", "choice", "text"]
# A wrong answer, and why it is wrong. For a text: a pattern that it needs, and what is missing.
Mistake = tuple[Answer, str]
Mistakes = Callable[[], Iterable[Mistake]]

LEVELS = {1: "★☆☆ first steps", 2: "★★☆ by hand", 3: "★★★ to think about"}
EVERY: dict[str, Exercise] = {}


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
    kind : {"ratio", "percent", "p", "number", "choice", "text"}
        What the answer is; `check` knows the usual mistakes of each kind.
    task, hint : str
        In MyST Markdown, their numbers filled in from the data.
    decimals : int
        To how many decimals the answer is asked for.
    """

    name: str
    solution: Callable[[], Answer]
    aim: str
    level: int
    kind: Kind
    task: str
    hint: str
    decimals: int = 2
    mistakes: Mistakes = field(default=tuple)

    def mistaken(
        self, mistakes: Callable[[], Iterable[Mistake]]
    ) -> Callable[[], Iterable[Mistake]]:
        """Decorate the function that computes this exercise's own wrong answers."""
        self.mistakes = mistakes
        return mistakes

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
            letter = f"{'ABCDEF'[self.options().index(right)]}. " if self.kind == "choice" else ""
            return letter + right
        return " and ".join(half_up(x, self.decimals) for x in numbers(right))

    def code(self) -> str:
        """The body of the solution."""
        source = textwrap.dedent(inspect.getsource(self.solution))
        (function,) = ast.parse(source).body
        first = function.body[1]  # type: ignore[attr-defined]  # after the docstring
        lines = source.splitlines()[first.lineno - 1 :]
        return textwrap.dedent("\n".join(lines)).replace("return ", "answer = ")


def exercise(
    *, aim: str, level: int, kind: Kind, task: str, hint: str, decimals: int = 2
) -> Callable[[Callable[[], Answer]], Exercise]:
    """Make a solution an exercise, named like the function with hyphens."""

    def make(solution: Callable[[], Answer]) -> Exercise:
        name = solution.__name__.replace("_", "-")
        if name in EVERY:
            raise ValueError(f"there are two exercises {name!r}")
        EVERY[name] = Exercise(name, solution, aim, level, kind, task, hint, decimals)
        return EVERY[name]

    return make


def numbers(answer: Answer) -> tuple[float, ...]:
    """An answer in numbers as a tuple."""
    return tuple(map(float, answer if isinstance(answer, tuple) else (answer,)))


@dataclass(frozen=True)
class Shown:
    """An exercise on a page: the task in view, hint and solution folded."""

    exercise: Exercise

    def __repr__(self) -> str:
        return f"{LEVELS[self.exercise.level]}. {self.exercise.task}"

    def _repr_markdown_(self) -> str:
        it = self.exercise
        options = [
            f"- **{letter}.** {text}" for letter, text in zip("ABCDEF", it.options(), strict=False)
        ]
        blank = {"choice": '"..."', "text": '"your sentence"'}.get(it.kind, "")
        if not blank:
            blank = ", ".join("..." for _ in numbers(it.solution()))
            blank = f"({blank})" if "," in blank else blank
        solution = f"```python\n{it.code()}\n```\n\n**Answer:** {it.answer()}\n\n{it.lesson}"
        parts = [
            f"*{LEVELS[it.level]}.* {it.aim}",
            it.task,
            "\n".join(options) if it.kind == "choice" else "",
            f'```python\ncheck("{it.name}", {blank})\n```',
            Folded("Hint", it.hint)._repr_markdown_(),
            Folded("Solution", solution)._repr_markdown_(),
        ]
        return "\n\n".join(filter(None, parts))


@dataclass(frozen=True)
class Folded:
    """Markdown that a page shows folded under a title."""

    title: str
    body: str

    def __repr__(self) -> str:
        return self.body

    def _repr_markdown_(self) -> str:
        return f"::::{{admonition}} {self.title}\n:class: dropdown\n{self.body}\n::::"


def show(name: str) -> Shown:
    """One exercise, for a page."""
    return Shown(EVERY[name])
