"""Generic inverse variance: pooling estimates that were printed with their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from twobytwo import sentence
from twobytwo.estimate.effects import FloatArray
from twobytwo.estimate.inverse_variance import inverse_variance, tidy
from twobytwo.options import Options, options
from twobytwo.pool import study_names
from twobytwo.pooled import Pooled, as_number

PRINTED = "The effects and their standard errors are those printed, not computed from counts."


class LogEffect(NamedTuple):
    """Effects and their standard errors on the log scale, arrays of one shape."""

    effect: FloatArray
    se: FloatArray


def log_effect(
    estimate: ArrayLike, lower: ArrayLike, upper: ArrayLike, level: float = 0.95
) -> LogEffect:
    """The logarithm of printed ratios, and the standard error that their interval implies.

    Parameters
    ----------
    estimate, lower, upper : array_like, shape (..., k)
        Ratios with ``0 < lower <= estimate <= upper``, and ``lower < upper``.
    level : float
        Confidence level of the interval, between 0 and 1.

    Returns
    -------
    LogEffect

    Raises
    ------
    ValueError
        If the numbers are not in this order: then they are no interval of a ratio.

    Notes
    -----
    ``effect = ln(estimate)``, ``se = (ln(upper) - ln(lower)) / (2 z)``. The width alone
    gives the standard error, wherever the estimate lies: see `is_symmetric`.

    References
    ----------
    .. [1] Higgins JPT, Li T, Deeks JJ. Cochrane Handbook, chapter 6.

    Examples
    --------
    >>> [round(float(x), 3) for x in log_effect(3.13, 1.08, 9.1)]
    [1.141, 0.544]
    """
    middle, low, high = (np.asarray(x, float) for x in (estimate, lower, upper))
    sound = (low > 0) & (low <= middle) & (middle <= high) & (low < high) & np.isfinite(high)
    if not np.all(sound):
        raise ValueError("a printed ratio needs 0 < lower <= estimate <= upper, and lower < upper")
    se = (np.log(high) - np.log(low)) / (-2 * ndtri((1 - level) / 2))
    return LogEffect(np.log(middle), se)


def middle(lower: str, upper: str) -> tuple[float, float]:
    """The middle of a printed interval on the log scale, as far as its rounding leaves open.

    Parameters
    ----------
    lower, upper : str
        Positive decimals as printed; their decimals tell the rounding.

    Returns
    -------
    tuple of float
        The least and the largest geometric mean of limits that print like these.

    Examples
    --------
    >>> [round(x, 2) for x in middle("1.22", "4.29")]
    [2.28, 2.29]
    """
    (low, low_end), (high, high_end) = _rounded(lower), _rounded(upper)
    return (low * high) ** 0.5, (low_end * high_end) ** 0.5


def is_symmetric(estimate: str, lower: str, upper: str) -> bool:
    """Tell whether a printed ratio can be the middle of its interval on the log scale.

    Parameters
    ----------
    estimate, lower, upper : str
        Positive decimals as printed; their decimals tell the rounding.

    Returns
    -------
    bool
        False for digits that no Wald interval of a ratio prints: they are of another kind
        of interval, or one of them is misprinted.

    Examples
    --------
    >>> is_symmetric("0.39", "0.16", "0.93"), is_symmetric("2.11", "1.22", "4.29")
    (True, False)
    """
    least, most = middle(lower, upper)
    low, high = _rounded(estimate)
    return low <= most and least <= high


def _rounded(printed: str) -> tuple[float, float]:
    """Between which numbers lies what prints like this."""
    number = Decimal(printed)
    half = Decimal(5).scaleb(-len(printed.partition(".")[2]) - 1)
    if not number > 0:
        raise ValueError(f"{printed!r} is not a positive number, as a ratio is")
    return float(max(number - half, Decimal(0))), float(number + half)


@dataclass(frozen=True)
class GenericResult(Pooled):
    """Pooled printed effects, or a batch of them."""

    options: Options

    def natural(self, effect: ArrayLike) -> Any:
        """From the scale of the effect to the natural scale: exp for OR and RR."""
        value = np.asarray(effect, float)
        return as_number(value if self.measure == "RD" else np.exp(value))

    @property
    def counts(self) -> dict[str, FloatArray]:
        """None: there are no counts."""
        return {}

    @property
    def method_sentence(self) -> str:
        """What was done, in a few sentences ready for a methods section."""
        said = (sentence.pooling(self), sentence.interval(self), PRINTED)
        return " ".join(filter(None, said))


def pool_effects(
    effect: ArrayLike,
    se: ArrayLike,
    *,
    study: Sequence[str] | None = None,
    measure: str | None = None,
    model: str | None = None,
    tau2: str | None = None,
    interval: str | None = None,
    level: float | None = None,
) -> GenericResult:
    """Pool effects by generic inverse variance. Without options: random effects, DL.

    Parameters
    ----------
    effect, se : array_like, shape (..., k)
        Effects (logarithms of OR or RR, or RD) and their standard errors; the last axis is
        the study. Leading axes are separate meta-analyses.
    study : sequence of str, optional
        k names; "Study 1", "Study 2", ... if left out.
    measure, model, tau2, interval, level
        See `twobytwo.options.Options`. None takes the default.

    Returns
    -------
    GenericResult
        For one meta-analysis with floats, for a batch with arrays of shape ``(...)``.

    Raises
    ------
    OptionError
        If choices do not exist or exclude each other.
    ValueError
        If an effect is not finite, or a standard error not finite and positive.

    Notes
    -----
    See `twobytwo.estimate.inverse_variance.inverse_variance`.

    References
    ----------
    .. [1] DerSimonian R, Laird N. Control Clin Trials 1986;7:177.

    Examples
    --------
    >>> two = pool_effects(*log_effect([3.13, 7.57], [1.08, 1.91], [9.1, 30.12]))
    >>> round(two.estimate, 2), round(two.ci_lower, 2), round(two.ci_upper, 2)
    (4.35, 1.87, 10.12)
    """
    chosen = options(
        measure=measure, model=model, method="IV", tau2=tau2, interval=interval, level=level
    )
    y, error = np.broadcast_arrays(np.asarray(effect, float), np.asarray(se, float))
    if y.ndim == 0:
        raise ValueError("effects must be arrays with one entry per study: pass [0.5], not 0.5")
    if not np.all(np.isfinite(y) & np.isfinite(error) & (error > 0)):
        raise ValueError("effects must be finite, and standard errors finite and positive")
    names = study_names(study, y.shape[-1])
    included = np.full(y.shape, True)
    numbers = inverse_variance(y, error**2, included, chosen)
    return GenericResult(
        options=chosen, study=names, included=included, study_effect=y,
        study_variance=error**2, **tidy(numbers, included),
    )  # fmt: skip
