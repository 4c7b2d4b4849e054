"""Study effects: one 2x2 table, one number and its variance; the zero-cell rules."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


class Cells(NamedTuple):
    """The four cells of each study's 2x2 table, arrays of shape ``(..., k)``.

    Attributes
    ----------
    a, b : ndarray
        Treatment arm: patients with and without the event.
    c, d : ndarray
        Control arm: patients with and without the event.
    """

    a: FloatArray
    b: FloatArray
    c: FloatArray
    d: FloatArray

    def raised(self, increment: float | FloatArray) -> Cells:
        """The same tables with `increment` added to all four cells."""
        return Cells(*(cell + increment for cell in self))


class Effects(NamedTuple):
    """Study effects and their variances, arrays of shape ``(..., k)``.

    The scale is the one the studies are pooled on: log for the odds ratio and the
    risk ratio, natural for the risk difference.
    """

    effect: FloatArray
    variance: FloatArray


def cells(
    events_treatment: ArrayLike,
    n_treatment: ArrayLike,
    events_control: ArrayLike,
    n_control: ArrayLike,
) -> Cells:
    """Turn counts into the cells of 2x2 tables.

    Parameters
    ----------
    events_treatment, events_control : array_like, shape (..., k)
        Patients with the event; whole numbers, 0 to n.
    n_treatment, n_control : array_like, shape (..., k)
        Patients in the arm; whole numbers. A study with 0 patients in an arm is absent.

    Returns
    -------
    Cells
        Arrays of the common broadcast shape.

    Raises
    ------
    ValueError
        If a count is negative, not whole or not finite, or events exceed patients.

    Examples
    --------
    >>> cells([8], [12], [3], [14])
    Cells(a=array([8.]), b=array([4.]), c=array([3.]), d=array([11.]))
    """
    given = [np.asarray(x) for x in (events_treatment, n_treatment, events_control, n_control)]
    # Whole by their type, as most counts are, numbers need not be looked at one by one.
    whole = all(x.dtype.kind in "iu" for x in given)
    a, n1, c, n2 = np.broadcast_arrays(*(x.astype(float) for x in given))
    if a.ndim == 0:
        raise ValueError("counts must be arrays with one entry per study: pass [8], not 8")
    for name, events, n in (("treatment", a, n1), ("control", c, n2)):
        # Comparisons with NaN are false, so that these four also refuse what is missing.
        sound = (events >= 0) & (events <= n)
        if not whole:
            sound &= (np.floor(events) == events) & (np.floor(n) == n) & np.isfinite(n)
        if not sound.all():
            at = tuple(int(i) for i in np.argwhere(~sound)[0])
            raise ValueError(
                f"study {at[-1] + 1}: events_{name} = {events[at]:g} of n_{name} = {n[at]:g}; "
                "counts must be whole numbers with 0 <= events <= n"
            )
    return Cells(a, n1 - a, c, n2 - c)


def estimable(table: Cells, measure: str) -> BoolArray:
    """Which studies inform the measure, decided on raw counts.

    Parameters
    ----------
    table : Cells
        Raw counts, shape ``(..., k)``.
    measure : {"OR", "RR", "RD"}

    Returns
    -------
    ndarray of bool, shape (..., k)
        False where an arm is empty and, for OR and RR, where no patient of either arm
        or every patient of both had the event: such a table says nothing of a ratio.
    """
    a, b, c, d = table
    present = (a + b > 0) & (c + d > 0)
    if measure == "RD":
        return present
    return present & (a + c > 0) & (b + d > 0)


def has_zero_cell(table: Cells) -> BoolArray:
    """Which studies have an empty cell, shape ``(..., k)``."""
    a, b, c, d = table
    zero: BoolArray = a * b * c * d == 0
    return zero


def corrected(table: Cells, zero_cells: str = "affected", increment: float = 0.5) -> Cells:
    """Apply a zero-cell rule.

    Parameters
    ----------
    table : Cells
        Raw counts, shape ``(..., k)``.
    zero_cells : {"affected", "all", "none"}
        ``affected`` adds `increment` to all four cells of the studies with a zero cell,
        ``all`` to every study, ``none`` to no study.
    increment : float
        What is added; RevMan 5 adds 0.5.

    Returns
    -------
    Cells

    References
    ----------
    .. [1] Deeks JJ, Higgins JPT. Statistical algorithms in Review Manager 5. 2010.
    .. [2] Sweeting MJ, Sutton AJ, Lambert PC. What to add to nothing? Stat Med 2004;23:1351.

    Examples
    --------
    >>> corrected(cells([0], [12], [5], [14]))
    Cells(a=array([0.5]), b=array([12.5]), c=array([5.5]), d=array([9.5]))
    """
    if zero_cells == "none":
        return table
    if zero_cells == "all":
        return table.raised(increment)
    zero = has_zero_cell(table)
    return table.raised(np.where(zero, increment, 0.0)) if zero.any() else table


def log_odds_ratio(table: Cells) -> Effects:
    """Log odds ratio of each study.

    Parameters
    ----------
    table : Cells
        Cells after the zero-cell rule, shape ``(..., k)``.

    Returns
    -------
    Effects
        Infinite or NaN where a cell is still zero.

    Notes
    -----
    ``y = ln(ad / bc)``, ``v = 1/a + 1/b + 1/c + 1/d`` (Woolf).

    Examples
    --------
    >>> y, v = log_odds_ratio(cells([8], [12], [3], [14]))
    >>> round(float(np.exp(y[0])), 4), round(float(v[0]), 4)
    (7.3333, 0.7992)
    """
    a, b, c, d = table
    return Effects(np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d)


def log_risk_ratio(table: Cells) -> Effects:
    """Log risk ratio of each study.

    Notes
    -----
    ``y = ln((a / n1) / (c / n2))``, ``v = 1/a - 1/n1 + 1/c - 1/n2``. After a zero-cell
    correction an arm's n has grown by twice the increment, as in RevMan 5 and metafor.

    Examples
    --------
    >>> y, v = log_risk_ratio(cells([8], [12], [3], [14]))
    >>> round(float(np.exp(y[0])), 4), round(float(v[0]), 4)
    (3.1111, 0.3036)
    """
    a, b, c, d = table
    n1, n2 = a + b, c + d
    # b/(a n1) is 1/a - 1/n1 without the cancellation.
    return Effects(np.log(a * n2 / (c * n1)), b / (a * n1) + d / (c * n2))


def risk_difference(table: Cells, zero_cells: str = "affected", increment: float = 0.5) -> Effects:
    """Risk difference of each study, from raw counts.

    Parameters
    ----------
    table : Cells
        Raw counts, shape ``(..., k)``.
    zero_cells, increment
        The correction touches the variance alone, and only where it would be 0: where
        each arm has no event, or only events. With ``none`` that variance stays 0.

    Returns
    -------
    Effects

    Notes
    -----
    ``y = a/n1 - c/n2``, ``v = ab/n1^3 + cd/n2^3``; where v would be 0 the increment is
    added to all four cells of v (and twice the increment to each n). R's meta uses the
    same formula for every study with a zero cell.

    Examples
    --------
    >>> y, v = risk_difference(cells([0, 1], [10, 10], [0, 2], [10, 10]))
    >>> y.tolist(), [round(x, 6) for x in v.tolist()]
    ([0.0, -0.1], [0.007889, 0.025])
    """
    a, b, c, d = table
    variance = _binomial_variance(table)
    if zero_cells != "none":
        variance = np.where(variance > 0, variance, _binomial_variance(table.raised(increment)))
    return Effects(a / (a + b) - c / (c + d), variance)


def _binomial_variance(table: Cells) -> FloatArray:
    a, b, c, d = table
    variance: FloatArray = a * b / (a + b) ** 3 + c * d / (c + d) ** 3
    return variance


def peto_log_odds_ratio(table: Cells) -> Effects:
    """Peto's one-step log odds ratio of each study, from raw counts.

    Notes
    -----
    With m = a + c events among N patients, the hypergeometric law gives
    ``E = n1 m / N`` and ``V = n1 n2 m (N - m) / (N^2 (N - 1))``;
    ``y = (a - E) / V`` and ``v = 1/V``. Nothing is added to any cell.

    References
    ----------
    .. [1] Yusuf S et al. Beta blockade during and after myocardial infarction.
       Prog Cardiovasc Dis 1985;27:335.

    Examples
    --------
    >>> y, v = peto_log_odds_ratio(cells([0], [12], [5], [14]))
    >>> round(float(y[0]), 6), round(float(v[0]), 6)
    (-2.210884, 0.95805)
    """
    a, b, c, d = table
    n1, n2, m = a + b, c + d, a + c
    total = n1 + n2
    information = n1 / total * n2 / total * m * (b + d) / (total - 1)
    return Effects((a - n1 * m / total) / information, 1 / information)


def study_effects(
    table: Cells, measure: str, zero_cells: str = "affected", increment: float = 0.5
) -> Effects:
    """Effect and variance of each study in the given measure, zero-cell rule applied.

    Parameters
    ----------
    table : Cells
        Raw counts, shape ``(..., k)``.
    measure : {"OR", "RR", "RD"}
    zero_cells, increment
        See `corrected`; for RD see `risk_difference`.

    Returns
    -------
    Effects
        Not finite, or with variance 0, where the study has no effect of its own.
    """
    if measure == "RD":
        return risk_difference(table, zero_cells, increment)
    one = {"OR": log_odds_ratio, "RR": log_risk_ratio}[measure]
    return one(corrected(table, zero_cells, increment))
