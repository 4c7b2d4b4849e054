"""What a reader must know before believing a pooled result, in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from twobytwo.reporting.findings import Report, excludes_null
from twobytwo.results import Result
from twobytwo.rounding import number, p_equals, with_interval

FEW = 5  # studies, below which the spread between them is hardly known
SUBSTANTIAL = 50.0  # percent of I2
NO_EFFECT = {"OR": "1", "RR": "1", "RD": "0"}
NAME = {"OR": "odds ratio", "RR": "risk ratio", "RD": "risk difference"}


class Caution(NamedTuple):
    """A caution: what it is about, and what it means."""

    title: str
    text: str


def warnings(report: Report) -> list[Caution]:
    """All warnings that apply.

    Parameters
    ----------
    report : Report

    Returns
    -------
    list of Caution
        The gravest first; empty if none applies.

    Examples
    --------
    >>> from twobytwo import Counts
    >>> from twobytwo.reporting.findings import report
    >>> one = report(Counts(("A",), *np.array([[3], [20], [6], [20]])))
    >>> [warning.title for warning in warnings(one)]
    ['There is only one study']
    """
    return [*_studies(report), *_cells(report), *_disagreement(report), *_spread(report)]


def _studies(report: Report) -> Iterator[Caution]:
    result = report.recommended
    k = int(result.k)
    if k == 0:
        yield Caution(
            "Nothing could be pooled",
            f"No study has {'an' if result.measure == 'OR' else 'a'} {NAME[result.measure]} that "
            "can be estimated. A study in which nobody, or everybody, had the event cannot tell "
            "which arm has more of it. A risk difference (--measure RD) can still be computed.",
        )
    elif k == 1:
        yield Caution(
            "There is only one study",
            "The pooled result is that study's own. Nothing can be said of how the effect "
            "differs between studies.",
        )
    elif k < FEW:
        yield Caution(
            f"There are only {k} studies",
            "How much the effect differs between studies is hardly known from so few. The "
            "recommended interval is wide for this reason; RevMan 5's takes the guess as known. "
            + (
                "With two studies it is so wide that it says little, and there is no prediction "
                "interval."
                if k == 2
                else "The prediction interval is rough."
                + (" It is too narrow if τ², estimated as 0, is not." if result.tau2 == 0 else "")
            ),
        )


def _cells(report: Report) -> Iterator[Caution]:
    result = report.recommended
    ratio = result.measure != "RD"
    if report.double_zero:
        who, one = _names(report.double_zero), len(report.double_zero) == 1
        arms = f"In {who} nobody had the event in either arm, or everybody had it. "
        fate = (
            f"Such {'a study does' if one else 'studies do'} not inform a ratio and "
            f"{'is' if one else 'are'} left out of it. The risk difference would keep "
            f"{'it' if one else 'them'}."
            if ratio
            else f"{'It stays' if one else 'They stay'} in: no difference was seen there, and "
            "that informs a risk difference."
        )
        yield Caution("Studies without a contrast", arms + fate)
    if report.zero_cells and ratio:
        who, one = _names(report.zero_cells), len(report.zero_cells) == 1
        yield Caution(
            "Zero cells",
            f"{who} {'has' if one else 'have'} an arm in which nobody, or everybody, had the "
            "event. A ratio cannot be computed from zero, so 0.5 was added to each of the four "
            "cells. That number is a convention: another one gives another result.",
        )


def _disagreement(report: Report) -> Iterator[Caution]:
    result, other = report.recommended, report.revman5
    null = NO_EFFECT[result.measure]
    if (
        report.pooled
        and np.isfinite(other.effect)
        and excludes_null(result) != excludes_null(other)
    ):
        yield Caution(
            "The two analyses disagree",
            f"By the rule recommended today the {NAME[result.measure]} is {_told(result)}; by "
            f"RevMan 5's rule it is {_told(other)}. Only one of the two intervals excludes "
            f"{null}. A conclusion that depends on the method is not firm: report both.",
        )
    if report.pooled and excludes_null(result):
        turned = [
            name
            for name, refit in zip(report.counts.study, report.without, strict=False)
            if np.isfinite(refit.effect) and not excludes_null(refit)
        ]
        if turned:
            yield Caution(
                "The conclusion hangs on single studies",
                f"Without {_names(turned, 'or')} the interval includes {null}.",
            )
    narrow, wald = report.untruncated, result.wald_se
    if np.isfinite(narrow.se) and narrow.df > 0 and narrow.se < wald:
        yield Caution(
            "The studies agree better than chance",
            "The plain Hartung-Knapp standard error would be smaller than the usual one "
            f"(interval {_told(narrow).partition(' ')[2]}). Agreement by luck is no "
            "evidence, so this report never lets it fall below.",
        )


def _spread(report: Report) -> Iterator[Caution]:
    result = report.recommended
    null = NO_EFFECT[result.measure]
    i2, upper = result.i2, report.i2_limits.upper
    if result.q_df > 0 and (i2 >= SUBSTANTIAL or result.q_p_value < 0.1):
        yield Caution(
            "The studies differ",
            f"They differ by more than chance explains (I² = {number(i2, 0)} %, "
            f"{p_equals(result.q_p_value)}). The pooled result is then an average of different "
            "effects. Look for what sets the studies apart before you apply it.",
        )
    elif result.q_df > 0 and upper >= SUBSTANTIAL:
        yield Caution(
            "That the studies differ is not ruled out",
            f"I² is {number(i2, 0)} %, but its interval reaches {number(upper, 0)} %. That no "
            "difference was found does not mean that there is none.",
        )
    lower, top = result.prediction
    if report.pooled and excludes_null(result) and np.isfinite(lower) and lower <= 0 <= top:
        yield Caution(
            "The next study may show the opposite",
            f"The interval of the mean excludes {null}, but the prediction interval "
            f"({_limits(result.prediction_lower, result.prediction_upper)}) includes it: in a "
            "new place the effect may be absent or reversed.",
        )


def _told(result: Result) -> str:
    return with_interval(result.estimate, result.ci_lower, result.ci_upper).replace("-", "−")


def _limits(lower: float, upper: float) -> str:
    return f"{number(lower)} to {number(upper)}".replace("-", "−")


def _names(names: Sequence[str], last: str = "and") -> str:
    """A list of names in a sentence; the first five of many."""
    shown = list(names) if len(names) <= 6 else [*names[:5], f"{len(names) - 5} more"]
    return f" {last} ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
