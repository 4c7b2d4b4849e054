"""A summary of clinical advice, claim by claim, with what its numbers allow."""

from __future__ import annotations

from collections import Counter
from functools import cache

from metabook import data
from metabook.table import Cell, Table, table
from scipy.special import ndtr
from twobytwo.estimate.intervals import p_value
from twobytwo.rounding import half_up, number, p_equals

from rescue.numbers.recompute import recompute
from rescue.numbers.registry import fitting

# Each with the style of its badge and what it means.
VERDICTS = {
    "supported": ("matches", "The source could be read, at least in part, and says the same."),
    "not traceable": ("not-recomputable", "The source was not found, or does not say it."),
    "number doubtful": ("ambiguous", "The printed digits do not go together."),
    "leans on a retracted study": ("differs", "The figure seems to come from such a study."),
    "stretched": ("ambiguous", "The source, as read or as quoted, says less."),
    "contradicts itself": ("differs", "Another section of the summary says the opposite."),
}
OWN = "1"  # the reference number of the overview on the website's own pages
LIMIT = 6 * 60  # minutes
LARGEST = 150  # patients: the search for denominators ends here


def rows() -> list[dict[str, str]]:
    """The claims, in the order of the summary."""
    return data.rows("claims.csv")


def count() -> Counter[str]:
    """How many claims got which verdict."""
    return Counter(row["verdict"] for row in rows())


def totals() -> Table:
    """The verdicts, what they mean, and how often they were given."""
    return table(
        ("Verdict", "What it means", "Claims"),
        [
            (Cell(verdict, badge=badge), meaning, count()[verdict])
            for verdict, (badge, meaning) in VERDICTS.items()
        ],
        totals=[("All", "", count().total())],
        name="table-claims-verdicts",
        caption="The verdicts on the claims",
        align="llr",
    )


def claims(verdict: str) -> Table:
    """The claims that got one verdict."""
    return table(
        ("Claim", "What the summary says", "What its source says", "Why this verdict"),
        [
            (
                row["claim"],
                f"{row['says']} (Reference {row['reference']}.)",
                row["source_says"],
                row["why"],
            )
            for row in rows()
            if row["verdict"] == verdict
        ],
        name=f"table-claims-{verdict.replace(' ', '-')}",
        caption=f"Claims: {verdict}",
        align="llll",
    )


def sizes(*printed: str) -> list[int]:
    """Groups of up to 150 patients in which all these percentages can be printed.

    Examples
    --------
    >>> sizes("96.5%", "4.7%")
    [85, 86]
    """
    possible = ({n for _, n in fitting(one, LARGEST)} for one in printed)
    return sorted(set.intersection(*possible))


def p_of(events: int, n: int, events_control: int, n_control: int) -> float:
    """p-value of the chi-square test, uncorrected, of a 2x2 table."""
    a, b, c, d = events, n - events, events_control, n_control - events_control
    chi2 = (a * d - b * c) ** 2 * (n + n_control) / (n * n_control * (a + c) * (b + d))
    return float(p_value(chi2**0.5))


@cache
def _printed() -> dict[str, str]:
    found = {row["id"]: row["printed"] for row in data.rows("published.csv")}
    return {key: value for key, value in found.items() if key.startswith("qa-")}


def _percent(value: float) -> str:
    return f"{half_up(100 * value, 0)} %"


def words() -> dict[str, str]:
    """The numbers that the chapter's prose mentions."""
    said = _printed()
    efficacy = "qa-efficacy-outcome"
    mean, sd = float(said["qa-timing-minutes"]), float(said["qa-timing-minutes-sd"])
    opened, bled = said["qa-efficacy-recanalization-highest"], said["qa-safety-sich-lowest"]
    retracted = sizes(opened, bled)
    n = retracted[0]
    events = {text: next(k for k, m in fitting(text, n, n) if m == n) for text in (opened, bled)}
    middle = recompute(f"center({efficacy}-ci-lower, {efficacy}-ci-upper)").value
    stent, reoccluded = said[f"{efficacy}-stent"], said["qa-efficacy-reocclusion-stent"]
    of_stent = sizes(stent, reoccluded, said["qa-safety-sich-highest"])[0]
    return {
        "claims-all": str(count().total()),
        **{f"claims-{verdict.replace(' ', '-')}": str(count()[verdict]) for verdict in VERDICTS},
        "claims-own": OWN,
        "claims-own-k": str(sum(row["reference"] == OWN for row in rows())),
        "claims-or": said[f"{efficacy}-or"],
        "claims-ci": f"{said[f'{efficacy}-ci-lower']} to {said[f'{efficacy}-ci-upper']}",
        "claims-middle": number(middle),
        "claims-stent": stent.replace("%", " %"),
        "claims-control": said[f"{efficacy}-control"].replace("%", " %"),
        "claims-stent-n": str(of_stent),
        "claims-opened": f"{events[opened]} of {n}",
        "claims-opened-percent": opened.replace("%", " %"),
        "claims-bled": f"{events[bled]} of {n}",
        "claims-bled-percent": f"{bled} %",
        "claims-retracted-n": str(n),
        "claims-retracted-other": str(retracted[1]),
        "claims-largest": str(LARGEST),
        "claims-deaths-stent": said["qa-efficacy-mortality-stent"].replace("%", " %"),
        "claims-deaths-control": said["qa-efficacy-mortality-control"].replace("%", " %"),
        "claims-reocclusion-p": p_equals(p_of(4, 64, 21, 120)),
        "claims-hours": said["qa-timing-hours"],
        "claims-minutes": f"{said['qa-timing-minutes']} ± {said['qa-timing-minutes-sd']}",
        "claims-before": _percent(float(ndtr(-mean / sd))),
        "claims-late": _percent(float(ndtr((mean - LIMIT) / sd))),
    }
