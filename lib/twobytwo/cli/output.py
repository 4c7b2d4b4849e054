"""What every command shares: the options of its output, the printing, the writing of a plot."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twobytwo.options import OptionError

PLOTS = (".svg", ".png", ".pdf")


def options(command: argparse.ArgumentParser) -> None:
    """Add the options that say what is written."""
    add = command.add_argument
    add("--level", type=float, help="confidence level (0.95)")
    add("--json", action="store_true", help="print one JSON object, in full precision")
    add("--plot", metavar="FILE", type=Path, help="write a forest plot (.svg, .png or .pdf)")


def check(plot: Path | None) -> None:
    """Refuse a plot of another kind before anything is computed."""
    if plot is not None and plot.suffix.lower() not in PLOTS:
        raise OptionError(f"plot {plot}: the name must end in {', '.join(PLOTS)}")


def as_json(content: dict[str, Any]) -> str:
    """One JSON object."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)


def show(output: str) -> None:
    """Print in UTF-8, whatever the terminal's locale; a reader may leave early."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        print(output, flush=True)
    except BrokenPipeError:
        # What is still buffered has nowhere to go, and must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def write(option: str, path: Path, save: Callable[[Path], object]) -> None:
    """Write beside the target and move into place, so that no half file is ever seen.

    Parameters
    ----------
    option : str
        The option that names the file, for the error message.
    path : Path
    save : callable
        Writes to the path that it is given.

    Raises
    ------
    OptionError
        If the file cannot be written.
    """
    draft = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=path.suffix)
        os.close(handle)
        draft = Path(name)
        save(draft)
        draft.chmod(0o644)
        draft.replace(path)
    except OSError as error:
        raise OptionError(f"{option} {path}: cannot be written ({error.strerror})") from None
    finally:
        if draft:
            draft.unlink(missing_ok=True)
