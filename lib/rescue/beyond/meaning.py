"""Where the randomized trial lies beside the pooled odds ratios, in patients."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction

from metabook import data
from twobytwo import Result
from twobytwo.rounding import half_up

from rescue.beyond import randomized

NEAR = 0.25  # of the association: so close to none of it that nobody could tell


def place(odds_ratios: Iterable[float], result: Result) -> str:
    """Where odds ratios of a trial lie between "all selection" and the pooled association.

    They are all that its printed numbers allow.

    Examples
    --------
    >>> place([1.04, 1.17], data.pooled("mortality")), place([8.05], data.pooled("SICH"))
    ('near “all selection”', 'beyond “all selection”, on the other side of it')
    """
    shares = [math.log(one) / float(result.effect) for one in odds_ratios]
    if all(abs(share) <= NEAR for share in shares):
        return "near “all selection”"
    if max(shares) < 0:
        return "beyond “all selection”, on the other side of it"
    if min(shares) > 1:
        return "beyond “all the stent”"
    return "between “all selection” and “all the stent”"


def beside() -> dict[str, str]:
    """What the randomized trial found, in patients, to stand beside the 100 icons.

    Examples
    --------
    >>> beside()["mortality"]
    'In the randomized trial: 11 of 100 with rescue, 10 without. That lies near “all selection”.'
    """
    sentences = {}
    for outcome in data.outcomes():
        if counted := next((one for one in randomized.beside(outcome) if one.results), None):
            stent, control = (_hundredths(counted.row, arm) for arm in randomized.ARMS)
            estimates = (float(result.estimate) for result in counted.results)
            where = place(estimates, data.pooled(outcome))
            sentences[outcome] = (
                f"In the randomized trial: {stent} of 100 with rescue, {control} without. "
                f"That lies {where}."
            )
        else:
            sentences[outcome] = (
                "The randomized trial measured another scale. "
                f"It showed {randomized.whole_scale()}."
            )
    return sentences


def _hundredths(row: dict[str, str], arm: str) -> str:
    """Patients with the event in 100 of an arm."""
    if row[f"percent_{arm}"]:
        return row[f"percent_{arm}"]
    return half_up(Fraction(100 * int(row[f"events_{arm}"]), int(row[f"n_{arm}"])), 0)
