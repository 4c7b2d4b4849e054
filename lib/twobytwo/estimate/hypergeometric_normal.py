"""Odds ratios that vary between studies, by exact maximum likelihood.

Each study has the noncentral hypergeometric law of its table, given the margins; the log
odds ratios of the studies are normal. No study effect, no standard error and no zero-cell
correction enters.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from twobytwo.estimate.binomial_normal import Slopes, weighted
from twobytwo.estimate.effects import FloatArray, IntArray, as_number
from twobytwo.estimate.hypergeometric import Laws, laws
from twobytwo.estimate.profile import Fit, Profile
from twobytwo.estimate.roots import ascend

# Between nodes, in widths of the narrowest integrand: with half of it nothing changes.
STEP = 0.4
# Values times nodes that are looked at once: they then stay in the processor's cache.
BLOCK = 200_000
# Studies of a batch that are fitted at once: this bounds the memory.
CHUNK = 20_000


def hypergeometric_normal(
    events_treatment: ArrayLike,
    n_treatment: ArrayLike,
    events_control: ArrayLike,
    n_control: ArrayLike,
) -> Fit:
    """Fit the hypergeometric-normal model by maximum likelihood.

    NaN where no study says anything; and where each study lies at an end of what its margins
    allow, some at the lower and some at the upper one, for then the likelihood grows with tau2
    without reaching a maximum.

    Parameters
    ----------
    events_treatment, n_treatment, events_control, n_control : array_like, shape (..., k)
        Counts. A study whose margins allow one table only says nothing and drops out.

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        If the counts are none, or allow too many tables.

    Notes
    -----
    ``L(theta, tau2) = prod_i integral P_i(s_i | psi = exp(theta + tau u)) phi(u) du``, with
    ``P_i(s | psi)`` proportional to ``C(n1, s) C(n2, m - s) psi^s``. At tau2 = 0 this is the
    conditional likelihood of `twobytwo.estimate.exact.exact_odds_ratio`. How the highest point
    is found, and what the standard error is: see `twobytwo.estimate.profile.Profile.climb`.
    Values of a free cell that count for nothing are left out of the integrals, so that an
    arm of 100,000 is no burden.

    References
    ----------
    .. [1] van Houwelingen HC, Zwinderman KH, Stijnen T. Stat Med 1993;12:2273.
    .. [2] Stijnen T, Hamza TH, Ozdemir P. Stat Med 2010;29:3046.

    Examples
    --------
    >>> treated, controls = ([1, 6, 0, 21], [23, 48, 12, 66]), ([9, 19, 5, 29], [23, 100, 14, 66])
    >>> fit = hypergeometric_normal(*treated, *controls)
    >>> [round(x, 4) for x in (fit.effect, fit.se, fit.tau2)]
    [-1.1277, 0.6355, 0.3434]
    """
    studies, row, batch = _laws(events_treatment, n_treatment, events_control, n_control)
    m = math.prod(batch)
    one_end, other_end = (
        np.bincount(row, end, m) for end in (studies.least == 0, studies.most == 0)
    )
    say = np.bincount(row, minlength=m)
    numbers = np.full((5, m), np.nan)
    numbers[0, (one_end == say) & (say > 0)] = -np.inf
    numbers[0, (other_end == say) & (say > 0)] = np.inf
    numbers[2:, np.isinf(numbers[0])] = 0.0

    # What is left has a maximum.
    rows = np.flatnonzero((one_end + other_end < say) & (say > 0))
    kept = np.isin(row, rows)
    parts = max(1, math.ceil(kept.sum() / CHUNK))
    for part in np.array_split(rows, parts):
        if part.size:
            inside = np.isin(row, part)
            model = _Model(studies.take(inside), np.searchsorted(part, row[inside]), len(part))
            model.common()
            numbers[:, part] = model.climb()
    return Fit(*(as_number(x.reshape(batch)) for x in numbers))


def log_likelihood(
    events_treatment: ArrayLike,
    n_treatment: ArrayLike,
    events_control: ArrayLike,
    n_control: ArrayLike,
    effect: float,
    tau2: float,
) -> float:
    """Log-likelihood of the hypergeometric-normal model of one meta-analysis; tau2 is positive.

    Examples
    --------
    >>> treated, controls = ([1, 6, 0, 21], [23, 48, 12, 66]), ([9, 19, 5, 29], [23, 100, 14, 66])
    >>> round(log_likelihood(*treated, *controls, effect=-1.1277, tau2=0.3434), 4)
    -8.6667
    """
    studies, row, _ = _laws(events_treatment, n_treatment, events_control, n_control)
    model = _Model(studies, row, 1)
    return float(model.slopes(np.array([effect]), np.array([tau2])).height[0])


def likelihood_ratio_p(
    events_treatment: ArrayLike,
    n_treatment: ArrayLike,
    events_control: ArrayLike,
    n_control: ArrayLike,
) -> float:
    """P-value of a mean odds ratio of 1, whatever tau2, by the ratio of likelihoods.

    The parameters are those of `hypergeometric_normal`, of one meta-analysis.

    Notes
    -----
    Twice the logarithm of the ratio of the highest likelihood to the highest with a mean log
    odds ratio of 0 is taken as chi-square with one degree of freedom.

    Examples
    --------
    >>> treated, controls = ([1, 6, 0, 21], [23, 48, 12, 66]), ([9, 19, 5, 29], [23, 100, 14, 66])
    >>> round(likelihood_ratio_p(*treated, *controls), 3)
    0.038
    """
    # Only here is it needed, and it takes as long to load as the rest of the library.
    from scipy.optimize import minimize_scalar

    arms = events_treatment, n_treatment, events_control, n_control
    null = minimize_scalar(
        lambda log_tau2: -log_likelihood(*arms, 0.0, math.exp(log_tau2)),
        bounds=(-8.0, 4.0),
        method="bounded",
    )
    return float(chdtrc(1, 2 * (hypergeometric_normal(*arms).log_likelihood + null.fun)))


class _Model(Profile):
    """The likelihood of m meta-analyses; `row` says to which of them each law belongs."""

    def __init__(self, studies: Laws, row: IntArray, m: int) -> None:
        self.studies, self.row, self.m = studies, row, m

    def common(self) -> None:
        """Find what Profile asks for at tau2 = 0."""
        studies, row = self.studies, self.row

        def slope(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
            first, second = studies.slope(theta[row])
            return self.total(first), self.total(second)

        self.mu = ascend(slope, np.zeros(self.m), reach=2.0, precision=1e-9)
        score, curvature = studies.slope(self.mu[row])
        self.information = -self.total(curvature)
        self.se = 1 / np.sqrt(self.information)
        self.excess = self.total(score * score + curvature)
        self.height = self.total(studies.log_probability(self.mu[row, None])[:, 0])
        self.deviance = 2 * (self.total(studies.highest()) - self.height)
        largest, longest = np.zeros(self.m), np.zeros(self.m)
        np.maximum.at(largest, row, -curvature)
        np.maximum.at(longest, row, studies.size)
        self.first = 1 / (100 * np.maximum(largest, 0.1))
        self.top = (1 + 2 * np.log(longest)) ** 2

    def total(self, each: FloatArray) -> FloatArray:
        """Sum over the studies of each meta-analysis."""
        return np.bincount(self.row, each, self.m).astype(float)

    def slopes(self, mu: FloatArray, tau2: FloatArray) -> Slopes:
        """Log-likelihood of each meta-analysis and its derivatives."""
        each = _integrals(self.studies, mu[self.row], tau2[self.row])
        return Slopes(*(self.total(part) for part in each))


def _integrals(studies: Laws, mean: FloatArray, tau2: FloatArray) -> Slopes:
    """Log-likelihood of each study, shape (n,), and its derivatives when theta is normal.

    The integrand is log-concave and falls from its mode at least as a normal density
    with variance tau2. It has no pole nearer to the real line than pi, and the free
    cell is a sum of independent zeros and ones, so that its variance is at most a
    quarter of their number: this bounds the step of the trapezoidal rule, whose error
    falls exponentially.
    """

    def slope(theta: FloatArray) -> tuple[FloatArray, FloatArray]:
        first, second = studies.slope(theta)
        return first - (theta - mean) / tau2, second - 1 / tau2

    tau = np.sqrt(tau2)
    mode = ascend(slope, mean, reach=2.0, precision=0.01)
    step = STEP / np.sqrt(1 + 1 / tau2 + (studies.size - 1) / 4)

    def log(laws: Laws, theta: FloatArray, mean: FloatArray, tau: FloatArray) -> FloatArray:
        z = (theta - mean[:, None]) / tau[:, None]
        return laws.log_probability(theta) - z * z / 2

    # The normal density alone is nothing at 9 tau; a sharper law is so much earlier.
    floor = log(studies, mode[:, None], mean, tau)[:, 0] - 41
    reach = []
    for sign in (-1, 1):
        inner, outer = np.zeros(len(mode)), 9 * tau
        for _ in range(5):
            middle = np.sqrt((inner + step) * (outer + step)) - step
            inside = log(studies, (mode + sign * middle)[:, None], mean, tau)[:, 0] > floor
            inner, outer = np.where(inside, middle, inner), np.where(inside, outer, middle)
        reach.append(outer)
    left, width = mode - reach[0], reach[0] + reach[1]
    nodes = np.ceil(width / step).astype(np.int64)

    found = np.empty((len(Slopes._fields), len(mode)))
    for block in _blocks(nodes, studies.size):
        part = np.zeros(len(mode), bool)
        part[block] = True
        few, low, span, m, t = studies.take(part), left[part], width[part], mean[part], tau[part]
        few = few.between(low, low + span)
        h = span / nodes[part].max()
        theta = low[:, None] + h[:, None] * np.arange(nodes[part].max() + 1)
        found[:, part] = weighted(log(few, theta, m, t), (theta - m[:, None]) / t[:, None], t)
        found[0, part] += np.log(h / t) - math.log(2 * math.pi) / 2
    return Slopes(*found)


def _blocks(nodes: IntArray, values: IntArray) -> list[IntArray]:
    """Studies in parts that need about as many nodes, none too large for the memory."""
    order = np.argsort(nodes, kind="stable")
    work = np.cumsum(nodes[order] * values[order]) // BLOCK
    doubling = np.ceil(2 * np.log2(nodes[order])).astype(np.int64)
    cuts = np.flatnonzero((np.diff(work) > 0) | (np.diff(doubling) > 0)) + 1
    return [part for part in np.split(order, cuts) if part.size]


def _laws(*arms: ArrayLike) -> tuple[Laws, IntArray, tuple[int, ...]]:
    """The laws that say something, the meta-analysis of each, and the shape of the batch."""
    shape = np.broadcast_shapes(*(np.shape(x) for x in arms))
    studies = laws(*(np.broadcast_to(x, shape) for x in arms))
    row = np.repeat(np.arange(math.prod(shape[:-1])), shape[-1])
    say = studies.size > 1
    return studies.take(say), row[say], shape[:-1]
