"""Pieces of pages, each filled from the template of its name beside this file."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def templates(folder: Path) -> Environment:
    """The templates of a folder; what fills them is escaped, and JSON may stand in a page."""
    made = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.policies["json.dumps_kwargs"] = {
        "ensure_ascii": False, "separators": (",", ":"), "allow_nan": False,
    }  # fmt: skip
    return made


_PARTS = templates(Path(__file__).parent)


def part(name: str, /, **given: object) -> str:
    """A piece of a page."""
    return _PARTS.get_template(f"{name}.html").render(given)
