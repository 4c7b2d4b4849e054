"""The explorer in a browser: its controls, its address, and that it says what the library says."""

import itertools
import random
from functools import cache
from urllib.parse import parse_qsl

import pytest
from built import HTML
from metabook import data
from metabook.explorer import IN_PATIENTS, LEGENDS, NONE, analyses, includes_null
from metabook.frames import arms
from metabook.words import more_or_fewer, per_thousand_words
from rescue.teach.explorer import explorer
from twobytwo.checks.absolute import can_hold, per_thousand
from twobytwo.plots.forest import MEASURE
from twobytwo.results import overall
from twobytwo.rounding import half_up, number, p_equals, with_interval

from .conftest import anew

PAGE = (HTML / "chapters" / "explorer.html").as_uri()
SHOWN = explorer()
OWN, LATER = (tuple(words.values()) for words in SHOWN.studies)
OUTCOMES = {word: outcome for outcome, word in SHOWN.outcomes.items()}
START = SHOWN.link()
WALK = 20  # random changes
# Read once for thousands of states.
control_risk, about = cache(SHOWN.control_risk), cache(data.outcome)
PATIENTS = IN_PATIENTS.format(**arms()._asdict())


def opened(tab, hash_=""):
    """The page, loaded anew at a state, with the methods unfolded."""
    anew(tab, PAGE + hash_)
    tab.evaluate("document.querySelector('.explorer-methods').open = true")
    return tab


def hash_of(tab):
    return tab.evaluate("location.hash")


def followed(tab, change_hash):
    """Change the hash, and wait until the page has read it: a browser tells it of that later."""
    tab.evaluate("""() => { window.followed = new Promise(
        done => addEventListener("hashchange", () => done(), { once: true })); }""")
    change_hash()
    tab.evaluate("followed")


def sentence(tab):
    return tab.locator(".explorer-said").inner_text()


def part(tab, name):
    return tab.locator(f"[data-is={name}]").inner_text()


def expected(tab):
    """The outcome of the state in the address, and what the library says of it."""
    pairs = dict(parse_qsl(hash_of(tab)[1:]))
    without, added = (tuple(pairs.pop(name, "").split(",")) for name in ("without", "added"))
    outcome = OUTCOMES[pairs.pop("outcome")]
    return outcome, SHOWN.state(outcome, without, added, **{"tau2": NONE, **pairs})


def dashed(text):
    return text.replace("-", "−")


def in_hundred(difference):
    """A risk difference as patients."""
    return more_or_fewer(int(half_up(abs(100 * difference), 0)) * (1 if difference > 0 else -1))


def words(outcome, result):
    """What the library says of a state, as the page prints it; "-" is its minus."""
    risk = control_risk(outcome)
    events = per_thousand_words(per_thousand(result, risk))
    events |= {"interval": events["difference-ci"], "verb": about(outcome)["verb"]}
    patients = PATIENTS.format(**events, risk=number(100 * risk, 1))
    if not can_hold(result.estimate, risk, result.measure):
        name = SHOWN.labels["measure"][result.measure]
        patients = (
            f"This {name} cannot hold at a risk of {number(100 * risk, 1)} %: choose another."
        )
    ends = [result.estimate, result.ci_lower, result.ci_upper]
    one, low, high = map(in_hundred if result.measure == "RD" else number, ends)
    name = MEASURE[result.measure]
    found = f"{name}: {one} in 100" if result.measure == "RD" else f"{name} {one}"
    spread = "not applicable to one study"
    if result.q_df:
        tau2 = f"τ² = {number(result.tau2)}; " if result.options.random else ""
        q = f"Q = {number(result.q)}, df = {result.q_df} ({p_equals(result.q_p_value)})"
        spread = f"{tau2}{q}; I² = {number(result.i2, 0)} %"
    limits, weights = result.study_interval, result.weight
    own = {
        study: f"{number(weights[i], 1)} % "
        + with_interval(result.study_estimate[i], limits.lower[i], limits.upper[i])
        for i, study in enumerate(result.study)
    }
    means = "includes" if includes_null(result) else "leaves out"
    return {
        "sentence": f"{patients} {found}, 95 % CI {low} to {high}; {p_equals(result.p_value)}. "
        f"The interval {means}",
        "heterogeneity": spread,
        "method": f"{result.method_sentence} Overall effect: {overall(result)}.",
        "effect": with_interval(result.estimate, result.ci_lower, result.ci_upper),
        **own,
    }


def agree(found, wanted):
    """Each of the page's words begins with the library's."""
    for name, text in wanted.items():
        assert dashed(found[name]).startswith(dashed(text)), (name, found, text)


def test_every_state_says_what_the_library_says(tab):
    """All states of the paper's studies, and some with later ones, as the page computes them."""
    opened(tab)
    sets = [s for n in range(len(OWN)) for s in itertools.combinations(OWN, n)]
    states = [(*one, ()) for one in itertools.product(SHOWN.outcomes, analyses(), sets)]
    rolled, paper = random.Random(2), len(states)
    for outcome, analysis, without, _ in rolled.sample(states, 300):
        added = tuple(study for study in LATER if rolled.random() < 0.5)
        states.append((outcome, analysis, without, added))
    shown = [
        {
            "outcome": SHOWN.outcomes[outcome],
            **analysis._asdict(),
            "without": without,
            "added": added,
            "risk": None,
        }
        for outcome, analysis, without, added in states
    ]
    found = tab.evaluate(
        """(states) => states.map((state) => {
            const shown = analyzed(state);
            const inside = shown.studies.filter((row) => row.inside);
            return { sentence: sentence(shown), heterogeneity: heterogeneity(shown),
                method: method(shown),
                effect: effectOf(shown.total), ...Object.fromEntries(inside.map((row) =>
                    [row.study, `${weightOf(row)} ${effectOf(row)}`])) };
        })""",
        shown,
    )
    assert paper == 3 * int(SHOWN.words()["analyses"]) * (2 ** len(OWN) - 1)
    for (outcome, analysis, without, added), page in zip(states, found, strict=True):
        wanted = words(outcome, SHOWN.state(outcome, without, added, **analysis._asdict()))
        assert set(page) == set(wanted)
        agree(page, wanted)


def check(tab):
    """Compare everything that is printed with the library."""
    outcome, result = expected(tab)
    wanted = words(outcome, result)
    cells = tab.locator(".explorer table").evaluate(
        "(table) => [...table.rows].map((row) => [...row.cells].map((cell) => cell.textContent))"
    )
    found = {row[0]: " ".join(row[3:]) for row in cells[1:]}
    found |= {name: part(tab, name) for name in ("heterogeneity", "method")}
    found |= {
        "effect": cells[-1][-1],
        "sentence": sentence(tab)[sentence(tab).find(wanted["sentence"][:20]) :],
    }
    agree(found, wanted)
    assert dashed(wanted["effect"]) in tab.locator(".explorer svg").get_attribute("aria-label")
    assert tab.locator(".explorer svg rect.mark").count() == len(result.study)


def changes(tab):
    """Every change that the controls allow now: (name, value)."""
    return tab.evaluate("""() => {
        const form = document.querySelector(".explorer form");
        const inputs = [...form.querySelectorAll("input:enabled")]
            .filter(i => i.type == "checkbox" || (i.type == "radio" && !i.checked))
            .map(i => [i.name, i.value]);
        const options = [...form.elements.tau2.options]
            .filter(o => !o.disabled && !o.selected).map(o => ["tau2", o.value]);
        return [...inputs, ...options];
    }""")


def change(tab, name, value):
    if name == "tau2":
        tab.select_option("select[name=tau2]", value)
    else:
        tab.locator(f"input[name={name}][value={value}]").click()


def test_a_random_walk_over_the_controls_finds_the_librarys_numbers(tab):
    opened(tab, START)
    rolled = random.Random(1)
    seen = set()
    for _ in range(WALK):
        # Controls evenly, whatever the number of their values.
        possible = changes(tab)
        field = rolled.choice(sorted({name for name, _ in possible}))
        change(tab, *rolled.choice([pair for pair in possible if pair[0] == field]))
        check(tab)
        seen.add(hash_of(tab))
    assert len(seen) >= 15


@pytest.mark.parametrize("what", [what for what, _, _ in SHOWN.tries])
def test_each_link_leads_to_its_state(tab, what):
    opened(tab)
    followed(tab, tab.get_by_role("link", name=what, exact=True).click)
    choices = next(choices for name, _, choices in SHOWN.tries if name == what)
    assert hash_of(tab) == SHOWN.link(**choices)
    check(tab)


def test_an_address_brings_its_state_back(tab):
    opened(tab, "#outcome=SICH&measure=OR&method=IV&tau2=REML&interval=hksj&without=Chang,Peng")
    words = sentence(tab)
    assert tab.locator("input[name=outcome][value=SICH]").is_checked()
    assert tab.locator("select[name=tau2]").input_value() == "REML"
    assert not tab.locator("input[name=study][value=Chang]").is_checked()
    change(tab, "interval", "wald")
    change(tab, "interval", "hksj")
    check(tab)
    assert sentence(tab) == words
    opened(tab, hash_of(tab))
    assert sentence(tab) == words


def test_the_back_button_undoes_a_change(tab):
    opened(tab, START)
    before = sentence(tab)
    change(tab, "study", "Chang")
    assert sentence(tab) != before
    tab.go_back()
    tab.wait_for_function("words => document.querySelector('.explorer-said').innerText == words",
                          arg=before)  # fmt: skip
    assert tab.locator("input[name=study][value=Chang]").is_checked()


@pytest.mark.parametrize(
    ("hash_", "word"),
    [
        ("#measure=HR", "“measure=HR”: not known"),
        ("#without=Foo", "“without=Foo”: not a study"),
        ("#without=Baracchini,Chang,Cornelissen,Peng", "every study"),
        ("#color=red", "“color”: not a choice"),
        ("#method=MH&tau2=REML", "Mantel-Haenszel goes with"),
        ("#model=fixed&interval=hksj", "HKSJ is for random effects"),
    ],
)
def test_an_unknown_address_falls_back_with_a_word(tab, hash_, word):
    assert word in sentence(opened(tab, hash_))
    assert "die with a stent" in sentence(tab)


def test_an_address_of_any_length_is_not_quoted_back(tab):
    for hash_ in (f"#without={'x' * 100_000}", f"#{'y' * 100_000}=1", f"#risk={'9' * 100_000}"):
        assert len(sentence(opened(tab, hash_))) < 500


def test_the_control_risk_is_held_when_studies_change_and_can_be_chosen(tab):
    opened(tab)
    without = sentence(tab).split(" without a stent: ")[0].split()[-1]
    change(tab, "study", "Chang")
    assert sentence(tab).split(" without a stent: ")[0].split()[-1] == without
    tab.locator("[name=risk]").fill("10")
    tab.locator("[name=risk]").press("Tab")
    assert "100 without" in sentence(tab)
    assert hash_of(tab).endswith("&risk=10")
    opened(tab, f"{START}&risk=99&measure=RR&outcome=mRS")
    assert "cannot hold at a risk of 99.0 %" in sentence(tab)


def test_a_later_study_is_added_and_told_about(tab):
    opened(tab)
    change(tab, "later", "PC-SEARCH")
    check(tab)
    assert "may overlap" in tab.locator(".explorer-note").inner_text()
    change(tab, "outcome", "mRS")
    assert tab.locator("[value=PC-SEARCH]").is_disabled()  # no counts of this outcome
    check(tab)


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_the_plot_is_in_the_first_view(tab, width, height):
    tab.set_viewport_size({"width": width, "height": height})
    opened(tab)
    tab.evaluate("scrollTo(0, 0)")
    box = tab.locator(".explorer svg").bounding_box()
    tab.set_viewport_size({"width": 1280, "height": 900})
    assert box["y"] + box["height"] < height


def test_a_heading_is_not_a_state(tab):
    opened(tab, "#outcome=SICH")
    words = sentence(tab)
    followed(tab, lambda: tab.evaluate("location.hash = 'take-away'"))
    assert sentence(tab) == words


def test_what_cannot_be_chosen_is_disabled_and_says_why(tab):
    opened(tab)
    assert tab.locator("input[value=Peto]").is_disabled()
    assert "Peto is for" in tab.locator("#why-method").inner_text()
    assert tab.locator("option[value=REML]").is_disabled()
    change(tab, "method", "IV")
    assert tab.locator("option[value=REML]").is_enabled()
    change(tab, "interval", "hksj")
    change(tab, "model", "fixed")
    assert "HKSJ is for random effects." in sentence(tab)
    assert tab.locator("input[value=hksj]").is_disabled()
    for author in OWN[:3]:
        change(tab, "study", author)
    assert tab.locator("input[value=Peng]").is_disabled()
    assert "One study must stay." in tab.locator("#why-study").inner_text()
    check(tab)


def test_it_works_by_keyboard(tab):
    opened(tab)
    tab.locator("input[name=outcome][value=mortality]").focus()
    tab.keyboard.press("ArrowRight")
    assert "have symptomatic hemorrhage" in sentence(tab)
    tab.locator("input[value=OR]").focus()
    tab.keyboard.press("ArrowRight")
    assert "Risk ratio" in sentence(tab)
    assert tab.evaluate("document.activeElement.value") == "RR"
    tab.locator("input[value=Chang]").focus()
    tab.keyboard.press("Space")
    check(tab)
    tab.get_by_role("button", name="Back to the paper’s analysis").press("Enter")
    assert "It is the one shown." in part(tab, "compared")
    check(tab)


def test_the_result_is_a_live_region_and_the_drawing_an_image(tab):
    opened(tab)
    assert tab.locator(".explorer-fallback").is_hidden()
    assert tab.get_by_role("status").first.is_visible()
    assert tab.get_by_role("img", name="Forest plot of").is_visible()
    legends = tab.locator(".explorer fieldset legend").all_text_contents()
    assert {*LEGENDS.values()} < {*legends}


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_screen_and_no_line_crosses_a_word(tab, width):
    tab.set_viewport_size({"width": width, "height": 900})
    opened(tab, "#without=Baracchini,Chang&interval=hksj")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    sides = tab.evaluate("""() => {
        const box = document.querySelector(".explorer svg").getBoundingClientRect();
        return [...document.querySelectorAll(".explorer svg text")]
            .map(t => t.getBoundingClientRect())
            .filter(t => t.left < box.left - 1 || t.right > box.right + 1).length;
    }""")
    assert sides == 0
    crossed = tab.evaluate("""() => {
        const boxes = (part) => [...document.querySelectorAll(`.explorer svg ${part}`)]
            .map(t => t.getBoundingClientRect());
        const lines = boxes(":is(.null, .pooled)");
        return boxes("text").filter(t => lines.some(l => l.left < t.right && t.left < l.right
            && l.top < t.bottom && t.top < l.bottom)).length;
    }""")
    assert crossed == 0
    tab.set_viewport_size({"width": 1280, "height": 900})


def test_without_a_script_it_shows_the_papers_analysis(without_script):
    without_script.goto(PAGE)
    assert without_script.locator(".explorer").is_hidden()
    assert without_script.locator(".explorer-fallback svg").first.is_visible()
