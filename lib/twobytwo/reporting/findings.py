"""What a report says: from counts to every number in it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from twobytwo.checks import small_studies
from twobytwo.checks.absolute import PerThousand, can_hold, control_risks, in_thousand
from twobytwo.checks.leading import PetoConditions, conclusion, peto_conditions
from twobytwo.checks.refits import leave_one_out
from twobytwo.checks.small_studies import Asymmetry
from twobytwo.counts import Counts
from twobytwo.estimate import bayes
from twobytwo.estimate.effects import BoolArray, estimable, has_zero_cell
from twobytwo.estimate.mean import i_squared_interval
from twobytwo.options import check_share
from twobytwo.pool import Result, pool
from twobytwo.rounding import scale_for

RECOMMENDED: dict[str, Any] = {"method": "IV", "tau2": "REML", "interval": "hksj-truncated"}
# The choices of each analysis, as `pool` and the command line take them.
CHOICES: dict[str, dict[str, Any]] = {
    "IV": RECOMMENDED,
    "revman5": {"preset": "revman5"},
    "MH": {"model": "fixed", "method": "MH", "zero_cells": "none"},
    "exact": {"method": "exact"},
    "GLMM": {"method": "GLMM"},
    "Peto": {"model": "fixed", "method": "Peto"},
}
# Tables that the laws of all studies may hold together: more take longer than a reader waits.
TABLES = 100_000
# Studies up to which the Bayesian answer stands beside, and scale of its half-normal prior of tau.
VERY_FEW, TAU_SCALE = 4, 0.5
# Lower tail of Q, below which studies agree better than chance; upper tail of "more than chance".
ALIKE, APART = 0.05, 0.1


class Scenario(NamedTuple):
    """Absolute effects at one control risk."""

    label: str
    events: PerThousand  # of 1,000 patients
    # Whether the estimate and its limits leave a risk between 0 and 1.
    holds: tuple[bool, bool, bool] = (True, True, True)
    patients: int = 1000  # for how many of them events are printed
    # Whether the difference is what was pooled, so that it is rounded and the rest follows.
    difference_first: bool = False


@dataclass(frozen=True, eq=False)
class Report:
    """Everything that a report shows."""

    source: str  # the name of the file
    outcome: str | None
    counts: Counts
    arms: tuple[str, str]  # what treatment and control are called
    better: str | None  # which direction is wanted
    sort: str  # order of the studies
    digits: int | None  # decimals asked for
    prediction_df: str  # degrees of freedom of the prediction interval, "k-2" or "k-1"
    subgroup: str | None  # the column of the subgroups that `recommended` has
    method: str  # the leading analysis, a key of `CHOICES`, or "none"
    reason: str  # why it leads, a key of `leading.REASONS`
    because: str  # why a direction is claimed or not, a key of `leading.BECAUSE`
    direction: int  # -1: fewer events with the treatment; 1: more; 0: none may be claimed
    # Of every analysis that can be made, a key of `CHOICES`, the leading one first.
    answers: Mapping[str, Result]
    without: tuple[Result, ...]  # the leading analysis without each study in turn
    without_revman5: tuple[Result, ...]
    scenarios: tuple[Scenario, ...]  # absolute effects by the leading analysis
    asymmetry: Asymmetry | None  # the test of small-study effects; None below ten studies
    peto: PetoConditions

    @property
    def zero_cells(self) -> tuple[str, ...]:
        """The studies that have a zero cell, though an effect can be estimated."""
        return self._named(has_zero_cell(self.recommended.table) & ~self._silent)

    @property
    def double_zero(self) -> tuple[str, ...]:
        """The studies with no event in either arm, or with every patient an event."""
        return self._named(self._silent)

    @property
    def lead(self) -> Result:
        """By the leading analysis."""
        return next(iter(self.answers.values()))

    @property
    def recommended(self) -> Result:
        """With random effects by REML and truncated HKSJ."""
        return self.answers["IV"]

    @property
    def revman5(self) -> Result:
        """As RevMan 5 pools."""
        return self.answers["revman5"]

    @cached_property
    def i2_limits(self) -> tuple[float, float]:
        """Of I2 from Q in percent, test-based."""
        result = self.recommended
        lower, upper = i_squared_interval(result.q, result.q_df, result.level)
        return float(lower), float(upper)

    @property
    def pooled(self) -> bool:
        """Whether there is an answer."""
        return self.method != "none" and not math.isnan(self.lead.effect) and self.has_events

    @property
    def has_events(self) -> bool:
        """Whether somebody had the event, and somebody had not."""
        a, b, c, d = (cell.sum() for cell in self.recommended.table)
        return bool(a + c > 0 and b + d > 0)

    @cached_property
    def very_wide(self) -> bool:
        """Whether so few studies leave an interval that says nothing.

        Two studies do; of three or four, limits further apart than a quarter from four times (or
        than 0.5 of a risk difference).
        """
        k = int(self.recommended.k)
        width = self.lead.limits.upper - self.lead.limits.lower
        most = 0.5 if self.recommended.measure == "RD" else math.log(16)
        return k == 2 or (k <= VERY_FEW and not width <= most)

    @property
    def applicable(self) -> bool:
        """Whether there is an estimate that is worth applying to patients, and a risk to do so."""
        return self.pooled and bool(self.scenarios) and not self.very_wide

    @property
    def shown(self) -> dict[str, Result]:
        """The analyses that may be read: Peto's only where all its conditions hold."""
        every = self.answers.items()
        return {name: one for name, one in every if name != "Peto" or all(self.peto)}

    @cached_property
    def apart(self) -> tuple[str, ...]:
        """Of the analyses whose conditions hold: those that exclude no effect, if others do not.

        Empty where all say the same.
        """
        asked = [one for one in self.shown.values() if not math.isnan(one.limits.lower)]
        firm = {name: one for name, one in self.shown.items() if one.limits.excludes_null}
        sides = {np.sign(one.effect) for one in firm.values()}
        return tuple(firm) if 0 < len(firm) < len(asked) or len(sides) > 1 else ()

    @cached_property
    def bayes(self) -> bayes.Posterior | None:
        """Of two to four studies, where inverse variance leads: the posterior of their mean."""
        result = self.recommended
        if not 2 <= result.k <= VERY_FEW or self.method != "IV" or result.measure == "RD":
            return None
        return bayes.posterior(result.study_effect, result.study_variance, tau_scale=TAU_SCALE)

    @property
    def spread_known(self) -> bool:
        """Whether Q tells of the studies: of few events it tells of the 0.5 that is added."""
        few = self.reason in ("few events", "one arm without an event")
        return bool(self.recommended.q_df > 0) and not few

    @property
    def differ(self) -> bool:
        """Whether the studies differ by more than chance explains."""
        return self.spread_known and bool(self.recommended.q_p_value < APART)

    @property
    def lower_tail(self) -> float:
        """Probability of so small a Q, or a smaller one, by chance alone."""
        return 1 - float(self.recommended.q_p_value)

    @property
    def alike(self) -> bool:
        """Whether the studies agree better than chance lets expect."""
        result = self.recommended
        return bool(self.method == "IV" and result.q_df > 0 and result.tau2 == 0
                    and self.lower_tail < ALIKE)  # fmt: skip

    @property
    def small_studies_differ(self) -> tuple[str, ...]:
        """Signs of small-study effects, of ten studies on: "test", "models", "largest".

        The last two only where inverse variance leads: else 0.5 added would be what differs. The
        largest study is one that has twice the patients of the median one, or more.
        """
        if self.asymmetry is None or not self.spread_known:
            return ()
        result = self.recommended
        signs = ["test"] if self.asymmetry.p < APART else []
        if self.method != "IV":
            return tuple(signs)
        lower, upper = result.limits
        if not lower <= self.answers["MH"].effect <= upper:
            signs.append("models")
        patients = np.sum(result.table, axis=0)
        y = result.study_effect[self.largest]
        if patients.max() >= 2 * np.median(patients) and not lower <= y <= upper:
            signs.append("largest")
        return tuple(signs)

    @property
    def largest(self) -> int:
        """Position of the study with the most patients."""
        return int(np.argmax(np.sum(self.recommended.table, axis=0)))

    @property
    def _silent(self) -> BoolArray:
        return ~estimable(self.recommended.table, "OR")

    def _named(self, which: BoolArray) -> tuple[str, ...]:
        return tuple(name for name, yes in zip(self.counts.study, which, strict=True) if yes)


def report(
    counts: Counts,
    *,
    source: str = "counts",
    outcome: str | None = None,
    measure: str | None = None,
    level: float | None = None,
    treatment: str | None = None,
    control: str | None = None,
    better: str | None = None,
    sort: str | None = None,
    digits: int | None = None,
    risk: float | None = None,
    subgroup: str | None = None,
    prediction_df: str | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Report:
    """Analyze counts in every way that a report shows.

    Parameters
    ----------
    counts : Counts
        k studies.
    source : str
        The name of the file they are from.
    outcome, measure, level, subgroup, prediction_df
        As for `twobytwo.pool`.
    treatment, control, better, sort, digits
        As for `twobytwo.forest`.
    risk : float, optional
        A control risk, between 0 and 1, at which the effect is told, beside those of the studies.
    progress : callable
        Told of each step that may take long.

    Returns
    -------
    Report

    Raises
    ------
    OptionError
        If a choice cannot be.

    Examples
    --------
    >>> arms = np.array([[1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66]])
    >>> deaths = report(Counts(("Baracchini", "Chang", "Cornelissen", "Peng"), *arms))
    >>> round(deaths.revman5.estimate, 2), round(deaths.recommended.estimate, 2)
    (0.39, 0.49)
    >>> deaths.method, deaths.direction, deaths.zero_cells
    ('IV', 0, ('Cornelissen',))
    """
    if risk is not None:
        check_share("risk", risk, "30 % is 0.3")
    chosen: dict[str, Any] = {
        "outcome": outcome, "measure": measure, "level": level, "prediction_df": prediction_df
    }  # fmt: skip
    recommended = pool(counts, subgroup=subgroup, **chosen, **RECOMMENDED)
    e1, n1, e2, n2 = counts.arms
    found = conclusion(e1, n1, e2, n2, recommended.measure, recommended.level)
    lead = str(found.method)
    progress(f"pooling {len(counts)} studies in several ways")
    answers = {"IV": recommended}
    for name in list(CHOICES)[1:]:
        if _offered(name, recommended):
            by = subgroup if name == "revman5" else None
            how = choices(name, recommended.measure)
            answers[name] = pool(counts, subgroup=by, **chosen, **how)
    if lead != "none":
        answers = {lead: answers[lead]} | answers
    several = len(counts) > 1 and lead != "none"
    if several:
        progress(f"pooling without each of {len(counts)} studies")
    asymmetry = None
    if recommended.k >= small_studies.FEWEST:
        test = small_studies.peters if recommended.measure == "RR" else small_studies.harbord
        asymmetry = test(recommended)
    return Report(
        source=source, outcome=outcome, counts=counts,
        arms=(treatment or "treatment", control or "control"), better=better, sort=sort or "file",
        digits=digits, prediction_df=recommended.options.prediction_df, subgroup=subgroup,
        method=lead, reason=str(found.reason), because=str(found.because),
        direction=int(found.direction), answers=answers,
        without=tuple(leave_one_out(answers[lead])) if several else (),
        without_revman5=tuple(leave_one_out(answers["revman5"])) if several else (),
        scenarios=_scenarios(answers[lead], risk) if lead != "none" else (),
        asymmetry=asymmetry, peto=peto_conditions(e1, n1, e2, n2),
    )  # fmt: skip


def _offered(name: str, result: Result) -> bool:
    if name in ("IV", "revman5", "MH"):
        return True
    if result.measure != "OR":
        return False
    a, b, c, d = result.table
    tables = np.minimum(a + c, a + b) - np.maximum(0, a - d) + 1
    return name == "Peto" or bool(tables.sum() <= TABLES)


def choices(name: str, measure: str) -> dict[str, Any]:
    """What an analysis chooses; nothing is ever added to a risk difference."""
    return {option: value for option, value in CHOICES[name].items()
            if not (option == "zero_cells" and measure == "RD")}  # fmt: skip


def _scenarios(result: Result, risk: float | None) -> tuple[Scenario, ...]:
    """Absolute effects at the user's control risk, and at those the studies show."""
    effects = float(result.estimate), float(result.ci_lower), float(result.ci_upper)
    if math.isnan(effects[0]):
        return ()
    labels = {
        "all": "All control patients together",
        "lowest": "Studies with the lowest risk",
        "highest": "Studies with the highest risk",
    }
    at = [("The risk you gave", risk)] if risk is not None else []
    for one in control_risks(result.study, result.table):
        more = f" and {len(one.studies) - 4} more" * (len(one.studies) > 4)
        names = "" if one.name == "all" else f" ({', '.join(one.studies[:4])}{more})"
        at.append((labels[one.name] + names, one.risk))
    first = result.measure == "RD"
    found = []
    for label, control in at:
        events = in_thousand(effects, control, result.measure)
        estimate, lower, upper = (can_hold(x, control, result.measure) for x in effects)
        found.append(Scenario(label, events, (estimate, lower, upper), difference_first=first))
    patients = scale_for(found[0].events.difference / 1000) if found else 1000
    return tuple(one._replace(patients=patients) for one in found)
