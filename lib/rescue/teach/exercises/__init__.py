"""Exercises on the book's data: each is its solution, with the mistakes that are often made.

An exercise is a function. Its docstring is the lesson, its body the solution that a page
shows, its result the answer that `check` expects: they cannot drift apart.

Examples
--------
>>> check("odds-ratio-by-hand", 1.64)
Not right. That is upside down: stent belongs on top, control below.
"""

from metabook.checking import check
from metabook.exercise import EVERY
from metabook.exercise_box import progress, show

from rescue.teach.exercises import (
    capstone,
    effects,
    few_studies,
    judging,
    pooling,
    precision,
    printed,
    reporting,
)
from rescue.teach.exercises.given import (
    adjusted,
    balloon_angioplasty,
    cells,
    log_odds_ratios,
    printed_p,
)

__all__ = [
    "EVERY",
    "adjusted",
    "balloon_angioplasty",
    "capstone",
    "cells",
    "check",
    "effects",
    "few_studies",
    "judging",
    "log_odds_ratios",
    "pooling",
    "precision",
    "printed",
    "printed_p",
    "progress",
    "reporting",
    "show",
]
