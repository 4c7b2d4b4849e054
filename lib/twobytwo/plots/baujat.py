"""Baujat's plot: which study makes the heterogeneity, and which moves the result."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np

from twobytwo.estimate.effects import FloatArray
from twobytwo.plots.forest import MEASURE
from twobytwo.plots.sheet import Plot, Sheet, even, names, title
from twobytwo.pool import Result, pool
from twobytwo.results import both_arms
from twobytwo.rounding import number

HEIGHT = 200.0  # points
MARK = 42.0  # square points


def contributions(result: Result) -> FloatArray:
    """What each study adds to the result's own Q.

    Parameters
    ----------
    result : Result
        Of one meta-analysis.

    Returns
    -------
    ndarray, shape (k,)
        NaN for a study without an effect of its own.

    Notes
    -----
    ``(y - center)^2 / v``, with the center that the result's Q has: RevMan's is the
    Mantel-Haenszel estimate.

    Examples
    --------
    >>> deaths = pool([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
    >>> [round(float(part), 2) for part in contributions(deaths)], round(deaths.q, 2)
    ([2.71, 0.43, 1.44, 0.72], 5.29)
    """
    chosen = result.options
    center = pool(
        *result.table.arms, measure=chosen.measure, model="fixed", method=chosen.center,
        zero_cells=chosen.zero_cells, increment=chosen.increment,
    ).effect  # fmt: skip
    part: FloatArray = (result.study_effect - center) ** 2 / result.study_variance
    return part


def influences(result: Result) -> FloatArray:
    """How far the pooled effect moves when a study is left out.

    Parameters
    ----------
    result : Result
        Of one meta-analysis.

    Returns
    -------
    ndarray, shape (k,)
        NaN where nothing is left to pool.

    Notes
    -----
    ``(effect - effect without)^2 / se without^2``, pooled by the same choices. All refits are
    one batch, in which a study with empty arms is absent.

    Examples
    --------
    >>> deaths = pool([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
    >>> [round(float(moved), 2) for moved in influences(deaths)]
    [1.6, 0.51, 0.16, 0.54]
    """
    stay = 1 - np.eye(len(result.study))
    without = pool(*(stay * arm for arm in result.table.arms), **asdict(result.options))
    moved: FloatArray = ((result.effect - without.effect) / without.wald_se) ** 2
    return moved


def baujat(result: Result, *, outcome: str | None = None) -> Plot:
    """Draw a Baujat plot.

    Parameters
    ----------
    result : Result
        Of one meta-analysis of two studies or more.
    outcome : str, optional
        The event, for the alt text.

    Returns
    -------
    Plot

    Raises
    ------
    ValueError
        If the result is a batch or not of the counts of both arms, or fewer than two studies have
        an effect of their own.

    Notes
    -----
    See `contributions` and `influences`. With ``model="fixed", method="IV"`` it is the plot of
    the reference.

    References
    ----------
    .. [1] Baujat B et al. A graphical method for exploring heterogeneity in meta-analyses.
       Stat Med 2002;21:2641.

    Examples
    --------
    >>> deaths = pool([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
    >>> plot = baujat(deaths)
    >>> plot.study[int(plot.numbers["contribution"].argmax())]
    'Study 1'
    """
    about = title("Baujat plot", result, outcome)
    both_arms(result, "a Baujat plot")
    parts, moved = contributions(result), influences(result)
    drawn = np.isfinite(parts) & np.isfinite(moved)
    if drawn.sum() < 2:
        raise ValueError("influence needs two studies that have an effect of their own")
    study = names(result, drawn)
    parts, moved = parts[drawn], moved[drawn]
    farthest = [max(1.12 * float(x.max()), 0.01) for x in (parts, moved)]
    x, y = (even(-0.05 * end, end) for end in farthest)
    measure = MEASURE[result.measure].lower()
    sheet = Sheet(x, y, ("Contribution to Q", f"Influence on the pooled {measure}"), (), "", HEIGHT)
    score = np.maximum(parts / farthest[0], moved / farthest[1])
    labels = sheet.studies(study, parts, moved, np.full(len(study), MARK), score)
    total = parts.sum()
    sentences = [
        f"{name}: adds {number(part)} to Q, influence {number(move)}."
        for name, part, move in zip(study, parts, moved, strict=True)
    ]
    most = study[int(parts.argmax())], study[int(moved.argmax())]
    alt = (
        f"{about}: contribution to Q across, influence on the pooled {measure} upward. "
        f"{' '.join(sentences)} Q is {number(total)} in all. {most[0]} adds most to it; "
        f"{most[1]} moves the result most."
    )
    shown = {"study": study, "contribution": parts, "influence": moved}
    return Plot(figure=sheet.figure, alt=alt, title=about, numbers=shown, labels=labels)
