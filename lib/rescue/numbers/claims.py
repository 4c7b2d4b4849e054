"""A summary of clinical advice: which groups of patients can print its percentages."""

from __future__ import annotations

from collections import Counter

from metabook import data

from rescue.numbers.registry import fitting

OWN = "1"  # the reference number of the overview on the website's own pages
LARGEST = 150  # patients: the search for denominators ends here


def sizes(*printed: str) -> list[int]:
    """Groups of up to 150 patients in which all these percentages can be printed.

    Examples
    --------
    >>> sizes("96.5%", "4.7%")
    [85, 86]
    """
    possible = ({n for _, n in fitting(one, LARGEST)} for one in printed)
    return sorted(set.intersection(*possible))


def words() -> dict[str, str]:
    """The numbers that the chapter's prose mentions."""
    said = {row["id"]: row["printed"] for row in data.rows("published.csv")}
    table = data.rows("claims.csv")
    count = Counter(row["verdict"] for row in table)
    opened, bled = said["qa-efficacy-recanalization-highest"], said["qa-safety-sich-lowest"]
    n = sizes(opened, bled)[0]
    events = {text: next(k for k, m in fitting(text, n, n) if m == n) for text in (opened, bled)}
    stent, reoccluded = said["qa-efficacy-outcome-stent"], said["qa-efficacy-reocclusion-stent"]
    return {
        "claims-all": str(len(table)),
        **{f"claims-{verdict.replace(' ', '-')}": str(k) for verdict, k in count.items()},
        "claims-own": OWN,
        "claims-own-k": str(sum(row["reference"] == OWN for row in table)),
        "claims-or": said["qa-efficacy-outcome-or"],
        "claims-stent": _percent(stent),
        "claims-stent-n": str(sizes(stent, reoccluded, said["qa-safety-sich-highest"])[0]),
        "claims-opened": f"{events[opened]} of {n}",
        "claims-opened-percent": _percent(opened),
        "claims-bled": f"{events[bled]} of {n}",
        "claims-bled-percent": _percent(bled),
        "claims-retracted-n": str(n),
        "claims-largest": str(LARGEST),
        "claims-deaths-stent": _percent(said["qa-efficacy-mortality-stent"]),
        "claims-deaths-control": _percent(said["qa-efficacy-mortality-control"]),
        "claims-hours": said["qa-timing-hours"],
        "claims-minutes": f"{said['qa-timing-minutes']} ± {said['qa-timing-minutes-sd']}",
    }


def _percent(printed: str) -> str:
    return f"{printed.removesuffix('%')} %"
