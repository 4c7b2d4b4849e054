"""What the tests of drawings share: counts, names, and how to read a figure."""

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.text import Text

STENT, CONTROL = [23, 48, 12, 66], [23, 100, 14, 66]
NAMES = ("Baracchini 2017", "Chang 2018", "Cornelissen 2018", "Peng 2019")
MRS = ([13, 19, 8, 24], STENT, [4, 22, 3, 13], CONTROL)
DEATHS = ([1, 6, 0, 21], STENT, [9, 19, 5, 29], CONTROL)
SICH = ([1, 8, 0, 9], STENT, [1, 20, 1, 14], CONTROL)
NOT_ESTIMABLE = ([0, 6, 0, 21], STENT, [0, 19, 5, 29], CONTROL)
LONG = (
    "European multicenter registry of rescue stents 2017 (ERRS, second phase)",
    "Öğretmenoğlu-Fiçicioğlu, van den Wijngaard 2018",
    "W" * 90,
    "P",
)


def many(k):
    """Counts of k studies."""
    random = np.random.default_rng(k)
    treated, controls = random.integers(10, 400, (2, k))
    return random.binomial(treated, 0.3), treated, random.binomial(controls, 0.2), controls


def names(k):
    return [f"Fernández-Kowalczyk {1990 + i}" for i in range(k)]


def artists(plot, name):
    return plot.figure.findobj(lambda artist: artist.get_gid() == name)


def texts(plot):
    return [text for text in plot.figure.findobj(Text) if text.get_text().strip()]


def boxes(plot, dpi=720):
    """Each text and the box of its ink, in points from the lower left corner."""
    if plot.figure.axes:
        plot.figure.draw_without_rendering()  # which places the ticks
    before = plot.figure.dpi
    plot.figure.set_dpi(dpi)  # so fine that hinting does not make text wider than it is
    renderer = RendererAgg(1, 1, dpi)  # which measures, and has no pixels to paint
    found = [
        (text, np.array(text.get_window_extent(renderer).extents) * 72 / dpi)
        for text in texts(plot)
    ]
    plot.figure.set_dpi(before)
    return found
