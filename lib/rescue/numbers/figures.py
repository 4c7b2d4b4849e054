"""Figures of printed digits: the pairs of counts, the tests, the intervals that they fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.patches import Circle, Rectangle
from matplotlib.ticker import FixedLocator, NullFormatter, NullLocator
from metabook.drawing import PHONE, SIZE, canvas, label, row_labels, twice, vertical_grid
from metabook.figure import Figure
from metabook.words import span
from twobytwo.checks.recover import Recovered
from twobytwo.plots.palette import GRID, INK, MUTED, PAPER, PREDICTION, SECOND, THIRD
from twobytwo.rounding import half_up

# The three numbers that each pair of counts may print, and their sign in the grid.
SIGNS = {"ci_lower": "lower limit", "estimate": "odds ratio", "ci_upper": "upper limit"}
# The color, the shape and the size of each test's mark.
MARKS = {"Fisher": (INK, "o", 6.5), "chi-square": (SECOND, "s", 6.0), "Yates": (THIRD, "^", 6.5)}
LEVEL = 0.05


def pairs(name: str, found: Recovered, printed: Mapping[str, str]) -> Figure:
    """Every pair of counts as a cell, with a sign for each of `SIGNS` that it prints."""
    sentences = [
        f"A grid of {found.tried} pairs: SICH among {found.n_treatment} stented patients and "
        f"among {found.n_control} controls of {found.study}."
    ]
    for sign, meaning in SIGNS.items():
        which = ", ".join(f"{a} and {c}" for a, c in found.pairs(sign))
        count = len(found.pairs(sign))
        sentences.append(f"{meaning.capitalize()} {printed[sign]} in {count} pairs: {which}.")
    sentences.append(f"All three only in {', '.join(map(_fractions(found), found.pairs(*SIGNS)))}.")

    def draw(width: float) -> Drawing:
        figure, (axes,) = canvas(width * 1.02 if width == PHONE else width * 0.86, width=width)
        _cells(axes, found)
        _key(axes, printed, found.n_treatment + 2.1, found.n_control / 14)
        return figure

    return Figure(draw(5.4), name, " ".join(sentences), draw(PHONE))


def _fractions(found: Recovered) -> Callable[[tuple[int, int]], str]:
    return lambda pair: f"{pair[0]}/{found.n_treatment} versus {pair[1]}/{found.n_control}"


def _cells(axes: Axes, found: Recovered) -> None:
    rows, columns = found.n_treatment + 1, found.n_control + 1
    axes.hlines(np.arange(rows + 1) - 0.5, -0.5, columns - 0.5, color=GRID, linewidth=0.6)
    axes.vlines(np.arange(columns + 1) - 0.5, -0.5, rows - 0.5, color=GRID, linewidth=0.6)
    for a, c in np.argwhere(np.any([found.fits[sign] for sign in SIGNS], axis=0)):
        _cell(axes, c, a, [bool(found.fits[sign][a, c]) for sign in SIGNS])
    for a, c in found.pairs(*SIGNS):
        ring = Circle((c, a), 0.73, fill=False, color=PREDICTION, linewidth=2)
        axes.add_patch(ring).set_clip_on(False)
        label(axes, _fractions(found)((a, c)), c, a, (14, 0), PREDICTION)
        axes.texts[-1].set(weight="bold", backgroundcolor=PAPER)
    axes.set_xticks(range(columns))
    axes.set_yticks(range(rows))
    axes.set_xlim(-0.6, columns - 0.4)
    axes.set_ylim(-0.8, rows + 1.7)
    axes.set_aspect("equal")
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(length=0)
    axes.set_xlabel(f"SICH among the {found.n_control} controls", fontsize=SIZE)
    axes.set_ylabel(f"SICH among the {found.n_treatment} stented", fontsize=SIZE, y=0.43)


def _cell(axes: Axes, x: float, y: float, prints: Sequence[bool]) -> None:
    """A cell, the stronger the more it prints: brackets for the limits, a dot between them."""
    face = (PAPER, GRID, MUTED, INK)[sum(prints)]
    ink = INK if face in (PAPER, GRID) else PAPER
    axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=face, edgecolor=GRID, lw=0.6))
    for side, is_so in zip((-1, 0, 1), prints, strict=True):
        if is_so and side:
            inner, outer = x + 0.18 * side, x + 0.32 * side
            bracket = [inner, outer, outer, inner], [y + 0.28, y + 0.28, y - 0.28, y - 0.28]
            axes.plot(*bracket, color=ink, linewidth=1.3)
        elif is_so:
            axes.plot(x, y, "o", color=ink, markersize=3.2)


def _key(axes: Axes, printed: Mapping[str, str], y: float, unit: float) -> None:
    """What the signs mean, above the grid."""
    for i, (sign, meaning) in enumerate(SIGNS.items()):
        _cell(axes, 5 * i * unit, y, [sign == other for other in SIGNS])
        text = f"{meaning.replace(' ', chr(10))} {printed[sign]}"
        axes.text(5 * i * unit + 0.8, y, text, fontsize=SIZE, color=INK, va="center")


def p_values(name: str, printed: pd.Series[str], tests: pd.DataFrame) -> Figure:
    """The p-values of each table by the tests of `MARKS`, with the printed one marked."""
    sentences = [
        f"{table}: printed {text}; "
        + ", ".join(f"{test} {half_up(p, 3)}" for test, p in tests.loc[table].items())
        for table, text in printed.items()
    ]

    def draw(figure: Drawing, panels: list[Axes], phone: bool) -> None:
        (axes,) = panels
        axes.set_xscale("log")
        axes.set_xlim(0.001, 1)
        for i, (table, text) in enumerate(printed.items()):
            value = float(text.lstrip("<"))
            if text.startswith("<"):
                axes.plot([0.001, value], [i, i], color=MUTED, linewidth=1.4)
            axes.plot(value, i, "|", color=MUTED, markersize=17, markeredgewidth=2.4)
            for step, (test, (color, shape, size)) in enumerate(MARKS.items(), start=-1):
                at = tests.loc[table, test], i + 0.14 * step
                axes.plot(*at, shape, color=color, markersize=size)
        for test, (color, shape, size) in MARKS.items():
            axes.plot([], [], shape, color=color, markersize=size, label=test)
        axes.plot([], [], "|", color=MUTED, markersize=12, markeredgewidth=2.4, label="printed")
        axes.axvline(LEVEL, color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)))
        row_labels(axes, [str(table) for table in printed.index])
        label(axes, f"{LEVEL}", LEVEL, -0.62, (4, 0), MUTED)
        axes.xaxis.set_major_locator(FixedLocator([0.001, 0.01, 0.1, 1]))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.xaxis.set_major_formatter("{x:g}")
        axes.set_xlabel("p-value, two-sided", fontsize=SIZE)
        vertical_grid(axes)
        _legend(figure, 2 if phone else 4)

    alt = f"P-values by three tests; a line at {LEVEL}. {'. '.join(sentences)}."
    height = 0.44 * len(printed) + 1.2
    return twice(name, alt, draw, wide=height, phone=height)


def worth(name: str, printed: pd.DataFrame, alone: Mapping[str, tuple[float, float]]) -> Figure:
    """Printed pooled percentages with their intervals, beside those of one group alone."""
    n = printed["n_patients"].iloc[0]
    sentences = [
        f"{row.Index} {row.percent:g} %, {row.lower:g} to {row.upper:g}; "
        f"alone {span(alone[row.Index], 0)}."
        for row in printed.itertuples()
    ]

    def draw(figure: Drawing, panels: list[Axes], phone: bool) -> None:
        (axes,) = panels
        for i, row in enumerate(printed.itertuples()):
            axes.plot([row.lower, row.upper], [i - 0.08] * 2, color=INK, linewidth=1.4)
            axes.plot(row.percent, i - 0.08, "o", color=INK, markersize=6)
            axes.plot([100 * x for x in alone[row.Index]], [i + 0.16] * 2, color=SECOND)
            axes.plot(row.percent, i + 0.16, "D", color=SECOND, mfc=PAPER, markersize=5)
        axes.plot([], [], "o-", color=INK, label="as printed")
        axes.plot([], [], "D-", color=SECOND, mfc=PAPER, label=f"{n} patients of one group")
        row_labels(axes, [str(item) for item in printed.index])
        axes.set_xlim(0, 100)
        axes.set_xlabel("Percent", fontsize=SIZE)
        vertical_grid(axes)
        _legend(figure, 2)

    alt = f"Pooled proportions with 95 % intervals, and those {n} patients alone would give. "
    height = 0.6 * len(printed) + 1.1
    return twice(name, alt + " ".join(sentences), draw, wide=height, phone=height)


def _legend(figure: Drawing, columns: int) -> Any:
    return figure.legend(
        loc="outside lower left", ncols=columns, frameon=False, fontsize=SIZE,
        handlelength=1.2, columnspacing=1.2,
    )  # fmt: skip
