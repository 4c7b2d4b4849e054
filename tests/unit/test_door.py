"""Files as people have them: read to the same counts, or refused with the way out."""

import builtins
import csv
import dataclasses
import io
import zipfile

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.chart import BarChart, Reference
from twobytwo import CountsError, read_counts, read_proportions

STUDIES = [
    ("Ash", 1999, 4, 44, 9, 45),
    ("Beech", 2003, 7, 66, 12, 61),
    ("Carr", 2011, 2, 38, 5, 37),
]
ARMS = [[4, 7, 2], [44, 66, 38], [9, 12, 5], [45, 61, 37]]
HEADER = "study,events_treatment,n_treatment,events_control,n_control"


def numbers(counts):
    return [arm.tolist() for arm in counts.arms]


def made(rows, header=HEADER):
    """The content of a file."""
    return f"{header}\n{rows}".encode()


def refusal(source, *outcome, **choices):
    """What is said of counts that are not read."""
    with pytest.raises(CountsError) as error:
        read_counts(source, *outcome, **choices)
    return str(error.value)


def table(header, separator=",", row="{a} {y}|{e}|{n}|{f}|{m}", end=""):
    """The three studies below a header; in a row, e of n treated and f of m controls."""
    rows = [
        row.format(a=a, y=y, e=e, n=n, f=f, m=m, b=n - e, d=m - f, p=100 * e / n, q=100 * f / m)
        for a, y, e, n, f, m in STUDIES
    ]
    return "\n".join([header, *rows]).replace("|", separator) + "\n" + end


NAMES = [
    # metafor, meta, Stata, SAS, gemtc
    "author|ai|n1i|ci|n2i", "study|event.e|n.e|event.c|n.c", "study|event1|n1|event2|n2",
    "STUDY|E_TRT|N_TRT|E_CTL|N_CTL", "id|xt|nt|xc|nc", "trial|pre.xTi|pre.nTi|pre.xCi|pre.nCi",
    "study|r1|n1|r2|n2", "study|x1i|n1i|x2i|n2i", "trial|e1|n1|e2|n2", "study|d1|n1|d0|n0",
    "study|deaths_t|n_t|deaths_c|n_c",
    # RevMan and other programs of reviews
    "Study or Subgroup|Experimental Events|Experimental Total|Control Events|Control Total",
    "Study name|Treated Events|Treated Total N|Control Events|Control Total N",
    "Study|Experimental cases|Experimental N|Control cases|Control N",
    "Study ID|Intervention Arm - Number of Events|Intervention Arm - Number Analyzed|"
    "Comparator Arm - Number of Events|Comparator Arm - Number Analyzed",
    "Name|Events 1|Total 1|Events 2|Total 2",
    # people
    "Author (year)|Events Tx|Total Tx|Events Ctrl|Total Ctrl",
    "study|exp_events|exp_total|ctrl_events|ctrl_total", "study|tx_r|tx_n|pl_r|pl_n",
    "Trial name|Dead (aspirin)|N (aspirin)|Dead (placebo)|N (placebo)",
    "Study|Events - Stenting|Total - Stenting|Events - Usual care|Total - Usual care",
    "STUDY|TREATEVENTS|TREATTOTAL|CTRLEVENTS|CTRLTOTAL",
    "StudyID|TreatmentEvents|TreatmentTotal|ControlEvents|ControlTotal",
    "Study|Exposed cases|Exposed total|Unexposed cases|Unexposed total",
    "Study|30-day mortality treatment|N treatment|30-day mortality control|N control",
    "Study|No. of events (T)|No. of patients (T)|No. of events (C)|No. of patients (C)",
    "Study|# affected (T)|# (T)|# affected (C)|# (C)",
    "acronym|drug_event|drug_total|c_event|c_total",
    "Publication|Treatment n|Treatment N|Control n|Control N",
    "study|d.asp|n.asp|d.plac|n.plac", "Study|Vaccinated infected|Vaccinated total|"
    "Unvaccinated infected|Unvaccinated total", "study|r[,1]|n[,1]|r[,2]|n[,2]",
    "Study|Drug events|Drug total|No treatment events|No treatment total",
    "Study ID|Mortality Drug Number of events|Mortality Drug Total|"
    "Mortality Placebo Number of events|Mortality Placebo Total",
    # other languages
    "Studie|Ereignisse Verum|Anzahl Patienten Verum|Ereignisse Kontrolle|Patienten Kontrolle",
    "Étude|Décès (traitement)|Effectif (traitement)|Décès (témoin)|Effectif (témoin)",
    "Estudio|Eventos intervención|Total intervención|Eventos control|Total control",
    "\u200bStudy|ＥＶＥＮＴＳ treatment|n-treatment|Events:control|N.Control",
]  # fmt: skip


@pytest.mark.parametrize("header", NAMES)
def test_the_names_that_people_use(counts_file, header):
    assert numbers(read_counts(counts_file(content=table(header, ";")))) == ARMS


ROWS = {
    "study|ai|bi|ci|di": "{a}|{e}|{b}|{f}|{d}",
    "study|a|b|c|d": "{a}|{e}|{b}|{f}|{d}",
    "study|tpos|tneg|cpos|cneg": "{a}|{e}|{b}|{f}|{d}",
    "id|tdeath|tnodeath|cdeath|cnodeath": "{a}|{e}|{b}|{f}|{d}",
    "trial|npost|nnegt|nposc|nnegc": "{a}|{e}|{b}|{f}|{d}",
    "study|Drug: event|Drug: no event|Control: event|Control: no event": "{a}|{e}|{b}|{f}|{d}",
    "study|N drug cases|N drug non-cases|N control cases|N control non-cases":
        "{a}|{e}|{b}|{f}|{d}",
    "trial|year|pop1|deaths1|pop0|deaths0": "{a}|{y}|{n}|{e}|{m}|{f}",
    "studlab|treat1|treat2|event1|n1|event2|n2": "{a}|drug|placebo|{e}|{n}|{f}|{m}",
    "study|treat1|treat2|r1|n1|r2|n2": "{a}|placebo|drug|{f}|{m}|{e}|{n}",
    "Comparison number|Outcome name|Study|Experimental cases|Experimental N|Control cases|"
    "Control N": "1|Death|{a}|{e}|{n}|{f}|{m}",
    "author|ai|bi|ci|di|n1i|n2i|yi": "{a}|{e}|{b}|{f}|{d}|{n}|{m}|-0.5",
    "Study|Stent|Usual care": "{a}|{e}/{n}|{f}/{m}",
    "Study|EVT|Control": "{a} {y}|{e}/{n} ({p:.1f}%)|{f}/{m} ({q:.1f}%)",
    "Study|Intervention n/N|Control n/N": "{a}|{e} of {n}|{f} of {m}",
    "Study|Active|Sham": "{a}|{e}\u2044{n} {p:.1f}%|{f} / {m} = {q:.1f} %",
    "Study|T n (%)|T N|C n (%)|C N": "{a}|{e} ({p:.1f})|{n}|{f} ({q:.0f}%)|{m}",
    "study|events_t|event_rate_t|n_t|events_c|event_rate_c|n_c": "{a}|{e}|10|{n}|{f}|20|{m}",
    "Study|Age (T)|Events (T)|N (T)|Age (C)|Events (C)|N (C)|OR|CI":
        "{a}|66|{e}|{n}|65|{f}|{m}|1|0 to 2",
    "study|arm|events|n": "{a}|active|{e}|{n}\n{a}|placebo|{f}|{m}",
    "Study|Group|n/N": "{a}|Control group|{f}/{m}\n|EVT|{e}/{n}",
    "author|year|treatment|responders|sampleSize": "Lee|{y}|drug|{e}|{n}\nLee|{y}|sham|{f}|{m}",
    "NCT Number|Arm/Group Title|Number of Participants Affected|Number of Participants at Risk":
        "{a}|Drug|{e}|{n}\n{a}|Placebo|{f}|{m}",
}  # fmt: skip


@pytest.mark.parametrize("header", ROWS)
def test_the_shapes_that_people_use(counts_file, header):
    text = table(header, row=ROWS[header])
    assert numbers(read_counts(counts_file(content=text))) == ARMS
    assert numbers(read_counts(text.replace(",", ";").encode())) == ARMS


PLAIN = table(HEADER)


AROUND = {
    "sep": "sep=;\n" + PLAIN.replace(",", ";"),
    "no line end at the end": PLAIN.rstrip("\n"),
    "other order": table("n_control|year|study|n_treatment|events_control|events_treatment",
                         row="{m}|{y}|{a}|{n}|{f}|{e}"),
    "commas in a quoted name of other separators": table(
        HEADER.replace(",", "|") + '|"age, sex, site, and so on, and on"', ";",
        "{a}|{e}|{n}|{f}|{m}|"),
    "the letters of a zip file": table("PK|" + HEADER, row="1|{a}|{e}|{n}|{f}|{m}"),
    "Markdown": "|" + PLAIN.replace("\n", "|\n|", 3).replace(",", "|").replace(
        "\n", "\n|---|---|---|---|---|\n", 1),
    "R with row names": '"study" "ai" "n1i" "ci" "n2i"\n'
    '"1" "Ash" 4 44 9 45\n"2" "Beech" 7 66 12 61\n"3" "Carr" 2 38 5 37\n',
    "R, studies as row names": table("ai|n1i|ci|n2i", " ", "'{a}'|{e}|{n}|{f}|{m}"),
    "blanks": table("study|xt|nt|xc|nc", "   ", "{a}|{e}|{n}|{f}|{m}"),
    "UTF-32": PLAIN.encode("utf-32"),
    "Windows": PLAIN.replace("Ash", "Äsh").encode("cp1252"),
    "blank lines": "\n \n" + PLAIN.replace("\nBeech", "\n\n,,,,\n\nBeech"),
    "the header again": PLAIN.replace("Carr", PLAIN.splitlines()[0] + "\nCarr"),
    "comments": "# by AB\n" + PLAIN + "# end\n",
    "notes": PLAIN + "\nSource: Table 2\nAbbreviations: N, number\n* see text\n",
    "a total": PLAIN + "Total,13,148,26,143\n", "a sum": PLAIN + ",13,148,26,143\n",
    "a total as RevMan prints it": PLAIN
    + 'Total (95% CI),,148,,143\n"Heterogeneity: 0",,,,\n',
    "a total above": PLAIN.replace("\nAsh", "\nOverall,13,148,26,143\nAsh"),
    "a model": PLAIN + "RE model,,,,\n",
    "subtotals": PLAIN.replace("Carr", "Subtotal,11,110,21,106\nCarr")
    + "Subtotal,2,38,5,37\nTotal,13,148,26,143\n",
    "a total of each arm": "study,arm,events,n\n" + "".join(
        f"{a},{arm},{x},{n}\n"
        for a, *studies in [*STUDIES, ("Total", 0, 13, 148, 26, 143)]
        for arm, x, n in (("drug", *studies[1:3]), ("placebo", *studies[3:]))),
    "two rows of header": table(",Drug,,Control,\nStudy|Events|Total|Events|Total"),
    "arms below counts": table(
        "Study|Events|Patients|Events|Patients\n|Drug|Drug|Placebo|Placebo"),
    "empty columns": PLAIN.replace("\n", ",,,\n"),
    "decimals": table(HEADER, row="{a}|{e}.0|{n}.00|{f}.|{m}0e-1"),
    "signs and spaces": table(HEADER, row="{a}|\u00a0+{e}|0{n}|{f}|{m}e0"),
    "full-width digits": PLAIN.replace("9,45", "９,４５"),
    "decimal commas": table(HEADER.replace(",", ";"), ";", "{a}|{e},0|{n}|{f}|{m}"),
}  # fmt: skip


@pytest.mark.parametrize("name", AROUND)
def test_what_stands_around_the_counts(name):
    content = AROUND[name]
    assert numbers(read_counts(content if isinstance(content, bytes) else content.encode())) == ARMS


def test_counts_are_whole_numbers_that_stay():
    counts = read_counts(PLAIN.encode())
    assert {arm.dtype for arm in counts.arms} == {np.dtype(np.int64)}
    assert len(counts) == 3
    with pytest.raises(dataclasses.FrozenInstanceError):
        counts.study = ()


STRANGE = ["Łuczak & Ødegård 2019", "王 2020", "🙂", "O'Neil", "Smith, Jones", 'The "big" one',
           "two\nlines", "semi;colon", "tab\there", "100", "-", "zero\u200bwidth",
           "vertical\x0btab", "unit\x1fseparator", "file\x1cseparator"]  # fmt: skip
# A text editor does not start a new line here, nor does a spreadsheet.
NO_END = ["line\u2028separator", "next\x85line", "form\x0cfeed"]


@pytest.mark.parametrize(
    ("written", "name"),
    [(f'"{name}"'.replace('"b', '""b').replace('g" ', 'g"" '), name) for name in STRANGE + NO_END]
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
    assert f"row {number}, column events_treatment: 'x'" in refusal(path)


OUTCOMES = f"outcome,{HEADER}\ndeath,A,1,2,1,2\nmRS 0-2,A,2,3,2,3\ndeath,B,3,4,3,4\n"


def test_an_outcome_is_chosen_from_several_and_no_other_validated(counts_file):
    path = counts_file(content=OUTCOMES)
    for outcome, studies in (("death", "AB"), ("mRS 0-2", "A"), (" MRS 0-2 ", "A")):
        assert read_counts(path, outcome).study == (*studies,)
    path = counts_file(content=OUTCOMES.replace("mRS 0-2,A,2,3", "mRS 0-2,A,not known,-3"))
    assert read_counts(path, "death").study == ("A", "B")
    assert "row 3, column events_treatment: 'not known'" in refusal(path, "mRS 0-2")
    single = counts_file(content=OUTCOMES.replace("mRS 0-2,A", "death,C"))
    assert read_counts(single).study == ("A", "C", "B")
    assert refusal(OUTCOMES.encode(), "stroke") == (
        "the bytes, column outcome: no row has 'stroke'; choose one of 'death', 'mRS 0-2'."
    )
    assert refusal(PLAIN.encode(), "death") == (
        "the bytes, row 1, column outcome: the column is missing, so outcome 'death' cannot "
        "be chosen; add the column or leave the outcome out."
    )


def test_headings_are_subgroups():
    text = PLAIN.replace("Ash", "Adults,,,,\nAsh").replace("Carr", "Children,,,,\nCarr")
    counts = read_counts(text.encode())
    assert numbers(counts) == ARMS
    assert counts.extra["subgroup"] == ("Adults", "Adults", "Children")
    assert counts.reading.skipped[0] == "row 2, a heading ('Adults')"


def test_the_year_tells_studies_apart_and_is_kept():
    counts = read_counts(table("author|year|ai|n1i|ci|n2i", row="Lee|{y}|{e}|{n}|{f}|{m}").encode())
    assert counts.study == ("Lee 1999", "Lee 2003", "Lee 2011")
    assert counts.at([2, 0]).extra["year"] == ("2011", "1999")


def test_arms_are_chosen():
    text = "study,arm,events,n\nA,low,1,20\nA,high,2,21\nA,none,3,22\nB,low,4,23\nB,none,5,24\n"
    with pytest.raises(CountsError, match=r"'low', 'high', 'none'.*--treatment 'low'"):
        read_counts(text.encode())
    counts = read_counts(text.encode(), treatment="HIGH", control="none")
    assert numbers(counts) == [[2], [21], [3], [22]]
    assert counts.reading.skipped == ("row 6, a study without 'high'",)
    assert read_proportions(text.encode(), treatment="none").events.tolist() == [3, 5]
    with pytest.raises(CountsError, match="no row has 'old'; choose one of 'low', 'high', 'none'"):
        read_proportions(text.encode(), treatment="old")
    assert "no study has both 'high' and 'none'; choose two others" in refusal(
        text.replace("A,none", "C,none").encode(), treatment="high", control="none"
    )
    two = made("A,drug,1,9\nA,placebo,1,9\nA,sham,1,9\n", "study,arm,events,n")
    assert "say which is the control" in refusal(two, treatment="drug")
    wide = table("study|Events A|Total A|Events B|Total B").encode()
    assert "the arms are 'a', 'b'; say which is the control" in refusal(wide)
    assert numbers(read_counts(wide, control="B")) == ARMS
    assert numbers(read_counts(wide, control="a")) == ARMS[2:] + ARMS[:2]


def test_columns_are_named_by_hand():
    text = table("Paper|one|two|three|four").encode()
    hand = {"events_treatment": "one", "n_treatment": "two", "events_control": "three"}
    assert numbers(read_counts(text, columns=hand | {"n_control": "four"})) == ARMS
    both = table("study|ai|n1i|ci|n2i|one|two|three|four", row="{a}|1|9|1|9|{e}|{n}|{f}|{m}")
    assert numbers(read_counts(both.encode(), columns=hand | {"n_control": "four"})) == ARMS
    assert "column n_control: missing" in refusal(text, columns=hand)
    assert "--columns names 'five'" in refusal(text, columns=hand | {"n_control": "five"})
    assert "--columns knows events_treatment" in refusal(text, columns={"treated": "one"})


def test_a_frame_is_read_as_it_stands():
    frame = pd.read_csv(io.StringIO(PLAIN))
    assert numbers(read_counts(frame)) == ARMS
    assert numbers(read_counts(frame.set_index("study"))) == ARMS
    assert numbers(read_counts(frame.set_index("study").rename_axis(None))) == ARMS
    frame.loc[1, "n_control"] = np.nan
    assert "the DataFrame, row 1, column n_control: ''; blank" in refusal(frame)


def test_a_standard_input_that_is_closed_is_said(run, monkeypatch):
    monkeypatch.setattr("sys.stdin", None)
    assert run("pool", "-").refused("standard input: is closed; give it a table, or name a file.")


REVIEW = """<?xml version="1.0"?><COCHRANE_REVIEW><STUDY ID="S1" NAME="Ash" YEAR="1999"/>
<STUDY ID="S2" NAME="Beech"/><COMPARISON ID="CMP-001"><NAME>Surgery</NAME>
<DICH_OUTCOME ID="CMP-001.01" EFFECT_MEASURE="OR" METHOD="MH" RANDOM="YES"><NAME>Death</NAME>
<GROUP_LABEL_1>Drug</GROUP_LABEL_1><GROUP_LABEL_2>Placebo</GROUP_LABEL_2>
<DICH_SUBGROUP><NAME>Old</NAME>
<DICH_DATA STUDY_ID="S1" EVENTS_1="1" TOTAL_1="9" EVENTS_2="2" TOTAL_2="8"/></DICH_SUBGROUP>
<DICH_SUBGROUP><NAME>Young</NAME>
<DICH_DATA STUDY_ID="S1" EVENTS_1="3" TOTAL_1="7" EVENTS_2="4" TOTAL_2="6"/></DICH_SUBGROUP>
</DICH_OUTCOME>
<DICH_OUTCOME ID="CMP-001.02" EFFECT_MEASURE="RR" RANDOM="NO"><NAME>Stroke</NAME>
<DICH_DATA STUDY_ID="S2" EVENTS_1="1" TOTAL_1="5" EVENTS_2="0" TOTAL_2="5"/>
<DICH_DATA STUDY_ID="S1" EVENTS_1="0" TOTAL_1="0" EVENTS_2="0" TOTAL_2="0"/></DICH_OUTCOME>
</COMPARISON></COCHRANE_REVIEW>"""
EXPORT = """Comparison Number,Outcome Number,Subgroup Number,Name,Effect Measure,Analysis Model,\
Events 1,Total 1,Events 2,Total 2,Year of study,Group Label 1,Group Label 2
1,0,0,Surgery,,,,,,,
1,1,0,Death,OR,Random,4,16,6,14,,Drug,Placebo
1,1,1,Old,,,1,9,2,8,
1,1,1,Ash,,,1,9,2,8,1999
1,1,2,Young,,,3,7,4,6,
1,1,2,Ash,,,3,7,4,6,1999
1,2,0,Stroke,RR,Fixed,1,5,0,5,,Experimental,Control
1,2,0,Beech,,,1,5,0,5,
"""


@pytest.mark.parametrize("content", [REVIEW, EXPORT], ids=["rm5", "export"])
def test_a_review(content):
    with pytest.raises(CountsError, match=r"'Death', 'Stroke'.*--outcome 'Death'"):
        read_counts(content.encode())
    death = read_counts(content.encode(), "Death")
    assert death.study == ("Ash (Old)", "Ash (Young)")
    assert death.extra["subgroup"] == ("Old", "Young")
    assert death.extra["year"] == ("1999", "1999")
    assert set(death.extra["comparison"]) == {"Drug against Placebo"}
    assert "no patient may be in two" in death.reading.cautions[0]
    stroke = read_counts(content.encode(), "stroke")
    assert (stroke.study, numbers(stroke)) == (("Beech",), [[1], [5], [0], [5]])
    assert stroke.extra["comparison"] == ("Surgery",)  # what its arms are called says nothing
    assert stroke.reading.lines[-1] == "the file's own analysis: measure RR, model fixed"


def test_a_review_may_count_those_without_the_event():
    swapped = REVIEW.replace("METHOD=", 'SWAP_EVENTS="YES" METHOD=').encode()
    assert read_counts(swapped, "Death").reading.printed["events"].startswith("swapped: RevMan")
    usual = REVIEW.replace("METHOD=", 'SWAP_EVENTS="NO" METHOD=').encode()
    lines = read_counts(usual, "Death").reading.lines
    assert "the file's own analysis: measure OR, method MH, model random" in lines


def test_a_column_that_is_blank_throughout_says_nothing(counts_file, run):
    whole = REVIEW.replace("<DICH_SUBGROUP><NAME>Old</NAME>", "").replace(
        "</DICH_SUBGROUP>\n<DICH_SUBGROUP><NAME>Young</NAME>", "\n"
    )
    whole = whole.replace("</DICH_SUBGROUP>", "").replace('"S1" EVENTS_1="3"', '"S2" EVENTS_1="3"')
    assert "subgroup" not in read_counts(whole.encode(), "Death").extra
    path = counts_file(content=whole, name="review.rm5")
    assert "caution" not in run("pool", path, "--outcome", "Death").err
    asked = run("pool", path, "--outcome", "Death", "--subgroup", "subgroup")
    assert asked.refused("review.rm5, subgroup 'subgroup' is no column", "'comparison'")
    blank = "study,ai,n1i,ci,n2i,subgroup,\nA,1,9,2,9,,\nB,2,9,3,9,old,\n"
    path = counts_file(content=blank)
    assert run("pool", path, "--subgroup", "subgroup").refused("counts.csv, ", "study 'A' has none")


def test_rows_of_two_comparisons_are_a_caution():
    header = "Comparison name,Outcome name,Study,Events 1,Total 1,Events 2,Total 2"
    rows = "A with P,Death,Ash,1,9,2,8\nB with P,Death,Elm,1,9,2,7\n"
    (caution,) = read_counts(made(rows, header)).reading.cautions
    assert caution.endswith("'A with P', 'B with P': do all studies compare the same arms?")


def test_what_is_told():
    text = "Deaths\nauthor,ai,n1i,ci,n2i\nA,1,20,4,20\nB,2,20,5,20\nTotal,3,40,9,40\n"
    assert read_counts(text.encode()).reading.lines == (
        "read the bytes: 2 studies, 80 patients",
        "read author as study, ai as events_treatment, n1i as n_treatment, ci as events_control, "
        "n2i as n_control",
        "left out row 1 above the header ('Deaths'); row 5, a total ('Total')",
    )


@pytest.mark.parametrize(
    ("rows", "caution"),
    [
        ("Lee low,1,30,5,31\nLee high,2,30,5,31\n", "the same control arm in 'Lee low' and"),
        ("A,1,30,9,99\nB,2,30,9,99\n", "the same control arm in 'A' and 'B' (9/99)"),
        ("A,1,30,5,31\nB,1,30,5,31\n", "the same counts in 'A' and 'B': is one study"),
        ("".join(f"S{i},1,9,2,9\n" for i in range(3000)), "the same counts in 'S0' and 'S1' and"),
        ("A,1,30,4,99\nB,2,30,4,99\nC,3,30,5,49\nD,4,30,5,49\n", ""),  # may be by chance
    ],
)
def test_what_may_be_meant_is_a_caution(rows, caution):
    cautions = read_counts(made(rows)).reading.cautions
    assert any(one.startswith(caution) for one in cautions) if caution else cautions == ()
    assert max(map(len, cautions), default=0) < 200
    assert "S3" not in rows or "and 2997 more" in cautions[0]


HEAD = HEADER + "\n"
ROW = "A,3,10,5,12\n"
REFUSED = {
    "empty": (b"", "the file is empty; write the header"),
    "blank lines only": (b"\n\n  \n", "the file is empty"),
    "byte order mark only": (b"\xef\xbb\xbf", "the file is empty"),
    "header only": (HEADER, "row 2: there are no studies below the header; add one row per study"),
    "header and blank rows": (HEAD + "\n,,,,\n", "no studies below the header"),
    "no header": (ROW * 2, "row 1, column events_treatment, n_treatment, events_control, n_control:"
                  " missing, as this row holds numbers; write a header above it: study,events_tr"),
    "columns missing": (
        "study,n_treatment\nA,1\n",
        "counts.csv, row 1, column events_treatment, events_control, n_control: missing; the "
        "header has 'study', 'n_treatment'. Rename yours, or say which they are with --columns "
        "n_control=NAME,...; also understood: events and patients (ai n1i ci n2i, event.e n.e "
        "event.c n.c, Events 1 Total 1 Events 2 Total 2), cells (ai bi ci di, tpos tneg cpos "
        "cneg), 5/50 in a column for each arm, or one row per arm (study, arm, events, n).\n"),
    "events above n": (
        HEAD + "A,7,5,1,2\n",
        "counts.csv, row 2, column events_treatment: '7'; more events than the 5 patients of "
        "n_treatment; correct one of the two.\n"),
    "a study twice": (
        HEAD + "A,1,2,1,2\nA,1,2,1,2\n",
        "counts.csv, row 3, column study: 'A'; row 2 has the same name; make the names differ "
        "or choose one outcome.\n"),
    "several outcomes": (
        OUTCOMES, "counts.csv, column outcome: holds 2 outcomes ('death', 'mRS 0-2'); choose one, "
        "for example --outcome 'death'.\n"),
    "a column twice": (PLAIN.replace("n_control", "n_treatment"), "n_treatment: stands 2 times"),
    "an outcome column twice": (f"outcome,outcome,{HEAD}1,1,A,1,2,1,2\n", "outcome: stands 2"),
    "a row too short": (HEAD + "A,3,10,5\n", "row 2: has 4 fields where the header has 5"),
    "a row too long": (f"{HEAD}{ROW}Smith, Jones,3,10,5,12\n", "row 3: has 6 fields where"),
    "a decimal comma": (HEAD + "A,3,0,10,5,12\n", "row 2: has 6 fields"),
    "other separators below": (HEAD + "A;3;10;5;12\n", "row 2: has 1 fields"),
    "an open quotation mark": (f'{HEAD}{ROW}"B,3,10,5,12\n', "row 3: unexpected end of data"),
    "an endless quotation": (HEAD + '"' + 200_000 * "x", "row 2: field larger than"),
    "an endless quotation above": ('"' + 200_000 * "x", "row 1: field larger than"),
    "a stray quotation mark": (HEAD + '"A"B,3,10,5,12\n', "row 2: ',' expected after"),
    "a stray quotation mark above": ('"study"x,' + HEADER, "row 1: ',' expected after"),
    "a duplicate but for spaces": (PLAIN + " Ash  1999 ,1,2,1,2\n", "row 5, column study: 'Ash"),
    "a study without a name": (HEAD + ",1,2,1,2\n", "row 2, column study: ''; give the"),
    "no encoding": (PLAIN.encode() + b"\x81\x8d,1,2,1,2\n", "row 5: the byte b'\\x81' is not U"),
    "a broken workbook": (b"PK\x03\x04" + bytes(60), "this is not an Excel workbook"),
    "an old spreadsheet": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60), "an old Excel file"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(60), "this is a picture"),
    "a zero byte": (PLAIN.replace("C", "C\0"), "holds a zero byte"),
    "a web page": ("<!DOCTYPE html>\n<html><body>Sign in</body></html>\n", "this is a web page"),
    "nobody treated": (HEAD + "B,0,0,1,9\n", "n_treatment: '0'; an arm needs at least 1"),
    "events above n, controls": (HEAD + "B,1,9,10,9\n", "the 9 patients of n_control; correct"),
    "spellings": (PLAIN + "ＡSH  1999,1,2,1,2\n", "; row 2 has the same name but for"),
    "a sum with a name": (PLAIN + "Dale 2020,13,148,26,143\n", "'Dale 2020'; is the sum of all"),
    "a sum above": (HEAD + "Dale 2020,3,22,5,19\nA,1,9,2,9\nB,2,13,3,10\n", "'Dale 2020'; is the"),
    "a wrong total above": (HEAD + "Total,9,99,9,99\nA,1,9,2,9\nB,2,9,3,9\n", "'Total'; is called"),
    "a wrong total": (PLAIN + "Pooled,13,148,26,144\n", "'Pooled'; is called a total"),
    "points": (HEAD.replace(",", ";") + "A;1.200;4.000;1;9\n", "(1200, or 1.2)"),
    "exchanged": (HEAD + "A,20,4,20,5\nB,30,4,30,5\n", "are events_treatment and n_treatment exch"),
    "a share or a total": (HEAD + "A,5 (50),50,1,9\n", "'5 (50)'; not a number"),
    "a date": ("study,Stent,Control\nA,10-May,3/50\n", "'10-May'; not a number but a date"),
    "cells against totals": ("study,ai,bi,ci,di,n1i,n2i\nA,1,9,2,8,11,10\n",
                             "makes 10 patients, not 11"),
    "two outcomes": ("study,deaths_t,strokes_t,n_t,deaths_c,strokes_c,n_c\nA,1,1,9,1,1,9\n",
                     "deaths_t, strokes_t: two readings are possible"),
    "the same names": (HEAD.replace("control", "treatment") + "A,1,9,1,9\n", "keep one"),
    "the same names of others": ("study,drug events,drug n,drug events,drug n,placebo r,placebo n\n"
                                 "A,1,9,1,9,1,9\n", "drug events: two readings are possible; make"),
    "two conventions": ("study,ai,n1i,ci,n2i,dead_t,tot_t,dead_c,tot_c\nA,1,9,1,9,2,8,2,8\n",
                        "two readings are possible; choose with --columns events_treatment="),
    "three arms": ("study,r1,n1,r2,n2,r3,n3\nA,1,9,1,9,2,8\n", "the arms are '1', '2', '3'"),
    "no control": ("study,arm,events,n\nA,x,1,9\nA,y,1,9\n", "say which is the control"),
    "codes of arms": ("study,arm,events,n\nA,1,1,9\nA,2,1,9\n", "say which is the control"),
    "an arm lacks": ("study,arm,events,n\nA,drug,1,9\nA,placebo,1,9\nB,drug,1,9\n",
                     "row 4, column arm: 'drug'; B has no row for the arm 'placebo'"),
    "an arm twice": ("study,arm,events,n\nA,drug,1,9\nA,drug,1,8\nA,placebo,1,9\n",
                     "'A'; row 2 has the same name; keep one row for each arm"),
    "nor an outcome": ("outcome," + HEAD + "x,A,1,9,1,9\n,Dale 2020,,,,\nx,B,1,9,2,9\n",
                       "row 3, column events_treatment: ''; blank"),
    "means": ("study,mean1,sd1,n1,mean2,sd2,n2\nA,1,2,9,1,2,9\n", "missing"),
    "effects": ("study,OR,lower,upper\nA,1,2,3\n", "column events_treatment, n_tr"),
    "numbers above": (PLAIN.split("\n", 1)[1] + PLAIN, "row 1: holds numbers above the header in"),
    "a share": ("study|n t|events (%) t|n c|events (%) c\nA|50|10|50|20\n".replace("|", ","),
                "events_treatment, events_control: missing"),
    "no counts, at the end": (PLAIN + "Data et al. 2020,,,,\n", "events_treatment: ''; blank"),
    "everyone is no arm": ("study,dead all,n all,dead placebo,n placebo\nA,1,9,1,9\n", "missing"),
    "an outcome without a name": ("outcome," + HEAD + "x,A,1,9,1,9\n,B,1,9,1,9\n", "2 outcomes"),
    "no, or number of": ("study,no events t,n t,no events c,n c\nA,1,9,1,9\n", "missing"),
    "accuracy": ("study,tp,fp,fn,tn\nA,1,2,3,4\n", "missing"),
    "more without than all": ("study,n_t,nonevents_t,n_c,nonevents_c\nA,9,10,9,1\n",
                              "nonevents_t: '10'; more than all 9 patients of the arm"),
    "two columns of arms": ("study,group,trt,events,n\nA,x,y,1,9\nA,z,w,1,9\n",
                            "each may say which arm a row is of; choose with --columns arm=group"),
    "two sets of cells": ("study,ai,bi,ci,di,a,b,c,d\nA,1,8,1,8,2,7,2,7\n", "two readings are"),
    "no review": ("<COCHRANE_REVIEW>", "row 1: this XML cannot be read"),
    "a review of one arm": ("<COCHRANE_REVIEW/>", "holds no outcome with events of two arms"),
    "JSON": ('{"study": ["A"]}', "this is JSON"),
    "a long cell": (HEAD + f"A,{'9' * 5000},9,1,9\n", "(5000 characters)'; too large; the largest"),
    "beyond the largest": (HEAD + "A,1,10000000001,1,9\n", "the largest count is 10,000,000,000"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_would_make_the_answer_wrong_is_refused(counts_file, run, name):
    csv.field_size_limit(131_072)  # Python's own, which frictionless raises for the whole process
    content, problem = REFUSED[name]
    done = run("pool", counts_file(content=content))
    assert done.refused("counts.csv", problem)
    assert len(done.err) < 700


@pytest.mark.parametrize(
    ("problem", "written"),
    [
        (problem, one)
        for problem, many in {
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
def test_a_count_is_refused_for(counts_file, written, problem, column):
    row = ["B", "1", "9", "1", "9"]
    row[column] = written
    line = 4 if "\n" in written else 3
    where = f"counts.csv, row {line}, column {HEADER.split(',')[column]}: "
    value = repr(written.strip('"') if written.strip() else written)
    found = refusal(counts_file("A,1,9,1,9", ",".join(row)))
    assert found.startswith(f"{where}{value}; {problem}")


def test_a_blank_that_breaks_no_line_stands_between_thousands():
    counts = read_counts(made("A,1\u202f205,12\u00a0500,988,10\u2009000\u2009000\u2009000\n"))
    assert numbers(counts) == [[1205], [12500], [988], [10**10]]  # the largest count
    assert "not a number" in refusal(made("A,1\u202f20,500,1,9\n"))


def sheets(*given):
    """A workbook: of each sheet the name, the rows, and what is done to it."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows, *changes in given:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        for change in changes:
            change(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


CELLS = [line.split(",")[:1] + [int(x) if x.isdigit() else x for x in line.split(",")[1:]]
         for line in PLAIN.splitlines()]  # fmt: skip
WRONG = [CELLS[0], ["Wrong", 1, 2, 1, 2]]


def chart(sheet):
    drawn = BarChart()
    drawn.add_data(Reference(sheet, 2, 1, 3, 4))
    sheet.parent.create_chartsheet("drawn").add_chart(drawn)


def hide(sheet):
    sheet.sheet_state = "hidden"


def far(sheet):
    sheet["XFD1048576"] = "stray"
    sheet["A900000"] = "stray"


def merge(sheet):
    sheet.merge_cells("B1:C1")
    sheet.merge_cells("D1:E1")


SHEETS = {
    "a hidden sheet": [("old", WRONG, hide), ("counts", CELLS)],
    "the second": [("read me", [["See next"]]), ("c", CELLS)],
    "notes": [("c", [["Title"], [], *CELLS, [], ["Source: x"]])],
    "cells far away": [("c", CELLS, far)],
    "a chart": [("c", CELLS, chart)],
    "a formula": [("c", [*CELLS, ["Total", *["=SUM(B2:B4)"] * 4]])],
    "text": [("c", [CELLS[0], [], *([a, float(e), *map(str, rest)] for a, e, *rest in CELLS[1:])])],
    "beside": [("c", [[*row, None, "see text"] for row in CELLS])],
    "merged": [("c", [["Study", "Drug", None, "Control", None], [None, "n", "N", "n", "N"],
                      *CELLS[1:]], merge)],
}  # fmt: skip


@pytest.mark.parametrize("name", SHEETS)
def test_sheets_as_people_write_them(name):
    assert numbers(read_counts(sheets(*SHEETS[name]))) == ARMS


def test_sheets_that_must_be_chosen():
    two = sheets(("one", CELLS), ("two", WRONG))
    assert "the sheets 'one', 'two' hold counts; choose one" in refusal(two)
    assert read_counts(two, sheet="two").study == ("Wrong",)
    assert "only hidden sheets" in refusal(sheets(("one", CELLS, hide), ("two", [["x"]])))
    most = ("one", [["study", "n_treatment", "n_control", "events_control"]], hide)
    assert "sheet 'seen', row 1, column events_treatment, n_treat" in refusal(
        sheets(most, ("seen", [["study"]]))
    )
    assert "'three' is not there; the sheets are 'one', 'two'" in refusal(two, sheet="three")


def test_hidden_rows_are_told():
    def hidden(sheet):
        sheet.row_dimensions[3].hidden = True

    counts = read_counts(sheets(("c", CELLS, hidden)))
    assert numbers(counts) == ARMS
    assert counts.reading.cautions == ("hidden in the sheet, and read all the same: row 3",)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("=40+4", "'=40+4'; not a number but a formula that no program has computed yet"),
        (pd.Timestamp(2026, 4, 5).to_pydatetime(), "'2026-04-05'; not a number but a date"),
        (0.3, "'0.3'; not a whole number"), (None, "''; blank"), (True, "'True'; not a number"),
        (0, "'0'; an arm needs at least 1"),
    ],
)  # fmt: skip
def test_what_stands_for_a_number_is_explained(value, problem):
    rows = [CELLS[0], ["A\nand a line break", 1, 2, 1, 2], [], ["B", 0, value, 1, 2, None, ""]]
    found = refusal(sheets(("c", rows)))
    assert f"row 4, column n_treatment: {problem}" in found
    assert " 0 " not in found


def test_without_openpyxl_it_says_what_to_install(monkeypatch):
    def without(name, *rest, original=builtins.__import__):
        if name == "openpyxl":
            raise ImportError(name)
        return original(name, *rest)

    content = sheets(("c", CELLS))
    monkeypatch.setattr(builtins, "__import__", without)
    assert "pip install openpyxl" in refusal(content)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("author|year|cases|total", "{a}|{y}|{e}|{n}"), ("study|xi|ni", "{a}|{e}|{n}"),
        ("Study|n/N", "{a}|{e}/{n}"), ("Study|Responders|Patients", "{a}|{e}|{n}"),
    ],
)  # fmt: skip
def test_single_arms(header, row):
    found = read_proportions(table(header, row=row).encode())
    assert [found.events.tolist(), found.n.tolist()] == ARMS[:2]


def test_one_of_two_arms_is_not_taken_for_a_single_one():
    with pytest.raises(CountsError, match=r"d\.asp, d\.plac: two readings are possible"):
        read_proportions(table("study|d.asp|n.asp|d.plac|n.plac").encode())


def test_a_zip_file_that_is_no_workbook_says_what_it_holds():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("counts.csv", PLAIN)
    assert "a zip file that holds 'counts.csv'; name a file" in refusal(out.getvalue())
