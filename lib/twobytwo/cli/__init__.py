"""The command line: ``python -m twobytwo pool COUNTS.csv``, ``proportions`` and ``report``."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from twobytwo import __version__
from twobytwo.cli import pool as cli_pool
from twobytwo.cli import proportions as cli_proportions
from twobytwo.cli import report as cli_report
from twobytwo.io.words import CountsError
from twobytwo.options import OptionError

INTERRUPTED = 130


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, _one_line(f"{self.prog}: {message} (see {self.prog} --help)"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process by default.

    Returns
    -------
    int
        0 if it went well, 2 if a file or a choice cannot be used, 130 if it was interrupted or
        nobody reads what it prints.
    """
    try:
        with _terminable():
            try:
                chosen = _parser().parse_args(arguments)
                chosen.run(chosen)
            finally:  # what argparse prints waits until here, and may fail
                if sys.stdout is not None:
                    sys.stdout.flush()
    except (CountsError, OptionError) as error:
        sys.stderr.write(_one_line(str(error)))
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        _let_go()  # the reader has left early, as head does: not all was said
        return INTERRUPTED
    except OSError as error:
        _let_go()
        with contextlib.suppress(OSError):
            sys.stderr.write(_one_line(f"standard output: cannot be written ({error.strerror})"))
        return 2
    return 0


@contextlib.contextmanager
def _terminable() -> Iterator[None]:
    """End as after an error when the system says so, so that no draft stays behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, _: object) -> NoReturn:
        raise SystemExit(128 + number)

    ends = {signal.SIGTERM: end, signal.SIGINT: signal.default_int_handler}
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        del ends[signal.SIGINT]  # in the background, where another job is interrupted
    before = {number: signal.signal(number, handler) for number, handler in ends.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _let_go() -> None:
    """What is still buffered has nowhere to go, and must not fail again at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            os.dup2(nowhere, stream.fileno())


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
