"""Every exercise in its page: right and wrong as Python says, hints in turn, progress kept."""

import pytest
from answers import right, slips, wrong
from axe import COLORS, RULES, broken
from built import HTML
from metabook.checking import REPLIES, check, judge, record
from metabook.exercise import EVERY
from rescue.teach import exercises  # noqa: F401  # fills EVERY

from .conftest import noting

PAGES = sorted({exercise.about["page"] for exercise in EVERY.values()})
tab = pytest.fixture(noting)  # with a memory of its own


@pytest.fixture
def size():
    return {"width": 390, "height": 844}


def opened(tab, page="exercises-effects"):
    tab.goto((HTML / "chapters" / f"{page}.html").as_uri())
    return tab


def box(tab, name):
    return tab.locator(f'[data-exercise="{name}"]')


def answer(tab, name, texts):
    form = box(tab, name).locator("form")
    if EVERY[name].kind == "choice":
        form.locator(f'input[value="{texts[0]}"]').check()
    else:
        for field, text in zip(form.locator("input, textarea").all(), texts, strict=True):
            field.fill(text)
    form.locator("button").click()
    return form.get_by_role("status").text_content()


# What typing, choosing and pressing the button do, for many answers at once.
ANSWERS = """asked => asked.map(([name, texts]) => {
    const form = document.querySelector(`[data-exercise="${name}"] form`);
    const options = form.querySelectorAll("input[type=radio]");
    if (options.length) [...options].find(option => option.value == texts[0]).click();
    else form.querySelectorAll("input, textarea").forEach((field, i) => {
        field.value = texts[i];
        field.dispatchEvent(new Event("input", {bubbles: true}));
    });
    form.querySelector("button").click();
    return form.querySelector("[role=status]").textContent;
})"""


def test_the_script_judges_as_python_does(tab):
    asked = [
        (record(name), texts)
        for name, exercise in EVERY.items()
        for texts in (*right(exercise), *(texts for texts, _ in wrong(exercise)), *slips(exercise))
    ]
    assert len(asked) > 2000
    found = opened(tab).evaluate(
        "([asked, words]) => asked.map(([record, texts]) => exercises.judge(record, texts, words))",
        [asked, REPLIES],
    )
    judged = [judge(*one) for one in asked]
    assert [tuple(one) for one in found] == [(one.right, one.why) for one in judged]
    # All that is said of any exercise was said.
    reasons = " ".join(one.why for one in judged)
    assert not [words for words in REPLIES.values() if words.split("{")[0] not in reasons]


@pytest.mark.parametrize("page", PAGES)
def test_every_exercise_answers_right_and_wrong_in_its_page(tab, page):
    opened(tab, page)
    names = [name for name, one in EVERY.items() if one.about["page"] == page]
    bad = [(name, *wrong(EVERY[name])[0]) for name in names]
    statuses = tab.evaluate(ANSWERS, [(name, texts) for name, texts, _ in bad])
    assert statuses == [f"Not right. {why}" for *_, why in bad]
    good = [(name, right(EVERY[name])[0]) for name in names]
    assert tab.evaluate(ANSWERS, good) == [repr(check(name, *texts)) for name, texts in good]
    here = tab.locator("[data-exercise]").count()
    assert f"Solved: {here} of {here} on this page" in tab.locator("[data-count]").text_content()
    assert tab.locator("[data-exercise]:not(.solved)").count() == 0
    # Open to everyone in this state too: right and wrong, every fold open, light and dark.
    answer(tab, *bad[-1][:2])
    tab.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    for scheme, rules in (("light", RULES), ("dark", COLORS)):
        tab.evaluate("scheme => { document.documentElement.dataset.theme = scheme; }", scheme)
        assert not broken(tab, rules)
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390


def test_hints_come_one_by_one_and_the_solution_after_them(tab):
    opened(tab)
    folds = box(tab, "wald-interval").locator("summary")
    titles = ["Hint", "Numbers on the way", "Solution"]
    for i in range(3):
        shown = [fold.text_content() for fold in folds.all() if fold.is_visible()]
        assert shown == titles[: i + 1]
        folds.nth(i).click()
    assert box(tab, "wald-interval").get_by_text("Answer:").is_visible()
    answer(tab, "zero-cell", right(EVERY["zero-cell"])[0])
    assert box(tab, "zero-cell").locator("summary").last.is_visible()


def test_the_keyboard_alone_answers_and_a_screen_reader_hears(tab):
    opened(tab)
    field = tab.get_by_label("Lower limit")
    field.focus()
    tab.keyboard.type("0,23")
    tab.keyboard.press("Tab")
    tab.keyboard.type("1,64")
    tab.keyboard.press("Enter")
    status = box(tab, "wald-interval").get_by_role("status")
    assert status.text_content().startswith("Right.")
    assert field.get_attribute("aria-invalid") == "false"
    assert field.get_attribute("aria-describedby") == status.get_attribute("id")
    box(tab, "which-test").get_by_role("radio").first.focus()
    tab.keyboard.press("Space")
    tab.keyboard.press("Enter")
    assert "would print" in box(tab, "which-test").get_by_role("status").text_content()


def test_progress_is_kept_for_all_pages_and_can_be_cleared_and_brought_back(tab):
    opened(tab)
    answer(tab, "odds-ratio-by-hand", ["0.61"])
    answer(tab, "risk-ratio", ["7"])
    answer(tab, "odds-ratio-by-hand", ["7"])  # what was solved stays solved
    opened(tab, "exercises-judging")
    assert "0 of 15 on this page, 1 of 52" in tab.locator("[data-count]").text_content()
    opened(tab)
    field = box(tab, "odds-ratio-by-hand").locator("input")
    assert field.input_value() == "0.61"
    assert tab.get_by_role("link", name="The risk ratio beside it").first.is_visible()
    clear = tab.locator("[data-exercises] button")
    clear.click()
    assert field.input_value() == ""
    assert "0.61" not in tab.evaluate("JSON.stringify(localStorage)")
    assert clear.text_content() == "Bring it back"
    clear.click()
    assert field.input_value() == "0.61"


@pytest.mark.parametrize("kept", ["throw new Error('private')", "return 'nonsense['", "return '7'"])
def test_where_nothing_can_be_kept_it_works_all_the_same(tab, kept):
    tab.add_init_script(
        f"""for (const name of ["getItem", "setItem"]) {{
            const done = Storage.prototype[name];
            Storage.prototype[name] = function (key, ...more) {{
                if (key.startsWith("exercises")) {{ {kept} }}
                return done.call(this, key, ...more);
            }};
        }}"""
    )
    opened(tab)
    assert answer(tab, "odds-ratio-by-hand", ["0.61"]).startswith("Right.")
    assert "Solved: 1 of" in tab.locator("[data-count]").text_content()


def test_without_a_script_the_solution_stays_in_its_fold(without_script):
    tab = opened(without_script)
    assert tab.locator("form:visible, .exercise-progress:visible").count() == 0
    folds = box(tab, "which-test").locator("summary")
    assert folds.all_text_contents() == ["Hint", "Solution"]
    folds.last.click()
    assert box(tab, "which-test").get_by_text("Answer:").is_visible()
    assert box(tab, "which-test").locator(".exercise-options li").count() == 3


def test_paper_has_what_a_page_without_script_has(tab):
    opened(tab).emulate_media(media="print")
    assert tab.locator("form:visible, .exercise-progress:visible").count() == 0
    assert box(tab, "which-test").locator("li:visible, summary:visible").count() == 5
    assert box(tab, "zero-cell").locator("details[hidden]:visible").count() == 2


def test_nothing_is_given_away_in_sight_or_in_the_search():
    shown = (HTML / "_static" / "search-text.js").read_text()
    assert "Answer:" not in shown
