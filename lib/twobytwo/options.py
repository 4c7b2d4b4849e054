"""The choices of an analysis, and which of them go together."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from numbers import Real
from typing import Any, ClassVar

from twobytwo.estimate.mean import PREDICTION_DF
from twobytwo.estimate.proportions import STUDY_INTERVALS
from twobytwo.estimate.tau2 import ESTIMATORS


class OptionError(ValueError):
    """A choice that does not exist, or two that exclude each other."""


MEASURES = {"OR": "odds ratio", "RR": "risk ratio", "RD": "risk difference"}
CHOICES: dict[str, tuple[str, ...]] = {
    "measure": tuple(MEASURES),
    "model": ("random", "fixed"),
    "method": ("MH", "IV", "Peto", "exact", "GLMM"),
    "tau2": ("DL", *ESTIMATORS),
    "q_center": ("MH", "IV"),
    "interval": ("wald", "hksj", "hksj-truncated"),
    "zero_cells": ("affected", "all", "none"),
    "prediction_df": tuple(PREDICTION_DF),
}
# What a method is, unless another choice contradicts it.
IMPLIED: dict[str, dict[str, Any]] = {
    "exact": {"model": "fixed"},
    "GLMM": {"model": "random", "tau2": "ML"},
}
# Methods that see the counts alone: no study effect, no weight, no corrected cell.
OF_COUNTS = tuple(IMPLIED)
# Methods that are for the odds ratio alone.
OF_ODDS = ("Peto", *OF_COUNTS)
PROPORTION_CHOICES: dict[str, tuple[str, ...]] = {
    "model": CHOICES["model"],
    "transform": ("logit", "raw"),
    "method": ("IV", "GLMM"),
    "tau2": CHOICES["tau2"],
    "interval": (*CHOICES["interval"], "t"),
    "study_interval": tuple(STUDY_INTERVALS),
}

# The orders in which a forest plot lists the studies.
SORTS = ("file", "year", "weight", "effect")

# RevMan 5's "M-H, Random" is also what an analysis without options does.
PRESETS: dict[str, dict[str, Any]] = {
    "revman5": {
        "model": "random",
        "method": "MH",
        "tau2": "DL",
        "interval": "wald",
        "zero_cells": "affected",
        "increment": 0.5,
        "level": 0.95,
    },
}


@dataclass(frozen=True, slots=True)
class Options:
    """How studies are pooled.

    Attributes
    ----------
    measure : {"OR", "RR", "RD"}
        Odds ratio, risk ratio or risk difference.
    model : {"random", "fixed"}
    method : {"MH", "IV", "Peto", "exact", "GLMM"}
        Mantel-Haenszel, inverse variance or Peto. With ``random``, ``MH`` means what
        RevMan 5 means by it: inverse-variance weights, Q about the M-H estimate. Of odds
        ratios, without correcting a cell: ``exact``, the conditional odds ratio common to all
        studies (implies ``fixed``), and ``GLMM``, the hypergeometric-normal likelihood (implies
        ``random`` and tau2 ``ML``).
    tau2 : {"DL", "PM", "REML", "ML", "HE", "SJ", "EB", "HS"}
        Estimator of the between-study variance.
    q_center : {"MH", "IV"} or None
        The mean about which Q is taken; None follows `method`.
    interval : {"wald", "hksj", "hksj-truncated"}
        Interval of the pooled effect (the last two for random effects only).
    zero_cells, increment : {"affected", "all", "none"} and float
        Which studies get the increment, which is positive, added to their cells.
    level : float
        Confidence level, between 0 and 1.
    prediction_df : {"k-2", "k-1"}
        Degrees of freedom of the prediction interval.
    """

    measure: str = "OR"
    model: str = "random"
    method: str = "MH"
    tau2: str = "DL"
    q_center: str | None = None
    interval: str = "wald"
    zero_cells: str = "affected"
    increment: float = 0.5
    level: float = 0.95
    prediction_df: str = "k-2"

    @property
    def center(self) -> str:
        """The mean about which Q is taken: that of `method` unless `q_center` names one."""
        return self.q_center or self.method

    @property
    def random(self) -> bool:
        """Whether the model is random effects."""
        return self.model == "random"

    @property
    def scale(self) -> str:
        """What the studies are pooled on: ``natural`` for RD, else ``log``."""
        return "natural" if self.measure == "RD" else "log"


@dataclass(frozen=True, slots=True)
class ProportionOptions:
    """How proportions are pooled; `tau2` and `level` as in `Options`.

    Attributes
    ----------
    model : {"random", "fixed"}
    transform : {"logit", "raw"}
        The scale on which the proportions are pooled. On the raw scale an interval can
        leave 0 to 1.
    method : {"GLMM", "IV"}
        GLMM: the binomial-normal model, by maximum likelihood; of logits only, and with
        Wald intervals. IV: inverse variance, by default with tau2 of DL. The default is GLMM,
        unless another choice needs IV.
    interval : {"wald", "hksj", "hksj-truncated", "t"}
        Interval of the pooled proportion (hksj with IV and random effects only). With GLMM and
        random effects, ``t`` takes t on k - 1 degrees of freedom in place of z, for few studies.
    study_interval : {"wilson", "clopper-pearson"}
        Interval of each study.
    """

    model: str = "random"
    measure: ClassVar[str] = "proportion"
    prediction_df: ClassVar[str] = "k-2"
    transform: str = "logit"
    method: str = "GLMM"
    tau2: str = "ML"
    interval: str = "wald"
    study_interval: str = "wilson"
    level: float = 0.95

    @property
    def random(self) -> bool:
        """Whether the model is random effects."""
        return self.model == "random"

    @property
    def scale(self) -> str:
        """What the studies are pooled on: ``logit`` or ``natural``."""
        return "logit" if self.transform == "logit" else "natural"


FIELDS = frozenset(field.name for field in fields(Options))
REVMAN5 = Options(**PRESETS["revman5"])


def options(preset: str | None = None, **explicit: Any) -> Options:
    """Complete and check the choices of an analysis.

    Parameters
    ----------
    preset : {"revman5"} or None
        A named set of choices; None is the same as "revman5".
    **explicit
        Fields of `Options`. Each beats the preset; None means not chosen.

    Raises
    ------
    OptionError
        If a choice does not exist or does not go with another; the message says what
        to choose instead.

    Examples
    --------
    >>> options(method="IV").center, options(method="exact").model
    ('IV', 'fixed')
    >>> options(method="Peto")
    Traceback (most recent call last):
        ...
    twobytwo.options.OptionError: method Peto is a fixed-effect method: add model fixed
    """
    if preset is not None and preset not in PRESETS:
        raise OptionError(f"preset {preset!r} is not one of {', '.join(PRESETS)}")
    unknown = explicit.keys() - FIELDS
    if unknown:
        raise OptionError(f"there is no option {sorted(unknown)[0]!r}")
    given = {name: value for name, value in explicit.items() if value is not None}
    if not given:
        return REVMAN5
    implied = IMPLIED.get(given.get("method", ""), {})
    chosen = Options(**{**PRESETS[preset or "revman5"], **implied, **given})
    _check(chosen)
    return chosen


def proportion_options(**explicit: Any) -> ProportionOptions:
    """The same for fields of `ProportionOptions`.

    Raises
    ------
    OptionError
        As of `options`.

    Examples
    --------
    >>> proportion_options().method, proportion_options(tau2="REML").method
    ('GLMM', 'IV')
    """
    given = {name: value for name, value in explicit.items() if value is not None}
    for name, allowed in PROPORTION_CHOICES.items():
        if name in given:
            _one_of(name, given[name], allowed)
    check_share("level", given.get("level", 0.95), "95 % is 0.95")
    if given.get("model") == "fixed" and given.get("interval", "wald") != "wald":
        raise OptionError(f"interval {given['interval']} is for random effects: choose wald")
    beyond = {
        "transform": (("logit",), "GLMM models the logit"),
        "tau2": (("ML",), "GLMM estimates tau2 by maximum likelihood"),
        "interval": (("wald", "t"), "GLMM has no such standard error"),
    }
    for name, (own, why) in beyond.items():
        if given.get(name, own[0]) in own:
            continue
        if given.get("method") == "GLMM":
            raise OptionError(f"{name} {given[name]} needs method IV: {why}")
        given["method"] = "IV"
    if given.get("method") == "IV":
        given.setdefault("tau2", "DL")
        if given.get("interval") == "t":
            raise OptionError("interval t is for GLMM: with IV choose hksj-truncated")
    return ProportionOptions(**given)


def _check(chosen: Options) -> None:
    for name, allowed in CHOICES.items():
        value = getattr(chosen, name)
        if not (name == "q_center" and value is None):
            _one_of(name, value, allowed)
    if not (isinstance(chosen.increment, Real) and 0 < chosen.increment < math.inf):
        raise OptionError(
            f"increment {chosen.increment!r} is not a positive number; "
            "to add nothing choose zero_cells none"
        )
    check_share("level", chosen.level, "95 % is 0.95")
    if chosen.method in OF_ODDS:
        _check_odds_ratio(chosen)
    elif chosen.random and chosen.center == "MH" and chosen.tau2 != "DL":
        raise OptionError(
            f"tau2 {chosen.tau2} needs Q about the inverse-variance mean: add method IV "
            "(Q about the Mantel-Haenszel estimate is defined for DL only)"
        )
    if not chosen.random and chosen.interval != "wald":
        raise OptionError(f"interval {chosen.interval} is for random effects: choose wald")


def _check_odds_ratio(chosen: Options) -> None:
    """What goes with the methods that are for odds ratios only."""
    method = f"method {chosen.method}"
    if chosen.measure != "OR":
        raise OptionError(f"{method} estimates odds ratios: {chosen.measure} needs MH or IV")
    if chosen.method == "GLMM" and not chosen.random:
        raise OptionError(f"{method} is a random-effects method: for a fixed effect choose exact")
    if chosen.method != "GLMM" and chosen.random:
        raise OptionError(f"{method} is a fixed-effect method: add model fixed")
    if chosen.q_center:
        has = "no" if chosen.method == "exact" else "its own"
        raise OptionError(f"{method} has {has} Q: leave q_center out")
    if chosen.method == "GLMM" and chosen.tau2 != "ML":
        raise OptionError(f"{method} estimates tau2 by ML: tau2 {chosen.tau2} needs method IV")
    if chosen.method == "GLMM" and chosen.interval != "wald":
        raise OptionError(f"{method} has Wald intervals: {chosen.interval} needs MH or IV")


def _one_of(name: str, value: Any, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise OptionError(f"{name} {value!r} is not one of {', '.join(allowed)}")


def check_share(name: str, value: float, example: str) -> None:
    """Refuse what is not between 0 and 1 by an OptionError."""
    if not isinstance(value, Real):
        raise OptionError(f"{name} {value!r} is not a number; {example}")
    if not 0 < value < 1:
        raise OptionError(f"{name} {value:g} is not between 0 and 1; {example}")
