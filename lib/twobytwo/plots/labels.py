"""Names beside marks, apart from each other, from the marks and, if it can be, from lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from twobytwo.estimate.effects import FloatArray
from twobytwo.plots.drawn import SIZE, Point, width

MOST = 6  # names on a plot: of more studies only the most extreme get one
GAPS = (2.5, 12.0, 26.0, 44.0, 66.0, 92.0)  # points between mark and name; far ones get a leader
CLUTTER = 25.0  # above it, one of many names is left out
LONGEST = 0.4  # of the frame's width
AIR = 5.0  # points above and below a name that had better stay free
HIGH = 1.25 * SIZE

Box = tuple[float, float, float, float]


class StudyLabel(NamedTuple):
    """A name on a plot and the box it fills."""

    study: int  # its position
    text: str  # its name, cut with an ellipsis if it is very long
    box: Box  # left, top, right, bottom, in points from the top left corner
    leader: tuple[Point, Point] | None  # the line to a name that is not next to its mark


def place(
    names: Sequence[str],
    marks: FloatArray,
    reach: FloatArray,
    frame: Box,
    lines: Sequence[FloatArray],
    score: FloatArray,
) -> tuple[StudyLabel, ...]:
    """Find a place for the name of each study, or of the extreme ones if there are many.

    Names stay within the frame, apart from each other and from the marks with their reach; they
    had better not cross the lines. A study for whose name no place is free has none.
    """
    n = len(names)
    order = sorted(range(n), key=lambda i: -score[i])[:MOST]
    crossed = np.concatenate([np.empty((0, 2)), *map(_dense, lines)])
    taken: list[StudyLabel] = []
    for i in order:
        text = _cut(names[i], LONGEST * (frame[2] - frame[0]))
        leaders = [_dense(np.array(label.leader)) for label in taken if label.leader]
        best, lowest = None, np.inf if n <= MOST else CLUTTER
        for rank, (gap, box) in enumerate(_candidates(marks[i], reach[i], width(text))):
            if not _inside(box, frame) or any(_overlap(box, label.box) for label in taken):
                continue
            cost = 100.0 * _over_marks(box, marks, reach) + 0.1 * rank
            cost += 4.0 * _runs_through(crossed, box)
            near = (box[0], box[1] - AIR, box[2], box[3] + AIR)
            cost += 3.0 * any(_overlap(near, label.box) for label in taken)
            cost += CLUTTER * any(_runs_through(leader, box) for leader in leaders)
            leads = _leader(marks[i], reach[i], box) if gap > GAPS[0] else None
            if leads:  # a leader that runs through a name or a mark misleads
                path = _dense(np.array(leads))
                cost += CLUTTER * any(_runs_through(path, label.box) for label in taken)
                cost += CLUTTER * _touches(path, np.delete(marks, i, 0), np.delete(reach, i))
            if cost < lowest:
                best, lowest = StudyLabel(i, text, box, leads), cost
        if best:
            taken.append(best)
    return tuple(taken)


def _candidates(mark: FloatArray, reach: float, wide: float) -> Iterator[tuple[float, Box]]:
    """Boxes about a mark, the nearest and the most usual first."""
    x, y = map(float, mark)
    for gap in GAPS:
        away = float(reach) + gap
        slant = 0.75 * away
        corners = (
            (x + away, y - HIGH / 2), (x - away - wide, y - HIGH / 2),
            (x - wide / 2, y - away - HIGH), (x - wide / 2, y + away),
            (x + slant, y - slant - HIGH), (x + slant, y + slant),
            (x - slant - wide, y - slant - HIGH), (x - slant - wide, y + slant),
        )  # fmt: skip
        for left, top in corners:
            yield gap, (left, top, left + wide, top + HIGH)


def _cut(text: str, limit: float) -> str:
    """A name that fits; what is cut is cut before its last word, which is often the year."""
    if width(text) <= limit:
        return text
    head, _, last = text.rpartition(" ")
    if not head or width(last) > limit / 2:
        head, last = text, ""
    end = f"… {last}" if last else "…"
    while head and width(head + end) > limit:
        head = head[:-1]
    return head.rstrip() + end


def _inside(box: Box, frame: Box) -> bool:
    starts, ends = np.subtract(box, frame).reshape(2, 2)
    return bool((starts >= 0).all() and (ends <= 0).all())


def _overlap(one: Box, other: Box) -> bool:
    across = one[0] < other[2] + 3 and other[0] < one[2] + 3
    return across and one[1] < other[3] and other[1] < one[3]


def _over_marks(box: Box, marks: FloatArray, reach: FloatArray) -> int:
    """How many marks a box touches."""
    apart = np.linalg.norm(marks - np.clip(marks, box[:2], box[2:]), axis=-1)
    return int((apart < reach + 1).sum())


def _touches(path: FloatArray, marks: FloatArray, reach: FloatArray) -> bool:
    apart = np.linalg.norm(path[:, None] - marks, axis=-1)
    return bool((apart < reach).any())


def _runs_through(points: FloatArray, box: Box) -> bool:
    return bool(((points > box[:2]) & (points < box[2:])).all(-1).any())


def _dense(line: FloatArray) -> FloatArray:
    """Points along a line, about two apart."""
    long = np.hypot(*np.diff(line, axis=0).T).sum()
    at = np.linspace(0, len(line) - 1, int(min(long / 2, 2000)) + 2)
    index = np.arange(len(line))
    return np.column_stack([np.interp(at, index, line[:, 0]), np.interp(at, index, line[:, 1])])


def _leader(mark: FloatArray, reach: float, box: Box) -> tuple[Point, Point]:
    end = np.clip(mark, box[:2], box[2:])
    away = end - mark
    long = max(float(np.hypot(*away)), 1e-9)
    start, end = mark + away * min(1.0, float(reach) / long), end - away * min(1.0, 2.0 / long)
    return (float(start[0]), float(start[1])), (float(end[0]), float(end[1]))
