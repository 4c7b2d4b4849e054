"""How many patients a randomized trial of two arms of equal size needs."""

from __future__ import annotations

import math

from scipy.special import ndtr, ndtri


def _spreads(risk: float, risk_control: float) -> tuple[float, float]:
    """Standard deviations of a difference between two patients: without and with an effect."""
    for p in (risk, risk_control):
        if not 0 < p < 1:
            raise ValueError(f"a risk lies between 0 and 1, not {p:g}")
    mean = (risk + risk_control) / 2
    null = math.sqrt(2 * mean * (1 - mean))
    return null, math.sqrt(risk * (1 - risk) + risk_control * (1 - risk_control))


def patients_per_arm(
    risk: float, risk_control: float, power: float = 0.8, alpha: float = 0.05
) -> int:
    """Patients in each arm, rounded up, for a two-sided test that tells two proportions apart.

    `alpha` is the chance of a difference where there is none, both sides together. Nobody is lost
    to follow-up; no correction for continuity.

    Raises
    ------
    ValueError
        If a risk is not between 0 and 1, or both are the same.

    Notes
    -----
    With m the mean of the risks p and q,
    ``n = (z(1 - alpha/2) sqrt(2 m (1 - m)) + z(power) sqrt(p (1 - p) + q (1 - q)))^2 / (p - q)^2``.

    References
    ----------
    .. [1] Fleiss JL, Levin B, Paik MC. Statistical Methods for Rates and Proportions, 3rd ed.
       Wiley 2003, section 4.2.

    Examples
    --------
    >>> patients_per_arm(0.75, 0.50, power=0.9)
    77
    """
    null, other = _spreads(risk, risk_control)
    if risk == risk_control:
        raise ValueError("no number of patients tells two equal risks apart")
    root = ndtri(1 - alpha / 2) * null + ndtri(power) * other
    return math.ceil(float(root / (risk - risk_control)) ** 2)


def power_of_trial(per_arm: float, risk: float, risk_control: float, alpha: float = 0.05) -> float:
    """Chance that a trial of a given size finds a difference between two risks.

    The parameters and formula are those of `patients_per_arm`. Significance in the wrong direction
    does not count.

    Examples
    --------
    >>> round(power_of_trial(77, 0.75, 0.50), 2)
    0.9
    """
    null, other = _spreads(risk, risk_control)
    shift = math.sqrt(per_arm) * abs(risk - risk_control)
    return float(ndtr((shift - ndtri(1 - alpha / 2) * null) / other))
