"""What every command shares of its input: which columns, sheet and arms are read."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from twobytwo.counts import Counts, Proportions, read_counts, read_proportions


def options(command: argparse.ArgumentParser, counts: str, two_arms: bool = True) -> None:
    """Add the file and the options that say how it is read."""
    add = command.add_argument
    add("counts", metavar="COUNTS.csv", help=f"columns {counts}, or as other programs call them; "
        "CSV, Excel (.xlsx), RevMan (.rm5), or - for standard input")  # fmt: skip
    add("--outcome", metavar="NAME", help="the rows to pool, where a column outcome holds several")
    add("--columns", metavar="OURS=THEIRS,...", type=named,
        help="which of the file's columns is which: study=trial,events_treatment=ai")  # fmt: skip
    add("--sheet", metavar="NAME", help="of a workbook; otherwise the one that holds counts")
    add("--treatment", metavar="NAME", help="the arm to take, where there is a row for each")
    if two_arms:
        add("--control", metavar="NAME", help="the arm to compare with")


def counts(chosen: argparse.Namespace) -> Counts:
    """Read the tables of two arms."""
    return read_counts(
        chosen.counts, chosen.outcome, columns=chosen.columns, sheet=chosen.sheet,
        treatment=chosen.treatment, control=chosen.control,
    )  # fmt: skip


def proportions(chosen: argparse.Namespace) -> Proportions:
    """Read single arms."""
    return read_proportions(
        chosen.counts, chosen.outcome, columns=chosen.columns, sheet=chosen.sheet,
        treatment=chosen.treatment,
    )  # fmt: skip


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
