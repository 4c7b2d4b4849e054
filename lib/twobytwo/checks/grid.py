"""The grid of analyses: every combination of choices that a careful reviewer might make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from twobytwo.checks.absolute import risk_with
from twobytwo.counts import Counts
from twobytwo.options import CHOICES
from twobytwo.pool import Result, pool


@dataclass(frozen=True)
class Analysis:
    """One set of choices.

    Attributes
    ----------
    measure : {"OR", "RR", "RD"}
    model : {"fixed", "random"}
    method : {"MH", "IV", "Peto", "exact"}
    tau2 : str or None
        Estimator of the between-study variance; None for fixed effect.
    interval : {"wald", "hksj", "hksj-truncated", "exact"}
    zero_cells : {"affected", "all", "none"} or None
        Where 0.5 is added; None for what never adds anything: the risk difference, Peto's
        and the exact method.
    """

    measure: str
    model: str
    method: str
    tau2: str | None = None
    interval: str = "wald"
    zero_cells: str | None = None

    @property
    def options(self) -> dict[str, Any]:
        """The keywords of `twobytwo.pool`; the exact method has no other interval than its own."""
        choices = vars(self) | ({"interval": None} if self.method == "exact" else {})
        return {name: value for name, value in choices.items() if value is not None}


class Answer(NamedTuple):
    """What an analysis says of the studies."""

    analysis: Analysis
    result: Result

    @property
    def p_value(self) -> float:
        """Of no difference; of exact methods the p-value that agrees with the interval."""
        result = self.result
        return float(result.p_value if result.exact is None else result.exact.p_central)

    @property
    def excludes_none(self) -> bool:
        """Whether the interval leaves out no difference; an undefined one leaves out nothing."""
        return bool(self.result.limits.excludes_null)

    def per_thousand(self, control_risk: float) -> tuple[float, float, float]:
        """Events more in 1,000 treated patients: by the estimate and by its limits.

        The control risk puts ratios and differences on one scale.
        """
        result = self.result
        low, middle, high = (
            1000 * (risk_with(x, control_risk, self.analysis.measure) - control_risk)
            for x in (result.ci_lower, result.estimate, result.ci_upper)
        )
        return middle, low, high


def analyses(
    measure: Sequence[str] = CHOICES["measure"],
    fixed: Sequence[str] = ("MH", "IV", "Peto", "exact"),
    tau2: Sequence[str] = CHOICES["tau2"],
    interval: Sequence[str] = CHOICES["interval"],
    zero_cells: Sequence[str] = CHOICES["zero_cells"],
) -> Iterator[Analysis]:
    """Every analysis that some choices allow; without any, every analysis there is.

    Parameters
    ----------
    measure : sequence of {"OR", "RR", "RD"}
    fixed : sequence of {"MH", "IV", "Peto", "exact"}
        Methods of fixed effect; Peto's and the exact one are for the odds ratio.
    tau2 : sequence of str
        Estimators for random effects by inverse variance. Review Manager 5's random effects,
        with DerSimonian and Laird's, are always there.
    interval : sequence of {"wald", "hksj", "hksj-truncated"}
        Of random effects.
    zero_cells : sequence of {"affected", "all", "none"}
        Where 0.5 is added, for ratios.

    Examples
    --------
    >>> every = list(analyses())
    >>> len(every), every[0]
    (205, Analysis(measure='OR', model='fixed', method='MH', tau2=None, interval='wald', ...))
    """
    for one in measure:
        rules = (None,) if one == "RD" else tuple(zero_cells)
        for method in fixed:
            if method in ("MH", "IV"):
                for rule in rules:
                    yield Analysis(one, "fixed", method, zero_cells=rule)
            elif one == "OR":
                yield Analysis(one, "fixed", method, None, "exact" if method == "exact" else "wald")
        for method, estimator in (("MH", "DL"), *(("IV", name) for name in tau2)):
            for kind in interval:
                for rule in rules:
                    yield Analysis(one, "random", method, estimator, kind, rule)


def answer(counts: Counts, analysis: Analysis) -> Answer:
    """Do one analysis.

    Examples
    --------
    >>> import numpy as np
    >>> arms = np.array([[1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66]])
    >>> deaths = Counts(("A", "B", "C", "D"), *arms)
    >>> answer(deaths, Analysis("OR", "fixed", "exact", interval="exact")).result.text
    '0.43 [0.24, 0.75]'
    """
    return Answer(analysis, pool(*counts.arms, **analysis.options))


def grid(counts: Counts, **choices: Sequence[str]) -> list[Answer]:
    """Do every analysis that some choices, as for `analyses`, allow on the same studies.

    Many differ little or not at all, and none is evidence of its own: they share their patients.
    """
    return [answer(counts, analysis) for analysis in analyses(**choices)]
