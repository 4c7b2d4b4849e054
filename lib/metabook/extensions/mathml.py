"""LaTeX to MathML that browsers draw as TeX would.

latex2mathml does the parsing. What it writes for other renderers, and browsers leave
aside or space wrongly, is mended here; what it cannot write is refused, so that a broken
formula stops the build instead of reaching a reader.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html import unescape
from itertools import pairwise

from latex2mathml.converter import Converter

# The converter knows one aligned environment; the book numbers equations by itself.
ALIGNED = re.compile(r"\\(begin|end)\{(?:aligned|align|split|eqnarray)\*?\}")
EQUATION = re.compile(r"\\(?:begin|end)\{equation\*?\}")
ROW_SPACE = re.compile(r"\\\\\s*\[[^]]*\]")

NEGATIVE_SPACES = {
    "negativethinmathspace": "-0.167em",
    "negativemediummathspace": "-0.222em",
    "negativethickmathspace": "-0.278em",
}
THIN = "0.167em"

# \hat and \tilde keep their size, \widehat and \widetilde stretch.
ACCENTS = {"^": ("ˆ", "\u0302"), "~": ("˜", "\u0303")}

# Written as identifiers, though they are operators and spaced as such.
OPERATORS = {"±": "±", "∓": "∓", "~": "∼"}

ARGUMENTS = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2}


class FormulaError(ValueError):
    """A formula that cannot be written as MathML."""


def mathml(latex: str, display: bool) -> str:
    """Write a formula, without dollar signs, as a ``<math>`` element.

    It raises `FormulaError` if a command or an environment is not known.
    """
    written = " ".join(latex.split())
    latex = EQUATION.sub("", ALIGNED.sub(r"\\\1{align*}", ROW_SPACE.sub(r"\\\\", latex)))
    try:
        math = Converter(display="block" if display else "inline").convert_to_element(latex)
    except Exception as error:  # the converter has a dozen, without a common base
        raise FormulaError(f"{type(error).__name__} in the formula {latex!r}") from error
    math.set("alttext", written)
    for element in math.iter():
        element.text = unescape(element.text) if element.text else None
    _refuse(math, latex)
    for element in list(math.iter()):
        _mend_alone(element)
        _mend_scripts(element)
    for row in list(math.iter()):
        _join_upright(row)
        _join_thousands(row)
        _space_functions(row)
    return ET.tostring(math, encoding="unicode")


def _refuse(math: ET.Element, latex: str) -> None:
    """Stop at what the converter passed on without understanding it."""
    for element in math.iter():
        text = element.text or ""
        if len(element) != ARGUMENTS.get(element.tag, len(element)):
            raise FormulaError(f"an argument is missing in the formula {latex!r}")
        if element.tag != "mtext" and (text.startswith("\\") or text == "&"):
            raise FormulaError(f"{text} is not known in the formula {latex!r}")
        if element.get("linebreak"):
            raise FormulaError(f"a line break outside of aligned in the formula {latex!r}")
        if element.get("mathvariant", "normal") != "normal":
            raise FormulaError(f"browsers draw no {element.get('mathvariant')} in {latex!r}")


def _mend_alone(element: ET.Element) -> None:
    """Mend what is wrong with an element in itself."""
    if element.get("width") in NEGATIVE_SPACES:
        element.set("width", NEGATIVE_SPACES[element.get("width", "")])
    elif element.tag == "mtd" and "columnalign" in element.attrib:
        element.set("style", f"text-align:{element.attrib.pop('columnalign')}")
    elif element.tag == "mtable" and "columnspacing" in element.attrib:
        element.attrib.clear()
        element.attrib |= {"displaystyle": "true", "class": "aligned"}
    elif element.tag == "mo" and element.text == "/":
        element.attrib |= {"lspace": "0", "rspace": "0"}
    elif element.tag == "mi" and element.text in OPERATORS:
        element.tag, element.text = "mo", OPERATORS[element.text]


def _mend_scripts(element: ET.Element) -> None:
    """Put limits, accents and exponents where TeX puts them."""
    scripted = element.tag in ("msub", "msup", "msubsup")
    if scripted and element[0].text in ("∑", "∏"):
        # Above and below in display, beside in a line: the browser knows which.
        element.tag = {"msub": "munder", "msup": "mover", "msubsup": "munderover"}[element.tag]
    elif scripted and element.tag != "msub" and element[0].tag == "mover":
        # An exponent stands as high as without the accent: it gets an empty base of its own.
        scripts = ET.Element(element.tag)
        scripts[:] = [ET.Element("mrow"), *element[1:]]
        element.tag, element[:] = "mrow", [element[0], scripts]
    elif element.tag == "mover" and element[1].text in ACCENTS:
        fixed, wide = ACCENTS[element[1].text]
        keeps_size = "accent" in element.attrib or "stretchy" in element[1].attrib
        element[1].text = fixed if keeps_size else wide
        element.set("accent", "true")


def _join_upright(row: ET.Element) -> None:
    r"""``\mathrm{MH}`` is one word, not a product of two letters."""
    for left, right in reversed(list(pairwise(row))):
        if left.tag == right.tag == "mi" and left.get("mathvariant") and right.get("mathvariant"):
            left.text = f"{left.text}{right.text}"
            row.remove(right)


def _join_thousands(row: ET.Element) -> None:
    """``1{,}000`` is one number."""
    for index in range(len(row) - 3, -1, -1):
        match row[index : index + 3]:
            case [left, comma, right] if left.tag == right.tag == "mn" and _is_comma(comma):
                left.text = f"{left.text},{right.text}"
                row.remove(comma)
                row.remove(right)


def _is_comma(element: ET.Element) -> bool:
    return element.tag == "mrow" and len(element) == 1 and element[0].text == ","


def _space_functions(row: ET.Element) -> None:
    """Set a named function apart from its neighbors, as in ``2 ln x`` but not ``ln(x)``."""
    if row.tag not in ("mrow", "mtd", "mstyle", "msqrt"):
        return
    for index, child in reversed(list(enumerate(row))):
        name = child[0] if child.tag in ("msub", "msup", "msubsup") else child
        if not _is_function(name):
            continue
        name.tag = "mi"
        name.attrib.clear()
        if index + 1 < len(row) and _stands_close(row[index + 1]) and not _opens(row[index + 1]):
            row.insert(index + 1, ET.Element("mspace", width=THIN))
        if index > 0 and _stands_close(row[index - 1]):
            row.insert(index, ET.Element("mspace", width=THIN))


def _is_function(element: ET.Element) -> bool:
    named = re.fullmatch(r"[A-Za-z]{2,}", element.text or "")
    return element.tag in ("mi", "mo") and "mathvariant" not in element.attrib and bool(named)


def _stands_close(element: ET.Element) -> bool:
    """Whether nothing but the next element keeps it at a distance."""
    empty = not element.text and not len(element)
    return element.tag not in ("mo", "mspace", "mtext") and not empty


def _opens(element: ET.Element) -> bool:
    """Whether it begins with a parenthesis."""
    while element.tag == "mrow" and len(element):
        element = element[0]
    return element.text in ("(", "[", "{", "|")
