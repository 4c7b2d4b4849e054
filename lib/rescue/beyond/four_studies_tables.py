"""The tables of the chapter on four studies; the folded ones show what its figures show."""

from __future__ import annotations

from metabook import data
from metabook.table import Table, table
from twobytwo.rounding import number, p_text, with_interval

from rescue.beyond import four_studies
from rescue.beyond.four_studies import DEATHS, PRIORS, control_risk, grid, nearer_end
from rescue.beyond.four_studies_figures import (
    INTERVALS,
    MEASURES,
    NAMES,
    cells,
    method_name,
    methods,
    prior_name,
    signed,
)

OUTCOMES = tuple(NAMES[outcome] for outcome in data.outcomes())
OR_CI = "Odds ratio [95 % CI]"


def every_analysis() -> Table:
    """The grid in numbers."""
    rows: list[str | tuple[str, ...]] = []
    for answers in zip(*(grid(outcome) for outcome in data.outcomes()), strict=True):
        one = answers[0].analysis
        exact = one.interval == "exact"
        rows.append(
            (
                one.measure,
                method_name(one.model, one.method, one.tau2),
                "exact" if exact else INTERVALS[one.interval],
                one.zero_cells,
                *(with_interval(a.estimate, a.ci_lower, a.ci_upper) for a in answers),
            )
        )
    return table(
        ("Measure", "Model", "Interval", "0.5 added to", *OUTCOMES),
        rows,
        name="table-grid",
        caption="Every analysis of the grid: estimate [95 % CI]",
        notes=(
            "OR: odds ratio. RR: risk ratio. RD: risk difference. trunc.: truncated HKSJ. "
            "0.5 added to: the studies with a zero cell (affected), all, or none.",
        ),
        align="llllrrr",
    )


def heat_map() -> Table:
    """The heat map in numbers."""
    risk, shown = control_risk(DEATHS), cells(DEATHS)

    def end(row: str, measure: str, interval: str) -> str | None:
        found = shown.get((row, measure, interval))
        return signed(nearer_end(found, risk)) if found else None

    rows = [
        (row, *(end(row, measure, interval) for measure in MEASURES for interval in INTERVALS))
        for row in (method_name(*method) for method in methods())
    ]
    return table(
        ("Model", *(3 * tuple(INTERVALS.values()))),
        rows,
        groups=(("", 1), *((name, 3) for name in MEASURES.values())),
        name="table-heat-map",
        caption="Deaths in 1,000 patients at the less favorable end of each interval",
        notes=(
            "Negative: fewer with a stent. Applied to the crude pooled risk of the controls. "
            "Intervals of a fixed effect are Wald's, that of the exact method is exact.",
        ),
        align="l" + 9 * "r",
    )


def choices() -> Table:
    """Deaths: what one choice does, all else as in the paper."""
    named = {
        "The paper's: odds ratio, DL, Wald": {},
        "Risk ratio": {"measure": "RR"},
        "τ² by REML": {"method": "IV", "tau2": "REML"},
        "τ² by ML": {"method": "IV", "tau2": "ML"},
        "τ² by PM": {"method": "IV", "tau2": "PM"},
        "τ² by SJ": {"method": "IV", "tau2": "SJ"},
        "HKSJ interval": {"interval": "hksj"},
        "Fixed effect, M-H": {"model": "fixed"},
        "Fixed effect, Peto": {"model": "fixed", "method": "Peto"},
    }
    results = {name: data.pooled(DEATHS, **options) for name, options in named.items()}
    rows = [
        (
            name,
            number(result.tau2) if result.options.random else None,
            with_interval(result.estimate, result.ci_lower, result.ci_upper),
            p_text(result.p_value, 3),
        )
        for name, result in results.items()
    ]
    return table(
        ("Choice", "τ²", "Ratio [95 % CI]", "p"),
        rows,
        name="table-choices",
        caption="Deaths: one choice at a time",
        align="ldrd",
    )


def predictions() -> Table:
    """The prediction intervals by two conventions."""
    rows = []
    for outcome in data.outcomes():
        result = data.pooled(outcome)
        ends = (four_studies.prediction(result, df) for df in (result.k - 2, result.k - 1))
        rows.append(
            (
                NAMES[outcome],
                with_interval(result.estimate, result.ci_lower, result.ci_upper),
                *(f"[{number(lower)}, {number(upper)}]" for lower, upper in ends),
            )
        )
    return table(
        ("Outcome", OR_CI, "t with k − 2", "t with k − 1"),
        rows,
        groups=(("", 1), ("Mean", 1), ("New study, degrees of freedom", 2)),
        name="table-predictions",
        caption="Prediction intervals by two conventions",
        align="lrrr",
    )


def likelihood() -> Table:
    """The exact likelihood beside the normal one."""
    rows = []
    for outcome in data.outcomes():
        found, normal = four_studies.exact(outcome), data.pooled(outcome, method="IV", tau2="ML")
        rows.append(
            (
                NAMES[outcome],
                with_interval(*found.common[:3]),
                with_interval(found.estimate, found.ci_lower, found.ci_upper),
                number(found.varying.tau2),
                with_interval(normal.estimate, normal.ci_lower, normal.ci_upper),
                number(normal.tau2),
            )
        )
    return table(
        ("Outcome", OR_CI, OR_CI, "τ²", OR_CI, "τ²"),
        rows,
        groups=(("", 1), ("Exact, common", 1), ("Exact, varying", 2), ("Normal, varying", 2)),
        name="table-likelihood",
        caption="Maximum likelihood: of the counts, and of the usual approximation",
        notes=("The interval of the common odds ratio is exact, the others are Wald's.",),
        align="lrrdrd",
    )


def beliefs() -> Table:
    """The posteriors in numbers."""
    rows: list[str | tuple[str, ...]] = []
    for outcome in data.outcomes():
        better = data.outcome(outcome)["better"]
        rows.append(f"{NAMES[outcome]}: better is {better}")
        for prior in PRIORS:
            found, post = four_studies.belief(outcome, prior), four_studies.bayes(outcome, prior)
            rows.append(
                (
                    prior_name(prior),
                    number(post.mean.average),
                    with_interval(found.median, found.lower, found.upper),
                    four_studies.percent(found.favors),
                    f"{number(found.new_lower)} to {number(found.new_upper)}",
                    four_studies.percent(found.new_favors),
                    f"{number(post.tau_median)} (below {number(post.tau_upper)})",
                )
            )
    return table(
        ("Prior", "Mean of ln OR", "Median OR [95 %]", "OR better", "95 %", "OR better", "τ"),
        rows,
        groups=(("", 1), ("Mean", 3), ("New study", 2), ("", 1)),
        name="table-beliefs",
        caption="Posteriors by prior",
        notes=(
            "OR: odds ratio. OR better: probability that it lies on the better side of 1, if the "
            "model holds and nothing is biased. τ: median (and what it is below with a "
            "probability of 95 %).",
        ),
        align="lrrrrrr",
    )
