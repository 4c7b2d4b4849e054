"""The command line: right, or status 2 with nothing printed and one line of explanation."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from twobytwo import cli, pool

HEADER = "study,events_treatment,n_treatment,events_control,n_control"
GOOD = f"{HEADER}\nA,3,10,5,12\nB,4,11,6,13\nC,1,9,7,14\n"
MRS = "13,23,4,23 19,48,22,100 8,12,3,14 24,66,13,66"
DEATHS = "1,23,9,23 6,48,19,100 0,12,5,14 21,66,29,66"
BLEEDING = "1,23,1,23 8,48,20,100 0,12,1,14 9,66,14,66"
STUDIES = ("Baracchini 2017", "Chang 2018", "Cornelissen 2018", "Peng 2019")
POOLED = list(pool([1], [2], [1], [2]).pooled())


def paper(counts, outcome=""):
    """The four studies as rows of a file."""
    return [
        f"{name},{arms}" + (f",{outcome}" if outcome else "")
        for name, arms in zip(STUDIES, counts.split(), strict=True)
    ]


# The paper's digits.


@pytest.mark.parametrize(
    ("counts", "lines"),
    [
        pytest.param(
            MRS,
            ["2.87 [1.77, 4.66]", "tau2 = 0.00", "(p = 0.41); I2 = 0 %", "(p < 0.001)"],
            id="mRS 0-2",
        ),
        pytest.param(DEATHS, ["0.39 [0.16, 0.93]", "I2 = 43 %", "(p = 0.03)"], id="mortality"),
        pytest.param(BLEEDING, ["0.68 [0.37, 1.27]", "I2 = 0 %", "(p = 0.23)"], id="SICH"),
    ],
)
def test_the_paper_is_printed(run, counts_file, counts, lines):
    done = run("pool", counts_file(*paper(counts)))
    assert done.went_well()
    assert [line for line in lines if line not in done.out] == []


def test_one_file_may_hold_several_outcomes(run, counts_file):
    rows = [*paper(MRS, "mRS"), *paper(DEATHS, "mortality"), *paper(BLEEDING, "SICH")]
    path = counts_file(content="\n".join([f"{HEADER},outcome", *rows]))
    estimates = [
        json.loads(run("pool", path, "--outcome", outcome, "--json").out)["estimate"]
        for outcome in ("mRS", "mortality", "SICH")
    ]
    assert [round(estimate, 2) for estimate in estimates] == [2.87, 0.39, 0.68]


# What is printed.


def test_json_is_the_result_of_pool(run, counts_file):
    done = run("pool", counts_file(*paper(DEATHS)), "--json")
    arms = zip(*(map(int, row.split(",")) for row in DEATHS.split()), strict=True)
    assert done.went_well()
    assert json.loads(done.out) == pool(*map(list, arms), study=STUDIES).to_dict()


def test_json_is_one_object_with_the_keys_in_order(run, counts_file):
    content = json.loads(run("pool", counts_file(content=GOOD), "--json").out)
    assert list(content) == [*POOLED, "studies"]


def test_leave_one_out_adds_a_list_of_the_pooled_keys(run, counts_file):
    path = counts_file(content=GOOD)
    plain = json.loads(run("pool", path, "--json").out)
    content = json.loads(run("pool", path, "--json", "--leave-one-out").out)
    left = content.pop("leave_one_out")
    assert content == plain
    assert [list(one) for one in left] == [["omitted", *POOLED]] * 3
    assert [one["omitted"] for one in left] == ["A", "B", "C"]
    assert [one["k"] for one in left] == [2, 2, 2]


def test_leave_one_out_is_printed_as_text(run, counts_file):
    lines = run("pool", counts_file(*paper(DEATHS)), "--leave-one-out").out.splitlines()
    assert lines[lines.index("Without") + 1 :][0] == "  Baracchini 2017   0.56 [0.32, 0.98]"


def test_names_are_printed_in_utf_8(counts_file):
    # As a process of its own whose terminal claims to know ASCII only.
    path = counts_file("Łuczak 王,3,10,5,12")
    done = subprocess.run(
        [sys.executable, "-m", "twobytwo", "pool", path, "--json"],
        capture_output=True, check=True, env={**os.environ, "PYTHONIOENCODING": "ascii"},
    )  # fmt: skip
    assert '"study": "Łuczak 王"' in done.stdout.decode("utf-8")


def test_it_can_be_called_where_standard_output_is_not_a_file(counts_file, monkeypatch):
    # As in a notebook, whose output stream only knows how to write.
    class Cell:
        said = ""

        def write(self, text):
            self.said += text

        def flush(self):
            pass

    monkeypatch.setattr(sys, "stdout", Cell())
    assert cli.main(["pool", str(counts_file(content=GOOD))]) == 0
    assert "Total" in sys.stdout.said


def test_a_reader_that_leaves_early_is_no_error(counts_file):
    path = counts_file(*(f"S{i},1,9,2,9" for i in range(3000)))
    done = subprocess.run(
        f"'{sys.executable}' -m twobytwo pool '{path}' --json | head -n 1",
        shell=True, capture_output=True, check=False,
    )  # fmt: skip
    assert (done.stdout, done.stderr) == (b"{\n", b"")


@pytest.mark.parametrize("arguments", [["--help"], ["pool", "--help"]])
def test_help_is_printed(run, arguments):
    done = run(*arguments)
    assert done.went_well()
    assert "COUNTS.csv" in done.out or "pool" in done.out


@pytest.mark.parametrize(
    ("arguments", "choices"),
    [
        ([], {}),
        (["--measure", "RR"], {"measure": "RR"}),
        (["--measure", "RD"], {"measure": "RD"}),
        (["--preset", "revman5"], {"preset": "revman5"}),
        (["--model", "fixed"], {"model": "fixed"}),
        (["--method", "IV"], {"method": "IV"}),
        (["--method", "Peto", "--model", "fixed"], {"method": "Peto", "model": "fixed"}),
        (["--tau2", "DL"], {"tau2": "DL"}),
        (["--q-center", "IV"], {"q_center": "IV"}),
        (["--interval", "wald"], {"interval": "wald"}),
        (["--interval", "hksj"], {"interval": "hksj"}),
        (["--tau2", "PM", "--method", "IV"], {"tau2": "PM", "method": "IV"}),
        (["--zero-cells", "all"], {"zero_cells": "all"}),
        (["--zero-cells", "none"], {"zero_cells": "none"}),
        (["--increment", "0.1"], {"increment": 0.1}),
        (["--level", "0.9"], {"level": 0.9}),
        (["--preset", "revman5", "--method", "IV"], {"method": "IV"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_the_options_are_the_keywords_of_pool(run, counts_file, arguments, choices):
    content = json.loads(run("pool", counts_file(*paper(DEATHS)), "--json", *arguments).out)
    arms = zip(*(map(int, row.split(",")) for row in DEATHS.split()), strict=True)
    assert content == pool(*map(list, arms), study=STUDIES, **choices).to_dict()


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(["A,3,10,5,12"], id="one study"),
        pytest.param(["A,0,10,0,12"], id="one study without events"),
        pytest.param(["A,0,10,0,12", "B,0,9,0,9"], id="no events at all"),
        pytest.param(["A,10,10,12,12", "B,9,9,9,9"], id="only events"),
        pytest.param(["A,0,1,1,1", "B,1,1,0,1"], id="one patient an arm"),
        pytest.param(["A,1,1000000000,2,1000000000"], id="a billion patients"),
        pytest.param(["A,0,100,100,100", "B,100,100,0,100", "C,50,100,50,100"], id="extremes"),
    ],
)
@pytest.mark.parametrize("measure", ["OR", "RR", "RD"])
@pytest.mark.parametrize(
    "more",
    [
        [],
        ["--json"],
        ["--leave-one-out"],
        ["--level", "0.999"],
        ["--method", "IV", "--tau2", "REML", "--interval", "hksj", "--leave-one-out", "--json"],
    ],
    ids=" ".join,
)
def test_is_pooled_without_complaint(run, counts_file, rows, measure, more):
    done = run("pool", counts_file(*rows), "--measure", measure, *more)
    assert done.went_well()
    assert not re.search(r"\b(nan|inf|infinity)\b", done.out, re.IGNORECASE)


# What is refused: files.


def denied(*_, **__):
    """Fail as the system does where permissions are missing."""
    raise PermissionError(13, "Permission denied")


BAD_FILES = [
    ("empty", b"", ["the file is empty", "write the header"]),
    ("blank lines only", b"\n\n  \n", ["the file is empty"]),
    ("byte order mark only", b"\xef\xbb\xbf", ["the file is empty"]),
    ("header only", HEADER, ["row 2", "no studies below the header", "add one row per study"]),
    ("header and blank rows", HEADER + "\n\n,,,,\n", ["no studies below the header"]),
    ("no header", "A,3,10,5,12\nB,4,11,6,13\n",
     ["row 1", "holds numbers", "write a header above it: study,events_treatment"]),
    ("a column missing", GOOD.replace("n_control", "n of the others"),
     ["row 1, column n_control: missing", "'n of the others'", "Rename", "--columns n_control="]),
    ("a column twice", GOOD.replace("n_control", "n_treatment"),
     ["row 1, column n_", "stands 2 times", "keep one"]),
    ("an outcome column twice", "outcome,outcome," + HEADER + "\n1,1,A,1,2,1,2\n",
     ["row 1, column outcome", "stands 2 times"]),
    ("a row too short", f"{HEADER}\nA,3,10,5\n", ["row 2", "4 fields", "the header has 5"]),
    ("a row too long", f"{HEADER}\nA,3,10,5,12\nSmith, Jones,3,10,5,12\n",
     ["row 3", "6 fields", "the header has 5", "quote"]),
    ("a decimal comma", f"{HEADER}\nA,3,0,10,5,12\n", ["row 2", "6 fields"]),
    ("other separators below the header", HEADER + "\nA;3;10;5;12\n", ["row 2", "1 fields"]),
    ("an open quotation mark", f'{HEADER}\nA,3,10,5,12\n"B,3,10,5,12\n',
     ["row 3", "quotation marks"]),
    ("an endless quotation", f'{HEADER}\n"' + 200_000 * "x", ["row 2", "quotation marks"]),
    ("an endless quotation in the header", '"' + 200_000 * "x", ["row 1", "quotation marks"]),
    ("a stray quotation mark", f'{HEADER}\n"A"B,3,10,5,12\n', ["row 2", "quotation marks"]),
    ("a stray quotation mark in the header", '"study"x,' + HEADER, ["row 1", "quotation marks"]),
    ("a duplicate study", GOOD + "A,1,2,1,2\n",
     ["row 5, column study", "'A'", "row 2 has the same name", "make the names differ"]),
    ("a duplicate but for spaces", GOOD + " A ,1,2,1,2\n", ["row 5, column study", "'A'"]),
    ("a study without a name", f"{HEADER}\n ,1,2,1,2\n",
     ["row 2, column study", "give the study a name"]),
    ("no encoding", f"{HEADER}\nA,1,2,1,2\n".encode() + b"\x81\x8d,1,2,1,2\n",
     ["row 3", "not UTF-8", "save the file as CSV (UTF-8)"]),
    ("a broken workbook", b"PK\x03\x04" + bytes(60), ["not an Excel workbook", "as CSV"]),
    ("an old spreadsheet", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60),
     ["an old Excel file (.xls)", "save it as .xlsx"]),
    ("a picture", b"\x89PNG\r\n\x1a\n" + bytes(60), ["a picture"]),
    ("a zero byte", GOOD.replace("A", "A\0"), ["zero byte"]),
    ("a web page", "<!DOCTYPE html>\n<html><body>Sign in</body></html>\n", ["a web page"]),
    ("several outcomes", f"outcome,{HEADER}\nx,A,1,2,1,2\ny,A,1,2,1,2\n",
     ["column outcome", "2 outcomes ('x', 'y')", "--outcome 'x'"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "said"), [pytest.param(*case[1:], id=case[0]) for case in BAD_FILES]
)
@pytest.mark.parametrize("more", [[], ["--json"]], ids=["text", "json"])
def test_a_file_is_refused_for(run, counts_file, content, said, more):
    assert run("pool", counts_file(content=content), *more).refused("counts.csv", *said)


BAD_NUMBERS = [
    ("", ["blank", "remove the study if it is not known"]),
    ("  ", ["blank"]),
    ("\u200b", ["not a number", "'\\u200b'"]),
    ("x", ["'x'", "not a number", "write digits only"]),
    ("NA", ["'NA'", "not a number"]),
    ("nan", ["'nan'", "not a number"]),
    ("inf", ["'inf'", "not a number"]),
    ("Infinity", ["not a number"]),
    ("twelve", ["'twelve'", "not a number"]),
    ("12%", ["'12%'", "not a number", "without %"]),
    ("1 000", ["'1 000'", "not a number", "thousands separators"]),
    ('"1,000"', ["'1,000'", "not a number", "thousands separators"]),
    ("1_000", ["'1_000'", "not a number"]),
    ("3/10", ["'3/10'", "not a number"]),
    ("=3+4", ["'=3+4'", "not a number"]),
    ("0x10", ["'0x10'", "not a number"]),
    ("1e", ["'1e'", "not a number"]),
    (".", ["'.'", "not a number"]),
    ("--3", ["not a number"]),
    ("\u22123", ["not a number"]),
    ("3\u200b", ["'3\\u200b'", "not a number"]),
    ("²", ["'²'", "not a number"]),
    ("三", ["'三'", "not a number"]),
    ('"1\n2"', ["'1\\n2'", "not a number"]),
    ("-1", ["'-1'", "negative", "0 or more"]),
    ("-0.5", ["'-0.5'", "negative"]),
    ("3.5", ["'3.5'", "not a whole number", "not a rate"]),
    (".5", ["'.5'", "not a whole number"]),
    ("1e-3", ["'1e-3'", "not a whole number"]),
    ("1e17", ["'1e17'", "too large"]),
    ("99999999999999999999", ["too large"]),
    ("1e400", ["'1e400'", "too large"]),
    ("1e999999999999999999999999", ["'1e9"]),
]


@pytest.mark.parametrize(
    ("written", "said"), [pytest.param(*case, id=ascii(case[0])) for case in BAD_NUMBERS]
)
@pytest.mark.parametrize("column", [1, 4], ids=["events_treatment", "n_control"])
def test_a_count_is_refused_for(run, counts_file, written, said, column):
    row = ["B", "1", "9", "1", "9"]
    row[column] = written
    name = HEADER.split(",")[column]
    line = 4 if "\n" in written else 3
    done = run("pool", counts_file("A,1,9,1,9", ",".join(row)))
    assert done.refused(f"counts.csv, row {line}, column {name}", *said)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("B,7,5,1,9", ["column events_treatment: '7'", "the 5 patients of n_treatment"]),
        ("B,1,9,10,9", ["column events_control: '10'", "the 9 patients of n_control"]),
        ("B,0,0,1,9", ["column n_treatment: '0'", "at least 1 patient", "remove the study"]),
        ("B,1,9,0,0", ["column n_control: '0'", "at least 1 patient"]),
    ],
    ids=["events above n, treated", "events above n, controls", "nobody treated", "no controls"],
)
def test_an_arm_is_refused_for(run, counts_file, row, said):
    done = run("pool", counts_file("A,1,9,1,9", row))
    assert done.refused("counts.csv, row 3", "correct" if "above" in row else ";", *said)


def test_a_file_that_is_not_there(run, tmp_path):
    path = tmp_path / "nowhere" / "counts.csv"
    assert run("pool", path).refused(str(path), "no such file", "check the name")


def test_a_folder(run, tmp_path):
    assert run("pool", tmp_path).refused(str(tmp_path), "this is a folder", "name the CSV file")


def test_a_file_below_a_file(run, counts_file):
    path = counts_file(content=GOOD) / "counts.csv"
    assert run("pool", path).refused(str(path), "cannot be read")


def test_a_name_longer_than_names_can_be(run):
    assert run("pool", "x" * 5000).refused("cannot be read")


def test_a_name_of_two_lines(run, tmp_path):
    assert run("pool", tmp_path / "two\nlines.csv").refused("no such file")


def test_a_file_without_permission(run, counts_file, monkeypatch):
    # Not by chmod, which does not stop root.
    monkeypatch.setattr(Path, "read_bytes", denied)
    path = counts_file(content=GOOD)
    assert run("pool", path).refused(str(path), "Permission denied", "check its permissions")


def test_an_outcome_that_is_not_there(run, counts_file):
    path = counts_file(content=f"outcome,{HEADER}\nx,A,1,2,1,2\ny,A,1,2,1,2\n")
    assert run("pool", path, "--outcome", "z").refused("'z'", "choose one of 'x', 'y'")


def test_an_outcome_without_a_column_for_it(run, counts_file):
    done = run("pool", counts_file(content=GOOD), "--outcome", "mortality")
    assert done.refused("row 1, column outcome", "'mortality'", "leave the outcome out")


def test_only_the_rows_of_the_outcome_are_validated(run, counts_file):
    path = counts_file(content=f"outcome,{HEADER}\nx,A,1,2,1,2\ny,A,?,,-1,2\n")
    assert run("pool", path, "--outcome", "x").status == 0
    assert run("pool", path, "--outcome", "y").refused("row 3, column events_treatment: '?'")


# What is refused: choices.


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--measure", "HR"], ["measure 'HR'", "OR, RR, RD"]),
        (["--measure", ""], ["measure ''", "OR, RR, RD"]),
        (["--model", "mixed"], ["model 'mixed'", "random, fixed"]),
        (["--method", "Bayes"], ["method 'Bayes'", "MH, IV, Peto"]),
        (["--method", "Peto"], ["add model fixed"]),
        (["--method", "Peto", "--model", "fixed", "--measure", "RR"], ["RR needs MH or IV"]),
        (["--tau2", "XX"], ["tau2 'XX'", "DL"]),
        (["--tau2", "PM"], ["Q about the inverse-variance mean", "add method IV"]),
        (["--interval", "hksj", "--model", "fixed"], ["choose wald"]),
        (["--q-center", "Peto"], ["'Peto'", "MH, IV"]),
        (["--interval", "bayes"], ["interval 'bayes'", "wald"]),
        (["--zero-cells", "some"], ["zero_cells 'some'", "affected, all, none"]),
        (["--preset", "revman4"], ["preset 'revman4'", "revman5"]),
        (["--increment", "0"], ["choose zero_cells none"]),
        (["--increment", "nan"], ["increment nan"]),
        (["--increment", "half"], ["--increment", "'half'"]),
        (["--level", "95"], ["95 % is 0.95"]),
        (["--level", "nan"], ["level nan"]),
        (["--level", "high"], ["--level", "'high'"]),
        (["--colour", "red"], ["--colour"]),
        (["--leave-one-out=yes"], ["--leave-one-out"]),
        (["--measure"], ["--measure", "expected one argument"]),
        (["second.csv"], ["second.csv"]),
        (["two\nlines"], ["unrecognized arguments"]),
        (["--plot", "plot.gif"], ["plot.gif", ".svg, .png, .pdf"]),
        (["--plot", "plot"], ["plot", ".svg, .png, .pdf"]),
        (["--plot", ""], [".svg, .png, .pdf"]),
    ],
    ids=lambda value: ascii(" ".join(value)),
)
@pytest.mark.parametrize("more", [[], ["--json"]], ids=["text", "json"])
def test_refused(run, counts_file, arguments, said, more):
    assert run("pool", counts_file(content=GOOD), *arguments, *more).refused(*said)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [([], "COMMAND"), (["pool"], "COUNTS.csv"), (["meta", "x.csv"], "'meta'")],
    ids=["no command", "no file", "unknown command"],
)
def test_an_incomplete_command_is_refused(run, arguments, said):
    assert run(*arguments).refused(said, "--help")


def test_a_shortened_option_is_refused(run, counts_file):
    # What --me means would change with the next option added.
    assert run("pool", counts_file(content=GOOD), "--lev", "0.9").refused("--lev")


@pytest.mark.parametrize("rows", [[], ["A,3,x,5,12"]], ids=["good", "bad"])
def test_a_process_ends_with_the_status_of_main(counts_file, rows):
    path = counts_file(*rows, content=None if rows else GOOD)
    done = subprocess.run(
        [sys.executable, "-m", "twobytwo", "pool", path], capture_output=True, check=False
    )
    assert done.returncode == (2 if rows else 0)
    assert bool(done.stdout) is not bool(rows)
    assert len(done.stderr.splitlines()) == 1  # what is wrong, or what was read


# Plots.


def start(path):
    return path.read_bytes()[:5]


@pytest.mark.parametrize(
    ("name", "magic"),
    [("plot.svg", b"<?xml"), ("plot.png", b"\x89PNG\r"), ("plot.pdf", b"%PDF-"),
     ("PLOT.SVG", b"<?xml"), ("my plot é.svg", b"<?xml")],
)  # fmt: skip
def test_a_plot_is_written(run, counts_file, name, magic):
    path = counts_file(content=GOOD)
    done = run("pool", path, "--plot", path.with_name(name))
    assert done.went_well()
    assert start(path.with_name(name)) == magic
    assert sorted(os.listdir(path.parent)) == sorted([path.name, name])


def test_a_plot_replaces_an_older_one(run, counts_file):
    path = counts_file(content=GOOD)
    plot = path.with_name("plot.svg")
    plot.write_text("old")
    assert run("pool", path, "--plot", plot).status == 0
    assert start(plot) == b"<?xml"


def test_a_plot_leaves_what_is_printed_as_it_is(run, counts_file):
    path = counts_file(content=GOOD)
    plain = run("pool", path, "--json")
    assert run("pool", path, "--json", "--plot", path.with_name("plot.svg")).out == plain.out


@pytest.mark.parametrize(
    "name",
    [
        "$x^",
        "$\\foo$",
        "a_b & <c>",
        "王 2020",
        "\\frac{1}{2}",
        "%s {x}",
        "two\nlines",
        "\x07",
        "y" * 300,
    ],
    ids=ascii,
)
def test_a_plot_takes_any_name(run, counts_file, name):
    quoted = '"' + name.replace('"', '""') + '"'
    path = counts_file(f"{quoted},3,10,5,12", "B,4,11,6,13")
    done = run("pool", path, "--plot", path.with_name("plot.svg"))
    assert done.went_well()
    ElementTree.parse(path.with_name("plot.svg"))  # fails unless well-formed


def test_a_font_without_a_letter_is_no_long_story(counts_file):
    # A picture can only show boxes for these letters: at most one line says so.
    path = counts_file("王 2020,3,10,5,12", "李 2021,4,11,6,13")
    done = subprocess.run(
        [sys.executable, "-m", "twobytwo", "pool", path, "--plot", path.with_name("plot.png")],
        capture_output=True, check=True,
    )  # fmt: skip
    told = (b"read ", b"wrote ")
    assert sum(not line.startswith(told) for line in done.stderr.splitlines()) <= 1


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(["A,3,10,5,12"], id="one study"),
        pytest.param(["A,0,10,0,12"], id="no events"),
        pytest.param(["A,0,100,100,100", "B,100,100,0,100", "C,50,100,50,100"], id="extremes"),
        pytest.param([f"S{i},1,9,2,9" for i in range(120)], id="120 studies"),
    ],
)
@pytest.mark.parametrize("measure", ["OR", "RD"])
def test_a_plot_is_drawn_of(run, counts_file, rows, measure):
    path = counts_file(*rows)
    plot = path.with_name("plot.svg")
    done = run("pool", path, "--measure", measure, "--plot", plot)
    assert done.went_well()
    assert start(plot) == b"<?xml"


@pytest.mark.parametrize("more", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("missing/plot.svg", "No such file or directory"),
        ("counts.csv/plot.svg", "Not a directory"),
        ("taken.svg", "cannot be written"),
    ],
    ids=["into a missing folder", "below a file", "over a folder"],
)
def test_a_plot_cannot_be_written(run, counts_file, target, said, more):
    path = counts_file(content=GOOD)
    (path.parent / "taken.svg").mkdir()
    plot = path.parent / target
    assert run("pool", path, "--plot", plot, *more).refused(str(plot), said)
    assert sorted(os.listdir(path.parent)) == ["counts.csv", "taken.svg"]


def test_a_plot_into_a_folder_without_permission(run, counts_file, monkeypatch):
    monkeypatch.setattr("twobytwo.cli.output._replace", denied)
    path = counts_file(content=GOOD)
    assert run("pool", path, "--plot", "plot.svg").refused("plot.svg", "Permission denied")


def test_a_plot_that_breaks_off_leaves_nothing_behind(run, counts_file, monkeypatch):
    # A full disk, which only shows while the picture is written.
    from matplotlib.figure import Figure

    def fail(self, path, **_):
        Path(path).write_bytes(b"half a picture")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Figure, "savefig", fail)
    path = counts_file(content=GOOD)
    plot = path.with_name("plot.png")
    plot.write_text("old")
    assert run("pool", path, "--plot", plot).refused("No space left on device")
    assert plot.read_text() == "old"
    assert sorted(os.listdir(path.parent)) == ["counts.csv", "plot.png"]


def test_a_bad_file_draws_no_plot(run, counts_file):
    path = counts_file("A,x,10,5,12")
    assert run("pool", path, "--plot", path.with_name("plot.svg")).refused("'x'")
    assert os.listdir(path.parent) == ["counts.csv"]


# Importing.


def test_importing_loads_nothing_heavy():
    code = (
        "import sys, twobytwo.cli, twobytwo.checks.refits, twobytwo.rounding; print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    heavy = {"pandas", "matplotlib", "matplotlib.pyplot", "seaborn", "scipy.stats"}
    assert heavy & set(loaded.stdout.decode().split()) == set()


# Files are written as the system would, and no input is lost.


def test_an_input_is_never_written_over(run, counts_file):
    path = counts_file(content=GOOD, name="counts.svg")
    link = path.with_name("link.svg")
    link.symlink_to(path)
    for plot in (path, link, path.parent / "." / "counts.svg"):
        assert run("pool", path, "--plot", plot).refused("is the file of counts", "another name")
    page = counts_file(content=GOOD, name="counts.html")
    assert run("report", page, "--out", page).refused("is the file of counts")
    assert path.read_text() == page.read_text() == GOOD


def test_a_file_that_may_not_be_written_is_left(run, counts_file):
    path = counts_file(content=GOOD)
    plot = path.with_name("plot.svg")
    plot.write_text("old")
    plot.chmod(0o444)
    assert run("pool", path, "--plot", plot).refused("plot.svg: is read-only")
    assert plot.read_text() == "old"


@pytest.mark.parametrize(("mask", "mode"), [(0o077, 0o600), (0o002, 0o664)])
def test_a_new_file_has_the_rights_that_new_files_have(run, counts_file, mask, mode):
    path = counts_file(content=GOOD)
    before = os.umask(mask)
    try:
        run("pool", path, "--plot", path.with_name("plot.svg"))
    finally:
        os.umask(before)
    assert path.with_name("plot.svg").stat().st_mode & 0o777 == mode


def test_links_are_written_through_and_an_old_file_keeps_its_rights(run, counts_file):
    path = counts_file(content=GOOD)
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
def test_what_is_stopped_leaves_nothing_and_says_nothing(counts_file, name, status):
    # The drawing stops itself, half written.
    path = counts_file(content=GOOD)
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
    done = subprocess.run(
        [sys.executable, "-c", code, "pool", path, "--plot", path.with_name("p.png")],
        capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (status, b"", b"")
    assert os.listdir(path.parent) == ["counts.csv"]


@pytest.mark.parametrize(
    ("redirection", "status", "said"),
    [
        (">/dev/full", 2, "standard output: cannot be written (No space left on device)\n"),
        (">&-", 0, "read counts.csv: 3 studies, 69 patients\n"),
        ("2>/dev/full", 2, ""),
        ("2>&-", 0, ""),
    ],
)
def test_where_nothing_can_be_written_one_line_says_so(counts_file, redirection, status, said):
    path = counts_file(content=GOOD)
    done = subprocess.run(
        f"'{sys.executable}' -m twobytwo pool '{path}' {redirection}",
        shell=True, capture_output=True, check=False, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (status, said)


def test_counts_come_from_standard_input(counts_file):
    done = subprocess.run(
        [sys.executable, "-m", "twobytwo", "pool", "-", "--json"],
        input=GOOD.encode(), capture_output=True, check=True,
    )  # fmt: skip
    assert done.stderr.startswith(b"read standard input: 3 studies, 69 patients\n")
    assert json.loads(done.stdout)["k"] == 3


def test_what_is_read_can_be_said(run, counts_file):
    path = counts_file(content="who,arm,x,of\nA,new,1,9\nA,old,2,9\nB,new,3,8\nB,old,4,8\n")
    options = ["--columns", "study=who,arm=arm,events=x,n=of", "--control", "old"]
    done = run("pool", path, *options, "--json")
    assert [study["events_control"] for study in json.loads(done.out)["studies"]] == [2, 4]
    assert "read who as study, x as events, of as n, new as treatment, old as control" in done.err
    assert run("pool", path, "--columns", "study").refused("write ours=theirs")
    done = run("proportions", path, *options[:2], "--treatment", "new", "--json")
    assert [study["events"] for study in json.loads(done.out)["studies"]] == [1, 3]
