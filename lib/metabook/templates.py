"""Templates of text that take their words from a row of a file of ``data/``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from string import Formatter
from typing import Any

from twobytwo.rounding import percent

from metabook.frames import as_written, descriptor, resource

Row = Mapping[str, str]
FIELD = re.compile(r"\{\w")


class _Unknown(Exception):
    """A field that the template names is blank."""


class Templates(Formatter):
    """The templates of one file.

    Parameters
    ----------
    file : str
        Its path below ``data/``.
    labels : mapping
        For a field, other words for its values.
    """

    def __init__(self, file: str, labels: Mapping[str, Row]) -> None:
        self.file = file
        keys = resource(file)["schema"].get("foreignKeys", [])
        self.references = {key["fields"]: key["reference"] for key in keys}
        self.labels = labels

    def fill(self, template: str, row: Row) -> str | None:
        """The text for one row; None if a field that it names is blank there.

        Parameters
        ----------
        template : str
            What it may say is told in `metabook.show.show`.
        row : mapping
            The values as written, a blank where there is none.

        Raises
        ------
        LookupError
            If it names what the row does not have.

        Examples
        --------
        >>> Templates("counts.csv", {}).fill(
        ...     "{outcome.label}: {events_treatment:percent of n_treatment} %",
        ...     {"outcome": "mortality", "events_treatment": "6", "n_treatment": "48"},
        ... )
        'Death: 12.5 %'
        """
        try:
            return " ".join(self.vformat(template, (), row).split())
        except _Unknown:
            return None
        except KeyError as error:
            there = ", ".join(row) or "nothing"
            raise LookupError(
                f"{self.file}: {template!r} names {error}; it may name {there}"
            ) from None

    def get_field(self, field_name: str, args: Any, kwargs: Row) -> tuple[Any, str]:
        """A field's value with its row, which some formats need too."""
        name, _, other = field_name.partition(".")
        value = _known(kwargs, name)
        if other:
            reference = self.references[name]
            there = as_written(_file(reference["resource"])).set_index(reference["fields"])
            return (there.loc[value, other], kwargs), name
        return (self.labels.get(name, {}).get(value, value), kwargs), name

    def format_field(self, value: Any, format_spec: str) -> str:
        """A value as the format says."""
        text, row = value
        how, _, other = format_spec.partition(" ")
        if how == "":
            return str(text)
        if how == ",":
            return f"{int(text):,}"
        if how == "capital":
            return capital(text)
        if how == "slug":
            return slug(text)
        if how == "percent":
            return percent(int(text), int(_known(row, other.removeprefix("of "))))
        if how == "without":
            return str(text).removeprefix(f"{_known(row, other)}, ")
        raise ValueError(f"a template cannot say {format_spec!r}: see metabook.show")


def has_fields(template: str) -> bool:
    """Whether a text takes anything from a row."""
    return bool(FIELD.search(template))


def capital(text: str) -> str:
    """A text that starts a line; a first word that has a capital stays as it is written.

    Examples
    --------
    >>> capital("mortality"), capital("mRS 0-2")
    ('Mortality', 'mRS 0-2')
    """
    first = text.partition(" ")[0]
    return text if first != first.lower() else text[0].upper() + text[1:]


def slug(text: str) -> str:
    """A text as a part of a name.

    Examples
    --------
    >>> slug("mRS 0-2")
    'mrs-0-2'
    """
    return "-".join(re.findall(r"[^\W_]+", text.lower()))


def _known(row: Row, name: str) -> str:
    if not row[name]:
        raise _Unknown
    return row[name]


def _file(name: str) -> str:
    return next(str(one["path"]) for one in descriptor()["resources"] if one["name"] == name)
