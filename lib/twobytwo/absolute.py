"""What a relative effect means in patients: events per 1,000 at a stated control risk."""

from __future__ import annotations

from typing import NamedTuple

from .result import Result


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
