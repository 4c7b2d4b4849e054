"""How much an unmeasured confounder can move a risk ratio."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from twobytwo.estimate.effects import FloatArray


def with_outcome_needed(risk_ratio: float, with_treatment: ArrayLike) -> FloatArray:
    """How strongly a confounder must go with the outcome to explain a risk ratio away.

    As a risk ratio, infinite where no association suffices. Below 1 the inverse of `risk_ratio` is
    meant; `with_treatment` are risk ratios between confounder and treatment, at least 1, infinite
    where one arm is free of it.

    Notes
    -----
    A confounder multiplies a risk ratio at most by ``EU UD / (EU + UD - 1)``; solved for its
    association with the outcome that is ``UD = RR (EU - 1) / (EU - RR)``. Where both associations
    are equal they are the E-value.

    References
    ----------
    .. [1] Ding P, VanderWeele TJ. Epidemiology 2016;27:368.

    Examples
    --------
    >>> with_outcome_needed(1.5, [1.2, 2.0, 3.0]).tolist()
    [inf, 3.0, 2.0]
    """
    rr = max(risk_ratio, 1 / risk_ratio)
    rare = 1 / np.asarray(with_treatment, float)
    enough = rr * rare < 1
    needed = rr * (1 - rare) / np.where(enough, 1 - rr * rare, 1.0)
    return np.where(enough, needed, 1.0 if rr == 1 else np.inf)


def with_treatment_seen(share: float, share_control: float, risk_ratio: float) -> float:
    """How strongly a characteristic of known shares goes with the treatment.

    As a risk ratio, at least 1; infinite where one arm is free of it. Of a risk ratio above 1 that
    it is to explain, what is more frequent among the treated counts, below 1 what is more frequent
    among the controls: to have it, or not to have it.

    Examples
    --------
    >>> with_treatment_seen(0.25, 1.0, risk_ratio=0.5), with_treatment_seen(0.25, 1.0, 2.0)
    (4.0, inf)
    """
    more, fewer = (share, share_control) if risk_ratio > 1 else (share_control, share)
    states = ((more, fewer), (1 - more, 1 - fewer))
    return max(p / q if q > 0 else np.inf for p, q in states if p > 0)


def alone_needed(risk_ratio: float, share: float) -> float:
    """How much a trait that only the treated can have must change the outcome to explain all.

    As a risk ratio, at least 1, whichever direction; infinite or NaN where it cannot. The trait is
    the one of a share of the treated, above 0 to 1.

    Notes
    -----
    If nothing else counts, then ``RR = share g + (1 - share)``, where g compares those with the
    trait to those without.

    Examples
    --------
    >>> alone_needed(0.5, 0.625), alone_needed(1.5, 0.5), alone_needed(0.4, 0.5)
    (5.0, 2.0, nan)
    """
    g = (risk_ratio - (1 - share)) / share
    if g < 0:
        return math.nan
    return max(g, 1 / g) if g > 0 else math.inf
