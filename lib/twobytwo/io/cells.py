"""What stands in a cell: a whole number, or two of them such as 5/50."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from twobytwo.io import words

# Written whole numbers; Excel and R also write 12 as 12.0 or 1.2e1.
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,4})?")
# Beyond the number of people there are; far below where a double loses whole numbers.
LARGEST = 10**10
# 1.200 is twelve hundred to some programs and 1.2 to others.
THOUSANDS = re.compile(r"[+-]?\d{1,3}([.,]\d{3})+")
# A blank that breaks no line stands in a number between thousands only.
UNBROKEN = re.compile("(?<=\\d)[\u00a0\u2009\u202f](?=\\d{3}(?!\\d))")
DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d{1,2}")
# 12 (24%) or 12 (24.0); but 12 (24) may also be 12 of 24.
IN_BRACKETS = r"\s*[(\[]\s*(?:\d+(?:[.,]\d+)?\s*%|\d+[.,]\d+)\s*[)\]]"
SHARE = re.compile(rf"(.*\d){IN_BRACKETS}")
# 5/50 with any of the strokes, or in words; also 5/50 (10%), 5/50 10% and 5/50 = 10%.
STROKE = r"\s*(?:[/⁄∕]|\bof\b|\bout of\b)\s*"
AND_SHARE = rf"(?:{IN_BRACKETS}|(?:\s+|\s*=\s*)\d+(?:[.,]\d+)?\s*%)?"
PAIR = re.compile(rf"\s*(.+?){STROKE}(.+?){AND_SHARE}\s*", re.IGNORECASE)
UNKNOWN = re.compile(r"n\.?[/.]?[ard]\.?|[.?*–—-]|not reported|unknown|missing", re.IGNORECASE)
MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
DATE = re.compile(
    rf"\d{{4}}-\d\d-\d\d( \d\d:\d\d:\d\d)?|\d{{1,4}}-{MONTH}(-\d+)?|{MONTH}-\d{{1,4}}"
    r"|\d{1,2}[/.]\d{1,2}[/.]\d{4}",
    re.IGNORECASE,
)
# Whether a cell holds 5/50, or the date that Excel made of it.
is_pair = re.compile(
    rf"\s*(?:\d+{STROKE}\d+{AND_SHARE}|{DATE.pattern})\s*", re.IGNORECASE
).fullmatch


class Unreadable(ValueError):
    """Why a cell is no count, and the mend."""


@cache
def whole(text: str) -> int:
    """A count of patients, 0 to 10,000,000,000; else `Unreadable` says why, and the mend.

    Examples
    --------
    >>> whole("12.0"), whole("12 (24%)")
    (12, 12)
    """
    text = text.strip()
    if share := SHARE.fullmatch(text):
        text = share[1].strip()
    text = UNBROKEN.sub("", text)
    if DECIMAL_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    if not NUMBER.fullmatch(text) or THOUSANDS.fullmatch(text):
        raise Unreadable(_no_number(text))
    count = Decimal(text)  # a float would round 9007199254740993, and lose a tiny fraction
    if count < 0:
        raise Unreadable(words.NEGATIVE)
    if not count <= LARGEST:
        raise Unreadable(words.TOO_LARGE.format(largest=LARGEST))
    if count != count.to_integral_value():
        raise Unreadable(words.NOT_WHOLE)
    return int(count)


def pair(text: str) -> tuple[int, int]:
    """Events and patients in one cell.

    Examples
    --------
    >>> pair("5/50"), pair("5 of 50 (10%)")
    ((5, 50), (5, 50))
    """
    found = PAIR.fullmatch(text)
    if DATE.fullmatch(text.strip()) or text.lstrip().startswith("=") or not found:
        raise Unreadable(_no_number(text.strip()))
    return whole(found[1]), whole(found[2])


def has_digit(text: str) -> bool:
    """Whether a cell holds any digit."""
    return any(map(str.isdecimal, text))


def _no_number(text: str) -> str:
    """Why a text is no number."""
    if not text:
        return words.BLANK
    if text.startswith("="):
        return words.FORMULA
    if DATE.fullmatch(text):
        return words.DATE
    if THOUSANDS.fullmatch(text):
        digits = re.sub(r"[.,]", "", text)
        other = text.replace(",", ".")
        also = f"or {Decimal(other).normalize():f}" if other.count(".") == 1 else "with separators"
        return words.THOUSANDS.format(digits=digits, also=also)
    return words.UNKNOWN if UNKNOWN.fullmatch(text) else words.NO_NUMBER
