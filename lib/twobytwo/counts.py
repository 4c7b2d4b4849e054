"""Counts: read from what people have, validated, held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike

import numpy as np
from numpy.typing import NDArray

from twobytwo.io.grid import Source, is_frame
from twobytwo.io.header import Wanted
from twobytwo.io.read import Reading, read

Extra = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Counts:
    """The counts of k studies for one outcome.

    Attributes
    ----------
    study : tuple of str
        k names, all different.
    events_treatment, n_treatment, events_control, n_control : ndarray of int, shape (k,)
        0 <= events <= n, n >= 1.
    extra : mapping of str to tuple of str
        The other columns of the file, each with k values; `year` and `subgroup` also by
        these names.
    reading : Reading or None
        How a file was read: what was understood, left out, and may be wrong.
    """

    study: tuple[str, ...]
    events_treatment: NDArray[np.int64]
    n_treatment: NDArray[np.int64]
    events_control: NDArray[np.int64]
    n_control: NDArray[np.int64]
    extra: Extra = field(default_factory=dict, repr=False, kw_only=True)
    reading: Reading | None = field(default=None, repr=False, kw_only=True)

    @property
    def arms(self) -> tuple[NDArray[np.int64], ...]:
        """The four arrays in the order `twobytwo.pool` takes them."""
        return self.events_treatment, self.n_treatment, self.events_control, self.n_control

    def __len__(self) -> int:
        return len(self.study)

    def at(self, chosen: Sequence[int]) -> Counts:
        """Some of the studies, in the order of their positions.

        Examples
        --------
        >>> one = Counts(("A", "B"), *np.array([[1, 2], [9, 9], [3, 4], [9, 9]]))
        >>> one.at([1]).study
        ('B',)
        """
        at = list(chosen)
        extra = {name: tuple(values[i] for i in at) for name, values in self.extra.items()}
        study = tuple(self.study[i] for i in at)
        return Counts(study, *(arm[at] for arm in self.arms), extra=extra, reading=self.reading)


@dataclass(frozen=True)
class Proportions:
    """The counts of one arm of k studies for one outcome.

    Attributes
    ----------
    study : tuple of str
        k names, all different.
    events, n : ndarray of int, shape (k,)
        0 <= events <= n, n >= 1.
    extra, reading
        As of `Counts`.
    """

    study: tuple[str, ...]
    events: NDArray[np.int64]
    n: NDArray[np.int64]
    extra: Extra = field(default_factory=dict, repr=False, kw_only=True)
    reading: Reading | None = field(default=None, repr=False, kw_only=True)

    def __len__(self) -> int:
        return len(self.study)


def read_counts(
    source: Source,
    outcome: str | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    treatment: str | None = None,
    control: str | None = None,
) -> Counts:
    r"""Read the counts of one outcome from a file, or a DataFrame.

    Parameters
    ----------
    source : str, path, bytes, file or DataFrame
        A CSV file (any encoding and separator), an Excel workbook (.xlsx; this needs
        openpyxl), a RevMan 5 review (.rm5) or its CSV export; `-` is standard input. Its
        columns are `study`, `events_treatment`, `n_treatment`, `events_control`,
        `n_control` in any order, beside any others; or called as other programs do, as
        cells of the 2x2 table, as 5/50 in a cell, or with one row for each arm.
    outcome : str, optional
        Which rows to take, by the column `outcome`. Needed if that column holds several.
        Only these rows are validated.
    columns : mapping of str to str, optional
        Our names to those of the file: `{"events_treatment": "deaths_1"}`.
    sheet : str, optional
        Of a workbook; otherwise the visible one that holds counts.
    treatment, control : str, optional
        Which arms to take, where the file does not say which is the control.

    Returns
    -------
    Counts

    Raises
    ------
    CountsError
        If the file or a value cannot be used, or be read in two ways. The message is one
        line that names the file, the row (as a text editor numbers it), the column, the
        value and the mend.

    Examples
    --------
    >>> deaths = read_counts(b"author,ai,n1i,ci,n2i\nChang 2018,6,48,19,100\n")
    >>> deaths.n_control
    array([100])
    >>> deaths.reading.understood[:2]
    (('author', 'study'), ('ai', 'events_treatment'))
    """
    wanted = Wanted(True, columns or {}, treatment, control)
    made, reading = read(source, wanted, outcome, sheet)
    return Counts(made.names, *made.counts, extra=made.extra, reading=reading)


def as_counts(source: Source | Counts, outcome: str | None = None) -> Counts:
    """Counts from whatever holds them.

    Parameters
    ----------
    source : Counts, str, path, bytes, file or DataFrame
        As `read_counts` takes it.
    outcome : str, optional
        Which rows of a file or a frame to take.

    Returns
    -------
    Counts

    Raises
    ------
    CountsError
        If a file or a frame cannot be used.
    TypeError
        If it is none of these.
    """
    if isinstance(source, Counts):
        return source
    if isinstance(source, str | PathLike | bytes) or hasattr(source, "read") or is_frame(source):
        return read_counts(source, outcome)
    raise TypeError(f"{type(source).__name__} is no file, DataFrame or Counts")


def read_proportions(
    source: Source,
    outcome: str | None = None,
    *,
    columns: Mapping[str, str] | None = None,
    sheet: str | None = None,
    treatment: str | None = None,
) -> Proportions:
    r"""Read the counts of single arms from a file, or a DataFrame.

    Parameters
    ----------
    source, outcome, columns, sheet
        As for `twobytwo.read_counts`, with the columns `study`, `events` and `n`.
    treatment : str, optional
        Which arm to take, where the file has one row for each.

    Returns
    -------
    Proportions

    Raises
    ------
    CountsError
        If the file or a value cannot be used, in one line.

    Examples
    --------
    >>> read_proportions(b"study,events,n\nChang 2018,6,48\nPeng 2019,21,66\n").events
    array([ 6, 21])
    """
    made, reading = read(source, Wanted(False, columns or {}, treatment), outcome, sheet)
    return Proportions(made.names, *made.counts, extra=made.extra, reading=reading)
