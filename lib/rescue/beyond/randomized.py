"""The randomized trial: what it asked and what it found, as ``data/`` has it, and only from there.

Every page takes its words about the trial from here. Whoever has the paper at hand replaces a
row of ``randomized_results.csv``, and every page follows.
"""

from __future__ import annotations

from collections.abc import Container
from fractions import Fraction
from functools import cache
from itertools import product
from typing import NamedTuple

from metabook import data
from twobytwo import Result, pool
from twobytwo.estimate.exact import fisher_p
from twobytwo.rounding import half_up, number, p_text, prints_as, with_interval

RESULTS, TRIALS = "randomized_results.csv", "trials.csv"
NOT_AVAILABLE, SECOND_HAND = "not available", "second hand"
WHOLE_SCALE = "mRS, every grade"
QUARTER, YEAR, PROCEDURE = "90 days", "1 year", "procedure"
RECURRENCE = "another stroke from the treated artery"
RESCUE, CONTROL, NEITHER = "rescue", "control", "neither"
# For each arm that did better, what the trial showed of the whole scale and of hemorrhage.
SCALE = {
    NEITHER: "no benefit over the whole mRS",
    RESCUE: "a better mRS after rescue",
    CONTROL: "a worse mRS after rescue",
}
BLEEDING = {
    NEITHER: "no significant difference in symptomatic hemorrhage",
    RESCUE: "less symptomatic hemorrhage after rescue",
    CONTROL: "more symptomatic hemorrhage after rescue",
}
ALPHA = 0.05


class Found(NamedTuple):
    """One outcome of the randomized trial at one time."""

    row: dict[str, str]
    # One for each pair of counts that the row allows: one where counts are printed, several
    # where percentages are, none otherwise.
    results: tuple[Result, ...]

    @property
    def known(self) -> bool:
        """Whether anything was read of it."""
        return self.row["basis"] != NOT_AVAILABLE

    def arm(self, name: str) -> str:
        """Events of the arm "treatment" or "control", such as "8/175"; "?" where unknown."""
        events, n = self.row[f"events_{name}"], self.row[f"n_{name}"]
        if events:
            return f"{events}/{n}"
        if self.row[f"percent_{name}"]:
            return f"{self.row[f'percent_{name}']} % of {n}"
        return f"of {n}" if self.row["estimate"] else f"?/{n}"

    @property
    def ratio(self) -> tuple[float, float | None, float | None] | None:
        """The ratio with its limits: as printed, or the odds ratio of the counts."""
        if self.row["estimate"]:
            low, high = (float(self.row[x]) if self.row[x] else None for x in ("lower", "upper"))
            return float(self.row["estimate"]), low, high
        if len(self.results) == 1 and not self.empty:
            (result,) = self.results
            return float(result.estimate), float(result.ci_lower), float(result.ci_upper)
        return None

    @property
    def empty(self) -> bool:
        """Whether an arm has no event: then no odds ratio can be taken from the counts."""
        return any((cell == 0).any() for result in self.results for cell in result.table)

    @property
    def p(self) -> str:
        """P as printed; of counts by Fisher's exact test."""
        if self.row["p"] or len(self.results) != 1:
            return self.row["p"]
        return f"{p_text(fisher(self), 3)} (Fisher)"

    @property
    def measure(self) -> str:
        """Which ratio it is."""
        return self.row["measure"] or "odds ratio"

    @property
    def text(self) -> str:
        """The ratio with its interval, the range of the possible ones, or that there is none."""
        if self.row["estimate"]:
            limits = f" [{self.row['lower']}, {self.row['upper']}]" if self.row["lower"] else ""
            return self.row["estimate"] + limits
        if self.empty:
            return "no event in an arm"
        if len(self.results) == 1:
            (result,) = self.results
            return with_interval(result.estimate, result.ci_lower, result.ci_upper)
        if self.results:
            found = sorted(float(result.estimate) for result in self.results)
            return f"{number(found[0])} to {number(found[-1])}"
        return NOT_AVAILABLE

    @property
    def favors(self) -> str:
        """Which arm did better, as far as chance allows to say: rescue, control, or neither.

        By the interval that is printed; of counts by Fisher's exact test, since one event is
        too few for an interval on the log scale.
        """
        ratio = self.ratio
        if ratio is None or ratio[1] is None or ratio[2] is None:
            return NEITHER
        if self.row["estimate"]:
            sure = ratio[1] > 1 or ratio[2] < 1
            above = self.row["favors_rescue"] == "above 1"
        else:
            sure = fisher(self) < ALPHA
            better = {row["outcome"]: row["better"] for row in data.rows("outcomes.csv")}
            above = better.get(self.row["outcome"]) == "more"
        if not sure:
            return NEITHER
        return RESCUE if (ratio[0] > 1) == above else CONTROL

    @property
    def against(self) -> str:
        """The counts, or the percentages, of both arms in words."""
        if self.row["events_treatment"]:
            return " against ".join(self.arm(a).replace("/", " of ") for a in ARMS)
        return " against ".join(f"{self.row[f'percent_{arm}']}\u00a0%" for arm in ARMS)

    @property
    def interval(self) -> str:
        """The printed ratio in words."""
        lower, upper = self.row["lower"], self.row["upper"]
        limits = f", 95\u00a0% CI {lower} to {upper}" if lower else ""
        return f"{self.measure} {self.row['estimate']}{limits}"


ARMS = ("treatment", "control")


@cache
def possible_counts(percent: str, n: int) -> tuple[int, ...]:
    """Every count of `n` patients that prints as this percentage.

    Examples
    --------
    >>> possible_counts("11", 176), possible_counts("10", 172)
    ((19, 20), (17, 18))
    """
    counts = range(n + 1)
    return tuple(events for events in counts if prints_as(Fraction(100 * events, n), percent))


def possible(row: dict[str, str], arm: str) -> tuple[int, ...]:
    """The count of an arm that is printed, or those that its percentage allows."""
    if row[f"events_{arm}"]:
        return (int(row[f"events_{arm}"]),)
    percent = row[f"percent_{arm}"]
    return possible_counts(percent, int(row[f"n_{arm}"])) if percent else ()


def fisher(found: Found) -> float:
    """P of Fisher's exact test, two-sided.

    Examples
    --------
    >>> round(fisher(finding("SICH")), 3)
    0.037
    """
    (result,) = found.results
    return fisher_p(*(int(count[0]) for count in result.table.arms))


def trial() -> dict[str, str]:
    """The randomized trial that has reported."""
    return next(row for row in data.rows(TRIALS) if row["status"] == "published")


def waiting() -> dict[str, str]:
    """The randomized trial that has not."""
    return next(row for row in data.rows(TRIALS) if row["status"] != "published")


def found() -> list[Found]:
    """Everything that it found, in the order of the file.

    Examples
    --------
    >>> [one.text for one in found()][:4]
    ['0.86 [0.59, 1.24]', 'not available', '1.04 to 1.17', '8.05 [1.00, 65.06]']
    """
    return [_read(row) for row in data.rows(RESULTS)]


def _read(row: dict[str, str]) -> Found:
    counted = all(row[f"events_{arm}"] for arm in ARMS) or row["kind"] == "percentages"
    pairs = product(*(possible(row, arm) for arm in ARMS)) if counted else ()
    n1, n2 = (int(row[f"n_{arm}"]) for arm in ARMS)
    return Found(row, tuple(pool([a], [n1], [c], [n2], study=[row["trial"]]) for a, c in pairs))


def finding(outcome: str, time: str = QUARTER) -> Found:
    """What it found for one outcome at one time.

    Examples
    --------
    >>> finding("SICH").arm("treatment"), finding("SICH").arm("control"), finding("SICH").favors
    ('8/175', '1/169', 'control')
    >>> finding("mRS, every grade").favors, finding("mRS, every grade", "1 year").favors
    ('neither', 'rescue')
    """
    rows = data.rows(RESULTS)
    return _read(next(row for row in rows if (row["outcome"], row["time"]) == (outcome, time)))


def beside(outcome: str) -> list[Found]:
    """What stands beside one pooled outcome of the paper, and is known."""
    return [one for one in found() if one.row["beside"] == outcome and one.known]


def summary(outcome: str) -> str:
    """What stands beside one pooled outcome, in one cell of a table.

    Examples
    --------
    >>> summary("SICH")
    '8.05 [1.00, 65.06] at 90 days'
    """
    return "; ".join(
        f"{one.text} at {one.row['time']}"
        + (f" ({one.measure})" if one.measure != "odds ratio" else "")
        for one in beside(outcome)
    )


# ---- in words


def how_read(bases: Container[str], where: str) -> str:
    """How numbers were read, in words: at second hand if one of them was."""
    return "read at second hand" if SECOND_HAND in bases else f"read {where}"


def whole_scale() -> str:
    """What became of disability at both times, in words."""
    scale, later = finding(WHOLE_SCALE), finding(WHOLE_SCALE, YEAR)
    return f"{SCALE[scale.favors]} at 90 days, and {SCALE[later.favors]} at one year"


def _deaths(found: Found) -> str:
    """Who died in each arm, with the ratio if one is printed."""
    ratio = f" ({found.interval})" if found.row["estimate"] else ""
    return f"{found.against} died{ratio}"


def words() -> dict[str, str]:
    """What the prose of every page says of the trial: what it found, its controls, how read."""
    design, scale, later = trial(), finding(WHOLE_SCALE), finding(WHOLE_SCALE, YEAR)
    bled, died, dead = finding("SICH"), finding("mortality"), finding("mortality", YEAR)
    basis = how_read({one.row["basis"] for one in found()}, "in the paper")
    lacking = " and ".join(f"the {o.row['outcome']} of each arm" for o in found() if not o.known)
    bleeding = BLEEDING[bled.favors]
    return {
        "trial-patients": design["patients"],
        "trial-found": (
            f"At 90 days it showed {SCALE[scale.favors]} ({scale.interval}) and {bleeding} "
            f"({bled.against}); {_deaths(died)}. "
            f"At one year it showed {SCALE[later.favors]} ({later.interval}); {_deaths(dead)}."
        ),
        "trial-short": (
            f"showed {SCALE[scale.favors]} and {bleeding} at 90 days, "
            f"and {SCALE[later.favors]} at one year"
        ),
        "trial-deaths": died.against,
        "trial-controls": f"in its controls {design['controls']}",
        "trial-basis": basis + ", not in the paper" * basis.endswith("hand"),
        "trial-missing": f"Missing: {lacking}" if lacking else "Nothing is missing",
    }


def account() -> dict[str, str]:
    """What the one account of the trial says: its design, and each result with its measure."""
    design, again = trial(), finding(RECURRENCE, YEAR)
    bled, died, dead = finding("SICH"), finding("mortality"), finding("mortality", YEAR)
    (result,) = bled.results
    includes_one = result.ci_lower <= 1 <= result.ci_upper
    return words() | {
        "trial-enrolled": design["enrolled"],
        "trial-rescue": design["rescue"],
        "trial-drugs": design["drugs"],
        "trial-how": design["note"],
        "trial-where": f"{design['centers']} hospitals in {design['country']}",
        "trial-screened": design["screened"],
        "trial-arms": f"{design['n_treatment']} to rescue, {design['n_control']} to control",
        "trial-sich": bled.against,
        "trial-sich-or": number(float(result.estimate)),
        "trial-sich-lower": half_up(float(result.ci_lower), 3),
        "trial-sich-lower-printed": number(float(result.ci_lower)),
        "trial-sich-upper": number(float(result.ci_upper)),
        "trial-sich-includes": "includes 1" if includes_one else "excludes 1",
        "trial-sich-p": p_text(fisher(bled), 3),
        "trial-deaths-or": died.text,
        "trial-deaths-counts": " against ".join(
            " or ".join(map(str, possible(died.row, arm))) for arm in ARMS
        ),
        "trial-dissection": finding("arterial dissection", PROCEDURE).against,
        "trial-scale": finding(WHOLE_SCALE).interval,
        "trial-scale-year": finding(WHOLE_SCALE, YEAR).interval,
        "trial-again": f"{again.against}; {again.interval}",
        "trial-deaths-year": f"{dead.against}; {dead.interval}",
        "trial-followed": f"{sum(int(dead.row[f'n_{a}']) for a in ARMS)} of {design['patients']}",
        "waiting-patients": waiting()["patients"],
        "waiting-enrolled": waiting()["enrolled"],
    }
