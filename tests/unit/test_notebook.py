"""A page as a notebook: plain Markdown, code that runs alone, answers only where wanted."""

import base64
import re
import xml.etree.ElementTree as ET

import pytest
from metabook.extensions.notebook import has_answers, notebook, runs_alone
from nbformat.v4 import new_code_cell, new_notebook

CELL = '<div class="cell{tag}"><details class="code"><summary>Code</summary>x</details>{out}</div>'


def made(body, *cells, answers=True, own=("rescue",)):
    executed = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    executed.metadata = {"kernelspec": {"name": "python3"}}
    page = f"<section><h1>Title</h1>{body}</section>"
    return notebook(page, executed, own, "*How to run.*", answers=answers).cells


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>An <em>odds ratio</em> of <strong>2</strong></p>", "An *odds ratio* of **2**"),
        ('<p><math alttext="\\tau^2"></math></p>', "$\\tau^2$"),
        ('<math display="block" alttext="a+b"></math>', "$$\na+b\n$$"),
        ('See <a href="results.html#x">Results</a><a class="headerlink">#</a>', "See Results"),
        ('<a href="https://doi.org/1">Gao</a>', "[Gao](https://doi.org/1)"),
        (
            "<table><caption>Two</caption><tr><th colspan=2>A</th></tr>"
            "<tr><td>1|2</td><td>3</td></tr></table>",
            "**Two**\n\n| A |  |\n| --- | --- |\n| 1\\|2 | 3 |",
        ),
        ('<div class="admonition tip"><p>Try it</p></div>', "> Try it"),
        ("<ul><li>one</li><li>two</li></ul>", "- one\n- two"),
    ],
)
def test_what_a_page_shows_is_plain_markdown(html, markdown):
    (cell,) = made(html)
    assert cell.source == f"# Title\n\n*How to run.*\n\n{markdown}"


def test_a_drawing_is_an_image_with_its_words_and_its_own_colors():
    path = '<clipPath id="c"/><path fill="var(--stent,#0072b2)" stroke="currentColor"/>'
    svg = f'<svg aria-label="Forest plot" viewBox="0 0 9 9">{path}</svg>'
    both = f'<div class="figure-fits"><div>{svg}</div><div class="d-narrow">{svg}</div></div>'
    (cell,) = made(f"<figure>{both}<figcaption>Deaths</figcaption></figure>")
    assert "*Deaths*" in cell.source
    ((words, image),) = re.findall(r"!\[(.*?)\]\(data:image/svg\+xml;base64,(.*?)\)", cell.source)
    assert words == "Forest plot"
    drawing = ET.fromstring(base64.b64decode(image))
    assert drawing.get("viewBox") == "0 0 9 9"
    assert [one.tag.rpartition("}")[2] for one in drawing] == ["clipPath", "path"]
    assert drawing[1].attrib == {"fill": "#0072b2", "stroke": "#1a1a1a"}


def test_code_that_runs_alone_stays_code_and_other_code_becomes_its_result():
    page = CELL.format(tag="", out="") + "<p>between</p>"
    page += CELL.format(tag="", out='<div class="cell_output"><p>296 numbers</p></div>')
    cells = made(
        page, "import numpy as np\nnp.sqrt(2)", "from rescue import ledger\nledger.totals()"
    )
    assert [cell.cell_type for cell in cells] == ["markdown", "code", "markdown"]
    assert cells[1].source == "import numpy as np\nnp.sqrt(2)"
    assert cells[2].source == "between\n\n296 numbers"


@pytest.mark.parametrize(
    ("cells", "left"),
    [
        (["from rescue import x\nimport math", "math.pi"], ["import math", "math.pi"]),
        (
            ["from rescue import x", "y = x()", "y + 1", "y = 2", "y"],
            [None, None, None, "y = 2", "y"],
        ),
        (["def f():\n    return rescue_data", "f()"], ["def f():\n    return rescue_data", "f()"]),
        (["tell(a=1)\nfor k in z:\n    words.tell_results(k)"], [""]),
        (["import rescue.paper as p", "p.x if True else 1"], [None, None]),
    ],
)
def test_what_needs_a_package_of_the_book_is_found_through_the_names_it_gives(cells, left):
    assert runs_alone(cells, {"rescue"}) == left


@pytest.mark.parametrize("title", ["Answers", "Solution", "A model report"])
def test_the_copy_for_students_has_hints_and_no_answers(title):
    page = (
        "<details><summary>Hint</summary>Take logs.</details>"
        f"<details><summary>{title}</summary>0.69</details>"
        + CELL.format(tag="", out="")
        + CELL.format(tag=" tag_solution", out='<div class="cell_output">0.6931</div>')
        + '<ol class="quiz"><li><details><summary>ln 2?</summary><p>Right.</p></details></li></ol>'
    )
    assert has_answers(page)
    full, student = (made(page, "x = 2", "log(x)", answers=answers) for answers in (True, False))
    assert "0.69" in full[0].source
    assert "log(x)" in [cell.source for cell in full]
    text = "\n".join(cell.source for cell in student)
    assert "Take logs." in text
    assert "x = 2" in text
    assert not any(answer in text for answer in ("0.69", "log(x)", "Right"))


def test_a_page_that_lost_a_cell_is_an_error():
    with pytest.raises(ValueError, match="0 cells on the page, 1 in the notebook"):
        made("<p>text</p>", "1 + 1")
