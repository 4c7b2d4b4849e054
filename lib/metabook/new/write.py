"""Write a new book into a folder: all of it, or nothing."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from pathlib import Path
from shlex import quote
from typing import Any

import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from twobytwo import CountsError

from metabook.frames import Arms
from metabook.new import facts
from metabook.new.descriptor import descriptor

TEMPLATE = Path(str(files("metabook.new"))) / "template"
MARK = Path(str(files("metabook.extensions"))) / "static" / "mark.svg"
CITED = re.compile(r"\{cite(?::\w+)?\}`([^`]+)`")
BY_HAND = 12  # studies whose sums a page can show
HEAD = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---"""


@dataclass(frozen=True)
class Supplies:
    """What a new book takes with it."""

    wheel: Path  # the two libraries
    lock: Path  # the versions of all packages, with hashes
    references: Path  # a BibTeX file that has the works that the template cites


def write(
    outcomes: list[facts.Outcome],
    out: Path,
    supplies: Supplies,
    *,
    title: str,
    treatment: str,
    control: str,
    source: str,
    printed: str = "",
) -> None:
    """Write a book about these outcomes.

    Parameters
    ----------
    outcomes : list of Outcome
        As `metabook.new.facts.read` gives them.
    out : Path
        A folder that is not there yet, or is empty.
    supplies : Supplies
    title, treatment, control : str
        Of the book, of its arms.
    source : str
        What the counts were read from.
    printed : str
        A CSV file of printed results to check, or none.

    Raises
    ------
    CountsError
        If the folder holds something, a supply is missing, or the printed results cannot be
        used; in one line. Then nothing is written.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CountsError(f"{out}: is there and not empty; name a new folder, or empty this one.")
    for supply in (supplies.wheel, supplies.lock, supplies.references):
        if not supply.is_file():
            raise CountsError(f"{supply}: is missing; run this by make new, which makes it.")
    tables = facts.tables(outcomes, source, treatment, printed)
    arms = Arms(treatment, control, f"with {treatment}", f"with {control}")
    described = descriptor(title, arms, tables)
    known = {
        "title": title, "year": date.today().year, "wheel": supplies.wheel.name,
        **pages(outcomes, arms, tables),
    }  # fmt: skip
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as name:
        made = Path(name) / "book"
        _fill(made, known)
        for file, frame in tables.items():
            frame.to_csv(_place(made / "data" / file), index=False, lineterminator="\n")
        text = json.dumps(described, indent=1, ensure_ascii=False)
        (made / "data" / "datapackage.json").write_text(text + "\n", "utf-8")
        cited = "\n\n".join(_cited(made, supplies.references))
        (made / "references.bib").write_text(cited + "\n", "utf-8")
        shutil.copy(supplies.wheel, _place(made / "wheels" / supplies.wheel.name))
        shutil.copy(supplies.lock, made / "requirements.txt")
        shutil.copy(MARK, made)
        if out.exists():
            out.rmdir()
        made.rename(out)


def pages(
    outcomes: list[facts.Outcome], arms: Arms, tables: Mapping[str, pd.DataFrame]
) -> dict[str, Any]:
    """What the chapters of the template are filled with."""
    printed = tables.get("published.csv", {"source": []})["source"]
    return {
        "head": HEAD, **arms._asdict(), "outcomes": outcomes,
        "explorable": [one for one in outcomes if one.k] if any(o.k > 1 for o in outcomes) else [],
        "sources": list(dict.fromkeys(printed)), "printed": len(printed) > 0, "by_hand": BY_HAND,
        "sentence": facts.sentence,
    }  # fmt: skip


def filler(*, glossary: bool = False) -> Environment:
    """What fills the template, for a book that has a glossary or none."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATE), undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    made.filters |= {"md": markdown, "literal": _literal, "yaml": _yaml, "shell": quote}
    made.filters["term"] = _term if glossary else lambda text, entry="": text
    return made


def _fill(made: Path, known: Mapping[str, Any]) -> None:
    """Fill every file of the template; one that is left blank belongs to another kind of book."""
    fill = filler()
    for path in sorted(path for path in TEMPLATE.rglob("*") if path.is_file()):
        name = path.relative_to(TEMPLATE).as_posix()
        text = fill.get_template(name).render(known)
        if text.strip():
            text = re.sub(r"\n{3,}", "\n\n", text) if name.endswith(".md.jinja") else text
            _place(made / name.removesuffix(".jinja")).write_text(text.lstrip("\n"), "utf-8")


def _place(file: Path) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def _cited(made: Path, references: Path) -> Iterator[str]:
    """The entries of a BibTeX file that the pages cite."""
    text = references.read_text("utf-8")
    for key in sorted(set(_keys(made.rglob("*.md")))):
        found = re.search(rf"(?ms)^@\w+\{{{key},.*?^\}}", text)
        if found is None:
            raise CountsError(f"{references}: has no entry {key}, which a page cites; add it.")
        yield found[0]


def _keys(pages: Iterable[Path]) -> Iterator[str]:
    for page in pages:
        for keys in CITED.findall(page.read_text("utf-8")):
            yield from keys.split(",")


def markdown(text: str) -> str:
    r"""A name in prose: what Markdown would read as a sign is kept as it is.

    Examples
    --------
    >>> print(markdown("IV_tPA *early*"))
    IV\_tPA \*early\*
    """
    return re.sub(r"([\\`*_{}\[\]<>$#|~^])", r"\\\1", " ".join(text.split()))


def _literal(text: str) -> str:
    """A text in a cell: in double quotes, or in single ones if it has double ones."""
    return repr(text) if '"' in text else json.dumps(text, ensure_ascii=False)


def _term(text: str, entry: str = "") -> str:
    """Words that the glossary explains, where it calls them otherwise under its own entry."""
    return f"{{term}}`{text} <{entry}>`" if entry else f"{{term}}`{text}`"


def _yaml(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
