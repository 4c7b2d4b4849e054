"""What a Bayesian would say of four studies, by prior: drawn, in numbers and in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Drawing
from metabook import data
from metabook.drawing import SIZE, label, twice
from metabook.figure import Figure
from metabook.table import Table, table
from scipy.special import ndtri
from twobytwo.estimate.bayes import Posterior
from twobytwo.plots.palette import INK, MUTED, PAPER, POOLED, PREDICTION
from twobytwo.rounding import half_up, number, with_interval

from rescue.beyond.grids import short

MEDIAN = float(ndtri(0.75))  # of a half-normal law with scale 1
SKEPTICAL = 4  # the skeptic's 95 % range of odds ratios: 1/4 to 4


class Prior(NamedTuple):
    """A belief before the studies: about the mean, and about how far studies differ."""

    skeptical: bool
    tau_scale: float

    @property
    def name(self) -> str:
        """The prior in two words."""
        return f"{'skeptical' if self.skeptical else 'flat'}, {half_up(self.tau_scale)}"


Posteriors = Mapping[str, Mapping[Prior, Posterior]]


def favors(outcome: str, found: Posterior) -> tuple[float, float]:
    """How probable it is that the mean, and that a new study's odds ratio, favors the stent."""
    below = (found.mean.below(0.0), found.new.below(0.0))
    mean, new = below if data.outcome(outcome)["better"] == "fewer" else (1 - p for p in below)
    return mean, new


def odds_ratios(found: Posterior) -> tuple[float, float, float, float, float]:
    """Median and interval of the mean, and the interval of a new study."""
    median, (lower, upper), (low, high) = (
        np.exp(x) for x in (found.mean.quantile(0.5), found.mean.interval(), found.new.interval())
    )
    return float(median), float(lower), float(upper), float(low), float(high)


def percent(probability: float) -> str:
    """A probability in percent, never rounded to certainty.

    Examples
    --------
    >>> percent(0.98723), percent(0.99991)
    ('98.7 %', 'more than 99.9 %')
    """
    if probability > 0.9995:
        return "more than 99.9 %"
    return f"{half_up(100 * probability, 1)} %"


def figure(posteriors: Posteriors) -> Figure:
    """The posterior of the mean and of a new study, by outcome and prior."""
    sentences = []
    for outcome, by_prior in posteriors.items():
        intervals = []
        for prior, found in by_prior.items():
            ends = odds_ratios(found)
            new = f"{half_up(ends[3])} to {half_up(ends[4])}"
            intervals.append(f"{prior.name} {with_interval(*ends[:3])}, new study {new}")
        sentences.append(f"{data.outcome(outcome)['label']}: {'; '.join(intervals)}.")

    def draw(figure: Drawing, panels: list[Axes], phone: bool) -> None:
        for axes, (outcome, by_prior) in zip(panels, posteriors.items(), strict=True):
            axes.axvline(1, color=MUTED, linewidth=0.8, zorder=0)
            for row, (prior, found) in enumerate(by_prior.items()):
                median, lower, upper, low, high = odds_ratios(found)
                axes.plot([low, high], [row, row], color=PREDICTION, lw=0.9)
                axes.plot([lower, upper], [row, row], color=POOLED, lw=3.2)
                inside = PAPER if prior.skeptical else POOLED
                axes.plot(median, row, "o", color=POOLED, markerfacecolor=inside, markersize=6)
            axes.set_xscale("log")
            axes.set_xlim(0.03, 20)
            axes.set_xticks([0.1, 1, 10], ["0.1", "1", "10"])
            axes.minorticks_off()
            axes.set_yticks(range(len(by_prior)), [prior.name for prior in by_prior])
            axes.set_ylim(len(by_prior) - 0.5, -0.8)
            axes.set_title(short(outcome), fontsize=SIZE, color=INK, weight="bold", loc="left")
        first = next(iter(next(iter(posteriors.values())).values()))
        label(panels[0], "mean", math.exp(first.mean.interval()[1]), 0, (4, 7), POOLED)
        label(panels[0], "new study", math.exp(first.new.interval()[1]), 0, (5, -3), PREDICTION)
        named = "Odds ratio, stent against control (log scale)"
        figure.supxlabel(named, fontsize=SIZE, color=INK)

    alt = f"Posterior odds ratios by prior. {' '.join(sentences)}"
    return twice("beliefs", alt, draw, wide=2.7, phone=6.4, panels=len(posteriors))


def in_numbers(posteriors: Posteriors) -> Table:
    """The posteriors in numbers."""
    rows: list[str | tuple[str, ...]] = []
    for outcome, by_prior in posteriors.items():
        about = data.outcome(outcome)
        rows.append(f"{about['label']}: better is {about['better']}")
        for prior, found in by_prior.items():
            mean, new = map(percent, favors(outcome, found))
            ends = odds_ratios(found)
            tau = f"{number(found.tau_median)} (below {number(found.tau_upper)})"
            of_new = f"{number(ends[3])} to {number(ends[4])}"
            rows.append((prior.name, with_interval(*ends[:3]), mean, of_new, new, tau))
    return table(
        ("Prior", "Median OR [95 %]", "OR better", "95 %", "OR better", "τ"),
        rows,
        groups=(("", 1), ("Mean", 2), ("New study", 2), ("", 1)),
        name="table-beliefs",
        caption="Posteriors by prior",
        notes=(
            "OR: odds ratio. OR better: probability that it lies on the better side of 1, if the "
            "model holds and nothing is biased. τ: median (and what it is below with a "
            "probability of 95 %).",
        ),
        align="lrrrrr",
    )


def words(posteriors: Posteriors) -> dict[str, str]:
    """What the chapter says of them."""
    deaths = posteriors["mortality"]
    scales = sorted({prior.tau_scale for prior in deaths})
    flat = deaths[Prior(False, 0.5)]
    words = {
        "skeptic": str(SKEPTICAL),
        "deaths-flat": with_interval(*odds_ratios(flat)[:3]),
        "deaths-flat-sure": percent(favors("mortality", flat)[0]),
        "deaths-new-least": percent(min(favors("mortality", one)[1] for one in deaths.values())),
    }
    for end, scale in {"least": scales[0], "most": scales[-1]}.items():
        words[f"tau-prior-{end}"] = number(scale)
        words[f"tau-median-{end}"] = number(scale * MEDIAN)
        words[f"deaths-tau-{end}"] = number(deaths[Prior(False, scale)].tau_median)
    for name, (outcome, found) in zip(("mrs", "deaths", "sich"), posteriors.items(), strict=True):
        sure = sorted(favors(outcome, one)[0] for one in found.values())
        words |= {f"{name}-sure-least": percent(sure[0]), f"{name}-sure-most": percent(sure[-1])}
    return words
