"""A forest plot for a phone: the words of a row stand above its mark, so that nothing shrinks."""

from __future__ import annotations

from twobytwo.plots import palette
from twobytwo.plots.drawn import SIZE, Ink, Label, Lines, width, wrap
from twobytwo.plots.forest_layout import (
    BOLD,
    GROUP,
    GUTTER,
    LEADING,
    NOTE,
    SMALL,
    SQUARE,
    SUBTOTAL,
    TITLE,
    TOTAL,
    Axis,
    Layout,
    Placed,
    Row,
    Table,
    favors_labels,
    footnotes,
    marks,
)  # fmt: skip

PHONE = 268.5  # width in points of a plot for a phone: 358 px
EDGE = 4.0  # beside it
BAND = 7.5  # of a row on a phone, above and below the middle of its mark


def narrow(table: Table, axis: Axis) -> Layout:
    """Lay the plot out for a screen of 358 pixels, where it need not shrink."""
    left, right = EDGE, PHONE - EDGE
    start, end = _ends(axis)
    room = 0.96 * (right - left)  # a hinted font may run a little wider
    labels: list[Label] = []
    rules: list[Ink] = []
    y = EDGE

    def write(text: str, size: float = SIZE, bold: bool = False, color: str = palette.INK) -> None:
        nonlocal y
        for line in wrap(text, room, size, bold):
            y += 1.25 * size
            labels.append(Label(left, y, line, size, bold, color))

    if table.title:
        write(table.title, TITLE, bold=True)
        y += 4
    write(f"{table.measure}, {table.model}" if table.model else table.measure, SMALL,
          color=palette.MUTED)  # fmt: skip
    y += LEADING + 2
    labels.append(Label(left, y, table.heading.label, bold=True))
    labels.append(Label(right, y, table.heading.effect, bold=True, align="right"))
    y += 5
    top = y
    rules.append(Lines("rule", [((left, y), (right, y))], palette.MUTED, 0.6))
    placed: list[Placed] = []
    for row in table.rows:
        if row.kind == NOTE:
            write(_unbroken(row.label), SMALL, color=palette.MUTED)
            y += 4
            continue
        if row.kind in (SUBTOTAL, TOTAL):
            y += 4
            color = palette.MUTED if row.kind == TOTAL else palette.GRID
            rules.append(Lines("rule", [((left, y), (right, y))], color, 0.6))
        y += 4
        y = _stacked(table, row, labels, left, right, y)
        if row.kind != GROUP:
            y += 5 + SQUARE / 2
            placed.append(Placed(row, y))
            y += SQUARE / 2
    y += 6
    bottom = y
    y += 14
    labels += [
        Label(start + axis.share(tick) * (end - start), y, label, SMALL, align="center")
        for tick, label in zip(axis.ticks, axis.labels, strict=True)
    ]
    y += LEADING + 2.5 if table.favors else 0
    favors, _ = favors_labels(table.favors, axis, start, end, 0, end)
    labels += [label._replace(y=y + label.y) for label in favors]
    y = max(label.y for label in labels) + 4
    for line in table.lines:
        write(_unbroken(line), SMALL)
    labels += footnotes(table, left, y, room)
    return Layout(
        width=PHONE,
        height=max(label.y for label in labels) + EDGE,
        left=start,
        right=end,
        top=top,
        bottom=bottom,
        rows=tuple(placed),
        ink=(*rules, *marks(placed, axis, start, end, top, bottom, BAND), *labels),
    )


def _stacked(
    table: Table, row: Row, labels: list[Label], left: float, right: float, y: float
) -> float:
    """The words of a row: name and effect, below them counts and weight; returns their end."""
    bold = row.kind in BOLD
    free = right - left - (width(row.effect, SIZE, bold) + GUTTER if row.effect else 0)
    for i, line in enumerate(wrap(row.label, 0.96 * free, SIZE, bold)):
        y += LEADING
        labels.append(Label(left, y, line, bold=bold))
        if i == 0 and row.effect:
            labels.append(Label(right, y, row.effect, bold=bold, align="right"))
    arms = [f"{cell} {arm}".strip() for cell, arm in zip(row.arms, table.arms, strict=False)]
    weight = (
        f"{table.heading.weight.lower()} {row.weight}"
        if table.heading.weight and row.weight
        else ""
    )
    free = right - left - (width(weight, SMALL) + GUTTER if weight else 0)
    lines = wrap(", ".join(arms), 0.96 * free, SMALL) if arms else [""] * bool(weight)
    for i, line in enumerate(lines):
        y += LEADING - 0.5
        if line:
            labels.append(Label(left, y, line, SMALL, color=palette.MUTED))
        if i == 0 and weight:
            labels.append(Label(right, y, weight, SMALL, color=palette.MUTED, align="right"))
    return y


def _ends(axis: Axis) -> tuple[float, float]:
    """Where the axis starts and ends, so that no label of a tick leaves the screen."""
    over = []
    for tick, label in ((axis.ticks[0], axis.labels[0]), (axis.ticks[-1], axis.labels[-1])):
        from_end = min(axis.share(tick), 1 - axis.share(tick)) * (PHONE - 2 * EDGE)
        over.append(max(EDGE, width(label, SMALL) / 2 - from_end))
    return over[0], PHONE - over[1]


def _unbroken(line: str) -> str:
    """A line of statistics that may be broken only between them."""
    return (
        line.replace(" = ", "\u00a0=\u00a0")
        .replace(" %", "\u00a0%")
        .replace("p < ", "p\u00a0<\u00a0")
    )
