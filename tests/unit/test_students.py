"""The students' notebook has all that the page has, except the answers."""

import pytest
from metabook.extensions.students import without_solutions
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

HINT = "::::{admonition} Hint\n:class: dropdown\nTake logs.\n::::"
ANSWER = "::::{admonition} Solution\n:class: dropdown\n```python\nlog(2)\n```\n0.69\n::::"


def shown(markdown):
    return new_output("display_data", {"text/markdown": markdown, "text/plain": "Task"})


def test_cells_with_the_tag_are_dropped_and_others_stay():
    cells = [
        new_markdown_cell("Task"),
        new_code_cell("1 + 1", metadata={"tags": ["solution", "hide-input"]}),
        new_markdown_cell("2", metadata={"tags": ["solution"]}),
        new_code_cell("answer = ...", metadata={"tags": ["show-input"]}),
    ]
    student = without_solutions(new_notebook(cells=cells))
    assert [cell.source for cell in student.cells] == ["Task", "answer = ..."]


@pytest.mark.parametrize("title", ["Answers", "Solution", "A model report"])
@pytest.mark.parametrize("fence", [":::", "::::"])
def test_a_folded_answer_goes_from_the_text(title, fence):
    text = (
        f"1. Why?\n\n{fence}{{admonition}} {title}\n:class: dropdown\nBecause.\n{fence}\n\n## Next"
    )
    (cell,) = without_solutions(new_notebook(cells=[new_markdown_cell(text)])).cells
    assert cell.source == "1. Why?\n\n\n## Next"


def test_a_folded_answer_goes_from_what_a_cell_shows_and_the_hint_stays():
    cell = new_code_cell("show()", outputs=[shown(f"Task\n\n{HINT}\n\n{ANSWER}")])
    (left,) = without_solutions(new_notebook(cells=[cell])).cells[0].outputs
    assert left.data["text/markdown"] == f"Task\n\n{HINT}\n\n"


def test_a_cell_that_shows_only_an_answer_shows_nothing():
    cell = new_code_cell("report()", outputs=[shown(ANSWER), shown("Text")])
    (left,) = without_solutions(new_notebook(cells=[cell])).cells[0].outputs
    assert left.data["text/markdown"] == "Text"


def test_a_notebook_without_solutions_comes_back_as_it_was_and_none_is_changed():
    plain = new_notebook(cells=[new_markdown_cell(HINT), new_code_cell("x", outputs=[shown("y")])])
    assert without_solutions(plain) == plain
    full = new_notebook(cells=[new_markdown_cell(ANSWER)])
    without_solutions(full)
    assert full.cells[0].source == ANSWER
