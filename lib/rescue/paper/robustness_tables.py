"""The tables of the chapter on robustness; the first ones show what its figures show."""

from __future__ import annotations

import math

import numpy as np
from metabook import data
from metabook.table import Table, table
from metabook.words import more_or_fewer, per_thousand_words
from twobytwo.checks.absolute import fragility as fragility_index
from twobytwo.checks.absolute import per_thousand
from twobytwo.checks.refits import subsets as every_subset
from twobytwo.estimate.intervals import p_value
from twobytwo.plots.baujat import contributions, influences
from twobytwo.rounding import half_up, number, p_text, percent, with_interval

from rescue.paper import robustness
from rescue.paper.robustness import ALPHA

BASELINE_RISKS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
SE = "SE: standard error."


def _label(outcome: str) -> str:
    return str(data.outcome(outcome)["label"])


def funnel(outcome: str) -> Table:
    """The same in numbers."""
    result = data.pooled(outcome)
    se = np.sqrt(result.study_variance)
    p = p_value(result.study_effect / se)
    rows = [
        (name, number(estimate), number(effect), number(se_), p_text(float(p_)))
        for name, estimate, effect, se_, p_ in zip(
            result.study, result.study_estimate, result.study_effect, se, p, strict=True
        )
    ]
    total = ("Pooled", number(result.estimate), number(result.effect), number(result.se))
    return table(
        ("Study", "Odds ratio", "Its logarithm", "SE of the logarithm", "p"),
        rows,
        totals=[(*total, p_text(result.p_value))],
        name="table-funnel",
        caption=f"{_label(outcome)}: the points of the funnel plot",
        notes=(SE,),
    )


def asymmetry() -> Table:
    """Three tests, three outcomes."""
    rows: list[str | tuple[str, ...]] = []
    for outcome in data.outcomes():
        rows.append(_label(outcome))
        rows += [
            (name, number(t.bias), number(t.se), number(t.t), f"{t.df:g}", p_text(t.p))
            for name, t in robustness.asymmetry(outcome).items()
        ]
    warning = robustness.asymmetry(data.outcomes()[0])["Egger"].warning
    return table(
        ("Test", "Slope", "SE", "t", "df", "p"),
        rows,
        name="table-asymmetry",
        caption="Three tests that four studies cannot bear",
        notes=(
            warning,
            f"{SE} df: degrees of freedom. Slope: change of the log odds ratio for each unit of "
            "standard error (Egger, Harbord) or of 1/patients (Peters).",
        ),
    )


def labbe(outcome: str) -> Table:
    """The same in numbers."""
    of = data.counts(outcome)
    rows = [
        (name, f"{e1}/{n1}", percent(e1, n1), f"{e2}/{n2}", percent(e2, n2), str(n1 + n2))
        for name, e1, n1, e2, n2 in zip(of.study, *of.arms, strict=True)
    ]
    return table(
        ("Study", "n/N", "%", "n/N", "%", "Patients"),
        rows,
        groups=(("", 1), ("Stent", 2), ("Control", 2), ("", 1)),
        name="table-labbe",
        caption=f"{_label(outcome)}: the risks",
    )


def baujat(outcome: str) -> Table:
    """The same in numbers."""
    result = data.pooled(outcome)
    parts, moved = contributions(result), influences(result)
    rows = [
        (name, number(part), f"{half_up(100 * part / result.q, 0)} %", number(move))
        for name, part, move in zip(result.study, parts, moved, strict=True)
    ]
    return table(
        ("Study", "Part of Q", "In percent", "Influence"),
        rows,
        totals=[("Q", number(result.q), "100 %", None)],
        name="table-baujat",
        caption=f"{_label(outcome)}: what each study adds to Q, and how far it moves the result",
        notes=(
            "Influence: the squared change of the pooled log odds ratio when the study is left "
            "out, over the squared standard error of the result without it.",
        ),
    )


def cumulative() -> Table:
    """The same in numbers."""
    rows: list[str | tuple[str, ...]] = []
    for outcome in data.outcomes():
        rows.append(_label(outcome))
        rows += [
            (
                study,
                with_interval(result.estimate, result.ci_lower, result.ci_upper),
                p_text(result.p_value, 3),
            )
            for study, result in robustness.accumulated(outcome)
        ]
    return table(
        ("Studies so far", "Odds ratio [95 % CI]", "p"),
        rows,
        name="table-cumulative",
        caption="The pooled result after each study",
        notes=("By year; the two studies of one year in the paper's order.",),
        align="lrr",
    )


def subsets() -> Table:
    """The same in numbers."""
    of = {outcome: every_subset(data.counts(outcome)) for outcome in data.outcomes()}
    rows = [
        (
            ", ".join(study.split()[0] for study in results[0].study),
            *(with_interval(r.estimate, r.ci_lower, r.ci_upper) for r in results),
        )
        for results in zip(*of.values(), strict=True)
    ]
    return table(
        ("Studies", "mRS 0-2", "Mortality", "SICH"),
        rows,
        name="table-subsets",
        caption="Every set of studies: odds ratio [95 % CI]",
        align="lrrr",
    )


def e_values() -> Table:
    """How strong unmeasured confounding would have to be."""
    rows = []
    for outcome in data.outcomes():
        result, needed = robustness.e_values(outcome)
        rows.append(
            (
                _label(outcome),
                with_interval(result.estimate, result.ci_lower, result.ci_upper),
                number(needed.point),
                number(needed.limit),
            )
        )
    return table(
        ("Outcome", "Risk ratio [95 % CI]", "Estimate", "Limit nearer 1"),
        rows,
        groups=(("", 2), ("E-value", 2)),
        name="table-e-values",
        caption="What confounding would explain the associations away",
        notes=("An E-value of 1.00: the interval includes no effect as it is.",),
    )


def imbalances() -> Table:
    """What Table 1 shows to be unequal, and what it does not show."""

    def line(one: robustness.Imbalance) -> tuple[str, ...]:
        return (
            one.study, one.characteristic, one.stent, one.control, half_up(one.ratio, 2), one.more,
        )  # fmt: skip

    return table(
        ("Study", "Characteristic", "Stent", "Control", "Ratio", "More in"),
        [line(one) for one in robustness.imbalances()],
        totals=[line(robustness.closed_arteries())],
        name="table-imbalances",
        caption="Imbalances, the largest first",
        notes=(
            "Ratio: the larger share (or mean) over the smaller. The last row is no "
            "characteristic of the patients before treatment, and not in Table 1: it is how the "
            "controls were chosen.",
            "IV-tPA: intravenous tissue plasminogen activator. M1: first segment of the middle "
            "cerebral artery.",
        ),
        align="lllldl",
    )


def fragility() -> Table:
    """How many patients' outcomes decide whether a result is significant."""
    rows = []
    for outcome in data.outcomes():
        counts, result = data.counts(outcome), data.pooled(outcome)
        found = fragility_index(counts)
        turns = "lost" if result.p_value < ALPHA else "gained"
        rows.append(
            (
                _label(outcome),
                p_text(result.p_value),
                str(found.events),
                turns,
                robustness.changes(found),
            )
        )
    return table(
        ("Outcome", "p", "Events", "Significance", "Changed"),
        rows,
        name="table-fragility",
        caption="Fragility index: events to change",
        notes=(
            "One event is changed at a time, where it moves the interval most; the search does "
            "not try all combinations.",
        ),
        align="lrrll",
    )


def needed_to_treat() -> Table:
    """What the pooled odds ratios mean at several risks without a stent."""
    rows: list[str | tuple[str, ...]] = []
    for outcome in ("mRS 0-2", "mortality"):
        result = data.pooled(outcome)
        rows.append(_label(outcome))
        for risk in BASELINE_RISKS:
            events = per_thousand(result, risk)
            said = per_thousand_words(events)
            nearer, farther = sorted(
                math.ceil(1000 / abs(limit - events.control))
                for limit in (events.lower, events.upper)
            )
            rows.append(
                (
                    said["without"],
                    said["with"],
                    more_or_fewer(int(said["with"]) - int(said["without"])),
                    f"{robustness.needed_to_treat(result, risk)} [{nearer}, {farther}]",
                )
            )
    return table(
        ("Without a stent", "With a stent", "Difference", "NNT [95 % CI]"),
        rows,
        groups=(("In 1,000 patients", 3), ("", 1)),
        name="table-nnt",
        caption="Number needed to treat (NNT), by the risk without a stent",
        notes=(
            "If the pooled odds ratio were an effect, and the same at each risk. Rounded up. "
            "A randomized trial has since been published, and outranks this.",
        ),
        align="rrrr",
    )
