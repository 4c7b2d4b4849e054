"""Print the book: one page of all chapters, through the browser, to one PDF."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import chromium

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "_build" / "singlehtml" / "index.html"
PDF = ROOT / "_build" / "pdf" / "rescue-stenting-rebuilt.pdf"
FOOT = """<div style="font: 8px sans-serif; width: 100%; margin: 0 16mm; display: flex;
  justify-content: space-between"><span>Rescue stenting, rebuilt</span>
  <span class="pageNumber"></span></div>"""


def print_book() -> None:
    """Write the PDF: tagged, with bookmarks, in light colors."""
    PDF.parent.mkdir(parents=True, exist_ok=True)
    with chromium.started() as browser:
        page = browser.new_page(color_scheme="light")
        page.goto(PAGE.as_uri())
        page.evaluate("document.fonts.ready")
        page.pdf(
            path=PDF,
            format="A4",
            tagged=True,
            outline=True,
            print_background=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOT,
            margin={"top": "18mm", "bottom": "18mm", "left": "16mm", "right": "16mm"},
        )


def main() -> None:
    """Build the single page, then print it."""
    if not chromium.find():
        sys.exit(chromium.HOW_TO_GET_ONE)
    book = [Path(sys.executable).with_name("jupyter-book"), "build", ROOT, "-q", "-W", "-n"]
    subprocess.run([*book, "--keep-going", "--builder", "singlehtml"], check=True)
    print_book()
    print(f"The book on paper: {PDF.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
