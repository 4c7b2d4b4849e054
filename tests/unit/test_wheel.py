"""The wheel holds the two libraries, whole, and works far from this checkout."""

import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
import twobytwo

ROOT = Path(__file__).parents[2]
LIBRARIES = ("twobytwo", "metabook")
COUNTS = "study,ai,n1i,ci,n2i\nOne,1,23,9,23\nTwo,6,48,19,100\n"


def sources():
    return {
        str(path.relative_to(ROOT / "lib"))
        for library in LIBRARIES
        for path in (ROOT / "lib" / library).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def around():
    """What lies in the checkout, but for what Python and this run's tools keep there."""
    beside = (".git", ".venv", "_build", "tests")
    here = [path for path in ROOT.iterdir() if path.name not in beside]
    return {*here, *(path for path in (ROOT / "lib").rglob("*") if path.suffix != ".pyc")}


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The wheel's content, as an installer puts it."""
    folder, before = tmp_path_factory.mktemp("wheel"), around()
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    assert around() == before
    (wheel,) = folder.glob("*.whl")
    assert wheel.name == f"twobytwo-{twobytwo.__version__}-py3-none-any.whl"
    zipfile.ZipFile(wheel).extractall(folder / "site")
    return folder / "site"


@pytest.fixture
def run(unpacked, tmp_path):
    """Run a program that sees the wheel and installed packages, but nothing of this checkout."""
    (tmp_path / "counts.csv").write_text(COUNTS)
    paths = [str(unpacked), sysconfig.get_path("purelib")]

    def run(program, *arguments):
        # Without `site` the file that leads to this checkout's lib/ is not read.
        start = f"import sys; sys.path += {paths}; sys.argv[0] = 'bin/twobytwo'\n"
        command = [sys.executable, "-I", "-S", "-c", start + program, *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    return run


def test_it_holds_every_file_of_the_libraries_and_nothing_else(unpacked):
    inside = {str(path.relative_to(unpacked)) for path in unpacked.rglob("*") if path.is_file()}
    assert {name for name in inside if ".dist-info/" not in name} == sources()


def test_it_names_no_author_and_no_address(unpacked):
    (about,) = unpacked.glob("*.dist-info/METADATA")
    for invented in ("Author", "Maintainer", "Home-page", "Project-URL", "@"):
        assert invented not in about.read_text().partition("\n\n")[0]


def test_the_command_needs_only_what_the_wheel_asks_for(run, tmp_path):
    program = """
sys.modules |= dict.fromkeys(('pandas', 'openpyxl', 'seaborn', 'sphinx', 'rescue'))
from twobytwo.cli import main
assert main(["pool", "counts.csv", "--json", "--plot", "forest.svg"]) == 0
assert main(["report", "counts.csv", "--out", "report.html"]) == 0
main(["--version"])
"""
    done = run(program)
    assert done.returncode == 0, done.stderr
    assert '"estimate"' in done.stdout
    assert done.stdout.endswith(f"\ntwobytwo {twobytwo.__version__}\n")
    assert (tmp_path / "forest.svg").exists()
    style = (ROOT / "lib" / "twobytwo" / "reporting" / "report.css").read_text().splitlines()[0]
    assert style in (tmp_path / "report.html").read_text()


def test_every_module_can_be_imported(run):
    program = """
import importlib, pkgutil
for library in sys.argv[1:]:
    for module in pkgutil.walk_packages(importlib.import_module(library).__path__, library + "."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
"""
    done = run(program, *LIBRARIES)
    assert done.returncode == 0, done.stderr
