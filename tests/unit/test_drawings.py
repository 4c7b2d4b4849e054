"""Every drawing: nothing overlaps, nothing leaves the sheet, and it shows itself."""

import math
import re
import xml.etree.ElementTree as ET
from itertools import combinations

import numpy as np
import pytest
from drawings import DEATHS, LONG, NAMES, boxes, texts
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from matplotlib.collections import Collection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from twobytwo import pool, pool_proportions
from twobytwo.options import SORTS
from twobytwo.plots import drawn, palette
from twobytwo.plots.baujat import baujat
from twobytwo.plots.drawn import Drawn, fonts, width, wrap
from twobytwo.plots.estimates import estimates
from twobytwo.plots.forest import forest, proportion_forest
from twobytwo.plots.funnel import funnel
from twobytwo.plots.inline_svg import COLORS
from twobytwo.plots.labbe import labbe

# A letter that no font of the machine has is drawn as a box, and told by `missing`.
pytestmark = pytest.mark.filterwarnings("ignore:Glyph .* missing")

RESULT = pool(*DEATHS, study=NAMES)
SQUARE = {"funnel": funnel, "labbe": labbe, "baujat": baujat}


def halves(result, cut):
    """The studies before a place and those from it on, each pooled."""
    at = range(len(result.study))
    return [("Anterior circulation", result.refit(at[:cut])), ("Posterior", result.refit(at[cut:]))]


DRAWN = {
    "forest": forest(RESULT, outcome="Death", better="fewer", prediction=True),
    "phone": forest(RESULT, outcome="Death", better="fewer", narrow=True),
    "subgroups": forest(RESULT, subgroups=halves(RESULT, 2), between=(10.13, 1, 0.0015)),
    "proportions": proportion_forest(pool_proportions(*DEATHS[:2], study=NAMES)),
    "estimates": estimates(["random", "fixed"], [RESULT, pool(*DEATHS, model="fixed")]),
} | {name: draw(RESULT, outcome="Death") for name, draw in SQUARE.items()}


@pytest.fixture(params=DRAWN)
def drawing(request):
    return DRAWN[request.param]


def check(plot):
    """No text leaves the figure, lies on another or a mark, is a formula or too small to read."""
    wide, high = plot.figure.get_size_inches() * 72
    found = boxes(plot)
    for text, (left, bottom, right, top) in found:
        inside = min(left, bottom) >= -0.4 and right <= wide + 0.4 and top <= high + 0.4
        assert inside, f"{text.get_text()!r} leaves the figure"
        if wide < 330:
            assert text.get_size() / 72 * 96 * 358 / max(358, wide * 96 / 72) >= 10, text
    for (one, a), (other, b) in combinations(found, 2):
        across, up = (min(a[i + 2], b[i + 2]) - max(a[i], b[i]) for i in (0, 1))
        assert across <= 0 or up <= 0.4, f"{one.get_text()!r} lies on {other.get_text()!r}"
    if plot.figure.axes:  # names had better not stand on lines, but may
        return
    assert not any(text.get_parse_math() for text in texts(plot)), "a name is no formula"
    marks = [one for one in plot.figure.findobj(Collection) if one.get_gid() != "rule"]
    for corners in (path.vertices for one in marks for path in one.get_paths()):
        (left, top), (right, bottom) = corners.min(0), corners.max(0)
        for text, (x0, y0, x1, y1) in found:
            across = min(right, x1) - max(left, x0)
            up = min(bottom, high - y0) - max(top, high - y1)
            assert across < 0 or up < 0.3, f"a mark lies on {text.get_text()!r}"


@st.composite
def meta(draw):
    """Counts of a meta-analysis, names and the words of its plot."""
    k = draw(st.integers(1, 9))
    size = st.sampled_from([1, 9, 23, 150, 4000, 100_000])
    arms = []
    for _ in range(2):
        n = [draw(size) for _ in range(k)]
        arms += [[draw(st.integers(0, most)) for most in n], n]
    names = st.sampled_from([*NAMES, *LONG, "", "王维 2020", "$x_1$ 1998", "A  B"])
    study = [f"{draw(names)} {i}".strip() for i in range(k)]
    arm = st.sampled_from(["stent", "C", "Rescue stenting after failed thrombectomy", "W" * 30])
    better = st.sampled_from(["more", "fewer", None])
    outcome = st.sampled_from([None, "Death", "An outcome that goes on and on " * 4])
    words = {"treatment": arm, "control": arm, "better": better, "outcome": outcome}
    choices = {"measure": st.sampled_from(["OR", "RR", "RD"]),
               "model": st.sampled_from(["random", "fixed"])}  # fmt: skip
    words |= {"narrow": st.booleans()}
    return arms, study, draw(st.fixed_dictionaries(choices)), draw(st.fixed_dictionaries(words))


@settings(max_examples=25, deadline=None)
@given(meta(), st.sampled_from(SORTS), st.booleans(), st.integers(0, 8))
def test_nothing_overlaps_in_a_forest_plot_of_anything(case, sort, prediction, cut):
    arms, study, choices, words = case
    assume(sort != "year" or re.search(r"\b(19|20)\d\d\b", " ".join(study)))
    result = pool(*arms, study=study, **choices)
    groups = halves(result, cut) if 0 < cut < len(study) else ()
    plot = forest(result, **words, sort=sort, prediction=prediction, subgroups=groups)
    check(plot)
    assert "nan" not in plot.alt
    assert len(plot.to_frame()) == len(study) + 1 + prediction + len(groups)


@settings(max_examples=12, deadline=None)
@given(meta(), st.booleans())
def test_nothing_overlaps_in_the_other_forest_plots(case, prediction):
    (events, n, *_), study, _, words = case
    result = pool_proportions(events, n, study=study)
    plot = proportion_forest(
        result, arm=words["treatment"], narrow=words["narrow"], prediction=prediction
    )
    check(plot)
    check(estimates(study, [pool(*case[0], model="fixed")] * len(study), **words))


@settings(max_examples=12, deadline=None)
@given(meta(), st.sampled_from(sorted(SQUARE)))
def test_nothing_overlaps_in_the_other_plots(case, kind):
    arms, study, choices, _ = case
    try:
        plot = SQUARE[kind](pool(*arms, study=study, **choices))
    except ValueError:  # too few studies have an effect of their own
        assume(False)
    check(plot)


def test_a_heading_above_short_names_and_long_labels_of_ticks_have_room():
    check(estimates(["P"], [pool([1], [9], [2], [9])]))
    check(forest(pool([0], [1], [0], [1]), control="W" * 30, better="more"))
    check(baujat(pool([0, 0], [1, 1], [1, 1], [1, 4000], measure="RD")))


# A drawing shows itself.


def test_it_is_words_in_a_terminal(drawing):
    title, _, alt = repr(drawing).partition("\n\n")
    assert title == drawing.title
    assert alt.split() == drawing.alt.split()
    assert max(map(len, alt.splitlines())) <= 88


def test_it_is_an_image_on_a_page_the_same_on_every_run(drawing):
    page = drawing._repr_html_()
    assert page == drawing._repr_html_()
    images = [one for one in ET.fromstring(page).iter() if one.tag.endswith("svg")]
    assert [one.attrib["role"] for one in images] == ["img"] * len(images)
    assert {one.attrib["aria-label"] for one in images} == {drawing.alt}
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'(?:href="|url\()#([^")]+)', page)) <= set(ids)
    (name,) = {id_.rpartition("-")[0].removesuffix("-n") for id_ in ids} or {"figure-"}
    assert name.startswith("figure-")
    named = drawing.html("death-plot")
    assert all(id_.startswith("death-plot-") for id_ in re.findall(r' id="([^"]+)"', named))


def test_two_drawings_on_a_page_share_no_id():
    ids = [re.findall(r' id="([^"]+)"', DRAWN[name].html()) for name in ("funnel", "labbe")]
    assert not set(ids[0]) & set(ids[1])


def test_a_wide_forest_plot_brings_its_narrow_form():
    page = DRAWN["forest"].html("deaths")
    wide, narrow = ET.fromstring(page).findall("div")
    assert [part.attrib["class"] for part in (wide, narrow)] == ["deaths-wide", "deaths-narrow"]
    style = wide.find(".//{*}style").text
    assert re.sub(r"\d+px", "px", style) == (
        ".deaths-narrow{display:none}@container (max-width:px)"
        "{.deaths-narrow{display:block}.deaths-wide{display:none}}@media print"
        "{.deaths-narrow{display:none!important}.deaths-wide{display:block!important}}"
    )
    assert "268.5" in page
    assert "@container" not in DRAWN["phone"].html()


def test_every_color_is_of_the_palette_and_has_its_place_on_a_page(drawing):
    allowed = {value for name, value in vars(palette).items() if name.isupper()}
    assert allowed <= set(COLORS)
    used = {to_hex(text.get_color()) for text in texts(drawing)}
    for one in drawing.figure.findobj(Collection):
        used |= {to_hex(color) for color in [*one.get_facecolor(), *one.get_edgecolor()]}
    assert used <= allowed
    assert to_hex(drawing.figure.get_facecolor(), keep_alpha=True)[-2:] == "00", "not on white"


def test_words_can_be_read_in_every_color_but_one():
    def light(color):
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
        return np.dot([0.2126, 0.7152, 0.0722], linear)

    colors = {name: value for name, value in vars(palette).items() if name.isupper()}
    contrast = {name: 1.05 / (light(color) + 0.05) for name, color in colors.items()}
    assert {name for name, ratio in contrast.items() if ratio < 4.5} == {"GRID", "PAPER", "SECOND"}
    assert contrast["SECOND"] >= 3
    assert len(set(colors.values())) == len(colors)


# Files.


def test_a_file_has_the_words(drawing, tmp_path):
    drawing.save(tmp_path / "a.svg")
    elements = list(ET.parse(tmp_path / "a.svg").iter())
    descriptions = [one.text for one in elements if one.tag.endswith(("description", "}title"))]
    assert {drawing.alt, drawing.title} <= set(descriptions)
    labels = {"".join(one.itertext()) for one in elements if one.tag.endswith("}text")}
    assert {text.get_text() for text in texts(drawing)} <= labels


def test_a_thousand_studies_fit_a_png(monkeypatch):
    saved = []
    monkeypatch.setattr(Figure, "savefig", lambda *_, dpi, **__: saved.append(dpi))
    for inches in (4, 350):
        Drawn(figure=Figure(figsize=(7, inches)), alt="", title="", numbers={}).save("plot.png")
        assert saved[-1] * inches < 2**16
    assert saved[0] == 200


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_a_name_that_no_font_or_file_can_hold(tmp_path, kind):
    odd = ["\U00012000 2020\x07", "two\nlines", "\ud800", ""]
    names = [*odd, "$x^", "$\\foo$", "a_b & <c>", "\\frac{1}{2}", "%s {x}"]
    plot = forest(pool([1] * 9, [9] * 9, [2] * 9, [9] * 9, study=names))
    labels = [row.label for row in plot.table.rows[:9]]
    assert labels == ["\U00012000 2020\ufffd", "two lines", "\ufffd", "", *names[4:]]
    plot.save(tmp_path / f"plot.{kind}")
    if kind == "svg":
        ET.parse(tmp_path / "plot.svg")  # fails unless well-formed
    assert "\U00012000" in plot.missing
    assert DRAWN["forest"].missing == ""


def test_a_letter_that_the_usual_font_lacks_comes_from_an_installed_one(monkeypatch, tmp_path):
    has = {"DejaVu Sans": "A", "Some Sans": "A王"}
    monkeypatch.setattr(
        drawn, "_substitute", lambda letter: "Some Sans" if letter == "王" else None
    )
    monkeypatch.setattr(drawn, "findfont", lambda name: str(name).split(":")[0])
    monkeypatch.setattr(drawn, "_has", lambda path, letter: letter in has.get(path, "A"))
    monkeypatch.setattr(drawn, "_usual", lambda: "DejaVu Sans")
    fonts.cache_clear()
    assert fonts("A王") == (["DejaVu Sans", "Some Sans"], "")
    assert fonts("AΩ王ΩA") == (["DejaVu Sans", "Some Sans"], "Ω")
    fonts.cache_clear()


# Letters.


def test_widths_are_measured_as_they_are_drawn():
    plot = forest(pool(*DEATHS, study=LONG), title="mRS 0–2 at 90 days", better="more")
    for text, (left, _, right, _) in boxes(plot):
        measured = width(text.get_text(), text.get_size(), text.get_weight() == "bold")
        # Ink is narrower than the advance by the room around the outer letters.
        assert right - left == pytest.approx(measured, rel=0.015, abs=2.5), text.get_text()


def test_a_letter_of_another_script_is_given_its_square():
    assert width("王维", size=10) == 20
    assert math.isclose(width("00", size=10), 12.72, abs_tol=0.01)


def test_a_long_name_is_broken_not_cut():
    for name in LONG:
        lines = wrap(name, 265)
        assert "".join(lines).replace(" ", "") == name.replace(" ", "")
        assert all(width(line) <= 265 for line in lines)
    assert wrap("x" * 45, 265) == ["x" * 45]
