"""Where the header of a grid is, and which of its columns holds what.

A header may stand below a title, in one row or in two. The names of its columns are read word
by word (`meaning`), and then together: to the counts of two arms, or of one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise, zip_longest
from typing import NamedTuple

from twobytwo.io import names
from twobytwo.io.cells import has_digit, is_pair
from twobytwo.io.grid import Grid, Row
from twobytwo.io.names import BOTH, CONTROL, EVENTS, TREATMENT, WITHOUT, N
from twobytwo.io.words import CountsError, listed, short, shown

FAR = 40  # rows in which a header is looked for
SEEN = 60  # rows below a header that tell what its columns hold
TWO_ARMS = {
    "events_treatment": (TREATMENT, EVENTS), "n_treatment": (TREATMENT, N),
    "events_control": (CONTROL, EVENTS), "n_control": (CONTROL, N),
}  # fmt: skip
ONE_ARM = {"events": (None, EVENTS), "n": (None, N)}
BESIDE = ("study", "outcome", "year", "subgroup", "arm")
ALSO = {
    True: "events and patients (ai n1i ci n2i, event.e n.e event.c n.c, Events 1 Total 1 Events 2 "
    "Total 2), cells (ai bi ci di, tpos tneg cpos cneg), 5/50 in a column for each arm, or one "
    "row per arm (study, arm, events, n)",
    False: "cases, deaths, responders, x or xi; total, patients, N or ni; or 5/50 in one column",
}

Arm = Mapping[str, int]  # of each kind of count, the column that holds it
Slot = Mapping[str, Sequence[int]]  # the columns that may hold it
Rest = tuple[str, ...]  # the words of a name that say neither an arm nor a kind


class Unclear(CountsError):
    """A header that is not understood, or in two ways; knows how much of it was."""

    def __init__(self, columns: str, mend: str, found: int) -> None:
        super().__init__(mend)
        self.columns = columns
        self.found = found


class Meaning(NamedTuple):
    """What a name says."""

    arm: str | None  # treatment or control
    kind: str | None  # events, n, without the event, or both for a cell such as 5/50
    rest: Rest


@dataclass(frozen=True)
class Wanted:
    """What is looked for, and what the person said of it."""

    two_arms: bool = True  # or one
    columns: Mapping[str, str] = field(default_factory=dict)  # our names to theirs
    treatment: str | None = None  # what the arms are called
    control: str | None = None

    @property
    def roles(self) -> Mapping[str, tuple[str | None, str]]:
        """The columns that must be there, but for the study."""
        return TWO_ARMS if self.two_arms else ONE_ARM


@dataclass(frozen=True)
class Columns:
    """Where everything stands."""

    arms: dict[str, Arm]  # treatment and control; or only "", for one row per arm or a single arm
    study: int
    outcome: int | None = None
    year: int | None = None
    subgroup: int | None = None
    arm: int | None = None

    @property
    def used(self) -> list[int]:
        """The columns of counts."""
        return [at for arm in self.arms.values() for at in arm.values()]

    def roles(self) -> dict[int, str]:
        """What each understood column is, in our words."""
        roles = {at: role for role in BESIDE if (at := getattr(self, role)) is not None}
        for name, arm in self.arms.items():
            tail = f"_{name}" if name else ""
            words = {BOTH: f"events{tail} and n{tail}", WITHOUT: f"n{tail} without the event"}
            roles |= {at: words.get(kind, f"{kind}{tail}") for kind, at in arm.items()}
        return roles


@dataclass(frozen=True)
class Table:
    """A header that is understood, and the rows below it."""

    place: str  # the file, and the sheet where there are several
    at: int | str  # the number of the header's row
    header: list[str]
    rows: list[Row]
    columns: Columns
    above: list[str]  # what was skipped above the header, in words

    def error(self, row: Row, column: int, mend: str, value: str | None = None) -> CountsError:
        """What is wrong with a cell, and the mend."""
        value = row.cells[column] if value is None else value
        return CountsError(
            f"{self.place}, row {row.number}, column {short(self.header[column])}: "
            f"{shown(value)}; {mend}."
        )

    def refusal(self, column: str, mend: str) -> CountsError:
        """What is wrong with the header, and the mend."""
        return CountsError(f"{self.place}, row {self.at}, column {column}: {mend}.")


# Where the header is.


def found(grid: Grid, wanted: Wanted) -> Table:
    """Find the header of a grid, and what its columns hold; `Unclear` says why there is none."""
    best: tuple[Unclear, Row] | None = None
    for start, end, header in _candidates(grid):
        row, above, below = grid.rows[start], grid.rows[:start], grid.rows[end:]
        try:
            columns = _Header(header, [cells for _, cells in below[:SEEN]], wanted).columns()
        except Unclear as unclear:
            if best is None or (unclear.found > best[0].found and _numbers(row) < 2):
                best = unclear, row
            continue
        for other in above:
            if _numbers(other) > 2:
                message = f"row {other.number}: holds numbers above the header in row {row.number}"
                mend = "leave one table only in the file or the sheet"
                raise Unclear("", f"{grid.place}, {message}; {mend}.", len(wanted.roles))
        titles = [(number, shown(first(cells))) for number, cells in above]
        skipped = [f"row {number} above the header ({title})" for number, title in titles]
        return Table(grid.place, grid.rows[end - 1].number, header, below, columns, skipped)
    ours = ",".join(("study", *wanted.roles))
    if best is None:
        raise Unclear("", f"{grid.place}: is empty; write the header {ours}.", 0)
    problem, row = best
    message, known = f"{short(problem.columns, 200)}: {problem}.", problem.found
    if _numbers(row) > 1:
        mend = f"missing, as this row holds numbers; write a header above it: {ours}"
        message, known = f"{problem.columns}: {mend}.", 0
    raise Unclear("", f"{grid.place}, row {row.number}, column {message}", known)


def first(cells: Iterable[str]) -> str:
    """What the first cell says that is not blank."""
    return next(filter(None, map(str.strip, cells)), "")


def _numbers(row: Row) -> int:
    """How many cells of a row hold numbers, as no header does."""
    return sum(cell.strip().isdecimal() or bool(is_pair(cell)) for cell in row.cells)


def _candidates(grid: Grid) -> Iterator[tuple[int, int, list[str]]]:
    """Rows that may be a header: first one by one, then two by two."""
    rows = [[cell.strip() for cell in row.cells] for row in grid.rows[:FAR]]

    def whole(at: int, header: list[str]) -> list[str]:
        if not grid.even:  # nothing stands in the empty columns after the last name
            header = header[: max((i + 1 for i, cell in enumerate(header) if cell), default=0)]
        return _with_row_names(header, grid.rows[at : at + SEEN])

    for at, row in enumerate(rows):
        yield at, at + 1, whole(at + 1, row)
    for at, (over, under) in enumerate(pairwise(rows)):
        named = [
            sum(meaning(cell).kind is not None and not has_digit(cell) for cell in cells)
            for cells in (over, under)
        ]
        # Counts under the names of arms; or these under the counts, and no study's row.
        if named[1] > 1 or (named[0] > 1 and not any(map(has_digit, under))):
            yield at, at + 2, whole(at + 2, _joined(over, under))


def _joined(over: Sequence[str], under: Sequence[str]) -> list[str]:
    """A header of two rows as one: what stands over several columns belongs to each."""
    joined, last = [], ""
    for top, sub in zip_longest(over, under, fillvalue=""):
        last = top or (last if sub else "")
        joined.append(f"{last} {sub}".strip())
    return joined


def _with_row_names(header: list[str], below: list[Row]) -> list[str]:
    """A header in R's way, without a name for the column of row names."""
    if not below or any(len(row.cells) != len(header) + 1 for row in below):
        return header
    first = [row.cells[0].strip() for row in below]
    counted = first == [str(number) for number in range(1, len(below) + 1)]
    of_studies = {"study", "author", "trial", "id", "name", "studlab", "slab"}
    named = any(of_studies & set(plain(name).split()) for name in header)
    if not all(first) or (named and not counted) or len(set(first)) < len(first):
        return header
    return ["", *header]


# What a name says.


@cache
def plain(name: str) -> str:
    """A name without what does not tell names apart: case, width, signs, blanks.

    Examples
    --------
    >>> plain(" Events_Treatment")
    'events treatment'
    """
    return " ".join(re.findall(r"[^\W_]+|%", unicodedata.normalize("NFKC", name).casefold()))


def key(name: str) -> str:
    """What two spellings of a name share: letters, whatever their case, width and blanks.

    Examples
    --------
    >>> key("Alder  2001") == key("ＡＬＤＥＲ 2001")
    True
    """
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name)
        without_width = [sign for sign in name if unicodedata.category(sign) != "Cf"]
        name = "".join(without_width) or name
    return " ".join(name.casefold().split())


def _spaced(name: str) -> str:
    """A name with a blank between the words of sampleSize."""
    return names.LONG_WORD.sub(lambda word: names.CAMEL.sub(" ", word[0]), name)


@cache
def meaning(name: str) -> Meaning:
    """Read the name of a column.

    Examples
    --------
    >>> meaning("Deaths (clip)")
    Meaning(arm=None, kind='events', rest=('clip',))
    >>> meaning("xTi"), meaning("n.c")
    (Meaning(arm='treatment', kind='events', rest=()), Meaning(arm='control', kind='n', rest=()))
    """
    words = [part for word in _words(name) for part in _parts(word)]
    if names.MEASURE & set(words) or words[:1] == ["%"]:
        return Meaning(None, None, tuple(words))
    kinds = {names.KIND[word] for word in words if word in names.KIND}
    arms = {names.ARM[word] for word in words if word in names.ARM}
    without = [
        no for no, word in pairwise(words) if no in names.NO and names.KIND.get(word) == EVENTS
    ]
    known = names.KIND.keys() | names.ARM.keys() | names.FILLER | {"%", *without}
    rest = [word for word in words if word not in known]
    numbered = any(map(str.isdigit, rest))
    if "d" in rest and not kinds and (numbered or names.DEATHS.match(name)):
        rest.remove("d")
        kinds.add(EVENTS)
    for _ in range(rest.count("e")):  # events, unless another word says so: then the experimental
        rest.remove("e")
        if kinds:
            arms.add(TREATMENT)
        else:
            kinds.add(EVENTS)
    if "i" in rest:  # metafor's index, or the intervention
        rest.remove("i")
        if kinds and not arms and not numbered:
            arms.add(TREATMENT)
    arm = CONTROL if CONTROL in arms else TREATMENT if arms else None
    if arm == TREATMENT and len(rest) == 1 and len(rest[0]) == 1:
        arm = None  # treatment 1, treatment 2
    if arm and not kinds and "comparison" not in words:
        kinds |= {names.COUNTED[word] for word in words if word in names.COUNTED}
    if without:
        kinds = {names.NO_EVENTS if without == ["no"] else WITHOUT}
    return Meaning(arm, _kind(name, kinds), tuple(rest))


def _kind(name: str, kinds: set[str]) -> str | None:
    """Which count a name means."""
    parts = [[names.KIND.get(word) for word in _words(part)] for part in name.split("/")]
    if len(parts) == 2 and parts[0][-1:] in ([EVENTS], [N]) and parts[1][:1] == [N]:
        return BOTH
    if kinds == {N} and "(%)" in name.replace(" ", ""):
        return EVENTS
    return next((one for one in (names.NO_EVENTS, WITHOUT, EVENTS, N) if one in kinds), None)


def _words(name: str) -> list[str]:
    name = _spaced(unicodedata.normalize("NFKC", name)).casefold()
    name = names.NUMBER_SIGN.sub(" number ", name).replace("at risk", "n")
    return names.WORD.findall(names.NEGATED.sub(" control ", name))


def _parts(word: str) -> tuple[str, ...]:
    """Split a word such as xti or cdeath into its count and its arm."""
    if any(word in one for one in (names.KIND, names.ARM, names.FILLER, names.MEASURE)):
        return (word,)
    kinds, arms = names.KIND.keys() | {"e"}, names.ARM.keys() | {"e"}
    for whole in (word, word.removesuffix("i")):
        for at in range(1, len(whole)):
            left, right = whole[:at], whole[at:]
            if (left in kinds and right in arms) or (left in arms and right in kinds):
                return left, right
    return (word,)


# What the names say together.


class _Header:
    """The readings of a header; some rows below it tell 5/50 from a number, names from numbers."""

    def __init__(
        self, header: Sequence[str], below: Sequence[Sequence[str]], wanted: Wanted
    ) -> None:
        self.header, self.wanted = header, wanted
        self.plain = [plain(name) for name in header]
        self.held = [[row[at].strip() for row in below if at < len(row)]
                     for at in range(len(header))]  # fmt: skip
        self.slots: dict[tuple[str | None, Rest], Slot] = {}

    def columns(self) -> Columns:
        """Where everything stands; `Unclear` says what is missing."""
        wanted, named = self.wanted, self._named()
        beside = {role: named.get(role) for role in BESIDE}
        for role, called in names.ASIDE.items():
            if beside[role] is None:
                beside[role] = next((i for i, one in enumerate(self.plain) if one in called), None)
        aside = {at for at in beside.values() if at is not None}
        self.slots = self._slots(named, aside)
        arms = self._two_arms() if wanted.two_arms else None
        of_arm = None
        if arms is None:
            of_arm = self._arm_column() if beside["arm"] is None else beside["arm"]
            if not wanted.two_arms or of_arm is not None:
                arms = self._one_arm()
        study = beside["study"]
        if study is None:
            used = [at for arm in (arms or {}).values() for at in arm.values()]
            study = self._study({*used, *aside, of_arm})
        if arms is None or study is None:
            missing = [] if study is not None else ["study"]
            missing += self._missing() if arms is None else []
            raise Unclear(
                ", ".join(missing),
                f"missing; the header has {listed(self.header)}. Rename yours, or say which they "
                f"are with --columns {missing[-1]}=NAME,...; also understood: "
                f"{ALSO[wanted.two_arms]}",
                len(wanted.roles) + 1 - len(missing),
            )
        return Columns(
            arms, study, beside["outcome"], beside["year"], beside["subgroup"], of_arm
        )  # fmt: skip

    def _named(self) -> dict[str, int]:
        """The columns that bear our names, or that the person has named."""
        wanted, found = self.wanted, {}
        theirs = [one or name for one, name in zip(self.plain, self.header, strict=True)]
        for role in dict.fromkeys((*wanted.roles, *BESIDE, *ONE_ARM)):
            name = wanted.columns.get(role)
            same = [i for i, one in enumerate(theirs) if one == plain(name or role)]
            if name is not None and not same:
                mend = f"--columns names {shown(name)}, which the header ({listed(self.header)})"
                raise Unclear(role, f"{mend} does not have; correct the name", 0)
            if len(same) > 1 and (name or role in wanted.roles or role in BESIDE):
                exact = [i for i in same if self.header[i] == (name or role)]
                if len(exact) != 1:
                    raise Unclear(name or role, f"stands {len(same)} times; keep one", 3)
                same = exact
            if len(same) == 1:
                found[role] = same[0]
        if unknown := [role for role in wanted.columns if role not in found]:
            known = ", ".join((*wanted.roles, *BESIDE))
            raise Unclear(
                unknown[0], f"--columns knows {known}; write one of these before the =", 0
            )
        if wanted.two_arms and not wanted.columns.keys() & ONE_ARM.keys():
            found = {role: at for role, at in found.items() if role not in ONE_ARM}
        return found

    def _slots(
        self, named: Mapping[str, int], aside: set[int]
    ) -> dict[tuple[str | None, Rest], Slot]:
        """The columns of counts, by their arm and by the words that say neither arm nor kind."""
        meanings = {
            named[role]: Meaning(arm, kind, ())
            for role, (arm, kind) in {**ONE_ARM, **self.wanted.roles}.items() if role in named
        }  # fmt: skip
        slots: dict[tuple[str | None, Rest], dict[str, list[int]]]
        slots = defaultdict(lambda: defaultdict(list))
        for at, name in enumerate(self.header):
            arm, kind, rest = meanings.get(at) or meaning(name)
            if at not in meanings:
                cells = list(filter(None, self.held[at]))
                if cells and all(map(is_pair, cells)) and "date" not in rest:
                    kind = BOTH
                share = "%" in name and not any("(" in cell for cell in cells)
                again = not rest and Meaning(arm, kind, ()) in meanings.values()
                if share or again or at in aside or self.plain[at] in names.YEAR:
                    continue
            if kind is not None:
                slots[arm, rest][kind].append(at)
        return {key: self._by_case(slot) for key, slot in slots.items()}

    def _by_case(self, slot: dict[str, list[int]]) -> Slot:
        """What columns of one arm are, seen together.

        Of n and N, as clinicians write them, n is the events. "No events" beside events, and
        without a total, are the patients without one. Of "mortality: events" and "mortality:
        total" the latter is of patients.
        """
        if none := slot.pop(names.NO_EVENTS, []):
            slot = slot | {WITHOUT: none} if slot.keys() == {EVENTS} else slot
        parted: list[int] = []
        columns = slot.get(EVENTS, slot.get(N, []))
        if len(columns) != 2 or {EVENTS, N} <= slot.keys():
            return slot
        if EVENTS in slot:
            last = [[names.KIND[word] for word in _words(self.header[at]) if word in names.KIND]
                    for at in columns]  # fmt: skip
            parted = [at for at, kinds in zip(columns, last, strict=True) if kinds[-1:] != [N]]
        elif self.plain[columns[0]] == self.plain[columns[1]]:
            parted = [at for at in columns if "n" in names.WORD.findall(self.header[at])]
        if len(parted) == 1:
            return slot | {EVENTS: parted, N: [at for at in columns if at not in parted]}
        return slot

    def _arm_column(self) -> int | None:
        """The column that says which arm a row is of."""
        counts = {at for slot in self.slots.values() for found in slot.values() for at in found}
        found = []
        for at, name in enumerate(self.header):  # such as Arm/Group Title
            words = set(plain(_spaced(name)).split())
            of_arms = words & names.ARM_COLUMN and words <= names.ARM_COLUMN | names.BESIDE_ARM
            if of_arms and at not in counts:
                found.append(at)
        several = [at for at in found if len(set(self.held[at])) > 1]
        if len(several) > 1:
            called = [self.header[at] for at in several]
            mend = f"choose with --columns arm={called[0]}"
            raise Unclear(", ".join(called), f"each may say which arm a row is of; {mend}", 3)
        return next(iter(several or found), None)

    def _study(self, used: set[int | None]) -> int | None:
        """The column that names the studies: by its name, or the first that holds names."""
        free = [at for at in range(len(self.header)) if at not in used]
        ranked = []
        for at in free:
            words = plain(_spaced(self.header[at])).split()
            ranks = [names.STUDY.index(word) for word in words if word in names.STUDY]
            if ranks and {*words} <= {*names.STUDY} | names.BESIDE:
                ranked.append((not self._is_text(at), min(ranks), at))
        if ranked:
            return min(ranked)[-1]
        unnamed = (at for at in free if meaning(self.header[at]).kind is None)
        return next(filter(self._is_text, unnamed), None)

    def _is_text(self, at: int) -> bool:
        """Whether a column holds what is no number."""
        cells = filter(None, self.held[at])
        return any(not one.replace(".", "", 1).isdecimal() and not is_pair(one) for one in cells)

    def _missing(self) -> list[str]:
        """The columns that no name gives."""
        has = {(arm, kind) for (arm, _), slot in self.slots.items() for kind in slot}
        roles = self.wanted.roles
        lacks = [
            role for role, (arm, kind) in roles.items() if not has & {(arm, kind), (arm, BOTH)}
        ]
        return lacks or list(roles)

    def _two_arms(self) -> dict[str, Arm] | None:
        """The columns of treatment and control."""
        known, lettered = self._known(), self._convention()
        if known and lettered and not self.wanted.columns:
            shared = {*known[CONTROL].values()} & {*lettered[CONTROL].values()}
            if not shared:
                raise self._two(known[TREATMENT], lettered[TREATMENT])
        return known or lettered or self._called()

    def _one_arm(self) -> dict[str, Arm] | None:
        """The columns of a single arm, or of a row per arm."""
        found = self._complete(None)
        exact = {kind: [self.plain.index(name)]
                 for name, kind in names.ONE_ARM.items() if name in self.plain}  # fmt: skip
        if () in found or _is_complete(exact):
            return {"": self._arm(found.get((), exact), "")}
        others = (TREATMENT, CONTROL) if found else ()
        slots = [slot for arm in (None, *others) for slot in self._complete(arm).values()]
        arms = [self._arm(slot, "") for slot in slots]
        if len(arms) > 1:
            raise self._two(arms[0], arms[1], EVENTS)
        return {"": arms[0]} if arms else None

    def _known(self) -> dict[str, Arm] | None:
        """Two arms by words that say which is which."""
        treatment, control = self._complete(TREATMENT), self._complete(CONTROL)
        if not treatment or not control:
            return None
        both = [rest for rest in treatment if rest in control]
        if () in both or len(both) == 1:
            rest = () if () in both else both[0]
            return self._pair(treatment[rest], control[rest])
        if not both and len(treatment) == len(control) == 1:
            return self._pair(*treatment.values(), *control.values())
        slots = [treatment[rest] for rest in both] or max(treatment, control, key=len).values()
        first, second, *_ = (self._arm(slot, "") for slot in slots)
        raise self._two(first, second)

    def _convention(self) -> dict[str, Arm] | None:
        """Two arms by letters that mean something only together."""
        at = {name: i for i, name in enumerate(self.plain)}
        found: dict[str, dict[str, int]] = {}
        for convention in names.CONVENTIONS:
            if not convention.keys() <= at.keys():
                continue
            for name, (arm, kind) in convention.items():
                before = found.setdefault(arm, {})
                if kind == EVENTS and before.get(EVENTS, at[name]) != at[name]:
                    raise self._two(before, {EVENTS: at[name]})
                before[kind] = at[name]
        return {**found} or None

    def _called(self) -> dict[str, Arm] | None:
        """Two arms by what they are called."""
        slots = {
            " ".join(rest if arm is None else (*rest, arm)): slot
            for arm in (None, TREATMENT, CONTROL)
            for rest, slot in self._complete(arm).items()
            if arm or (rest and not names.ALL & {*rest})
        }
        if len(slots) < 2:
            return None
        chosen = choose(list(slots), self.wanted, numbered=True)
        if chosen is None:
            firsts = [next(iter(self._arm(slot, "").values())) for slot in slots.values()]
            raise Unclear(
                ", ".join(self.header[at] for at in firsts),
                f"the arms are {listed(slots)}; say which is the control: {example(list(slots))}",
                4,
            )
        if set(chosen) == {"1", "2"} and (called := self._numbered()):
            pair = choose(called, self.wanted) or called
            chosen = str(1 + called.index(pair[0])), str(1 + called.index(pair[1]))
        return self._pair(*(slots[label] for label in chosen))

    def _numbered(self) -> list[str]:
        """What the arms 1 and 2 are called in two columns beside, as netmeta has them."""
        at = {name.replace(" ", ""): i for i, name in enumerate(self.plain)}
        for stem in names.ARM_COLUMN:
            if f"{stem}1" in at and f"{stem}2" in at:
                one, two = (set(self.held[at[f"{stem}{i}"]]) for i in (1, 2))
                if len(one) == len(two) == 1 and one != two:
                    return [*one, *two]
        return []

    def _complete(self, arm: str | None) -> dict[Rest, Slot]:
        """What gives events and patients, by the other words of the names."""
        shared = self.slots.get((arm, ()), {}).get(N)
        found = {}
        for (slot_arm, rest), slot in self.slots.items():
            if shared and EVENTS in slot and not {N, WITHOUT} & slot.keys():
                slot = {**slot, N: shared}
            if slot_arm == arm and _is_complete(slot):
                found[rest] = slot
        return found

    def _pair(self, treatment: Slot, control: Slot) -> dict[str, Arm]:
        slots = {TREATMENT: treatment, CONTROL: control}
        return {arm: self._arm(slot, f"_{arm}") for arm, slot in slots.items()}

    def _arm(self, slot: Slot, tail: str) -> Arm:
        """The columns of an arm, of which each must be one."""
        for kind, at in slot.items():
            if len(at) > 1:
                raise self._two({kind: at[0]}, {kind: at[1]}, f"{kind}{tail}")
        kinds = [kind for kind in (EVENTS, N, WITHOUT) if kind in slot]
        return {kind: slot[kind][0] for kind in (kinds if len(kinds) > 1 else [BOTH])}

    def _two(self, first: Arm, second: Arm, role: str = "events_treatment") -> Unclear:
        one, other = (short(self.header[next(iter(arm.values()))]) for arm in (first, second))
        mend = "make their names differ"
        if one != other:
            mend = f"choose with --columns {role}={one} or {role}={other} "
            mend += "(and so for the other columns)"
        return Unclear(
            f"{one}, {other}",
            f"two readings are possible; {mend}, or delete the columns that are not meant",
            len(self.wanted.roles),
        )


def _is_complete(slot: Slot) -> bool:
    return BOTH in slot or len({EVENTS, N, WITHOUT} & slot.keys()) > 1


def example(labels: Sequence[str]) -> str:
    """How to choose from arms."""
    control = f"--control {shown(labels[-1])}"
    if len(labels) > 2:
        return f"two, for example --treatment {shown(labels[0])} {control}"
    return f"for example {control}"


def choose(labels: Sequence[str], wanted: Wanted, numbered: bool = False) -> tuple[str, str] | None:
    """Which of the arms is the treatment, and which the control.

    With `numbered`, 1 is treated and 2, or 0, is not: so metafor, RevMan and Stata name columns.

    Examples
    --------
    >>> choose(["drug", "placebo"], Wanted())
    ('drug', 'placebo')
    >>> choose(["drug", "surgery"], Wanted())
    >>> choose(["drug", "surgery"], Wanted(control="Surgery"))
    ('drug', 'surgery')
    """
    by_name = {plain(label): label for label in labels}
    treatment, control = (
        by_name.get(plain(name)) if name else None for name in (wanted.treatment, wanted.control)
    )
    if control is None:
        numbers = {"1", "2"} if "2" in by_name else {"0", "1"}
        known = [label for label in labels if meaning(label).arm == CONTROL]
        if numbered and set(by_name) == numbers and not treatment:
            return by_name["1"], by_name[(numbers - {"1"}).pop()]
        if len(known) == 1 and known[0] != treatment:
            control = known[0]
    others = [label for label in labels if label not in (treatment, control)]
    if treatment is None and control is not None and len(others) == 1:
        treatment = others[0]
    if control is None and len(labels) == 2:
        treated = [label for label in labels if meaning(label).arm == TREATMENT]
        treatment = treatment or (treated[0] if len(treated) == 1 else None)
        control = next((one for one in labels if one != treatment), None) if treatment else None
    if treatment is None or control is None or treatment == control:
        return None
    return treatment, control
