"""What every command shares of its output: its options, the printing, the writing of files."""

from __future__ import annotations

import argparse
import json
import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from twobytwo.counts import Counts, Proportions
from twobytwo.options import OptionError

if TYPE_CHECKING:
    from twobytwo.plots.drawn import Drawn

PLOTS = (".svg", ".png", ".pdf")


def options(command: argparse.ArgumentParser) -> None:
    """Add the options that say what is written."""
    add = command.add_argument
    add("--level", type=float, help="confidence level (0.95)")
    add("--json", action="store_true", help="print one JSON object, in full precision")
    add("--plot", metavar="FILE", type=Path, help="write a forest plot (.svg, .png or .pdf)")
    add("--digits", metavar="N", type=_digits, help="decimals of effects (2, or more if needed)")


def _digits(text: str) -> int:
    if text.isdecimal() and int(text) <= 12:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to 12")


def glyphs(path: Path, drawn: Drawn) -> list[str]:
    """Say which letters of a plot no font has; an SVG takes those of its reader."""
    if path.suffix.lower() == ".svg" or not drawn.missing:
        return []
    from twobytwo.plots.drawn import fonts  # matplotlib, which a plot has loaded

    usual, _ = fonts("")
    return [
        f"{path} shows boxes for {' '.join(drawn.missing)}: neither {usual[0]} nor another "
        "installed font has them; write .svg, or install a font that does, such as Noto Sans"
    ]


def check(option: str, path: Path | None, endings: tuple[str, ...], source: str) -> None:
    """Refuse a file of another kind, or the input itself, before anything is computed."""
    if path is None:
        return
    if path.suffix.lower() not in endings:
        raise OptionError(f"{option} {path}: the name must end in {', '.join(endings)}")
    if path.exists() and Path(source).exists() and path.samefile(source):
        raise OptionError(f"{option} {path}: is the file of counts; choose another name")


def as_json(content: dict[str, Any]) -> str:
    """One JSON object."""
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)


def show(output: str, read: Counts | Proportions) -> None:
    """Print in UTF-8, whatever the terminal's locale, and say what was read."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    print(output, flush=True)
    if read.reading is not None:
        tell(*read.reading.lines)


def tell(*lines: str) -> None:
    """Say something beside the result."""
    if sys.stderr is not None:
        sys.stderr.write("".join(f"{line}\n" for line in lines))
        sys.stderr.flush()


def write(option: str, path: Path, save: Callable[[Path], object]) -> None:
    """Write beside the target and move into place, so that no half file is ever seen.

    A link is written through. Where moving would put a file in the place of something else
    (a device, a file with several names), the content goes into what is there.

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
    try:
        target = path.resolve()
        there = target.stat() if target.exists() else None
        if there and not (there.st_mode & 0o222 and os.access(target, os.W_OK)):
            raise OptionError(f"{option} {path}: is read-only; choose another name")
        if there and stat.S_ISDIR(there.st_mode):
            raise OptionError(f"{option} {path}: cannot be written (this is a folder)")
        if there and (not stat.S_ISREG(there.st_mode) or there.st_nlink > 1):
            with tempfile.TemporaryDirectory() as folder:
                save(draft := Path(folder) / path.name)
                with target.open("wb") as into:
                    into.write(draft.read_bytes())
        else:
            _replace(target, target.with_name(f".{secrets.token_hex(8)}{path.suffix}"), save)
    except OSError as error:
        raise OptionError(f"{option} {path}: cannot be written ({error.strerror})") from None
    tell(f"wrote {path}")


def _replace(target: Path, draft: Path, save: Callable[[Path], object]) -> None:
    """Write a draft, and give it the name."""
    try:
        draft.open("xb").close()  # with the rights that a new file has here
        save(draft)
        if target.exists():
            shutil.copymode(target, draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
