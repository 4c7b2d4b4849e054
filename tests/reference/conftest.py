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

    def of(outcome):
        data = reference["outcomes"][outcome]["data"]
        return [data[name] for name in ("ai", "n1i", "ci", "n2i")]

    return of


@pytest.fixture(scope="session")
def out(reference):
    """The output of one analysis in R, by outcome and name."""

    def of(outcome, analysis):
        return reference["outcomes"][outcome]["analyses"][analysis]["out"]

    return of
