"""The command line: ``python -m twobytwo pool COUNTS.csv``."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from . import report_command, text
from .counts import Counts, CountsError, read_counts
from .options import CHOICES, PRESETS, OptionError
from .pool import pool
from .refits import leave_one_out
from .result import Result

PLOTS = (".svg", ".png", ".pdf")


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, _one_line(f"{self.prog}: {message} (see {self.prog} --help)"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 if it went well, 2 if a file or a choice cannot be used."""
    chosen = _parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except (CountsError, OptionError) as error:
        sys.stderr.write(_one_line(str(error)))
        return 2


def _one_line(message: str) -> str:
    """A message on one line, whatever was in a name that it quotes."""
    return " ".join(message.split()) + "\n"


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m twobytwo", description="Meta-analysis of 2x2 tables.", allow_abbrev=False
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    command = commands.add_parser(
        "pool",
        allow_abbrev=False,
        help="pool the 2x2 tables of several studies",
        description="Pool the 2x2 tables of several studies. Without options: RevMan 5's "
        "'M-H, Random' on the odds ratio.",
    )
    command.set_defaults(run=_pool)
    add = command.add_argument
    add("counts", metavar="COUNTS.csv", help="columns study, events_treatment, n_treatment, "
        "events_control, n_control; others are allowed")  # fmt: skip
    add("--outcome", metavar="NAME", help="the rows to pool, where a column outcome holds several")
    add("--measure", help="OR (default), RR or RD")
    add("--preset", help=", ".join(PRESETS) + "; other options beat it")
    add("--model", help="random (default) or fixed")
    add("--method", help="MH (default), IV or Peto")
    add("--tau2", help="between-study variance: " + ", ".join(CHOICES["tau2"]))
    add("--q-center", help="mean about which Q is taken: MH or IV; follows --method")
    add("--interval", help="interval of the mean: " + ", ".join(CHOICES["interval"]))
    add("--zero-cells", help="which studies are corrected: affected (default), all or none")
    add("--increment", type=float, help="what the correction adds to each cell (0.5)")
    add("--level", type=float, help="confidence level (0.95)")
    add("--leave-one-out", action="store_true", help="also pool without each study in turn")
    add("--json", action="store_true", help="print one JSON object, in full precision")
    add("--plot", metavar="FILE", type=Path, help="write a forest plot (.svg, .png or .pdf)")
    report_command.add_to(commands)
    return parser


def _pool(chosen: argparse.Namespace) -> int:
    names = (*CHOICES, "preset", "increment", "level")
    choices = {name: getattr(chosen, name) for name in names}
    if chosen.plot is not None and chosen.plot.suffix.lower() not in PLOTS:
        raise OptionError(f"plot {chosen.plot}: the name must end in {', '.join(PLOTS)}")
    counts = read_counts(chosen.counts, chosen.outcome)
    result = pool(*counts.arms, study=counts.study, **choices)
    refits = leave_one_out(counts, **choices) if chosen.leave_one_out else []
    output = _json(counts, result, refits) if chosen.json else _text(counts, result, refits)
    if chosen.plot is not None:
        _write_plot(result, chosen.outcome, chosen.plot)
    _print(output)
    return 0


def _print(output: str) -> None:
    """Print in UTF-8, whatever the terminal's locale; a reader may leave early."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    try:
        print(output, flush=True)
    except BrokenPipeError:
        # What is still buffered has nowhere to go, and must not fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _json(counts: Counts, result: Result, refits: list[Result]) -> str:
    content: dict[str, Any] = result.to_dict()
    if refits:
        content["leave_one_out"] = [
            {"omitted": name} | refit.pooled()
            for name, refit in zip(counts.study, refits, strict=True)
        ]
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False)


def _text(counts: Counts, result: Result, refits: list[Result]) -> str:
    lines = [text.summary(result)]
    if refits:
        width = max(map(len, counts.study))
        lines += ["", "Without"]
        for name, refit in zip(counts.study, refits, strict=True):
            estimate = text.with_interval(refit.estimate, refit.ci_lower, refit.ci_upper)
            lines.append(f"  {name.ljust(width)}  {estimate}")
    return "\n".join(lines)


def _write_plot(result: Result, outcome: str | None, path: Path) -> None:
    """Draw beside the target and move into place, so that no half plot is ever seen."""
    from .forest import forest  # matplotlib takes a second to import

    drawn = forest(result, outcome=outcome)
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
