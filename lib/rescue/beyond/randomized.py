"""The randomized trial: what it asked and what it found, as ``data/`` has it, and only from there.

Every page takes its words about the trial from here. Whoever has the paper at hand replaces a
row of ``randomized_results.csv``, and every page follows.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from typing import NamedTuple

from metabook import data
from twobytwo import Result, pool
from twobytwo.rounding import half_up, number, p_text, prints_as, with_interval

RESULTS, TRIALS = "randomized_results.csv", "trials.csv"
NOT_AVAILABLE, SECOND_HAND = "not available", "second hand"
WHOLE_SCALE = "mRS, every grade"
QUARTER, YEAR, PROCEDURE = "90 days", "1 year", "procedure"
RECURRENCE = "another stroke from the treated artery"
RESCUE, CONTROL, NEITHER = "rescue", "control", "neither"
ALPHA = 0.05


class Found(NamedTuple):
    """One outcome of the randomized trial at one time.

    Attributes
    ----------
    row : dict
        As ``randomized_results.csv`` has it.
    results : tuple of Result
        One for each pair of counts that the row allows: one where counts are printed, several
        where percentages are, none otherwise.
    """

    row: dict[str, str]
    results: tuple[Result, ...]

    @property
    def known(self) -> bool:
        """Whether anything was read of it."""
        return self.row["basis"] != NOT_AVAILABLE

    @property
    def stent(self) -> str:
        """Events of the rescue arm, such as "8/175"; a question mark where unknown."""
        return self._arm("treatment")

    @property
    def control(self) -> str:
        """Events of the controls."""
        return self._arm("control")

    def _arm(self, arm: str) -> str:
        events, n = self.row[f"events_{arm}"], self.row[f"n_{arm}"]
        if events:
            return f"{events}/{n}"
        if self.row[f"percent_{arm}"]:
            return f"{self.row[f'percent_{arm}']} % of {n}"
        return f"of {n}" if self.row["estimate"] else f"?/{n}"

    @property
    def ratio(self) -> tuple[float, float | None, float | None] | None:
        """The ratio with its limits: as printed, or the odds ratio of the counts."""
        if self.row["estimate"]:
            low, high = (float(self.row[x]) if self.row[x] else None for x in ("lower", "upper"))
            return float(self.row["estimate"]), low, high
        if len(self.results) == 1 and not self.empty:
            (of,) = self.results
            return float(of.estimate), float(of.ci_lower), float(of.ci_upper)
        return None

    @property
    def empty(self) -> bool:
        """Whether an arm has no event: then no odds ratio can be taken from the counts."""
        return any((cell == 0).any() for of in self.results for cell in of.table)

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
    def said(self) -> str:
        """The ratio with its interval, the range of the possible ones, or that there is none."""
        if self.row["estimate"]:
            limits = f" [{self.row['lower']}, {self.row['upper']}]" if self.row["lower"] else ""
            return self.row["estimate"] + limits
        if self.empty:
            return "no event in an arm"
        if len(self.results) == 1:
            (of,) = self.results
            return with_interval(of.estimate, of.ci_lower, of.ci_upper)
        if self.results:
            found = sorted(float(of.estimate) for of in self.results)
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
            better = (ratio[0] > 1) == (self.row["favors_rescue"] == "above 1")
        else:
            sure = fisher(self) < ALPHA
            more = _better().get(self.row["outcome"], "fewer") == "more"
            better = (ratio[0] > 1) == more
        if not sure:
            return NEITHER
        return RESCUE if better else CONTROL

    @property
    def id(self) -> str:
        """Where the trial is registered."""
        return trial()["registration"]


def _better() -> dict[str, str]:
    return {row["outcome"]: row["better"] for row in data.rows("outcomes.csv")}


def possible_counts(percent: str, n: int) -> list[int]:
    """Every count of `n` patients that prints as this percentage.

    Examples
    --------
    >>> possible_counts("11", 176), possible_counts("10", 172)
    ([19, 20], [17, 18])
    """
    return [events for events in range(n + 1) if prints_as(Fraction(100 * events, n), percent)]


def fisher(found: Found) -> float:
    """P of Fisher's exact test, two-sided.

    Examples
    --------
    >>> round(fisher(of("SICH")), 3)
    0.037
    """
    from scipy.stats import fisher_exact  # two seconds to import

    (result,) = found.results
    a, b, c, d = (int(cell[0]) for cell in result.table)
    return float(fisher_exact([[a, b], [c, d]]).pvalue)


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
    >>> [one.said for one in found()][:4]
    ['0.86 [0.59, 1.24]', 'not available', '1.04 to 1.17', '8.05 [1.00, 65.06]']
    """
    return [_read(row) for row in data.rows(RESULTS)]


def of(outcome: str, time: str = QUARTER) -> Found:
    """What it found for one outcome at one time.

    Examples
    --------
    >>> of("SICH").stent, of("SICH").control, of("SICH").favors
    ('8/175', '1/169', 'control')
    >>> of("mRS, every grade").favors, of("mRS, every grade", "1 year").favors
    ('neither', 'rescue')
    """
    return next(o for o in found() if (o.row["outcome"], o.row["time"]) == (outcome, time))


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
        f"{one.said} at {one.row['time']}"
        + (f" ({one.measure})" if one.measure != "odds ratio" else "")
        for one in beside(outcome)
    )


def missing() -> list[Found]:
    """What was in nothing that could be read."""
    return [one for one in found() if not one.known]


def _read(row: dict[str, str]) -> Found:
    n = [int(row["n_treatment"]), int(row["n_control"])]
    if row["events_treatment"] and row["events_control"]:
        pairs = [(int(row["events_treatment"]), int(row["events_control"]))]
    elif row["kind"] == "percentages":
        stent = possible_counts(row["percent_treatment"], n[0])
        control = possible_counts(row["percent_control"], n[1])
        pairs = list(product(stent, control))
    else:
        pairs = []
    results = tuple(pool([a], [n[0]], [c], [n[1]], study=[row["trial"]]) for a, c in pairs)
    return Found(row, results)


# ---- in words


def second_hand() -> bool:
    """Whether any result was read at second hand."""
    return any(one.row["basis"] == SECOND_HAND for one in found())


def _against(one: Found) -> str:
    """The counts or percentages of both arms."""
    if one.row["events_treatment"]:
        arms = ("treatment", "control")
        stent, control = (f"{one.row[f'events_{a}']} of {one.row[f'n_{a}']}" for a in arms)
        return f"{stent} against {control}"
    return f"{one.row['percent_treatment']}\u00a0% against {one.row['percent_control']}\u00a0%"


def _interval(one: Found) -> str:
    limits = f", 95\u00a0% CI {one.row['lower']} to {one.row['upper']}" if one.row["lower"] else ""
    return f"{one.measure} {one.row['estimate']}{limits}"


def _scale(one: Found) -> str:
    """What became of the whole scale, in words."""
    return {
        NEITHER: "no benefit shown over the whole mRS",
        RESCUE: "a better mRS after rescue",
        CONTROL: "a worse mRS after rescue",
    }[one.favors]


def whole_scale() -> str:
    """What became of disability at both times, in words."""
    scale, later = of(WHOLE_SCALE), of(WHOLE_SCALE, YEAR)
    return f"{_scale(scale)} at 90 days, {_scale(later)} at one year"


def _bleeding(one: Found) -> str:
    return {
        NEITHER: "no significant difference in symptomatic hemorrhage",
        RESCUE: "less symptomatic hemorrhage after rescue",
        CONTROL: "more symptomatic hemorrhage after rescue",
    }[one.favors]


def words() -> dict[str, str]:
    """What the prose of every page says of the trial.

    Notes
    -----
    ``trial-found`` is the sentence with the numbers, ``trial-short`` the same without them,
    ``trial-controls`` what its controls had, ``trial-basis`` how its numbers were read.
    """
    asked, scale, later = trial(), of(WHOLE_SCALE), of(WHOLE_SCALE, YEAR)
    bled, died = of("SICH"), of("mortality")
    lacking = " and ".join(f"the {one.row['outcome']} of each arm" for one in missing())
    short = f"{_scale(scale)} and {_bleeding(bled)} at 90 days, {_scale(later)} at one year"
    return {
        "trial-patients": asked["patients"],
        "trial-found": (
            f"At 90 days: {_scale(scale)} ({_interval(scale)}), {_bleeding(bled)} "
            f"({_against(bled)}), and deaths of {_against(died)}. "
            f"At one year: {_scale(later)} ({_interval(later)})."
        ),
        "trial-short": short,
        "trial-deaths": _against(died),
        "trial-controls": f"in its controls {asked['controls']}",
        "trial-basis": (
            "read at second hand, not in the paper" if second_hand() else "read in the paper"
        ),
        "trial-missing": f"Missing: {lacking}" if lacking else "Nothing is missing",
    }


def account() -> dict[str, str]:
    """What the one account of the trial says: its design, and each result with its measure."""
    asked, bled, died = trial(), of("SICH"), of("mortality")
    cut, again = of("arterial dissection", PROCEDURE), of(RECURRENCE, YEAR)
    dead = of("mortality", YEAR)
    (result,) = bled.results
    low, high = (_span(possible(died, arm)) for arm in ("treatment", "control"))
    return words() | {
        "trial-enrolled": asked["enrolled"],
        "trial-rescue": asked["rescue"],
        "trial-drugs": asked["drugs"],
        "trial-where": f"{asked['centers']} hospitals in {asked['country']}",
        "trial-screened": asked["screened"],
        "trial-arms": f"{asked['n_treatment']} to rescue, {asked['n_control']} to control",
        "trial-sich": _against(bled),
        "trial-sich-or": number(float(result.estimate)),
        "trial-sich-lower": half_up(float(result.ci_lower), 3),
        "trial-sich-lower-printed": number(float(result.ci_lower)),
        "trial-sich-upper": number(float(result.ci_upper)),
        "trial-sich-p": p_text(fisher(bled), 3),
        "trial-deaths-or": died.said,
        "trial-deaths-counts": f"{low} against {high}",
        "trial-dissection": _against(cut),
        "trial-scale": _interval(of(WHOLE_SCALE)),
        "trial-scale-year": _interval(of(WHOLE_SCALE, YEAR)),
        "trial-again": f"{_against(again)}; {_interval(again)}",
        "trial-deaths-year": f"{_against(dead)}; {_interval(dead)}",
        "trial-followed": (
            f"{int(dead.row['n_treatment']) + int(dead.row['n_control'])} of {asked['patients']}"
        ),
        "waiting-patients": waiting()["patients"],
        "waiting-enrolled": waiting()["enrolled"],
    }


def possible(one: Found, arm: str) -> list[int]:
    """The counts of an arm that its percentage allows, or the one that is printed."""
    if one.row[f"events_{arm}"]:
        return [int(one.row[f"events_{arm}"])]
    return possible_counts(one.row[f"percent_{arm}"], int(one.row[f"n_{arm}"]))


def _span(counts: list[int]) -> str:
    return " or ".join(map(str, counts))
