"""The figures of the chapter with other data to practice on."""

from __future__ import annotations

from typing import Any

from metabook.figure import Figure
from twobytwo.plots.forest import forest as draw_forest
from twobytwo.plots.funnel import funnel as draw_funnel

from rescue.teach.practice import about, pooled


def forest(name: str, **choices: Any) -> Figure:
    """The forest plot of a set; every outcome here is one that nobody wants."""
    row = about(name)
    drawn = draw_forest(
        pooled(name, **choices),
        treatment=row["treatment"].capitalize(),
        control=row["control"].capitalize(),
        outcome=row["event"].capitalize(),
        better="fewer",
        prediction=True,
    )
    return Figure(drawn.figure, f"practice-forest-{name}", drawn.alt)


def funnel(name: str) -> Figure:
    """The funnel plot of a set."""
    row = about(name)
    drawn = draw_funnel(
        pooled(name),
        treatment=row["treatment"],
        control=row["control"],
        outcome=row["event"].capitalize(),
    )
    return Figure(drawn.figure, f"practice-funnel-{name}", drawn.alt)
