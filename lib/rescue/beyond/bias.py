"""The book's own judgment of each study's risk of bias, in the manner of ROBINS-I."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from metabook import data
from metabook.drawing import SIZE, twice
from metabook.figure import Figure
from twobytwo.plots.palette import INK, MUTED, PAPER, PREDICTION, THIRD

UNKNOWN = "no information"
OVERALL = "Overall: the worst"
# From the least to the most bias; "no information" is no rung of this ladder. Mark, filling,
# edge and sign: they differ in shape and sign as well as in color.
LIGHTS = {
    "low": ("o", PAPER, THIRD, "+"),
    "moderate": ("o", PAPER, INK, "~"),
    "serious": ("s", INK, INK, "×"),
    "critical": ("D", PREDICTION, PREDICTION, "!"),
    UNKNOWN: ("o", "none", "none", "?"),
}


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
    worst = {study: overall([judged[study] for judged in found.values()]) for study in studies}
    return found | {OVERALL: worst}


def overall(of_domains: list[str]) -> str:
    """The judgment of a study: that of its worst domain.

    Examples
    --------
    >>> overall(["low", "no information", "serious", "moderate"])
    'serious'
    """
    known = (one for one in of_domains if one != UNKNOWN)
    return max(known, key=list(LIGHTS).index, default=UNKNOWN)


def lights() -> Figure:
    """A mark for each study and domain; on a phone the name of a domain stands above them."""
    found = judgments()
    listed = "; ".join(
        f"{domain}: {', '.join(f'{study} {one}' for study, one in judged.items())}"
        for domain, judged in found.items()
    )
    alt = f"Risk of bias, the book's own judgment. {listed}."

    def draw(figure: Drawing, panels: list[Axes], phone: bool) -> None:
        (axes,) = panels
        studies = list(found[OVERALL])
        left = -0.4 if phone else -2.5  # where the names of the domains begin, in columns
        for y, (domain, judged) in enumerate(found.items()):
            bold = "bold" if domain == OVERALL else "normal"
            text = domain[0].upper() + domain[1:]
            axes.text(left, y - 0.45 * phone, text, size=SIZE, va="center", color=INK, weight=bold)
            for x, study in enumerate(studies):
                _light(axes, x, y, judged[study])
        axes.axhline(len(found) - (1.72 if phone else 1.5), color=MUTED, linewidth=0.8)
        at, shown = left + 0.15, {one for judged in found.values() for one in judged.values()}
        for judgment in filter(shown.__contains__, LIGHTS):
            _light(axes, at, len(found) + 0.1, judgment)
            axes.text(at + 0.2, len(found) + 0.1, judgment, size=SIZE, va="center", color=INK)
            at += 0.5 + 0.085 * len(judgment)
        axes.spines["bottom"].set_visible(False)
        axes.xaxis.tick_top()
        axes.tick_params(axis="x", length=0)
        axes.set_xticks(range(len(studies)), [study.split()[0] for study in studies])
        axes.set(yticks=[], xlim=(left - 0.1, len(studies) - 0.5))
        axes.set_ylim(len(found) + 0.5, -0.5 - 0.2 * phone)

    return twice("bias-lights", alt, draw, wide=3.7, phone=6.0)


def _light(axes: Axes, x: float, y: float, judgment: str) -> None:
    marker, filling, edge, sign = LIGHTS[judgment]
    axes.plot(x, y, marker, color=filling, markeredgecolor=edge, ms=14, markeredgewidth=1.2)
    ink = PAPER if judgment in ("serious", "critical") else INK
    axes.text(
        x, y, sign, size=11, ha="center", va="center_baseline", color=ink, weight="bold"
    )  # fmt: skip
