"""What a class gets on paper and on the wall: pages that stand alone, filled from templates."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
_TEMPLATES = Environment(
    loader=FileSystemLoader(HERE),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(template: str, **given: object) -> str:
    """Fill a template of this folder."""
    return _TEMPLATES.get_template(template).render(given)
