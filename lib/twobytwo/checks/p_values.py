"""Which test made a printed p-value: the three that are commonly used for a 2x2 table."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from twobytwo.estimate.effects import FloatArray, cells
from twobytwo.estimate.exact import fisher_p

FISHER, PLAIN, YATES = "Fisher", "chi-square", "Yates"


def by_test(
    events_treatment: int, n_treatment: int, events_control: int, n_control: int
) -> dict[str, float]:
    """Two-sided p-values of one study by Fisher's and both chi-square tests.

    Parameters
    ----------
    events_treatment, n_treatment, events_control, n_control : int
        Counts of one study, with an event and a patient without one.

    Returns
    -------
    dict of str to float
        By `FISHER`, `PLAIN` and `YATES`.

    Examples
    --------
    >>> {test: round(p, 3) for test, p in by_test(24, 66, 13, 66).items()}
    {'Fisher': 0.052, 'chi-square': 0.033, 'Yates': 0.053}
    """
    arms = (events_treatment, n_treatment, events_control, n_control)
    alone = [[x] for x in arms]
    return {
        FISHER: fisher_p(*arms),
        PLAIN: float(chi_square_p(*alone)[0]),
        YATES: float(chi_square_p(*alone, corrected=True)[0]),
    }


def chi_square_p(
    events_treatment: ArrayLike,
    n_treatment: ArrayLike,
    events_control: ArrayLike,
    n_control: ArrayLike,
    *,
    corrected: bool = False,
) -> FloatArray:
    """P-value of Pearson's chi-square test of each study.

    Parameters
    ----------
    events_treatment, n_treatment, events_control, n_control : array_like, shape (..., k)
        Counts.
    corrected : bool
        With Yates' correction: each count comes nearer to what is expected, by at most 0.5.

    Returns
    -------
    ndarray, shape (..., k)
        NaN where no patient of either arm, or every one, had the event.

    Notes
    -----
    ``N (|ad - bc| - N/2)^2 / (n1 n2 m (N - m))`` with m events among N patients; without the
    N/2 if not corrected. One degree of freedom.

    Examples
    --------
    >>> round(float(chi_square_p([24], [66], [13], [66])[0]), 4)
    0.033
    """
    a, b, c, d = cells(events_treatment, n_treatment, events_control, n_control)
    n = a + b + c + d
    apart = np.abs(a * d - b * c)
    if corrected:
        apart = np.maximum(apart - n / 2, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = n * apart**2 / ((a + b) * (c + d) * (a + c) * (b + d))
        p: FloatArray = chdtrc(1, statistic)
    return p
