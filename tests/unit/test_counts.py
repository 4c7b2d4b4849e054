"""What a file of counts may look like, and how a refusal reads."""

import dataclasses

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from twobytwo import CountsError, read_counts

HEADER = "study,events_treatment,n_treatment,events_control,n_control"
ROWS = "Chang 2018,6,48,19,100\nPeng 2019,21,66,29,66\n"


def columns(counts):
    return [list(counts.study), *(arm.tolist() for arm in counts.arms)]


EXPECTED = [["Chang 2018", "Peng 2019"], [6, 21], [48, 66], [19, 29], [100, 66]]


def test_counts_are_whole_numbers_in_the_order_of_the_file(counts_file):
    counts = read_counts(counts_file(*ROWS.split("\n")))
    assert columns(counts) == EXPECTED
    assert {arm.dtype for arm in counts.arms} == {np.dtype(np.int64)}
    assert len(counts) == 2


def test_counts_are_frozen(counts_file):
    counts = read_counts(counts_file(*ROWS.split("\n")))
    with pytest.raises(dataclasses.FrozenInstanceError):
        counts.study = ()


def test_a_path_may_be_text(counts_file):
    assert len(read_counts(str(counts_file(*ROWS.split("\n"))))) == 2


TEXT = f"{HEADER}\n{ROWS}"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(TEXT.replace(",", ";"), id="semicolons"),
        pytest.param(TEXT.replace(",", "\t"), id="tabs"),
        pytest.param("\ufeff" + TEXT, id="byte order mark"),
        pytest.param(TEXT.replace("\n", "\r\n"), id="Windows line ends"),
        pytest.param(TEXT.replace("\n", "\r"), id="old Macintosh line ends"),
        pytest.param(TEXT.rstrip("\n"), id="no line end at the end"),
        pytest.param(TEXT + "\n \n,,,,\n", id="blank rows at the end"),
        pytest.param(TEXT.replace("\nPeng", "\n\n\nPeng"), id="blank rows between"),
        pytest.param(TEXT.replace(",", " , "), id="spaces around everything"),
        pytest.param('"' + TEXT.replace("\n", '"\n"').replace(",", '","')[:-1], id="all quoted"),
        pytest.param(
            "n_control,year,study,n_treatment,events_control,events_treatment\n"
            "100,2018,Chang 2018,48,19,6\n66,2019,Peng 2019,66,29,21\n",
            id="other order, other columns",
        ),
        pytest.param(TEXT.replace(",6,", ",6.0,").replace(",100", ",1e2"), id="6.0 and 1e2"),
        pytest.param(TEXT.replace(",6,", ",+6,").replace(",100", ",0100"), id="+6 and 0100"),
        pytest.param(TEXT.replace(",6,", ",6.,").replace(",48", ",480e-1"), id="6. and 480e-1"),
        pytest.param(TEXT.replace(",6,", ",\u00a06,"), id="a no-break space"),
        pytest.param(TEXT.replace("19,100", "１９,１００"), id="full-width digits"),
    ],
)
def test_the_same_counts_are_read_from(counts_file, content):
    assert columns(read_counts(counts_file(content=content))) == EXPECTED


@pytest.mark.parametrize(
    "name",
    [
        "Łuczak & Ødegård 2019",
        "王 2020",
        "🙂",
        "O'Neil",
        "Smith, Jones",
        'The "big" one',
        "two\nlines",
        "semi;colon",
        "tab\there",
        "100",
        "-",
        "zero\u200bwidth",
        "line\u2028separator",
        "next\x85line",
        "form\x0cfeed",
        "vertical\x0btab",
        "unit\x1fseparator",
        "file\x1cseparator",
    ],
)
def test_a_study_may_be_called(counts_file, name):
    quoted = '"' + name.replace('"', '""') + '"'
    assert read_counts(counts_file(f"{quoted},1,2,1,2")).study == (name,)


@pytest.mark.parametrize("name", ["line\u2028separator", "next\x85line", "form\x0cfeed"])
def test_only_line_ends_end_a_row(counts_file, name):
    # A text editor does not start a new line here, nor does a spreadsheet.
    assert read_counts(counts_file(f"{name},1,2,1,2")).study == (name,)


def test_a_name_is_trimmed(counts_file):
    assert read_counts(counts_file("  Chang 2018\t,1,2,1,2")).study == ("Chang 2018",)


def test_a_header_may_hold_many_commas_in_a_quoted_name(counts_file):
    content = (
        HEADER + ';"notes, such as age, sex, site, and so on, and on"\nA;1;2;1;2;\n'
    ).replace(HEADER, HEADER.replace(",", ";"))
    assert read_counts(counts_file(content=content)).study == ("A",)


def test_a_column_may_start_with_the_letters_of_a_zip_file(counts_file):
    content = f"PK,{HEADER}\n1,A,1,2,1,2\n"
    assert read_counts(counts_file(content=content)).study == ("A",)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize(
    ("rows", "number"),
    [
        pytest.param(["A,1,2,1,2", "B,x,2,1,2"], 3, id="plain"),
        pytest.param(["A,1,2,1,2", "", "", "B,x,2,1,2"], 5, id="after blank rows"),
        pytest.param(['"A', 'two",1,2,1,2', "B,x,2,1,2"], 4, id="after a name of two lines"),
        pytest.param(["A\u2028,1,2,1,2", "B,x,2,1,2"], 3, id="after a line separator in a name"),
        pytest.param(["A\x0c,1,2,1,2", "B,x,2,1,2"], 3, id="after a form feed in a name"),
    ],
)
def test_rows_are_numbered_as_in_a_text_editor(counts_file, rows, number, end):
    path = counts_file(content=end.join([HEADER, *rows]) + end)
    with pytest.raises(CountsError, match=f"row {number}, column events_treatment: 'x'"):
        read_counts(path)


OUTCOMES = f"""outcome,{HEADER}
mortality,A,1,2,1,2
mRS 0-2,A,2,3,2,3
mortality,B,3,4,3,4
"""


@pytest.mark.parametrize(
    ("outcome", "studies"), [("mortality", ("A", "B")), ("mRS 0-2", ("A",)), (" mRS 0-2 ", ("A",))]
)
def test_an_outcome_is_chosen_from_several(counts_file, outcome, studies):
    assert read_counts(counts_file(content=OUTCOMES), outcome).study == studies


def test_only_the_rows_of_the_outcome_are_validated(counts_file):
    path = counts_file(content=OUTCOMES.replace("mRS 0-2,A,2,3", "mRS 0-2,A,not known,-3"))
    assert read_counts(path, "mortality").study == ("A", "B")
    with pytest.raises(CountsError, match="row 3, column events_treatment: 'not known'"):
        read_counts(path, "mRS 0-2")


def test_a_single_outcome_need_not_be_chosen(counts_file):
    path = counts_file(content=OUTCOMES.replace("mRS 0-2", "sich").replace("sich,A", "mortality,C"))
    assert read_counts(path).study == ("A", "C", "B")


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
            "counts.csv, column outcome: holds 2 outcomes ('mortality', 'mRS 0-2'); choose one, "
            "for example --outcome 'mortality'.",
        ),
        (
            OUTCOMES, "death",
            "counts.csv, column outcome: no row has 'death'; choose one of 'mortality', 'mRS 0-2'.",
        ),
    ],
    ids=["missing column", "events above n", "duplicate", "no choice", "unknown outcome"],
)  # fmt: skip
def test_the_refusal_reads(counts_file, content, outcome, message):
    with pytest.raises(CountsError) as refusal:
        read_counts(counts_file(content=content), outcome)
    assert str(refusal.value) == message


@pytest.mark.parametrize(
    "written",
    [
        "3.00000000000000000001",
        "1e-400",
        "9007199254740991.5",
        "9007199254740993",
    ],
)
def test_a_number_that_a_double_would_round_is_not_taken_for_another(counts_file, written):
    with pytest.raises(CountsError, match="column events_treatment"):
        read_counts(counts_file(f"A,{written},9007199254740992,1,2"))


ANYTHING = st.text(alphabet=st.sampled_from('A1230.,;\t"\n\r eE+-x\u2028\ufeff１é'), max_size=40)


def read_or_refused(path):
    try:
        return read_counts(path)
    except CountsError as refusal:
        return str(refusal)


@given(text=ANYTHING, below_header=st.booleans())
@example(text="", below_header=False)
@example(text='A,1,2,1,"2', below_header=True)
@example(text="A,1e400,1e999999999999999999999,1,2", below_header=True)
def test_any_text_is_read_or_refused_in_one_line(tmp_path_factory, text, below_header):
    path = tmp_path_factory.getbasetemp() / "anything.csv"
    path.write_bytes(((f"{HEADER}\n" if below_header else "") + text).encode())
    found = read_or_refused(path)
    if isinstance(found, str):
        assert found.startswith("anything.csv")
        assert len(found.splitlines()) == 1
    else:
        assert len(found) >= 1
        assert all((arm >= 0).all() for arm in found.arms)


@given(content=st.binary(max_size=60))
def test_any_bytes_are_refused_in_one_line(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes.csv"
    path.write_bytes(content)
    found = read_or_refused(path)  # 60 bytes have no room for a header
    assert found.startswith("bytes.csv")
    assert len(found.splitlines()) == 1
