"""A table for a reader's own counts, pooled in the page as it is typed."""

from __future__ import annotations

import json
from html import escape

from twobytwo import Counts
from twobytwo.checks.leading import BECAUSE, FEW, REASONS
from twobytwo.io import cells, names, studies, words
from twobytwo.reporting.caution_words import WORDS

# What may stand beside the leading analysis.
RULES = {
    "revman5": "RevMan 5’s rule",
    "IV": "REML, truncated HKSJ",
    "pm": "Paule-Mandel, HKSJ",
    "MH": "Mantel-Haenszel, nothing added to zero cells",
    "exact": "exact conditional odds ratio",
    "peto": "Peto",
}
MEASURES = {"OR": "odds ratio", "RR": "risk ratio", "RD": "risk difference"}
BETTER = {"fewer": "fewer events", "more": "more events"}


def language() -> dict[str, object]:
    """What the page knows of the library: its names of columns, its sentences, its limits.

    Examples
    --------
    >>> language()["names"]["kind"]["deaths"], language()["said"]["BLANK"]
    ('events', 'blank; write the count, or remove the study if it is not known')
    """
    vocabulary = {
        "kind": names.KIND, "arm": names.ARM, "filler": sorted(names.FILLER),
        "measure": sorted(names.MEASURE), "conventions": names.CONVENTIONS, "study": names.STUDY,
        "year": sorted(names.YEAR), "outcome": sorted(names.OUTCOME),
        "armColumn": sorted(names.ARM_COLUMN), "besideArm": sorted(names.BESIDE_ARM),
        "total": studies.TOTAL.pattern, "likeTotal": studies.LIKE_TOTAL.pattern,
        "date": cells.DATE.pattern, "unknown": cells.UNKNOWN.pattern, "largest": cells.LARGEST,
        "fewEvents": FEW, "few": studies.FEW,
        "events": studies.EVENTS, "patients": studies.PATIENTS,
    }  # fmt: skip
    said = {name: text for name, text in vars(words).items() if name.isupper()}
    return {
        "names": vocabulary, "said": said, "reasons": REASONS, "because": BECAUSE,
        "cautions": WORDS,
    }  # fmt: skip


class OwnCounts:
    """An editor of counts for a page; a script fills it, shows it and pools.

    Parameters
    ----------
    counts : Counts
        What it starts with.
    treatment, control, outcome : str
        Names of the arms and of the event.
    better : {"fewer", "more"}
        Which direction is good.

    Examples
    --------
    >>> import numpy as np
    >>> OwnCounts(Counts(("A",), *np.array([[3], [20], [6], [20]])), "drug", "placebo", "death")
    Own counts, starting with 1 study: drug against placebo
    """

    def __init__(
        self, counts: Counts, treatment: str, control: str, outcome: str, better: str = "fewer"
    ) -> None:
        rows = [
            [study, *(str(int(n)) for n in arms)]
            for study, *arms in zip(counts.study, *counts.arms, strict=True)
        ]
        self.start = {
            "treatment": treatment, "control": control, "outcome": outcome, "better": better,
            "rows": rows,
        }  # fmt: skip

    def __repr__(self) -> str:
        k = len(self.start["rows"])
        studies = f"{k} stud{'y' if k == 1 else 'ies'}"
        arms = f"{self.start['treatment']} against {self.start['control']}"
        return f"Own counts, starting with {studies}: {arms}"

    def _repr_html_(self) -> str:
        content = {"start": self.start, **language()}
        start = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("</", "<\\/")
        rules = "".join(
            f'<option value="{key}">{escape(name)}</option>' for key, name in RULES.items()
        )
        return PAGE.format(
            start=start, rules=rules, measures=_radios("measure", MEASURES),
            better=_radios("better", BETTER),
        )  # fmt: skip


def _radios(name: str, labels: dict[str, str]) -> str:
    """Native radio buttons, the first one chosen."""
    return "".join(
        f'<label><input type="radio" name="own-{name}" value="{key}"{" checked" * (i == 0)}> '
        f"{escape(label)}</label> "
        for i, (key, label) in enumerate(labels.items())
    )


PAGE = """\
<noscript><p>This part of the page needs its script. The command line does the same:
<code>python -m twobytwo report counts.csv --out report.html</code>.</p></noscript>
<div class="explorer own-counts" data-own-counts hidden>
<script type="application/json">{start}</script>
<p class="own-private">Type, paste a block from a spreadsheet into the table, or open a file.
Nothing you enter leaves this page.</p>
<p class="explorer-buttons">
<button type="button" data-do="clear">Empty table</button>
<button type="button" data-do="add">Add a study</button>
<label class="own-file">Open a file <input type="file" name="own-file"
accept=".csv,.tsv,.txt,text/plain,text/csv"></label>
<button type="button" data-do="example">Start again</button></p>
<div class="table-scroll" role="region" tabindex="0" aria-label="Your counts">
<table><thead><tr><th scope="col" rowspan="2">Study</th>
<th scope="colgroup" colspan="2" data-own="treatment"></th>
<th scope="colgroup" colspan="2" data-own="control"></th><td rowspan="2"></td></tr>
<tr><th scope="col">events</th><th scope="col">patients</th>
<th scope="col">events</th><th scope="col">patients</th></tr></thead><tbody></tbody></table></div>
<ul data-own="faults" class="own-faults"></ul>
<form aria-label="Names, direction and measure">
<fieldset><legend>Names</legend><div>
<label>Treatment <input name="own-treatment" size="12"></label>
<label>Control <input name="own-control" size="12"></label>
<label>Event <input name="own-outcome" size="12"></label></div></fieldset>
<fieldset><legend>Better</legend><div>{better}</div></fieldset>
<fieldset><legend>Measure</legend><div>{measures}</div></fieldset>
</form>
<p class="explorer-said" role="status" data-own="said"></p>
<div data-own="results">
<ul data-own="cautions"></ul>
<div class="explorer-plot" data-own="plot"></div>
<dl>
<dt>Patients</dt><dd data-own="thousand"></dd>
<dt><label for="own-risk">Risk without</label></dt>
<dd><input id="own-risk" name="own-risk" size="5" inputmode="decimal"> % (blank: that of the
controls)</dd>
<dt>Why this analysis</dt><dd data-own="why"></dd>
<dt>Another rule</dt><dd><select name="own-rule" aria-label="Another rule">{rules}</select>
<span data-own="second"></span></dd>
<dt>A new study</dt><dd data-own="predicted"></dd>
<dt>Heterogeneity</dt><dd data-own="heterogeneity"></dd>
<dt>Method</dt><dd data-own="method"></dd>
</dl>
<details class="as-table"><summary>Leave one out</summary>
<div class="table-scroll" role="region" tabindex="0" aria-label="Leave one out">
<table><thead><tr><th scope="col">Studies</th><th scope="col">Leading analysis</th>
<th scope="col">RevMan 5’s rule</th></tr></thead><tbody data-own="without"></tbody></table></div>
</details>
<p class="explorer-buttons">
<button type="button" data-do="csv">Download the counts</button>
<button type="button" data-do="picture">Download the picture</button>
<button type="button" data-do="sentence">Copy the sentence</button>
<button type="button" data-do="link">Copy link</button></p>
</div>
<output></output>
</div>
"""
