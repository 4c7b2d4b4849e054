"""A report as one HTML file that needs nothing else: no script, no request, any browser."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from os import PathLike
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

import numpy as np

from twobytwo.checks.leading import PETO
from twobytwo.counts import Counts, as_counts
from twobytwo.options import MEASURES
from twobytwo.plots.funnel import funnel
from twobytwo.pool import Result
from twobytwo.reporting import findings, words
from twobytwo.reporting.cautions import Caution, bayesian, warnings
from twobytwo.reporting.findings import Report
from twobytwo.reporting.html import figure, paragraph, safe, section, table
from twobytwo.reporting.words import ANALYSES
from twobytwo.results import study_texts
from twobytwo.rounding import number, p_equals, percent, shares, signs
from twobytwo.sentence import listed

if TYPE_CHECKING:
    import pandas as pd

MOST = 200  # studies in a forest plot that can still be read
PAGE = Template((files("twobytwo.reporting") / "report.html").read_text(encoding="utf-8"))
STYLE = (files("twobytwo.reporting") / "report.css").read_text(encoding="utf-8")


@dataclass(frozen=True, eq=False)
class Page:
    """A report that shows itself."""

    report: Report  # every number in it
    html: str  # a whole document

    def __repr__(self) -> str:
        about = words.lead(self.report)
        return f"{words.title(self.report)}: {about}\nsave(path) writes the report as HTML."

    def _repr_html_(self) -> str:
        # A document of its own: its style must not reach the page around it.
        return (
            f'<iframe title="{safe(words.title(self.report))}" srcdoc="{escape(self.html)}" '
            'style="width: 100%; height: 40em; border: 1px solid"></iframe>'
        )

    def to_frame(self) -> pd.DataFrame:
        """The studies, pooled with random effects."""
        return self.report.recommended.to_frame()

    def save(self, path: str | PathLike[str]) -> None:
        """Write the HTML."""
        Path(path).write_text(self.html, "utf-8")


def report(source: Any, *, outcome: str | None = None, **choices: Any) -> Page:
    """Report everything about counts on one page.

    Parameters
    ----------
    source : str, Path, DataFrame or Counts
        As for `twobytwo.pool`.
    outcome : str, optional
        The event. Chooses the rows of a file or frame that holds several.
    **choices
        As for `twobytwo.reporting.findings.report`: measure, level, treatment, control, better,
        sort, digits, risk, subgroup, prediction_df.

    Returns
    -------
    Page

    Examples
    --------
    >>> from twobytwo import Counts
    >>> arms = np.array([[1, 6, 21], [23, 48, 66], [9, 19, 29], [23, 100, 66]])
    >>> made = report(Counts(("Baracchini", "Chang", "Peng"), *arms), outcome="death")
    >>> made.html.startswith("<!DOCTYPE html>")
    True
    """
    name = Path(source).name if isinstance(source, str | PathLike) else "counts"
    counts = as_counts(source, outcome)
    made = findings.report(counts, source=name, outcome=outcome, **choices)
    return Page(made, html(made))


def html(report: Report, progress: Callable[[str], None] = lambda step: None) -> str:
    """Write a report as a whole HTML document, also well-formed as XML.

    The same report gives the same bytes. `progress` is told of each step that may take long.

    Examples
    --------
    >>> from twobytwo import Counts
    >>> from twobytwo.reporting.findings import report
    >>> one = report(Counts(("A < B",), *np.array([[3], [20], [6], [20]])))
    >>> "A &lt; B" in html(one)
    True
    """
    patients = report.scenarios[0].patients if report.applicable else 1000
    parts = (
        section("answer", safe(words.lead(report)), *_summary(report)),
        section("cautions", "Before you believe it", _cautions(report)),
        section("counts", "The counts", *_counts(report)),
        section("forest", "Forest plot", *_forest(report, progress)),
        section("pooled", "Pooled result", *_results(report)),
        section("heterogeneity", "Heterogeneity", *_heterogeneity(report)),
        section("subgroups", "Subgroups", *_subgroups(report)) if report.subgroup else "",
        section("without", "Without each study", _without(report)),
        section("funnel", "Small-study effects", *_funnel(report, progress)),
        section("absolute", f"In {patients:,} patients", *_absolute(report)),
        section("paste", "To paste into your paper", *_paste(report)),
        section("how", "The same numbers again", *_how(report)),
    )
    body, works = words.numbered("\n".join(part for part in parts if part))
    items = "\n".join(f"<li>{safe(work)}</li>" for work in works)
    return PAGE.substitute(
        title=safe(words.title(report)), about=safe(words.about(report)), style=STYLE, body=body,
        references=section("references", "References", f"<ol>\n{items}\n</ol>" if works else ""),
    )  # fmt: skip


def _ci(result: Result) -> str:
    return f"{100 * result.level:g} % CI"


def _effect(result: Result) -> str:
    """The heading of a column of effects."""
    return f"{result.measure} [{_ci(result)}]"


def _summary(report: Report) -> Iterator[str]:
    sentences = [words.benefit(report), words.leads(report) if report.has_events else ""]
    if report.pooled and report.direction == 0 and report.recommended.k > 1:
        sentences.append(f"No direction is claimed, because {words.reason(report)}.")
    if any(sentences):
        yield paragraph(" ".join(filter(None, sentences)))
    if report.pooled:
        boxes = "\n".join(
            f"<div><dt>{safe(name)}</dt><dd><strong>{safe(value)}</strong> "
            f"<span>{safe(note)}</span></dd></div>"
            for name, value, note in _boxes(report)
        )
        yield f'<dl class="answer">\n{boxes}\n</dl>'


def _boxes(report: Report) -> Iterator[tuple[str, str, str]]:
    """Name, value and note of what a reader sees first; nothing of nonsense width."""
    k = int(report.recommended.k)
    name = f"{MEASURES[report.recommended.measure].capitalize()}, {_ci(report.recommended)}"
    effect, by = words.effect(report.lead, report.digits), words.IN_WORDS[report.method]
    if k == 1:
        yield f"{name} of the only study", effect, f"by {by}"
        return
    if report.very_wide:
        who = "Two studies" if k == 2 else f"{k} studies"
        # Of a claimed direction it is only the size that is open.
        what = "how large it is" if report.direction else "it"
        yield name, "no useful estimate", f"{who} leave {what} open: {effect} by {by}"
        return
    yield name, effect, f"by {by}"
    if report.scenarios and report.scenarios[0].holds[0]:
        one = report.scenarios[0]
        without, with_, _, change = words.per_thousand(one)
        short, _, limits = change.partition(" (")
        note = f"{limits.removesuffix(')')}: {with_} with the event instead of {without}"
        yield f"In {one.patients:,} patients", short, note
    if report.method == "IV":
        ahead = words.prediction(report.lead, report.digits)
        yield "A new study may show", ahead, "prediction interval"


def _cautions(report: Report) -> str:
    blind = Caution(
        "Counts are not studies",
        "This report cannot see how patients were assigned, who is missing, or which studies were "
        "never published. A pooled number is no sounder than what went into it.",
    )
    items = "\n".join(
        f"<li><strong>{safe(caution.title)}.</strong> {safe(caution.text)}</li>"
        for caution in (*warnings(report), blind)
    )
    return f'<ul class="cautions">\n{items}\n</ul>'


def _counts(report: Report) -> Iterator[str]:
    result, treatment, control = report.recommended, *report.arms
    (e1, n1), (e2, n2) = result.arms
    columns = (
        result.study, _of_patients(e1, n1), _of_patients(e2, n2),
        map(signs, study_texts(result, report.digits)), _weights(result), _weights(report.revman5),
    )  # fmt: skip
    total = (_of_patients([e.sum()], [n.sum()])[0] for e, n in result.arms)
    heads = (
        "Study", treatment.capitalize(), control.capitalize(), _effect(result),
        "Weight, random effects", "Weight, RevMan 5",
    )  # fmt: skip
    rows = [*zip(*columns, strict=True), ("Total", *total, "", "", "")]
    yield table("Patients with the event, and each effect", heads, rows)
    if report.zero_cells and result.measure != "RD":
        yield paragraph(
            "Where a cell is empty the study's effect has 0.5 added to each cell: this holds for "
            "inverse variance and for RevMan 5's rule."
        )
    yield paragraph(_checked(report.counts))


def _checked(counts: Counts) -> str:
    """What was read and checked, and only that."""
    reading = counts.reading
    if reading is None:
        return (
            "These counts came from another program, not from a file. Whether they are the right "
            "numbers, only the sources can tell."
        )
    text = " ".join(f"{line[0].upper()}{line[1:]}." for line in reading.lines
                    if not line.startswith("caution"))  # fmt: skip
    return (
        f"{text} Checked: every count is a whole number, no arm is empty, none has more events "
        "than patients, and no name of a study stands twice. That they are the right numbers, "
        "only the sources can tell: compare each row with them."
    )


def _of_patients(events: Any, n: Any) -> list[str]:
    return [
        f"{int(x):,}/{int(patients):,} ({percent(x, patients, _decimals(x / patients))} %)"
        for x, patients in zip(events, n, strict=True)
    ]


def _decimals(share: float) -> int:
    """Decimals that a percentage needs: two digits of what is rarer than 1 %."""
    rare = min(share, 1 - share)
    return 1 - math.floor(math.log10(100 * rare)) if 0 < rare < 0.01 else 0


def _weights(result: Result) -> list[str]:
    return ["left out" if weight == "-" else weight for weight in shares(result.weight)]


def _forest(report: Report, progress: Callable[[str], None]) -> Iterator[str]:
    k = len(report.counts)
    if k > MOST:
        yield paragraph(
            f"Not drawn: of {k} studies, more than {MOST}, no one could read the rows. The table "
            "above has them all."
        )
        return
    progress(f"drawing the forest plot of {k} studies")
    # The subgroups are of the random effects; an odds ratio of 0 or infinity has no place.
    own = report.method != "none" and math.isfinite(report.lead.effect) and not report.subgroup
    name = report.method if own else "IV"
    result = report.answers[name]
    treatment, control = report.arms
    plot = result.forest(
        treatment=treatment.capitalize(), control=control.capitalize(), outcome=report.outcome,
        better=report.better, title="", sort=report.sort, digits=report.digits,
        prediction=bool(np.isfinite(result.prediction_lower)),
    )  # fmt: skip
    area = "its patients" if name == "exact" else "the weight"
    caption = (
        f"Each square is a study, its area {area}, its line the interval. The diamond is the "
        f"pooled result by {words.IN_WORDS[name]}."
    )
    yield figure(plot.html("forest"), "Forest plot", caption)


def _results(report: Report) -> Iterator[str]:
    result = report.recommended
    rows = [
        (
            ANALYSES[name] + (": leads" if name == report.method else ""),
            words.effect(one, report.digits), words.chance(one.p_value),
            words.prediction(one, report.digits) if one.options.random else "none",
            words.assumes(report, name),
        )
        for name, one in report.shown.items()
        if report.method != "none"
    ]  # fmt: skip
    heads = ("Analysis", _effect(result), "p", "Prediction interval", "What it assumes")
    if rows and report.has_events:
        yield table("The same counts by several rules", heads, rows)
    else:
        yield paragraph("Nothing was pooled.")
    for text in (_left_out(report), bayesian(report)):
        if text:
            yield paragraph(text)
    yield paragraph(words.RULE)
    yield paragraph(words.BESIDE)
    if result.k > 2:
        df = "k − 2" if report.prediction_df == "k-2" else "k − 1"
        yield paragraph(words.PREDICTION.format(df=df))


def _left_out(report: Report) -> str:
    """Analyses that the table does not hold, and why."""
    if report.recommended.measure != "OR" or not report.has_events:
        return ""
    sentences = []
    broken = [why for why, holds in zip(PETO, report.peto, strict=True) if not holds]
    if broken:
        sentences.append(
            f"Peto's method is not shown, because {listed(broken)}: it is biased then "
            "[@bradburn]. Where arms are unequal or an effect large is this program's reading."
        )
    if "GLMM" not in report.answers:
        sentences.append(
            "The exact method and the likelihood of the counts are not computed of so many "
            "events: they would take long, and could tell nothing more."
        )
    return " ".join(sentences)


def _heterogeneity(report: Report) -> Iterator[str]:
    result, other = report.recommended, report.revman5
    if not result.q_df > 0:
        yield paragraph("It takes two studies with an effect to see whether studies differ.")
        return
    shares, variances = words.shares, words.variances
    rows = [
        ("Q (df, p)", _q(result), "", _q(other), "Do they differ more than by chance?"),
        ("I² from Q", shares(result.i2), shares(*report.i2_limits), shares(other.i2),
         "How much of the scatter is not chance?"),
        ("I² from τ²", shares(result.i2_tau2), "", "", "The same, as current RevMan has it"),
        ("τ²", variances(result.tau2), variances(result.tau2_lower, result.tau2_upper),
         variances(other.tau2), "How far apart are the true effects (variance)?"),
    ]  # fmt: skip
    interval = f"{100 * result.level:g} % interval"
    heads = ("Measure", "Random effects", interval, "RevMan 5's rule", "What it asks")
    yield table("How much the studies differ", heads, rows)
    sentences = [words.TWO_I2]
    if result.q_df == 1:
        sentences.append("With two studies the interval of I² is undefined.")
    if np.isnan(result.tau2_upper):
        sentences.append(
            "The Q-profile has no τ² that these effects fit: they lie closer together than chance "
            "alone lets expect, so that the interval is undefined."
        )
    if not report.spread_known:
        sentences.append(
            "With so few events all of these tell mostly of the 0.5 that was added to empty "
            "cells: do not read them."
        )
    yield paragraph(" ".join(sentences))


def _q(result: Result) -> str:
    if not result.q_df > 0:
        return words.UNDEFINED
    return f"{number(result.q)} ({int(result.q_df)}, {p_equals(result.q_p_value)})"


def _subgroups(report: Report) -> Iterator[str]:
    result = report.recommended
    rows = [
        (name, str(int(one.k)), words.effect(one, report.digits), words.variances(one.tau2),
         words.shares(one.i2), words.effect(other, report.digits))
        for (name, one), (_, other) in zip(
            result.subgroups, report.revman5.subgroups, strict=True
        )
    ]  # fmt: skip
    by = str(report.subgroup)
    heads = (by.capitalize(), "Studies", _effect(result), "τ²", "I² from Q", ANALYSES["revman5"])
    yield table(f"Random effects, by {by}, each with its own τ²", heads, rows)
    text = (
        "There is no test for subgroup differences: it takes two subgroups, each with an effect."
        if np.isnan(result.between.p_value)
        else f"Test for subgroup differences: {words.q_test(*result.between)}. It compares the "
        "means by their usual standard errors. A difference between subgroups is a difference "
        "between studies: it was not randomized, and may have other reasons."
    )
    if any(one.k == 2 for _, one in result.subgroups):
        text += (
            " Of two studies the interval by HKSJ, with t on one degree of freedom, says nothing; "
            "RevMan 5's takes their spread as known."
        )
    yield paragraph(text)


def _without(report: Report) -> str:
    if not report.without or not report.pooled:
        one = len(report.counts) == 1
        return paragraph("There is only one study." if one else "Nothing was pooled.")
    each = zip(report.counts.study, report.without, report.without_revman5, strict=True)
    rows = [(name, *(words.effect(one, report.digits) for one in both)) for name, *both in each]
    heads = ("Without", ANALYSES[report.method], ANALYSES["revman5"])
    return table("The pooled result when one study is left out", heads, rows)


def _funnel(report: Report, progress: Callable[[str], None]) -> Iterator[str]:
    result, test = report.recommended, report.asymmetry
    if test is None:
        yield paragraph(
            "Not assessed: it takes about 10 studies to tell asymmetry from chance [@sterne]; here "
            f"are {int(result.k)} with an effect. Whether small studies are missing cannot be told "
            "from these counts."
        )
        return
    progress("drawing the funnel plot")
    treatment, control = report.arms
    plot = funnel(result, treatment=treatment, control=control, outcome=report.outcome)
    caption = (
        "An empty lower corner may mean missing studies, or small studies that differ in other "
        "ways [@sterne]. Gray: where a study alone differs from no effect."
    )
    yield figure(plot.html("funnel"), "Funnel plot", caption)
    found = "nothing: all studies are of one size."
    if not np.isnan(test.p):
        found = f"{p_equals(test.p)} (t = {signs(number(test.t))}, df = {test.df:g})."
    if result.measure == "RD":
        found += " It tests odds ratios: for risk differences no test is established."
    yield paragraph(
        f"{test.test}'s test [@{test.test.lower()}] gives {found} A large p does not show that no "
        "study is missing: it finds little in few studies."
    )


def _absolute(report: Report) -> Iterator[str]:
    if not report.pooled:
        yield paragraph("Nothing was pooled.")
    elif not report.scenarios:
        yield paragraph(
            "Without an event in the control arms, or with nothing else, they show no risk that "
            "the effect could be applied to. --risk gives one."
        )
    elif not report.applicable:
        yield paragraph("Not told: so few studies leave no useful estimate to apply to patients.")
    else:
        treatment, control = report.arms
        heads = (f"Risk with {control}", control.capitalize(), treatment.capitalize(),
                 _ci(report.recommended), "Difference")  # fmt: skip
        rows = [(one.label, *words.per_thousand(one)) for one in report.scenarios]
        yield table(f"Patients with the event, of {report.scenarios[0].patients:,}", heads, rows)
        yield paragraph(
            f"The {MEASURES[report.recommended.measure]} by {words.IN_WORDS[report.method]}, "
            f"applied {words.AT_RISKS}"
        )


def _paste(report: Report) -> Iterator[str]:
    for heading, write in (("Methods", words.methods), ("Results", words.findings)):
        yield f"<h3>{heading}</h3>\n<blockquote>{safe(write(report))}</blockquote>"
    yield paragraph("One click selects a paragraph. Read it before you send it.")


def _how(report: Report) -> Iterator[str]:
    yield paragraph("These commands print the analyses above; --json prints every digit.")
    commands = "\n".join(safe(words.command(report, name)) for name in report.shown)
    yield f'<pre tabindex="0">{commands}</pre>'
