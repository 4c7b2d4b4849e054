"""Make a book from a file of counts: ``python -m metabook.new COUNTS OUT --title ...``."""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from twobytwo import CountsError
from twobytwo.cli.common import named

from metabook.new.facts import read
from metabook.new.write import Supplies, write

OPTION = re.compile(r"--(treatment|control|columns|sheet|outcome) ")


def main() -> int:
    """Read, write, say what comes next; 2 if the file cannot be used."""
    parser = argparse.ArgumentParser(prog="make new", description=__doc__)
    parser.add_argument("counts", help="any file that twobytwo reads")
    parser.add_argument("out", type=Path, help="the folder of the new book")
    parser.add_argument("--title", required=True)
    parser.add_argument("--treatment", required=True, help="its name; as in a file with arms")
    parser.add_argument("--control", required=True, help="its name, likewise")
    parser.add_argument("--outcome", default="", metavar="OUTCOME;...",
                        help="what is counted; of several outcomes, those to take")  # fmt: skip
    parser.add_argument("--better", default="", metavar="OUTCOME=more;...",
                        help="which direction is good; fewer where nothing is said")  # fmt: skip
    parser.add_argument("--printed", default="", help="printed results: outcome, what, printed")
    parser.add_argument("--sheet", help="of a workbook")
    parser.add_argument("--columns", type=named, default={}, metavar="OURS=THEIRS,...",
                        help="which of the file's columns is which")  # fmt: skip
    parser.add_argument("--supplies", type=Path, nargs=3, required=True,
                        metavar=("WHEEL", "LOCK", "BIB"))  # fmt: skip
    asked = parser.parse_args()
    try:
        better = dict(_pair(text) for text in filter(None, asked.better.split(";")))
        outcomes = read(
            asked.counts, asked.outcome, better, columns=asked.columns, sheet=asked.sheet,
            treatment=asked.treatment, control=asked.control,
        )  # fmt: skip
        write(
            outcomes, asked.out, Supplies(*asked.supplies), title=asked.title,
            treatment=asked.treatment, control=asked.control, source=Path(asked.counts).name,
            printed=asked.printed,
        )  # fmt: skip
    except (CountsError, OSError) as error:
        # What the library calls --sheet is SHEET= here.
        print(OPTION.sub(lambda found: f"{found[1].upper()}=", str(error)), file=sys.stderr)
        return 2
    readings: dict[str, list[str]] = {}
    for one in outcomes:
        for line in one.counts.reading.lines if one.counts.reading else ():
            readings.setdefault(line, []).append(one.name)
    for line, names in readings.items():
        print(line if len(names) == len(outcomes) else f"{'; '.join(names)}: {line}")
    print(f"Your book is in {asked.out}. There: make book, make test, make todo")
    return 0


def _pair(text: str) -> tuple[str, str]:
    outcome, equals, better = text.rpartition("=")
    if not equals:
        raise CountsError(f"{text}: say OUTCOME=more or OUTCOME=fewer.")
    return outcome.strip(), better.strip()


if __name__ == "__main__":
    sys.exit(main())
