"""The statistics of 2x2 tables: from counts to a pooled odds ratio, as RevMan 5 does it."""

from .counts import Counts, CountsError, read_counts
from .options import OptionError, Options
from .pool import pool
from .result import Result

__all__ = ["Counts", "CountsError", "OptionError", "Options", "Result", "pool", "read_counts"]
