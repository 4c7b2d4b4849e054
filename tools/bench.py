"""How fast the library is, beside its peers and beside the formulas written out in NumPy.

Run in the folder of the book. Prints a table and writes _build/bench.json; --record writes
data/benchmark.csv as well, which the book shows. Nothing is asserted: a time is no test.
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
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pimeta
import PythonMeta
from meta_analyze import meta_binary
from numpy.typing import NDArray
from pymare import Dataset
from pymare.estimators import DerSimonianLaird
from scipy.special import ndtr, ndtri
from statsmodels.stats.meta_analysis import combine_effects, effectsize_2proportions
from twobytwo import pool

MANY = 100_000
LONG = 10_000
BLOCK = 4_096
DEATHS = ([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
PEERS = ("PyMetaAnalysis", "pimeta", "PyMARE", "statsmodels", "PythonMeta")
BARE = "import matplotlib.pyplot as plt; figure, axes = plt.subplots(); figure.savefig({!r})"
FLOOR = "formulas written out"
OURS = "twobytwo"


class Row(NamedTuple):
    """One measurement."""

    work: str
    by: str
    seconds: float


def transcription(e1: Any, n1: Any, e2: Any, n2: Any) -> tuple[Any, ...]:
    """RevMan's formulas, line by line: what the library would be without its services.

    Sums over the studies are products with ones, as in `twobytwo.estimate.effects.total`.
    """
    ones = np.ones(np.shape(e1)[-1])
    with np.errstate(all="ignore"):
        a, c = e1.astype(float), e2.astype(float)
        b, d = n1 - a, n2 - c
        add = 0.5 * (a * b * c * d == 0)
        use = ((a + c) * (b + d) != 0).astype(float)
        a, b, c, d = a + add, b + add, c + add, d + add
        ad, bc = a * d, b * c
        n = a + b + c + d
        y, v = np.log(ad / bc), 1 / a + 1 / b + 1 / c + 1 / d
        w = use / v
        center = np.log((use * ad / n) @ ones / ((use * bc / n) @ ones))
        df = use @ ones - 1
        q = (w * (y - center[..., None]) ** 2) @ ones
        s1, s2 = w @ ones, (w * w) @ ones
        tau2 = np.maximum(0, (q - df) / (s1 - s2 / s1))
        w = use / (v + tau2[..., None])
        s = w @ ones
        mean, se = (w * y) @ ones / s, 1 / np.sqrt(s)
        half = ndtri(0.975) * se
        i2 = np.maximum(0, 100 * (q - df) / q)
        p = 2 * ndtr(-abs(mean / se))
        return np.exp(mean), np.exp(mean - half), np.exp(mean + half), p, q, tau2, i2


def in_blocks(e1: Any, n1: Any, e2: Any, n2: Any) -> tuple[Any, ...]:
    """The same, a few rows at a time, so that all of it stays in the processor's cache."""
    blocks = (slice(start, start + BLOCK) for start in range(0, len(e1), BLOCK))
    done = [transcription(e1[block], n1, e2[block], n2) for block in blocks]
    return tuple(map(np.concatenate, zip(*done, strict=True)))


def ours(*arms: Any, **choices: Any) -> tuple[Any, ...]:
    """The same numbers from the library."""
    r = pool(*arms, **choices)
    return r.estimate, r.ci_lower, r.ci_upper, r.p_value, r.q, r.tau2, r.i2


def pymetaanalysis(e1: Any, n1: Any, e2: Any, n2: Any) -> Any:
    """DL with inverse-variance weights: no Mantel-Haenszel with random effects here."""
    return meta_binary(
        event_treat=e1, n_treat=n1, event_control=e2, n_control=n2,
        measure="OR", method="IV", model="random", tau2_method="DL",
    )  # fmt: skip


def pimeta_random(e1: Any, n1: Any, e2: Any, n2: Any) -> Any:
    """Mantel-Haenszel, and DL with inverse-variance weights beside it."""
    return pimeta.metabin(e1, n1, e2, n2, sm="OR", method="MH", method_tau="DL")


def pymare(y: Any, v: Any) -> None:
    """DL from effects, one meta-analysis a column: interval and heterogeneity included."""
    summary = DerSimonianLaird().fit_dataset(Dataset(y=y, v=v)).summary()
    summary.get_fe_stats()
    summary.get_heterogeneity_stats()


def statsmodels(e1: Any, n1: Any, e2: Any, n2: Any) -> None:
    """Effect sizes, both models and their intervals from counts."""
    y, v = effectsize_2proportions(e1, n1, e2, n2, statistic="odds-ratio", zero_correction=0.5)
    combine_effects(y, v, method_re="dl").summary_frame()


def pythonmeta(e1: Any, n1: Any, e2: Any, n2: Any) -> None:
    """Mantel-Haenszel with random effects, from counts."""
    data, meta = PythonMeta.Data(), PythonMeta.Meta()
    data.datatype = meta.datatype = "CATE"
    rows = [",".join(map(str, ("s", *row))) for row in zip(e1, n1, e2, n2, strict=True)]
    meta.models, meta.algorithm, meta.effect = "Random", "MH", "OR"
    meta.meta(data.getdata(rows))


def of_one(work: str, arms: tuple[NDArray[np.int64], ...], repeat: int) -> list[Row]:
    """One meta-analysis from counts to result, by the library and by its peers."""
    whole = pool(*arms)
    effects = whole.study_effect[:, None], whole.study_variance[:, None]
    calls: dict[str, Callable[[], Any]] = {
        OURS: partial(ours, *arms),
        "PyMetaAnalysis (IV)": partial(pymetaanalysis, *arms),
        "pimeta": partial(pimeta_random, *arms),
        "PyMARE (from effects)": partial(pymare, *effects),
        "statsmodels (IV)": partial(statsmodels, *arms),
    }
    if len(whole.study_effect) < 200:  # PythonMeta takes no more
        calls["PythonMeta"] = partial(pythonmeta, *(arm.tolist() for arm in arms))
    return [Row(work, by, seconds(call, repeat)) for by, call in calls.items()]


def seconds(call: Callable[[], Any], repeat: int = 7) -> float:
    """The best of several runs of one call."""
    call()
    number = max(1, int(0.05 / max(timeit.timeit(call, number=1), 1e-9)))
    return min(timeit.repeat(call, number=number, repeat=repeat)) / number


def process(*arguments: str, repeat: int = 7) -> float:
    """The best of several starts of a Python process."""
    command = [sys.executable, *arguments]
    # With this set nothing is ever compiled, and each start would compile everything anew.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def run() -> None:
        subprocess.run(command, check=True, capture_output=True, env=environment)

    run()
    return min(timeit.repeat(run, number=1, repeat=repeat))


def machine() -> str:
    """The processor, and the versions that matter."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].partition(": ")[2] if names else cpu
    versions = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", *PEERS))
    return f"{cpu}, {os.cpu_count()} cores; Python {platform.python_version()}, {versions}"


def batches(rng: np.random.Generator) -> list[Row]:
    """Many meta-analyses in one call."""
    n1, n2 = np.array(DEATHS[1]), np.array(DEATHS[3])
    many = (rng.binomial(n1, 0.2, (MANY, 4)), n1, rng.binomial(n2, 0.3, (MANY, 4)), n2)
    for floor, result in zip(transcription(*many), ours(*many), strict=True):
        np.testing.assert_allclose(result, floor, rtol=1e-9, atol=1e-9)
    with_effects = pool(*many, zero_cells="all")
    # PyMARE knows no study without an effect; for the time it takes any number will do.
    y, v = (
        np.nan_to_num(x.T, nan=1.0)
        for x in (with_effects.study_effect, with_effects.study_variance)
    )
    revman = f"{MANY:,} meta-analyses of 4 studies, RevMan's rule"
    reml = partial(ours, *many, method="IV", tau2="REML")
    return [
        Row(revman, FLOOR, seconds(partial(transcription, *many))),
        Row(revman, f"{FLOOR}, in blocks", seconds(partial(in_blocks, *many))),
        Row(revman, OURS, seconds(partial(ours, *many))),
        Row(revman, "PyMARE (from effects)", seconds(partial(pymare, y, v), 3)),
        Row(f"{MANY:,} meta-analyses of 4 studies, REML", OURS, seconds(reml, 2)),
    ]


def counts_file(path: Path, rng: np.random.Generator) -> str:
    """Write a file of many studies."""
    rows = zip(rng.binomial(80, 0.2, MANY), rng.binomial(90, 0.3, MANY), strict=True)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["study", "events_treatment", "n_treatment", "events_control", "n_control"])
        writer.writerows([f"Study {i}", e1, 80, e2, 90] for i, (e1, e2) in enumerate(rows))
    return str(path)


def commands(rng: np.random.Generator) -> list[Row]:
    """The command line, process and all."""
    start, plot = "From the shell, a file of 4 studies", "A forest plot from the shell"
    large = f"From the shell, a file of {MANY:,} studies"
    run = ("-m", "twobytwo")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        svg, page = str(folder / "forest.svg"), str(folder / "report.html")
        small = (str(Path("data", "counts.csv").resolve()), "--outcome", "mortality")
        many = counts_file(folder / "many.csv", rng)
        return [
            Row(start, "Python with NumPy", process("-c", "import numpy")),
            Row(start, "pool", process(*run, "pool", *small)),
            Row(start, "report", process(*run, "report", *small, "--out", page)),
            Row(plot, "a bare matplotlib figure", process("-c", BARE.format(svg))),
            Row(plot, OURS, process(*run, "pool", *small, "--plot", svg)),
            Row(large, "pool", process(*run, "pool", many, repeat=1)),
            Row(large, "pool --json", process(*run, "pool", many, "--json", repeat=1)),
        ]


def measure() -> list[Row]:
    """Everything that is measured, in the order of the table."""
    rng = np.random.default_rng(2020)
    one = (*map(np.array, DEATHS),)
    sizes = np.full(LONG, 50)
    long = (rng.binomial(50, 0.2, LONG), sizes, rng.binomial(50, 0.3, LONG), sizes)
    return [
        *batches(rng),
        *of_one("1 meta-analysis of 4 studies, counts to result", one, 7),
        *of_one(f"1 meta-analysis of {LONG:,} studies", long, 2),
        *commands(rng),
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
    Path("_build").mkdir(exist_ok=True)
    Path("_build", "bench.json").write_text(json.dumps(content, indent=2) + "\n")
    if record:
        with Path("data", "benchmark.csv").open("w", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([*Row._fields, "machine", "date", "source"])
            writer.writerows(
                [*row[:2], f"{row.seconds:.3g}", where, day, "make bench"] for row in rows
            )


if __name__ == "__main__":
    main()
