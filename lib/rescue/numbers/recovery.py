"""Counts and methods recovered from pooled digits: the searches, and what they say in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from metabook import data
from metabook.recompute import digits
from twobytwo import Counts, Result, pool
from twobytwo.checks.recover import Printed, Recovered, methods_that_print, recover
from twobytwo.estimate.mean import cochran_q, dersimonian_laird
from twobytwo.options import CHOICES
from twobytwo.rounding import half_up, number, with_interval
from twobytwo.sentence import ESTIMATORS

# The one study whose count is in nothing that could be read, and two outcomes for which
# the counts of all studies are known from their abstracts.
STUDY, OUTCOME = "Cornelissen 2018", "SICH"
KNOWN = ("mRS 0-2", "mortality")
ESTIMATE_AND_CI = ("estimate", "ci_lower", "ci_upper")

Pair = tuple[int, int]


# ---- what is printed, and by which rule it may have come about


def printed(outcome: str) -> Printed:
    """The digits that the paper prints of one pooled outcome.

    Examples
    --------
    >>> printed("SICH").digits
    {'estimate': '0.68', 'ci_lower': '0.37', 'ci_upper': '1.27', 'p_value': '0.23', 'i2': '0'}
    """
    start = f"pooled({outcome}, "
    return Printed(
        **{
            row["computed_by"].removeprefix(start).removesuffix(")"): digits(row["printed"])
            for row in data.rows("published.csv")
            if row["source"] == "Premat 2020" and row["computed_by"].startswith(start)
        }
    )


def printed_or(outcome: str) -> Printed:
    """The same, but the odds ratio and its interval only."""
    of = printed(outcome).digits
    return Printed(**{name: of[name] for name in ESTIMATE_AND_CI})


def nothing_in_the_sum(
    events_treatment: Any, n_treatment: Any, events_control: Any, n_control: Any, study: Any
) -> Result:
    """Pool by RevMan 5's rule, but add nothing to the cells in the Mantel-Haenszel sum.

    Called as `twobytwo.pool`, which has no option for it: there one zero-cell rule holds
    for the sum and for the study effects alike.
    """
    arms = events_treatment, n_treatment, events_control, n_control
    result = pool(*arms, study=study)
    center = pool(*arms, model="fixed", zero_cells="none").effect
    effect = np.where(result.included, result.study_effect, 0.0)
    precision = np.where(result.included, 1 / result.study_variance, 0.0)
    q = cochran_q(effect, precision, center)
    tau2 = dersimonian_laird(q, result.q_df, precision)
    weights = precision / (1 + precision * tau2[..., None])
    total = weights.sum(-1)
    mean, se = (weights * effect).sum(-1) / total, 1 / np.sqrt(total)
    return replace(result, q=q, tau2=tau2[()], weights=weights, effect=mean, se=se, wald_se=se)


RULES: dict[str, dict[str, dict[str, Any]]] = {
    "Random effects": {
        "RevMan 5": {},
        "Q about the inverse-variance mean": {"q_center": "IV"},
        "no 0.5 in the Mantel-Haenszel sum": {"rule": nothing_in_the_sum},
        "no 0.5 anywhere": {"zero_cells": "none"},
        "0.5 added to every study": {"zero_cells": "all"},
        **{
            f"τ² by {ESTIMATORS[name].partition(',')[0]}": {"method": "IV", "tau2": name}
            for name in CHOICES["tau2"]
            if name != "DL"
        },
    },
    "Fixed effect": {
        "Mantel-Haenszel": {"model": "fixed"},
        "Mantel-Haenszel, no 0.5 anywhere": {"model": "fixed", "zero_cells": "none"},
        "inverse variance": {"model": "fixed", "method": "IV"},
        "Peto": {"model": "fixed", "method": "Peto"},
    },
}
EVERY_RULE = {name: choices for rules in RULES.values() for name, choices in rules.items()}


# ---- the searches


class Known(NamedTuple):
    """A search whose answer is known, and how it is known."""

    outcome: str
    study: str
    found: Recovered
    pair: Pair
    basis: str

    @property
    def others(self) -> list[Pair]:
        """Pairs that print all digits, and are not the one in the study's abstract."""
        return [pair for pair in self.found.pairs() if pair != self.pair]


def missing() -> Recovered:
    """Recover the pair that no text gives."""
    return recover(data.counts(OUTCOME), STUDY, printed(OUTCOME))


def known() -> list[Known]:
    """Recover what the abstracts give, for each study and each outcome that is known."""
    searches = []
    for outcome in KNOWN:
        counts, wanted, basis = data.counts(outcome), printed(outcome), data.basis(outcome)
        events = zip(counts.events_treatment.tolist(), counts.events_control.tolist(), strict=True)
        for study, pair in zip(counts.study, events, strict=True):
            found = recover(counts, study, wanted)
            searches.append(Known(outcome, study, found, pair, basis[study]))
    return searches


def mirror(found: Recovered, pair: Pair) -> Pair | None:
    """Return the pair with the same odds ratio and variance, where the arms are of one size."""
    if found.n_treatment != found.n_control:
        return None
    return found.n_control - pair[1], found.n_treatment - pair[0]


def recover_by_rule() -> dict[str, list[Pair]]:
    """Recover the pairs that print odds ratio and interval, rule by rule."""
    of, wanted = data.counts(OUTCOME), printed_or(OUTCOME)
    return {rule: recover(of, STUDY, wanted, **EVERY_RULE[rule]).pairs() for rule in EVERY_RULE}


def moved(counts: Counts, study: str, arm: str, step: int) -> Counts:
    """The counts with one of them moved by some patients."""
    here = np.array([name == study for name in counts.study])
    return replace(counts, **{arm: getattr(counts, arm) + step * here})


def other_counts_moved() -> list[list[Pair]]:
    """Recover the pair after moving each of the other studies' counts by one patient."""
    of, wanted = data.counts(OUTCOME), printed(OUTCOME)
    return [
        recover(moved(of, study, arm, step), STUDY, wanted).pairs()
        for study in of.study
        if study != STUDY
        for arm in ("events_treatment", "events_control")
        for step in (-1, 1)
    ]


def rules_for_moved_deaths() -> set[str]:
    """The rules that print odds ratio and interval of death if Peng had one more, or fewer."""
    of, wanted = data.counts("mortality"), printed_or("mortality")
    others = [moved(of, "Peng 2019", "events_treatment", step) for step in (-1, 1)]
    return {name for counts in others for name in methods_that_print(counts, wanted, EVERY_RULE)}


def misprinted() -> list[list[Pair]]:
    """Recover the pair after moving the last digit of odds ratio or limit by one."""
    of, right = data.counts(OUTCOME), printed(OUTCOME)
    return [
        recover(of, STUDY, replace(right, **{name: half_up(float(text) + step)})).pairs()
        for name, text in printed_or(OUTCOME).digits.items()
        for step in (-0.01, 0.01)
    ]


def alone(found: Recovered) -> int:
    """How many pairs print an odds ratio with interval that no other pair prints."""
    numbers = (getattr(found.result, name).ravel() for name in ESTIMATE_AND_CI)
    seen = Counter(tuple(map(half_up, each)) for each in zip(*numbers, strict=True))
    return sum(count == 1 for count in seen.values())


def one_decimal(outcome: str, study: str) -> Recovered:
    """Recover from a single printed decimal."""
    result = data.pooled(outcome)
    rounded = {name: half_up(getattr(result, name), 1) for name in ESTIMATE_AND_CI}
    return recover(data.counts(outcome), study, Printed(**rounded))


# ---- in words


def words() -> dict[str, str]:
    """What the prose of the chapter mentions."""
    found, digits_ = missing(), printed(OUTCOME).digits
    limits = found.pairs("ci_lower", "ci_upper")
    near = next(pair for pair in limits if pair not in found.pairs())
    return {
        "stent-n": str(found.n_treatment),
        "control-n": str(found.n_control),
        "tried": str(found.tried),
        "alone": str(alone(found)),
        "or": digits_["estimate"],
        "ci": f"{digits_['ci_lower']} to {digits_['ci_upper']}",
        "fit-or": str(len(found.pairs("estimate"))),
        "fit-limits": str(len(limits)),
        "pair": each(found, found.pairs()),
        "near": versus(found, near),
        "near-result": estimate_and_ci(found.result, near),
        **_known_words(),
        **_rule_words(found),
        **_what_if_words(),
    }


def _known_words() -> dict[str, str]:
    searches = known()
    mrs, deaths = (one for one in searches if one.study == STUDY)
    return {
        "mrs-pair": each(mrs.found, mrs.found.pairs()),
        "deaths-pair": each(deaths.found, deaths.found.pairs()),
        "known": str(len(searches)),
        "known-right": str(sum(one.pair in one.found.pairs() for one in searches)),
        "known-unique": str(sum(one.found.pairs() == [one.pair] for one in searches)),
        "known-two": str(sum(len(one.others) == 1 for one in searches)),
        "known-mirrors": str(sum(mirror(one.found, one.pair) in one.others for one in searches)),
    }


def _rule_words(found: Recovered) -> dict[str, str]:
    recovered = list(recover_by_rule().values())
    counts, wanted = data.counts("mortality"), printed("mortality")
    but_i2 = methods_that_print(counts, printed_or("mortality"), EVERY_RULE)
    mrs = recover(data.counts("mRS 0-2"), STUDY, printed_or("mRS 0-2"), model="fixed")
    return {
        "rules": str(len(EVERY_RULE)),
        "rules-same": str(sum(pairs == found.pairs() for pairs in recovered)),
        "rules-none": str(sum(not pairs for pairs in recovered)),
        "wrong-rule": each(mrs, mrs.pairs()),
        "wrong-rule-q-p": number(mrs.result.q_p_value[mrs.pairs()[0]]),
        "mrs-q-p": printed("mRS 0-2").digits["q_p_value"],
        "methods-or": str(len(but_i2)),
        "methods-all": " and ".join(methods_that_print(counts, wanted, EVERY_RULE)),
        "peng-moved": str(len(rules_for_moved_deaths()) or "none"),
        "deaths-i2": f"{wanted.digits['i2']} %",
    }


def _what_if_words() -> dict[str, str]:
    others, misprints = other_counts_moved(), misprinted()
    large = one_decimal("mortality", "Peng 2019")
    return {
        "moved": str(len(others)),
        "moved-none": str(sum(not pairs for pairs in others)),
        "moved-other": str(sum(len(pairs) > 0 for pairs in others)),
        "misprints": str(len(misprints)),
        "misprints-none": str(sum(not pairs for pairs in misprints)),
        "one-decimal": str(len(one_decimal(OUTCOME, STUDY).pairs())),
        "one-decimal-large": str(len(large.pairs())),
        "tried-large": f"{large.tried:,}",
    }


def versus(found: Recovered, pair: Pair) -> str:
    """A pair in words.

    Examples
    --------
    >>> versus(missing(), (0, 1))
    '0/12 versus 1/14'
    """
    return f"{pair[0]}/{found.n_treatment} versus {pair[1]}/{found.n_control}"


def each(found: Recovered, pairs: list[Pair]) -> str:
    """Some pairs in words."""
    return " or ".join(versus(found, pair) for pair in pairs)


def estimate_and_ci(result: Result, pair: Pair | tuple[()] = ()) -> str:
    """The pooled odds ratio with its interval; of a batch, that with one pair."""
    estimate, lower, upper = (np.asarray(getattr(result, x))[pair] for x in ESTIMATE_AND_CI)
    return with_interval(estimate, lower, upper)


def as_printed(outcome: str) -> str:
    """The same as the paper prints it, for example 0.68 [0.37, 1.27]."""
    estimate, lower, upper = (printed(outcome).digits[name] for name in ESTIMATE_AND_CI)
    return f"{estimate} [{lower}, {upper}]"
