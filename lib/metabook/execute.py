"""Execute the book's pages, side by side, into the cache that the book is built from.

Run in the folder of the book. ``--notebooks`` renews the committed notebooks, ``--check`` only
compares their cells with the pages'.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
import re
import shutil
import sys
from collections.abc import Container, Iterator
from contextlib import closing
from multiprocessing.pool import ThreadPool
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from jupyter_cache.readers import get_reader
from jupyter_core.utils import ensure_event_loop
from nbformat import NotebookNode
from sphinx_external_toc.parsing import parse_toc_yaml

from metabook.alone import alone

READER = {"name": "jupytext", "type": "plugin"}
TIMEOUT = 120

# The outputs of cells are found by the cells alone; this is what the cells call.
CALLED = ("lib", "wheels", "data", "requirements.txt")
# No page is made from these; names with a dot in front are left out too.
BESIDE = ("_build", "tests", "__pycache__")
# In lib, what dresses the pages; no cell reads it.
DRESS = ("static", "templates")


def cache_of(book: Path) -> Path:
    """Where the outputs of executed cells are kept, found by the cells of a page alone."""
    return book / "_build" / ".jupyter_cache"


def files(top: Path) -> Iterator[Path]:
    """Every file in a folder, in order, but those that no page is made from."""
    if top.is_file():
        yield top
    elif top.is_dir():
        for path in sorted(top.iterdir()):
            if not path.name.startswith(".") and path.name not in BESIDE:
                yield from files(path)


def checksum(book: Path, *tops: Path) -> str:
    """A checksum over the names and the content of files, and the Python that reads them."""
    digest = hashlib.sha256(sys.version.encode())
    for path in (path for top in tops for path in files(top)):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(book)} {content}\n".encode())
    return digest.hexdigest()


def forget_stale_outputs(book: Path) -> None:
    """Empty the cache of outputs if what the cells call has changed."""
    tops = (path for top in CALLED for path in files(book / top))
    read = [path for path in tops if not set(path.relative_to(book).parts) & {*DRESS}]
    stamp, called = book / "_build" / ".called", checksum(book, *read)
    if not stamp.exists() or stamp.read_text() != called:
        shutil.rmtree(cache_of(book), ignore_errors=True)
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(called)


def pages(book: Path) -> list[Path]:
    """The pages of ``_toc.yml`` that have cells."""
    named = (book / f"{name}.md" for name in parse_toc_yaml(book / "_toc.yml"))
    return [page for page in named if page.exists() and "{code-cell}" in page.read_text("utf-8")]


def _run_one(book: Path, page: str) -> tuple[list[str], list[str]]:
    """Run a page, unless its outputs are known: it if a cell failed, it if no cell did."""
    log, cache = logging.getLogger("execute"), get_cache(cache_of(book))
    executor = load_executor("local-serial", cache=cache, logger=log)
    with closing(ensure_event_loop()):  # that of this thread, which nobody else would close
        done = executor.run_and_cache(filter_uris=[page], timeout=TIMEOUT)
    return done.excepted, done.errored


def _run(book: Path, wanted: list[str]) -> tuple[list[str], list[str]]:
    """Run pages side by side, one more than there are processors: a kernel that starts waits."""
    with ThreadPool((os.cpu_count() or 1) + 1) as pool:
        done = pool.starmap(_run_one, [(book, page) for page in wanted], chunksize=1)
    return [page for one, _ in done for page in one], [page for _, one in done for page in one]


def execute(book: Path, only: Container[str] | None = None) -> None:
    """Run every page whose outputs are not known, or only some; exit if a cell fails."""
    forget_stale_outputs(book)
    cache = get_cache(cache_of(book))
    wanted = [
        str(page)
        for page in pages(book)
        if only is None or page.relative_to(book).as_posix() in only
    ]
    for page in wanted:
        cache.add_nb_to_project(page, read_data=READER)
    failed, errored = _run(book, wanted)
    if errored:  # no cell failed: a kernel did not start, which is worth a second try
        again, errored = _run(book, errored)
        failed += again + errored
    for page in failed:
        print(f"\n{page}: a cell failed", file=sys.stderr)
        print(cache.get_project_record(page).traceback or "", file=sys.stderr)
    if failed:
        sys.exit(1)


def cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The code cells of a notebook."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def with_outputs(book: Path, page: Path) -> NotebookNode:
    """A page with the outputs of its cells, from the cache."""
    read = get_reader(READER)
    notebook: NotebookNode = get_cache(cache_of(book)).merge_match_into_notebook(read(str(page)))[1]
    return notebook


def with_whole_prints(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """A cell's outputs; what it printed is one, in however many pieces the kernel sent it.

    Examples
    --------
    >>> from nbformat.v4 import new_output
    >>> pieces = [new_output("stream", text=text) for text in ("OR = ", "0.39")]
    >>> [output.text for output in with_whole_prints(pieces)]
    ['OR = 0.39']
    """
    whole: list[NotebookNode] = []
    for output in outputs:
        if "name" in output and whole and whole[-1].get("name") == output.name:
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def executed(book: Path, page: Path) -> NotebookNode:
    """A page's code cells with their outputs, without what changes by the run."""
    notebook = with_outputs(book, page)
    notebook.cells = cells(notebook)
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"]}
    for i, cell in enumerate(notebook.cells):
        cell.id = f"cell-{i:02d}"
        cell.metadata = {}
        cell.outputs = with_whole_prints(cell.outputs)
        for output in cell.outputs:
            output.get("metadata", {}).clear()
            for kind, content in output.get("data", {}).items():
                if kind.endswith("text/html"):  # nbval compares a drawing's words instead
                    output.data[kind] = re.sub("(?s)<svg.*?</svg>", "<svg/>", content)
            if "execution_count" in output:
                output.execution_count = cell.execution_count
    plain: NotebookNode = nbformat.from_dict(notebook)
    return plain


def write_notebooks(book: Path, notebooks: Path) -> None:
    """Renew the committed notebooks from the cache."""
    notebooks.mkdir(parents=True, exist_ok=True)
    for old in notebooks.glob("*.ipynb"):
        old.unlink()
    for page in pages(book):
        nbformat.write(executed(book, page), notebooks / f"{page.stem}.ipynb")


def check_notebooks(book: Path, notebooks: Path) -> None:
    """Exit with a list if a committed notebook's cells are not its page's cells."""
    read = get_reader(READER)
    wanted = {page.stem: [cell.source for cell in cells(read(str(page)))] for page in pages(book)}
    committed = {
        path.stem: [cell.source for cell in cells(nbformat.read(path, 4))]
        for path in notebooks.glob("*.ipynb")
    }
    different = sorted(
        name for name in wanted | committed if wanted.get(name) != committed.get(name)
    )
    if different:
        sys.exit(
            f"{notebooks.relative_to(book)}: {', '.join(different)} not as in the pages. "
            "Look at the pages, then run: make notebooks"
        )


def main() -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notebooks", action="store_true", help="renew tests/notebooks/")
    parser.add_argument("--check", action="store_true", help="only compare")
    chosen, book = parser.parse_args(), Path.cwd()
    notebooks = book / "tests" / "notebooks"
    if chosen.check:
        check_notebooks(book, notebooks)
        return
    with alone(book):
        execute(book)
        if chosen.notebooks:
            write_notebooks(book, notebooks)


if __name__ == "__main__":
    main()
