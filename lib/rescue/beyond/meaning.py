"""What the pooled odds ratios would mean for patients, and what the ward asks: in words."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from fractions import Fraction

from metabook import data
from metabook.frames import row
from metabook.links import address
from metabook.words import per_thousand_words
from twobytwo import Result
from twobytwo.checks.absolute import per_thousand
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
    said = {}
    for outcome in data.outcomes():
        counted = next((one for one in randomized.beside(outcome) if one.results), None)
        if counted:
            stent, control = (_hundredths(counted.row, arm) for arm in randomized.ARMS)
            where = place((float(of.estimate) for of in counted.results), data.pooled(outcome))
            said[outcome] = (
                f"In the randomized trial: {stent} of 100 with rescue, {control} without. "
                f"That lies {where}."
            )
        else:
            said[outcome] = (
                "The randomized trial measured the whole mRS, another scale: "
                f"{randomized.whole_scale()}."
            )
    return said


def _hundredths(row: dict[str, str], arm: str) -> str:
    """Patients with the event in 100 of an arm."""
    if row[f"percent_{arm}"]:
        return row[f"percent_{arm}"]
    return half_up(Fraction(100 * int(row[f"events_{arm}"]), int(row[f"n_{arm}"])), 0)


def trial_record() -> str:
    """A link to the trial in its register, in Markdown."""
    number = randomized.trial()["registration"]
    return f"[{number}]({address(number)})"


def words() -> dict[str, str]:
    """What the sources say of a patient on the ward."""
    etiology, patency = (
        row("companion_counts.csv", id=f"baek-{of}") for of in ("etiology", "patency")
    )
    basilar = next(one for one in data.rows("guidelines.csv") if "basilar" in one["guideline"])
    atherosclerotic = {
        one["outcome"]: f"{one['estimate']} [{one['lower']}, {one['upper']}]"
        for one in data.rows("later_reviews.csv")
        if "atherosclerotic" in one["comparison"]
    }
    deaths = data.pooled("mortality")
    events, n = deaths.arms[1]
    few, many = (
        per_thousand_words(per_thousand(deaths, float(end(events / n)))) for end in (min, max)
    )
    return {
        "athero-low": _printed("lowest"),
        "athero-high": _printed("highest"),
        "athero-mrs": atherosclerotic["mRS 0-2"],
        "athero-sich": atherosclerotic["SICH"],
        "basilar-guideline": f"{basilar['guideline']}, {basilar['year']}",
        "basilar-says": basilar["says"],
        "baek-athero": f"{etiology['events']} of {etiology['n']}",
        "baek-open": f"{patency['events']} of {patency['n']}",
        "window-paper": _window(row("eligibility.csv", id="I1")["criterion"]),
        "tandem": row("eligibility.csv", id="E2")["criterion"],
        "window-trial": _window(randomized.trial()["note"]),
        "deaths-low": few["difference"],
        "deaths-high": many["difference"],
    }


def _printed(end: str) -> str:
    return str(row("published.csv", id=f"premat-introduction-atherosclerosis-{end}")["printed"])


def _window(said: str) -> str:
    """The words of a source that limit the time."""
    (window,) = re.findall(r"within \d+ hours of the stroke", said)
    return str(window)
