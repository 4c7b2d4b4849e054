"""The statistics of 2x2 tables: from counts to a pooled odds ratio, as RevMan 5 does it."""

from twobytwo.counts import Counts, read_counts
from twobytwo.estimate.proportions import Proportions, read_proportions
from twobytwo.io.csv_table import CountsError
from twobytwo.options import OptionError, Options, ProportionOptions
from twobytwo.pool import pool, pool_effects, pool_proportions
from twobytwo.results import ProportionResult, Result

__all__ = [
    "Counts", "CountsError", "OptionError", "Options", "ProportionOptions", "ProportionResult",
    "Proportions", "Result", "pool", "pool_effects", "pool_proportions", "read_counts", "read_proportions",
]  # fmt: skip
