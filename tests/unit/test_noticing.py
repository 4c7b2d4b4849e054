"""The power of Egger's test, against a simulation of the test itself."""

import numpy as np
import pytest
from twobytwo.checks.noticing import egger_power
from twobytwo.checks.small_studies import egger


@pytest.mark.parametrize(("bias", "copies"), [(0, 1), (1, 1), (1, 3), (-2, 2)])
def test_power_is_how_often_the_test_finds_it(bias, copies):
    variance = np.array([1.2, 0.3, 2.4, 0.1, 0.5])
    v = np.tile(variance, copies)
    random = np.random.default_rng(1)
    y = np.sqrt(v) * (bias + random.standard_normal((20_000, len(v))))
    found = (egger(y, v).p < 0.05).mean()
    assert egger_power(variance, bias, copies) == pytest.approx(found, abs=0.01)


def test_equal_studies_show_nothing():
    assert egger_power([1.0, 1.0, 1.0]) == pytest.approx(0.05)
