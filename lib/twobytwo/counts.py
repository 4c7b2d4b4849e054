"""2x2 counts: read from a file, validated, held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twobytwo.io.csv_table import studies

ARMS = (("events_treatment", "n_treatment"), ("events_control", "n_control"))
COLUMNS = ("study", *ARMS[0], *ARMS[1])


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
        The other columns, each with k values.
    """

    study: tuple[str, ...]
    events_treatment: NDArray[np.int64]
    n_treatment: NDArray[np.int64]
    events_control: NDArray[np.int64]
    n_control: NDArray[np.int64]
    extra: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False, kw_only=True)

    @property
    def arms(self) -> tuple[NDArray[np.int64], ...]:
        """The four arrays in the order `twobytwo.pool` takes them."""
        return self.events_treatment, self.n_treatment, self.events_control, self.n_control

    def __len__(self) -> int:
        return len(self.study)


def read_counts(path: str | PathLike[str], outcome: str | None = None) -> Counts:
    r"""Read the counts of one outcome from a CSV file or an Excel workbook.

    Parameters
    ----------
    path : str or Path
        UTF-8 text with a header row and the columns `study`, `events_treatment`,
        `n_treatment`, `events_control`, `n_control`, in any order, beside any others.
        Fields are separated by commas, semicolons or tabs. Or the first sheet of an
        .xlsx file (this needs openpyxl).
    outcome : str, optional
        Which rows to take, by the column `outcome`. Needed if that column holds several.
        Only these rows are validated.

    Returns
    -------
    Counts

    Raises
    ------
    CountsError
        If the file or a value cannot be used. The message is one line that names the
        file, the row (as a text editor numbers it), the column, the value and the mend.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "counts.csv"
    >>> header = "study,events_treatment,n_treatment,events_control,n_control"
    >>> _ = file.write_text(f"{header}\nChang 2018,6,48,19,100\n")
    >>> read_counts(file).n_control
    array([100])
    """
    return _read(Path(path), outcome)


def _read(path: Path, outcome: str | None) -> Counts:
    names, counts = [], []
    for name, row in studies(path, COLUMNS, outcome):
        names.append(name)
        counts.append(row.arms(*ARMS))
    return Counts(tuple(names), *np.array(counts, dtype=np.int64).T)


@dataclass(frozen=True)
class _Frame:
    """A pandas frame, read as the file that it would be."""

    frame: Any
    name: str = "DataFrame"

    def read_bytes(self) -> bytes:
        text: str = self.frame.to_csv(index=False)
        return text.encode()


def as_counts(source: Any, outcome: str | None = None) -> Counts:
    """Counts from whatever holds them.

    Parameters
    ----------
    source : Counts, str, Path or DataFrame
        A pandas frame has the columns of a file, and meets the same checks.
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
    if isinstance(source, str | PathLike):
        return read_counts(source, outcome)
    if hasattr(source, "to_csv"):
        frame: Any = _Frame(source)
        return _read(frame, outcome)
    raise TypeError(f"{type(source).__name__} is no file, DataFrame or Counts")
