"""The same analysis of other sets of studies, and other analyses of the same studies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, overload

from twobytwo.pool import Result, pool
from twobytwo.results import Pooled, both_arms, check_one
from twobytwo.rounding import numbers, p_text
from twobytwo.table import Column, Shown, Table

if TYPE_CHECKING:
    from twobytwo.plots.forest import Forest

MOST = 12  # studies, above which there are too many subsets to read


@dataclass(frozen=True, repr=False, eq=False)
class Refits(Sequence[Result], Shown):
    """Results side by side: a sequence of them that shows itself.

    Attributes
    ----------
    name, heading : str
        What tells the results apart: as a column of a frame (``omitted``, ``up_to``, ...), and as
        printed above the labels.
    labels, results
        A str and a Result each.
    whole : Result or None
        The analysis of all studies, shown last.
    caption : str
    """

    name: str
    heading: str
    labels: tuple[str, ...]
    results: tuple[Result, ...]
    whole: Result | None = None
    caption: str = ""

    def __len__(self) -> int:
        return len(self.results)

    @overload
    def __getitem__(self, index: int) -> Result: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Result, ...]: ...
    def __getitem__(self, index: int | slice) -> Result | tuple[Result, ...]:
        return self.results[index]

    @property
    def _rows(self) -> list[Result]:
        return [*self.results, *([self.whole] if self.whole is not None else [])]

    @property
    def shown(self) -> Table:
        """One row a result: the pooled estimate, its p-value, the heterogeneity."""
        rows = self._rows
        labels = [*self.labels, "All studies"][: len(rows)]
        same = {(row.measure, row.level) for row in rows}
        measure, level = next(iter(same)) if len(same) == 1 else ("Estimate", rows[0].level)
        printed = [row.text if len(same) == 1 else f"{row.measure} {row.text}" for row in rows]
        percent = "%" if measure == "proportion" else measure
        shown = (
            Column(self.heading, labels, {self.name: labels}),
            Column("Studies", [f"{row.k}" for row in rows], {"k": [row.k for row in rows]}),
            Column(f"{percent} [{100 * level:g} % CI]", printed, _values(rows, "estimate",
                   "ci_lower", "ci_upper")),
            Column("p", [p_text(row.p_value, 3) if row.p_value == row.p_value else "-"
                         for row in rows], _values(rows, "p_value")),
            _numbers(rows, "tau2", 2),
            _numbers(rows, "i2", 0),
        )  # fmt: skip
        return Table(shown, self.caption, totals=int(self.whole is not None))

    def forest(self, **choices: Any) -> Forest:
        """Draw the pooled estimates below each other; see `twobytwo.plots.estimates`."""
        from twobytwo.plots.estimates import estimates  # matplotlib takes a second to import

        rows, labels = self._rows, list(self.shown.columns[0].printed)
        if self.name in ("omitted", "up_to"):  # a study's name alone would pass for its result
            labels[: len(self)] = [f"{self.heading} {label}" for label in self.labels]
        return estimates(labels, rows, **{"outcome": rows[0].outcome, **choices})


def _values(rows: Sequence[Pooled], *names: str) -> dict[str, list[Any]]:
    return {name: [getattr(row, name) for row in rows] for name in names}


def _numbers(rows: Sequence[Pooled], name: str, decimals: int) -> Column:
    values = _values(rows, name)
    unit = " %" if name == "i2" else ""
    printed = [text if text == "-" else text + unit for text in numbers(values[name], decimals)]
    return Column({"i2": "I2"}.get(name, name), printed, values)


def leave_one_out(source: Any, **choices: Any) -> Refits:
    """Pool k times, each time without one study.

    Parameters
    ----------
    source : Result, or what `twobytwo.pool` takes as source
        k studies. A result is pooled again as it was.
    **choices
        As for `twobytwo.pool`, if it is no result.

    Raises
    ------
    TypeError
        If a result is to have other choices.
    ValueError
        If the result is a batch.

    Examples
    --------
    >>> deaths = pool([1, 6, 21], [23, 48, 66], [9, 19, 29], [23, 100, 66], study="ABC")
    >>> leave_one_out(deaths)
    Without      Studies       OR [95 % CI]      p  tau2    I2
    A                  2  0.60 [0.34, 1.07]  0.083  0.00   0 %
    B                  2  0.26 [0.03, 2.06]  0.204  1.65  71 %
    C                  2  0.26 [0.03, 2.09]  0.205  1.63  69 %
    All studies        3  0.46 [0.20, 1.07]  0.071  0.24  44 %
    """
    whole = _whole(source, choices)
    k = range(len(whole.study))
    refits = tuple(whole.refit([j for j in k if j != i]) for i in k)
    caption = "The pooled result without each study in turn"
    return Refits("omitted", "Without", whole.study, refits, whole, caption)


def cumulative(source: Any, *, by: Sequence[Any] | str | None = None, **choices: Any) -> Refits:
    """Pool the first study, the first two, and so on.

    Parameters
    ----------
    source, **choices
        As for `leave_one_out`.
    by : str, or sequence of shape (k,), optional
        What the studies are sorted by: a column of the counts, such as "year", or one value
        for each; as they stand if left out.

    Raises
    ------
    TypeError, ValueError
        As of `leave_one_out`; and if there is no such column, or not one value for each study.

    Examples
    --------
    >>> deaths = pool([1, 6, 21], [23, 48, 66], [9, 19, 29], [23, 100, 66], study="ABC")
    >>> [result.text for result in cumulative(deaths, by=[2017, 2019, 2018])]
    ['0.07 [0.01, 0.62]', '0.26 [0.03, 2.06]', '0.46 [0.20, 1.07]']
    """
    whole = _whole(source, choices)
    order = list(range(len(whole.study)))
    if by is not None:
        values = _column(whole, by)
        order.sort(key=lambda i: values[i])
    labels = tuple(whole.study[i] for i in order)
    refits = tuple(whole.refit(order[: i + 1]) for i in range(len(order)))
    return Refits("up_to", "Up to", labels, refits, None, "The pooled result study by study")


def _column(result: Pooled, by: Sequence[Any] | str) -> Sequence[Any]:
    """One value for each study; digits count as numbers."""
    if isinstance(by, str):
        if by not in result.extra:
            known = ", ".join(map(repr, result.extra)) or "none"
            raise ValueError(f"there is no column {by!r}; beside the counts there is {known}")
        by = result.extra[by]
    if len(by) != len(result.study):
        raise ValueError(f"by needs one value for each of {len(result.study)} studies")
    try:
        return [float(value) for value in by]
    except (TypeError, ValueError):
        return by


def subsets(source: Any, **choices: Any) -> Refits:
    """Pool every subset of k studies, the smallest first: there are 2^k - 1, and k is at most 12.

    Source, choices and errors are those of `leave_one_out`; more studies are a ValueError.

    Examples
    --------
    >>> two = pool([1, 6], [23, 48], [9, 19], [23, 100], study="AB")
    >>> [result.study for result in subsets(two)]
    [('A',), ('B',), ('A', 'B')]
    """
    whole = _whole(source, choices)
    k = len(whole.study)
    if k > MOST:
        raise ValueError(f"{k} studies have {2**k - 1} subsets; pool {MOST} studies at most")
    chosen = [at for size in range(1, k + 1) for at in combinations(range(k), size)]
    refits = tuple(whole.refit(at) for at in chosen)
    labels = tuple(", ".join(one.study) for one in refits)
    return Refits("studies", "Studies pooled", labels, refits, None, "Every set of the studies")


def compare(source: Any, analyses: Mapping[str, Mapping[str, Any]], **shared: Any) -> Refits:
    """Pool the same studies in several ways.

    Parameters
    ----------
    source : Result, or what `twobytwo.pool` takes as source
        A result lends its counts; what an analysis does not choose has its default.
    analyses : mapping of str to mapping
        The choices of each analysis, by its name.
    **shared
        Choices that all of them make, and `outcome`.

    Raises
    ------
    ValueError
        If there is no analysis, or a result has no counts of both arms.

    Examples
    --------
    >>> deaths = pool([1, 6, 21], [23, 48, 66], [9, 19, 29], [23, 100, 66], study="ABC")
    >>> compare(deaths, {"random": {}, "fixed, M-H": {"model": "fixed"}})
    Analysis    Studies       OR [95 % CI]      p  tau2    I2
    random            3  0.46 [0.20, 1.07]  0.071  0.24  44 %
    fixed, M-H        3  0.48 [0.28, 0.83]  0.009     -  44 %
    """
    if not analyses:
        raise ValueError("nothing to compare: name analyses, as in {'fixed': {'model': 'fixed'}}")
    arms: tuple[Any, ...] = (source,)
    if isinstance(source, Pooled):
        arms = both_arms(source, "a comparison of analyses").arms
        shared = {"study": source.study, "outcome": source.outcome, **shared}
    refits = tuple(pool(*arms, **{**shared, **choices}) for choices in analyses.values())
    caption = "The same studies, pooled in several ways"
    return Refits("analysis", "Analysis", tuple(analyses), refits, None, caption)


def _whole(source: Any, choices: Mapping[str, Any]) -> Any:
    """The analysis of all studies."""
    if not isinstance(source, Pooled):
        return pool(source, **choices)
    if choices:
        raise TypeError("a result has its choices: give counts, and choose anew")
    check_one(source, "each refit")
    return source
