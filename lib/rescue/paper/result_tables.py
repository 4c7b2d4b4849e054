"""Tables of counts and of results: what the figures show, in numbers."""

from __future__ import annotations

from collections.abc import Mapping

from metabook import data, words
from metabook.frames import frame
from metabook.table import Cell, Table, table
from twobytwo import Result
from twobytwo.checks.absolute import per_thousand
from twobytwo.checks.refits import leave_one_out
from twobytwo.rounding import number, p_text, with_interval
from twobytwo.study_table import study_table


def bases() -> Table:
    """What each basis means, and how many of the pooled counts rest on it."""
    every = frame("counts.csv")
    arms = ["basis_treatment", "basis_control"]
    known = set(every[arms].stack())
    used = every.loc[every["outcome"].isin(data.outcomes()), arms].stack().value_counts()
    rows = [
        (basis.basis, basis.meaning, int(used.get(basis.basis, 0)))
        for basis in frame("basis.csv").itertuples()
        if basis.basis in known
    ]
    return table(
        ("Basis", "What it means", "Pooled counts"),
        rows,
        totals=[("All", "", int(used.sum()))],
        name="table-bases",
        caption="How sure a count is",
        align="llr",
    )


def studies(outcome: str, result: Result) -> Table:
    """What a forest plot shows, in numbers."""
    recovered = {study for study, basis in data.basis(outcome).items() if basis == data.RECOVERED}
    *rows, total = study_table(result).rows
    said = words.result_words(result)
    notes: list[str | Cell] = [
        f"τ² = {said['tau2']}; Q = {said['q']}, df = {said['q-df']} ({said['q-p']}); "
        f"I² = {said['i2']}. Overall effect: z = {said['z']} ({said['p']})."
    ]
    if recovered:
        notes.append(Cell("Count recovered by inversion from the pooled result.", mark="a"))
    return table(
        ("Study", "Stent", "Control", "Weight", "Odds ratio [95 % CI]"),
        [(Cell(name, mark="a" if name in recovered else ""), *row) for name, *row in rows],
        totals=[total],
        notes=notes,
        name=f"table-forest-{outcome.lower().replace(' ', '-')}",
        caption=f"{data.outcome(outcome)['label']}: the studies and the pooled result",
        align="lrrrr",
    )


def absolute(results: Mapping[str, Result]) -> Table:
    """Events in 1,000 patients, outcome by outcome."""
    rows = []
    for outcome, result in results.items():
        said = words.per_thousand_words(per_thousand(result))
        rows.append(
            (
                data.outcome(outcome)["label"],
                said["without"],
                f"{said['with']} ({said['with-ci']})",
                f"{said['difference']} ({said['difference-ci']})",
            )
        )
    return table(
        ("Outcome", "Without a stent", "With a stent (95 % CI)", "Difference (95 % CI)"),
        rows,
        name="table-per-thousand",
        caption="In 1,000 patients",
        notes=(
            "Without a stent: the crude risk of all controls of the four studies. With a stent: "
            "what the pooled odds ratio makes of it. Differences are between rounded numbers.",
        ),
        align="lrrr",
    )


def models(analyses: Mapping[str, Mapping[str, Result]]) -> Table:
    """The same outcomes pooled in several ways: model -> outcome -> result."""
    rows: list[str | tuple[str, ...]] = []
    for outcome in data.outcomes():
        rows.append(data.outcome(outcome)["label"])
        for model, results in analyses.items():
            result = results[outcome]
            rows.append(
                (
                    model,
                    with_interval(result.estimate, result.ci_lower, result.ci_upper),
                    p_text(result.p_value),
                    f"{number(result.i2, 0)} %",
                )
            )
    return table(
        ("Model", "Odds ratio [95 % CI]", "p", "I²"),
        rows,
        name="table-models",
        caption="Random effects and fixed effect",
        align="lrrr",
    )


def without_one(outcome: str) -> Table:
    """Leave one study out at a time."""
    counts_ = data.counts(outcome)
    full = data.pooled(outcome)
    rows = [
        (f"Without {study}", *_line(result))
        for study, result in zip(counts_.study, leave_one_out(counts_), strict=True)
    ]
    return table(
        ("Studies", "Odds ratio [95 % CI]", "p", "τ²", "I²"),
        rows,
        totals=[("All four", *_line(full))],
        name=f"table-without-one-{outcome.lower().replace(' ', '-')}",
        caption=f"{data.outcome(outcome)['label']}: one study left out",
        align="lrrrr",
    )


def _line(result: Result) -> tuple[str, str, str, str]:
    return (
        with_interval(result.estimate, result.ci_lower, result.ci_upper),
        p_text(result.p_value, 3),
        number(result.tau2),
        f"{number(result.i2, 0)} %",
    )
