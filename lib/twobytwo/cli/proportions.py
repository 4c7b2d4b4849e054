"""The command ``proportions``: single arms of several studies."""

from __future__ import annotations

import argparse
import math
from dataclasses import replace
from typing import Any

from twobytwo.checks.advice import proportions_advice
from twobytwo.cli import output as cli_output
from twobytwo.cli import reading as cli_reading
from twobytwo.options import PROPORTION_CHOICES as CHOICES
from twobytwo.proportions import pool_proportions
from twobytwo.study_table import study_table


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
    cli_reading.options(command, "study, events, n", two_arms=False)
    add = command.add_argument
    add("--model", help="random (default) or fixed")
    add("--transform", help="scale of the pooling: logit (default) or raw; raw needs IV")
    add("--method", help="GLMM (default) or IV (inverse variance); IV if another option needs it")
    add("--tau2", help="between-study variance, with IV: " + ", ".join(CHOICES["tau2"]))
    add(
        "--interval",
        help="interval of the mean: "
        + ", ".join(CHOICES["interval"])
        + " (t with GLMM, hksj with IV)",
    )
    add("--study-interval", help="interval of each study: wilson (default) or clopper-pearson")
    cli_output.options(command)


def run(chosen: argparse.Namespace) -> None:
    """Read, pool, draw, print."""
    cli_output.check("plot", chosen.plot, cli_output.PLOTS, chosen.counts)
    choices = {name: getattr(chosen, name) for name in (*CHOICES, "level")}
    arms = cli_reading.proportions(chosen)
    result = pool_proportions(arms, outcome=chosen.outcome, **choices)
    said = proportions_advice(result)
    output = cli_output.as_json(result.to_dict())
    if not chosen.json:
        table = study_table(result, digits=chosen.digits)
        output = replace(table, notes=(*table.notes, *said)).text()
    beside: list[str] = []
    if chosen.plot is not None:
        drawn = result.forest(
            prediction=math.isfinite(result.prediction_lower), digits=chosen.digits
        )
        cli_output.write("plot", chosen.plot, drawn.save)
        beside += cli_output.glyphs(chosen.plot, drawn)
    cli_output.show(output, arms)
    cli_output.tell(*(f"caution: {line}" for line in [*beside, *(said if chosen.json else ())]))
