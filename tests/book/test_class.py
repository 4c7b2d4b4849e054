"""What a class gets: worksheet and key, slides, questions; each says what the library says."""

import re
import zipfile
from collections import Counter
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest
import twobytwo as tt
from bs4 import BeautifulSoup
from built import HTML, soup
from metabook import data, questions
from metabook.exercise import numbers
from metabook.quiz import quiz
from rescue.teach import exercises
from rescue.teach.worksheet import cells, pooling, worksheet
from twobytwo.rounding import half_up

CLASS = HTML / "class"
DEATHS = data.pooled("mortality")
CONTENT = "{http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1}"
QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"


def printed(value, places=4):
    return half_up(value, places).replace("-", "−")


# ---- the worksheet and its key


def key_row(name):
    return [td.text for td in soup("class/worksheet-key").select(f"tr[data-row='{name}'] td")]


def test_side_one_of_the_key_is_what_the_library_says_of_each_study():
    lower, upper = DEATHS.study_interval
    assert key_row("OR") == [printed(x, 2) for x in DEATHS.study_estimate]
    assert key_row("y") == [printed(x) for x in DEATHS.study_effect]
    assert key_row("v") == [printed(x) for x in DEATHS.study_variance]
    assert key_row("lower") == [printed(x, 2) for x in lower]
    assert key_row("upper") == [printed(x, 2) for x in upper]
    a, b, c, d = DEATHS.table
    assert key_row("risk with a stent") == [half_up(x, 0) for x in 1000 * a / (a + b)]
    assert key_row("risk without") == [half_up(x, 0) for x in 1000 * c / (c + d)]


def test_side_two_of_the_key_is_the_pooled_result_of_the_library():
    blanks = [tag.text for tag in soup("class/worksheet-key").select(".blank")]
    fixed = tt.pool(*data.counts("mortality").arms, model="fixed")
    wanted = [printed(fixed.effect), printed(DEATHS.q), str(DEATHS.q_df), printed(DEATHS.i2, 0)]
    wanted += [printed(DEATHS.tau2), printed(DEATHS.effect), printed(DEATHS.se)]
    wanted += [printed(x, 2) for x in (DEATHS.estimate, DEATHS.ci_lower, DEATHS.ci_upper)]
    assert blanks == wanted
    weights = [
        row.select("td")[-2].text for row in soup("class/worksheet-key").select(".narrow tr")[1:-1]
    ]
    assert weights == [printed(1 / (v + DEATHS.tau2)) for v in DEATHS.study_variance]


def test_what_the_key_answers_is_so():
    steps, _ = pooling(cells())
    assert steps.v.idxmin() == steps.w.idxmax()
    without = tt.pool(*data.counts("mortality").arms, method="IV", model="fixed")
    heaviest = DEATHS.weights.argmax()
    assert without.weights[heaviest] > DEATHS.weights[heaviest]
    assert without.se < DEATHS.se


def test_the_worksheet_gives_no_answer_away():
    sheet = BeautifulSoup(worksheet(), "html.parser")
    assert not [tag.text for tag in sheet.select(".blank") if tag.text.strip()]
    filled = {td.text for td in sheet.select("table:not(.given) td:not(.none)")}
    assert not [text for text in filled if re.search(r"\d", text)]


# ---- the slides


def test_there_are_ten_slides_each_with_a_figure_of_the_book_and_notes():
    slides = soup("class/slides").select("section")
    assert [slide["id"] for slide in slides] == [f"slide-{i}" for i in range(1, 11)]
    for slide, row in zip(slides, data.rows("slides.csv"), strict=True):
        assert slide.h2.text == row["title"]
        assert len(slide.aside.text.split()) >= 30
        assert "Ask" in slide.aside.text
        assert "{" not in slide.text
        drawn = (HTML / "figures" / f"{row['figure']}.svg").read_text()
        assert slide.svg["aria-label"] == BeautifulSoup(drawn, "html.parser").svg["aria-label"]


def test_a_slide_types_no_number_by_hand():
    for row in data.rows("slides.csv"):
        text = re.sub(r"\{[\w-]+\}|1,000|90 days|95 %", "", row["words"] + row["notes"])
        assert not re.search(r"\d", text), row["slide"]


def test_what_the_slides_say_of_the_studies_is_so():
    widths = DEATHS.study_interval[1] / DEATHS.study_interval[0]
    assert widths.argmax() == DEATHS.weights.argmin() == DEATHS.table[0].argmin()
    assert DEATHS.study_estimate[widths.argmax()] < 1


@pytest.mark.parametrize("name", ["worksheet", "worksheet-key", "slides"])
def test_a_page_for_the_class_needs_nothing_else(name):
    page = soup(f"class/{name}")
    assert not page.select("script[src], link[href], img, iframe")
    assert "url(" not in page.style.text


# ---- the questions


def entries(text):
    """A small reader of GIFT: title, text and answers of each question."""
    for block in re.split(r"\n{2,}", text):
        if block.startswith(("//", "$CATEGORY")):
            continue
        found = re.fullmatch(r"::(.+?)::\[plain\](.+?)(?<!\\)\{(#?)(.*)\n\}\n?", block, re.S)
        title, ask, number, rest = found.groups()
        answers = re.split(r"\n  (?=[=~]|####)", rest)[1:]
        lesson = answers.pop() if answers and answers[-1].startswith("####") else ""
        yield title, ask, number, answers, lesson


def unescaped(text):
    return re.sub(r"\\([\\~=#{}:])", r"\1", text)


@pytest.fixture(scope="module")
def gift():
    return list(entries((CLASS / "questions.gift.txt").read_text("utf-8")))


def right(answers, number):
    credit = "=%100%" if number else "="
    (one,) = (answer for answer in answers if answer.startswith(credit))
    return unescaped(re.split(r"(?<!\\)#", one.removeprefix(credit))[0])


def test_every_question_of_the_book_is_in_the_file_for_moodle(gift):
    asked = Counter(re.sub(r"-\d$", "", title) for title, *_ in gift)
    quizzes = {file.stem for file in data.path("quizzes").glob("*.toml")}
    assert set(asked) == quizzes | set(exercises.EVERY)
    assert all(asked[name] == len(quiz(name).questions) for name in quizzes)
    assert len({title for title, *_ in gift}) == len(gift)
    for entry in gift:  # no markup of the page is left
        assert not re.search(r"[`$*]|\\[a-z]|\{\w+\}", unescaped(" ".join(map(str, entry)))), entry


def test_the_right_answers_in_it_are_those_of_the_exercises(gift):
    for title, _, number, answers, lesson in gift:
        name, _, part = title.rpartition("-") if title[-1].isdigit() else (title, "", "1")
        exercise = exercises.EVERY.get(title) or exercises.EVERY.get(name)
        if exercise is None:
            continue
        if exercise.kind == "text":
            assert not answers
            assert lesson
        elif exercise.kind == "choice":
            assert right(answers, number) == questions.plain(exercise.solution())
        else:
            value, within = map(float, right(answers, number).split(":"))
            every = numbers(exercise.solution())
            wanted = every[int(part) - 1] if len(every) > 1 else every[0]
            assert value == pytest.approx(wanted, abs=1e-6)
            # Rounded as asked it is right; a unit of the last decimal farther it is not.
            assert abs(float(half_up(wanted, exercise.decimals)) - value) <= within
            assert within < 10**-exercise.decimals


def test_the_right_answers_of_the_quizzes_are_there_too(gift):
    for title, ask, number, answers, _ in gift:
        name, _, i = title.rpartition("-")
        if (data.path("quizzes") / f"{name}.toml").exists():
            question = quiz(name).questions[int(i) - 1]
            (option,) = (one for one in question.options if one.right)
            assert unescaped(ask) == questions.plain(question.ask)
            assert right(answers, number) == questions.plain(option.text)
            assert len(answers) == len(question.options)


def test_the_file_for_canvas_asks_the_same_and_takes_the_same_answers(gift):
    with zipfile.ZipFile(CLASS / "questions-qti.zip") as package:
        manifest = ET.fromstring(package.read("imsmanifest.xml"))
        files = [file.get("href") for file in manifest.iter(f"{CONTENT}file")]
        assert {*package.namelist()} == {"imsmanifest.xml", *files}
        items = list(ET.fromstring(package.read(files[0])).iter(f"{QTI}item"))
    assert [item.get("title") for item in items] == [title for title, *_ in gift]
    for item, (_, ask, number, answers, _) in zip(items, gift, strict=True):
        text = [tag.text for tag in item.find(f"{QTI}presentation").iter(f"{QTI}mattext")]
        assert text[0] == unescaped(ask)
        # By these words Canvas takes a comment on one answer for one on the question.
        idents = {feedback.get("ident") for feedback in item.iter(f"{QTI}itemfeedback")}
        assert not re.search(
            "correct|wrong|solution|general_|_all", " ".join(idents - {"general_fb"})
        )
        if number:
            value, within = map(Decimal, right(answers, number).split(":"))
            tags = ("varequal", "vargte", "varlte")
            limits = [Decimal(next(item.iter(QTI + tag)).text) for tag in tags]
            assert limits == [value, value - within, value + within]
        elif answers:
            (full,) = (
                one for one in item.iter(f"{QTI}respcondition") if one.get("continue") == "No"
            )
            chosen = full.find(f".//{QTI}varequal").text
            labels = {one.get("ident"): one for one in item.iter(f"{QTI}response_label")}
            assert labels[chosen].find(f".//{QTI}mattext").text == right(answers, number)
            assert len(labels) == len(answers)
