"""The command ``pool``: the 2x2 tables of several studies."""

from __future__ import annotations

import argparse
import math
from dataclasses import replace
from typing import Any

from twobytwo.checks.absolute import PerThousand, can_hold, per_thousand
from twobytwo.checks.advice import advice, without_effect
from twobytwo.checks.refits import Refits, leave_one_out
from twobytwo.cli import common
from twobytwo.counts import Counts, read_counts
from twobytwo.options import CHOICES, PRESETS, check_share
from twobytwo.pool import Result, pool
from twobytwo.results import plain, pooled_text
from twobytwo.table import in_line


def describe(commands: Any) -> None:
    """Add the command to the parser."""
    add = common.command(
        commands, run, "pool",
        help="pool the 2x2 tables of several studies",
        description="Pool the 2x2 tables of several studies. Without options: RevMan 5's "
        "'M-H, Random' on the odds ratio.",
        columns="study, events_treatment, n_treatment, events_control, n_control",
    )  # fmt: skip
    common.options(add, "measure")
    add("--preset", help=", ".join(PRESETS) + "; other options beat it")
    add("--model", help="random (default) or fixed")
    add("--method", help="MH (default), IV, Peto, exact (conditional odds ratio, fixed) or GLMM "
        "(likelihood of the counts, random)")  # fmt: skip
    add("--tau2", help="between-study variance: " + ", ".join(CHOICES["tau2"]))
    add("--q-center", help="mean about which Q is taken: MH or IV; follows --method")
    add("--interval", help="interval of the mean: " + ", ".join(CHOICES["interval"]))
    add("--zero-cells", help="which studies are corrected: affected (default), all or none")
    add("--increment", type=float, help="what the correction adds to each cell (0.5)")
    common.options(add, "prediction_df", "subgroup")
    add("--leave-one-out", action="store_true", help="also pool without each study in turn")
    common.options(add, "level", "json", "plot", "digits", "risk", "better", "sort")


def run(chosen: argparse.Namespace) -> None:
    """Read, pool, draw, print."""
    choices = {name: getattr(chosen, name) for name in (*CHOICES, "preset", "increment", "level")}
    common.check("plot", chosen.plot, common.PLOTS, chosen.counts)
    counts = read_counts(chosen.counts, **common.reading(chosen))
    result = pool(counts, outcome=chosen.outcome, subgroup=chosen.subgroup, **choices)
    refits = leave_one_out(result) if chosen.leave_one_out else None
    absolute = None
    if chosen.risk is not None and not math.isnan(result.estimate):
        check_share("risk", chosen.risk, "30 % is 0.3")
        absolute = per_thousand(result, chosen.risk)
    notes = advice(result)
    treatment, control = arms = chosen.treatment or "Treatment", chosen.control or "Control"
    output = (
        _json(result, refits, absolute) if chosen.json
        else _text(result, refits, absolute, notes, arms, chosen.digits)
    )  # fmt: skip
    beside = [*_unused(chosen, counts, result), *without_effect(choices, result)]
    known = filter(math.isfinite, (result.estimate, result.ci_lower, result.ci_upper))
    if absolute and not all(can_hold(x, chosen.risk, result.measure) for x in known):
        beside.append(f"the {result.measure}, or its interval, cannot hold at --risk "
                      f"{chosen.risk:g}: what lies beyond 0 and 1,000 is cut off")  # fmt: skip
    beside += common.plot(
        result, chosen.plot, treatment=treatment, control=control, better=chosen.better,
        sort=chosen.sort or "file", digits=chosen.digits,
    )  # fmt: skip
    common.show(output, counts, [*beside, *(notes if chosen.json else ())])


def _unused(chosen: argparse.Namespace, counts: Counts, result: Result) -> list[str]:
    """What was said, or is in the file, and has no effect."""
    lines = []
    if chosen.subgroup is None and "subgroup" in counts.extra:
        lines.append("the column subgroup is not used: to pool by it add --subgroup subgroup")
    for name in ("better", "sort"):
        if getattr(chosen, name) is not None and chosen.plot is None:
            lines.append(f"--{name} changes nothing without --plot")
    if chosen.risk is not None and math.isnan(result.estimate):
        lines.append("--risk changes nothing: no effect is pooled")
    if chosen.digits is not None and chosen.json and chosen.plot is None:
        lines.append("--digits changes nothing: --json prints full precision")
    return lines


def _json(result: Result, refits: Refits | None, absolute: PerThousand | None) -> str:
    content = result.to_dict()
    if absolute:
        content["per_thousand"] = {name: plain(x) for name, x in absolute._asdict().items()}
    if refits:
        content["leave_one_out"] = [
            {"omitted": name} | refit.pooled()
            for name, refit in zip(refits.labels, refits, strict=True)
        ]
    return common.as_json(content)


def _text(
    result: Result, refits: Refits | None, absolute: PerThousand | None, notes: tuple[str, ...],
    arms: tuple[str, str], digits: int | None,
) -> str:  # fmt: skip
    table = result.table_of(arms, digits=digits)
    lines = [replace(table, notes=(*table.notes, *notes)).text()]
    if absolute:
        lines += ["", str(absolute)]
    if refits:
        names = list(map(in_line, refits.labels))
        width = max(map(len, names))
        lines += ["", "Without"]
        lines += [
            f"  {name.ljust(width)}  {pooled_text(refit, digits)}"
            for name, refit in zip(names, refits, strict=True)
        ]
    return "\n".join(lines)
