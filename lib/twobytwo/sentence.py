"""What was done and what was found, in words: the sentences a paper needs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from twobytwo.estimate.effects import Cells, estimable, has_zero_cell
from twobytwo.options import Options, ProportionOptions
from twobytwo.pooled import Pooled
from twobytwo.rounding import number, p_equals

MEASURES = {"OR": "odds ratios", "RR": "risk ratios", "RD": "risk differences"}
AN = {"OR": "an odds ratio", "RR": "a risk ratio", "RD": "a risk difference"}
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


def method(result: Pooled) -> str:
    """State how a result came about.

    Parameters
    ----------
    result : Pooled
        Of one meta-analysis.

    Returns
    -------
    str
        The pooling, where Mantel-Haenszel enters, the interval, the zero-cell rule that
        was used and on which studies, and the studies that were left out.
    """
    options = result.options
    if isinstance(options, ProportionOptions):
        parts = [
            _proportions(result, options), _proportion_interval(result, options),
            _beyond(result), _zero_arms(result, options),
        ]  # fmt: skip
    else:
        parts = [_pooling(result, options), _interval(result, options)]
        if result.table:
            parts += [_zero_cells(result, options), _left_out(result, options)]
        else:
            parts.append(PRINTED)
    return " ".join(part for part in parts if part)


def findings(result: Pooled, printed: Callable[[float, float, float], str]) -> str:
    """Heterogeneity, the test of the effect and the prediction interval, a line each.

    Parameters
    ----------
    result : Pooled
        Of one meta-analysis.
    printed : callable
        Prints an estimate with its limits.
    """
    lines = [f"Heterogeneity: {heterogeneity(result)}"]
    if result.measure != "proportion":
        lines.append(f"Overall effect: {overall(result)}")
    unit = " %" if result.measure == "proportion" else ""
    if np.isfinite(result.prediction_lower):
        whole = printed(result.estimate, result.prediction_lower, result.prediction_upper)
        lines.append(f"Prediction interval for a new study: {whole[whole.index('[') :]}{unit}")
    elif result.options.random and np.isfinite(result.se):
        fewest = {"k-2": "three", "k-1": "two"}[result.options.prediction_df]
        lines.append(f"Prediction interval for a new study: undefined (it needs {fewest} studies)")
    return "\n".join(lines)


def heterogeneity(result: Pooled) -> str:
    """The heterogeneity line of a forest plot."""
    if result.method == "exact" and result.k > 1:
        return "not measured by the exact method"
    if not result.q_df > 0:
        return "not applicable"
    q = f"Q = {number(result.q)}, df = {result.q_df} ({p_equals(result.q_p_value)})"
    i2, i2_tau2 = number(result.i2, 0), number(result.i2_tau2, 0)
    both = i2_tau2 not in ("-", i2)
    parts = [q, f"I2 = {i2} % (from Q), {i2_tau2} % (from tau2)" if both else f"I2 = {i2} %"]
    if result.options.random:
        parts.insert(0, f"tau2 = {number(result.tau2)}")
    return "; ".join(parts)


def differences(q: float, df: float, p: float) -> str:
    """The line of the test for subgroup differences."""
    if not np.isfinite(q):
        return "undefined (each of two subgroups or more needs an effect and a standard error)"
    return f"Q = {number(q)}, df = {df:g} ({p_equals(p)})"


def overall(result: Pooled) -> str:
    """The line of the test for an overall effect."""
    if not np.isfinite(result.p_value):
        return "not applicable"
    if not np.isfinite(result.statistic):
        return p_equals(result.p_value)
    name = "z" if math.isnan(result.df) else f"t({result.df:g})"
    return f"{name} = {number(abs(result.statistic))} ({p_equals(result.p_value)})"


def _pooling(result: Pooled, options: Options) -> str:
    measure = MEASURES[result.measure]
    if result.k == 0:
        return f"Nothing was pooled: no study has {AN[result.measure]} that can be estimated."
    if np.isnan(result.effect):
        return f"The {measure} of {int(result.k)} studies do not determine a common one."
    if options.method in COUNTS_ALONE:
        studies = f"{int(result.k)} {'study' if result.k == 1 else 'studies'}"
        return COUNTS_ALONE[options.method].format(studies=studies) + (
            " One arm had as few events in every study as it could: the estimate is 0 or infinite."
            if options.method == "GLMM" and np.isinf(result.effect)
            else ""
        )
    if result.k == 1:
        only = result.study[int(np.flatnonzero(result.included)[0])]
        return f"One study ({only}) informs the {measure[:-1]}: the result is that study's own."
    start = f"The {measure} of {int(result.k)} studies were pooled"
    center = {"MH": "the Mantel-Haenszel estimate", "IV": "the inverse-variance mean"}
    if not options.random:
        by = {
            "MH": "Mantel-Haenszel method",
            "IV": "inverse-variance method",
            "Peto": "Peto method",
        }
        se = {"OR": " (standard error of Robins, Breslow and Greenland)"}.get(
            result.measure, " (standard error of Greenland and Robins)"
        )
        text = f"{start} with a fixed effect by the {by[options.method]}"
        text += se if options.method == "MH" else ""
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
            f" {measure[:-1]}."
        )
    return text


def _interval(result: Pooled, options: Options) -> str:
    if result.k == 0 or not np.isfinite(result.effect) or options.method == "exact":
        return ""
    if np.isnan(result.se):
        return (
            "The interval of Hartung, Knapp, Sidik and Jonkman is undefined, because the effects "
            "are equal: choose hksj-truncated."
        )
    kind = "wald" if np.isnan(result.df) else result.interval
    return f"The {100 * result.level:g} % interval {INTERVALS[kind].format(df=result.df)}."


def _zero_cells(result: Pooled, options: Options) -> str:
    table = Cells(*result.table)
    if options.method in ("Peto", *COUNTS_ALONE):
        return ""
    zero = has_zero_cell(table) & result.included
    amount = f"{options.increment:g}"
    if result.measure == "RD":
        touched = result.included & (table.a * table.b == 0) & (table.c * table.d == 0)
        if options.zero_cells == "none" or not touched.any():
            return ""
        return (
            f"{amount} was added to all four cells in the standard error, not the estimate, "
            f"of {_names(result, touched)}, where it would have been 0."
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
    why = "had a zero cell, so no effect of {own}, and {were} left out"
    if options.center == "MH" and options.random:
        why += " of the mean, though not of the Mantel-Haenszel estimate"
    said = (
        _left(result, absent, "had no patients in an arm and {were} left out"),
        _left(result, silent, "had no events in either arm, or only events, and {were} left out"),
        _left(result, without_effect, why),
    )
    return " ".join(part for part in said if part)


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
        only = result.study[int(np.flatnonzero(result.included)[0])]
        return f"One study ({only}) informs the proportion: the result is that study's own."
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
    if np.isnan(result.effect):
        return ""
    level = f"{100 * result.level:g} %"
    if result.k == 1:
        return f"The {level} interval is {STUDY[options.study_interval]}."
    if np.isinf(result.effect):
        return (
            f"The {level} interval is Clopper and Pearson's exact one of the summed counts, "
            "for there are no events or only events."
        )
    if np.isnan(result.se):
        return (
            "The interval of Hartung, Knapp, Sidik and Jonkman is undefined, because the "
            "proportions are equal: choose hksj-truncated."
        )
    kind = "wald" if np.isnan(result.df) else result.interval
    return f"The {level} interval {INTERVALS[kind].format(df=result.df)}."


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


def listed(names: Sequence[str]) -> str:
    """Names as a list in words; of more than five the first five.

    Examples
    --------
    >>> listed(["A", "B", "C"])
    'A, B and C'
    """
    shown = names if len(names) <= 5 else (*names[:5], f"{len(names) - 5} more")
    return " and ".join(filter(None, (", ".join(shown[:-1]), *shown[-1:])))
