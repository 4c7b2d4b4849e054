"""The figures of the chapter on the evidence since the paper."""

from __future__ import annotations

from matplotlib.axes import Axes
from metabook.drawing import SIZE, canvas, heading, label, odds_ratio_axis
from metabook.figure import Figure
from twobytwo import Result
from twobytwo.plots.forest import forest as draw_forest
from twobytwo.plots.palette import INK, MUTED, PAPER, TREATMENT
from twobytwo.results import EffectsResult

from rescue.beyond import since, since_reviews

WIDTH = 3.6  # inches: a phone shows it as it is
AnyResult = Result | EffectsResult
BETTER = {"mRS 0-2": "more", "mRS 0-3": "more", "mortality": "fewer", "SICH": "fewer"}
NOTES = {
    "a": "Percent of a number of patients that was inferred from the percentages.",
    "b": "Recovered from the printed total and p-value.",
}
MEASURES = {"OR": "odds ratio", "RR": "risk ratio"}
CIRCULATIONS = {"posterior": "posterior circulation", "anterior": "anterior circulation"}


def forest(outcome: str, name: str) -> Figure:
    """The forest plot of the posterior series."""
    result = since.crude(outcome, since.POSTERIOR)
    marks = {study: mark for study, mark in since.marked(outcome).items() if study in result.study}
    drawn = draw_forest(
        result,
        treatment="stent",
        control="control",
        outcome=f"{since.label(outcome)}, posterior circulation",
        better=BETTER[outcome],
        marks=marks,
        footnotes=[f"{mark}  {NOTES[mark]}" for mark in sorted(set(marks.values()))],
    )
    return Figure(drawn.figure, name, drawn.alt)


def _ratio(axes: Axes, row: float, result: AnyResult, marker: str, color: str, face: str) -> None:
    """One estimate with its interval."""
    axes.plot([result.ci_lower, result.ci_upper], [row, row], color=color, linewidth=1.2)
    axes.plot(
        result.estimate, row, marker, color=color, markerfacecolor=face, markersize=6.5,
        markeredgewidth=1.2,
    )  # fmt: skip


def _heading(axes: Axes, outcome: str, what: str, row: float) -> None:
    """What the rows below show, and on which side the stented did better."""
    heading(axes, f"{_short(outcome)}, {what}", row)
    more = BETTER[outcome] == "more"
    text, side = ("better \N{RIGHTWARDS ARROW}", 5) if more else ("\N{LEFTWARDS ARROW} better", -5)
    label(axes, text, 1, row, (side, 0), MUTED)


def _finish(
    axes: Axes, ticks: dict[float, str], bottom: float, x: str = "Odds ratio (log scale)"
) -> None:
    axes.set_xlabel(x, loc="left", fontsize=SIZE)
    axes.set_yticks(list(ticks), list(ticks.values()))
    axes.set_ylim(bottom, -0.6)


def cumulative(name: str) -> Figure:
    """Each series as it stood after each study."""
    figure, (axes,) = canvas(5.4, width=WIDTH)
    ticks: dict[float, str] = {}
    row, said = -1.4, []
    for outcome, circulation in since.SERIES:
        row += 1.4
        _heading(axes, outcome, circulation, row)
        told = []
        steps = since.accumulated(outcome, circulation)
        for study, result in steps:
            row += 1
            ticks[row] = study
            last = result is steps[-1][1]
            _ratio(axes, row, result, "D" if last else "s", TREATMENT, TREATMENT)
            told.append(f"{study} {since.said(result)}")
        said.append(f"{_short(outcome)}, {CIRCULATIONS[circulation]}: {'; '.join(told)}.")
    odds_ratio_axis(axes, (0.01, 0.1, 1, 10), 0.008, 60)
    _finish(axes, ticks, row + 0.7)
    return Figure(figure, name, "Pooled odds ratios after each study, by year. " + " ".join(said))


def _short(outcome: str) -> str:
    return {"mortality": "Death"}.get(outcome, outcome)


def adjusted(name: str) -> Figure:
    """Crude and adjusted odds ratios of the posterior studies, side by side."""
    figure, (axes,) = canvas(5.6, width=WIDTH)
    ticks: dict[float, str] = {}
    row, said = -1.4, []
    for outcome in (since.MRS3, since.DEATHS, since.SICH):
        row += 1.4
        _heading(axes, outcome, since.POSTERIOR, row)
        for study, pair in since.beside(outcome).items():
            row += 1
            ticks[row] = study
            for result, lift, face, kind in zip(
                pair, (-0.2, 0.2), (PAPER, TREATMENT), ("crude", "adjusted"), strict=True
            ):
                if result is not None:
                    marker = "D" if study == since.POOLED else "o"
                    _ratio(axes, row + lift, result, marker, TREATMENT, face)
                    said.append(f"{_short(outcome)}, {study}, {kind}: {since.said(result)}.")
    odds_ratio_axis(axes, (0.1, 1, 10), 0.03, 45)
    _finish(axes, ticks, row + 0.7)
    return Figure(figure, name, "Hollow: crude odds ratio; filled: adjusted. " + " ".join(said))


def reviews(name: str) -> Figure:
    """The pooled ratios of later reviews beside those of the four studies."""
    figure, (axes,) = canvas(5.6, width=WIDTH)
    ticks: dict[float, str] = {}
    row, said = -1.4, []
    for outcome, measure in since_reviews.SHOWN:
        row += 1.4
        _heading(axes, outcome, MEASURES[measure], row)
        for review in since_reviews.reviews(outcome, measure):
            row += 1
            ticks[row] = review.name
            said.append(f"{_short(outcome)}, {review.name}: {measure} {review.said}.")
            _review(axes, row, review)
    odds_ratio_axis(axes, (0.2, 0.5, 1, 2, 5), 0.14, 9)
    _finish(axes, ticks, row + 0.7, "Ratio (log scale)")
    return Figure(figure, name, "Pooled results of the reviews. " + " ".join(said))


def _review(axes: Axes, row: float, review: since_reviews.Review) -> None:
    color, marker = (TREATMENT, "D") if review.ours else (INK, "s")
    estimate = review.estimate or 1.0
    face, end = PAPER, estimate
    if review.lower and review.upper:
        axes.plot([review.lower, review.upper], [row, row], color=color, linewidth=1.2)
        face, end = color, review.upper
    axes.plot(estimate, row, marker, color=color, markerfacecolor=face, markersize=6.5)
    if review.misprint:
        label(axes, f"{review.misprint}?", max(end, 1), row, (5, 0), MUTED)
