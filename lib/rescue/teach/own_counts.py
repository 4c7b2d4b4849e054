"""What the chapter on a reader's own counts shows: the template, its mistakes, its report."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from metabook import data
from metabook.figure import Figure
from metabook.table import Table, table
from twobytwo import CountsError, read_counts
from twobytwo.plots.forest import forest as draw
from twobytwo.reporting import words as report_words
from twobytwo.reporting.cautions import warnings
from twobytwo.reporting.findings import Report, report
from twobytwo.rounding import number

TEMPLATE = "template.csv"
COLUMNS = ("study", "events_treatment", "n_treatment", "events_control", "n_control")
# What to change in the file's text, and what a reader would have done.
MISTAKES: dict[str, Callable[[str], str]] = {
    "a rate for a count": lambda text: text.replace(",4,40,", ",10%,40,"),
    "events and patients exchanged": lambda text: text.replace(",12,118,", ",118,12,"),
    "a count that was not found": lambda text: text.replace(",2,25,", ",,25,"),
    "a study twice": lambda text: text.replace("Example B", "Example A"),
    "a column misnamed": lambda text: text.replace("n_control", "total_control"),
}


@cache
def made() -> Report:
    """The report of the template."""
    return report(read_counts(data.path(TEMPLATE)), source=TEMPLATE)


def words() -> dict[str, str]:
    """The numbers that the prose uses."""
    today, revman5 = made().recommended, made().revman5
    without, with_, _, change = report_words.per_thousand(made().scenarios[0])
    return {
        "studies": str(len(made().counts)),
        "today": report_words.effect(today),
        "revman5": report_words.effect(revman5),
        "prediction": report_words.prediction(today),
        "i2": f"{number(today.i2, 0)} %",
        "i2-upper": f"{number(made().i2_limits.upper, 0)} %",
        "without": without,
        "with": with_,
        "change": change,
    }


def template() -> Table:
    """The file as a spreadsheet shows it."""
    return table(
        COLUMNS,
        [[row[column] for column in COLUMNS] for row in data.rows(TEMPLATE)],
        name="table-template",
        caption="The template: three invented studies",
        notes=("The file has a further column, source: where each row was read.",),
        align="lrrrr",
    )


def message(change: Callable[[str], str]) -> str:
    """What the program says to a changed template; empty if it takes it."""
    text = data.path(TEMPLATE).read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / TEMPLATE
        path.write_text(change(text), "utf-8")
        try:
            read_counts(path)
        except CountsError as error:
            return str(error)
    return ""


def mistakes() -> Table:
    """What the program says to common mistakes."""
    return table(
        ("Mistake", "What the program says"),
        [(name, message(change)) for name, change in MISTAKES.items()],
        name="table-mistakes",
        caption="Five mistakes and their messages",
        align="ll",
    )


def cautions() -> Table:
    """What the report warns of."""
    return table(
        ("Caution", "What it means"),
        [(caution.title, caution.text) for caution in warnings(made())],
        name="table-cautions",
        caption="From the report: before you believe it",
        align="ll",
    )


def forest() -> Figure:
    """The report's forest plot."""
    plot = draw(made().recommended, title="", prediction=True)
    return Figure(plot.figure, "own-forest", plot.alt)


def pooled() -> Table:
    """The two rules, side by side."""
    analyses = {"Recommended today": made().recommended, "RevMan 5's rule": made().revman5}
    return table(
        ("Analysis", "OR [95 % CI]", "Prediction interval"),
        [(name, report_words.effect(one), report_words.prediction(one))
         for name, one in analyses.items()],
        name="table-own-pooled",
        caption="From the report: the same counts by two rules",
        notes=("CI: confidence interval. OR: odds ratio.",),
    )  # fmt: skip


def absolute() -> Table:
    """Events in 1,000 patients."""
    return table(
        ("Risk without treatment", "Control", "Treatment", "95 % CI", "Difference"),
        [(one.label, *report_words.per_thousand(one)) for one in made().scenarios],
        name="table-own-absolute",
        caption="From the report: patients with the event, of 1,000",
        notes=("CI: confidence interval.",),
    )


def methods() -> str:
    """The paragraph for a methods section."""
    return report_words.methods(made())
