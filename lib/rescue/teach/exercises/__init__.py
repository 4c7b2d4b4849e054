"""Exercises on the book's data: each is its solution, with the mistakes that are often made.

An exercise is a function. Its docstring is the lesson, its body the solution that a page
shows, its result the answer that `check` expects: they cannot drift apart.

Examples
--------
>>> check("odds-ratio-by-hand", 1.64)
Not right. That is upside down: stent belongs on top, control below.
"""

from metabook.checking import check as check
from metabook.exercise import EVERY as EVERY
from metabook.exercise_box import progress as progress
from metabook.exercise_box import show as show

# Each of these fills EVERY.
from rescue.teach.exercises import capstone as capstone
from rescue.teach.exercises import effects as effects
from rescue.teach.exercises import few_studies as few_studies
from rescue.teach.exercises import judging as judging
from rescue.teach.exercises import pooling as pooling
from rescue.teach.exercises import precision as precision
from rescue.teach.exercises import printed as printed
from rescue.teach.exercises import reporting as reporting
from rescue.teach.exercises.given import adjusted as adjusted
from rescue.teach.exercises.given import balloon_angioplasty as balloon_angioplasty
from rescue.teach.exercises.given import cells as cells
from rescue.teach.exercises.given import log_odds_ratios as log_odds_ratios
from rescue.teach.exercises.given import printed_p as printed_p
