"""Mantel-Haenszel: one effect common to all tables, from sums over the tables."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from twobytwo.estimate.effects import BoolArray, Cells, FloatArray, corrected, risk_difference


class Common(NamedTuple):
    """A common effect: log scale for OR and RR, natural for RD.

    Attributes
    ----------
    effect, se : ndarray, shape (...)
    weights : ndarray, shape (..., k)
        Each study's share in the effect, not normalized; 0 where it is left out.
    """

    effect: FloatArray
    se: FloatArray
    weights: FloatArray


def common_effect(
    table: Cells,
    use: BoolArray,
    measure: str,
    zero_cells: str = "affected",
    increment: float = 0.5,
) -> Common:
    """Mantel-Haenszel common effect.

    Parameters
    ----------
    table : Cells
        Raw counts, shape ``(..., k)``.
    use : ndarray of bool, shape (..., k)
        The studies that enter the sums.
    measure : {"OR", "RR", "RD"}
    zero_cells, increment
        See `twobytwo.estimate.effects.corrected` for OR and RR; for RD see Notes.

    Returns
    -------
    Common
        NaN or infinite where the sums do not determine it.

    Notes
    -----
    With N patients in a study, n1 treated and n2 controls:

    - OR: ``sum(ad/N) / sum(bc/N)``, standard error of Robins, Breslow and Greenland;
    - RR: ``sum(a n2/N) / sum(c n1/N)``, standard error of Greenland and Robins;
    - RD: the mean of a/n1 - c/n2 with weights n1 n2/N, standard error of Greenland and
      Robins; where that would be 0, from study variances that are corrected where they
      are 0.

    References
    ----------
    .. [1] Mantel N, Haenszel W. J Natl Cancer Inst 1959;22:719.
    .. [2] Robins J, Breslow N, Greenland S. Biometrics 1986;42:311.
    .. [3] Greenland S, Robins JM. Biometrics 1985;41:55.

    Examples
    --------
    >>> from twobytwo.estimate.effects import cells
    >>> table = cells([13, 19, 8, 24], [23, 48, 12, 66], [4, 22, 3, 13], [23, 100, 14, 66])
    >>> round(float(np.exp(common_effect(table, np.full(4, True), "OR").effect)), 4)
    2.9048
    """
    if measure == "RD":
        return _risk_difference(table, _per_patient(table, use), zero_cells, increment)
    used = corrected(table, zero_cells, increment)
    one = {"OR": _log_odds_ratio, "RR": _log_risk_ratio}[measure]
    return one(used, _per_patient(used, use))


def spread_standard_error(table: Cells, use: BoolArray, measure: str) -> FloatArray:
    """Standard error of the Mantel-Haenszel effect from how far the studies lie apart.

    Parameters
    ----------
    table : Cells
        Raw counts, shape ``(..., k)``; nothing is added to any cell.
    use : ndarray of bool, shape (..., k)
        The studies that enter the sums.
    measure : {"OR", "RR", "RD"}

    Returns
    -------
    ndarray, shape (...)
        On the scale of the effect. It goes with t on k - 1 degrees of freedom. NaN or infinite
        where the effect is not determined, or by one study alone.

    Notes
    -----
    The effect is a ratio of sums ``psi = sum(r) / sum(s)``. A study's pull on it is
    ``u = (r - psi s) / sum(s)``, and ``u / (1 - h)`` with ``h = s / sum(s)`` is how far the
    effect moves when the study is left out. The standard error is the jackknife's,
    ``sqrt((k - 1) / k sum((u / (1 - h))^2))``, over psi for the logarithm of a ratio. It assumes
    no law of the counts and no common effect: the effects of the studies may differ.

    References
    ----------
    .. [1] Breslow NE, Liang KY. The variance of the Mantel-Haenszel estimator. Biometrics
       1982;38:943.

    Examples
    --------
    >>> from twobytwo.estimate.effects import cells
    >>> deaths = cells([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
    >>> round(float(spread_standard_error(deaths, np.full(4, True), "OR")), 4)
    0.3563
    """
    r, s = _terms(table, use, measure)
    with np.errstate(divide="ignore", invalid="ignore"):
        total, k = _sum(s)[..., None], use.sum(-1)
        psi = _sum(r)[..., None] / total
        pull: FloatArray = np.where(use, (r - psi * s) / (total - s), 0.0)
        se: FloatArray = np.sqrt((k - 1) / k * _sum(pull * pull))
        return se if measure == "RD" else se / psi[..., 0]


def _per_patient(table: Cells, use: BoolArray) -> FloatArray:
    """1/N for a study that is used, 0 for one that is not."""
    return np.where(use, 1 / (table.a + table.b + table.c + table.d), 0.0)


def _sum(x: FloatArray) -> FloatArray:
    # A product with ones is six times faster than .sum(-1) over a short last axis.
    total: FloatArray = x @ np.ones(x.shape[-1])
    return total


def _log_odds_ratio(table: Cells, per_patient: FloatArray) -> Common:
    a, b, c, d = table
    r, s = a * d * per_patient, b * c * per_patient
    p, q = (a + d) * per_patient, (b + c) * per_patient
    r_sum, s_sum = _sum(r), _sum(s)
    variance = (
        _sum(p * r) / r_sum**2 + _sum(p * s + q * r) / (r_sum * s_sum) + _sum(q * s) / s_sum**2
    ) / 2
    return Common(np.log(r_sum / s_sum), np.sqrt(variance), s)


def _log_risk_ratio(table: Cells, per_patient: FloatArray) -> Common:
    a, b, c, d = table
    n1, n2 = a + b, c + d
    r, s = a * n2 * per_patient, c * n1 * per_patient
    r_sum, s_sum = _sum(r), _sum(s)
    # Equals n1 n2 (a + c) - a c N, without its cancellation.
    spread = (a * n1 * d + c * n2 * b) * per_patient**2
    return Common(np.log(r_sum / s_sum), np.sqrt(_sum(spread) / (r_sum * s_sum)), s)


def _risk_difference(
    table: Cells, per_patient: FloatArray, zero_cells: str, increment: float
) -> Common:
    a, b, c, d = table
    n1, n2 = a + b, c + d
    weights = n1 * n2 * per_patient
    weight_sum = _sum(weights)
    effect = _sum((a * n2 - c * n1) * per_patient) / weight_sum
    se = _standard_error_of_mean(weights, risk_difference(table, "none").variance)
    mended = risk_difference(table, zero_cells, increment).variance
    se = np.where(se > 0, se, _standard_error_of_mean(weights, mended))
    return Common(effect, se, weights)


def _standard_error_of_mean(weights: FloatArray, variance: FloatArray) -> FloatArray:
    spread = np.where(weights > 0, weights**2 * variance, 0.0)
    se: FloatArray = np.sqrt(_sum(spread)) / _sum(weights)
    return se


def center(table: Cells, use: BoolArray, measure: str) -> FloatArray:
    """The Mantel-Haenszel effect alone, about which RevMan takes Q.

    Parameters
    ----------
    table : Cells
        Cells after the zero-cell rule for OR and RR, raw counts for RD; shape ``(..., k)``.
    use : ndarray of bool, shape (..., k)
        The studies that enter the sums.
    measure : {"OR", "RR", "RD"}

    Returns
    -------
    ndarray, shape (...)
        As the effect of `common_effect`.

    Examples
    --------
    >>> from twobytwo.estimate.effects import cells
    >>> table = cells([13, 19, 8, 24], [23, 48, 12, 66], [4, 22, 3, 13], [23, 100, 14, 66])
    >>> round(float(np.exp(center(table, np.full(4, True), "OR"))), 4)
    2.9048
    """
    r, s = _terms(table, use, measure)
    ratio: FloatArray = _sum(r) / _sum(s)
    return ratio if measure == "RD" else np.log(ratio)


def _terms(table: Cells, use: BoolArray, measure: str) -> tuple[FloatArray, FloatArray]:
    """Numerators and denominators of the studies, whose sums have the effect as ratio."""
    a, b, c, d = table
    each = _per_patient(table, use)
    if measure == "OR":
        return a * d * each, b * c * each
    n1, n2 = a + b, c + d
    if measure == "RR":
        return a * n2 * each, c * n1 * each
    return (a * n2 - c * n1) * each, n1 * n2 * each
