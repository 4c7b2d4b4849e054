"""The words of a forest plot: its cells, its lines and its alt text, from one result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from twobytwo import sentence
from twobytwo.plots.forest_axis import Axis
from twobytwo.plots.lettering import one_line
from twobytwo.pooled import Pooled
from twobytwo.rounding import number, with_interval

MEASURE = {"OR": "Odds ratio", "RR": "Risk ratio", "RD": "Risk difference"}
MODEL = {"random": "random effects", "fixed": "fixed effect"}
MINUS = "\u2212"
NONE = "\u2013"
UNIT = "events/total"
THIN = "\u202f"  # a narrow space that does not break


@dataclass(frozen=True)
class Cells:
    """The cells of one row, as printed.

    Attributes
    ----------
    label : str
        The study with its mark, or what else the row shows.
    arms : tuple of str
        Events and patients of each arm, such as "13/23".
    weight : str
    effect : str
        Estimate and interval, or "not estimable".
    """

    label: str
    arms: tuple[str, ...] = ()
    weight: str = ""
    effect: str = ""


@dataclass(frozen=True)
class Words:
    """Everything that is written on the plot.

    Attributes
    ----------
    title : str
    arms : tuple of str
        The treatment and the control, or the one arm there is.
    heading : Cells
        The last line of the header. What is blank in it has no column.
    measure, model : str
        The header of the plot.
    studies : tuple of Cells
    total : Cells
    prediction : Cells or None
    heterogeneity, overall : str
        The two lines below the table.
    favors : tuple of str
        What lies left and right of no effect, where there is such a line.
    footnotes : tuple of str
    """

    title: str
    arms: tuple[str, ...]
    heading: Cells
    measure: str
    model: str
    studies: tuple[Cells, ...]
    total: Cells
    prediction: Cells | None
    heterogeneity: str
    overall: str
    favors: tuple[str, ...]
    footnotes: tuple[str, ...]


def words(
    result: Pooled,
    arms: tuple[str, str],
    *,
    title: str = "",
    better: str | None = None,
    prediction: bool = False,
    marks: Mapping[str, str] | None = None,
    footnotes: Sequence[str] = (),
) -> Words:
    """Write the words of a plot.

    Parameters
    ----------
    result : Pooled
        Of one meta-analysis.
    arms : tuple of str
    title, better, prediction, marks, footnotes
        See `twobytwo.plots.forest.forest`.

    Returns
    -------
    Words
    """
    marks = marks or {}
    interval = f"[{100 * result.level:g} % CI]"
    return Words(
        title=one_line(title),
        arms=(one_line(arms[0]), one_line(arms[1])),
        heading=Cells("Study", (UNIT, UNIT), "Weight", f"{result.measure} {interval}"),
        measure=MEASURE[result.measure],
        model=MODEL[result.model],
        studies=tuple(_study(result, i, marks) for i in range(len(result.study))),
        total=_total(result),
        prediction=_prediction(result) if prediction else None,
        heterogeneity="Heterogeneity: "
        + (signs(sentence.heterogeneity(result)) if result.q_df > 0 else "not applicable"),
        overall="Overall effect: " + sentence.overall(result),
        favors=_favors(arms, better),
        footnotes=tuple(one_line(note) for note in footnotes),
    )


def alt(result: Pooled, said: Words, axis: Axis, outcome: str | None) -> str:
    """Tell the plot to someone who does not see it.

    Parameters
    ----------
    result : Pooled
    said : Words
    axis : Axis
        Tells which intervals are cut.
    outcome : str or None

    Returns
    -------
    str
    """
    of = f" of {one_line(outcome)}" if outcome else ""
    parts = [
        f"Forest plot{of}: {said.measure.lower()}, {said.arms[0]} against {said.arms[1]}, "
        f"{said.model}, {100 * result.level:g} % intervals."
    ]
    parts += [told(row.label, row) for row in said.studies]
    parts.append(told(f"Total, {result.k} of {len(result.study)} studies pooled", said.total))
    if said.prediction:
        parts.append(told(said.prediction.label, said.prediction))
    parts += [f"{said.heterogeneity}.", f"{said.overall}."]
    parts.append(f"Left of {axis.null:g}: {said.favors[0]}; right of it: {said.favors[1]}.")
    lower, upper = (list(limit) for limit in result.study_interval)
    names = [row.label for row in said.studies]
    if said.prediction:
        lower, upper = [*lower, result.prediction_lower], [*upper, result.prediction_upper]
        names.append(said.prediction.label)
    return " ".join([*parts, *cut(axis, names, lower, upper), *said.footnotes])


def cut(
    axis: Axis, names: Sequence[str], lower: Sequence[float], upper: Sequence[float]
) -> list[str]:
    """A sentence on the intervals that run off the axis, if there are any."""
    rows = zip(names, lower, upper, strict=True)
    short = [name for name, *limits in rows if any(axis.clipped(*limits))]
    return [f"Arrows mark intervals that run off the axis: {', '.join(short)}."] * bool(short)


def told(name: str, row: Cells) -> str:
    """A row in words."""
    counts = " against ".join(row.arms).replace("/", " of ")
    effect = row.effect.replace(", ", " to ").replace("[", "(").replace("]", ")")
    weight = f"weight {row.weight}" if row.weight not in ("", NONE) else ""
    return f"{name}: {', '.join(part for part in (counts, effect, weight) if part)}."


def _study(result: Pooled, i: int, marks: Mapping[str, str]) -> Cells:
    name, (a, b, c, d) = result.study[i], (int(cell[i]) for cell in result.table)
    mark = f"{THIN}{marks[name]}" if name in marks else ""
    limits = result.study_interval
    return Cells(
        label=one_line(name) + mark,
        arms=(f"{a}/{a + b}", f"{c}/{c + d}"),
        weight=f"{number(result.weight[i], 1)} %" if result.included[i] else NONE,
        effect=_effect(result.study_estimate[i], limits.lower[i], limits.upper[i]),
    )


def _total(result: Pooled) -> Cells:
    a, b, c, d = (int(cell.sum()) for cell in result.table)
    return Cells(
        label="Total",
        arms=(f"{a}/{a + b}", f"{c}/{c + d}"),
        weight="100.0 %" if result.k else NONE,
        effect=_effect(result.estimate, result.ci_lower, result.ci_upper),
    )


def _prediction(result: Pooled) -> Cells:
    limits = (result.prediction_lower, result.prediction_upper)
    _, bracket, interval = _effect(result.estimate, *limits).partition("[")
    defined = np.isfinite(limits[0])
    return Cells("Prediction interval", effect=bracket + interval if defined else "not estimable")


def _effect(estimate: float, lower: float, upper: float) -> str:
    return with_interval(estimate, lower, upper).replace("-", MINUS)


def _favors(arms: tuple[str, str], better: str | None) -> tuple[str, str]:
    """What lies left and right of no effect; right of it the treatment has more events."""
    treatment, control = (one_line(arm) for arm in arms)
    if better is None:
        return f"Fewer events with {treatment}", f"More events with {treatment}"
    if better not in ("more", "fewer"):
        raise ValueError(f"better is 'more', 'fewer' or None, not {better!r}")
    sides = f"Favors {control}", f"Favors {treatment}"
    return sides if better == "more" else sides[::-1]


def signs(line: str) -> str:
    """A line with the signs that plain text lacks."""
    return line.replace("tau2", "τ²").replace("I2", "I²")
