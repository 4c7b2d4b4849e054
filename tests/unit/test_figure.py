"""Figures of the book: words for who cannot see them, the page's colors, a name of their own."""

import xml.etree.ElementTree as ET

import pytest
from matplotlib.figure import Figure as Drawing
from metabook.extensions.take_away import stand_alone
from metabook.figure import Figure
from twobytwo.plots import palette

SVG = "{http://www.w3.org/2000/svg}"


def page(name="plot", alt="A plot."):
    drawing = Drawing(figsize=(3, 2))
    axes = drawing.add_subplot()
    axes.plot([1, 2, 3], [1, 3, 2], color=palette.TREATMENT, marker="s")
    axes.axhline(2, color=palette.MUTED)
    axes.set_title("p = 0.0331 & more", color=palette.INK, parse_math=False)
    return Figure(drawing, name, alt)._repr_html_()


def test_plain_text_and_screen_readers_get_exactly_the_alt_text():
    assert repr(Figure(Drawing(), "plot", "OR 0.39\n  [0.16, 0.93]")) == "OR 0.39 [0.16, 0.93]"
    alt = 'p < 0.001 & "fragile" <b>'
    svg = ET.fromstring(page(alt=alt)).find(f"{SVG}svg")
    assert (svg.attrib["role"], svg.attrib["aria-label"]) == ("img", alt)
    assert "p = 0.0331 & more" in [element.text for element in svg.iter(f"{SVG}text")]


@pytest.mark.parametrize(
    ("name", "alt", "problem"),
    [("plot", "", "alt text"), ("plot", "  \n", "alt text"), ("Forest plot", "A plot.", "hyphens"),
     ("2nd", "A plot.", "hyphens"), ("", "A plot.", "hyphens"), ("a_b", "A plot.", "hyphens")],
)  # fmt: skip
def test_a_figure_without_alt_text_or_a_name_that_cannot_prefix_ids_is_refused(name, alt, problem):
    with pytest.raises(ValueError, match=problem):
        Figure(Drawing(), name, alt)


def test_it_has_the_page_s_colors_and_width_and_no_font_or_style_of_its_own():
    text = page()
    assert text == page()
    for here in ("var(--treatment,#0072b2)", "var(--muted,#6b6b6b)", "currentColor",
                 'width="216pt" viewBox="0 0 216 144"'):  # fmt: skip
        assert here in text
    for own in (palette.INK, "DejaVu", "<style"):
        assert own not in text


def test_taken_away_it_has_its_colors_on_white_its_size_its_fonts_and_its_words():
    html = page()
    image = stand_alone(html[html.index("<svg") : html.index("</svg>") + len("</svg>")])
    assert palette.TREATMENT in image
    assert palette.INK in image
    assert "var(" not in image
    assert "currentColor" not in image
    svg = ET.fromstring(image)
    assert svg[0].attrib == {"width": "100%", "height": "100%", "fill": "#ffffff"}
    assert (svg.attrib["width"], svg.attrib["height"]) == ("216pt", "144pt")
    assert svg.attrib["font-family"].endswith("Arial, sans-serif")
    assert svg.attrib["aria-label"] == "A plot."
