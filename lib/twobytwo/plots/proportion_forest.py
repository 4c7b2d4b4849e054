"""The forest plot of proportions: every study in percent, and the pooled proportion."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from twobytwo import rounding, sentence
from twobytwo.estimate.effects import FloatArray
from twobytwo.plots import forest_draw
from twobytwo.plots.forest import Forest, check
from twobytwo.plots.forest_axis import Axis, proportion_axis
from twobytwo.plots.forest_layout import PLOT, SMALL, arrange
from twobytwo.plots.forest_words import (
    MINUS,
    MODEL,
    NONE,
    THIN,
    UNIT,
    Cells,
    Words,
    cut,
    signs,
    told,
)
from twobytwo.plots.lettering import one_line
from twobytwo.pooled import Pooled
from twobytwo.study_table import effects


def proportion_forest(
    result: Pooled,
    *,
    arm: str = "",
    outcome: str | None = None,
    title: str | None = None,
    prediction: bool = False,
    marks: Mapping[str, str] | None = None,
    footnotes: Sequence[str] = (),
) -> Forest:
    """Draw a forest plot of proportions.

    Parameters
    ----------
    result : Pooled
        Of one meta-analysis.
    arm : str
        What the patients are called.
    outcome : str, optional
        The event; named in the alt text, and the title unless there is one.
    title : str, optional
        Above the plot; "" for none.
    prediction : bool
        Add the prediction interval.
    marks : mapping of str to str, optional
        A footnote mark for a study, by its name.
    footnotes : sequence of str
        Below the plot.

    Returns
    -------
    Forest
        Rows and axis in proportions, 0 to 1; what is written is in percent. The squares'
        areas show the weights, or the patients where the model has no weights.

    Raises
    ------
    ValueError
        If the result is a batch, or a marked study is not there.

    Examples
    --------
    >>> from twobytwo import pool_proportions
    >>> plot = proportion_forest(pool_proportions([1, 6, 0, 21], [23, 48, 12, 66]))
    >>> plot.total.cells.effect, plot.axis.labels
    ('10.7 [3.1, 30.7]', ('0', '5', '10', '15', '20', '25', '30', '35', '40', '45'))
    """
    check(result, marks)
    weighted = bool(np.isfinite(result.weight).any())
    notes = [] if weighted else ["Area of a square: patients of the study."]
    *printed, total_effect = effects(result).printed
    written = Words(
        title=one_line((outcome or "") if title is None else title),
        arms=(one_line(arm),),
        heading=Cells("Study", (UNIT,), "Weight" * weighted, f"% [{100 * result.level:g} % CI]"),
        measure="Proportion, %",
        model=MODEL[result.model],
        studies=tuple(_study(result, i, each, marks or {}) for i, each in enumerate(printed)),
        total=_total(result, total_effect),
        prediction=_prediction(result) if prediction else None,
        heterogeneity=f"Heterogeneity: {signs(sentence.heterogeneity(result))}",
        overall="",
        favors=(),
        footnotes=tuple(one_line(note) for note in (*notes, *footnotes)),
    )
    shown = proportion_axis(result, PLOT, SMALL, prediction)
    place = arrange(written, shown)
    size = None if weighted else _of_all(result.arms[0][1])
    rows, total, interval = forest_draw.marks(result, written, shown, place, size)
    of = f" of {one_line(outcome)}" if outcome else ""
    return Forest(
        figure=forest_draw.draw(rows, total, interval, shown, place),
        alt=_alt(result, written, shown, of),
        title=written.title or "Forest plot: proportions",
        rows=rows,
        total=total,
        prediction=interval,
        diamond=forest_draw.diamond(total),
        axis=shown,
        words=written,
        layout=place,
    )


def _alt(result: Pooled, said: Words, axis: Axis, of: str) -> str:
    among = f", {said.arms[0]}" if said.arms[0] else ""
    parts = [
        f"Forest plot{of}: proportions in percent{among}, {said.model}, "
        f"{100 * result.level:g} % intervals."
    ]
    parts += [told(row.label, row) for row in said.studies]
    parts.append(told(f"Total, {result.k} of {len(result.study)} studies pooled", said.total))
    lower, upper = (list(limit) for limit in result.study_interval)
    names = [row.label for row in said.studies]
    if said.prediction:
        parts.append(told(said.prediction.label, said.prediction))
        lower, upper = [*lower, result.prediction_lower], [*upper, result.prediction_upper]
        names.append(said.prediction.label)
    parts.append(f"{said.heterogeneity}.")
    return " ".join([*parts, *cut(axis, names, lower, upper), *said.footnotes])


def _of_all(patients: FloatArray) -> FloatArray:
    """Percent of all patients."""
    share: FloatArray = 100 * patients / max(patients.sum(), 1)
    return share


def _study(result: Pooled, i: int, effect: str, marks: Mapping[str, str]) -> Cells:
    name, (events, patients) = result.study[i], result.arms[0]
    return Cells(
        label=one_line(name) + (f"{THIN}{marks[name]}" if name in marks else ""),
        arms=(f"{events[i]:.0f}/{patients[i]:.0f}",),
        weight=rounding.shares(result.weight[i : i + 1])[0].replace("-", NONE),
        effect=effect.replace("-", MINUS),
    )


def _total(result: Pooled, effect: str) -> Cells:
    events, patients = result.arms[0]
    return Cells(
        label="Total",
        arms=(f"{events.sum():.0f}/{patients.sum():.0f}",),
        weight="100.0 %",
        effect=effect.replace("-", MINUS),
    )


def _prediction(result: Pooled) -> Cells:
    limits = [100 * limit for limit in (result.prediction_lower, result.prediction_upper)]
    span = f"[{', '.join(rounding.number(limit, 1) for limit in limits)}]".replace("-", MINUS)
    defined = np.isfinite(limits[0])
    return Cells("Prediction interval", effect=span if defined else "not estimable")
