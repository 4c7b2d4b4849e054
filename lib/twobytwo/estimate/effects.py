"""The effect of each 2x2 table, and the Mantel-Haenszel effect common to all; zero-cell rules."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.int64]


class Cells(NamedTuple):
    """The four cells of each study's 2x2 table, arrays of shape ``(..., k)``.

    Attributes
    ----------
    a, b : ndarray
        Treatment arm: patients with and without the event.
    c, d : ndarray
        Control arm: the same.
    """

    a: FloatArray
    b: FloatArray
    c: FloatArray
    d: FloatArray

    @property
    def arms(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Events and patients of each arm, in the order that `cells` takes them."""
        return self.a, self.a + self.b, self.c, self.c + self.d

    def raised(self, increment: float | FloatArray) -> Cells:
        """The same tables with `increment` added to all four cells."""
        return Cells(*(cell + increment for cell in self))


class Effects(NamedTuple):
    """Study effects and their variances, arrays of shape ``(..., k)``.

    They are on the scale on which studies are pooled: log for the odds ratio and the risk
    ratio, natural for the risk difference.
    """

    effect: FloatArray
    variance: FloatArray


class Interval(NamedTuple):
    """Lower and upper limits, arrays of one shape."""

    lower: FloatArray
    upper: FloatArray

    @property
    def excludes_null(self) -> BoolArray:
        """Whether no effect, 0, lies outside; an undefined interval excludes nothing."""
        return (np.asarray(self.lower) > 0) | (np.asarray(self.upper) < 0)


@lru_cache(maxsize=32)
def _ones(k: int) -> FloatArray:
    ones = np.ones(k)
    ones.flags.writeable = False
    return ones


def total(x: FloatArray | BoolArray) -> FloatArray:
    """Sum over the studies, the last axis."""
    # A product with ones is several times faster than .sum(-1) over a last axis of four.
    return x @ _ones(x.shape[-1])


def as_number(value: Any) -> Any:
    """A float for one meta-analysis, the array for a batch."""
    return float(value) if np.ndim(value) == 0 else value


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

    Raises
    ------
    ValueError
        If a count is negative, not whole or not finite, or events exceed patients.

    Examples
    --------
    >>> cells([8], [12], [3], [14])
    Cells(a=array([8.]), b=array([4.]), c=array([3.]), d=array([11.]))
    """
    given = events_treatment, n_treatment, events_control, n_control
    a, n1, c, n2 = counted(*given, arms=("_treatment", "_control"))
    return Cells(a, n1 - a, c, n2 - c)


def counted(*counts: ArrayLike, arms: Sequence[str] = ("",)) -> list[FloatArray]:
    """Events and patients, arm by arm, as floats of one shape; the errors are those of `cells`."""
    given = [np.asarray(x) for x in counts]
    # Whole by their type, as most counts are, numbers need not be looked at one by one.
    whole = all(x.dtype.kind in "iu" for x in given)
    floats = [x.astype(float) for x in given]
    if len({x.shape for x in floats}) > 1:
        floats = [*np.broadcast_arrays(*floats)]
    if floats[0].ndim == 0:
        raise ValueError("counts must be arrays with one entry per study: pass [8], not 8")
    for arm, events, n in zip(arms, floats[::2], floats[1::2], strict=True):
        # Comparisons with NaN are false, so that these four also refuse what is missing.
        sound = (events >= 0) & (events <= n)
        if not whole:
            sound &= (np.floor(events) == events) & (np.floor(n) == n) & np.isfinite(n)
        if not sound.all():
            at = tuple(int(i) for i in np.argwhere(~sound)[0])
            raise ValueError(
                f"study {at[-1] + 1}: events{arm} = {events[at]:g} of n{arm} = {n[at]:g}; "
                "counts must be whole numbers with 0 <= events <= n"
            )
    return floats


def estimable(table: Cells, measure: str) -> BoolArray:
    """Which studies inform a measure, decided on raw counts; shape ``(..., k)``.

    None with an empty arm; and of a ratio none where no patient of either arm, or every
    patient of both, had the event.

    Examples
    --------
    >>> table = cells([8, 0], [12, 9], [3, 0], [14, 8])
    >>> estimable(table, "OR").tolist(), estimable(table, "RD").tolist()
    ([True, False], [True, True])
    """
    a, b, c, d = table
    arms = (a + b) * (c + d)
    return (arms if measure == "RD" else arms * (a + c) * (b + d)) > 0


def has_zero_cell(table: Cells) -> BoolArray:
    """Which studies have an empty cell, shape ``(..., k)``."""
    a, b, c, d = table
    zero: BoolArray = a * b * c * d == 0
    return zero


def corrected(table: Cells, zero_cells: str = "affected", increment: float = 0.5) -> Cells:
    """Apply a zero-cell rule to raw counts.

    Parameters
    ----------
    table : Cells
    zero_cells : {"affected", "all", "none"}
        ``affected`` adds `increment` to all four cells of the studies with a zero cell,
        ``all`` to every study, ``none`` to no study.
    increment : float
        What is added; RevMan 5 adds 0.5.

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
    """Log odds ratio of each study, of cells after the zero-cell rule.

    It is infinite or NaN where a cell is still zero.

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
    """Log risk ratio of each study; as `log_odds_ratio`.

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

    A correction touches the variance alone, and only where it would be 0: where each arm has
    no event, or only events. With ``none`` that variance stays 0.

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
    return a * b / (a + b) ** 3 + c * d / (c + d) ** 3


def peto_log_odds_ratio(table: Cells) -> Effects:
    """Peto's one-step log odds ratio of each study, from raw counts: nothing is added to a cell.

    Notes
    -----
    With m = a + c events among N patients, the hypergeometric law gives
    ``E = n1 m / N`` and ``V = n1 n2 m (N - m) / (N^2 (N - 1))``;
    ``y = (a - E) / V`` and ``v = 1/V``.

    References
    ----------
    .. [1] Yusuf S et al. Beta blockade during and after myocardial infarction.
       Prog Cardiovasc Dis 1985;27:335.

    Examples
    --------
    >>> y, v = peto_log_odds_ratio(cells([8], [12], [3], [14]))
    >>> round(float(np.exp(y[0])), 4), round(float(v[0]), 4)
    (5.9424, 0.6097)
    """
    a, b, c, d = table
    n1, n2, m = a + b, c + d, a + c
    n = n1 + n2
    information = n1 / n * n2 / n * m * (b + d) / (n - 1)
    return Effects((a - n1 * m / n) / information, 1 / information)


def study_effects(
    table: Cells, measure: str, zero_cells: str = "affected", increment: float = 0.5
) -> Effects:
    """Effects and variances by measure ("OR", "RR", "RD") and zero-cell rule, from raw counts.

    They are not finite, or have variance 0, where the study has no effect of its own.

    Examples
    --------
    >>> y, v = study_effects(cells([0], [12], [5], [14]), "OR")
    >>> round(float(np.exp(y[0])), 4), round(float(v[0]), 4)
    (0.0691, 2.3671)
    """
    if measure == "RD":
        return risk_difference(table, zero_cells, increment)
    one = {"OR": log_odds_ratio, "RR": log_risk_ratio}[measure]
    return one(corrected(table, zero_cells, increment))


# Mantel-Haenszel: sums over the tables.


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
    """Mantel-Haenszel common effect; NaN or infinite where the sums do not determine it.

    Parameters
    ----------
    table : Cells
        Raw counts, shape ``(..., k)``.
    use : ndarray of bool, shape (..., k)
        The studies that enter the sums.
    measure : {"OR", "RR", "RD"}
    zero_cells, increment
        See `corrected` for OR and RR; for RD see Notes.

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
    >>> table = cells([13, 19, 8, 24], [23, 48, 12, 66], [4, 22, 3, 13], [23, 100, 14, 66])
    >>> round(float(np.exp(common_effect(table, np.full(4, True), "OR").effect)), 4)
    2.9048
    """
    a, b, c, d = used = table if measure == "RD" else corrected(table, zero_cells, increment)
    r, s = _terms(used, use, measure)
    r_sum, s_sum = total(r), total(s)
    if measure == "RD":
        se = _standard_error_of_mean(s, risk_difference(table, "none").variance)
        mended = risk_difference(table, zero_cells, increment).variance
        se = np.where(se > 0, se, _standard_error_of_mean(s, mended))
        return Common(r_sum / s_sum, se, s)
    if measure == "OR":
        each = _per_patient(used, use)
        p, q = (a + d) * each, (b + c) * each
        mixed = total(p * s + q * r) / (r_sum * s_sum)
        variance = (total(p * r) / r_sum**2 + mixed + total(q * s) / s_sum**2) / 2
    else:
        # Equals n1 n2 (a + c) - a c N, without its cancellation.
        scatter = (a * (a + b) * d + c * (c + d) * b) * _per_patient(used, use) ** 2
        variance = total(scatter) / (r_sum * s_sum)
    return Common(np.log(r_sum / s_sum), np.sqrt(variance), s)


def _standard_error_of_mean(weights: FloatArray, variance: FloatArray) -> FloatArray:
    spread = np.where(weights > 0, weights**2 * variance, 0.0)
    return np.sqrt(total(spread)) / total(weights)


def spread_standard_error(table: Cells, use: BoolArray, measure: str) -> FloatArray:
    """Standard error of the Mantel-Haenszel effect from how far the studies lie apart.

    The parameters are those of `common_effect`; nothing is added to any cell. It is on the scale
    of the effect and goes with t on k - 1 degrees of freedom. NaN or infinite where the effect is
    not determined, or by one study alone.

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
    >>> table = cells([13, 19, 8, 24], [23, 48, 12, 66], [4, 22, 3, 13], [23, 100, 14, 66])
    >>> round(float(spread_standard_error(table, np.full(4, True), "OR")), 4)
    0.2187
    """
    r, s = _terms(table, use, measure)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole, k = total(s)[..., None], use.sum(-1)
        psi = total(r)[..., None] / whole
        pull: FloatArray = np.where(use, (r - psi * s) / (whole - s), 0.0)
        se: FloatArray = np.sqrt((k - 1) / k * total(pull * pull))
        return se if measure == "RD" else se / psi[..., 0]


def center(table: Cells, use: BoolArray, measure: str) -> FloatArray:
    """The Mantel-Haenszel effect alone, about which RevMan takes Q.

    The parameters are those of `common_effect`, for OR and RR with cells after the zero-cell rule.

    Examples
    --------
    >>> table = cells([13, 19, 8, 24], [23, 48, 12, 66], [4, 22, 3, 13], [23, 100, 14, 66])
    >>> round(float(center(table, np.full(4, True), "OR")), 4)
    1.0664
    """
    r, s = _terms(table, use, measure)
    ratio: FloatArray = total(r) / total(s)
    return ratio if measure == "RD" else np.log(ratio)


def _per_patient(table: Cells, use: BoolArray) -> FloatArray:
    """1/N for a study that is used, 0 for one that is not."""
    return np.where(use, 1 / (table.a + table.b + table.c + table.d), 0.0)


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
