"""The teachers' page keeps its promises: time, places, objectives."""

import re
from collections import Counter

import pytest
from built import ROOT
from metabook import data
from metabook.figures import risks
from rescue.teach import exercises, lessons

OBJECTIVES = data.rows("objectives.csv")
STEPS = data.rows("lessons.csv")
BY_PLAN = {plan: [row for row in STEPS if row["plan"] == plan] for plan in lessons.PLANS}


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
    assert lessons.PLANS["90 minutes"] == (90,)
    assert 180 <= sum(lessons.PLANS["half a day"]) <= 240
    assert len(lessons.PLANS["a week"]) == 5


@pytest.mark.parametrize("plan", lessons.PLANS)
def test_a_plan_ends_when_its_time_is_over(plan):
    ends = [row[0].text for row in lessons.plan(plan).cells() if row[1].text == "End"]
    assert ends == [lessons.clock(minutes) for minutes in lessons.PLANS[plan]]


def test_nobody_sits_for_more_than_two_hours_and_a_half_without_a_break():
    for plan, steps in BY_PLAN.items():
        stretch = Counter()
        for row in steps:
            stretch[row["session"]] += int(row["minutes"])
            stretch[row["session"]] *= row["activity"] != "Break"
            assert stretch[row["session"]] <= 150, (plan, row)


@pytest.mark.parametrize("row", OBJECTIVES, ids=lambda row: row["objective"])
def test_an_objective_is_taught_where_it_says(row):
    chapter = (ROOT / "chapters" / f"{row['chapter']}.md").read_text()
    assert re.search(rf"^##+ {re.escape(row['section'])}$", chapter, re.M)


def test_what_every_plan_has_and_what_the_longer_ones_open():
    opened = {plan: {row["material"] for row in steps} for plan, steps in BY_PLAN.items()}
    for plan, steps in BY_PLAN.items():
        assert "guess" in steps[0]["activity"]
        assert any(row["exercise"] for row in steps)
        assert "class/slides#slide-10" in opened[plan]
    assert all("chapters/explorer" in opened[plan] for plan in list(opened)[1:])
    assert "chapters/your-own-counts" in opened["a week"]
    week = {row["objective"] for row in BY_PLAN["a week"]}
    assert week - {""} == {row["objective"] for row in OBJECTIVES}


def test_every_objective_and_exercise_is_in_the_table_with_minutes_place_and_material():
    table = lessons.objectives()
    assert len([row for row in table.rows if isinstance(row, str)]) == len(OBJECTIVES)
    shown = {row[0].href.partition("#exercise-")[2]: row for row in table.cells()}
    assert set(shown) == set(exercises.EVERY)
    for row in data.rows("exercises.csv"):
        exercise, minutes, taught, material = shown[row["exercise"]]
        assert exercise.href.startswith(f"../chapters/{row['page']}.html")
        assert minutes.text == row["minutes"]
        assert taught.href.startswith(f"../chapters/{row['chapter']}.html#")
        assert material.href


def test_each_objective_has_an_exercise():
    served = {row["objective"] for row in data.rows("exercises.csv")}
    assert served == {row["objective"] for row in OBJECTIVES}


def test_a_figure_saves_itself_for_a_slide(tmp_path):
    risks("slide").save(tmp_path / "slide.svg")
    assert (tmp_path / "slide.svg").read_text().startswith("<?xml")
