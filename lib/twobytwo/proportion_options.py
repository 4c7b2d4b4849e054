"""The choices of an analysis of proportions, and which of them go together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from twobytwo import options
from twobytwo.estimate.proportions import STUDY_INTERVALS
from twobytwo.options import OptionError

CHOICES: dict[str, tuple[str, ...]] = {
    "model": options.CHOICES["model"],
    "transform": ("logit", "raw"),
    "method": ("IV", "GLMM"),
    "tau2": options.CHOICES["tau2"],
    "interval": options.CHOICES["interval"],
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
    for name, allowed in CHOICES.items():
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
