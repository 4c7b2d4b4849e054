"""A rule of pooling that no program names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from twobytwo import Result, pool
from twobytwo.estimate.heterogeneity import cochran_q, dersimonian_laird


def nothing_in_the_sum(
    events_treatment: Any, n_treatment: Any, events_control: Any, n_control: Any, study: Any
) -> Result:
    """Pool by RevMan 5's rule, but add nothing to the cells in the Mantel-Haenszel sum.

    Called as `twobytwo.pool`, which has no option for it: there one zero-cell rule holds
    for the sum and for the study effects alike.

    Examples
    --------
    >>> died = [1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66]
    >>> nothing_in_the_sum(*died, study=["Baracchini", "Chang", "Cornelissen", "Peng"]).text
    '0.38 [0.16, 0.94]'
    """
    arms = events_treatment, n_treatment, events_control, n_control
    result = pool(*arms, study=study)
    center = pool(*arms, model="fixed", zero_cells="none").effect
    effect = np.where(result.included, result.study_effect, 0.0)
    precision = np.where(result.included, 1 / result.study_variance, 0.0)
    q = cochran_q(effect, precision, center)
    tau2 = dersimonian_laird(q, result.q_df, precision)
    weights = precision / (1 + precision * tau2[..., None])
    total = weights.sum(-1)
    mean, se = (weights * effect).sum(-1) / total, 1 / np.sqrt(total)
    return replace(result, q=q, tau2=tau2[()], weights=weights, effect=mean, se=se, wald_se=se)
