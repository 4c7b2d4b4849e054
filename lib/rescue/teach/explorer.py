"""What this book's explorer has beside its data: what is worth trying."""

from __future__ import annotations

from metabook.explorer import Explorer, Try

TRIES = (
    Try("Leave out Chang 2018", "the interval for death then includes 1", {"without": ("Chang",)}),
    Try("Take HKSJ's interval", "the same estimate, no longer significant", {"interval": "hksj"}),
    Try(
        "Estimate τ² by REML",
        "it becomes 0, and the OR moves up",
        {"method": "IV", "tau2": "REML"},
    ),
    Try("Take the risk ratio of death", "its interval includes 1", {"measure": "RR"}),
    Try(
        "Take HKSJ's interval for SICH",
        "it gets narrower than Wald's, which is a trap: few studies that agree by chance",
        {"outcome": "SICH", "interval": "hksj"},
    ),
    Try(
        "Add the later studies of the posterior circulation",
        "for death the interval still leaves out 1, but the studies differ",
        {"added": ("Luo", "Mohammaden", "PC-SEARCH", "ATTENTION")},
    ),
    Try(
        "Take HKSJ's interval for independence",
        "it still leaves out 1",
        {"outcome": "mRS 0-2", "interval": "hksj"},
    ),
)  # fmt: skip


def explorer() -> Explorer:
    """The explorer of the paper's four studies and of those since, by circulation."""
    return Explorer(
        start="mortality", first="the paper’s analysis", by="circulation",
        later="later_counts.csv", tries=TRIES,
    )  # fmt: skip
