"""The command ``python -m twobytwo report COUNTS.csv``: one HTML file, whole or not at all."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from twobytwo.cli import common
from twobytwo.counts import read_counts
from twobytwo.reporting.findings import report
from twobytwo.reporting.words import STANDARD_INPUT

OPTIONS = ("measure", "level", "better", "sort", "digits", "risk", "subgroup", "prediction_df")
READ = ("outcome", "treatment", "control")
MANY = 40  # studies, above which the work takes longer than a second


def describe(commands: Any) -> None:
    """Add the command to the parser."""
    add = common.command(
        commands, run, "report",
        help="write a report of everything as one HTML file",
        description="Write a report as one HTML file that needs nothing else: the counts, the "
        "plots, the pooled result by the analysis that the counts can bear and by others, what "
        "to know before believing it, and paragraphs to paste.",
        columns="study, events_treatment, n_treatment, events_control, n_control",
    )  # fmt: skip
    add("--out", metavar="FILE", type=Path, default=Path("report.html"),
        help="where to write (report.html)")  # fmt: skip
    common.options(add, *OPTIONS)


def run(chosen: argparse.Namespace) -> None:
    """Read, analyze, write."""
    common.check("out", chosen.out, (".html", ".htm"), chosen.counts)
    counts = read_counts(chosen.counts, **common.reading(chosen))

    def progress(step: str) -> None:
        if len(counts) > MANY:
            common.tell(f"{step} ...")

    source = STANDARD_INPUT if chosen.counts == "-" else Path(chosen.counts).name
    choices = {name: getattr(chosen, name) for name in (*OPTIONS, *READ)}
    made = report(counts, source=source, progress=progress, **choices)
    from twobytwo.reporting.page import html  # matplotlib takes a second to import

    page = html(made, progress)
    common.write("out", chosen.out, lambda draft: draft.write_text(page, "utf-8"))
    if counts.reading is not None:
        common.tell(*counts.reading.lines)
