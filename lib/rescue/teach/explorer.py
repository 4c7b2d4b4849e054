"""The explorer: its controls, its words and its counts; the page pools them itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from html import escape
from itertools import product
from typing import Any, NamedTuple

import pandas as pd
from metabook import data
from metabook.frames import frame
from twobytwo import Counts, Result, pool, read_counts
from twobytwo.checks.absolute import crude_control_risk
from twobytwo.options import CHOICES, OptionError, options
from twobytwo.plots.forest import MEASURE, axis_of
from twobytwo.rounding import with_interval
from twobytwo.sentence import ESTIMATORS

from rescue.paper import facts

KEYS = {"mRS 0-2": "mRS", "mortality": "mortality", "SICH": "SICH"}
START = "mortality"
STUDIES = data.counts(START).study
NONE = "none"  # for tau2: a fixed effect has none
LATER = frame("later_counts.csv").query("outcome in @KEYS")
CIRCULATIONS = ("anterior", "posterior")


def _key(study: str) -> str:
    """The first word of a study's name, by which addresses name it."""
    return study.split()[0]


AUTHORS = tuple(map(_key, STUDIES))
ADDED = tuple(dict.fromkeys(map(_key, LATER["study"])))

# Outcome, studies and risk come first; how they are pooled is folded.
LEGENDS = {
    "outcome": "Outcome",
    "study": "Studies",
    "measure": "Measure",
    "model": "Model",
    "method": "Method",
    "tau2": "τ² estimated by",
    "interval": "Interval",
}
FIRST = ("outcome", "study")
LABELS: dict[str, dict[str, str]] = {
    "outcome": {key: data.outcome(outcome)["label"] for outcome, key in KEYS.items()},
    "study": dict(zip(AUTHORS, STUDIES, strict=True)) | {_key(x): x for x in LATER["study"]},
    "measure": {measure: MEASURE[measure].lower() for measure in CHOICES["measure"]},
    "model": {"random": "random effects", "fixed": "fixed effect"},
    "method": {"MH": "Mantel-Haenszel", "IV": "inverse variance", "Peto": "Peto"},
    "tau2": {**{name: ESTIMATORS[name] for name in CHOICES["tau2"]}, NONE: "none"},
    "interval": {"wald": "Wald", "hksj": "HKSJ", "hksj-truncated": "HKSJ, truncated"},
}
# What was found, in patients. The page fills in numbers.
IN_PATIENTS = (
    "Of 1,000 patients {with} {verb} with a stent and {without} without: {difference} "
    "({interval}), if the association holds at a risk of {risk} % without a stent."
)
VERBS = {
    "mRS 0-2": "are independent", "mortality": "die", "SICH": "have symptomatic hemorrhage",
}  # fmt: skip
PRINTED = {"mRS 0-2": "mrs", "mortality": "mortality", "SICH": "sich"}


class Analysis(NamedTuple):
    """How studies are pooled; a choice may exclude those after it, never those before.

    Attributes
    ----------
    measure, model, method, tau2, interval : str
        As in `twobytwo.options.Options`; `tau2` is "none" with a fixed effect.
    """

    measure: str
    model: str
    method: str
    tau2: str
    interval: str

    @property
    def choices(self) -> dict[str, str]:
        """The keywords of `twobytwo.pool`."""
        return {name: value for name, value in self._asdict().items() if value != NONE}

    @property
    def allowed(self) -> bool:
        """Whether the choices go together."""
        try:
            options(**self.choices)
        except OptionError:
            return False
        return (self.tau2 == NONE) == (self.model == "fixed")


PAPER = Analysis("OR", "random", "MH", "DL", "wald")


def analyses() -> Iterator[Analysis]:
    """Every analysis whose choices go together."""
    every = (Analysis(*choice) for choice in product(*(LABELS[name] for name in Analysis._fields)))
    return (analysis for analysis in every if analysis.allowed)


@cache
def counts(outcome: str) -> Counts:
    """All studies of an outcome: the paper's four, then the later ones that count it."""
    columns = ["study", "events_treatment", "n_treatment", "events_control", "n_control"]
    paper, later = frame("counts.csv"), LATER
    both = pd.concat([one.loc[one["outcome"] == outcome, columns] for one in (paper, later)])
    return read_counts(both)


def state(
    outcome: str = START, without: tuple[str, ...] = (), added: tuple[str, ...] = (), **choices: str
) -> Result:
    """The result of a state, named as `link` names it."""
    every = counts(outcome)
    inside = {*AUTHORS, *added} - {*without}
    some = every.at([i for i, study in enumerate(every.study) if _key(study) in inside])
    return pool(*some.arms, study=some.study, **PAPER._replace(**choices).choices)  # type: ignore[arg-type]  # pool checks


def control_risk(outcome: str) -> float:
    """The crude risk of the controls of the paper's four studies, which a page holds."""
    return crude_control_risk(data.pooled(outcome))


def link(
    outcome: str = START, without: tuple[str, ...] = (), added: tuple[str, ...] = (), **choices: str
) -> str:
    """The part of an address that names a state.

    Examples
    --------
    >>> link(without=("Chang",), interval="hksj")
    '#outcome=mortality&measure=OR&model=random&method=MH&tau2=DL&interval=hksj&without=Chang'
    """
    pairs = {"outcome": KEYS[outcome], **PAPER._replace(**choices).choices}
    pairs |= {"without": ",".join(without)} if without else {}
    pairs |= {"added": ",".join(added)} if added else {}
    return "#" + "&".join(f"{name}={value}" for name, value in pairs.items())


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
        "Add the later studies of the posterior circulation",
        "for death the interval still leaves out 1, but the studies differ",
        {"added": ("Luo", "Mohammaden", "PC-SEARCH", "ATTENTION")},
    ),
    (
        "Take HKSJ's interval for independence",
        "it still leaves out 1",
        {"outcome": "mRS 0-2", "interval": "hksj"},
    ),
)


def words() -> facts.Words:
    """What the chapter says: how many analyses of all four studies show a difference."""
    every = list(analyses())
    sets = 2 ** len(STUDIES) - 1
    said = {"analyses": str(len(every)), "states": f"{len(every) * sets * len(KEYS):,}"}
    for name, outcome in {"mrs": "mRS 0-2", "deaths": "mortality", "sich": "SICH"}.items():
        results = [state(outcome, **analysis._asdict()) for analysis in every]
        said[f"{name}-different"] = str(sum(not includes_null(result) for result in results))
    return said


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


def about(outcome: str) -> dict[str, Any]:
    """What the page must know of an outcome."""
    every, described = counts(outcome), data.outcome(outcome)
    sides = ("Favors control", "Favors stent")
    recovered = [study for study, basis in data.basis(outcome).items() if basis == data.RECOVERED]
    notes = {_key(study): "count recovered by inversion from the pooled result."
             for study in recovered}  # fmt: skip
    of = LATER[LATER["outcome"] == outcome].dropna(subset=["note"])
    notes |= {_key(row["study"]): row["note"] for _, row in of.iterrows()}
    return {
        "label": described["label"],
        "favors": sides if described["better"] == "more" else sides[::-1],
        "counts": {
            _key(study): [int(x) for x in arms]
            for study, *arms in zip(every.study, *every.arms, strict=True)
        },
        "verb": VERBS[outcome],
        "risk": control_risk(outcome),
        "paper": printed(outcome),
        "axes": {measure: _axis(outcome, measure) for measure in CHOICES["measure"]},
        "notes": notes,
    }


def _axis(outcome: str, measure: str) -> dict[str, Any]:
    """One axis for all states of a measure, so that what moves is the result."""
    shown = axis_of(data.pooled(outcome, measure=measure))
    return {
        name: getattr(shown, name) for name in ("log", "null", "low", "high", "ticks", "labels")
    }


def as_json() -> str:
    """Everything that the script needs besides the library in the page."""
    content = {
        "fields": Analysis._fields,
        "start": {
            "outcome": KEYS[START],
            **PAPER._asdict(),
            "without": [],
            "added": [],
            "risk": None,
        },
        "arms": ["Stent", "Control"],
        "patients": IN_PATIENTS,
        "legends": LEGENDS,
        "labels": LABELS,
        "measures": MEASURE,
        "authors": AUTHORS,
        "later": ADDED,
        "outcomes": {key: about(outcome) for outcome, key in KEYS.items()},
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


class Explorer:
    """Controls, an empty result, the counts and the words; a script fills and shows it."""

    def __repr__(self) -> str:
        lines = [f"{words()['states']} states"]
        for outcome in KEYS:
            result = state(outcome)
            pooled = with_interval(result.estimate, result.ci_lower, result.ci_upper)
            lines.append(f"{outcome}: at first {pooled}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        folded = "".join(_fieldset(field) for field in LEGENDS if field not in FIRST)
        tries = "".join(
            f'<li><a href="{escape(link(**choices))}">{escape(what)}</a>: {escape(then)}.</li>'
            for what, then, choices in TRIES
        )
        counts = f'<script type="application/json" id="explorer-data">{as_json()}</script>'
        return (
            PAGE.format(
                outcome=_fieldset("outcome"), studies=_studies(), folded=folded, tries=tries
            )
            + counts
        )


def _fieldset(field: str) -> str:
    """The control of one field: native, and named by its legend."""
    if field == "tau2":
        items = "".join(
            f'<option value="{key}">{escape(label)}</option>'
            for key, label in LABELS[field].items()
        )
        control = f'<select name="{field}" aria-label="{LEGENDS[field]}">{items}</select>'
    else:
        control = _choices(field, "radio", LABELS[field])
    return _group(LEGENDS[field], control, f"why-{field}")


def _studies() -> str:
    """The paper's studies and, by circulation, those since: each a box to tick."""
    paper = _choices("study", "checkbox", dict(zip(AUTHORS, STUDIES, strict=True)))
    of = LATER.drop_duplicates("study")
    groups = {
        f"Later, {side}": {_key(x): x for x in of.loc[of["circulation"] == side, "study"]}
        for side in CIRCULATIONS
    }
    return _group("Studies", paper, "why-study") + "".join(
        _group(name, _choices("later", "checkbox", studies), f"why-{i}")
        for i, (name, studies) in enumerate(groups.items())
    )


def _choices(name: str, kind: str, labels: dict[str, str]) -> str:
    return "".join(
        f'<label><input type="{kind}" name="{name}" value="{key}"> {escape(label)}</label> '
        for key, label in labels.items()
    )


def _group(legend: str, control: str, why: str) -> str:
    return (
        f'<fieldset aria-describedby="{why}"><legend>{legend}</legend>'
        f'<div>{control}<small id="{why}"></small></div></fieldset>'
    )


PAGE = """\
<div class="explorer" hidden>
<form aria-label="Choose an analysis">
{outcome}
<p class="explorer-said" role="status"></p>
<div class="explorer-plot"></div>
{studies}
<fieldset><legend>Control risk</legend><div><label><input name="risk" size="4"
inputmode="decimal" aria-label="Control risk in percent"> %</label>
<small>Of patients without a stent; held when you change the studies.</small></div></fieldset>
<details class="explorer-methods"><summary>For statisticians: how they are pooled</summary>
{folded}</details>
</form>
<ul class="explorer-note"></ul>
<dl>
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
