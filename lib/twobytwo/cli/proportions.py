"""The command ``proportions``: single arms of several studies."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from twobytwo.checks.advice import proportions_advice
from twobytwo.cli import common
from twobytwo.counts import read_proportions
from twobytwo.options import PROPORTION_CHOICES as CHOICES
from twobytwo.proportions import pool_proportions
from twobytwo.study_table import study_table


def describe(commands: Any) -> None:
    """Add the command to the parser."""
    add = common.command(
        commands, run, "proportions",
        help="pool the proportions of single arms",
        description="Pool the proportions of single arms. Without options: a random-effects "
        "logistic model of the counts (GLMM).",
        columns="study, events, n",
    )  # fmt: skip
    add("--model", help="random (default) or fixed")
    add("--transform", help="scale of the pooling: logit (default) or raw; raw needs IV")
    add("--method", help="GLMM (default) or IV (inverse variance); IV if another option needs it")
    add("--tau2", help="between-study variance, with IV: " + ", ".join(CHOICES["tau2"]))
    intervals = ", ".join(CHOICES["interval"])
    add("--interval", help=f"interval of the mean: {intervals} (t with GLMM, hksj with IV)")
    add("--study-interval", help="interval of each study: wilson (default) or clopper-pearson")
    common.options(add, "level", "json", "plot", "digits")


def run(chosen: argparse.Namespace) -> None:
    """Read, pool, draw, print."""
    common.check("plot", chosen.plot, common.PLOTS, chosen.counts)
    choices = {name: getattr(chosen, name) for name in (*CHOICES, "level")}
    arms = read_proportions(chosen.counts, **common.reading(chosen))
    result = pool_proportions(arms, outcome=chosen.outcome, **choices)
    notes = proportions_advice(result)
    table = study_table(result, digits=chosen.digits)
    text = replace(table, notes=(*table.notes, *notes)).text()
    beside = common.plot(result, chosen.plot, digits=chosen.digits)
    if chosen.json:
        text = common.as_json(result.to_dict())
        beside += notes
    common.show(text, arms, beside)
