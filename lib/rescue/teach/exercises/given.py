"""What the tasks take from the data."""

from __future__ import annotations

from typing import Any

from metabook import data
from metabook.exercise import GIVEN
from metabook.frames import row

from rescue.beyond import since

DEATHS, MRS, SICH = "mortality", "mRS 0-2", "SICH"
LARGEST = "Peng 2019"
CONTROLS_FIRST = ("Baracchini 2017", "Cornelissen 2018")  # the abstracts that name them first
HAPPENED = {DEATHS: "died", MRS: "were independent", SICH: "bled"}


def cells(outcome: str, study: str) -> tuple[int, int, int, int]:
    """The four cells a, b, c, d of one study's 2x2 table.

    Examples
    --------
    >>> cells("mortality", "Chang 2018")
    (6, 42, 19, 81)
    """
    counts = data.counts(outcome)
    e1, n1, e2, n2 = (int(arm[counts.study.index(study)]) for arm in counts.arms)
    return e1, n1 - e1, e2, n2 - e2


def log_odds_ratios(outcome: str) -> tuple[Any, Any]:
    """Log odds ratios and variances of the four studies, zero cells corrected by 0.5.

    Examples
    --------
    >>> effect, variance = log_odds_ratios("mortality")
    >>> effect.shape
    (4,)
    """
    result = data.pooled(outcome)
    return result.study_effect, result.study_variance


def in_words(outcome: str, study: str) -> str:
    """One study's counts in words.

    Examples
    --------
    >>> in_words("mortality", "Chang 2018")
    'In Chang 2018, 6 of 48 stented patients and 19 of 100 controls died'
    """
    a, b, c, d = cells(outcome, study)
    happened = HAPPENED[outcome]
    return f"In {study}, {a} of {a + b} stented patients and {c} of {c + d} controls {happened}"


def listed(outcome: str) -> str:
    """All studies' counts in words."""
    counts = data.counts(outcome)
    return "; ".join(
        f"{study.split()[0]} {e1}/{n1} and {e2}/{n2}"
        for study, e1, n1, e2, n2 in zip(counts.study, *counts.arms, strict=True)
    )


def printed_p(outcome: str, study: str) -> str:
    """The p-value that a study's abstract prints.

    Examples
    --------
    >>> printed_p("mRS 0-2", "Peng 2019")
    '0.033'
    """
    return str(row("p_values.csv", outcome=outcome, study=study)["printed"])


def balloon_angioplasty() -> tuple[int, int]:
    """Stented patients of Chang 2018 with balloon angioplasty: events and patients.

    Their percentage lies halfway between two printed decimals.

    Examples
    --------
    >>> balloon_angioplasty()
    (15, 48)
    """
    wanted = {"study": "Chang 2018", "intervention": "balloon angioplasty", "arm": "stent"}
    found = row("interventions.csv", **wanted)
    return int(found["events"]), int(found["n"])


def adjusted(study: str) -> tuple[float, float, float]:
    """A later study's adjusted odds ratio for mRS 0 to 3 with its limits, as printed.

    Examples
    --------
    >>> adjusted("Mohammaden 2023")
    (3.13, 1.08, 9.1)
    """
    found = row("adjusted.csv", study=study, outcome="mRS 0-3")
    return float(found["estimate"]), float(found["lower"]), float(found["upper"])


GIVEN |= {
    "in_words": in_words,
    "cells": cells,
    "independent": f"Independent (mRS 0-2), stented first: {listed(MRS)}.",
    "died": f"Died, stented first: {listed(DEATHS)}.",
    "deaths": data.pooled(DEATHS),
    "deaths_rr": data.pooled(DEATHS, measure="RR"),
    "deaths_about_iv": data.pooled(DEATHS, q_center="IV"),
    "mrs": data.pooled(MRS),
    "sich": data.pooled(SICH),
    "printed_p": printed_p,
    "balloon": balloon_angioplasty(),
    "advice": row("adjusted.csv", study="unidentified study"),
    "registry": row("printed_totals.csv", outcome=DEATHS),
    "adjusted": lambda study: since.printed(since.row("adjusted.csv", study, "mRS 0-3")),
}
