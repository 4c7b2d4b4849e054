"""What every command shares: the options of what is read and written, printing, writing files."""

from __future__ import annotations

import argparse
import json
import math
import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from twobytwo.counts import Counts, Proportions
from twobytwo.options import SORTS, OptionError
from twobytwo.pool import Result
from twobytwo.proportions import ProportionResult

PLOTS = (".svg", ".png", ".pdf")


def command(commands: Any, run: Callable[[argparse.Namespace], None], name: str, help: str,
            description: str, columns: str) -> Callable[..., Any]:  # fmt: skip
    """Add a command that reads a file, and give what adds its other options."""
    parser = commands.add_parser(name, allow_abbrev=False, help=help, description=description)
    parser.set_defaults(run=run)
    add: Callable[..., Any] = parser.add_argument
    add("counts", metavar="COUNTS.csv", help=f"columns {columns}, or as other programs call them; "
        "CSV, Excel (.xlsx), RevMan (.rm5), or - for standard input")  # fmt: skip
    add("--outcome", metavar="NAME", help="the rows to pool, where a column outcome holds several")
    add("--columns", metavar="OURS=THEIRS,...", type=named,
        help="which of the file's columns is which: study=trial,events_treatment=ai")  # fmt: skip
    add("--sheet", metavar="NAME", help="of a workbook; otherwise the one that holds counts")
    add("--treatment", metavar="NAME", help="the arm to take, where there is a row for each")
    if "control" in columns:
        add("--control", metavar="NAME", help="the arm to compare with")
    return add


def named(text: str) -> Mapping[str, str]:
    """Read ``ours=theirs,...``; a part without = belongs to the name before it.

    Examples
    --------
    >>> named("study=trial, events_treatment=ai")
    {'study': 'trial', 'events_treatment': 'ai'}
    """
    columns: dict[str, str] = {}
    last = ""
    for part in text.split(","):
        ours, equals, theirs = part.partition("=")
        if equals:
            last = ours.strip()
            columns[last] = theirs.strip()
        elif last:
            columns[last] += f",{part}"  # a comma in their name
        else:
            raise argparse.ArgumentTypeError(f"{text!r}: write ours=theirs, as in study=trial")
    return columns


def reading(chosen: argparse.Namespace) -> dict[str, Any]:
    """What was said of how the file is read, as the functions that read take it."""
    names = ("outcome", "columns", "sheet", "treatment", "control")
    return {name: getattr(chosen, name) for name in names if hasattr(chosen, name)}


def _digits(text: str) -> int:
    if text.isdecimal() and int(text) <= 12:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to 12")


OPTIONS: dict[str, dict[str, Any]] = {
    "measure": {"help": "OR (default), RR or RD"},
    "prediction_df":
        {"help": "degrees of freedom of the prediction interval: k-2 (default), k-1"},
    "subgroup": {"metavar": "COLUMN", "help": "also pool each subgroup that this column names"},
    "level": {"type": float, "help": "confidence level (0.95)"},
    "json": {"action": "store_true", "help": "print one JSON object, in full precision"},
    "plot": {"metavar": "FILE", "type": Path, "help": "write a forest plot (.svg, .png or .pdf)"},
    "digits":
        {"metavar": "N", "type": _digits, "help": "decimals of effects (2, or more if needed)"},
    "risk": {"type": float, "help": "a control risk to tell the effect at: 0.3 is 30 %%"},
    "better": {"choices": ("fewer", "more"),
               "help": "events are better fewer or more: which side of the plot favors which arm"},
    "sort": {"choices": SORTS, "help": f"order of the studies in the plot: {', '.join(SORTS)}"},
}  # fmt: skip


def options(add: Callable[..., Any], *names: str) -> None:
    """Add options that several commands have."""
    for name in names:
        add(f"--{name.replace('_', '-')}", **OPTIONS[name])


def check(option: str, path: Path | None, endings: tuple[str, ...], source: str) -> None:
    """Refuse a file of another kind, or the input itself, before anything is computed."""
    if path is None:
        return
    if path.suffix.lower() not in endings:
        raise OptionError(f"{option} {path}: the name must end in {', '.join(endings)}")
    if path.exists() and Path(source).exists() and path.samefile(source):
        raise OptionError(f"{option} {path}: is the file of counts; choose another name")


def plot(result: Result | ProportionResult, path: Path | None, **choices: Any) -> list[str]:
    """Write the forest plot; say which letters no font has (an SVG takes those of its reader)."""
    if path is None:
        return []
    try:
        drawn = result.forest(prediction=math.isfinite(result.prediction_lower), **choices)
    except ValueError as error:
        raise OptionError(f"--plot: {error}") from None
    write("plot", path, drawn.save)
    if path.suffix.lower() == ".svg" or not drawn.missing:
        return []
    from twobytwo.plots.drawn import fonts  # matplotlib, which the plot has loaded

    usual, _ = fonts("")
    return [
        f"{path} shows boxes for {' '.join(drawn.missing)}: neither {usual[0]} nor another "
        "installed font has them; write .svg, or install a font that does, such as Noto Sans"
    ]


def as_json(content: dict[str, Any]) -> str:
    """One JSON object, indented; the studies, which may be many, at once: indent=2 is slow."""
    dumps = partial(json.dumps, ensure_ascii=False, allow_nan=False)
    whole = dumps(content | {"studies": []}, indent=2)
    rows = dumps(content["studies"], separators=(",\n      ", ": "))
    # A line break inside a string is escaped: those left stand between values.
    rows = rows.replace("},\n      {", "\n    },\n    {\n      ")
    rows = rows.replace("[{", "[\n    {\n      ", 1).removesuffix("}]")
    rows += "\n    }\n  ]" * (rows != "[]")
    return whole.replace('"studies": []', f'"studies": {rows}')


def show(output: str, read: Counts | Proportions, cautions: Sequence[str]) -> None:
    """Print in UTF-8, whatever the terminal's locale; beside it, what was read, and cautions."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    print(output, flush=True)
    tell(*(read.reading.lines if read.reading else ()), *(f"caution: {one}" for one in cautions))


def tell(*lines: str) -> None:
    """Say something beside the result."""
    if sys.stderr is not None:
        sys.stderr.write("".join(f"{line}\n" for line in lines))
        sys.stderr.flush()


def write(option: str, path: Path, save: Callable[[Path], object]) -> None:
    """Write beside the target and move into place, so that no half file is ever seen.

    A link is written through. Where moving would put a file in the place of something else
    (a device, a file with several names), the content goes into what is there. Where that fails,
    the error names the option.
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
