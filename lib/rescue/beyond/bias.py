"""The book's own judgment of each study's risk of bias, in the manner of ROBINS-I."""

from __future__ import annotations

from typing import Any

from metabook import data
from metabook.drawing import SIZE, canvas
from metabook.figure import Figure
from metabook.table import Table, table
from twobytwo.plots.palette import CONTROL, INK, MUTED, PAPER, PREDICTION, THIRD

# From the least to the most bias; "no information" is no rung of this ladder.
LADDER = ("low", "moderate", "serious", "critical")
UNKNOWN = "no information"
OVERALL = "Overall: the worst"
LEFT = -2.5  # where the names of the domains begin, in columns
# Shape, filling and sign differ as well as color.
LIGHTS: dict[str, dict[str, Any]] = {
    "low": {"marker": "o", "color": PAPER, "markeredgecolor": THIRD},
    "moderate": {"marker": "o", "color": PAPER, "markeredgecolor": INK},
    "serious": {"marker": "s", "color": CONTROL, "markeredgecolor": CONTROL},
    "critical": {"marker": "D", "color": PREDICTION, "markeredgecolor": PREDICTION},
    UNKNOWN: {"marker": "o", "color": "none", "markeredgecolor": "none"},
}
SIGNS = {"low": "+", "moderate": "~", "serious": "×", "critical": "!", UNKNOWN: "?"}


def judgments() -> dict[str, dict[str, str]]:
    """Domain -> study -> judgment, the worst of each study last.

    Examples
    --------
    >>> judgments()["confounding"]["Peng 2019"]
    'serious'
    """
    found: dict[str, dict[str, str]] = {}
    for row in data.rows("bias.csv"):
        found.setdefault(row["domain"], {})[row["study"]] = row["judgment"]
    studies = next(iter(found.values()))
    worst = {study: overall([of[study] for of in found.values()]) for study in studies}
    return found | {OVERALL: worst}


def overall(of_domains: list[str]) -> str:
    """The judgment of a study: that of its worst domain.

    Examples
    --------
    >>> overall(["low", "no information", "serious", "moderate"])
    'serious'
    """
    return max((one for one in of_domains if one != UNKNOWN), key=LADDER.index, default=UNKNOWN)


def lights(name: str) -> Figure:
    """A mark for each study and domain, told apart by shape and sign as well as by color."""
    found = judgments()
    studies = list(found[OVERALL])
    figure, (axes,) = canvas(3.5, width=5.6)
    for y, of in enumerate(found.values()):
        for x, study in enumerate(studies):
            _light(axes, x, y, of[study])
    axes.axhline(len(found) - 1.5, color=MUTED, linewidth=0.8)
    shown = sorted({one for of in found.values() for one in of.values()}, key=list(SIGNS).index)
    for i, judgment in enumerate(shown):
        at = LEFT + 0.2 + 1.75 * i
        _light(axes, at, len(found) + 0.1, judgment)
        axes.text(at + 0.22, len(found) + 0.1, judgment, fontsize=SIZE, va="center", color=INK)
    axes.spines["bottom"].set_visible(False)
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", length=0)
    axes.set_xticks(range(len(studies)), [study.split()[0] for study in studies])
    labels = [f"{domain[0].upper()}{domain[1:]}" for domain in found]
    axes.set_yticks([])
    for y, text in enumerate(labels):
        weight = "bold" if y == len(labels) - 1 else "normal"
        axes.text(LEFT, y, text, fontsize=SIZE, va="center", color=INK, weight=weight)
    axes.set_xlim(LEFT - 0.1, len(studies) - 0.5)
    axes.set_ylim(len(found) + 0.5, -0.5)
    said = "; ".join(
        f"{domain}: {', '.join(f'{study} {one}' for study, one in of.items())}"
        for domain, of in found.items()
    )
    return Figure(figure, name, f"Risk of bias, the book's own judgment. {said}.")


def _light(axes: Any, x: float, y: float, judgment: str) -> None:
    axes.plot(x, y, markersize=14, markeredgewidth=1.2, **LIGHTS[judgment])
    ink = PAPER if judgment in ("serious", "critical") else INK
    axes.text(
        x, y, SIGNS[judgment], fontsize=11, ha="center", va="center_baseline", color=ink,
        weight="bold",
    )  # fmt: skip


def reasons() -> Table:
    """Each judgment with what leads to it."""
    rows: list[str | tuple[str, ...]] = []
    for row in data.rows("bias.csv"):
        if row["study"] not in rows:
            rows.append(row["study"])
        domain = row["domain"]
        rows.append((f"{domain[0].upper()}{domain[1:]}", row["judgment"], row["reason"]))
    return table(
        ("Domain", "Judgment", "Why"),
        rows,
        name="table-bias",
        caption="Risk of bias: the book's own judgment, and why",
        notes=(
            "Made from abstracts and from what the review prints, not from the full texts. "
            "The sources are in data/bias.csv.",
        ),
        align="lll",
    )


def definitions() -> Table:
    """What each study called a symptomatic hemorrhage."""
    rows = [
        (
            row["study"],
            row["definition"] or "not said",
            row["within"] or "not said",
            row["note"],
        )
        for row in data.rows("sich_definitions.csv")
    ]
    return table(
        ("Study", "Definition", "Counted within", "In what could be read"),
        rows,
        name="table-sich-definitions",
        caption="When is a hemorrhage symptomatic?",
        align="llll",
    )
