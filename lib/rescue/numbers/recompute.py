"""The recomputations that only this book's ledger needs, and where the book shows each."""

from __future__ import annotations

from fractions import Fraction

from metabook import data
from metabook import recompute as general
from metabook.frames import row
from metabook.recompute import Functions, Recomputed, share

# Symptomatic hemorrhage after thrombectomy in the five pooled trials (HERMES), percent.
HERMES_SICH = Fraction(44, 10)

# Where the book shows what a call computes, as a chapter links to it.
SHOWN = {
    "pooled": "results.html#table-printed-pooled",
    "fixed": "robustness.html#table-models",
    "percent": "counts.html#table-counts-mrs-0-2",
    "range_of_percent": "counts.html#table-counts-mrs-0-2",
    "arm": "results.html#table-studies",
    "size": "results.html#table-studies",
    "total": "results.html#table-studies",
    "times_hermes": "results.html#table-forest-sich",
    "baseline_percent": "results.html#table-baseline",
    "intervention_percent": "results.html#table-interventions",
    "number_of": "methods.html#table-selection",
    "of_study": "results.html#table-studies",
    "abstract_year": "results.html#table-studies",
    "sum_of": "other-numbers.html",
    "percent_of": "other-numbers.html",
    "nearest_percent": "other-numbers.html",
    "center": "claims.html",
    "p_from_interval": "other-numbers.html",
}


def times_hermes() -> Recomputed:
    """SICH in all patients, as a multiple of its rate in the pooled trials of thrombectomy."""
    a, n, c, m = (int(arm.sum()) for arm in data.counts("SICH").arms)
    derived = general.pooled("SICH", "estimate").derived
    return Recomputed(Fraction(100 * (a + c), n + m) / HERMES_SICH, derived)


def baseline_percent(study: str, characteristic: str, *level_and_arm: str) -> Recomputed:
    """Percentage with a characteristic of Table 1: study, characteristic, (level,) arm."""
    *level, arm = level_and_arm
    wanted = {"characteristic": characteristic, "level": "".join(level)}
    counted = row("baseline.csv", study=study, arm=arm, **wanted)
    return share(counted["events"], counted["n"], counted["basis"])


def intervention_percent(study: str, intervention: str, arm: str) -> Recomputed:
    """Percentage with an intervention of Table 2."""
    counted = row("interventions.csv", study=study, intervention=intervention, arm=arm)
    return share(counted["events"], counted["n"], counted["basis"])


def abstract_year(study: str, end: str) -> Recomputed:
    """First (``from``) or last (``to``) year of inclusion, by the study's own abstract."""
    return Recomputed(row("studies.csv", study=study)[f"abstract_{end}"].year)


OWN = (times_hermes, baseline_percent, intervention_percent, abstract_year)
FUNCTIONS: Functions = {**general.FUNCTIONS, **{own.__name__: own for own in OWN}}


def recompute(call: str) -> Recomputed:
    """Do what a ``computed_by`` of this book's ledger says.

    Examples
    --------
    >>> recompute("percent(reperfusion, Chang 2018, stent)")
    Recomputed(value=Fraction(775, 12), derived=False)
    """
    return general.recompute(call, FUNCTIONS)
