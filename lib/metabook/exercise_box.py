"""An exercise on a page: a box that answers, and folds that stay where no script runs."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html import escape

from metabook import data
from metabook.checking import SAID, record
from metabook.exercise import EVERY, LETTERS, LEVELS, Exercise, numbers


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
            f'<div class="exercise" id="exercise-{it.name}" data-exercise="{it.name}">\n'
            f'<script type="application/json">{_json(record(it.name))}</script>',
            f"*{LEVELS[it.level]}, {it.about['minutes']} minutes.* {it.aim}",
            it.task,
            self._options(),
            _form(it),
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
        lettered = zip(LETTERS, self.exercise.options(), strict=False)
        options = "\n".join(f"- **{letter}.** {text}" for letter, text in lettered)
        return f'<div class="exercise-options">\n\n{options}\n\n</div>'


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
        python = f"check(&quot;{self._here()[0]}&quot;, ...)"
        return PROGRESS.format(said=_json(SAID), every=_json([*EVERY]), python=python)


def show(name: str) -> Shown:
    """One exercise, for a page."""
    return Shown(EVERY[name])


def progress(page: str) -> Progress:
    """What stands above the exercises of a page."""
    return Progress(page)


def _json(content: object) -> str:
    """JSON that may stand in a page."""
    said = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return said.replace("<", "\\u003c")


def _form(it: Exercise) -> str:
    """The fields of an exercise; a script shows them."""
    if it.kind == "choice":
        radio = f'<input type="radio" name="{it.name}"'
        lettered = zip(LETTERS, it.options(), strict=False)
        fields = "".join(
            f'<label>{radio} value="{letter}"><span><b>{letter}.</b> {escape(text)}</span></label>'
            for letter, text in lettered
        )
        fields = f"<fieldset><legend>Your answer</legend>{fields}</fieldset>"
    elif it.kind == "text":
        fields = '<label class="exercise-text">Your sentence<textarea rows="5"></textarea></label>'
    else:
        # The numbers' keyboard of a phone may have no minus.
        mode = "text" if any(x < 0 for x in numbers(it.solution())) else "decimal"
        unit = " %" if it.kind == "percent" else ""
        fields = "".join(
            f'<label>{name} <span><input inputmode="{mode}" autocomplete="off" size="9">{unit}'
            "</span></label>"
            for name in it.fields
        )
    return (
        f'<form hidden aria-label="{escape(it.aim)}">{fields}<button>Check</button>'
        '<p role="status" class="exercise-verdict"></p></form>'
    )


PROGRESS = """\
<noscript><p>Answers can be checked in this page by its script. Without it, compare yours with the
folded solutions.</p></noscript>
<div class="exercise-progress" data-exercises hidden>
<script type="application/json">{{"said":{said},"every":{every}}}</script>
<p>Answer in the page: it says whether you are right and, if not, what most likely went wrong. A
decimal point or comma will do. Hints come one by one, the solution after them.</p>
<p><span data-count></span> Kept on this device only.
<a href="" hidden>Next</a> <button type="button" hidden>Clear my progress</button></p>
<p class="exercise-python">With the book's software: <code>{python}</code>, after the code
above.</p>
</div>
"""
