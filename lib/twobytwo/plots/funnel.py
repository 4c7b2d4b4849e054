"""The funnel plot: effects against their standard errors, with contours of significance."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.collections import PolyCollection
from scipy.special import ndtri

from twobytwo.checks.small_studies import FEWEST
from twobytwo.estimate.mean import p_value
from twobytwo.plots import palette
from twobytwo.plots.drawn import DASHES, one_line
from twobytwo.plots.forest import MEASURE
from twobytwo.plots.sheet import (
    LEFT,
    RIGHT,
    WIDE,
    Key,
    Plot,
    Sheet,
    even,
    names,
    of_effects,
    title,
)
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
        If the result is a batch, or no study has an effect of its own.

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
    about = title("a funnel plot", result, outcome).removeprefix("A f")
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
    grays: dict[float, dict[str, Any]] = {
        p: {"facecolor": palette.GRID, "alpha": dark} for p, dark in CONTOURS.items()
    }
    sheet = Sheet(
        x,
        even(lowest, 0.0),
        (f"{measure}, {one_line(treatment)} against {one_line(control)}{log}",
         f"Standard error{' of the log' if log else ''}: precise studies on top"),
        (
            Key("", "p of a study alone:", {}),
            *(Key("patch", f"below {p:g}", style) for p, style in grays.items()),
            Key("line", f"pooled, {estimate}", {"color": palette.POOLED, "linestyle": DASHES}),
            Key("line", f"{percent} region about it", {"color": palette.POOLED}),
        ),
        note,
        HEIGHT,
    )  # fmt: skip
    axes, far = sheet.axes, [*contours.values(), 1e3]
    for (p, style), near, end in zip(grays.items(), far, far[1:], strict=False):
        sides = [
            [(0, 0), (side * near * lowest, lowest), (side * end * lowest, lowest)]
            for side in (-1, 1)
        ]
        axes.add_collection(
            PolyCollection(sides, linewidths=0, zorder=0, gid=f"below-{p:g}", **style),
            autolim=False,
        )
    lines: dict[str, tuple[list[float], list[float]]] = {
        "no-effect": ([0, 0], [0, lowest]),
        "pooled": ([pooled, pooled], [0, lowest]),
        "region-low": ([pooled, pooled - region * lowest], [0, lowest]),
        "region-high": ([pooled, pooled + region * lowest], [0, lowest]),
    }
    for name, line in lines.items():
        color = palette.MUTED if name == "no-effect" else palette.POOLED
        dashes = DASHES if name == "pooled" else "solid"
        axes.plot(*line, color=color, linestyle=dashes, linewidth=0.9, gid=name, zorder=1)
    sheet.dots(effect, se, MARK, clip_on=False)
    labels = sheet.name(
        study, effect, se, np.full(len(study), MARK**0.5 / 2), list(lines.values()), away
    )
    outside = tuple(name for name, far_ in zip(study, away > region, strict=True) if far_)
    told = [
        f"{name}: {number(result.natural(y))}, standard error {number(s)}, "
        f"{p_equals(float(p_value(y / s)))}."
        for name, y, s in zip(study, effect, se, strict=True)
    ]
    limits = [number(result.natural(pooled + side * region * lowest)) for side in (-1, 1)]
    alt = (
        f"F{about}: {measure.lower()}, {one_line(treatment)} against {one_line(control)}, across; "
        f"standard error{' of its logarithm' if log else ''} downward; {many}. {' '.join(told)} "
        f"Pooled: {estimate}, with a {percent} region that widens to {limits[0]} to {limits[1]} "
        f"at the bottom, a standard error of {number(lowest)}; {len(outside) or 'no'} "
        f"{'study lies' if len(outside) == 1 else 'studies lie'} outside it"
        f"{': ' + ', '.join(outside) if outside else ''}. Shaded, about no effect: where the p of "
        f"a study alone is below {', '.join(f'{p:g}' for p in CONTOURS)}. {note}"
    )
    return Plot(
        figure=sheet.figure,
        alt=alt.strip(),
        title=f"F{about}",
        numbers={"study": study, "effect": effect, "se": se},
        study=study,
        labels=labels,
    )
