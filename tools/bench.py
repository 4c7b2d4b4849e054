"""How fast the library is, beside its peers and beside the formulas written out in NumPy.

Prints a table and writes _build/bench.json. Nothing is asserted: a time is no test.
"""

from __future__ import annotations

import json
import platform
import subprocess
import sys
import tempfile
import timeit
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri
from twobytwo import pool

ROOT = Path(__file__).resolve().parents[1]
MANY = 100_000
DEATHS = ([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])


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
    """statsmodels: effect sizes and DerSimonian-Laird from counts."""
    from statsmodels.stats.meta_analysis import combine_effects, effectsize_2proportions

    e1, n1, e2, n2 = (np.array(arm) for arm in DEATHS)
    y, v = effectsize_2proportions(e1, n1, e2, n2, statistic="odds-ratio", zero_correction=0.5)
    combine_effects(y, v, method_re="dl")


def pymare_many(y: Any, v: Any) -> None:
    """PyMARE: DerSimonian-Laird of many meta-analyses, from effects."""
    from pymare import Dataset
    from pymare.estimators import DerSimonianLaird

    DerSimonianLaird().fit_dataset(Dataset(y=y.T, v=v.T)).summary()


def pythonmeta_one() -> None:
    """PythonMeta: M-H random from counts."""
    import PythonMeta

    data, meta = PythonMeta.Data(), PythonMeta.Meta()
    data.datatype = meta.datatype = "CATE"
    rows = [",".join(map(str, ("s", *row))) for row in zip(*DEATHS, strict=True)]
    meta.models, meta.algorithm, meta.effect = "Random", "MH", "OR"
    meta.meta(data.getdata(rows))


def seconds(call: Callable[[], Any], repeat: int = 7) -> float:
    """The best of several runs of one call."""
    call()
    number = max(1, int(0.05 / max(timeit.timeit(call, number=1), 1e-9)))
    return min(timeit.repeat(call, number=number, repeat=repeat)) / number


def process(*arguments: str) -> float:
    """The best of several starts of a Python process."""
    command = [sys.executable, *arguments]
    return min(
        timeit.repeat(
            lambda: subprocess.run(command, check=True, capture_output=True), number=1, repeat=7
        )
    )


def machine() -> str:
    """The processor, and the versions that matter."""
    cpu = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].partition(": ")[2] if names else cpu
    return f"{cpu}; Python {platform.python_version()}, NumPy {np.__version__}"


def main() -> None:
    """Measure, print and write."""
    rng = np.random.default_rng(2020)
    n1, n2 = np.array(DEATHS[1]), np.array(DEATHS[3])
    many = (rng.binomial(n1, 0.2, (MANY, 4)), n1, rng.binomial(n2, 0.3, (MANY, 4)), n2)
    effects = pool(*many, zero_cells="all")
    k = 10_000
    long = (rng.binomial(50, 0.2, k), np.full(k, 50), rng.binomial(50, 0.3, k), np.full(k, 50))
    bare = "from matplotlib.figure import Figure as F; f = F(); f.add_subplot(); f.savefig({!r})"
    counts = str(ROOT / "data" / "counts.csv")
    with tempfile.TemporaryDirectory() as folder:
        svg = str(Path(folder) / "forest.svg")
        command = ("-m", "twobytwo", "pool", counts, "--outcome", "mortality", "--plot", svg)
        measured = {
            f"{MANY:,} by RevMan's rule: formulas written out": seconds(
                lambda: transcription(*many)
            ),
            f"{MANY:,} by RevMan's rule: twobytwo": seconds(lambda: ours(*many)),
            f"{MANY:,} by DerSimonian-Laird: PyMARE": seconds(
                lambda: pymare_many(effects.study_effect, effects.study_variance), repeat=2
            ),
            f"{MANY:,} by REML: twobytwo": seconds(
                lambda: ours(*many, method="IV", tau2="REML"), repeat=2
            ),
            "one, counts to result: twobytwo": seconds(lambda: pool(*DEATHS)),
            "one, counts to result: statsmodels": seconds(statsmodels_one),
            "one, counts to result: PythonMeta": seconds(pythonmeta_one),
            f"one of {k:,} studies: twobytwo": seconds(lambda: ours(*long)),
            "a bare matplotlib figure, process and all": process("-c", bare.format(svg)),
            "pool --plot forest.svg, process and all": process(*command),
        }
    print(machine())
    for what, time in measured.items():
        print(f"{what:<52}{1000 * time:12.3f} ms")
    (ROOT / "_build").mkdir(exist_ok=True)
    (ROOT / "_build" / "bench.json").write_text(
        json.dumps({"machine": machine(), "seconds": measured}, indent=2) + "\n"
    )


if __name__ == "__main__":
    main()
