"""The result of pooling proportions: its choices, numbers, words and JSON."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, logit

from . import text
from .effects import FloatArray
from .intervals import Interval
from .options import CHOICES, OptionError
from .pooled import Pooled, as_number
from .proportions import STUDY_INTERVALS, clopper_pearson
from .rounding import percent
from .sentence import ESTIMATORS, INTERVALS

PROPORTION_CHOICES: dict[str, tuple[str, ...]] = {
    "model": CHOICES["model"],
    "transform": ("logit", "raw"),
    "method": ("IV", "GLMM"),
    "tau2": CHOICES["tau2"],
    "interval": CHOICES["interval"],
    "study_interval": tuple(STUDY_INTERVALS),
}


@dataclass(frozen=True, slots=True)
class ProportionOptions:
    """How proportions are pooled.

    Attributes
    ----------
    model : {"random", "fixed"}
    transform : {"logit", "raw"}
        The scale on which the proportions are pooled. On the raw scale an interval can
        leave 0 to 1.
    method : {"GLMM", "IV"}
        GLMM: the binomial-normal model, by maximum likelihood; of logits only, and with
        Wald intervals. IV: inverse variance. The default is GLMM, unless another choice
        needs IV.
    tau2 : {"DL", "PM", "REML", "ML", "HE", "SJ", "EB", "HS"}
        Estimator of the between-study variance (random effects only): ML with GLMM; with
        IV any, by default DL.
    interval : {"wald", "hksj", "hksj-truncated"}
        Interval of the pooled proportion (the last two with IV and random effects only).
    study_interval : {"wilson", "clopper-pearson"}
        Interval of each study.
    level : float
        Confidence level, between 0 and 1.
    """

    model: str = "random"
    transform: str = "logit"
    method: str = "GLMM"
    tau2: str = "ML"
    interval: str = "wald"
    study_interval: str = "wilson"
    level: float = 0.95

    @property
    def measure(self) -> str:
        """Always ``proportion``."""
        return "proportion"

    @property
    def random(self) -> bool:
        """Whether the model is random effects."""
        return self.model == "random"


def proportion_options(**explicit: Any) -> ProportionOptions:
    """Complete and check the choices of an analysis of proportions.

    Parameters
    ----------
    **explicit
        Fields of `ProportionOptions`; None means not chosen.

    Returns
    -------
    ProportionOptions

    Raises
    ------
    OptionError
        If a choice does not exist or does not go with another.

    Examples
    --------
    >>> proportion_options().method, proportion_options(tau2="REML").method
    ('GLMM', 'IV')
    >>> proportion_options(method="GLMM", transform="raw")
    Traceback (most recent call last):
        ...
    twobytwo.options.OptionError: transform raw needs method IV: GLMM models the logit
    """
    given = {name: value for name, value in explicit.items() if value is not None}
    for name, allowed in PROPORTION_CHOICES.items():
        if name in given and given[name] not in allowed:
            raise OptionError(f"{name} {given[name]!r} is not one of {', '.join(allowed)}")
    if not 0 < given.get("level", 0.95) < 1:
        raise OptionError(f"level {given['level']!r} is not between 0 and 1; 95 % is 0.95")
    if given.get("model") == "fixed" and given.get("interval", "wald") != "wald":
        raise OptionError(f"interval {given['interval']} is for random effects: choose wald")
    beyond = {
        "transform": ("logit", "GLMM models the logit"),
        "tau2": ("ML", "GLMM estimates tau2 by maximum likelihood"),
        "interval": ("wald", "GLMM has Wald intervals"),
    }
    for name, (own, why) in beyond.items():
        if given.get(name, own) == own:
            continue
        if given.get("method") == "GLMM":
            raise OptionError(f"{name} {given[name]} needs method IV: {why}")
        given["method"] = "IV"
    if given.get("method") == "IV":
        given.setdefault("tau2", "DL")
    return ProportionOptions(**given)


@dataclass(frozen=True)
class ProportionResult(Pooled):
    """A pooled proportion, or a batch of them.

    What `twobytwo.pooled.Pooled` says of effects is said here of logits, or of proportions
    if these are pooled as they are. The statistic and its p-value are those of an effect of
    0: of a proportion of one half on the logit scale.

    Attributes
    ----------
    options : ProportionOptions
        How the studies were pooled.
    events, patients : ndarray, shape (..., k)
        The counts.
    """

    options: ProportionOptions
    events: FloatArray
    patients: FloatArray

    def natural(self, effect: ArrayLike) -> Any:
        """From the scale of the effect to proportions."""
        value = np.asarray(effect, float)
        return as_number(expit(value) if self.options.transform == "logit" else value)

    @cached_property
    def limits(self) -> Interval:
        """Interval of the pooled effect; exact where the proportion is 0 or 1."""
        wald = super().limits
        if not np.isinf(self.effect).any():
            return wald
        exact = clopper_pearson(self.events.sum(-1), self.patients.sum(-1), self.level)
        pairs = zip(exact, wald, strict=True)
        return Interval(*(np.where(np.isinf(self.effect), logit(e), w) for e, w in pairs))

    @property
    def counts(self) -> dict[str, FloatArray]:
        """Events and patients of each study."""
        return {"events": self.events, "n": self.patients}

    @property
    def study_estimate(self) -> FloatArray:
        """Proportion of each study, NaN where it has no patients."""
        some = np.where(self.patients > 0, self.patients, np.nan)
        proportion: FloatArray = self.events / some
        return proportion

    @property
    def study_interval(self) -> Interval:
        """Interval of each study's proportion."""
        interval = STUDY_INTERVALS[self.options.study_interval]
        return interval(self.events, self.patients, self.level)

    @property
    def method_sentence(self) -> str:
        """What was done, in a sentence or two ready for a methods section."""
        return " ".join(filter(None, (self._pooling(), self._interval(), self._zero_cells())))

    def _pooling(self) -> str:
        options, k = self.options, int(self.k)
        if k == 0:
            return "Nothing was pooled: no study has a patient."
        what = "proportions" if options.transform == "raw" else "logits of the proportions"
        start = f"The {what} of {k} studies were pooled"
        if k == 1:
            only = self.study[int(np.flatnonzero(self.included)[0])]
            return f"One study ({only}) informs the proportion: the result is that study's own."
        if options.method == "IV" and not options.random:
            return f"{start} with a fixed effect by the inverse-variance method."
        if options.method == "IV":
            return (
                f"{start} with random effects: each study is weighted by the inverse of its "
                f"variance plus τ² ({ESTIMATORS[options.tau2]})."
            )
        against = (
            "Q is the likelihood-ratio statistic of a proportion per study against a common one."
        )
        if not options.random:
            return (
                f"A proportion common to {k} studies was estimated by maximum likelihood: all "
                f"events over all patients. {against}"
            )
        fit = (
            f"{start} with random effects by maximum likelihood of the binomial-normal model "
            f"(a logistic GLMM): the logits vary between studies with variance τ². {against}"
        )
        if np.isnan(self.effect):
            fit += (
                " Every study has no event or only events, and both occur: the likelihood grows "
                "with τ² without end, so that there is no estimate."
            )
        return fit

    def _interval(self) -> str:
        if np.isnan(self.effect):
            return ""
        level = f"{100 * self.level:g} %"
        if np.isinf(self.effect):
            return (
                f"The {level} interval is Clopper and Pearson's exact one of the summed counts, "
                "for there are no events or only events."
            )
        if np.isnan(self.se):
            return (
                "The interval of Hartung, Knapp, Sidik and Jonkman is undefined, because the "
                "proportions are equal: choose hksj-truncated."
            )
        kind = "wald" if np.isnan(self.df) else self.interval
        return f"The {level} interval {INTERVALS[kind].format(df=self.df)}."

    def _zero_cells(self) -> str:
        named = [
            name
            for name, x, n in zip(self.study, self.events, self.patients, strict=True)
            if n > 0 and x in (0, n)
        ]
        if not named or self.options.method == "GLMM":
            return ""
        shown = named if len(named) <= 5 else [*named[:5], f"{len(named) - 5} more"]
        names = " and ".join(filter(None, (", ".join(shown[:-1]), shown[-1])))
        if self.options.transform == "raw":
            return (
                f"0.5 was added to events and non-events in the standard error, not the estimate, "
                f"of {names}, where it would have been 0."
            )
        return f"0.5 was added to events and non-events of {names}, for a zero."


def summary(result: ProportionResult) -> str:
    """A table of the studies in percent, the pooled proportion and how it was obtained."""
    rows = [("Study", "Events", "Weight", f"% [{100 * result.level:g} % CI]")]
    events, n = ([int(x) for x in (*a, a.sum())] for a in (result.events, result.patients))
    limits = [*zip(*result.study_interval, strict=True), (result.ci_lower, result.ci_upper)]
    whole = 100.0 if np.isfinite(result.weight).any() else np.nan
    for i, name in enumerate((*result.study, "Total")):
        weight = (*result.weight, whole)[i]
        ends = ", ".join(text.number(100 * limit, 1) for limit in limits[i])
        if i == len(result.study):
            shown = text.number(100 * result.estimate, 1)
        else:
            shown = percent(events[i], n[i]) if n[i] else "-"
        interval = "not estimable" if shown == "-" else f"{shown} [{ends}]"
        share = f"{text.number(weight, 1)} %" if np.isfinite(weight) else "-"
        rows.append((name, f"{events[i]}/{n[i]}", share, interval))
    widths = [max(len(row[j]) for row in rows) for j in range(4)]
    lines = [
        "  ".join([row[0].ljust(widths[0]), *(row[j].rjust(widths[j]) for j in (1, 2, 3))])
        for row in rows
    ]
    lines += ["", f"Heterogeneity: {text.heterogeneity(cast(Any, result))}"]
    if np.isfinite(result.prediction_lower):
        span = (text.number(100 * x, 1) for x in (result.prediction_lower, result.prediction_upper))
        lines.append(f"Prediction interval for a new study: [{', '.join(span)}] %")
    return "\n".join([*lines, "", result.method_sentence])
