"""The statistics of 2x2 tables: from counts to a pooled odds ratio, as RevMan 5 does it."""

from .counts import Counts, read_counts
from .csv_table import CountsError
from .options import OptionError, Options
from .pool import pool
from .pool_proportions import pool_proportions
from .proportion_options import ProportionOptions
from .proportion_result import ProportionResult
from .proportions import Proportions, read_proportions
from .result import Result

__all__ = [
    "Counts", "CountsError", "OptionError", "Options", "ProportionOptions", "ProportionResult",
    "Proportions", "Result", "pool", "pool_proportions", "read_counts", "read_proportions",
]  # fmt: skip
