"""A report as one HTML file that needs nothing else: no script, no request, any browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from html import escape
from importlib.resources import files
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from twobytwo.counts import as_counts
from twobytwo.plots.forest import forest
from twobytwo.plots.funnel import funnel
from twobytwo.plots.inline_svg import inline
from twobytwo.reporting import findings, words
from twobytwo.reporting.cautions import NAME, warnings
from twobytwo.reporting.findings import Report
from twobytwo.reporting.html import figure, paragraph, safe, section, table
from twobytwo.results import Result
from twobytwo.rounding import number, p_equals, percent
from twobytwo.sentence import overall
from twobytwo.study_table import study_table
from twobytwo.table import Column, Table, signs

if TYPE_CHECKING:
    import pandas as pd

MOST = 200  # studies in a forest plot that can still be read
STYLE = (files("twobytwo.reporting") / "report.css").read_text(encoding="utf-8")
ANALYSES = "Recommended today", "RevMan 5's rule"


@dataclass(frozen=True, eq=False)
class Page:
    """A report that shows itself.

    Attributes
    ----------
    report : Report
        Every number in it.
    html : str
        A whole document.
    """

    report: Report
    html: str

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
        """The studies and the pooled result recommended today."""
        return self.report.recommended.to_frame()

    def save(self, path: str | PathLike[str]) -> None:
        """Write the HTML."""
        Path(path).write_text(self.html, "utf-8")


def report(
    source: Any,
    *,
    outcome: str | None = None,
    measure: str | None = None,
    level: float | None = None,
) -> Page:
    """Report everything about counts on one page.

    Parameters
    ----------
    source : str, Path, DataFrame or Counts
        As for `twobytwo.pool`.
    outcome : str, optional
        The event. Chooses the rows of a file or frame that holds several.
    measure, level
        As for `twobytwo.pool`.

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
    made = findings.report(counts, source=name, outcome=outcome, measure=measure, level=level)
    return Page(made, html(made))


def html(report: Report, progress: Callable[[str], None] = lambda step: None) -> str:
    """Write a report as HTML.

    Parameters
    ----------
    report : Report
    progress : callable
        Told of each step that may take long.

    Returns
    -------
    str
        A whole document, also well-formed as XML; the same report gives the same bytes.

    Examples
    --------
    >>> from twobytwo import Counts
    >>> from twobytwo.reporting.findings import report
    >>> one = report(Counts(("A < B",), *np.array([[3], [20], [6], [20]])))
    >>> "A &lt; B" in html(one)
    True
    """
    parts = (
        _summary(report), _cautions(report), _counts(report), _forest(report, progress),
        _results(report), _heterogeneity(report), _without(report), _funnel(report, progress),
        _absolute(report), _paste(report), _how(report),
    )  # fmt: skip
    title = safe(words.title(report))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8" />\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1" />\n'
        '<meta name="color-scheme" content="light dark" />\n'
        f"<title>{title}: a meta-analysis</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        f'<header>\n<p class="kind">Meta-analysis of 2×2 tables</p>\n<h1>{title}</h1>\n'
        f"<p>{safe(words.about(report))}</p>\n</header>\n<main>\n"
        + "\n".join(parts)
        + "\n</main>\n<footer><p>Written by twobytwo from the counts alone. Not medical advice."
        "</p></footer>\n</body>\n</html>\n"
    )


def _interval(result: Result) -> str:
    return f"{100 * result.level:g} % CI"


def _summary(report: Report) -> str:
    result = report.recommended
    boxes = [(f"{NAME[result.measure].capitalize()}, {_interval(result)}", words.effect(result),
              f"RevMan 5's rule: {words.effect(report.revman5)}")]  # fmt: skip
    if report.scenarios:
        without, with_, _, change = words.per_thousand(report.scenarios[0])
        short, _, limits = change.partition(" (")
        note = f"{limits.removesuffix(')')}: {with_} with the event instead of {without}"
        boxes.append(("In 1,000 patients", short, note))
    if result.k > 2:
        boxes.append(("A new study may show", words.prediction(result), "prediction interval"))
    listed = "\n".join(
        f"<div><dt>{safe(name)}</dt><dd><strong>{safe(value)}</strong> "
        f"<span>{safe(note)}</span></dd></div>"
        for name, value, note in boxes
    )
    return section(
        "answer", safe(words.lead(report)),
        f'<dl class="answer">\n{listed}\n</dl>' if report.pooled else "",
    )  # fmt: skip


def _cautions(report: Report) -> str:
    listed = "\n".join(
        f"<li><strong>{safe(caution.title)}.</strong> {safe(caution.text)}</li>"
        for caution in warnings(report)
    )
    blind = (
        "<li><strong>Counts are not studies.</strong> This report cannot see how patients were "
        "assigned, who is missing, or which studies were never published. A pooled number is "
        "no sounder than what went into it.</li>"
    )
    return section(
        "cautions", "Before you believe it", f'<ul class="cautions">\n{listed}\n{blind}\n</ul>'
    )


def _counts(report: Report) -> str:
    shown, other = study_table(report.recommended), study_table(report.revman5)
    names, treatment, control, weight, effect = shown.columns
    columns = (
        names, _with_percent(treatment), _with_percent(control), effect,
        _weights(weight, "today"), _weights(other.columns[3], "RevMan 5"),
    )  # fmt: skip
    rows = [tuple(map(signs, row)) for row in Table(columns).rows]
    return section(
        "counts", "The counts",
        paragraph(
            "Checked: every count is a whole number, no arm is empty, none has more events than "
            "patients, and no study stands twice. That they are the right numbers, only the "
            "sources can tell: compare each row with them."
        ),
        table("Patients with the event, and each effect",
              [column.heading for column in columns], rows),
    )  # fmt: skip


def _weights(weights: Column, rule: str) -> Column:
    printed = ["left out" if weight == "-" else weight for weight in weights.printed]
    return replace(weights, heading=f"Weight, {rule}", printed=printed)


def _with_percent(arm: Column) -> Column:
    events, n = arm.values.values()
    shares = (percent(x, of, 0) for x, of in zip(events, n, strict=True))
    return replace(
        arm,
        printed=[f"{text} ({share} %)" for text, share in zip(arm.printed, shares, strict=True)],
    )


def _forest(report: Report, progress: Callable[[str], None]) -> str:
    result, k = report.recommended, len(report.counts)
    if k > MOST:
        return section("forest", "Forest plot", paragraph(
            f"Not drawn: of {k} studies, more than {MOST}, no one could read the rows. The table "
            "above has them all."))  # fmt: skip
    progress(f"drawing the forest plot of {k} studies")
    plot = forest(result, outcome=report.outcome, title="", prediction=bool(result.k > 2))
    caption = (
        "Each square is a study, its area the weight, its line the interval. The diamond is the "
        "pooled result as recommended today."
    )
    svg = inline(plot.figure, "forest", plot.alt)
    return section("forest", "Forest plot", figure(svg, "Forest plot", caption))


def _results(report: Report) -> str:
    analyses = report.recommended, report.revman5
    result = report.recommended
    rows = [
        (name, words.effect(one), words.signs(overall(one)), words.prediction(one))
        for name, one in zip(ANALYSES, analyses, strict=True)
    ]
    return section(
        "pooled", "Pooled result",
        table(
            "The same counts by two rules",
            ("Analysis", f"{result.measure} [{_interval(result)}]", "Test of no effect",
             "Prediction interval"),
            rows,
        ),
        paragraph(words.WHY),
        paragraph(
            "The confidence interval is about the mean of the effects. The prediction interval "
            "[8] is about the effect in one new study like these; it needs three."
        ),
    )  # fmt: skip


def _heterogeneity(report: Report) -> str:
    result, other = report.recommended, report.revman5
    if not result.q_df > 0:
        return section("heterogeneity", "Heterogeneity", paragraph(
            "It takes two studies with an effect to see whether studies differ."))  # fmt: skip
    interval = f"{100 * result.level:g} % interval"
    rows = [
        ("Q (df, p)", _q(result), "", _q(other), "Do they differ more than by chance?"),
        ("I²", f"{number(result.i2, 0)} %", f"{words.limits(*report.i2_limits, 0)} %"
         if np.isfinite(report.i2_limits.upper) else "–", f"{number(other.i2, 0)} %",
         "How much of the scatter is not chance?"),
        ("τ²", number(result.tau2), words.limits(*report.tau2_limits), number(other.tau2),
         "How far apart are the true effects (variance)?"),
    ]  # fmt: skip
    return section(
        "heterogeneity", "Heterogeneity",
        table("How much the studies differ",
               ("Measure", ANALYSES[0], interval, ANALYSES[1], "What it asks"), rows),
        paragraph(
            "The interval of I² is test-based [9], that of τ² by the Q-profile [10]. They belong "
            "to Q about the inverse-variance mean; RevMan 5 takes Q about the Mantel-Haenszel "
            "estimate."
        ),
    )  # fmt: skip


def _q(result: Result) -> str:
    if not result.q_df > 0:
        return "–"
    return f"{number(result.q)} ({int(result.q_df)}, {p_equals(result.q_p_value)})"


def _without(report: Report) -> str:
    if not report.without:
        return section("without", "Without each study", paragraph("There is only one study."))
    rows = [
        (name, words.effect(one), f"{number(one.i2, 0)} %" if one.q_df > 0 else "–",
         words.effect(other))
        for name, one, other in zip(
            report.counts.study, report.without, report.without_revman5, strict=True
        )
    ]  # fmt: skip
    return section(
        "without", "Without each study",
        table("The pooled result when one study is left out",
               ("Without", ANALYSES[0], "I²", ANALYSES[1]), rows),
    )  # fmt: skip


def _funnel(report: Report, progress: Callable[[str], None]) -> str:
    result = report.recommended
    if not report.funnel:
        return section("funnel", "Funnel plot", paragraph(
            f"Not drawn: it takes about 10 studies to tell asymmetry from chance [11]; here are "
            f"{int(result.k)} with an effect. Whether small studies are missing cannot be told "
            "from these counts."))  # fmt: skip
    progress("drawing the funnel plot")
    plot = funnel(result, outcome=report.outcome)
    caption = (
        "An empty lower corner may mean missing studies, or small studies that differ in other "
        "ways [11]. Gray: where a study alone differs from no effect."
    )
    svg = inline(plot.figure, "funnel", plot.alt)
    return section("funnel", "Funnel plot", figure(svg, "Funnel plot", caption))


def _absolute(report: Report) -> str:
    if not report.scenarios:
        return section("absolute", "In 1,000 patients", paragraph("Nothing was pooled."))
    rows = [(one.label, *words.per_thousand(one)) for one in report.scenarios]
    return section(
        "absolute", "In 1,000 patients",
        table("Patients with the event, of 1,000",
               ("Risk without treatment", "Control", "Treatment",
                _interval(report.recommended), "Difference"), rows),
        paragraph(
            f"The {NAME[report.recommended.measure]} recommended today, applied to each control "
            "risk as if that risk were known."
        ),
    )  # fmt: skip


def _paste(report: Report) -> str:
    return section(
        "paste", "To paste into your paper",
        "<h3>Methods</h3>",
        f"<blockquote>{safe(words.methods(report))}</blockquote>",
        "<h3>Results</h3>",
        f"<blockquote>{safe(words.findings(report))}</blockquote>",
        paragraph("One click selects a paragraph. Name the arms and the outcome in your words."),
    )  # fmt: skip


def _how(report: Report) -> str:
    commands = "\n".join(safe(words.command(report, today)) for today in (True, False))
    listed = "\n".join(f"<li>{safe(work)}</li>" for work in words.REFERENCES)
    return section(
        "how", "The same numbers again",
        paragraph("These commands print both analyses; --json prints every digit."),
        f'<pre tabindex="0">{commands}</pre>',
        "<h3>References</h3>",
        f"<ol>\n{listed}\n</ol>",
    )  # fmt: skip
