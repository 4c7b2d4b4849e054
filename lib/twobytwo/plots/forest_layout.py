"""Where everything on a forest plot stands, in points, from measured widths of text.

Positions count from the left and from the top edge. Columns are as wide as their widest
cell in DejaVu Sans; a browser's own sans serif is narrower, so nothing can collide there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from twobytwo.plots import palette
from twobytwo.plots.forest_axis import Axis
from twobytwo.plots.forest_words import Cells, Words
from twobytwo.plots.lettering import SIZE, width, wrap

TITLE = 10.0  # points
SMALL = 8.0  # of ticks, units and notes
LEADING = 11.5  # between the lines of one text
PITCH = 16.5  # between rows
MARGIN = 6.0
GUTTER = 13.5  # between columns
PLOT = 184.0  # width of the plot
NAME = 265.0  # widest study name on one line: about 45 characters
HEAD = 84.0  # widest arm name on one line
OFF = 5.0  # from the line of no effect to the words beside it
RISE = 0.365  # from a baseline to the middle of a digit, in ems

COUNTS, WEIGHT, EFFECT = "/", ".", "["  # on which the cells of a column are aligned


class Label(NamedTuple):
    """A line of text on its baseline."""

    x: float
    y: float
    text: str
    size: float = SIZE
    bold: bool = False
    color: str = palette.INK
    align: str = "left"


class Rule(NamedTuple):
    """A horizontal hairline."""

    x0: float
    x1: float
    y: float
    color: str


@dataclass(frozen=True)
class Layout:
    """The plot, laid out.

    Attributes
    ----------
    width, height : float
        Of the figure.
    left, right : float
        Ends of the axis.
    top, bottom : float
        Of the plot: the rule below the header, and the axis.
    rows : tuple of float
        Middles of the studies' rows.
    total : float
        Middle of the diamond.
    prediction : float
        Middle of the prediction interval's row.
    labels : tuple of Label
    rules : tuple of Rule
    """

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float
    rows: tuple[float, ...]
    total: float
    prediction: float
    labels: tuple[Label, ...]
    rules: tuple[Rule, ...]


class _Column(NamedTuple):
    """A column of numbers: its extent, and where the cells' pivot stands."""

    left: float
    right: float
    pivot: float


def _split(cell: str, pivot: str) -> tuple[str, str]:
    """What stands left of the pivot, and the rest."""
    at = cell.find(pivot)
    return (cell[:at], cell[at:]) if at >= 0 else ("", cell)


def _columns(words: Words, left: float) -> list[_Column]:
    columns: list[_Column] = []
    body = [(row, SIZE, False) for row in words.studies] + [(words.total, SIZE, True)]
    body += [(words.prediction, SIZE, False)] if words.prediction else []
    for j, (unit, pivot) in enumerate(_numbers(words.heading, words)):
        # Units of the arms are small and plain, the other headings bold.
        style = (SMALL, False) if pivot == COUNTS else (SIZE, True)
        cells = [(_numbers(row, words)[j][0], size, bold) for row, size, bold in body]
        heading = (unit, *style)
        aligned = [*cells, heading] if pivot in heading[0] else cells
        before = max(width(_split(cell, pivot)[0], size, bold) for cell, size, bold in aligned)
        after = max(width(_split(cell, pivot)[1], size, bold) for cell, size, bold in aligned)
        wide = max([before + after, width(*heading)])
        if pivot == COUNTS:
            wide = max([wide, *(width(line, SIZE, True) for line in _head(words.arms[j]))])
        columns.append(_Column(left, left + wide, left + (wide - before - after) / 2 + before))
        left += wide + GUTTER
    return columns


def _numbers(row: Cells, words: Words) -> list[tuple[str, str]]:
    """The cells of a row, each with its pivot: arms, weight if there is any, effect."""
    arms = row.arms or ("",) * len(words.arms)
    weight = [(row.weight, WEIGHT)] if words.heading.weight else []
    return [*((arm, COUNTS) for arm in arms), *weight, (row.effect, EFFECT)]


def _head(arm: str) -> list[str]:
    return wrap(arm, HEAD, SIZE, True)


def arrange(words: Words, axis: Axis) -> Layout:
    """Give everything its place.

    Parameters
    ----------
    words : Words
    axis : Axis

    Returns
    -------
    Layout
    """
    labels: list[Label] = []
    names = [wrap(row.label, NAME) for row in words.studies]
    name_width = max(
        [width(line) for lines in names for line in lines]
        + [width(words.total.label, SIZE, True)]
        + ([width(words.prediction.label)] if words.prediction else [])
    )
    columns = _columns(words, MARGIN + name_width + GUTTER)
    table = columns[-1].right

    last = width(axis.labels[-1], SMALL) / 2
    null = 0.0 if axis.null is None else PLOT * axis.share(axis.null)
    favors = _favors(words.favors, null) if words.favors else []
    reach = [max(width(line, SMALL) for line in lines) + OFF for lines in favors] or [0.0, 0.0]
    left = max(
        table + GUTTER + 4,
        MARGIN + width(words.overall, SMALL) + GUTTER + reach[0] - null,
        MARGIN + width(words.heterogeneity, SMALL) + GUTTER,
    )
    figure_width = left + max(PLOT + max(last, 4), null + reach[1]) + MARGIN

    line_width = 0.96 * (figure_width - 2 * MARGIN)  # a hinted font may run a little wider
    y = MARGIN
    for line in wrap(words.title, line_width, TITLE, True) if words.title else []:
        y += 1.25 * TITLE
        labels.append(Label(MARGIN, y, line, TITLE, True))
    y += 6 if words.title else 0
    heads = [_head(arm) for arm in words.arms]
    y += LEADING * (1 + max(map(len, heads)))
    labels += _header(words, heads, columns, left + PLOT / 2, y)
    y += 6
    top = y
    rules = [Rule(MARGIN, left + PLOT, y, palette.MUTED)]

    y += 3
    rows = []
    for row, lines in zip(words.studies, names, strict=True):
        rows.append(y + PITCH / 2)
        labels += _row(words, row, lines, columns, rows[-1])
        y += PITCH + LEADING * (len(lines) - 1)
    y += 3
    rules.append(Rule(MARGIN, table, y, palette.GRID))
    y += 2
    total = y + PITCH / 2
    labels += _row(words, words.total, [words.total.label], columns, total, bold=True)
    y += PITCH
    prediction = y + PITCH / 2
    if words.prediction:
        labels += _row(words, words.prediction, [words.prediction.label], columns, prediction)
        y += PITCH
    y += 4
    bottom = y

    y += 14
    labels.append(Label(MARGIN, y, words.heterogeneity, SMALL))
    labels += [
        Label(left + PLOT * axis.share(tick), y, label, SMALL, align="center")
        for tick, label in zip(axis.ticks, axis.labels, strict=True)
    ]
    y += LEADING + 2.5 if words.overall else 0
    labels.append(Label(MARGIN, y, words.overall, SMALL))
    for lines, x, align in zip(favors, (-OFF, OFF), ("right", "left"), strict=False):
        labels += [
            Label(left + null + x, y + i * LEADING, line, SMALL, align=align)
            for i, line in enumerate(lines)
        ]
    y += LEADING * (max(map(len, favors), default=1) - 1)
    for i, note in enumerate(words.footnotes):
        y += 5 if i == 0 else 0
        for line in wrap(note, line_width, SMALL):
            y += LEADING
            labels.append(Label(MARGIN, y, line, SMALL, color=palette.MUTED))
    return Layout(
        width=figure_width,
        height=y + MARGIN,
        left=left,
        right=left + PLOT,
        top=top,
        bottom=bottom,
        rows=tuple(rows),
        total=total,
        prediction=prediction,
        labels=tuple(labels),
        rules=tuple(rules),
    )


def _favors(sides: tuple[str, ...], null: float) -> list[list[str]]:
    """The words left and right of no effect: both on one line, or both on two.

    Those on the left may reach into the white space between table and plot.
    """
    arrow = width("\u2190 ", SMALL)
    room = (null + 2 * GUTTER - arrow - OFF, PLOT - null - arrow - OFF)
    widths = [width(text, SMALL) for text in sides]
    if all(wide <= space for wide, space in zip(widths, room, strict=True)):
        left, right = ([text] for text in sides)
    else:
        left, right = (_halves(text) for text in sides)
    return [[f"\u2190 {left[0]}", *left[1:]], [f"{right[0]} \u2192", *right[1:]]]


def _halves(text: str) -> list[str]:
    """A text on two lines, as narrow as they can be."""
    words = text.split(" ")
    pairs = [[" ".join(words[:i]), " ".join(words[i:])] for i in range(1, len(words))]
    return min(pairs, key=lambda pair: max(width(line) for line in pair), default=[text])


def _header(
    words: Words, heads: list[list[str]], columns: list[_Column], plot: float, y: float
) -> list[Label]:
    """The header; y is the baseline of its last line."""
    labels = [Label(MARGIN, y, words.heading.label, bold=True)]
    cells = zip(_numbers(words.heading, words), columns, strict=True)
    for j, ((heading, pivot), column) in enumerate(cells):
        middle = (column.left + column.right) / 2
        if pivot == COUNTS:
            x = column.pivot - width(_split(heading, pivot)[0], SMALL)
            labels.append(Label(x, y, heading, SMALL, color=palette.MUTED))
            # The arm's name stands over its unit, as far as its column allows.
            half = max(width(line, SIZE, True) for line in heads[j]) / 2
            over = x + width(heading, SMALL) / 2
            middle = min(max(over, column.left + half), column.right - half)
            labels += [
                Label(middle, y - LEADING * (len(heads[j]) - i), line, bold=True, align="center")
                for i, line in enumerate(heads[j])
            ]
        elif pivot in heading:
            x = column.pivot - width(_split(heading, pivot)[0], SIZE, True)
            labels.append(Label(x, y, heading, bold=True))
        else:
            labels.append(Label(middle, y, heading, bold=True, align="center"))
    labels.append(Label(plot, y - LEADING, words.measure, bold=True, align="center"))
    labels.append(Label(plot, y, words.model, SMALL, color=palette.MUTED, align="center"))
    return labels


def _row(
    words: Words,
    row: Cells,
    names: list[str],
    columns: list[_Column],
    middle: float,
    bold: bool = False,
) -> list[Label]:
    """A row whose first line has its digits' middle at the given height."""
    y = middle + RISE * SIZE
    labels = [
        Label(MARGIN, y + i * LEADING, name, bold=bold) for i, name in enumerate(names) if name
    ]
    for (cell, pivot), column in zip(_numbers(row, words), columns, strict=True):
        if cell:
            x = column.pivot - width(_split(cell, pivot)[0], SIZE, bold)
            labels.append(Label(x, y, cell, bold=bold))
    return labels
