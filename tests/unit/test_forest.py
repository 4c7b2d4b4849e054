"""The forest plot: what is drawn is what was computed."""

import math
import xml.etree.ElementTree as ElementTree
from functools import cache
from itertools import combinations, pairwise

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Text
from twobytwo import pool
from twobytwo.plots import palette
from twobytwo.plots.forest import forest
from twobytwo.plots.lettering import width, wrap
from twobytwo.rounding import half_up

STENT, CONTROL = [23, 48, 12, 66], [23, 100, 14, 66]
NAMES = ["Baracchini 2017", "Chang 2018", "Cornelissen 2018", "Peng 2019"]
MRS = ([13, 19, 8, 24], STENT, [4, 22, 3, 13], CONTROL)
DEATHS = ([1, 6, 0, 21], STENT, [9, 19, 5, 29], CONTROL)
SICH = ([1, 8, 0, 9], STENT, [1, 20, 1, 14], CONTROL)
# A registry that outweighs everything, beside studies that say next to nothing.
UNEQUAL = ([40000, 2, 1], [100000, 20, 9], [45000, 3, 2], [100000, 21, 8])
LONG = [
    "European multicenter registry of rescue stents 2017 (ERRS, second phase)",
    "Öğretmenoğlu-Fiçicioğlu, van den Wijngaard 2018",
    "W" * 90,
    "P",
]


def many(k):
    random = np.random.default_rng(k)
    treated, controls = random.integers(10, 400, (2, k))
    return random.binomial(treated, 0.3), treated, random.binomial(controls, 0.2), controls


def names(k):
    return [f"Fernández-Kowalczyk {1990 + i}" for i in range(k)]


CASES = {
    "mrs": (
        MRS,
        {"study": NAMES},
        {"better": "more", "prediction": True, "outcome": "mRS 0–2 at 90 days"},
    ),
    "deaths": (DEATHS, {}, {"better": "fewer", "treatment": "Stent"}),
    "neutral": (SICH, {}, {}),
    "risk ratio": (MRS, {"measure": "RR"}, {"better": "more"}),
    "risk difference": (DEATHS, {"measure": "RD"}, {"better": "fewer", "prediction": True}),
    "k = 0": (([0, 0], [23, 10], [0, 0], [23, 12]), {}, {"prediction": True}),
    "k = 1": (([1], [23], [9], [23]), {"study": ["A"]}, {"better": "fewer"}),
    "k = 10": (many(10), {"study": names(10)}, {"prediction": True}),
    "k = 40": (many(40), {"study": names(40)}, {"better": "more"}),
    "not estimable": (([0, 6, 0, 21], STENT, [0, 19, 5, 29], CONTROL), {}, {"prediction": True}),
    "equal weights": (([10] * 6, [50] * 6, [20] * 6, [50] * 6), {"model": "fixed"}, {}),
    "unequal weights": (UNEQUAL, {"model": "fixed"}, {}),
    "one side": (([45000, 2], [100000, 2], [45000, 1], [100000, 2]), {"model": "fixed"}, {}),
    "narrow": (([50000, 40000], [100000] * 2, [50100, 40500], [100000] * 2), {}, {}),
    "disagreement": (
        ([2000, 99990, 10, 40000] * 6, [100000] * 24, [90000, 10, 99980, 300] * 6, [100000] * 24),
        {"study": list("ABCDEFGHIJKLMNOPQRSTUVWX")},
        {},
    ),
    "wide": (([0, 1, 7, 30], [9, 6, 8, 60], [1, 0, 1, 33], [8, 7, 9, 61]), {}, {}),
    "long": (
        DEATHS,
        {"study": LONG},
        {
            "treatment": "Rescue stenting after failed thrombectomy",
            "control": "Medical management",
            "better": "fewer",
            "outcome": "An outcome whose name goes on and on " * 4,
            "footnotes": ["A note that is longer than the plot is wide. " * 4, "† Another."],
        },
    ),
}


@cache
def case(name):
    arms, choices, words = CASES[name]
    result = pool(*arms, **choices)
    return result, forest(result, **words)


@pytest.fixture(params=CASES)
def drawn(request):
    return case(request.param)


def artists(plot, name):
    """The artists of one kind."""
    return plot.figure.findobj(lambda artist: artist.get_gid() == name)


def shapes(plot, name):
    """Corners of the shapes of one kind, in points from the top left corner."""
    return [path.vertices[:-1] for artist in artists(plot, name) for path in artist.get_paths()]


def segments(plot, name):
    return [segment for artist in artists(plot, name) for segment in artist.get_segments()]


def value_at(plot, x):
    """The value on the scale of the effect that stands at x points."""
    axis, place = plot.axis, plot.layout
    low, high = (math.log(end) if axis.log else end for end in (axis.low, axis.high))
    return low + (x - place.left) / (place.right - place.left) * (high - low)


def shoelace(corners):
    x, y = np.transpose(corners)
    return abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2


def texts(plot):
    return [text for text in plot.figure.findobj(Text) if text.get_text()]


def boxes(plot):
    canvas = FigureCanvasAgg(plot.figure)
    plot.figure.draw_without_rendering()
    return [(text, text.get_window_extent(canvas.get_renderer())) for text in texts(plot)]


# Squares.


def test_squares_are_centered_on_the_estimates(drawn):
    result, plot = drawn
    effects = result.study_effect[np.isfinite(result.study_effect)]
    squares = shapes(plot, "squares")
    assert [value_at(plot, square[:, 0].mean()) for square in squares] == pytest.approx(effects)
    rows = [row.y for row in plot.rows if math.isfinite(row.estimate)]
    assert [square[:, 1].mean() for square in squares] == pytest.approx(rows)


def test_areas_are_as_the_weights(drawn):
    result, plot = drawn
    weight = result.weight[result.included]
    areas = np.array([row.area for row in plot.rows if row.area])
    assert areas / areas.sum() == pytest.approx(weight / 100, rel=1e-9)
    measured = [shoelace(square) for square in shapes(plot, "squares")]
    assert measured == pytest.approx(areas, rel=1e-9)


def test_the_largest_square_fits_its_row():
    for name in CASES:
        _, plot = case(name)
        pitch = min((b - a for a, b in pairwise(plot.layout.rows)), default=17)
        assert max((row.area for row in plot.rows), default=0) ** 0.5 < pitch - 3


def test_a_square_too_small_to_see_gets_a_tick():
    _, plot = case("unequal weights")
    assert [row.area < 1 for row in plot.rows] == [False, True, True]
    ticks = segments(plot, "tiny")
    at = [math.exp(value_at(plot, tick[0, 0])) for tick in ticks]
    assert at == pytest.approx([row.estimate for row in plot.rows[1:]])
    assert case("mrs")[1].figure.findobj(lambda artist: artist.get_gid() == "tiny") == []


# Intervals, diamond, axis.


def test_intervals_are_drawn_to_their_limits_or_to_the_axis(drawn):
    result, plot = drawn
    lower, upper = (limit[np.isfinite(result.study_effect)] for limit in result.study_interval)
    lines = np.reshape(segments(plot, "intervals"), (-1, 2, 2))
    ends = [[value_at(plot, x) for x in line[:, 0]] for line in lines]
    scale = np.log if plot.axis.log else np.asarray
    low, high = scale([plot.axis.low, plot.axis.high])
    assert [a for a, _ in ends] == pytest.approx(np.maximum(scale(lower), low))
    assert [b for _, b in ends] == pytest.approx(np.minimum(scale(upper), high))


def test_arrows_stand_exactly_where_an_interval_leaves_the_axis(drawn):
    result, plot = drawn
    place, cut = plot.layout, set()
    for y, lower, upper in zip(place.rows, *result.study_interval, strict=True):
        cut |= {(place.left, y)} if lower < plot.axis.low else set()
        cut |= {(place.right, y)} if upper > plot.axis.high else set()
    assert {tuple(arrow[0]) for arrow in shapes(plot, "intervals-cut")} == cut
    flags = {(place.left, row.y) for row in plot.rows if row.clipped[0]}
    flags |= {(place.right, row.y) for row in plot.rows if row.clipped[1]}
    assert flags == cut


def test_arrows_point_outward():
    _, plot = case("unequal weights")
    arrows = shapes(plot, "intervals-cut")
    assert len(arrows) == 3
    for arrow in arrows:
        inward = 1 if arrow[0, 0] == plot.layout.left else -1
        assert all(np.sign(arrow[1:, 0] - arrow[0, 0]) == inward)


def test_a_prediction_interval_is_cut_like_any_other():
    # Two large studies that contradict each other: t with one degree of freedom.
    arms = ([300, 100, 200], [400] * 3, [100, 300, 210], [400] * 3)
    _, plot = case("mrs")
    assert (plot.prediction.clipped, shapes(plot, "prediction-cut")) == ((False, False), [])
    plot = forest(pool(*arms), prediction=True)
    assert plot.prediction.clipped == (True, True)
    assert [arrow[0, 0] for arrow in shapes(plot, "prediction-cut")] == [
        plot.layout.left,
        plot.layout.right,
    ]
    assert plot.alt.endswith("Arrows mark intervals that run off the axis: Prediction interval.")


def test_the_diamond_spans_the_pooled_interval(drawn):
    result, plot = drawn
    if not result.k:
        assert (plot.diamond, artists(plot, "diamond"), artists(plot, "pooled")) == ((), [], [])
        return
    (diamond,) = shapes(plot, "diamond")
    at = [value_at(plot, x) for x in diamond[:, 0]]
    limits = result.limits
    assert at == pytest.approx([limits.lower, result.effect, limits.upper, result.effect])
    assert diamond[0, 1] == diamond[2, 1] == plot.total.y
    assert diamond[1, 1] < plot.total.y < diamond[3, 1]
    assert [value for value, _ in plot.diamond] == pytest.approx(
        [result.ci_lower, result.estimate, result.ci_upper, result.estimate]
    )
    ((pooled,),) = [segments(plot, "pooled")]
    assert value_at(plot, pooled[0, 0]) == pytest.approx(result.effect)


def test_the_axis_holds_every_estimate_the_pooled_interval_and_no_effect(drawn):
    result, plot = drawn
    low, high = plot.axis.low, plot.axis.high
    estimates = result.study_estimate[np.isfinite(result.study_estimate)]
    must = [*estimates, plot.axis.null]
    must += [result.ci_lower, result.ci_upper] if result.k else []
    assert low <= min(must)
    assert max(must) <= high
    null = plot.axis.share(plot.axis.null)
    assert 0.15 < null < 0.85, "no room beside no effect"


def test_ticks(drawn):
    _, plot = drawn
    axis = plot.axis
    assert axis.null == (1 if axis.log else 0)
    assert axis.null in axis.ticks
    assert axis.low <= min(axis.ticks) < max(axis.ticks) <= axis.high
    assert 2 <= len(axis.ticks) <= 8
    assert list(axis.ticks) == sorted(set(axis.ticks))
    read = [float(label.replace("\u2212", "-")) for label in axis.labels]
    assert read == pytest.approx(list(axis.ticks), rel=1e-12), "labels are plain decimals"
    assert not any("e" in label for label in axis.labels)
    marks = [line for line in segments(plot, "axis") if line[0, 0] == line[1, 0]]
    at = [value_at(plot, mark[0, 0]) for mark in marks]
    scale = np.log if axis.log else np.asarray
    assert at == pytest.approx(scale(axis.ticks), abs=1e-12)
    at = {
        text.get_text(): text.get_position()[0] for text in texts(plot) if text.get_ha() == "center"
    }
    assert [at[label] for label in axis.labels] == pytest.approx([mark[0, 0] for mark in marks])


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("mrs", ["0.2", "0.5", "1", "2", "5", "10", "20", "50"]),
        ("deaths", ["0.01", "0.1", "1", "10"]),
        ("risk difference", ["−0.8", "−0.6", "−0.4", "−0.2", "0", "0.2", "0.4"]),
        ("wide", ["0.01", "0.1", "1", "10", "100", "1000"]),
    ],
)
def test_tick_labels(name, labels):
    assert list(case(name)[1].axis.labels) == labels


def test_the_line_of_no_effect_and_the_axis():
    for name in CASES:
        _, plot = case(name)
        place = plot.layout
        ((top, bottom),) = segments(plot, "no-effect")
        assert top[0] == bottom[0]
        assert value_at(plot, top[0]) == pytest.approx(0, abs=1e-12)
        assert bottom[1] == place.bottom > place.total
        line = segments(plot, "axis")[0]
        assert line.tolist() == [[place.left, place.bottom], [place.right, place.bottom]]


# Words.


def signed(value):
    return half_up(value).replace("-", "\u2212")


def test_rows_print_the_counts_and_the_numbers_half_up(drawn):
    result, plot = drawn
    limits = result.study_interval
    a, b, c, d = (cell.astype(int) for cell in result.table)
    for i, row in enumerate(plot.rows):
        assert row.cells.label == result.study[i]
        assert row.cells.arms == (f"{a[i]}/{a[i] + b[i]}", f"{c[i]}/{c[i] + d[i]}")
        if result.included[i]:
            weight, numbers = half_up(result.weight[i], 1), (limits.lower[i], limits.upper[i])
            lower, upper = map(signed, numbers)
            assert row.cells.weight == f"{weight} %"
            assert row.cells.effect == f"{signed(result.study_estimate[i])} [{lower}, {upper}]"
        else:
            assert (row.cells.weight, row.cells.effect) == ("\u2013", "not estimable")
    total = plot.total.cells
    assert total.arms == (f"{a.sum()}/{(a + b).sum()}", f"{c.sum()}/{(c + d).sum()}")
    if result.k:
        lower, upper = signed(result.ci_lower), signed(result.ci_upper)
        assert total.effect == f"{signed(result.estimate)} [{lower}, {upper}]"


def row_texts(plot, row):
    """What is written in a row, from left to right."""
    return [text for text in texts(plot) if abs(text.get_position()[1] - 3.3 - row.y) < 1]


def test_all_cells_are_on_the_figure_in_their_rows(drawn):
    _, plot = drawn
    for row in [*plot.rows, plot.total] + ([plot.prediction] if plot.prediction else []):
        cells = row.cells
        label = wrap(cells.label, 265)[0]
        wanted = [label, *cells.arms, cells.weight, cells.effect]
        here = [text.get_text() for text in row_texts(plot, row)]
        assert here == [cell for cell in wanted if cell]


def test_the_total_is_bold_and_the_studies_are_not():
    _, plot = case("mrs")
    weight = {text.get_text(): text.get_weight() for text in texts(plot)}
    assert weight["Total"] == weight["64/149"] == weight["2.87 [1.77, 4.66]"] == "bold"
    assert weight["Peng 2019"] == weight["24/66"] == weight["2.33 [1.06, 5.12]"] == "normal"


def test_header_and_lines_below():
    result, plot = case("mrs")
    said = [text.get_text() for text in texts(plot)]
    for line in (
        "mRS 0–2 at 90 days", "Study", "Treatment", "Control", "Weight", "OR [95 % CI]",
        "Odds ratio", "random effects", "Prediction interval", "[0.99, 8.31]",
        "Heterogeneity: τ² = 0.00; Q = 2.90, df = 3 (p = 0.41); I² = 0 %",
        "Overall effect: z = 4.28 (p < 0.001)",
    ):  # fmt: skip
        assert line in said, line
    assert said.count("events/total") == 2
    assert plot.prediction.lower == result.prediction_lower
    fixed = forest(pool(*MRS, model="fixed", level=0.9)).words
    assert (fixed.model, fixed.heading.effect) == ("fixed effect", "OR [90 % CI]")


def test_nothing_is_said_of_heterogeneity_where_there_is_one_study():
    assert case("k = 1")[1].words.heterogeneity == "Heterogeneity: not applicable"


def test_a_prediction_interval_only_where_it_is_asked_for_and_exists():
    assert forest(pool(*MRS)).prediction is None
    plot = forest(pool(*MRS, model="fixed"), prediction=True)
    assert plot.prediction.cells.effect == "not estimable"
    assert artists(plot, "prediction") == []
    (line,) = segments(case("mrs")[1], "prediction")
    assert line[0, 1] == case("mrs")[1].prediction.y


@pytest.mark.parametrize(
    ("better", "left", "right"),
    [
        ("more", "Favors usual care", "Favors stent"),
        ("fewer", "Favors stent", "Favors usual care"),
        (None, "Fewer events with stent", "More events with stent"),
    ],
)
def test_the_side_that_is_favored(better, left, right):
    result = pool(*MRS)
    plot = forest(result, treatment="stent", control="usual care", better=better)
    assert plot.words.favors == (left, right)
    assert f"Left of 1: {left}; right of it: {right}." in plot.alt
    null = plot.layout.left + plot.axis.share(1) * (plot.layout.right - plot.layout.left)
    sides = {"right": [], "left": []}
    for text in texts(plot):
        x, y = text.get_position()
        if y > plot.layout.bottom + 20 and x > plot.layout.left:
            sides[text.get_ha()].append(text.get_text())
            assert (x < null) == (text.get_ha() == "right")
    assert " ".join(sides["right"]) == f"← {left}"
    assert " ".join(sides["left"]).replace(" →", "") == right
    assert "→" in sides["left"][0]


def test_a_direction_that_does_not_exist():
    with pytest.raises(ValueError, match="'more', 'fewer' or None, not 'less'"):
        forest(pool(*MRS), better="less")


@pytest.mark.parametrize(
    "name", ["$x$", "a_b^{2}", r"\frac{1}{2}", r"\$5", "<b>&amp;</b>", "%s {x}"]
)
def test_a_name_is_no_formula(name, tmp_path):
    plot = forest(pool(*MRS, study=[name, *NAMES[1:]]), title=name, footnotes=[name])
    assert [text.get_text() for text in texts(plot)].count(name) == 3
    assert not any(text.get_parse_math() for text in texts(plot))
    plot.save(tmp_path / "plot.svg")
    assert name in "".join(ElementTree.parse(tmp_path / "plot.svg").getroot().itertext())


def test_a_name_that_no_font_or_file_can_hold(tmp_path):
    plot = forest(pool(*MRS, study=["王 2020\x07", "two\nlines", "\ud800", ""]))
    assert [row.cells.label for row in plot.rows] == ["王 2020\ufffd", "two lines", "\ufffd", ""]
    for kind in ("svg", "png", "pdf"):
        plot.save(tmp_path / f"plot.{kind}")
    ElementTree.parse(tmp_path / "plot.svg")


def test_a_long_name_is_broken_not_cut():
    _, plot = case("long")
    said = [text.get_text() for text in texts(plot)]
    for name in LONG:
        lines = wrap(name, 265)
        at = said.index(lines[0])
        assert "".join(said[at : at + 1]) == lines[0]
        assert all(line in said for line in lines)
        assert "".join(lines).replace(" ", "") == name.replace(" ", "")
    assert wrap("x" * 45, 265) == ["x" * 45]


def test_a_study_that_is_not_estimable_is_shown_without_a_mark():
    result, plot = case("not estimable")
    assert (result.k, len(plot.rows)) == (3, 4)
    assert (plot.rows[0].cells.arms[0], plot.rows[0].area) == ("0/23", 0)
    assert math.isnan(plot.rows[0].estimate)
    y = plot.rows[0].y
    marks = [*shapes(plot, "squares"), *segments(plot, "intervals")]
    assert len(marks) == 6
    assert not [mark for mark in marks if abs(mark[:, 1].mean() - y) < 1]


def test_footnote_marks():
    plot = forest(
        pool(*MRS, study=NAMES),
        marks={"Cornelissen 2018": "†"},
        footnotes=["† Recovered by inversion."],
    )
    assert [row.cells.label for row in plot.rows] == [
        *NAMES[:2],
        "Cornelissen 2018\u202f†",
        NAMES[3],
    ]
    (note,) = [text for text in texts(plot) if text.get_text() == "† Recovered by inversion."]
    assert note.get_position()[1] > max(
        text.get_position()[1] for text in texts(plot) if text is not note
    )
    assert plot.alt.endswith("† Recovered by inversion.")
    with pytest.raises(ValueError, match="no study 'Nobody 1999' to mark"):
        forest(pool(*MRS), marks={"Nobody 1999": "*"})


def test_a_title_replaces_the_outcome_on_the_plot_alone():
    result = pool(*MRS)
    plot = forest(result, outcome="mRS 0–2", title="Figure 2")
    assert (plot.words.title, plot.alt[:23]) == ("Figure 2", "Forest plot of mRS 0–2:")
    assert forest(result, outcome="mRS 0–2").words.title == "mRS 0–2"
    assert forest(result, outcome="mRS 0–2", title="").words.title == ""


def test_a_batch_is_refused():
    batch = pool([[1, 2], [3, 4]], [[9, 9], [9, 9]], [[2, 3], [4, 5]], [[9, 9], [9, 9]])
    with pytest.raises(ValueError, match="one meta-analysis, not a batch"):
        forest(batch)


# The alt text.


def test_the_alt_text_tells_every_study_and_the_pooled_result(drawn):
    result, plot = drawn
    limits = result.study_interval
    for i, study in enumerate(result.studies()):
        told = (
            f"{study['study']}: {study['events_treatment']} of {study['n_treatment']} against "
            f"{study['events_control']} of {study['n_control']}, "
        )
        if study["included"]:
            numbers = (result.study_estimate[i], limits.lower[i], limits.upper[i])
            told += "{} ({} to {}), ".format(*map(signed, numbers))
            told += f"weight {half_up(study['weight'], 1)} %."
        else:
            told += "not estimable."
        assert told in plot.alt
    assert f"{result.k} of {len(result.study)} studies pooled" in plot.alt
    if result.k:
        pooled = "{} ({} to {})".format(
            *map(signed, (result.estimate, result.ci_lower, result.ci_upper))
        )
        assert pooled in plot.alt
    assert plot.words.heterogeneity in plot.alt
    assert plot.words.overall in plot.alt


def test_the_alt_text_tells_which_intervals_are_cut(drawn):
    _, plot = drawn
    cut = [row.cells.label for row in plot.rows if any(row.clipped)]
    if cut:
        assert f"run off the axis: {', '.join(cut)}." in plot.alt
    else:
        assert "run off the axis" not in plot.alt


def test_the_alt_text_as_a_whole():
    plot = forest(
        pool(*DEATHS, study=NAMES), treatment="stent", control="control", outcome="death",
        better="fewer",
    )  # fmt: skip
    assert plot.alt == (
        "Forest plot of death: odds ratio, stent against control, random effects, 95 % intervals. "
        "Baracchini 2017: 1 of 23 against 9 of 23, 0.07 (0.01 to 0.62), weight 13.1 %. "
        "Chang 2018: 6 of 48 against 19 of 100, 0.61 (0.23 to 1.64), weight 34.9 %. "
        "Cornelissen 2018: 0 of 12 against 5 of 14, 0.07 (0.00 to 1.41), weight 7.6 %. "
        "Peng 2019: 21 of 66 against 29 of 66, 0.60 (0.29 to 1.21), weight 44.3 %. "
        "Total, 4 of 4 studies pooled: 28 of 149 against 62 of 203, 0.39 (0.16 to 0.93), "
        "weight 100.0 %. "
        "Heterogeneity: τ² = 0.33; Q = 5.29, df = 3 (p = 0.15); I² = 43 %. "
        "Overall effect: z = 2.11 (p = 0.03). "
        "Left of 1: Favors stent; right of it: Favors control."
    )


# The page.


def test_no_two_texts_overlap_and_none_leaves_the_figure(drawn):
    _, plot = drawn
    found = boxes(plot)
    edge = plot.figure.bbox
    for text, box in found:
        inside = box.x0 >= 0 and box.x1 <= edge.x1 and box.y0 >= 0 and box.y1 <= edge.y1
        assert inside, f"{text.get_text()!r} leaves the figure"
    for (one, a), (other, b) in combinations(found, 2):
        assert not a.overlaps(b), f"{one.get_text()!r} lies on {other.get_text()!r}"


def test_tick_labels_are_clear_of_each_other(drawn):
    _, plot = drawn
    found = {text.get_text(): box for text, box in boxes(plot) if text.get_ha() == "center"}
    ticks = [found[label] for label in plot.axis.labels]
    gaps = [right.x0 - left.x1 for left, right in pairwise(ticks)]
    assert min(gaps) > 6 * plot.figure.dpi / 72


def test_no_text_lies_on_the_marks(drawn):
    _, plot = drawn
    place, scale = plot.layout, plot.figure.dpi / 72
    top, bottom = ((place.height - y) * scale for y in (place.top, place.bottom))
    for text, box in boxes(plot):
        if bottom < (box.y0 + box.y1) / 2 < top:
            assert box.x1 < (place.left - 5) * scale, text.get_text()


def test_widths_are_measured_as_they_are_drawn():
    plot = forest(pool(*DEATHS, study=LONG), title="mRS 0–2 at 90 days", better="more")
    plot.figure.set_dpi(720)  # hinting moves letters by fractions of a pixel: make it small
    for text, box in boxes(plot):
        measured = width(text.get_text(), text.get_size(), text.get_weight() == "bold")
        # Ink is narrower than the advance by the room around the outer letters.
        assert box.width / 10 == pytest.approx(measured, rel=0.015, abs=2), text.get_text()


def test_a_letter_of_another_script_is_given_its_square():
    assert width("王维", size=10) == 20
    assert (
        width("00", size=10)
        == pytest.approx(2 * width("0", size=10))
        == pytest.approx(12.72, abs=0.01)
    )


def test_columns_are_aligned_on_slash_point_and_bracket():
    _, plot = case("k = 10")
    for column, pivot in enumerate(("/", "/", ".", "[")):
        at = []
        for row in plot.rows:
            cell = (*row.cells.arms, row.cells.weight, row.cells.effect)[column]
            here = [text for text in row_texts(plot, row) if text.get_text() == cell]
            at += [text.get_position()[0] + width(cell[: cell.index(pivot)]) for text in here]
        assert len(at) == len(plot.rows)
        assert at == pytest.approx([at[0]] * len(at))


def test_the_plot_is_no_larger_than_a_page_column():
    for name in ("mrs", "deaths", "neutral", "risk ratio", "k = 1"):
        _, plot = case(name)
        inches = plot.figure.get_size_inches()
        assert inches[0] <= 8.3, name
        assert inches[1] <= 3.2, name


def test_every_color_is_of_the_palette(drawn):
    _, plot = drawn
    allowed = {palette.INK, palette.MUTED, palette.GRID, palette.TREATMENT, palette.PREDICTION}
    used = set()
    for artist in plot.figure.get_children():
        if isinstance(artist, LineCollection):
            used |= {to_hex(color) for color in artist.get_edgecolor()}
        elif isinstance(artist, PolyCollection):
            used |= {to_hex(color) for color in artist.get_facecolor()}
            assert not artist.get_linewidth().any()
        elif isinstance(artist, Text):
            used.add(to_hex(artist.get_color()))
        else:
            assert isinstance(artist, Patch | Line2D)
            assert artist is plot.figure.patch, "an artist of a kind this test does not know"
    assert used <= allowed
    assert {palette.INK, palette.MUTED} <= used


def test_nothing_relies_on_a_white_page():
    figure = case("mrs")[1].figure
    assert to_hex(figure.get_facecolor(), keep_alpha=True)[-2:] == "00"
    assert figure.axes == []


# Files.


@pytest.mark.parametrize("kind", ["svg", "png", "pdf"])
def test_the_same_result_gives_the_same_bytes(tmp_path, kind):
    paths = [tmp_path / f"{name}.{kind}" for name in ("first", "second", "other")]
    for path, arms in zip(paths, (MRS, MRS, DEATHS), strict=True):
        forest(pool(*arms)).save(path)
    first, second, other = (path.read_bytes() for path in paths)
    assert first == second
    assert first != other
    assert b"CreationDate" not in first


def test_saving_twice_gives_the_same_bytes(tmp_path):
    plot = forest(pool(*MRS))
    plot.save(tmp_path / "first.svg")
    plot.save(tmp_path / "second.svg")
    assert (tmp_path / "first.svg").read_bytes() == (tmp_path / "second.svg").read_bytes()


def test_the_svg_holds_text_and_the_alt_text(tmp_path):
    plot = forest(pool(*MRS, study=NAMES), outcome="mRS 0–2")
    plot.save(tmp_path / "plot.svg")
    root = ElementTree.parse(tmp_path / "plot.svg").getroot()
    svg = "{http://www.w3.org/2000/svg}"
    said = [element.text for element in root.iter(f"{svg}text")]
    assert said == [text.get_text() for text in texts(plot)]
    assert root.find(f"{svg}title").text == "mRS 0–2"
    (description,) = root.iter("{http://purl.org/dc/elements/1.1/}description")
    assert description.text == plot.alt


def test_a_thousand_studies_fit_a_png(tmp_path, monkeypatch):
    saved = []
    monkeypatch.setattr(Figure, "savefig", lambda *_, dpi, **__: saved.append(dpi))
    for k in (4, 1500):
        plot = forest(pool([1] * k, [9] * k, [2] * k, [9] * k))
        plot.save(tmp_path / "plot.png")
        assert saved[-1] * plot.layout.height / 72 < 2**16
    assert saved[0] == 200
