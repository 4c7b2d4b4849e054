"""A study's name that leads to where it can be read."""

from __future__ import annotations

from metabook.links import address
from metabook.table import Cell


def linked(study: str, identifier: str, mark: str = "") -> Cell:
    """A study's name that leads to where it can be read."""
    return Cell(study, href=address(identifier), mark=mark)
