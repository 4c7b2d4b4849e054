"""Which style rules stay: those that some page or script could ask for."""

import pytest
from metabook.extensions.lean import used_rules


@pytest.mark.parametrize(
    ("css", "kept"),
    [
        (".btn{a:b}.card{a:b}", ".btn{a:b}"),
        (".card .btn{a:b}", ""),
        (".card,.btn{a:b}", ".card,.btn{a:b}"),
        ("p{a:b}", "p{a:b}"),
        ("p:not(.card){a:b}", "p:not(.card){a:b}"),
        ("@media print{.card{a:b}.btn{a:b}}", "@media print{.btn{a:b}}"),
        ("/* .card */p{a:b}", "p{a:b}"),
        ("/*! license */p{a:b}", "/*! license */p{a:b}"),
    ],
)
def test_a_rule_stays_if_its_classes_are_somewhere(css, kept):
    assert used_rules(css, {"btn", "p"}) == kept
