"""The colors of every figure: one meaning each, in the library and in a book made with it.

========== =====================================================================
INK        Text, axes, the interval of a study.
MUTED      Secondary text, the line of no effect, what is left out.
GRID       Rules and areas that must not compete with the data.
PAPER      The inside of hollow marks.
TREATMENT  What belongs to the treatment arm: its patients, its risk.
CONTROL    What belongs to the control arm.
POOLED     An effect: the square of a study, the diamond, the line of the mean.
PREDICTION What a new study may show.
SECOND     A second method beside the first.
THIRD      And a third.
========== =====================================================================

The hues follow Okabe and Ito, and Tol, whose palettes color-blind readers can tell apart. Each
but GRID and PAPER reaches 3:1 against white, so that a mark is seen, and each but SECOND 4.5:1,
so that words can be set in it. That makes TREATMENT, CONTROL and POOLED alike in grayscale:
wherever two of them meet, their marks have different shapes.
"""

INK = "#1a1a1a"
MUTED = "#6b6b6b"
GRID = "#d9d9d9"
PAPER = "#ffffff"

TREATMENT = "#0072b2"
CONTROL = "#c24f00"
POOLED = "#54708a"
PREDICTION = "#882255"
SECOND = "#cc79a7"
THIRD = "#00805d"
