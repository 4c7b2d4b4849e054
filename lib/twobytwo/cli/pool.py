"""The command ``pool``: the 2x2 tables of several studies."""

from __future__ import annotations

import argparse
from typing import Any

from twobytwo import text
from twobytwo.checks.refits import leave_one_out
from twobytwo.cli import output as cli_output
from twobytwo.counts import Counts, read_counts
from twobytwo.options import CHOICES, PRESETS
from twobytwo.pool import pool
from twobytwo.result import Result


def describe(commands: Any) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        "pool",
        allow_abbrev=False,
        help="pool the 2x2 tables of several studies",
        description="Pool the 2x2 tables of several studies. Without options: RevMan 5's "
        "'M-H, Random' on the odds ratio.",
    )
    command.set_defaults(run=run)
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
    add("--leave-one-out", action="store_true", help="also pool without each study in turn")
    cli_output.options(command)


def run(chosen: argparse.Namespace) -> None:
    """Read, pool, draw, print."""
    names = (*CHOICES, "preset", "increment", "level")
    choices = {name: getattr(chosen, name) for name in names}
    cli_output.check(chosen.plot)
    counts = read_counts(chosen.counts, chosen.outcome)
    result = pool(*counts.arms, study=counts.study, **choices)
    refits = leave_one_out(counts, **choices) if chosen.leave_one_out else []
    output = _json(counts, result, refits) if chosen.json else _text(counts, result, refits)
    if chosen.plot is not None:
        from twobytwo.plots.forest import forest  # matplotlib takes a second to import

        cli_output.write("plot", chosen.plot, forest(result, outcome=chosen.outcome).save)
    cli_output.show(output)


def _json(counts: Counts, result: Result, refits: list[Result]) -> str:
    content: dict[str, Any] = result.to_dict()
    if refits:
        content["leave_one_out"] = [
            {"omitted": name} | refit.pooled()
            for name, refit in zip(counts.study, refits, strict=True)
        ]
    return cli_output.as_json(content)


def _text(counts: Counts, result: Result, refits: list[Result]) -> str:
    lines = [text.summary(result)]
    if refits:
        width = max(map(len, counts.study))
        lines += ["", "Without"]
        for name, refit in zip(counts.study, refits, strict=True):
            estimate = text.with_interval(refit.estimate, refit.ci_lower, refit.ci_upper)
            lines.append(f"  {name.ljust(width)}  {estimate}")
    return "\n".join(lines)
