"""The forest plot of proportions: what it shows is what was computed."""

import numpy as np
import pytest
from twobytwo import pool_proportions
from twobytwo.plots.proportion_forest import proportion_forest

STUDIES = ("Baracchini 2017", "Chang 2018", "Cornelissen 2018", "Peng 2019")
DEATHS = ([1, 6, 0, 21], [23, 48, 12, 66])
CASES = {
    "GLMM": pool_proportions(*DEATHS, study=STUDIES),
    "IV": pool_proportions(*DEATHS, study=STUDIES, method="IV"),
    "raw": pool_proportions(*DEATHS, study=STUDIES, transform="raw"),
    "none": pool_proportions([0, 0], [10, 900]),
    "all": pool_proportions([10, 900], [10, 900]),
    "rare": pool_proportions([1, 2, 3], [10**9] * 3),
    "one": pool_proportions([6], [48]),
    "endless": pool_proportions([0, 5], [4, 5]),
    "absent": pool_proportions([0, 5], [0, 9]),
    "no study": pool_proportions([0], [0]),
    "many": pool_proportions(np.arange(120), np.full(120, 150)),
}


@pytest.fixture(params=CASES)
def drawn(request):
    result = CASES[request.param]
    return result, proportion_forest(result, outcome="death", prediction=True)


def words(plot):
    return [text.get_text() for text in plot.figure.texts]


def test_rows_are_the_studies(drawn):
    result, plot = drawn
    for i, row in enumerate(plot.rows):
        assert row.cells.arms == (f"{int(result.events[i])}/{int(result.patients[i])}",)
        assert row.estimate == pytest.approx(result.study_estimate[i], nan_ok=True)
        assert [row.lower, row.upper] == pytest.approx(
            [limit[i] for limit in result.study_interval], nan_ok=True
        )
    corners = [value for value, _ in plot.diamond]
    expected = [result.ci_lower, result.estimate, result.ci_upper, result.estimate]
    assert corners == ([] if np.isnan(result.estimate) else pytest.approx(expected))


def test_the_axis_starts_at_zero_and_holds_what_it_must(drawn):
    result, plot = drawn
    axis = plot.axis
    assert axis.null is None
    assert axis.low == 0 or axis.low <= result.ci_lower < 0
    assert axis.high <= 1 or result.ci_upper > 1
    shown = [*result.study_interval.upper, result.ci_upper]
    assert axis.high >= np.nanmax([0, *shown])
    read = [float(label.replace("\u2212", "-")) / 100 for label in axis.labels]
    assert read == pytest.approx(list(axis.ticks), rel=1e-9)
    assert len(axis.ticks) >= 2


def test_everything_is_written_on_the_plot_and_in_its_alt_text(drawn):
    _, plot = drawn
    for row in (*plot.rows[:5], plot.total):
        effect = row.cells.effect
        assert effect in words(plot)
        assert effect.replace(", ", " to ").replace("[", "(").replace("]", ")") in plot.alt
    assert plot.words.heterogeneity in plot.alt
    assert plot.alt.startswith("Forest plot of death: proportions in percent, random effects")


def test_a_model_without_weights_has_no_column_of_them():
    without, weighted = (proportion_forest(CASES[name]) for name in ("GLMM", "IV"))
    assert "Weight" not in words(without)
    assert "Area of a square: patients of the study." in words(without)
    area = [row.area for row in without.rows]
    assert np.divide(area, max(area)) == pytest.approx(np.divide(DEATHS[1], 66))
    assert {"Weight", "37.6 %", "100.0 %"} <= set(words(weighted))
    assert not any("square" in line for line in words(weighted))
    area = [row.area for row in weighted.rows]
    assert np.divide(area, max(area)) == pytest.approx(CASES["IV"].weight / max(CASES["IV"].weight))


def test_nothing_overlaps(drawn):
    _, plot = drawn
    plot.figure.draw_without_rendering()
    frame = plot.figure.bbox
    boxes = [t.get_window_extent() for t in plot.figure.texts if t.get_text()]
    for i, box in enumerate(boxes):
        assert frame.x0 <= box.x0 <= box.x1 <= frame.x1, "off the page"
        assert frame.y0 <= box.y0 <= box.y1 <= frame.y1, "off the page"
        for other in boxes[i + 1 : i + 30]:
            across = min(box.x1, other.x1) - max(box.x0, other.x0)
            down = min(box.y1, other.y1) - max(box.y0, other.y0)
            assert across <= 1 or down <= 2


def test_names_marks_and_refusals():
    result = CASES["GLMM"]
    plot = proportion_forest(
        result, arm="stent", title="Deaths", marks={"Chang 2018": "a"}, footnotes=["a: mine"]
    )
    assert {"stent", "Deaths", "a: mine", "Chang 2018\u202fa"} <= set(words(plot))
    assert plot.title == "Deaths"
    with pytest.raises(ValueError, match="no study 'X'"):
        proportion_forest(result, marks={"X": "a"})
    with pytest.raises(ValueError, match="not a batch"):
        proportion_forest(pool_proportions([[1, 2]], [[3, 4]]))
