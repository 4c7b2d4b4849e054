"""Counts and methods recovered from pooled digits: the tables, and the grid of pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle, Rectangle
from metabook import data
from metabook.drawing import NARROW, SIZE, canvas
from metabook.figure import Figure
from metabook.table import Cell, Table, Value, table
from twobytwo.checks.recover import Recovered, analysis, methods_that_print
from twobytwo.plots.palette import GRID, INK, MUTED, PAPER, TREATMENT
from twobytwo.rounding import number, p_text

from rescue.numbers.recovery import (
    ESTIMATE_AND_CI,
    EVERY_RULE,
    KNOWN,
    OUTCOME,
    RULES,
    STUDY,
    Known,
    Pair,
    as_printed,
    each,
    estimate_and_ci,
    known,
    mirror,
    missing,
    printed,
    recover_by_rule,
    versus,
)

Row = tuple[Value, ...]

ABOUT_RULES = (
    "RevMan 5: 0.5 added to the studies with a zero cell, Q about the Mantel-Haenszel estimate, "
    "τ² by DerSimonian-Laird. The other rules with random effects differ from it in what they "
    "name; every other τ² goes with Q about the inverse-variance mean. Where no 0.5 is added, a "
    "study with a zero cell has no effect of its own, and only Mantel-Haenszel can use it."
)


# ---- tables


def validation() -> Table:
    """The searches whose answer is known."""
    searches = known()
    rows: list[str | Row] = []
    for outcome in KNOWN:
        rows.append(data.outcome(outcome)["label"])
        rows += [_search(one) for one in searches if one.outcome == outcome]
    return table(
        ("Study", "tried", "OR", "OR, CI", "all", "In the abstract", "Found", "Found besides"),
        rows,
        groups=(("", 1), ("Pairs", 4), ("", 3)),
        notes=[
            "Pairs: how many there are, and how many print the odds ratio (OR), the OR with its "
            "confidence interval (CI), and all that the paper prints of this outcome.",
            Cell("Printed as counts; the others as percentages, at least in one arm.", mark="a"),
            Cell("The count nearest to a percentage that no count gives.", mark="b"),
            Cell("The mirror image: same odds ratio, same variance.", mark="c"),
        ],
        name="table-recover-known",
        caption="The search where the answer is known",
        align="lrrrrrlr",
    )


def _search(one: Known) -> Row:
    mark = {"verbatim count": "a", "nearest count": "b"}.get(one.basis, "")
    others = ", ".join(_fractions(one.found, pair) for pair in one.others)
    mirrored = mirror(one.found, one.pair) in one.others
    return (
        one.study,
        f"{one.found.tried:,}",
        len(one.found.pairs("estimate")),
        len(one.found.pairs(*ESTIMATE_AND_CI)),
        len(one.found.pairs()),
        Cell(_fractions(one.found, one.pair), mark=mark),
        "yes" if one.pair in one.found.pairs() else "no",
        Cell(others, mark="c" if mirrored else "") if others else None,
    )


def _fractions(found: Recovered, pair: Pair) -> str:
    return f"{pair[0]}/{found.n_treatment},\u00a0{pair[1]}/{found.n_control}"


def candidates() -> Table:
    """The pairs that print one number or more: what the figure marks."""
    found = missing()
    rows = [
        (
            _fractions(found, pair),
            estimate_and_ci(found.result, pair),
            *("yes" if found.fits[name][pair] else None for name in ESTIMATE_AND_CI),
        )
        for pair in _marked(found)
    ]
    return table(
        ("Stent, control", "Pooled OR [95 % CI]", "OR", "lower limit", "upper limit"),
        rows,
        groups=(("", 2), ("As printed", 3)),
        notes=[f"The other {found.tried - len(rows)} pairs print none of the three."],
        name="table-recover-pairs",
        caption="The pairs that print one of the three numbers, or more",
        align="lrccc",
    )


def by_rule() -> Table:
    """What each rule recovers for the count that is not known."""
    found, recovered = missing(), recover_by_rule()

    def row(name: str, _: dict[str, Any]) -> Row:
        return name, len(recovered[name]), each(found, recovered[name]) or None

    return table(
        ("Rule", "Pairs", "Which"),
        _rule_by_rule(row),
        notes=[ABOUT_RULES],
        name="table-recover-by-rule",
        caption=f"SICH, {STUDY}: the pairs that print {as_printed(OUTCOME)}",
        align="lrl",
    )


def methods(outcome: str = "mortality") -> Table:
    """What each rule prints for an outcome whose counts are all known."""
    counts, wanted = data.counts(outcome), printed(outcome)
    right = methods_that_print(counts, wanted, EVERY_RULE)

    def row(name: str, choices: dict[str, Any]) -> Row:
        result = analysis(counts, **choices)
        return (
            name,
            estimate_and_ci(result),
            p_text(result.p_value),
            f"{number(result.i2, 0)} %",
            "yes" if name in right else "no",
        )

    digits = wanted.digits
    return table(
        ("Rule", "OR [95 % CI]", "p", "I²", "All as printed"),
        _rule_by_rule(row),
        totals=[("The paper", as_printed(outcome), digits["p_value"], f"{digits['i2']} %", "")],
        name="table-recover-methods",
        caption="Deaths: what each rule prints",
        align="lrrrl",
    )


def _rule_by_rule(row: Callable[[str, dict[str, Any]], Row]) -> Iterator[str | Row]:
    """A heading for each model, and a row for each of its rules."""
    for model, rules in RULES.items():
        yield model
        for name, choices in rules.items():
            yield row(name, choices)


# ---- the figure


def grid(name: str) -> Figure:
    """Every pair as a cell, with a sign for each of the three numbers that it prints."""
    found = missing()
    figure, (axes,) = canvas(4.7, width=NARROW)
    rows, columns = found.n_treatment + 1, found.n_control + 1
    axes.hlines(np.arange(rows + 1) - 0.5, -0.5, columns - 0.5, color=GRID, linewidth=0.6)
    axes.vlines(np.arange(columns + 1) - 0.5, -0.5, rows - 0.5, color=GRID, linewidth=0.6)
    for pair in _marked(found):
        _cell(axes, pair[1], pair[0], [bool(found.fits[key][pair]) for key in ESTIMATE_AND_CI])
    for treated, control in found.pairs():
        ring = Circle((control, treated), 0.73, fill=False, color=TREATMENT, linewidth=2)
        axes.add_patch(ring).set_clip_on(False)
        axes.text(
            control + 0.95, treated, versus(found, (treated, control)),
            fontsize=SIZE, fontweight="bold", color=TREATMENT, va="center",
            bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.5},
        )  # fmt: skip
    _key(axes, rows + 1.1)
    axes.set_xticks(range(columns))
    axes.set_yticks(range(rows))
    axes.set_xlim(-0.6, columns - 0.4)
    axes.set_ylim(-0.8, rows + 1.7)
    axes.set_aspect("equal")
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(length=0)
    axes.set_xlabel(f"SICH among the {found.n_control} controls", fontsize=SIZE)
    axes.set_ylabel(f"SICH among the {found.n_treatment} stented", fontsize=SIZE, y=0.43)
    return Figure(figure, name, _alt(found))


def _marked(found: Recovered) -> list[Pair]:
    """The pairs that print one of the three numbers or more, those that print most first."""
    hits = np.sum([found.fits[name] for name in ESTIMATE_AND_CI], axis=0)
    pairs = [(int(a), int(c)) for a, c in np.argwhere(hits)]
    return sorted(pairs, key=lambda pair: -int(hits[pair]))


def _cell(axes: Axes, x: float, y: float, prints: list[bool]) -> None:
    """A cell, the stronger the more it prints: a dot for the estimate, brackets for limits."""
    face = (PAPER, GRID, MUTED, INK)[sum(prints)]
    ink = INK if face in (PAPER, GRID) else PAPER
    axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=face, edgecolor=GRID, lw=0.6))
    if prints[0]:
        axes.plot(x, y, "o", color=ink, markersize=3.6)
    for limit, side in zip(prints[1:], (-1, 1), strict=True):
        if limit:
            inner, outer = x + 0.18 * side, x + 0.32 * side
            axes.plot(
                [inner, outer, outer, inner], [y + 0.28, y + 0.28, y - 0.28, y - 0.28],
                color=ink, linewidth=1.3,
            )  # fmt: skip


def _key(axes: Axes, y: float) -> None:
    """What the signs mean, above the grid."""
    digits = printed(OUTCOME).digits
    order = {"ci_lower": "lower limit", "estimate": "odds ratio", "ci_upper": "upper limit"}
    for x, (name, meaning) in zip((0, 5, 10), order.items(), strict=True):
        _cell(axes, x, y, [name == other for other in ESTIMATE_AND_CI])
        axes.text(x + 0.7, y, f"{meaning} {digits[name]}", fontsize=SIZE, color=INK, va="center")


def _alt(found: Recovered) -> str:
    digits = printed(OUTCOME).digits
    said = [
        f"A grid of {found.tried} pairs: SICH among {found.n_treatment} stented patients and "
        f"among {found.n_control} controls of {found.study}."
    ]
    for name, meaning in zip(
        ESTIMATE_AND_CI, ("Odds ratio", "Lower limit", "Upper limit"), strict=True
    ):
        pairs = found.pairs(name)
        which = ", ".join(f"{a} and {c}" for a, c in pairs)
        said.append(f"{meaning} {digits[name]} in {len(pairs)} pairs: {which}.")
    all_three = ", ".join(versus(found, pair) for pair in found.pairs())
    return " ".join([*said, f"All three only in {all_three}."])
