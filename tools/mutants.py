"""Break the numerical core in every small way, one at a time, and see whether the tests fail.

mutmut changes one operator, number or name of a function, and the unit and reference tests of
numbers must fail. A change that they do not see survives; tests/survivors.csv says of each why
it may. Ends with status 1 if fewer than 90 % are seen, or if a survivor is not on that list.
--record writes data/mutants.csv as well, which the book shows; --only breaks one file alone.
"""

from __future__ import annotations

import argparse
import ast
import csv
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "_build" / "mutants"
SURVIVORS = ROOT / "tests" / "survivors.csv"
MUTMUT = Path(sys.executable).with_name("mutmut")

CORE = ("estimate/effects", "estimate/mean", "pool", "rounding", "checks/recover")
# What a test of numbers does not import.
BEYOND = ("metabook", "rescue", "twobytwo.cli", "twobytwo.io", "twobytwo.plots",
          "twobytwo.reporting", "subprocess", "matplotlib", "frictionless")  # fmt: skip
LEAST = 0.9

CONFIG = """
[tool.pytest.ini_options]
addopts = "--import-mode=importlib -p no:xdist -p no:nbval -x"
filterwarnings = ["error"]
[tool.mutmut]
source_paths = ["src"]
only_mutate = {core}
pytest_add_cli_args_test_selection = {tests}
use_git_change_detection = false
track_dependencies = false
"""


class Mutant(NamedTuple):
    """One small change: in which file, from which lines to which."""

    file: str
    was: str
    becomes: str


def imports(path: Path) -> set[str]:
    """The modules that a file imports."""
    nodes = list(ast.walk(ast.parse(path.read_text())))
    found = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return found | {str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)}


def tests() -> list[str]:
    """The tests of numbers: unit and reference tests that stay in the library."""
    paths = sorted(
        path for kind in ("unit", "reference") for path in (ROOT / "tests" / kind).glob("test_*.py")
    )
    some = [
        path
        for path in paths
        if any(name.startswith("twobytwo") for name in imports(path))
        and not any(name.startswith(BEYOND) for name in imports(path))
    ]
    return [path.relative_to(ROOT).as_posix() for path in some]


def prepare(core: list[str]) -> None:
    """Copy the library and its tests to where mutmut may break them."""
    shutil.rmtree(WORK, ignore_errors=True)
    shutil.copytree(ROOT / "lib" / "twobytwo", WORK / "src" / "twobytwo")
    for name in ("conftest.py", "unit", "reference"):
        source = ROOT / "tests" / name
        copy = shutil.copytree if source.is_dir() else shutil.copy
        (WORK / "tests").mkdir(exist_ok=True)
        copy(source, WORK / "tests" / name)
    config = CONFIG.format(
        core=[f"src/twobytwo/{name}.py" for name in core],
        tests=tests(),
    )
    (WORK / "pyproject.toml").write_text(config.replace("'", '"'))


def mutmut(*arguments: str) -> str:
    """What mutmut prints."""
    done = subprocess.run([MUTMUT, *arguments], cwd=WORK, capture_output=True, text=True)
    return done.stdout


def outcomes() -> dict[str, str]:
    """What became of each mutant: killed, survived, timeout, no tests."""
    lines = mutmut("results", "--all", "true").splitlines()
    pairs = (line.strip().rsplit(": ", 1) for line in lines if "__mutmut_" in line)
    return dict(pairs)


def file_of(name: str) -> str:
    """The file that a mutant changes."""
    return f"{name.split('.')[-2]}.py"


def read(name: str) -> Mutant:
    """The change that a mutant makes."""
    diff = mutmut("show", name).splitlines()
    sides = (
        " ".join(line[1:].strip() for line in diff if line[:1] == sign and line[:3] != sign * 3)
        for sign in "-+"
    )
    return Mutant(file_of(name), *sides)


def main() -> int:
    """Run, report, compare with the list."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="write data/mutants.csv too")
    parser.add_argument("--only", choices=CORE, help="break this file alone")
    arguments = parser.parse_args()
    if arguments.record and arguments.only:
        parser.error("what is recorded is of all files")
    prepare([arguments.only] if arguments.only else list(CORE))
    if subprocess.run([MUTMUT, "run"], cwd=WORK, check=False).returncode:
        parser.exit(2, "the tests fail though nothing was broken: see above\n")
    became = outcomes()
    alive = [name for name, outcome in became.items() if outcome in ("survived", "no tests")]
    planted, unseen = (Counter(map(file_of, x)) for x in (became, alive))
    for file, number in planted.items():
        print(f"{file:<20}{number:5} planted{number - unseen[file]:5} seen")
    if arguments.record:
        with (ROOT / "data" / "mutants.csv").open("w", newline="") as recorded:
            table = [[name, n, n - unseen[name], "make mutants"] for name, n in planted.items()]
            csv.writer(recorded, lineterminator="\n").writerows(
                [["file", "planted", "seen", "source"], *table]
            )
    survivors = sorted(map(read, alive))
    seen = 1 - len(alive) / max(1, len(became))
    print(f"{seen:.1%} of {len(became)} mutants were seen; at least {LEAST:.0%} must be")

    with SURVIVORS.open(newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["file"] in planted]
    listed = {Mutant(row["file"], row["was"], row["becomes"]) for row in rows}
    unknown = [mutant for mutant in survivors if mutant not in listed]
    for mutant in unknown:
        print(f"\n{mutant.file}: not in {SURVIVORS.name}\n- {mutant.was}\n+ {mutant.becomes}")
    for mutant in sorted(listed - set(survivors)):
        print(f"\n{mutant.file}: in {SURVIVORS.name}, but seen\n- {mutant.was}\n+ {mutant.becomes}")
    return int(seen < LEAST or bool(unknown))


if __name__ == "__main__":
    sys.exit(main())
