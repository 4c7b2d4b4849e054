"""What a relative effect means in patients, and what would explain it away."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

import numpy as np

from twobytwo.estimate.effects import Cells, FloatArray
from twobytwo.options import OF_ODDS
from twobytwo.pool import Result, pool
from twobytwo.results import Pooled, both_arms, check_one
from twobytwo.rounding import half_up, number, numbers, with_intervals
from twobytwo.table import Column, Shown, Table


class _Events(NamedTuple):
    control: float
    treatment: float
    lower: float
    upper: float


class PerThousand(Shown, _Events):
    """Events in 1,000 patients.

    Attributes
    ----------
    control : float
        Without the treatment.
    treatment, lower, upper : float
        With it: by the pooled effect and by the two limits of its interval.
    """

    __slots__ = ()

    @property
    def difference(self) -> float:
        """Events that the treatment adds (or, if negative, spares) in 1,000 patients."""
        return self.treatment - self.control

    @property
    def shown(self) -> Table:
        """Without the treatment, with it, and the difference."""
        names = ["control", "treatment", "difference"]
        # Differences of rounded numbers, so that a reader can add them up.
        whole = (float(half_up(x, 0)) if math.isfinite(x) else math.nan for x in self)
        (control, *others), (_, *lower), (_, *upper) = _with_difference(*whole)
        printed = [number(control, 0), *with_intervals(others, lower, upper, 0)]
        values = dict(zip(("events", "lower", "upper"), _with_difference(*self), strict=True))
        return Table(
            (
                Column("Of 1,000 patients", [name.capitalize() for name in names], {"arm": names}),
                Column("Events [CI]", printed, values),
            ),
            "Patients with the event, of 1,000",
            ("The risk without the treatment is taken as known.",),
            totals=1,
        )


def _with_difference(
    control: float, treatment: float, lower: float, upper: float
) -> tuple[list[float], list[float], list[float]]:
    """Events of the control, the treatment and the difference; lower limits; upper limits."""
    events = [control, treatment, treatment - control]
    return events, [math.nan, lower, lower - control], [math.nan, upper, upper - control]


def risk_with(effect: float, control_risk: float, measure: str = "OR") -> float:
    """Risk under treatment that an effect, on the natural scale, implies at a control risk.

    For an odds ratio ``OR p / (1 - p + OR p)``; kept within 0 and 1, which RR and RD can leave.

    Examples
    --------
    >>> round(risk_with(2.87, 0.207), 3)
    0.428
    """
    if measure == "OR":
        if math.isinf(effect):
            return 1.0 if control_risk > 0 else math.nan
        odds = effect * control_risk
        return odds / (1 - control_risk + odds)
    return min(max(_implied(effect, control_risk, measure), 0.0), 1.0)


def can_hold(effect: float, control_risk: float, measure: str = "OR") -> bool:
    """Whether `risk_with` needs to keep nothing within 0 and 1; an odds ratio never does.

    Examples
    --------
    >>> can_hold(1.5, 0.9, "RR"), can_hold(1.5, 0.6, "RR"), can_hold(-0.2, 0.1, "RD")
    (False, True, False)
    """
    return measure == "OR" or 0 <= _implied(effect, control_risk, measure) <= 1


def _implied(effect: float, control_risk: float, measure: str) -> float:
    return control_risk * effect if measure == "RR" else control_risk + effect


class ControlRisk(NamedTuple):
    """A control risk that the studies show.

    Attributes
    ----------
    name : {"all", "lowest", "highest"}
    risk : float
        Above 0 and below 1.
    studies : tuple of str
        Those whose control patients it is of.
    """

    name: str
    risk: float
    studies: tuple[str, ...]


def control_risks(study: Sequence[str], table: Cells) -> tuple[ControlRisk, ...]:
    """Control risks at which an effect may be told: of all studies, and the lowest and highest.

    There are none where no control patient of k studies had the event, or all had it: that shows
    no risk of 0 or of 1, but that these patients were too few.

    Notes
    -----
    No single small arm decides. From the lowest (or the highest) risk on, studies are taken
    together until they are two at least, hold a quarter of all control patients, and have
    control patients with and without the event. Both are told where no study is in both.

    Examples
    --------
    >>> from twobytwo.estimate.effects import cells
    >>> table = cells([4, 3, 9, 8], [40, 50, 60, 50], [2, 0, 5, 15], [40, 50, 60, 50])
    >>> [(one.name, round(one.risk, 3), one.studies) for one in control_risks("ABCD", table)][1:]
    [('lowest', 0.022, ('B', 'A')), ('highest', 0.182, ('D', 'C'))]
    """
    c, n = table.c, table.c + table.d
    if not 0 < c.sum() < n.sum():
        return ()
    risk = c / np.where(n > 0, n, 1)
    order = [int(i) for i in np.argsort(risk, kind="stable") if n[i] > 0]
    sides = [_together(c, n, order), _together(c, n, order[::-1])]
    found = [("all", tuple(range(len(study))))]
    if all(sides) and not set(sides[0]) & set(sides[1]):
        found += zip(("lowest", "highest"), sides, strict=True)
    return tuple(
        ControlRisk(name, float(c[list(at)].sum() / n[list(at)].sum()), tuple(study[i] for i in at))
        for name, at in found
    )


def _together(c: FloatArray, n: FloatArray, order: Sequence[int]) -> tuple[int, ...]:
    """The first studies that are enough; none if never."""
    for k in range(2, len(order) + 1):
        at = list(order[:k])
        if 4 * n[at].sum() >= n.sum() and 0 < c[at].sum() < n[at].sum():
            return tuple(at)
    return ()


def crude_control_risk(result: Pooled) -> float:
    """Events among all control patients of all studies, as one proportion.

    Examples
    --------
    >>> from twobytwo import pool
    >>> crude_control_risk(pool([1, 6], [23, 48], [9, 21], [20, 100]))
    0.25
    """
    table = both_arms(result, "a control risk that is not given")
    c, d = table.c.sum(), table.d.sum()
    return float(c / (c + d))


def per_thousand(result: Pooled, risk: float | None = None) -> PerThousand:
    """Apply a pooled effect and its interval to a control risk.

    Parameters
    ----------
    result : Result or EffectsResult
        Of one meta-analysis.
    risk : float, optional
        Of control patients, 0 to 1; by default the crude pooled control risk, of a result that
        has counts. It is taken as known: its own uncertainty is not in the interval.

    Raises
    ------
    ValueError
        If the result is a batch or of proportions, the risk is not from 0 to 1, or there are no
        counts to take it from.

    Examples
    --------
    >>> from twobytwo import pool
    >>> deaths = pool([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
    >>> per_thousand(deaths)
    Of 1,000 patients       Events [CI]
    Control                         305
    Treatment             145 [65, 291]
    Difference         -160 [-240, -14]
    <BLANKLINE>
    The risk without the treatment is taken as known.
    """
    check_one(result, "the effect in 1,000 patients")
    if result.measure == "proportion":
        raise ValueError("a proportion is of one arm: there is no effect to apply to a risk")
    if risk is not None and not 0 <= risk <= 1:
        raise ValueError(f"risk {risk:g} is not from 0 to 1; 30 % is 0.3")
    control = crude_control_risk(result) if risk is None else risk
    return in_thousand((result.estimate, result.ci_lower, result.ci_upper), control, result.measure)


def in_thousand(
    effects: tuple[float, float, float], control_risk: float, measure: str = "OR"
) -> PerThousand:
    """Apply an effect and its lower and upper limit, natural scale, to a control risk.

    Examples
    --------
    >>> [round(x) for x in in_thousand((0.5, 0.25, 1.0), 0.2, "RR")]
    [200, 100, 50, 200]
    """
    treated = (1000 * risk_with(effect, control_risk, measure) for effect in effects)
    return PerThousand(1000 * control_risk, *treated)


def number_needed_to_treat(result: Pooled, risk: float | None = None) -> float:
    """Patients to treat for one event more or less; infinite where the risks are equal.

    Parameters and errors are those of `per_thousand`.

    Examples
    --------
    >>> from twobytwo import pool
    >>> deaths = pool([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
    >>> round(number_needed_to_treat(deaths), 1)
    6.2
    """
    difference = abs(per_thousand(result, risk).difference)
    return 1000 / difference if difference > 0 else math.inf


class _Strengths(NamedTuple):
    point: float
    limit: float


class EValue(Shown, _Strengths):
    """How strongly a confounder must go with treatment and with outcome, as risk ratios.

    Attributes
    ----------
    point, limit : float
        To explain away the estimate; and to move the interval to no effect (1 if it holds no
        effect already).
    """

    __slots__ = ()

    @property
    def shown(self) -> Table:
        """The two E-values."""
        rows = ["Estimate", "Limit nearer to 1"]
        return Table(
            (
                Column("To explain away", rows, {"explained": ["estimate", "limit"]}),
                Column("E-value", numbers(self), {"e_value": list(self)}),
            ),
            "E-values",
            (
                "A confounder that goes with the treatment and with the outcome by risk ratios of "
                "this size each could explain it; a weaker one could not.",
            ),
        )


def e_value(
    source: Result | float, lower: float | None = None, upper: float | None = None
) -> EValue:
    """E-value of a risk ratio and of its limit nearer to 1.

    Parameters
    ----------
    source : Result or float
        Of one meta-analysis, pooled anew as risk ratio if it is another measure (by
        Mantel-Haenszel with the same model where its method is for odds ratios alone); or a risk
        ratio, above 0.
    lower, upper : float
        The limits of the risk ratio.

    Raises
    ------
    TypeError
        If it is neither, or a risk ratio lacks a limit.
    ValueError
        If the result is a batch, or the risk ratio not above 0.

    Notes
    -----
    ``E = RR + sqrt(RR (RR - 1))``, with 1/RR in place of an RR below 1.

    References
    ----------
    .. [1] VanderWeele TJ, Ding P. Ann Intern Med 2017;167:268.

    Examples
    --------
    >>> [round(x, 2) for x in e_value(2.0, 1.2, 3.3)]
    [3.41, 1.69]
    """
    if isinstance(source, Result):
        check_one(source, "the E-value")
        ratio = source
        if source.measure != "RR":
            chosen = asdict(source.options) | {"measure": "RR"}
            if source.method in OF_ODDS:
                chosen = {name: chosen[name] for name in ("measure", "model", "level")}
            ratio = pool(*source.table.arms, **chosen)
        return e_value(ratio.estimate, ratio.ci_lower, ratio.ci_upper)
    if lower is None or upper is None:
        raise TypeError("e_value takes a result of both arms, or a risk ratio with its limits")
    risk_ratio = source
    if risk_ratio <= 0:
        raise ValueError(f"risk ratio {risk_ratio:g} is not above 0")
    if risk_ratio < 1:
        risk_ratio, lower = 1 / risk_ratio, 1 / upper
    away = (x if math.isnan(x) else max(x, 1.0) for x in (risk_ratio, lower))
    return EValue(*(x + math.sqrt(x * (x - 1)) for x in away))


class _Changes(NamedTuple):
    events: int
    changes: tuple[tuple[str, str, int], ...]


class Fragility(Shown, _Changes):
    """The fewest patients whose outcome must change to turn a conclusion.

    Attributes
    ----------
    events : int
        How many; 0 if no change within the counts turns it.
    changes : tuple of (str, str, int)
        Study, arm and change in events, in the order made.
    """

    __slots__ = ()

    @property
    def shown(self) -> Table:
        """The changes of each arm added up, in the order in which arms were first changed."""
        added: dict[tuple[str, str], int] = {}
        for study, arm, step in self.changes:
            added[study, arm] = added.get((study, arm), 0) + step
        studies, arms = zip(*added, strict=True) if added else ((), ())
        change = list(added.values())
        plural = "" if self.events == 1 else "s"
        sentence = (
            f"{self.events} changed event{plural} would turn the conclusion."
            if self.events
            else "No change within the counts turns the conclusion."
        )
        return Table(
            (
                Column("Study", studies, {"study": studies}),
                Column("Arm", arms, {"arm": arms}),
                Column("Events", [f"{x:+d}" for x in change], {"change": change}),
            ),
            "Fragility index",
            (sentence,),
        )


def fragility(source: Any, level: float = 0.95, **choices: Any) -> Fragility:
    """Fragility index of a pooled result.

    Parameters
    ----------
    source : Result, or what `twobytwo.pool` takes as source
        k studies. A result has its level and choices.
    level : float
        Confidence level of the interval that is to hold, or no longer to hold, no effect.
    **choices
        As for `twobytwo.pool`.

    Raises
    ------
    ValueError
        If there is no conclusion to turn, for want of an effect or of its interval.

    Notes
    -----
    One event at a time is added or removed, in the arm of the study where this moves the
    interval most, until it holds no effect (or, if it does, until it no longer does). All
    changes that a step weighs are pooled in one batch.

    References
    ----------
    .. [1] Atal I, Porcher R, Boutron I, Ravaud P. J Clin Epidemiol 2019;111:32.

    Examples
    --------
    >>> arms = np.array([[1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66]])
    >>> fragility(pool(*arms, study=("Baracchini", "Chang", "Cornelissen", "Peng")))
    Study        Arm  Events
    Chang  treatment      +1
    <BLANKLINE>
    1 changed event would turn the conclusion.
    >>> fragility(pool([10, 2], [100, 100], [30, 9], [100, 100], study=("Alder", "Birch")))
    Study        Arm  Events
    Alder  treatment      +3
    Birch  treatment      -2
    <BLANKLINE>
    5 changed events would turn the conclusion.
    """
    start = source if isinstance(source, Result) else pool(source, level=level, **choices)
    check_one(start, "the fragility index")
    if math.isnan(start.p_value):
        raise ValueError("there is no conclusion to turn: no effect is pooled, or no interval")
    chosen, level = asdict(start.options), start.level
    (e1, n1), (e2, n2) = ((events.astype(int), n.astype(int)) for events, n in start.arms)
    k = len(start.study)
    steps = np.concatenate([np.eye(2 * k, dtype=int), -np.eye(2 * k, dtype=int)])
    events, sizes = np.concatenate([e1, e2]), np.concatenate([n1, n2])
    significant, above = start.p_value < 1 - level, start.effect > 0
    # The limit that must cross no effect: the nearer one if significant, else the same side's.
    side = 0 if above else 1
    changes: list[tuple[str, str, int]] = []
    for _ in range(int(sizes.sum())):
        tried = events + steps
        allowed = ((tried >= 0) & (tried <= sizes)).all(-1)
        tried = tried[allowed]
        result = pool(tried[:, :k], n1, tried[:, k:], n2, **chosen)
        limit = result.limits[side] * (1 if above else -1)
        best = int(np.nanargmin(limit) if significant else np.nanargmax(limit))
        step = steps[allowed][best]
        at = int(np.flatnonzero(step)[0])
        changes.append((start.study[at % k], ("treatment", "control")[at // k], int(step[at])))
        events = tried[best]
        if (limit[best] <= 0) == significant:
            return Fragility(len(changes), tuple(changes))
    return Fragility(0, ())
