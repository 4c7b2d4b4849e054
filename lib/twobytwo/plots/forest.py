"""The forest plot: every study, its weight, and the pooled effect, drawn from one result.

The squares' areas are proportional to the weights, and the diamond spans the pooled interval.
What a row says and shows is decided here; `forest_layout` gives it its place.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from twobytwo import results
from twobytwo.options import MEASURES, OF_COUNTS, SORTS
from twobytwo.plots.drawn import Drawn, draw, one_line
from twobytwo.plots.forest_layout import (
    DIAMONDS,
    GROUP,
    NOTE,
    PLOT,
    PREDICTION,
    STUDY,
    SUBTOTAL,
    TOTAL,
    Axis,
    ForestTable,
    Layout,
    Row,
    axis_for,
    stacked,
    wide,
)
from twobytwo.results import Pooled, check_one, pooled_text, prediction_text, study_texts
from twobytwo.rounding import half_up, signs

MEASURE = {measure: name.capitalize() for measure, name in MEASURES.items()}
MODEL = {"random": "random effects", "fixed": "fixed effect"}
NONE = "\u2013"
UNIT = "events/total"
THIN = "\u202f"  # a narrow space that does not break
NO_ESTIMATE = "not estimable"
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")

Subgroups = Sequence[tuple[str, Pooled]]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Forest(Drawn):
    """A drawn forest plot: what is written and drawn, its axis, where everything stands."""

    table: ForestTable
    layout: Layout

    @property
    def axis(self) -> Axis:
        """The stretch of the scale that is shown."""
        return self.layout.axis


def forest(
    result: Pooled,
    *,
    treatment: str = "Treatment",
    control: str = "Control",
    outcome: str | None = None,
    better: str | None = None,
    title: str | None = None,
    prediction: bool = False,
    sort: str = "file",
    subgroups: Subgroups = (),
    between: tuple[float, float, float] | None = None,
    digits: int | None = None,
    marks: Mapping[str, str] | None = None,
    footnotes: Sequence[str] = (),
    narrow: bool = False,
) -> Forest:
    """Draw a forest plot.

    Parameters
    ----------
    result : Pooled
        Of one meta-analysis. Where it has no counts, the plot shows none.
    treatment, control : str
        What the arms are called.
    outcome : str, optional
        The event; named in the alt text, and the title unless there is one.
    better : {"more", "fewer"}, optional
        Whether the event is wanted. Decides which side favors which arm; without it the
        sides say only where there are more events.
    title : str, optional
        Above the plot; "" for none.
    prediction : bool
        Add the prediction interval.
    sort : {"file", "year", "weight", "effect"}
        Order of the studies: as given, by year (of a column, or in their names), the heaviest
        first, or the smallest effect first.
    subgroups : sequence of (str, Pooled)
        Each with its studies, subtotal and heterogeneity; the weights stay those of `result`.
    between : (float, float, float), optional
        Q, degrees of freedom and p of the test for subgroup differences.
    digits : int, optional
        Decimals of effects; as many as these need if left out.
    marks : mapping of str to str, optional
        A footnote mark for a study, by its name.
    footnotes : sequence of str
        Below the plot.
    narrow : bool
        For a screen of 358 pixels: the words of a row above its marks.

    Returns
    -------
    Forest

    Raises
    ------
    ValueError
        If the result is a batch, an option is none of these, a marked study is not there,
        or the subgroups do not hold the result's studies.

    Examples
    --------
    >>> from twobytwo import pool
    >>> result = pool([13, 19, 8, 24], [23, 48, 12, 66], [4, 22, 3, 13], [23, 100, 14, 66])
    >>> plot = forest(result, treatment="drug", better="more")
    >>> plot.table.favors, plot.axis.labels
    (('Favors Control', 'Favors drug'), ('0.2', '0.5', '1', '2', '5', '10', '20', '50'))
    """
    _check(result, marks, sort, subgroups)
    percent = result.measure == "proportion"
    sides = (one_line(treatment), one_line(control))
    arms = sides[: len(result.arms)]
    measure = "Proportion, %" if percent else MEASURE.get(result.measure, result.measure)
    if percent:
        about = ", ".join(filter(None, ("proportions in percent", sides[0])))
    else:
        about = f"{measure.lower()}, {' against '.join(sides)}"
    alone = percent or result.method in OF_COUNTS
    weighted = bool(np.isfinite(result.weight).any()) or not alone
    if not weighted:
        footnotes = ["Area of a square: patients of the study.", *footnotes]
    interval = f"{'%' if percent else result.measure} [{100 * result.level:g} % CI]"
    rows = _rows(result, subgroups, sort, marks or {}, digits)
    if prediction:
        rows.append(_prediction(result, digits))
    lines = [_heterogeneity(result)]
    if not percent:
        lines.append(f"Overall effect: {results.overall(result)}")
    if between is not None:
        lines.append(f"Subgroup differences: {results.differences(*between)}")
    table = ForestTable(
        title=one_line((outcome or "") if title is None else title),
        arms=arms,
        heading=Row(GROUP, "Study", (UNIT,) * len(arms), "Weight" * weighted, interval),
        kind=result.measure,
        measure=measure,
        model=MODEL[result.model],
        rows=tuple(rows),
        k=int(result.k),
        lines=tuple(lines),
        favors=() if percent else favors(sides, better),
        footnotes=tuple(one_line(note) for note in footnotes),
    )
    plot = f"Forest plot of {one_line(outcome)}" if outcome else "Forest plot"
    opening = f"{plot}: {about}, {table.model}, {100 * result.level:g} % intervals."
    return drawn(table, opening, narrow)


def proportion_forest(result: Pooled, *, arm: str = "", **words: Any) -> Forest:
    """Draw a forest plot of proportions.

    Parameters
    ----------
    result : Pooled
        Of one meta-analysis of proportions.
    arm : str
        What the patients are called.
    **words
        As for `forest`, but for `control` and `better`: a proportion is compared with nothing.

    Returns
    -------
    Forest
        Rows and axis in proportions, 0 to 1; what is written is in percent. The squares'
        areas show the weights, or the patients where the model has no weights.

    Raises
    ------
    ValueError
        As for `forest`.

    Examples
    --------
    >>> from twobytwo import pool_proportions
    >>> plot = proportion_forest(pool_proportions([1, 6, 0, 21], [23, 48, 12, 66]))
    >>> plot.table.rows[-1].effect, plot.axis.labels
    ('10.7 [3.1, 30.7]', ('0', '5', '10', '15', '20', '25', '30', '35', '40', '45'))
    """
    if words.keys() & {"control", "better"}:
        raise TypeError("a proportion is compared with nothing: leave control and better out")
    return forest(result, treatment=arm, **words)


def drawn(table: ForestTable, opening: str, narrow: bool) -> Forest:
    """Draw a table; the narrow form of a wide one only if somebody asks.

    The opening is the first sentence of the alt text.
    """

    def figure(place: Layout) -> Figure:
        return draw(place.width, place.height, place.ink)

    place = (stacked if narrow else wide)(table)
    noun = "proportions" if table.kind == "proportion" else table.measure.lower()
    return Forest(
        figure=figure(place),
        alt=_alt(table, place.axis, opening),
        title=table.title or f"Forest plot: {noun}",
        numbers=_columns(table),
        phone=None if narrow else lambda: figure(stacked(table)),
        table=table,
        layout=place,
    )


def axis_of(result: Pooled) -> Axis:
    """The axis that a result's forest plot has."""
    return axis_for(_rows(result, (), "file", {}, None), result.measure, PLOT)


# The rows.


def _check(
    result: Pooled, marks: Mapping[str, str] | None, sort: str, subgroups: Subgroups
) -> None:
    check_one(result, "a forest plot")
    unknown = sorted(set(marks or {}) - set(result.study))
    if unknown:
        raise ValueError(f"there is no study {unknown[0]!r} to mark")
    if sort not in SORTS:
        raise ValueError(f"sort is {', '.join(map(repr, SORTS))}, not {sort!r}")
    if sort == "year" and not any(_years(result)):
        raise ValueError("sort by year needs a column year, or years in the studies' names")
    if subgroups:
        grouped = sorted(study for _, some in subgroups for study in some.study)
        if grouped != sorted(result.study):
            odd = sorted(set(grouped) ^ set(result.study)) or grouped
            raise ValueError(f"the subgroups must hold each study once: {odd[0]!r}")


def _rows(
    result: Pooled,
    subgroups: Subgroups,
    sort: str,
    marks: Mapping[str, str],
    digits: int | None,
) -> list[Row]:
    texts = list(map(signs, study_texts(result, digits)))
    studies = {i: _study(result, i, marks, texts[i]) for i in _order(result, sort)}
    total = pooled_row(result, "Total", TOTAL, digits)
    if not subgroups:
        return [*studies.values(), total]
    rows: list[Row] = []
    for name, some in subgroups:
        here = [i for i in studies if result.study[i] in some.study]
        shares = [result.weight[i] for i in here if result.included[i]]
        subtotal = pooled_row(some, "Subtotal", SUBTOTAL, digits)
        weight = _share(sum(shares)) if shares else NONE
        rows += [
            Row(GROUP, one_line(name)),
            *(studies[i] for i in here),
            replace(subtotal, weight=weight, size=float(sum(shares))),
            Row(NOTE, _heterogeneity(some)),
        ]
    return [*rows, total]


def _heterogeneity(result: Pooled) -> str:
    return f"Heterogeneity: {signs(results.heterogeneity(result))}"


def _order(result: Pooled, sort: str) -> list[int]:
    """Positions of the studies as they are listed; what has no rank comes last."""
    rank = {
        "file": np.zeros(len(result.study)),
        "year": np.array([year or np.inf for year in _years(result)]),
        "weight": -np.nan_to_num(result.weight, nan=-1.0),
        "effect": np.nan_to_num(result.study_estimate, nan=np.inf),
    }
    return [int(i) for i in np.argsort(rank[sort], kind="stable")]


def _years(result: Pooled) -> list[int]:
    """The last year in the column or the name of each study, 0 where there is none."""
    column = result.extra.get("year", ("",) * len(result.study))
    each = zip(map(str, column), result.study, strict=True)
    years = (YEAR.findall(year) or YEAR.findall(name) or [0] for year, name in each)
    return [int(found[-1]) for found in years]


def _study(result: Pooled, i: int, marks: Mapping[str, str], text: str) -> Row:
    name, counts = result.study[i], result.arms
    limits, estimate = result.study_interval, result.study_estimate[i]
    size = result.weight
    if not np.isfinite(size).any() and counts:
        patients = np.sum([n for _, n in counts], 0)
        size = 100 * patients / max(patients.sum(), 1)
    drawn = bool(result.included[i] and np.isfinite(estimate))
    return Row(
        STUDY,
        one_line(name) + (f"{THIN}{marks[name]}" if name in marks else ""),
        tuple(f"{events[i]:.0f}/{n[i]:.0f}" for events, n in counts),
        _share(result.weight[i]) if result.included[i] else NONE,
        text,
        float(estimate), float(limits.lower[i]), float(limits.upper[i]),
        float(size[i]) if drawn else 0.0,
    )  # fmt: skip


def _share(weight: float) -> str:
    return f"{half_up(weight, 1)} %" if math.isfinite(weight) else NONE


def pooled_row(result: Pooled, label: str, kind: str, digits: int | None = None) -> Row:
    """The row of a pooled result."""
    three = float(result.estimate), float(result.ci_lower), float(result.ci_upper)
    # A ratio of 0 or infinity has no place on the axis.
    ends = result.options.scale != "log" or 0 < three[0] < math.inf
    return Row(
        kind,
        label,
        tuple(f"{events.sum():.0f}/{n.sum():.0f}" for events, n in result.arms),
        "100.0 %" if result.k else NONE,
        signs(pooled_text(result, digits)),
        *(three if ends else (math.nan,) * 3),
        100.0,
    )


def _prediction(result: Pooled, digits: int | None) -> Row:
    limits = float(result.prediction_lower), float(result.prediction_upper)
    text = signs(prediction_text(result, digits)) or NO_ESTIMATE
    return Row(PREDICTION, "Prediction interval", effect=text, lower=limits[0], upper=limits[1])


def favors(arms: tuple[str, str], better: str | None) -> tuple[str, str]:
    """What lies left and right of no effect; right of it the treatment has more events."""
    treatment, control = arms
    if better is None:
        return f"Fewer events with {treatment}", f"More events with {treatment}"
    if better not in ("more", "fewer"):
        raise ValueError(f"better is 'more', 'fewer' or None, not {better!r}")
    sides = f"Favors {control}", f"Favors {treatment}"
    return sides if better == "more" else sides[::-1]


# The words and numbers of the whole.


def _alt(table: ForestTable, axis: Axis, opening: str) -> str:
    """Tell the plot to someone who does not see it."""
    studies = sum(row.kind == STUDY for row in table.rows)
    parts = [opening]
    for row in table.rows:
        if row.kind in (GROUP, NOTE):
            parts.append(f"{row.label}{':' if row.kind == GROUP else '.'}")
        elif row.kind == TOTAL:
            parts.append(_in_words(row, f"Total, {table.k} of {studies} studies pooled"))
        else:
            parts.append(_in_words(row, row.label, table.heading.weight.lower()))
    parts += [f"{line}." for line in table.lines]
    if table.favors:
        left, right = table.favors
        parts.append(f"Left of {axis.null:g}: {left}; right of it: {right}.")
    cut = [
        row.label
        for row in table.rows
        if row.kind not in DIAMONDS and any(axis.clipped(row.lower, row.upper))
    ]
    if cut:
        parts.append(f"Arrows mark intervals that run off the axis: {', '.join(cut)}.")
    return " ".join([*parts, *table.footnotes])


def _in_words(row: Row, name: str, weight: str = "weight") -> str:
    """A row in words."""
    counts = " against ".join(row.arms).replace("/", " of ")
    effect = row.effect.replace(", ", " to ").replace("[", "(").replace("]", ")")
    weighs = f"{weight} {row.weight}" if weight and row.weight not in ("", NONE) else ""
    return f"{name}: {', '.join(part for part in (counts, effect, weighs) if part)}."


def _columns(table: ForestTable) -> dict[str, list[Any]]:
    """The numbers drawn, a line for each row that shows some."""
    shown: list[tuple[str, Row]] = []
    group = ""
    for row in table.rows:
        group = row.label if row.kind == GROUP else "" if row.kind == TOTAL else group
        if row.kind not in (GROUP, NOTE):
            shown.append((group, row))
    rows = [row for _, row in shown]
    columns: dict[str, list[Any]] = {
        "label": [row.label for row in rows],
        "kind": [row.kind for row in rows],
    }
    if any(group for group, _ in shown):
        columns["subgroup"] = [group or None for group, _ in shown]
    for j, arm in enumerate(table.arms):
        for at, what in enumerate(("events", "total")):
            columns[f"{arm} {what}".strip()] = [
                int(row.arms[j].split("/")[at]) if row.arms else None for row in rows
            ]
    weight = table.heading.weight.lower()
    if weight == "weight":
        columns[weight] = [row.size if row.weight not in ("", NONE) else math.nan for row in rows]
    elif weight:
        columns[weight] = [int(row.weight) for row in rows]
    for name in ("estimate", "lower", "upper"):
        columns[name] = [getattr(row, name) for row in rows]
    return columns
