"""What a sentence may claim of a pooled result."""

import pytest
from metabook.finding import CLAIMS, holds_for
from twobytwo import pool

HUNDRED = [100] * 4
ALIKE = "no direction stands; studies on one side"
RESULTS = {
    "fewer; includes no effect; " + ALIKE: ([9, 18], [50, 90], [12, 24], [50, 90]),
    # A study without an event is on no side.
    "more; includes no effect; " + ALIKE: ([12, 24, 0], [50, 90, 9], [9, 18, 0], [50, 90, 9]),
    "fewer; excludes no effect; a direction stands; studies on one side": (
        [11, 14, 9, 12], HUNDRED, [31, 34, 28, 33], HUNDRED,
    ),
    "more; includes no effect; no direction stands; studies on both sides; studies differ": (
        [80, 160], [500, 500], [120, 100], [500, 500],
    ),
    "no direction stands; nothing to pool": ([0], [9], [0], [9]),
}  # fmt: skip


@pytest.mark.parametrize("claims", RESULTS)
def test_only_what_the_counts_bear_may_be_claimed(claims):
    assert "; ".join(holds_for(pool(*RESULTS[claims]))) == claims


def test_every_claim_is_tried():
    assert {claim for claims in RESULTS for claim in claims.split("; ")} == set(CLAIMS)
