"""Numbers as words, glued under names that the prose of a chapter uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from twobytwo import Result
from twobytwo.checks.absolute import PerThousand, per_thousand
from twobytwo.rounding import half_up, number, p_equals, percent

SHORT = 12  # characters


def glue(name: str, value: object, *, display: bool = False) -> None:
    """Let the prose say, or show, a value: ``{glue:text}`name```."""
    from myst_nb import glue as glue_output  # who runs a notebook elsewhere need not have it

    glue_output(name, value, display=display)


def tell(words: Mapping[str, object] | None = None, /, *names: str, **more: object) -> None:
    """Glue words: ``tell(patients=352)`` lets the prose say ``{glue:text}`patients```.

    Parameters
    ----------
    words : mapping, optional
        From names to words.
    *names : str
        Of these words the ones that the page says; without any, all of them.
    **more : object
        More words, said as keywords: an underscore becomes a hyphen.

    Raises
    ------
    LookupError
        If there is no word of such a name.
    TypeError
        If a number has decimals that nobody chose.
    """
    given = dict(words or {})
    if unknown := [name for name in names if name not in given]:
        raise LookupError(f"no word is called {', '.join(unknown)}; there are {', '.join(given)}")
    glued = {name: given[name] for name in names or given}
    glued |= {name.replace("_", "-"): word for name, word in more.items()}
    for name, word in glued.items():
        if isinstance(word, float):
            raise TypeError(f"{name}: print {word!r} first, for example by twobytwo's number()")
        text = str(word)
        # A short word such as "p = 0.03" or "43 %" stays on one line.
        text = text.replace(" ", "\u00a0") if len(text) <= SHORT else text
        glue(name, text)


def tell_results(results: Mapping[str, Result], *keys: str) -> None:
    """Glue numbers of pooled results, each name starting with the name of its result.

    Parameters
    ----------
    results : mapping
        From names to results: with ``{"deaths": deaths}`` and the key ``or-ci`` the prose
        says ``{glue:text}`deaths-or-ci```.
    *keys : str
        Those of `result_words` that the page says.
    """
    for name, result in results.items():
        values = {f"{name}-{key}": word for key, word in result_words(result).items()}
        tell(values, *(f"{name}-{key}" for key in keys))


def result_words(result: Result) -> dict[str, str]:
    """The numbers of a pooled result as the book prints them."""
    a, b, c, d = (int(cell.sum()) for cell in result.table)
    estimate, limits = effect(result.text)
    words = {
        "k": str(result.k),
        "or": estimate,
        "ci": limits,
        "or-ci": result.text,
        "p": p_equals(result.p_value),
        "z": number(abs(result.statistic)),
        "q": number(result.q),
        "q-df": str(result.q_df),
        "q-p": p_equals(result.q_p_value) if result.q_df else "-",
        "i2": f"{number(result.i2, 0)} %",
        "tau2": number(result.tau2),
        "prediction": f"{number(result.prediction_lower)} to {number(result.prediction_upper)}",
        "treatment-events": str(a),
        "treatment-n": str(a + b),
        "treatment-percent": f"{percent(a, a + b)} %",
        "control-events": str(c),
        "control-n": str(c + d),
        "control-percent": f"{percent(c, c + d)} %",
    }
    return words | per_thousand_words(per_thousand(result))


def effect(text: str) -> tuple[str, str]:
    """An estimate and its interval, of a text such as a result's.

    Examples
    --------
    >>> effect("0.39 [0.16, 0.93]"), effect("not estimable")
    (('0.39', '0.16 to 0.93'), ('not estimable', ''))
    """
    estimate, _, limits = text.partition(" [")
    return estimate, limits.removesuffix("]").replace(", ", " to ")


def per_thousand_words(events: PerThousand) -> dict[str, str]:
    """Events in 1,000 patients as words: without, with, and the difference.

    Differences are between the rounded numbers, so that what is printed adds up.

    Examples
    --------
    >>> words = per_thousand_words(PerThousand(305.4, 144.9, 65.3, 291.3))
    >>> words["without"], words["with"], words["difference"]
    ('305', '145', '160 fewer')
    >>> words["difference-ci"]
    '240 fewer to 14 fewer'
    """
    without, with_, lower, upper = (int(half_up(x, 0)) for x in events)
    return {
        "without": str(without),
        "with": str(with_),
        "with-ci": f"{lower} to {upper}",
        "difference": more_or_fewer(with_ - without),
        "difference-ci": f"{more_or_fewer(lower - without)} to {more_or_fewer(upper - without)}",
    }


def more_or_fewer(difference: int) -> str:
    """A difference in events as words.

    Examples
    --------
    >>> more_or_fewer(-160), more_or_fewer(4), more_or_fewer(0)
    ('160 fewer', '4 more', 'no more or fewer')
    """
    if difference == 0:
        return "no more or fewer"
    return f"{abs(difference)} {'more' if difference > 0 else 'fewer'}"


def span(limits: Iterable[Any], decimals: int = 1) -> str:
    """The limits of a proportion in percent.

    Examples
    --------
    >>> span((0.0137, 0.1111))
    '1.4 to 11.1'
    """
    return " to ".join(half_up(100 * float(limit), decimals) for limit in limits)
