"""What was done to the counts of single arms, in words: the sentence a methods section needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from twobytwo.sentence import ESTIMATORS, INTERVALS, listed

if TYPE_CHECKING:
    from twobytwo.proportion_result import ProportionResult

STUDY = {"wilson": "Wilson's score interval", "clopper-pearson": "Clopper and Pearson's exact one"}


def method(result: ProportionResult) -> str:
    """State how a pooled proportion came about.

    Parameters
    ----------
    result : ProportionResult
        Of one meta-analysis.

    Returns
    -------
    str
        The pooling, the interval, and where 0.5 was added.
    """
    parts = (_pooling(result), _interval(result), _beyond(result), _zero_cells(result))
    return " ".join(part for part in parts if part)


def _pooling(result: ProportionResult) -> str:
    options, k = result.options, int(result.k)
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


def _interval(result: ProportionResult) -> str:
    if np.isnan(result.effect):
        return ""
    level = f"{100 * result.level:g} %"
    if result.k == 1:
        return f"The {level} interval is {STUDY[result.options.study_interval]}."
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


def _beyond(result: ProportionResult) -> str:
    if not (result.ci_lower < 0 or result.ci_upper > 1):
        return ""
    return "It reaches beyond 0 or 1, where no proportion is: choose the transform logit."


def _zero_cells(result: ProportionResult) -> str:
    named = [
        name
        for name, x, n in zip(result.study, result.events, result.patients, strict=True)
        if n > 0 and x in (0, n)
    ]
    if not named or result.options.method == "GLMM":
        return ""
    if result.options.transform == "raw":
        return (
            f"0.5 was added to events and non-events in the standard error, not the estimate, "
            f"of {listed(named)}, where it would have been 0."
        )
    return f"0.5 was added to events and non-events of {listed(named)}, for a zero."
