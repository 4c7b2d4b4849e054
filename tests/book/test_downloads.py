"""The notebooks to take away: whole, plain, and running where the book is not."""

import ast
import json
import subprocess
import sys
import zipfile

import nbformat
import pytest
from built import HTML, ROOT
from metabook import execute

FOLDER = HTML / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
# What only the book's own builder understands.
LEFT_OVER = ("{glue", "{term}", "{cite", "{numref}", "```{", ":::", "%%cell", "<svg", "{math}")

# Runs each notebook's code in a namespace of its own, with nothing of this checkout.
RUN = """
import json, sys, traceback
from pathlib import Path

class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "rescue":
            raise ModuleNotFoundError(f"No module named {name!r}")

sys.meta_path.insert(0, Missing())
failed, done = {}, set()
for file in sorted(Path().glob("*.ipynb")):
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    code = tuple("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    if code in done:
        continue  # most copies for students differ in words alone
    done.add(code)
    names = {"__name__": "__main__"}
    try:
        for source in code:
            exec(source, names)
    except Exception:
        failed[file.name] = traceback.format_exc(limit=-2)
print("FAILED " + json.dumps(failed))
"""


def test_every_page_with_code_offers_one():
    assert {page.stem for page in execute.pages(ROOT)} <= {path.stem for path in NOTEBOOKS}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_valid_and_plain_and_holds_what_its_cells_showed(path):
    notebook = nbformat.read(path, 4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            assert not [mark for mark in LEFT_OVER if mark in cell.source], cell.source[:300]
        else:
            assert "rescue" not in cell.source
            assert cell.outputs or not shows(cell.source), cell.source


def shows(source):
    """Whether a cell ends in something to see."""
    last = ast.parse(source).body[-1:]
    return bool(last) and isinstance(last[0], ast.Expr) and not source.rstrip().endswith(";")


def test_most_pages_keep_code_and_outputs():
    cells = {path.stem: nbformat.read(path, 4).cells for path in NOTEBOOKS}
    shown = {name: sum(bool(cell.get("outputs")) for cell in page) for name, page in cells.items()}
    assert sum(shown.values()) > 200
    assert shown["results"] > 5
    assert shown["limitations"] > 3


def test_the_wheel_lies_beside_them():
    (wheel,) = FOLDER.glob("*.whl")
    with zipfile.ZipFile(FOLDER / "notebooks.zip") as archive:
        assert wheel.name in archive.namelist()
    command = f'pip install "{wheel.name}[frames,excel]"'  # quoted, as some shells need it
    assert all(command in nbformat.read(path, 4).cells[0].source for path in NOTEBOOKS)


@pytest.mark.parametrize(
    "path", sorted(FOLDER.glob("exercises-*-student.ipynb")), ids=lambda path: path.stem
)
def test_a_students_copy_gives_nothing_away(path):
    solved = (FOLDER / path.name.replace("-student", "")).read_text()
    for mark in ("**Answer:**", "answer = ", "Numbers on the way"):
        assert mark in solved
        assert mark not in path.read_text()


def test_all_of_them_run_outside_the_book(tmp_path):
    with zipfile.ZipFile(FOLDER / "notebooks.zip") as archive:
        archive.extractall(tmp_path)
    command = [sys.executable, "-c", RUN]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    failed = next(line for line in done.stdout.splitlines() if line.startswith("FAILED "))
    assert json.loads(failed.removeprefix("FAILED ")) == {}
