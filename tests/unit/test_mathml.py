"""Formulas: what browsers draw, and a refusal of what they would not."""

import re

import pytest
from metabook.extensions.mathml import FormulaError, mathml


def inner(latex, display=False):
    """The formula without the element around it."""
    return re.sub(r"^<math[^>]*><mrow>|</mrow></math>$", "", mathml(latex, display))


@pytest.mark.parametrize(
    ("latex", "written"),
    [
        (r"\mathrm{MH}", '<mrow><mi mathvariant="normal">MH</mi></mrow>'),
        (r"1{,}000{,}000", "<mn>1,000,000</mn>"),
        (r"\ln x", '<mi>ln</mi><mspace width="0.167em" /><mi>x</mi>'),
        (r"\ln(x)", '<mi>ln</mi><mo stretchy="false">(</mo><mi>x</mi><mo stretchy="false">)</mo>'),
        (r"2 \ln(", '<mn>2</mn><mspace width="0.167em" /><mi>ln</mi><mo stretchy="false">(</mo>'),
        (r"\operatorname{Var} =", "<mi>Var</mi><mo>=</mo>"),
        (r"x \sim y", "<mi>x</mi><mo>∼</mo><mi>y</mi>"),
        (r"\pm 1", "<mo>±</mo><mn>1</mn>"),
        (r"a/b", '<mi>a</mi><mo lspace="0" rspace="0">/</mo><mi>b</mi>'),
        (r"\hat\theta", '<mover accent="true"><mi>θ</mi><mo>ˆ</mo></mover>'),
        (r"p < 0.001", "<mi>p</mi><mo>&lt;</mo><mn>0.001</mn>"),
    ],
)  # fmt: skip
def test_written_as_a_browser_needs_it(latex, written):
    assert inner(latex) == written


@pytest.mark.parametrize(
    ("latex", "part"),
    [
        (r"\widehat{\mathrm{OR}}", "\u0302"),  # stretches
        (r"\hat\tau^2", "</mover><msup><mrow /><mn>2</mn></msup></mrow>"),  # beside the accent
        (r"\sum_{i=1}^k w_i", "<munderover><mo>∑</mo>"),  # placed by the browser
        (r"\frac{\sum_{i=1}^k w_i}{2}", "<munderover><mo>∑</mo>"),
    ],
)
def test_what_stands_above_stands_where_it_is_read(latex, part):
    assert part in inner(latex, display=True)


@pytest.mark.parametrize("environment", ["aligned", "align", "align*", "split"])
def test_aligned_environments_are_tables(environment):
    latex = rf"\begin{{{environment}}} a &= b \\[2pt] c &= d \end{{{environment}}}"
    written = mathml(latex, display=True)
    assert written.count("<mtr>") == 2
    assert 'style="text-align:right"' in written
    assert "(1)" not in written


@pytest.mark.parametrize(
    "latex",
    [
        r"\unknown x",
        r"a & b",
        r"\begin{gather*} a \\ b \end{gather*}",
        r"\boldsymbol{\beta}",
        r"\frac{a}",
    ],
)
def test_what_cannot_be_written_is_refused(latex):
    with pytest.raises(FormulaError):
        mathml(latex, display=True)
