"""100 patients in the page: the library's numbers, by mouse and by keyboard, on any screen."""

import re

import pytest
from built import HTML
from metabook import data
from metabook.extensions.look import NEEDS
from metabook.hundred import STEP, Hundred, kinds, patients, sentence
from metabook.templates import slug

from .conftest import alone, anew

BESIDE = {"mortality": "Said of death."}


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    body = Hundred(BESIDE)._repr_html_()
    return alone(
        tmp_path_factory.mktemp("hundred"), "100", body, "book.css", *NEEDS["data-hundred"]
    )


@pytest.fixture(scope="module")
def size():
    return {"width": 390, "height": 844}


@pytest.fixture
def tab(tab, page):
    return anew(tab, page)


def expected(outcome, percent, share):
    counts = patients(data.pooled(outcome), percent, share / 100)
    return sentence(outcome, counts, share / 100), kinds(counts)


def shown(tab):
    """The sentence, and the kind of each icon."""
    icons = tab.eval_on_selector_all(".chosen use", "all => all.map(x => x.className.baseVal)")
    return tab.locator(".chosen .hundred-said").text_content(), icons


def test_every_place_of_both_sliders_has_the_library_s_numbers(tab):
    found = tab.evaluate(
        """([words, step]) => Object.values(words.outcomes).flatMap(({ label, effects }) => {
            const all = [];
            for (let p = 0; p <= 100; p++) for (let s = 0; s <= 100; s += step) {
                const counts = hundred.patients(effects, p, s / 100);
                all.push([counts.without, counts.with_, counts.lower, counts.upper,
                    hundred.sentence(words, label, counts, s / 100)]);
            }
            return all;
        })""",
        [Hundred().numbers(), STEP],
    )
    wanted = []
    for outcome in data.outcomes():
        result = data.pooled(outcome)
        for percent in range(101):
            for share in range(0, 101, STEP):
                counts = patients(result, percent, share / 100)
                wanted.append([*counts, sentence(outcome, counts, share / 100)])
    assert found == wanted


def test_without_a_script_three_pictures_stand(without_script, page):
    tab = without_script
    tab.goto(page)
    assert tab.locator(".hundred form").is_hidden()
    assert tab.locator(".hundred-panel svg:visible").count() == 3
    sentences = tab.locator(".hundred-said:visible").all_inner_texts()
    assert sentences == [
        expected(outcome, each[1].percent, 100)[0] for outcome, each in Hundred().risks.items()
    ]


def test_sliders_move_words_and_icons_by_keyboard(tab):
    first = data.outcomes()[0]
    start = Hundred().risks[first][1].percent
    assert shown(tab) == expected(first, start, 100)
    tab.get_by_label("In my hospital").focus()
    tab.keyboard.press("ArrowRight")
    assert shown(tab) == expected(first, start + 1, 100)
    tab.get_by_label("share of the association").focus()
    tab.keyboard.press("ArrowLeft")
    assert shown(tab) == expected(first, start + 1, 100 - STEP)
    tab.keyboard.press("Home")
    assert shown(tab) == expected(first, start + 1, 0)
    tab.locator("input[value=mortality]").check()
    assert shown(tab) == expected("mortality", Hundred().risks["mortality"][1].percent, 0)
    assert tab.locator(".chosen .hundred-beside").text_content() == BESIDE["mortality"]


def test_the_ticks_are_the_risks_of_the_studies(tab):
    for outcome in data.outcomes():
        tab.locator(f"input[value={slug(outcome)}]").check()
        for risk in Hundred().risks[outcome]:
            tab.get_by_role("button", name=risk.whose).first.click()
            assert tab.locator("#hundred-risk").input_value() == str(risk.percent)
            assert tab.locator(f"#hundred-risks option[value='{risk.percent}']").count()
    tab.get_by_role("button", name="half").click()
    assert shown(tab)[1] == expected("SICH", Hundred().risks["SICH"][2].percent, 50)[1]


def test_the_address_keeps_the_state(browser, tab):
    tab.locator("input[value=sich]").check()
    tab.get_by_role("button", name="half").click()
    tab.locator("#hundred-risk").fill("9")
    again = browser.new_page()
    again.goto(tab.url)
    assert shown(again) == expected("SICH", 9, 50)
    again.goto(tab.url.split("#")[0] + "#outcome=sich&risk=900&share=7")
    again.reload()
    assert shown(again) == expected("SICH", Hundred().risks["SICH"][1].percent, 100)
    again.close()


def test_a_screen_reader_is_told(tab):
    status = tab.locator(".chosen .hundred-said")
    assert status.get_attribute("role") == "status"
    assert tab.locator(".chosen svg").get_attribute("aria-label") == status.text_content()
    assert tab.locator("#hundred-risk").get_attribute("aria-valuetext").endswith("of 100 patients")


@pytest.mark.parametrize(("width", "height", "screens"), [(1280, 800, 1), (390, 844, 2)])
def test_the_first_screens_answer(browser, width, height, screens):
    tab = browser.new_page(viewport={"width": width, "height": height})
    tab.goto((HTML / "index.html").as_uri())
    guideline = tab.locator(".bd-article section > ul").first
    assert guideline.evaluate("x => x.getBoundingClientRect().bottom") <= screens * height
    tab.close()


def test_five_minutes_print_on_one_sheet_and_are_at_most_600_words(browser):
    tab = browser.new_page()
    tab.goto((HTML / "chapters" / "five-minutes.html").as_uri())
    for paper in ("A4", "Letter"):
        printed = tab.pdf(format=paper, prefer_css_page_size=False)
        assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2
    words = tab.evaluate(
        """() => {
            const page = document.querySelector(".bd-article").cloneNode(true);
            page.querySelectorAll("table, script, svg, form, details, .take-away, .headerlink")
                .forEach((part) => part.remove());
            return page.textContent.trim().split(/\\s+/).length;
        }"""
    )
    tab.close()
    assert 300 < words <= 600
