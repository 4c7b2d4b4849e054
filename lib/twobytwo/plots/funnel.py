"""The funnel plot: effects against their standard errors, with contours of significance."""

from __future__ import annotations

from itertools import compress
from typing import Any

import numpy as np
from matplotlib.collections import PolyCollection
from scipy.special import ndtri

from twobytwo.checks.small_studies import FEWEST
from twobytwo.estimate.mean import p_value
from twobytwo.plots import palette
from twobytwo.plots.drawn import DASHES, one_line
from twobytwo.plots.forest import MEASURE
from twobytwo.plots.sheet import LEFT, RIGHT, WIDE, Plot, Sheet, even, names, of_effects, title
from twobytwo.results import Pooled
from twobytwo.rounding import number, p_equals

CONTOURS = {0.1: 0.3, 0.05: 0.65, 0.01: 1.0}  # p of a study alone: how dark it is from there on
HEIGHT = 220.0  # points
MARK = 36.0  # square points
FAR = 1e-12  # a spread below which there is none


def funnel(
    result: Pooled,
    *,
    treatment: str = "treatment",
    control: str = "control",
    outcome: str | None = None,
) -> Plot:
    """Draw a funnel plot.

    Parameters
    ----------
    result : Pooled
        Of one meta-analysis.
    treatment, control : str
        What the arms are called.
    outcome : str, optional
        The event, for the alt text.

    Returns
    -------
    Plot

    Raises
    ------
    ValueError
        If the result is a batch or of proportions, or no study has an effect of its own.

    Notes
    -----
    Without small-study effects and without heterogeneity 95 % of the studies lie within
    ``pooled +- 1.96 se``. A contour of p lies at ``+- z(1 - p/2) se`` from no effect.

    References
    ----------
    .. [1] Peters JL et al. Contour-enhanced meta-analysis funnel plots. J Clin Epidemiol
       2008;61:991.

    Examples
    --------
    >>> from twobytwo import pool
    >>> deaths = pool([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
    >>> plot = funnel(deaths)
    >>> plot.numbers["se"].round(2).tolist()
    [1.11, 0.51, 1.54, 0.36]
    """
    about = title("funnel plot", result, outcome)
    drawn = np.isfinite(result.study_effect)
    if not drawn.any():
        raise ValueError("no study has an effect of its own to draw")
    study = names(result, drawn)
    effect, se = result.study_effect[drawn], np.sqrt(result.study_variance[drawn])
    pooled, region = float(result.effect), float(-ndtri((1 - result.level) / 2))
    away = np.abs(effect - pooled) / se
    contours = {p: float(-ndtri(p / 2)) for p in CONTOURS}

    lowest = 1.06 * se.max()
    ends = [0.0, *effect, pooled - region * lowest, pooled + region * lowest]
    spare = 0.04 * max(max(ends) - min(ends), FAR)
    x = of_effects(min(ends) - spare, max(ends) + spare, result.measure, WIDE - LEFT - RIGHT)
    measure = MEASURE[result.measure]
    log = "" if result.measure == "RD" else " (log scale)"
    estimate = number(result.estimate)
    percent = f"{100 * result.level:g} %"
    few = len(study) < FEWEST
    many = f"{len(study)} {'study' if len(study) == 1 else 'studies'}"
    note = f"{many}: too few to see whether the funnel is lopsided ({FEWEST} at least)." * few
    pooled_style: dict[str, Any] = {"color": palette.POOLED, "linestyle": DASHES}
    grays: dict[float, dict[str, Any]] = {
        p: {"facecolor": palette.GRID, "alpha": dark} for p, dark in CONTOURS.items()
    }
    sheet = Sheet(
        x,
        even(lowest, 0.0),
        (f"{measure}, {one_line(treatment)} against {one_line(control)}{log}",
         f"Standard error{' of the log' if log else ''}: precise studies on top"),
        (
            ("p of a study alone:", {}),
            *((f"below {p:g}", style) for p, style in grays.items()),
            (f"pooled, {estimate}", pooled_style),
            (f"{percent} region about it", {"color": palette.POOLED}),
        ),
        note,
        HEIGHT,
    )  # fmt: skip
    far = [*contours.values(), 1e3]
    for (p, style), near, end in zip(grays.items(), far, far[1:], strict=False):
        sides = [
            [(0, 0), (side * near * lowest, lowest), (side * end * lowest, lowest)]
            for side in (-1, 1)
        ]
        sheet.axes.add_collection(
            PolyCollection(sides, linewidths=0, zorder=0, gid=f"below-{p:g}", **style),
            autolim=False,
        )
    for name, x0, x1, style in (
        ("no-effect", 0.0, 0.0, {"color": palette.MUTED}),
        ("pooled", pooled, pooled, pooled_style),
        ("region-low", pooled, pooled - region * lowest, {"color": palette.POOLED}),
        ("region-high", pooled, pooled + region * lowest, {"color": palette.POOLED}),
    ):
        sheet.line(name, [x0, x1], [0, lowest], linewidth=0.9, **style)
    labels = sheet.studies(study, effect, se, np.full(len(study), MARK), away, clip_on=False)
    outside = list(compress(study, away > region))
    sentences = [
        f"{name}: {number(result.natural(y))}, standard error {number(s)}, "
        f"{p_equals(float(p_value(y / s)))}."
        for name, y, s in zip(study, effect, se, strict=True)
    ]
    limits = [number(result.natural(pooled + side * region * lowest)) for side in (-1, 1)]
    alt = (
        f"{about}: {measure.lower()}, {one_line(treatment)} against {one_line(control)}, across; "
        f"standard error{' of its logarithm' if log else ''} downward; {many}. "
        f"{' '.join(sentences)} Pooled: {estimate}, with a {percent} region that widens to "
        f"{limits[0]} to {limits[1]} at the bottom, a standard error of {number(lowest)}; "
        f"{len(outside) or 'no'} {'study lies' if len(outside) == 1 else 'studies lie'} outside it"
        f"{': ' + ', '.join(outside) if outside else ''}. Shaded, about no effect: where the p of "
        f"a study alone is below {', '.join(f'{p:g}' for p in CONTOURS)}. {note}"
    )
    shown = {"study": study, "effect": effect, "se": se}
    return Plot(figure=sheet.figure, alt=alt.strip(), title=about, numbers=shown, labels=labels)
