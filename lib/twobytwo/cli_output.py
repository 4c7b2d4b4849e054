"""What every command shares: the options of its output, the printing, the writing of a plot."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .options import OptionError

if TYPE_CHECKING:
    from .drawn import Drawn

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


def write(drawn: Drawn, path: Path) -> None:
    """Draw beside the target and move into place, so that no half plot is ever seen."""
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, suffix=path.suffix)
    except OSError as error:
        raise OptionError(f"plot {path}: cannot be written ({error.strerror})") from None
    os.close(handle)
    try:
        drawn.save(draft)
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except OSError as error:
        raise OptionError(f"plot {path}: cannot be written ({error.strerror})") from None
    finally:
        Path(draft).unlink(missing_ok=True)
