"""How fast the library is, beside its peers and beside the formulas written out in NumPy.

Prints a table and writes _build/bench.json; --record writes data/benchmark.csv as well, which
the book shows. Nothing is asserted: a time is no test.
"""

from __future__ import annotations

import argparse
import csv
import datetime
import json
import os
import platform
import subprocess
import sys
import tempfile
import timeit
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import PythonMeta
from pymare import Dataset
from pymare.estimators import DerSimonianLaird
from scipy.special import chdtrc, ndtr, ndtri
from statsmodels.stats.meta_analysis import combine_effects, effectsize_2proportions
from twobytwo import pool

ROOT = Path(__file__).resolve().parents[1]
MANY = 100_000
LONG = 10_000
DEATHS = ([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
BARE = "import matplotlib.pyplot as plt; figure, axes = plt.subplots(); figure.savefig({!r})"


class Row(NamedTuple):
    """One measurement."""

    work: str
    by: str
    seconds: float


def transcription(e1: Any, n1: Any, e2: Any, n2: Any) -> tuple[Any, ...]:
    """RevMan's formulas, line by line: the floor below which nothing can go."""
    with np.errstate(all="ignore"):
        a, c = e1.astype(float), e2.astype(float)
        b, d = n1 - a, n2 - c
        add = 0.5 * ((a == 0) | (b == 0) | (c == 0) | (d == 0))
        use = ~(((a == 0) & (c == 0)) | ((b == 0) & (d == 0)))
        a, b, c, d = a + add, b + add, c + add, d + add
        total = a + b + c + d
        y, v = np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
        w = use / v
        center = np.log((use * a * d / total).sum(-1) / (use * b * c / total).sum(-1))
        df = use.sum(-1) - 1
        q = (w * (y - center[:, None]) ** 2).sum(-1)
        s1, s2 = w.sum(-1), (w * w).sum(-1)
        tau2 = np.maximum(0, (q - df) / (s1 - s2 / s1))
        w = use / (v + tau2[:, None])
        total = w.sum(-1)
        mean, se = (w * y).sum(-1) / total, 1 / np.sqrt(total)
        half = ndtri(0.975) * se
        i2 = np.maximum(0, (q - df) / q)
        p, p_q = 2 * ndtr(-abs(mean / se)), chdtrc(df, q)
        return np.exp(mean), np.exp(mean - half), np.exp(mean + half), p, q, tau2, i2, p_q


def ours(*arms: Any, **choices: Any) -> tuple[Any, ...]:
    """The same numbers from the library."""
    r = pool(*arms, **choices)
    return r.estimate, r.ci_lower, r.ci_upper, r.p_value, r.q, r.tau2, r.i2, r.q_p_value


def statsmodels_one() -> None:
    """Effect sizes, both models and their intervals from counts."""
    e1, n1, e2, n2 = (np.array(arm) for arm in DEATHS)
    y, v = effectsize_2proportions(e1, n1, e2, n2, statistic="odds-ratio", zero_correction=0.5)
    combine_effects(y, v, method_re="dl").summary_frame()


def pythonmeta_one() -> None:
    """M-H random from counts."""
    data, meta = PythonMeta.Data(), PythonMeta.Meta()
    data.datatype = meta.datatype = "CATE"
    e1, n1, e2, n2 = DEATHS
    rows = [",".join(map(str, ("s", *row))) for row in zip(e1, n1, e2, n2, strict=True)]
    meta.models, meta.algorithm, meta.effect = "Random", "MH", "OR"
    meta.meta(data.getdata(rows))


def pymare_many(y: Any, v: Any) -> None:
    """Tau2, mean, interval and heterogeneity of many meta-analyses, from effects."""
    summary = DerSimonianLaird().fit_dataset(Dataset(y=y, v=v)).summary()
    summary.get_fe_stats()
    summary.get_heterogeneity_stats()


def seconds(call: Callable[[], Any], repeat: int = 7) -> float:
    """The best of several runs of one call."""
    call()
    number = max(1, int(0.05 / max(timeit.timeit(call, number=1), 1e-9)))
    return min(timeit.repeat(call, number=number, repeat=repeat)) / number


def process(*arguments: str) -> float:
    """The best of several starts of a Python process."""
    command = [sys.executable, *arguments]
    # With this set nothing is ever compiled, and each start would compile everything anew.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def run() -> None:
        subprocess.run(command, check=True, capture_output=True, env=environment)

    run()
    return min(timeit.repeat(run, number=1, repeat=9))


def machine() -> str:
    """The processor, and the versions that matter."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].partition(": ")[2] if names else cpu
    versions = ", ".join(
        f"{name} {version(name)}" for name in ("numpy", "scipy", "PyMARE", "PythonMeta")
    )
    return f"{cpu}, {os.cpu_count()} cores; Python {platform.python_version()}, {versions}"


def measure() -> list[Row]:
    """Everything that is measured, in the order of the table."""
    rng = np.random.default_rng(2020)
    n1, n2 = np.array(DEATHS[1]), np.array(DEATHS[3])
    many = (rng.binomial(n1, 0.2, (MANY, 4)), n1, rng.binomial(n2, 0.3, (MANY, 4)), n2)
    with_effects = pool(*many, zero_cells="all")
    # PyMARE knows no study without an effect; for the time it takes any number will do.
    y, v = (
        np.nan_to_num(x.T, nan=1.0)
        for x in (with_effects.study_effect, with_effects.study_variance)
    )
    sizes = np.full(LONG, 50)
    long = (rng.binomial(50, 0.2, LONG), sizes, rng.binomial(50, 0.3, LONG), sizes)
    revman = f"{MANY:,} meta-analyses of 4 studies, RevMan's rule"
    one = "1 meta-analysis of 4 studies, counts to result"
    plot = "A forest plot from the shell, process and all"
    with tempfile.TemporaryDirectory() as folder:
        svg, counts = str(Path(folder) / "forest.svg"), str(ROOT / "data" / "counts.csv")
        command = ("-m", "twobytwo", "pool", counts, "--outcome", "mortality", "--plot", svg)
        return [
            Row(revman, "formulas written out", seconds(lambda: transcription(*many))),
            Row(revman, "twobytwo", seconds(lambda: ours(*many))),
            Row(
                revman,
                "PyMARE (DL, from effects)",
                seconds(lambda: pymare_many(y, v), 3),
            ),
            Row(
                f"{MANY:,} meta-analyses of 4 studies, REML",
                "twobytwo",
                seconds(lambda: ours(*many, method="IV", tau2="REML"), 2),
            ),
            Row(one, "twobytwo", seconds(lambda: pool(*DEATHS))),
            Row(one, "statsmodels", seconds(statsmodels_one)),
            Row(one, "PythonMeta", seconds(pythonmeta_one)),
            Row(f"1 meta-analysis of {LONG:,} studies", "twobytwo", seconds(lambda: ours(*long))),
            Row(plot, "a bare matplotlib figure", process("-c", BARE.format(svg))),
            Row(plot, "twobytwo", process(*command)),
        ]


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="write data/benchmark.csv too")
    record = parser.parse_args().record
    rows, where, day = measure(), machine(), datetime.date.today().isoformat()
    print(where)
    for row in rows:
        print(f"{row.work:<58}{row.by:<28}{1000 * row.seconds:12.3f} ms")
    content = {"machine": where, "date": day, "measured": [row._asdict() for row in rows]}
    (ROOT / "_build").mkdir(exist_ok=True)
    (ROOT / "_build" / "bench.json").write_text(json.dumps(content, indent=2) + "\n")
    if record:
        with (ROOT / "data" / "benchmark.csv").open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([*Row._fields, "machine", "date", "source"])
            writer.writerows(
                [*row[:2], f"{row.seconds:.3g}", where, day, "make bench"] for row in rows
            )


if __name__ == "__main__":
    main()
