"""The sentences of a report: what was found, how, why so, and after whom."""

from __future__ import annotations

import shlex

from twobytwo.reporting.cautions import NAME
from twobytwo.reporting.findings import RECOMMENDED, REVMAN5, Report, Scenario, excludes_null
from twobytwo.results import Result
from twobytwo.rounding import half_up, number, p_equals, with_interval

WHY = (
    "The between-study variance τ² is estimated by restricted maximum likelihood, which has "
    "little bias [1, 2]. The interval is that of Hartung, Knapp, Sidik and Jonkman, with "
    "Student's t [3, 4]: of few studies the usual interval is too narrow, because it takes τ² "
    "as known [5]. Where studies agree by luck their interval can become narrower than the usual "
    "one; the modified form used here never does [6]. RevMan 5's rule [7] (DerSimonian-Laird "
    "with Q about the Mantel-Haenszel estimate, normal quantile) is given beside it, because "
    "most published meta-analyses were made with it."
)

REFERENCES = (
    "Viechtbauer W. Bias and efficiency of meta-analytic variance estimators in the "
    "random-effects model. J Educ Behav Stat 2005;30:261–93. doi:10.3102/10769986030003261",
    "Veroniki AA, Jackson D, Viechtbauer W, et al. Methods to estimate the between-study "
    "variance and its uncertainty in meta-analysis. Res Synth Methods 2016;7:55–79. "
    "doi:10.1002/jrsm.1164",
    "Hartung J, Knapp G. A refined method for the meta-analysis of controlled clinical trials "
    "with binary outcome. Stat Med 2001;20:3875–89. doi:10.1002/sim.1009",
    "Sidik K, Jonkman JN. A simple confidence interval for meta-analysis. Stat Med "
    "2002;21:3153–9. doi:10.1002/sim.1262",
    "IntHout J, Ioannidis JPA, Borm GF. The Hartung-Knapp-Sidik-Jonkman method for random "
    "effects meta-analysis is straightforward and considerably outperforms the standard "
    "DerSimonian-Laird method. BMC Med Res Methodol 2014;14:25. doi:10.1186/1471-2288-14-25",
    "Röver C, Knapp G, Friede T. Hartung-Knapp-Sidik-Jonkman approach and its modification for "
    "random-effects meta-analysis with few studies. BMC Med Res Methodol 2015;15:99. "
    "doi:10.1186/s12874-015-0091-1",
    "Deeks JJ, Higgins JPT. Statistical algorithms in Review Manager 5. The Cochrane "
    "Collaboration, 2010.",
    "Higgins JPT, Thompson SG, Spiegelhalter DJ. A re-evaluation of random-effects "
    "meta-analysis. J R Stat Soc A 2009;172:137–59. doi:10.1111/j.1467-985X.2008.00552.x",
    "Higgins JPT, Thompson SG. Quantifying heterogeneity in a meta-analysis. Stat Med "
    "2002;21:1539–58. doi:10.1002/sim.1186",
    "Viechtbauer W. Confidence intervals for the amount of heterogeneity in meta-analysis. "
    "Stat Med 2007;26:37–52. doi:10.1002/sim.2514",
    "Sterne JAC, Sutton AJ, Ioannidis JPA, et al. Recommendations for examining and "
    "interpreting funnel plot asymmetry in meta-analyses of randomised controlled trials. BMJ "
    "2011;343:d4002. doi:10.1136/bmj.d4002",
)


def signs(words: str) -> str:
    """A number as a page prints it, with a minus sign."""
    return words.replace("-", "−")


def effect(result: Result) -> str:
    """The pooled effect with its interval."""
    return signs(with_interval(result.estimate, result.ci_lower, result.ci_upper))


def limits(lower: float, upper: float, decimals: int = 2) -> str:
    """An interval in words.

    Examples
    --------
    >>> limits(-0.1, 0.25), limits(float("nan"), float("nan"))
    ('−0.10 to 0.25', '–')
    """
    low, high = number(lower, decimals), number(upper, decimals)
    return "–" if "-" in (low, high) else signs(f"{low} to {high}")


def prediction(result: Result) -> str:
    """The prediction interval."""
    return limits(result.prediction_lower, result.prediction_upper)


def title(report: Report) -> str:
    """What the report is about: the outcome, or the name of the file."""
    return report.outcome or report.source.rpartition(".")[0] or report.source


def about(report: Report) -> str:
    """What was pooled, in a line."""
    patients = int(sum(cell.sum() for cell in report.recommended.table))
    return (
        f"{_studies(len(report.counts))}, {patients:,} patients, "
        f"{NAME[report.recommended.measure]} of treatment against control; from {report.source}"
    )


def lead(report: Report) -> str:
    """The finding in one short sentence.

    Examples
    --------
    >>> import numpy as np
    >>> from twobytwo import Counts
    >>> from twobytwo.reporting.findings import report
    >>> lead(report(Counts(("A",), *np.array([[1], [200], [60], [200]]))))
    'Fewer events with treatment.'
    """
    if not report.pooled:
        return "These counts give no pooled result."
    if not excludes_null(report.recommended):
        return "These counts are compatible with fewer and with more events with treatment."
    return f"{'More' if report.recommended.effect > 0 else 'Fewer'} events with treatment."


def per_thousand(scenario: Scenario) -> tuple[str, str, str, str]:
    """Events without, with, the interval, and the difference, in 1,000 patients.

    The difference is between the rounded numbers, so that what is printed adds up.

    Examples
    --------
    >>> from twobytwo.checks.absolute import PerThousand
    >>> per_thousand(Scenario("all", PerThousand(305.4, 144.9, 65.3, 291.3)))
    ('305', '145', '65 to 291', '160 fewer (240 fewer to 14 fewer)')
    """
    control, treated, lower, upper = (int(half_up(x, 0)) for x in scenario.events)
    change = f"{_change(lower - control)} to {_change(upper - control)}"
    return (
        str(control),
        str(treated),
        f"{lower} to {upper}",
        f"{_change(treated - control)} ({change})",
    )


def _change(difference: int) -> str:
    if difference == 0:
        return "no difference"
    return f"{abs(difference):,} {'more' if difference > 0 else 'fewer'}"


def command(report: Report, recommended: bool) -> str:
    """The command that prints the same numbers."""
    result = report.recommended
    words = ["python", "-m", "twobytwo", "pool", report.source]
    if report.outcome:
        words += ["--outcome", report.outcome]
    if result.measure != "OR":
        words += ["--measure", result.measure]
    if result.level != 0.95:
        words += ["--level", f"{result.level:g}"]
    for name, value in (RECOMMENDED if recommended else REVMAN5).items():
        words += [f"--{name}", value]
    return " ".join(shlex.quote(word) for word in words)


def methods(report: Report) -> str:
    """The paragraph for a methods section."""
    result = report.recommended
    parts = [result.method_sentence]
    if result.k > 1:
        parts.append(
            "Heterogeneity was described by Cochran's Q, by I² with a test-based interval and by "
            "τ² with a Q-profile interval."
        )
    if result.k > 2:
        parts.append(
            "The prediction interval is that of Higgins, Thompson and Spiegelhalter, with t on "
            f"{int(result.k) - 2} df."
        )
    if result.k > 1:
        parts.append(f"As a sensitivity analysis: {report.revman5.method_sentence}")
        parts.append("Each analysis was repeated without each study in turn.")
    if not report.funnel:
        parts.append(
            "Small-study effects were not assessed, because there were fewer than 10 studies."
        )
    else:
        parts.append("Small-study effects were assessed by a contour-enhanced funnel plot.")
    return " ".join([*parts, "The analyses were done with twobytwo (Python)."])


def findings(report: Report) -> str:
    """The paragraph for a results section."""
    result = report.recommended
    a, b, c, d = (int(cell.sum()) for cell in result.table)
    said = (
        f"{a} of {a + b} patients had the event with treatment, {c} of {c + d} without "
        f"({_studies(len(report.counts))})."
    )
    if not report.pooled:
        return f"{said} No common {NAME[result.measure]} could be estimated."
    said += (
        f" The {NAME[result.measure]} was {effect(result)} ({100 * result.level:g} % confidence "
        f"interval; {p_equals(result.p_value)})"
    )
    if result.k > 2:
        said += f", with a prediction interval from {prediction(result)}"
    said += "."
    if result.q_df > 0:
        said += (
            f" I² was {number(result.i2, 0)} % ({limits(*report.i2_limits, 0)} %), τ² "
            f"{number(result.tau2)} ({limits(*report.tau2_limits)}). By RevMan 5's rule the "
            f"{NAME[result.measure]} was {effect(report.revman5)}."
        )
    without, with_, _, change = per_thousand(report.scenarios[0])
    return (
        f"{said} At the risk of all control patients together this is {with_} instead of "
        f"{without} events in 1,000 patients: {change}."
    )


def _studies(k: int) -> str:
    return "1 study" if k == 1 else f"{k} studies"
