"""The tables of the chapter on the evidence since the paper."""

from __future__ import annotations

from metabook import data
from metabook.table import Cell, Table, table
from twobytwo import Result, pool
from twobytwo.results import EffectsResult
from twobytwo.rounding import number, p_text, with_interval

from rescue.beyond import randomized, since, since_reviews
from rescue.beyond.since import ANTERIOR, DEATHS, MRS3, POSTERIOR, SICH
from rescue.beyond.since_figures import CIRCULATIONS, NOTES
from rescue.paper.sources import linked

OR = "Odds ratio [95 % CI]"


def counts() -> Table:
    """Every later count; those of the randomized trial stand at the top."""
    rows: list[str | tuple[str | Cell, ...]] = ["Randomized"]
    rows += [
        (
            linked(one.row["trial"], one.id),
            one.row["outcome"],
            one.stent,
            one.control,
            one.said,
            one.row["basis"],
        )
        for one in randomized.found()
        if one.row["beside"] and one.row["kind"] != "ratio"
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
        notes=(
            "?: in nothing that could be read. Each row is of one study: nothing is pooled here. "
            "In the trial rescue was balloon or stent.",
        ),
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
    limits, marked = result.study_interval, since.marked(outcome)
    marks = sorted({mark for study, mark in marked.items() if study in result.study})
    rows = [
        (
            Cell(study, mark=marked.get(study, "")),
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
        notes=[Cell(NOTES[mark], mark=mark) for mark in marks],
        name=f"table-since-{outcome.lower().replace(' ', '-')}",
        caption=f"{since.label(outcome)}, posterior circulation: what the forest plot shows",
    )


def cumulative() -> Table:
    """The same in numbers."""
    rows: list[str | tuple[str, ...]] = []
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
        notes=("By year; a study whose year is not known comes last.",),
        align="lrr",
    )


def _p(result: Result | EffectsResult) -> str:
    return p_text(result.p_value, 3)


def with_and_without() -> Table:
    """The posterior results with the registry whose counts were recovered, and without it."""
    rows: list[str | tuple[str, ...]] = []
    for outcome in (DEATHS, "mRS 0-2"):
        rows.append(since.label(outcome))
        for what, dropped in (("with", ()), ("without", (since.ATTENTION,))):
            of = since.crude(outcome, POSTERIOR, dropped)
            careful = pool(*since.series(outcome, POSTERIOR, dropped).arms, interval="hksj")
            rows.append(
                (
                    what,
                    str(of.k),
                    since.said(of),
                    f"{number(of.i2, 0)} %" if of.k > 1 else "–",
                    since.interval(careful) if of.k > 2 else "–",
                )
            )
    return table(
        (since.ATTENTION, "Studies", OR, "I²", "HKSJ interval"),
        rows,
        name="table-since-attention",
        caption="Posterior circulation, with and without the recovered counts",
        notes=(
            "HKSJ: Hartung, Knapp, Sidik and Jonkman; with one or two studies it says nothing.",
        ),
        align="lrrrr",
    )


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
