"""The explorer: its controls, its words and its counts; the page pools them itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any, NamedTuple
from urllib.parse import quote

import pandas as pd
from twobytwo import Counts, Result, pool, read_counts
from twobytwo.checks.absolute import crude_control_risk
from twobytwo.options import CHOICES, MEASURES, OptionError, options
from twobytwo.plots.forest import MEASURE, MODEL, axis_of, favors
from twobytwo.rounding import with_interval
from twobytwo.sentence import ESTIMATORS

from metabook import data
from metabook.frames import arms, frame
from metabook.parts import part
from metabook.templates import capital, slug

NONE = "none"  # for tau2: a fixed effect has none
CELLS = ["study", "events_treatment", "n_treatment", "events_control", "n_control"]
LEGENDS = {
    "outcome": "Outcome",
    "study": "Studies",
    "measure": "Measure",
    "model": "Model",
    "method": "Method",
    "tau2": "τ² estimated by",
    "interval": "Interval",
}
POOLING: dict[str, dict[str, str]] = {
    "measure": MEASURES,
    "model": MODEL,
    "method": {"MH": "Mantel-Haenszel", "IV": "inverse variance", "Peto": "Peto"},
    "tau2": {**{name: ESTIMATORS[name] for name in CHOICES["tau2"]}, NONE: "none"},
    "interval": {"wald": "Wald", "hksj": "HKSJ", "hksj-truncated": "HKSJ, truncated"},
}
# What was found, in patients. The page fills in numbers.
IN_PATIENTS = (
    "Of 1,000 patients {{with}} {{verb}} {with_treatment} and {{without}} {without_treatment}: "
    "{{difference}} ({{interval}}), if the association holds at a risk of {{risk}} % "
    "{without_treatment}."
)


class Analysis(NamedTuple):
    """How studies are pooled; a choice may exclude those after it, never those before.

    Attributes
    ----------
    measure, model, method, tau2, interval : str
        As in `twobytwo.options.Options`; `tau2` is "none" with a fixed effect.
    """

    measure: str = "OR"
    model: str = "random"
    method: str = "MH"
    tau2: str = "DL"
    interval: str = "wald"

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


def analyses() -> Iterator[Analysis]:
    """Every analysis whose choices go together."""
    every = (Analysis(*choice) for choice in product(*POOLING.values()))
    return (analysis for analysis in every if analysis.allowed)


def includes_null(result: Result) -> bool:
    """Whether the interval includes no effect."""
    return not result.limits.excludes_null


def keys(names: Iterable[str]) -> dict[str, str]:
    """A word for each name, by which an address says it: its first one, if it has that alone.

    Examples
    --------
    >>> list(keys(["Chang 2018", "Peng 2019"]).values())
    ['Chang', 'Peng']
    >>> list(keys(["Study 1", "Study 2"]).values())
    ['study-1', 'study-2']
    """
    every = list(dict.fromkeys(names))
    words = [re.match(r"[\w-]*", name)[0] for name in every]  # type: ignore[index]  # "" matches
    if all(words) and len(set(words)) == len(words):
        return dict(zip(every, words, strict=True))
    slugs = [slug(name) or "study" for name in every]
    seen = Counter(slugs)
    return {
        name: word if seen[word] == 1 else f"{word}-{i}"
        for i, (name, word) in enumerate(zip(every, slugs, strict=True), 1)
    }


class Try(NamedTuple):
    """What is worth trying: what to do, what then happens, the state as a link names it."""

    what: str
    then: str
    choices: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Explorer:
    """Controls, an empty result, the counts and the words; a script fills and shows it.

    Parameters
    ----------
    start : str
        The outcome that is shown first; by default the first one that says anything.
    first : str
        What the analysis that is shown first is called.
    by : str
        The column by which studies are grouped, in ``counts.csv`` and in `later`.
    later : str
        A file of ``data/`` with further studies, in the columns of ``counts.csv``; these are out
        at first, and a column ``note`` is said of those that are in.
    tries : sequence of Try
    """

    start: str = ""
    first: str = "the first analysis"
    by: str = "subgroup"
    later: str = ""
    tries: Sequence[Try] = ()

    @cached_property
    def outcomes(self) -> dict[str, str]:
        """The word for each outcome that the book pools and that some study informs."""
        words = keys(data.outcomes())
        return {outcome: word for outcome, word in words.items() if data.pooled(outcome).k}

    @cached_property
    def _rows(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The rows of the book's own studies, and those of the later ones."""
        own = frame("counts.csv")
        both = own, frame(self.later) if self.later else own.iloc[:0]
        own, later = (rows[rows["outcome"].isin(list(self.outcomes))] for rows in both)
        return own, later

    @cached_property
    def studies(self) -> tuple[dict[str, str], dict[str, str]]:
        """The word for each of the book's own studies, and for each later one."""
        own, later = (list(dict.fromkeys(rows["study"])) for rows in self._rows)
        words = keys([*own, *later])
        return {name: words[name] for name in own}, {name: words[name] for name in later}

    @property
    def labels(self) -> dict[str, dict[str, str]]:
        """What each value of each control is called."""
        own, later = self.studies
        outcomes = {word: data.outcome(name)["label"] for name, word in self.outcomes.items()}
        studies = {word: name for name, word in (own | later).items()}
        return {"outcome": outcomes, "study": studies, **POOLING}

    @property
    def _start(self) -> str:
        return self.start or next(iter(self.outcomes))

    @cached_property
    def counts(self) -> dict[str, Counts]:
        """All studies of each outcome, the book's own first."""
        rows = pd.concat(self._rows)
        return {
            outcome: read_counts(rows.loc[rows["outcome"] == outcome, CELLS])
            for outcome in self.outcomes
        }

    def state(
        self, outcome: str = "", without: Sequence[str] = (), added: Sequence[str] = (),
        **choices: str,
    ) -> Result:  # fmt: skip
        """The result of a state, named as `link` names it."""
        every, (own, later) = self.counts[outcome or self._start], self.studies
        inside = {*own.values(), *added} - {*without}
        words = own | later
        some = every.at([i for i, name in enumerate(every.study) if words[name] in inside])
        return pool(*some.arms, study=some.study, **Analysis(**choices).choices)  # type: ignore[arg-type]  # pool checks

    def link(
        self, outcome: str = "", without: Sequence[str] = (), added: Sequence[str] = (),
        **choices: str,
    ) -> str:  # fmt: skip
        """The part of an address that names a state.

        Examples
        --------
        >>> Explorer(start="mortality").link(without=("Chang",), interval="hksj")
        '#outcome=mortality&measure=OR&model=random&method=MH&tau2=DL&interval=hksj&without=Chang'
        """
        pairs = {"outcome": self.outcomes[outcome or self._start], **Analysis(**choices).choices}
        pairs |= {"without": ",".join(without)} if without else {}
        pairs |= {"added": ",".join(added)} if added else {}
        return "#" + "&".join(f"{name}={quote(value, safe=',')}" for name, value in pairs.items())

    def control_risk(self, outcome: str) -> float:
        """The crude risk of the controls of the book's own studies, which the page holds."""
        return crude_control_risk(data.pooled(outcome))

    def words(self) -> dict[str, str]:
        """How many analyses of all studies of its own show a difference, for each outcome."""
        every = list(analyses())
        words = {"analyses": str(len(every))}
        for outcome in self.outcomes:
            results = (data.pooled(outcome, **analysis.choices) for analysis in every)
            differ = sum(not includes_null(result) for result in results)
            words[f"{data.outcome(outcome)['slug']}-different"] = str(differ)
        return words

    def content(self) -> dict[str, Any]:
        """Everything that the script needs besides the library in the page."""
        (own, later), named = self.studies, arms()
        return {
            "fields": Analysis._fields,
            "start": {
                "outcome": self.outcomes[self._start], **Analysis()._asdict(),
                "without": [], "added": [], "risk": None,
            },
            "first": capital(self.first),
            "arms": [named.treatment, named.control],
            "patients": IN_PATIENTS.format(**named._asdict()),
            "legends": LEGENDS,
            "labels": self.labels,
            "measures": MEASURE,
            "own": list(own.values()),
            "later": list(later.values()),
            "outcomes": {word: self._about(name) for name, word in self.outcomes.items()},
        }  # fmt: skip

    def _about(self, outcome: str) -> dict[str, Any]:
        """What the page must know of an outcome."""
        every, described, (own, later) = self.counts[outcome], data.outcome(outcome), self.studies
        words, named, noted = own | later, arms(), self._rows[1]
        notes = {
            words[study]: "count recovered by inversion from the pooled result."
            for study, basis in data.basis(outcome).items() if basis == data.RECOVERED
        }  # fmt: skip
        if "note" in noted:
            with_note = noted[noted["outcome"] == outcome].dropna(subset=["note"])
            notes |= {words[row["study"]]: row["note"] for _, row in with_note.iterrows()}
        return {
            "label": described["label"],
            "favors": favors((named.treatment, named.control), described["better"]),
            "counts": {
                words[study]: [int(x) for x in cells]
                for study, *cells in zip(every.study, *every.arms, strict=True)
            },
            "verb": described["verb"],
            "risk": self.control_risk(outcome),
            "axes": {measure: _axis(outcome, measure) for measure in CHOICES["measure"]},
            "notes": notes,
        }

    def __repr__(self) -> str:
        lines = []
        for outcome in self.outcomes:
            result = self.state(outcome)
            pooled = with_interval(result.estimate, result.ci_lower, result.ci_upper)
            lines.append(f"{outcome}: at first {pooled}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        tries = [
            {"what": what, "then": then, "link": self.link(**choices)}
            for what, then, choices in self.tries
        ]
        return part(
            "explorer", content=self.content(), legends=LEGENDS, labels=self.labels,
            pooling=POOLING, studies=list(self._studies()), tries=tries, first=self.first,
            without=arms().without_treatment,
        )  # fmt: skip

    def _studies(self) -> Iterator[dict[str, Any]]:
        """The book's own studies and those since, by groups: each a box to tick."""
        controls = {"study": "Studies", "later": "Later"}.items()
        for rows, words, (name, legend) in zip(self._rows, self.studies, controls, strict=True):
            for group, names in _grouped(rows, self.by, words).items():
                title = f"{legend}, {group}" if group else legend
                yield {"name": name, "legend": title, "studies": {words[one]: one for one in names}}


def _grouped(rows: pd.DataFrame, by: str, studies: Mapping[str, str]) -> dict[str, list[str]]:
    """Studies by the value that a column first has for them, where the file has it."""
    first = rows.drop_duplicates("study")
    values = dict(zip(first["study"], first[by].fillna(""), strict=True)) if by in rows else {}
    groups: dict[str, list[str]] = {}
    for study in studies:
        groups.setdefault(str(values.get(study, "")), []).append(study)
    return groups


def _axis(outcome: str, measure: str) -> dict[str, Any]:
    """One axis for all states of a measure, so that what moves is the result."""
    shown = axis_of(data.pooled(outcome, measure=measure))
    return {
        name: getattr(shown, name) for name in ("log", "null", "low", "high", "ticks", "labels")
    }
