"""What would make the answer wrong, or may: one study twice, a total, a control arm shared."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from twobytwo.io import words
from twobytwo.io.words import listed, shown

MANY = 3  # groups of rows that a caution names
# From here on, and among so few, two studies hardly have the same controls by chance.
PATIENTS, EVENTS, FEW = 50, 5, 50
# Columns that name the arms of each row, as netmeta and gemtc have them.
NUMBERED_ARM = re.compile(
    r"(treat|treatment|trt|t|arm|drug|intervention)[ ._]?[12]|control|comparator", re.IGNORECASE
)
INVISIBLE = "Cf"  # Unicode's category of signs without width


def key(name: str) -> str:
    """What two spellings of a name share: letters, whatever their case, width and blanks.

    Examples
    --------
    >>> key("Alder  2001") == key("ＡＬＤＥＲ 2001")
    True
    """
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
        name = "".join(sign for sign in name if unicodedata.category(sign) != INVISIBLE) or name
    return " ".join(name.casefold().split())


def repeated(keys: Sequence[Hashable]) -> tuple[int, int] | None:
    """The first position whose key was there before, and where; None if all differ."""
    if len(set(keys)) == len(keys):
        return None
    seen: dict[Hashable, int] = {}
    for at, one in enumerate(keys):
        if one in seen:
            return at, seen[one]
        seen[one] = at
    raise AssertionError


def a_sum(counts: Sequence[NDArray[np.int64]]) -> int | None:
    """Which row, the last or the first of three or more, is the sum of all others.

    Examples
    --------
    >>> a_sum([np.array([1, 2, 3]), np.array([10, 20, 30])])
    -1
    """
    if len(counts[0]) < 3:
        return None
    sums = [int(one.sum()) for one in counts]
    for at in (-1, 0):
        if all(2 * int(one[at]) == total for one, total in zip(counts, sums, strict=True)):
            return at
    return None


def cautions(names: Sequence[str], counts: Sequence[NDArray[np.int64]]) -> list[str]:
    """What may be meant and may be wrong: identical studies, controls that several rows share.

    The counts are events and patients of each arm, the control's last.

    Examples
    --------
    >>> counts = [np.array(x) for x in ([12, 9], [100, 101], [20, 20], [98, 98])]
    >>> print(*cautions(["Lee low dose", "Lee high dose"], counts))
    the same control arm in 'Lee low dose' and 'Lee high dose' (20/98): are its patients counted \
twice? Add the treated arms together, or divide the controls
    """
    said = []
    rows = list(zip(*(one.tolist() for one in counts), strict=True))
    same = [group for group in _groups(rows) if any(rows[group[0]][::2])]
    if same:
        said.append(words.SAME_COUNTS.format(studies=_named(same, names)))
    controls = list(zip(*(one.tolist() for one in counts[2:]), strict=True))
    shared = [group for group in _sharing(names, controls) if len({rows[i] for i in group}) > 1]
    if shared:
        events, n = controls[shared[0][0]]
        who = _named(shared, names)
        said.append(words.SHARED_CONTROL.format(studies=who, events=events, n=n))
    return said


def _sharing(names: Sequence[str], controls: Sequence[tuple[int, ...]]) -> list[list[int]]:
    """Rows with the same controls, that begin with the same word or are hardly so by chance."""
    if not controls:
        return []  # of a single arm
    words = [name.split(maxsplit=1)[0].casefold().rstrip(",;(") for name in names]
    found = _groups(zip(words, controls, strict=True))
    if len(controls) <= FEW:
        for group in _groups(controls):
            events, n = controls[group[0]]
            if events >= EVENTS and n >= PATIENTS and group not in found:
                found.append(group)
    return found


def comparisons(extra: Mapping[str, Sequence[str]]) -> list[str]:
    """Whether columns such as treat2 say that the studies compare different things.

    Examples
    --------
    >>> print(*comparisons({"treat2": ["placebo", "surgery"]}))
    treat2 holds 'placebo', 'surgery': do all studies compare the same arms?
    """
    return [
        f"{name} holds {listed(dict.fromkeys(values), 4)}: do all studies compare the same arms?"
        for name, values in extra.items()
        if NUMBERED_ARM.fullmatch(name.strip()) and len(set(map(key, values))) > 1
    ]


def _groups(keys: Iterable[Hashable]) -> list[list[int]]:
    """Positions that have the same key, where there are several."""
    keys = list(keys)
    often = Counter(keys)
    at: dict[Hashable, list[int]] = defaultdict(list)
    if len(often) < len(keys):
        for i, one in enumerate(keys):
            if often[one] > 1:
                at[one].append(i)
    return list(at.values())


def _named(groups: Sequence[Sequence[int]], names: Sequence[str]) -> str:
    """Groups of studies in words, and how many more there are."""
    said = [
        " and ".join(shown(names[i]) for i in group[:MANY])
        + (f" and {len(group) - MANY} more" if len(group) > MANY else "")
        for group in groups[:MANY]
    ]
    more = [f"{len(groups) - MANY} more groups"] if len(groups) > MANY else []
    return "; in ".join(said + more)
