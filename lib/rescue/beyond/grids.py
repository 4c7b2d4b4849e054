"""Every analysis of four studies, in patients: what its chapter draws, tabulates and says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from metabook import data
from metabook.drawing import SIZE, twice
from metabook.figure import Figure
from metabook.table import Table, table
from twobytwo.checks.grid import Analysis, Answer
from twobytwo.plots.palette import INK, MUTED, PAPER, POOLED
from twobytwo.rounding import half_up, p_equals

Grids = Mapping[str, tuple[Sequence[Answer], float]]
"""From the outcome to the answers of its grid, and the risk without a stent."""

INTERVALS = {"wald": "Wald", "hksj": "HKSJ", "hksj-truncated": "HKSJ,\ntruncated"}
METHODS = {"MH": "M-H", "IV": "inverse variance", "Peto": "Peto", "exact": "exact"}
ROOM = 0.07, 0.93  # of a unit of the vertical axis: what a kind of interval fills
TICKS = {-300: "−300", 0: "0", 300: "+300", 600: "+600"}


def nearer_end(answer: Answer, risk: float) -> float:
    """Events more in 1,000 at the end of the interval that favors the finding least.

    Examples
    --------
    >>> from twobytwo.checks.grid import answer
    >>> deaths = answer(data.counts("mortality"), Analysis("OR", "fixed", "Peto"))
    >>> round(nearer_end(deaths, 0.3))
    -60
    """
    estimate, low, high = answer.per_thousand(risk)
    return high if estimate < 0 else low


def is_papers(answer: Answer) -> bool:
    """Whether this is what the paper did."""
    return answer.analysis == Analysis("OR", "random", "MH", "DL", zero_cells="affected")


def band(answer: Answer) -> int:
    """Below which kind of interval an answer stands; the exact one is alone of its kind."""
    kind = answer.analysis.interval
    return 0 if kind == "exact" else list(INTERVALS).index(kind)


def in_order(answers: Sequence[Answer], risk: float) -> list[Answer]:
    """Each answer once, to the patient in 1,000, by the kind of its interval.

    In each kind those come first that lie farthest from no difference; of analyses with the same
    answer the paper's is kept.
    """

    def order(one: Answer) -> tuple[int, float]:
        end = nearer_end(one, risk)
        return band(one), end if one.per_thousand(risk)[0] < 0 else -end

    different = {
        (band(one), *(round(x) for x in one.per_thousand(risk))): one
        for one in sorted(answers, key=is_papers)
    }
    return sorted(different.values(), key=order)


def figure(grids: Grids) -> Figure:
    """The interval of each analysis of the grid, in patients."""
    texts = []
    for outcome, (answers, risk) in grids.items():
        middle = [one.per_thousand(risk)[0] for one in answers]
        found = {one.excludes_none for one in answers}
        finding = f"every interval {'excludes' if True in found else 'includes'} 0"
        if len(found) == 2:
            finding = "whether the interval includes 0 depends on the analysis"
        ends = " to ".join(f"{end:+.0f}".replace("-", "−") for end in (min(middle), max(middle)))
        texts.append(f"{data.outcome(outcome)['label']}: from {ends} in 1,000 patients; {finding}.")

    def draw(figure: Drawing, panels: list[Axes], phone: bool) -> None:
        for axes, (outcome, (answers, risk)) in zip(panels, grids.items(), strict=True):
            _draw(axes, outcome, in_order(answers, risk), risk)
        figure.supxlabel("More or fewer in 1,000 patients with a stent", fontsize=SIZE, color=INK)

    alt = f"Every analysis of the grid. {' '.join(texts)}"
    return twice("every-analysis", alt, draw, wide=4.6, phone=10.5, panels=len(grids))


def _draw(axes: Axes, outcome: str, answers: list[Answer], risk: float) -> None:
    ends = np.array([one.per_thousand(risk) for one in answers])
    kind = np.array([band(one) for one in answers])
    # Each kind has the same room, however many answers it has.
    rows = np.concatenate(
        [i + np.linspace(*ROOM, (kind == i).sum()) for i in range(len(INTERVALS))]
    )
    excludes = np.array([one.excludes_none for one in answers])
    axes.axvline(0, color=INK, linewidth=0.8, zorder=1)
    for some, color in ((excludes, POOLED), (~excludes, MUTED)):
        axes.hlines(rows[some], ends[some, 1], ends[some, 2], color=color, linewidth=0.65)
    axes.plot(ends[:, 0], rows, ".", color=INK, markersize=2.6, markeredgewidth=0)
    paper = [is_papers(one) for one in answers].index(True)
    axes.plot(ends[paper, 0], rows[paper], "D", color=INK, mfc=PAPER, markersize=6)
    more = data.outcome(outcome)["better"] == "more"
    axes.annotate(
        "better →" if more else "← better", (0, 1), (5 if more else -5, 4), va="bottom",
        xycoords=("data", "axes fraction"), textcoords="offset points", fontsize=SIZE,
        ha="left" if more else "right", color=MUTED,
    )  # fmt: skip
    axes.set_title(short(outcome), fontsize=SIZE, color=INK, weight="bold", pad=18, loc="left")
    axes.set_yticks([i + 0.5 for i in range(len(INTERVALS))], INTERVALS.values())
    axes.set(ylim=(len(INTERVALS), 0), xlim=(-335, 710))
    axes.set_xticks(list(TICKS), TICKS.values())


def short(outcome: str) -> str:
    """The label without what stands in brackets, for a narrow panel; a long one in two lines."""
    name = str(data.outcome(outcome)["label"]).partition(" (")[0]
    return name if len(name) < 30 else name.replace(" hemorrhage", "\nhemorrhage")


def method_name(one: Analysis) -> str:
    """Model and method in words."""
    if one.model == "fixed":
        return f"fixed, {METHODS[one.method]}"
    return "random, the paper's" if one.method == "MH" else f"random, {one.tau2}"


def every_analysis(grids: Grids) -> Table:
    """The grid in numbers."""
    rows = [
        (
            answers[0].analysis.measure,
            method_name(answers[0].analysis),
            INTERVALS.get(answers[0].analysis.interval, "exact").replace("\n", " "),
            answers[0].analysis.zero_cells,
            *(a.result.text for a in answers),
        )
        for answers in zip(*(answers for answers, _ in grids.values()), strict=True)
    ]
    labels = (data.outcome(outcome)["label"] for outcome in grids)
    return table(
        ("Measure", "Model", "Interval", "0.5 added to", *labels),
        rows,
        name="table-grid",
        caption="Every analysis of the grid: estimate [95 % CI]",
        notes=(
            "OR: odds ratio. RR: risk ratio. RD: risk difference. 0.5 added to: the studies with "
            "a zero cell (affected), all, or none; a dash where the method never adds anything.",
        ),
        align="llllrrr",
    )


def words(grids: Grids) -> dict[str, str]:
    """What the chapter says of its grid."""
    every = [answer.analysis for answer in grids["mRS 0-2"][0]]
    words = {
        "patients": str(int(sum(cell.sum() for cell in data.pooled("mRS 0-2").table))),
        "analyses": str(len(every)),
        "estimators": str(len({one.tau2 for one in every} - {None})),
    }
    for measure in ("OR", "RR", "RD"):
        words[f"analyses-{measure.lower()}"] = str(sum(one.measure == measure for one in every))
    for name, (answers, risk) in zip(("mrs", "deaths", "sich"), grids.values(), strict=True):
        events = sorted(abs(one.per_thousand(risk)[0]) for one in answers)
        words |= {f"{name}-least": half_up(events[0], 0), f"{name}-most": half_up(events[-1], 0)}
        words[f"{name}-risk"] = half_up(1000 * risk, 0)
    answers, risk = grids["mRS 0-2"]
    p = sorted(answer.p_value for answer in grids["mortality"][0])
    return words | {
        "mrs-worst": half_up(min(nearer_end(one, risk) for one in answers), 0),
        "deaths-p-least": p_equals(p[0]),
        "deaths-p-most": p_equals(p[-1]),
    }
