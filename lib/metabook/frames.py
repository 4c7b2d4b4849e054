"""The files of ``data/`` as typed frames: what ``data/datapackage.json`` says, read once.

The book is found from where the code runs, so that the same package serves any book.
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
from pandas import Series

DESCRIPTOR = Path("data", "datapackage.json")
DATES = {"date": "%Y-%m-%d", "yearmonth": "%Y-%m"}


class Arms(NamedTuple):
    """What the book calls its two arms: the property ``arms`` of the descriptor.

    Attributes
    ----------
    treatment, control : str
        For example ``vaccine`` and ``placebo``.
    with_treatment, without_treatment : str
        For example ``with the vaccine`` and ``without the vaccine``.
    """

    treatment: str = "treatment"
    control: str = "control"
    with_treatment: str = "with the treatment"
    without_treatment: str = "without the treatment"


def root() -> Path:
    """The book's folder: the nearest one, from the working directory up, that has a descriptor.

    The environment variable ``METABOOK_ROOT`` names another.

    Raises
    ------
    FileNotFoundError
        If there is none.
    """
    configured = os.environ.get("METABOOK_ROOT")
    here = Path(configured or Path.cwd()).resolve()
    for folder in [here] if configured else [here, *here.parents]:
        if (folder / DESCRIPTOR).is_file():
            return folder
    raise FileNotFoundError(
        f"{DESCRIPTOR.as_posix()} is not in {here}{'' if configured else ' or above it'}: "
        "run this inside a book, or set METABOOK_ROOT to the book's folder"
    )


def path(file: str) -> Path:
    """Where a file of ``data/`` is."""
    return root() / "data" / file


def descriptor() -> dict[str, Any]:
    """What ``data/datapackage.json`` says; not to be changed."""
    return _descriptor(root(), _changed("datapackage.json"))


def arms() -> Arms:
    """What the book calls its two arms.

    Examples
    --------
    >>> arms().control
    'control'
    """
    return Arms(**descriptor().get("arms", {}))


def resource(file: str) -> dict[str, Any]:
    """What the descriptor says of one file.

    Raises
    ------
    LookupError
        If it does not describe this file.
    """
    described: dict[str, dict[str, Any]] = {one["path"]: one for one in descriptor()["resources"]}
    if file not in described:
        near = difflib.get_close_matches(file, described, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise LookupError(f"{DESCRIPTOR.as_posix()} describes no file {file!r}{hint}")
    return described[file]


def frame(file: str) -> pd.DataFrame:
    """A file of ``data/`` as a frame, typed by its schema.

    Parameters
    ----------
    file : str
        Its path below ``data/``.

    Returns
    -------
    DataFrame
        A copy: the caller may change it. Integers and years are ``Int64``, numbers
        ``float64``, an enumeration is categorical in its order, a month is a period.

    Raises
    ------
    LookupError
        If the descriptor does not describe the file.
    ValueError
        If a value breaks its schema; said with file, row, column and value.

    Examples
    --------
    >>> deaths = frame("counts.csv").query("outcome == 'mortality'")
    >>> int(deaths["events_treatment"].sum())
    28
    """
    return _typed(root(), file, _changed(file)).copy()


def row(file: str, **wanted: object) -> Series[Any]:
    """The one row of a file that has these values.

    Parameters
    ----------
    file : str
        Its path below ``data/``.
    **wanted : object
        The value of each column; an empty text is a blank.

    Raises
    ------
    LookupError
        If no row has them, or more than one.

    Examples
    --------
    >>> int(row("counts.csv", outcome="mortality", study="Chang 2018")["n_control"])
    100
    """
    found = _typed(root(), file, _changed(file))
    for name, value in wanted.items():
        found = found[found[name].isna() if value == "" else found[name] == value]
    if len(found) != 1:
        criteria = ", ".join(f"{name} {value!r}" for name, value in wanted.items())
        raise LookupError(f"{file} has {len(found)} rows with {criteria}; one is wanted")
    return found.iloc[0]


def as_written(file: str) -> pd.DataFrame:
    """The same file with every value as it is written: 68.0 stays ``68.0``.

    Examples
    --------
    >>> as_written("counts.csv").loc[0, "events_treatment"]
    '13'
    """
    return _written(root(), file, _changed(file)).copy()


def rows(file: str) -> list[dict[str, str]]:
    """The rows of the same file, every value as text, a blank where it is missing.

    Examples
    --------
    >>> rows("outcomes.csv")[0]["outcome"]
    'mRS 0-2'
    """
    return [row.copy() for row in _rows(root(), file, _changed(file))]


def _changed(file: str) -> int:
    """When a file was last written: one that is edited is read again."""
    place = path(file)
    return place.stat().st_mtime_ns if place.exists() else 0


@cache
def _descriptor(book: Path, changed: int) -> dict[str, Any]:
    descriptor: dict[str, Any] = json.loads((book / DESCRIPTOR).read_text("utf-8"))
    return descriptor


@cache
def _written(book: Path, file: str, changed: int) -> pd.DataFrame:
    schema = resource(file)["schema"]
    read = pd.read_csv(
        book / "data" / file,
        dtype=str,
        keep_default_na=False,
        na_values=schema.get("missingValues", [""]),
    )
    fields = [field["name"] for field in schema["fields"]]
    if len(read.columns) == 1 < len(fields):
        raise ValueError(
            f"{file}: its columns are not separated by commas; save it as CSV with commas"
        )
    if list(read.columns) != fields:
        odd = sorted(set(read.columns) ^ set(fields)) or ["the order"]
        raise ValueError(
            f"{file}: its columns are not those of {DESCRIPTOR.as_posix()} ({', '.join(odd)}): "
            "mend one of the two"
        )
    return read


@cache
def _rows(book: Path, file: str, changed: int) -> list[dict[str, str]]:
    return list(_written(book, file, changed).fillna("").to_dict("records"))


@cache
def _typed(book: Path, file: str, changed: int) -> pd.DataFrame:
    typed = _written(book, file, changed).copy()
    for field in resource(file)["schema"]["fields"]:
        name, rules = field["name"], field.get("constraints", {})
        column = typed[name]
        typed[name] = _converted(file, column, field["type"])
        for wrong, why in _broken(column, typed[name], rules):
            _refuse(file, column, wrong, why)
        if "enum" in rules and field["type"] == "string":
            typed[name] = pd.Categorical(column, categories=rules["enum"])
    return typed


def _converted(file: str, column: Series[str], kind: str) -> Any:
    """A column of text as its type."""
    if kind == "string":
        return column
    if kind in ("integer", "year"):
        whole = column.str.fullmatch(r"[+-]?\d+")
        _refuse(file, column, ~whole & column.notna(), "is no whole number")
        return column.astype("Int64")
    if kind == "boolean":
        truth = column.map({"true": True, "false": False})
        _refuse(file, column, truth.isna() & column.notna(), "is neither true nor false")
        return truth.astype("boolean")
    if kind == "number":
        number = pd.to_numeric(column, errors="coerce")
        _refuse(file, column, number.isna() & column.notna(), "is no number")
        return number.astype("float64")
    if kind in DATES:
        dates = pd.to_datetime(column, errors="coerce", format=DATES[kind])
        _refuse(file, column, dates.isna() & column.notna(), f"is not written as {DATES[kind]}")
        return dates if kind == "date" else dates.dt.to_period("M")
    raise ValueError(f"{file}: column {column.name} has the type {kind!r}, which no frame knows")


def _broken(
    column: Series[str], typed: Series[Any], rules: Mapping[str, Any]
) -> Iterator[tuple[Series[bool], str]]:
    """For each rule, where a column breaks it, and what to say then."""
    if rules.get("required"):
        yield column.isna(), "stands where a value is required"
    if rules.get("unique"):
        yield column.duplicated() & column.notna(), "stands in the file twice"
    if "pattern" in rules:
        fits = column.str.fullmatch(rules["pattern"])
        yield ~fits & column.notna(), f"must fit the pattern {rules['pattern']}"
    if "enum" in rules:
        yield ~column.isin(rules["enum"]) & column.notna(), f"must be one of {rules['enum']}"
    if "minimum" in rules:
        yield typed < rules["minimum"], f"is below {rules['minimum']}"
    if "maximum" in rules:
        yield typed > rules["maximum"], f"is above {rules['maximum']}"


def _refuse(file: str, column: Series[str], wrong: Series[bool], why: str) -> None:
    """Say where the first wrong value stands: row 1 is the header."""
    where = wrong.fillna(False).to_numpy(dtype=bool)
    if where.any():
        first = int(where.argmax())
        value = column.iloc[first]
        text = "a blank" if pd.isna(value) else repr(value)
        raise ValueError(f"{file}, row {first + 2}, column {column.name}: {text} {why}")
