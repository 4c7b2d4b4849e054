"""Do small studies show other effects than large ones? Egger, Harbord and Peters ask."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from twobytwo.estimate import intervals
from twobytwo.estimate.effects import Cells, FloatArray, peto_log_odds_ratio

FEWEST = 10  # studies, below which such a test must not be read
DEFINED = 3  # studies, below which there is none


class Asymmetry(NamedTuple):
    """A test of small-study effects; floats for one meta-analysis, arrays for a batch.

    Attributes
    ----------
    bias
        The slope of the effect on what measures the smallness of a study; 0 if small and
        large studies agree.
    intercept
        The effect that the line foretells for an infinitely large study.
    se
        Standard error of the slope.
    t, df, p
        The slope in standard errors, its k - 2 degrees of freedom, two-sided p-value.
    k
        Studies in the regression.
    """

    bias: Any
    intercept: Any
    se: Any
    t: Any
    df: Any
    p: Any
    k: Any

    @property
    def warning(self) -> str:
        """Why the result must not be read; empty from ten studies on (of the smallest, if many)."""
        k = int(np.min(self.k, initial=FEWEST))
        if k >= FEWEST:
            return ""
        who = "1 study is" if k == 1 else f"{k or 'no'} studies are"
        if k < DEFINED:
            return f"{who[0].upper()}{who[1:]} too few: the test needs {DEFINED} at least."
        return (
            f"{who[0].upper()}{who[1:]} too few: below {FEWEST} the test must not be read, "
            "whatever its p-value."
        )


def egger(effect: ArrayLike, variance: ArrayLike) -> Asymmetry:
    """Egger's test: whether less precise studies show other effects.

    Parameters
    ----------
    effect, variance : array_like, shape (..., k)
        As in `twobytwo.Result.study_effect` and `study_variance`; a study where either is
        not finite, or the variance not above 0, is left out.

    Returns
    -------
    Asymmetry
        NaN below three studies, or where all standard errors are the same.

    Notes
    -----
    Least squares of ``y`` on ``sqrt(v)`` with weights ``1/v`` and a dispersion estimated
    from the residuals. Its slope is the intercept of Egger's own line, of ``y / sqrt(v)`` on
    ``1 / sqrt(v)``. The same as `metabias` of R's meta, and as `regtest(model="lm")` of
    metafor.

    References
    ----------
    .. [1] Egger M et al. Bias in meta-analysis detected by a simple, graphical test.
       BMJ 1997;315:629.

    Examples
    --------
    >>> test = egger([-2.65, -0.50, -2.67, -0.52], [1.23, 0.26, 2.37, 0.13])
    >>> round(test.bias, 1), test.df, round(test.p, 2)
    (-2.2, 2.0, 0.06)
    >>> test.warning
    '4 studies are too few: below 10 the test must not be read, whatever its p-value.'
    """
    y, v = np.broadcast_arrays(np.asarray(effect, float), np.asarray(variance, float))
    sound = np.isfinite(y) & np.isfinite(v) & (v > 0)
    v = np.where(sound, v, 1.0)
    return _line(y, np.sqrt(v), np.where(sound, 1 / v, 0.0))


def harbord(table: Cells) -> Asymmetry:
    """Harbord's test: Egger's, on the score of the log odds ratio.

    Parameters
    ----------
    table : Cells
        Raw counts, shape ``(..., k)``. Nothing is added to a zero cell; a study with no
        event, or with nothing else, is left out.

    Returns
    -------
    Asymmetry
        NaN below three studies, or where all have the same information.

    Notes
    -----
    Least squares of ``Z / V`` on ``1 / sqrt(V)`` with weights ``V``: the score ``Z = a - E``
    and its variance ``V`` are those of Peto's odds ratio. A study's log odds ratio and its
    standard error are functions of the same four cells and so go together even without bias;
    score and variance do so less.

    References
    ----------
    .. [1] Harbord RM, Egger M, Sterne JAC. Stat Med 2006;25:3443.

    Examples
    --------
    >>> from twobytwo.estimate.effects import cells
    >>> deaths = cells([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
    >>> test = harbord(deaths)
    >>> round(test.bias, 2), round(test.p, 3)
    (-3.28, 0.082)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        y, v = peto_log_odds_ratio(table)
    return egger(y, v)


def peters(effect: ArrayLike, table: Cells) -> Asymmetry:
    """Peters' test: whether studies of fewer patients show other effects.

    Parameters
    ----------
    effect : array_like, shape (..., k)
        Log odds ratios (or log risk ratios), zero-cell rule applied; NaN leaves a study out.
    table : Cells
        Raw counts, shape ``(..., k)``.

    Returns
    -------
    Asymmetry
        NaN below three studies, or where all have the same size.

    Notes
    -----
    Least squares of ``y`` on ``1/N``, N the patients of a study, with weights
    ``1 / (1/(a + c) + 1/(b + d))``. The size of a study depends on its effect less than the
    standard error does.

    References
    ----------
    .. [1] Peters JL et al. Comparison of two methods to detect publication bias in
       meta-analysis. JAMA 2006;295:676.

    Examples
    --------
    >>> from twobytwo import pool
    >>> deaths = pool([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
    >>> test = peters(deaths.study_effect, deaths.table)
    >>> round(test.bias, 1), round(test.p, 3)
    (-89.6, 0.081)
    """
    a, b, c, d = table
    patients = a + b + c + d
    some = patients > 0
    n = np.where(some, patients, 1.0)
    return _line(np.asarray(effect, float), 1 / n, np.where(some, (a + c) * (b + d) / n, 0.0))


def _line(y: FloatArray, x: FloatArray, weights: FloatArray) -> Asymmetry:
    """A weighted least-squares line through the studies that have an effect and a weight."""
    used = np.isfinite(y) & (weights > 0)
    y, w = np.where(used, y, 0.0), np.where(used, weights, 0.0)
    ones = np.ones(y.shape[-1])
    k = used @ ones
    df = np.where(k >= DEFINED, k - 2, np.nan)
    highest = np.where(used, x, -np.inf).max(-1, initial=-np.inf)
    lowest = np.where(used, x, np.inf).min(-1, initial=np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        total = w @ ones
        mean_x, mean_y = (w * x) @ ones / total, (w * y) @ ones / total
        away = np.where(used, x - mean_x[..., None], 0.0)
        # Of equal studies rounding leaves a spread that is none.
        spread = np.where(highest - lowest > 1e-12 * highest, (w * away * away) @ ones, np.nan)
        bias = np.where(k >= DEFINED, (w * away * y) @ ones / spread, np.nan)
        rest = np.where(used, y - mean_y[..., None] - bias[..., None] * away, 0.0)
        se = np.sqrt((w * rest * rest) @ ones / df / spread)
        t = bias / se
    p = intervals.p_value(t, np.nan_to_num(df))  # no degree of freedom, no p
    numbers = (bias, mean_y - bias * mean_x, se, t, df, p, k)
    return Asymmetry(*(float(x) if x.ndim == 0 else x for x in numbers))
