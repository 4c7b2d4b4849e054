"""Funnel, L'Abbé and Baujat: what is drawn is what was computed, and names keep apart."""

from functools import cache

import numpy as np
import pytest
from drawings import DEATHS, MRS, NAMES, NOT_ESTIMABLE, SICH, artists, boxes, many, names, texts
from twobytwo import Counts, pool
from twobytwo.checks.refits import leave_one_out
from twobytwo.plots.baujat import baujat, contributions, influences
from twobytwo.plots.drawn import width
from twobytwo.plots.funnel import CONTOURS, funnel
from twobytwo.plots.labbe import labbe
from twobytwo.plots.labels import MOST, place
from twobytwo.plots.sheet import even, of_effects
from twobytwo.rounding import half_up

Z = {0.1: 1.6448536, 0.05: 1.9599640, 0.01: 2.5758293}  # where a study has that p
CASES = {
    "mrs": (MRS, {"study": NAMES}),
    "deaths": (DEATHS, {"study": NAMES, "level": 0.9}),
    "sich": (SICH, {"study": NAMES}),
    "risk ratio": (DEATHS, {"study": NAMES, "measure": "RR"}),
    "risk difference": (DEATHS, {"study": NAMES, "measure": "RD"}),
    "peto": (DEATHS, {"study": NAMES, "method": "Peto", "model": "fixed"}),
    "hksj": (MRS, {"study": NAMES, "method": "IV", "tau2": "REML", "interval": "hksj"}),
    "two": (([5, 9], [20, 40], [9, 12], [20, 41]), {"study": ["A", "B"]}),
    "identical": (([10] * 4, [50] * 4, [20] * 4, [50] * 4), {"study": NAMES}),
    "one outlier": (([45000, 1, 2, 3], [10**5, 9, 9, 9], [44000, 2, 3, 2], [10**5, 9, 8, 9]), {}),
    "not estimable": (NOT_ESTIMABLE, {"study": NAMES}),
    "long": (DEATHS, {"study": ["Öğretmenoğlu van den Wijngaard 2018 " * 3, "W" * 90, "$x$", "P"]}),
    "k = 10": (many(10), {"study": names(10)}),
    "k = 11": (many(11), {"study": names(11)}),
    "k = 40": (many(40), {"study": names(40)}),
}
KINDS = {"funnel": funnel, "labbe": labbe, "baujat": baujat}


@cache
def case(kind, name):
    arms, choices = CASES[name]
    result = pool(*arms, **choices)
    return result, KINDS[kind](result, outcome="Death")


EACH_KIND = pytest.mark.parametrize("kind", KINDS)
EACH = pytest.mark.parametrize("name", CASES)


def points(plot):
    (dots,) = artists(plot, "studies")
    return np.asarray(dots.get_offsets())


def sizes(plot):
    """Of the marks, one for each study."""
    (dots,) = artists(plot, "studies")
    return np.broadcast_to(dots.get_sizes(), len(plot.study))


def numbers(plot, *names):
    return np.column_stack([plot.numbers[name] for name in names])


def line(plot, gid):
    (found,) = artists(plot, gid)
    return np.column_stack(found.get_data())


# All three.


@EACH_KIND
def test_a_name_stands_on_no_other_mark(kind):
    for some in ("mrs", "deaths", "sich", "risk difference", "k = 40"):
        _, plot = case(kind, some)
        (dots,) = artists(plot, "studies")
        at = dots.get_offset_transform().transform(points(plot)) * 72 / plot.figure.dpi
        for text, box in boxes(plot):
            if text.get_gid() == "study":
                apart = np.hypot(*(at - np.clip(at, box[:2], box[2:])).T)
                assert (apart >= np.sqrt(sizes(plot)) / 2).all(), text


@EACH_KIND
@EACH
def test_each_study_is_in_the_plot_and_in_its_words(kind, name):
    _, plot = case(kind, name)
    (axes,) = plot.figure.axes
    for at, limits in zip(points(plot).T, (axes.get_xlim(), axes.get_ylim()), strict=True):
        assert min(limits) <= min(at)
        assert max(at) <= max(limits)
    assert all(study in plot.alt for study in plot.study)
    assert "nan" not in plot.alt
    assert plot.alt.startswith({"funnel": "Funnel", "labbe": "L'Abbé", "baujat": "Baujat"}[kind])
    assert "Death" in plot.title
    # Few are all named, of many only extreme ones; if a name is cut its end is kept.
    named = [label.study for label in plot.labels]
    assert len(set(named)) == len(named)
    every = set(range(len(plot.study)))
    assert set(named) == every if len(every) <= MOST else 2 <= len(named) <= MOST
    for label in plot.labels:
        head, gone, tail = label.text.partition("…")
        full = plot.study[label.study]
        assert full.startswith(head)
        assert full.endswith(tail) if gone else label.text == full
        assert name != "k = 40" or label.text[-4:].isdigit()
    leaders = [label.leader for label in plot.labels if label.leader]
    assert len(artists(plot, "leader")) == len(leaders)


def test_what_cannot_be_drawn_is_refused():
    nothing = pool([0, 0], [9, 8], [0, 0], [7, 9])
    batch = pool(*(np.tile(arm, (3, 1)) for arm in MRS))
    for draw, result, problem in (
        *((draw, batch, "not a batch") for draw in KINDS.values()),
        (funnel, nothing, "no study"),
        (baujat, pool([1], [9], [3], [9]), "two studies"),
        (labbe, pool([0], [0], [3], [9]), "both arms"),
    ):
        with pytest.raises(ValueError, match=problem):
            draw(result)
    assert len(labbe(nothing).study) == 2  # the risks are there, though no ratio is


# Funnel.


@EACH
def test_funnel_points_are_effects_and_standard_errors_precise_ones_on_top(name):
    result, plot = case("funnel", name)
    drawn = np.isfinite(result.study_effect)
    expected = [result.study_effect[drawn], np.sqrt(result.study_variance[drawn])]
    assert points(plot) == pytest.approx(np.column_stack(expected))
    assert len(plot.study) == drawn.sum()
    bottom, top = plot.figure.axes[0].get_ylim()
    assert bottom > plot.numbers["se"].max() > top == 0


@EACH
def test_contours_are_where_a_study_has_that_p(name):
    _, plot = case("funnel", name)
    edges = []
    for p in CONTOURS:
        (shade,) = artists(plot, f"below-{p:g}")
        for side, path in zip((-1, 1), shade.get_paths(), strict=True):
            tip, near, _far, _ = path.vertices
            assert tip == pytest.approx([0, 0])
            assert near[0] / near[1] == pytest.approx(side * Z[p])
        edges.append([abs(x) for x in path.vertices[1:3, 0] / path.vertices[1, 1]])
    # Each shade begins where the one before it ends.
    assert [near for near, _ in edges[1:]] == pytest.approx([end for _, end in edges[:-1]])
    darkness = [artists(plot, f"below-{p:g}")[0].get_alpha() for p in CONTOURS]
    assert darkness == sorted(darkness)


@EACH
def test_the_region_fans_out_from_the_pooled_effect_and_those_outside_are_told(name):
    result, plot = case("funnel", name)
    z = Z[0.1 if result.level == 0.9 else 0.05]
    for gid, side in (("region-low", -1), ("region-high", 1)):
        start, end = line(plot, gid)
        assert start == pytest.approx([result.effect, 0])
        assert (end[0] - result.effect) / end[1] == pytest.approx(side * z)
    assert f"{100 * result.level:g} % region" in plot.alt
    assert line(plot, "pooled")[:, 0] == pytest.approx(result.effect)
    assert line(plot, "no-effect")[:, 0] == pytest.approx(0)
    away = np.abs(plot.numbers["effect"] - result.effect) / plot.numbers["se"]
    outside = [study for study, far in zip(plot.study, away > z, strict=True) if far]
    away = f"outside it: {', '.join(outside)}. Shaded" if outside else "no studies lie outside it."
    assert away in plot.alt
    few = len(plot.study) < 10
    assert ("too few" in " ".join(text.get_text() for text in texts(plot))) == few
    assert ("too few" in plot.alt) == few
    if result.measure != "RD":  # ticks of a ratio stand at its logarithm
        (axes,) = plot.figure.axes
        labels = [float(text.get_text()) for text in axes.get_xticklabels()]
        assert np.exp(axes.get_xticks()) == pytest.approx(labels)


# L'Abbé.


@EACH
def test_labbe_points_are_the_raw_risks_and_areas_the_patients(name):
    result, plot = case("labbe", name)
    a, b, c, d = result.table
    patients = a + b + c + d
    shown = numbers(plot, "control", "treatment", "patients")
    assert shown == pytest.approx(np.column_stack([c / (c + d), a / (a + b), patients]))
    drawn = np.column_stack([points(plot), sizes(plot) * patients.max() / sizes(plot).max()])
    in_order = [np.array(sorted(map(tuple, rows.round(9)))) for rows in (drawn, shown)]
    assert in_order[0] == pytest.approx(in_order[1])


@pytest.mark.parametrize("some", ["deaths", "risk ratio", "risk difference"])
def test_the_diagonal_and_the_line_of_the_pooled_effect(some):
    result, plot = case("labbe", some)
    diagonal, (x, y) = line(plot, "same-risk"), line(plot, "pooled").T
    assert diagonal[:, 0] == pytest.approx(diagonal[:, 1])
    odds = result.estimate * x / (1 - x)
    assert y == pytest.approx(
        {
            "deaths": odds / (1 + odds),
            "risk ratio": result.estimate * x,
            "risk difference": np.maximum(x + result.estimate, 0),
        }[some]
    )


@EACH
def test_both_axes_are_alike(name):
    _, plot = case("labbe", name)
    (axes,) = plot.figure.axes
    assert axes.get_xlim() == axes.get_ylim()
    box = axes.get_window_extent()
    assert box.width == pytest.approx(box.height)
    ticks = [float(text.get_text()) / 100 for text in axes.get_xticklabels()]
    assert axes.get_xticks() == pytest.approx(ticks)
    assert min(ticks) == 0


def test_what_the_plots_tell():
    alt = case("labbe", "deaths")[1].alt
    assert "Baracchini 2017: 4.3 % of 23 with treatment, 39.1 % of 23 with control." in alt
    assert "4 of 4 lie below the diagonal" in alt
    plot = case("baujat", "deaths")[1]
    assert "Baracchini 2017 adds most to it; Baracchini 2017 moves the result most." in plot.alt
    assert f"Q is {half_up(plot.numbers['contribution'].sum(), 2)} in all" in plot.alt
    assert any(label.leader for label in case("funnel", "mrs")[1].labels)


# Baujat.


@EACH
def test_baujat_points_are_contribution_and_influence(name):
    result, plot = case("baujat", name)
    parts = contributions(result)
    expected = np.column_stack([parts, influences(result)])
    expected = expected[np.isfinite(expected).all(-1)]
    assert points(plot) == pytest.approx(expected)
    assert numbers(plot, "contribution", "influence") == pytest.approx(expected)
    assert np.nansum(parts) == pytest.approx(result.q, rel=1e-12)


@pytest.mark.parametrize(
    "choices",
    [{}, {"model": "fixed"}, {"measure": "RD"}, {"measure": "RR", "method": "IV"},
     {"zero_cells": "all"}, {"zero_cells": "none"}, {"method": "IV", "interval": "hksj"},
     {"method": "Peto", "model": "fixed"}, {"q_center": "IV"}],
)  # fmt: skip
def test_influence_is_that_of_leaving_one_out(choices):
    result = pool(*DEATHS, **choices)
    refits = leave_one_out(Counts(NAMES, *map(np.array, DEATHS)), **choices)
    expected = [((result.effect - one.effect) / one.wald_se) ** 2 for one in refits]
    assert influences(result) == pytest.approx(expected, rel=1e-12)


# Scales and labels.


@pytest.mark.parametrize("factor", [1, 100])
@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (-0.05, 0.9), (0, 37), (0, 1e-3), (-4, 4), (1.7, 0), (0, 12345)]
)
def test_even_ticks_are_few_lie_within_and_say_where_they_are(low, high, factor):
    scale = even(low, high, factor=factor)
    assert 2 <= len(scale.ticks) <= 7
    assert all(min(low, high) - 1e-9 <= tick <= max(low, high) + 1e-9 for tick in scale.ticks)
    labels = [float(label.replace("\u2212", "-")) for label in scale.labels]
    assert labels == pytest.approx([factor * tick for tick in scale.ticks], abs=1e-10)


@pytest.mark.parametrize(
    ("low", "high"), [(-0.1, 0.1), (-1, 1), (-4, 3), (-9, 9), (-20, 3), (0.5, 0.6)]
)
def test_ticks_of_ratios_stand_clear_of_each_other(low, high):
    room = 270
    scale = of_effects(low, high, "OR", room)
    assert len(scale.ticks) >= 2
    assert np.exp(scale.ticks) == pytest.approx([float(label) for label in scale.labels])
    middle = room * scale.share(np.array(scale.ticks))
    half = np.array([width(label) / 2 for label in scale.labels])
    assert (middle[1:] - half[1:] > middle[:-1] + half[:-1]).all()


def test_the_most_extreme_names_come_first():
    marks = np.column_stack([np.linspace(20, 280, 30), np.full(30, 100.0)])
    score = np.arange(30.0)
    labels = place(names(30), marks, np.full(30, 3.0), (0, 0, 300, 200), (), score)
    assert labels[0].study == 29
    assert {label.study for label in labels} <= set(range(30 - MOST, 30))
