"""The tables of the chapter on the evidence since the paper."""

from __future__ import annotations

from metabook import data
from metabook.table import Cell, Table, table
from twobytwo import Result, pool
from twobytwo.results import EffectsResult
from twobytwo.rounding import number, p_text, with_interval

from rescue.beyond import randomized, since, since_reviews
from rescue.beyond.since import ANTERIOR, DEATHS, MRS3, POSTERIOR, SICH
from rescue.beyond.since_figures import CIRCULATIONS, INFERRED_NOTE
from rescue.paper.sources import linked

OR = "Odds ratio [95 % CI]"


def counts() -> Table:
    """Every later count; what was drawn by lot stands at the top."""
    rows: list[str | tuple[str | Cell, ...]] = ["Randomized"]
    for outcome in data.outcomes():
        rows += [
            (linked(t.study, t.id), outcome, t.stent, t.control, t.odds_ratio, "–")
            for t in randomized.trials(outcome)
        ]
    every = data.rows(since.COUNTS)
    for circulation in (POSTERIOR, ANTERIOR):
        rows.append(f"Not randomized, {CIRCULATIONS[circulation]}")
        rows += [_count(row) for row in every if row["circulation"] == circulation]
    return table(
        ("Study", "Outcome", "Stent", "Control", OR, "Count from"),
        rows,
        name="table-later-counts",
        caption="What can be counted since the paper; not adjusted for anything",
        notes=("?: not in what could be read. Each row is of one study: nothing is pooled here.",),
        align="llrrrl",
    )


def _count(row: dict[str, str]) -> tuple[str | Cell, ...]:
    a, n, c, m = (
        int(row[key]) for key in ("events_treatment", "n_treatment", "events_control", "n_control")
    )
    alone = since.said(pool([a], [n], [c], [m]))
    study = linked(row["study"], row["id"])
    return study, row["outcome"], f"{a}/{n}", f"{c}/{m}", alone, row["count_from"]


def forest(outcome: str) -> Table:
    """The same in numbers."""
    result = since.crude(outcome, POSTERIOR)
    a, b, c, d = (cell.astype(int) for cell in result.table)
    limits = result.study_interval
    rows = [
        (
            Cell(study, mark="a" if study in since.inferred() else ""),
            f"{a[i]}/{a[i] + b[i]}",
            f"{c[i]}/{c[i] + d[i]}",
            f"{number(result.weight[i], 1)} %",
            with_interval(result.study_estimate[i], limits.lower[i], limits.upper[i]),
        )
        for i, study in enumerate(result.study)
    ]
    total = (
        "Total", f"{a.sum()}/{(a + b).sum()}", f"{c.sum()}/{(c + d).sum()}", "100.0 %",
        since.said(result),
    )  # fmt: skip
    return table(
        ("Study", "Stent", "Control", "Weight", OR),
        rows,
        totals=[total],
        notes=[Cell(INFERRED_NOTE.removeprefix("a").strip(), mark="a")],
        name=f"table-since-{outcome.lower().replace(' ', '-')}",
        caption=f"{since.label(outcome)}, posterior circulation: what the forest plot shows",
    )


def cumulative() -> Table:
    """The same in numbers."""
    rows: list[str | tuple[str, ...]] = ["Randomized"]
    for outcome in data.outcomes():
        rows += [
            (f"{t.study}, {outcome}", t.odds_ratio, _p(t.result) if t.result else "")
            for t in randomized.trials(outcome)
        ]
    for outcome, circulation in since.SERIES:
        rows.append(f"{since.label(outcome)}, {CIRCULATIONS[circulation]}")
        rows += [
            (study, since.said(result), _p(result))
            for study, result in since.accumulated(outcome, circulation)
        ]
    return table(
        ("Studies so far", OR, "p"),
        rows,
        name="table-since-cumulative",
        caption="The pooled result after each study",
        notes=("By year; a study whose year is not known comes last. Trials are not pooled.",),
        align="lrr",
    )


def _p(result: Result | EffectsResult) -> str:
    return p_text(result.p_value, 3)


def overlap() -> Table:
    """The posterior result with each of the two studies alone."""
    return table(
        ("SAINT and PC-SEARCH", "mRS 0-3", "Death", "mRS 0-3, adjusted", "Death, adjusted"),
        [
            (
                "both" if not dropped else f"without {dropped[0]}",
                *(since.said(since.crude(o, POSTERIOR, dropped)) for o in (MRS3, DEATHS)),
                *(since.said(since.pooled_adjusted(o, dropped)) for o in (MRS3, DEATHS)),
            )
            for dropped in ((), since.SHARING[:1], since.SHARING[1:])
        ],
        name="table-since-overlap",
        caption="If two studies share patients: each alone with the others",
        notes=("Pooled odds ratio [95 % CI], posterior circulation.",),
        align="lrrrr",
    )


def possible() -> Table:
    """Catalonia with each number of controls that the percentages allow."""
    able = since.possible_results("mRS 0-2 or 3 as before")
    deaths = since.possible_results(DEATHS)
    five = since.possible_results(DEATHS, data.counts(DEATHS))
    rows = [
        (
            str(int(of.n_control[0])),
            *(f"{number(r.estimate, 3)} [{number(r.ci_lower)}, {number(r.ci_upper)}]" for r in of_),
        )
        for of, *of_ in zip(since.possible(DEATHS), able, deaths, five, strict=True)
    ]
    return table(
        ("Controls", "mRS 0-2, or 3 as before", "Death", "Death, after the paper's four"),
        rows,
        totals=[
            (
                "Range",
                *(since.span(r.estimate for r in results) for results in (able, deaths, five)),
            )
        ],
        name="table-since-possible",
        caption="Catalonia, with each possible number of controls: odds ratio [95 % CI]",
        align="lrrr",
    )


def adjusted() -> Table:
    """Crude and adjusted estimates side by side."""
    rows: list[str | tuple[str | None, ...]] = []
    for outcome in (MRS3, DEATHS, SICH):
        rows.append(f"{since.label(outcome)}, posterior circulation")
        as_printed = {row["study"]: since.printed(row) for row in since.adjusted(outcome)}
        rows += [
            (
                study,
                since.said(one) if one else None,
                as_printed.get(study, since.said(other) if other else None),
            )
            for study, (one, other) in since.beside(outcome).items()
        ]
        careful = since.pooled_adjusted(outcome, interval="hksj-truncated")
        if careful.k > 2:
            rows.append(("Pooled, HKSJ interval", None, since.said(careful)))
    return table(
        ("Study", "Crude", "Adjusted"),
        rows,
        name="table-since-adjusted",
        caption="Crude and adjusted odds ratios [95 % CI]",
        notes=(
            "The pooled ones are of the studies that have such an estimate, so not of the same. "
            "HKSJ: Hartung, Knapp, Sidik and Jonkman, never below the ordinary interval.",
        ),
        align="lrr",
    )


def not_pooled() -> Table:
    """Adjusted estimates that nothing is pooled with."""
    rows = [
        (
            linked(row["study"], row["id"]),
            row["circulation"],
            row["outcome"],
            row["measure"],
            since.printed(row),
            row["favors_stent"],
            "" if since.symmetric(row) else "not symmetric",
        )
        for row in data.rows(since.ADJUSTED)
        if (row["outcome"], row["circulation"])
        not in {(outcome, POSTERIOR) for outcome in (MRS3, DEATHS, SICH)}
    ]
    return table(
        ("Study", "Circulation", "Outcome", "Measure", "Printed", "Favors a stent", "Interval"),
        rows,
        name="table-since-not-pooled",
        caption="Adjusted estimates that stand alone",
        notes=("Not symmetric: the estimate is not the middle of its interval on the log scale.",),
        align="llllrll",
    )


def reports() -> Table:
    """Later studies that no count was read of."""
    return table(
        ("Study", "Design", "Circulation", "What is printed", "Why it is not pooled"),
        [
            (
                linked(row["study"], row["id"], "a" if row["speaks_against"] == "yes" else ""),
                row["design"],
                row["circulation"],
                row["printed"] or None,
                row["why_not_pooled"],
            )
            for row in data.rows("reports.csv")
        ],
        name="table-since-reports",
        caption="Comparative studies that could not be pooled",
        notes=[Cell("Speaks against a benefit, or for harm.", mark="a")],
        align="lllll",
    )


def reviews() -> Table:
    """The same in numbers, with what is wrong with them."""
    rows: list[str | tuple[str | Cell, ...]] = []
    for outcome, measure in since_reviews.SHOWN:
        rows.append(f"{since.label(outcome)}: {measure}")
        rows += [
            (linked(review.name, review.id), review.studies, review.said, review.note)
            for review in since_reviews.reviews(outcome, measure)
        ]
    rows.append("Each arm pooled on its own")
    rows += [
        (row["review"], row["studies"], f"{row['outcome']} {row['printed']}", "No comparison.")
        for row in since_reviews.proportions()
    ]
    return table(
        ("Review", "Studies", "Printed", "Note"),
        rows,
        name="table-since-reviews",
        caption="Later meta-analyses beside the four studies",
        notes=("OR: odds ratio. RR: risk ratio; the four studies recomputed as RR.",),
        align="lrrl",
    )
