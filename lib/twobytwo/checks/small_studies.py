"""Do small studies show other effects than large ones? Egger, Harbord and Peters ask."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import nctdtr, stdtrit

from twobytwo.estimate.effects import Cells, FloatArray, as_number, peto_log_odds_ratio, total
from twobytwo.estimate.mean import p_value
from twobytwo.results import Pooled, both_arms
from twobytwo.rounding import number, p_text
from twobytwo.table import Column, Shown, Table

FEWEST = 10  # studies, below which such a test must not be read
DEFINED = 3  # studies, below which there is none


class _Slope(NamedTuple):
    bias: Any
    intercept: Any
    se: Any
    t: Any
    df: Any
    p: Any
    k: Any
    test: str


class Asymmetry(Shown, _Slope):
    """A test of small-study effects; floats for one meta-analysis, arrays for a batch.

    Attributes
    ----------
    bias, se
        The slope of the effect on what measures the smallness of a study (0 if small and large
        studies agree), and its standard error.
    intercept
        The effect that the line foretells for an infinitely large study.
    t, df, p
        The slope in standard errors, its k - 2 degrees of freedom, two-sided p-value.
    k
        Studies in the regression.
    test : str
        Whose test it is.
    """

    __slots__ = ()

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

    @property
    def shown(self) -> Table:
        """The test in one row, with the reason not to read it if there is one."""
        if np.ndim(self.p):
            raise ValueError("a table shows one test, not a batch of them")
        values = {"k": self.k, "bias": self.bias, "se": self.se, "t": self.t, "df": self.df}
        decimals = {"k": 0, "bias": 2, "se": 2, "t": 2, "df": 0}
        headings = {"k": "Studies", "bias": "Slope", "se": "Standard error"}
        columns = (
            Column("Test", [self.test], {"test": [self.test]}),
            *(
                Column(headings.get(name, name), [number(x, decimals[name])], {name: [x]})
                for name, x in values.items()
            ),
            Column("p", [p_text(self.p) if np.isfinite(self.p) else "-"], {"p": [self.p]}),
        )
        notes = (self.warning,) if self.warning else ()
        return Table(columns, "Do small studies show other effects than large ones?", notes)


def egger(source: Pooled | ArrayLike, variance: ArrayLike | None = None) -> Asymmetry:
    """Egger's test: whether less precise studies show other effects.

    NaN below three studies, or where all standard errors are the same.

    Parameters
    ----------
    source : Result, or array_like, shape (..., k)
        A pooled result; or effects, with the variances below.
    variance : array_like, shape (..., k)
        A study where effect or variance is not finite, or the variance not above 0, is left
        out.

    Returns
    -------
    Asymmetry

    Raises
    ------
    TypeError
        If effects come without their variances.

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
    >>> egger([-2.65, -0.50, -2.67, -0.52], [1.23, 0.26, 2.37, 0.13])
    Test   Studies  Slope  Standard error      t  df     p
    Egger        4  -2.22            0.59  -3.75   2  0.06
    <BLANKLINE>
    4 studies are too few: below 10 the test must not be read, whatever its p-value.
    """
    if isinstance(source, Pooled):
        return _egger("Egger", source.study_effect, source.study_variance)
    if variance is None:
        raise TypeError("egger takes a result, or effects and their variances")
    return _egger("Egger", source, variance)


def _egger(test: str, effect: ArrayLike, variance: ArrayLike) -> Asymmetry:
    y, v = np.broadcast_arrays(np.asarray(effect, float), np.asarray(variance, float))
    sound = np.isfinite(y) & np.isfinite(v) & (v > 0)
    v = np.where(sound, v, 1.0)
    return _line(test, y, np.sqrt(v), np.where(sound, 1 / v, 0.0))


def harbord(source: Pooled | Cells) -> Asymmetry:
    """Harbord's test: Egger's, on the score of the log odds ratio.

    Nothing is added to a zero cell; a study with no event, or with nothing else, is left out. NaN
    below three studies, or where all have the same information.

    Parameters
    ----------
    source : Result, or Cells of shape (..., k)
        A pooled result, or raw counts.

    Returns
    -------
    Asymmetry

    Raises
    ------
    ValueError
        If a result has no counts of both arms.

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
    >>> from twobytwo import pool
    >>> deaths = pool([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
    >>> round(harbord(deaths).bias, 2), round(harbord(deaths).p, 2)
    (-3.28, 0.08)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        y, v = peto_log_odds_ratio(_cells(source))
    return _egger("Harbord", y, v)


def peters(source: Pooled | ArrayLike, table: Cells | None = None) -> Asymmetry:
    """Peters' test: whether studies of fewer patients show other effects.

    NaN below three studies, or where all have the same size.

    Parameters
    ----------
    source : Result, or array_like, shape (..., k)
        A pooled result; or log odds ratios (or log risk ratios), zero-cell rule applied, with
        the raw counts below. NaN leaves a study out.
    table : Cells
        Raw counts, shape ``(..., k)``.

    Returns
    -------
    Asymmetry

    Raises
    ------
    TypeError
        If effects come without counts.
    ValueError
        If a result has no counts of both arms.

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
    >>> round(peters(deaths).bias, 1), round(peters(deaths).p, 2)
    (-89.6, 0.08)
    """
    if isinstance(source, Pooled):
        return peters(source.study_effect, _cells(source))
    if table is None:
        raise TypeError("peters takes a result, or effects and the raw counts")
    a, b, c, d = table
    patients = a + b + c + d
    some = patients > 0
    n = np.where(some, patients, 1.0)
    return _line(
        "Peters", np.asarray(source, float), 1 / n, np.where(some, (a + c) * (b + d) / n, 0.0)
    )


def egger_power(
    variance: ArrayLike, bias: float = 1.0, copies: float = 1, alpha: float = 0.05
) -> float:
    """How often Egger's test finds it if each study errs by `bias` of its standard errors.

    The studies, of these variances, scatter by chance alone, and there are so many `copies` of
    each: 2.5 of four make ten. The test finds it by a p-value below alpha.

    Notes
    -----
    The slope then has variance ``1 / sum(w (x - mean)^2)``, x the standard errors and w the
    inverse variances, and its t is noncentral with copies k - 2 degrees of freedom.

    Examples
    --------
    >>> studies = [1.23, 0.26, 2.37, 0.13]
    >>> round(egger_power(studies, bias=0), 3), round(egger_power(studies), 2)
    (0.05, 0.09)
    """
    v = np.asarray(variance, float)
    weight, se = 1 / v, np.sqrt(v)
    spread = copies * float((weight * (se - np.average(se, weights=weight)) ** 2).sum())
    df = copies * len(se) - 2
    edge, shift = -float(stdtrit(df, alpha / 2)), bias * math.sqrt(spread)
    return float(1 - nctdtr(df, shift, edge) + nctdtr(df, shift, -edge))


def _cells(source: Pooled | Cells) -> Cells:
    return both_arms(source, "the test") if isinstance(source, Pooled) else Cells(*source)


def _line(test: str, y: FloatArray, x: FloatArray, weights: FloatArray) -> Asymmetry:
    """A weighted least-squares line through the studies that have an effect and a weight."""
    used = np.isfinite(y) & (weights > 0)
    y, w = np.where(used, y, 0.0), np.where(used, weights, 0.0)
    k = total(used)
    df = np.where(k >= DEFINED, k - 2, np.nan)
    highest = np.where(used, x, -np.inf).max(-1, initial=-np.inf)
    lowest = np.where(used, x, np.inf).min(-1, initial=np.inf)
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = total(w)
        mean_x, mean_y = total(w * x) / whole, total(w * y) / whole
        away = np.where(used, x - mean_x[..., None], 0.0)
        # Of equal studies rounding leaves a spread that is none.
        spread = np.where(highest - lowest > 1e-12 * highest, total(w * away * away), np.nan)
        bias = np.where(k >= DEFINED, total(w * away * y) / spread, np.nan)
        rest = np.where(used, y - mean_y[..., None] - bias[..., None] * away, 0.0)
        se = np.sqrt(total(w * rest * rest) / df / spread)
        t = bias / se
    p = p_value(t, np.nan_to_num(df))  # no degree of freedom, no p
    numbers = bias, mean_y - bias * mean_x, se, t, df, p, k
    return Asymmetry._make((*map(as_number, numbers), test))
