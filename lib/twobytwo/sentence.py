"""What was done, in words: the sentences of a methods section."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from twobytwo.estimate.effects import Cells, estimable, has_zero_cell
from twobytwo.options import MEASURES, OF_ODDS, Options, ProportionOptions
from twobytwo.results import Pooled

ESTIMATORS = {
    "DL": "DerSimonian-Laird",
    "PM": "Paule-Mandel",
    "REML": "restricted maximum likelihood",
    "ML": "maximum likelihood",
    "HE": "Hedges",
    "SJ": "Sidik-Jonkman",
    "EB": "empirical Bayes, which is Paule-Mandel",
    "HS": "Hunter-Schmidt",
}
INTERVALS = {
    "wald": "is a Wald interval with the normal quantile",
    "t": "is a Wald interval with t on {df:g} df in place of the normal quantile",
    "hksj": "is that of Hartung, Knapp, Sidik and Jonkman, with t on {df:g} df",
    "hksj-truncated": "is that of Hartung, Knapp, Sidik and Jonkman, with t on {df:g} df "
    "and a standard error never below the Wald one",
}


COUNTS_ALONE = {
    "exact": "The odds ratio common to {studies} was estimated with a fixed effect by conditional "
    "maximum likelihood, with its exact interval: nothing was added to any cell. It has no "
    "standard error, weights or Q.",
    "GLMM": "The log odds ratios of {studies} were pooled with random effects by maximum "
    "likelihood of the hypergeometric-normal model (a GLMM, conditional on the margins): they vary "
    "between studies with variance τ², and nothing was added to any cell. Q is the "
    "likelihood-ratio statistic of an odds ratio per study against a common one.",
}
PRINTED = "The effects and their standard errors are those printed, not computed from counts."
STUDY = {"wilson": "Wilson's score interval", "clopper-pearson": "Clopper and Pearson's exact one"}


def tables(result: Pooled, options: Options) -> str:
    """How 2x2 tables were pooled: the method, the interval, zero cells, studies left out."""
    return _joined(
        _pooling(result, options), _interval(result),
        _zero_cells(result, options), _left_out(result, options),
    )  # fmt: skip


def printed(result: Pooled, options: Options) -> str:
    """How printed effects were pooled."""
    return _joined(_pooling(result, options), _interval(result), PRINTED)


def proportions(result: Pooled, options: ProportionOptions) -> str:
    """How proportions were pooled."""
    return _joined(
        _proportions(result, options), _proportion_interval(result, options),
        _beyond(result), _zero_arms(result, options),
    )  # fmt: skip


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _pooling(result: Pooled, options: Options) -> str:
    measure = MEASURES[result.measure]
    if result.k == 0:
        an = "an" if result.measure == "OR" else "a"
        return f"Nothing was pooled: no study has {an} {measure} that can be estimated."
    if np.isnan(result.effect):
        if result.k == 1:
            return f"The counts of one study alone do not determine its {measure}."
        return f"The {measure}s of {int(result.k)} studies do not determine a common one."
    if options.method in COUNTS_ALONE:
        studies = f"{int(result.k)} {'study' if result.k == 1 else 'studies'}"
        return COUNTS_ALONE[options.method].format(studies=studies) + (
            " One arm had as few events in every study as it could: the estimate is 0 or infinite."
            if options.method == "GLMM" and np.isinf(result.effect)
            else ""
        )
    if result.k == 1:
        return _alone(result, measure, " by the Peto method" * (options.method == "Peto"))
    start = f"The {measure}s of {int(result.k)} studies were pooled"
    center = {"MH": "the Mantel-Haenszel estimate", "IV": "the inverse-variance mean"}
    if not options.random:
        by = {"MH": "Mantel-Haenszel", "IV": "inverse-variance", "Peto": "Peto"}
        text = f"{start} with a fixed effect by the {by[options.method]} method"
        if options.method == "MH":
            breslow = "Robins, Breslow and Greenland"
            whose = breslow if result.measure == "OR" else "Greenland and Robins"
            text += f" (standard error of {whose})"
        if options.center != options.method:
            text += f", with Q about {center[options.center]}"
        return f"{text}."
    text = (
        f"{start} with random effects: each study is weighted by the inverse of its variance "
        f"plus τ² ({ESTIMATORS[options.tau2]}), with Q about {center[options.center]}."
    )
    if options.center == "MH":
        text += (
            " Mantel-Haenszel enters nowhere else: not in the weights, not in the pooled"
            f" {measure}."
        )
    return text


def _alone(result: Pooled, measure: str, by: str = "") -> str:
    only = _names(result, result.included)
    return f"One study ({only}) informs the {measure}: the result is that study's own{by}."


def _interval(result: Pooled, equal: str = "effects") -> str:
    if not np.isfinite(result.effect) or result.method == "exact":
        return ""
    if np.isnan(result.se):
        return (
            "The interval of Hartung, Knapp, Sidik and Jonkman is undefined, because the "
            f"{equal} are equal: choose hksj-truncated."
        )
    kind = "wald" if np.isnan(result.df) else result.interval
    return f"The {100 * result.level:g} % interval {INTERVALS[kind].format(df=result.df)}."


def _zero_cells(result: Pooled, options: Options) -> str:
    table = Cells(*result.table)
    if options.method in OF_ODDS:
        return ""
    zero = has_zero_cell(table) & result.included
    amount = f"{options.increment:g}"
    if result.measure == "RD":
        touched = result.included & (table.a * table.b == 0) & (table.c * table.d == 0)
        if options.zero_cells == "none" or not touched.any():
            return ""
        own = (
            not options.random
            and options.method == "MH"
            and bool((~touched)[result.included].any())
        )
        return (
            f"{amount} was added to all four cells in the standard error, not the estimate, "
            f"of {_names(result, touched)}, where it would have been 0"
            f"{', but not in that of the pooled result' * own}."
        )
    if options.zero_cells == "all":
        return f"{amount} was added to all four cells of every study."
    if not zero.any():
        return ""
    if options.zero_cells == "none":
        return f"Nothing was added to the zero cells of {_names(result, zero)}."
    return f"{amount} was added to all four cells of {_names(result, zero)}, for a zero cell."


def _left_out(result: Pooled, options: Options) -> str:
    a, b, c, d = table = Cells(*result.table)
    absent = (a + b == 0) | (c + d == 0)
    silent = ~estimable(table, result.measure) & ~absent
    without_effect = ~result.included & ~silent & ~absent
    lacks = (
        "a standard error of 0, so no weight" if result.measure == "RD"
        else "a zero cell, so no effect of {own}"
    )  # fmt: skip
    why = f"had {lacks}, and {{were}} left out"
    if options.center == "MH" and options.random:
        why += " of the mean, though not of the Mantel-Haenszel estimate"
    return _joined(
        _left(result, absent, "had no patients in an arm and {were} left out"),
        _left(result, silent, "had no events in either arm, or only events, and {were} left out"),
        _left(result, without_effect, why),
    )


def _left(result: Pooled, which: np.ndarray, why: str) -> str:
    one = which.sum() == 1
    why = why.format(were="was" if one else "were", own="its own" if one else "their own")
    return f"{_names(result, which)} {why}." if which.any() else ""


def _names(result: Pooled, which: np.ndarray) -> str:
    return listed([name for name, named in zip(result.study, which, strict=True) if named])


def _proportions(result: Pooled, options: ProportionOptions) -> str:
    k = int(result.k)
    if k == 0:
        return "Nothing was pooled: no study has a patient."
    what = "proportions" if options.transform == "raw" else "logits of the proportions"
    start = f"The {what} of {k} studies were pooled"
    if k == 1:
        return _alone(result, "proportion")
    if options.method == "IV" and not options.random:
        return f"{start} with a fixed effect by the inverse-variance method."
    if options.method == "IV":
        return (
            f"{start} with random effects: each study is weighted by the inverse of its "
            f"variance plus τ² ({ESTIMATORS[options.tau2]})."
        )
    against = "Q is the likelihood-ratio statistic of a proportion per study against a common one."
    if not options.random:
        return (
            f"A proportion common to {k} studies was estimated by maximum likelihood: all "
            f"events over all patients. {against}"
        )
    fit = (
        f"{start} with random effects by maximum likelihood of the binomial-normal model "
        f"(a logistic GLMM): the logits vary between studies with variance τ². {against}"
    )
    if np.isnan(result.effect):
        fit += (
            " Every study has no event or only events, and both occur: the likelihood grows "
            "with τ² without end, so that there is no estimate."
        )
    return fit


def _proportion_interval(result: Pooled, options: ProportionOptions) -> str:
    interval = f"The {100 * result.level:g} % interval is"
    if result.k == 1:
        return f"{interval} {STUDY[options.study_interval]}."
    if np.isinf(result.effect):
        return (
            f"{interval} Clopper and Pearson's exact one of the summed counts, "
            "for there are no events or only events."
        )
    return _interval(result, "proportions")


def _beyond(result: Pooled) -> str:
    if not (result.ci_lower < 0 or result.ci_upper > 1):
        return ""
    return "It reaches beyond 0 or 1, where no proportion is: choose the transform logit."


def _zero_arms(result: Pooled, options: ProportionOptions) -> str:
    named = [
        name
        for name, x, n in zip(result.study, *result.arms[0], strict=True)
        if n > 0 and x in (0, n)
    ]
    if not named or options.method == "GLMM":
        return ""
    if options.transform == "raw":
        return (
            f"0.5 was added to events and non-events in the standard error, not the estimate, "
            f"of {listed(named)}, where it would have been 0."
        )
    return f"0.5 was added to events and non-events of {listed(named)}, for a zero."


def listed(names: Sequence[str], last: str = "and") -> str:
    """Names as a list in words; of more than six the first five.

    Examples
    --------
    >>> listed("ABCDEF"), listed("ABCDEFG")
    ('A, B, C, D, E and F', 'A, B, C, D, E and 2 more')
    """
    shown = names if len(names) <= 6 else (*names[:5], f"{len(names) - 5} more")
    return f" {last} ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
