"""The command ``proportions``: single arms of several studies."""

from __future__ import annotations

import argparse
from typing import Any

from twobytwo import text
from twobytwo.cli import output as cli_output
from twobytwo.estimate.proportions import read_proportions
from twobytwo.pool_proportions import pool_proportions
from twobytwo.proportion_options import CHOICES


def describe(commands: Any) -> None:
    """Add the command to the parser."""
    command = commands.add_parser(
        "proportions",
        allow_abbrev=False,
        help="pool the proportions of single arms",
        description="Pool the proportions of single arms. Without options: a random-effects "
        "logistic model of the counts (GLMM).",
    )
    command.set_defaults(run=run)
    add = command.add_argument
    add("counts", metavar="COUNTS.csv", help="columns study, events, n; others are allowed")
    add("--outcome", metavar="NAME", help="the rows to pool, where a column outcome holds several")
    add("--model", help="random (default) or fixed")
    add("--transform", help="scale of the pooling: logit (default) or raw; raw needs IV")
    add("--method", help="GLMM (default) or IV (inverse variance); IV if another option needs it")
    add("--tau2", help="between-study variance, with IV: " + ", ".join(CHOICES["tau2"]))
    add("--interval", help="interval of the mean, with IV: " + ", ".join(CHOICES["interval"]))
    add("--study-interval", help="interval of each study: wilson (default) or clopper-pearson")
    cli_output.options(command)


def run(chosen: argparse.Namespace) -> None:
    """Read, pool, draw, print."""
    cli_output.check(chosen.plot)
    choices = {name: getattr(chosen, name) for name in (*CHOICES, "level")}
    arms = read_proportions(chosen.counts, chosen.outcome)
    result = pool_proportions(arms.events, arms.n, study=arms.study, **choices)
    if chosen.json:
        output = cli_output.as_json(result.to_dict())
    else:
        output = text.proportion_summary(result)
    if chosen.plot is not None:
        from twobytwo.plots.forest import (
            proportion_forest,  # matplotlib takes a second to import
        )

        cli_output.write(
            "plot", chosen.plot, proportion_forest(result, outcome=chosen.outcome).save
        )
    cli_output.show(output)
