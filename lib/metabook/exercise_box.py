"""An exercise on a page: a box that answers, and folds that stay where no script runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from metabook import data
from metabook.checking import REPLIES, record
from metabook.exercise import EVERY, LETTERS, LEVELS, Exercise, numbers
from metabook.parts import part


@dataclass(frozen=True)
class Folded:
    """Markdown that a page shows folded under a title."""

    title: str
    body: str

    def __repr__(self) -> str:
        return self.body

    def _repr_markdown_(self) -> str:
        return f"::::{{admonition}} {self.title}\n:class: dropdown\n{self.body}\n::::"


@dataclass(frozen=True)
class Shown:
    """An exercise on a page: the task in view, hints and solution folded."""

    exercise: Exercise

    def __repr__(self) -> str:
        return f"{LEVELS[self.exercise.level]}. {self.exercise.task}"

    def _repr_markdown_(self) -> str:
        it = self.exercise
        solution = f"```python\n{it.code()}\n```\n\n**Answer:** {it.answer()}\n\n{it.lesson}"
        way = it.on_the_way()
        parts = [
            part("exercise-record", name=it.name, record=record(it.name)),
            f"*{LEVELS[it.level]}, {it.about['minutes']} minutes.* {it.aim}",
            it.task,
            self._options(),
            part("exercise-form", it=it, lettered=dict(self._lettered()), keys=self._keys()),
            Folded("Hint", f"{it.hint} Taught in {it.taught}.")._repr_markdown_(),
            Folded("Numbers on the way", f"{way}.")._repr_markdown_() if way else "",
            Folded("Solution", solution)._repr_markdown_(),
            "</div>",
        ]
        return "\n\n".join(filter(None, parts))

    def _options(self) -> str:
        """The options of a choice as a list, for where no script runs."""
        if self.exercise.kind != "choice":
            return ""
        options = "\n".join(f"- **{letter}.** {text}" for letter, text in self._lettered())
        return f'<div class="exercise-options">\n\n{options}\n\n</div>'

    def _lettered(self) -> Iterator[tuple[str, str]]:
        return zip(LETTERS, self.exercise.options(), strict=False)

    def _keys(self) -> str:
        """Which keyboard a phone shows: the numbers' one may have no minus."""
        kind, solution = self.exercise.kind, self.exercise.solution
        minus = kind not in ("choice", "text") and any(x < 0 for x in numbers(solution()))
        return "text" if minus else "decimal"


@dataclass(frozen=True)
class Progress:
    """What a page says above its exercises: how to answer, and how many are solved."""

    page: str

    def __repr__(self) -> str:
        return f"{len(self._here())} of {len(EVERY)} exercises are on this page."

    def _here(self) -> list[str]:
        every = data.rows("exercises.csv")
        return [row["exercise"] for row in every if row["page"] == self.page]

    def _repr_html_(self) -> str:
        first, *_ = self._here()
        return part("exercise-progress", sentences=REPLIES, every=list(EVERY), first=first)


def show(name: str) -> Shown:
    """One exercise, for a page."""
    return Shown(EVERY[name])


def progress(page: str) -> Progress:
    """What stands above the exercises of a page."""
    return Progress(page)
