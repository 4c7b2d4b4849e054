"""What a file of counts may look like, and how a refusal reads."""

import csv
import dataclasses

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from twobytwo import CountsError, read_counts

HEADER = "study,events_treatment,n_treatment,events_control,n_control"
TEXT = f"{HEADER}\nChang 2018,6,48,19,100\nPeng 2019,21,66,29,66\n"
QUOTED = '"' + TEXT.replace("\n", '"\n"').replace(",", '","')[:-1]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(content, id=name)
        for name, content in {
            "as it is": TEXT, "semicolons": TEXT.replace(",", ";"), "all quoted": QUOTED,
            "tabs": TEXT.replace(",", "\t"), "byte order mark": "\ufeff" + TEXT,
            "Windows": TEXT.replace("\n", "\r\n"), "old Macintosh": TEXT.replace("\n", "\r"),
            "no line end at the end": TEXT.rstrip("\n"), "blank rows": TEXT + "\n \n,,,,\n",
            "blank rows between": TEXT.replace("\nPeng", "\n\n\nPeng"),
            "spaces around everything": TEXT.replace(",", " , "),
            "other order, other columns":
                "n_control,year,study,n_treatment,events_control,events_treatment\n"
                "100,2018,Chang 2018,48,19,6\n66,2019,Peng 2019,66,29,21\n",
            "commas in a quoted name of other separators":
                TEXT.replace(",", ";").replace("\n", ';"age, sex, site, and so on, and on"\n', 1)
                .replace("\n", ";\n").replace('";\n', '"\n'),
            "6.0 and 1e2": TEXT.replace(",6,", ",6.0,").replace(",100", ",1e2"),
            "+6 and 0100": TEXT.replace(",6,", ",+6,").replace(",100", ",0100"),
            "6. and 480e-1": TEXT.replace(",6,", ",6.,").replace(",48", ",480e-1"),
            "a no-break space": TEXT.replace(",6,", ",\u00a06,"),
            "full-width digits": TEXT.replace("19,100", "１９,１００"),
            "the letters of a zip file": "PK," + TEXT.replace("\n", "\n1,", 2),
        }.items()
    ],
)  # fmt: skip
def test_the_same_counts_are_read_from(counts_file, content):
    counts = read_counts(str(counts_file(content=content)))
    assert counts.study == ("Chang 2018", "Peng 2019")
    assert [arm.tolist() for arm in counts.arms] == [[6, 21], [48, 66], [19, 29], [100, 66]]
    assert {arm.dtype for arm in counts.arms} == {np.dtype(np.int64)}
    assert len(counts) == 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        counts.study = ()


NAMES = ["Łuczak & Ødegård 2019", "王 2020", "🙂", "O'Neil", "Smith, Jones", 'The "big" one',
         "two\nlines", "semi;colon", "tab\there", "100", "-", "zero\u200bwidth", "vertical\x0btab",
         "unit\x1fseparator", "file\x1cseparator"]  # fmt: skip
# A text editor does not start a new line here, nor does a spreadsheet.
NO_END = ["line\u2028separator", "next\x85line", "form\x0cfeed"]


@pytest.mark.parametrize(
    ("written", "name"),
    [(f'"{name}"'.replace('"b', '""b').replace('g" ', 'g"" '), name) for name in NAMES + NO_END]
    + [(name, name) for name in NO_END] + [("  Chang 2018\t", "Chang 2018")],
)  # fmt: skip
def test_a_study_may_be_called(counts_file, written, name):
    assert read_counts(counts_file(f"{written},1,2,1,2")).study == (name,)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize(
    ("rows", "number"),
    [
        pytest.param(["A,1,2,1,2", "B,x,2,1,2"], 3, id="plain"),
        pytest.param(["A,1,2,1,2", "", "", "B,x,2,1,2"], 5, id="after blank rows"),
        pytest.param(['"A', 'two",1,2,1,2', "B,x,2,1,2"], 4, id="after a name of two lines"),
        pytest.param(["A\u2028\x0c,1,2,1,2", "B,x,2,1,2"], 3, id="after signs that end no line"),
    ],
)
def test_rows_are_numbered_as_in_a_text_editor(counts_file, rows, number, end):
    path = counts_file(content=end.join([HEADER, *rows]) + end)
    with pytest.raises(CountsError, match=f"row {number}, column events_treatment: 'x'"):
        read_counts(path)


OUTCOMES = f"outcome,{HEADER}\ndeath,A,1,2,1,2\nmRS 0-2,A,2,3,2,3\ndeath,B,3,4,3,4\n"


def test_an_outcome_is_chosen_from_several_and_no_other_validated(counts_file):
    path = counts_file(content=OUTCOMES)
    for outcome, studies in (("death", "AB"), ("mRS 0-2", "A"), (" MRS 0-2 ", "A")):
        assert read_counts(path, outcome).study == (*studies,)
    path = counts_file(content=OUTCOMES.replace("mRS 0-2,A,2,3", "mRS 0-2,A,not known,-3"))
    assert read_counts(path, "death").study == ("A", "B")
    with pytest.raises(CountsError, match="row 3, column events_treatment: 'not known'"):
        read_counts(path, "mRS 0-2")
    single = counts_file(content=OUTCOMES.replace("mRS 0-2,A", "death,C"))
    assert read_counts(single).study == ("A", "C", "B")


@pytest.mark.parametrize(
    ("content", "outcome", "message"),
    [
        (
            "study,n_treatment\nA,1\n", None,
            "counts.csv, row 1, column events_treatment, events_control, n_control: missing; the "
            "header has 'study', 'n_treatment'. Rename yours, or say which they are with --columns "
            "n_control=NAME,...; also understood: events and patients (ai n1i ci n2i, event.e n.e "
            "event.c n.c, Events 1 Total 1 Events 2 Total 2), cells (ai bi ci di, tpos tneg cpos "
            "cneg), 5/50 in a column for each arm, or one row per arm (study, arm, events, n).",
        ),
        (
            f"{HEADER}\nA,7,5,1,2\n", None,
            "counts.csv, row 2, column events_treatment: '7'; more events than the 5 patients of "
            "n_treatment; correct one of the two.",
        ),
        (
            f"{HEADER}\nA,1,2,1,2\nA,1,2,1,2\n", None,
            "counts.csv, row 3, column study: 'A'; row 2 has the same name; make the names differ "
            "or choose one outcome.",
        ),
        (
            OUTCOMES, None,
            "counts.csv, column outcome: holds 2 outcomes ('death', 'mRS 0-2'); choose one, "
            "for example --outcome 'death'.",
        ),
        (
            OUTCOMES, "stroke",
            "counts.csv, column outcome: no row has 'stroke'; choose one of 'death', 'mRS 0-2'.",
        ),
        (
            TEXT, "death",
            "counts.csv, row 1, column outcome: the column is missing, so outcome 'death' cannot "
            "be chosen; add the column or leave the outcome out.",
        ),
    ],
    ids=["missing column", "events above n", "twice", "no choice", "unknown outcome", "no column"],
)  # fmt: skip
def test_the_refusal_reads(counts_file, content, outcome, message):
    with pytest.raises(CountsError) as refusal:
        read_counts(counts_file(content=content), outcome)
    assert str(refusal.value) == message


ROW = "A,3,10,5,12\n"
BAD_FILES = {
    "empty": (b"", "the file is empty; write the header"),
    "blank lines only": (b"\n\n  \n", "the file is empty"),
    "byte order mark only": (b"\xef\xbb\xbf", "the file is empty"),
    "header only": (HEADER, "row 2: there are no studies below the header; add one row per study"),
    "header and blank rows": (HEADER + "\n\n,,,,\n", "no studies below the header"),
    "no header": (ROW * 2, "row 1, column events_treatment, n_treatment, events_control, n_control:"
                  " missing, as this row holds numbers; write a header above it: study,events_tr"),
    "a column missing": (TEXT.replace("n_control", "n of the others"),
                         "row 1, column n_control: missing; the header has 'study'"),
    "a column twice": (TEXT.replace("n_control", "n_treatment"), "n_treatment: stands 2 times"),
    "an outcome column twice": (f"outcome,outcome,{HEADER}\n1,1,A,1,2,1,2\n", "outcome: stands 2"),
    "a row too short": (f"{HEADER}\nA,3,10,5\n", "row 2: has 4 fields where the header has 5"),
    "a row too long": (f"{HEADER}\n{ROW}Smith, Jones,3,10,5,12\n", "row 3: has 6 fields where"),
    "a decimal comma": (f"{HEADER}\nA,3,0,10,5,12\n", "row 2: has 6 fields"),
    "other separators below": (HEADER + "\nA;3;10;5;12\n", "row 2: has 1 fields"),
    "an open quotation mark": (f'{HEADER}\n{ROW}"B,3,10,5,12\n', "row 3: unexpected end of data"),
    "an endless quotation": (f'{HEADER}\n"' + 200_000 * "x", "row 2: field larger than"),
    "an endless quotation above": ('"' + 200_000 * "x", "row 1: field larger than"),
    "a stray quotation mark": (f'{HEADER}\n"A"B,3,10,5,12\n', "row 2: ',' expected after"),
    "a stray quotation mark above": ('"study"x,' + HEADER, "row 1: ',' expected after"),
    "a duplicate but for spaces": (TEXT + " Peng  2019 ,1,2,1,2\n", "row 4, column study: 'Peng"),
    "a study without a name": (f"{HEADER}\n,1,2,1,2\n", "row 2, column study: ''; give the"),
    "no encoding": (TEXT.encode() + b"\x81\x8d,1,2,1,2\n", "row 4: the byte b'\\x81' is not UTF-8"),
    "a broken workbook": (b"PK\x03\x04" + bytes(60), "this is not an Excel workbook"),
    "an old spreadsheet": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60), "an old Excel file"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(60), "this is a picture"),
    "a zero byte": (TEXT.replace("C", "C\0"), "holds a zero byte"),
    "a web page": ("<!DOCTYPE html>\n<html><body>Sign in</body></html>\n", "this is a web page"),
    "nobody treated": (f"{HEADER}\nB,0,0,1,9\n", "n_treatment: '0'; an arm needs at least 1"),
    "events above n, controls": (f"{HEADER}\nB,1,9,10,9\n", "the 9 patients of n_control; correct"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_is_refused_for(counts_file, run, name):
    csv.field_size_limit(131_072)  # Python's own, which frictionless raises for the whole process
    content, said = BAD_FILES[name]
    assert run("pool", counts_file(content=content)).refused("counts.csv", said)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        (said, one)
        for said, many in {
            "blank; write the count": ["", "  "],
            "not a number; write digits only": [
                "x", "nan", "inf", "Infinity", "twelve", "12%", "1 000", "1_000", "3/10", "0x10",
                "1e", "--3", "\u22123", "\u200b", "3\u200b", "²", "三", '"1\n2"'],
            "not a number; write the count, or remove": ["NA", "n/a", "?", "."],
            "not a number in one way only": ['"1,000"', "4.000"],
            "not a number but a formula": ["=3+4"],
            "negative; a count of patients is 0 or more": ["-1", "-0.5"],
            "not a whole number; write the count": [
                "3.5", ".5", "1e-3", "3.00000000000000000001", "1e-400"],
            "too large; the largest count is": [
                "1e17", "99999999999999999999", "1e400", "9007199254740993", "9007199254740991.5"],
            "not a number": ["1e999999999999999999999999"],
        }.items()
        for one in many
    ],
    ids=ascii,
)  # fmt: skip
@pytest.mark.parametrize("column", [1, 4], ids=["events_treatment", "n_control"])
def test_a_count_is_refused_for(counts_file, written, said, column):
    row = ["B", "1", "9", "1", "9"]
    row[column] = written
    line = 4 if "\n" in written else 3
    with pytest.raises(CountsError) as refusal:
        read_counts(counts_file("A,1,9,1,9", ",".join(row)))
    where = f"counts.csv, row {line}, column {HEADER.split(',')[column]}: "
    value = repr(written.strip('"') if written.strip() else written)
    assert str(refusal.value).startswith(f"{where}{value}; {said}")


ANYTHING = st.text(alphabet=st.sampled_from('A1230.,;\t"\n\r eE+-x\u2028\ufeff１é'), max_size=40)


def read_or_refused(path):
    try:
        return read_counts(path)
    except CountsError as refusal:
        return str(refusal)


@given(content=ANYTHING.map(str.encode) | st.binary(max_size=60), below_header=st.booleans())
@example(content=b"", below_header=False)
@example(content=b'A,1,2,1,"2', below_header=True)
@example(content=b"A,1e400,1e999999999999999999999,1,2", below_header=True)
def test_anything_is_read_or_refused_in_one_line(tmp_path_factory, content, below_header):
    path = tmp_path_factory.getbasetemp() / "anything.csv"
    path.write_bytes(f"{HEADER}\n".encode() * below_header + content)
    found = read_or_refused(path)
    if isinstance(found, str):
        assert found.startswith("anything.csv")
        assert len(found.splitlines()) == 1
    else:
        assert len(found) >= 1
        assert all((arm >= 0).all() for arm in found.arms)
