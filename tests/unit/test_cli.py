"""The command line: right, or status 2 with nothing printed and one line of explanation."""

import io
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from drawings import DEATHS, MRS, NAMES
from twobytwo import cli, leave_one_out, per_thousand, pool, pool_proportions

HEADER = "study,events_treatment,n_treatment,events_control,n_control"
GOOD = f"{HEADER}\nA,3,10,5,12\nB,4,11,6,13\nC,1,9,7,14\n"
TWOBYTWO = f"'{sys.executable}' -m twobytwo"


def rows(*columns):
    """Studies as rows of a file."""
    return [",".join(map(str, row)) for row in zip(*columns, strict=True)]


@pytest.fixture
def path(counts_file):
    """A file of three studies."""
    return counts_file(content=GOOD)


def process(command, **more):
    """The command as a process of its own, which can be interrupted even if this one cannot."""
    return subprocess.run(
        command,
        shell=True,
        capture_output=True,
        encoding="utf-8",
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        **more,
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
def test_the_options_are_the_keywords_of_the_function(run, counts_file, command, choices):
    if command == "pool":
        path, expected = counts_file(*rows(NAMES, *DEATHS)), pool(*DEATHS, study=NAMES, **choices)
    else:
        path = counts_file(content="\n".join(["study,events,n", *rows(NAMES, *DEATHS[:2])]))
        expected = pool_proportions(*DEATHS[:2], study=NAMES, **choices)
    options = [x for name, value in choices.items() for x in (f"--{name.replace('_', '-')}", value)]
    done = run(command, path, "--json", *options)
    assert done.went_well()
    assert done.out == json.dumps(expected.to_dict(), indent=2, ensure_ascii=False) + "\n"
    assert run(command, path, *options).out.startswith(repr(expected))


def test_leave_one_out_adds_a_list_of_the_pooled_keys(run, counts_file):
    path, deaths = counts_file(*rows(NAMES, *DEATHS)), pool(*DEATHS, study=NAMES)
    content = json.loads(run("pool", path, "--json", "--leave-one-out").out)
    left = content.pop("leave_one_out")
    assert list(content) == [*deaths.pooled(), "studies"]
    expected = zip(NAMES, leave_one_out(deaths), strict=True)
    assert left == [{"omitted": name} | refit.pooled() for name, refit in expected]
    text = run("pool", path, "--leave-one-out").out
    assert "\nWithout\n  Baracchini 2017   0.56 [0.32, 0.98]\n" in text


def test_a_name_of_several_lines_is_a_row_of_the_text(run, counts_file):
    path = counts_file('"Ash\nand\tsons",5,50,10,50', "Beech mTICI2b,8,60,15,62")
    lines = run("pool", path, "--leave-one-out").out.splitlines()
    assert lines[1] == "Ash and sons        5/50    10/50   40.1 %  0.44 [0.14, 1.41]"
    assert "  Ash and sons   0.48 [0.19, 1.24]" in lines
    assert json.loads(run("pool", path, "--json").out)["studies"][0]["study"] == "Ash\nand\tsons"


def test_the_effect_is_told_at_a_risk(run, counts_file):
    path = counts_file(*rows(NAMES, *DEATHS))
    expected = per_thousand(pool(*DEATHS), 0.3)
    assert str(expected) in run("pool", path, "--risk", "0.3").out
    found = json.loads(run("pool", path, "--risk", "0.3", "--json").out)["per_thousand"]
    assert found == expected._asdict()
    assert run("pool", path, "--risk", "30").refused("risk 30 is not between 0 and 1; 30 % is 0.3")
    path = counts_file(*rows(NAMES, *MRS))
    assert "cannot hold at --risk 0.5" in run("pool", path, "--risk", "0.5", "--measure", "RR").err


def test_of_standard_input_it_speaks_in_utf_8_and_warns_of_nothing_but_what_it_says_itself():
    # A process of its own whose terminal claims to know ASCII only.
    shell = f"'{sys.executable}' -W default -m twobytwo proportions - --json"
    counts = "study,events,n\nŁuczak 王,0,1000000000\nB,1000000000,1000000000\nC,5,1000000000\n"
    done = process(shell, input=counts, env=os.environ | {"PYTHONIOENCODING": "ascii"})
    assert '"study": "Łuczak 王"' in done.stdout
    read, *cautions = done.stderr.splitlines()
    assert read == "read standard input: 3 studies, 3,000,000,000 patients"
    assert [line[:17] for line in cautions] == ["caution: The prop", "caution: Few stud"]


def test_it_can_be_called_where_standard_output_is_not_a_file(path, monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())  # as a notebook's, it only knows how to write
    assert cli.main(["pool", str(path)]) == 0
    assert "Total" in sys.stdout.getvalue()


@pytest.mark.parametrize(("command", "missing"), [([], "COMMAND"), (["pool"], "COUNTS.csv")])
def test_an_incomplete_command_is_refused_with_the_way_to_help(run, command, missing):
    assert run(*command).refused(missing, "--help")
    assert run("meta", *command).refused("'meta'", "--help")
    helped = run(*command, "--help")
    assert helped.went_well()
    assert missing in helped.out


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
        ["--json"], ["--leave-one-out", "--risk", "0.2", "--level", "0.999"],
        ["--method", "IV", "--tau2", "REML", "--interval", "hksj", "--leave-one-out", "--json"],
    ],
    ids=" ".join,
)  # fmt: skip
def test_is_pooled_without_complaint(run, counts_file, name, measure, more):
    done = run("pool", counts_file(*EXTREMES[name]), "--measure", measure, *more)
    assert done.went_well()
    assert not re.search(r"\b(nan|inf|infinity)\b", done.out, re.IGNORECASE)


# What is refused.


def denied(*_, **__):
    """Fail as the system does where permissions are missing."""
    raise PermissionError(13, "Permission denied")


def test_a_file_that_cannot_be_opened(run, path, tmp_path, monkeypatch):
    nowhere = tmp_path / "nowhere" / "two\nlines.csv"
    assert run("pool", nowhere).refused(str(nowhere.parent), "no such file", "check the name")
    assert run("pool", tmp_path).refused(str(tmp_path), "this is a folder", "name the CSV file")
    assert run("pool", path / "counts.csv").refused(str(path), "cannot be read")
    assert run("pool", "x" * 5000).refused("cannot be read")
    monkeypatch.setattr(Path, "read_bytes", denied)  # not by chmod, which does not stop root
    assert run("pool", path).refused(str(path), "Permission denied", "check its permissions")


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ("--measure HR", ["measure 'HR'", "OR, RR, RD"]), ("--measure=", ["measure ''"]),
        ("--increment half", ["--increment", "'half'"]), ("--level high", ["--level", "'high'"]),
        ("--lev 0.9", ["--lev"]),  # what this means would change with the next option added
        ("--leave-one-out=yes", ["--leave-one-out"]), ("--columns study", ["write ours=theirs"]),
        ("--measure", ["--measure", "expected one argument"]), ("second.csv", ["second.csv"]),
        ("--two\u2028lines", ["unrecognized arguments"]), ("--digits 13", ["from 0 to 12"]),
        ("--plot plot.gif", ["plot.gif", ".svg, .png, .pdf"]),
        ("--plot plot", ["plot", ".svg, .png, .pdf"]), ("--plot=", [".svg, .png, .pdf"]),
    ],
)  # fmt: skip
def test_refused(run, path, options, parts):
    assert run("pool", path, *options.split(" ")).refused(*parts)


@pytest.mark.parametrize(
    ("content", "options", "parts"),
    [
        ("study,events\nA,1\n", "", ["row 1, column n: missing", "--columns n=NAME"]),
        ("study,events,n\nA,5,4\n", "", ["row 2, column events: '5'", "correct one of the two"]),
        ("study,outcome,events,n\nA,death,1,4\nB,stroke,3,9\n", "", ["--outcome 'death'"]),
        ("", "", ["the file is empty; write the header study,events,n"]),
        ("study,events,n\nA,1,4\n", "--method GLMM --tau2 DL", ["tau2 DL needs method IV"]),
        ("study,events,n\nA,1,4\n", "--leave-one-out", ["unrecognized arguments"]),
    ],
)  # fmt: skip
def test_single_arms_are_refused(run, counts_file, content, options, parts):
    path = counts_file(content=content)
    assert run("proportions", path, *options.split(), "--json").refused(*parts)


# Plots.


@pytest.mark.parametrize(
    ("command", "name", "magic"),
    [
        ("pool", "plot.svg", b"<?xml"),
        ("pool", "plot.png", b"\x89PNG\r"),
        ("proportions", "my plot é.PDF", b"%PDF-"),
    ],
)
def test_a_plot_is_written_alike_each_time_beside_what_is_printed(
    run, counts_file, command, name, magic
):
    path = counts_file(content=GOOD if command == "pool" else GOOD.replace("_treatment", ""))
    plot, plain, written = path.with_name(name), run(command, path, "--json").out, []
    for _ in range(2):  # the second replaces the first
        done = run(command, path, "--json", "--plot", plot)
        assert done.went_well()
        assert done.out == plain
        assert sorted(os.listdir(path.parent)) == sorted([path.name, name])
        written.append(plot.read_bytes())
    assert written[0] == written[1]
    assert written[0].startswith(magic)
    assert b"CreationDate" not in written[0]


def test_a_font_without_a_letter_is_no_long_story(run, counts_file):
    # A picture can only show boxes for these letters: at most one line says so.
    path = counts_file("\U00012000 2020,3,10,5,12", "\U00012001 2021,4,11,6,13")
    done = run("pool", path, "--plot", path.with_name("plot.png"))
    *notes, boxes = done.err.splitlines()
    assert done.status == 0
    assert [line.split()[0] for line in notes] == ["wrote", "read"]
    assert "shows boxes for \U00012000 \U00012001: neither DejaVu Sans nor another" in boxes
    assert "boxes" not in run("pool", path, "--plot", path.with_name("plot.svg")).err


def test_a_plot_cannot_be_written(run, path):
    (path.parent / "taken.svg").mkdir()
    for target, problem in (
        ("missing/plot.svg", "No such file or directory"),
        ("counts.csv/plot.svg", "Not a directory"),
        ("taken.svg", "cannot be written"),
    ):
        plot = path.parent / target
        assert run("pool", path, "--plot", plot).refused(str(plot), problem)
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
    assert target.read_text().startswith("<?xml")
    assert target.stat().st_mode & 0o777 == 0o640
    hard.hardlink_to(target)
    target.write_text("old")
    assert run("pool", path, "--plot", hard).went_well()
    assert target.read_text().startswith("<?xml")
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
    python = f"exec '{sys.executable}' -c \"{code}\""
    done = process(f"{python} pool '{path}' --plot '{path.with_name('p.png')}'")
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")
    assert os.listdir(path.parent) == ["counts.csv"]


@pytest.mark.parametrize(
    ("command", "module"),
    [
        ("python -m twobytwo", "numpy"),
        ("twobytwo", "numpy"),
        ("twobytwo", "scipy"),
        ("python -m twobytwo", "matplotlib"),
    ],
)
def test_what_is_stopped_while_it_loads_says_nothing(path, tmp_path, module, command):
    # The module stops who loads it.
    stop = "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(9)\n"
    (tmp_path / f"{module}.py").write_text(stop)
    command = f"'{Path(sys.executable).parent}'/{command} pool '{path}'"
    done = process(
        f"exec {command} --plot '{tmp_path}/p.png'", env=os.environ | {"PYTHONPATH": str(tmp_path)}
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")
    assert not (tmp_path / "p.png").exists()


@pytest.mark.parametrize(
    ("redirection", "status", "message"),
    [
        (">/dev/full", 2, "standard output: cannot be written (No space left on device)\n"),
        (">&-", 0, "read counts.csv: 3 studies, 69 patients\n"),
        ("2>/dev/full", 2, ""),
        ("2>&-", 0, ""),
    ],
)
def test_where_nothing_can_be_written_one_line_says_so(path, redirection, status, message):
    done = process(f"{TWOBYTWO} pool '{path}' {redirection}")
    assert (done.returncode, done.stderr) == (status, message)


@pytest.mark.parametrize("asked", ["pool '{path}' --json", "--help"])
def test_a_reader_that_leaves_early_hears_no_complaint(counts_file, asked):
    path = counts_file(*(f"S{i},1,9,2,9" for i in range(3000)))
    asked = f"env -u PYTHONUNBUFFERED {TWOBYTWO} {asked.format(path=path)}"
    assert process(f"({asked}; echo $? >&2) | true").stderr == "130\n"


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
