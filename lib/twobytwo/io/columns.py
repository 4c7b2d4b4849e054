"""Which column holds what: from the names of a header to the counts of two arms, or of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from twobytwo.io import names
from twobytwo.io.cells import is_pair
from twobytwo.io.errors import listed, short, shown
from twobytwo.io.names import BOTH, CONTROL, EVENTS, TREATMENT, WITHOUT, N, meaning, plain

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


class Unclear(ValueError):
    """A header that cannot be understood: the columns it is about, what to do, what was found."""

    def __init__(self, columns: str, mend: str, found: int) -> None:
        super().__init__(mend)
        self.columns = columns
        self.found = found


class Arm(NamedTuple):
    """Where the counts of an arm stand: the positions of its columns."""

    events: int | None = None
    n: int | None = None
    without: int | None = None
    both: int | None = None

    @property
    def used(self) -> list[int]:
        """The columns that there are."""
        return [at for at in self if at is not None]


@dataclass(frozen=True)
class Wanted:
    """What is looked for, and what the person said of it.

    Attributes
    ----------
    two_arms : bool
        Or one.
    columns : mapping of str to str
        Our names to theirs.
    treatment, control : str or None
        What the arms are called.
    """

    two_arms: bool = True
    columns: Mapping[str, str] = field(default_factory=dict)
    treatment: str | None = None
    control: str | None = None

    @property
    def roles(self) -> Mapping[str, tuple[str | None, str]]:
        """The columns that must be there, but for the study."""
        return TWO_ARMS if self.two_arms else ONE_ARM


@dataclass(frozen=True)
class Columns:
    """Where everything stands.

    Attributes
    ----------
    arms : dict of str to Arm
        `treatment` and `control`; or only `""`, for one row per arm or a single arm.
    study : int
    outcome, year, subgroup, arm : int or None
    """

    arms: dict[str, Arm]
    study: int
    outcome: int | None = None
    year: int | None = None
    subgroup: int | None = None
    arm: int | None = None

    @property
    def used(self) -> list[int]:
        """The columns of counts."""
        return [at for arm in self.arms.values() for at in arm.used]

    def roles(self) -> dict[int, str]:
        """What each understood column is, in our words."""
        said = {self.study: "study"}
        for at, role in ((self.outcome, "outcome"), (self.arm, "arm"), (self.year, "year"),
                         (self.subgroup, "subgroup")):  # fmt: skip
            if at is not None:
                said[at] = role
        for name, arm in self.arms.items():
            tail = f"_{name}" if name else ""
            for kind, at in arm._asdict().items():
                if at is not None:
                    said[at] = {
                        BOTH: f"events{tail} and n{tail}", WITHOUT: f"n{tail} without the event"
                    }.get(kind, f"{kind}{tail}")  # fmt: skip
        return said


Slot = dict[str, list[int]]  # of each kind of count, the columns that may hold it
Slots = dict[tuple[str | None, tuple[str, ...]], Slot]  # by arm, and the other words of a name


def understand(header: Sequence[str], below: Sequence[Sequence[str]], wanted: Wanted) -> Columns:
    """Find the columns of a header.

    Parameters
    ----------
    header : sequence of str
    below : sequence of rows
        Some of the rows below it; they tell a cell of 5/50 from a number, names from numbers.
    wanted : Wanted

    Returns
    -------
    Columns

    Raises
    ------
    Unclear
        If a column is missing, or two readings are possible.

    Examples
    --------
    >>> understand(["author", "ai", "n1i", "ci", "n2i"], [], Wanted()).arms["control"].n
    4
    """
    named = _named(header, wanted)
    known = {
        named[role]: names.Meaning(*what, ())
        for role, what in {**ONE_ARM, **wanted.roles}.items() if role in named
    }  # fmt: skip
    beside = {role: named.get(role) for role in BESIDE}
    for role, words in (("outcome", names.OUTCOME), ("year", names.YEAR),
                        ("subgroup", names.SUBGROUP)):  # fmt: skip
        if beside[role] is None:
            beside[role] = next((i for i, name in enumerate(header) if plain(name) in words), None)
    slots: Slots = defaultdict(lambda: defaultdict(list))
    taken = {(arm, kind) for arm, kind, _ in known.values()}
    set_aside = {at for at in beside.values() if at is not None}
    for at, name in enumerate(header):
        if at in known:
            arm, kind, rest = known[at]
        elif at in set_aside or plain(name) in names.YEAR:
            continue
        else:
            arm, kind, rest = meaning(name)
            if _holds_pairs(below, at) and "date" not in rest:
                kind = BOTH
            share = "%" in name and not any("(" in row[at] for row in below if at < len(row))
            if share or (not rest and (arm, kind) in taken):
                continue
        if kind is not None:
            slots[arm, rest][kind].append(at)
    finder = _Finder(header, {key: _by_case(slot, header) for key, slot in slots.items()}, wanted)
    arms, of_arm = finder.two_arms() if wanted.two_arms else None, None
    if arms is None:
        of_arm = beside["arm"]
        if of_arm is None:
            of_arm = _arm_column(header, below, finder.slots)
        if not wanted.two_arms or of_arm is not None:
            arms = finder.one_arm()
    used = {at for one in (arms or {}).values() for at in one.used} | set_aside
    used |= {of_arm} if of_arm is not None else set()
    study = beside["study"] if beside["study"] is not None else _study(header, below, used)
    missing = [] if study is not None else ["study"]
    if arms is None:
        missing += finder.missing()
    if missing or arms is None or study is None:
        raise Unclear(
            ", ".join(missing),
            f"missing; the header has {listed(header)}. Rename yours, or say which they are with "
            f"--columns {missing[-1]}=NAME,...; also understood: {ALSO[wanted.two_arms]}",
            len(wanted.roles) + 1 - len(missing),
        )
    return Columns(arms, study, beside["outcome"], beside["year"], beside["subgroup"], of_arm)


def _named(header: Sequence[str], wanted: Wanted) -> dict[str, int]:
    """The columns that bear our names, or that the person has named."""
    theirs = [plain(name) or name for name in header]
    found = {}
    for role in (*wanted.roles, *BESIDE, *(() if not wanted.two_arms else ONE_ARM)):
        name = wanted.columns.get(role)
        count = theirs.count(plain(name or role))
        if name is not None and not count:
            mend = f"--columns names {shown(name)}, which the header ({listed(header)}) does not"
            raise Unclear(role, f"{mend} have; correct the name", 0)
        if count > 1 and (name or role not in ONE_ARM or not wanted.two_arms):
            exact = [i for i, one in enumerate(header) if one == (name or role)]
            if len(exact) != 1:
                raise Unclear(name or role, f"stands {count} times; keep one", 3)
            found[role] = exact[0]
        elif count == 1:
            found[role] = theirs.index(plain(name or role))
    if unknown := [role for role in wanted.columns if role not in found]:
        known = ", ".join((*wanted.roles, *BESIDE))
        raise Unclear(unknown[0], f"--columns knows {known}; write one of these before the =", 0)
    if wanted.two_arms and not wanted.columns.keys() & ONE_ARM.keys():
        found = {role: at for role, at in found.items() if role not in ONE_ARM}
    return found


def _holds_pairs(below: Sequence[Sequence[str]], at: int) -> bool:
    cells = [row[at] for row in below if at < len(row) and row[at].strip()]
    return bool(cells) and all(map(is_pair, cells))


def _by_case(slot: Slot, header: Sequence[str]) -> Slot:
    """What columns of one arm are, seen together.

    Of n and N, as clinicians write them, n is the events. "No events" beside events, and
    without a total, are the patients without one.
    """
    if none := slot.pop(names.NO_EVENTS, []):
        slot = slot | {WITHOUT: none} if EVENTS in slot and not {N, WITHOUT} & slot.keys() else slot
    of = slot.get(N, [])
    if len(of) == 2 and EVENTS not in slot and header[of[0]] != header[of[1]]:
        small = [at for at in of if "n" in header[at].replace("N", "").split() or _n(header[at])]
        if len(small) == 1 and plain(header[of[0]]) == plain(header[of[1]]):
            return slot | {EVENTS: small, N: [at for at in of if at not in small]}
    return slot


def _n(name: str) -> bool:
    """Whether the n of a name is small."""
    return any(word == "n" for word in names.WORD.findall(name))


def _arm_column(header: Sequence[str], below: Sequence[Sequence[str]], slots: Slots) -> int | None:
    """The column that says which arm a row is of."""
    counts = {at for slot in slots.values() for found in slot.values() for at in found}
    found = [i for i, name in enumerate(header) if names.is_arm_column(name)]
    found = [i for i in found if i not in counts]
    several = [i for i in found if len({row[i] for row in below if i < len(row)}) > 1]
    if len(several) > 1:
        raise Unclear(
            ", ".join(header[i] for i in several),
            f"each may say which arm a row is of; choose with --columns arm={header[several[0]]}",
            3,
        )
    return next(iter(several or found), None)


def _study(header: Sequence[str], below: Sequence[Sequence[str]], used: set[int]) -> int | None:
    """The column that names the studies: by its name, or the first that holds names."""

    def is_text(at: int) -> bool:
        cells = [row[at].strip() for row in below if at < len(row) and row[at].strip()]
        return bool(cells) and not all(
            cell.replace(".", "", 1).isdecimal() or is_pair(cell) for cell in cells
        )

    free = [at for at in range(len(header)) if at not in used]
    ranked = [(rank, at) for at in free if (rank := names.study_rank(header[at])) is not None]
    best = min(ranked, key=lambda one: (not is_text(one[1]), *one), default=None)
    if best:
        return best[1]
    silent = [at for at in free if meaning(header[at]).kind is None and is_text(at)]
    return next(iter(silent), None)


@dataclass(frozen=True)
class _Finder:
    """The readings of the counts in a header."""

    header: Sequence[str]
    slots: Slots
    wanted: Wanted

    def missing(self) -> list[str]:
        """The columns that no name gives."""
        has = {(arm, kind) for (arm, _), slot in self.slots.items() for kind in slot}
        lacks = [
            role for role, (arm, kind) in self.wanted.roles.items()
            if (arm, kind) not in has and (arm, BOTH) not in has
        ]  # fmt: skip
        return lacks or list(self.wanted.roles)

    def two_arms(self) -> dict[str, Arm] | None:
        """The columns of treatment and control."""
        known, lettered = self._known(), self._convention()
        if known and lettered and not {*known["control"].used} & {*lettered["control"].used}:
            raise self._two(known["treatment"], lettered["treatment"])
        return known or lettered or self._called()

    def one_arm(self) -> dict[str, Arm] | None:
        """The columns of a single arm, or of a row per arm."""
        found = self._complete(None)
        if () in found:
            return {"": self._arm(found[()], "")}
        plain_names = [plain(name) for name in self.header]
        exact = {
            kind: [plain_names.index(name)]
            for name, kind in names.ONE_ARM.items() if name in plain_names
        }  # fmt: skip
        if self._is_complete(exact):
            return {"": self._arm(exact, "")}
        if len(found) > 1:
            first, second, *_ = (self._arm(slot, "") for slot in found.values())
            raise self._two(first, second)
        return {"": self._arm(next(iter(found.values())), "")} if found else None

    def _known(self) -> dict[str, Arm] | None:
        """Two arms by words that say which is which."""
        treatment, control = self._complete(TREATMENT), self._complete(CONTROL)
        if not treatment or not control:
            return None
        both = [rest for rest in treatment if rest in control]
        if () in both:
            return self._pair(treatment[()], control[()])
        if len(both) == 1:
            return self._pair(treatment[both[0]], control[both[0]])
        if not both and len(treatment) == len(control) == 1:
            return self._pair(*treatment.values(), *control.values())
        first, second, *_ = (
            [treatment[rest] for rest in both] if both
            else max(treatment, control, key=len).values()
        )  # fmt: skip
        raise self._two(self._arm(first, ""), self._arm(second, ""))

    def _convention(self) -> dict[str, Arm] | None:
        """Two arms by letters that mean something only together."""
        at = {plain(name): i for i, name in enumerate(self.header)}
        found: dict[str, Arm] = {}
        for convention in names.CONVENTIONS:
            if not convention.keys() <= at.keys():
                continue
            for name, (arm, kind) in convention.items():
                before = found.get(arm, Arm())
                if kind == EVENTS and before.events not in (None, at[name]):
                    raise self._two(before, Arm(at[name]))
                found[arm] = before._replace(**{kind: at[name]})
        return found or None

    def _called(self) -> dict[str, Arm] | None:
        """Two arms by what they are called."""
        slots = {
            " ".join(rest): slot for rest, slot in self._complete(None).items()
            if rest and not names.ALL & {*rest}
        }  # fmt: skip
        for arm in (TREATMENT, CONTROL):
            slots |= {
                " ".join((*rest, arm)) if rest else arm: slot
                for rest, slot in self._complete(arm).items()
            }
        if len(slots) < 2:
            return None
        chosen = choose(list(slots), self.wanted, numbered=True)
        if chosen is None:
            arms = listed(slots)
            raise Unclear(
                ", ".join(self.header[self._arm(slot, "").used[0]] for slot in slots.values()),
                f"the arms are {arms}; say which is the control: {example(list(slots))}",
                4,
            )
        return self._pair(*(slots[label] for label in chosen))

    def _complete(self, arm: str | None) -> dict[tuple[str, ...], Slot]:
        """What gives events and patients, by the other words of the names."""
        shared = self.slots.get((arm, ()), {}).get(N)
        found = {}
        for (of, rest), slot in self.slots.items():
            if of != arm:
                continue
            if shared and EVENTS in slot and not {N, WITHOUT} & slot.keys():
                slot = slot | {N: shared}
            if self._is_complete(slot):
                found[rest] = slot
        return found

    @staticmethod
    def _is_complete(slot: Mapping[str, Sequence[int]]) -> bool:
        return BOTH in slot or len({EVENTS, N, WITHOUT} & slot.keys()) >= 2

    def _pair(self, treatment: Slot, control: Slot) -> dict[str, Arm]:
        return {
            TREATMENT: self._arm(treatment, f"_{TREATMENT}"),
            CONTROL: self._arm(control, f"_{CONTROL}"),
        }

    def _arm(self, slot: Mapping[str, Sequence[int]], tail: str) -> Arm:
        """The columns of an arm, of which each must be one."""
        for kind, at in slot.items():
            if len(at) > 1:
                raise self._two(Arm(at[0]), Arm(at[1]), f"{kind}{tail}")
        if len(slot.keys() - {BOTH}) < 2:
            return Arm(both=slot[BOTH][0])
        return Arm(**{kind: at[0] for kind, at in slot.items() if kind != BOTH})

    def _two(self, first: Arm, second: Arm, role: str = "events_treatment") -> Unclear:
        one, other = (short(self.header[arm.used[0]]) for arm in (first, second))
        return Unclear(
            f"{one}, {other}",
            f"two readings are possible; choose with --columns {role}={one} or {role}={other} "
            "(and so for the other columns), or delete the columns that are not meant",
            len(self.wanted.roles),
        )


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
