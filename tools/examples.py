"""Make ten books from ten kinds of counts, build each, run its tests, and take its picture.

Run in the folder of the book, by ``make examples``. The books stand in _build/examples/, and a
page that shows all that were made in _build/examples/other-books/; names as arguments choose some.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from html import escape
from pathlib import Path

import chromium
import numpy as np
import pandas as pd
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[1]
PAGES = ("index", "chapters/results", "chapters/explorer")
# What this book is about: no other book may speak of it.
OWN = re.compile(r"\b(?:stent(?:s|ed|ing)?|Premat|ANGEL-REBOOT|stroke)\b", re.IGNORECASE)
NOT_ITS_OWN = {".venv", "_build", "wheels", "requirements.txt", "__pycache__", ".pytest_cache"}
WIDTHS = (1280, 390)


def counted(k: int, risks: tuple[float, float], seed: int = 1) -> pd.DataFrame:
    """Invented counts of k studies."""
    rng = np.random.default_rng(seed)
    n1, n2 = rng.integers(20, 200, (2, k))
    return pd.DataFrame(
        {
            "study": [f"Study {i + 1}" for i in range(k)],
            "events_treatment": rng.binomial(n1, risks[0]), "n_treatment": n1,
            "events_control": rng.binomial(n2, risks[1]), "n_control": n2,
        }
    )  # fmt: skip


def of_outcomes(parts: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Several outcomes in one file."""
    return pd.concat([part.assign(outcome=name) for name, part in parts.items()])


def teaching(name: str) -> Callable[[], pd.DataFrame]:
    """A set to practice on."""
    return lambda: pd.read_csv(ROOT / "data" / "teaching" / f"{name}.csv")


def two_outcomes() -> pd.DataFrame:
    """Denominators that differ by outcome, zero cells, years and subgroups."""
    cured = counted(6, (0.5, 0.4)).assign(year=range(2001, 2007), subgroup=["early", "late"] * 3)
    ill = counted(4, (0.01, 0.03), seed=2).assign(year=2010, subgroup="late")
    return of_outcomes({"Cured": cured, "Ill again": ill})


def names() -> pd.DataFrame:
    """Long and non-Latin names, and signs that a page might take for its own."""
    made = counted(5, (0.2, 0.3))
    made["study"] = [
        "研究 一 2019", "Исследование 2020", "دراسة 2021", "A*_study_* with <b>, $x$ & `y` 2022",
        "The very long name of a collaborative group of investigators of many countries 2023",
    ]  # fmt: skip
    long = "Réhospitalisation à 30 jours, toutes causes confondues"
    return of_outcomes({"死亡": made, long: made})


# Each with its title, its arms, and its counts.
EXAMPLES: dict[str, tuple[str, str, str, Callable[[], pd.DataFrame]]] = {
    "bcg": ("BCG against tuberculosis", "BCG vaccine", "no vaccine", teaching("bcg")),
    "catheters": ("Coated catheters", "a coated catheter", "a standard one", teaching("catheters")),
    "diuretics": ("Diuretics in pregnancy", "diuretic", "control", teaching("diuretics")),
    "magnesium": ("Magnesium after infarction", "magnesium", "placebo", teaching("magnesium")),
    "one": ("One study", "drug", "placebo", lambda: counted(1, (0.2, 0.3))),
    "many": ("Two hundred studies", "drug", "placebo", lambda: counted(200, (0.2, 0.25))),
    "ten": (
        "Ten outcomes", "drug", "placebo",
        lambda: of_outcomes({f"Outcome {i}": counted(4, (0.1, 0.2), seed=i) for i in range(10)}),
    ),
    "none": ("No events", "drug", "placebo", lambda: counted(4, (0.0, 0.0))),
    "two": ("Two outcomes", "drug", "placebo", two_outcomes),
    "names": ("Names of all kinds: “α” & β", "Naïve drug", "対照", names),
}  # fmt: skip


def written(name: str, folder: Path) -> Path:
    """Write the counts of one example: one is a workbook, the others are CSV files."""
    frame = EXAMPLES[name][3]()
    if name == "two":
        frame.to_excel(folder / f"{name}.xlsx", index=False)
        return folder / f"{name}.xlsx"
    frame.to_csv(folder / f"{name}.csv", index=False)
    return folder / f"{name}.csv"


def make(name: str, folder: Path) -> Path:
    """Write the counts and the book of one example."""
    title, treatment, control, _ = EXAMPLES[name]
    file, out = written(name, folder), folder / name
    asked = {"COUNTS": file, "OUT": out, "TITLE": title, "TREATMENT": treatment, "CONTROL": control}
    asked |= {"BETTER": "Cured=more"} if name == "two" else {}
    run(ROOT, "make", "-s", "new", *(f"{key}={value}" for key, value in asked.items()))
    return out


def run(folder: Path, *command: str) -> None:
    """Run a command; stop at its first failure, with what it said."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=os.environ)
    if done.returncode:
        sys.exit(f"{folder.name}: {' '.join(command)}\n{done.stdout[-3000:]}{done.stderr[-3000:]}")


def foreign(book: Path) -> list[str]:
    """Where a book, its sources and the text of its pages, speaks of another one."""
    files = [path for path in book.rglob("*") if path.is_file()
             and NOT_ITS_OWN.isdisjoint(path.relative_to(book).parts)]  # fmt: skip
    texts = {path: path.read_text("utf-8") for path in files}
    for path in (book / "_build" / "html").rglob("*.html"):
        page = BeautifulSoup(path.read_text("utf-8"), "html.parser")
        for code in page.select("script, style, svg > defs"):
            code.decompose()
        texts[path] = page.get_text(" ")
    return [f"{path}: {found[0]}" for path, text in texts.items() if (found := OWN.search(text))]


def shown(name: str, site: Path) -> str:
    """Its pages and its pictures beside those of the others, and what shows them."""
    book = ROOT / "_build" / "examples" / name
    shutil.rmtree(site / name, ignore_errors=True)
    shutil.copytree(book / "_build" / "html", site / name)
    if chromium.find():
        pictures(book, site)
    title = escape(EXAMPLES[name][0])
    images = "".join(
        f'<img src="{image.name}" alt="{title}: {image.stem}" height="420">\n'
        for image in sorted(site.glob(f"{name}-*.png"))
    )
    return f'<h2><a href="{name}/index.html">{title}</a></h2>\n<p>{images}</p>\n'


PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Other books made this way</title>
<style>body { font: 1rem/1.5 sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
img { border: 1px solid #ccc; margin: 0 .5rem .5rem 0; max-width: 100% }</style>
<h1>Other books made this way</h1>
<p>Each was made by one command from a file of counts. Their counts are invented, but for the four
sets to practice on. Nobody has written in them yet: what is left to write is marked.</p>
"""


def pictures(book: Path, folder: Path) -> None:
    """The first page, the results and the explorer, wide and narrow: whole, and without errors."""
    wrong: list[str] = []
    with chromium.started() as browser:
        for width in WIDTHS:
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.on("pageerror", lambda error: wrong.append(str(error)))
            for name in filter(lambda name: (book / f"{name}.md").exists(), PAGES):
                page.goto((book / "_build" / "html" / f"{name}.html").as_uri())
                page.screenshot(path=folder / f"{book.name}-{Path(name).name}-{width}.png")
                if page.evaluate("document.documentElement.scrollWidth") > width:
                    wrong.append(f"{name} is wider than {width} pixels")
            page.close()
    if wrong:
        sys.exit(f"{book.name}: {'; '.join(wrong)}")


def processor() -> float:
    """Seconds that the commands run so far have computed."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Make all of them, or those that are named."""
    folder = ROOT / "_build" / "examples"
    for name in sys.argv[1:] or EXAMPLES:
        start, spent = time.monotonic(), processor()
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder / name, ignore_errors=True)
        book = make(name, folder)
        run(book, "make", "test")
        if strange := foreign(book):
            sys.exit("\n".join(strange))
        print(f"{name}: from a file to a passing book in {time.monotonic() - start:.0f} s, "
              f"{processor() - spent:.0f} s of a processor", flush=True)  # fmt: skip
    site = folder / "other-books"
    site.mkdir(exist_ok=True)
    made = [
        name for name in EXAMPLES if (folder / name / "_build" / "html" / "index.html").exists()
    ]
    (site / "index.html").write_text(PAGE + "".join(shown(name, site) for name in made), "utf-8")
    print(f"All of them: {(site / 'index.html').relative_to(ROOT)}")


if __name__ == "__main__":
    main()
