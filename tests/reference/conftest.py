"""The reference values, read once."""

import json
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def reference():
    return json.loads(Path(__file__).with_name("premat.json").read_text("utf-8"))


@pytest.fixture(scope="session")
def arms(reference):
    """The four arrays that `pool` takes, by outcome."""
    names = ("ai", "n1i", "ci", "n2i")
    return lambda outcome: [reference["outcomes"][outcome]["data"][name] for name in names]


@pytest.fixture(scope="session")
def out(reference):
    """The output of one analysis in R, by outcome and name."""
    return lambda outcome, name: reference["outcomes"][outcome]["analyses"][name]["out"]


@pytest.fixture(scope="session")
def figures():
    """The numbers of a result, on the scale that it was pooled on."""

    def read(result):
        names = (
            "effect", "se", "statistic", "p_value", "tau2", "q", "q_df", "q_p_value", "i2", "h2",
        )  # fmt: skip
        (lower, upper), (low, high) = result.limits, result.prediction
        limits = {"lower": lower, "upper": upper, "prediction_lower": low, "prediction_upper": high}
        return {name: getattr(result, name) for name in names} | limits | {"weight": result.weight}

    return read
