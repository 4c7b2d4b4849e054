"""A page's notebook for students: the same without its solutions."""

from __future__ import annotations

import re
from copy import deepcopy

from nbformat import NotebookNode

TAG = "solution"
# A folded box, in the text of a page or in what a cell shows, by its title.
FOLDED = re.compile(
    r"^(:{3,})\{admonition\} (?:Answers?|Solutions?|A model report)\n"
    r":class: dropdown\n.*?^\1[ ]*(?:\n|\Z)",
    re.DOTALL | re.MULTILINE,
)


def without_solutions(notebook: NotebookNode) -> NotebookNode:
    """A copy without cells tagged ``solution`` and without folded answers."""
    student = deepcopy(notebook)
    student.cells = [cell for cell in student.cells if TAG not in cell.metadata.get("tags", [])]
    for cell in student.cells:
        if cell.cell_type == "markdown":
            cell.source = FOLDED.sub("", cell.source)
        elif cell.cell_type == "code":
            cell.outputs = [output for output in map(_stripped, cell.outputs) if output]
    return student


def _stripped(output: NotebookNode) -> NotebookNode | None:
    """What a cell shows without folded answers; nothing where it showed only an answer."""
    shown = output.get("data", {}).get("text/markdown", "")
    left = FOLDED.sub("", shown)
    if shown and not left.strip():
        return None
    if shown:
        output.data["text/markdown"] = left
    return output
