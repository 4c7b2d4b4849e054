"""What a reader must know before believing a pooled result, in plain words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from twobytwo.checks.leading import BECAUSE, FEW
from twobytwo.options import MEASURES
from twobytwo.reporting import words
from twobytwo.reporting.caution_words import WORDS
from twobytwo.reporting.findings import ALIKE, TAU_SCALE, Report
from twobytwo.reporting.words import IN_WORDS, NO_EFFECT
from twobytwo.results import effect_text
from twobytwo.rounding import half_up, number, p_equals
from twobytwo.sentence import listed

FEW_STUDIES = 5  # below which the spread between them is hardly known
SUBSTANTIAL = 50.0  # percent of I2


class Caution(NamedTuple):
    """A caution: what it is about, and what it means."""

    title: str
    text: str


def warnings(report: Report) -> list[Caution]:
    """All warnings that apply to a report, the gravest first.

    Examples
    --------
    >>> from twobytwo import Counts
    >>> from twobytwo.reporting.findings import report
    >>> one = report(Counts(("A",), *np.array([[3], [20], [6], [20]])))
    >>> [warning.title for warning in warnings(one)]
    ['There is only one study']
    """
    return [
        *_direction(report), *_studies(report), *_cells(report), *_disagreement(report),
        *_spread(report), *_small_studies(report), *_range(report), *_read(report),
    ]  # fmt: skip


def _caution(name: str, **values: object) -> Caution:
    title, text = WORDS[name]
    return Caution(title, text.format(**values))


def _direction(report: Report) -> Iterator[Caution]:
    """Why no direction is claimed, where the interval alone does not say it."""
    result = report.recommended
    if not report.has_events:
        everybody = bool(report.counts.events_treatment.sum())
        yield Caution(
            "There is nothing to compare",
            f"{'Everybody' if everybody else 'Nobody'} in either arm had the event, so the counts "
            "tell nothing of a difference. How frequent the event is, each arm tells for itself: "
            "the command proportions gives an interval.",
        )
        return
    if not report.pooled and result.k == 0:
        yield Caution(
            "Nothing could be pooled",
            f"No study has {'an' if result.measure == 'OR' else 'a'} {MEASURES[result.measure]} "
            "that can be estimated: in each nobody, or everybody, had the event, which cannot tell "
            "which arm has more of it. A risk difference (--measure RD) can be computed.",
        )
    elif report.because == "few events":
        yield _caution("few events", few=FEW)
    elif report.because == "prediction":
        # Mantel-Haenszel has no prediction interval: there the likelihood was asked.
        name = "IV" if report.method == "IV" else "GLMM"
        where = ""
        if name in report.answers:
            ahead = words.prediction(report.answers[name], report.digits)
            where = f" ({ahead} by {IN_WORDS[name]})"
        yield _caution("prediction", null=NO_EFFECT[result.measure], where=where)
    elif report.because in ("spread", "weights"):
        because = BECAUSE[report.because]
        yield _caution("one rule", because=because[0].upper() + because[1:])


def _studies(report: Report) -> Iterator[Caution]:
    k = int(report.recommended.k)
    if k == 1:
        yield _caution("one study")
    elif k == 2:
        yield Caution(
            "Two studies cannot say how far studies differ",
            "Any interval for the mean of such effects rests on an assumption: that they do not "
            "differ, or by how much. The table shows what each assumption gives." + _prior(report),
        )
    elif 2 < k < FEW_STUDIES:
        yield Caution(
            f"There are only {k} studies",
            "How much the effect differs between studies is hardly known from so few."
            + (" The prediction interval is rough"
               + (", and too narrow if τ², estimated as 0, is not."
                  if report.recommended.tau2 == 0 else ".") if report.method == "IV" else "")
            + _prior(report),
        )  # fmt: skip


def _prior(report: Report) -> str:
    return " A Bayesian analysis stands beside it, with its prior stated." * bool(report.bayes)


def _cells(report: Report) -> Iterator[Caution]:
    result = report.recommended
    ratio = result.measure != "RD"
    if report.double_zero and report.has_events:
        who, one = listed(report.double_zero), len(report.double_zero) == 1
        caution = _caution(f"{'one' if one else 'several'} without a contrast", studies=who)
        stay = (
            f"{'It stays' if one else 'They stay'} in: no difference was seen there, and that "
            "informs a risk difference."
        )
        yield caution if ratio else caution._replace(text=caution.text.partition("Such ")[0] + stay)
    if report.zero_cells and ratio:
        who, one = listed(report.zero_cells), len(report.zero_cells) == 1
        yield _caution("one with a zero cell" if one else "several with zero cells", studies=who)


def _disagreement(report: Report) -> Iterator[Caution]:
    null = NO_EFFECT[report.recommended.measure]
    if not report.pooled:
        return
    if report.apart:
        effects = {
            name: f"{IN_WORDS[name]} ({words.effect(one, report.digits)})"
            for name, one in report.shown.items()
            if not math.isnan(one.limits.lower)
        }
        firm = listed([effects.pop(name) for name in report.apart])
        others = list(effects.values())
        corrected = {"IV", "revman5"}
        by_correction = report.because == "correction" or (
            bool(report.zero_cells)
            and (set(report.apart) <= corrected or not set(report.apart) & corrected)
        )
        yield Caution(
            "The analyses disagree",
            f"The interval excludes {null} by {firm}"
            + (f", but not by {listed(others)}. " if others else ", in opposite directions. ")
            + ("What is added to empty cells decides: the answer is the correction's, not the "
               "patients'." if by_correction else
               "A conclusion that depends on the method is not firm: report all of them."),
        )  # fmt: skip
    if report.lead.limits.excludes_null:
        turned = [
            name
            for name, one in zip(report.counts.study, report.without, strict=False)
            if np.isfinite(one.effect) and not one.limits.excludes_null
        ]
        if turned:
            yield _caution("single studies", studies=listed(turned, "or"), null=null)


def _spread(report: Report) -> Iterator[Caution]:
    result = report.recommended
    i2, (_, upper) = result.i2, report.i2_limits
    if not report.spread_known or not report.has_events:
        return
    q = words.q_test(result.q, result.q_df, result.q_p_value)
    if report.differ:
        yield _caution("differ", q=q, i2=number(i2, 0))
    elif i2 >= SUBSTANTIAL:
        yield Caution(
            "The studies may differ",
            f"I² from Q is {number(i2, 0)} %: the estimates scatter more than their standard "
            f"errors foretell. So few studies may do so by chance ({q}).",
        )
    elif upper >= SUBSTANTIAL:
        yield Caution(
            "That the studies differ is not ruled out",
            f"I² from Q is {number(i2, 0)} %, but its interval reaches {number(upper, 0)} %. That "
            "no difference was found does not mean that there is none.",
        )
    if report.alike:
        yield Caution(
            "The studies agree better than chance",
            f"Q is {number(result.q)} on {result.q_df:g} degrees of freedom; by chance alone so "
            f"small a Q, or a smaller one, comes in {half_up(100 * report.lower_tail, 1)} % of "
            f"such sets (told below {100 * ALIKE:g} %). Ask whether the studies share patients, "
            "and whether the counts are right.",
        )


def _small_studies(report: Report) -> Iterator[Caution]:
    signs = report.small_studies_differ
    if not signs:
        return
    assert report.asymmetry is not None
    sentences = {
        "test": f"{report.asymmetry.test}'s test gives {p_equals(report.asymmetry.p)}",
        "models": "the fixed-effect estimate, in which large studies weigh more, lies outside "
        "the random-effects interval",
        "largest": f"the largest study ({report.counts.study[report.largest]}) lies outside the "
        "interval of the mean",
    }
    sentence = listed([sentences[sign] for sign in signs])
    yield Caution(
        "Small studies may show other effects than large ones",
        f"{sentence[0].upper()}{sentence[1:]}. Missing studies, worse methods in small ones, and "
        "other patients can all do this [@sterne]. Random effects give small studies more weight "
        "than a fixed effect does.",
    )


def _range(report: Report) -> Iterator[Caution]:
    result = report.recommended
    if result.measure == "RD" and report.pooled:
        beyond = [IN_WORDS[name] for name, one in report.shown.items()
                  if any(abs(limit) > 1 for limit in one.limits)]  # fmt: skip
        if beyond:
            yield Caution(
                "Limits that cannot be",
                f"A risk difference lies between −1 and 1. The interval by "
                f"{listed(beyond)} reaches beyond: the normal law it rests on does not hold for "
                "these counts. Read a ratio instead.",
            )
    if report.applicable and not all(all(one.holds) for one in report.scenarios):
        whole = [one for one in report.scenarios if not one.holds[0]]
        yield Caution(
            f"The {MEASURES[result.measure]} cannot hold at every risk",
            (f"At a control risk of {listed([f'{one.events.control / 10:.3g} %' for one in whole])}"
             " it makes a risk outside 0 to 100 %. " if whole else
             "At some control risk a limit makes a risk outside 0 to 100 %; it is cut off there. ")
            + "An odds ratio can hold at any risk.",
        )  # fmt: skip


def _read(report: Report) -> Iterator[Caution]:
    """What reading the file gave cause for."""
    reading = report.counts.reading
    for caution in reading.cautions if reading else ():
        end = "" if caution.endswith((".", "?", "!")) else "."
        yield Caution("The file", f"{caution[0].upper()}{caution[1:]}{end}")
    if report.subgroup is None and "subgroup" in report.counts.extra:
        yield Caution(
            "Subgroups are not used",
            "The file has a column of subgroups. With --subgroup subgroup each is pooled apart.",
        )


def bayesian(report: Report) -> str:
    """The Bayesian answer with its prior, or nothing."""
    found = report.bayes
    if found is None:
        return ""
    result = report.recommended
    middle, (low, high) = found.mean.quantile(0.5), found.mean.interval(result.level)
    effects = [float(result.natural(x)) for x in (middle, low, high)]
    answer = effect_text(result, effects, report.digits)
    below = found.mean.below(0)
    return (
        f"A Bayesian analysis, with a half-normal prior of scale {TAU_SCALE:g} for τ and a flat "
        f"one for the mean, as has been recommended for so few studies [@friede], gives {answer} "
        f"({100 * result.level:g} % credible interval) and a probability of "
        f"{half_up(100 * below, 0)} % of fewer events on average with {report.arms[0]}. It "
        "depends on the prior, and takes the studies for what they say they are."
    )
