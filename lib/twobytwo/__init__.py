"""The statistics of 2x2 tables: from counts to a pooled odds ratio, as RevMan 5 does it.

Four studies, and who died of those treated and of the controls:

>>> import twobytwo as tt
>>> died = [1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66]
>>> deaths = tt.pool(*died, study=["Baracchini", "Chang", "Cornelissen", "Peng"])
>>> deaths.text
'0.39 [0.16, 0.93]'
>>> tt.leave_one_out(deaths)
Without      Studies       OR [95 % CI]      p  tau2    I2
Baracchini         3  0.56 [0.32, 0.98]  0.042  0.00   0 %
Chang              3  0.21 [0.04, 1.14]  0.071  1.38  60 %
Cornelissen        3  0.46 [0.20, 1.07]  0.071  0.24  44 %
Peng               3  0.20 [0.04, 1.11]  0.065  1.25  56 %
All studies        4  0.39 [0.16, 0.93]  0.035  0.33  43 %

`tt.pool("counts.csv", outcome="mortality")` reads a file. A result prints itself and shows
itself in a notebook; `deaths.to_frame()` is a pandas frame, and
`deaths.forest(treatment="drug", better="fewer").save("deaths.svg")` a forest plot.
"""

import os
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if signal.getsignal(signal.SIGINT) is signal.default_int_handler and "twobytwo" in (
    sys.orig_argv if sys.argv[:1] == ["-m"] else map(os.path.basename, sys.argv[:1])
):  # Interrupted while it loads, the command ends quietly; once it runs, `main` sees to that.
    signal.signal(signal.SIGINT, lambda *_: os._exit(130))

from twobytwo.counts import Counts, Proportions, read_counts, read_proportions
from twobytwo.io.words import CountsError
from twobytwo.options import OptionError, Options, ProportionOptions
from twobytwo.pool import EffectsResult, Result, pool, pool_effects
from twobytwo.proportions import ProportionResult, pool_proportions

if TYPE_CHECKING:
    from twobytwo.checks.absolute import e_value, fragility, per_thousand
    from twobytwo.checks.recover import recover
    from twobytwo.checks.refits import Refits, compare, cumulative, leave_one_out, subsets
    from twobytwo.checks.small_studies import egger, harbord, peters
    from twobytwo.plots.baujat import baujat
    from twobytwo.plots.forest import forest
    from twobytwo.plots.funnel import funnel
    from twobytwo.plots.labbe import labbe
    from twobytwo.reporting.page import report

__version__ = "0.2.0"

__all__ = [
    "Counts", "CountsError", "EffectsResult", "OptionError", "Options", "ProportionOptions",
    "ProportionResult", "Proportions", "Refits", "Result", "baujat", "compare", "cumulative",
    "e_value", "egger", "forest", "fragility", "funnel", "harbord", "labbe", "leave_one_out",
    "per_thousand", "peters", "pool", "pool_effects", "pool_proportions", "read_counts",
    "read_proportions", "recover", "report", "subsets",
]  # fmt: skip

# Imported when first asked for: matplotlib alone takes longer than all the rest.
_LATER = {
    "checks.absolute": ("e_value", "fragility", "per_thousand"),
    "checks.recover": ("recover",),
    "checks.refits": ("Refits", "compare", "cumulative", "leave_one_out", "subsets"),
    "checks.small_studies": ("egger", "harbord", "peters"),
    "plots.baujat": ("baujat",),
    "plots.forest": ("forest",),
    "plots.funnel": ("funnel",),
    "plots.labbe": ("labbe",),
    "reporting.page": ("report",),
}
_HOME = {name: home for home, names in _LATER.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'twobytwo' has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(f"twobytwo.{_HOME[name]}"), name)
    return found


def __dir__() -> list[str]:
    return [*globals(), *_HOME]
