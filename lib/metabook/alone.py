"""One build of a book at a time: two would spoil each other's files."""

from __future__ import annotations

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(book: Path) -> Iterator[None]:
    """Keep a book's ``_build/`` to oneself; wait for whoever has it."""
    work = book / "_build"
    work.mkdir(exist_ok=True)
    with (work / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("This book is being built already: waiting until it is.", file=sys.stderr)
            fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(lock, fcntl.LOCK_UN)  # a kernel that outlives the build has it open too
