"""The command ``python -m twobytwo report COUNTS.csv``: one HTML file, whole or not at all."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from twobytwo.cli import output as cli_output
from twobytwo.counts import read_counts
from twobytwo.options import OptionError
from twobytwo.reporting.findings import report

MANY = 40  # studies, above which the work takes longer than a second


def describe(commands: Any) -> None:
    """Add the command to the parser."""
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


def run(chosen: argparse.Namespace) -> None:
    """Read, analyze, write."""
    if chosen.out.suffix.lower() not in (".html", ".htm"):
        raise OptionError(f"out {chosen.out}: the name must end in .html")
    counts = read_counts(chosen.counts, chosen.outcome)
    progress = _tell if len(counts) > MANY else _be_silent
    made = report(
        counts, source=Path(chosen.counts).name, outcome=chosen.outcome, measure=chosen.measure,
        level=chosen.level, progress=progress,
    )  # fmt: skip
    from twobytwo.reporting.page import html  # matplotlib takes a second to import

    page = html(made, progress)
    cli_output.write("out", chosen.out, lambda draft: draft.write_text(page, "utf-8"))


def _tell(step: str) -> None:
    sys.stderr.write(f"{step} ...\n")
    sys.stderr.flush()


def _be_silent(step: str) -> None:
    pass
