"""Build the book in this folder: what ``_toc.yml`` lists, from what the files say now.

A file may come back with an older date, so no date is trusted. If no file differs from those of
the last build that went well, there is nothing to do. If only pages differ, these are read anew,
and `metabook.extensions.shared` sees whether others show anything of them. If anything else
differs, or the last build failed, all pages are made from nothing, and cells run again if
anything they may call has changed.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from sphinx_external_toc.parsing import parse_toc_yaml

from metabook.alone import alone
from metabook.execute import checksum, execute, files
from metabook.extensions.shared import NAME


def sources(book: Path) -> dict[str, Path]:
    """The pages of the contents, by name."""
    every = {name: book / f"{name}.md" for name in parse_toc_yaml(book / "_toc.yml")}
    return {name: path for name, path in every.items() if path.exists()}


def is_whole(book: Path) -> bool:
    """Whether each page of the contents has been built."""
    html = book / "_build" / "html"
    return all((html / f"{page}.html").exists() for page in parse_toc_yaml(book / "_toc.yml"))


def checksums(book: Path) -> dict[str, str]:
    """A checksum for each page, and one, without a name, for all other files."""
    pages = sources(book)
    other = [path for path in files(book) if path not in pages.values()]
    return {"": checksum(book, *other)} | {
        name: checksum(book, path) for name, path in pages.items()
    }


def build(book: Path) -> None:
    """Build the pages unless they are those of these files; exit if anything warns or fails."""
    work = book / "_build"
    work.mkdir(exist_ok=True)
    stamp, now = work / ".built.json", checksums(book)
    before = json.loads(stamp.read_text()) if stamp.exists() else {}
    if before == now and is_whole(book):
        return
    stamp.unlink(missing_ok=True)
    doctrees = work / ".doctrees"
    if before.get("") == now[""] and is_whole(book) and (doctrees / NAME).exists():
        changed = [name for name in now if now[name] != before.get(name)]
        execute(book, {f"{name}.md" for name in changed})
        for name in changed:
            (doctrees / f"{name}.doctree").unlink(missing_ok=True)
    else:
        execute(book)
        for old in (doctrees, work / "html"):
            shutil.rmtree(old, ignore_errors=True)
    program = Path(sys.executable).with_name("jupyter-book")
    done = subprocess.run([program, "build", book, "-q", "-W", "-n", "--keep-going"], check=False)
    if done.returncode:
        sys.exit(done.returncode)
    stamp.write_text(json.dumps(now))


if __name__ == "__main__":
    with alone(Path.cwd()):
        build(Path.cwd())
    print("The book: _build/html/index.html")
