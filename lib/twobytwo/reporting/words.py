"""The sentences of a report: what was found, how, why so, and after whom."""

from __future__ import annotations

import json
import math
import re
import shlex
from importlib.resources import files

from twobytwo.checks.leading import BECAUSE, FEW, SHARE, SMALL, why
from twobytwo.options import MEASURES
from twobytwo.pool import Result
from twobytwo.reporting.findings import Report, Scenario, choices
from twobytwo.results import pooled_text, prediction_text
from twobytwo.rounding import decimals_for, half_up, magnitude, number, p_equals, p_text, signs
from twobytwo.sentence import listed

NO_EFFECT = {"OR": "1", "RR": "1", "RD": "0"}
UNDEFINED = "undefined"
STANDARD_INPUT = "standard input"
ANALYSES = {
    "IV": "Random effects (REML, HKSJ)",
    "revman5": "RevMan 5's rule",
    "MH": "Mantel-Haenszel, nothing added",
    "exact": "Exact conditional",
    "GLMM": "Likelihood of the counts",
    "Peto": "Peto",
}
IN_WORDS = {
    "IV": "random effects with inverse variance",
    "revman5": "RevMan 5's rule",
    "MH": "Mantel-Haenszel without a correction",
    "exact": "the exact conditional method",
    "GLMM": "the likelihood of the counts",
    "Peto": "Peto's method",
}
ASSUMES = {
    "IV": "Effects differ; 0.5 added where a cell is empty",
    "revman5": "Effects differ; 0.5 added where a cell is empty; variance taken as known",
    "MH": "One effect in all studies; nothing added",
    "exact": "One effect in all studies; nothing added or approximated",
    "GLMM": "Effects differ; nothing added; variance taken as known",
    "Peto": "One effect in all studies; rare events, equal arms, small effect",
}
RULE = (
    f"What leads follows from the counts. With fewer than {FEW} events to expect in the smaller "
    "arm nothing may be approximated: the exact method leads (Mantel-Haenszel for risk ratios and "
    f"differences). Where studies with fewer than {SMALL} patients in a cell carry more than "
    f"{100 * SHARE:g} % of the weight, Mantel-Haenszel without a correction leads, because "
    "inverse variance is biased by small cells, and adding 0.5 in unequal arms biases too "
    "[@sweeting,bradburn,rare]. Otherwise random effects lead, as Cochrane recommends for its "
    "reviews and RevMan offers since January 2025 [@cochrane]: the between-study variance τ² by "
    "restricted maximum likelihood (REML), the interval of Hartung, Knapp, Sidik and Jonkman "
    "(HKSJ) [@hartung,sidik], here never narrower than the usual one [@rover]. The three "
    "thresholds are this program's own, set by simulation; no guideline is known to name any."
)
BESIDE = (
    "RevMan 5's rule [@revman5] (DerSimonian-Laird, Q about the Mantel-Haenszel estimate, normal "
    "quantile) stands beside it because most published Cochrane meta-analyses were made with it; "
    "current RevMan offers REML and HKSJ as well [@cochrane]."
)
PREDICTION = (
    "A confidence interval is about the mean of the effects. A prediction interval [@higgins] is "
    "about the effect in one new study like these, and takes the standard error of the interval "
    "beside it [@partlett]. Its degrees of freedom here are {df}. Authors differ: k − 2 is that of "
    "its first description [@higgins] and the default that R's meta documented in 2022 [@meta]; "
    "R's metafor takes the normal quantile, or k − 1 with HKSJ [@metafor]. Which of them current "
    # What could not be found out is said.
    "RevMan takes was not found in public sources. --prediction-df chooses."
)
TWO_I2 = (
    "There are two I². From Q it is (Q − df)/Q [@i2], which RevMan 5 prints; from τ² it is τ² over "
    "τ² and the typical variance of a study, which current RevMan prints [@cochrane]. The interval "
    "of I² is test-based [@i2], that of τ² by the Q-profile [@profile]. Q is about the "
    "inverse-variance mean; RevMan 5 takes it about the Mantel-Haenszel estimate."
)
AT_RISKS = (
    "to each control risk as if that risk were known. The lowest and the highest risk are those of "
    "the studies at either end, two at least, that together hold a quarter of the control "
    "patients, with and without the event: no small arm decides alone, and an arm without an event "
    "is no risk of zero. --risk tells the effect at a risk of yours."
)
DISAGREE = "No direction can be claimed: the analyses disagree."
UNDECIDED = {
    "two studies": "Two studies cannot say what further ones would show.",
    "few events": "Too few events to claim a direction.",
    "spread": "No direction can be claimed: the studies lie too far apart.",
    "correction": "No direction can be claimed: the answer hangs on what is added to empty cells.",
    "weights": DISAGREE,
    "methods": DISAGREE,
}
REFERENCES = json.loads((files("twobytwo.reporting") / "references.json").read_text("utf-8"))


def numbered(page: str) -> tuple[str, list[str]]:
    """Citations as numbers in the order of their first place, and the works they name.

    Examples
    --------
    >>> text, works = numbered("So it is [@rover,i2], and so [@i2].")
    >>> text, len(works)
    ('So it is [1, 2], and so [2].', 2)
    """
    order: dict[str, int] = {}

    def number_of(found: re.Match[str]) -> str:
        named = sorted(order.setdefault(key, len(order) + 1) for key in found[1].split(","))
        return f"[{', '.join(map(str, named))}]"

    text = re.sub(r"\[@([a-z0-9,]+)\]", number_of, page)
    return text, [REFERENCES[key] for key in order]


# Numbers.


def effect(result: Result, digits: int | None = None) -> str:
    """The pooled effect with its interval."""
    return signs(pooled_text(result, digits))


def prediction(result: Result, digits: int | None = None) -> str:
    """The prediction interval; a word where there is none."""
    return signs(prediction_text(result, digits))[1:-1].replace(", ", " to ") or UNDEFINED


def shares(*values: float) -> str:
    """A percentage, or an interval of them; a word where there is none."""
    if any(map(math.isnan, values)):
        return UNDEFINED
    return f"{' to '.join(number(value, 0) for value in values)} %"


def variances(*values: float) -> str:
    """A between-study variance, or an interval of them; a word where there is none."""
    if any(map(math.isnan, values)):
        return UNDEFINED
    return " to ".join(magnitude(x, decimals_for(x, math.nan, math.nan, null=0)) for x in values)


def chance(p: float) -> str:
    """A p-value, or a word."""
    return UNDEFINED if math.isnan(p) else p_text(p)


def q_test(q: float, df: float, p: float) -> str:
    """A test by Q."""
    return f"Q = {number(q)}, df = {df:g}, {p_equals(p)}"


def per_thousand(scenario: Scenario) -> tuple[str, str, str, str]:
    """Events without, with, the interval, and the difference, in 1,000 (or 100,000) patients.

    The difference is between the rounded numbers, so that what is printed adds up.

    Examples
    --------
    >>> from twobytwo.checks.absolute import PerThousand
    >>> per_thousand(Scenario("all", PerThousand(305.4, 144.9, 65.3, 291.3)))
    ('305', '145', '65 to 291', '160 fewer (240 fewer to 14 fewer)')
    """
    events = [x * scenario.patients / 1000 for x in scenario.events]
    control, treated, lower, upper = (int(half_up(x, 0)) for x in events)
    if scenario.difference_first:
        treated, lower, upper = (control + int(half_up(x - events[0], 0)) for x in events[1:])
    if not scenario.holds[0]:
        return f"{control:,}", "cannot hold at this risk", UNDEFINED, UNDEFINED
    low, high = (
        f"{x:,}" if holds else f"{x:,} (cut off)"
        for x, holds in zip((lower, upper), scenario.holds[1:], strict=True)
    )
    change = f"{_change(lower - control)} to {_change(upper - control)}"
    return (
        f"{control:,}",
        f"{treated:,}",
        f"{low} to {high}",
        f"{_change(treated - control)} ({change})",
    )


def _change(difference: int) -> str:
    if difference == 0:
        return "no difference"
    return f"{abs(difference):,} {'more' if difference > 0 else 'fewer'}"


# Sentences.


def title(report: Report) -> str:
    """What the report is about: the outcome, or the name of the file."""
    return report.outcome or report.source.rpartition(".")[0] or report.source


def about(report: Report) -> str:
    """What was pooled, in a line."""
    patients = int(sum(cell.sum() for cell in report.recommended.table))
    treatment, control = report.arms
    return (
        f"{studies(len(report.counts))}, {patients:,} patients, "
        f"{MEASURES[report.recommended.measure]} of {treatment} against {control}; "
        f"from {report.source}"
    )


def lead(report: Report) -> str:
    """The finding in one short sentence: a direction only where nothing speaks against it.

    Examples
    --------
    >>> import numpy as np
    >>> from twobytwo import Counts
    >>> from twobytwo.reporting.findings import report
    >>> lead(report(Counts(tuple("ABCD"), *np.array([[11, 14, 9, 12], [100] * 4,
    ...     [31, 34, 28, 33], [100] * 4]))))
    'Fewer events with treatment.'
    """
    treatment = report.arms[0]
    if not report.has_events:
        everybody = bool(report.counts.events_treatment.sum())
        return f"{'Everybody' if everybody else 'Nobody'} had the event: nothing to compare."
    if not report.pooled:
        return "These counts give no pooled result."
    if report.recommended.k == 1:
        return "One study alone: there is nothing to pool."
    if report.direction == 0:
        return _undecided(report)
    more = "More" if report.direction > 0 else "Fewer"
    if report.small_studies_differ:
        return f"{more} events with {treatment} on average, but small and large studies may differ."
    if report.apart:
        return f"{more} events with {treatment}, but not by every analysis."
    if report.differ:
        return f"{more} events with {treatment}; by how much varies between studies."
    return f"{more} events with {treatment}."


def _undecided(report: Report) -> str:
    if report.because == "prediction":
        start = "The studies differ: a new one" if report.differ else "A new study"
        return f"{start} may show no effect, or the opposite."
    if report.because in UNDECIDED:
        return UNDECIDED[report.because]
    if report.apart:
        return DISAGREE
    return f"These counts are compatible with fewer and with more events with {report.arms[0]}."


def leads(report: Report) -> str:
    """Which analysis leads, and why, in a sentence."""
    because = why(report.method, report.reason, report.recommended.measure)
    if report.method == "none":
        return f"No analysis leads, because {because}."
    return f"Leading analysis: {IN_WORDS[report.method]}, because {because}."


def assumes(report: Report, name: str) -> str:
    """What an analysis assumes; nothing is added to a risk difference."""
    parts = ASSUMES[name].split("; ")
    ratio = report.recommended.measure != "RD"
    return "; ".join(part for part in parts if ratio or "added" not in part)


def benefit(report: Report) -> str:
    """Whom a claimed direction favors, if it is known which direction is wanted."""
    if not (report.direction and report.better):
        return ""
    wanted = (report.direction > 0) == (report.better == "more")
    return f"This favors {report.arms[0] if wanted else report.arms[1]}."


def command(report: Report, name: str) -> str:
    """The command that prints the same numbers."""
    result = report.recommended
    chosen = {
        "outcome": report.outcome,
        "measure": None if result.measure == "OR" else result.measure,
        "level": None if result.level == 0.95 else f"{result.level:g}",
        **choices(name, result.measure),
    }
    if report.prediction_df != "k-2" and name in ("IV", "revman5", "GLMM"):
        chosen["prediction_df"] = report.prediction_df
    source = "-" if report.source == STANDARD_INPUT else report.source
    words = ["python", "-m", "twobytwo", "pool", source]
    for option, value in chosen.items():
        words += [f"--{option.replace('_', '-')}", value] if value else []
    return " ".join(map(shlex.quote, words))


def methods(report: Report) -> str:
    """The paragraph for a methods section."""
    k = int(report.recommended.k)
    if report.method == "none" or not report.has_events:
        return "No pooled effect could be estimated. The analyses were done with twobytwo (Python)."
    parts = [report.lead.method_sentence]
    if report.method != "IV":
        parts.append(f"This led {leads(report).partition(', ')[2]}")
    if k > 1:
        others = [IN_WORDS[name] for name in list(report.shown)[1:]]
        parts.append(f"The same counts were also analyzed by {listed(others)}.")
    if report.spread_known:
        parts.append(
            "Heterogeneity was described by Cochran's Q, by I² from Q and from τ², and by τ² with "
            "a Q-profile interval."
        )
    if k > 2 and report.method == "IV":
        df = k - (2 if report.prediction_df == "k-2" else 1)
        parts.append(
            "The prediction interval is that of Higgins, Thompson and Spiegelhalter, with the "
            f"standard error of the interval of the mean and t on {df} df."
        )
    if k > 1:
        parts.append("The analysis was repeated without each study in turn.")
    if report.subgroup:
        parts.append(
            f"Subgroups by {report.subgroup} were pooled apart, each with its own τ², and "
            "compared by Q between their means."
        )
    parts.append(
        f"Small-study effects were assessed by a contour-enhanced funnel plot and "
        f"{report.asymmetry.test}'s test."
        if report.asymmetry
        else "Small-study effects were not assessed, because there were fewer than 10 studies."
    )
    return " ".join([*parts, "The analyses were done with twobytwo (Python)."])


def findings(report: Report) -> str:
    """The paragraph for a results section."""
    result, name = report.recommended, MEASURES[report.recommended.measure]
    a, b, c, d = (int(cell.sum()) for cell in result.table)
    treatment, control = report.arms
    sentences = [
        f"{a:,} of {a + b:,} patients had the event with {treatment}, {c:,} of {c + d:,} with "
        f"{control} ({studies(len(report.counts))})."
    ]
    if not report.pooled:
        return f"{sentences[0]} No common {name} could be estimated."
    lead, digits = report.lead, report.digits
    p = "" if math.isnan(lead.p_value) else f"; {p_equals(lead.p_value)}"
    sentences.append(
        f"By {IN_WORDS[report.method]} the {name} was {effect(lead, digits)} "
        f"({100 * result.level:g} % confidence interval{p})."
    )
    if result.k > 2 and report.method == "IV":
        sentences.append(f"The prediction interval was {prediction(lead, digits)}.")
    if report.spread_known:
        sentences.append(
            f"I² was {shares(result.i2)} from Q ({p_equals(result.q_p_value)}) and "
            f"{shares(result.i2_tau2)} from τ²; τ² was {variances(result.tau2)} (Q-profile "
            f"interval {variances(result.tau2_lower, result.tau2_upper)})."
        )
    every = [f"{effect(one, digits)} by {IN_WORDS[name]}" for name, one in report.shown.items()]
    if result.k > 1 and every[1:]:
        sentences.append(f"The {name} was {listed(every[1:])}.")
    if report.subgroup and not math.isnan(result.between.p_value):
        each = [f"{effect(one, report.digits)} in {group}" for group, one in result.subgroups]
        sentences.append(
            f"By {report.subgroup} it was {listed(each)} (test for subgroup differences: "
            f"{q_test(*result.between)})."
        )
    if report.asymmetry and not math.isnan(report.asymmetry.p):
        sentences.append(f"{report.asymmetry.test}'s test gave {p_equals(report.asymmetry.p)}.")
    if report.direction == 0:
        sentences.append(f"No direction is claimed, because {reason(report)}.")
    return " ".join(sentences)


def reason(report: Report) -> str:
    """Why no direction is claimed, for a reader."""
    return "there is one study" if report.recommended.k == 1 else BECAUSE[report.because]


def studies(k: int) -> str:
    """How many studies."""
    return "1 study" if k == 1 else f"{k:,} studies"
