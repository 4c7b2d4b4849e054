"""Which test made a printed p-value: the three that are commonly used for a 2x2 table."""

from __future__ import annotations

from scipy.special import chdtrc

from twobytwo.estimate.effects import cells
from twobytwo.estimate.exact import fisher_p

FISHER, PLAIN, YATES = "Fisher", "chi-square", "Yates"


def by_test(
    events_treatment: int, n_treatment: int, events_control: int, n_control: int
) -> dict[str, float]:
    """Two-sided p-values of one study by Fisher's and both chi-square tests.

    The study has an event and a patient without one.

    Notes
    -----
    Yates' correction brings each count nearer to what is expected, by at most 0.5:
    ``N (|ad - bc| - N/2)^2 / (n1 n2 m (N - m))`` with m events among N patients; without the
    N/2 if not corrected. One degree of freedom.

    Examples
    --------
    >>> {test: round(p, 3) for test, p in by_test(24, 66, 13, 66).items()}
    {'Fisher': 0.052, 'chi-square': 0.033, 'Yates': 0.053}
    """
    arms = (events_treatment, n_treatment, events_control, n_control)
    a, b, c, d = (float(cell[0]) for cell in cells(*([x] for x in arms)))
    n, apart = a + b + c + d, abs(a * d - b * c)
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    plain, yates = (chdtrc(1, n * x * x / margins) for x in (apart, max(apart - n / 2, 0.0)))
    return {FISHER: fisher_p(*arms), PLAIN: float(plain), YATES: float(yates)}
