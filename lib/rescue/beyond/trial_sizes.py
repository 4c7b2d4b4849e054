"""How large a trial must be to find the pooled odds ratios, or half of them."""

from __future__ import annotations

import math
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from metabook import data
from metabook.drawing import SIZE, twice
from metabook.figure import Figure
from metabook.table import Table, table
from twobytwo.checks.absolute import crude_control_risk, risk_with
from twobytwo.checks.trial_size import patients_per_arm, power_of_trial
from twobytwo.plots.palette import INK, MUTED, POOLED
from twobytwo.rounding import half_up, number

from rescue.beyond import randomized

POWERS = (0.8, 0.9)
SHARES = {1.0: "The pooled effect", 0.5: "Half of it"}
LARGEST = 1000  # patients: the end of the axis of the power curves


class Planned(NamedTuple):
    """A trial planned to find an effect: with each power of `POWERS`, both arms together."""

    odds_ratio: float
    control: float  # the risks in the two arms
    treatment: float
    patients: tuple[int, ...]
    events: tuple[int, ...]

    def power(self, patients: int) -> float:
        """Chance that a trial of so many patients in all finds the effect."""
        return power_of_trial(patients / 2, self.treatment, self.control)


def planned(outcome: str, share: float = 1.0) -> Planned:
    """A trial to find the pooled odds ratio, or a share of it on the log scale.

    Examples
    --------
    >>> planned("mRS 0-2").patients, planned("mRS 0-2", share=0.5).patients
    ((138, 182), (600, 804))
    """
    result = data.pooled(outcome)
    effect, control = math.exp(share * result.effect), crude_control_risk(result)
    risk = risk_with(effect, control)
    arms = [patients_per_arm(risk, control, power) for power in POWERS]
    events = tuple(math.ceil(n * (risk + control)) for n in arms)
    return Planned(effect, control, risk, tuple(2 * n for n in arms), events)


def sizes() -> dict[str, int]:
    """The patients of each randomized trial."""
    return {row["trial"]: int(row["patients"]) for row in data.rows("trials.csv")}


def trial_sizes() -> Table:
    """Patients and events that a trial needs, and what trials of known size can find."""
    known = sizes()
    rows: list[str | tuple[str, ...]] = []
    for outcome in data.outcomes():
        rows.append(str(data.outcome(outcome)["label"]))
        for share, what in SHARES.items():
            plan = planned(outcome, share)
            needed = zip(plan.patients, plan.events, strict=True)
            rows.append(
                (
                    f"{what}: {number(plan.odds_ratio)}",
                    *(f"{half_up(100 * risk, 1)} %" for risk in (plan.control, plan.treatment)),
                    *(f"{n:,} ({events:,})" for n, events in needed),
                    *(percent(plan.power(n)) for n in known.values()),
                )
            )
    return table(
        (
            "Odds ratio", "Without", "With", *(f"Power {percent(power)}" for power in POWERS),
            *(f"{name} ({n})" for name, n in known.items()),
        ),
        rows,
        groups=(("", 1), ("Risk", 2), ("Patients (events) needed", 2), ("Power of", len(known))),
        name="table-trial-sizes",
        caption="What a trial would need",
        notes=(
            "Both arms together, of equal size; two-sided, alpha 0.05; nobody lost. Half: on the "
            "log scale, the square root of the odds ratio. The power of the two trials is that of "
            "a comparison of two shares with their numbers of patients: it is not their own "
            "plan, which was not read.",
        ),
        align="lrrrrrr",
    )  # fmt: skip


def power(name: str) -> Figure:
    """The chance that a trial finds the pooled effect, or half of it, by its size."""
    angel = int(randomized.trial()["patients"])
    plans = {outcome: [planned(outcome, share) for share in SHARES] for outcome in data.outcomes()}
    sentences = [
        f"{data.outcome(outcome)['short']}, {what}: "
        f"{percent(plan.power(angel))} with {angel} patients."
        for outcome, both in plans.items()
        for plan, what in zip(both, ("pooled effect", "half of it"), strict=True)
    ]

    def draw(figure: Drawing, panels: list[Axes], phone: bool) -> None:
        patients = range(10, LARGEST + 1, 10)
        for axes, (outcome, both) in zip(panels, plans.items(), strict=True):
            for plan, line in zip(both, ("-", "--"), strict=True):
                axes.plot(patients, [100 * plan.power(n) for n in patients], line, color=POOLED)
                axes.plot(angel, 100 * plan.power(angel), "o", color=POOLED, markersize=5.5)
            for level in POWERS:
                axes.axhline(100 * level, color=MUTED, lw=0.7, linestyle=(0, (2, 3)), zorder=0)
            axes.axvline(angel, color=INK, linewidth=0.9, zorder=0)
            short = data.outcome(outcome)["short"]
            axes.set_title(short, fontsize=SIZE + 1, color=INK, loc="left", weight="bold")
            axes.set(xlim=(0, LARGEST), ylim=(0, 101))
            axes.set_xticks([0, 500, 1000], ["0", "500", "1,000"])
            axes.set_yticks([0, 50, 80, 90, 100], ["0", "50", "80", "90 %", ""])
        for text, level in (("pooled effect", 60), ("half of it", 23)):
            axes.text(LARGEST - 10, level, text, fontsize=SIZE, color=POOLED, ha="right")
        axes.text(angel + 20, 93, f"{angel} patients", fontsize=SIZE, color=INK)
        panels[0].set_ylabel("Chance to find it", fontsize=SIZE, color=INK)
        figure.supxlabel("Patients in the trial", fontsize=SIZE, color=INK)

    alt = f"Chance of a trial to find an effect, by its size. {' '.join(sentences)}"
    return twice(name, alt, draw, wide=3.0, phone=2.1 * len(plans), panels=len(plans))


def percent(share: float) -> str:
    """A share in percent."""
    return f"{half_up(100 * share, 0)} %"
