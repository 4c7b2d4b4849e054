"""What a pooled result says in one sentence, and whether a sentence of the prose agrees with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from twobytwo import Result
from twobytwo.checks.leading import BECAUSE, conclusion
from twobytwo.rounding import number, p_equals, with_intervals

from metabook import data
from metabook.frames import arms
from metabook.words import effect

ONE_STUDY = "one study cannot show how far studies differ"
# It may be another interval than the one just told: which, by what leads.
INTERVAL = {
    "IV": "with REML and HKSJ, as Cochrane advises for such counts, the interval is {} to {}, "
    "which includes 1",
    "MH": "by Mantel-Haenszel without a correction, as such small cells need it, the interval is "
    "{} to {}, which includes 1",
}

# What leads in place of inverse variance, and why.
LEADS = {
    "MH": "By Mantel-Haenszel without a correction, as such small cells need it",
    "exact": "By the exact conditional method, as such counts need it",
}


def finding(outcome: str, result: Result | None = None) -> str:
    """The pooled odds ratio of an outcome in a sentence, by RevMan 5's rule if not otherwise.

    Examples
    --------
    >>> print(finding("mortality"))  # doctest: +NORMALIZE_WHITESPACE
    Death: over 4 studies the odds were 0.39 times as high with stent as with control
    (95 % interval 0.16 to 0.93; p = 0.03).
    """
    result = result or data.pooled(outcome)
    label, named = data.outcome(outcome)["label"], arms()
    if not result.k:
        return f"{label}: no odds ratio can be computed, for {BECAUSE['nothing to pool']}."
    studies = "in one study" if result.k == 1 else f"over {result.k} studies"
    estimate, limits = effect(result.text)
    return (
        f"{label}: {studies} the odds were {estimate} times as high with {named.treatment} as with "
        f"{named.control} (95 % interval {limits}; {p_equals(result.p_value)})."
    )


def direction(outcome: str) -> str:
    """Whether a direction may be claimed for an outcome, and why not.

    Where few events or small cells ask for an analysis that adds nothing to a cell, its odds
    ratio comes first: that of `finding` hangs on what was added.

    Examples
    --------
    >>> print(direction("mortality"))  # doctest: +NORMALIZE_WHITESPACE
    No direction may be claimed, because with REML and HKSJ, as Cochrane advises for such counts,
    the interval is 0.15 to 1.57, which includes 1.
    """
    e1, n1, e2, n2 = data.counts(outcome).arms
    found = conclusion(e1, n1, e2, n2)
    alone = data.pooled(outcome).k == 1
    why = ONE_STUDY if alone else BECAUSE[str(found.because)]
    if found.because == "interval" and not alone:
        limits = (number(math.exp(limit)) for limit in (found.lower, found.upper))
        why = INTERVAL[str(found.method)].format(*limits)
    first = ""
    leads = LEADS.get(str(found.method))
    if leads and found.because not in ("interval", "nothing to pool") and not alone:
        odds, *ends = ([math.exp(x)] for x in (found.effect, found.lower, found.upper))
        estimate, within = effect(with_intervals(odds, ends[0], ends[1], ratio=True)[0])
        first = f"{leads}, the odds ratio is {estimate} ({within}). "
    if not found.direction:
        return f"{first}No direction may be claimed, because {why}."
    word = "fewer" if found.direction < 0 else "more"
    return f"{first}There were {word} events with {arms().treatment}: {why}."


def _excludes(result: Result) -> bool:
    return bool(result.limits.excludes_null)


def _one_side(result: Result) -> bool:
    used = result.study_effect[result.included]
    return len(set((used > 0).tolist())) == 1


def _claimed(result: Result) -> bool:
    (e1, n1), (e2, n2) = result.arms
    return bool(conclusion(e1, n1, e2, n2).direction)


# What a sentence may claim of an outcome, each with what must be so.
CLAIMS: Mapping[str, Callable[[Result], bool]] = {
    "fewer": lambda result: bool(result.effect < 0),
    "more": lambda result: bool(result.effect > 0),
    "excludes no effect": _excludes,
    "includes no effect": lambda result: bool(result.k) and not _excludes(result),
    "a direction stands": _claimed,
    "no direction stands": lambda result: not _claimed(result),
    "studies on one side": _one_side,
    "studies on both sides": lambda result: bool(result.k) and not _one_side(result),
    "studies differ": lambda result: bool(result.tau2 > 0),
    "nothing to pool": lambda result: not result.k,
}


def holds_for(result: Result) -> list[str]:
    """Every claim that a result allows.

    Examples
    --------
    >>> from twobytwo import pool
    >>> ", ".join(holds_for(pool([1, 6], [23, 48], [9, 19], [23, 100])))
    'fewer, includes no effect, no direction stands, studies on one side, studies differ'
    """
    return [claim for claim, is_so in CLAIMS.items() if is_so(result)]


def contradictions(outcome: str, claims: str) -> list[str]:
    """Which of the claims of a sentence the data contradict, in words.

    Parameters
    ----------
    outcome : str
        As in ``data/outcomes.csv``.
    claims : str
        Keys of `CLAIMS`, joined by semicolons.

    Raises
    ------
    LookupError
        If there is no such claim.

    Examples
    --------
    >>> contradictions("mortality", "more; excludes no effect")  # doctest: +ELLIPSIS
    ["'more' is not so. Death: over 4 studies the odds were 0.39 times as high ...]
    """
    wanted = [claim.strip() for claim in claims.split(";")]
    if unknown := [claim for claim in wanted if claim not in CLAIMS]:
        raise LookupError(f"no claim is called {unknown[0]!r}; there are {', '.join(CLAIMS)}")
    allowed = holds_for(data.pooled(outcome))
    return [f"{one!r} is not so. {finding(outcome)}" for one in wanted if one not in allowed]
