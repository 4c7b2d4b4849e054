"""Which analysis leads and what it may claim: by hand, and by simulation with a known truth."""

import numpy as np
import pytest
from twobytwo.checks.leading import BECAUSE, REASONS, conclusion, leading, peto_conditions
from twobytwo.checks.simulate import draw

DEATHS = ([1, 6, 0, 21], [23, 48, 12, 66], [9, 19, 5, 29], [23, 100, 14, 66])
CLEAR = ([3, 4, 2, 4], [300] * 4, [15, 12, 14, 17], [300] * 4)
FEW = ([0, 1], [60, 60], [2, 5], [600, 600])
NONE = ([0] * 4, [500] * 4, [9] * 4, [500] * 4)


@pytest.mark.parametrize(
    ("arms", "methods", "reason"),
    [
        (DEATHS, "IV IV IV", "ordinary"),
        (CLEAR, "MH MH MH", "small cells"),
        (FEW, "exact MH MH", "few events"),
        # Nearly all patients: what is few and small are those without the event.
        (([60, 59], [60, 60], [598, 595], [600, 600]), "exact MH MH", "few events"),
        (NONE, "exact none MH", "one arm without an event"),
        (([0, 0], [60, 60], [0, 0], [600, 600]), "none none MH", "nothing to pool"),
    ],
)
def test_what_leads(arms, methods, reason):
    found = [str(leading(*arms, measure).method) for measure in ("OR", "RR", "RD")]
    assert found == methods.split()
    assert str(leading(*arms).reason) == reason


@pytest.mark.parametrize(
    ("arms", "because", "direction"),
    [
        (CLEAR, "claimed", -1),
        ((*CLEAR[2:], *CLEAR[:2]), "claimed", 1),
        (NONE, "claimed", -1),
        ([arm[:2] for arm in CLEAR], "two studies", 0),
        (([40, 45], [300] * 2, [80, 85], [300] * 2), "two studies", 0),
        (([1, 1, 2], [60] * 3, [2, 5, 1], [600] * 3), "few events", 0),
        (DEATHS, "interval", 0),
        # Each study is certain of an answer of its own.
        (([9, 9, 9, 90], [999] * 4, [40, 40, 40, 60], [999] * 4), "interval", 0),
        # The counts are many enough for the standard error that assumes one effect.
        (([1, 1, 2, 2, 25], [300] * 5, [9, 9, 9, 12, 14], [300] * 5), "spread", 0),
        # One large study without an effect among small ones with one.
        (([20, 25, 20, 25, 900], [200] * 4 + [9000], [48, 55, 46, 52, 890], [200] * 4 + [9000]),
         "spread", 0),
        (([20, 25, 20, 25, 9e3], [200] * 4 + [9e4], [48, 55, 46, 52, 8.9e3], [200] * 4 + [9e4]),
         "weights", 0),
        # Mantel-Haenszel: 0.35 to 0.92; inverse variance, 0.5 in the empty cell: 0.34 to 1.06.
        (([2, 4, 1, 3, 5, 0, 2, 6, 3, 1], [200] * 10, [5, 7, 5, 4, 6, 3, 5, 7, 4, 1], [200] * 10),
         "correction", 0),
        (([0, 0], [60, 60], [0, 0], [600, 600]), "nothing to pool", 0),
    ],
)  # fmt: skip
def test_what_speaks_against_a_direction(arms, because, direction):
    found = conclusion(*arms)
    assert (found.direction, found.because) == (direction, because)
    if arms is CLEAR:
        assert [conclusion(*arms, measure).direction for measure in ("RR", "RD")] == [direction] * 2


def test_methods_that_disagree():
    # 0.5 to each empty treated cell makes more events of fewer.
    drawn = draw([60] * 40, [600] * 40, 0.01, np.log(0.5), meta_analyses=300, seed=3)
    found = conclusion(*drawn, likelihood=False)
    assert (found.because == "methods").mean() > 0.3


def test_every_code_has_words():
    drawn = draw([60] * 5, [90] * 5, 0.05, -0.5, 0.5, meta_analyses=500, seed=1)
    found = conclusion(*drawn, likelihood=False)
    assert set(found.reason.tolist()) <= set(REASONS)
    assert set(found.because.tolist()) <= set(BECAUSE)


def test_a_batch_is_its_meta_analyses():
    drawn = draw([60] * 6, [200] * 6, 0.06, -0.7, 0.3, meta_analyses=30, seed=2)
    batch = conclusion(*(x.reshape(6, 5, 6) for x in drawn))
    assert batch.effect.shape == (6, 5)
    for i in range(30):
        alone = conclusion(*(x[i] for x in drawn))
        for one, every in zip(alone, batch, strict=True):
            if one.dtype.kind == "f":
                assert float(one) == pytest.approx(every.ravel()[i], rel=1e-9, nan_ok=True)
            else:
                assert one == every.ravel()[i]


def test_peto_conditions():
    good = ([2, 3, 1], [900] * 3, [3, 2, 2], [900] * 3)
    assert all(peto_conditions(*good))
    assert not peto_conditions([20, 30, 10], [900] * 3, [30, 20, 20], [900] * 3).rare
    assert not peto_conditions([2, 3, 1], [900] * 3, [6, 4, 4], [1900] * 3).balanced
    assert not peto_conditions([0, 1, 0], [900] * 3, [4, 4, 4], [900] * 3).small


# Patients of each arm of k studies. The last: sizes from 20 to 2,000.
ARMS = {
    "1:1": lambda k: (np.full(k, 300), np.full(k, 300)),
    "1:10": lambda k: (np.full(k, 60), np.full(k, 600)),
    "10:1": lambda k: (np.full(k, 600), np.full(k, 60)),
    "mixed": lambda k: (np.geomspace(20, 2000, k).astype(int),) * 2,
}
RISKS = (0.004, 0.02, 0.05, 0.3)
MANY = 200


def drawn_from(arms, k, risk, theta, tau, many=MANY):
    seed = np.random.default_rng([k, int(1000 * risk), int(10 * tau), len(arms)])
    return draw(*ARMS[arms](k), risk, theta, tau, meta_analyses=many, seed=seed)


@pytest.mark.parametrize("k", [3, 40])
@pytest.mark.parametrize("arms", ARMS)
def test_a_direction_is_rarely_claimed_without_a_difference_or_without_events(arms, k):
    # Without asking the likelihood, which can only forbid a direction.
    for tau, most in ((0, 0.06), (0.3, 0.1)):
        claimed = [
            (conclusion(*drawn_from(arms, k, risk, 0, tau), likelihood=False).direction != 0).mean()
            for risk in RISKS
        ]
        # Two standard errors of the simulation more.
        assert max(claimed) < most + 2 * np.sqrt(most * (1 - most) / MANY), (tau, claimed)
        assert np.mean(claimed) < most
    for risk in RISKS:  # half the odds
        found = conclusion(*drawn_from(arms, k, risk, np.log(0.5), 0), likelihood=False)
        n1, n2 = ARMS[arms](k)
        expected = min(n1.sum() * risk * 0.5 / (1 - 0.5 * risk), n2.sum() * risk)
        if expected >= 5:
            median = np.exp(np.median(found.effect[~np.isnan(found.effect)]))
            assert 0.45 < median < 0.55, (risk, median)
        else:
            assert not found.direction.any()
        assert (found.direction > 0).mean() < 0.01


def test_the_likelihood_can_only_forbid():
    drawn = drawn_from("1:10", 12, 0.03, 0, 0.3, many=400)
    without, asked = (conclusion(*drawn, likelihood=ask).direction for ask in (False, True))
    assert (asked[asked != 0] == without[asked != 0]).all()
    assert 0 < (asked != 0).sum() < (without != 0).sum()


@pytest.mark.parametrize(
    ("arms", "k", "risk", "least"),
    [("1:1", 12, 0.1, 0.75), ("1:10", 12, 0.1, 0.6), ("1:1", 20, 0.02, 0.45)],
)
def test_enough_evidence_is_claimed(arms, k, risk, least):
    found = conclusion(*drawn_from(arms, k, risk, np.log(0.5), 0, many=24))
    assert (found.direction == -1).mean() > least
