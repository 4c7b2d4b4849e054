"""A figure as PNG: made by the browser, offered only where there is a script."""

import numpy as np
import pytest
from built import HTML
from matplotlib.colors import to_rgb
from matplotlib.image import imread
from twobytwo.plots import palette

PAGE = (HTML / "chapters" / "results.html").as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_keyboard_gets_a_light_png_of_200_dots_an_inch(browser, tmp_path, scheme):
    tab = browser.new_page(color_scheme=scheme)
    tab.goto(PAGE)
    button = tab.get_by_role("button", name="Download figure 2.1 as PNG")
    with tab.expect_download() as download:
        button.press("Enter")
    assert download.value.suggested_filename == "fig-forest-mrs.png"
    download.value.save_as(tmp_path / "figure.png")
    pixels = imread(tmp_path / "figure.png")
    width, height = map(
        float, tab.locator("#fig-forest-mrs svg").first.get_attribute("viewBox").split()[2:]
    )
    assert pixels.shape[:2] == (round(height * 200 / 72), round(width * 200 / 72))
    assert (pixels[0, 0, :3] == 1).all()
    assert np.isclose(pixels[..., :3], to_rgb(palette.POOLED), atol=0.01).all(axis=-1).any()


def test_without_a_script_only_what_works_is_offered(without_script):
    without_script.goto(PAGE)
    assert without_script.locator("#fig-forest-mrs .take-away").inner_text() == "SVG"
