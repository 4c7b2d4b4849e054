"""The cautions that a page can tell too: title and text, with places for names and numbers.

The report fills them from its results; a page that pools in the browser embeds and fills them.
"""

from __future__ import annotations

_NO_CONTRAST = "In {studies} nobody had the event in either arm, or everybody had it. "
_ZERO = (
    "an arm in which nobody, or everybody, had the event. Inverse variance and RevMan 5's rule "
    "add 0.5 to each of the four cells. That number is a convention: another one gives another "
    "result. The other analyses add nothing."
)

WORDS: dict[str, tuple[str, str]] = {
    "few events": (
        "There are few events",
        "The smaller arm would have fewer than {few} of them, if both had one risk. One event "
        "more or less may change the answer, so no direction is claimed, whatever the interval.",
    ),
    "prediction": (
        "The next study may show the opposite",
        "The interval of the mean excludes {null}, but the prediction interval{where} includes "
        "it: in a new place the effect may be absent or reversed.",
    ),
    "one rule": ("One rule is not enough", "{because}. So no direction is claimed."),
    "one study": (
        "There is only one study",
        "The pooled result is that study's own. Nothing can be said of how the effect differs "
        "between studies.",
    ),
    "one without a contrast": (
        "Studies without a contrast",
        _NO_CONTRAST + "Such a study does not inform a ratio and is left out of it. The risk "
        "difference would keep it.",
    ),
    "several without a contrast": (
        "Studies without a contrast",
        _NO_CONTRAST + "Such studies do not inform a ratio and are left out of it. The risk "
        "difference would keep them.",
    ),
    "one with a zero cell": ("Zero cells", "{studies} has " + _ZERO),
    "several with zero cells": ("Zero cells", "{studies} have " + _ZERO),
    "single studies": (
        "The conclusion hangs on single studies",
        "Without {studies} the leading interval includes {null}.",
    ),
    "differ": (
        "The studies differ",
        "They differ by more than chance explains ({q}; I² = {i2} % from Q). The pooled result is "
        "then an average of different effects. Look for what sets the studies apart before you "
        "apply it.",
    ),
}
