"""The command ``python -m twobytwo report COUNTS.csv``: one HTML file, whole or not at all."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from .counts import read_counts
from .options import OptionError
from .report import report

MANY = 40  # studies, above which the work takes longer than a second


def add_to(commands: Any) -> None:
    """Add the command to the parser's."""
    command = commands.add_parser(
        "report",
        allow_abbrev=False,
        help="write a report of everything as one HTML file",
        description="Write a report as one HTML file that needs nothing else: the counts, the "
        "plots, the pooled result by today's and by RevMan 5's rule, what to know before "
        "believing it, and paragraphs to paste.",
    )
    command.set_defaults(run=run)
    add = command.add_argument
    add("counts", metavar="COUNTS.csv", help="columns study, events_treatment, n_treatment, "
        "events_control, n_control; others are allowed; .csv or .xlsx")  # fmt: skip
    add("--out", metavar="FILE", type=Path, default=Path("report.html"),
        help="where to write (report.html)")  # fmt: skip
    add("--outcome", metavar="NAME", help="the rows to pool, where a column outcome holds several")
    add("--measure", help="OR (default), RR or RD")
    add("--level", type=float, help="confidence level (0.95)")


def run(chosen: argparse.Namespace) -> int:
    """Write the report; 0 if it went well."""
    if chosen.out.suffix.lower() not in (".html", ".htm"):
        raise OptionError(f"out {chosen.out}: the name must end in .html")
    counts = read_counts(chosen.counts, chosen.outcome)
    progress = _tell if len(counts) > MANY else _be_silent
    made = report(
        counts, source=Path(chosen.counts).name, outcome=chosen.outcome, measure=chosen.measure,
        level=chosen.level, progress=progress,
    )  # fmt: skip
    from .report_html import html  # matplotlib takes a second to import

    write_whole(chosen.out, html(made, progress).encode("utf-8"))
    return 0


def write_whole(path: Path, content: bytes) -> None:
    """Write beside the target and move into place, so that no half file is ever seen.

    Raises
    ------
    OptionError
        If the file cannot be written.
    """
    draft = ""
    try:
        handle, draft = tempfile.mkstemp(dir=path.parent, suffix=path.suffix)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(draft, 0o644)
        os.replace(draft, path)
    except OSError as error:
        raise OptionError(f"out {path}: cannot be written ({error.strerror})") from None
    finally:
        if draft:
            Path(draft).unlink(missing_ok=True)


def _tell(step: str) -> None:
    sys.stderr.write(f"{step} ...\n")
    sys.stderr.flush()


def _be_silent(step: str) -> None:
    pass
