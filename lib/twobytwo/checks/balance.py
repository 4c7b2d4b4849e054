"""How far apart two groups were before treatment, in units of their spread."""

from __future__ import annotations

import math


def standardized_difference_of_means(
    mean: float, sd: float, mean_control: float, sd_control: float
) -> float:
    """Difference of two means over their root mean square standard deviation.

    It does not grow with the number of patients, as a test statistic does.

    References
    ----------
    .. [1] Austin PC. Stat Med 2009;28:3083.

    Examples
    --------
    >>> round(standardized_difference_of_means(70, 16.9, 74, 8.3), 2)
    -0.3
    """
    return (mean - mean_control) / math.sqrt((sd**2 + sd_control**2) / 2)


def standardized_difference_of_shares(share: float, share_control: float) -> float:
    """The same of two proportions p, not both 0 or both 1, whose spread is ``sqrt(p (1 - p))``.

    Examples
    --------
    >>> round(standardized_difference_of_shares(4 / 23, 10 / 23), 2)
    -0.59
    """
    p, q = share, share_control
    return standardized_difference_of_means(p, math.sqrt(p * (1 - p)), q, math.sqrt(q * (1 - q)))
