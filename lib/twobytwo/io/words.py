"""What is said of a file that cannot be used, or of what is or may be wrong: each sentence once.

The command line says it with the place in the file; a page, where it embeds them, with the cell.
"""

from __future__ import annotations

from collections.abc import Iterable

BLANK = "blank; write the count, or remove the study if it is not known"
NEGATIVE = "negative; a count of patients is 0 or more"
TOO_LARGE = "too large; the largest count is {largest:,}, so correct it"
NOT_WHOLE = "not a whole number; write the count, not a rate or mean"
NO_NUMBER = "not a number; write digits only, without %, spaces or thousands separators"
UNKNOWN = "not a number; write the count, or remove the study if it is not known"
FORMULA = (
    "not a number but a formula that no program has computed yet; open the file in a "
    "spreadsheet program and save it there"
)
DATE = (
    "not a number but a date; Excel turned a fraction such as 5/50 into a date, so write "
    "events and patients into two columns, or format the column as text and write it anew"
)
THOUSANDS = "not a number in one way only ({digits}, {also}); write it without thousands separators"
NO_PATIENTS = "an arm needs at least 1 patient; remove the study if it has no such arm"
MORE_EVENTS = "more events than the {n} patients of {column}; correct one of the two"
EXCHANGED = " (in every row: are {events} and {n} exchanged?)"
NO_NAME = "give the study a name"
SAME_NAME = "row {row} has the same name"
SPELLING = " but for its spelling ({name})"
MAKE_DIFFER = "; make the names differ or choose one outcome"
A_SUM = "is the sum of all other rows; delete it if it is a total, put it between two if it is none"
NO_SUM = (
    "is called a total and is not the sum of the rows above or below; delete the row, or call it "
    "by the name of the study"
)
SAME_COUNTS = "the same counts in {studies}: is one study there twice?"
SHARED_CONTROL = (
    "the same control arm in {studies} ({events}/{n}): are its patients counted twice? Add the "
    "treated arms together, or divide the controls"
)


class CountsError(ValueError):
    """A file of counts that cannot be used; one line: where, what, and the mend."""


def short(value: str, long: int = 60) -> str:
    """A value without the middle of a long one."""
    if len(value) <= long:
        return value
    half = long // 2
    return f"{value[:half]}...{value[-half:]} ({len(value)} characters)"


def shown(value: str) -> str:
    """A value as a message quotes it, without the middle of a long one.

    Examples
    --------
    >>> shown("5/50")
    "'5/50'"
    """
    return repr(short(value))


def listed(names: Iterable[str], many: int = 12) -> str:
    """Names as a message lists them, and how many more there are.

    Examples
    --------
    >>> listed(["a", "b", "c"], many=2)
    "'a', 'b' and 1 more"
    """
    names = list(names)
    more = f" and {len(names) - many} more" if len(names) > many else ""
    return ", ".join(map(shown, names[:many])) + more
