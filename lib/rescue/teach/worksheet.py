"""The worksheet for the hand calculation, and its key: from four tables to one odds ratio."""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, log, sqrt

import pandas as pd
from metabook.frames import frame
from twobytwo.rounding import half_up

from rescue.teach.handouts import page

OUTCOME = "mortality"
PLACES = 4
# Side 2, one column at a time: what is computed for each study, and which sum is used.
COLUMNS = ("ad/N", "bc/N", "y", "v", "(y − m)²/v", "1/v", "1/v²", "w", "w·y")
SUMMED = {"ad/N": "", "bc/N": "", "(y − m)²/v": "Q", "1/v": "S₁", "1/v²": "S₂", "w": "W", "w·y": ""}


def cells() -> pd.DataFrame:
    """The four cells of each study: rows are studies, columns a, b, c and d."""
    rows = frame("counts.csv").query("outcome == @OUTCOME").set_index("study")
    a, c = rows.events_treatment, rows.events_control
    return pd.DataFrame({"a": a, "b": rows.n_treatment - a, "c": c, "d": rows.n_control - c})


def one_study(counts: pd.Series[int]) -> dict[str, float]:
    """What side 1 asks of a study, by the name of each blank."""
    stented, controls = counts.a + counts.b, counts.c + counts.d
    a, b, c, d = counts + 0.5 if (counts == 0).any() else counts
    y, v = log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
    return {
        "risk with a stent": counts.a / stented,
        "risk without": counts.c / controls,
        "OR": exp(y),
        "y": y,
        "v": v,
        "SE": sqrt(v),
        "lower": exp(y - 1.96 * sqrt(v)),
        "upper": exp(y + 1.96 * sqrt(v)),
    }


def pooling(counts: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, float]]:
    """What side 2 asks: the columns, and the results under them."""
    a, b, c, d = (counts.add(0.5 * (counts == 0).any(axis=1), axis=0)[name] for name in "abcd")
    n = a + b + c + d
    steps = pd.DataFrame({"ad/N": a * d / n, "bc/N": b * c / n})
    steps["y"], steps["v"] = (a * d / (b * c)).map(log), 1 / a + 1 / b + 1 / c + 1 / d
    m = log(steps["ad/N"].sum() / steps["bc/N"].sum())
    steps["(y − m)²/v"] = (steps.y - m) ** 2 / steps.v
    steps["1/v"], steps["1/v²"] = 1 / steps.v, 1 / steps.v**2
    q, s1, s2 = (steps[name].sum() for name in ("(y − m)²/v", "1/v", "1/v²"))
    df = len(counts) - 1
    tau2 = max(0.0, (q - df) / (s1 - s2 / s1))
    steps["w"] = 1 / (steps.v + tau2)
    steps["w·y"] = steps.w * steps.y
    mean, se = steps["w·y"].sum() / steps.w.sum(), 1 / sqrt(steps.w.sum())
    return steps, {
        "m": m,
        "Q": q,
        "I²": 100 * max(0.0, (q - df) / q),
        "τ²": tau2,
        "mean": mean,
        "SE": se,
        "OR": exp(mean),
        "lower": exp(mean - 1.96 * se),
        "upper": exp(mean + 1.96 * se),
    }


def worksheet(*, key: bool = False) -> str:
    """The worksheet as a page that prints on one sheet, two sides; or its key."""
    counts = cells()
    steps, results = pooling(counts)
    sums = {name: _rounded(steps[name].sum()) for name in SUMMED}
    return page(
        "worksheet.html",
        key=key,
        cells=counts,
        studies={study: dict(_printed(one_study(row))) for study, row in counts.iterrows()},
        columns=COLUMNS,
        steps=steps.map(_rounded),
        sums=sums,
        summed=SUMMED,
        results=dict(_printed(results)),
        df=len(counts) - 1,
        heaviest=steps.w.idxmax(),
    )


def _printed(values: dict[str, float]) -> Iterator[tuple[str, str]]:
    """Risks in 1,000, I² in percent, ratios as papers print them, the rest to four decimals."""
    for name, value in values.items():
        if name.startswith("risk"):
            yield name, half_up(1000 * value, 0)
        else:
            places = {"I²": 0, "OR": 2, "lower": 2, "upper": 2}.get(name, PLACES)
            yield name, half_up(value, places).replace("-", "−")


def _rounded(value: float) -> str:
    return half_up(value, PLACES).replace("-", "−")
