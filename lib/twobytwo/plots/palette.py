"""The colors of every figure.

The hues can be told apart by color-blind readers, and each reaches 3:1 against white.
In grayscale PREDICTION, TREATMENT, CONTROL and SECOND stand from dark to light, but the
middle two are near each other: wherever arms meet, give them different shapes as well.
"""

INK = "#1a1a1a"  # text, axes, study markers
MUTED = "#6b6b6b"  # secondary text, the line of no effect
GRID = "#d9d9d9"  # rules that must not compete with the data
PAPER = "#ffffff"  # the inside of hollow marks

TREATMENT = "#0072b2"
CONTROL = "#d55e00"
POOLED = TREATMENT
PREDICTION = "#882255"  # what a new study may show
SECOND = "#cc79a7"  # a second method beside the first
THIRD = "#009e73"  # and a third
