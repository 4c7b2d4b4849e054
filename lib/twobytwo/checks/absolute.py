"""What a relative effect means in patients, and what would explain it away."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from twobytwo.counts import Counts
from twobytwo.pool import pool
from twobytwo.results import Result


class PerThousand(NamedTuple):
    """Events in 1,000 patients.

    Attributes
    ----------
    control : float
        Without the treatment.
    treatment, lower, upper : float
        With it: by the pooled effect and by the two limits of its interval.
    """

    control: float
    treatment: float
    lower: float
    upper: float

    @property
    def difference(self) -> float:
        """Events that the treatment adds (or, if negative, spares) in 1,000 patients."""
        return self.treatment - self.control


def risk_with(effect: float, control_risk: float, measure: str = "OR") -> float:
    """Risk under treatment that an effect implies at a control risk.

    Parameters
    ----------
    effect : float
        Odds ratio, risk ratio or risk difference, on the natural scale.
    control_risk : float
        0 to 1.
    measure : {"OR", "RR", "RD"}

    Returns
    -------
    float
        Kept within 0 and 1, which RR and RD can leave.

    Notes
    -----
    For an odds ratio: ``OR p / (1 - p + OR p)``.

    Examples
    --------
    >>> round(risk_with(2.87, 0.207), 3)
    0.428
    """
    if measure == "OR":
        odds = effect * control_risk
        return odds / (1 - control_risk + odds)
    risk = control_risk * effect if measure == "RR" else control_risk + effect
    return min(max(risk, 0.0), 1.0)


def crude_control_risk(result: Result) -> float:
    """Events among all control patients of all studies, as one proportion.

    Examples
    --------
    >>> from twobytwo import pool
    >>> round(crude_control_risk(pool([1, 6], [23, 48], [9, 19], [23, 100])), 4)
    0.2276
    """
    c, d = result.table.c, result.table.d
    return float(c.sum() / (c.sum() + d.sum()))


def per_thousand(result: Result, control_risk: float | None = None) -> PerThousand:
    """Apply a pooled effect and its interval to a control risk.

    Parameters
    ----------
    result : Result
        Of one meta-analysis.
    control_risk : float, optional
        0 to 1; by default the crude pooled control risk.

    Returns
    -------
    PerThousand
        The control risk is taken as known: its own uncertainty is not in the interval.

    Examples
    --------
    >>> from twobytwo import pool
    >>> deaths = pool([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
    >>> [round(events) for events in per_thousand(deaths)]
    [305, 145, 65, 291]
    """
    control = crude_control_risk(result) if control_risk is None else control_risk
    effects = (result.estimate, result.ci_lower, result.ci_upper)
    return PerThousand(
        1000 * control, *(1000 * risk_with(x, control, result.measure) for x in effects)
    )


def number_needed_to_treat(result: Result, control_risk: float | None = None) -> float:
    """Patients to treat for one event more or less; infinite where the risks are equal.

    Parameters
    ----------
    result : Result
        Of one meta-analysis.
    control_risk : float, optional
        0 to 1; by default the crude pooled control risk.

    Returns
    -------
    float
        Positive, whichever direction.

    Examples
    --------
    >>> from twobytwo import pool
    >>> deaths = pool([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
    >>> round(number_needed_to_treat(deaths), 1)
    6.2
    """
    difference = abs(per_thousand(result, control_risk).difference)
    return 1000 / difference if difference > 0 else math.inf


class EValue(NamedTuple):
    """How strongly a confounder must go with treatment and with outcome, as risk ratios.

    Attributes
    ----------
    point : float
        To explain away the estimate.
    limit : float
        To move the interval to no effect; 1 if it holds no effect already.
    """

    point: float
    limit: float


def e_value(risk_ratio: float, lower: float, upper: float) -> EValue:
    """E-value of a risk ratio and of its limit nearer to 1.

    Parameters
    ----------
    risk_ratio, lower, upper : float
        Positive; a pooled risk ratio with its interval.

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
    if risk_ratio < 1:
        risk_ratio, lower = 1 / risk_ratio, 1 / upper
    return EValue(*(x + math.sqrt(x * (x - 1)) if x > 1 else 1.0 for x in (risk_ratio, lower)))


class Fragility(NamedTuple):
    """The fewest patients whose outcome must change to turn a conclusion.

    Attributes
    ----------
    events : int
        How many; 0 if no change within the counts turns it.
    changes : tuple of (str, str, int)
        Study, arm and change in events, in the order made.
    """

    events: int
    changes: tuple[tuple[str, str, int], ...]


def fragility(counts: Counts, level: float = 0.95, **choices: Any) -> Fragility:
    """Fragility index of a pooled result.

    Parameters
    ----------
    counts : Counts
        k studies.
    level : float
        Confidence level of the interval that is to hold, or no longer to hold, no effect.
    **choices
        As for `twobytwo.pool`.

    Returns
    -------
    Fragility

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
    >>> deaths = Counts(("Baracchini", "Chang", "Cornelissen", "Peng"), *arms)
    >>> fragility(deaths)
    Fragility(events=1, changes=(('Chang', 'treatment', 1),))
    """
    e1, n1, e2, n2 = counts.arms
    k = len(counts)
    steps = np.concatenate([np.eye(2 * k, dtype=int), -np.eye(2 * k, dtype=int)])
    events, sizes = np.concatenate([e1, e2]), np.concatenate([n1, n2])
    start = pool(*counts.arms, level=level, **choices)
    significant, above = start.p_value < 1 - level, start.effect > 0
    # The limit that must cross no effect: the nearer one if significant, else the same side's.
    side = 0 if above else 1
    changes: list[tuple[str, str, int]] = []
    for _ in range(int(sizes.sum())):
        tried = events + steps
        allowed = ((tried >= 0) & (tried <= sizes)).all(-1)
        tried = tried[allowed]
        result = pool(tried[:, :k], n1, tried[:, k:], n2, level=level, **choices)
        limit = result.limits[side] * (1 if above else -1)
        best = int(np.nanargmin(limit) if significant else np.nanargmax(limit))
        step = steps[allowed][best]
        at = int(np.flatnonzero(step)[0])
        changes.append((counts.study[at % k], ("treatment", "control")[at // k], int(step[at])))
        events = tried[best]
        if (limit[best] <= 0) == significant:
            return Fragility(len(changes), tuple(changes))
    return Fragility(0, ())
