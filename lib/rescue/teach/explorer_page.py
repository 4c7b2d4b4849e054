"""The explorer on its page: its controls, its words, and every state as JSON."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from html import escape
from typing import Any

import numpy as np
from metabook import data
from twobytwo import Result
from twobytwo.checks.absolute import crude_control_risk, per_thousand
from twobytwo.options import CHOICES
from twobytwo.plots.forest import MEASURE, axis_of
from twobytwo.rounding import half_up, with_interval
from twobytwo.sentence import ESTIMATORS

from rescue.paper import facts
from rescue.teach import explorer
from rescue.teach.explorer import NONE, PAPER, STUDIES, Analysis

KEYS = {"mRS 0-2": "mRS", "mortality": "mortality", "SICH": "SICH"}
START = "mortality"
AUTHORS = tuple(study.split()[0] for study in STUDIES)

LEGENDS = {
    "outcome": "Outcome",
    "measure": "Measure",
    "model": "Model",
    "method": "Method",
    "tau2": "τ² estimated by",
    "interval": "Interval",
    "study": "Studies",
}
LABELS: dict[str, dict[str, str]] = {
    "outcome": {"mRS": "independence", "mortality": "death", "SICH": "hemorrhage (SICH)"},
    "measure": {measure: MEASURE[measure].lower() for measure in CHOICES["measure"]},
    "model": {"random": "random effects", "fixed": "fixed effect"},
    "method": {"MH": "Mantel-Haenszel", "IV": "inverse variance", "Peto": "Peto"},
    "tau2": {**{name: ESTIMATORS[name] for name in CHOICES["tau2"]}, NONE: "none"},
    "interval": {"wald": "Wald", "hksj": "HKSJ", "hksj-truncated": "HKSJ, truncated"},
    "study": dict(zip(AUTHORS, STUDIES, strict=True)),
}
# What was found, as the beginning of a sentence; {} is the pooled estimate.
SAID = {
    "OR": "The odds of {event} were {{}} times as high with a stent",
    "RR": "The {chance} of {event} was {{}} times as high with a stent",
    "RD": "With a stent the {chance} of {event} differed by {{}}",
}
EVENTS = {
    "mRS 0-2": {"event": "independence", "chance": "chance"},
    "mortality": {"event": "death", "chance": "risk"},
    "SICH": {"event": "SICH", "chance": "risk"},
}
PRINTED = {"mRS 0-2": "mrs", "mortality": "mortality", "SICH": "sich"}


def why(choice: tuple[str, ...]) -> str:
    """Why the last of these choices is refused, for a reader."""
    first = dict(zip(Analysis._fields, choice, strict=False))
    if "interval" in first:
        return "HKSJ is for random effects."
    if "tau2" in first:
        if first["tau2"] == NONE:
            return ""  # nobody looks for it with random effects
        if first["model"] == "fixed":
            return "A fixed effect has no τ²."
        return "Mantel-Haenszel goes with DerSimonian-Laird; inverse variance opens the others."
    return "Peto is for odds ratios and a fixed effect."


def printed(outcome: str) -> str:
    """The paper's own result.

    Examples
    --------
    >>> printed("mortality")
    '0.39 [0.16, 0.93]'
    """
    rows = {row["id"]: row["printed"] for row in data.rows("published.csv")}
    name = f"premat-abstract-{PRINTED[outcome]}"
    return "{} [{}, {}]".format(*(rows[f"{name}-{end}"] for end in ("or", "ci-lower", "ci-upper")))


def link(outcome: str = START, without: tuple[str, ...] = (), **choices: str) -> str:
    """The part of an address that names a state.

    Examples
    --------
    >>> link(without=("Chang",), interval="hksj")
    '#outcome=mortality&measure=OR&model=random&method=MH&tau2=DL&interval=hksj&without=Chang'
    """
    chosen = PAPER._replace(**choices)._asdict()
    pairs = {"outcome": KEYS[outcome], **chosen}
    pairs |= {"without": ",".join(without)} if without else {}
    return "#" + "&".join(f"{name}={value}" for name, value in pairs.items() if value != NONE)


def state(outcome: str = START, without: tuple[str, ...] = (), **choices: str) -> Result:
    """The result of a state."""
    row = sum(2**i for i, author in enumerate(AUTHORS) if author not in without) - 1
    return explorer.one(explorer.batch(outcome, PAPER._replace(**choices)), row)


def includes_null(result: Result) -> bool:
    """Whether the interval includes no effect."""
    return bool(result.limits.lower <= 0 <= result.limits.upper)


# What is worth trying: what to do, what then happens, and the state.
TRIES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Leave out Chang 2018", "the interval for death then includes 1", {"without": ("Chang",)}),
    ("Take HKSJ's interval", "the same estimate, no longer significant", {"interval": "hksj"}),
    ("Estimate τ² by REML", "it becomes 0, and the OR moves up", {"method": "IV", "tau2": "REML"}),
    ("Take the risk ratio of death", "its interval includes 1", {"measure": "RR"}),
    (
        "Take HKSJ's interval for SICH",
        "it gets narrower than Wald's, which is a trap: few studies that agree by chance",
        {"outcome": "SICH", "interval": "hksj"},
    ),
    (
        "Take HKSJ's interval for independence",
        "it still leaves out 1",
        {"outcome": "mRS 0-2", "interval": "hksj"},
    ),
)


def words() -> facts.Words:
    """What the chapter says: how many analyses of all four studies show a difference."""
    said = {
        "analyses": str(len(explorer.analyses())),
        "states": f"{len(explorer.analyses()) * len(explorer.SETS) * len(data.outcomes()):,}",
    }
    for name, outcome in {"mrs": "mRS 0-2", "deaths": "mortality", "sich": "SICH"}.items():
        results = [
            explorer.one(explorer.batch(outcome, analysis), -1) for analysis in explorer.analyses()
        ]
        said[f"{name}-different"] = str(sum(not includes_null(result) for result in results))
    return said


def _outcome(outcome: str) -> dict[str, Any]:
    """What the page must know of an outcome besides the packed columns."""
    about, counts = data.outcome(outcome), data.counts(outcome)
    sides = ("Favors control", "Favors stent")
    whole = [explorer.one(explorer.batch(outcome, PAPER), row) for row in range(len(explorer.SETS))]
    recovered = [study for study, basis in data.basis(outcome).items() if basis == data.RECOVERED]
    return {
        "key": KEYS[outcome],
        "label": about["label"],
        "favors": sides if about["better"] == "more" else sides[::-1],
        "counts": np.transpose(counts.arms).tolist(),
        "said": {measure: text.format(**EVENTS[outcome]) for measure, text in SAID.items()},
        "paper": printed(outcome),
        "without": [explorer.rounded(per_thousand(result).control, 0) for result in whole],
        "risk": [half_up(100 * crude_control_risk(result), 1) for result in whole],
        "axes": {measure: _axis(outcome, measure) for measure in CHOICES["measure"]},
        "studies": {
            **{m: _studies(outcome, measure=m) for m in CHOICES["measure"]},
            "Peto": _studies(outcome, method="Peto", model="fixed"),
        },
        "note": f"{recovered[0]}: count recovered by inversion from the pooled result."
        if recovered
        else "",
    }


def _axis(outcome: str, measure: str) -> dict[str, Any]:
    """One axis for all states of a measure, so that what moves is the result."""
    shown = axis_of(data.pooled(outcome, measure=measure))
    return {
        name: getattr(shown, name) for name in ("log", "null", "low", "high", "ticks", "labels")
    }


def _studies(outcome: str, **choices: str) -> list[list[explorer.Number]]:
    """Each study's own estimate and interval."""
    result = data.pooled(outcome, **choices)
    columns = (result.study_estimate, *result.study_interval)
    return [[explorer.drawn(value) for value in study] for study in np.transpose(columns)]


@cache
def as_json() -> str:
    """Everything that the script needs."""
    content = {
        "fields": Analysis._fields,
        "start": {"outcome": KEYS[START], **PAPER._asdict(), "without": []},
        "legends": LEGENDS,
        "labels": LABELS,
        "measures": MEASURE,
        "studies": STUDIES,
        "authors": AUTHORS,
        "outcomes": [_outcome(outcome) for outcome in data.outcomes()],
        "analyses": ["/".join(analysis) for analysis in explorer.analyses()],
        "refused": {"/".join(choice): why(choice) for choice in explorer.refused()},
        "columns": explorer.packed(),
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class Explorer:
    """Controls, an empty result and the numbers; a script fills and shows it."""

    def __repr__(self) -> str:
        digest = sha256(as_json().encode()).hexdigest()[:16]
        lines = [f"{words()['states']} states, checksum {digest}"]
        for outcome in data.outcomes():
            result = state(outcome)
            pooled = with_interval(result.estimate, result.ci_lower, result.ci_upper)
            lines.append(f"{outcome}: at first {pooled}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        fields = "".join(_fieldset(field) for field in LEGENDS)
        tries = "".join(
            f'<li><a href="{escape(link(**choices))}">{escape(what)}</a>: {escape(then)}.</li>'
            for what, then, choices in TRIES
        )
        numbers = f'<script type="application/json" id="explorer-data">{as_json()}</script>'
        return PAGE.format(fields=fields, tries=tries) + numbers


def _fieldset(field: str) -> str:
    """The control of one field: native, and named by its legend."""
    if field == "tau2":
        items = "".join(
            f'<option value="{key}">{escape(label)}</option>'
            for key, label in LABELS[field].items()
        )
        control = f'<select name="{field}" aria-label="{LEGENDS[field]}">{items}</select>'
    else:
        kind = "checkbox" if field == "study" else "radio"
        control = "".join(
            f'<label><input type="{kind}" name="{field}" value="{key}"> {escape(label)}</label> '
            for key, label in LABELS[field].items()
        )
    return (
        f'<fieldset aria-describedby="why-{field}"><legend>{LEGENDS[field]}</legend>'
        f'<div>{control}<small id="why-{field}"></small></div></fieldset>'
    )


PAGE = """\
<div class="explorer" hidden>
<form aria-label="Choose an analysis">{fields}</form>
<p class="explorer-said" role="status"></p>
<div class="explorer-plot"></div>
<p class="explorer-note"></p>
<dl>
<dt>In 1,000 patients</dt><dd data-is="thousand"></dd>
<dt>The paper</dt><dd data-is="paper"></dd>
<dt>Heterogeneity</dt><dd data-is="heterogeneity"></dd>
<dt>Method</dt><dd data-is="method"></dd>
</dl>
<p class="explorer-buttons">
<button type="button" data-do="reset">Back to the paper’s analysis</button>
<button type="button" data-do="copy">Copy link</button>
<output></output>
</p>
<details class="as-table"><summary>The same numbers as a table</summary>
<div class="table-scroll" role="region" tabindex="0" aria-label="The same numbers as a table">
<table></table></div></details>
<div class="explorer-tries"><p><strong>Try:</strong></p><ul>{tries}</ul></div>
</div>
"""
