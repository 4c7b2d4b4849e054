"""A page as a notebook that stands alone: plain Markdown, executed code, nothing of the book.

The Markdown is made from the built page, in which every role and directive has become what it
says. Code that needs a package of this book alone becomes its result in Markdown; code that only
gives numbers to the prose is left out, as the numbers already stand there.
"""

from __future__ import annotations

import ast
import base64
import re
from collections.abc import Iterable
from copy import copy

import nbformat
from bs4 import BeautifulSoup, Tag
from markdownify import ATX, MarkdownConverter
from nbformat import NotebookNode

from metabook.extensions.parsed import parsed

# What a reader of a notebook has no use for.
NOT_SHOWN = (
    "script, style, .headerlink, .take-away, .pad, .cell_input, details.code, [hidden], "
    "[aria-hidden=true], noscript, form, button, input, .figure-fits > [class$=-narrow]"
)
ANSWERS = re.compile(r"(?:Answers?|Solutions?|A model report|Numbers on the way)\b")
CELL = re.compile(r"\n*%%cell (\d+)%%\n*")
CSS_VARIABLE = re.compile(r"var\(--[\w-]+,\s*([^()]+)\)")
INK = "#1a1a1a"
NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'
# Calls that only give numbers to the prose.
GLUING = {"tell", "tell_results", "glue"}
# Statements that only give names: without them a cell still shows what it shows.
_NAMING = (ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign, ast.FunctionDef, ast.ClassDef)


class _Writer(MarkdownConverter):
    """HTML of a page to Markdown; its drawings were taken out."""

    def __init__(self, drawings: list[str]) -> None:
        super().__init__(heading_style=ATX, bullets="-", escape_misc=False)
        self.drawings = drawings

    def convert_math(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """The formula as LaTeX."""
        latex = str(el.get("alttext", text)).strip()
        return f"\n\n$$\n{latex}\n$$\n\n" if el.get("display") == "block" else f"${latex}$"

    def convert_svg(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A drawing as an image within the text: JupyterLab shows no attached SVG."""
        drawing = _standalone(self.drawings[int(str(el["data-drawing"]))])
        image = base64.b64encode(drawing.encode()).decode()
        alt = " ".join(str(el.get("aria-label", "")).split()).replace("]", ")").replace("[", "(")
        return f"\n\n![{alt}](data:image/svg+xml;base64,{image})\n\n"

    def convert_a(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A link that leads out of the book; another only its words."""
        address = str(el.get("href", ""))
        return f"[{text}]({address})" if re.match(r"https?:", address) else text

    def convert_table(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A table with pipes; its caption stands above."""
        caption = el.caption.get_text(" ", strip=True) if el.caption else ""
        rows = [_cells(row) for row in el.select("tr")]
        wide = max(map(len, rows), default=0)
        head, *body = [row + [""] * (wide - len(row)) for row in rows]
        lines = [head, ["---"] * wide, *body]
        table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
        return f"\n\n{f'**{caption}**' if caption else ''}\n\n{table}\n\n"

    def convert_summary(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """What a fold says of itself."""
        return f"\n\n**{text.strip()}**\n\n"

    def convert_figcaption(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A caption, set apart."""
        return f"\n\n*{' '.join(text.split()).replace('*', '')}*\n\n"

    def convert_div(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """A box as a quotation, under its title."""
        if "admonition" not in el.get_attribute_list("class"):
            return f"\n\n{text}\n\n"
        quoted = "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())
        return f"\n\n{quoted}\n\n"


def markdown(html: Tag, drawings: list[str]) -> str:
    """HTML as Markdown, its drawings in it.

    Examples
    --------
    >>> html = '<p>The <em>odds</em> <math alttext="a/b">..</math></p>'
    >>> markdown(BeautifulSoup(html, "html.parser"), [])
    'The *odds* $a/b$'
    """
    return re.sub(r"\n{3,}", "\n\n", _Writer(drawings).convert_soup(html)).strip()


def notebook(
    body: str, executed: NotebookNode, own: Iterable[str], note: str, *, answers: bool = True
) -> NotebookNode:
    """A page as a notebook.

    Parameters
    ----------
    body : str
        The built page, as HTML.
    executed : NotebookNode
        The page as it was executed: its code, and what that showed.
    own : iterable of str
        Packages that a reader of the notebook does not have.
    note : str
        Markdown that stands under the title: how to run the notebook.
    answers : bool
        Whether solutions are kept.
    """
    whole, drawings = parsed(body)
    page = copy(whole)
    tagged = [cell for cell in executed.cells if cell.cell_type == "code"]
    code = [cell for cell in tagged if "remove-cell" not in cell.metadata.get("tags", [])]
    places = page.select("div.cell")
    if len(places) != len(code):
        raise ValueError(f"{len(places)} cells on the page, {len(code)} in the notebook")
    portable = runs_alone([cell.source for cell in code], set(own))
    for i, place in enumerate(places):
        if portable[i] is not None and "tag_remove-input" not in place.get_attribute_list("class"):
            place.string = f"%%cell {i}%%" if portable[i] else ""
    if not answers:
        for answer in _answers(page):
            answer.decompose()
    for tag in page.select(NOT_SHOWN):
        tag.decompose()
    cells: list[NotebookNode] = []
    parts = CELL.split(markdown(page, drawings))
    for words, number in zip(parts[::2], [*parts[1::2], None], strict=True):
        if words.strip():
            cells.append(nbformat.v4.new_markdown_cell(words.strip()))
        if number is not None:
            cells.append(_code(portable[int(number)] or "", code[int(number)]))
    title, *rest = cells
    heading, _, below = title.source.partition("\n\n")
    title.source = f"{heading}\n\n{note}\n\n{below}".strip()
    made: NotebookNode = nbformat.v4.new_notebook(cells=[title, *rest])
    made.metadata = {"kernelspec": executed.metadata["kernelspec"]}
    for i, cell in enumerate(made.cells):
        cell.id = f"cell-{i:02d}"
    return made


def has_answers(body: str) -> bool:
    """Whether a page has solutions.

    Examples
    --------
    >>> has_answers("<details><summary>Solution</summary>42</details>"), has_answers("<p>42</p>")
    (True, False)
    """
    return bool(_answers(parsed(body)[0]))


def _answers(page: BeautifulSoup) -> list[Tag]:
    """Cells tagged ``solution``, folds whose title names an answer, what a question tells."""
    titles = [one for one in page.find_all("summary") if ANSWERS.match(one.get_text().strip())]
    return [
        *page.select("div.cell.tag_solution, .quiz details > p"),
        *(title.parent for title in titles if title.parent),
    ]


def runs_alone(sources: list[str], own: set[str]) -> list[str | None]:
    r"""Each cell's code as far as it runs without some packages; None where it does not.

    Examples
    --------
    >>> runs_alone(["from rescue import ledger", "ledger.totals()", "1 + 1"], {"rescue"})
    [None, None, '1 + 1']
    >>> runs_alone(["x = 2", "tell(two=x)"], set())
    ['x = 2', '']
    >>> runs_alone(["from rescue import paper\nx = 2\ny = paper.z()", "x", "y"], {"rescue"})
    ['x = 2', 'x', None]
    """
    missing: set[str] = set()
    made: list[str | None] = []
    for source in sources:
        kept, shows = [], True
        for statement in ast.parse(source).body:
            names = _bound(statement)
            if _imports(statement, own) or _used(statement) & missing:
                missing |= names
                shows = shows and isinstance(statement, _NAMING)
            elif not _glues(statement):
                missing -= names
                kept.append(ast.get_source_segment(source, statement) or "")
        only_glue = all(map(_glues, ast.parse(source).body))
        made.append("\n".join(kept) if shows and (kept or only_glue) else None)
        if made[-1] is None:
            missing |= set().union(*map(_bound, ast.parse(source).body))
    return made


def _imports(statement: ast.stmt, own: set[str]) -> bool:
    modules = (
        [alias.name for alias in statement.names]
        if isinstance(statement, ast.Import)
        else [statement.module or ""]
        if isinstance(statement, ast.ImportFrom)
        else []
    )
    return any(module.partition(".")[0] in own for module in modules)


def _bound(statement: ast.stmt) -> set[str]:
    names = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
    return names


def _used(statement: ast.stmt) -> set[str]:
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def _glues(statement: ast.stmt) -> bool:
    """Whether a statement only gives numbers to the prose."""
    if isinstance(statement, ast.For):
        return all(map(_glues, statement.body))
    if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)):
        return False
    called = statement.value.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    return name in GLUING


def _code(source: str, executed: NotebookNode) -> NotebookNode:
    cell: NotebookNode = nbformat.v4.new_code_cell(source, execution_count=executed.execution_count)
    cell.outputs = [
        output
        for output in executed.outputs
        if not str(output.get("metadata", {}).get("scrapbook", ""))
    ]
    return cell


def _standalone(svg: str) -> str:
    """A drawing that needs no page around it: its own colors, its own name space."""
    named = svg.replace("<svg", f"<svg {NAMESPACE}", 1) if NAMESPACE not in svg else svg
    return CSS_VARIABLE.sub(r"\1", named).replace("currentColor", INK)


def _cells(row: Tag) -> list[str]:
    """The cells of a row, each on one line, a wide one followed by empty ones."""
    cells: list[str] = []
    for cell in row.select("th, td"):
        text = markdown(cell, []) if cell.find("math") else cell.get_text()
        cells.append(" ".join(text.split()).replace("|", "\\|"))
        cells += [""] * (int(str(cell.get("colspan", "1"))) - 1)
    return cells
