"""The teachers' page keeps its promises: time, places, objectives."""

import re
from collections import Counter
from pathlib import Path

import pytest
from metabook import data
from metabook.figures import risks
from rescue.teach import exercises, lessons

ROOT = Path(__file__).parents[2]
CHAPTER = (ROOT / "chapters" / "teachers.md").read_text()
OBJECTIVES = data.rows("objectives.csv")
STEPS = data.rows("lessons.csv")


def test_the_minutes_of_each_session_add_up():
    spent = Counter()
    for row in STEPS:
        spent[row["plan"], int(row["session"])] += int(row["minutes"])
    assert spent == {
        (plan, session): minutes
        for plan, sessions in lessons.PLANS.items()
        for session, minutes in enumerate(sessions, 1)
    }


def test_the_plans_are_as_long_as_they_are_called():
    assert lessons.PLANS["45 minutes"] == (45,)
    assert 180 <= sum(lessons.PLANS["half a day"]) <= 240
    assert len(lessons.PLANS["a week"]) == 5


@pytest.mark.parametrize("plan", lessons.PLANS)
def test_a_plan_ends_when_its_time_is_over(plan):
    ends = [row[0].text for row in lessons.plan(plan).cells() if row[1].text == "End"]
    assert ends == [lessons.clock(minutes) for minutes in lessons.PLANS[plan]]


def test_nobody_sits_for_more_than_two_hours_and_a_half_without_a_break():
    for plan, sessions in lessons.PLANS.items():
        for session in range(1, len(sessions) + 1):
            stretch = 0
            for row in STEPS:
                if (row["plan"], row["session"]) == (plan, str(session)):
                    stretch = 0 if row["activity"] == "Break" else stretch + int(row["minutes"])
                    assert stretch <= 150, (plan, session)


@pytest.mark.parametrize("row", OBJECTIVES, ids=lambda row: row["objective"])
def test_an_objective_is_taught_where_it_says(row):
    chapter = (ROOT / "chapters" / f"{row['chapter']}.md").read_text()
    assert re.search(rf"^##+ {re.escape(row['section'])}$", chapter, re.M)


def test_every_page_that_is_opened_exists():
    for row in STEPS:
        assert not row["material"] or (ROOT / f"{row['material']}.md").exists(), row["material"]


def test_the_week_serves_every_objective():
    week = {row["objective"] for row in STEPS if row["plan"] == "a week"}
    assert week - {""} == {row["objective"] for row in OBJECTIVES}


def test_every_objective_and_every_mistake_is_shown():
    assert len(list(lessons.objectives().cells())) == len(OBJECTIVES)
    said = [row["says"] for row in data.rows("misconceptions.csv")]
    assert [row[0].text for row in lessons.misconceptions().cells()] == said


@pytest.mark.parametrize("kind", ["png", "svg", "pdf"])
def test_a_figure_saves_itself_for_a_slide(kind, tmp_path):
    starts = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}
    risks("slide").save(tmp_path / f"slide.{kind}")
    assert (tmp_path / f"slide.{kind}").read_bytes().startswith(starts[kind])


def test_every_exercise_serves_an_objective():
    served = [row["exercise"] for row in data.rows("exercises.csv")]
    assert sorted(served) == sorted(exercises.EVERY)


def test_each_objective_has_an_exercise():
    served = {row["objective"] for row in data.rows("exercises.csv")}
    assert served == {row["objective"] for row in OBJECTIVES}
