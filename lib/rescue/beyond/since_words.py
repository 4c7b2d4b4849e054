"""What the chapter on the evidence since the paper says in words."""

from __future__ import annotations

from math import exp

from metabook import data
from metabook.words import per_thousand_words
from scipy.special import ndtri
from twobytwo import Result, pool
from twobytwo.checks.absolute import per_thousand
from twobytwo.estimate.printed import middle
from twobytwo.rounding import half_up, number, p_equals

from rescue.beyond import since, since_reviews
from rescue.beyond.since import ANTERIOR, DEATHS, MRS3, POSTERIOR, SICH
from rescue.paper.facts import Words

CATALONIAN = "mRS 0-2 or 3 as before"
Z = float(ndtri(0.975))
UNIDENTIFIED = "unidentified study"


def words() -> Words:
    """What the chapter says."""
    return _pooled() | _posterior() | _anterior() | _adjusted() | _against() | _reviews()


def _pooled() -> Words:
    """The four studies' associations, to stand beside the trial's results."""
    keys = {"four-mrs": "mRS 0-2", "four-dead": DEATHS, "four-sich": SICH}
    return {key: since.said(data.pooled(outcome)) for key, outcome in keys.items()}


def _result(name: str, result: Result) -> Words:
    return {
        f"{name}-or": number(result.estimate),
        f"{name}-ci": since.interval(result),
    }


def _patients(result: Result) -> int:
    return int(sum(cell.sum() for cell in result.table))


def _posterior() -> Words:
    deaths, able, bleeding = (since.crude(o, POSTERIOR) for o in (DEATHS, MRS3, SICH))
    counted = per_thousand_words(per_thousand(deaths))
    of = since.series(DEATHS, POSTERIOR)
    fewer = since.crude(DEATHS, POSTERIOR, (since.ATTENTION,))
    each = [number(float(x)) for x in bleeding.study_estimate]
    return (
        _result("deaths", deaths)
        | _result("able", able)
        | {
            "deaths-k": str(deaths.k),
            "deaths-without": counted["without"],
            "deaths-with": counted["with"],
            "deaths-hksj": since.interval(pool(*of.arms, interval="hksj")),
            "deaths-i2": f"{number(deaths.i2, 0)} %",
            "fewer-deaths": since.said(fewer),
            "fewer-k": str(fewer.k),
            "bleeding-first": each[0],
            "bleeding-second": each[1],
            "bleeding-i2": f"{number(bleeding.i2, 0)} %",
            "bleeding-ci": since.interval(bleeding),
            "apart-deaths": since.span(
                [r.estimate for r in since.without_overlap(DEATHS).values()], 2
            ),
            "apart-able": since.span([r.estimate for r in since.without_overlap(MRS3).values()], 2),
        }
    )


def _anterior() -> Words:
    alone = since.possible_results(DEATHS)
    five = since.possible_results(DEATHS, data.counts(DEATHS))
    strict = since.crude(DEATHS, ANTERIOR, (since.MIXED,))
    controls = [str(int(counts.n_control[0])) for counts in since.possible(DEATHS)]
    row = _row(since.COUNTS, since.CATALONIA, CATALONIAN)
    return {
        "controls": f"{', '.join(controls[:-1])} or {controls[-1]}",
        "catalonia-stented": row["n_treatment"],
        "catalonia-deaths": since.span(r.estimate for r in alone),
        "catalonia-deaths-p": since.span(r.p_value for r in alone),
        "five-deaths": since.span((r.estimate for r in five), 2),
        "five-lower": since.span((r.ci_lower for r in five), 2),
        "five-upper": since.span((r.ci_upper for r in five), 2),
        "four-deaths": number(data.pooled(DEATHS).estimate),
        "strict-deaths": since.said(strict),
    }


def _row(file: str, study: str, outcome: str) -> dict[str, str]:
    return next(
        row for row in data.rows(file) if (row["study"], row["outcome"]) == (study, outcome)
    )


def _adjusted() -> Words:
    deaths, able = since.pooled_adjusted(DEATHS), since.pooled_adjusted(MRS3)
    catalonia = _row(since.ADJUSTED, since.CATALONIA, CATALONIAN)
    # Of n patients the log odds of any share have a variance of 4 / n at least.
    stented = int(_row(since.COUNTS, since.CATALONIA, CATALONIAN)["n_treatment"])
    odd = _row(since.ADJUSTED, UNIDENTIFIED, "mRS 0-2")
    low, high = middle(odd["lower"], odd["upper"])
    return {
        "adjusted-deaths": since.said(deaths),
        "adjusted-able": since.said(able),
        "adjusted-k": str(deaths.k),
        "adjusted-deaths-hksj": since.said(
            since.pooled_adjusted(DEATHS, interval="hksj-truncated")
        ),
        "adjusted-able-hksj": since.said(since.pooled_adjusted(MRS3, interval="hksj-truncated")),
        "catalonia-adjusted": since.printed(catalonia),
        "least-width": half_up(exp(2 * Z * (4 / stented) ** 0.5), 1),
        "printed-width": half_up(float(catalonia["upper"]) / float(catalonia["lower"]), 1),
        "odd": since.printed(odd),
        "odd-middle": since.span([low, high], 2),
    }


def _against() -> Words:
    bled, died, able = (_row(since.COUNTS, since.ATTENTION, o) for o in (SICH, DEATHS, "mRS 0-2"))
    adjusted = _row(since.ADJUSTED, since.ATTENTION, SICH)
    e1, n1, e2, n2 = (
        int(bled[f"{what}_{arm}"]) for arm in ("treatment", "control") for what in ("events", "n")
    )
    shift = _row(since.ADJUSTED, since.CATALONIA, "mRS shift")
    return {
        "attention-patients": str(n1 + n2),
        "attention-stent": f"{e1} of {n1}",
        "attention-control": f"{e2} of {n2}",
        "attention-adjusted": since.printed(adjusted),
        "attention-deaths": _against_each_other(died),
        "attention-able": _against_each_other(able),
        "catalonia-shift": since.printed(shift),
        "catalonia-shift-p": p_equals(float(shift["p"])),
    }


def _against_each_other(row: dict[str, str]) -> str:
    stent, control = (
        f"{row[f'events_{arm}']}/{row[f'n_{arm}']}" for arm in ("treatment", "control")
    )
    return f"{stent} against {control}"


def _reviews() -> Words:
    rows = {(row["review"], row["outcome"]): row for row in data.rows(since_reviews.FILE)}
    bled, able = (rows["Aljbour", outcome] for outcome in (SICH, "mRS 0-2"))
    return {
        "aljbour-sich": since.printed(bled),
        "aljbour-able": since.printed(able),
        "atwan-sich": since.printed(rows["Atwan 2025", SICH]),
        "atwan-p": rows["Atwan 2025", DEATHS]["p"].replace(">", "> "),
        "reviews": str(len({review for review, _ in rows})),
    }
