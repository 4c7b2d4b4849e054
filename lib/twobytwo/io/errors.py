"""What is wrong with a file, in one line."""

from __future__ import annotations

from collections.abc import Iterable

LONG = 60  # characters of a value that a message shows
MANY = 12  # names that a message lists


class CountsError(ValueError):
    """A file of counts that cannot be used; one line: where, what, and the mend."""


def shown(value: str) -> str:
    """A value as a message quotes it, without the middle of a long one.

    Examples
    --------
    >>> shown("5/50")
    "'5/50'"
    """
    return repr(short(value))


def short(value: str, long: int = LONG) -> str:
    """A value without the middle of a long one."""
    if len(value) <= long:
        return value
    half = long // 2
    return f"{value[:half]}...{value[-half:]} ({len(value)} characters)"


def listed(names: Iterable[str], many: int = MANY) -> str:
    """Names as a message lists them, and how many more there are.

    Examples
    --------
    >>> listed(["a", "b", "c"], many=2)
    "'a', 'b' and 1 more"
    """
    names = list(names)
    more = f" and {len(names) - many} more" if len(names) > many else ""
    return ", ".join(map(shown, names[:many])) + more
