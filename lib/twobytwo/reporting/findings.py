"""What a report says: from counts to every number in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from twobytwo.checks import small_studies
from twobytwo.checks.absolute import PerThousand, crude_control_risk, per_thousand
from twobytwo.checks.refits import leave_one_out
from twobytwo.counts import Counts
from twobytwo.estimate import heterogeneity, tau2
from twobytwo.estimate.effects import BoolArray, estimable, has_zero_cell
from twobytwo.pool import pool
from twobytwo.results import Result

# What is recommended today, and why, is said in `report_words.WHY`.
RECOMMENDED: dict[str, Any] = {"method": "IV", "tau2": "REML", "interval": "hksj-truncated"}
REVMAN5: dict[str, Any] = {"preset": "revman5"}


class Limits(NamedTuple):
    """Lower and upper limit of one number; NaN where it has none."""

    lower: float
    upper: float


class Scenario(NamedTuple):
    """Absolute effects at one control risk."""

    label: str
    events: PerThousand


@dataclass(frozen=True, eq=False)
class Report:
    """Everything that a report shows.

    Attributes
    ----------
    source : str
        The name of the file.
    outcome : str or None
        The event.
    counts : Counts
    recommended, revman5 : Result
        By the defaults recommended today, and as RevMan 5 pools.
    untruncated : Result
        As recommended, but with the HKSJ standard error however small it is.
    tau2_limits, i2_limits : Limits
        Q-profile and test-based, of the recommended analysis.
    without, without_revman5 : tuple of Result
        Both analyses without each study in turn; empty below two studies.
    scenarios : tuple of Scenario
        Absolute effects by the recommended analysis; empty if nothing was pooled.
    """

    source: str
    outcome: str | None
    counts: Counts
    recommended: Result
    revman5: Result
    untruncated: Result
    tau2_limits: Limits
    i2_limits: Limits
    without: tuple[Result, ...]
    without_revman5: tuple[Result, ...]
    scenarios: tuple[Scenario, ...]

    @property
    def zero_cells(self) -> tuple[str, ...]:
        """The studies that have a zero cell, though an effect can be estimated."""
        table = self.recommended.table
        return self._named(has_zero_cell(table) & ~self._silent)

    @property
    def double_zero(self) -> tuple[str, ...]:
        """The studies with no event in either arm, or with every patient an event."""
        return self._named(self._silent)

    @property
    def funnel(self) -> bool:
        """Whether there are studies enough to read a funnel plot."""
        return int(self.recommended.k) >= small_studies.FEWEST

    @property
    def pooled(self) -> bool:
        """Whether there is a pooled result."""
        return bool(np.isfinite(self.recommended.effect))

    @property
    def _silent(self) -> BoolArray:
        return ~estimable(self.recommended.table, "OR")

    def _named(self, which: BoolArray) -> tuple[str, ...]:
        return tuple(name for name, yes in zip(self.counts.study, which, strict=True) if yes)


def excludes_null(result: Result) -> bool:
    """Whether the interval of the pooled effect excludes no effect.

    Examples
    --------
    >>> excludes_null(pool([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66]))
    True
    """
    return bool(result.limits.lower > 0 or result.limits.upper < 0)


def report(
    counts: Counts,
    *,
    source: str = "counts",
    outcome: str | None = None,
    measure: str | None = None,
    level: float | None = None,
    progress: Callable[[str], None] = lambda step: None,
) -> Report:
    """Analyze counts in every way that a report shows.

    Parameters
    ----------
    counts : Counts
        k studies.
    source : str
        The name of the file they are from.
    outcome : str, optional
        The event.
    measure, level
        As for `twobytwo.pool`.
    progress : callable
        Told of each step that may take long.

    Returns
    -------
    Report

    Examples
    --------
    >>> arms = np.array([[1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66]])
    >>> deaths = report(Counts(("Baracchini", "Chang", "Cornelissen", "Peng"), *arms))
    >>> round(deaths.revman5.estimate, 2), round(deaths.recommended.estimate, 2)
    (0.39, 0.49)
    >>> deaths.zero_cells
    ('Cornelissen',)
    """
    chosen: dict[str, Any] = {"measure": measure, "level": level}

    def pooled(rule: dict[str, Any]) -> Result:
        keywords: dict[str, Any] = {**chosen, **rule}
        return pool(*counts.arms, study=counts.study, **keywords)

    recommended = pooled(RECOMMENDED)
    several = len(counts) > 1
    if several:
        progress(f"pooling without each of {len(counts)} studies")
    return Report(
        source=source,
        outcome=outcome,
        counts=counts,
        recommended=recommended,
        revman5=pooled(REVMAN5),
        untruncated=pooled(RECOMMENDED | {"interval": "hksj"}),
        tau2_limits=_tau2_limits(recommended),
        i2_limits=_i2_limits(recommended),
        without=tuple(leave_one_out(counts, **chosen, **RECOMMENDED) if several else ()),
        without_revman5=tuple(leave_one_out(counts, **chosen, **REVMAN5) if several else ()),
        scenarios=_scenarios(recommended),
    )


def _tau2_limits(result: Result) -> Limits:
    has_effect = np.isfinite(result.study_effect)
    limits = tau2.q_profile(result.study_effect, result.study_variance, has_effect, result.level)
    return Limits(*map(float, limits))


def _i2_limits(result: Result) -> Limits:
    limits = heterogeneity.i_squared_interval(result.q, result.q_df, result.level)
    return Limits(*map(float, limits))


def _scenarios(result: Result) -> tuple[Scenario, ...]:
    """At the risk of all control patients, and at the lowest and the highest of a study."""
    if not np.isfinite(result.effect):
        return ()
    c, d = result.table.c, result.table.d
    risks = c / (c + d)
    found = {"All control patients together": crude_control_risk(result)}
    if len(risks) > 1 and risks.min() < risks.max():
        lowest, highest = int(risks.argmin()), int(risks.argmax())
        found[f"Lowest risk: {result.study[lowest]}"] = float(risks[lowest])
        found[f"Highest risk: {result.study[highest]}"] = float(risks[highest])
    return tuple(Scenario(label, per_thousand(result, risk)) for label, risk in found.items())
