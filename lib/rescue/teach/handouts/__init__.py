"""What a class gets on paper and on the wall: pages that stand alone, filled from templates."""

from __future__ import annotations

from pathlib import Path

from metabook.parts import templates

_TEMPLATES = templates(Path(__file__).parent)


def page(template: str, **given: object) -> str:
    """Fill a template of this folder."""
    return _TEMPLATES.get_template(template).render(given)
