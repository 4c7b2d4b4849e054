"""The command line: right, or status 2 with nothing printed and one line of explanation."""

import json
import math
import os
import re
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from twobytwo import cli, leave_one_out, per_thousand, pool, pool_proportions

HEADER = "study,events_treatment,n_treatment,events_control,n_control"
GOOD = f"{HEADER}\nA,3,10,5,12\nB,4,11,6,13\nC,1,9,7,14\n"
MRS = [[13, 19, 8, 24], [23, 48, 12, 66], [4, 22, 3, 13], [23, 100, 14, 66]]
DEATHS = [[1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66]]
STUDIES = ("Baracchini 2017", "Chang 2018", "Cornelissen 2018", "Peng 2019")
SHELL = f"'{sys.executable}' -m twobytwo pool "


def rows(*arms, names=STUDIES):
    """Studies as rows of a file."""
    return [",".join(map(str, row)) for row in zip(names, *arms, strict=True)]


@pytest.fixture
def path(counts_file):
    """A file of three studies."""
    return counts_file(content=GOOD)


@pytest.fixture
def arms_file(counts_file):
    """Write a file of single arms."""

    def write(events, n, names=None):
        names = names or [f"S{i}" for i in range(len(n))]
        return counts_file(content="\n".join(["study,events,n", *rows(events, n, names=names)]))

    return write


def process(command, **more):
    """The command as a process of its own, which can be interrupted even if this one cannot."""

    def stoppable():
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    shell = isinstance(command, str)
    return subprocess.run(
        command, shell=shell, capture_output=True, check=False, preexec_fn=stoppable, **more
    )


# What is printed.


CHOICES = [
    {}, {"measure": "RR"}, {"measure": "RD"}, {"preset": "revman5"}, {"model": "fixed"},
    {"method": "IV"}, {"method": "Peto", "model": "fixed"}, {"tau2": "DL"}, {"q_center": "IV"},
    {"interval": "wald"}, {"interval": "hksj"}, {"tau2": "PM", "method": "IV"},
    {"zero_cells": "all"}, {"zero_cells": "none"}, {"increment": 0.1}, {"level": 0.9},
    {"preset": "revman5", "method": "IV"}, {"prediction_df": "k-1"},
]  # fmt: skip
OF_PROPORTIONS = [
    {}, {"model": "fixed"}, {"method": "IV", "tau2": "REML", "interval": "hksj"},
    {"transform": "raw", "study_interval": "clopper-pearson", "level": 0.9},
]  # fmt: skip


@pytest.mark.parametrize(
    ("command", "choices"),
    [("pool", one) for one in CHOICES] + [("proportions", one) for one in OF_PROPORTIONS],
    ids=str,
)
def test_the_options_are_the_keywords_of_the_function(
    run, counts_file, arms_file, command, choices
):
    function, arms, path = {
        "pool": (pool, DEATHS, counts_file(*rows(*DEATHS), name="pool.csv")),
        "proportions": (pool_proportions, DEATHS[:2], arms_file(*DEATHS[:2], STUDIES)),
    }[command]
    options = [x for name, value in choices.items() for x in (f"--{name.replace('_', '-')}", value)]
    expected = function(*arms, study=STUDIES, **choices)
    done = run(command, path, "--json", *options)
    assert done.went_well()
    assert done.out == json.dumps(expected.to_dict(), indent=2, ensure_ascii=False) + "\n"
    assert run(command, path, *options).out.startswith(repr(expected))


def test_leave_one_out_adds_a_list_of_the_pooled_keys(run, counts_file):
    path, deaths = counts_file(*rows(*DEATHS)), pool(*DEATHS, study=STUDIES)
    content = json.loads(run("pool", path, "--json", "--leave-one-out").out)
    left = content.pop("leave_one_out")
    assert list(content) == [*deaths.pooled(), "studies"]
    expected = zip(STUDIES, leave_one_out(deaths), strict=True)
    assert left == [{"omitted": name} | refit.pooled() for name, refit in expected]
    lines = run("pool", path, "--leave-one-out").out.splitlines()
    assert lines[lines.index("Without") + 1 :][0] == "  Baracchini 2017   0.56 [0.32, 0.98]"


def test_the_effect_is_told_at_a_risk(run, counts_file):
    path = counts_file(*rows(*DEATHS))
    expected = per_thousand(pool(*DEATHS), 0.3)
    assert str(expected) in run("pool", path, "--risk", "0.3").out
    found = json.loads(run("pool", path, "--risk", "0.3", "--json").out)["per_thousand"]
    assert found == expected._asdict()
    assert run("pool", path, "--risk", "30").refused("risk 30 is not between 0 and 1; 30 % is 0.3")
    path = counts_file(*rows(*MRS))
    assert "cannot hold at --risk 0.5" in run("pool", path, "--risk", "0.5", "--measure", "RR").err


def test_names_are_printed_in_utf_8(counts_file):
    # As a process of its own whose terminal claims to know ASCII only.
    path = counts_file("Łuczak 王,3,10,5,12")
    done = process(f"{SHELL}'{path}' --json", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert '"study": "Łuczak 王"' in done.stdout.decode("utf-8")


def test_it_can_be_called_where_standard_output_is_not_a_file(path, monkeypatch):
    # As in a notebook, whose output stream only knows how to write.
    class Cell:
        said = ""

        def write(self, text):
            self.said += text

        def flush(self):
            pass

    monkeypatch.setattr(sys, "stdout", Cell())
    assert cli.main(["pool", str(path)]) == 0
    assert "Total" in sys.stdout.said


@pytest.mark.parametrize(("asked", "said"), [("", "report"), ("pool", "COUNTS.csv")])
def test_help_is_printed(run, asked, said):
    done = run(*asked.split(), "--help")
    assert done.went_well()
    assert said in done.out


EXTREMES = {
    "one study": ["A,3,10,5,12"],
    "one study without events": ["A,0,10,0,12"],
    "no events at all": ["A,0,10,0,12", "B,0,9,0,9"],
    "only events": ["A,10,10,12,12", "B,9,9,9,9"],
    "one patient an arm": ["A,0,1,1,1", "B,1,1,0,1"],
    "a billion patients": ["A,1,1000000000,2,1000000000"],
    "extremes": ["A,0,100,100,100", "B,100,100,0,100", "C,50,100,50,100"],
    "120 studies": [f"S{i},1,9,2,9" for i in range(120)],
}


@pytest.mark.parametrize("name", EXTREMES)
@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
@pytest.mark.parametrize(
    "more",
    [
        [], ["--json"], ["--leave-one-out", "--risk", "0.2"], ["--level", "0.999"],
        ["--method", "IV", "--tau2", "REML", "--interval", "hksj", "--leave-one-out", "--json"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_is_pooled_without_complaint(run, counts_file, name, measure, more):
    done = run("pool", counts_file(*EXTREMES[name]), "--measure", measure, *more)
    assert done.went_well()
    assert not re.search(r"\b(nan|inf|infinity)\b", done.out, re.IGNORECASE)


@pytest.mark.parametrize("share", [0, 1])
@pytest.mark.parametrize("k", [1, 2, 17, 70])
def test_no_event_anywhere_or_only_events(run, arms_file, share, k):
    n = [10**9 - i for i in range(k)]
    done = run("proportions", arms_file([share * of for of in n], n), "--json")
    found = json.loads(done.out)
    assert done.went_well()
    assert (found["estimate"], found["tau2"], found["k"]) == (share, 0, k)
    assert found["effect"] is found["p_value"] is found["prediction_lower"] is None
    assert 0 <= found["ci_lower"] <= found["ci_upper"] <= 1


@pytest.mark.parametrize("k", [2, 17, 70])
@pytest.mark.parametrize("options", [[], ["--method", "IV"], ["--transform", "raw"]])
def test_large_counts_agree_with_their_truth_without_a_warning(run, arms_file, k, options):
    rng = np.random.default_rng(k)
    logits = rng.normal(-1, 0.5, k)
    n = np.full(k, 10**9)
    x = np.round(n / (1 + np.exp(-logits))).astype(int)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = json.loads(run("proportions", arms_file(x, n), "--json", *options).out)
    # So large, each study is known: what is left is the spread between them.
    truth = np.mean(x / n) if "raw" in options else 1 / (1 + math.exp(-np.mean(logits)))
    assert found["estimate"] == pytest.approx(truth, rel=1e-6)
    if not options:
        assert found["tau2"] == pytest.approx(np.var(logits), rel=1e-6)


def test_ten_thousand_studies_in_any_order(run, arms_file):
    rng = np.random.default_rng(8)
    n = rng.integers(1, 200, 10_000)
    x = rng.binomial(n, 0.3)
    ways = arms_file(x, n), arms_file(x[::-1], n[::-1])
    there, back = (json.loads(run("proportions", path, "--json").out)["tau2"] for path in ways)
    assert back == pytest.approx(there, rel=1e-9)


def test_a_run_warns_of_nothing_but_what_it_says_itself(arms_file):
    path = arms_file([0, 10**9, 5], [10**9] * 3)
    done = process(f"'{sys.executable}' -W default -m twobytwo proportions '{path}' --json")
    read, *cautions = done.stderr.decode().splitlines()
    assert read == "read counts.csv: 3 studies, 3,000,000,000 patients"
    assert [line[:17] for line in cautions] == ["caution: The prop", "caution: Few stud"]
    assert json.loads(done.stdout)["k"] == 3


# What is refused.


def denied(*_, **__):
    """Fail as the system does where permissions are missing."""
    raise PermissionError(13, "Permission denied")


def test_a_file_that_cannot_be_opened(run, path, tmp_path, monkeypatch):
    nowhere, path = tmp_path / "nowhere" / "two\nlines.csv", path
    assert run("pool", nowhere).refused(str(nowhere.parent), "no such file", "check the name")
    assert run("pool", tmp_path).refused(str(tmp_path), "this is a folder", "name the CSV file")
    assert run("pool", path / "counts.csv").refused(str(path), "cannot be read")
    assert run("pool", "x" * 5000).refused("cannot be read")
    monkeypatch.setattr(Path, "read_bytes", denied)  # not by chmod, which does not stop root
    assert run("pool", path).refused(str(path), "Permission denied", "check its permissions")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("--measure HR", ["measure 'HR'", "OR, RR, RD"]), ("--measure=", ["measure ''"]),
        ("--preset revman4", ["preset 'revman4'", "revman5"]), ("--increment nan", ["increment n"]),
        ("--increment half", ["--increment", "'half'"]), ("--level 95", ["95 % is 0.95"]),
        ("--level high", ["--level", "'high'"]),
        ("--lev 0.9", ["--lev"]),  # what this means would change with the next option added
        ("--leave-one-out=yes", ["--leave-one-out"]), ("--columns study", ["write ours=theirs"]),
        ("--measure", ["--measure", "expected one argument"]), ("second.csv", ["second.csv"]),
        ("--two\u2028lines", ["unrecognized arguments"]), ("--digits 13", ["from 0 to 12"]),
        ("--plot plot.gif", ["plot.gif", ".svg, .png, .pdf"]),
        ("--plot plot", ["plot", ".svg, .png, .pdf"]), ("--plot=", [".svg, .png, .pdf"]),
    ],
)  # fmt: skip
def test_refused(run, path, arguments, said):
    assert run("pool", path, *arguments.split(" ")).refused(*said)


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("study,events\nA,1\n", "", ["row 1, column n: missing", "--columns n=NAME"]),
        ("study,events,n\nA,5,4\n", "", ["row 2, column events: '5'", "correct one of the two"]),
        ("study,outcome,events,n\nA,death,1,4\nB,stroke,3,9\n", "", ["--outcome 'death'"]),
        ("", "", ["the file is empty; write the header study,events,n"]),
        ("study,events,n\nA,1,4\n", "--method GLMM --tau2 DL", ["tau2 DL needs method IV"]),
        ("study,events,n\nA,1,4\n", "--leave-one-out", ["unrecognized arguments"]),
    ],
)  # fmt: skip
def test_single_arms_are_refused(run, counts_file, content, options, said):
    path = counts_file(content=content)
    assert run("proportions", path, *options.split(), "--json").refused(*said)


@pytest.mark.parametrize(
    ("arguments", "said"), [("", "COMMAND"), ("pool", "COUNTS.csv"), ("meta x.csv", "'meta'")]
)
def test_an_incomplete_command_is_refused(run, arguments, said):
    assert run(*arguments.split()).refused(said, "--help")


# Plots.


def start(path):
    return path.read_bytes()[:5]


@pytest.mark.parametrize("command", ["pool", "proportions"])
@pytest.mark.parametrize(
    ("name", "magic"),
    [("plot.svg", b"<?xml"), ("plot.png", b"\x89PNG\r"), ("my plot é.PDF", b"%PDF-")],
)
def test_a_plot_is_written_alike_each_time_beside_what_is_printed(
    run, counts_file, command, name, magic
):
    path = counts_file(content=GOOD.replace("_treatment", ""))
    if command == "pool":
        path = counts_file(content=GOOD)
    plot, plain = path.with_name(name), run(command, path, "--json").out
    written = set()
    for _ in range(2):  # the second replaces the first
        done = run(command, path, "--json", "--plot", plot)
        assert done.went_well()
        assert done.out == plain
        assert start(plot) == magic
        assert sorted(os.listdir(path.parent)) == sorted([path.name, name])
        written.add(plot.read_bytes())
    assert len(written) == 1


PLOTTED = ["$x^", "$\\foo$", "a_b & <c>", "王 2020", "\\frac{1}{2}", "%s {x}", "two\nlines",
           "\x07", "y" * 300]  # fmt: skip


@pytest.mark.parametrize(
    "studies",
    [[f'"{name}",3,10,5,12', "B,4,11,6,13"] for name in PLOTTED]
    + [EXTREMES[name] for name in ("one study without events", "extremes", "120 studies")],
    ids=lambda studies: ascii(studies[0][:20]),
)
def test_a_plot_is_drawn_of(run, counts_file, studies):
    path = counts_file(*studies)
    for measure in ("OR", "RD"):
        done = run("pool", path, "--measure", measure, "--plot", path.with_name("p.svg"))
        assert done.went_well()
        ElementTree.parse(path.with_name("p.svg"))  # fails unless well-formed
        path.with_name("p.svg").unlink()


def test_a_font_without_a_letter_is_no_long_story(counts_file):
    # A picture can only show boxes for these letters: at most one line says so.
    path = counts_file("王 2020,3,10,5,12", "李 2021,4,11,6,13")
    done = process(f"{SHELL}'{path}' --plot '{path.with_name('plot.png')}'")
    told = (b"read ", b"wrote ")
    assert done.returncode == 0
    assert sum(not line.startswith(told) for line in done.stderr.splitlines()) <= 1


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("missing/plot.svg", "No such file or directory"),
        ("counts.csv/plot.svg", "Not a directory"),
        ("taken.svg", "cannot be written"),
    ],
)
def test_a_plot_cannot_be_written(run, path, target, said):
    (path.parent / "taken.svg").mkdir()
    plot = path.parent / target
    assert run("pool", path, "--plot", plot).refused(str(plot), said)
    assert sorted(os.listdir(path.parent)) == ["counts.csv", "taken.svg"]


def test_a_plot_that_breaks_off_leaves_nothing_behind(run, path, monkeypatch):
    # A full disk, which only shows while the picture is written.
    from matplotlib.figure import Figure

    def fail(self, path, **_):
        Path(path).write_bytes(b"half a picture")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Figure, "savefig", fail)
    plot = path.with_name("plot.png")
    plot.write_text("old")
    assert run("pool", path, "--plot", plot).refused("No space left on device")
    monkeypatch.setattr("twobytwo.cli.common._replace", denied)
    assert run("pool", path, "--plot", plot).refused("plot.png", "Permission denied")
    path.write_text(GOOD + "D,x,10,5,12\n")
    assert run("pool", path, "--plot", plot).refused("'x'")
    assert plot.read_text() == "old"
    assert sorted(os.listdir(path.parent)) == ["counts.csv", "plot.png"]


def test_importing_loads_nothing_heavy():
    code = "import sys, twobytwo.cli, twobytwo.checks.refits; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    heavy = {"pandas", "matplotlib", "seaborn", "scipy.optimize", "scipy.stats"}
    assert heavy & set(loaded.stdout.decode().split()) == set()


# Files are written as the system would, and no input is lost.


def test_what_may_not_be_written_over_is_left(run, counts_file):
    path = counts_file(content=GOOD, name="counts.svg")
    link = path.with_name("link.svg")
    link.symlink_to(path)
    for plot in (path, link, path.parent / "." / "counts.svg"):
        assert run("pool", path, "--plot", plot).refused("is the file of counts", "another name")
    page = counts_file(content=GOOD, name="counts.html")
    assert run("report", page, "--out", page).refused("is the file of counts")
    assert path.read_text() == page.read_text() == GOOD
    old = path.with_name("old.svg")
    old.write_text("old")
    old.chmod(0o444)
    assert run("pool", path, "--plot", old).refused("old.svg: is read-only")
    assert old.read_text() == "old"


@pytest.mark.parametrize(("mask", "mode"), [(0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_rights_that_new_files_have(run, path, mask, mode):
    before = os.umask(mask)
    try:
        run("pool", path, "--plot", path.with_name("plot.svg"))
    finally:
        os.umask(before)
    assert path.with_name("plot.svg").stat().st_mode & 0o777 == mode


def test_links_are_written_through_and_an_old_file_keeps_its_rights(run, path):
    target, soft, hard = (path.with_name(name) for name in ("a.svg", "soft.svg", "hard.svg"))
    target.write_text("old")
    target.chmod(0o640)
    soft.symlink_to(target.name)
    assert run("pool", path, "--plot", soft).went_well()
    assert soft.is_symlink()
    assert (start(target), target.stat().st_mode & 0o777) == (b"<?xml", 0o640)
    hard.hardlink_to(target)
    target.write_text("old")
    assert run("pool", path, "--plot", hard).went_well()
    assert start(target) == b"<?xml"
    nowhere = path.with_name("null.svg")
    nowhere.symlink_to("/dev/null")
    assert run("pool", path, "--plot", nowhere).went_well()
    assert nowhere.is_char_device()


# Being stopped.


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_what_is_stopped_leaves_nothing_and_says_nothing(path, name, status):
    # The drawing stops itself, half written.
    code = (
        "import os, signal, sys\n"
        "from matplotlib.figure import Figure\n"
        "from twobytwo.cli import main\n"
        "def stop(self, path, **_):\n"
        "    open(path, 'w').write('half')\n"
        f"    os.kill(os.getpid(), signal.{name})\n"
        "Figure.savefig = stop\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    done = process([sys.executable, "-c", code, "pool", path, "--plot", path.with_name("p.png")])
    assert (done.returncode, done.stdout, done.stderr) == (status, b"", b"")
    assert os.listdir(path.parent) == ["counts.csv"]


@pytest.mark.parametrize("module", ["numpy", "scipy", "matplotlib"])
@pytest.mark.parametrize("command", ["python -m twobytwo", "twobytwo"])
def test_what_is_stopped_while_it_loads_says_nothing(path, tmp_path, module, command):
    # The module stops who loads it.
    stop = "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)\n"
    (tmp_path / f"{module}.py").write_text(stop)
    command = f"'{Path(sys.executable).parent}'/{command} pool '{path}'"
    done = process(
        f"exec {command} --plot '{tmp_path}/p.png'",
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
    assert not (tmp_path / "p.png").exists()


READ = "read counts.csv: 3 studies, 69 patients\n"


@pytest.mark.parametrize(
    ("redirection", "status", "said"),
    [
        ("", 0, READ), ("--model x", 2, "model 'x' is not one of random, fixed\n"),
        (">/dev/full", 2, "standard output: cannot be written (No space left on device)\n"),
        (">&-", 0, READ), ("2>/dev/full", 2, ""), ("2>&-", 0, ""),
    ],
)  # fmt: skip
def test_where_nothing_can_be_written_one_line_says_so(path, redirection, status, said):
    done = process(f"{SHELL}'{path}' {redirection}", text=True)
    assert (done.returncode, done.stderr) == (status, said)


@pytest.mark.parametrize("asked", ["pool '{path}' --json", "--help"])
def test_a_reader_that_leaves_early_hears_no_complaint(counts_file, asked):
    path = counts_file(*(f"S{i},1,9,2,9" for i in range(3000)))
    asked = f"'{sys.executable}' -m twobytwo {asked.format(path=path)}"
    done = process(f"(env -u PYTHONUNBUFFERED {asked}; echo $? >&2) | true", text=True)
    assert done.stderr == "130\n"


def test_counts_come_from_standard_input():
    done = process(f"{SHELL}- --json", input=GOOD.encode())
    assert done.stderr.startswith(b"read standard input: 3 studies, 69 patients\n")
    assert json.loads(done.stdout)["k"] == 3


def test_what_is_read_can_be_said(run, counts_file):
    path = counts_file(content='who,arm,"x, all",of\nA,new,1,9\nA,old,2,9\nB,new,3,8\nB,old,4,8\n')
    options = ["--columns", "study=who,arm=arm,events=x, all,n=of", "--control", "old"]
    done = run("pool", path, *options, "--json")
    assert [study["events_control"] for study in json.loads(done.out)["studies"]] == [2, 4]
    assert (
        "read who as study, x, all as events, of as n, new as treatment, old as control" in done.err
    )
    done = run("proportions", path, *options[:2], "--treatment", "new", "--json")
    assert [study["events"] for study in json.loads(done.out)["studies"]] == [1, 3]
