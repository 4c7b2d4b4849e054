"""The ledger: every number printed in the sources beside what can be computed of it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from matplotlib.ticker import PercentFormatter
from twobytwo.checks.recover import Printed
from twobytwo.plots.palette import GRID, INK, PAPER, PREDICTION, SECOND, THIRD
from twobytwo.rounding import half_up, prints_as

from metabook import data
from metabook.drawing import SIZE, row_labels, twice
from metabook.figure import Figure
from metabook.parts import part
from metabook.recompute import FUNCTIONS, Functions, Recomputed, digits, recompute
from metabook.table import Cell, Table, Value, table
from metabook.templates import slug

Line = str | tuple[Value, ...]

# Each with its color and its hatching, from the surest to what cannot be known.
VERDICTS = {
    "matches": (THIRD, ""),
    "by construction": (PREDICTION, "////"),
    "differs": (INK, ""),
    "ambiguous": (SECOND, "||||"),
    "not recomputable": (GRID, ""),
}
WITHOUT_RESULT = ("definition", "score", "label", "date", "quotation")  # no data compute these
IN_WORDS = ("about", "claim")  # whether such a number agrees is a matter of judgment


@dataclass
class Entry:
    """One printed number: a row of ``data/published.csv``."""

    id: str
    source: str
    place: str
    statement: str
    printed: str
    kind: str
    computed_by: str
    verdict: str
    explanation: str
    functions: Functions

    @cached_property
    def value(self) -> Recomputed | None:
        """The number computed anew, None where the row names no way."""
        return recompute(self.computed_by, self.functions) if self.computed_by else None

    @property
    def recomputed(self) -> str | None:
        """The number computed anew, with the decimals of the printed one."""
        if self.value is None:
            return None
        return _as_printed(self.value.value, self.printed, self.kind)

    @property
    def follows(self) -> str | None:
        """The verdict that follows from the digits; None where they do not decide it."""
        if self.value is None or self.kind in IN_WORDS:
            return None
        if not prints_as(self.value.value, digits(self.printed)):
            return "differs"
        return "by construction" if self.value.derived else "matches"


def _as_printed(value: float | Fraction, printed: str, kind: str) -> str:
    if kind == "bound":  # one digit that is not zero
        return half_up(value, max(0, -math.floor(math.log10(value))))
    if kind == "about":
        return f"{half_up(value, 1)}-fold"
    if kind == "claim":
        return half_up(value, 2)
    decimals = len(digits(printed).partition(".")[2])
    return half_up(value, decimals) + ("%" if printed.endswith("%") else "")


POOLED = {
    "OR": "estimate", "lower": "ci_lower", "upper": "ci_upper", "p": "p_value",
    "I²": "i2", "τ²": "tau2", "p of Q": "q_p_value",
}  # fmt: skip


class Ledger:
    """The book's ledger: the rows of ``data/published.csv``.

    Parameters
    ----------
    functions : mapping
        What its ``computed_by`` may call; without others those of `metabook.recompute`.
    shown : mapping
        For each of these functions, where the book shows what it computes.
    """

    def __init__(self, functions: Functions = FUNCTIONS, shown: Mapping[str, str] | None = None):
        self.functions = functions
        self.shown = shown or {}

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """All printed numbers, document by document, in the order printed."""
        return tuple(Entry(**row, functions=self.functions) for row in data.rows("published.csv"))

    @property
    def sources(self) -> list[str]:
        """The documents, in the order of the ledger."""
        return list(dict.fromkeys(entry.source for entry in self.entries))

    def _places(self, source: str) -> list[str]:
        return list(dict.fromkeys(e.place for e in self.entries if e.source == source))

    def _count(self, source: str = "") -> Counter[str]:
        """How often each verdict stands in one document, or in all."""
        return Counter(entry.verdict for entry in self.entries if source in ("", entry.source))

    def words(self) -> dict[str, str]:
        """The numbers that the chapter's prose mentions: of all documents, and of the first."""
        unknown = [entry for entry in self.entries if entry.verdict == "not recomputable"]
        without = sum(entry.kind in WITHOUT_RESULT for entry in unknown)
        words = {
            "ledger-all": str(len(self.entries)),
            "ledger-not-recomputable": str(len(unknown)),
            "ledger-documents": str(len(self.sources)),
            "ledger-without-result": str(without),
            "ledger-unknown": str(len(unknown) - without),
        }
        paper = self._count(self.sources[0])
        words |= {f"ledger-paper-{slug(verdict)}": str(paper[verdict]) for verdict in VERDICTS}
        return words | {"ledger-paper-all": str(paper.total())}

    def bars(self, name: str) -> Figure:
        """How many numbers of each document got which verdict, as stacked bars."""
        counts = {source: [self._count(source)[one] for one in VERDICTS] for source in self.sources}
        shares = pd.DataFrame(counts, index=list(VERDICTS)).T
        shares = shares.div(shares.sum(axis=1), axis=0) * 100
        names = [f"{source}, {sum(counted)} numbers" for source, counted in counts.items()]
        labels, sentences = [], []
        for one, counted in zip(names, counts.values(), strict=True):
            labels.append(f"{one}: {', '.join(map(str, counted))}")
            parts = (f"{n} {verdict}" for n, verdict in zip(counted, VERDICTS, strict=True))
            sentences.append(f"{one}: {', '.join(parts)}")

        def draw(figure: Drawing, panels: list[Axes], phone: bool) -> None:
            (axes,) = panels
            left = shares.cumsum(axis=1) - shares
            for verdict, (color, hatch) in VERDICTS.items():
                axes.barh(
                    range(len(shares)), shares[verdict], 0.42, left[verdict],
                    color=color, edgecolor=PAPER, linewidth=0.2, hatch=hatch, label=verdict,
                )  # fmt: skip
            row_labels(axes, labels)
            axes.set_xlim(0, 100)
            axes.xaxis.set_major_formatter(PercentFormatter(100, symbol=" %"))
            figure.legend(
                loc="outside lower left", ncols=2 if phone else 5, frameon=False,
                fontsize=SIZE, handlelength=1, handleheight=1, columnspacing=1.2,
            )  # fmt: skip

        alt = f"Verdicts by document. {'; '.join(sentences)}."
        high = 0.6 * len(shares)  # and the inches that the axis and the legend take
        return twice(name, alt, draw, wide=0.9 + high, phone=1.3 + high)

    def _row(self, entry: Entry, first: str) -> tuple[Value, ...]:
        verdict = Cell(entry.verdict, badge=slug(entry.verdict))
        where = self.shown.get(entry.computed_by.partition("(")[0], "")
        again = entry.recomputed and Cell(entry.recomputed, href=where)
        return first[0].upper() + first[1:], entry.printed, again, verdict, entry.explanation

    def compare(self, rows: pd.DataFrame, *, name: str = "", caption: str = "") -> Table:
        """Printed numbers beside what each is when computed anew, with the verdict and why.

        Parameters
        ----------
        rows : DataFrame
            Rows of ``data/published.csv``: of one document, under the headings of their
            places; or of several, under the headings of the documents.
        name, caption : str
            Of the table; by default those of a whole document.
        """
        chosen = set(rows["id"])
        some = [entry for entry in self.entries if entry.id in chosen]
        alone = len({entry.source for entry in some}) == 1
        lines: dict[str, list[Line]] = {}
        for entry in some:
            heading = entry.place if alone else entry.source
            first = entry.statement if alone else f"{entry.place}: {entry.statement}"
            lines.setdefault(heading, [heading]).append(self._row(entry, first))
        return table(
            ("Number", "Printed", "Recomputed", "Verdict", "Explanation"),
            [line for under in lines.values() for line in under],
            name=name or _table_name(some[0].source),
            caption=caption or f"Every number of {some[0].source}",
            align="lrrll",
        )

    def pooled(self) -> Table:
        """The pooled results, printed and recomputed."""
        rows: list[Line] = []
        for outcome in data.outcomes():
            printed: list[Value] = []
            recomputed: list[Value] = []
            verdicts: dict[str, None] = {}
            for what in POOLED.values():
                call = f"pooled({outcome}, {what})"
                found = [entry for entry in self.entries if entry.computed_by == call][:1]
                anew = recompute(call, self.functions).value
                printed.append(found[0].printed if found else None)
                recomputed.append(found[0].recomputed if found else half_up(anew, 2))
                verdicts |= {entry.verdict: None for entry in found}
            verdict = Cell("; ".join(verdicts), badge=" ".join(map(slug, verdicts)))
            rows += [data.outcome(outcome)["label"], ("Printed", *printed, "")]
            rows.append(("Recomputed", *recomputed, verdict))
        return table(
            ("", *POOLED, "Verdict"),
            rows,
            groups=(("", 1), ("Odds ratio, 95 % CI", 3), ("", 1), ("Heterogeneity", 3), ("", 1)),
            name="table-printed-pooled",
            caption="The pooled results, printed and recomputed",
            notes=("A dash: the text does not print it. p of Q: p-value of heterogeneity.",),
            align="lrrrrrrrl",
        )

    def printed(self, outcome: str) -> Printed:
        """The digits that the first document prints of one pooled outcome."""
        calls = {
            entry.computed_by: digits(entry.printed)
            for entry in self.entries
            if entry.source == self.sources[0]
        }
        texts = {what: calls.get(f"pooled({outcome}, {what})") for what in POOLED.values()}
        return Printed(**texts)

    def filters(self) -> Filters:
        """A form that shows only some rows of the documents' tables by `compare`."""
        return Filters({source: self._places(source) for source in self.sources}, len(self.entries))


def _table_name(source: str) -> str:
    return f"table-ledger-{slug(source)}"


@dataclass(frozen=True)
class Filters:
    """A form that shows only some rows of the ledger's tables; hidden without its script."""

    places: Mapping[str, list[str]]
    numbers: int

    def __repr__(self) -> str:
        return f"A choice of document, place and verdict, for {self.numbers} numbers"

    def _repr_html_(self) -> str:
        places = {
            source: {f"{_table_name(source)}/{place}": place for place in places}
            for source, places in self.places.items()
        }
        documents = {_table_name(source): source for source in self.places}
        return part(
            "ledger-filter",
            documents=documents,
            places=places,
            verdicts=dict(zip(VERDICTS, VERDICTS, strict=True)),
        )
