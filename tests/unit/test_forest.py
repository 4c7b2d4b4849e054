"""The forest plot: what is drawn is what was computed."""

import math
import re
from functools import cache

import numpy as np
import pytest
from drawings import DEATHS, LONG, MRS, NAMES, NOT_ESTIMABLE, SICH, artists, many, names, texts
from twobytwo import pool, pool_proportions
from twobytwo.plots.estimates import estimates
from twobytwo.plots.forest import forest, proportion_forest
from twobytwo.plots.forest_layout import area
from twobytwo.results import study_texts
from twobytwo.rounding import half_up

# A registry that outweighs everything, beside studies that say next to nothing.
UNEQUAL = ([40000, 2, 1], [100000, 20, 9], [45000, 3, 2], [100000, 21, 8])
OPPOSED = [2000, 99990, 10, 40000] * 6, [100000] * 24, [90000, 10, 99980, 300] * 6, [100000] * 24
CASES = {
    "mrs": (MRS, {"study": NAMES},
            {"better": "more", "prediction": True, "outcome": "mRS 0–2 at 90 days"}),
    "deaths": (DEATHS, {}, {"better": "fewer", "treatment": "Stent"}),
    "neutral": (SICH, {}, {}),
    "risk ratio": (MRS, {"measure": "RR"}, {"better": "more"}),
    "risk difference": (DEATHS, {"measure": "RD"}, {"better": "fewer", "prediction": True}),
    "k = 0": (([0, 0], [23, 10], [0, 0], [23, 12]), {}, {"prediction": True}),
    "k = 1": (([1], [23], [9], [23]), {"study": ["A"]}, {"better": "fewer"}),
    "k = 10": (many(10), {"study": names(10)}, {"prediction": True}),
    "k = 40": (many(40), {"study": names(40)}, {"better": "more"}),
    "not estimable": (NOT_ESTIMABLE, {}, {"prediction": True}),
    "equal weights": (([10] * 6, [50] * 6, [20] * 6, [50] * 6), {"model": "fixed"}, {}),
    "unequal weights": (UNEQUAL, {"model": "fixed"}, {}),
    "one side": (([45000, 2], [100000, 2], [45000, 1], [100000, 2]), {"model": "fixed"}, {}),
    "narrow": (([50000, 40000], [100000] * 2, [50100, 40500], [100000] * 2), {}, {}),
    "disagreement": (OPPOSED, {"study": list("ABCDEFGHIJKLMNOPQRSTUVWX")}, {}),
    "wide": (([0, 1, 7, 30], [9, 6, 8, 60], [1, 0, 1, 33], [8, 7, 9, 61]), {}, {}),
    "long": (DEATHS, {"study": LONG},
             {"treatment": "Rescue stenting after failed thrombectomy",
              "control": "Medical management", "better": "fewer",
              "outcome": "An outcome whose name goes on and on " * 4,
              "footnotes": ["A note that is longer than the plot is wide. " * 4, "† Another."]}),
}  # fmt: skip


@cache
def case(name, narrow=False):
    arms, choices, words = CASES[name]
    result = pool(*arms, **choices)
    return result, forest(result, narrow=narrow, **words)


@pytest.fixture(params=[(name, narrow) for name in CASES for narrow in (False, True)],
                ids=lambda param: f"{param[0]}{', narrow' * param[1]}")  # fmt: skip
def form(request):
    """A case in either form."""
    return case(*request.param)


def rows(plot, *kinds):
    """The rows of some kinds."""
    return [row for row in plot.table.rows if row.kind in kinds]


def heights(plot, kind):
    return [y for row, y in plot.layout.rows if row.kind == kind]


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


def strings(plot):
    return [text.get_text() for text in texts(plot)]


def printed(result):
    """A pooled estimate with its interval, as a plot prints it."""
    three = (result.estimate, result.ci_lower, result.ci_upper)
    return "{} [{}, {}]".format(*(half_up(x).replace("-", "\u2212") for x in three))


def solid(text):
    """A text without its spaces, wherever its lines are broken."""
    return re.sub(r"\s+", "", text)


# Squares, intervals, diamond: wide and on a phone.


def test_marks_stand_where_the_numbers_are(form):
    result, plot = form
    axis, place, y = plot.axis, plot.layout, np.array(heights(plot, "study"))
    shown, (lower, upper) = np.isfinite(result.study_effect), result.study_interval
    squares = shapes(plot, "squares")
    middle = np.reshape([square.mean(0) for square in squares], (-1, 2))
    assert value_at(plot, middle[:, 0]) == pytest.approx(result.study_effect[shown])
    assert middle[:, 1] == pytest.approx(y[shown])
    areas = np.array([shoelace(square) for square in squares])
    if areas.any():
        assert areas / areas.sum() == pytest.approx(result.weight[shown] / 100, rel=1e-9)
        assert max(areas) ** 0.5 < 13.5, "the largest square fits its row"
    ends = np.reshape(segments(plot, "intervals"), (-1, 2, 2))[..., 0]
    seen = np.clip(np.column_stack([lower, upper])[shown], axis.low, axis.high)
    assert value_at(plot, ends) == pytest.approx(np.log(seen) if axis.log else seen)
    cut = {(place.left, at) for at in y[lower < axis.low]}
    cut |= {(place.right, at) for at in y[upper > axis.high]}
    arrows = shapes(plot, "intervals-cut")
    assert {tuple(arrow[0]) for arrow in arrows} == cut
    for arrow in arrows:  # they point outward
        inward = 1 if arrow[0, 0] == place.left else -1
        assert all(np.sign(arrow[1:, 0] - arrow[0, 0]) == inward)
    if not result.k:
        assert not artists(plot, "diamond") + artists(plot, "pooled")
        return
    (diamond,) = shapes(plot, "diamond")
    corners = [result.limits.lower, result.effect, result.limits.upper, result.effect]
    assert value_at(plot, diamond[:, 0]) == pytest.approx(corners)
    (total,) = heights(plot, "total")
    assert diamond[0, 1] == diamond[2, 1] == total
    assert diamond[1, 1] < total < diamond[3, 1]
    for line in segments(plot, "pooled"):
        assert value_at(plot, line[0, 0]) == pytest.approx(result.effect)
    for line in segments(plot, "no-effect"):
        assert value_at(plot, line[0, 0]) == pytest.approx(0, abs=1e-12)


def test_each_form_fills_its_screen_with_words_of_10_px():
    for name in ("mrs", "k = 40", "risk difference", "disagreement", "long"):
        phone, wide = (case(name, narrow)[1] for narrow in (True, False))
        place = phone.layout
        assert place.width == pytest.approx(358 * 72 / 96, abs=0.1)
        assert place.right - place.left > 0.9 * place.width
        # The wide one is shown from a width on, 720 px in a column of a page.
        shown = int(re.search(r"max-width:(\d+)px", wide.html())[1]) + 1
        small = min(text.get_size() for text in texts(wide))
        assert small * shown / wide.layout.width >= 10
        assert shown <= 720 or name in ("long", "disagreement")


def test_a_square_too_small_to_see_gets_a_tick():
    _, plot = case("unequal weights")
    studies = rows(plot, "study")
    assert [area(row, studies) < 1 for row in studies] == [False, True, True]
    at = [math.exp(value_at(plot, tick[0, 0])) for tick in segments(plot, "tiny")]
    assert at == pytest.approx([row.estimate for row in studies[1:]])
    assert artists(case("mrs")[1], "tiny") == []


def test_a_prediction_interval_only_where_it_is_asked_for_and_exists():
    result, plot = case("mrs")
    (row,) = rows(plot, "prediction")
    assert row.label in strings(plot)
    assert (row.lower, row.upper) == (result.prediction_lower, result.prediction_upper)
    assert [line[0, 1] for line in segments(plot, "prediction")] == heights(plot, "prediction")
    assert shapes(plot, "prediction-cut") == rows(forest(pool(*MRS)), "prediction") == []
    plot = forest(pool(*MRS, model="fixed"), prediction=True)
    assert rows(plot, "prediction")[0].effect == "not estimable"
    assert artists(plot, "prediction") == []
    # Two large studies that contradict each other: t with one degree of freedom.
    arms = ([300, 100, 200], [400] * 3, [100, 300, 210], [400] * 3)
    plot = forest(pool(*arms), prediction=True)
    ends = [arrow[0, 0] for arrow in shapes(plot, "prediction-cut")]
    assert ends == [plot.layout.left, plot.layout.right]
    assert plot.alt.endswith("Arrows mark intervals that run off the axis: Prediction interval.")


# The axis.


def test_the_axis_holds_what_it_must_and_says_where_it_is(form):
    result, plot = form
    axis = plot.axis
    estimates = result.study_estimate[np.isfinite(result.study_estimate)]
    must = [*estimates, axis.null, *([result.ci_lower, result.ci_upper] if result.k else [])]
    assert axis.low <= min(must)
    assert max(must) <= axis.high
    assert 0.15 < axis.share(axis.null) < 0.85, "no room beside no effect"
    assert axis.null == (1 if axis.log else 0)
    assert axis.null in axis.ticks
    assert axis.low <= min(axis.ticks) < max(axis.ticks) <= axis.high
    assert 2 <= len(axis.ticks) <= 13
    assert not any("e" in label for label in axis.labels)
    read = [float(label.replace("\u2212", "-")) for label in axis.labels]
    assert read == pytest.approx(list(axis.ticks), rel=1e-12)
    marks = np.array([start[0] for start, end in segments(plot, "axis") if start[0] == end[0]])
    ticks = np.log(axis.ticks) if axis.log else axis.ticks
    assert value_at(plot, marks) == pytest.approx(ticks, abs=1e-12)
    centered = {t.get_text(): t.get_position()[0] for t in texts(plot) if t.get_ha() == "center"}
    assert [centered[label] for label in axis.labels] == pytest.approx(marks, abs=1e-9)
    assert min(np.diff(marks)) > 12


def test_ticks_of_a_long_axis_are_powers_of_ten():
    assert " ".join(case("wide")[1].axis.labels) == "0.01 0.1 1 10 100 1000"


# Words.


def test_what_is_in_the_table_is_the_result_and_is_drawn_and_told(form):
    result, plot = form
    numbers = [text.replace("-", "\u2212") for text in study_texts(result)]
    a, b, c, d = (cell.astype(int) for cell in result.table)
    for i, row in enumerate(rows(plot, "study")):
        assert row.label == result.study[i]
        assert row.arms == (f"{a[i]}/{a[i] + b[i]}", f"{c[i]}/{c[i] + d[i]}")
        weight = f"{half_up(result.weight[i], 1)} %" if result.included[i] else "\u2013"
        effect = numbers[i] if result.included[i] else "not estimable"
        assert (row.weight, row.effect) == (weight, effect)
    (total,) = rows(plot, "total")
    assert total.arms == (f"{a.sum()}/{(a + b).sum()}", f"{c.sum()}/{(c + d).sum()}")
    assert total.effect == (printed(result) if result.k else "not estimable")
    written, alt = solid(" ".join(strings(plot))), plot.alt
    for row in rows(plot, "study", "total", "prediction"):
        assert all(solid(cell) in written for cell in (row.effect, *row.arms, row.weight))
        counts = " against ".join(cell.replace("/", " of ") for cell in row.arms)
        effect = row.effect.replace(", ", " to ").replace("[", "(").replace("]", ")")
        assert ", ".join(part for part in (counts, effect) if part) in alt
    for line in plot.table.lines:
        assert solid(line) in written
    assert all(line in alt for line in (*plot.table.lines, *plot.table.favors))
    assert f"{result.k} of {len(result.study)} studies pooled" in alt
    low, high = plot.axis.low, plot.axis.high
    intervals = rows(plot, "study", "prediction")
    cut = ", ".join(row.label for row in intervals if row.lower < low or row.upper > high)
    assert alt.count("run off the axis") == alt.count(f"run off the axis: {cut}.") == bool(cut)


def test_what_is_said_beside_the_rows():  # as a whole in the picture of the README
    fixed = forest(pool(*MRS, model="fixed", level=0.9)).table
    assert (fixed.model, fixed.heading.effect) == ("fixed effect", "OR [90 % CI]")
    assert case("k = 1")[1].table.lines[0] == "Heterogeneity: not applicable"


@pytest.mark.parametrize("narrow", [False, True])
@pytest.mark.parametrize(
    ("better", "left", "right"),
    [
        ("more", "Favors usual care", "Favors stent"),
        ("fewer", "Favors stent", "Favors usual care"),
        (None, "Fewer events with stent", "More events with stent"),
    ],
)
def test_the_side_that_is_favored(better, left, right, narrow):
    plot = forest(pool(*MRS), treatment="stent", control="usual care", better=better, narrow=narrow)
    assert f"Left of 1: {left}; right of it: {right}." in plot.alt
    (before,) = [text for text in texts(plot) if "←" in text.get_text()]
    (after,) = [text for text in texts(plot) if "→" in text.get_text()]
    assert left.startswith(before.get_text()[2:])
    assert right.endswith(after.get_text()[:-2])
    assert before.get_position()[0] < after.get_position()[0]


def test_a_side_of_several_lines_has_its_arrow_at_its_end():
    vaccine = pool("data/teaching/bcg.csv")
    arms = {"treatment": "vaccine", "control": "no vaccine", "better": "fewer"}
    plots = (forest(vaccine, **arms), case("long")[1], case("long", True)[1])
    for plot in plots:
        together = re.findall("\u2190.*\u2192", "\n".join(strings(plot)), re.DOTALL)[0]
        assert together.count("\n") > 1
        together = " ".join(together.split())
        assert re.fullmatch("\u2190 Favors [^\u2192]+ Favors [^\u2192]+ \u2192", together)


def test_footnote_marks_and_titles():
    result = pool(*MRS, study=NAMES)
    plot = forest(result, marks={NAMES[2]: "†"}, footnotes=["† Recovered."], outcome="mRS")
    assert rows(plot, "study")[2].label == "Cornelissen 2018\u202f†"
    lowest = max(texts(plot), key=lambda text: text.get_position()[1])
    assert lowest.get_text() == "† Recovered."
    assert plot.alt.endswith("† Recovered.")
    for title, shown in ((None, "mRS"), ("Figure 2", "Figure 2"), ("", "")):
        plot = forest(result, outcome="mRS", title=title)
        assert (plot.table.title, plot.alt[:19]) == (shown, "Forest plot of mRS:")


BATCH = pool(*np.ones((4, 2, 3)))
REFUSED = {
    "'more', 'fewer' or None, not 'less'": lambda: forest(pool(*MRS), better="less"),
    "'file', 'year', 'weight', 'effect', not 'size'": lambda: forest(pool(*MRS), sort="size"),
    "a column year, or years": lambda: forest(pool(*MRS), sort="year"),
    "no study 'Nobody' to mark": lambda: forest(pool(*MRS), marks={"Nobody": "*"}),
    "hold each study once": lambda: forest(
        pool(*MRS, study=NAMES), subgroups=[("A", pool(*DEATHS, study=(*NAMES[:3], "B")))]
    ),
    "one meta-analysis, not": lambda: forest(BATCH),
    "no estimate": lambda: estimates([], []),
    "not a batch": lambda: estimates(["A"], [BATCH]),
    "RD have no common axis": lambda: estimates(
        ["A", "B"], [pool(*DEATHS), pool(*DEATHS, measure="RD")]
    ),
    "compared with nothing": lambda: proportion_forest(
        pool_proportions(*DEATHS[:2]), better="fewer"
    ),
}


@pytest.mark.parametrize("problem", REFUSED)
def test_what_cannot_be_drawn_is_refused(problem):
    with pytest.raises((ValueError, TypeError), match=problem):
        REFUSED[problem]()


# What the command line asks for.


@pytest.mark.parametrize(
    ("sort", "order"),
    [("file", "BDAC"), ("year", "BADC"), ("weight", "CBDA"), ("effect", "ACDB")],
)
def test_the_order_of_the_studies(sort, order):
    names = ["B 2001", "D 2011", "A 2003", "C"]
    arms = [50, 24, 2, 300], [70, 80, 60, 900], [30, 10, 6, 200], [70, 80, 60, 900]
    result = pool(*arms, study=names)
    plot = forest(result, sort=sort)
    found = [row.label for row in rows(plot, "study")]
    assert "".join(name[0] for name in found) == order
    at = dict(zip(names, result.study_effect, strict=True))
    drawn = [value_at(plot, square[:, 0].mean()) for square in shapes(plot, "squares")]
    assert drawn == pytest.approx([at[name] for name in found])


def test_proportions_have_the_decimals_asked_for():
    plot = proportion_forest(pool_proportions(*DEATHS[:2]), digits=3)
    assert rows(plot, "study")[0].effect.startswith("4.348 [")


@pytest.mark.parametrize("narrow", [False, True])
def test_subgroups_are_drawn_as_they_were_pooled(narrow):
    result = pool(*DEATHS, study=NAMES)
    parts = [(name, result.refit(at)) for name, at in {"Europe": [0, 2], "Asia": [1, 3]}.items()]
    plot = forest(result, subgroups=parts, between=(10.13, 1, 0.0015), narrow=narrow)
    kinds = ["subgroup", "study", "study", "subtotal", "note"] * 2 + ["total"]
    assert [row.kind for row in plot.table.rows] == kinds
    assert [row.label for row in rows(plot, "study")] == [NAMES[i] for i in (0, 2, 1, 3)]
    # The weights are those of the whole, and a subtotal has what its studies have.
    assert [row.size for row in rows(plot, "study")] == pytest.approx(result.weight[[0, 2, 1, 3]])
    assert [row.weight for row in rows(plot, "subtotal")] == ["20.7 %", "79.3 %"]
    corners = [
        [part.limits.lower, part.effect, part.limits.upper, part.effect]
        for part in (*(part for _, part in parts), result)
    ]
    drawn = [[value_at(plot, x) for x in one[:, 0]] for one in shapes(plot, "diamond")]
    assert drawn == [pytest.approx(expected) for expected in corners]
    assert plot.table.lines[-1] == "Subgroup differences: Q = 10.13, df = 1 (p = 0.002)"
    assert "Europe: Baracchini 2017: 1 of 23 against 9 of 23" in plot.alt
    assert "Subtotal: 1 of 35 against 14 of 37, 0.07 (0.01 to 0.41), weight 20.7 %." in plot.alt
    frame = plot.to_frame()
    assert frame["subgroup"].tolist()[:6] == ["Europe"] * 3 + ["Asia"] * 3
    assert frame["weight"].tolist()[-1] == 100


def test_the_frame_holds_the_numbers_drawn(form):
    result, plot = form
    frame = plot.to_frame().set_index("kind")
    studies, columns = frame.loc[["study"]], ["estimate", "lower", "upper"]
    expected = np.column_stack([result.study_estimate, *result.study_interval])
    assert studies[columns].to_numpy() == pytest.approx(expected, nan_ok=True)
    assert studies["weight"].to_numpy() == pytest.approx(result.weight, nan_ok=True)
    counts = studies.iloc[:, 1:5].to_numpy(int).T.tolist()
    assert counts == [count.tolist() for count in result.counts.values()]
    pooled = [result.estimate, result.ci_lower, result.ci_upper]
    assert frame.loc["total", columns].tolist() == pytest.approx(pooled, nan_ok=True)


# Several pooled estimates.


def test_estimates_are_the_results():
    results = [pool(*DEATHS), pool(*DEATHS, model="fixed"), pool(*DEATHS, method="IV", tau2="PM")]
    plot = estimates(["one", "two", "three"], results, treatment="stent", better="fewer")
    squares, lines = shapes(plot, "squares"), np.array(segments(plot, "intervals"))
    at = [value_at(plot, square[:, 0].mean()) for square in squares]
    assert at == pytest.approx([result.effect for result in results])
    ends = np.array([result.limits for result in results])
    assert value_at(plot, lines[..., 0]) == pytest.approx(ends)
    assert len({round(shoelace(square), 6) for square in squares}) == 1
    assert [row.effect for row in plot.table.rows] == list(map(printed, results))
    assert plot.to_frame()["studies"].tolist() == [4, 4, 4]
    assert "two: 0.44 (0.26 to 0.74), studies 4." in plot.alt
    assert plot.table.favors == ("Favors stent", "Favors Control")
    # A model stands above the plot where all have it.
    assert (plot.table.model, estimates(["one"], results[:1]).table.model) == ("", "random effects")
    # Neither of these has a place on the axis.
    nothing, zero = pool([0], [9], [0], [9]), pool([0], [9], [3], [9], method="exact")
    plot = estimates(["a", "b", "c"], [results[0], nothing, zero])
    assert [row.effect for row in plot.table.rows[1:]] == ["not estimable", "0.00 [0.00, 2.23]"]
    assert len(shapes(plot, "squares")) == 1


# Proportions.

PROPORTIONS = {
    "GLMM": pool_proportions(*DEATHS[:2], study=NAMES),
    "IV": pool_proportions(*DEATHS[:2], study=NAMES, method="IV"),
    "raw": pool_proportions(*DEATHS[:2], study=NAMES, transform="raw"),
    "none": pool_proportions([0, 0], [10, 900]),
    "all": pool_proportions([10, 900], [10, 900]),
    "rare": pool_proportions([1, 2, 3], [10**9] * 3),
    "one": pool_proportions([6], [48]),
    "endless": pool_proportions([0, 5], [4, 5]),
    "absent": pool_proportions([0, 5], [0, 9]),
    "no study": pool_proportions([0], [0]),
}


@pytest.mark.parametrize("name", PROPORTIONS)
def test_proportions_are_drawn_in_percent(name):
    result = PROPORTIONS[name]
    plot = proportion_forest(result, outcome="death", prediction=True)
    for i, row in enumerate(rows(plot, "study")):
        assert row.arms == (f"{int(result.events[i])}/{int(result.patients[i])}",)
        limits = [limit[i] for limit in result.study_interval]
        assert [row.lower, row.upper] == pytest.approx(limits, nan_ok=True)
        assert row.effect in strings(plot)
    corners = [value_at(plot, x) for one in shapes(plot, "diamond") for x in one[:, 0]]
    expected = [result.ci_lower, result.estimate, result.ci_upper, result.estimate]
    assert corners == ([] if np.isnan(result.estimate) else pytest.approx(expected))
    axis = plot.axis
    assert axis.null is None
    assert axis.low == 0 or axis.low <= result.ci_lower < 0
    assert axis.high <= 1 or result.ci_upper > 1
    assert axis.high >= np.nanmax([0, *result.study_interval.upper, result.ci_upper])
    read = [float(label.replace("\u2212", "-")) / 100 for label in axis.labels]
    assert read == pytest.approx(list(axis.ticks), rel=1e-9)
    assert plot.alt.startswith("Forest plot of death: proportions in percent, random effects")


def test_a_model_without_weights_has_no_column_of_them():
    without, weighted = (proportion_forest(PROPORTIONS[name]) for name in ("GLMM", "IV"))
    assert "Weight" not in strings(without)
    assert "Area of a square: patients of the study." in strings(without)
    size = [row.size for row in rows(without, "study")]
    assert np.divide(size, max(size)) == pytest.approx(np.divide(DEATHS[1], 66))
    assert {"Weight", "37.6 %", "100.0 %"} <= set(strings(weighted))
    assert not any("square" in line for line in strings(weighted))
    plot = proportion_forest(PROPORTIONS["GLMM"], arm="stent", narrow=True)
    assert "1/23 stent" in strings(plot)
    assert not [line for line in strings(plot) if "weight" in line or line == "\u2013"]
