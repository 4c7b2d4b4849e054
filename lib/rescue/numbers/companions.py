"""The numbers that the chapter on the companions mentions."""

from __future__ import annotations

from rescue.numbers import registry, reviews, single_arms


def words() -> dict[str, str]:
    """The numbers of the registry, of the reviews and of arms pooled apart."""
    return registry.words() | reviews.words() | single_arms.words()
