"""The book's own judgment of each study's risk of bias, in the manner of ROBINS-I."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from metabook import data
from metabook.drawing import PHONE, SIZE, WIDTH, canvas
from metabook.figure import Figure
from twobytwo.plots.palette import INK, MUTED, PAPER, PREDICTION, THIRD

# From the least to the most bias; "no information" is no rung of this ladder.
LADDER = ("low", "moderate", "serious", "critical")
UNKNOWN = "no information"
OVERALL = "Overall: the worst"
Judgments = dict[str, dict[str, str]]
# Shape, filling and sign differ as well as color.
LIGHTS: dict[str, dict[str, Any]] = {
    "low": {"marker": "o", "color": PAPER, "markeredgecolor": THIRD},
    "moderate": {"marker": "o", "color": PAPER, "markeredgecolor": INK},
    "serious": {"marker": "s", "color": INK, "markeredgecolor": INK},
    "critical": {"marker": "D", "color": PREDICTION, "markeredgecolor": PREDICTION},
    UNKNOWN: {"marker": "o", "color": "none", "markeredgecolor": "none"},
}
SIGNS = {"low": "+", "moderate": "~", "serious": "×", "critical": "!", UNKNOWN: "?"}


def judgments() -> Judgments:
    """Domain -> study -> judgment, the worst of each study last.

    Examples
    --------
    >>> judgments()["confounding"]["Peng 2019"]
    'serious'
    """
    found: Judgments = {}
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


def lights() -> Figure:
    """A mark for each study and domain, told apart by shape and sign as well as by color."""
    found = judgments()
    said = "; ".join(
        f"{domain}: {', '.join(f'{study} {one}' for study, one in of.items())}"
        for domain, of in found.items()
    )
    alt = f"Risk of bias, the book's own judgment. {said}."
    return Figure(_lights(found, WIDTH), "bias-lights", alt, phone=_lights(found, PHONE))


def _lights(found: Judgments, width: float) -> Drawing:
    """The marks; on a phone the name of a domain stands above them."""
    above = width == PHONE
    figure, (axes,) = canvas(6.0 if above else 3.7, width=width)
    studies = list(found[OVERALL])
    left = -0.4 if above else -2.5  # where the names of the domains begin, in columns
    for y, (domain, of) in enumerate(found.items()):
        bold = "bold" if domain == OVERALL else "normal"
        text = f"{domain[0].upper()}{domain[1:]}"
        axes.text(left, y - 0.45 * above, text, fontsize=SIZE, va="center", color=INK, weight=bold)
        for x, study in enumerate(studies):
            _light(axes, x, y, of[study])
    axes.axhline(len(found) - (1.72 if above else 1.5), color=MUTED, linewidth=0.8)
    shown = sorted({one for of in found.values() for one in of.values()}, key=list(SIGNS).index)
    at = left + 0.15
    for judgment in shown:
        _light(axes, at, len(found) + 0.1, judgment)
        axes.text(at + 0.2, len(found) + 0.1, judgment, fontsize=SIZE, va="center", color=INK)
        at += 0.5 + 0.085 * len(judgment)
    axes.spines["bottom"].set_visible(False)
    axes.xaxis.tick_top()
    axes.tick_params(axis="x", length=0)
    axes.set_xticks(range(len(studies)), [study.split()[0] for study in studies])
    axes.set_yticks([])
    axes.set_xlim(left - 0.1, len(studies) - 0.5)
    axes.set_ylim(len(found) + 0.5, -0.5 - 0.2 * above)
    return figure


def _light(axes: Axes, x: float, y: float, judgment: str) -> None:
    axes.plot(x, y, markersize=14, markeredgewidth=1.2, **LIGHTS[judgment])
    ink = PAPER if judgment in ("serious", "critical") else INK
    axes.text(
        x, y, SIGNS[judgment], fontsize=11, ha="center", va="center_baseline", color=ink,
        weight="bold",
    )  # fmt: skip
