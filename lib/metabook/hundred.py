"""100 patients like the reader's own: two sliders, 100 icons, and the sentence that follows.

The first slider is the risk without the treatment, the second how much of the association is
the treatment's doing. What a script cannot draw stands already: the pooled result at the
average risk of the controls.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from html import escape
from typing import NamedTuple

from twobytwo import Result
from twobytwo.checks.absolute import crude_control_risk, risk_with
from twobytwo.rounding import half_up

from metabook import data
from metabook.frames import arms
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


class Patients(NamedTuple):
    """Of 100 patients, those with the event.

    Attributes
    ----------
    without, with_, lower, upper : int
        Without the treatment; with it; with it by the limits of the interval.
    """

    without: int
    with_: int
    lower: int
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
    of = data.counts(outcome)
    each = [
        (int(events) / int(n), study)
        for study, events, n in zip(of.study, of.events_control, of.n_control, strict=True)
    ]
    middle = crude_control_risk(data.pooled(outcome)), "all controls"
    low, mean, high = (
        Risk(int(half_up(100 * risk, 0)), whose) for risk, whose in (min(each), middle, max(each))
    )
    return low, mean, high


def sentence(outcome: str, of: Patients, share: float) -> str:
    r"""What the icons show, in words.

    Examples
    --------
    >>> sentence("mortality", patients(data.pooled("mortality"), 31), 0.5).partition(", if ")[2]
    '50\xa0% of the association were the stent’s doing.'
    """
    named = arms()
    lower, upper = (more_or_fewer(limit - of.without) for limit in (of.lower, of.upper))
    much = {0.0: "none", 1.0: "all"}.get(share, f"{half_up(100 * share, 0)}\u00a0%")
    return (
        f"{data.outcome(outcome)['label']}: {of.without} of 100 {named.without_treatment}, "
        f"{of.with_} {named.with_treatment}. That is {more_or_fewer(of.difference)} "
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
        return PAGE.format(
            numbers=json.dumps(self.numbers(), ensure_ascii=False).replace("</", "<\\/"),
            symbols="".join(
                f'<symbol id="hundred-{name}" viewBox="0 0 10 10">{drawn}</symbol>'
                for name, drawn in SYMBOLS.items()
            ),
            outcomes="".join(
                f'<label><input type="radio" name="hundred-outcome" value="{slug(outcome)}"> '
                f"{escape(data.outcome(outcome)['label'])}</label> "
                for outcome in self.results
            ),
            step=STEP,
            stops="".join(f'<option value="{share}"></option>' for share in SHARES),
            shares="".join(
                f'<button type="button" data-share="{share}">{share}\u00a0%: '
                f"{escape(said.format(treatment=named.treatment))}</button>"
                for share, said in SHARES.items()
            ),
            treatment=escape(named.treatment),
            with_=escape(named.with_treatment),
            without=escape(named.without_treatment),
            panels="".join(map(self._panel, self.results)),
        )

    def _panel(self, outcome: str) -> str:
        of = self._first(outcome)
        said = sentence(outcome, of, 1)
        beside = self.beside.get(outcome)
        return (
            f'<div class="hundred-panel" data-outcome="{slug(outcome)}">'
            f'<svg viewBox="0 0 100 110" role="img" aria-label="{escape(said)}">'
            f"{_icons(of)}{_bar(of)}</svg><div>"
            f'<p class="hundred-said">{escape(said)}</p>'
            + (f'<p class="hundred-beside">{escape(beside)}</p>' if beside else "")
            + "</div></div>"
        )


def kinds(of: Patients) -> list[str]:
    """What becomes of each of the 100 patients: the name of an icon."""
    both = min(of.without, of.with_)
    changed = "added" if of.difference > 0 else "spared"
    counted = {"both": both, changed: abs(of.difference)}
    shown = [kind for kind, n in counted.items() for _ in range(n)]
    return shown + ["neither"] * (100 - len(shown))


def _icons(of: Patients) -> str:
    return "".join(
        f'<use href="#hundred-{kind}" class="{kind}" x="{10 * (i % 10)}" y="{10 * (i // 10)}" '
        'width="10" height="10"/>'
        for i, kind in enumerate(kinds(of))
    )


def _bar(of: Patients) -> str:
    """The interval below the icons, from 0 to 100 patients."""
    return (
        '<path class="axis" d="M0 106H100"/>'
        f'<path class="interval" d="M{of.lower} 106H{of.upper}"/>'
        f'<path class="without" d="M{of.without} 103.2l2.8 2.8-2.8 2.8-2.8-2.8z"/>'
        f'<circle class="with" cx="{of.with_}" cy="106" r="2.4"/>'
    )


PAGE = """\
<div class="hundred" data-hundred>
<script type="application/json">{numbers}</script>
<svg class="hundred-symbols" aria-hidden="true">{symbols}</svg>
<form hidden aria-label="100 patients like mine">
<fieldset><legend>Outcome</legend>{outcomes}</fieldset>
<div><label for="hundred-risk">Risk {without} in my hospital</label>
<output for="hundred-risk" data-hundred-is="risk"></output>
<input type="range" id="hundred-risk" min="0" step="1" list="hundred-risks">
<datalist id="hundred-risks"></datalist><p data-hundred-is="risks"></p></div>
<div><label for="hundred-share">How much of it is the {treatment}’s doing?</label>
<output for="hundred-share" data-hundred-is="share"></output>
<input type="range" id="hundred-share" min="0" max="100" step="{step}" list="hundred-shares">
<datalist id="hundred-shares">{stops}</datalist><p>{shares}</p></div>
</form>
<p class="hundred-key">
<span><svg aria-hidden="true">\
<use href="#hundred-both" class="both"/></svg> the event either way</span>
<span><svg aria-hidden="true">\
<use href="#hundred-added" class="added"/></svg> only {with_}*</span>
<span><svg aria-hidden="true">\
<use href="#hundred-spared" class="spared"/></svg> only {without}*</span>
<span><svg aria-hidden="true">\
<use href="#hundred-neither" class="neither"/></svg> neither way</span>
<span>* if the association were the {treatment}’s doing, as far as is said</span></p>
<div class="hundred-panels">{panels}</div>
</div>
"""
