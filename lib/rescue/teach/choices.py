"""Every option of an analysis: what it is, its default, and who else has that default.

What is said of metafor 5.0-1 and meta 8.3-0 was read off their runs with default
settings on the paper's deaths. RevMan 5 is as Deeks and Higgins define it (2010).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from metabook.table import Table, table
from twobytwo.options import CHOICES, PROPORTION_CHOICES, Options, ProportionOptions


class Choice(NamedTuple):
    """One option.

    Attributes
    ----------
    option : str
        Its name in `twobytwo.Options` or `twobytwo.ProportionOptions`.
    meaning, reference : str
    same : str
        Programs with the same default.
    other : str
        Programs with another default, and which.
    """

    option: str
    meaning: str
    reference: str
    same: str
    other: str


OPTIONS = (
    Choice(
        "measure",
        "What is pooled: odds ratio, risk ratio or risk difference",
        "Woolf 1955; Greenland and Robins 1985",
        "the paper",
        "a choice of the reviewer in all programs",
    ),
    Choice(
        "model",
        "Random effects, or one fixed effect",
        "DerSimonian and Laird 1986",
        "metafor's rma()",
        "meta shows both",
    ),
    Choice(
        "method",
        "Mantel-Haenszel (MH), inverse variance (IV) or Peto; without correcting a cell: the exact "
        "conditional odds ratio (exact), or the likelihood of the counts (GLMM)",
        "Mantel and Haenszel 1959; Yusuf 1985",
        "RevMan 5; meta (for its fixed effect)",
        "metafor's rma(): IV",
    ),
    Choice(
        "tau2",
        "Estimator of the between-study variance",
        "Veroniki 2016",
        "RevMan 5 (it has no other)",
        "metafor, meta: REML; current RevMan offers it",
    ),
    Choice(
        "q_center",
        "The mean about which Q is taken; follows the method",
        "Deeks and Higgins 2010",
        "RevMan 5",
        "metafor's rma(), meta: IV",
    ),
    Choice(
        "interval",
        "Interval of the mean: Wald, or Hartung-Knapp-Sidik-Jonkman (HKSJ), plain or truncated",
        "Hartung and Knapp 2001; Sidik and Jonkman 2002",
        "RevMan 5, metafor, meta",
        "current RevMan offers HKSJ too",
    ),
    Choice(
        "zero_cells",
        "Which studies get the increment: those with a zero cell, all, or none",
        "Sweeting 2004",
        "RevMan 5, meta",
        "metafor corrects the study effects but not the M-H sum",
    ),
    Choice(
        "increment",
        "What is added to each of the four cells",
        "Deeks and Higgins 2010",
        "RevMan 5, metafor, meta",
        "none",
    ),
    Choice(
        "level",
        "Confidence level of every interval",
        "",
        "RevMan 5, metafor, meta",
        "none",
    ),
    Choice(
        "prediction_df", "Degrees of freedom of the prediction interval", "Higgins 2009", "", ""
    ),
)


PROPORTIONS = (
    Choice("model", "Random effects, or one common proportion", "Stijnen 2010", "", "meta: both"),
    Choice(
        "transform",
        "The scale of the pooling; the raw scale needs IV",
        "Stijnen 2010",
        "meta's metaprop()",
        "a choice of the analyst in metafor",
    ),
    Choice(
        "method",
        "Binomial-normal model (GLMM), or inverse variance (IV), which other choices may need",
        "Stijnen 2010",
        "meta's metaprop(); metafor's rma.glmm()",
        "metafor's rma(): IV",
    ),
    Choice(
        "tau2",
        "Estimator of the between-study variance: ML with GLMM; with IV any, by default DL",
        "Veroniki 2016",
        "meta's metaprop(); metafor's rma.glmm()",
        "with IV metafor, meta: REML",
    ),
    Choice(
        "interval",
        "Interval of the mean: Wald, or with IV that of HKSJ",
        "Hartung and Knapp 2001",
        "metafor, meta",
        "",
    ),
    Choice(
        "study_interval",
        "Interval of each study",
        "Wilson 1927; Clopper and Pearson 1934",
        "",
        "meta's metaprop(): Clopper-Pearson",
    ),
    Choice("level", "Confidence level of every interval", "", "metafor, meta", ""),
)


def options() -> Table:
    """One row for each option of `twobytwo.pool`."""
    caption = "The options of an analysis of 2x2 tables"
    return _table("table-options", caption, OPTIONS, Options(), CHOICES)


def proportions() -> Table:
    """One row for each option of `twobytwo.pool_proportions`."""
    caption, allowed = "The options of an analysis of proportions", PROPORTION_CHOICES
    return _table("table-proportions", caption, PROPORTIONS, ProportionOptions(), allowed)


def _table(
    name: str,
    caption: str,
    choices: Sequence[Choice],
    defaults: Options | ProportionOptions,
    allowed: Mapping[str, tuple[str, ...]],
) -> Table:
    rows = []
    for choice in choices:
        default = getattr(defaults, choice.option)
        rows.append(
            (
                choice.option,
                choice.meaning,
                ", ".join(allowed.get(choice.option, ("a number",))),
                "as the method" if default is None else str(default),
                choice.reference or None,
                choice.same or None,
                choice.other or None,
            )
        )
    return table(
        ("Option", "What it is", "Choices", "Default", "Reference", "Same default", "Elsewhere"),
        rows,
        name=name,
        caption=caption,
        align="lllllll",
    )
