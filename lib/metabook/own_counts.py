"""A table for a reader's own counts, pooled in the page as it is typed."""

from __future__ import annotations

from collections.abc import Mapping

from twobytwo import Counts
from twobytwo.checks.leading import BECAUSE, FEW, NO_EXACT, REASONS
from twobytwo.counts import AMONG, SAME_EVENTS, SAME_PATIENTS
from twobytwo.io import cells, names, words
from twobytwo.io.rows import LIKE_TOTAL, TOTAL
from twobytwo.options import MEASURES
from twobytwo.reporting.caution_words import WORDS

from metabook.parts import part

# What may stand beside the leading analysis.
RULES = {
    "revman5": "RevMan 5’s rule",
    "IV": "REML, truncated HKSJ",
    "pm": "Paule-Mandel, HKSJ",
    "MH": "Mantel-Haenszel, nothing added to zero cells",
    "exact": "exact conditional odds ratio",
    "peto": "Peto",
}
BETTER = {"fewer": "fewer events", "more": "more events"}


def language() -> dict[str, object]:
    """What the page knows of the library: its names of columns, its sentences, its limits.

    Examples
    --------
    >>> language()["names"]["kind"]["without"][:8], language()["sentences"]["BLANK"]
    ('neg,nneg', 'blank; write the count, or remove the study if it is not known')
    """
    # Of a convention, the first two columns are those of the treatment, events first.
    conventions = {",".join(one): list(one.values())[1][1] for one in names.CONVENTIONS}
    lists = {
        "filler": sorted(names.FILLER), "measure": sorted(names.MEASURE), "study": names.STUDY,
        "year": sorted(names.YEAR), "outcome": sorted(names.OUTCOME),
        "armColumn": sorted(names.ARM_COLUMN), "besideArm": sorted(names.BESIDE_ARM),
    }  # fmt: skip
    vocabulary = {
        "kind": _by_meaning(names.KIND), "arm": _by_meaning(names.ARM),
        "lists": {name: ",".join(words) for name, words in lists.items()},
        "conventions": conventions,
        "total": TOTAL.pattern, "likeTotal": LIKE_TOTAL.pattern,
        "date": cells.DATE.pattern, "unknown": cells.UNKNOWN.pattern, "largest": cells.LARGEST,
        "fewEvents": FEW, "few": AMONG, "events": SAME_EVENTS, "patients": SAME_PATIENTS,
    }  # fmt: skip
    sentences = {name: text for name, text in vars(words).items() if name.isupper()}
    return {
        "names": vocabulary, "sentences": sentences, "reasons": REASONS, "noExact": NO_EXACT,
        "because": BECAUSE, "cautions": WORDS,
    }  # fmt: skip


def _by_meaning(meanings: Mapping[str, str]) -> dict[str, str]:
    """The words of each meaning: shorter than a meaning for each word."""
    words: dict[str, list[str]] = {}
    for word, meaning in meanings.items():
        words.setdefault(meaning, []).append(word)
    return {meaning: ",".join(those) for meaning, those in words.items()}


class OwnCounts:
    """An editor of counts for a page; a script fills it, shows it and pools.

    Parameters
    ----------
    counts : Counts
        What it starts with.
    treatment, control, outcome : str
        Names of the arms and of the event.
    better : {"fewer", "more"}
        Which direction is good.

    Examples
    --------
    >>> import numpy as np
    >>> OwnCounts(Counts(("A",), *np.array([[3], [20], [6], [20]])), "drug", "placebo", "death")
    Own counts, starting with 1 study: drug against placebo
    """

    def __init__(
        self, counts: Counts, treatment: str, control: str, outcome: str, better: str = "fewer"
    ) -> None:
        rows = [
            [study, *(str(int(n)) for n in arms)]
            for study, *arms in zip(counts.study, *counts.arms, strict=True)
        ]
        self.start = {
            "treatment": treatment, "control": control, "outcome": outcome, "better": better,
            "rows": rows,
        }  # fmt: skip

    def __repr__(self) -> str:
        k = len(self.start["rows"])
        studies = f"{k} stud{'y' if k == 1 else 'ies'}"
        arms = f"{self.start['treatment']} against {self.start['control']}"
        return f"Own counts, starting with {studies}: {arms}"

    def _repr_html_(self) -> str:
        content = {"start": self.start, **language()}
        return part("own-counts", content=content, rules=RULES, measures=MEASURES, better=BETTER)
