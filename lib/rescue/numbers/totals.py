"""Counts of both arms recovered from a printed total and a printed p-value."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from metabook import data
from metabook.table import Table, table
from numpy.typing import NDArray
from scipy.stats import chi2, fisher_exact
from twobytwo.rounding import half_up, prints_as

FILE = "printed_totals.csv"
Split = tuple[int, int]


class Total(NamedTuple):
    """What is printed of one outcome of a study with two arms.

    Attributes
    ----------
    study, outcome : str
    n_treatment, n_control, total : int
        Patients of each arm, and events in both together.
    p : str
        As printed.
    other_p : tuple of str
        Further printed p-values that could belong to the same total.
    """

    study: str
    outcome: str
    n_treatment: int
    n_control: int
    total: int
    p: str
    other_p: tuple[str, ...]


def totals() -> list[Total]:
    """What the registries print.

    Examples
    --------
    >>> [(one.outcome, one.total, one.p) for one in totals()]
    [('mortality', 172, '0.706'), ('mRS 0-2', 167, '0.374'), ('SICH', 24, '0.031')]
    """
    return [
        Total(
            row["study"],
            row["outcome"],
            int(row["n_treatment"]),
            int(row["n_control"]),
            int(row["total"]),
            row["p"],
            tuple(row["other_p"].split("; ")) if row["other_p"] else (),
        )
        for row in data.rows(FILE)
    ]


def splits(of: Total) -> list[Split]:
    """Every way to share the events out between the arms.

    Examples
    --------
    >>> len(splits(totals()[0]))
    132
    """
    least, most = max(0, of.total - of.n_control), min(of.n_treatment, of.total)
    return [(events, of.total - events) for events in range(least, most + 1)]


def chi_square(of: Total, yates: bool = False) -> NDArray[np.float64]:
    """P of the chi-square test of each split.

    Parameters
    ----------
    of : Total
    yates : bool, default False
        With the correction for continuity.

    Returns
    -------
    ndarray, shape (splits,)

    Notes
    -----
    With events a and c, no event b and d, and N patients,
    ``chi2 = N (ad - bc)^2 / ((a + b)(c + d)(a + c)(b + d))``; Yates takes N/2 off ``|ad - bc|``.
    """
    a, c = np.array(splits(of)).T
    n, m = of.n_treatment, of.n_control
    patients = n + m
    apart = np.abs(a * (m - c) - (n - a) * c) - (patients / 2 if yates else 0)
    apart = np.maximum(apart, 0)
    margins = n * m * of.total * (patients - of.total)
    return np.asarray(chi2.sf(patients * apart**2 / margins, 1), dtype=float)


def fisher(of: Total) -> NDArray[np.float64]:
    """P of Fisher's exact test of each split, two-sided."""
    return np.array(
        [
            fisher_exact([[a, of.n_treatment - a], [c, of.n_control - c]]).pvalue
            for a, c in splits(of)
        ]
    )


def recovered(of: Total, p: str = "") -> list[Split]:
    """The splits whose chi-square test, uncorrected, prints the p-value.

    Examples
    --------
    >>> [recovered(one) for one in totals()]
    [[(123, 49)], [(117, 50)], [(22, 2)]]
    """
    return _that_print(of, chi_square(of), p or of.p)


def _that_print(of: Total, values: NDArray[np.float64], p: str) -> list[Split]:
    return [split for split, value in zip(splits(of), values, strict=True) if prints_as(value, p)]


def by_test(of: Total) -> dict[str, list[Split]]:
    """The splits that print the p-value, test by test."""
    tests = {
        "chi-square, uncorrected": chi_square(of),
        "chi-square, Yates": chi_square(of, yates=True),
        "Fisher's exact": fisher(of),
    }
    return {name: _that_print(of, values, of.p) for name, values in tests.items()}


def search() -> Table:
    """What each test recovers from each total."""
    rows = []
    for of in totals():
        found = by_test(of)
        rows.append(
            (
                of.outcome, f"{of.total}/{of.n_treatment + of.n_control}", of.p,
                len(splits(of)), *(_said(of, some) for some in found.values()),
            )
        )  # fmt: skip
    return table(
        ("Outcome", "In all", "p", "Splits", *by_test(totals()[0])),
        rows,
        groups=(("", 1), ("Printed", 2), ("", 1), ("Stent, control, if the test was", 3)),
        name="table-recover-totals",
        caption="ATTENTION registry: the splits of a total that print its p-value",
        notes=("The hemorrhages are known from the printed percentages of each arm as well.",),
        align="lrrrrrr",
    )


def _said(of: Total, some: list[Split]) -> str | None:
    return "; ".join(f"{a}/{of.n_treatment}, {c}/{of.n_control}" for a, c in some) or None


def words() -> dict[str, str]:
    """What the section of the chapter says."""
    deaths, able, bled = totals()
    near = next(i for i, split in enumerate(splits(deaths)) if split == recovered(deaths)[0])
    beside = [half_up(float(chi_square(deaths)[near + step]), 3) for step in (-1, 1)]
    return {
        "totals-study": deaths.study,
        "totals-patients": str(deaths.n_treatment + deaths.n_control),
        "totals-dead": str(deaths.total),
        "totals-p": deaths.p,
        "totals-splits": str(len(splits(deaths))),
        "totals-deaths": _said(deaths, recovered(deaths)) or "",
        "totals-beside": " and ".join(beside),
        "totals-able": str(able.total),
        "totals-able-split": _said(able, recovered(able)) or "",
        "totals-other": str(sum(len(recovered(able, p)) for p in able.other_p) or "none"),
        "totals-bled": _said(bled, recovered(bled)) or "",
    }
