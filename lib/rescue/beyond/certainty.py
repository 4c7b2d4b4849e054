"""How certain the evidence is, and what it found: a summary in the manner of GRADE."""

from __future__ import annotations

from metabook import data
from metabook.frames import frame
from metabook.table import Table, table
from metabook.words import per_thousand_words
from twobytwo.checks.absolute import per_thousand
from twobytwo.rounding import with_interval

from rescue.beyond import randomized

CERTAINTY = ("very low", "low", "moderate", "high")
UNRATED = "not rated"  # an outcome of which data/certainty.csv says nothing


def certainty(outcome: str) -> str:
    """How certain the evidence is: from high, one step down for each level.

    Examples
    --------
    >>> certainty("mRS 0-2")
    'very low'
    >>> certainty("fever")
    'not rated'
    """
    levels = frame("certainty.csv").query("outcome == @outcome")["levels"]
    if levels.empty:
        return UNRATED
    return CERTAINTY[max(0, len(CERTAINTY) - 1 - int(levels.sum()))]


def marked(rated: str) -> str:
    """A grade with its circles, as GRADE prints it."""
    if rated == UNRATED:
        return rated
    full = CERTAINTY.index(rated) + 1
    return f"{'⊕' * full}{'◯' * (len(CERTAINTY) - full)} {rated}"


def words() -> dict[str, str]:
    """The certainty of the outcomes, which is the same, and the circulation of the studies."""
    rated = dict.fromkeys(map(certainty, data.outcomes()))
    where = list(frame("studies.csv")["circulation"])
    return {
        "certainty": " or ".join(rated),
        "anterior": str(where.count("anterior")),
        "studies": str(len(where)),
        "pooled-patients": str(int(sum(cell.sum() for cell in data.pooled("mRS 0-2").table))),
    }


def summary_of_findings(name: str = "table-findings", with_trial: bool = True) -> Table:
    """One row for each outcome, as GRADE lays it out; the randomized trial beside it or not."""
    rows = []
    for outcome in data.outcomes():
        result = data.pooled(outcome)
        risks = per_thousand_words(per_thousand(result))
        row = (
            str(data.outcome(outcome)["label"]),
            with_interval(result.estimate, result.ci_lower, result.ci_upper),
            risks["without"],
            risks["with"],
            f"{risks['difference']} ({risks['difference-ci']})",
            marked(certainty(outcome)),
        )
        rows.append((*row, randomized.summary(outcome)) if with_trial else row)
    counts, trial, words = data.counts("mRS 0-2"), randomized.trial(), randomized.words()
    own = (
        f"{len(counts)} nonrandomized studies, {int((counts.n_treatment + counts.n_control).sum())}"
        " patients, at the average risk of the controls. Certainty: the book's own judgment."
    )
    beside = (
        f"The randomized trial {trial['trial']} ({trial['patients']} patients) outranks all "
        f"rows; {words['trial-controls']}. A common or generalized odds ratio "
        "is of every grade of the mRS, and above 1 favors rescue. A range: over all counts "
        f"that print the percentages. {words['trial-basis'].capitalize()}."
    )
    columns = (
        "Outcome", "Odds ratio [95 % CI]", "Without a stent", "With a stent",
        "Difference (95 % CI)", "Certainty", "Ratio",
    )  # fmt: skip
    groups = (("", 2), ("In 1,000 patients", 3), ("", 1), (trial["trial"], 1))
    return table(
        columns if with_trial else columns[:-1],
        rows,
        groups=groups if with_trial else groups[:-1],
        name=name,
        caption="Summary of findings, in the manner of GRADE",
        notes=(own, beside) if with_trial else (own,),
        align="lrrrlll" if with_trial else "lrrrll",
        cards=True,
    )
