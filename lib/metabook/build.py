"""Build the book in this folder: what ``_toc.yml`` lists, from what the files say now.

A page shows words of other pages (definitions, references, the numbers of tables), and a file
may come back with an older date. So no date is trusted: if one file differs from those of the
last build that went well, all pages are made anew, and cells run again if anything they may
call has changed. If none differs, there is nothing to do.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from sphinx_external_toc.parsing import parse_toc_yaml

from metabook.execute import checksum, execute


def is_whole(book: Path) -> bool:
    """Whether each page of the contents has been built."""
    html = book / "_build" / "html"
    return all((html / f"{page}.html").exists() for page in parse_toc_yaml(book / "_toc.yml"))


def build(book: Path) -> None:
    """Build the pages unless they are those of these files; exit if anything warns or fails."""
    work = book / "_build"
    work.mkdir(exist_ok=True)
    stamp, now = work / ".built", checksum(book, book)
    if stamp.exists() and stamp.read_text() == now and is_whole(book):
        return
    stamp.unlink(missing_ok=True)
    execute(book)
    for old in (".doctrees", "html"):
        shutil.rmtree(work / old, ignore_errors=True)
    program = Path(sys.executable).with_name("jupyter-book")
    done = subprocess.run([program, "build", book, "-q", "-W", "-n", "--keep-going"], check=False)
    if done.returncode:
        sys.exit(done.returncode)
    stamp.write_text(now)


if __name__ == "__main__":
    build(Path.cwd())
    print("The book: _build/html/index.html")
