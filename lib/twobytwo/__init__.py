"""The statistics of 2x2 tables: from counts to a pooled odds ratio, as RevMan 5 does it."""

from twobytwo.counts import Counts, read_counts
from twobytwo.estimate.proportions import Proportions, read_proportions
from twobytwo.io.csv_table import CountsError
from twobytwo.options import OptionError, Options
from twobytwo.pool import pool
from twobytwo.pool_proportions import pool_proportions
from twobytwo.proportion_options import ProportionOptions
from twobytwo.proportion_result import ProportionResult
from twobytwo.result import Result

__version__ = "0.2.0"

__all__ = [
    "Counts", "CountsError", "OptionError", "Options", "ProportionOptions", "ProportionResult",
    "Proportions", "Result", "pool", "pool_proportions", "read_counts", "read_proportions",
]  # fmt: skip
