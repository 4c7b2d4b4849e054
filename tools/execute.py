"""Execute the book's pages, side by side, into the cache that the book is built from."""

from __future__ import annotations

import argparse
import hashlib
import logging
import re
import shutil
import sys
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from jupyter_cache.readers import get_reader
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "_build"
CACHE = BUILD / ".jupyter_cache"
NOTEBOOKS = ROOT / "tests" / "notebooks"
READER = {"name": "jupytext", "type": "plugin"}

# A cache entry is found by the cells of a page alone, so it must be thrown away when
# anything changes that the cells call; built pages, when what dresses them changes.
EXECUTED_WITH = ("lib", "data", "requirements.txt", "pyproject.toml")
DRESSED_WITH = ("_config.yml", "_toc.yml", "references.bib")

# The numbers of a script's page; nbval compares their checksum instead.
NUMBERS = r'(?s)(<script type="application/json"[^>]*>).*?</script>'


def pages() -> list[Path]:
    """The pages that have cells."""
    found = [ROOT / "index.md", *sorted((ROOT / "chapters").glob("*.md"))]
    return [page for page in found if "{code-cell}" in page.read_text()]


def checksum(names: tuple[str, ...]) -> str:
    """A checksum over files and folders."""
    digest = hashlib.sha256()
    for name in names:
        top = ROOT / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and "__pycache__" not in path.parts and ".egg-info" not in str(path):
                digest.update(str(path.relative_to(ROOT)).encode() + path.read_bytes())
    return digest.hexdigest()


def forget_what_is_stale() -> None:
    """Remove executed cells and built pages that no longer say what the sources say."""
    BUILD.mkdir(exist_ok=True)
    executed, dressed = checksum(EXECUTED_WITH), checksum(DRESSED_WITH)
    stamp = BUILD / ".built-from"
    before = stamp.read_text().split() if stamp.exists() else ["", ""]
    if before == [executed, dressed]:
        return
    if before[0] != executed:
        shutil.rmtree(CACHE, ignore_errors=True)
    shutil.rmtree(BUILD / ".doctrees", ignore_errors=True)
    shutil.rmtree(BUILD / "html", ignore_errors=True)
    stamp.write_text(f"{executed} {dressed}\n")


def execute() -> None:
    """Run every page whose cells are not in the cache; exit if a cell fails."""
    cache = get_cache(CACHE)
    for page in pages():
        cache.add_nb_to_project(str(page), read_data=READER)
    executor = load_executor("local-parallel", cache=cache, logger=logging.getLogger("execute"))
    wanted = [str(page) for page in pages()]
    done = executor.run_and_cache(filter_uris=wanted, timeout=120)
    failed = done.excepted
    if done.errored:  # no cell failed: a kernel did not start, which is worth a second try
        done = executor.run_and_cache(filter_uris=done.errored, timeout=120)
        failed += done.errored + done.excepted
    for page in failed:
        print(f"\n{page}: a cell failed", file=sys.stderr)
        print(cache.get_project_record(page).traceback or "", file=sys.stderr)
    if failed:
        sys.exit(1)


def cells(notebook: NotebookNode) -> list[NotebookNode]:
    """The code cells of a notebook."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def executed(page: Path) -> NotebookNode:
    """A page's code cells with their outputs from the cache, without what changes by the run."""
    _, notebook = get_cache(CACHE).merge_match_into_notebook(get_reader(READER)(str(page)))
    notebook.cells = cells(notebook)
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"]}
    for i, cell in enumerate(notebook.cells):
        cell.id = f"cell-{i:02d}"
        cell.metadata = {}
        for output in cell.outputs:
            output.get("metadata", {}).clear()
            for kind, content in output.get("data", {}).items():
                if kind.endswith("text/html"):  # nbval compares a drawing's words instead
                    content = re.sub("(?s)<svg.*?</svg>", "<svg/>", content)
                    output.data[kind] = re.sub(NUMBERS, r"\1</script>", content)
            if "execution_count" in output:
                output.execution_count = cell.execution_count
    return nbformat.from_dict(notebook)


def write_notebooks() -> None:
    """Renew the committed notebooks from the cache."""
    NOTEBOOKS.mkdir(parents=True, exist_ok=True)
    for old in NOTEBOOKS.glob("*.ipynb"):
        old.unlink()
    for page in pages():
        nbformat.write(executed(page), NOTEBOOKS / f"{page.stem}.ipynb")


def check_notebooks() -> None:
    """Exit with a list if a committed notebook's cells are not its page's cells."""
    read = get_reader(READER)
    wanted = {page.stem: [cell.source for cell in cells(read(str(page)))] for page in pages()}
    committed = {
        path.stem: [cell.source for cell in cells(nbformat.read(path, 4))]
        for path in NOTEBOOKS.glob("*.ipynb")
    }
    different = sorted(
        name for name in wanted | committed if wanted.get(name) != committed.get(name)
    )
    if different:
        sys.exit(
            f"tests/notebooks: {', '.join(different)} not as in the pages. "
            "Look at the pages, then run: make notebooks"
        )


def main() -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(description="Execute the book's pages into the cache.")
    parser.add_argument("--notebooks", action="store_true", help="renew tests/notebooks/")
    parser.add_argument(
        "--check", action="store_true", help="only compare their cells with the pages'"
    )
    chosen = parser.parse_args()
    if chosen.check:
        check_notebooks()
        return
    forget_what_is_stale()
    execute()
    if chosen.notebooks:
        write_notebooks()


if __name__ == "__main__":
    main()
