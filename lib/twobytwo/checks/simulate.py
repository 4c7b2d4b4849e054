"""Meta-analyses drawn from a known truth, many at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from twobytwo.estimate.effects import IntArray


class Drawn(NamedTuple):
    """The counts of m meta-analyses of k studies, shape (m, k), in the order that `pool` takes."""

    events_treatment: IntArray
    n_treatment: IntArray
    events_control: IntArray
    n_control: IntArray


def draw(
    n_treatment: ArrayLike,
    n_control: ArrayLike,
    control_risk: ArrayLike,
    effect: ArrayLike = 0.0,
    tau: float = 0.0,
    *,
    meta_analyses: int,
    seed: int | np.random.Generator,
) -> Drawn:
    """Draw the counts of many meta-analyses from one truth.

    Parameters
    ----------
    n_treatment, n_control : array_like of whole numbers, shape (k,)
        Patients in the arms of each study.
    control_risk : array_like, shape (k,) or a number
        The true risk in the control arm of each study, 0 to 1, the same in every meta-analysis.
    effect : array_like, shape (k,) or a number
        The true mean log odds ratio. One for each study makes an effect that depends on
        the study, for example on its size.
    tau : float
        Standard deviation of the true log odds ratios about `effect`.
    meta_analyses : int
        How many (m).
    seed : int or numpy Generator
        The same integer draws the same counts.

    Returns
    -------
    Drawn

    Raises
    ------
    ValueError
        If a control risk is not from 0 to 1, tau is negative or infinite, or numbers of patients
        are not whole.

    Notes
    -----
    In each meta-analysis, for each study i, ``theta_i ~ Normal(effect_i, tau^2)``,
    ``c_i ~ Binomial(n_control_i, p_i)`` with the fixed ``p_i = control_risk_i``, and
    ``a_i ~ Binomial(n_treatment_i, q_i)`` with ``q_i / (1 - q_i) = exp(theta_i) p_i / (1 - p_i)``,
    all independent. A risk of 0 or 1 stays what it is in both arms.

    Examples
    --------
    >>> deaths = draw([23, 48], [23, 100], [0.4, 0.2], -1, 0.5, meta_analyses=3, seed=1)
    >>> deaths.events_control.shape, deaths.n_control[0].tolist()
    ((3, 2), [23, 100])
    """
    n1, n2, p, mean = np.broadcast_arrays(
        *(np.atleast_1d(x) for x in (n_treatment, n_control, control_risk, effect))
    )
    if not ((p >= 0) & (p <= 1)).all():
        raise ValueError("a control risk is not from 0 to 1; 20 % is 0.2")
    if not 0 <= tau < np.inf:
        raise ValueError(f"tau is {tau}; a standard deviation is 0 or more")
    if any((n != n.astype(np.int64)).any() for n in (n1, n2)):
        raise ValueError("numbers of patients are whole numbers")
    random = np.random.default_rng(seed)
    shape = (meta_analyses, len(p))
    n1, n2 = (np.broadcast_to(n.astype(np.int64), shape) for n in (n1, n2))
    theta = mean + tau * random.standard_normal(shape)
    controls = random.binomial(n2, p, shape)
    treated = random.binomial(n1, expit(logit(p) + theta), shape)
    return Drawn(treated, n1, controls, n2)
