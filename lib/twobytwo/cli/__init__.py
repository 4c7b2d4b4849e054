"""The command line: ``python -m twobytwo pool COUNTS.csv``, and ``proportions``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from twobytwo import __version__
from twobytwo.cli import pool as cli_pool
from twobytwo.cli import proportions as cli_proportions
from twobytwo.cli import report as cli_report
from twobytwo.io.csv_table import CountsError
from twobytwo.options import OptionError


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, _one_line(f"{self.prog}: {message} (see {self.prog} --help)"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 if it went well, 2 if a file or a choice cannot be used."""
    chosen = _parser().parse_args(arguments)
    try:
        chosen.run(chosen)
    except (CountsError, OptionError) as error:
        sys.stderr.write(_one_line(str(error)))
        return 2
    return 0


def _one_line(message: str) -> str:
    """A message on one line, whatever was in a name that it quotes."""
    return " ".join(message.split()) + "\n"


def _parser() -> argparse.ArgumentParser:
    started_as = "twobytwo" if Path(sys.argv[0]).stem == "twobytwo" else "python -m twobytwo"
    parser = _Parser(
        prog=started_as, description="Meta-analysis of 2x2 tables.", allow_abbrev=False
    )
    parser.add_argument("--version", action="version", version=f"twobytwo {__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in (cli_pool, cli_proportions, cli_report):
        command.describe(commands)
    return parser
