"""From a file of counts to the files of ``data/``: what was counted, and what it is called."""

from __future__ import annotations

import keyword
import math
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from twobytwo import Counts, CountsError, Result, pool, read_counts
from twobytwo.counts import outcomes_of
from twobytwo.io.header import Wanted
from twobytwo.rounding import prints_as

from metabook.finding import holds_for
from metabook.templates import capital

# Names that the pages' cells use themselves.
TAKEN = {
    "a", "analyses", "b", "c", "calls", "cells", "center", "corrected", "counts", "d", "df",
    "dictionary", "direction", "each", "events", "exp", "figures", "finding", "first", "frame",
    "grouped", "inspect", "ledger", "len", "lines", "log", "lower", "max", "mean", "models",
    "n", "odds-ratio", "outcomes", "parts", "path", "pd", "print", "q", "risks", "rows", "s1",
    "s2", "se", "show", "shown", "sqrt", "table", "tau2", "tt", "upper", "v", "w", "words", "y",
    "z",
}  # fmt: skip
COLUMNS = {
    "events_treatment": "events", "n_treatment": "patients",
    "events_control": "events", "n_control": "patients",
}  # fmt: skip
YEAR = re.compile(r"\b(?:19|20)\d\d$")
PRINTED = re.compile(r"<? ?[-−]?\d*\.?\d+ ?%?")
WHAT = (
    "estimate", "ci_lower", "ci_upper", "p_value", "i2", "tau2", "q", "q_p_value", "statistic",
)  # fmt: skip
CHECK = "To check: is {better} of it better for the patient, and does the verb fit?"


@dataclass(frozen=True)
class Outcome:
    """One outcome, and what its pages need to know of it.

    Attributes
    ----------
    name, slug, label : str
        As the file says it, as a part of names, and as it starts a line.
    better : {"fewer", "more"}
    counts : Counts
    result : Result
        By RevMan 5's rule.
    """

    name: str
    slug: str
    label: str
    better: str
    counts: Counts
    result: Result

    @property
    def subgroups(self) -> bool:
        """Whether the studies stand in more than one subgroup."""
        return len(set(self.counts.extra.get("subgroup", ())) - {""}) > 1

    @property
    def years(self) -> str:
        """How a cell takes the years of the studies, if all are known and not the same.

        They stand in a column, or end the studies' names; ``{}`` is what the result is called.
        """
        column = self.counts.extra.get("year", ("",))
        named = [found[0] if (found := YEAR.search(name)) else "" for name in self.counts.study]
        takes = {'"year"': column, "[name[-4:] for name in {}.study]": named}
        return next((how for how, all_ in takes.items() if all(all_) and len({*all_}) > 1), "")

    @property
    def risk(self) -> bool:
        """Whether the controls show a risk: with no event, or with nothing else, they show none."""
        return bool(0 < self.counts.events_control.sum() < self.counts.n_control.sum())

    @property
    def variable(self) -> str:
        """What the cells call its result."""
        return self.slug.replace("-", "_")

    @property
    def claims(self) -> str:
        """What the page says of it in plain words, by keys of `metabook.finding.CLAIMS`."""
        plain = ("fewer", "more", "excludes no effect", "includes no effect", "nothing to pool")
        return "; ".join(claim for claim in holds_for(self.result) if claim in plain)

    @property
    def plain(self) -> str:
        """The largest study without a zero cell, if there is one."""
        n = np.where(self._zero, 0, self.counts.n_treatment + self.counts.n_control)
        return self.counts.study[n.argmax()] if n.any() else ""

    @property
    def zero(self) -> str:
        """The first study with a zero cell that an odds ratio can be taken of, if there is one."""
        return next(compress(self.counts.study, self._zero & self.result.included), "")

    @property
    def _zero(self) -> NDArray[np.bool_]:
        e1, n1, e2, n2 = self.counts.arms
        none: NDArray[np.bool_] = (e1 == 0) | (e1 == n1) | (e2 == 0) | (e2 == n2)
        return none

    @property
    def k(self) -> int:
        """Studies that say something of the odds ratio."""
        return int(self.result.k)


def read(file: str, outcome: str, better: Mapping[str, str], **choices: Any) -> list[Outcome]:
    """Read the outcomes of a file.

    Parameters
    ----------
    file : str
        As `twobytwo.read_counts` takes it.
    outcome : str
        What it counts, where it has no column that says so. Where it has one, the outcomes to
        take, joined by semicolons; all of them where nothing is said.
    better : mapping of str to {"fewer", "more"}
        Which direction is good; fewer where nothing is said.
    **choices
        ``columns``, ``sheet``, ``treatment``, ``control``, as `twobytwo.read_counts` takes them.

    Raises
    ------
    CountsError
        If the file, or the name of an outcome, cannot be used, or if outcomes of a review
        compare different arms; in one line.
    """
    columns = choices.get("columns") or {}
    wanted = Wanted(True, columns, choices.get("treatment"), choices.get("control"))
    named = [name for name in outcomes_of(file, wanted, choices.get("sheet")) if name]
    asked = list(dict.fromkeys(filter(None, map(str.strip, outcome.split(";")))))
    names = asked or named if named else [outcome.strip() or "the event"]
    listed = "; ".join(names)
    if odd := sorted(set(better) - set(names)):
        raise CountsError(f"{odd[0]}: no such outcome to say better of; there are {listed}.")
    if odd := sorted(set(better.values()) - {"fewer", "more"}):
        raise CountsError(f"{odd[0]}: better is fewer or more, such as {names[0]}=more.")
    slugs: list[str] = []
    found = []
    for name in names:
        slugs.append(_slug(name, slugs))
        counts = read_counts(file, name if named else None, **choices)
        result = pool(*counts.arms, study=counts.study)
        label = capital(" ".join(name.split()))
        found.append(Outcome(name, slugs[-1], label, better.get(name, "fewer"), counts, result))
    compared = {one.name: frozenset(one.counts.extra.get("comparison", ())) for one in found}
    if len(set(compared.values())) > 1:
        pairs = "; ".join(f"{name}: {', '.join(sorted(what))}" for name, what in compared.items())
        raise CountsError(
            f"{file}: its outcomes do not compare the same arms ({pairs}); take those of one "
            f"comparison, for example OUTCOME='{names[0]}'."
        )
    return found


def _slug(name: str, others: Sequence[str]) -> str:
    """A name of plain letters, unlike the others; by number where it has no Latin letter."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))[:30].strip("-")
    if not slug[:1].isalpha():
        slug = f"outcome-{slug or len(others) + 1}"
    if keyword.iskeyword(slug) or slug in TAKEN:
        slug += "-events"
    return slug if slug not in others else f"{slug}-{len(others) + 1}"


def tables(
    outcomes: Sequence[Outcome], source: str, arm: str, printed: str = ""
) -> dict[str, pd.DataFrame]:
    """The files of ``data/`` as frames of text.

    Parameters
    ----------
    outcomes : sequence of Outcome
    source : str
        What the counts were read from.
    arm : str
        What the treatment is called.
    printed : str
        A CSV file of printed results with the columns ``outcome, what, printed``; or none.
    """
    counts = pd.concat([_rows(one, source) for one in outcomes], ignore_index=True).fillna("")
    counts = counts.loc[:, [c for c in counts if c not in ("year", "subgroup") or any(counts[c])]]
    claims = _claims(outcomes, arm)
    made = {"counts.csv": counts, "outcomes.csv": _outcomes(outcomes), "claims.csv": claims}
    if printed:
        made["published.csv"] = _published(printed, outcomes)
    return made


def _rows(one: Outcome, source: str) -> pd.DataFrame:
    arms = dict(zip(COLUMNS, one.counts.arms, strict=True))
    none = [""] * len(one.counts)
    beside = {name: list(one.counts.extra.get(name, none)) for name in ("year", "subgroup")}
    return pd.DataFrame(
        {"outcome": one.name, "study": one.counts.study, **arms, **beside,
         "basis": "verbatim count", "source": source}
    ).astype(str)  # fmt: skip


def _outcomes(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "outcome": one.name,
            "label": one.label,
            "short": one.label,
            "slug": one.slug,
            "verb": "have the event",
            "definition": "To write: what counts as the event, and when.",
            "better": one.better,
            "pooled": "yes",
            "note": CHECK.format(better=one.better),
        }
        for one in outcomes
    )


SAYS = {
    "fewer": "the pooled odds are lower with {arm}",
    "more": "the pooled odds are higher with {arm}",
    "excludes no effect": "the interval excludes “no effect”",
    "includes no effect": "the interval includes “no effect”",
    "nothing to pool": "the studies say nothing of an odds ratio",
}


def sentence(one: Outcome, arm: str) -> str:
    """What the Results say of an outcome in plain words; the tests compare it with the data."""
    claims = ", and ".join(SAYS[claim].format(arm=arm) for claim in one.claims.split("; ") if claim)
    return f"{one.label}: by this analysis {claims}." if claims else ""


def _claims(outcomes: Sequence[Outcome], arm: str) -> pd.DataFrame:
    rows = [
        {
            "page": "chapters/results",
            "outcome": one.name,
            "sentence": sentence(one, arm),
            "claim": one.claims,
        }
        for one in outcomes
        if one.claims
    ]
    return pd.DataFrame(rows, columns=["page", "outcome", "sentence", "claim"])


def _published(file: str, outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Printed results as rows of the ledger, each with the verdict that follows from its digits."""
    results = {one.name: one.result for one in outcomes}
    try:
        given = pd.read_csv(file, dtype=str, keep_default_na=False)
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise CountsError(f"{file}: cannot be read ({error}); write a CSV file in UTF-8.") from None
    if missing := [name for name in ("outcome", "what", "printed") if name not in given]:
        raise CountsError(f"{file}: the column {missing[0]} is missing; it has {', '.join(given)}.")
    rows: list[dict[str, Any]] = []
    for i, row in enumerate(given.to_dict("records"), 2):
        if row["outcome"] not in results:
            raise CountsError(
                f"{file}, row {i}, column outcome: {row['outcome']!r} is not counted; "
                f"choose one of {'; '.join(results)}."
            )
        if ", " in row["outcome"]:
            raise CountsError(
                f"{file}, row {i}, column outcome: {row['outcome']!r} has a comma, which the "
                "ledger cannot take; give the outcome another name in the counts."
            )
        if row["what"] not in WHAT:
            raise CountsError(
                f"{file}, row {i}, column what: {row['what']!r} is no number of a pooled result; "
                f"choose one of {', '.join(WHAT)}."
            )
        if not PRINTED.fullmatch(row["printed"].strip()):
            raise CountsError(
                f"{file}, row {i}, column printed: {row['printed']!r} cannot be compared; "
                "write the digits as printed, such as 0.39 or <0.001, or leave the row out."
            )
        value = float(getattr(results[row["outcome"]], row["what"]) or 0.0)
        same = math.isfinite(value) and prints_as(value, row["printed"].strip(" %"))
        rows.append(
            {
                "id": f"printed-{i - 1}",
                "source": row.get("source") or "The printed review",
                "place": row.get("place") or "Results",
                "statement": f"{row['outcome']}: {row['what'].replace('_', ' ')}",
                "printed": row["printed"],
                "kind": row["what"],
                "computed_by": f"pooled({row['outcome']}, {row['what']})",
                "verdict": "matches" if same else "differs",
                "explanation": "" if same else "To write: why, as far as it can be told.",
            }
        )
    if not rows:
        raise CountsError(f"{file}: holds no printed number; write one row for each.")
    return pd.DataFrame(rows)
