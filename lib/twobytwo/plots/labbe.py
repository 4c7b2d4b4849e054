"""L'Abbé's plot: the risk in one arm against the risk in the other, study by study."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from twobytwo.checks.absolute import risk_with
from twobytwo.estimate.effects import FloatArray
from twobytwo.plots import palette
from twobytwo.plots.drawn import DASHES, one_line
from twobytwo.plots.forest import MEASURE
from twobytwo.plots.sheet import LEFT, RIGHT, WIDE, Plot, Sheet, even, names, title
from twobytwo.results import Pooled, both_arms
from twobytwo.rounding import number, percent

LARGEST = 900.0  # square points about the disc of the largest study
SIDE = WIDE - LEFT - RIGHT
STEPS = 60  # of the curve


def labbe(
    result: Pooled,
    *,
    treatment: str = "treatment",
    control: str = "control",
    outcome: str | None = None,
) -> Plot:
    """Draw a L'Abbé plot.

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
        If the result is a batch or not of the counts of both arms, or no study has patients in
        both.

    Notes
    -----
    On the diagonal the arms have the same risk. A pooled odds ratio is a curve from corner to
    corner, a risk ratio a line through 0, a risk difference a line beside the diagonal.

    References
    ----------
    .. [1] L'Abbé KA, Detsky AS, O'Rourke K. Ann Intern Med 1987;107:224.

    Examples
    --------
    >>> from twobytwo import pool
    >>> deaths = pool([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
    >>> plot = labbe(deaths)
    >>> plot.numbers["treatment"].round(2).tolist()
    [0.04, 0.12, 0.0, 0.32]
    """
    about = title("L'Abbé plot", result, outcome)
    e1, n1, e2, n2 = both_arms(result, "a L'Abbé plot").arms
    drawn = (n1 > 0) & (n2 > 0)
    if not drawn.any():
        raise ValueError("no study has patients in both arms")
    study = names(result, drawn)
    e1, n1, e2, n2 = (cell[drawn] for cell in (e1, n1, e2, n2))
    across, up, patients = e2 / n2, e1 / n1, n1 + n2
    size = LARGEST * patients / patients.max()

    top = min(1.0, 1.15 * max(across.max(), up.max(), 0.05))
    spare = 0.06 * top  # so that a disc at 0 is whole
    x = even(-spare, top + spare, factor=100)
    risk = [(tick, text) for tick, text in zip(x.ticks, x.labels, strict=True) if 0 <= tick <= 1]
    x = replace(x, ticks=tuple(tick for tick, _ in risk), labels=tuple(text for _, text in risk))
    pooled = bool(np.isfinite(result.effect))

    def expected(risks: FloatArray) -> FloatArray:
        """Risks with the treatment by the pooled effect, or the same ones where there is none."""
        same = (risk_with(result.estimate, p, result.measure) if pooled else p for p in risks)
        return np.array(list(same))

    measure, estimate = MEASURE[result.measure].lower(), number(result.estimate)
    with_, without = one_line(treatment), one_line(control)
    same: dict[str, Any] = {"color": palette.MUTED, "linestyle": DASHES}
    keys = [("same risk in both arms", same)]
    if pooled:
        keys.append((f"pooled {measure}, {estimate}", {"color": palette.POOLED}))
    sheet = Sheet(
        x, x, (f"Risk with {without}, %", f"Risk with {with_}, %"), keys,
        "Area of a disc: patients of the study.", SIDE,
    )  # fmt: skip
    risks = np.linspace(0, top, STEPS + 1)
    sheet.line("same-risk", risks, risks, linewidth=1.1, **same)
    if pooled:
        sheet.line("pooled", risks, expected(risks), linewidth=1.1, color=palette.POOLED)
    away = np.abs(up - expected(across))
    labels = sheet.studies(study, across, up, size, away, alpha=0.75, clip_on=False)
    sentences = [
        f"{name}: {percent(int(a), int(m))} % of {m:g} with {with_}, "
        f"{percent(int(b), int(n))} % of {n:g} with {without}."
        for name, a, m, b, n in zip(study, e1, n1, e2, n2, strict=True)
    ]
    below = int((up < across).sum())
    alt = (
        f"{about}: risk with {without} across, risk with {with_} upward; area of a disc as the "
        f"patients of the study. {' '.join(sentences)} {below or 'None'} of {len(study)} lie below "
        f"the diagonal, where the risk with {with_} is lower."
    )
    if pooled:
        at = [
            f"{percent(p, 100, 0)} % becomes "
            f"{number(100 * risk_with(result.estimate, p / 100, result.measure), 0)} %"
            for p in (10, 30, 50) if p / 100 <= top
        ]  # fmt: skip
        alt += f" The line of the pooled {measure}, {estimate}: {', '.join(at)}."
    shown = {"study": study, "patients": patients, "control": across, "treatment": up}
    return Plot(figure=sheet.figure, alt=alt, title=about, numbers=shown, labels=labels)
