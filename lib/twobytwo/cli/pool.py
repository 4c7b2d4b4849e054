"""The command ``pool``: the 2x2 tables of several studies."""

from __future__ import annotations

import argparse
from typing import Any

from twobytwo.checks.refits import Refits, leave_one_out
from twobytwo.cli import output as cli_output
from twobytwo.cli import reading as cli_reading
from twobytwo.options import CHOICES, PRESETS
from twobytwo.pool import pool
from twobytwo.results import Result


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
    cli_reading.options(command, "study, events_treatment, n_treatment, events_control, n_control")
    add = command.add_argument
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
    cli_output.check("plot", chosen.plot, cli_output.PLOTS, chosen.counts)
    counts = cli_reading.counts(chosen)
    result = pool(counts, outcome=chosen.outcome, **choices)
    refits = leave_one_out(result) if chosen.leave_one_out else None
    output = _json(result, refits) if chosen.json else _text(result, refits)
    if chosen.plot is not None:
        cli_output.write("plot", chosen.plot, result.forest().save)
    cli_output.show(output, counts)


def _json(result: Result, refits: Refits | None) -> str:
    content = result.to_dict()
    if refits:
        content["leave_one_out"] = [
            {"omitted": name} | refit.pooled()
            for name, refit in zip(refits.labels, refits, strict=True)
        ]
    return cli_output.as_json(content)


def _text(result: Result, refits: Refits | None) -> str:
    lines = [repr(result)]
    if refits:
        width = max(map(len, refits.labels))
        lines += ["", "Without"]
        lines += [
            f"  {name.ljust(width)}  {refit.text}"
            for name, refit in zip(refits.labels, refits, strict=True)
        ]
    return "\n".join(lines)
