"""Which choices exist and which go together; each refusal says the mend."""

import dataclasses
import math

import pytest
from twobytwo import OptionError, Options
from twobytwo.options import options


def test_nothing_chosen_is_revman_5_and_an_explicit_choice_beats_it():
    assert options() == options("revman5") == Options() == options(method=None, level=None)
    assert dataclasses.astuple(options()) == (
        "OR", "random", "MH", "DL", None, "wald", "affected", 0.5, 0.95, "k-2",
    )  # fmt: skip
    fixed = options("revman5", model="fixed", increment=1.0)
    assert fixed == dataclasses.replace(Options(), model="fixed", increment=1.0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        fixed.level = 0.9
    for chosen in ({"method": "IV"}, {"q_center": "IV"}):
        assert options(tau2="PM", interval="hksj", **chosen).tau2 == "PM"


@pytest.mark.parametrize(
    ("chosen", "center"),
    [({}, "MH"), ({"method": "IV"}, "IV"), ({"q_center": "IV"}, "IV"),
     ({"method": "IV", "q_center": "MH"}, "MH"), ({"method": "Peto", "model": "fixed"}, "Peto")],
)  # fmt: skip
def test_q_is_centered_on_the_method_unless_said_otherwise(chosen, center):
    assert options(**chosen).center == center


@pytest.mark.parametrize(
    ("chosen", "problem"),
    [
        ({"method": "exact", "model": "random"}, "method exact is a fixed-effect method"),
        ({"method": "GLMM", "model": "fixed"}, "for a fixed effect choose exact"),
        ({"method": "exact", "measure": "RD"}, "method exact estimates odds ratios"),
        ({"method": "exact", "q_center": "MH"}, "method exact has no Q"),
        ({"method": "GLMM", "tau2": "DL"}, "tau2 DL needs method IV"),
        ({"method": "GLMM", "interval": "hksj"}, "method GLMM has Wald intervals"),
        ({"prediction_df": "k-3"}, "prediction_df 'k-3' is not one of k-2, k-1"),
        ({"measure": "or"}, "measure 'or' is not one of OR, RR, RD"),
        ({"model": "mixed"}, "model 'mixed' is not one of random, fixed"),
        ({"method": "mh"}, "method 'mh' is not one of MH, IV, Peto"),
        ({"tau2": "XX"}, "tau2 'XX' is not one of DL"),
        ({"q_center": "Peto"}, "q_center 'Peto' is not one of MH, IV"),
        ({"interval": "t"}, "interval 't' is not one of wald"),
        ({"zero_cells": "some"}, "zero_cells 'some' is not one of affected, all, none"),
        ({"preset": "revman6"}, "preset 'revman6' is not one of revman5"),
        ({"increment": 0.0}, "to add nothing choose zero_cells none"),
        ({"increment": math.nan}, "not a positive number"),
        ({"increment": math.inf}, "not a positive number"),
        ({"increment": "0.5"}, "increment '0.5' is not a positive number"),
        ({"level": 95}, "level 95 is not between 0 and 1; 95 % is 0.95"),
        ({"level": "95"}, "level '95' is not a number; 95 % is 0.95"),
        ({"level": 0}, "not between 0 and 1"),
        ({"level": 1}, "not between 0 and 1"),
        ({"level": math.nan}, "not between 0 and 1"),
        ({"method": "Peto"}, "add model fixed"),
        ({"method": "Peto", "model": "fixed", "measure": "RR"}, "RR needs MH or IV"),
        ({"method": "Peto", "model": "fixed", "q_center": "IV"}, "leave q_center out"),
        ({"color": "red"}, "there is no option 'color'"),
        ({"tau2": "PM"}, "tau2 PM needs Q about the inverse-variance mean: add method IV"),
        ({"tau2": "PM", "method": "IV", "q_center": "MH"}, "tau2 PM needs Q about"),
        ({"interval": "hksj", "model": "fixed"}, "for random effects: choose wald"),
    ],
)
def test_refused(chosen, problem):
    with pytest.raises(OptionError) as refusal:
        options(**chosen)
    assert problem in str(refusal.value)
    assert "\n" not in str(refusal.value)
