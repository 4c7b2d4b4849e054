"""100 patients like the reader's own: two sliders, 100 icons, and the sentence that follows.

The first slider is the risk without the treatment, the second how much of the association is
the treatment's doing. What a script cannot draw stands already: the pooled result at the
average risk of the controls.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

from twobytwo import Result
from twobytwo.checks.absolute import crude_control_risk, risk_with
from twobytwo.rounding import half_up

from metabook import data
from metabook.frames import arms
from metabook.parts import part
from metabook.templates import slug
from metabook.words import more_or_fewer

STEP = 5  # percent of the association, from one position of the slider to the next
SHARES = {0: "all selection", 50: "half", 100: "all the {treatment}"}
SYMBOLS = {
    "both": '<circle cx="5" cy="5" r="3.9"/>',
    "added": '<path d="M5 .8 9.2 5 5 9.2.8 5z"/>',
    "spared": '<path d="M5 1.4 8.6 5 5 8.6 1.4 5z"/>',
    "neither": '<circle cx="5" cy="5" r="1.6"/>',
}
KEY = {
    "both": "the outcome either way",
    "added": "only {with_treatment}*",
    "spared": "only {without_treatment}*",
    "neither": "neither way",
}


class Patients(NamedTuple):
    """Of 100 patients, those with the event."""

    without: int  # the treatment
    with_: int
    lower: int  # with it, by the limits of the interval
    upper: int

    @property
    def difference(self) -> int:
        """Events that the treatment would add, or spare if negative."""
        return self.with_ - self.without


class Risk(NamedTuple):
    """A risk without the treatment, in percent, and the study or studies that had it."""

    percent: int
    whose: str


def patients(result: Result, percent: int, share: float = 1.0) -> Patients:
    """What a share of a pooled odds ratio would mean for 100 patients.

    Parameters
    ----------
    result : Result
        Odds ratios, pooled.
    percent : int
        Of patients with the event without the treatment, 0 to 100.
    share : float
        Of the association, on the log scale, that is the treatment's doing: 0 to 1.

    Notes
    -----
    With ``b`` the pooled log odds ratio, selection makes ``(1 - share) b`` of it. That is taken
    off the estimate and off both limits: the interval keeps the width that the studies give it,
    for doubting an association does not make it more precise.

    Examples
    --------
    >>> deaths = data.pooled("mortality")
    >>> patients(deaths, 31)
    Patients(without=31, with_=15, lower=7, upper=30)
    >>> patients(deaths, 31, share=0)
    Patients(without=31, with_=31, lower=16, upper=52)
    """
    selection = (1 - share) * float(result.effect)
    events = (
        int(half_up(100 * risk_with(math.exp(float(effect) - selection), percent / 100), 0))
        for effect in (result.effect, *result.limits)
    )
    return Patients(percent, *events)


def risks(outcome: str) -> tuple[Risk, Risk, Risk]:
    """Lowest, middle and highest risk without the treatment, in whole percent.

    The middle is that of all controls taken together.

    Examples
    --------
    >>> risks("mortality")[0]
    Risk(percent=19, whose='Chang 2018')
    """
    counts = data.counts(outcome)
    each = [
        (int(events) / int(n), study)
        for study, events, n in zip(counts.study, *counts.arms[2:], strict=True)
    ]
    middle = crude_control_risk(data.pooled(outcome)), "all controls"
    low, mean, high = (
        Risk(int(half_up(100 * risk, 0)), whose) for risk, whose in (min(each), middle, max(each))
    )
    return low, mean, high


def sentence(outcome: str, events: Patients, share: float) -> str:
    r"""What the icons show, in words.

    Examples
    --------
    >>> sentence("mortality", patients(data.pooled("mortality"), 31), 0.5).partition(", if ")[2]
    '50\xa0% of the association were the stent’s doing.'
    """
    named = arms()
    lower, upper = (more_or_fewer(limit - events.without) for limit in (events.lower, events.upper))
    much = {0.0: "none", 1.0: "all"}.get(share, f"{half_up(100 * share, 0)}\u00a0%")
    return (
        f"{data.outcome(outcome)['label']}: {events.without} of 100 {named.without_treatment}, "
        f"{events.with_} {named.with_treatment}. That is {more_or_fewer(events.difference)} "
        f"(95\u00a0% interval {lower} to {upper}), if {much} of the association were the "
        f"{named.treatment}’s doing."
    )


class Hundred:
    """Two sliders and 100 icons for each outcome of the book that some study informs.

    Parameters
    ----------
    beside : mapping of str to str, optional
        What is said beside the icons of an outcome, such as what a trial found.

    Examples
    --------
    >>> print(str(Hundred()).splitlines()[0].partition(". ")[0])
    Independent at 90 days (mRS 0-2): 21 of 100 without a stent, 43 with a stent
    """

    def __init__(self, beside: Mapping[str, str] | None = None) -> None:
        self.beside = dict(beside or {})
        results = {outcome: data.pooled(outcome) for outcome in data.outcomes()}
        self.results = {outcome: result for outcome, result in results.items() if result.k}
        self.risks = {outcome: risks(outcome) for outcome in self.results}

    def __repr__(self) -> str:
        return "\n".join(
            sentence(outcome, self._first(outcome), 1)
            + (f" {self.beside[outcome]}" if outcome in self.beside else "")
            for outcome in self.results
        )

    def _first(self, outcome: str) -> Patients:
        return patients(self.results[outcome], self.risks[outcome][1].percent)

    def numbers(self) -> dict[str, object]:
        """What the script needs: the words, and each pooled log odds ratio with its limits."""
        return {
            **arms()._asdict(),
            "outcomes": {
                slug(outcome): {
                    "label": data.outcome(outcome)["label"],
                    "effects": [float(x) for x in (result.effect, *result.limits)],
                    "risks": [[risk.percent, risk.whose] for risk in self.risks[outcome]],
                }
                for outcome, result in self.results.items()
            },
        }

    def _repr_html_(self) -> str:
        named = arms()
        return part(
            "hundred",
            numbers=self.numbers(),
            arms=named,
            symbols=SYMBOLS,
            step=STEP,
            shares={share: text.format(**named._asdict()) for share, text in SHARES.items()},
            key={kind: text.format(**named._asdict()) for kind, text in KEY.items()},
            panels=[
                {
                    "slug": slug(outcome),
                    "label": data.outcome(outcome)["label"],
                    "events": (events := self._first(outcome)),
                    "kinds": kinds(events),
                    "sentence": sentence(outcome, events, 1),
                    "beside": self.beside.get(outcome),
                }
                for outcome in self.results
            ],
        )


def kinds(events: Patients) -> list[str]:
    """What becomes of each of the 100 patients: the name of an icon."""
    both = min(events.without, events.with_)
    changed = "added" if events.difference > 0 else "spared"
    counted = {"both": both, changed: abs(events.difference)}
    shown = [kind for kind, n in counted.items() for _ in range(n)]
    return shown + ["neither"] * (100 - len(shown))
