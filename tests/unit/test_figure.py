"""Figures: the same bytes each run, the page's colors, words for who cannot see them."""

import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from matplotlib.figure import Figure as Drawing
from metabook.figure import Figure
from twobytwo.plots import palette

SVG = "{http://www.w3.org/2000/svg}"


def drawing():
    made = Drawing(figsize=(3, 2))
    axes = made.add_subplot()
    axes.plot([1, 2, 3], [1, 3, 2], color=palette.TREATMENT, marker="s")
    axes.axhline(2, color=palette.MUTED)
    axes.set_title("p = 0.0331 & more", color=palette.INK, parse_math=False)
    for line in axes.lines:
        line.set_gid("line")
    return made


def svg(name="plot", alt="A plot."):
    return ET.fromstring(Figure(drawing(), name, alt)._repr_html_()).find(f"{SVG}svg")


def test_two_runs_or_drawing_twice_give_the_same_bytes():
    made = drawing()
    pages = {Figure(one, "plot", "A plot.")._repr_html_() for one in (made, made, drawing())}
    assert len(pages) == 1


def test_plain_text_is_exactly_the_alt_text():
    assert repr(Figure(drawing(), "plot", "OR 0.39\n  [0.16, 0.93]")) == "OR 0.39 [0.16, 0.93]"


def test_it_is_an_image_to_a_screen_reader_whose_alt_text_comes_back():
    alt = 'p < 0.001 & "fragile" <b>'
    about = svg(alt=alt).attrib
    assert (about["role"], about["aria-label"]) == ("img", alt)


@pytest.mark.parametrize("alt", ["", "  \n"])
def test_a_figure_without_alt_text_is_refused(alt):
    with pytest.raises(ValueError, match="alt text"):
        Figure(drawing(), "plot", alt)


@pytest.mark.parametrize("name", ["Forest plot", "2nd", "", "a_b"])
def test_a_name_that_cannot_prefix_ids_is_refused(name):
    with pytest.raises(ValueError, match="hyphens"):
        Figure(drawing(), name, "A plot.")


def test_every_id_begins_with_the_name_once_and_every_reference_finds_its_id():
    of = [element.attrib for element in svg("deaths").iter()]
    ids = [one["id"] for one in of if "id" in one]
    assert ids
    assert all(id_.startswith("deaths-") for id_ in ids)
    assert len(ids) == len(set(ids))
    references = {one["href"][1:] for one in of if "href" in one}
    clips = {one["clip-path"][5:-1] for one in of if "clip-path" in one}
    assert references
    assert clips
    assert references | clips <= set(ids)


def test_it_has_the_colors_of_the_page_and_no_font_or_style_of_its_own():
    text = Figure(drawing(), "plot", "A plot.")._repr_html_()
    for color in ("var(--treatment,#0072b2)", "var(--muted,#6b6b6b)", "currentColor"):
        assert color in text
    for own in (palette.INK, "DejaVu", "<style"):
        assert own not in text


def test_words_stay_words_and_digits_stay_whole():
    assert "p = 0.0331 & more" in [element.text for element in svg().iter(f"{SVG}text")]


def test_it_shrinks_with_the_page_but_does_not_grow():
    assert svg().attrib["width"] == "216pt"
    assert svg().attrib["viewBox"] == "0 0 216 144"
    assert "height" not in svg().attrib


def test_importing_it_is_cheap():
    code = "import sys, metabook.figure; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"pandas", "seaborn", "matplotlib.pyplot"} & set(run.stdout.split())
